"""Parts: each replaces its own results only, and an interrupted measurement goes on."""

import json
import sys

import pytest

from benchmarks import __main__ as bench
from benchmarks import results
from benchmarks.timing import Contender
from recurrent.data.download import FetchError


@pytest.fixture
def book(tmp_path, monkeypatch):
    """Return where the results go; two parts that measure nothing of weight stand for all."""
    novel = tmp_path / "novel.txt"
    novel.write_text("a text")
    monkeypatch.setattr(bench, "fetch", lambda entry: novel)
    monkeypatch.setattr(bench, "STATE", tmp_path / "state")
    monkeypatch.setattr(bench.results, "markdown", lambda known: f"{sorted(known)}\n")
    counts = {"text": 0, "build": 0}

    def part(name):
        def measure(setting):
            assert (setting.folder.parent / "data/timemachine.txt").read_text() == "a text"
            counts[name] += 1
            run = setting.journal.take("job", "us", 0, lambda: {"n": counts[name]})
            if name in failing:
                raise failing[name]
            return {"job": {"us": [run] * setting.repeats}}

        return measure

    failing = {}
    monkeypatch.setattr(bench, "PARTS", {name: part(name) for name in counts})
    return tmp_path / "results.json", counts, failing


def numbers(path):
    return {name: part["runs"]["job"]["us"][0]["n"] for name, part in results.load(path).items()}


def test_one_part_replaces_its_own_results_and_no_others(book):
    path, counts, _ = book
    assert bench.main([], path) == 0
    assert numbers(path) == {"text": 1, "build": 1}
    before = results.load(path)
    assert bench.main(["build"], path) == 0
    assert numbers(path) == {"text": 1, "build": 2}
    assert results.load(path)["text"] == before["text"]
    assert path.with_suffix(".md").read_text() == "['build', 'text']\n"


@pytest.mark.parametrize(
    ("error", "code"), [(KeyboardInterrupt(), 130), (RuntimeError("D2L failed"), 1)]
)
def test_a_part_that_is_finished_is_kept_and_the_next_call_goes_on(book, capsys, error, code):
    path, counts, failing = book
    failing["build"] = error
    assert bench.main([], path) == code
    assert numbers(path) == {"text": 1}
    assert str(error) in capsys.readouterr().err
    failing.clear()
    assert bench.main([], path) == 0
    assert counts == {"text": 1, "build": 2}, "the finished part was not measured again"
    assert numbers(path) == {"text": 1, "build": 1}, "nor the run that was made before"
    assert bench.main([], path) == 0
    assert counts == {"text": 2, "build": 3}, "a measurement that came to its end begins anew"


def test_a_part_says_when_where_and_how_often_it_was_measured(book):
    path, *_ = book
    bench.main(["text", "--repeats", "2"], path)
    known = results.load(path)
    assert results.source(known, "text").startswith("Medians of 2 interleaved runs")
    part = known["text"]
    assert len(part["date"]) == 10
    assert "processors" in part["processor"] and part["versions"]["MXNet"] == "1.9.1"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["speed"], "unknown part"), (["text", "--repeats", "0"], "a number from 1 up")],
)
def test_what_cannot_be_measured_is_named(book, capsys, arguments, message):
    with pytest.raises(SystemExit):
        bench.main(arguments, book[0])
    assert message in capsys.readouterr().err


def test_the_epochs_of_d2l_are_counted_where_they_are_not_known(tmp_path, monkeypatch):
    monkeypatch.setattr(bench, "STATE", tmp_path)
    path = tmp_path / "results.json"
    assert "epochs" in bench.left([], True, path) and "epochs" not in bench.left([], False, path)
    path.write_text(json.dumps({"epochs": {}}))
    assert "epochs" not in bench.left([], True, path)
    assert bench.left(["epochs"], True, path) == ["epochs"]


def test_a_text_that_cannot_be_had_is_named_before_anything_is_measured(
    tmp_path, monkeypatch, capsys
):
    novel = tmp_path / "novel.txt"
    novel.write_text("a text")

    def fetch(entry):
        if entry.name == "kieu":
            raise FetchError("kieu: no network")
        return novel

    monkeypatch.setattr(bench, "fetch", fetch)
    monkeypatch.setattr(bench, "STATE", tmp_path / "state")
    assert bench.main(["perplexity"], tmp_path / "results.json") == 1
    assert "error: kieu: no network" in capsys.readouterr().err
    assert not (tmp_path / "results.json").exists()


def test_a_network_from_scratch_is_measured_in_each_way(tmp_path):
    setting = bench.Setting({"D2L": "/python"}, tmp_path, 1, None)
    found = bench.trainers(setting, "rnn-scratch")
    assert [(c.name, c.script, c.kind) for c in found] == [
        ("this book", "training.py", ""),
        ("one graph", "training.py", "rnn-one-graph"),
        ("by hand", "training.py", "rnn-by-hand"),
        ("D2L", "d2l_training.py", ""),
    ]
    assert bench.trainers(setting, "gru")[0] == Contender(
        "this book", sys.executable, "training.py"
    )


def test_an_interpreter_without_the_peers_is_named(capsys):
    found = bench.find_peers(sys.executable)
    assert "PyTorch" in found or "PyTorch is left out" in capsys.readouterr().err
    assert bench.find_peers("/no/such/python") == {}
