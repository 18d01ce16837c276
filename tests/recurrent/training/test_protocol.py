"""One baseline for each text, an interval for each difference."""

import math

import numpy
import pytest

from recurrent.text.ngram import NGramModel
from recurrent.training.protocol import (
    AHEAD,
    BEHIND,
    LEVEL,
    Baseline,
    Difference,
    compare,
    fit_baseline,
)

TRAIN = "the cat sat on the mat and the cat ate the rat that sat on the mat by the bat " * 2
VALIDATION = "the bat sat on the cat and the rat ate the mat that the cat sat by "


def autocorrelated(rng, num_texts, num_tokens, phi=0.7):
    """Return texts of losses, each of which depends on the one before; their mean is 0."""
    noise = rng.standard_normal((num_tokens + 100, num_texts))
    for t in range(1, len(noise)):
        noise[t] += phi * noise[t - 1]
    return noise[100:].T


def coverage(differences):
    return numpy.mean([difference.low < 0 < difference.high for difference in differences])


def test_the_baseline_is_the_order_with_the_lowest_perplexity():
    baseline = fit_baseline(TRAIN, VALIDATION, orders=(1, 2, 3, 8, 12))
    assert list(baseline.perplexities) == [1, 2, 3, 8, 12]
    for order, perplexity in baseline.perplexities.items():
        assert perplexity == pytest.approx(NGramModel(order).fit(TRAIN).perplexity(VALIDATION))
    assert isinstance(baseline, Baseline)
    assert baseline.perplexity == min(baseline.perplexities.values())
    assert baseline.model.perplexity(VALIDATION) == pytest.approx(baseline.perplexity)
    assert baseline.perplexities[baseline.order] == baseline.perplexity


def test_the_vocabulary_of_the_baseline_may_be_given():
    vocab = {*TRAIN, *"xyz"}
    small = fit_baseline(TRAIN, VALIDATION, orders=(1, 3, 12))
    large = fit_baseline(TRAIN, VALIDATION, vocab, orders=(1, 3, 12))
    assert large.model.vocab == small.model.vocab | vocab
    assert large.perplexity > small.perplexity


def test_a_baseline_whose_largest_order_wins_is_refused():
    with pytest.raises(ValueError, match="the highest of them, 2, predicts best"):
        fit_baseline(TRAIN, VALIDATION, orders=(1, 2))


def test_the_words_follow_from_the_interval():
    assert Difference(-0.2, -0.3, -0.1).verdict == AHEAD == "ahead of | hơn"
    assert Difference(0.2, 0.1, 0.3).verdict == BEHIND == "behind | kém"
    assert Difference(0.1, -0.1, 0.3).verdict == LEVEL == "level with | ngang với"
    assert Difference(0.0, 0.0, 0.0).verdict == LEVEL


def test_percent_are_those_of_the_perplexities():
    first, second = math.log(4.4), math.log(4.0)
    values = Difference(first - second, 0.0, math.log(1.25)).values()
    assert values == {
        "verdict": LEVEL,
        "percent": pytest.approx(10),
        "low": 0,
        "high": pytest.approx(25),
    }


def test_a_model_is_level_with_itself():
    losses = numpy.random.default_rng(0).exponential(1, 2000)
    difference = compare(losses, losses)
    assert (difference.mean, difference.low, difference.high) == (0, 0, 0)
    assert difference.verdict == LEVEL


@pytest.mark.parametrize(("shift", "verdict"), [(-0.1, AHEAD), (0.1, BEHIND)])
def test_a_shift_is_known_exactly_because_the_blocks_are_paired(shift, verdict):
    losses = numpy.random.default_rng(0).exponential(5, 2000)
    difference = compare(losses + shift, losses)
    assert difference.verdict == verdict
    for value in (difference.mean, difference.low, difference.high):
        assert value == pytest.approx(shift)


def test_swapped_models_swap_the_interval():
    first, second = numpy.random.default_rng(0).exponential(1, (2, 3000))
    forth, back = compare(first, second), compare(second, first)
    assert (back.mean, back.low, back.high) == pytest.approx((-forth.mean, -forth.high, -forth.low))


def test_the_interval_has_the_width_that_the_blocks_give():
    # Whole blocks of equal losses, +1 or -1: a drawn text has the mean of independent coins.
    coins = numpy.random.default_rng(0).permutation([1.0, -1.0] * 100)
    difference = compare(coins, numpy.zeros(200), block=1)
    assert difference.high - difference.low == pytest.approx(2 * 1.96 / math.sqrt(200), rel=0.05)
    # In blocks of ten coins the same losses, each 20 times over, are known as badly.
    wide = compare(numpy.repeat(coins, 20), numpy.zeros(4000), block=200)
    assert wide.high - wide.low == pytest.approx(2 * 1.96 / math.sqrt(200), rel=0.3)
    # A block of 20 that begins anywhere has parts of two coins, u and 1 - u: 2/3 of the variance.
    cut = compare(numpy.repeat(coins, 20), numpy.zeros(4000), block=20)
    expected = 2 * 1.96 / math.sqrt(200) * math.sqrt(2 / 3)
    assert cut.high - cut.low == pytest.approx(expected, rel=0.05)
    narrow = compare(numpy.repeat(coins, 20), numpy.zeros(4000), block=1, num_samples=500)
    assert narrow.high - narrow.low < 0.3 * (wide.high - wide.low), "neighbours are no news"


def test_of_autocorrelated_losses_the_interval_covers_the_truth_as_often_as_it_says():
    texts = autocorrelated(numpy.random.default_rng(0), 400, 2500)
    share = coverage(compare(text, 0 * text, block=50, num_samples=500) for text in texts)
    assert 0.91 < share < 0.98
    forgetful = coverage(compare(text, 0 * text, block=1, num_samples=200) for text in texts[:100])
    assert forgetful < 0.7, "without blocks it would not"


@pytest.mark.parametrize("num_seeds", [3, 5])
@pytest.mark.parametrize("against", ["counting", "as many seeds", "other seeds"])
def test_a_few_seeds_cover_the_truth_as_often_as_they_say(num_seeds, against):
    rng, differences = numpy.random.default_rng(num_seeds), []
    others = {"counting": 1, "as many seeds": num_seeds, "other seeds": num_seeds + 2}[against]
    for _ in range(400):
        text = rng.standard_normal(400)  # what is hard for all
        first = text + 0.3 * rng.standard_normal((num_seeds, 1))
        second = text + 0.3 * rng.standard_normal((others, 1)) * (others > 1)
        noise = 0.2 * rng.standard_normal((num_seeds, 400))
        differences.append(compare(first + noise, second, block=10, num_samples=1000))
    assert 0.91 < coverage(differences) <= 0.99


def test_paired_seeds_share_what_is_alike():
    rng = numpy.random.default_rng(0)
    seeds = rng.standard_normal((5, 1)) + numpy.zeros(1000)
    tokens = rng.standard_normal(1000)
    paired = compare(tokens + seeds + 0.1, tokens + seeds)
    assert (paired.low, paired.high) == pytest.approx((0.1, 0.1))
    unpaired = compare(tokens + seeds[:4] + 0.1, tokens + seeds)
    assert unpaired.low < -0.5 and unpaired.high > 0.5 and unpaired.verdict == LEVEL


def test_one_seed_in_a_row_of_its_own_is_no_seed():
    first, second = numpy.random.default_rng(0).exponential(1, (2, 3000))
    assert compare(first[None], second) == compare(first, second)


def test_more_confidence_takes_a_wider_interval():
    first, second = numpy.random.default_rng(0).exponential(1, (2, 3000))
    half, most = compare(first, second, level=0.5), compare(first, second, level=0.99)
    assert most.low < half.low < half.mean < half.high < most.high


def test_the_same_seed_draws_the_same_texts():
    first, second = numpy.random.default_rng(0).exponential(1, (2, 3000))
    assert compare(first, second) == compare(first, second) != compare(first, second, seed=1)


@pytest.mark.parametrize(
    ("first", "second", "settings", "message"),
    [
        (numpy.zeros(500), numpy.zeros(499), {}, r"shape \(1, 500\) and \(1, 499\)"),
        (numpy.zeros((2, 2, 500)), numpy.zeros((2, 2, 500)), {}, "num_tokens"),
        (numpy.full(500, numpy.nan), numpy.zeros(500), {}, "no finite number"),
        (numpy.zeros(500), numpy.full(500, numpy.inf), {}, "no finite number"),
        (numpy.zeros(300), numpy.zeros(300), {}, "block=200: write a whole number from 1 to half"),
        (numpy.zeros(500), numpy.zeros(500), {"block": 0}, "block=0"),
        (numpy.zeros(500), numpy.zeros(500), {"level": 95}, "level=95: write a share"),
    ],
)
def test_losses_that_cannot_be_compared_are_refused(first, second, settings, message):
    with pytest.raises(ValueError, match=message):
        compare(first, second, **settings)
