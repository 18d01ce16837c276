"""Gradients by hand, beside autograd, beside finite differences; and what MXNet gets wrong."""

import subprocess
import sys

import numpy
import pytest
from mxnet import autograd, init, np

from recurrent.machine.randomness import seed
from recurrent.networks.bptt import RNNByHand, RNNUnrolled, backward, forward, spectral_radius
from recurrent.networks.scratch import RNNScratch
from recurrent.training.loop import cross_entropy

T, N, V, H = 7, 3, 11, 5  # num_steps, batch_size, vocab_size, num_hiddens


def arrays() -> tuple[np.ndarray, ...]:
    """Return XW, H0, W_hh and the weights of a loss, sum of G * Hs."""
    rng = numpy.random.default_rng(1)
    shapes = ((T, N, H), (N, H), (H, H), (T, N, H))
    return tuple(np.array(rng.normal(0, 0.7, shape), dtype="float32") for shape in shapes)


def loss(XW: numpy.ndarray, H0: numpy.ndarray, W_hh: numpy.ndarray, G: numpy.ndarray) -> float:
    """Return the loss in double precision."""
    state, total = H0, 0.0
    for XW_t, G_t in zip(XW, G):
        state = numpy.tanh(XW_t + state @ W_hh)
        total += (G_t * state).sum()
    return total


@pytest.mark.parametrize("which", [0, 1, 2], ids=["XW", "H0", "W_hh"])
def test_against_finite_differences(which):
    XW, H0, W_hh, G = arrays()
    dZ, dW_hh, dH0 = backward(G, forward(XW, H0, W_hh), H0, W_hh)
    gradient = (dZ, dH0, dW_hh)[which].asnumpy()
    inputs = [a.asnumpy().astype("float64") for a in (XW, H0, W_hh, G)]
    step = 1e-6
    for place in numpy.ndindex(gradient.shape):
        sides = []
        for sign in (1, -1):
            moved = [a.copy() for a in inputs]
            moved[which][place] += sign * step
            sides.append(loss(*moved))
        slope = (sides[0] - sides[1]) / (2 * step)
        assert abs(gradient[place] - slope) < 1e-4 * max(1, abs(slope)), (place, slope)


def gradients(kind: type[RNNScratch], begin: float) -> dict[str, numpy.ndarray]:
    seed(3)
    model = kind(V, H)
    model.initialize(init.Normal(0.5))
    rng = numpy.random.default_rng(0)
    X, Y = (np.array(rng.integers(V, size=(T, N)), dtype="int32") for _ in range(2))
    state = [[np.full((1, N, H), begin)]]
    with autograd.record():
        logits, _ = model(X, state)
        mean = cross_entropy(logits, Y.reshape(-1)).mean()
    mean.backward()
    return {n: getattr(model, n).grad().asnumpy() for n in ("W_xh", "W_hh", "b_h", "W_hq", "b_q")}


@pytest.mark.parametrize("kind", [RNNUnrolled, RNNByHand])
@pytest.mark.parametrize("begin", [0.0, 0.3])
def test_against_autograd(kind, begin):
    found, automatic = gradients(kind, begin), gradients(RNNScratch, begin)
    for name, expected in automatic.items():
        assert abs(expected).max() > 1e-3, f"{name} has a gradient to compare"
        numpy.testing.assert_allclose(found[name], expected, rtol=1e-4, atol=1e-6, err_msg=name)


def test_a_step_of_training_does_not_wait_for_itself():
    # Two steps without reading a value between them.  A backward pass that reads a parameter, when
    # its update is already waiting for that pass, stands still forever; so in a process of its own.
    script = """
from recurrent.networks.bptt import RNNByHand
from mxnet import autograd, gluon, init, np, npx
model = RNNByHand(11, 64)
model.initialize(init.Xavier())
trainer = gluon.Trainer(model.collect_params(), "sgd", {"learning_rate": 0.1})
X = np.ones((35, 8), dtype="int32")
for _ in range(20):
    with autograd.record():
        loss = model(X, model.begin_state(8))[0].sum()
    loss.backward()
    trainer.step(1)
npx.waitall()
print("done")
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=100
    )
    assert done.stdout == "done\n", done.stderr


def test_a_process_ends_although_a_backward_pass_is_still_to_come():
    # Without what `recurrent.networks.bptt` has registered for the end, it would wait forever.
    script = """
from recurrent.data.batches import SequentialBatches
from recurrent.networks.bptt import RNNByHand
from recurrent.training.optimizer import Trainer
from recurrent.training.loop import train_epoch
model = RNNByHand(5, 512)
model.initialize()
batches = SequentialBatches([0, 1, 2, 3, 4] * 500, 32, 35)
trainer = Trainer(model.collect_params(), clip=1.0)
train_epoch(model, batches, trainer, [0.001] * len(batches))
print("done", flush=True)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=100
    )
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr


class Product(autograd.Function):
    """x * w, with both gradients."""

    def forward(self, x, w):
        self.save_for_backward(x, w)
        return x * w

    def backward(self, dy):
        x, w = self.saved_tensors
        return dy * w, dy * x


def test_mxnet_loses_the_gradients_after_one_that_nobody_wants():
    # Why `Recurrence` takes H0 last.  If this fails, MXNet was mended: the order is free again.
    one, weight = (np.ones(3).as_nd_ndarray() for _ in range(2))
    weight.attach_grad()
    with autograd.record():
        product = Product()(one, weight)
    product.backward()
    assert weight.grad.asnumpy().tolist() == [0, 0, 0], "should be [1, 1, 1]"


def test_spectral_radius():
    assert spectral_radius(numpy.diag([0.5, -3.0, 2.0])) == pytest.approx(3)
    angle = 0.3
    rotation = [[numpy.cos(angle), -numpy.sin(angle)], [numpy.sin(angle), numpy.cos(angle)]]
    assert spectral_radius(np.array(rotation)) == pytest.approx(1, abs=1e-6)
