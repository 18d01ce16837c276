"""Sections as their author writes them: ``chapter_rnn/NAME.md``, read into cells and pairs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupytext.myst import MystMetadataParsingError, myst_to_notebook

from bitext import intake
from bitext.findings import Finding, SourceError
from bitext.markdown import Heading, headings
from bitext.markdown import parse as parse_markdown

SOURCE_LANG = "en"
TARGET_LANG = "vi"
LANGS = (SOURCE_LANG, TARGET_LANG)

#: Boxes with a title in both languages, which a pair may ask for.
ADMONITIONS = ("exercise", "note", "solution", "summary", "tip", "warning")

#: What a label's first letters say about the cell that it names.
LABEL = re.compile(r"(sec|ex|fig|eq)-[a-z0-9]+(-[a-z0-9]+)*")

EXERCISE = re.compile(r"#+ +Exercise \d+")
IMAGE = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<path>[^)\s]+)\)")
EQUATION = re.compile(r"\$\$(?P<tex>.+)\$\$", re.DOTALL)


@dataclass(frozen=True)
class Cell:
    """One cell of a section.

    Parameters
    ----------
    kind : {"markdown", "code"}
        What it holds.
    text : str
        Its text, without surrounding blank lines.
    line : int
        The line of the source where the text begins, counted from 1.
    number : int
        Its place in the section, counted from 1.
    metadata : dict
        Its metadata: ``lang``, ``label``, ``admonition``, ``tags`` and ``silence`` mean
        something to the book.
    """

    kind: str
    text: str
    line: int
    number: int
    metadata: dict[str, Any] = field(default_factory=dict)

    @property
    def lang(self) -> str | None:
        """Language of the block, or None where the cell is shared by both."""
        return self.metadata.get("lang")

    @property
    def label(self) -> str | None:
        """Name by which other cells refer to this one."""
        return self.metadata.get("label")

    @property
    def tags(self) -> list[str]:
        """Tags of the cell, as Jupyter knows them."""
        return list(self.metadata.get("tags", ()))


@dataclass(frozen=True)
class Pair:
    """An English block and its translation, which is None where there is none yet."""

    en: Cell
    vi: Cell | None

    @property
    def is_heading(self) -> bool:
        """Whether the blocks begin with a heading."""
        found = headings(self.en.text)
        return bool(found) and found[0].line == 0

    @property
    def name(self) -> str:
        """A name for reports: the label, or the beginning of the English text."""
        return self.en.label or " ".join(self.en.text.split()[:6])


@dataclass(frozen=True)
class Section:
    """A section of the book: its name, its path from the book's root, and its cells."""

    name: str
    path: str
    cells: tuple[Cell, ...]

    def items(self) -> Iterator[Pair | Cell]:
        """Yield the pairs and the shared cells, in the order of the page."""
        cells = iter(self.cells)
        cell = next(cells, None)
        while cell is not None:
            following = next(cells, None)
            if cell.lang == SOURCE_LANG:
                if following is not None and following.lang == TARGET_LANG:
                    yield Pair(cell, following)
                    following = next(cells, None)
                else:
                    yield Pair(cell, None)
            else:
                yield cell
            cell = following

    def pairs(self) -> list[Pair]:
        """Return the pairs alone."""
        return [item for item in self.items() if isinstance(item, Pair)]


def read(path: Path, root: Path) -> Section:
    """Read one section.

    Parameters
    ----------
    path : Path
        The source, ``chapter_rnn/NAME.md``.
    root : Path
        The book's root; findings name files relative to it.

    Raises
    ------
    SourceError
        If the file is not a section in the book's format.  Every fault is named with its
        line, its cell and what to write instead.
    """
    name = path.relative_to(root).as_posix()
    section = parse(intake.text(path, name, "format"), path.stem, name)
    findings = structure(section) + outline(section)
    if findings:
        raise SourceError(findings)
    return section


def parse(text: str, name: str, path: str) -> Section:
    """Split the text of a source into cells; see :func:`structure` for what is checked after."""

    def fail(line: int, what: str, remedy: str) -> SourceError:
        return SourceError([Finding(path, line, "format", what, remedy)])

    if not text.startswith("---\n") or "format_name: myst" not in text.split("\n---", 1)[0]:
        raise fail(
            1,
            "the section has no notebook header",
            "begin it as the other sections begin, with 'jupytext: text_representation: "
            "format_name: myst' and 'kernelspec: name: python3'",
        )
    try:
        notebook = myst_to_notebook(text, add_source_map=True)
    except MystMetadataParsingError as error:
        found = re.search(r"line (\d+)", str(error))
        raise fail(
            int(found.group(1)) if found else 1,
            " ".join(str(error).split()),
            'write cell metadata as one JSON object, +++ {"lang": "en"}',
        ) from error
    except ValueError as error:
        raise fail(1, " ".join(str(error).split()), "correct the YAML of the header") from error
    lines = text.splitlines()
    cells = []
    for number, (cell, start) in enumerate(
        zip(notebook.cells, notebook.metadata.pop("source_map")), 1
    ):
        body = cell.source.strip("\n")
        first = body.split("\n", 1)[0]
        while body and start < len(lines) and lines[start].rstrip() != first.rstrip():
            start += 1  # options of a code cell and blank lines stand before its text
        kind = "code" if cell.cell_type == "code" else "markdown"
        cells.append(Cell(kind, body, start + 1, number, dict(cell.metadata)))
    return Section(name, path, tuple(cells))


def structure(section: Section) -> list[Finding]:
    """Return what breaks the book's format in `section`: languages, headings, labels, nesting."""
    findings: list[Finding] = []

    def found(cell: Cell, what: str, remedy: str, offset: int = 0) -> None:
        line = cell.line + offset
        findings.append(Finding(section.path, line, "format", what, remedy, cell.number))

    previous: Cell | None = None
    labels: dict[str, int] = {}
    for cell, following in zip(section.cells, [*section.cells[1:], None]):
        if cell.lang is not None and cell.lang not in LANGS:
            found(cell, f"unknown lang {cell.lang!r}", 'write "en" or "vi", or leave it out')
        if cell.kind == "code" and cell.lang is not None:
            found(cell, "a code cell with a lang", "leave it out: code is shared by both languages")
        if cell.lang == TARGET_LANG and (previous is None or previous.lang != SOURCE_LANG):
            found(
                cell,
                "a Vietnamese cell without its English one",
                'put a cell +++ {"lang": "en"} directly before it',
            )
        if cell.kind == "markdown":
            _check_headings(cell, previous, found)
            for offset, line in enumerate(cell.text.split("\n")):
                if line.lstrip().startswith(("```{code-cell}", "+++")):
                    found(
                        cell,
                        f"{line.strip()!r} inside a cell",
                        "end the list or fence before it, so that it begins a cell of its own",
                        offset,
                    )
        admonition = cell.metadata.get("admonition")
        if admonition is not None and admonition not in ADMONITIONS:
            found(cell, f"unknown admonition {admonition!r}", f"one of {', '.join(ADMONITIONS)}")
        if admonition is not None and cell.lang != SOURCE_LANG:
            found(cell, "an admonition outside an English cell", "put it on the English cell")
        if cell.label is not None:
            _check_label(cell, found)
            if cell.label in labels:
                where = f"line {labels[cell.label]}"
                found(cell, f"label {cell.label!r} is already taken at {where}", "choose another")
            labels.setdefault(cell.label, cell.line)
            if cell.kind == "code" and not _is_caption(following):
                found(
                    cell,
                    f"the plot {cell.label!r} has no caption",
                    'put a pair of cells without heading, +++ {"lang": "en"} and '
                    '+++ {"lang": "vi"}, directly after it',
                )
        previous = cell
    return findings


def outline(section: Section) -> list[Finding]:
    """Return what keeps `section` from being a page: one title, before everything else.

    What stands before the first heading is in no part of the page: no index, list of contents or
    search could name its place.
    """
    first = section.cells[0] if section.cells else None
    opening = _opening(first) if first is not None and first.lang == SOURCE_LANG else None
    if opening is None or first.metadata.get("admonition") is not None:
        what = "something stands before the title" if first else "the section is empty"
        remedy = 'begin with a heading: a cell +++ {"lang": "en"} that begins with \'# …\''
        line, number = (first.line, first.number) if first else (1, None)
        return [Finding(section.path, line, "format", what, remedy, number)]
    findings = []

    def found(cell: Cell, what: str, remedy: str) -> None:
        findings.append(Finding(section.path, cell.line, "format", what, remedy, cell.number))

    if opening.level > 1:
        what = f"the title {opening.text!r} is a heading of level {opening.level}"
        found(first, what, "begin with a heading of level 1, '# …', in each language")
    for cell in section.cells:
        heading = _opening(cell)
        if heading is None or cell.lang is None:
            continue
        if not heading.text.strip():
            found(cell, "a heading without words", "write them, or take its '#' away")
        if heading.level == 1 and cell.lang == SOURCE_LANG and cell is not first:
            found(cell, f"a second title, {heading.text!r}", "write it with '##', in each language")
    return findings


def _opening(cell: Cell) -> Heading | None:
    """Return the heading that a cell begins with, not one in a quotation or a list."""
    if cell.kind != "markdown" or not parse_markdown(cell.text):
        return None
    first = parse_markdown(cell.text)[0]
    return headings(cell.text)[0] if first.type == "heading_open" else None


def _check_headings(cell: Cell, previous: Cell | None, found) -> None:
    inside = headings(cell.text)
    for heading in inside:
        if heading.line > 0:
            found(
                cell,
                f"the heading {heading.text!r} stands in the middle of a cell",
                "begin a new pair of cells with it",
                heading.line,
            )
    if cell.lang is None and inside:
        found(cell, f"the heading {inside[0].text!r} has no language", "make it a pair of cells")
    if cell.lang == TARGET_LANG and previous is not None and previous.lang == SOURCE_LANG:
        ours = [h.level for h in inside if h.line == 0]
        theirs = [h.level for h in headings(previous.text) if h.line == 0]
        if ours != theirs:
            mark = "#" * (theirs or ours)[0]
            found(
                cell,
                "a heading on one side only" if not (ours and theirs) else "headings of two levels",
                f"begin both cells of the pair with a heading '{mark} …', or neither",
            )


def _is_caption(cell: Cell | None) -> bool:
    """Whether a cell can be the English caption of the plot before it."""
    return (
        cell is not None
        and cell.lang == SOURCE_LANG
        and "admonition" not in cell.metadata
        and not headings(cell.text)
    )


def _check_label(cell: Cell, found) -> None:
    label = str(cell.label)
    if not LABEL.fullmatch(label):
        found(
            cell,
            f"label {label!r}",
            "write sec-, ex-, fig- or eq- and small letters, digits, hyphens",
        )
        return
    kind = label.split("-", 1)[0]
    if kind == "sec" and not (cell.lang == SOURCE_LANG and headings(cell.text)):
        found(cell, f"label {label!r} names no heading", "put it on an English heading cell")
    if kind == "ex" and not (cell.lang == SOURCE_LANG and EXERCISE.match(cell.text)):
        found(
            cell,
            f"label {label!r} names no exercise",
            "put it on an English cell that begins with '### Exercise 1: …'",
        )
    drawn = cell.lang is None and IMAGE.fullmatch(cell.text)
    if kind == "fig" and not (cell.kind == "code" or drawn):
        found(
            cell,
            f"label {label!r} names no figure",
            "put it on a code cell that plots, or on a shared cell that holds one image, "
            "![description](../img/NAME.svg)",
        )
    if kind == "eq" and not (cell.lang is None and EQUATION.fullmatch(cell.text)):
        found(cell, f"label {label!r} names no equation", "put it on a shared cell holding $$ … $$")
