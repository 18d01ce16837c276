"""The ledger of translated blocks: which English each Vietnamese block was made for, and by whom.

``translations/ledger/NAME.csv`` has a row for each pair of a section::

    pair,en,vi,translator,reviewer,state,seal,source

``en`` and ``vi`` are hashes of the two blocks, ``source`` is the English text itself, so that
a page can show what has changed since, and ``seal`` is a hash of the row: a row that was edited by
hand, to make a stale block look fresh, no longer fits its seal.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path

from bitext.findings import Finding, SourceError
from bitext.notebooks import write
from bitext.settings import Settings
from bitext.sources import Pair, Section

STATES = ("translated", "reviewed")
RECORD = "run 'make ledger'"
ESCAPED = re.compile(r"\\(.)")


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

    pair: str
    en: str
    vi: str
    translator: str
    reviewer: str
    state: str
    seal: str
    source: str

    def sealed(self) -> Row:
        """Return the row with the seal that fits it."""
        return replace(
            self,
            seal=digest(
                "|".join(
                    (self.en, self.vi, self.translator, self.reviewer, self.state, self.source)
                )
            ),
        )

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
    return settings.root / "translations" / "ledger" / f"{Path(section.path).stem}.csv"


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
    reader = csv.reader(io.StringIO(file.read_text("utf-8")))
    header = next(reader, [])
    if header != COLUMNS:
        raise SourceError(
            [
                Finding(
                    name,
                    1,
                    "ledger",
                    f"the header is {','.join(header)!r}",
                    f"write {','.join(COLUMNS)!r}",
                )
            ]
        )
    rows = []
    for values in reader:
        if len(values) != len(COLUMNS) or values[COLUMNS.index("state")] not in STATES:
            what = f"the row {','.join(values)[:40]!r} is not a ledger's"
            raise SourceError(
                [
                    Finding(
                        name,
                        reader.line_num,
                        "ledger",
                        what,
                        f"restore it from history, or delete it and {RECORD}",
                    )
                ]
            )
        *rest, source = values
        rows.append(Row(*rest, ESCAPED.sub(_unescape, source)))
    return rows


def _unescape(match: re.Match[str]) -> str:
    return "\n" if match[1] == "n" else match[1]


def standings(section: Section, rows: list[Row]) -> Iterator[Standing]:
    """Yield what the ledger knows of each pair of `section`, in the order of the page."""
    left = list(rows)
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
    found = [
        Finding(
            name,
            number,
            "ledger",
            f"the row of {row.pair!r} was edited by hand",
            f"restore it from history, or delete it and {RECORD}",
        )
        for number, row in enumerate(rows, 2)
        if not row.is_sealed
    ]
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
                    f"'python -m bitext confirm {section.path}:{pair.vi.line} --by YOU'",
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


def record(section: Section, settings: Settings, translator: str) -> int:
    """Record new and changed translations; leave stale blocks as they are, and stale.

    Returns
    -------
    int
        How many rows are new or changed.
    """
    file = path(section, settings)
    rows = read(file, settings.root)
    if not all(row.is_sealed for row in rows):
        raise SourceError(f for f in findings(section, settings) if f.path != section.path)
    changed, written = 0, []
    for standing in standings(section, rows):
        if standing.state == "untranslated":
            continue
        if standing.state == "unrecorded":
            changed += 1
            by = standing.row.translator if standing.row else translator
            written.append(_row(standing.pair, by))
        else:
            written.append(standing.row)
    save(written, file)
    return changed


def confirm(section: Section, settings: Settings, line: int, reviewer: str) -> None:
    """Record that a reviewer has read the pair at `line` and that its translation holds.

    Raises
    ------
    SourceError
        If no translated pair is at that line.
    """
    file = path(section, settings)
    rows = read(file, settings.root)
    written, done = [], False
    for standing in standings(section, rows):
        pair, row = standing.pair, standing.row
        if pair.vi is None or row is None:
            continue
        last = pair.vi.line + pair.vi.text.count("\n")
        if pair.en.line <= line <= last:
            row = replace(_row(pair, row.translator), reviewer=reviewer, state="reviewed").sealed()
            done = True
        written.append(row)
    if not done:
        raise SourceError(
            [
                Finding(
                    section.path,
                    line,
                    "ledger",
                    "no recorded pair is at this line",
                    f"name a line inside a pair, or {RECORD} first",
                )
            ]
        )
    save(written, file)


def save(rows: list[Row], file: Path) -> None:
    """Write a ledger, whole or not at all."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        *rest, source = astuple(row)
        writer.writerow([*rest, source.replace("\\", "\\\\").replace("\n", "\\n")])
    write(file, out.getvalue())


def _row(pair: Pair, translator: str) -> Row:
    return Row(
        pair.name,
        digest(pair.en.text),
        digest(pair.vi.text),
        translator,
        "",
        "translated",
        "",
        pair.en.text,
    ).sealed()
