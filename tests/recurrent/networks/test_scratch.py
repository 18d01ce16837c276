"""The recurrent network from its parameters up, beside NumPy and beside Gluon's layer."""

import numpy
import pytest
from mxnet import autograd, init, np
from mxnet.gluon import rnn

from recurrent.data.batches import SequentialBatches
from recurrent.machine.randomness import seed
from recurrent.networks.bptt import RNNByHand, RNNUnrolled
from recurrent.networks.generation import generate
from recurrent.networks.scratch import RNNScratch
from recurrent.text.vocabulary import Vocabulary
from recurrent.training.loop import detach, train

T, N, V, H = 6, 3, 11, 8  # num_steps, batch_size, vocab_size, num_hiddens
KINDS = [RNNScratch, RNNUnrolled, RNNByHand]


def build(kind: type[RNNScratch]) -> RNNScratch:
    seed(7)
    model = kind(V, H)
    model.initialize(init.Normal(0.5))
    return model


def tokens(num_steps: int = T) -> np.ndarray:
    return np.array(numpy.random.default_rng(0).integers(V, size=(num_steps, N)), dtype="int32")


def values(model: RNNScratch) -> dict[str, numpy.ndarray]:
    names = ("W_xh", "W_hh", "b_h", "W_hq", "b_q")
    return {name: getattr(model, name).data().asnumpy().astype("float64") for name in names}


@pytest.mark.parametrize("kind", KINDS)
def test_against_numpy(kind):
    model, X = build(kind), tokens()
    model.b_h.set_data(np.random.normal(0, 0.5, H))
    logits, state = model(X, model.begin_state(N))
    p, h, expected = values(model), numpy.zeros((N, H)), []
    for x in X.asnumpy():
        h = numpy.tanh(numpy.eye(V)[x] @ p["W_xh"] + h @ p["W_hh"] + p["b_h"])
        expected.append(h @ p["W_hq"] + p["b_q"])
    assert logits.shape == (T * N, V)
    assert state[0][0].shape == (1, N, H)
    numpy.testing.assert_allclose(logits.asnumpy(), numpy.concatenate(expected), atol=1e-5)
    numpy.testing.assert_allclose(state[0][0][0].asnumpy(), h, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_two_halves_with_the_state_between_them_are_the_whole(kind):
    model, X = build(kind), tokens(10)
    whole, _ = model(X, model.begin_state(N))
    first, state = model(X[:4], model.begin_state(N))
    second, _ = model(X[4:], detach(state))
    halves = np.concatenate([first, second])
    numpy.testing.assert_allclose(halves.asnumpy(), whole.asnumpy(), atol=1e-6)


def test_gluons_layer_with_the_same_weights_gives_the_same_states():
    model, X = build(RNNScratch), tokens()
    layer = rnn.RNN(H, activation="tanh", input_size=V)
    layer.initialize(init.Zero())
    layer.l0_i2h_weight.set_data(model.W_xh.data().T)
    layer.l0_h2h_weight.set_data(model.W_hh.data().T)
    expected, _ = layer(np.eye(V)[X], layer.begin_state(N))  # (T, N, H)
    logits, _ = model(X, model.begin_state(N))
    numpy.testing.assert_allclose(
        logits.asnumpy(), np.dot(expected, model.W_hq.data()).reshape(-1, V).asnumpy(), atol=1e-5
    )


def test_the_biases_begin_at_zero_and_the_weights_do_not():
    p = values(build(RNNScratch))
    assert not p["b_h"].any() and not p["b_q"].any()
    assert all(p[name].std() > 0.1 for name in ("W_xh", "W_hh", "W_hq"))


@pytest.mark.parametrize("kind", KINDS)
def test_it_learns_a_text_by_heart_and_writes_it(kind):
    text = "hai con thằn lằn con đùa nhau cắn nhau đứt đuôi. " * 12
    vocabulary = Vocabulary(text)
    batches = SequentialBatches(vocabulary.encode(text), 4, 16)
    seed(0)
    model = kind(len(vocabulary), 32)
    model.initialize(init.Xavier())
    history = train(model, batches, batches, num_epochs=30, lr=0.01, seed=0)
    assert history.valid[-1] < 1.3 < 5 < history.valid[0]
    assert generate(model, vocabulary, "hai con thằn lằn con ", 10).endswith("đùa nhau c")


@pytest.mark.parametrize("kind", KINDS)
def test_same_seed_same_bytes(kind):
    def gradients() -> list[bytes]:
        model, X = build(kind), tokens()
        with autograd.record():
            logits, _ = model(X, model.begin_state(N))
            loss = (logits**2).sum()
        loss.backward()
        return [param.grad().asnumpy().tobytes() for param in model.collect_params().values()]

    assert gradients() == gradients()


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_saved_is_loaded(kind, tmp_path):
    model, path = build(kind), str(tmp_path / "params")
    model.save_parameters(path)
    other = kind(V, H)
    for _ in range(2):  # without values, then with some
        other.load_parameters(path)
        for name, value in values(model).items():
            assert (values(other)[name] == value).all()
        other.initialize(init.Zero(), force_reinit=True)
    with pytest.raises(ValueError, match="W_xh is"):
        kind(V, H + 1).load_parameters(path)
