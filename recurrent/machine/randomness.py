"""One seed for every random number generator that training may use."""

from __future__ import annotations

import random

import mxnet as mx
import numpy

from recurrent.machine import arguments


def seed(number: int) -> None:
    """Seed MXNet, NumPy and Python, so that the same program draws the same numbers."""
    number = arguments.whole("seed", number, least=0, most=2**31 - 1)
    mx.random.seed(number)
    numpy.random.seed(number)
    random.seed(number)
