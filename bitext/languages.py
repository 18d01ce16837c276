"""Languages: whether a sentence is written in the language of its block.

Only running words count.  Code, mathematics, names, emphasized and quoted words, what stands in
parentheses and the names of authors are foreign to neither language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bitext.markdown import Line, inline, paragraphs, walk
from bitext.sentences import BLANK, split
from bitext.sources import SOURCE_LANG, TARGET_LANG
from bitext.vietnamese import is_marked, parse

NAMES = {SOURCE_LANG: "English", TARGET_LANG: "Vietnamese"}

#: English words of grammar; those that could be Vietnamese syllables (an, do, in, so) left out.
ENGLISH = frozenset(
    word
    for word in (
        "about after again all also although always am an and another any are as at be because "
        "been before being below between both but by cannot could did do does each either else "
        "even ever every few for from get had has have hence her here his how however if in "
        "into is it its just least less let like made make many may might more most much must "
        "my neither never no nor not now of off often on once only or other our out over own "
        "rather same shall she should since some still such than that their them then there "
        "therefore these they this those though through thus together too under until up upon "
        "us use used uses using very was we were what when where whether which while who whose "
        "why will with within without would yet you your"
    ).split()
    if parse(word) is None
) | {"the"}
#: Vietnamese words of grammar without any mark.
VIETNAMESE = frozenset(
    "ai ba bao cao cho chia chung do gian hai hay khi kia mai mang mong nay nhau nhanh qua quan ra "
    "sao sau ta theo thay trang trong trung tuy vai xem xin xong".split()
)
#: Endings that English words have and Vietnamese syllables do not.
ENGLISH_ENDING = re.compile(
    r"(ing|ings|tion|tions|ment|ments|ness|ity|ities|able|ible|ally|ly|ed|ous|ive|ful|less|ance|"
    r"ence|ship|work|works|ers|ism|ist|ize|izes|ary|ories|ory)$"
)
#: How citations join their authors: English, Vietnamese.
JOINED = (("et al.", "và cộng sự"), ("and", "và"))

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|“[^”]*”|\"[^\"]*\"|«[^»]*»|‘[^’]*’")
STATEMENT = re.compile(r"[.!?:…]\W*$")


@dataclass(frozen=True)
class Evidence:
    """How many words of a text speak for a language.

    Parameters
    ----------
    english : int
        English words of grammar.
    foreign : int
        Words of plain letters that are no Vietnamese syllable, names left out.
    marked : int
        Vietnamese syllables with a tone mark or a letter of their own.
    plain : int
        Vietnamese words of grammar without any mark.
    words : int
        All words.
    """

    english: int
    foreign: int
    marked: int
    plain: int
    words: int


def weigh(text: str, known: frozenset[str] = frozenset()) -> Evidence:
    """Count the evidence in a sentence; `known` are words that both languages use, as token.

    Examples
    --------
    >>> weigh("Trạng thái ẩn is the memory of a network.")
    Evidence(english=3, foreign=2, marked=3, plain=0, words=9)
    """
    english = foreign = marked = plain = total = 0
    for number, word in enumerate(WORD.findall(text)):
        small = word.lower()
        total += 1
        if small.partition("'")[0] in ENGLISH and not word.isupper():
            english += 1
        elif not word[1:].islower() and len(word) > 1:
            continue  # an acronym, or a name as PyTorch
        elif small in VIETNAMESE:
            plain += 1
        elif word[0].isupper() and number:
            continue  # a name
        elif is_marked(word):
            marked += 1
        elif small not in known and parse(word) is None and len(word) > 1:
            foreign += 1
    return Evidence(english, foreign, marked, plain, total)


def is_foreign(
    text: str, lang: str, known: frozenset[str] = frozenset(), quoted: bool = False
) -> bool:
    """Whether a sentence is written in the other language than `lang`.

    Parameters
    ----------
    text : str
        A sentence.
    lang : {"en", "vi"}
        The language that it should be in.
    known : frozenset of str
        Words that both languages use.
    quoted : bool
        Whether quoted words count, as they do in a story.

    Examples
    --------
    >>> is_foreign("The state remembers.", "vi"), is_foreign("Trạng thái ghi nhớ.", "vi")
    (True, False)
    >>> is_foreign("Xin chào.", "en"), is_foreign("Hello.", "en")
    (True, False)
    >>> is_foreign("Đó là trạng thái ẩn (the hidden state).", "vi")
    False
    """
    running = text if quoted else _running(text)
    found = weigh(running, known)
    vietnamese = found.marked + found.plain
    if lang == TARGET_LANG and not found.marked:
        if found.words < 2 or found.english + found.foreign <= found.plain:
            return False
        enough = 1 if found.words >= 4 else 2 if STATEMENT.search(text) else 3
        return found.english >= 1 or found.foreign >= enough
    if lang == TARGET_LANG:
        return found.english >= 3 and found.english + found.foreign > vietnamese
    if running.istitle():
        return False  # a name
    if not found.english:
        return found.marked >= 1 and found.words >= 2 and vietnamese > found.foreign
    return found.marked >= 3 and vietnamese > found.english + found.foreign


def _running(text: str) -> str:
    """Return the running words of a sentence, asides left out unless there is nothing else."""
    running = ASIDE.sub(BLANK, text)
    return running if WORD.search(running) else ""


def wrong_language(
    text: str, lang: str, known: frozenset[str] = frozenset()
) -> Iterator[tuple[int, str, str]]:
    """Yield ``(line, what, remedy)`` for each sentence of a block that is in the other language.

    Parameters
    ----------
    text : str
        Markdown of a block; its lines are counted from 0.
    lang : {"en", "vi"}
        Language of the block.
    known : frozenset of str
        Words that both languages use.

    Examples
    --------
    >>> list(wrong_language("Ta huấn luyện mô hình.\\nThen we test it.", "vi"))
    [(1, "English in a Vietnamese block: 'Then we test it.'", 'write it in Vietnamese')]
    """
    other = SOURCE_LANG if lang == TARGET_LANG else TARGET_LANG
    for line in _lines(text):
        for sentence in split(line.words):
            if is_foreign(sentence, lang, known):
                shown = " ".join(sentence.replace(BLANK, "…").split())
                shown = shown if len(shown) <= 60 else shown[:57].rstrip() + "…"
                yield (
                    line.number,
                    f"{NAMES[other]} in a {NAMES[lang]} block: {shown!r}".replace("a E", "an E"),
                    f"write it in {NAMES[lang]}",
                )


def _lines(text: str) -> Iterator[Line]:
    """Yield the lines of prose, without emphasis where there is something beside it."""
    plain = paragraphs(text, blank=BLANK, emphasis=False)
    whole = paragraphs(text, blank=BLANK)
    for without, paragraph in zip(plain, whole):
        if any(WORD.search(line.words) for line in without.lines):
            yield from without.lines
        else:
            yield from paragraph.lines


def untranslated(
    en: str, vi: str, known: frozenset[str] = frozenset(), terms: frozenset[str] = frozenset()
) -> Iterator[tuple[int, str, str]]:
    """Yield ``(line, what, remedy)`` for each line that is the same in both blocks of a pair.

    Only what can be told from a name is found: two words or more, one of which is English: by its
    ending, as a word of grammar, in small letters, or as one of `terms`.

    Examples
    --------
    >>> list(untranslated("# Gradient Clipping", "# Gradient Clipping"))
    [(0, "'Gradient Clipping' is the same in both languages", 'write it in Vietnamese')]
    >>> list(untranslated("# The Kneser–Ney Model", "# Mô hình Kneser–Ney"))
    []
    >>> list(untranslated("LSTM, GRU, Kneser–Ney.", "LSTM, GRU, Kneser–Ney."))
    []
    """
    english = {" ".join(line.words.split()) for line in _lines(en)}
    for line in _lines(vi):
        words = WORD.findall(line.words)
        shown = " ".join(line.words.split())
        if (
            shown in english
            and len(words) >= 2
            and any(_is_english(w, known, terms) for w in words)
        ):
            if not is_foreign(shown, TARGET_LANG, known):  # which is found as such
                yield (
                    line.number,
                    f"{shown.replace(BLANK, '…')!r} is the same in both languages",
                    "write it in Vietnamese",
                )


def _is_english(word: str, known: frozenset[str], terms: frozenset[str]) -> bool:
    small = word.lower()
    if small in known or (len(word) > 1 and not word[1:].islower()) or parse(word) is not None:
        return False
    return (
        small in ENGLISH
        or small in terms
        or word.islower()
        or ENGLISH_ENDING.search(small) is not None
    )


def citations(text: str, lang: str) -> Iterator[tuple[int, str, str]]:
    """Yield ``(line, what, remedy)`` for each citation that joins its authors in another language.

    Examples
    --------
    >>> list(citations("Theo [Chen and Goodman, 1999](#bib-chen1999).", "vi"))
    [(0, "the citation 'Chen and Goodman, 1999' has 'and'", "write 'và'")]
    """
    for block in walk(text):
        cited = None
        for line, token in inline(block) if block.type == "inline" else ():
            if token.type == "link_open":
                cited = "" if str(token.attrs.get("href", "")).startswith("#bib-") else None
            elif token.type == "link_close" and cited:
                for pair in JOINED:
                    wrong, right = pair if lang == TARGET_LANG else pair[::-1]
                    if re.search(rf"(?<!\w){re.escape(wrong)}(?!\w)", cited):
                        yield line, f"the citation {cited!r} has {wrong!r}", f"write {right!r}"
                        break
                cited = None
            elif cited is not None:
                cited += token.content
