"""The tables of what was measured."""

import json
import re

import pytest

from benchmarks import results
from benchmarks.results import OURS, PRODUCTS


def run(speed, **more):
    return {
        "tokens_per_second": speed,
        "seconds_per_epoch": 9000 / speed,
        "megabytes": 300.0,
    } | more


def part(runs, **more):
    return {
        "date": "2026-11-21",
        "processor": "A Chip, 2 processors",
        "versions": {"MXNet": "1.9.1"},
        "runs": runs,
    } | more


@pytest.fixture
def measured():
    """Return results in which this book is twice as fast as D2L and half as fast as PyTorch."""
    speeds = {OURS: [20e3, 21e3, 19e3], "D2L": [10e3] * 3, "PyTorch": [40e3] * 3}
    floor = {PRODUCTS: [{"tokens_per_second": 80e3}]}
    runs = {name: [run(speed) for speed in those] for name, those in speeds.items()} | floor
    ways = {"one graph": [run(25e3)], "by hand": [run(30e3)]}
    reached = {"epochs": 20, "seconds": 5.0}
    late = {"epochs": 700, "reached": None, "perplexity": 3.0}
    return {
        "training": part({"gru": runs, "rnn-scratch": runs | ways}),
        "goal": part(
            {
                "gru": {OURS: [{"epochs": 20, "reached": reached, "held_out": 15.0}]},
                "rnn": {OURS: [late]},
            }
        ),
        "epochs": part(
            {"gru": {"D2L": [{"epochs": 100, "reached": {"epochs": 100}, "held_out": 16.0}]}}
        ),
    }


def cells(table, title):
    (row,) = [row for row in table.rows if row[0].startswith(title)]
    return dict(zip([results.halves(head)[0] for head in table.heads], row))


def test_ratios_are_of_medians_and_the_floor_is_a_contender(measured):
    row = cells(results.training(measured), "GRU")
    assert row["this book"] == "20.0 (19.0–21.0)"
    assert row["to D2L"] == "2.00 ×" and row["to PyTorch"] == "0.50 ×"
    assert row["products alone"] == "80.0" and row["share of that"] == "25%"
    assert row["MB, D2L"] == "300 (300–300)"


def test_the_runs_are_counted_not_what_was_asked_for(measured):
    assert results.source(measured, "training").startswith("Medians of 3 interleaved runs")
    assert results.source(measured, "goal").startswith("Medians of 1 interleaved runs")


def test_each_way_from_scratch_has_a_row_of_its_own_beside_the_same_peers(measured):
    table = results.training(measured)
    assert len(table.rows) == 4
    for way, ratio in (("as one graph", "2.50 ×"), ("gradients by hand", "3.00 ×")):
        row = cells(table, f"RNN from scratch, 512 units, {way}")
        assert row["to D2L"] == ratio and row["D2L 0.17.6"] == "10.0 (10.0–10.0)"


def test_without_peers_there_are_dashes(measured):
    runs = {OURS: measured["training"]["runs"]["gru"][OURS]}
    row = cells(results.training({"training": part({"gru": runs})}), "GRU")
    assert row["D2L 0.17.6"] == row["to D2L"] == row["to PyTorch"] == row["share of that"] == "–"


def test_the_time_of_d2l_is_its_epochs_times_the_time_of_one(measured):
    row = cells(results.goal(measured), "GRU")
    assert row["seconds, D2L"] == "90"  # 100 epochs of 9000 tokens at 10,000 tokens per second
    assert row["sooner by"] == "18.0 ×"
    assert (row["held-out, this book"], row["held-out, D2L"]) == ("15.00", "16.00")


def test_a_goal_that_was_not_reached_is_no_time(measured):
    row = cells(results.goal(measured), "RNN, 256")
    assert row["epochs, this book"] == "> 700"
    assert row["seconds, this book"] == row["sooner by"] == "–"
    measured["epochs"]["runs"]["gru"]["D2L"][0]["reached"] = None
    assert cells(results.goal(measured), "GRU")["sooner by"] == "> 18.0 ×"


def test_the_page_has_each_measured_part_with_its_own_date(measured):
    measured["goal"]["date"] = "2026-11-20"
    text = results.markdown(measured)
    assert text.count("\n## ") == 2
    assert "2026-11-21, A Chip, 2 processors" in text and "2026-11-20, A Chip" in text
    for line in text.splitlines():
        if line.startswith("|"):
            assert line.count("|") in (12, 9), line
    assert results.markdown({}).startswith("# Benchmarks\n")


def test_the_book_shows_every_word_in_both_languages(measured):
    shown = results.show(measured, "training", "goal")
    assert shown.count('lang="vi"') == shown.count('lang="en"') > 20
    assert " | " not in re.sub(r"<[^>]*>", "", shown)
    assert shown.count("<table") == 2
    assert results.show({}, "training").count("make bench PARTS=training") == 2
    with pytest.raises(ValueError, match="no table \\['speed'\\]"):
        results.show(measured, "speed")


def test_results_are_written_whole_and_read_again(measured, tmp_path):
    data, page = tmp_path / "results.json", tmp_path / "results.md"
    assert results.load(data) == {}
    results.save(measured, data, page)
    assert results.load(data) == json.loads(json.dumps(measured))
    assert page.read_text() == results.markdown(measured)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["results.json", "results.md"]


def test_the_committed_page_is_that_of_the_committed_results():
    if not results.DATA.is_file():
        pytest.skip("nothing has been measured yet: make bench")
    assert results.PAGE.read_text("utf-8") == results.markdown(results.load())


@pytest.fixture
def perplexities():
    """Return results in which the network has learned 10,000 characters by heart."""
    network = {"epochs": 40, "perplexity": 1.083, "held_out": 21.5}
    counted = {"order": 8, "vocabulary": 28, "perplexity": 1.71, "held_out": 5.97}
    poem = {"characters": 83_450, "train": 4.3, "validation": 5.24, "test": 5.34}
    runs = {
        "d2l": {cell: [network] for cell in results.CELLS} | {"n-gram": [counted]},
        "kieu vi": {cell: [poem | {"best_epoch": 20}] for cell in results.CELLS}
        | {"n-gram": [poem | {"order": 6}]},
    }
    return {"perplexity": part(runs)}


def test_the_text_that_follows_stands_beside_the_text_that_is_known_by_heart(perplexities):
    table = results.by_heart(perplexities)
    row = cells(table, "GRU")
    assert row["trained on"] == "1.08 | 1,08" and row["text that follows"] == "21.50 | 21,50"
    assert cells(table, "blind")["text that follows"] == "28 | 28"
    assert cells(table, "counting 8-grams")["text that follows"] == "5.97 | 5,97"


def test_each_text_of_the_registry_has_its_networks_and_its_counting(perplexities):
    table = results.registry(perplexities)
    assert [results.halves(row[0])[1] for row in table.rows] == [
        "Truyện Kiều, tiếng Việt: RNN 128",
        "Truyện Kiều, tiếng Việt: GRU 128",
        "Truyện Kiều, tiếng Việt: LSTM 128",
        "Truyện Kiều, tiếng Việt: đếm 6-gram",
    ]
    assert cells(table, "Truyện Kiều, Vietnamese: counting")["best epoch"] == "–"


def test_a_table_in_each_language_has_the_signs_of_that_language(perplexities):
    shown = results.show(perplexities, "by_heart")
    vi, en = re.findall(r'<div class="block" lang="(?:vi|en)">(.*?)</div>', shown, re.S)
    assert "1,08" in vi and "1.08" not in vi and "bài toán" in vi.lower()
    assert "1.08" in en and "1,08" not in en and 'class="text"' not in shown
    assert shown.count("make bench PARTS=perplexity, 2026-11-21, A Chip, 2 processors") == 2
    assert "| 40 | 1.08 | 21.50 |" in results.markdown(perplexities)


@pytest.fixture
def seeded():
    """Return results in which the GRU is level with counting, and a rate was not tried for all."""
    runs = [{"validation": p, "hiddens": 187, "parameters": 401_000} for p in (4.4, 4.7, 4.5)]
    level = {"verdict": "level with | ngang với", "percent": -0.26, "low": -2.04, "high": 1.5}
    rates = {
        "gru": [{"lr": 0.004, "validation": 4.5}, {"lr": 0.008, "validation": 4.75}],
        "rnn": [{"lr": 0.002, "validation": 5.5}, {"lr": 0.004, "validation": 5.25}],
    }
    counted = [{"order": 11, "validation": 4.288}]
    known = {
        "rates": rates,
        "vi": {"gru": runs, "n-gram": counted},
        "vi differences": {"gru, n-gram": [level]},
        "settings": {"all": [{}]},
    }
    return {"seeds": part(known)}


def test_the_mean_of_the_seeds_stands_beside_the_lowest_and_the_highest(seeded):
    row = cells(results.seeds(seeded), "Vietnamese: GRU")
    assert row["mean"] == "4.53 | 4,53" and row["lowest–highest"] == "4.40–4.70 | 4,40–4,70"
    assert row["parameters"] == "401,000 | 401.000"
    counted = cells(results.seeds(seeded), "Vietnamese: counting 11-grams")
    assert counted["mean"] == "4.29 | 4,29" and counted["lowest–highest"] == "–"


def test_a_difference_stands_with_its_interval_and_what_may_be_said_of_it(seeded):
    row = cells(results.differences(seeded), "Vietnamese: GRU")
    assert row["is"] == "level with | ngang với" and row["second"] == "counting | đếm"
    assert row["difference"] == "−0.3 | −0,3"
    assert row["95% interval"] == "−2.0 … +1.5 | −2,0 … +1,5"


def test_the_rates_are_in_their_order_with_a_dash_for_what_was_not_tried(seeded):
    table = results.rates(seeded)
    assert table.heads[1:] == ("0.002 | 0,002", "0.004 | 0,004", "0.008 | 0,008")
    assert cells(table, "GRU")["0.002"] == "–"
    assert cells(table, "plain RNN")["0.004"] == "5.25 | 5,25"
    assert "PARTS=seeds" in results.markdown(seeded)
