"""The n-gram baseline."""

import math
import random
from collections import Counter
from fractions import Fraction

import pytest
from nltk.lm import KneserNeyInterpolated
from nltk.util import everygrams

from recurrent.data.story import load_story
from recurrent.text.ngram import NGramModel, count_followers, estimate_discount, ngrams
from recurrent.text.tokens import tokenize
from recurrent.text.vocabulary import UNK, Vocabulary

TEXT = "the cat sat on the mat and the cat ate the rat that sat on the mat by the bat " * 2


def occurs(text: str, gram: str) -> int:
    return sum(text.startswith(gram, start) for start in range(len(text)))


def brute_force(text: str, vocab: set[str], order: int, token: str, context: str) -> float:
    """Interpolated Kneser-Ney from its definition, by searching the text for each count."""
    letters = set(text)

    def count(gram: str) -> int:
        if len(gram) == order:
            return occurs(text, gram)
        return sum(letter + gram in text for letter in letters)  # continuation count

    def prob(token: str, context: str) -> float:
        grams = {text[i : i + len(context) + 1] for i in range(len(text) - len(context))}
        once = sum(count(gram) == 1 for gram in grams)
        twice = sum(count(gram) == 2 for gram in grams)
        discount = once / (once + 2 * twice) if once and twice else 0.5
        shorter = prob(token, context[1:]) if context else 1 / len(vocab)
        counts = {letter: count(context + letter) for letter in letters}
        total = sum(counts.values())
        if total == 0:
            return shorter
        followers = sum(c > 0 for c in counts.values())
        kept = max(counts.get(token, 0) - discount, 0)
        return kept / total + discount * followers / total * shorter

    return prob(token, context[max(0, len(context) - order + 1) :])


def test_known_example():
    # Bigrams ab 2, ba 2, ac 1: D = 1/5.  Each of a, b, c ends one kind of bigram: D = 1/2 for lack
    # of a count of two, and p(b) = (1 - 1/2)/3 + 1/2 * 1/4, with 4 tokens in the vocabulary.
    model = NGramModel(2).fit("ababac")
    b = Fraction(1, 6) + Fraction(1, 8)
    b_after_a = (2 - Fraction(1, 5)) / 3 + Fraction(1, 5) * 2 / 3 * b
    assert model.prob("b") == pytest.approx(float(b))
    assert model.prob("b", "a") == pytest.approx(float(b_after_a)) == pytest.approx(23 / 36)
    assert model.prob("z") == pytest.approx(1 / 8)


@pytest.mark.parametrize("order", [1, 2, 3, 5])
def test_against_brute_force(order):
    rng = random.Random(order)
    model = NGramModel(order).fit(TEXT)
    for _ in range(60):
        token, context = rng.choice("aeht z"), "".join(rng.choices("aehst", k=rng.randrange(6)))
        if rng.random() < 0.7:  # contexts that occur
            start = rng.randrange(len(TEXT))
            context = TEXT[max(0, start - rng.randrange(6)) : start]
        expected = brute_force(TEXT, model.vocab, order, token, context)
        assert model.prob(token, context) == pytest.approx(expected)


@pytest.mark.parametrize("order", [1, 2, 4, 6])
def test_probabilities_sum_to_one_in_every_context(order):
    model = NGramModel(order).fit(TEXT, vocab="abcdefghijklmnopqrstuvwxyz ")
    contexts = {TEXT[i : i + n] for n in range(order + 1) for i in range(len(TEXT))}
    for context in contexts | {"q", "zq", "thq", "qth", "\n"}:
        probabilities = [model.prob(token, context) for token in model.vocab]
        assert math.fsum(probabilities) == pytest.approx(1)
        assert min(probabilities) > 0


def test_longest_ngrams_are_counted_as_they_occur_and_shorter_ones_by_what_precedes_them():
    text = "san francisco san francisco san jose".split()
    shorter, longest = count_followers(text, 2)
    assert longest["san",] == {"francisco": 2, "jose": 1}
    assert shorter[()] == {"francisco": 1, "san": 1, "jose": 1}


def test_discount():
    counts = {("a",): Counter(b=1, c=1, d=2), ("b",): Counter(a=3, c=1)}
    assert estimate_discount(counts) == 3 / (3 + 2 * 1)
    assert estimate_discount({(): Counter(a=2)}) == 0.5


def test_ngrams_of_lists_and_strings():
    assert list(ngrams(["a", "b", "c"], 2)) == list(ngrams("abc", 2)) == [("a", "b"), ("b", "c")]
    assert list(ngrams("ab", 3)) == []


def test_perplexity_is_the_geometric_mean_of_inverse_probabilities():
    model = NGramModel(3).fit(TEXT)
    text = "the rat sat!"
    product = math.prod(model.prob(text[i], text[:i]) for i in range(1, len(text)))
    assert model.perplexity(text) == pytest.approx(product ** (-1 / (len(text) - 1)))


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
def test_perplexities_are_those_of_nltk_to_four_digits(lang, unit, order, size):
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
    ours.discounts = [0] + [discount] * (order - 1)  # NLTK has one, and none for single tokens

    scored = [
        theirs.score(held_out[end], held_out[max(0, end - order + 1) : end])
        for end in range(1, len(held_out))
    ]
    expected = math.exp(-math.fsum(map(math.log, scored)) / len(scored))
    assert ours.perplexity(held_out) == pytest.approx(expected, rel=1e-4)
