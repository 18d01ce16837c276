"""Contenders in turn."""

import sys

import pytest

from benchmarks import timing
from benchmarks.timing import Contender, interleave, processor, spread


@pytest.fixture
def contenders(tmp_path, monkeypatch):
    monkeypatch.setattr(timing, "CONTENDERS", tmp_path)
    (tmp_path / "wrong.py").write_text("raise SystemExit('no text here')")
    for name in "ab":
        lines = f"open('log', 'a').write({name!r})\nimport json, sys\nprint('warm')\n"
        (tmp_path / f"{name}.py").write_text(lines + "print(json.dumps({'n': int(sys.argv[1])}))\n")
    return [Contender(name, sys.executable, f"{name}.py") for name in "ab"]


def test_contenders_take_turns_and_the_last_line_counts(contenders, tmp_path):
    runs = interleave(contenders, [7], tmp_path, repeats=2)
    assert runs == {"a": [{"n": 7}, {"n": 7}], "b": [{"n": 7}, {"n": 7}]}
    assert (tmp_path / "log").read_text() == "abab"


def test_a_contender_that_fails_says_why(contenders, tmp_path):
    with pytest.raises(RuntimeError, match="wrong failed:\nno text here"):
        Contender("wrong", sys.executable, "wrong.py").run([], tmp_path)


def test_spread_is_the_median_with_both_ends():
    assert spread([1000, 4000, 2000, 3000]) == "2,500 (1,000–4,000)"
    assert spread([0.5], ".1f") == "0.5 (0.5–0.5)"


def test_a_processor_without_a_name(tmp_path):
    assert processor(tmp_path / "none").startswith("unknown processor, ")
    (tmp_path / "cpuinfo").write_text("processor : 0\nmodel name : A Chip\n")
    assert processor(tmp_path / "cpuinfo").startswith("A Chip, ")
