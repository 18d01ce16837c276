"""The right to do something that one process does at a time, and a folder that stays while needed.

Run as a program, ``python -I bitext/locks.py PATH…`` in the root of a book, it removes what
``make clean`` names, as soon as no build needs it.  For that it uses Python's own library alone: it
must work where nothing is installed, and after an installation that broke off.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


@contextmanager
def hold(path: Path, wait: Callable[[], None]) -> Iterator[TextIO]:
    """Hold the right that a file stands for; the file stays and is empty.

    The system takes the right from a process that ends, however it ends.

    Parameters
    ----------
    path : Path
        The file; it is made if need be.
    wait : callable
        Called if another process has the right, before waiting for it.

    Yields
    ------
    file : TextIO
        The open file; a process that inherits it holds the right as well.
    """
    while True:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w") as file:
            _lock(file.fileno(), fcntl.LOCK_EX, wait)
            if _is_at(path, file):
                yield file
                return
        # Whoever had the right has removed the file: the next one makes another.


@contextmanager
def keep(root: Path, wait: Callable[[], None]) -> Iterator[int | None]:
    """Keep what is built from being cleaned away; any number of builds do so at a time.

    What is locked is the folder of the book itself, which no one removes, and which can be locked
    where nothing can be written.

    Parameters
    ----------
    root : Path
        The book's root.
    wait : callable
        Called if it is being cleaned, before waiting for the end of that.

    Yields
    ------
    handle : int or None
        A file descriptor; a process that inherits it keeps the folder as well.  None where the file
        system cannot lock a folder: then nothing is kept.
    """
    with _folder(root, fcntl.LOCK_SH, wait) as handle:
        yield handle


def clean(root: Path, names: Iterable[str], wait: Callable[[], None]) -> None:
    """Remove files and folders of a book, when no build needs them any more.

    Parameters
    ----------
    root : Path
        The book's root.
    names : iterable of str
        What to remove, relative to the root; what is not there is gone already.
    wait : callable
        Called if a build is running, before waiting for its end.

    Raises
    ------
    OSError
        If something cannot be removed.
    """
    with _folder(root, fcntl.LOCK_EX, wait):
        for name in names:
            path = root / name
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path.exists() or path.is_symlink():
                path.unlink()


@contextmanager
def _folder(root: Path, kind: int, wait: Callable[[], None]) -> Iterator[int | None]:
    handle = os.open(root, os.O_RDONLY)
    try:
        try:
            _lock(handle, kind, wait)
        except OSError:  # some network file systems lock only what is open for writing
            yield None
        else:
            yield handle
    finally:
        os.close(handle)


def _lock(handle: int, kind: int, wait: Callable[[], None]) -> None:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        wait()
        fcntl.flock(handle, kind)


def _is_at(path: Path, file: TextIO) -> bool:
    """Whether an open file is still the one of this path."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _main(names: list[str]) -> int:
    def wait() -> None:
        print("a build is running in this folder; waiting for its end", file=sys.stderr, flush=True)

    try:
        clean(Path.cwd(), names, wait)
    except KeyboardInterrupt:
        print("\ninterrupted: nothing more is removed", file=sys.stderr)
        return 130
    except OSError as error:
        print(f"{error}: it cannot be removed: correct this, then clean again", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
