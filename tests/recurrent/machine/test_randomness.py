"""One seed for all generators."""

import random

import numpy
from mxnet import autograd, np
from mxnet.gluon import nn

from recurrent.machine.randomness import seed


def draw() -> list[float]:
    dropout = nn.Dropout(0.5)
    with autograd.train_mode():
        kept = dropout(np.ones(50)).asnumpy()
    return [
        float(np.random.normal()),
        float(numpy.random.normal()),
        random.random(),
        *kept.tolist(),
    ]


def test_the_same_seed_draws_the_same_numbers_everywhere():
    seed(1)
    first, second = draw(), draw()
    seed(1)
    assert draw() == first
    assert all(a != b for a, b in zip(first[:3], second[:3], strict=True))
    seed(2)
    assert all(a != b for a, b in zip(first[:3], draw()[:3], strict=True))
