"""Tables that people open in a spreadsheet: no cell of ``translations/`` may be a formula there.

What begins like a formula is kept with an apostrophe before it, as spreadsheets show text, and read
without it.  A ``-`` and a blank begin an item of a list, which is none.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from bitext.findings import Finding, SourceError

FORMULA = re.compile(r"(?:[=+@\t\r]|-(?! ))")
GUARDED = re.compile(rf"'+{FORMULA.pattern}")
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
TABLES = "translations/**/*.csv"


def guarded(cell: str) -> str:
    """Return a cell as it is written.

    Examples
    --------
    >>> guarded("=1+1"), guarded("@lan"), guarded("'=1"), guarded("- an item"), guarded("Lan")
    ("'=1+1", "'@lan", "''=1", '- an item', 'Lan')
    """
    return f"'{cell}" if FORMULA.match(cell) or GUARDED.match(cell) else cell


def unguarded(cell: str) -> str:
    """Return the cell that :func:`guarded` was given.

    Examples
    --------
    >>> unguarded("'@lan"), unguarded("''=1"), unguarded("'t Hooft")
    ('@lan', "'=1", "'t Hooft")
    """
    return cell[1:] if GUARDED.match(cell) else cell


def findings(path: Path, root: Path) -> Iterator[Finding]:
    """Yield the cells of a table that a spreadsheet takes for formulas, or that are not to be seen.

    Parameters
    ----------
    path : Path
        The table; one that is no text has nothing that could be said here.
    root : Path
        The book's root; findings name files relative to it.
    """
    name = path.relative_to(root).as_posix()
    try:
        for line, row in rows(path.read_text("utf-8", errors="replace"), name, "table"):
            for cell in row:
                if FORMULA.match(cell):
                    what = f"{cell[:40]!r} is a formula in a spreadsheet"
                    yield Finding(name, line, "table", what, "write ' before it")
                elif found := CONTROL.search(cell):
                    what = f"the control character U+{ord(found[0]):04X} in {cell[:40]!r}"
                    yield Finding(name, line, "table", what, "take it out")
    except SourceError as error:
        yield from error.findings


def rows(text: str, name: str, kind: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a table, each with the line where it ends.

    Parameters
    ----------
    text : str
        The table.
    name : str
        Its file, as findings name it.
    kind : str
        The kind of the finding.

    Raises
    ------
    SourceError
        If it is no table: a cell without end, or one of 128 kB.
    """
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        line, what = max(1, reader.line_num), f"no table: {error}"
        finding = Finding(name, line, kind, what, "restore the file")
        raise SourceError([finding]) from None
