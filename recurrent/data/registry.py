"""The registry of texts that are not shipped with the book: what each is, and where it is had."""

from __future__ import annotations

import sys
from dataclasses import dataclass, fields
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

REGISTRY = Path(__file__).resolve().parents[2] / "corpora" / "registry.toml"


@dataclass(frozen=True)
class Entry:
    """One text of the registry; the head of ``corpora/registry.toml`` says what each field is."""

    name: str
    title: str
    license: str
    url: str
    file: str
    bytes: int
    sha256: str
    languages: tuple[str, ...]
    parse: str
    instead: str


def load_registry(path: Path = REGISTRY) -> dict[str, Entry]:
    """Return the entries by their names, in the order of the file.

    Raises
    ------
    ValueError
        If the file is no TOML, or an entry lacks a field or has an unknown one; the message names
        the file, and the entry or the line.
    """
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path}: {error}: correct this line") from None
    wanted = {field.name for field in fields(Entry)} - {"name"}
    entries = {}
    for name, table in tables.items():
        if set(table) != wanted:
            raise ValueError(
                f"{path}: [{name}] lacks {sorted(wanted - set(table))} "
                f"and has {sorted(set(table) - wanted)} too many"
            )
        table["languages"] = tuple(table["languages"])
        entries[name] = Entry(name=name, **table)
    return entries
