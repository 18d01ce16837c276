"""Drawings in the sources: which text shows them, and what is wrong with their files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

from bitext import sanitizing
from bitext.findings import Finding
from bitext.markdown import walk
from bitext.sources import Section

SUFFIX = ".svg"
DIRECTIVE = re.compile(r"\{(?:image|figure)\}\s*(\S+)")


def findings(section: Section, root: Path) -> list[Finding]:
    """Return what is wrong with the drawings that a section shows, with the line that shows them.

    A file that does not exist is no matter of this check.
    """
    found = []
    for line, cell, path in shown(section, root):
        fault = _fault(path)
        if fault is not None:
            what, remedy = fault
            name = _name(path, root)
            found.append(Finding(section.path, line, "drawing", f"{name} {what}", remedy, cell))
    return found


def unused(sections: Iterable[Section], root: Path) -> list[Finding]:
    """Return what is wrong with the files in ``img/`` that no section shows."""
    used = {path for section in sections for _, _, path in shown(section, root)}
    found = []
    for path in sorted((root / "img").glob("*")):
        if path.suffix.lower() == SUFFIX and path.resolve() not in used:
            if fault := _fault(path.resolve()):
                what, remedy = fault
                found.append(Finding(_name(path, root), 1, "drawing", f"the file {what}", remedy))
    return found


def shown(section: Section, root: Path) -> Iterator[tuple[int, int, Path]]:
    """Yield line, number of the cell and file of each drawing that a section shows."""
    for cell in section.cells:
        if cell.kind != "markdown" or SUFFIX not in cell.text.lower():
            continue
        line = 0
        for token in walk(cell.text):
            line = token.map[0] if token.map else line
            address = ""
            if token.type == "image":
                address = str(token.attrs["src"])
            elif token.type == "fence" and (match := DIRECTIVE.match(token.info)):
                address = match[1]
            address = unquote(address)
            if address.lower().endswith(SUFFIX) and sanitizing.shows(address):
                folder = root if address.startswith("/") else (root / section.path).parent
                path = (folder / address.lstrip("/")).resolve()
                if path.is_file():
                    yield cell.line + line, cell.number, path


def _fault(path: Path) -> tuple[str, str] | None:
    state = path.stat()
    return _looked_at(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=1024)
def _looked_at(path: Path, time: int, size: int) -> tuple[str, str] | None:
    """Return what is wrong with a file and what to do, or None."""
    try:
        _, lost = sanitizing.parse(sanitizing.read(path), "drawing")
    except sanitizing.NotDrawingError as error:
        return f"is no drawing: {error}", "save it as plain SVG, in UTF-8"
    if lost:
        held = ", ".join(lost[:3]) + (f" and {len(lost) - 3} more" if len(lost) > 3 else "")
        return f"holds what no page shows: {held}", "take it out of the file"
    return None


def _name(path: Path, root: Path) -> str:
    """Return the name of a file, from the root where it is in it."""
    root = root.resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
