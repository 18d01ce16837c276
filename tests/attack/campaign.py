"""Inputs by the thousand, in some processes, each within a time and a memory; counts of what came.

Which input has which number is decided by the seed alone, so that a campaign can be interrupted and
taken up, and any input of it be made again.
"""

from __future__ import annotations

import json
import multiprocessing
import random
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from bitext.execution import ExecutionError
from bitext.findings import SourceError
from tests.attack import oracles, room
from tests.attack.oracles import FAULTS, Fault
from tests.attack.room import Room

#: Seconds of the processor that an input may take; the longest ones of the book take one.
SECONDS = 20
#: Seconds until a process that says nothing is taken for one that hangs.
SILENCE = 1800
#: Bytes of memory that a process may take beside what it begins with.
MEMORY = 4 << 30
#: Inputs that a process is given at a time.
CHUNK = 25

#: What the command line prints as one line, without a traceback.
REFUSALS = (SourceError, ExecutionError, OSError, ValueError)

Sample = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """A kind of inputs.

    Parameters
    ----------
    name : str
        Its name in the table.
    share : float
        How many inputs of a campaign are of this kind, among all kinds.
    make : callable
        Makes an input of what a random generator draws; it is data that JSON can hold.
    run : callable
        Gives an input to the book and returns what came out: texts, none of which may show a file
        from outside of the book.  It raises an error of `REFUSALS` if the book refuses the input,
        and :class:`Fault` if something does not hold.
    """

    name: str
    share: float
    make: Callable[[random.Random], Sample]
    run: Callable[[Sample, Room], Iterable[str | bytes]]


class Hang(BaseException):
    """An input takes too long; no part of the book catches this."""


@dataclass(frozen=True)
class Outcome:
    """What became of an input: "accepted", "refused" or one of `FAULTS`; and what was said."""

    number: int
    kind: str
    what: str
    said: str = ""
    sample: Sample | None = None


def generator(seed: str, number: int) -> random.Random:
    """Return what decides of an input all that is not its kind's alone."""
    return random.Random(f"{seed}/{number}")


def chosen(kinds: Sequence[Kind], seed: str, number: int) -> tuple[Kind, random.Random]:
    """Return the kind of an input and the generator that makes it."""
    rng = generator(seed, number)
    (kind,) = rng.choices(kinds, [kind.share for kind in kinds])
    return kind, rng


def attempt(kind: Kind, sample: Sample, place: Room, number: int = 0) -> Outcome:
    """Give one input to the book.

    Parameters
    ----------
    kind : Kind
        The kind of the input.
    sample : dict
        The input.
    place : Room
        A book that it may change.
    number : int
        Its number in the campaign.
    """

    def outcome(what: str, said: str = "") -> Outcome:
        return Outcome(number, kind.name, what, said, sample if what in FAULTS else None)

    def hang(*_: object) -> None:
        raise Hang

    before = signal.signal(signal.SIGPROF, hang)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        oracles.silent(kind.run(sample, place))
    except Fault as fault:
        return outcome(fault.kind, str(fault))
    except Hang:
        return outcome("hang", "".join(traceback.format_exc().splitlines(keepends=True)[-12:]))
    except REFUSALS as error:
        names = ["attack", *(path.name for path in place.root.iterdir()), *sample.get("names", ())]
        if wrong := oracles.complaint(error, names):
            return outcome("message", f"{wrong}\n{traceback.format_exc()}")
        return outcome("refused", str(error))
    except Exception:  # whatever it is, a user would see a traceback
        return outcome("crash", traceback.format_exc())
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    return outcome("accepted")


def _work(kinds: Sequence[Kind], seed: str, pipe: Connection, base: Path) -> None:
    """Answer chunks of numbers with outcomes until the other end closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent tells
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, hard))
    sys.stderr = sys.stdout = open("/dev/null", "w")  # as long as the process
    try:
        while (numbers := pipe.recv()) is not None:
            found = []
            for number in numbers:
                pipe.send(number)
                kind, rng = chosen(kinds, seed, number)
                place = room.furnish(base, sections=False)
                found.append(attempt(kind, kind.make(rng), place, number))
                room.empty(place)
            pipe.send(found)
    except EOFError:
        pass


@dataclass
class _Worker:
    """A process, its folder, its end of the pipe, and the input that it has begun last."""

    process: multiprocessing.Process
    base: Path
    pipe: Connection
    left: list[int]
    at: int = -1
    since: float = 0.0


class Campaign:
    """Counts what becomes of inputs.

    Parameters
    ----------
    kinds : sequence of Kind
        The kinds of inputs.
    seed : str
        Decides which inputs there are.
    folder : Path
        Where inputs with a fault are kept, one file each.
    """

    def __init__(self, kinds: Sequence[Kind], seed: str, folder: Path):
        self.kinds, self.seed, self.folder = kinds, seed, folder
        self.counts: dict[str, Counter[str]] = {kind.name: Counter() for kind in kinds}
        self.faults: list[Path] = []

    def add(self, outcome: Outcome) -> None:
        """Count an outcome; keep the input if there is a fault."""
        self.counts.setdefault(outcome.kind, Counter())[outcome.what] += 1
        if outcome.what in FAULTS:
            self.faults.append(save(outcome, self.seed, self.folder))

    def run(self, numbers: Iterable[int], jobs: int, report: Callable[[int], None]) -> None:
        """Run some inputs in so many processes.

        Parameters
        ----------
        numbers : iterable of int
            The numbers of the inputs.
        jobs : int
            The number of processes.
        report : callable
            Called now and then with how many inputs are done.
        """
        left = list(numbers)[::-1]
        workers = [self._start() for _ in range(jobs)]
        done = 0
        try:
            for worker in workers:
                _give(worker, left)
            while any(worker.left for worker in workers):
                ready = wait([worker.pipe for worker in workers if worker.left], timeout=5)
                for worker in list(workers):
                    if worker.pipe not in ready:
                        if worker.left and time.monotonic() - worker.since > SILENCE:
                            done += self._lost(worker, workers, left, "hang")
                        continue
                    try:
                        answer = worker.pipe.recv()
                    except EOFError:
                        done += self._lost(worker, workers, left, "crash")
                        continue
                    worker.since = time.monotonic()
                    if isinstance(answer, int):
                        worker.at = answer
                        continue
                    for outcome in answer:
                        self.add(outcome)
                    done += len(answer)
                    _give(worker, left)
                report(done)
        finally:
            for worker in workers:
                worker.pipe.close()
            for worker in workers:
                worker.process.join(10)
                if worker.process.is_alive():
                    worker.process.kill()
                room.clear(worker.base)

    def _start(self) -> _Worker:
        context = multiprocessing.get_context("fork")
        ours, theirs = context.Pipe()
        base = room.folder()
        arguments = (self.kinds, self.seed, theirs, base)
        process = context.Process(target=_work, args=arguments, daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, base, ours, [], since=time.monotonic())

    def _lost(self, worker: _Worker, workers: list[_Worker], left: list[int], what: str) -> int:
        """Put another process in the place of one that is lost; do again what it had not told."""
        worker.process.kill()
        worker.process.join()
        room.clear(worker.base)
        kind, rng = chosen(self.kinds, self.seed, worker.at)
        said = f"the process that ran it ended with {worker.process.exitcode}"
        self.add(Outcome(worker.at, kind.name, what, said, kind.make(rng)))
        left += [number for number in worker.left[::-1] if number != worker.at]
        workers.remove(worker)
        workers.append(self._start())
        _give(workers[-1], left)
        return 1


def _give(worker: _Worker, left: list[int]) -> None:
    """Give a process the next numbers; it has none left if there are none."""
    worker.left = [left.pop() for _ in range(min(CHUNK, len(left)))]
    worker.since = time.monotonic()
    if worker.left:
        worker.pipe.send(worker.left)


def save(outcome: Outcome, seed: str, folder: Path) -> Path:
    """Keep an input with what is wrong, so that it can be given again."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{outcome.what}-{outcome.kind.replace(' ', '-')}-{outcome.number}.json"
    kept = {
        "kind": outcome.kind,
        "seed": seed,
        "number": outcome.number,
        "what": outcome.what,
        "said": outcome.said,
        "sample": outcome.sample,
    }
    path.write_text(json.dumps(kept, ensure_ascii=True, indent=1) + "\n", "utf-8")
    return path


def replay(path: Path, kinds: Sequence[Kind]) -> Outcome:
    """Give an input that was kept to the book again.

    Raises
    ------
    ValueError
        If the file is none of :func:`save`, or its kind is not there.
    """
    try:
        kept = json.loads(path.read_text("utf-8"))
        kind = next(kind for kind in kinds if kind.name == kept["kind"])
        sample, number = kept["sample"], kept["number"]
    except (KeyError, TypeError, StopIteration, ValueError) as error:
        raise ValueError(f"{path}: no input of a campaign ({error!r}): name another file") from None
    base = room.folder()
    try:
        return attempt(kind, sample, room.furnish(base, sections=False), number)
    finally:
        room.clear(base)


def table(counts: dict[str, Counter[str]]) -> str:
    """Return the counts as a table: a row for each kind, and one for all of them."""
    heads = ("inputs", "refused", "accepted", *FAULTS)
    every: Counter[str] = sum(counts.values(), Counter())
    lines = [f"{'kind':<18}" + "".join(f"{head:>10}" for head in heads)]
    for name, counter in [*sorted(counts.items()), ("all", every)]:
        numbers = (counter.total(), counter["refused"], counter["accepted"])
        numbers += tuple(counter[fault] for fault in FAULTS)
        lines.append(f"{name:<18}" + "".join(f"{number:>10,}" for number in numbers))
    return "\n".join(lines)
