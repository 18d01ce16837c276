"""Perplexities of texts outside the repository: what is trained on, and what is not."""

import math

from benchmarks import perplexity
from benchmarks.contenders import report
from recurrent.text.vocabulary import Vocabulary


def test_the_job_of_d2l_is_counted_on_its_characters_and_asked_on_those_that_follow():
    # Learned: a and b in turn.  What follows is the same, and what comes later never matters.
    same = perplexity.count_d2l("ab" * 10_000 + "c" * 5_000)
    assert same["vocabulary"] == 4, "a, b, c and the token for all others"
    assert same["perplexity"] < 1.01 and same["held_out"] < 1.01
    other = perplexity.count_d2l("ab" * 5_000 + "ba" * 2_500 + "c" * 5_000)
    assert other["perplexity"] == same["perplexity"], "the same 10,000 characters"
    assert other["held_out"] > 2, "half of what follows was never seen"


def test_the_splits_of_the_job_touch_and_do_not_overlap():
    text = range(179_000)
    trained, held_out = text[perplexity.TRAINED], text[perplexity.HELD_OUT]
    assert (trained[0], trained[-1], held_out[0], held_out[-1]) == (0, 9_999, 10_000, 19_999)
    assert report.HELD_OUT == perplexity.HELD_OUT, "networks are asked on the same characters"


def test_the_order_is_that_which_predicts_the_other_text_best():
    # Only the last two characters tell what follows: a c b c a c ..., so bigrams cannot know.
    text = "acbc" * 200
    assert perplexity.choose_order(text, "acbc" * 50, Vocabulary(text)) > 2


def test_a_sample_of_lines_is_taken_from_all_over_the_text():
    lines = [f"{number:03}" for number in range(1000)]
    taken = perplexity.thin(lines, 300)
    assert len(taken) == 100 and taken[:2] == ["000", "010"] and taken[-1] == "990"
    assert perplexity.thin(lines, 3000) == lines


def test_counting_and_a_network_are_measured_on_the_same_parts(monkeypatch):
    monkeypatch.setattr(perplexity, "READ", 12_000)
    parts = {"train": "ab" * 2_000, "validation": "ab" * 300, "test": "ba" * 300}
    counted = perplexity.count(parts)
    assert counted["characters"] == 4_000 and counted["test"] < 1.02
    learned = perplexity.learn(parts, "gru")
    assert learned["epochs"] == 3 and 1 <= learned["best_epoch"] <= 3
    assert math.isclose(learned["validation"], learned["train"], rel_tol=0.1)
    assert learned["test"] < 1.5, "two characters in turn are soon learned"
