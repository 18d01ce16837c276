"""The store of executed notebooks, ``_build/executed/NAME/KEY.ipynb``: one file for each run.

MyST-NB's own cache (jupyter-cache) hashes the code cells alone; an edit in a module of the book or
in a corpus would leave stale outputs on the page.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from bitext import notebooks
from bitext.locks import hold
from bitext.settings import Settings

#: Outputs kept for each notebook: the present ones and those of the last edits.
KEPT = 3


@dataclass(frozen=True)
class Store:
    """Outputs of earlier runs; `folder` is ``_build/executed``.

    An entry is there as a whole or not at all, whatever ends the process that writes it.  What
    cannot be read counts as not there, and is replaced.
    """

    folder: Path

    def path(self, name: str, key: str) -> Path:
        """Return the file of one run."""
        return self.folder / name / f"{key}.ipynb"

    def get(self, name: str, key: str) -> NotebookNode | None:
        """Return the notebook that was executed under `key`, or None."""
        return _read(self.path(name, key))

    def age(self, name: str, key: str) -> int | None:
        """Return when the run was kept, in nanoseconds since 1970, or None if it is not there."""
        try:
            return self.path(name, key).stat().st_mtime_ns
        except FileNotFoundError:
            return None

    def put(self, name: str, key: str, notebook: NotebookNode) -> None:
        """Keep an executed notebook; forget all but the last few of its name.

        Raises
        ------
        OSError
            If it cannot be written; the store is as before.
        """
        path = self.path(name, key)
        notebooks.save(notebook, path)
        path.touch()
        for old in self._runs(name)[:-KEPT]:
            old.unlink(missing_ok=True)
            old.with_suffix(".lock").unlink(missing_ok=True)

    def seconds(self, name: str) -> float | None:
        """Return how long the notebook ran the last time, None where that is not known."""
        last = next(filter(None, map(_read, reversed(self._runs(name)))), None)
        return last.metadata["bitext"]["seconds"] if last else None

    def _runs(self, name: str) -> list[Path]:
        """Return the files of a notebook's runs, the last one last."""
        ages = []
        for path in (self.folder / name).glob("*.ipynb"):
            with suppress(FileNotFoundError):  # another build forgets it at this moment
                ages.append((path.stat().st_mtime_ns, path))
        return [path for _, path in sorted(ages)]

    def lock(self, name: str, key: str, wait: Callable[[], None]) -> AbstractContextManager:
        """Hold the right to execute a notebook; `wait` is called before waiting for it."""
        return hold(self.path(name, key).with_suffix(".lock"), wait)

    def merge(self, other: Path) -> tuple[int, list[Path]]:
        """Take over the runs of another store that this one does not have.

        Parameters
        ----------
        other : Path
            A store, or a folder that has one as ``executed`` or ``_build/executed``.

        Returns
        -------
        taken : int
            How many runs are new here.
        bad : list of Path
            Files of the other store that are no whole notebook; they are left where they are.

        Raises
        ------
        FileNotFoundError
            If there is no run in `other`.
        """
        folders = [other / "_build" / "executed", other / "executed", other]
        folder = next((f for f in folders if f.is_dir() and any(f.glob("*/*.ipynb"))), None)
        if folder is None:
            raise FileNotFoundError(
                f"{other}: no executed notebook is there: name a folder with NAME/KEY.ipynb, "
                "the _build/executed of another machine"
            )
        taken, bad = 0, []
        for path in sorted(folder.glob("*/*.ipynb")):
            name, key = path.parent.name, path.stem
            run = _read(path)
            if run is None:
                bad.append(path)
            elif self.get(name, key) is None:
                notebooks.save(run, self.path(name, key))
                age = path.stat()
                os.utime(self.path(name, key), ns=(age.st_atime_ns, age.st_mtime_ns))
                taken += 1
        return taken, bad


def store(settings: Settings) -> Store:
    """Return the store of the book."""
    return Store(settings.build / "executed")


def _read(path: Path) -> NotebookNode | None:
    """Return an entry, None where there is none or it is damaged."""
    run = notebooks.load(path)
    if run is None:
        return None
    try:
        nbformat.validate(run)
        record = run.metadata["bitext"]
        return run if isinstance(record["inputs"], str) and record["seconds"] >= 0 else None
    except (nbformat.ValidationError, KeyError, TypeError):
        return None
