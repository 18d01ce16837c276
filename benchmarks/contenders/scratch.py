"""The book's recurrent network from scratch on D2L's job: by autograd, or with gradients by hand.

Prints the same JSON object as ``d2l_training.py``, and finds the text in the same place.
"""

import sys

import numpy
import report

from recurrent import randomness  # before mxnet: its package pulls the levers
from recurrent.batches import SequentialBatches
from recurrent.bptt import RNNByHand
from recurrent.scratch import RNNScratch
from recurrent.train import evaluate, train_epoch
from recurrent.vocabulary import Vocabulary

from mxnet import gluon, init  # isort: skip

kind, num_epochs, goal = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
text = report.novel()
vocabulary = Vocabulary(text)
numbers = vocabulary.encode(text)
batches = SequentialBatches(numbers[:10_000], 32, 35, rng=numpy.random.default_rng(0))
held_out = SequentialBatches(numbers[report.HELD_OUT], 1, 35)
randomness.seed(0)
model = {"rnn-scratch": RNNScratch, "rnn-by-hand": RNNByHand}[kind](len(vocabulary), 512)
model.initialize(init.Xavier())
lr = 0.002
trainer = gluon.Trainer(model.collect_params(), "adam", {"learning_rate": lr})


def epoch() -> tuple[float, int]:
    """Train for an epoch."""
    return train_epoch(model, batches, trainer, 1.0, [lr] * len(batches)), batches.num_tokens


report.train(epoch, num_epochs, goal, lambda: evaluate(model, held_out))
