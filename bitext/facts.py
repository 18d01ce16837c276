"""What an imported page says beside its text, kept in the ledger: ``ledger/NAME.facts.csv``.

A row is a marker of the community's template, a list of sections, a name in the list of
contributors, a remark or code for another framework; with it is kept where it stood, so that
the page can be written again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from bitext import intake, tables
from bitext.findings import Finding, SourceError
from bitext.notebooks import write
from bitext.settings import Settings

#: Kinds of blocks that become facts; a person is a fact of its own beside the list.
KINDS = ("marker", "people", "person", "toc", "discussion", "comment", "aside")


@dataclass(frozen=True)
class Fact:
    """Something that a page says beside its text.

    Parameters
    ----------
    cell : int
        The number of the cell before which it stands, from 1; one more than the last at the end.
    kind : str
        One of `KINDS`.
    part : int
        The part of the page that a person has worked on, 0 if none is named.
    text : str
        The text as it stood in the page; of a person, the name.
    """

    cell: int
    kind: str
    part: int
    text: str


COLUMNS = [field.name for field in fields(Fact)]


def path(name: str, settings: Settings) -> Path:
    """Return the file of the facts of a section."""
    return settings.root / "translations" / "ledger" / f"{name}.facts.csv"


def save(facts: Iterable[Fact], file: Path) -> None:
    """Write the facts of a page, whole or not at all."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((*astuple(fact)[:-1], tables.guarded(fact.text)) for fact in facts)
    write(file, out.getvalue())


def read(file: Path, root: Path) -> list[Fact]:
    """Return the facts of a page; a file that is not there has none.

    Raises
    ------
    SourceError
        If the file holds something else; the error names the line.
    """
    if not file.is_file():
        return []
    where = file.relative_to(root).as_posix()
    facts = []
    rows = tables.rows(intake.text(file, where, "ledger"), where, "ledger")
    for number, (line, row) in enumerate(rows):
        whole = len(row) == len(COLUMNS) and row[0].isdecimal() and row[2].isdecimal()
        if number and whole and row[1] in KINDS:
            facts.append(Fact(int(row[0]), row[1], int(row[2]), tables.unguarded(row[3])))
        elif number or row != COLUMNS:
            what = f"the row {','.join(row)[:40]!r} is no fact"
            remedy = "restore it from history, or import the page again"
            raise SourceError([Finding(where, line, "ledger", what, remedy)])
    return facts
