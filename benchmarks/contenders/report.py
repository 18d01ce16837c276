"""What the contenders share, in whatever environment: nothing but Python's own library."""

from __future__ import annotations

import json
import re
import resource
import statistics
import time
from collections.abc import Callable
from pathlib import Path

#: Characters of the novel after the 10,000 of the job, on which no one trains.
HELD_OUT = slice(10_000, 20_000)


def novel() -> str:
    """Return The Time Machine as D2L reads it: letters a to z and spaces, without line ends."""
    lines = Path("../data/timemachine.txt").read_text("utf-8").splitlines()
    return "".join(re.sub("[^A-Za-z]+", " ", line).strip().lower() for line in lines)


def train(
    epoch: Callable[[], tuple[float, int]],
    num_epochs: int,
    goal: float,
    held_out: Callable[[], float] | None = None,
) -> None:
    """Train until a perplexity is reached, and print what was measured as a JSON object.

    Parameters
    ----------
    epoch : callable
        Trains for an epoch and returns its training perplexity and its number of tokens.
    num_epochs : int
        The most epochs.
    goal : float
        A perplexity; 1 is never reached.
    held_out : callable, optional
        Returns the perplexity of text that was not trained on; asked after the last epoch of a
        training that has a goal.
    """
    seconds, tokens = [], []
    while len(seconds) < num_epochs:
        start = time.perf_counter()
        perplexity, count = epoch()
        seconds.append(time.perf_counter() - start)
        tokens.append(count)
        if perplexity <= goal:
            break
    found = {
        "tokens_per_second": statistics.median(n / s for n, s in zip(tokens, seconds)),
        "seconds_per_epoch": statistics.median(seconds),
        "perplexity": perplexity,
        "epochs": len(seconds),
        "reached": {"epochs": len(seconds), "seconds": sum(seconds)}
        if perplexity <= goal
        else None,
        "megabytes": megabytes(),
    }
    if held_out and goal > 1:
        found["held_out"] = held_out()
    print(json.dumps(found))


def megabytes() -> float:
    """Return how much memory this process has had at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
