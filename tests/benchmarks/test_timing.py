"""Contenders in turn, and the journal of their runs."""

import os
import subprocess
import sys

import pytest

from benchmarks import timing
from benchmarks.timing import Contender, Journal, interleave
from tests.conftest import ROOT


@pytest.fixture
def contenders(tmp_path, monkeypatch):
    monkeypatch.setattr(timing, "CONTENDERS", tmp_path)
    (tmp_path / "wrong.py").write_text("raise SystemExit('no text here')")
    for name in "ab":
        lines = f"open('log', 'a').write({name!r})\nimport json, sys\nprint('warm')\n"
        (tmp_path / f"{name}.py").write_text(lines + "print(json.dumps(sys.argv[1:]))\n")
    return [Contender("a", sys.executable, "a.py"), Contender("b", sys.executable, "b.py", "kind")]


def test_contenders_take_turns_and_the_last_line_counts(contenders, tmp_path):
    journal = Journal(tmp_path / "journal")
    runs = interleave(contenders, "job", [7], tmp_path, 2, journal)
    assert runs == {"a": [["job", "7"]] * 2, "b": [["kind", "7"]] * 2}
    assert (tmp_path / "log").read_text() == "abab"


def test_an_interrupted_measurement_goes_on_where_it_was(contenders, tmp_path):
    first = Journal(tmp_path / "journal")
    interleave(contenders, "job", [7], tmp_path, 1, first)
    with first.path.open("a") as file:
        file.write('["job", "a", 1, {"half a li')  # as a process that is killed leaves it
    second = Journal(tmp_path / "journal")
    runs = interleave(contenders, "job", [7], tmp_path, 2, second)
    assert (tmp_path / "log").read_text() == "abab", "the first two were not run again"
    assert Journal(tmp_path / "journal").runs == second.runs
    assert runs["a"] == [["job", "7"]] * 2
    second.close()
    assert not Journal(tmp_path / "journal").runs


def test_the_runs_of_another_processor_are_not_taken_up(tmp_path, monkeypatch):
    Journal(tmp_path / "journal").take("job", "a", 0, lambda: {"n": 1})
    assert Journal(tmp_path / "journal").runs == {("job", "a", 0): {"n": 1}}
    monkeypatch.setattr(timing, "processor", lambda: "another")
    assert not Journal(tmp_path / "journal").runs


def test_a_contender_that_fails_says_why(contenders, tmp_path):
    with pytest.raises(RuntimeError, match="wrong failed:\nno text here"):
        Contender("wrong", sys.executable, "wrong.py").run([], tmp_path)


def test_the_peers_do_not_inherit_what_makes_the_book_fast(tmp_path):
    (tmp_path / "look.py").write_text("import json, os\nprint(json.dumps(dict(os.environ)))\n")
    code = (
        "import json, pathlib, sys\nfrom benchmarks import __main__, timing\n"
        "import os; assert 'OMP_NUM_THREADS' in os.environ, 'recurrent has set it'\n"
        f"timing.CONTENDERS = pathlib.Path({str(tmp_path)!r})\n"
        "seen = timing.Contender('look', sys.executable, 'look.py').run([], pathlib.Path.cwd())\n"
        "print(sorted(set(seen) & {'OMP_NUM_THREADS', 'OPENBLAS_CORETYPE'}))"
    )
    levers = {"OMP_NUM_THREADS", "OPENBLAS_CORETYPE"}
    environment = {name: value for name, value in os.environ.items() if name not in levers}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.stdout == "[]\n", done.stderr
