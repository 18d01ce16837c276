"""The ledger of translated blocks: which English each Vietnamese block was made for, and by whom.

``translations/ledger/NAME.csv`` has a record for each pair of a section::

    source,pair,en,vi,translator,reviewer,state,date,seal

``source`` is the English text itself, so that a page can show what has changed since, ``en`` and
``vi`` are hashes of the two blocks, and ``date`` is the day since which the pair is in its state:
of the review where there is one, else of the translation, empty where it is not known.  ``seal`` is
a hash of the record: one that was edited by hand, to make a stale block look fresh, no longer fits.

The file is laid out so that git merges the work of two people without a conflict.  Git wants an
unchanged line between the changes of one and of the other.  Hence what changes in a record stands
on its last line, alone, below the English, and an empty line follows each record; and a block that
still waits for its translation has a record, too, so that two new translations are two changed
lines, and not two records for the same place.  Only who changes the same pair meets a conflict.
"""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path

from bitext import intake, tables
from bitext.findings import Finding, SourceError
from bitext.notebooks import write
from bitext.settings import Settings
from bitext.sources import Pair, Section

STATES = ("untranslated", "translated", "reviewed")
RECORD = "run 'make ledger'"
RESTORE = f"restore it from history, or delete it and {RECORD}"
CONFLICT = re.compile(r"^<{7} ", re.MULTILINE)


def digest(text: str) -> str:
    """Return the hash of a block; trailing spaces do not count.

    Examples
    --------
    >>> digest("One.\\nTwo.") == digest("One. \\nTwo.\\n")
    True
    """
    lines = "\n".join(line.rstrip() for line in text.strip().split("\n"))
    return hashlib.sha256(lines.encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Row:
    """One recorded pair; the fields are the columns of the file."""

    source: str
    pair: str
    en: str
    vi: str
    translator: str
    reviewer: str
    state: str
    date: str
    seal: str

    def sealed(self) -> Row:
        """Return the row with the seal that fits it."""
        told = (self.source, self.en, self.vi, self.translator, self.reviewer, self.state)
        return replace(self, seal=digest("|".join((*told, self.date))))

    @property
    def is_sealed(self) -> bool:
        """Whether nobody has edited the row by hand."""
        return self == self.sealed()


COLUMNS = [field.name for field in fields(Row)]


@dataclass(frozen=True)
class Standing:
    """A pair of a section and what the ledger knows of it.

    Parameters
    ----------
    pair : Pair
        The pair.
    row : Row or None
        The row that was recorded for its Vietnamese block.
    state : str
        "untranslated", "unrecorded" (new or changed since), "stale" (the English has changed and
        the Vietnamese has not), "translated" or "reviewed".
    """

    pair: Pair
    row: Row | None
    state: str


def path(section: Section, settings: Settings) -> Path:
    """Return the ledger of a section."""
    return of_name(Path(section.path).stem, settings)


def of_name(name: str, settings: Settings) -> Path:
    """Return the ledger of the section ``NAME.md``."""
    return settings.root / "translations" / "ledger" / f"{name}.csv"


def read(file: Path, root: Path) -> list[Row]:
    """Read a ledger; one that does not exist is empty.

    Raises
    ------
    SourceError
        If the file is not a ledger; the error names the line.
    """
    if not file.is_file():
        return []
    name = file.relative_to(root).as_posix()
    text = intake.text(file, name, "ledger")

    def fail(line: int, what: str, remedy: str) -> SourceError:
        return SourceError([Finding(name, line, "ledger", what, remedy)])

    if conflict := CONFLICT.search(text):
        line = text.count("\n", 0, conflict.start()) + 1
        raise fail(line, "git has left a conflict here", f"keep one of the two sides, and {RECORD}")
    numbered = tables.rows(text, name, "ledger")
    _, header = next(numbered, (1, []))
    if header != COLUMNS:
        raise fail(1, f"the header is {','.join(header)!r}", f"write {','.join(COLUMNS)!r}")
    rows = []
    for line, values in numbered:
        if not values:  # an empty line is no record
            continue
        if len(values) != len(COLUMNS) or values[COLUMNS.index("state")] not in STATES:
            what = f"the row {','.join(values)[:40]!r} is not a ledger's"
            raise fail(line, what, RESTORE)
        values = [tables.unguarded(value) for value in values]
        rows.append(Row(values[0].removesuffix("\n"), *values[1:]))
    return rows


def standings(section: Section, rows: list[Row]) -> Iterator[Standing]:
    """Yield what the ledger knows of each pair of `section`, in the order of the page."""
    left = [row for row in rows if row.state != "untranslated"]
    pairs = section.pairs()
    known: dict[int, Row] = {}

    def match(same) -> None:
        for index, pair in enumerate(pairs):
            if index in known or pair.vi is None:
                continue
            row = next((r for r in left if same(pair, r)), None)
            if row is not None:
                known[index] = row
                left.remove(row)

    match(lambda pair, row: (row.en, row.vi) == (digest(pair.en.text), digest(pair.vi.text)))
    match(lambda pair, row: row.vi == digest(pair.vi.text))
    match(lambda pair, row: row.en == digest(pair.en.text))
    for index, pair in enumerate(pairs):
        row = known.get(index)
        if pair.vi is None:
            state = "untranslated"
        elif row is None or row.vi != digest(pair.vi.text):
            state = "unrecorded"
        elif row.en != digest(pair.en.text):
            state = "stale"
        else:
            state = row.state
        yield Standing(pair, row, state)


def findings(section: Section, settings: Settings) -> list[Finding]:
    """Return the blocks that are stale or unrecorded, and the rows that were edited by hand."""
    file = path(section, settings)
    name = file.relative_to(settings.root).as_posix()
    try:
        rows = read(file, settings.root)
    except SourceError as error:
        return error.findings
    found, line = [], 3  # below the header and an empty line
    for row in rows:
        if not row.is_sealed:
            what = f"the record of {row.pair!r} was edited by hand"
            found.append(Finding(name, line, "ledger", what, RESTORE))
        line += row.source.count("\n") + 3
    for standing in standings(section, rows):
        pair = standing.pair
        if standing.state == "stale":
            found.append(
                Finding(
                    section.path,
                    pair.vi.line,
                    "stale",
                    f"stale: the English at line {pair.en.line} has changed, this has not",
                    "translate it anew; or, if it still holds, "
                    f"'python -m bitext accept {section.path}:{pair.vi.line} --by YOU'",
                    pair.vi.number,
                )
            )
        elif standing.state == "unrecorded":
            found.append(
                Finding(
                    section.path,
                    pair.vi.line,
                    "ledger",
                    "this translation is not recorded",
                    RECORD,
                    pair.vi.number,
                )
            )
    return found


def record(
    section: Section, settings: Settings, translator: str, on: datetime.date | None = None
) -> int:
    """Record new and changed translations; leave stale blocks as they are, and stale.

    Parameters
    ----------
    section : Section
        The section.
    settings : Settings
        The book's settings.
    translator : str
        Who has made the new translations; of a changed one the translator stays.
    on : date, optional
        The day; today if there is none.

    Returns
    -------
    int
        How many translations are new or changed.

    Raises
    ------
    SourceError
        If the ledger cannot be read, or a record was edited by hand.
    """
    changed, written = 0, []
    for standing in standings(section, _sealed_rows(section, settings)):
        pair, row = standing.pair, standing.row
        if standing.state == "unrecorded":
            changed += 1
            by = row.translator if row else translator
            row = _row(pair, "translated", by, on=on or datetime.date.today())
        written.append(row or _row(pair, "untranslated"))
    save(written, path(section, settings))
    return changed


def accept(
    section: Section,
    settings: Settings,
    lines: Iterable[int],
    reviewer: str,
    on: datetime.date | None = None,
) -> None:
    """Record that a reviewer has read the pairs at `lines` and that their translations hold.

    Parameters
    ----------
    section : Section
        The section.
    settings : Settings
        The book's settings.
    lines : iterable of int
        For each pair a line of the section inside of it, counted from 1.
    reviewer : str
        Who has read them.
    on : date, optional
        The day; today if there is none.

    Raises
    ------
    SourceError
        If no translated pair is at one of the lines, the ledger cannot be read, or a record was
        edited by hand; nothing is written.
    """
    left, written = set(lines), []
    for standing in standings(section, _sealed_rows(section, settings)):
        pair, row = standing.pair, standing.row
        if pair.vi is not None and row is not None:
            last = pair.vi.line + pair.vi.text.count("\n")
            if here := {line for line in left if pair.en.line <= line <= last}:
                left -= here
                row = _row(pair, "reviewed", row.translator, reviewer, on or datetime.date.today())
        written.append(row or _row(pair, "untranslated"))
    if left:
        what = "no recorded pair is at this line"
        remedy = f"name a line inside a pair, or {RECORD} first"
        raise SourceError(Finding(section.path, line, "ledger", what, remedy) for line in left)
    save(written, path(section, settings))


def save(rows: list[Row], file: Path) -> None:
    """Write a ledger, whole or not at all."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n\n")
    writer.writerow(COLUMNS)
    for row in rows:
        cells = astuple(replace(row, source=f"{row.source}\n"))
        writer.writerow([tables.guarded(cell) for cell in cells])
    write(file, out.getvalue())


def _sealed_rows(section: Section, settings: Settings) -> list[Row]:
    """Return the rows of a ledger in which nobody has edited one by hand."""
    rows = read(path(section, settings), settings.root)
    if not all(row.is_sealed for row in rows):
        raise SourceError(f for f in findings(section, settings) if f.path != section.path)
    return rows


def _row(
    pair: Pair,
    state: str,
    translator: str = "",
    reviewer: str = "",
    on: datetime.date | None = None,
) -> Row:
    en, name = pair.en.text, pair.name
    vi = "" if state == "untranslated" else digest(pair.vi.text)
    date = on.isoformat() if on else ""
    return Row(en, name, digest(en), vi, translator, reviewer, state, date, "").sealed()
