"""Clipping, Adam and the learning rate."""

import math

import numpy
import pytest
from mxnet import autograd, gluon, init

from recurrent.data.batches import SequentialBatches
from recurrent.machine.randomness import seed
from recurrent.networks.model import RNNLM
from recurrent.training.joined import join
from recurrent.training.loop import cross_entropy
from recurrent.training.optimizer import Trainer, clip_gradients, cosine_decay

V = 5


def build() -> RNNLM:
    seed(3)
    model = RNNLM(gluon.rnn.LSTM, V, num_hiddens=16, num_layers=2, embed_size=8)
    model.initialize(init.Xavier())
    return model


def batches() -> SequentialBatches:
    return SequentialBatches(numpy.random.default_rng(0).integers(V, size=241), 4, 10)


def backward(model: RNNLM, X, Y, scale: float = 1.0) -> list[numpy.ndarray]:
    """Compute the gradients, and return copies of them."""
    with autograd.record():
        logits, _ = model(X, model.begin_state(4))
        loss = scale * cross_entropy(logits, Y.reshape(-1)).mean()
    loss.backward()
    params = model.collect_params().values()
    return [p.grad().asnumpy().copy() for p in params if p.grad_req != "null"]


def values(model: RNNLM) -> list[numpy.ndarray]:
    return [param.data().asnumpy() for param in model.collect_params().values()]


@pytest.mark.parametrize(("theta", "clipped"), [(0.5, True), (1e6, False)])
def test_clipping_against_numpy(theta, clipped):
    model = build()
    before = backward(model, *next(iter(batches())), scale=100)
    expected = math.sqrt(sum((g.astype("float64") ** 2).sum() for g in before))
    assert (expected > theta) == clipped
    params = model.collect_params().values()
    norm = clip_gradients(params, theta)
    assert norm.shape == ()
    assert float(norm) == pytest.approx(expected, rel=1e-5)
    for param, g in zip(params, before, strict=True):
        numpy.testing.assert_allclose(
            param.grad().asnumpy(), g * min(1, theta / expected), rtol=1e-4, atol=1e-9
        )


def test_clipping_of_no_gradient_leaves_it():
    param = gluon.Parameter("weight", shape=(3,))
    param.initialize()
    clip_gradients([param], 1.0)
    assert param.grad().asnumpy().tolist() == [0, 0, 0]


@pytest.mark.parametrize("times", [1, 2], ids=["joined", "joined again"])
@pytest.mark.parametrize("clip", [0.05, 1e6], ids=["clipped", "not clipped"])
@pytest.mark.parametrize("batch_size", [1, 4])
def test_joined_parameters_take_the_steps_that_each_would_take(times, clip, batch_size):
    apart, joined = build(), build()
    # Gluon's Adam divides by the batch size, then updates; it has no clipping by the norm.
    reference = gluon.Trainer(apart.collect_params(), "adam", {"learning_rate": 0.01})
    for _ in range(times):
        trainer = Trainer(joined.collect_params(), clip, learning_rate=0.01)
        for a, b in zip(values(apart), values(joined), strict=True):
            assert (a == b).all()
    norms = []
    for X, Y in batches():
        backward(apart, X, Y)
        backward(joined, X, Y)
        norms.append(float(clip_gradients(apart.collect_params().values(), clip * batch_size)))
        reference.step(batch_size)
        trainer.step(batch_size)
    assert (max(norms) > clip * batch_size) == (clip < 1)
    for a, b in zip(values(apart), values(joined), strict=True):
        numpy.testing.assert_allclose(b, a, rtol=1e-4, atol=1e-6)


def test_a_parameter_keeps_its_arrays_where_join_puts_them():
    param = gluon.Parameter("weight", shape=(3,))
    param.initialize(init.One())
    for name in ("_data", "_grad"):
        assert isinstance(getattr(param, name, None), list), (
            f"MXNet has no list `{name}` in a parameter any more, which join writes: "
            "give parameters their arrays by another way in recurrent/training/joined.py"
        )
    vector = join([param])
    vector.set_data(2 * vector.data())
    assert param.data().tolist() == [2, 2, 2], "a view, not a copy"
    with autograd.record():
        total = (3 * param.data()).sum()
    total.backward()
    assert vector.grad()[:3].tolist() == param.grad().tolist() == [3, 3, 3]


def test_a_parameter_that_does_not_learn_is_not_joined():
    model = build()
    fixed = model.embedding.weight
    fixed.grad_req = "null"
    trainer = Trainer(model.collect_params(), clip=1.0)
    others = [p for p in model.collect_params().values() if p is not fixed]
    assert 0 <= trainer.vector.shape[0] - sum(math.prod(p.shape) for p in others) < 16 * len(others)
    before, output = fixed.data().asnumpy(), model.output.weight.data().asnumpy()
    backward(model, *next(iter(batches())))
    trainer.step(1)
    assert (fixed.data().asnumpy() == before).all()
    assert (model.output.weight.data().asnumpy() != output).any()


def test_learning_rate_rises_then_falls_to_nothing():
    rates = [cosine_decay(step, 200, 0.01) for step in range(200)]
    top = rates.index(max(rates))
    assert rates[:top] == sorted(rates[:top])
    assert rates[top:] == sorted(rates[top:], reverse=True)
    assert top < 12
    assert max(rates) == pytest.approx(0.01, rel=0.02)
    assert rates[100] == pytest.approx(0.005)
    assert rates[-1] < 1e-5
