"""Training and measuring."""

import gc
import json
import math
import subprocess
import sys
import weakref
from pathlib import Path

import numpy
import pytest
from mxnet import autograd, gluon, init, np, npx

from recurrent.data.batches import RandomBatches, SequentialBatches
from recurrent.machine.randomness import seed
from recurrent.networks.bptt import RNNByHand, RNNUnrolled
from recurrent.networks.model import KINDS, RNNLM
from recurrent.networks.scratch import RNNScratch
from recurrent.training import loop as training
from recurrent.training.compiled import Compiled
from recurrent.training.loop import cross_entropy, detach, evaluate, train
from recurrent.training.optimizer import Trainer

ROOT = Path(__file__).resolve().parents[3]
V = 5
PERIODIC = [0, 1, 2, 3, 4, 3, 2, 1] * 60  # After 1, 2 and 3 comes what came not before them.


def build(cell: str = "gru", **settings) -> RNNLM:
    seed(3)
    model = RNNLM(KINDS[cell], V, num_hiddens=16, num_layers=2, embed_size=8, **settings)
    model.initialize(init.Xavier())
    return model


def text(length: int = 241) -> list[int]:
    return numpy.random.default_rng(0).integers(V, size=length).tolist()


def test_a_uniform_model_has_the_perplexity_of_its_vocabulary():
    model = build()
    model.output.weight.set_data(np.zeros((V, 16)))
    assert evaluate(model, SequentialBatches(text(), 4, 7)) == pytest.approx(V, rel=1e-5)


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_the_state_is_carried_over(cell):
    model = build(cell)
    model.layers.initialize(init.Normal(0.7), force_reinit=True)
    whole = evaluate(model, SequentialBatches(text(), 4, 60))
    assert evaluate(model, SequentialBatches(text(), 4, 7)) == pytest.approx(whole, rel=1e-5)
    forgetful = math.exp(
        numpy.mean(
            [
                float(cross_entropy(model(X, model.begin_state(4))[0], Y.reshape(-1)).mean())
                for X, Y in SequentialBatches(text(), 4, 6)
            ]
        )
    )
    assert abs(forgetful - whole) > 1e-3


def test_perplexity_is_averaged_over_tokens_not_over_minibatches():
    model, batches = build(), SequentialBatches(text(4 * 10 + 1), 4, 9)  # 36 tokens, then 4
    losses, state = [], model.begin_state(4)
    for X, Y in batches:
        logits, state = model(X, state)
        losses += cross_entropy(logits, Y.reshape(-1)).asnumpy().tolist()
    assert len(losses) == 40
    assert evaluate(model, batches) == pytest.approx(math.exp(numpy.mean(losses)), rel=1e-5)


def test_no_gradient_flows_through_a_detached_state():
    model, batches = build("lstm"), list(SequentialBatches(text(4 * 10 + 1), 4, 5))
    (X1, _), (X2, Y2) = batches

    def gradient(through):
        with autograd.record():
            _, state = model(X1, model.begin_state(4))
            loss = cross_entropy(model(X2, through(state))[0], Y2.reshape(-1)).mean()
        loss.backward()
        return model.embedding.weight.grad().asnumpy().copy()

    _, state = model(X1, model.begin_state(4))  # outside of record: a constant
    with autograd.record():
        loss = cross_entropy(model(X2, state)[0], Y2.reshape(-1)).mean()
    loss.backward()
    constant = model.embedding.weight.grad().asnumpy().copy()
    numpy.testing.assert_allclose(gradient(detach), constant, rtol=1e-5, atol=1e-8)
    assert abs(gradient(lambda state: state) - constant).max() > 1e-5


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_a_text_that_takes_a_memory_is_learned(cell, capsys):
    model = build(cell)
    history = train(
        model, SequentialBatches(PERIODIC, 4, 12), SequentialBatches(PERIODIC, 1, 40), 15, lr=0.02
    )
    assert history.train[0] > 2
    assert min(history.valid) < 1.1
    printed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in printed] == ["epoch", "5", "10", "15"]


def test_the_best_epoch_is_kept(capsys):
    # A random text: the longer the training, the worse on another one.
    model = build("gru")
    valid = SequentialBatches(numpy.random.default_rng(9).integers(V, size=400), 4, 10)
    history = train(model, SequentialBatches(text(), 4, 10), valid, 30, lr=0.03, every=30)
    assert history.best_epoch < 30
    assert history.valid[history.best_epoch - 1] == min(history.valid) < history.valid[-1] - 0.5
    assert evaluate(model, valid) == min(history.valid)
    assert history.epochs == list(range(1, 31))
    assert history.num_tokens == 30 * 240
    assert history.tokens_per_second == pytest.approx(history.num_tokens / history.seconds)


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_a_compiled_model_learns_what_one_without_a_graph_learns(cell, monkeypatch):
    # The last minibatch is shorter, the held-out text is read in other shapes, between epochs.
    def run():
        model = build(cell)
        trainer = Trainer(model.collect_params(), clip=1.0)
        measured = []
        for _ in range(3):
            batches = SequentialBatches(PERIODIC, 4, 25)
            assert batches.row_length % 25
            measured.append(training.train_epoch(model, batches, trainer, [0.01] * len(batches)))
            measured.append(evaluate(model, SequentialBatches(text(), 1, 100)))
        return measured

    compiled = run()
    monkeypatch.setattr(training, "mean_loss", training.mean_loss.__wrapped__)
    assert compiled == pytest.approx(run(), rel=1e-4)


#: What becomes of a model between two trainings.
BETWEEN = {
    "nothing": lambda model, path: None,
    "initialized anew": lambda model, path: model.initialize(init.Xavier(), force_reinit=True),
    "a part initialized anew": lambda model, path: next(
        iter(model.collect_params().values())
    ).initialize(init.Normal(0.1), force_reinit=True),
    "loaded": lambda model, path: (model.save_parameters(path), model.load_parameters(path)),
    "a loop of one's own": lambda model, path: own_loop(model),
}
KINDS_OF_MODELS = {
    "rnn": lambda: build("rnn"),
    "gru": lambda: build("gru"),
    "lstm": lambda: build("lstm"),
    "scratch": lambda: begun(RNNScratch(V, 16)),
    "by hand": lambda: begun(RNNByHand(V, 16)),
    "unrolled": lambda: begun(RNNUnrolled(V, 16)),
}


def begun(model):
    model.initialize(init.Xavier())
    return model


def own_loop(model) -> float:
    """Take steps as a reader might, with Gluon's trainer; return what the last one changed."""
    trainer = gluon.Trainer(model.collect_params(), "sgd", {"learning_rate": 0.1})
    for X, Y in list(SequentialBatches(PERIODIC, 4, 12))[:2]:
        before = [param.data().copy() for param in model.collect_params().values()]
        with autograd.record():
            logits, _ = model(X, model.begin_state(X.shape[1]))
            loss = cross_entropy(logits, Y.reshape(-1)).mean()
        loss.backward()
        trainer.step(1)
    after = [param.data() for param in model.collect_params().values()]
    return sum(float(abs(a - b).sum()) for a, b in zip(after, before, strict=True))


@pytest.mark.parametrize("random", [False, True], ids=["sequential", "random"])
@pytest.mark.parametrize("kind", KINDS_OF_MODELS)
def test_a_second_training_learns_what_the_first_one_of_another_model_would(
    kind, random, tmp_path, capsys
):
    def run(model, size):
        rng = numpy.random.default_rng(0)
        batches = (
            RandomBatches(PERIODIC, size, 12, rng)
            if random
            else SequentialBatches(PERIODIC, size, 12)
        )
        history = train(model, batches, SequentialBatches(PERIODIC, 1, 40), 2, lr=0.01)
        return history.train + history.valid

    model = KINDS_OF_MODELS[kind]()
    changes = [("nothing", BETWEEN["nothing"]), *BETWEEN.items()]
    for (between, change), size in zip(changes, (4, 3, 4, 4, 3, 4), strict=True):
        change(model, str(tmp_path / "params"))
        other = KINDS_OF_MODELS[kind]()
        pairs = list(zip(model.collect_params().values(), other.collect_params().values()))
        for ours, others in pairs:
            others.set_data(ours.data())
        before = [ours.data().copy() for ours, _ in pairs]
        assert run(model, size) == pytest.approx(run(other, size), rel=1e-5), between
        for (ours, _), value in zip(pairs, before):
            assert abs(ours.data() - value).max() > 1e-4, (between, ours.name)
    assert own_loop(model) > 0.001


def test_a_trainer_whose_parameters_have_gone_says_so():
    model, batches = build(), SequentialBatches(PERIODIC, 4, 12)
    first = Trainer(model.collect_params(), clip=1.0)
    training.train_epoch(model, batches, first, [0.01] * len(batches))
    second = Trainer(model.collect_params(), clip=1.0)
    with pytest.raises(RuntimeError, match="make a new one"):
        training.train_epoch(model, batches, first, [0.01] * len(batches))
    training.train_epoch(model, batches, second, [0.01] * len(batches))
    model.initialize(init.Xavier(), force_reinit=True)
    with pytest.raises(RuntimeError, match="make a new one"):
        training.train_epoch(model, batches, second, [0.01] * len(batches))


@pytest.mark.parametrize("kind", KINDS_OF_MODELS)
def test_nothing_keeps_a_trained_model_alive(kind, capsys):
    model = KINDS_OF_MODELS[kind]()
    parts = [model, *model.collect_params().values()]
    alive = [weakref.ref(part) for part in parts]
    batches = SequentialBatches(PERIODIC, 4, 12)
    train(model, batches, SequentialBatches(PERIODIC, 1, 40), 1, lr=0.01)
    npx.waitall()
    del model, parts
    for _ in range(2):  # the model, then its graphs
        gc.collect()
    assert [ref() for ref in alive if ref() is not None] == []


def test_a_model_that_is_given_another_layer_learns_with_it(capsys):
    model, batches = build(), SequentialBatches(PERIODIC, 4, 12)
    train(model, batches, batches, 1, lr=0.01)
    model.output = gluon.nn.Dense(V, flatten=False, in_units=16)
    model.output.initialize(init.Xavier())
    before = model.output.weight.data().copy()
    X, Y = next(iter(batches))
    logits, _ = model(X, model.begin_state(4))
    loss, _ = training.mean_loss(model, X, Y, model.begin_state(4))
    expected = cross_entropy(logits, Y.reshape(-1)).mean()
    assert float(loss) == pytest.approx(float(expected), rel=1e-5)
    history = train(model, batches, batches, 2, lr=0.01)
    assert abs(model.output.weight.data() - before).max() > 0.01
    assert history.valid[1] < history.valid[0]
    assert own_loop(model) > 0.001


def test_each_shape_keeps_its_graph_from_epoch_to_epoch(monkeypatch):
    drawn, forward = [], Compiled.hybrid_forward
    monkeypatch.setattr(
        Compiled, "hybrid_forward", lambda self, *a: drawn.append(self) or forward(self, *a)
    )
    model = build()
    train_batches, valid_batches = (SequentialBatches(PERIODIC, n, 25) for n in (4, 1))
    for _ in range(2):  # the second Trainer takes other arrays: what is recorded is drawn anew
        trainer = Trainer(model.collect_params(), clip=1.0)
        for _ in range(3):
            training.train_epoch(model, train_batches, trainer, [0.01] * len(train_batches))
            evaluate(model, valid_batches)
    shapes = {X.shape for X, _ in (*train_batches, *valid_batches)}
    assert len(shapes) == len(set(drawn)) == 4 and len(drawn) == 4 + 2


def test_a_model_that_cannot_be_compiled_is_trained_as_it_is():
    class Bigrams(gluon.Block):
        def __init__(self):
            super().__init__()
            self.table = gluon.nn.Embedding(V, V)

        def begin_state(self, batch_size, device=None):
            return []

        def forward(self, X, state):
            return self.table(X).reshape(-1, V), state

    model, batches = Bigrams(), SequentialBatches([0, 1, 2, 3, 4] * 50, 4, 10)
    model.initialize()
    assert train(model, batches, batches, 10, lr=0.2).valid[-1] < 1.1


def test_random_batches_begin_with_a_state_of_zeros(monkeypatch):
    begun = []
    model = build()
    begin_state = RNNLM.begin_state
    monkeypatch.setattr(
        RNNLM, "begin_state", lambda self, *a: begun.append(a) or begin_state(self, *a)
    )
    batches = RandomBatches(text(), 4, 10, numpy.random.default_rng(0))
    trainer = Trainer(model.collect_params(), clip=1.0)
    training.train_epoch(model, batches, trainer, [0.01] * len(batches))
    assert len(begun) == len(batches) > 1


@pytest.mark.parametrize("lr", [3.0, 100.0, 1e10])
@pytest.mark.parametrize("kind", ["gru", "rnn", "scratch"])
def test_a_rate_that_diverges_ends_with_one_message_and_the_best_parameters(kind, lr, capsys):
    model = KINDS_OF_MODELS[kind]()
    train_batches, valid_batches = (SequentialBatches(text(), n, 10) for n in (4, 1))
    began = evaluate(model, valid_batches)
    with pytest.raises(FloatingPointError) as caught:
        train(model, train_batches, valid_batches, 20, lr)
    message, history = str(caught.value), caught.value.history
    assert "training has diverged; write lr=0.01 in place of" in message and "clip=0.1" in message
    assert len(message) < 400 and "\n" not in message
    assert len(history.epochs) == len(history.train) == len(history.valid) > 0
    best = history.best_epoch
    assert f"of epoch {best};" in message if best else "it began with" in message
    assert evaluate(model, valid_batches) == (history.valid[best - 1] if best else began)
    assert train(model, train_batches, valid_batches, 2, lr=0.001).best_epoch, "and it learns on"


def test_what_was_good_before_it_diverged_is_kept(monkeypatch, capsys):
    model, batches = build(), SequentialBatches(PERIODIC, 4, 10)
    rates = iter([0.01] * 3 + [1e9] * 2)
    monkeypatch.setattr(training, "cosine_decay", lambda step, num_steps, lr: rate_of(step))
    rates = dict(enumerate(rates))

    def rate_of(step):
        return rates[step // len(batches)]

    with pytest.raises(training.DivergedError) as caught:
        train(model, batches, batches, 5, lr=0.01)
    assert caught.value.history.best_epoch == 3 and len(caught.value.history.epochs) == 4
    assert "the parameters of epoch 3" in str(caught.value)
    assert evaluate(model, batches) == caught.value.history.valid[2]


@pytest.mark.parametrize("kind", ["lstm", "by hand"])
@pytest.mark.parametrize("epoch", [1, 3])
def test_an_interrupt_keeps_the_best_parameters_and_returns_the_history(
    kind, epoch, monkeypatch, capsys
):
    model, batches = KINDS_OF_MODELS[kind](), SequentialBatches(PERIODIC, 4, 10)
    began, steps, step = evaluate(model, batches), [], Trainer.step

    def interrupted(self, batch_size):
        steps.append(batch_size)
        if len(steps) == (epoch - 1) * len(batches) + 5:
            raise KeyboardInterrupt
        step(self, batch_size)

    monkeypatch.setattr(Trainer, "step", interrupted)
    history = train(model, batches, batches, 5, lr=0.01, every=9)
    assert len(history.epochs) == len(history.valid) == epoch - 1
    found = evaluate(model, batches)
    assert found == (history.valid[history.best_epoch - 1] if history.epochs else began)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 and lines[1].startswith("interrupted: the parameters ")
    assert history.tokens_per_second >= 0
    monkeypatch.undo()
    assert train(model, batches, batches, 2, lr=0.01).valid[-1] < found


RUN = """
import json
import numpy
from recurrent.data.batches import SequentialBatches
from recurrent.networks.model import RNNLM
from recurrent.machine.randomness import seed
from recurrent.training.loop import train
from mxnet import init
from mxnet.gluon import rnn
text = numpy.random.default_rng(0).integers(30, size=4000)
for cell in (rnn.GRU, rnn.LSTM):
    seed(1)
    model = RNNLM(cell, 30, num_hiddens=64, dropout=0.3)
    model.initialize(init.Xavier())
    batches = SequentialBatches(text, 16, 20, rng=numpy.random.default_rng(2))
    history = train(model, batches, SequentialBatches(text[:500], 4, 20), 2, lr=0.01, seed=3)
    print(json.dumps([history.train, history.valid]))
"""


def test_two_processes_measure_the_same():
    outputs = [
        subprocess.run(
            [sys.executable, "-c", RUN], capture_output=True, text=True, cwd=ROOT, check=True
        ).stdout
        for _ in range(2)
    ]
    assert outputs[0] == outputs[1]
    assert json.loads(outputs[0].splitlines()[-1])[0]
