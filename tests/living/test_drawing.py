"""What the runtime draws, and how it reads what is typed."""

import math
import unicodedata

import numpy
import pytest

from recurrent.networks.generation import choose_token
from recurrent.text.normalization import normalize
from tests.living.conftest import TOKENS, arrays, build, written

LOGITS = [5.0, 1.0, -2.0, 0.5]  # the first is that of the unknown token


def answer(node, **job):
    return node(written(arrays(build("scratch"))), **job)


@pytest.mark.parametrize("temperature", [0.3, 1.0, 2.0])
def test_chances_are_a_softmax_without_the_unknown_token(node, temperature):
    found = answer(node, do="chances", logits=LOGITS, temperature=temperature)
    weights = [0, *(math.exp(score / temperature) for score in LOGITS[1:])]
    assert numpy.allclose(found, numpy.array(weights) / sum(weights))


def test_at_temperature_zero_the_likeliest_comes_as_in_python(node):
    found = answer(node, do="chances", logits=LOGITS, temperature=0)
    scores = numpy.array([-numpy.inf, *LOGITS[1:]])
    assert found == [0, 1, 0, 0] and choose_token(scores, 0, None) == 1


def test_a_seed_gives_the_same_numbers_and_another_seed_others(node):
    first, again, other = (answer(node, do="draws", seed=seed, count=2000) for seed in (1, 1, 2))
    assert first == again and not set(first) & set(other)
    for draws in (first, other):
        assert 0 <= min(draws) and max(draws) < 1
        assert abs(numpy.mean(draws) - 0.5) < 0.03 and abs(numpy.std(draws) - 12**-0.5) < 0.02


def test_neighbouring_seeds_begin_far_apart(node):
    firsts = [answer(node, do="draws", seed=seed, count=1)[0] for seed in range(8)]
    assert max(firsts) - min(firsts) > 0.4
    assert len(set(firsts)) == 8


def test_a_text_is_normalized_as_the_sections_do(node):
    texts = ["Tiếng VIỆT", unicodedata.normalize("NFD", "bế"), "a\n\tb", "<b>x</b>", "ABC 🙂"]
    for text, (found, numbers) in zip(texts, answer(node, do="encode", texts=texts)):
        expected = normalize(" ".join(text.split()), lower=True)
        assert found == expected
        assert numbers == [TOKENS.index(c) if c in TOKENS else 0 for c in expected]
