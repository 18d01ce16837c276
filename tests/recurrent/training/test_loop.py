"""Training and measuring."""

import json
import math
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy
import pytest
from mxnet import autograd, gluon, init, np

from recurrent.data.batches import RandomBatches, SequentialBatches
from recurrent.machine.randomness import seed
from recurrent.networks.model import KINDS, RNNLM
from recurrent.training import loop as training
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
    monkeypatch.setattr(training, "objective", lambda model, _: partial(training.mean_loss, model))
    assert compiled == pytest.approx(run(), rel=1e-4)


def test_each_shape_keeps_its_graph_from_epoch_to_epoch():
    model, graphs = build(), []
    trainer = Trainer(model.collect_params(), clip=1.0)
    train_batches, valid_batches = (SequentialBatches(PERIODIC, n, 25) for n in (4, 1))
    for _ in range(2):
        training.train_epoch(model, train_batches, trainer, [0.01] * len(train_batches))
        evaluate(model, valid_batches)
        shapes = {X.shape for X, _ in (*train_batches, *valid_batches)}
        graphs.append({shape: training.objective(model, shape) for shape in shapes})
    assert graphs[0] == graphs[1]
    assert len(set(graphs[0].values())) == len(graphs[0]) == 4


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


def test_a_loss_that_explodes_is_named():
    model = build("rnn")
    model.output.bias.set_data(np.full(V, numpy.nan))
    batches = SequentialBatches(text(), 4, 10)
    with pytest.raises(FloatingPointError, match="epoch 1: the loss is not finite"):
        train(model, batches, batches, 2, lr=0.01)


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
