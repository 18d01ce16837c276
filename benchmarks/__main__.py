"""Measure the book's code beside D2L's and PyTorch's, and write ``benchmarks/results.md``.

::

    python -m benchmarks [text] [training] [goal] [--repeats N] [--peers PYTHON]

`text` is the way from text to batches, `training` tokens per second, `goal` the time to a training
perplexity of 1.2.  The peers are D2L 0.17.6 and PyTorch, in an environment of their own that
``make bench`` sets up.
"""

from __future__ import annotations

import argparse
import datetime
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.timing import ROOT, Contender, interleave, median, processor, spread
from recurrent import corpus
from recurrent.download import FetchError, fetch

RESULTS = ROOT / "benchmarks" / "results.md"
KINDS = {
    "rnn": "RNN, 256 units",
    "gru": "GRU, 256 units",
    "lstm": "LSTM, 256 units",
    "deep-lstm": "LSTM, two layers of 256",
}
PERPLEXITY = 1.2  # of the training text, which D2L's job ends near


def measure_text(peers: dict[str, str], folder: Path, repeats: int) -> Iterator[str]:
    """Yield the table of the way from text to batches."""
    contenders = [Contender("this book", sys.executable, "text.py")]
    if "D2L" in peers:
        contenders.append(Contender("D2L", peers["D2L"], "d2l_text.py"))
    yield "| | characters | to numbers, s | an epoch of batches, s | both, s |"
    yield "|---|---:|---:|---:|---:|"
    jobs = [("The Time Machine", [], contenders), ("ten million", ["10000000"], contenders[:1])]
    for title, arguments, those in jobs:
        for name, runs in interleave(those, arguments, folder, repeats).items():
            numbers, batches = ([run[part] for run in runs] for part in ("numbers", "batches"))
            both = [a + b for a, b in zip(numbers, batches)]
            yield (
                f"| {title}, {name} | {runs[0]['characters']:,} | {spread(numbers, '.3f')} "
                f"| {spread(batches, '.3f')} | {spread(both, '.3f')} |"
            )


def trainers(peers: dict[str, str]) -> list[Contender]:
    """Return who trains on D2L's job."""
    scripts = {"D2L": "d2l_training.py", "PyTorch": "torch_training.py"}
    found = [Contender("this book", sys.executable, "training.py")]
    return found + [
        Contender(name, peers[name], scripts[name]) for name in scripts if name in peers
    ]


def measure_training(peers: dict[str, str], folder: Path, repeats: int) -> Iterator[str]:
    """Yield the table of tokens per second."""
    yield "| | who | tokens/s | this book's is | memory at its peak, MB |"
    yield "|---|---|---:|---:|---:|"
    for kind, title in KINDS.items():
        results = interleave(trainers(peers), [kind, 12, 1.0], folder, repeats)
        speeds = {
            name: [run["tokens_per_second"] for run in runs] for name, runs in results.items()
        }
        for name, values in speeds.items():
            ratio = median(speeds["this book"]) / median(values)
            peak = median([run["megabytes"] for run in results[name]])
            yield f"| {title} | {name} | {spread(values)} | {ratio:.2f} × | {peak:,.0f} |"


def measure_goal(peers: dict[str, str], folder: Path, repeats: int) -> Iterator[str]:
    """Yield the table of the time to a low training perplexity."""
    yield f"| | who | seconds to perplexity {PERPLEXITY} | epochs | this book's is sooner by |"
    yield "|---|---|---:|---:|---:|"
    for kind, title in KINDS.items():
        results = interleave(trainers(peers), [kind, 700, PERPLEXITY], folder, repeats)
        ours = median([run["reached"]["seconds"] for run in results["this book"]])
        for name, runs in results.items():
            if not all(run["reached"] for run in runs):
                worst = max(run["perplexity"] for run in runs)
                yield f"| {title} | {name} | not within 700 epochs ({worst:.2f}) | 700 | |"
                continue
            seconds = [run["reached"]["seconds"] for run in runs]
            epochs = median([run["reached"]["epochs"] for run in runs])
            ratio = median(seconds) / ours
            yield f"| {title} | {name} | {spread(seconds, '.1f')} | {epochs:.0f} | {ratio:.1f} × |"


PARTS: dict[str, tuple[str, Callable[[dict[str, str], Path, int], Iterator[str]]]] = {
    "text": ("From text to batches", measure_text),
    "training": ("Training, D2L's job: 10,000 characters, batches of 32 × 35", measure_training),
    "goal": ("Time to a training perplexity, same job", measure_goal),
}


def find_peers(python: str) -> dict[str, str]:
    """Return which peers an interpreter can import: ``{"D2L": python, ...}``."""
    found = {}
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


def main() -> int:
    """Measure the parts that are asked for; return 0, or 1 without the text they need."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"one of {', '.join(PARTS)}")
    parser.add_argument("--repeats", type=int, default=5, help="runs of each (default: 5)")
    parser.add_argument("--peers", default="", help="an interpreter that has D2L and PyTorch")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"unknown part {sorted(unknown)}: choose from {', '.join(PARTS)}")
    try:
        novel = fetch(corpus.find("timemachine"))
    except FetchError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    peers = find_peers(options.peers) if options.peers else {}
    today, where = datetime.date.today().isoformat(), processor()
    lines = [
        "# Benchmarks",
        "",
        f"Measured on {today}: {where}, by `make bench`.",
        f"Medians of {options.repeats} runs, each in a process of its own, in turn; "
        "the smallest and the largest in brackets.",
    ]
    with tempfile.TemporaryDirectory() as temporary:
        (Path(temporary) / "data").mkdir()
        shutil.copy(novel, Path(temporary) / "data" / "timemachine.txt")
        folder = Path(temporary) / "run"
        folder.mkdir()
        for name in options.parts or PARTS:
            title, measure = PARTS[name]
            print(title, file=sys.stderr)
            lines += ["", f"## {title}", "", *measure(peers, folder, options.repeats)]
    beside = RESULTS.with_suffix(".new")
    beside.write_text("\n".join(lines) + "\n", "utf-8")
    beside.replace(RESULTS)
    print(RESULTS.read_text("utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
