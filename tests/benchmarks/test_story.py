"""The networks of the section on depth: equal sizes, the search for a rate, their comparison."""

import functools
import json
import math

import numpy
import pytest

from benchmarks import __main__ as bench
from benchmarks import results, story
from benchmarks.timing import Journal
from recurrent.networks.model import KINDS, RNNLM


def size(model):
    return sum(math.prod(p.shape) for p in model.collect_params().values())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("num_layers", [1, 3])
def test_parameters_are_counted_as_the_model_has_them(kind, num_layers):
    model = RNNLM(KINDS[kind], 50, 24, num_layers, embed_size=10)
    assert story.num_parameters(kind, num_layers, 24, 50, 10) == size(model)


@pytest.mark.parametrize("vocab_size", [40, 120])
def test_all_networks_have_as_many_parameters_within_two_percent(vocab_size):
    sizes = [size(story.equal_model(*each, vocab_size)) for each in story.NETWORKS.values()]
    assert max(sizes) < 1.02 * min(sizes)


@pytest.mark.parametrize("optimum", [0.0005, 0.004, 0.064])
def test_rates_are_tried_until_the_best_has_a_worse_one_on_each_side(optimum):
    asked = []

    def measure(lr):
        asked.append(lr)
        return 4 + math.log(lr / optimum) ** 2

    found = story.sweep(measure)
    assert sorted(asked) == list(found), "each once, from low to high"
    best = min(found, key=found.get)
    assert math.isclose(best, optimum) and min(found) < best < max(found)


def test_a_run_is_named_by_the_rate_that_predicts_best():
    runs = [{"lr": lr, "validation": p} for lr, p in ((0.1, 5.0), (0.2, 4.0), (0.4, 6.0))]
    assert story.best_rate(runs) == 0.2


def test_models_are_compared_seed_by_seed_and_with_counting():
    rng = numpy.random.default_rng(0)
    text = rng.exponential(1.5, 1000)  # what every model finds hard
    losses = [text + rng.normal(0, 0.1, 1000) for _ in range(5)]
    runs = {
        "good": [{"losses": list(each)} for each in losses],
        "bad": [{"losses": list(each + 0.1)} for each in losses],
        "n-gram": [{"losses": list(text)}],
    }
    found = story.differences(runs)
    assert list(found) == ["good, bad", "good, n-gram", "bad, n-gram"]
    (difference,) = found["good, bad"]
    assert difference["verdict"] == "ahead of | hơn"
    assert math.isclose(difference["percent"], 100 * math.expm1(-0.1))
    assert difference["low"] <= difference["percent"] <= difference["high"]
    assert found["bad, n-gram"][0]["verdict"] == "behind | kém"


@pytest.fixture
def networks(monkeypatch, tmp_path):
    """Have networks that are trained at once: the loss depends on network, rate and seed."""
    trained = []

    def run(contender, arguments, folder, variables):
        name, lang, lr, seed = arguments
        assert contender.script == "story.py" and variables == {"OMP_NUM_THREADS": "1"}
        trained.append((name, lang, lr, seed))
        loss = 1.4 + 0.1 * list(story.NETWORKS).index(name) + abs(math.log(lr / 0.002)) / 50
        losses = (loss + 0.01 * seed + numpy.arange(600) % 7 / 100).tolist()
        return {"lr": lr, "seed": seed, "validation": math.exp(loss), "best": 3, "losses": losses}

    monkeypatch.setattr(bench.Contender, "run", run)
    counted = {"order": 11, "validation": 4.3, "losses": [1.45 + i % 5 / 99 for i in range(600)]}
    monkeypatch.setattr(story, "count", lambda lang: dict(counted))
    monkeypatch.setattr(story, "compare", functools.partial(story.compare, num_samples=100))
    return trained


def measure(tmp_path):
    return bench.measure_seeds(bench.Setting({}, tmp_path, 3, Journal(tmp_path / "journal")))


def test_each_network_is_trained_with_its_rate_from_five_seeds(networks, tmp_path):
    found = measure(tmp_path)
    assert {lang: list(found[lang]) for lang in ("en", "vi")} == {
        lang: [*names, "n-gram"] for lang, names in story.MEASURED.items()
    }
    for lang, names in story.MEASURED.items():
        for name in names:
            runs = found[lang][name]
            assert [run["seed"] for run in runs] == [1, 2, 3, 4, 5]
            assert {run["lr"] for run in runs} == {0.002}, "the best of those tried"
            assert not any("losses" in run for run in runs), "they are too many to keep"
    assert [run["lr"] for run in found["rates"]["gru"]] == [0.001, 0.002, 0.004, 0.008, 0.016]
    assert {run["seed"] for runs in found["rates"].values() for run in runs} == {story.SWEEP_SEED}
    assert story.SWEEP_SEED not in story.SEEDS
    (difference,) = found["vi differences"]["lstm, gru"]
    assert difference["verdict"] == "ahead of | hơn" and difference["high"] < 0
    json.dumps(found)


def test_a_run_that_is_there_is_not_made_again(networks, tmp_path):
    first = measure(tmp_path)
    made = len(networks)
    assert made == len(set(networks))
    assert measure(tmp_path) == first and len(networks) == made


def test_runs_with_other_settings_are_made_anew(networks, tmp_path, monkeypatch):
    measure(tmp_path)
    made = len(networks)
    monkeypatch.setattr(story.Settings, "__repr__", lambda self: "other settings")
    measure(tmp_path)
    assert len(networks) == 2 * made


def test_the_part_needs_no_text_from_elsewhere(networks, tmp_path, monkeypatch):
    monkeypatch.setattr(bench, "fetch", None)
    monkeypatch.setattr(bench, "STATE", tmp_path / "state")
    assert bench.main(["seeds"], tmp_path / "results.json") == 0
    known = results.load(tmp_path / "results.json")
    assert known["seeds"]["runs"]["settings"]["all"] == [bench.asdict(story.Settings())]
    assert "make bench PARTS=seeds" in (tmp_path / "results.md").read_text()


def test_the_losses_are_those_of_the_validation_chapter(capsys):
    small = story.Settings(num_hiddens=6, embed_size=4, batch_size=256, num_epochs=2)
    run = story.learn("rnn", "vi", 0.01, 1, small)
    assert len(run["losses"]) == len(story.read_story("vi", "validation")) - 1
    assert math.isclose(run["validation"], math.exp(numpy.mean(run["losses"])), rel_tol=1e-4)
    assert run["best"] in (1, 2) and run["lr"] == 0.01 and run["seed"] == 1
    assert story.learn("rnn", "vi", 0.01, 1, small)["losses"] == run["losses"]
