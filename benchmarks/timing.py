"""Run contenders in turn, each in a process of its own, and tell medians and spread."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONTENDERS = ROOT / "benchmarks" / "contenders"


@dataclass(frozen=True)
class Contender:
    """A script that does a job and prints what it measured as a JSON object.

    Attributes
    ----------
    name : str
    python : str
        The interpreter of its environment.
    script : str
        A file in ``benchmarks/contenders``.
    """

    name: str
    python: str
    script: str

    def run(self, arguments: Sequence[object], folder: Path) -> dict:
        """Do the job once, in `folder`, and return what was measured.

        Raises
        ------
        RuntimeError
            If the script fails; the message holds the end of what it printed.
        """
        done = subprocess.run(
            [self.python, str(CONTENDERS / self.script), *map(str, arguments)],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"{self.name} failed:\n{done.stderr[-2000:]}")
        return json.loads(done.stdout.splitlines()[-1])


def interleave(
    contenders: Sequence[Contender], arguments: Sequence[object], folder: Path, repeats: int
) -> dict[str, list[dict]]:
    """Have the contenders do one job in turn, again and again: what slows the machine slows all."""
    runs: dict[str, list[dict]] = {contender.name: [] for contender in contenders}
    for number in range(repeats):
        for contender in contenders:
            print(f"  {contender.name}, run {number + 1} of {repeats}", file=sys.stderr, flush=True)
            runs[contender.name].append(contender.run(arguments, folder))
    return runs


def median(values: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def spread(values: Sequence[float], digits: str = ",.0f") -> str:
    """Return the median with the smallest and the largest value.

    Examples
    --------
    >>> spread([3, 1, 2])
    '2 (1–3)'
    """
    low, high = min(values), max(values)
    return f"{median(values):{digits}} ({low:{digits}}–{high:{digits}})"


def processor(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """Return the name of the processor and how many of it this process may use."""
    names = [
        line.partition(":")[2].strip()
        for line in (cpuinfo.read_text("utf-8").splitlines() if cpuinfo.is_file() else ())
        if line.startswith("model name")
    ]
    return (
        f"{names[0] if names else 'unknown processor'}, {len(os.sched_getaffinity(0))} processors"
    )
