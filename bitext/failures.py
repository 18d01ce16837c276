"""What a failing cell has to say: where it stands in the section, its code, the error."""

from __future__ import annotations

import re
from pathlib import Path

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from bitext import sources
from bitext.findings import SourceError

#: Colors of a terminal, which a traceback has and a log must not have.
COLORS = re.compile(r"\x1b\[[0-9;]*m")

#: How IPython names a line of a cell in a traceback; the first is that of the failing cell.
FRAME = re.compile(r"Cell In\[\d+\], line (\d+)")

AROUND = 3  # lines shown on each side of the failing one
LINES = 60  # of a traceback; a longer one loses its middle


def describe(notebook: NotebookNode, number: int, error: Exception, source: Path) -> str:
    """Return a report on a cell that has failed.

    Parameters
    ----------
    notebook : NotebookNode
        The notebook, with the outputs up to the failure.
    number : int
        Index of the cell, counted from 0.
    error : Exception
        What nbclient has raised.
    source : Path
        The section, where the cell is looked up.
    """
    cell = notebook.cells[number]
    name = source.stem
    first = _line(cell.source, number, source)
    place = notebook.metadata.get("bitext", {}).get("source", name)
    if isinstance(error, CellTimeoutError):
        what = "it was still running when the time of the notebook was over"
        remedy = (
            "find what takes so long, or give the notebook more time in pyproject.toml: "
            f"[tool.bitext.timeouts] {name} = SECONDS"
        )
        line, details = None, ""
    elif isinstance(error, DeadKernelError):
        what = "the kernel died"
        remedy = (
            "most often memory ran out or a library crashed: run the cell alone in 'make lab', "
            "or build with BITEXT_JOBS=1"
        )
        line, details = None, ""
    else:
        ename, evalue, details = _error(cell, error)
        what = f"{ename}: {evalue}" if evalue else ename
        remedy = "correct it in the section or in the module that it calls, then build again"
        found = FRAME.search(details)
        line = int(found[1]) if found else None
    at = f"{place}:{first + (line or 1) - 1}" if first else place
    if first and cell.source.startswith("# %load"):
        at = f"{place}:{first}"  # the section has one line where the notebook has the code
    parts = [f"{at}: {name}: cell {number + 1} failed: {what}", _excerpt(cell.source, line)]
    parts += [_shorten(details)] if details else []
    return "\n\n".join([*parts, remedy])


def _line(code: str, number: int, source: Path) -> int | None:
    """Return the line of the section where a cell begins, None where that cannot be told."""
    try:
        cell = sources.parse(source.read_text("utf-8"), source.stem, source.name).cells[number]
    except (OSError, SourceError, IndexError):
        return None
    return cell.line if cell.text == code or code.startswith(f"# {cell.text.strip()}\n") else None


def _error(cell: NotebookNode, error: Exception) -> tuple[str, str, str]:
    """Return name, message and traceback of an error, as the kernel has sent them."""
    for output in reversed(cell.outputs):
        if output.output_type == "error":
            return output.ename, output.evalue, COLORS.sub("", "\n".join(output.traceback))
    return type(error).__name__, str(error), ""


def _excerpt(code: str, line: int | None) -> str:
    """Return the lines around the failing one, which is marked, or the first ones of the cell."""
    lines = code.split("\n")
    middle = line or AROUND + 1
    shown = range(max(1, middle - AROUND), min(len(lines), middle + AROUND) + 1)
    return "\n".join(f"{'>' if n == line else ' '} {n:4} | {lines[n - 1]}" for n in shown)


def _shorten(text: str) -> str:
    lines = text.strip().split("\n")
    if len(lines) > LINES:
        lines[LINES // 2 : -LINES // 2] = [f"... {len(lines) - LINES} lines ..."]
    return "\n".join(lines)
