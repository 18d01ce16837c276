"""The book's settings: ``[tool.bitext]`` in ``pyproject.toml``."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@dataclass(frozen=True)
class Settings:
    """What the book is made of; every path is relative to its root.

    Parameters
    ----------
    root : Path
        The folder with ``_config.yml``, ``_toc.yml`` and ``pyproject.toml``.
    packages : tuple of str
        Packages whose modules the code cells import; an execution depends on those that it uses.
    data : dict
        Files that a module reads: ``{"recurrent/corpus.py": ["corpora/**/*.tsv"]}``.
    environment : tuple of str
        Files that pin the environment of an execution.
    timeout : int
        Seconds that one cell may run.
    """

    root: Path
    packages: tuple[str, ...] = ()
    data: dict[str, list[str]] = field(default_factory=dict)
    environment: tuple[str, ...] = ("requirements.txt",)
    timeout: int = 1800

    @property
    def build(self) -> Path:
        """Folder of all that is made and not kept."""
        return self.root / "_build"

    @property
    def jobs(self) -> int:
        """Notebooks that run side by side: ``BITEXT_JOBS``, or one for every two processors."""
        return int(os.environ.get("BITEXT_JOBS") or max(1, len(os.sched_getaffinity(0)) // 2))


def load(root: Path) -> Settings:
    """Read the settings of the book at `root`.

    Raises
    ------
    ValueError
        If ``[tool.bitext]`` has a key that is no setting.
    """
    path = root / "pyproject.toml"
    table = tomllib.loads(path.read_text("utf-8")).get("tool", {}).get("bitext", {})
    known = {"packages", "data", "environment", "timeout"}
    if unknown := set(table) - known:
        raise ValueError(f"{path}: unknown setting {sorted(unknown)}: one of {sorted(known)}")
    return Settings(
        root=root,
        packages=tuple(table.get("packages", ())),
        data=dict(table.get("data", {})),
        environment=tuple(table.get("environment", ("requirements.txt",))),
        timeout=int(table.get("timeout", 1800)),
    )


def find_root(start: Path | None = None) -> Path:
    """Return the book's root: the nearest folder upwards that has a ``_toc.yml``.

    Raises
    ------
    FileNotFoundError
        If there is none.
    """
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / "_toc.yml").is_file():
            return folder
    raise FileNotFoundError(f"no _toc.yml in {start} or above: run this inside the book")
