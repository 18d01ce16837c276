"""Vietnamese spelling: the structure of a syllable, where its tone mark stands, and its characters.

A written syllable is an onset and a rime, and a rime is a glide, a nucleus and a coda, of which
only the nucleus is always there; one of six tones lies over the whole.  The mark of the tone is
written on the nucleus.  Only where a glide is followed by a nucleus of one plain letter and nothing
else do two styles differ: the old one, which this book follows, writes hòa, khỏe, thủy and marks
the glide; the new one writes hoà, khoẻ, thuỷ and marks the nucleus.

Whether a syllable ends in i or y (kĩ or kỹ) is left to the author: no rule decides it that does not
have a list of exceptions, names among them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

OLD, NEW = "old", "new"

#: Tones by their combining mark; the level tone has none.
TONES = {
    "": "ngang",
    "\N{COMBINING GRAVE ACCENT}": "huyền",
    "\N{COMBINING ACUTE ACCENT}": "sắc",
    "\N{COMBINING HOOK ABOVE}": "hỏi",
    "\N{COMBINING TILDE}": "ngã",
    "\N{COMBINING DOT BELOW}": "nặng",
}
#: Marks that make another letter: ă, â, ê, ô, ơ, ư.
QUALITIES = "\N{COMBINING BREVE}\N{COMBINING CIRCUMFLEX ACCENT}\N{COMBINING HORN}"

ONSETS = tuple("b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x".split())

#: Codas after each nucleus, without a glide; "-" is a rime that ends with its nucleus.
NUCLEI = {
    "a": "- c ch m n ng nh p t i y o u",
    "ă": "c m n ng p t",
    "â": "c m n ng p t u y",
    "e": "- c ch m n ng p t o",
    "ê": "- c ch m n nh p t u",
    "i": "- ch m n nh p t u",
    "y": "-",
    "o": "- c i m n ng p t",
    "ô": "- c i m n ng p t",
    "ơ": "- c i m n ng p t",
    "u": "- c i m n ng p t",
    "ư": "- c i m n ng t u",
    "iê": "c m n ng p t u",
    "yê": "m n ng t u",
    "ia": "-",
    "uô": "c i m n ng p t",
    "ua": "-",
    "ươ": "c i m n ng p t u",
    "ưa": "-",
    "oo": "c n ng",
    "ôô": "c ng",
}
#: The same after a glide, which is written o before a, ă, e and u elsewhere.
AFTER_GLIDE = {
    "a": "- c ch m n ng nh p t i y o",
    "ă": "c m n ng p t",
    "e": "- c m n ng o t",
    "â": "c n ng t y",
    "ê": "- ch n nh t u",
    "ơ": "- n",
    "y": "- ch n nh p t u",
    "yê": "n t",
    "ya": "-",
}
#: Rimes after qu, whose u is the glide, that no other onset has with a glide.
ONLY_AFTER_QU = {"i": ("i", ""), "it": ("i", "t"), "au": ("a", "u"), "ôc": ("ô", "c")}

#: Stops end a syllable of two tones only.
STOPS = ("c", "ch", "p", "t")

LETTERS = re.compile(r"(?:[^\W\d_][\u0300-\u036f]*)+")
CLUSTER = re.compile(r"\S[\u0300-\u036f]*")


def _rimes() -> dict[str, tuple[str, str, str]]:
    """Return every rime as it is written, with its glide, nucleus and coda."""
    found = {}
    for table, glides in ((AFTER_GLIDE, True), (NUCLEI, False)):
        for nucleus, codas in table.items():
            glide = ("o" if nucleus in "aăe" else "u") if glides else ""
            for coda in codas.replace("-", "").split(" "):
                found[glide + nucleus + coda] = (glide, nucleus, coda)
    return found


RIMES = _rimes()


@dataclass(frozen=True)
class Syllable:
    """A syllable in its parts, in small letters; `tone` is the combining mark or empty."""

    onset: str
    glide: str
    nucleus: str
    coda: str
    tone: str = ""

    @property
    def letters(self) -> str:
        """The syllable without its tone."""
        # gi before i is written with one i: gì, giêng
        onset = "g" if self.onset == "gi" and self.nucleus.startswith("i") else self.onset
        return onset + self.glide + self.nucleus + self.coda

    def place(self, style: str = OLD) -> int:
        """Return which letter carries the tone mark, counted from 0."""
        nucleus = len(self.letters) - len(self.coda) - len(self.nucleus)
        if len(self.nucleus) == 2:
            return nucleus + 1 if self.coda else nucleus
        marks_glide = style == OLD and self.glide and not self.coda and self.nucleus in "aey"
        return nucleus - 1 if marks_glide else nucleus

    def spell(self, style: str = OLD) -> str:
        """Return the syllable with its tone mark where a style puts it.

        Examples
        --------
        >>> syllable = parse("khoẻ")
        >>> syllable.spell(OLD), syllable.spell(NEW)
        ('khỏe', 'khoẻ')
        """
        return _mark(self.letters, self.place(style), self.tone)


def _mark(letters: str, place: int, tone: str) -> str:
    marked = letters[: place + 1] + tone + letters[place + 1 :]
    return unicodedata.normalize("NFC", marked)


def strip_tone(word: str) -> tuple[str, str, tuple[int, ...]]:
    """Return the letters of `word` without tone marks, the marks, and the letters they stood on.

    Examples
    --------
    >>> strip_tone("khoẻ") == ("khoe", "\\N{COMBINING HOOK ABOVE}", (3,))
    True
    """
    letters: list[str] = []
    tones, places = "", []
    for character in unicodedata.normalize("NFD", word):
        if character in TONES:
            tones += character
            places.append(len(letters) - 1)
        elif unicodedata.combining(character) and letters:
            letters[-1] = unicodedata.normalize("NFC", letters[-1] + character)
        else:
            letters.append(character)
    return "".join(letters), tones, tuple(places)


@lru_cache(maxsize=65536)
def parse(word: str) -> Syllable | None:
    """Return the syllable that `word` spells, wherever its tone mark stands, or None.

    Examples
    --------
    >>> parse("Thuyền")
    Syllable(onset='th', glide='u', nucleus='yê', coda='n', tone='̀')
    >>> parse("quý")
    Syllable(onset='qu', glide='', nucleus='y', coda='', tone='́')
    >>> parse("network") is None
    True
    """
    letters, tone, places = strip_tone(word.lower())
    if len(tone) > 1:
        return None
    if letters == "gia" and places == (1,) and TONES[tone] == "nặng":
        return Syllable("gi", "", "ia", "", tone)  # giặt gịa: the one syllable of its kind
    parts = _parts(letters)
    if parts is None:
        return None
    syllable = Syllable(*parts, tone)
    if syllable.coda in STOPS and TONES[tone] not in ("sắc", "nặng"):
        return None
    return syllable


def _parts(letters: str) -> tuple[str, str, str, str] | None:
    """Return onset, glide, nucleus and coda of a syllable without tone."""
    if letters.startswith("qu"):
        rime = letters[2:]
        if rime in ONLY_AFTER_QU:
            return ("qu", "", *ONLY_AFTER_QU[rime])
        for glide in "ou":
            if RIMES.get(glide + rime, ("",))[0]:
                return ("qu", "", *RIMES[glide + rime][1:])
        return None
    if letters.startswith("gi"):
        rime = letters[2:]
        if rime in RIMES and rime[0] not in "iy":
            return ("gi", *RIMES[rime])
        merged = RIMES.get(letters[1:])
        return ("gi", *merged) if merged and merged[1][0] == "i" else None
    onset = next((o for o in sorted(ONSETS, key=len, reverse=True) if letters.startswith(o)), "")
    rime = letters[len(onset) :]
    if rime not in RIMES or not _fits(onset, rime):
        return None
    return (onset, *RIMES[rime])


def _fits(onset: str, rime: str) -> bool:
    """Whether spelling lets a rime follow an onset: c or k, g or gh, ng or ngh, i or y."""
    if onset in ("k", "gh", "ngh"):
        return rime[0] in "ieê" or (onset == "k" and rime == "y")
    if onset in ("c", "g", "ng"):
        return rime[0] not in "ieêy"
    if rime[0] == "y":
        return not onset or (rime == "y" and onset in ("h", "l", "m", "s", "t", "v"))
    return bool(onset) or not rime.startswith("iê")


def is_syllable(word: str) -> bool:
    """Whether `word` is a well-formed syllable with its tone mark where either style puts it.

    Examples
    --------
    >>> [word for word in "hòa hoà toàn tòan qúy gìn đọc đòc network".split() if is_syllable(word)]
    ['hòa', 'hoà', 'toàn', 'gìn', 'đọc']
    """
    syllable = parse(word)
    word = unicodedata.normalize("NFC", word.lower())
    return syllable is not None and word in (syllable.spell(OLD), syllable.spell(NEW))


def is_marked(word: str) -> bool:
    """Whether `word` is a Vietnamese syllable that no English word looks like, as đi or là."""
    return not word.isascii() and parse(word) is not None


def place_tone(word: str, style: str = OLD) -> str:
    """Return a syllable with its tone mark where a style puts it; other words as they are.

    Examples
    --------
    >>> [place_tone(word) for word in ("hoà", "Khoẻ", "THUỶ", "tuỳ", "qúa", "gìa", "toàn", "café")]
    ['hòa', 'Khỏe', 'THỦY', 'tùy', 'quá', 'già', 'toàn', 'café']
    >>> place_tone("hòa", NEW)
    'hoà'
    """
    syllable = parse(word)
    if syllable is None or not syllable.tone:
        return word
    letters, tone, _ = strip_tone(word)
    return _mark(letters, syllable.place(style), tone)


def misplaced_tones(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield ``(line, what, remedy)`` for each tone mark that is not where the old style has it.

    The line is counted from 0.  Words that only Vietnamese can have written, and that are no
    syllable wherever the mark stands, are found too.

    Examples
    --------
    >>> list(misplaced_tones("Chuẩn hoá văn bản."))
    [(0, "'hoá' has its tone mark where the new style puts it", "write 'hóa'")]
    >>> list(misplaced_tones("dòng nưóc"))
    [(0, "'nưóc' is no Vietnamese syllable", 'correct its letters or its tone')]
    """
    for number, line in enumerate(text.split("\n")):
        for word in dict.fromkeys(LETTERS.findall(line)):
            if word.isascii():
                continue
            composed = unicodedata.normalize("NFC", word)
            right = place_tone(composed)
            if right != composed:
                new = composed == place_tone(composed, NEW)
                where = "where the new style puts it" if new else "on the wrong letter"
                yield number, f"{composed!r} has its tone mark {where}", f"write {right!r}"
            elif _is_misspelt(composed):
                yield (
                    number,
                    f"{composed!r} is no Vietnamese syllable",
                    "correct its letters or its tone",
                )


def _is_misspelt(word: str) -> bool:
    """Whether a word has a tone and a letter of Vietnamese alone, but is no syllable or name."""
    own = any("\u1ea0" <= c <= "\u1ef9" or c in "ăđơư" for c in word)
    return own and bool(strip_tone(word)[1]) and word.islower() and parse(word) is None


# ---- characters ---------------------------------------------------------------------------------

#: Letters of other scripts that look like Latin ones, and letters that look like Vietnamese ones.
LOOKALIKES = dict(
    zip(
        "аеорсухіјѕԁһАВЕКМНОРСТУХІЈЅοΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
        "aeopcyxijsdhABEKMHOPCTYXIJSoABEZHIKMNOPTYX",
        strict=True,
    )
)
VIETNAMESE_LOOKALIKES = dict(zip("ÐðƉǍǎıŌōŪū", "ĐđĐĂăiÕõŨũ", strict=True))
#: Letters in another typographic form, as a PDF file gives them: ligatures, full width, styled.
STYLED = re.compile("[\ufb00-\ufb06\uff21-\uff5a\U0001d400-\U0001d7ff\u2100-\u214f]")


def named(characters: str) -> str:
    """Return characters by code point and name.

    Examples
    --------
    >>> named("đ")
    'U+0111 LATIN SMALL LETTER D WITH STROKE'
    """
    return " + ".join(f"U+{ord(c):04X} {unicodedata.name(c, 'UNNAMED')}" for c in characters)


def faulty_characters(text: str, code: bool = False) -> Iterator[tuple[int, str, str]]:
    """Yield ``(line, what, remedy)`` for each character that is not what it seems to be.

    That is what is not NFC, marks that belong to no letter or come in the wrong order, invisible
    characters, and letters of one alphabet that pass for those of another.

    Parameters
    ----------
    text : str
        A text; its lines are counted from 0.
    code : bool
        Whether it is code, where letters in another typographic form may be meant.

    Examples
    --------
    >>> for _, what, remedy in faulty_characters("đ\\u00ea\\u0301n"):  # doctest: +ELLIPSIS
    ...     print(what, remedy, sep="\\n")
    'ế' in 'đến' is not NFC: U+00EA LATIN SMALL LETTER E WITH CIRCUMFLEX + U+0301 COMBINING ...
    write it as U+1EBF LATIN SMALL LETTER E WITH CIRCUMFLEX AND ACUTE
    """
    escape = r", or '\u…' in a string" if code else ""
    for number, line in enumerate(text.split("\n")):
        if line.isascii() and line.isprintable():
            continue
        seen = set()
        for what, remedy in (*_decomposed(line), *_invisible(line), *_imitations(line, code)):
            if what not in seen:
                seen.add(what)
                yield number, what, remedy + escape


def _decomposed(line: str) -> Iterator[tuple[str, str]]:
    """Yield what is not NFC, and combining marks that do not combine."""
    if unicodedata.is_normalized("NFC", line) and not re.search("[\u0300-\u036f]", line):
        return
    for match in CLUSTER.finditer(line):
        cluster = match[0]
        composed = unicodedata.normalize("NFC", cluster)
        word = next(
            (w[0] for w in LETTERS.finditer(line) if w.start() <= match.start() < w.end()), cluster
        )
        inside = f"{composed!r} in {unicodedata.normalize('NFC', word)!r}"
        if len(composed) > 1:
            letter, *marks = unicodedata.normalize("NFD", cluster)
            ordered = sorted(marks, key=lambda mark: mark not in QUALITIES)
            right = unicodedata.normalize("NFC", letter + "".join(ordered))
            if len(right) == 1:
                yield (
                    f"{inside} has its tone before the mark of its letter: {named(cluster)}",
                    f"write {right!r}, {named(right)}",
                )
            else:
                yield (
                    f"{inside} has a mark that belongs to no letter: {named(cluster)}",
                    f"take it out, or write one of its marks on {letter!r}",
                )
        elif composed != cluster:
            yield f"{inside} is not NFC: {named(cluster)}", f"write it as {named(composed)}"


def _invisible(line: str) -> Iterator[tuple[str, str]]:
    """Yield characters that no reader and no author can see."""
    for character in line:
        category = unicodedata.category(character)
        if category == "Zs" and character != " ":
            yield f"a special space, {named(character)}", "write a plain space"
        elif category in ("Cf", "Cc", "Zl", "Zp", "Co", "Cn") and character != "\t":
            before = line[: line.index(character)].split()[-1:]
            after = f" after {before[0]!r}" if before else ""
            yield f"an invisible character{after}, {named(character)}", "delete it"


def _imitations(line: str, code: bool) -> Iterator[tuple[str, str]]:
    """Yield words with letters that only look like those of their alphabet."""
    words = LETTERS.findall(line)
    for word in words:
        if word.isascii():
            continue
        false = [c for c in word if c in LOOKALIKES]
        if false:
            right = "".join(LOOKALIKES.get(c, c) for c in word)
            latin = any(unicodedata.name(c, "").startswith("LATIN") for c in word)
            script = unicodedata.name(false[0]).split()[0]
            # A word of such letters alone may be Russian or Greek, if its neighbors are.
            alone = not any(
                unicodedata.name(c, "").startswith(script) and c not in LOOKALIKES
                for other in words
                for c in other
            )
            if latin or (right.isascii() and alone):
                yield (
                    f"{word!r} has a letter that only looks Latin: {named(false[0])}",
                    f"write {right!r} in Latin letters",
                )
        right = "".join(VIETNAMESE_LOOKALIKES.get(c, c) for c in word)
        if right != word and is_syllable(right) and not is_syllable(word):
            odd = next(c for c in word if c in VIETNAMESE_LOOKALIKES)
            yield (
                f"{word!r} has a letter that only looks Vietnamese: {named(odd)}",
                f"write {right!r} with {named(VIETNAMESE_LOOKALIKES[odd])}",
            )
    for character in () if code else STYLED.findall(line):
        plain = unicodedata.normalize("NFKC", character)
        if plain.isalpha() and plain != character:
            yield f"a letter in another form, {named(character)}", f"write {plain!r}"
