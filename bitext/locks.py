"""The right to do something that one process does at a time."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
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
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            wait()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield file
