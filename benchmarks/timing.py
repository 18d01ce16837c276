"""Run contenders in turn, each in a process of its own, and remember every run."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bitext.machine import processor

ROOT = Path(__file__).resolve().parent.parent
CONTENDERS = ROOT / "benchmarks" / "contenders"

#: The environment as the user has it.  Importing `recurrent` sets what makes MXNet fast, and the
#: peers must not inherit that: they are measured as installed.  So this module is imported first.
ENVIRONMENT = dict(os.environ)


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
    kind : str
        What the job is called there, where that is not the name of the job.
    variables : dict
        What its environment has beside that of the user.
    arguments : tuple
        What it gets in place of the arguments of the job.
    """

    name: str
    python: str
    script: str
    kind: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    arguments: tuple[object, ...] = ()

    def run(
        self,
        arguments: Sequence[object],
        folder: Path,
        variables: Mapping[str, str] | None = None,
    ) -> dict:
        """Do the job once, in `folder`, and return what was measured.

        Raises
        ------
        RuntimeError
            If the script fails; the message holds the end of what it printed.
        """
        done = subprocess.run(
            [self.python, str(CONTENDERS / self.script), *map(str, arguments)],
            cwd=folder,
            env=ENVIRONMENT
            | {"PYTHONPATH": str(ROOT)}
            | dict(self.variables)
            | dict(variables or {}),
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"{self.name} failed:\n{done.stderr[-2000:]}")
        return json.loads(done.stdout.splitlines()[-1])


@dataclass
class Journal:
    """The runs of a part that is being measured, a line of JSON each.

    Whatever ends a measurement, the next one takes up the runs that are there, if it is made on the
    same processor with the same Python.

    Attributes
    ----------
    path : Path
    runs : dict
        What a run has measured, by job, contender and number.
    """

    path: Path
    runs: dict[tuple[str, str, int], dict] = field(default_factory=dict)

    def __post_init__(self):
        where = f"{processor()}, Python {platform.python_version()}"
        lines = self.path.read_text("utf-8").splitlines() if self.path.is_file() else []
        if lines[:1] == [json.dumps(where)]:
            for line in lines[1:]:
                try:
                    *key, run = json.loads(line)
                except ValueError:  # the last line, of a process that was killed while it wrote
                    continue
                self.runs[tuple(key)] = run
        # Written anew, without half a line at its end to which the next one would be joined.
        self.path.parent.mkdir(parents=True, exist_ok=True)
        known = [json.dumps([*key, run]) for key, run in self.runs.items()]
        self.path.write_text("\n".join([json.dumps(where), *known]) + "\n", "utf-8")

    def take(self, job: str, name: str, number: int, measure: Callable[[], dict]) -> dict:
        """Return what a run has measured, now or before."""
        key = (job, name, number)
        if key not in self.runs:
            self.runs[key] = measure()
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps([*key, self.runs[key]]) + "\n")
        return self.runs[key]

    def close(self) -> None:
        """Forget the runs: they are in the results."""
        self.path.unlink(missing_ok=True)


def interleave(
    contenders: Sequence[Contender],
    job: str,
    arguments: Sequence[object],
    folder: Path,
    repeats: int,
    journal: Journal,
) -> dict[str, list[dict]]:
    """Have the contenders do one job in turn, again and again: what slows the machine slows all.

    Each gets the job, by the name that it has for it, and the arguments.
    """
    runs: dict[str, list[dict]] = {contender.name: [] for contender in contenders}
    for number in range(repeats):
        for contender in contenders:
            say(f"{job}: {contender.name}, run {number + 1} of {repeats}")
            call = [contender.kind or job, *(contender.arguments or arguments)]
            run = partial(contender.run, call, folder)
            runs[contender.name].append(journal.take(job, contender.name, number, run))
    return runs


def say(message: str) -> None:
    """Show how far the measurement is."""
    print(f"  {message}", file=sys.stderr, flush=True)
