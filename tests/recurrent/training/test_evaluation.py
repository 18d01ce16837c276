"""How well a model predicts a text, token by token."""

import math

import numpy
import pytest
from mxnet import init, np

from recurrent.data.batches import SequentialBatches
from recurrent.machine.randomness import seed
from recurrent.networks.model import KINDS, RNNLM
from recurrent.training.evaluation import (
    context_losses,
    context_perplexities,
    reach,
    token_losses,
)
from recurrent.training.loop import evaluate

V = 6


def build(cell: str = "gru", **settings) -> RNNLM:
    seed(5)
    model = RNNLM(KINDS[cell], V, num_hiddens=8, num_layers=2, embed_size=4, **settings)
    model.initialize(init.Normal(0.7))  # large enough to remember
    return model


def text(length: int = 150) -> list[int]:
    return numpy.random.default_rng(1).integers(V, size=length).tolist()


def test_a_uniform_model_is_surprised_alike_by_every_token():
    model = build()
    model.output.weight.set_data(np.zeros((V, 8)))
    losses = token_losses(model, text())
    assert losses.shape == (149,) and losses.dtype == float
    assert losses == pytest.approx(math.log(V), rel=1e-5)


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_the_mean_is_what_evaluate_says_of_one_row(cell):
    model = build(cell, dropout=0.5)
    perplexity = math.exp(token_losses(model, text()).mean())
    assert perplexity == pytest.approx(evaluate(model, SequentialBatches(text(), 1, 20)), rel=1e-5)
    rows = evaluate(model, SequentialBatches(text(), 4, 20))
    assert abs(rows - perplexity) > 1e-3, "several rows are another measure"


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
@pytest.mark.parametrize("num_steps", [1, 7, 149, 1000])
def test_how_many_tokens_are_read_at_a_time_does_not_matter(cell, num_steps):
    model = build(cell)
    expected = token_losses(model, text(), num_steps=149)
    assert token_losses(model, text(), num_steps) == pytest.approx(expected, abs=1e-5)


def test_each_loss_is_that_of_the_token_after_those_read():
    model, indices = build(), text(40)
    losses = token_losses(model, indices)
    for end in (1, 2, 17, 39):
        logits, _ = model(np.array(indices[:end], dtype="int32")[:, None], model.begin_state(1))
        scores = logits[-1].asnumpy().astype(float)
        expected = numpy.log(numpy.exp(scores).sum()) - scores[indices[end]]
        assert losses[end - 1] == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("num_context", [1, 2, 9])
def test_the_first_token_after_its_context_is_that_of_the_whole_text(num_context):
    model, indices = build(), text()
    (first, *_) = context_losses(model, indices, num_context, start=num_context)
    assert first == pytest.approx(token_losses(model, indices)[num_context - 1], abs=1e-5)


def test_a_context_hides_what_came_before_it():
    model, indices = build(), text()
    losses = context_losses(model, indices, 3, start=10, every=4)
    assert len(losses) == len(range(10, 150, 4))
    for loss, target in zip(losses[:6], range(10, 150, 4), strict=False):
        alone = token_losses(model, indices[target - 3 : target + 1])
        assert loss == pytest.approx(alone[-1], abs=1e-5)
    whole = token_losses(model, indices)[9::4]
    assert numpy.abs(losses - whole).max() > 1e-3


def test_more_targets_than_are_read_side_by_side():
    model, indices = build(), text(1100)
    losses = context_losses(model, indices, 1, start=1)
    assert len(losses) == 1099
    again = context_losses(model, indices[1060:], 1, start=1)
    assert losses[1060:] == pytest.approx(again, abs=1e-5)


@pytest.mark.parametrize(("num_context", "start"), [(0, 5), (6, 5)])
def test_a_context_that_does_not_fit_is_refused(num_context, start):
    with pytest.raises(ValueError, match=f"num_context={num_context}: write a number from 1 to"):
        context_losses(build(), text(), num_context, start)


def test_all_perplexities_by_context_are_of_the_same_tokens():
    model, indices = build(), text(60)
    perplexities = context_perplexities(model, indices, lengths=(1, 4, 8), every=3)
    assert set(perplexities) == {0, 1, 4, 8}
    whole = token_losses(model, indices)[[end - 1 for end in range(8, 60, 3)]]
    assert perplexities[0] == pytest.approx(math.exp(whole.mean()))
    short = context_losses(model, indices, 4, 8, 3)
    assert len(short) == len(whole)
    assert perplexities[4] == pytest.approx(math.exp(short.mean()))


def test_a_model_that_forgets_reaches_one_token():
    model = build("rnn")
    for layer in model.layers:  # no weight from a hidden state to the next
        weight = layer.weight.data().asnumpy()
        layer.blocks.split(weight)["l0_h2h_weight"][:] = 0
        layer.weight.set_data(np.array(weight))
    perplexities = context_perplexities(model, text(), lengths=(1, 2, 8))
    for value in perplexities.values():
        assert value == pytest.approx(perplexities[0], rel=1e-5)
    assert reach(perplexities) == 1


def test_reach_is_the_least_context_within_a_percent():
    perplexities = {1: 10.0, 2: 8.0, 4: 6.05, 8: 6.01, 0: 6.0}
    assert reach(perplexities) == 4
    assert reach(perplexities, tolerance=0.002) == 8
    assert reach(perplexities, tolerance=0.4) == 2
    assert reach({1: 10.0, 2: 8.0, 0: 6.0}) == 0
    assert reach({8: 6.0, 1: 5.9, 0: 6.0}) == 1, "less context may do better"
