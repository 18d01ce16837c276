"""What the outputs of a notebook depend on: its code, what it uses of the book, the environment."""

from __future__ import annotations

import functools
import hashlib
import re
from contextlib import suppress
from pathlib import Path

from nbformat import NotebookNode

from bitext import surroundings, uses
from bitext.notebooks import code, write
from bitext.settings import Settings

#: How many hashes are remembered: the present ones of a large book, and those of the last edits.
KEPT = 300

HASH = re.compile("[0-9a-f]{64}")


def inputs(notebook: NotebookNode, settings: Settings) -> str:
    """Return a hash of what the book itself puts into an execution; the same on every machine.

    That is the code of the cells, the parts of the book's packages that they use (:mod:`.uses`
    says which), the data files of the modules of which something is used, and the modules that lie
    beside the notebook.  Prose is no part of it, neither are the docstrings and comments of the
    book's packages.

    It takes a while, so it is remembered in ``_build/inputs`` by all that it may have read.
    """
    asked = hashlib.sha256(repr((settings.packages, settings.data)).encode() + _own_code())
    for cell in notebook.cells:
        if cell.cell_type == "code":
            asked.update(f"{cell.source}\0{cell.metadata.get('tags', ())}\0".encode())
    patterns = [f"{package}/**/*.py" for package in settings.packages]
    patterns += [each for those in settings.data.values() for each in those]
    read = [path for pattern in patterns for path in sorted(settings.root.glob(pattern))]
    for path in [*read, *_beside(notebook, settings)]:
        asked.update(f"{path}\0".encode() + path.read_bytes() + b"\0")
    remembered = settings.build / "inputs" / asked.hexdigest()
    with suppress(OSError, UnicodeDecodeError):
        if HASH.fullmatch(found := remembered.read_text("ascii")):
            return found
    found = _inputs(notebook, settings)
    _remember(remembered, found)
    return found


@functools.cache
def _own_code() -> bytes:
    """Return a hash of this package, which says what counts."""
    own = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in own)).digest()


def _remember(path: Path, found: str) -> None:
    """Write a hash, and forget all but the last ones; a full disk only costs time."""
    with suppress(OSError):  # no room, or another build is forgetting too
        write(path, found)
        others = sorted(path.parent.iterdir(), key=lambda other: other.stat().st_mtime_ns)
        for other in others[:-KEPT]:
            other.unlink()


def _inputs(notebook: NotebookNode, settings: Settings) -> str:
    digest = hashlib.sha256()
    for source in code(notebook):
        digest.update(source.encode() + b"\0")
    found = uses.trace(notebook, settings)
    for path, part in found.parts():
        digest.update(f"{path.relative_to(settings.root).as_posix()}\0{part}\0".encode())
    for path in [*sorted(set(found.data())), *_beside(notebook, settings)]:
        digest.update(path.relative_to(settings.root).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(_lines(path)).digest())
    return digest.hexdigest()


def _beside(notebook: NotebookNode, settings: Settings) -> list[Path]:
    """Return the modules beside a notebook, which no package of the book holds, if it names one.

    One may import another, and a name may be written in any way; so it is all of them or none.
    """
    source = notebook.metadata.get("bitext", {}).get("source")
    if not source:
        return []
    folder = (settings.root / source).parent
    modules = {path: path.relative_to(folder).parts for path in sorted(folder.rglob("*.py"))}
    modules = {path: parts for path, parts in modules.items() if "." not in {p[0] for p in parts}}
    names = {parts[0].removesuffix(".py") for parts in modules.values()}
    return list(modules) if names & set(re.findall(r"\w+", "\n".join(code(notebook)))) else []


def _lines(path: Path) -> bytes:
    """Return what is in a file; how git or an editor ends its lines on this machine is no part."""
    return path.read_bytes().replace(b"\r\n", b"\n")


def key(notebook: NotebookNode, settings: Settings) -> str:
    """Return a hash of :func:`inputs` and of the :func:`.surroundings.describe` of a run."""
    digest = hashlib.sha256(inputs(notebook, settings).encode())
    digest.update(surroundings.describe(settings).encode())
    return digest.hexdigest()[:16]
