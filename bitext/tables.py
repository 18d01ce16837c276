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

from bitext.findings import Finding

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
    reader = csv.reader(io.StringIO(path.read_text("utf-8", errors="replace"), newline=""))
    try:
        for row in reader:
            for cell in row:
                if FORMULA.match(cell):
                    what = f"{cell[:40]!r} is a formula in a spreadsheet"
                    yield Finding(name, reader.line_num, "table", what, "write ' before it")
                elif found := CONTROL.search(cell):
                    what = f"the control character U+{ord(found[0]):04X} in {cell[:40]!r}"
                    yield Finding(name, reader.line_num, "table", what, "take it out")
    except csv.Error as error:
        yield Finding(name, reader.line_num, "table", f"no table: {error}", "restore the file")
