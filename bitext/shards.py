"""One machine's share of the notebooks, where several execute the book together."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nbformat import NotebookNode

from bitext.notebooks import code


@dataclass(frozen=True)
class Shard:
    """The `number`-th of `count` shares, counted from 1."""

    number: int
    count: int

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"


def parse(text: str) -> Shard:
    """Read a share as it is written on the command line.

    Raises
    ------
    ValueError
        If it is no ``I/N`` with I from 1 to N.

    Examples
    --------
    >>> parse("2/5")
    Shard(number=2, count=5)
    """
    match = re.fullmatch(r"([0-9]+)/([0-9]+)", text)
    shard = Shard(*map(int, match.groups())) if match else None
    if shard is None or not 1 <= shard.number <= shard.count:
        raise ValueError(
            f"{text!r} is no share I/N with I from 1 to N: write 2/5 on the second of five machines"
        )
    return shard


def share(composed: dict[str, NotebookNode], shard: Shard) -> dict[str, NotebookNode]:
    """Return the notebooks of one share, about as long to execute as any other.

    The longest goes first, always to the share that has least so far.  How long a notebook takes
    is what its last run took, as the notebook itself has it in its metadata: every machine has the
    same notebooks, so every machine divides them alike, and none is left out.  One whose time is
    not known counts as the mean of the others.
    """
    known = {path: n.metadata["bitext"].get("seconds") for path, n in composed.items() if code(n)}
    times = [seconds for seconds in known.values() if seconds is not None]
    mean = sum(times) / len(times) if times else 1.0
    weights = {path: mean if s is None else s for path, s in known.items()}
    loads = [0.0] * shard.count
    mine = []
    for path in sorted(weights, key=lambda path: (-weights[path], path)):
        least = loads.index(min(loads))
        loads[least] += weights[path]
        if least == shard.number - 1:
            mine.append(path)
    return {path: composed[path] for path in sorted(mine)}
