"""The store of executed notebooks, ``_build/executed/NAME/KEY.ipynb``: one file for each run.

MyST-NB's own cache (jupyter-cache) hashes the code cells alone; an edit in a module of the book or
in a corpus would leave stale outputs on the page.
"""

from __future__ import annotations

import hashlib
import json
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

#: In the folder of a notebook, the keys of its runs, a line each, the one used last at the end.  No
#: clock says so: it may be wrong, be set back, or be that of another machine.
ORDER = "order"


@dataclass(frozen=True)
class Store:
    """Outputs of earlier runs; `folder` is ``_build/executed``.

    An entry is there as a whole or not at all, whatever ends the process that writes it.  What
    cannot be read counts as not there, and is replaced.  Which entries are old is a matter of the
    order in which they were used, and of no clock.
    """

    folder: Path

    def path(self, name: str, key: str) -> Path:
        """Return the file of one run."""
        return self.folder / name / f"{key}.ipynb"

    def get(self, name: str, key: str) -> NotebookNode | None:
        """Return the notebook that was executed under `key`, or None."""
        return _read(self.path(name, key))

    def digest(self, name: str, key: str) -> str | None:
        """Return :func:`digest` of a run, None where there is none that can be read; quickly."""
        try:
            return digest(nbformat.v4.reads(self.path(name, key).read_text("utf-8")))
        except (OSError, ValueError, AttributeError, KeyError, TypeError):
            return None

    def stamp(self, name: str, key: str) -> tuple[int, int] | None:
        """Return what another file in the place of a run would not share, None without a run."""
        try:
            found = self.path(name, key).stat()
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_mtime_ns

    def put(self, name: str, key: str, notebook: NotebookNode) -> None:
        """Keep an executed notebook; forget all but the runs of its name that were used last.

        Raises
        ------
        OSError
            If it cannot be written; the store is as before.
        """
        notebooks.save(notebook, self.path(name, key))
        with suppress(OSError):  # on a full disk it is kept, and nothing is forgotten
            self._use(name, key)

    def use(self, name: str, key: str) -> None:
        """Remember that a run was used, so that others are forgotten before it."""
        with suppress(OSError):  # a disk that is full or cannot be written only costs time
            if self._order(name)[-1:] != [key]:
                self._use(name, key)

    def _use(self, name: str, key: str) -> None:
        folder = self.folder / name
        with hold(folder / f"{ORDER}.lock", lambda: None):
            order = [*(other for other in self._order(name) if other != key), key]
            for old in order[:-KEPT]:
                path = self.path(name, old)
                path.unlink(missing_ok=True)
                path.with_suffix(".lock").unlink(missing_ok=True)
            notebooks.write(folder / ORDER, "\n".join(order[-KEPT:]) + "\n")

    def _order(self, name: str) -> list[str]:
        """Return the keys of a notebook's runs, the one used last at the end.

        Those of which nothing is known, copied from elsewhere or of an earlier version, go first.
        """
        folder = self.folder / name
        try:
            known = (folder / ORDER).read_text("utf-8").split()
        except (OSError, UnicodeDecodeError):
            known = []
        there = {path.stem for path in folder.glob("*.ipynb")}
        ordered = [key for key in dict.fromkeys(known) if key in there]
        return [*sorted(there.difference(ordered)), *ordered]

    def seconds(self, name: str) -> float | None:
        """Return how long the notebook ran the last time, None where that is not known."""
        runs = (self.get(name, key) for key in reversed(self._order(name)))
        last = next(filter(None, runs), None)
        return last.metadata["bitext"]["seconds"] if last else None

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
                taken += 1
        return taken, bad


def store(settings: Settings) -> Store:
    """Return the store of the book."""
    return Store(settings.build / "executed")


def digest(run: NotebookNode) -> str:
    """Return a short name for what the code cells of a run have put out."""
    shown = [[cell.source, cell.outputs] for cell in run.cells if cell.cell_type == "code"]
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:16]


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
