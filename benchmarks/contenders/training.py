"""The book's training code on D2L's job: the same text, batch and sizes.

Of the kinds, `rnn-scratch` leaves the gradients to autograd, `rnn-one-graph` does so with its loop
as a graph, and `rnn-by-hand` writes them out.

Prints the same JSON object as ``d2l_training.py``, and finds the text in the same place.
"""

import sys

import numpy
import report

from recurrent.data.batches import SequentialBatches
from recurrent.machine import randomness  # before mxnet: its package pulls the levers
from recurrent.networks.bptt import RNNByHand, RNNUnrolled
from recurrent.networks.model import KINDS, RNNLM
from recurrent.networks.scratch import RNNScratch
from recurrent.text.vocabulary import Vocabulary
from recurrent.training.loop import evaluate, train_epoch
from recurrent.training.optimizer import Trainer, cosine_decay

from mxnet import init  # isort: skip

kind, num_epochs, goal = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
text = report.novel()
vocabulary = Vocabulary(text)
numbers = vocabulary.encode(text)
batches = SequentialBatches(numbers[:10_000], 32, 35, rng=numpy.random.default_rng(0))
held_out = SequentialBatches(numbers[report.HELD_OUT], 1, 500)
randomness.seed(0)
scratch = {"rnn-scratch": RNNScratch, "rnn-one-graph": RNNUnrolled, "rnn-by-hand": RNNByHand}
if kind in scratch:
    model = scratch[kind](len(vocabulary), 512)
else:
    # The vectors of the embedding are as long as D2L's one-hot vectors: so the layer is as large.
    cell, num_layers = kind.removeprefix("deep-"), 2 if kind.startswith("deep-") else 1
    model = RNNLM(KINDS[cell], len(vocabulary), num_layers=num_layers, embed_size=len(vocabulary))
# No gates keep a plain layer in bounds: it begins with smaller weights and learns more slowly.
magnitude, top = (0.5, 0.006) if kind.startswith("rnn") else (3, 0.008)
model.initialize(init.Xavier(magnitude=magnitude))
trainer = Trainer(model.collect_params(), clip=0.5)
fall = int(sys.argv[4]) if len(sys.argv) > 4 else 100  # epochs in which the rate falls to 0
num_steps = fall * len(batches)
rates = iter([cosine_decay(step, num_steps, top) for step in range(num_steps)])


def epoch() -> tuple[float, int]:
    """Train for an epoch."""
    now = [next(rates, 0.0) for _ in range(len(batches))]
    return train_epoch(model, batches, trainer, now), batches.num_tokens


report.train(epoch, num_epochs, goal, lambda: evaluate(model, held_out))
