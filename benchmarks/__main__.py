"""Measure the book's code beside D2L's and PyTorch's, and write ``benchmarks/results.md``.

::

    python -m benchmarks [PART ...] [--repeats N] [--peers PYTHON]

=============  ===================================================================================
``training``   tokens per second on D2L's job, peers as installed and tuned, the floor, memory
``goal``       the time to a training perplexity of 1.2, PyTorch with the book's recipe
``epochs``     how many epochs D2L's recipe takes to it; without a name only where it is not known
``generation`` characters written per second
``text``       from text to batches
``build``      cold build, the same again, a prose edit; the weight of the pages
``perplexity`` of texts that are not in the repository: D2L's job, and every text of the registry
``seeds``      the networks of the section on depth, each trained from five seeds
=============  ===================================================================================

Without a name all parts are measured; a part that is measured replaces what was known of it, and of
no other.  A measurement that was interrupted goes on where it was.  The peers are D2L 0.17.6 and
PyTorch, in an environment of their own that ``make bench`` sets up.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

from benchmarks import builds, results, story
from benchmarks.results import (
    CELLS,
    COUNTING,
    D2L_JOB,
    KINDS,
    OURS,
    PRODUCTS,
    TUNED,
    WAYS,
    Runs,
)
from benchmarks.timing import ROOT, Contender, Journal, interleave, processor, say
from recurrent.data import corpus
from recurrent.data.download import FetchError, fetch
from recurrent.machine.processor import CPUINFO, MALLOC, here, kernel

PERPLEXITY = 1.2  # of the training text, which D2L's job ends near
BY_HEART = 1.1  # where it is known
PATIENCE = 200  # epochs, in which the learning rate falls to 0
MOST = 500  # epochs, for which D2L trains
STATE = ROOT / "_build" / "bench"
SINGLE = {"OMP_NUM_THREADS": "1"}  # for runs side by side


@dataclass(frozen=True)
class Setting:
    """Where and how a part is measured.

    Attributes
    ----------
    peers : dict
        The interpreter of each peer that takes part: ``{"D2L": python}``.
    folder : Path
        An empty folder, beside ``data/timemachine.txt``.
    repeats : int
    journal : Journal
    """

    peers: dict[str, str]
    folder: Path
    repeats: int
    journal: Journal

    def contenders(self, job: str, kind: str = "") -> list[Contender]:
        """Return who does a job: this book, and the peers that have a script for it."""
        mine = Contender(OURS, sys.executable, f"{job}.py", kind)
        scripts = {"D2L": f"d2l_{job}.py", "PyTorch": f"torch_{job}.py"}
        return [mine] + [
            Contender(name, self.peers[name], script, kind)
            for name, script in scripts.items()
            if name in self.peers and (ROOT / "benchmarks" / "contenders" / script).is_file()
        ]

    def take(self, those: list[Contender], job: str, *arguments: object, most: int = 99) -> Runs:
        """Return the runs of a job, `most` of each contender at most."""
        repeats = min(self.repeats, most)
        return interleave(those, job, arguments, self.folder, repeats, self.journal)


def trainers(setting: Setting, kind: str) -> list[Contender]:
    """Return who trains a network on D2L's job: this book in each of its ways, and its peers."""
    ours, *peers = setting.contenders("training")
    if kind == "rnn-scratch":
        others = [replace(ours, name=way, kind=f"rnn-{way.replace(' ', '-')}") for way in WAYS]
        return [ours, *others, *peers]
    return [ours, *peers]


#: Epochs in a measurement of each network: a fast one needs more, to be measured for seconds.
EPOCHS = {"rnn-scratch": 12, "rnn": 60, "gru": 30, "lstm": 30, "deep-lstm": 15}


def tuned(contenders: list[Contender]) -> list[Contender]:
    """Return the peers among some contenders, with the settings that the book makes for itself."""
    variables = here() | {name: str(value) for name, (_, value) in MALLOC.items()}
    return [
        replace(peer, name=TUNED.format(peer.name), variables=variables)
        for peer in contenders
        if peer.python != sys.executable
    ]


def measure_training(setting: Setting) -> dict[str, Runs]:
    """Measure the speed of training, of peers as installed and tuned, and of products alone."""
    floor = Contender(PRODUCTS, sys.executable, "products.py")
    found = {}
    for kind in KINDS:
        those = trainers(setting, kind)
        found[kind] = setting.take([*those, *tuned(those), floor], kind, EPOCHS[kind], 1.0)
    return found


def measure_goal(setting: Setting) -> dict[str, Runs]:
    """Measure the time to a low perplexity, twice at most: the seed is the same.

    PyTorch has the book's recipe.  Of D2L some epochs are measured beside them: how many it takes
    is known.
    """
    found = {}
    for kind in KINDS:
        those = [
            replace(c, arguments=(EPOCHS[kind] // 3, 1.0))
            if c.name == "D2L"
            else replace(c, arguments=(MOST, PERPLEXITY, "recipe"))
            if c.name == "PyTorch"
            else c
            for c in trainers(setting, kind)
        ]
        found[kind] = setting.take(those, kind, MOST, PERPLEXITY, most=2)
    return found


def measure_epochs(setting: Setting) -> dict[str, Runs]:
    """Count the epochs that D2L takes: no time is measured, so many count at a time, and faster."""
    variables = SINGLE.copy()
    if name := kernel(CPUINFO.read_text("utf-8") if CPUINFO.is_file() else ""):
        variables["OPENBLAS_CORETYPE"] = name
    (d2l,) = (c for c in setting.contenders("training") if c.name == "D2L")

    def count(kind: str) -> Runs:
        say(f"{kind}: counting D2L's epochs")
        call = [kind, MOST, PERPLEXITY]
        measure = lambda: d2l.run(call, setting.folder, variables)  # noqa: E731
        return {"D2L": [setting.journal.take(kind, "D2L", 0, measure)]}

    longest_first = sorted(KINDS, key=["deep-lstm", "rnn-scratch", "lstm", "gru", "rnn"].index)
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        counted = dict(zip(longest_first, pool.map(count, longest_first)))
    return {kind: counted[kind] for kind in KINDS}


def measure_generation(setting: Setting) -> dict[str, Runs]:
    """Measure how fast text is written."""
    return {"generation": setting.take(setting.contenders("generation"), "generation", 1000)}


def measure_text(setting: Setting) -> dict[str, Runs]:
    """Measure the way from text to batches."""
    contenders = setting.contenders("text")
    return {
        "novel": setting.take(contenders, "novel", 0),
        "ten million": setting.take(contenders[:1], "ten million", 10_000_000),
    }


def measure_build(setting: Setting) -> dict[str, Runs]:
    """Measure builds of the book in a copy: one that is cold, three of each other kind."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "book"
        builds.copy(folder)
        say("cold build")
        found: dict[str, Runs] = {"cold": {OURS: [builds.build(folder)]}, "warm": {}, "prose": {}}
        for number in range(min(setting.repeats, 3)):
            say(f"warm build and prose edit, run {number + 1}")
            found["warm"].setdefault(OURS, []).append(builds.build(folder))
            builds.edit_prose(folder, number)
            found["prose"].setdefault(OURS, []).append(builds.build(folder))
        found["pages"] = builds.weights(folder)
    return found


def measure_perplexity(setting: Setting) -> dict[str, Runs]:
    """Measure perplexities, no times: so as many runs at a time as there are processors."""
    try:
        for entry in corpus.REGISTRY.values():
            fetch(entry)
    except FetchError as error:
        raise RuntimeError(str(error)) from None
    jobs = [(D2L_JOB, cell, "training.py", (cell, PATIENCE, BY_HEART, PATIENCE)) for cell in CELLS]
    jobs += [(D2L_JOB, COUNTING, "perplexity.py", (COUNTING, D2L_JOB, "en"))]
    jobs += [
        (f"{name} {lang}", kind, "perplexity.py", (kind, name, lang))
        for name, entry in corpus.REGISTRY.items()
        for lang in entry.languages
        for kind in (*CELLS, COUNTING)
    ]

    def do(job: tuple[str, str, str, tuple]) -> dict:
        text, kind, script, arguments = job
        say(f"{text}: {kind}")
        contender = Contender(f"{kind} on {text}", sys.executable, script)
        run = partial(contender.run, arguments, setting.folder, SINGLE)
        return setting.journal.take(text, kind, 0, run)

    found: dict[str, Runs] = {}
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        for (text, kind, *_), run in zip(jobs, pool.map(do, jobs)):
            found.setdefault(text, {})[kind] = [run]
    return found


def measure_seeds(setting: Setting) -> dict[str, Runs]:
    """Train the networks of the section on depth from several seeds, and compare them.

    First the learning rate of each is chosen, from another seed, in English.  Perplexities are
    measured, no times, so as many runs at a time as there are processors.
    """

    def train(name: str, lang: str, lr: float, seed: int) -> dict:
        call = [name, lang, lr, seed]
        contender = Contender(f"{name} in {lang}", sys.executable, "story.py")
        measure = partial(contender.run, call, setting.folder, SINGLE)
        run = setting.journal.take(f"{lang} {lr} {story.Settings()}", name, seed, measure)
        say(f"{lang} {name}, rate {lr}, seed {seed}: {run['validation']:.3f}")
        return run

    def try_rates(name: str) -> list[dict]:
        tried = {}

        def measure(lr: float) -> float:
            tried[lr] = train(name, "en", lr, story.SWEEP_SEED)
            return tried[lr]["validation"]

        return [tried[lr] for lr in story.sweep(measure)]

    found: dict[str, Runs] = {}
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        found["rates"] = dict(zip(story.NETWORKS, pool.map(try_rates, story.NETWORKS)))
        best = {name: story.best_rate(those) for name, those in found["rates"].items()}
        waiting = {
            (lang, name): [pool.submit(train, name, lang, best[name], seed) for seed in story.SEEDS]
            for lang, names in story.MEASURED.items()
            for name in names
        }
        for (lang, name), those in waiting.items():
            found.setdefault(lang, {})[name] = [each.result() for each in those]
    for lang in story.MEASURED:
        say(f"{lang} {COUNTING}")
        found[lang][COUNTING] = [story.count(lang)]
        found[f"{lang} differences"] = story.differences(found[lang])
    for runs in found.values():
        for run in (run for those in runs.values() for run in those):
            run.pop("losses", None)  # compared, and too many to keep
    found["settings"] = {"all": [asdict(story.Settings())]}
    return found


PARTS: dict[str, Callable[[Setting], dict[str, Runs]]] = {
    "text": measure_text,
    "generation": measure_generation,
    "training": measure_training,
    "goal": measure_goal,
    "epochs": measure_epochs,
    "build": measure_build,
    "perplexity": measure_perplexity,
    "seeds": measure_seeds,
}

#: The parts that read nothing but what is in the repository.
AT_HOME = ("seeds",)


def find_peers(python: str) -> dict[str, str]:
    """Return which peers an interpreter can import: ``{"D2L": python, ...}``."""
    found = {}
    python = os.path.abspath(python)  # contenders run in another folder
    for name, module in (("D2L", "d2l.mxnet"), ("PyTorch", "torch")):
        try:
            done = subprocess.run([python, "-c", f"import {module}"], capture_output=True)
        except FileNotFoundError:
            break
        if done.returncode == 0:
            found[name] = python
        else:
            print(f"{name} is left out: {python} has none", file=sys.stderr)
    return found


def versions(peers: dict[str, str]) -> dict[str, str]:
    """Return the versions of what is compared."""
    asked = {"MXNet": (sys.executable, "mxnet")}
    asked |= {n: (peers[n], m) for n, m in (("D2L", "d2l"), ("PyTorch", "torch")) if n in peers}
    code = "import importlib.metadata as m, sys; print(m.version(sys.argv[1]))"
    return {
        name: subprocess.run(
            [python, "-c", code, module], capture_output=True, text=True, check=True
        ).stdout.strip()
        for name, (python, module) in asked.items()
    }


def measure(name: str, peers: dict[str, str], novel: Path | None, repeats: int, path: Path) -> None:
    """Measure one part, and put it in the place of what the results had of it."""
    print(name, file=sys.stderr, flush=True)
    journal = Journal(STATE / f"{name}.jsonl")
    with tempfile.TemporaryDirectory() as temporary:
        (Path(temporary) / "data").mkdir()
        if novel:
            shutil.copy(novel, Path(temporary) / "data" / "timemachine.txt")
        folder = Path(temporary) / "run"
        folder.mkdir()
        runs = PARTS[name](Setting(peers, folder, repeats, journal))
    known = results.load(path)
    known[name] = {
        "date": datetime.date.today().isoformat(),
        "processor": processor(),
        "versions": versions(peers),
        "runs": runs,
    }
    ordered = {part: known[part] for part in PARTS if part in known}
    results.save(ordered, path, path.with_suffix(".md"))
    journal.close()


def left(asked: list[str], has_d2l: bool, path: Path) -> list[str]:
    """Return the parts to measure: those asked for, or what is left of a whole measurement.

    What is left is kept in a file until there is nothing left.
    """
    if asked:
        return asked
    file = STATE / "left.json"
    if file.is_file():
        return [part for part in json.loads(file.read_text("utf-8")) if part in PARTS]
    known = results.load(path).get("epochs")
    return [part for part in PARTS if part != "epochs" or (has_d2l and known is None)]


def main(arguments: list[str] | None = None, path: Path = results.DATA) -> int:
    """Measure the parts that are asked for; return 0, or 1 without the text they need."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"one of {', '.join(PARTS)}")
    parser.add_argument("--repeats", type=int, default=3, help="runs of each (default: 3)")
    parser.add_argument("--peers", default="", help="an interpreter that has D2L and PyTorch")
    options = parser.parse_args(arguments)
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"unknown part {sorted(unknown)}: choose from {', '.join(PARTS)}")
    if options.repeats < 1:
        parser.error(f"--repeats {options.repeats}: write a number from 1 up")
    at_home = bool(options.parts) and set(options.parts) <= set(AT_HOME)
    try:
        novel = None if at_home else fetch(corpus.find("timemachine"))
    except FetchError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    peers = find_peers(options.peers) if options.peers else {}
    if "epochs" in options.parts and "D2L" not in peers:
        parser.error("epochs are D2L's: name an interpreter that has it with --peers")
    parts = left(options.parts, "D2L" in peers, path)
    file = STATE / "left.json"
    STATE.mkdir(parents=True, exist_ok=True)
    try:
        while parts:
            if not options.parts:
                results.write(file, json.dumps(parts))
            measure(parts[0], peers, novel, options.repeats, path)
            parts = parts[1:]
    except KeyboardInterrupt:
        print("\ninterrupted: every run is kept, the same command goes on", file=sys.stderr)
        return 130
    except RuntimeError as error:
        print(f"error: {error}\nwhat has run is kept: correct this, then go on", file=sys.stderr)
        return 1
    if not options.parts:
        file.unlink(missing_ok=True)
    print(path.with_suffix(".md").read_text("utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
