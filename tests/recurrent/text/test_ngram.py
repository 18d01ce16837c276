"""The n-gram baseline."""

import math
import random
from collections import Counter
from fractions import Fraction

import numpy
import pytest
from nltk.lm import KneserNeyInterpolated
from nltk.util import everygrams

from recurrent.data.story import load_story
from recurrent.text.ngram import (
    NGramModel,
    Smoothed,
    count_followers,
    count_ngrams,
    estimate_discounts,
    fit_orders,
    ngrams,
)
from recurrent.text.tokens import tokenize
from recurrent.text.vocabulary import UNK, Vocabulary

TEXT = "the cat sat on the mat and the cat ate the rat that sat on the mat by the bat " * 2
TALE = " ".join(load_story("en", "train"))[:900].lower()  # enough for all n1 to n4


def brute_force(text: str, vocab: set[str], order: int, token: str, context: str) -> float:
    """Modified Kneser-Ney from Chen and Goodman's definition, searching the text for each count."""
    letters = sorted(set(text))

    def occurs(gram: str) -> int:
        return sum(text.startswith(gram, start) for start in range(len(text)))

    def count(gram: str) -> int:
        if len(gram) == order:
            return occurs(gram)
        return sum(letter + gram in text for letter in letters)  # continuation count

    def discounts(length: int) -> dict[int, float]:
        grams = {text[i : i + length] for i in range(len(text) - length + 1)}
        n1, n2, n3, n4 = (sum(count(gram) == c for gram in grams) for c in (1, 2, 3, 4))
        usual = {0: 0, 1: 0.5, 2: 1.0, 3: 1.5}
        if not n1 or not n2 or not n3 or not n4:
            return usual
        y = n1 / (n1 + 2 * n2)
        found = {0: 0, 1: 1 - 2 * y * n2 / n1, 2: 2 - 3 * y * n3 / n2, 3: 3 - 4 * y * n4 / n3}
        return found if all(0 < found[c] <= c for c in (1, 2, 3)) else usual

    def prob(token: str, context: str) -> float:
        shorter = prob(token, context[1:]) if context else 1 / len(vocab)
        counts = {letter: count(context + letter) for letter in letters}
        total = sum(counts.values())
        if total == 0:
            return shorter
        d = discounts(len(context) + 1)
        n1, n2, more = (
            sum(kind(c) for c in counts.values())
            for kind in (lambda c: c == 1, lambda c: c == 2, lambda c: c >= 3)
        )
        c = counts.get(token, 0)
        gamma = (d[1] * n1 + d[2] * n2 + d[3] * more) / total
        return (c - d[min(c, 3)]) / total + gamma * shorter

    return prob(token, context[max(0, len(context) - order + 1) :])


def test_known_example():
    # Bigrams ab 2, ba 2, ac 1; a, b and c end one kind of bigram each (a twice over: ba).  No count
    # of counts up to four is complete, so the discounts are 1/2, 1 and 3/2 at both levels.
    model = NGramModel(2).fit("ababac")
    half = Fraction(1, 2)
    b = (1 - half) / 3 + 3 * half / 3 * Fraction(1, 4)  # 4 tokens in the vocabulary
    b_after_a = Fraction(2 - 1, 3) + (1 + half) / 3 * b
    assert model.prob("b") == pytest.approx(float(b)) == pytest.approx(7 / 24)
    assert model.prob("b", "a") == pytest.approx(float(b_after_a)) == pytest.approx(23 / 48)
    assert model.prob("z") == pytest.approx(1 / 8)


def test_three_discounts_of_four_counts():
    # 12 pairs counted once, 4 twice, 2 three times, 1 four times: Y = 3/5.
    counts = {
        ("c",): Counter(p=4, q=3, r=2, s=1),
        ("d",): Counter(p=3, q=2, r=2, s=2) + Counter("abcdefghijk"),
    }
    y = Fraction(12, 12 + 2 * 4)
    expected = (1 - 2 * y * 4 / 12, 2 - 3 * y * 2 / 4, 3 - 4 * y * 1 / 2)
    assert expected == (Fraction(3, 5), Fraction(11, 10), Fraction(9, 5))
    assert estimate_discounts(counts) == pytest.approx([float(d) for d in expected])
    level = Smoothed(counts)
    taken = Fraction(9, 5) * 2 + Fraction(11, 10) + Fraction(3, 5)
    shorter = Fraction(1, 10)
    for token, count, discount in (
        ("p", 4, expected[2]),
        ("q", 3, expected[2]),
        ("r", 2, expected[1]),
        ("s", 1, expected[0]),
        ("z", 0, 0),
    ):
        share = (count - discount + taken * shorter) / 10
        assert level.prob(token, ("c",), float(shorter)) == pytest.approx(float(share))


@pytest.mark.parametrize(
    "counter",
    [
        Counter(a=2),  # no count of one
        Counter(a=1, b=2, c=3),  # no count of four
        Counter(a=1, b=1, c=2, d=3, e=3, f=3, g=4),  # D2 < 0
        Counter(a=1, b=2, c=3, d=4, e=4, f=4, g=4, h=4, i=4, j=4),  # D3 < 0
    ],
)
def test_counts_that_tell_too_little_take_off_half(counter):
    assert estimate_discounts({(): counter}) == (0.5, 1.0, 1.5)


@pytest.mark.parametrize(("text", "order"), [(TEXT, 1), (TEXT, 3), (TALE, 2), (TALE, 4)])
def test_against_brute_force(text, order):
    rng = random.Random(order)
    model = NGramModel(order).fit(text)
    for _ in range(8):
        token, context = rng.choice("aeht z"), "".join(rng.choices("aehst", k=rng.randrange(6)))
        if rng.random() < 0.7:  # contexts that occur
            start = rng.randrange(len(text))
            context = text[max(0, start - rng.randrange(6)) : start]
        expected = brute_force(text, model.vocab, order, token, context)
        assert model.prob(token, context) == pytest.approx(expected)


def test_the_brute_force_text_has_three_estimated_discounts():
    levels = NGramModel(4).fit(TALE).levels
    assert all(level.discounts != (0.5, 1.0, 1.5) for level in levels[1:])


@pytest.mark.parametrize("order", [1, 2, 4, 6])
@pytest.mark.parametrize("text", [TEXT, TALE[:700]])
def test_probabilities_sum_to_one_in_every_context(order, text):
    model = NGramModel(order).fit(text, vocab={*text, *"abcdefghijklmnopqrstuvwxyz "})
    contexts = {text[i : i + n] for n in range(order + 1) for i in range(len(text))}
    for context in contexts | {"q", "zq", "thq", "qth", "\n"}:
        probabilities = [model.prob(token, context) for token in model.vocab]
        assert math.fsum(probabilities) == pytest.approx(1)
        assert min(probabilities) > 0


def test_longest_ngrams_are_counted_as_they_occur_and_shorter_ones_by_what_precedes_them():
    text = "san francisco san francisco san jose".split()
    shorter, longest = count_followers(text, 2)
    assert longest["san",] == {"francisco": 2, "jose": 1}
    assert shorter[()] == {"francisco": 1, "san": 1, "jose": 1}


def test_the_last_token_of_an_ngram_is_counted_after_the_others():
    assert count_ngrams(ngrams("abab", 2)) == {("a",): {"b": 2}, ("b",): {"a": 1}}


def test_ngrams_of_lists_and_strings():
    assert list(ngrams(["a", "b", "c"], 2)) == list(ngrams("abc", 2)) == [("a", "b"), ("b", "c")]
    assert list(ngrams("ab", 3)) == []


def test_perplexity_is_the_geometric_mean_of_inverse_probabilities():
    model = NGramModel(3).fit(TEXT)
    text = "the rat sat!"
    product = math.prod(model.prob(text[i], text[:i]) for i in range(1, len(text)))
    assert model.perplexity(text) == pytest.approx(product ** (-1 / (len(text) - 1)))
    assert model.losses(text).shape == (len(text) - 1,)
    assert model.losses(text)[4] == pytest.approx(-math.log(model.prob(text[5], text[:5])))


def test_a_uniform_text_has_the_perplexity_of_its_vocabulary():
    letters = "abcdefgh"
    text = random.Random(0).choices(letters, k=20_000)
    model = NGramModel(1).fit(text)
    assert model.perplexity(random.Random(1).choices(letters, k=5_000)) == pytest.approx(
        8, rel=0.01
    )


def test_unknown_tokens_share_one_place_in_the_vocabulary():
    vocab = Vocabulary("a a a b b c".split(), min_freq=2)
    model = NGramModel(2).fit("a a a b b c".split(), vocab)
    assert model.vocab == {UNK, "a", "b"} == set(vocab)
    assert model.prob("c", ["b"]) == model.prob("zebra", ["b"]) == model.prob(UNK, ["b"]) > 0.1


def test_longer_contexts_help_where_the_text_repeats_itself():
    held_out = "the cat sat on the mat and ate the rat "
    perplexities = [NGramModel(n).fit(TEXT).perplexity(held_out) for n in (1, 2, 3)]
    assert perplexities == sorted(perplexities, reverse=True)


@pytest.mark.parametrize("vocab", [None, "abcdefghijklmnopqrst "])
def test_orders_fitted_together_are_those_fitted_one_by_one(vocab):
    models = fit_orders(TALE, (5, 1, 3), vocab)
    assert list(models) == [5, 1, 3]
    for order, model in models.items():
        alone = NGramModel(order).fit(TALE, vocab)
        assert model.order == order and model.vocab == alone.vocab
        assert numpy.array_equal(model.losses(TEXT), alone.losses(TEXT))


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="order 0"):
        NGramModel(0)
    with pytest.raises(ValueError, match="needs at least 2"):
        NGramModel(2).fit("abc").perplexity("a")


@pytest.mark.parametrize(
    ("lang", "unit", "order", "size"),
    [
        ("en", "char", 4, 3000),
        ("vi", "char", 3, 3000),
        ("vi", "syllable", 3, 2500),
        ("en", "word", 2, 2500),
    ],
)
def test_perplexities_with_one_discount_are_those_of_nltk_to_four_digits(lang, unit, order, size):
    text = " ".join(load_story(lang, "train")).lower()
    tokens = tokenize(text, unit)[:size]
    train, held_out = tokens[: size * 9 // 10], tokens[size * 9 // 10 :]
    # The end meets the beginning, so that every n-gram has a token before it.  Where one has none,
    # NLTK counts it among the followers and not in their total, and its probabilities exceed 1.
    train += train[:order]
    held_out = [token for token in held_out if token in set(train)]  # NLTK gives others no chance

    discount = 0.7
    theirs = KneserNeyInterpolated(order, discount=discount)
    grams = [list(everygrams(train, max_len=order))]
    theirs.fit(grams, vocabulary_text=train)
    ours = NGramModel(order).fit(train)
    ours.levels = [
        Smoothed(level.counts, (discount,) * 3 if number else (0.0,) * 3)  # NLTK: none for single
        for number, level in enumerate(ours.levels)
    ]

    scored = [
        theirs.score(held_out[end], held_out[max(0, end - order + 1) : end])
        for end in range(1, len(held_out))
    ]
    expected = math.exp(-math.fsum(map(math.log, scored)) / len(scored))
    assert ours.perplexity(held_out) == pytest.approx(expected, rel=1e-4)
