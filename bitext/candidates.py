"""Candidates for the glossary: noun phrases that the English repeats and the glossary lacks.

No parser is at work, only the company that words keep in the book itself.  A noun is a word that
stands, at least twice, between an article (or a possessive) and the end of a phrase: "*the* page
*is*"; an attribute is a word that follows an article.  A candidate is a run of up to three words
that ends in a noun, begins with nouns or attributes, and holds no word of grammar and no everyday
word; a run whose words all belong to terms of the glossary is none.

Candidates are ranked by their C-value (Frantzi, Ananiadou and Mima, "Automatic recognition of
multi-word terms", 2000), with the logarithm of one word more so that single words count too::

    C(a) = log2(1 + |a|) (f(a) - mean of f(b) over the candidates b that contain a)

where |a| is the number of words of a, and f(a) how often it occurs.  It prefers what is frequent,
long, and not only a piece of something longer.

The hint is what stands in the Vietnamese of the same pairs: runs of one to four syllables by their
Dice coefficient, 2 n(a, v) / (n(a) + n(v)), where n counts the pairs that hold a, v, or both.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import log2

from bitext.glossary import Glossary, inflections
from bitext.languages import ENGLISH
from bitext.sentences import BLANK
from bitext.sources import Section
from bitext.terms import Place, clean, matches, read_block, renderings

#: Words of a candidate, and syllables of a hint, at most.
LONGEST = 3
SYLLABLES = 4
#: Hints for a candidate, at most.
HINTS = 3
#: Pairs that must hold both a candidate and its hint: once is chance.
TOGETHER = 2

ARTICLES = frozenset("a an the its their our every each".split())

#: Words of grammar (with those that could be Vietnamese syllables), numbers, and everyday words.
STOP = (
    ENGLISH
    | ARTICLES
    | frozenset(
        "am an be can do either go he i in itself last may me my next no on or own same see so "
        "something then to nothing everything anything one two three four five six seven eight "
        "nine ten hundred thousand million first second third half whole nobody themselves ones "
        "thing things way ways time times place places kind kinds part parts end day hand case "
        "good better best bad worse worst little left right long longer short shorter old "
        "new".split()
    )
)

#: Words of grammar at whose side a Vietnamese run is cut: no rendering begins or ends with one.
GRAMMAR = frozenset(
    "ai ấy ba bằng bị bốn bởi các cách cái chính chỉ cho chúng có còn của cả cũng cùng do dù đã "
    "đang đây đến để đều đi điều đó được gì giữa hai hay hãy hoặc hơn khi không khác là lại lên "
    "lúc mà mọi mỗi một nào này nay năm nên nếu nhau nhất như nhưng những nó nữa qua ra rất rồi "
    "sau sẽ ta tại thế thì theo tới trên trong trước từ từng và vào vẫn vậy về vì với việc xuống "
    "ở".split()
)

#: A link to a place in the book or to a work: its words are a reference and no prose.
REFERENCE = re.compile(r"\[[^\[\]]*\]\(#[^()\s]*\)")


@dataclass(frozen=True)
class Hint:
    """Vietnamese syllables that stand beside a candidate, and their Dice coefficient, 0 to 1."""

    vi: str
    dice: float


@dataclass(frozen=True)
class Candidate:
    """A noun phrase that might become a term.

    Parameters
    ----------
    en : str
        The phrase, its last word in the singular where the book has it.
    times : int
        How often it occurs.
    sections : int
        In how many sections.
    score : float
        Its C-value; see the module.
    hints : tuple of Hint
        What may render it, the likeliest first; empty where nothing translated holds it.
    """

    en: str
    times: int
    sections: int
    score: float
    hints: tuple[Hint, ...]


def suggest(
    glossary: Glossary, sections: Iterable[Section], times: int = 5, spread: int = 2
) -> list[Candidate]:
    """Return candidates for the glossary, the highest C-value first.

    Parameters
    ----------
    glossary : Glossary
        The terms that there are.
    sections : iterable of Section
        The book.
    times : int
        How often a candidate occurs at least, from 1 up.
    spread : int
        In how many sections it does at least, from 1 up.

    Raises
    ------
    ValueError
        If `times` or `spread` is below 1.
    """
    for name, value in (("times", times), ("sections", spread)):
        if value < 1:
            raise ValueError(
                f"{name} is {value}: a candidate occurs at least once, write 1 or more"
            )
    blocks = [  # (section, English words, the places of its terms, Vietnamese)
        (
            section.path,
            *_english(glossary, pair.en.text),
            None if pair.vi is None else clean(pair.vi.text),
        )
        for section in sections
        for pair in section.pairs()
    ]
    nouns, attributes, singular = _company([places for _, places, _, _ in blocks])
    found: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, (_, places, known, _) in enumerate(blocks):
        for phrase in _phrases(places, known, nouns, attributes, singular):
            found[phrase].append(number)
    kept = {
        phrase: numbers
        for phrase, numbers in found.items()
        if len(numbers) >= times and len({blocks[n][0] for n in numbers}) >= spread
    }
    around: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for phrase, numbers in kept.items():
        for part in {run for size in range(1, len(phrase)) for run in _runs(phrase, size)}:
            around[part].append(len(numbers))
    runs = {n: _syllables(vi) for n, (_, _, _, vi) in enumerate(blocks) if vi is not None}
    pairs_of = Counter(run for held in runs.values() for run in held)
    suggested = []
    for phrase, numbers in kept.items():
        longer = around[phrase]
        own = len(numbers) - (sum(longer) / len(longer) if longer else 0)
        suggested.append(
            Candidate(
                " ".join(phrase),
                len(numbers),
                len({blocks[n][0] for n in numbers}),
                round(log2(1 + len(phrase)) * own, 2),
                _hints([runs[n] for n in sorted(set(numbers)) if n in runs], pairs_of),
            )
        )
    return sorted(suggested, key=lambda c: (-c.score, -c.times, c.en))


def _english(glossary: Glossary, text: str) -> tuple[tuple[Place, ...], frozenset[int]]:
    """Return the words of an English block, and the places of those that are part of a term."""
    prose = clean(REFERENCE.sub(BLANK, text))
    places = read_block(prose).places
    looked_up = (glossary, renderings(glossary))  # LSTM has an entry, as a rendering
    known = {place for terms in looked_up for _, here in matches(terms, prose) for place in here}
    return places, frozenset(n for n, place in enumerate(places) if place in known)


def _is_content(word: str) -> bool:
    return len(word) > 2 and word.isalpha() and word not in STOP


def _company(texts: list[tuple[Place, ...]]) -> tuple[set[str], set[str], dict[str, str]]:
    """Return the nouns in the singular, the attributes, and the singular of each plural."""
    vocabulary = {place.word.small for places in texts for place in places}
    singular = {
        plural: base
        for base in sorted(filter(_is_content, vocabulary))
        for plural in inflections(base) - {base}
        if plural.endswith("s") and plural in vocabulary
    }
    nouns: Counter[str] = Counter()
    attributes = set()
    for places in texts:
        smalls = [place.word.small for place in places]
        for before, word, after in zip(smalls, smalls[1:], [*smalls[2:], ""]):
            if before in ARTICLES and _is_content(word):
                if _is_content(after):
                    attributes.add(word)
                else:
                    nouns[singular.get(word, word)] += 1
    return {word for word, number in nouns.items() if number > 1}, attributes, singular


def _phrases(
    places: tuple[Place, ...],
    known: frozenset[int],
    nouns: set[str],
    attributes: set[str],
    singular: dict[str, str],
) -> Iterable[tuple[str, ...]]:
    """Yield the candidates in a block, each as often as it stands there."""
    smalls = [place.word.small for place in places]
    for start in range(len(smalls)):
        for size in range(1, LONGEST + 1):
            run = smalls[start : start + size]
            if len(run) < size or not all(map(_is_content, run)):
                break
            last = singular.get(run[-1], run[-1])
            first = all(singular.get(w, w) in nouns or w in attributes for w in run[:-1])
            if last in nouns and first and not known.issuperset(range(start, start + size)):
                yield (*run[:-1], last)


def _runs(words: tuple[str, ...], size: int) -> Iterable[tuple[str, ...]]:
    return zip(*(words[start:] for start in range(size)))


def _syllables(vi: str) -> set[tuple[str, ...]]:
    """Return the runs of syllables of a Vietnamese block."""
    smalls = tuple(place.word.small for place in read_block(vi).places)
    return {
        run
        for size in range(1, SYLLABLES + 1)
        for run in _runs(smalls, size)
        if all(run) and not {run[0], run[-1]} & GRAMMAR and not any(map(str.isdigit, run))
    }


def _hints(
    beside: list[set[tuple[str, ...]]], pairs_of: Counter[tuple[str, ...]]
) -> tuple[Hint, ...]:
    """Return the runs that stand most in the translations of a candidate's blocks.

    A run that is part of a better hint, or has one as a part, says nothing new; one that is less
    than half as likely as the best is chance.
    """
    together = Counter(run for held in beside for run in held)
    ranked = sorted(
        (-2 * both / (len(beside) + pairs_of[run]), -len(run), run)
        for run, both in together.items()
        if both >= TOGETHER
    )
    found: list[Hint] = []
    for dice, _, run in ranked:
        if len(found) == HINTS or dice > ranked[0][0] / 2:
            break
        vi = " ".join(run)
        if not any(f" {vi} " in f" {hint.vi} " or f" {hint.vi} " in f" {vi} " for hint in found):
            found.append(Hint(vi, round(-dice, 2)))
    return tuple(found)
