"""A campaign of some hundred inputs; and that it sees what is wrong."""

import json
import os
import random
import re
import sys
from collections import Counter

import pytest

from bitext.findings import Finding, SourceError
from tests.attack import (
    __main__,
    browser,
    campaign,
    corpus,
    kills,
    oracles,
    payloads,
    room,
    tables,
    texts,
)
from tests.attack.campaign import Campaign, Kind
from tests.attack.oracles import Fault
from tests.conftest import SECTION

QUICK = [*texts.KINDS, *tables.KINDS]
INPUTS = 200


def test_some_hundred_inputs_are_accepted_or_refused_and_do_no_harm(tmp_path):
    found = Campaign(QUICK, "tests", tmp_path)
    found.run(range(INPUTS), 1, lambda done: None)
    said = [json.loads(path.read_text("utf-8"))["said"] for path in found.faults]
    assert found.faults == [], "\n".join(said)
    every = sum(found.counts.values(), Counter())
    assert every.total() == INPUTS
    assert every["accepted"] > INPUTS / 5 and every["refused"] > INPUTS / 5
    assert sum(bool(counter) for counter in found.counts.values()) >= len(QUICK) - 2


def crash(sample, place):
    raise KeyError("nobody has thought of this")


def hang(sample, place):
    while True:
        pass


def leak(sample, place):
    return [(place.base / "secret.txt").read_text()]


def lose(sample, place):
    raise Fault("loss", "a word is gone")


def refuse(sample, place):
    raise SourceError([Finding("chapter_toy/page.md", 3, "format", "odd", "write it anew")])


def mumble(sample, place):
    raise ValueError("something is wrong")


def vanish(sample, place):
    os._exit(7)


MADE = {
    "crash": crash,
    "hang": hang,
    "leak": leak,
    "loss": lose,
    "refused": refuse,
    "message": mumble,
}


def kind(name):
    return Kind(name, 1, lambda rng: {"number": rng.random()}, MADE.get(name, vanish))


@pytest.mark.parametrize("what", MADE)
def test_each_fault_is_seen_for_what_it_is(what, tmp_path, monkeypatch):
    monkeypatch.setattr(campaign, "SECONDS", 0.2)
    place = room.furnish(tmp_path / "room", sections=False)
    outcome = campaign.attempt(kind(what), {"number": 1}, place)
    assert outcome.what == what


def test_an_input_with_a_fault_is_kept_and_can_be_given_again(tmp_path):
    found = Campaign([kind("crash")], "1", tmp_path)
    found.run(range(3), 2, lambda done: None)
    assert found.counts["crash"]["crash"] == 3 and len(found.faults) == 3
    again = campaign.replay(found.faults[0], [kind("crash")])
    assert again.what == "crash" and "nobody has thought of this" in again.said
    found.faults[0].write_text("{}")
    with pytest.raises(ValueError, match="no input of a campaign"):
        campaign.replay(found.faults[0], [kind("crash")])


def test_a_process_that_an_input_ends_is_a_crash_and_the_others_go_on(tmp_path):
    found = Campaign([kind("vanish"), kind("refused")], "1", tmp_path)
    found.run(range(12), 1, lambda done: None)
    vanished, refused = found.counts["vanish"], found.counts["refused"]
    assert vanished["crash"] > 0 and refused["refused"] > 0
    assert vanished["crash"] + refused["refused"] == 12


def test_a_seed_says_which_inputs_there_are():
    def inputs(seed):
        found = []
        for number in range(15):
            made, rng = campaign.chosen(QUICK, seed, number)
            found.append((made.name, json.dumps(made.make(rng))))
        return found

    assert inputs("a") == inputs("a") != inputs("b")


def test_the_oracles_see_what_is_wrong(tmp_path):
    root, folder = tmp_path, tmp_path / "chapter_toy"
    folder.mkdir()
    for target in ("../../a", "%2e%2e/../a", "file:///a", "../chapter_toy/../../a"):
        assert oracles.is_outside(target, folder, root), target
    for target in ("a.md", "../a", "https://e.org/../../..", "#a", "mailto:a@b.c"):
        assert not oracles.is_outside(target, folder, root), target
    (folder / "link").symlink_to("/etc")
    assert oracles.is_outside("link/passwd", folder, root)
    alive = [text for text in payloads.LIVE if oracles.Page(text).live]
    assert len(alive) > len(payloads.LIVE) / 2
    for inner in ("<script/>", "<rect onclick='x'/>", "<image href='//a'/>",
                  "<style>p { a: b }</style>", "<style>#n p, p { a: b }</style>"):  # fmt: skip
        drawn = f'<div><svg xmlns="http://www.w3.org/2000/svg">{inner}</svg></div>'
        with pytest.raises(Fault):
            oracles.drawing_is_tame(drawn, "n")
    fine = "<div><svg xmlns='http://www.w3.org/2000/svg'><style>#n p { a: b }</style></svg></div>"
    oracles.drawing_is_tame(fine, "n")
    for page in ("<article><script>x</script></article>", "<article><img src='//a/b'></article>",
                 "<article><style>p {}</style></article>", "<p>no article</p>"):  # fmt: skip
        with pytest.raises(Fault):
            browser.page_is_tame(page, "a.html")


def test_every_payload_is_tried_and_every_good_input_is_accepted(tmp_path):
    rng = random.Random(1)
    seen = {payloads.reference(rng)[:9] for _ in range(3000)}
    assert len(seen) >= len({syntax.replace("{{", "{")[:5] for syntax in payloads.SYNTAXES})
    found = corpus.corpus()
    assert len(found.sections) > 100 and len(found.drawings) > 15 and found.catalogs
    place = room.furnish(tmp_path / "room", sections=False)
    section = next(made for made in QUICK if made.name == "section")
    good = [
        campaign.attempt(section, {"text": text, "all": True}, place).what
        for text in (*found.sections[:40:8], SECTION.replace("%load -s double ../toy/numbers.py",
                                                             "double = lambda x: 2 * x"))
    ]  # fmt: skip
    assert good.count("accepted") > len(good) / 2 and not set(good) & set(oracles.FAULTS)


def test_the_command_counts_and_knows_its_kinds(tmp_path, monkeypatch, capsys):
    command = ["attack", "--kills", "0", "--jobs", "1", "--keep", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", [*command, "--only", "people", "--inputs", "30"])
    assert __main__.main() == 0
    shown = capsys.readouterr().out
    assert "no crash, no loss, no leak, no script left" in shown
    assert re.search(r"^people +30 ", shown, re.MULTILINE)
    monkeypatch.setattr(sys, "argv", [*command, "--only", "x"])
    assert __main__.main() == 2
    assert "no such kind" in capsys.readouterr().err


def test_every_kind_has_a_name_of_its_own():
    names = [made.name for made in [*__main__.KINDS, browser.ADDRESS]]
    assert len(set(names)) == len(names)


def test_a_browser_is_given_as_many_addresses_as_are_asked_for(tmp_path, monkeypatch):
    page = tmp_path / "built/book/_build/html/chapter_toy/state.html"
    page.parent.mkdir(parents=True)
    page.write_text("<!doctype html>")
    given = []
    monkeypatch.setattr(browser, "visit", lambda page, samples, told: given.extend(samples))
    inputs = Campaign([browser.ADDRESS], "1", tmp_path)
    __main__._visit(inputs, kills.Kills("1", tmp_path), 20)
    assert len(given) == 20 and len({json.dumps(sample) for _, sample in given}) > 10
