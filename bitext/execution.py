"""Run notebooks and keep their outputs by what they depend on.

MyST-NB's own cache (jupyter-cache) hashes the code cells alone; an edit in ``recurrent/`` or in a
corpus would leave stale outputs on the page.  Hence this small store: one file for each key.
"""

from __future__ import annotations

import copy
import os
import re
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from bitext import dependencies, notebooks
from bitext.settings import Settings

#: Outputs kept for each notebook: the present ones and those of the last edits.
KEPT = 3


#: Colors of a terminal, which a traceback has and a log must not have.
COLORS = re.compile(r"\x1b\[[0-9;]*m")


class ExecutionError(Exception):
    """A cell failed; the message names the notebook, the cell and the error.

    Parameters
    ----------
    message : str
        What failed, and what to do.
    notebook : NotebookNode, optional
        The notebook with the outputs of the cells that ran before.
    """

    def __init__(self, message: str, notebook: NotebookNode | None = None):
        super().__init__(message)
        self.notebook = notebook


@dataclass(frozen=True)
class Store:
    """Outputs of earlier runs, ``_build/executed/NAME/KEY.ipynb``."""

    folder: Path

    def path(self, name: str, key: str) -> Path:
        """Return the file of one run."""
        return self.folder / name / f"{key}.ipynb"

    def get(self, name: str, key: str) -> NotebookNode | None:
        """Return the notebook that was executed under `key`, or None."""
        return notebooks.load(self.path(name, key))

    def put(self, name: str, key: str, notebook: NotebookNode) -> None:
        """Keep an executed notebook; forget all but the last few of its name."""
        path = self.path(name, key)
        notebooks.save(notebook, path)
        path.touch()
        runs = sorted(path.parent.glob("*.ipynb"), key=lambda p: p.stat().st_mtime)
        for old in runs[:-KEPT]:
            old.unlink()

    def seconds(self, name: str) -> float:
        """Return how long the notebook ran the last time, infinite where that is not known."""
        runs = sorted((self.folder / name).glob("*.ipynb"), key=lambda p: p.stat().st_mtime)
        last = notebooks.load(runs[-1]) if runs else None
        return last.metadata["bitext"]["seconds"] if last else float("inf")


def store(settings: Settings) -> Store:
    """Return the store of the book."""
    return Store(settings.build / "executed")


class Progress:
    """One line on the terminal for the notebooks that run: which cell, how far, how long.

    On a terminal the line is rewritten in place; elsewhere a line is printed when a notebook
    starts, every half minute, and when it ends.
    """

    def __init__(self, total: int):
        self.total = total
        self.done = 0
        self.running: dict[str, tuple[int, int, float]] = {}
        self.lock = Lock()
        self.live = sys.stderr.isatty()
        self.last = 0.0

    def report(self, name: str, cell: int, cells: int, started: float) -> None:
        """Show that notebook `name` is at `cell` of `cells`, started at time `started`."""
        with self.lock:
            first = name not in self.running
            self.running[name] = (cell, cells, started)
            now = time.monotonic()
            if self.live or first or now - self.last > 30:
                self.last = now
                states = [
                    f"{n} {i}/{m} cells, {now - t:.0f} s" for n, (i, m, t) in self.running.items()
                ]
                self._print(f"executing [{self.done}/{self.total}] " + "; ".join(states))

    def end(self, name: str, seconds: float, failed: bool = False) -> None:
        """Show that notebook `name` has ended after so many seconds."""
        with self.lock:
            self.running.pop(name, None)
            self.done += 1
            state = "FAILED" if failed else "done"
            self._print(f"executing [{self.done}/{self.total}] {name}: {state}, {seconds:.0f} s")
            if self.live:
                print(file=sys.stderr)

    def _print(self, line: str) -> None:
        print(
            f"\r\033[K{line[:118]}" if self.live else line,
            end="" if self.live else "\n",
            file=sys.stderr,
            flush=True,
        )


def run(
    notebook: NotebookNode,
    name: str,
    folder: Path,
    timeout: int,
    report: Callable[[str, int, int, float], None] | None = None,
) -> NotebookNode:
    """Execute a copy of `notebook` in a fresh kernel and return it.

    Parameters
    ----------
    notebook : NotebookNode
        The notebook.
    name : str
        Its name, for messages.
    folder : Path
        Working folder of the kernel: that of the notebook, as in Jupyter.
    timeout : int
        Seconds that one cell may run.
    report : callable, optional
        Called as ``report(name, cell, cells, started)`` before each code cell.

    Raises
    ------
    ExecutionError
        If a cell fails, runs out of time, or takes the kernel with it.
    """
    ran = copy.deepcopy(notebook)
    numbers = [i for i, cell in enumerate(ran.cells) if cell.cell_type == "code"]
    started = time.monotonic()
    at = 0

    def before(cell: NotebookNode, cell_index: int) -> None:
        nonlocal at
        at = cell_index
        if report and cell.cell_type == "code":
            report(name, numbers.index(cell_index) + 1, len(numbers), started)

    client = NotebookClient(
        ran,
        kernel_name="python3",
        extra_arguments=["--IPKernelApp.log_level=40"],  # errors alone
        timeout=timeout,
        resources={"metadata": {"path": str(folder)}},
        on_cell_start=before,
        coalesce_streams=True,
        record_timing=False,
    )
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise ExecutionError(
            f"{name}: cell {at + 1} failed:\n\n{COLORS.sub('', str(error))}\n"
            f"correct it in the section or in the module that it calls, then build again",
            ran,
        ) from None
    return ran


def run_all(
    composed: dict[str, NotebookNode], settings: Settings, force: Iterable[str] = ()
) -> dict[str, NotebookNode]:
    """Return every notebook executed: from the store, or run side by side, the longest first.

    A notebook is kept as soon as it has run, so an interrupted build loses only those that were
    running.

    Parameters
    ----------
    composed : dict
        Notebooks by section path, ``chapter_rnn/NAME.md``.
    settings : Settings
        The book's settings.
    force : iterable of str
        Sections to run even if the store has them.

    Raises
    ------
    ExecutionError
        If a notebook fails; the others have run to their end and are kept.
    """
    kept = store(settings)
    executed, todo = {}, []
    for path, notebook in composed.items():
        key = dependencies.key(notebook, settings)
        found = None if path in set(force) else kept.get(Path(path).stem, key)
        if found is None and notebooks.code(notebook):
            todo.append((path, key))
        else:
            executed[path] = notebook if found is None else found
    todo.sort(key=lambda item: -kept.seconds(Path(item[0]).stem))
    progress = Progress(len(todo))

    def work(item: tuple[str, str]) -> tuple[str, NotebookNode | ExecutionError]:
        path, key = item
        name, started = Path(path).stem, time.monotonic()
        try:
            ran = run(
                composed[path],
                name,
                (settings.root / path).parent,
                settings.timeout,
                progress.report,
            )
        except ExecutionError as error:
            progress.end(name, time.monotonic() - started, failed=True)
            failed = settings.build / "failed" / f"{name}.ipynb"
            notebooks.save(error.notebook, failed)
            return path, ExecutionError(f"{error}; what it printed before is in {failed}")
        seconds = time.monotonic() - started
        ran.metadata["bitext"]["inputs"] = dependencies.inputs(ran, settings)
        ran.metadata["bitext"]["seconds"] = round(seconds, 1)
        kept.put(name, key, ran)
        progress.end(name, seconds)
        return path, ran

    failures = []
    pool = ThreadPoolExecutor(settings.jobs)
    try:
        for path, result in pool.map(work, todo):
            if isinstance(result, ExecutionError):
                failures.append(str(result))
            else:
                executed[path] = result
    except KeyboardInterrupt:
        pool.shutdown(wait=False, cancel_futures=True)
        print("\ninterrupted: what has run is kept, the next call goes on", file=sys.stderr)
        os._exit(130)  # the kernels end with their parent; waiting for them is what nobody wants
    pool.shutdown()
    if failures:
        raise ExecutionError("\n\n".join(failures))
    return executed
