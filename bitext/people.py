"""The people who translate and review: ``translations/people.csv``."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from bitext.findings import Finding, SourceError
from bitext.notebooks import write
from bitext.settings import Settings

COLUMNS = ["id", "name", "role"]


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
    rows = list(filter(None, csv.reader(io.StringIO(file.read_text("utf-8")))))
    if not rows or rows[0] != COLUMNS:
        what = f"the header is {','.join(rows[0]) if rows else ''!r}"
        where = file.relative_to(settings.root).as_posix()
        raise SourceError([Finding(where, 1, "people", what, f"write {','.join(COLUMNS)!r}")])
    return rows


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
        name = " ".join(name.split())
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
        csv.writer(out, lineterminator="\n").writerows(rows)
        write(path(settings), out.getvalue())
    return added
