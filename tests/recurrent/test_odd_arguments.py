"""An odd argument is refused in one sentence, which names it and says what to write."""

import functools
import math

import numpy
import pytest

from recurrent.data.batches import RandomBatches, SequentialBatches
from recurrent.data.padding import PairBatches, mask, pad
from recurrent.machine import randomness
from recurrent.networks.bptt import RNNByHand, spectral_radius
from recurrent.networks.generation import choose_token, generate
from recurrent.networks.model import RNNLM, RecurrentLayer
from recurrent.networks.scratch import RNNScratch
from recurrent.text.vocabulary import Vocabulary
from recurrent.training.joined import join
from recurrent.training.loop import detach, evaluate, mean_loss, train, train_epoch
from recurrent.training.optimizer import Trainer, clip_gradients, cosine_decay

from mxnet import gluon, init, np, npx  # isort: skip  after recurrent, which pulls the levers

npx.set_np()

NAN, INF = math.nan, math.inf
RNG = numpy.random.default_rng(0)
TEXT = [0, 1, 2, 3, 4] * 20
LETTERS, SYLLABLES = Vocabulary("abcd"), Vocabulary(["con", "mèo", "trèo", "cây"])


def begun(model: gluon.Block) -> gluon.Block:
    model.initialize(init.Xavier())
    return model


def each(call, *values):
    return [functools.partial(call, value) for value in values]


MODEL, SCRATCH = begun(RNNLM("gru", 5, 4, 2, 3)), begun(RNNScratch(5, 4))
X = np.zeros((3, 2), dtype="int32")
IN_ORDER, AT_RANDOM = SequentialBatches(TEXT, 2, 5), RandomBatches(TEXT, 2, 5, RNG)
LARGE = SequentialBatches([0, 9] * 50, 2, 5)
ELSEWHERE = SequentialBatches(TEXT, 2, 5, npx.cpu(1))

sequential = functools.partial(SequentialBatches, TEXT)
at_random = functools.partial(RandomBatches, TEXT)
lm = functools.partial(RNNLM, "lstm", 5)
training = functools.partial(train, MODEL, IN_ORDER, IN_ORDER)
epoch = functools.partial(train_epoch, MODEL, IN_ORDER)
writing = functools.partial(generate, MODEL, LETTERS, "ab", 3)
pairs = functools.partial(PairBatches, [[1], [2]], [[3], [4]])

#: What is called, and the argument that the message must name.
ODD = {
    "batch_size": [
        lambda: sequential(0, 5),
        lambda: sequential(-1, 5),
        lambda: sequential(2.0, 5),
        lambda: sequential(True, 5),
        lambda: at_random("2", 5, RNG),
        lambda: MODEL.begin_state(0),
        lambda: MODEL.layers[0].begin_state(-2, npx.cpu()),
        lambda: SCRATCH.begin_state(1.5),
        lambda: pairs(0, 1),
        lambda: Trainer(MODEL.collect_params(), 1.0).step(0),
    ],
    "num_steps": [
        lambda: sequential(2, 0),
        lambda: at_random(2, -5, RNG),
        lambda: sequential(2, None),
        lambda: mask([1, 2], -1),
        lambda: cosine_decay(0, 0, 0.1),
    ],
    "indices": [
        lambda: SequentialBatches(["a", "b"] * 9, 2, 3),
        lambda: SequentialBatches("abcabcabc", 2, 3),
        lambda: SequentialBatches([0.5] * 99, 2, 3),
        lambda: SequentialBatches([-1] * 99, 2, 3),
        lambda: SequentialBatches([2**31] * 99, 2, 3),
        lambda: RandomBatches([[1, 2], [3, 4]], 2, 3, RNG),
        lambda: SequentialBatches(iter(TEXT), 2, 3),
        lambda: SequentialBatches(None, 2, 3),
    ],
    "rng": [
        lambda: sequential(2, 5, rng=0),
        lambda: sequential(2, 5, rng=1),
        lambda: at_random(2, 5, None),
        lambda: at_random(2, 5, numpy.random.RandomState(0)),
        lambda: pairs(1, 1, rng=3),
        lambda: writing(1.0),
        lambda: writing(1.0, 7),
        lambda: writing(None, 7),
    ],
    "device": [
        lambda: sequential(2, 5, "cpu"),
        lambda: MODEL.begin_state(2, "gpu"),
        lambda: pairs(1, 1, device=0),
    ],
    "sequences": [lambda: pad(3, 1), lambda: pad([[1], ["a"]], 1), lambda: pad([1, 2], 1)],
    "sources": [lambda: PairBatches("ab", "cd", 1, 1), lambda: PairBatches([[0.5]], [[1]], 1, 1)],
    "pad_index": [lambda: pad([[1]], -1), lambda: pairs(1, None)],
    "valid_len": [lambda: mask([3], 2), lambda: mask([-1], 2), lambda: mask([0.5], 2)],
    "seed": [
        lambda: randomness.seed(-1),
        lambda: randomness.seed(1.5),
        lambda: randomness.seed(None),
        lambda: training(1, 0.1, seed=2**40),
    ],
    "kind": [
        lambda: RNNLM("lsmt", 5),
        lambda: RNNLM(None, 5),
        lambda: RNNLM(gluon.nn.Dense, 5),
        lambda: RNNLM(gluon.rnn.LSTMCell, 5),
        lambda: RNNLM(functools.partial(gluon.rnn.LSTM, bidirectional=True), 5),
        lambda: RecurrentLayer(dict, 3, 4),
    ],
    "vocab_size": [
        lambda: RNNLM("gru", 0),
        lambda: RNNLM("gru", "5"),
        lambda: RNNScratch(-3),
        lambda: train(MODEL, LARGE, IN_ORDER, 1, 0.1),
        lambda: train(SCRATCH, IN_ORDER, LARGE, 1, 0.1),
        lambda: evaluate(MODEL, LARGE),
        lambda: evaluate(MODEL, list(LARGE)),
    ],
    "num_hiddens": [lambda: lm(0), lambda: RNNByHand(5, 2.5), lambda: RecurrentLayer("rnn", 3, 0)],
    "num_inputs": [lambda: RecurrentLayer("rnn", None, 4)],
    "num_layers": [lambda: lm(4, 0), lambda: lm(4, -1)],
    "embed_size": [lambda: lm(4, 1, 0)],
    "dropout": each(lambda d: lm(dropout=d), 1.5, 1, -0.1, NAN, "0.5", None),
    "forget_bias": [
        lambda: lm(forget_bias=NAN),
        lambda: lm(forget_bias="1"),
        lambda: RNNLM("gru", 5, forget_bias=1.0),
    ],
    "state": [
        lambda: MODEL(X, MODEL.begin_state(3)),
        lambda: MODEL(X, MODEL.begin_state(2)[:1]),
        lambda: MODEL(X, None),
        lambda: MODEL(X, lm().begin_state(2, npx.cpu())),
        lambda: SCRATCH(X, SCRATCH.begin_state(3)),
        lambda: SCRATCH(X, np.zeros((2, 4))),
        lambda: detach(None),
        lambda: mean_loss(MODEL, X, X, MODEL.begin_state(3)),
        lambda: detach(np.zeros((2, 4))),
    ],
    "X": [
        lambda: MODEL([[0], [1]], MODEL.begin_state(1)),
        lambda: MODEL(np.zeros(3), MODEL.begin_state(1)),
        lambda: SCRATCH(np.zeros((0, 2)), SCRATCH.begin_state(2)),
        lambda: SCRATCH(numpy.zeros((1, 1)), SCRATCH.begin_state(1)),
    ],
    "has no values yet": [
        lambda: lm().begin_state(1),
        lambda: train(lm(), IN_ORDER, IN_ORDER, 1, 0.1),
        lambda: Trainer(lm().collect_params(), 1.0),
        lambda: generate(RNNScratch(5), LETTERS, "a", 1),
    ],
    "vector": [lambda: MODEL.layers[0].blocks.split(np.zeros(3))],
    "W": each(lambda s: spectral_radius(np.zeros(s)), (2, 3), (3,), (0, 0)),
    "temperature": each(lambda t: writing(t, RNG), INF, NAN, -1, -INF, "hot", [1.0]),
    "num_tokens": each(lambda n: generate(MODEL, LETTERS, "a", n), -3, 1.5, None),
    "prefix": [
        lambda: generate(MODEL, SYLLABLES, "con mèo", 3, joiner=" "),
        lambda: generate(MODEL, LETTERS, "", 3),
        lambda: generate(MODEL, LETTERS, [1, 2], 3),
        lambda: generate(MODEL, LETTERS, None, 3),
    ],
    "joiner": [lambda: writing(joiner=None)],
    "vocab": [
        lambda: generate(MODEL, Vocabulary("abcdefgh"), "a", 3),
        lambda: generate(MODEL, Vocabulary("ab"), "a", 3),
        lambda: generate(MODEL, ["a", "b"], "a", 3),
    ],
    "logits": [
        lambda: choose_token(numpy.array([NAN, 1.0]), None, None),
        lambda: choose_token(numpy.zeros((2, 2)), 1.0, RNG),
        lambda: choose_token([], None, None),
        lambda: choose_token("ab", None, None),
    ],
    "model": [
        lambda: generate(None, LETTERS, "a", 3),
        lambda: train("lstm", IN_ORDER, IN_ORDER, 1, 0.1),
        lambda: evaluate(gluon.nn.Dense(3), IN_ORDER),
    ],
    "num_epochs": each(lambda n: training(n, 0.1), 0, -1, 1.5, "3"),
    "lr": each(lambda lr: training(1, lr), 0, 10**400, -0.1, NAN, INF, None, "0.1", [0.1])
    + [lambda: cosine_decay(0, 10, 0)],
    "step": [lambda: cosine_decay(11, 10, 0.1), lambda: cosine_decay(-1, 10, 0.1)],
    "clip": each(lambda c: training(1, 0.1, c), 0, -1, NAN, None, "1")
    + [lambda: Trainer(MODEL.collect_params(), 0)],
    "theta": each(lambda t: clip_gradients(MODEL.collect_params(), t), 0, -1, NAN, None),
    "every": each(lambda e: training(1, 0.1, every=e), 0, -5, None, 2.5),
    "train_batches": [
        lambda: train(MODEL, LARGE, IN_ORDER, 1, 0.1),
        lambda: train(MODEL, TEXT, IN_ORDER, 1, 0.1),
        lambda: train(MODEL, iter(IN_ORDER), IN_ORDER, 1, 0.1),
        lambda: train(MODEL, ELSEWHERE, IN_ORDER, 1, 0.1),
    ],
    "valid_batches": [
        lambda: train(MODEL, IN_ORDER, AT_RANDOM, 1, 0.1),
        lambda: train(MODEL, IN_ORDER, [], 1, 0.1),
        lambda: train(MODEL, IN_ORDER, None, 1, 0.1),
    ],
    "batches": [
        lambda: evaluate(MODEL, TEXT),
        lambda: evaluate(MODEL, LETTERS),
        lambda: evaluate(MODEL, "abc"),
        lambda: evaluate(MODEL, [(X, X), (X[:, :1], X[:, :1])]),
        lambda: evaluate(MODEL, AT_RANDOM),
        lambda: evaluate(MODEL, []),
        lambda: evaluate(MODEL, 3),
        lambda: evaluate(MODEL, ELSEWHERE),
    ],
    "trainer": [
        lambda: epoch(None, [0.1] * len(IN_ORDER)),
        lambda: epoch(Trainer, [0.1] * len(IN_ORDER)),
        lambda: epoch(Trainer(SCRATCH.collect_params(), 1.0), [0.1] * len(IN_ORDER)),
    ],
    "learning_rates": [
        lambda: epoch(Trainer(MODEL.collect_params(), 1.0), [0.1]),
        lambda: epoch(Trainer(MODEL.collect_params(), 1.0), 0.1),
        lambda: epoch(Trainer(MODEL.collect_params(), 1.0), [NAN] * len(IN_ORDER)),
    ],
    "learning_rate": [
        lambda: Trainer(MODEL.collect_params(), 1.0, NAN),
        lambda: Trainer(MODEL.collect_params(), 1.0).set_learning_rate(-1),
    ],
    "params": [
        lambda: clip_gradients([], 1.0),
        lambda: clip_gradients(MODEL, 1.0),
        lambda: Trainer({}, 1.0),
        lambda: Trainer(["weight"], 1.0),
        lambda: join([]),
    ],
}


@pytest.mark.parametrize(
    ("name", "call"),
    [pytest.param(n, c, id=f"{n}-{k}") for n, calls in ODD.items() for k, c in enumerate(calls)],
)
def test_an_odd_argument_is_named_with_what_to_write(name, call, capsys):
    with pytest.raises((TypeError, ValueError)) as caught:
        call()
    message = str(caught.value)
    assert name in message and "\n" not in message and len(message) < 300, message
    assert any(word in message for word in ("write", "leave")), message
    assert capsys.readouterr().out == "", "told before anything begins"


def test_the_same_arguments_of_other_types_are_taken():
    assert len(SequentialBatches(numpy.array(TEXT), numpy.int64(2), numpy.int32(5))) == 10
    assert len(SequentialBatches(np.array(TEXT, dtype="int32"), 2, 5)) == 10
    assert cosine_decay(numpy.int64(3), 10, numpy.float32(0.1)) > 0
    assert generate(MODEL, LETTERS, ("a", "b"), numpy.int64(2), 0, None)[:2] == "ab"
    assert generate(MODEL, LETTERS, "a", 2, numpy.float32(0.5), RNG)[0] == "a"
    clip_gradients(MODEL.collect_params().values(), INF)
    Trainer(list(MODEL.collect_params().values()), clip=INF)
    assert lm(forget_bias=numpy.float32(1)).vocab_size == 5
