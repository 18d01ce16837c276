"""Run notebooks side by side, each in a kernel of its own, and keep what they put out."""

from __future__ import annotations

import copy
import os
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Lock

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from bitext import dependencies, failures, kernel, notebooks
from bitext.machine import processor
from bitext.settings import Settings, find_root, threads
from bitext.store import Store, store

__all__ = ["ExecutionError", "Progress", "Store", "run", "run_all", "store"]

#: Seconds that a kernel may take to start; on a busy machine many start at a time.
STARTUP = 300


#: Variables by which Python would load something else than the book's environment.
PYTHONS = ("PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP")


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

    def end(self, name: str, seconds: float, state: str = "done") -> None:
        """Show that notebook `name` has ended after so many seconds, and how."""
        with self.lock:
            self.running.pop(name, None)
            self.done += 1
        self.say(f"{name}: {state}, {seconds:.0f} s")

    def say(self, message: str) -> None:
        """Show a line that stays."""
        with self.lock:
            self._print(f"executing [{self.done}/{self.total}] {message}")
            if self.live:
                print(file=sys.stderr)

    def _print(self, line: str) -> None:
        print(
            f"\r\033[K{line[:118]}" if self.live else line,
            end="" if self.live else "\n",
            file=sys.stderr,
            flush=True,
        )


def variables(root: Path) -> dict[str, str]:
    """Return the environment of what a build starts: this one, with the search path of the book.

    A folder on ``PYTHONPATH`` would go before the packages of the environment, and one that holds
    another NumPy would change what is computed.  The book's own packages are those of `root`, which
    are the ones that :mod:`.dependencies` has looked at.
    """
    kept = {name: value for name, value in os.environ.items() if name not in PYTHONS}
    return kept | {"PYTHONPATH": str(root)}


def foreign(root: Path) -> list[str]:
    """Return the folders on ``PYTHONPATH`` that what a build starts does not get."""
    folders = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    return [folder for folder in folders if folder and Path(folder).resolve() != root.resolve()]


def run(
    notebook: NotebookNode,
    name: str,
    folder: Path,
    timeout: int,
    report: Callable[[str, int, int, float], None] | None = None,
) -> NotebookNode:
    """Execute a copy of `notebook` in a fresh kernel and return it.

    The kernel computes with as many threads as :func:`.settings.threads` says, and ends when this
    process ends.

    Parameters
    ----------
    notebook : NotebookNode
        The notebook.
    name : str
        Its name, for messages.
    folder : Path
        Working folder of the kernel: that of the notebook, as in Jupyter.
    timeout : int
        Seconds that the notebook may run.
    report : callable, optional
        Called as ``report(name, cell, cells, started)`` before each code cell.

    Raises
    ------
    ExecutionError
        If a cell fails, runs out of time, or takes the kernel with it, or if no kernel starts.
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
        timeout_func=lambda cell: max(1, round(started + timeout - time.monotonic())),
        startup_timeout=STARTUP,
        resources={"metadata": {"path": str(folder)}},
        on_cell_start=before,
        coalesce_streams=True,
        record_timing=False,
    )
    client.create_kernel_manager().kernel_spec.argv = [
        *(sys.executable, kernel.__file__, "-f", "{connection_file}")
    ]
    # MXNet, OpenBLAS and MKL all read this one, where their own variables are not set.
    environment = variables(find_root(folder)) | {"OMP_NUM_THREADS": str(threads())}
    try:
        client.execute(env=environment)
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        source = folder / f"{name}.md"
        raise ExecutionError(failures.describe(ran, at, error, source), ran) from None
    except RuntimeError as error:
        raise ExecutionError(f"{name}: no kernel has started: {error}: build again", ran) from None
    return ran


def run_all(
    composed: dict[str, NotebookNode], settings: Settings, force: Iterable[str] = ()
) -> dict[str, NotebookNode]:
    """Return every notebook executed: from the store, or run side by side, the longest first.

    A notebook is kept as soon as it has run, so an interrupted build loses only those that were
    running.  One that another build is executing at the moment is waited for.

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
        If a notebook fails or cannot be kept; the others have run to their end and are kept.
    """
    kept, forced = store(settings), set(force)
    executed, todo = {}, []
    for path, notebook in composed.items():
        key = dependencies.key(notebook, settings)
        found = None if path in forced else kept.get(Path(path).stem, key)
        if found is not None:
            kept.use(Path(path).stem, key)
        if found is None and notebooks.code(notebook):
            todo.append((path, key))
        else:
            executed[path] = notebook if found is None else found
    todo.sort(key=lambda item: -_expected(composed[item[0]], Path(item[0]).stem, kept))
    progress = Progress(len(todo))

    def work(item: tuple[str, str]) -> tuple[str, NotebookNode | ExecutionError]:
        path, key = item
        name, started = Path(path).stem, time.monotonic()

        def failed(message: str) -> tuple[str, ExecutionError]:
            progress.end(name, time.monotonic() - started, "FAILED")
            return path, ExecutionError(message)

        def wait() -> None:
            progress.say(f"{name}: another build is executing it; waiting for its result")

        stamp = kept.stamp(name, key)
        try:
            with kept.lock(name, key, wait):
                wanted = path not in forced or kept.stamp(name, key) != stamp
                found = kept.get(name, key) if wanted else None
                if found is not None:
                    progress.end(name, time.monotonic() - started, "taken from the other build")
                    return path, found
                started = time.monotonic()
                folder = (settings.root / path).parent
                timeout = settings.timeouts.get(name, settings.timeout)
                ran = run(composed[path], name, folder, timeout, progress.report)
                seconds = time.monotonic() - started
                if dependencies.key(composed[path], settings) != key:
                    return failed(
                        f"{name}: a module or a file of data that it uses has changed while it "
                        "ran; its outputs are not kept: build again"
                    )
                ran.metadata["bitext"]["inputs"] = dependencies.inputs(ran, settings)
                ran.metadata["bitext"]["seconds"] = round(seconds, 1)
                ran.metadata["bitext"]["made"] = f"{date.today().isoformat()}, {processor()}"
                kept.put(name, key, ran)
        except ExecutionError as error:
            file = settings.build / "failed" / f"{name}.ipynb"
            try:
                notebooks.save(error.notebook, file)
            except OSError as full:
                return failed(f"{error}; what it printed before could not be kept: {full}")
            return failed(f"{error}; what it printed before is in {file}")
        except OSError as error:
            return failed(
                f"{name}: {error}: its outputs are not kept; correct this (if the disk is full, "
                "make room) and run the same command again: what else has run is kept"
            )
        progress.end(name, seconds)
        return path, ran

    failed = []
    pool = ThreadPoolExecutor(settings.jobs)
    try:
        for path, result in pool.map(work, todo):
            if isinstance(result, ExecutionError):
                failed.append(str(result))
            else:
                executed[path] = result
    except KeyboardInterrupt:
        pool.shutdown(wait=False, cancel_futures=True)
        print("\ninterrupted: what has run is kept, the next call goes on", file=sys.stderr)
        os._exit(130)  # the kernels end with their parent; waiting for them is what nobody wants
    pool.shutdown()
    if failed:
        raise ExecutionError("\n\n".join(failed))
    return executed


def _expected(notebook: NotebookNode, name: str, kept: Store) -> float:
    """Return the seconds that a notebook will run: as the last time, here or where it was made."""
    here = kept.seconds(name)
    return notebook.metadata["bitext"].get("seconds", float("inf")) if here is None else here
