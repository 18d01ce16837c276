"""What the outputs of a notebook depend on: its code, the modules and data behind it."""

from __future__ import annotations

import ast
import hashlib
import platform
from pathlib import Path

from nbformat import NotebookNode

from bitext.notebooks import code
from bitext.settings import Settings


def inputs(notebook: NotebookNode, settings: Settings) -> str:
    """Return a hash of what the book itself puts into an execution.

    That is the code of the cells, the modules of the book's packages that they import (and that
    those import), and the data files that these modules read.  Prose is no part of it.
    """
    digest = hashlib.sha256()
    for source in code(notebook):
        digest.update(source.encode() + b"\0")
    for path in sorted(files(notebook, settings)):
        digest.update(path.relative_to(settings.root).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def key(notebook: NotebookNode, settings: Settings) -> str:
    """Return a hash of :func:`inputs` and of the environment: versions, Python, processor."""
    digest = hashlib.sha256(inputs(notebook, settings).encode())
    digest.update(".".join(platform.python_version_tuple()[:2]).encode())
    digest.update(platform.machine().encode())
    for name in settings.environment:
        digest.update((settings.root / name).read_bytes())
    return digest.hexdigest()[:16]


def files(notebook: NotebookNode, settings: Settings) -> set[Path]:
    """Return the modules of the book's packages that a notebook uses, and their data files."""
    found: set[Path] = set()
    pending = [path for cell in code(notebook) for path in _imported(_python(cell), settings)]
    while pending:
        path = pending.pop()
        if path not in found:
            found.add(path)
            pending.extend(_imported(path.read_text("utf-8"), settings))
    for module, patterns in settings.data.items():
        if settings.root / module in found:
            for pattern in patterns:
                found.update(p for p in settings.root.glob(pattern) if p.is_file())
    return found


def _python(cell: str) -> str:
    """Return a cell without IPython's magics, which are no Python."""
    return "\n".join(line for line in cell.split("\n") if not line.lstrip().startswith(("%", "!")))


def _imported(source: str, settings: Settings) -> set[Path]:
    """Return the modules of the book's packages that `source` names in its imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    found = set()
    for name in names:
        parts = name.split(".")
        if parts[0] not in settings.packages:
            continue
        for end in range(1, len(parts) + 1):
            stem = settings.root.joinpath(*parts[:end])
            for path in (stem / "__init__.py", stem.with_suffix(".py")):
                if path.is_file():
                    found.add(path)
    return found
