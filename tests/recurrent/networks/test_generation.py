"""Text from a model."""

import numpy
import pytest
from mxnet import init, np
from mxnet.gluon import rnn

from recurrent.machine.randomness import seed
from recurrent.networks.generation import choose_token, generate
from recurrent.networks.model import RNNLM
from recurrent.text.vocabulary import UNK, Vocabulary

VOCAB = Vocabulary("the quick brown fox jumps over the lazy dog")


@pytest.fixture(scope="module")
def model() -> RNNLM:
    seed(5)
    model = RNNLM(rnn.GRU, len(VOCAB), num_hiddens=16, num_layers=2, embed_size=8)
    model.initialize(init.Normal(0.8))
    return model


def test_each_token_is_the_likeliest_after_all_before_it(model):
    text = generate(model, VOCAB, "the", 20)
    assert len(text) == 23
    for end in range(3, 23):
        X = np.array(VOCAB[list(text[:end])], dtype="int32").reshape(-1, 1)
        logits, _ = model(X, model.begin_state(1))
        best = logits[-1].asnumpy()[1:].argmax() + 1  # all but "<unk>"
        assert VOCAB.to_tokens(best) == text[end]


def test_the_same_seed_gives_the_same_text(model):
    def sample(seed):
        rng = numpy.random.default_rng(seed)
        return generate(model, VOCAB, "the ", 30, temperature=1.0, rng=rng)

    assert sample(1) == sample(1)
    assert sample(1) != sample(2)


def test_the_unknown_token_is_never_generated(model):
    bias = model.output.bias.data()
    before = float(bias[0])
    bias[0] = 100
    try:
        rng = numpy.random.default_rng(0)
        for temperature in (None, 1.0):
            assert UNK not in generate(model, VOCAB, "a", 20, temperature, rng, joiner="|")
    finally:
        bias[0] = before


def test_unknown_characters_can_be_read(model):
    assert generate(model, VOCAB, "ñ", 5)[1:] == generate(model, VOCAB, "ß", 5)[1:]
    assert generate(model, VOCAB, "ñ", 5)[0] == "ñ"


def test_no_token_to_add(model):
    assert generate(model, VOCAB, ["a", "b"], 0, joiner=" ") == "a b"


def test_frequencies_of_samples_follow_the_softmax():
    logits, rng = numpy.log([0.5, 0.3, 0.2]), numpy.random.default_rng(3)
    for temperature in (1.0, 0.5):
        draws = [choose_token(logits, temperature, rng) for _ in range(4000)]
        expected = numpy.array([0.5, 0.3, 0.2]) ** (1 / temperature)
        expected /= expected.sum()
        assert numpy.bincount(draws) / 4000 == pytest.approx(expected, abs=0.03)


@pytest.mark.parametrize("temperature", [None, 0, 1e-3])
def test_low_temperatures_choose_the_likeliest(temperature):
    logits = numpy.array([-numpy.inf, 1.0, 3.0, 2.0])
    assert choose_token(logits, temperature, numpy.random.default_rng(0)) == 2
