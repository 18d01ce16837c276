"""The glossary: which Vietnamese renders which English term, and which does not.

``translations/glossary.csv`` has a row for each term, sorted by the first column::

    en,vi,also,refuse,enforce,note

``en``
    The term; other forms of it after semicolons (``initialization; initialize``).  Plurals, -ing
    and -ed are found without being listed, and a space is as good as a hyphen or nothing.
``vi``
    Its rendering, as the book writes it.
``also``
    Other renderings that are right where they stand, separated by semicolons.
``refuse``
    Renderings that are wrong anywhere in this book, separated by semicolons.
``enforce``
    ``no`` for a term that has everyday meanings too, so that its rendering is not checked; empty
    for the others.  What it refuses is refused all the same.
``note``
    Why it was decided so, where the community's list (mlbvn/d2l-vn) says nothing or something else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from bitext import intake, tables
from bitext.findings import Finding, SourceError
from bitext.markdown import paragraphs
from bitext.vietnamese import LETTERS, place_tone

PATH = "translations/glossary.csv"
COLUMNS = ["en", "vi", "also", "refuse", "enforce", "note"]
KIND = "glossary"

#: Words between the words of a rendering, as in "cổng cập nhật và xóa" for "cổng xóa".
GAP = 5

#: A word; or what parts words, which a path (corpora/story) and a file name do as well.
TOKEN = re.compile(
    r"\w[\w.-]*(?:/[\w.-]+)+/?|\w+\.\w+|(?P<word>[^\W_]+(?:['’][^\W_]+)*)|[^\w\s\-–]|_"
)
DOUBLED = re.compile(r"[^aeiouwxy][aeiou][^aeiouwxy]$")


@dataclass(frozen=True)
class Term:
    """A row of the glossary; see the module for its columns."""

    en: tuple[str, ...]
    vi: str
    also: tuple[str, ...] = ()
    refuse: tuple[str, ...] = ()
    enforced: bool = True
    note: str = ""
    line: int = 0

    @property
    def name(self) -> str:
        """The term as it is listed."""
        return self.en[0]

    @property
    def accepted(self) -> tuple[str, ...]:
        """Every rendering that is right."""
        return (self.vi, *self.also)


@dataclass(frozen=True)
class Word:
    """A word of a block in small letters, as written, and its line; a break has no letters."""

    small: str
    written: str
    line: int


BREAK = Word("", "", -1)


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[Word, ...]:
    """Return the words of the prose of a block, and a break at each mark that parts them.

    Examples
    --------
    >>> [word.small for word in words("The cell's *hidden-state*, $h$")]
    ['the', 'cell', 'hidden', 'state', '', '', '']
    """
    found = []
    for paragraph in paragraphs(text, blank="\N{OBJECT REPLACEMENT CHARACTER}"):
        for line in paragraph.lines:
            for match in TOKEN.finditer(unicodedata.normalize("NFC", line.words)):
                found.append(Word(_small(match), match[0], line.number))
        found.append(BREAK)
    return tuple(found)


def _small(match: re.Match[str]) -> str:
    return re.sub(r"['’]s?$", "", match[0].lower()) if match["word"] else ""


def tokens(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the words of a plain text in small letters, a break as ``""``, each with its span.

    Examples
    --------
    >>> list(tokens("Gates, gates"))
    [('gates', 0, 5), ('', 5, 6), ('gates', 7, 12)]
    """
    for match in TOKEN.finditer(text):
        yield _small(match), match.start(), match.end()


def inflections(word: str) -> set[str]:
    """Return an English word with the endings of nouns and verbs.

    Examples
    --------
    >>> sorted(inflections("clip"))
    ['clip', 'clipped', 'clipping', 'clips']
    >>> sorted(inflections("dependency"))
    ['dependencied', 'dependencies', 'dependency', 'dependencying']
    >>> sorted(inflections("initialize"))
    ['initialize', 'initialized', 'initializes', 'initializing']
    """
    if re.search(r"[^aeiou]y$", word):
        return {word, word[:-1] + "ies", word[:-1] + "ied", word + "ing"}
    found = {word, word + ("es" if word.endswith(("s", "x", "ch", "sh")) else "s")}
    for ending, plural in (("is", "es"), ("ix", "ices"), ("ex", "ices")):
        if word.endswith(ending):
            found.add(word[: -len(ending)] + plural)
    stem = word[:-1] if word.endswith("e") else word
    stems = {stem}
    if DOUBLED.search(word):  # clipped; modeled or modelled
        short = len(re.findall(r"[aeiouy]+", word)) == 1
        stems = {word + word[-1]} if short else {stem, word + word[-1]}
    return found | {stem + ending for stem in stems for ending in ("ing", "ed")}


@dataclass(frozen=True)
class Glossary:
    """The terms, ready to be looked up in a text.

    Examples
    --------
    >>> glossary = Glossary((Term(("hidden state",), "trạng thái ẩn", refuse=("tiểu bang ẩn",)),
    ...                      Term(("state",), "trạng thái")))
    >>> [(term.name, word.line) for term, word in glossary.find("Hidden states\\nand a state")]
    [('hidden state', 0), ('state', 1)]
    >>> list(glossary.missing("A hidden state.", "Một trạng thái.", 3))
    [(0, "'hidden state' (line 3) is not rendered", "write 'trạng thái ẩn'")]
    >>> list(glossary.missing("A hidden state.", "Một trạng thái bị ẩn."))
    []
    >>> list(glossary.refused("Một tiểu bang ẩn."))
    [(0, "'tiểu bang ẩn' for 'hidden state'", "write 'trạng thái ẩn'")]
    """

    terms: tuple[Term, ...]
    _forms: dict[str, Term] = field(init=False, repr=False, compare=False)
    _accepted: tuple[tuple[str, ...], ...] = field(init=False, repr=False, compare=False)
    _longest: int = field(init=False, repr=False, compare=False)

    def __post_init__(self):
        forms = {}
        for term in self.terms:
            for listed in term.en:
                for form in _forms(listed):
                    forms.setdefault(form, term)
        for term in self.terms:  # a listed form is the term's own, whatever others inflect to
            forms.update(("".join(_split(listed)), term) for listed in term.en)
        accepted = {_split(vi) for term in self.terms for vi in term.accepted}
        object.__setattr__(self, "_forms", forms)
        object.__setattr__(self, "_accepted", tuple(accepted))
        longest = max((len(_split(listed)) for t in self.terms for listed in t.en), default=0)
        object.__setattr__(self, "_longest", longest)

    @property
    def loans(self) -> frozenset[str]:
        """English words that Vietnamese renderings contain, as token."""
        english = {word for term in self.terms for listed in term.en for word in _split(listed)}
        vietnamese = {word for term in self.terms for vi in term.accepted for word in _split(vi)}
        return frozenset(f for word in english & vietnamese for f in (word, f"{word}s"))

    @property
    def english(self) -> frozenset[str]:
        """Words of English terms that no Vietnamese rendering contains."""
        found = {word for term in self.terms for listed in term.en for word in _split(listed)}
        return frozenset(f for word in found for f in inflections(word)) - self.loans

    def find(self, text: str) -> Iterator[tuple[Term, Word]]:
        """Yield the terms of an English block with their first word, the longest at each place."""
        found = words(text)
        for term, start, _ in self.places([word.small for word in found]):
            yield term, found[start]

    def places(self, smalls: Sequence[str]) -> Iterator[tuple[Term, int, int]]:
        """Yield ``(term, start, end)`` for words in small letters, of which a break is ``""``.

        Examples
        --------
        >>> glossary = Glossary((Term(("hidden state",), "trạng thái ẩn"),))
        >>> [(start, end) for _, start, end in glossary.places(["the", "hidden", "states", ""])]
        [(1, 3)]
        """
        start = 0
        while start < len(smalls):
            for size in range(self._longest, 0, -1):
                here = smalls[start : start + size]
                if len(here) < size or not all(here):
                    continue
                term = self._forms.get("".join(here))
                if term is not None:
                    yield term, start, start + size
                    start += size
                    break
            else:
                start += 1

    def missing(self, en: str, vi: str, en_line: int = 0) -> Iterator[tuple[int, str, str]]:
        """Yield ``(line, what, remedy)`` for each term that the Vietnamese block does not render.

        Parameters
        ----------
        en, vi : str
            The blocks; the lines of the findings are those of `vi`, counted from 0.
        en_line : int
            The line in the file where the English block begins, which the findings name.
        """
        lines_agree = en.count("\n") == vi.count("\n")
        translated = words(vi)
        seen = set()
        for term, word in self.find(en):
            if term.name in seen or not term.enforced:
                continue
            seen.add(term.name)
            if not any(_renders(translated, _split(rendering)) for rendering in term.accepted):
                others = f" (or {', '.join(map(repr, term.also))})" if term.also else ""
                yield (
                    word.line if lines_agree else 0,
                    f"{term.name!r} (line {en_line + word.line}) is not rendered",
                    f"write {term.vi!r}{others}",
                )

    def refused(self, vi: str) -> Iterator[tuple[int, str, str]]:
        """Yield ``(line, what, remedy)`` for each refused rendering in a Vietnamese block."""
        found = words(vi)
        for term in self.terms:
            for refused in term.refuse:
                wanted = _split(refused)
                for start in _places(found, wanted):
                    if not self._covered(found, start, len(wanted)):
                        yield (
                            found[start].line,
                            f"{refused!r} for {term.name!r}",
                            f"write {term.vi!r}",
                        )

    def _covered(self, found: tuple[Word, ...], start: int, size: int) -> bool:
        """Whether a place is part of a longer rendering that is right."""
        return any(
            len(right) > size
            and any(
                first <= start and start + size <= first + len(right)
                for first in _places(found, right)
            )
            for right in self._accepted
        )


@lru_cache(maxsize=4096)
def _split(phrase: str) -> tuple[str, ...]:
    found = (match["word"].lower() for match in TOKEN.finditer(phrase) if match["word"])
    return tuple(re.sub("['’]s?$", "", word) for word in found)  # as `words` does


def _forms(listed: str) -> set[str]:
    """Return the term's inflected forms without the spaces in them."""
    *head, last = _split(listed)
    return {"".join(head) + form for form in inflections(last)}


def _places(found: tuple[Word, ...], phrase: tuple[str, ...]) -> Iterator[int]:
    """Yield where `phrase` stands in a text, word beside word."""
    for start, word in enumerate(found):
        if word.small == phrase[0]:
            here = found[start : start + len(phrase)]
            if tuple(w.small for w in here) == phrase:
                yield start


def _renders(found: tuple[Word, ...], phrase: tuple[str, ...]) -> bool:
    """Whether the words of `phrase` stand in a text in their order and not far apart."""
    for start, word in enumerate(found):
        if word.small == phrase[0]:
            following = iter(w.small for w in found[start : start + len(phrase) + GAP])
            if all(part in following for part in phrase):
                return True
    return False


# ---- the file -----------------------------------------------------------------------------------


def read(root: Path) -> Glossary:
    """Read the glossary of the book at `root`; a book without the file has an empty one.

    Raises
    ------
    SourceError
        If the file is no glossary or contradicts itself; every fault with its line.
    """
    path = root / PATH
    if not path.is_file():
        return Glossary(())
    terms, findings = parse(intake.text(path, PATH, KIND))
    if findings:
        raise SourceError(findings)
    return Glossary(tuple(terms))


def parse(text: str) -> tuple[list[Term], list[Finding]]:
    """Return the terms in the text of a glossary and what is wrong with it."""
    findings: list[Finding] = []
    terms: list[Term] = []

    def found(line: int, what: str, remedy: str) -> None:
        findings.append(Finding(PATH, line, KIND, what, remedy))

    try:
        rows = list(tables.rows(text, PATH, KIND))
    except SourceError as error:
        return terms, error.findings
    header = rows[0][1] if rows else []
    if header != COLUMNS:
        found(1, f"the columns are {','.join(header)!r}", f"write {','.join(COLUMNS)!r}")
        return terms, findings
    for line, row in rows[1:]:
        if len(row) != len(COLUMNS):
            what = f"the row {','.join(row)[:40]!r} has {len(row)} columns of {len(COLUMNS)}"
            found(line, what, "quote what has a comma")
            continue
        en, vi, also, refuse, enforce, note = row
        term = Term(
            _listed(en), vi.strip(), _listed(also), _listed(refuse), enforce != "no", note, line
        )
        if not term.en or not term.vi:
            side = "English" if not term.en else "Vietnamese"
            found(line, f"the row {en or vi!r} has no {side}", "fill it in, or delete the row")
            continue
        if enforce not in ("", "no"):
            found(line, f"enforce is {enforce!r}", "write 'no', or nothing")
        _check_spelling(term, row, found)
        terms.append(term)
    _check_order(terms, found)
    _check_contradictions(terms, found)
    return terms, findings


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def _check_spelling(term: Term, row: list[str], found) -> None:
    for cell in row:
        if not unicodedata.is_normalized("NFC", cell):
            found(term.line, f"{cell!r} is not NFC", "compose it")
        if cell != " ".join(cell.split()):
            found(term.line, f"{cell!r} has a space too many", "take it out")
    for cell in row[:3] + row[5:]:
        for word in LETTERS.findall(cell):
            if word != (right := place_tone(word)):
                found(term.line, f"{word!r} is in the new style of tones", f"write {right!r}")
    if not term.name.isascii():
        found(term.line, f"the term {term.name!r} is no English", "put the English first")


def _check_order(terms: list[Term], found) -> None:
    taken: dict[str, Term] = {}
    for before, term in zip((None, *terms), terms):
        if before is not None and term.name.casefold() < before.name.casefold():
            found(term.line, f"{term.name!r} stands after {before.name!r}", "sort the rows by en")
        for listed in term.en:
            key = "".join(_split(listed))
            if key in taken:
                where = f"line {taken[key].line}"
                found(term.line, f"{listed!r} is already listed at {where}", "make them one row")
            taken.setdefault(key, term)


def _check_contradictions(terms: list[Term], found) -> None:
    accepted = {_split(vi): term for term in reversed(terms) for vi in term.accepted}
    for term in terms:
        if len({_split(vi) for vi in term.accepted}) < len(term.accepted):
            found(term.line, f"{term.name!r} accepts a rendering twice", "list it once")
        for refused in term.refuse:
            other = accepted.get(_split(refused))
            if other is not None:
                found(
                    term.line,
                    f"{refused!r} is refused here and accepted for {other.name!r} "
                    f"at line {other.line}",
                    "decide for one",
                )
