"""Exercises and solutions, as a section has them; on the page they are those of sphinx-exercise.

An exercise is a pair under a heading, or in a box, and all cells up to its solution::

    +++ {"lang": "en"}                           +++ {"lang": "vi"}

    ### Exercise 2: Sizes                        ### Bài tập 2: các kích thước

    How many parameters are there?               Có bao nhiêu tham số?

Its solution begins with a pair ``{"lang": "en", "admonition": "solution"}`` and ends, code and
outputs included, before the next heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bitext.findings import Finding
from bitext.markdown import headings
from bitext.sources import SOURCE_LANG, TARGET_LANG, Cell, Pair, Section

KIND = "exercise"

#: How the heading of an exercise begins in each language.
NAMES = {SOURCE_LANG: "Exercise", TARGET_LANG: "Bài tập"}
HEADINGS = {
    lang: re.compile(rf"{name} (?P<number>\d+)(?:: *(?P<title>\S.*))?")
    for lang, name in NAMES.items()
}
#: A heading that an author may have meant so; a plural stands above the exercises.
MEANT = re.compile(r"(?:Exercise|Solution)\b")


@dataclass(frozen=True)
class Title:
    """What the heading of an exercise says: its number, and its title or ``""``."""

    number: int
    title: str


def title(text: str, lang: str = SOURCE_LANG) -> Title | None:
    """Return what the heading of a block says if it is that of an exercise.

    Examples
    --------
    >>> title("### Bài tập 2: các kích thước\\n\\nCó bao nhiêu?", "vi")
    Title(number=2, title='các kích thước')
    >>> title("## Exercises") is None
    True
    """
    first = _heading(text)
    match = HEADINGS[lang].fullmatch(first) if first is not None else None
    return Title(int(match["number"]), match["title"] or "") if match else None


def role(text: str, admonition: str | None) -> str | None:
    """Return what an English block begins: ``exercise``, ``solution``, or another ``heading``."""
    if admonition == "exercise" or title(text) is not None:
        return "exercise"
    if admonition == "solution":
        return "solution"
    return "heading" if _heading(text) is not None else None


def label(source: str, number: int, kind: str = "exercise") -> str:
    """Return a name for the ``number``-th exercise of a source, or for its solution.

    Examples
    --------
    >>> label("chapter_rnn/deep-rnn.md", 2, "solution")
    'chapter-rnn-deep-rnn-solution-2'
    """
    slug = re.sub(r"[^a-z0-9]+", "-", source.lower().removesuffix(".md")).strip("-")
    return f"{slug}-{kind}-{number}"


def findings(section: Section) -> Iterator[Finding]:
    """Yield what is wrong with the exercises of a section."""
    number, opened, solved = 0, None, False

    def found(cell: Cell, what: str, remedy: str) -> Finding:
        return Finding(section.path, cell.line, KIND, what, remedy, cell.number)

    def unsolved() -> Iterator[Finding]:
        if opened is not None and not solved:
            remedy = (
                'write a pair +++ {"lang": "en", "admonition": "solution"} after it, '
                'or silence "exercise" here'
            )
            yield found(opened, f"exercise {number} has no solution", remedy)

    for item in section.items():
        if not isinstance(item, Pair):
            continue
        admonition = item.en.metadata.get("admonition")
        kind = role(item.en.text, admonition)
        if kind == "solution":
            if opened is None:
                remedy = "begin the pair before it with a heading '### Exercise 1: …'"
                yield found(item.en, "a solution without an exercise", remedy)
            elif solved:
                remedy = "make them one, or give the second its own exercise"
                yield found(item.en, f"a second solution of exercise {number}", remedy)
            if _heading(item.en.text) is not None:
                remedy = "leave the heading out: the page writes 'Solution' and the number"
                yield found(item.en, "a solution with a heading", remedy)
            solved = True
        elif kind is not None:
            yield from unsolved()
            opened, solved = None, False
        if kind == "exercise":
            number, opened = number + 1, item.en
            yield from (found(*fault) for fault in _faults(item, number))
        elif kind == "heading" and MEANT.match(_heading(item.en.text)):
            remedy = "write '### Exercise 1: Title', its number counted in the section"
            yield found(
                item.en, f"the heading {_heading(item.en.text)!r} begins no exercise", remedy
            )
    yield from unsolved()


def _faults(pair: Pair, number: int) -> Iterator[tuple[Cell, str, str]]:
    """Yield what is wrong with the two halves of the ``number``-th exercise."""
    ours = title(pair.en.text)
    if ours is None:  # a box, which the page numbers
        if _heading(pair.en.text) is not None:
            remedy = "write the heading '### Exercise 1: Title', or none"
            yield pair.en, "an exercise in a box with another heading", remedy
        return
    if ours.number != number:
        remedy = f"write 'Exercise {number}', as the page numbers it"
        yield pair.en, f"exercise {ours.number} is number {number} of this section", remedy
    if not pair.en.text.partition("\n")[2].strip():
        remedy = "write the exercise under its heading, in the same cell"
        yield pair.en, f"exercise {ours.number} asks nothing", remedy
    if pair.vi is not None and _heading(pair.vi.text) is not None:
        theirs = title(pair.vi.text, TARGET_LANG)
        if theirs is None or theirs.number != ours.number:
            remedy = f"begin it with 'Bài tập {ours.number}'"
            what = f"the heading {_heading(pair.vi.text)!r} is not that of exercise {ours.number}"
            yield pair.vi, what, remedy
        elif bool(theirs.title) != bool(ours.title):
            remedy = "give both halves a title, or neither"
            yield pair.vi, f"exercise {ours.number} has a title in one language", remedy


def _heading(text: str) -> str | None:
    """Return the heading that a block begins with."""
    return next((found.text for found in headings(text) if found.line == 0), None)
