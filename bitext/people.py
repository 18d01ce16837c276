"""The people who translate and review: ``translations/people.csv``."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from bitext import intake, tables
from bitext.findings import Finding, SourceError
from bitext.notebooks import write
from bitext.settings import Settings

COLUMNS = ["id", "name", "role"]
ID = re.compile("[a-z0-9]+(-[a-z0-9]+)*")


def path(settings: Settings) -> Path:
    """Return the file."""
    return settings.root / "translations" / "people.csv"


def read(settings: Settings) -> list[list[str]]:
    """Return the rows of the file, the header first; of one that is not there, the header alone.

    Raises
    ------
    SourceError
        If the file has other columns.
    """
    file = path(settings)
    if not file.is_file():
        return [COLUMNS]
    rows = [row for _, row in _numbered(settings)]
    return [[tables.unguarded(cell) for cell in row] for row in rows]


def _numbered(settings: Settings) -> list[tuple[int, list[str]]]:
    """Return the rows as they are written, each with its line."""
    where = path(settings).relative_to(settings.root).as_posix()
    text = intake.text(path(settings), where, "people")
    rows = [(line, row) for line, row in tables.rows(text, where, "people") if row]
    if not rows or rows[0][1] != COLUMNS:
        what = f"the header is {','.join(rows[0][1]) if rows else ''!r}"
        raise SourceError([Finding(where, 1, "people", what, f"write {','.join(COLUMNS)!r}")])
    return rows


def findings(settings: Settings) -> Iterator[Finding]:
    """Yield what is wrong with the rows of the file; what concerns any table is another check's.

    Raises
    ------
    SourceError
        If the file has other columns.
    """
    if not path(settings).is_file():
        return
    where = path(settings).relative_to(settings.root).as_posix()
    taken: dict[str, int] = {}
    for line, row in _numbered(settings)[1:]:

        def found(what: str, remedy: str, line: int = line) -> Finding:
            return Finding(where, line, "people", what, remedy)

        if len(row) != len(COLUMNS):
            yield found(f"{len(row)} columns", f"write {','.join(COLUMNS)}; quote what has a comma")
            continue
        who, name, _ = row
        if not ID.fullmatch(who):
            yield found(f"the id {who!r}", "write small letters, digits and hyphens")
        if who in taken:
            yield found(f"the id {who!r} is already taken at line {taken[who]}", "choose another")
        taken.setdefault(who, line)
        if (right := clean(name)) != name:
            remedy = f"write {right!r}" if right else "write it, or delete the row"
            yield found(f"the name {name!r} is not as names are written", remedy)
        elif not name:
            yield found(f"{who!r} has no name", "write it, or delete the row")


def clean(name: str) -> str:
    """Return a name in one line, composed, without characters that nobody sees.

    Examples
    --------
    >>> clean("  Le\\u0302 \\x07 Lan\\r\\n")
    'Lê Lan'
    """
    return " ".join(unicodedata.normalize("NFC", tables.CONTROL.sub(" ", name)).split())


def names(settings: Settings) -> dict[str, str]:
    """Return the name of each id; one that is not the same in both languages has a " · " in it.

    Raises
    ------
    SourceError
        If the file has other columns.
    """
    return {row[0]: row[1] for row in read(settings)[1:] if len(row) > 1}


def require(who: str, settings: Settings) -> None:
    """Make sure that the file names someone.

    Raises
    ------
    SourceError
        If it does not, or has other columns.
    """
    if who not in names(settings):
        where = path(settings).relative_to(settings.root).as_posix()
        remedy = f"add the line '{who},FULL NAME,translator' (or reviewer) at its end"
        raise SourceError([Finding(where, 1, "people", f"nobody has the id {who!r}", remedy)])


def identity(name: str) -> str:
    """Return an id for a name: small letters without marks, digits, hyphens.

    Examples
    --------
    >>> identity("Đoàn Võ Duy Thanh"), identity("@thuyen_01")
    ('doan-vo-duy-thanh', 'thuyen-01')
    """
    plain = unicodedata.normalize("NFD", name.lower().replace("đ", "d"))
    return re.sub("[^a-z0-9]+", "-", re.sub("[\u0300-\u036f]", "", plain)).strip("-") or "someone"


def add(names: Iterable[str], settings: Settings, role: str = "translator") -> list[str]:
    """Add those whom the file does not name yet; return their ids.

    Someone is known by the name, in capitals or not, or by the id that the name would get: an
    account of GitHub is the name that it was given with.

    Raises
    ------
    SourceError
        If the file has other columns.
    OSError
        If it cannot be written; the old one stays.
    """
    rows = read(settings)
    known = {row[1].casefold() for row in rows[1:] if len(row) > 1}
    ids = {row[0] for row in rows if row}
    added = []
    for name in names:
        name = clean(name)
        if not name:
            continue
        base = made = identity(name)
        if name.casefold() in known or name.startswith("@") and made in ids:
            continue
        number = 1
        while made in ids:
            number += 1
            made = f"{base}-{number}"
        rows.append([made, name, role])
        known.add(name.casefold())
        ids.add(made)
        added.append(made)
    if added:
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerows([tables.guarded(cell) for cell in row] for row in rows)
        write(path(settings), out.getvalue())
    return added
