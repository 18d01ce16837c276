"""The command ``python -m tests.attack``: inputs and kills, and one table of what came of them."""

from __future__ import annotations

import argparse
import itertools
import os
import signal
import sys
import time
from collections import Counter
from pathlib import Path

from tests.attack import browser, campaign, kills, room, tables, texts
from tests.attack.campaign import Campaign
from tests.attack.corpus import corpus
from tests.conftest import ROOT

KINDS = [*texts.KINDS, *tables.KINDS, *browser.KINDS]
#: Inputs for each address that a browser is given: one takes as long as a hundred others.
INPUTS_OF_ADDRESS = 300


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(prog="python -m tests.attack", description=__doc__)
    top.add_argument("--inputs", type=int, default=100_000, metavar="N", help="100,000")
    top.add_argument("--kills", type=int, default=100, metavar="N", help="100")
    top.add_argument("--seed", default="1", help="decides which inputs and kills there are: 1")
    top.add_argument("--first", type=int, default=0, metavar="N", help="begin with this input: 0")
    jobs = len(os.sched_getaffinity(0))
    top.add_argument("--jobs", type=int, default=jobs, metavar="N", help="processes: as processors")
    top.add_argument("--only", metavar="KIND", help=f"one of {', '.join(k.name for k in KINDS)}")
    top.add_argument("--replay", type=Path, metavar="FILE", help="give one input again")
    top.add_argument(
        "--keep",
        type=Path,
        default=ROOT / "_build/attack",
        metavar="FOLDER",
        help="where inputs with a fault are kept: _build/attack",
    )
    return top


def main() -> int:
    """Run a campaign; return 1 if there is a fault."""
    arguments = parser().parse_args()
    if arguments.replay:
        try:
            outcome = campaign.replay(arguments.replay, [*KINDS, browser.ADDRESS])
        except (OSError, ValueError) as error:
            print(error, file=sys.stderr)
            return 2
        print(f"{outcome.kind}: {outcome.what}: {outcome.said}")
        return outcome.what in campaign.FAULTS
    kinds = [kind for kind in KINDS if arguments.only in (None, kind.name)]
    if not kinds:
        print(f"--only {arguments.only}: no such kind, see --help", file=sys.stderr)
        return 2
    corpus()  # once, before processes are forked
    inputs = Campaign(kinds, arguments.seed, arguments.keep)
    base = room.folder()
    killing = kills.Kills(arguments.seed, base)
    begun = time.monotonic()
    interrupted = False
    for sign in (signal.SIGINT, signal.SIGTERM):  # in the background the first would be ignored
        signal.signal(sign, signal.default_int_handler)
    try:
        numbers = range(arguments.first, arguments.inputs)
        if numbers:
            inputs.run(numbers, arguments.jobs, _reporter("inputs", len(numbers)))
        if arguments.kills:
            killing.prepare()
            _visit(inputs, killing, len(numbers) // INPUTS_OF_ADDRESS)
            killing.run(arguments.kills, arguments.jobs, _told(arguments.kills))
    except KeyboardInterrupt:
        interrupted = True
        print("\ninterrupted: these are the counts so far", file=sys.stderr)
    finally:  # whatever ends it, what has been counted is told
        room.clear(base)
        print(summary(inputs, killing, arguments.seed, time.monotonic() - begun))
    return 130 if interrupted else bool(inputs.faults or killing.faults)


def summary(inputs: Campaign, killing: kills.Kills, seed: str, seconds: float) -> str:
    """Return the counts, what was killed how, and where the inputs with faults are."""
    parts = [f"seed {seed}, {seconds / 60:.1f} minutes", campaign.table(inputs.counts)]
    if any(killing.counts.values()):
        parts.append(kills.table(killing.counts))
    every = sum([*inputs.counts.values(), *killing.counts.values()], Counter())
    faults = {what: every[what] for what in campaign.FAULTS if every[what]}
    for killed in killing.faults:
        parts.append(f"kill {killed.number}: {killed.task}, {killed.how}: {killed.what}:"
                     f" {killed.said}")  # fmt: skip
    parts += [f"again: python -m tests.attack --replay {path}" for path in inputs.faults[:20]]
    parts.append(f"faults: {faults}" if faults else "no crash, no loss, no leak, no script left")
    return "\n\n".join(parts)


def _visit(inputs: Campaign, killing: kills.Kills, count: int) -> None:
    """Open a page of the book that the kills begin with by so many addresses."""
    page = next(iter(sorted(killing.base.glob("built/book/_build/html/chapter_toy/*.html"))), None)
    if count and page:
        numbers = range(1_000_000_000, 1_000_000_000 + count)
        samples = (
            (number, browser.make_address(campaign.generator(inputs.seed, number)))
            for number in numbers
        )
        browser.visit(page, samples, inputs.add)


def _reporter(what: str, total: int):
    """Return a function that says now and then how many are done."""
    begun = last = time.monotonic()

    def report(done: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last > 10 or done == total:
            last = now
            line = f"{done:,} of {total:,} {what}, {now - begun:.0f} s"
            print(line, file=sys.stderr, flush=True)

    return report


def _told(total: int):
    """Return a function that says what became of each kill."""
    numbers = itertools.count(1)

    def told(killed: kills.Killed) -> None:
        number = next(numbers)
        line = f"kill {number} of {total}: {killed.task}, {killed.how}: {killed.what}"
        print(line, file=sys.stderr, flush=True)

    return told


if __name__ == "__main__":
    sys.exit(main())
