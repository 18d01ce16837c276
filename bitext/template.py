"""The template of the Vietnamese D2L community: English in comments, Vietnamese below them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from bitext import d2l
from bitext.d2l import Block

#: What stands where nobody has translated yet.
PLACEHOLDER = re.compile(r"(?:#{1,6}[ \t]+)?\*dịch [^*\n]{1,40} phía trên\*", re.IGNORECASE)
#: Comments for the people who divide the work, not for readers.
MARKER = re.compile(
    r"={5}|^\s*(?:Bắt đầu|Kết thúc) dịch\b|^\s*REVISE PHẦN\b|^\s*Phần\s*\d*\s*$", re.IGNORECASE
)
PEOPLE = re.compile(r"#{1,6}[ \t]+Những người thực hiện", re.IGNORECASE)
PERSON = re.compile(r"[ \t]*[-*+][ \t]+(?P<name>\S.*)")
PART = re.compile(r"Phần\s+(?P<part>\d+)")

#: Blocks in a language; the others are shared by both.
SPOKEN = ("heading", "prose", "figure")


@dataclass(frozen=True)
class Unit:
    """What becomes a pair, or one block that no language owns.

    `en` and `vi` are blocks of one kind, several only where paragraphs do not match one to one;
    `other` is a shared block, or one that the book has no place for.
    """

    en: tuple[Block, ...] = ()
    vi: tuple[Block, ...] = ()
    other: Block | None = None


@dataclass(frozen=True)
class Person:
    """A contributor, the part of the page (0 if none is named), and the line."""

    name: str
    part: int
    line: int


@dataclass
class Page:
    """A page in pairs, what its markers say, and who has translated it."""

    units: list[Unit] = field(default_factory=list)
    facts: list[tuple[int, str]] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)


def is_template(text: str) -> bool:
    """Whether a page is in the community's template.

    Examples
    --------
    >>> is_template("<!--\\nA state.\\n-->\\n\\n*dịch đoạn phía trên*")
    True
    >>> is_template("A state. <!-- a note -->")
    False
    """
    if "<!--" not in text:
        return False
    outside = re.sub(r"<!--(?:(?!-->|<!--).)*(?:-->)?", "", text, flags=re.DOTALL)
    marked = re.search(r"Bắt đầu dịch Phần|REVISE PHẦN|\*dịch [^*\n]{1,40} phía trên\*", text)
    return bool(marked) or (outside != text and d2l.language(outside) == "vi")


def read(text: str) -> Page:
    """Read a clean text (:func:`bitext.d2l.clean`); what is broken is a block with a problem."""
    page = Page()
    english: list[Block] = []
    below: list[Block] = []
    level = part = 0  # of the heading over the contributors, 0 outside of their list

    def flush() -> None:
        page.units.extend(align(english, below))
        english.clear()
        below.clear()

    for block, is_english in _with_lost_openings(d2l.read(d2l.numbered(text))):
        if block.kind == "heading":
            depth = len(block.text) - len(block.text.lstrip("#"))
            if PEOPLE.match(block.text):
                flush()
                level, part = depth, 0
            elif depth <= level:
                level = 0
        if level:
            if block.kind == "comment":
                if found := PART.search(block.raw):
                    part = int(found["part"][:6])
            else:
                page.people.extend(_people(block, part))
            page.units.append(Unit(other=replace(block, kind="people")))
        elif block.kind == "comment":
            inner = _inside(block)
            words = block.raw.replace("<!--", "").replace("-->", "")
            if MARKER.search(words) and len(inner) <= 1:
                flush()
                page.facts.append((block.line, " ".join(words.replace("=", " ").split())))
                page.units.append(Unit(other=replace(block, kind="marker")))
            elif inner:
                if below:
                    flush()
                english.extend(inner)
            else:
                below.append(replace(block, kind="mark"))
        elif is_english:
            if below:
                flush()
            english.append(block)
        else:
            below.append(block)
    flush()
    return page


def _with_lost_openings(blocks: list[Block]) -> Iterator[tuple[Block, bool]]:
    """Yield the blocks, and whether one is English whose '<!--' is lost: it stands over a '-->'."""
    for block, following in zip(blocks, [*blocks[1:], None]):
        stray = following is not None and following.raw.strip() == "-->"
        spoken = block.kind in SPOKEN and not is_placeholder(block)
        yield block, stray and spoken and d2l.language(block.text) == "en"


def _inside(comment: Block) -> list[Block]:
    """Return the blocks in a comment; the first and the last keep its marks in their raw text."""
    lines = comment.raw.split("\n")
    head, _, lines[0] = lines[0].partition("<!--")
    body, mark, tail = lines[-1].rpartition("-->")
    if mark:
        lines[-1] = body
    else:
        tail = ""  # the comment has no end, and these are its words
    blocks = d2l.read((comment.line + n, line) for n, line in enumerate(lines))
    blocks = [
        replace(block, piece=comment.piece) if block.line == comment.line else block
        for block in blocks
        if block.raw
    ]
    if blocks:
        blocks[0] = replace(blocks[0], raw=f"{head}<!--\n{blocks[0].raw}", problem=comment.problem)
        blocks[-1] = replace(blocks[-1], raw=f"{blocks[-1].raw}\n{mark}{tail}".rstrip("\n"))
    return blocks


def _people(block: Block, part: int) -> Iterator[Person]:
    for number, line in enumerate(block.raw.split("\n")):
        if found := PERSON.fullmatch(line.rstrip()):
            yield Person(found["name"], part, block.line + number)


def is_placeholder(block: Block) -> bool:
    """Whether a block only says that a translation is missing."""
    return block.kind in SPOKEN and bool(PLACEHOLDER.fullmatch(block.text.strip()))


# ---- pairing ------------------------------------------------------------------------------------


def align(english: Sequence[Block], below: Sequence[Block]) -> Iterator[Unit]:
    """Pair the blocks of comments with the blocks below them, in order.

    A shared block that stands in both, an equation for instance, keeps its place and is kept
    once; between two of them headings are paired with headings, pictures with pictures, and
    paragraphs one to one where there are as many of them, else all with all.
    """
    if english and not any(block.kind in SPOKEN for block in english):  # a link to a forum
        below = [replace(b, kind="placeholder") if is_placeholder(b) else b for b in below]
    seen = [_content(block) for block in below]
    start = 0
    queue: list[Block] = []
    left: dict[tuple[str, str], list[int]] = {}
    for index, key in enumerate(seen):
        left.setdefault(key, []).append(index)
    for places in left.values():
        places.reverse()
    for block in english:
        if block.kind in SPOKEN:
            queue.append(block)
            continue
        places = left.get(_content(block), [])
        while places and places[-1] < start:
            places.pop()
        if not places:
            yield from _paired(queue, ())
            queue = []
            yield Unit(other=block)
            continue
        index = places.pop()
        yield from _paired(queue, below[start:index])
        queue = []
        yield Unit(other=replace(block, kind="twice"))
        yield Unit(other=below[index])
        start = index + 1
    yield from _paired(queue, below[start:])


def _content(block: Block) -> tuple[str, str]:
    return (block.kind, "".join(block.text.split()))


def _runs(blocks: Iterable[Block]) -> list[list[Block]]:
    """Join paragraphs that follow each other; every other block stays alone."""
    runs: list[list[Block]] = []
    for block in blocks:
        if runs and block.kind == runs[-1][0].kind == "prose":
            runs[-1].append(block)
        else:
            runs.append([block])
    return runs


def _paired(english: Sequence[Block], below: Sequence[Block]) -> Iterator[Unit]:
    left = _runs(english)
    kinds = {kind: sum(run[0].kind == kind for run in left) for kind in SPOKEN}
    at = 0
    for run in _runs(below):
        kind = run[0].kind
        if kind not in SPOKEN:
            yield Unit(other=run[0])
            continue
        ours: list[Block] = []
        while kinds[kind] and not ours:
            kinds[left[at][0].kind] -= 1
            if left[at][0].kind == kind:
                ours = left[at]
            else:
                yield from (Unit(en=(block,)) for block in left[at])
            at += 1
        yield from _match(ours, run)
    for run in left[at:]:
        yield from (Unit(en=(block,)) for block in run)


def _match(english: list[Block], below: list[Block]) -> Iterator[Unit]:
    """Pair two runs of blocks of one kind; a placeholder is no translation."""
    real = [block for block in below if not is_placeholder(block)]
    empty = [Unit(other=replace(b, kind="placeholder")) for b in below if is_placeholder(b)]
    if len(english) == len(below):
        for ours, theirs in zip(english, below):
            if is_placeholder(theirs):
                yield Unit(en=(replace(ours, label=ours.label or theirs.label),))
                yield Unit(other=replace(theirs, kind="placeholder"))
            else:
                yield Unit((ours,), (theirs,))
        return
    if english and real:
        yield Unit(tuple(english), tuple(real))
    else:
        yield from (Unit(en=(block,)) for block in english)
        yield from (Unit(vi=(block,)) for block in real)
    if not english:
        problem = "a placeholder without English above it"
        empty = [Unit(other=replace(unit.other, problem=problem)) for unit in empty]
    yield from empty
