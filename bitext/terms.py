"""The terms at work: how often the glossary's terms occur in the book, and every use of one.

A term is found as :mod:`bitext.glossary` finds it, in every form and the longest at each place.
Its renderings are found in the Vietnamese in the same way, so that "mạng nơ-ron hồi tiếp" is no use
of "mạng nơ-ron".
"""

from __future__ import annotations

import difflib
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from bitext.glossary import GAP, TOKEN, Glossary, Term, Word, inflections, words
from bitext.markdown import paragraphs
from bitext.sentences import BLANK, boundaries
from bitext.sources import SOURCE_LANG, TARGET_LANG, Section

#: Other hyphens become the plain one; what is not seen is left out.
VARIANTS = str.maketrans(
    {
        "\N{HYPHEN}": "-",
        "\N{NON-BREAKING HYPHEN}": "-",
        "\N{SOFT HYPHEN}": None,
        "\N{ZERO WIDTH SPACE}": None,
        "\N{WORD JOINER}": None,
        "\N{ZERO WIDTH NO-BREAK SPACE}": None,
    }
)

#: How much a word must look like a listed one to be suggested, from 0 to 1.
NEAR = 0.7

Span = tuple[int, int]


@dataclass(frozen=True)
class Place:
    """A word of a block and where it stands; a break has the empty span ``(0, 0)``.

    Parameters
    ----------
    word : Word
        The word.
    sentence : int
        Number of its sentence in the block, from 0.
    span : tuple of int
        Where it begins and ends in the sentence.
    """

    word: Word
    sentence: int
    span: Span


@dataclass(frozen=True)
class Block:
    """The prose of a block: its sentences, and its words in order with the breaks between them."""

    sentences: tuple[str, ...]
    places: tuple[Place, ...]


def clean(text: str) -> str:
    """Return a text in NFC with plain hyphens and without invisible characters.

    Examples
    --------
    >>> clean("time\\N{NON-BREAKING HYPHEN}step, hid\\N{SOFT HYPHEN}den")
    'time-step, hidden'
    """
    return unicodedata.normalize("NFC", text.translate(VARIANTS))


@lru_cache(maxsize=4096)
def read_block(text: str) -> Block:
    """Return the prose of a block; code, mathematics and roles are one blank character each.

    Parameters
    ----------
    text : str
        Markdown, as :func:`clean` returns it.
    """
    sentences: list[str] = []
    places: list[Place] = []
    found = iter(words(text))  # the same walk with the same pattern, which does not tell columns
    for paragraph in paragraphs(text, blank=BLANK):
        for line in paragraph.lines:
            prose = unicodedata.normalize("NFC", line.words)
            marks = [0, *boundaries(prose), len(prose)]
            first = len(sentences)
            sentences.extend(prose[a:b].rstrip() for a, b in zip(marks, marks[1:]))
            for match in TOKEN.finditer(prose):
                part = sum(match.start() >= mark for mark in marks[1:-1])
                start, end = match.start() - marks[part], match.end() - marks[part]
                span = (start, end) if match["word"] else (0, 0)
                places.append(Place(next(found), first + part, span))
        places.append(Place(next(found), max(0, len(sentences) - 1), (0, 0)))
    return Block(tuple(sentences), tuple(places))


def matches(glossary: Glossary, text: str) -> Iterator[tuple[Term, tuple[Place, ...]]]:
    """Yield the terms of a block with all their words, the longest at each place.

    Examples
    --------
    >>> terms = Glossary((Term(("hidden state",), "trạng thái ẩn"), Term(("state",), "trạng thái")))
    >>> [[p.word.written for p in places] for _, places in matches(terms, "Hidden-States, a state")]
    [['Hidden', 'States'], ['state']]
    """
    places = read_block(text).places
    start = 0
    for term, first in glossary.find(text):  # in order, so the next place that fits is the one
        while places[start].word != first or not (size := _size(term, places[start:])):
            start += 1
        yield term, places[start : start + size]
        start += size


def _size(term: Term, places: tuple[Place, ...]) -> int:
    """Return of how many words the longest form of `term` is that `places` begin with, or 0."""
    forms = _forms(term)
    best, joined = 0, ""
    for size, place in enumerate(places[: max(map(len, forms))], 1):
        if not place.word.small:
            break
        joined += place.word.small
        best = size if joined in forms else best
    return best


@lru_cache(maxsize=4096)
def _forms(term: Term) -> frozenset[str]:
    """Return the forms of a term without the spaces in them."""
    found = set()
    for listed in term.en:
        *head, last = _smalls(listed)
        found |= {"".join(head) + form for form in inflections(last)}
    return frozenset(found)


def _smalls(phrase: str) -> list[str]:
    """Return the words of a phrase in small letters."""
    return [word.small for word in words(clean(phrase)) if word.small]


def _key(phrase: str) -> str:
    return "".join(_smalls(phrase))


@lru_cache(maxsize=8)
def renderings(glossary: Glossary) -> Glossary:
    """Return a glossary whose terms are the accepted renderings, to find them in Vietnamese."""
    found = {_key(vi): vi for term in reversed(glossary.terms) for vi in reversed(term.accepted)}
    return Glossary(tuple(Term((vi,), vi) for key, vi in found.items() if key))


# ---- how often ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Count:
    """How often a term occurs in the book.

    Parameters
    ----------
    en, vi : str
        The term and its rendering.
    line : int
        Its line in the glossary.
    uses : int
        How often the term stands in the English, in any form.
    rendered : int
        How often the rendering stands in the Vietnamese; one that several terms share counts for
        each of them.
    otherwise : int
        How often another rendering that is right for the term does, everyday meanings included.
    sections : int
        In how many sections the term occurs.
    """

    en: str
    vi: str
    line: int
    uses: int
    rendered: int
    otherwise: int
    sections: int


def count(glossary: Glossary, sections: Iterable[Section]) -> list[Count]:
    """Return how often each term occurs, the most frequent first, and last those that never do."""
    uses: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    vietnamese: Counter[str] = Counter()
    turned = renderings(glossary)
    for section in sections:
        here: set[str] = set()
        for cell in section.cells:
            if cell.lang == SOURCE_LANG:
                names = [term.name for term, _ in glossary.find(clean(cell.text))]
                uses.update(names)
                here.update(names)
            elif cell.lang == TARGET_LANG:
                vietnamese.update(_key(term.vi) for term, _ in turned.find(clean(cell.text)))
        inside.update(here)
    found = [
        Count(
            term.name,
            term.vi,
            term.line,
            uses[term.name],
            vietnamese[_key(term.vi)],
            sum(vietnamese[key] for key in set(map(_key, term.also)) - {_key(term.vi)}),
            inside[term.name],
        )
        for term in glossary.terms
    ]
    return sorted(found, key=lambda c: (-c.uses, -c.rendered, c.en.casefold()))


# ---- every use ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Use:
    """One use of a term.

    Parameters
    ----------
    term : str
        The term as it is listed.
    path, line
        The section and the line where the use begins, from 1.
    form : str
        The term as it is written here.
    en : str
        The English sentence, what is no prose in it replaced by "…".
    en_spans : tuple of tuple of int
        Where the words of the term begin and end in `en`.
    vi_line : int or None
        The line where the Vietnamese begins; None where there is no translation.
    vi : str
        The Vietnamese sentence, or the sentences of the pair that hold a rendering.
    vi_spans : tuple of tuple of int
        Where the words of renderings begin and end in `vi`.
    """

    term: str
    path: str
    line: int
    form: str
    en: str
    en_spans: tuple[Span, ...]
    vi_line: int | None
    vi: str
    vi_spans: tuple[Span, ...]


def uses(
    glossary: Glossary, sections: Iterable[Section], wanted: Collection[Term]
) -> Iterator[Use]:
    """Yield every use of the terms in `wanted`, in the order of the text.

    Where both blocks of a pair have as many sentences, the Vietnamese sentence is the one at the
    same place, if it has a rendering; else it is every sentence of the block that has one, and
    every sentence if none has.
    """
    turned = renderings(glossary)
    for section in sections:
        for pair in section.pairs():
            text = clean(pair.en.text)
            for term, places in matches(glossary, text):
                if term not in wanted:
                    continue
                block = read_block(text)
                numbers = range(places[0].sentence, places[-1].sentence + 1)
                en, spans = _context(block, numbers, places)
                vi_line, vi, vi_spans = None, "", ()
                if pair.vi is not None:
                    theirs = read_block(clean(pair.vi.text))
                    rendered = _rendered(turned, clean(pair.vi.text), term)
                    shown = _aligned(block, theirs, numbers, rendered)
                    vi, vi_spans = _context(theirs, shown, rendered)
                    lines = [p.word.line for p in theirs.places if p.sentence in shown]
                    offset = min((line for line in lines if line >= 0), default=0)
                    vi_line = pair.vi.line + offset
                form = " ".join(_written(block, place) for place in places)
                line = pair.en.line + places[0].word.line
                yield Use(term.name, section.path, line, form, en, spans, vi_line, vi, vi_spans)


def _written(block: Block, place: Place) -> str:
    return block.sentences[place.sentence][slice(*place.span)]


def _rendered(turned: Glossary, text: str, term: Term) -> tuple[Place, ...]:
    """Return the words of the renderings of `term` in a Vietnamese block.

    Longest match first; where that finds nothing, a rendering inside a longer one, or one whose
    words stand apart ("cổng cập nhật và xóa" for "cổng xóa"), as the check of terms accepts them.
    """
    right = {_key(vi) for vi in term.accepted}
    found = [p for t, places in matches(turned, text) if _key(t.vi) in right for p in places]
    if found:
        return tuple(found)
    places = read_block(text).places
    for rendering in term.accepted:
        phrase = _smalls(rendering)
        for start in range(len(places) if phrase else 0):
            if places[start].word.small != phrase[0]:
                continue
            here: list[Place] = []
            for place in places[start : start + len(phrase) + GAP]:
                if len(here) < len(phrase) and place.word.small == phrase[len(here)]:
                    here.append(place)
            if len(here) == len(phrase):
                found.extend(place for place in here if place not in found)
        if found:
            break
    return tuple(found)


def _aligned(
    ours: Block, theirs: Block, numbers: range, rendered: tuple[Place, ...]
) -> Iterable[int]:
    """Return which Vietnamese sentences belong to the English ones with these numbers."""
    having = {place.sentence for place in rendered}
    parallel = len(ours.sentences) == len(theirs.sentences)
    if parallel and (having & set(numbers) or not having):
        return numbers
    return sorted(having) or range(len(theirs.sentences))


def _context(
    block: Block, numbers: Iterable[int], places: tuple[Place, ...]
) -> tuple[str, tuple[Span, ...]]:
    """Return sentences as one text, and the spans of those `places` that are in them."""
    text, spans = "", []
    for number in numbers:
        start = len(text) + bool(text)
        text += " " * bool(text) + block.sentences[number]
        for place in places:
            if place.sentence == number:
                spans.append((start + place.span[0], start + place.span[1]))
    return text.replace(BLANK, "…"), tuple(spans)


# ---- looking up ---------------------------------------------------------------------------------


def fold(text: str) -> str:
    """Return a text in small letters without diacritics, spaces and marks.

    Examples
    --------
    >>> fold("Độ chính xác") == fold("do-chinh xac") == "dochinhxac"
    True
    """
    small = unicodedata.normalize("NFKD", text.translate(VARIANTS)).casefold().replace("đ", "d")
    return "".join(c for c in unicodedata.normalize("NFKD", small) if c.isalnum())


def look_up(glossary: Glossary, query: str) -> list[Term]:
    """Return the terms that a query means, in English or in Vietnamese.

    An English form is looked for first, then a rendering as it is written, then either without
    diacritics; a rendering may belong to several terms.

    Raises
    ------
    ValueError
        If there is none; the message suggests terms that look like it.

    Examples
    --------
    >>> terms = Glossary((Term(("hidden state",), "trạng thái ẩn"), Term(("state",), "trạng thái")))
    >>> [look_up(terms, q)[0].name for q in ("Hidden-States", "trang thai an", "TRẠNG THÁI")]
    ['hidden state', 'hidden state', 'state']
    >>> look_up(terms, "hiden state")
    Traceback (most recent call last):
    ...
    ValueError: 'hiden state' is no term of the glossary: did you mean 'hidden state'?
    """
    text = clean(unicodedata.normalize("NFKC", query)).strip()
    whole = [place for place in read_block(text).places if place.word.small]
    for term, places in matches(glossary, text):
        if len(places) == len(whole):
            return [term]
    key, folded = _key(text), fold(query)
    for same in (
        lambda term: key in map(_key, term.accepted),
        lambda term: folded in map(fold, (*term.en, *term.accepted)),
    ):
        found = [term for term in glossary.terms if key and same(term)]
        if found:
            return found
    pool: dict[str, str] = {}
    for term in glossary.terms:
        for listed in (*term.en, *term.accepted, *term.refuse):
            pool.setdefault(fold(listed), listed if listed not in term.refuse else term.name)
    near = difflib.get_close_matches(folded, pool, n=3, cutoff=NEAR)
    names = list(dict.fromkeys(repr(pool[name]) for name in near))
    remedy = f"did you mean {' or '.join(names)}?" if names else "'terms list' names them all"
    raise ValueError(f"{query!r} is no term of the glossary: {remedy}")
