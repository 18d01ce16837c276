"""How the book compares models: one baseline for each text, an interval for each difference.

A text is held out in time: a model learns from its beginning, is chosen by what follows, and is
tested, once, on its end.  :func:`fit_baseline` is the counting that a network has to beat;
:func:`compare` says whether it does, or whether a text of this length cannot tell.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy

from recurrent.text.ngram import NGramModel, fit_orders

ORDERS = range(1, 13)  # of n-grams, among which a baseline is chosen

#: What may be said of a first model beside a second one, in both languages.
AHEAD, LEVEL, BEHIND = "ahead of | hơn", "level with | ngang với", "behind | kém"


@dataclass(frozen=True)
class Baseline:
    """Counting at its best on a text, with each order that was tried.

    Attributes
    ----------
    model : NGramModel
        Of the best order.
    perplexities : dict of int to float
        Of the validation text, by the order.
    """

    model: NGramModel
    perplexities: dict[int, float]

    @property
    def order(self) -> int:
        """The order with the lowest perplexity on the validation text."""
        return self.model.order

    @property
    def perplexity(self) -> float:
        """The lowest perplexity on the validation text."""
        return self.perplexities[self.order]


def fit_baseline(
    train: Sequence[str],
    validation: Sequence[str],
    vocab: Iterable[str] | None = None,
    orders: Sequence[int] = ORDERS,
) -> Baseline:
    """Count n-grams in one text, of the order that predicts another text best.

    Parameters
    ----------
    train, validation : sequence of str
        The tokens to count, and those that choose the order.
    vocab : iterable of str, optional
        See :meth:`~recurrent.text.ngram.NGramModel.fit`.
    orders : sequence of int
        From low to high.

    Raises
    ------
    ValueError
        If the highest order is the best: then a higher one may be better still.
    """
    models = fit_orders(train, orders, vocab)
    perplexities = {order: model.perplexity(validation) for order, model in models.items()}
    best = min(perplexities, key=perplexities.get)
    if best == max(perplexities):
        raise ValueError(
            f"orders: the highest of them, {best}, predicts best, and a higher one may do better: "
            "try higher ones too"
        )
    return Baseline(models[best], perplexities)


@dataclass(frozen=True)
class Difference:
    """How much better or worse one model predicts a text than another.

    Attributes
    ----------
    mean : float
        Mean loss of the first model less that of the second, in nats a token.
    low, high : float
        The ends of the interval of this mean.
    """

    mean: float
    low: float
    high: float

    @property
    def verdict(self) -> str:
        """What may be said of the first model: "level with" unless the interval excludes 0."""
        return AHEAD if self.high < 0 else BEHIND if self.low > 0 else LEVEL

    def percent(self) -> dict[str, float]:
        """Return the difference and its interval in per cent of the second model's perplexity.

        A difference d of mean losses is a ratio exp(d) of perplexities.
        """
        parts = {"percent": self.mean, "low": self.low, "high": self.high}
        return {name: 100 * math.expm1(value) for name, value in parts.items()}

    def values(self) -> dict[str, str | float]:
        """Return what prose quotes: "verdict", and "percent", "low", "high" of :meth:`percent`."""
        return {"verdict": self.verdict, **self.percent()}


def compare(
    first: numpy.ndarray,
    second: numpy.ndarray,
    block: int = 200,
    num_samples: int = 10_000,
    level: float = 0.95,
    seed: int = 0,
) -> Difference:
    """Compare two models on one text by a paired block bootstrap.

    Neighbouring losses depend on each other, so the text is drawn anew in blocks of neighbours,
    which may begin anywhere and go on at its beginning where it ends (Politis and Romano, 1992);
    both models are compared on the same blocks.  Where there are losses of several seeds, the
    interval is that of the mean over all seeds there might have been.  Five are too few to be drawn
    anew, so their mean is taken to be as uncertain as Student (1908) says, with the t distribution.

    Parameters
    ----------
    first, second : array of shape (num_tokens,) or (num_seeds, num_tokens)
        The loss of each token in nats.  The two may have different numbers of seeds; if they have
        the same number, a seed of the one is paired with the same one of the other.
    block : int
        Tokens in a block: some two sentences of characters.
    num_samples : int
        How often the text is drawn.
    level : float
        The share of the samples that the interval holds, half of the rest lying on each side.
    seed : int
        Of the drawing.

    Raises
    ------
    ValueError
        If the losses are not of the same tokens, are not all finite, or fill less than two blocks.
    """
    first, second = (numpy.atleast_2d(numpy.asarray(losses, float)) for losses in (first, second))
    num_tokens = first.shape[1]
    if first.ndim != 2 or second.ndim != 2 or second.shape[1] != num_tokens:
        raise ValueError(
            f"losses of shape {first.shape} and {second.shape}: give both for the same tokens, "
            "(num_tokens,) or (num_seeds, num_tokens)"
        )
    if not (numpy.isfinite(first).all() and numpy.isfinite(second).all()):
        raise ValueError("losses: one of them is no finite number; leave out what is not measured")
    if not 1 <= block <= num_tokens / 2:
        raise ValueError(f"block={block}: write a whole number from 1 to half of {num_tokens}")
    if not 0 < level < 1:
        raise ValueError(f"level={level}: write a share between 0 and 1, such as 0.95")
    rng = numpy.random.default_rng(seed)
    starts = rng.integers(num_tokens, size=(num_samples, -(-num_tokens // block)))
    if len(first) == len(second):
        first, second = first - second, numpy.zeros((1, num_tokens))
    low, high = numpy.quantile(
        _draw(first, starts, block, rng) - _draw(second, starts, block, rng),
        [(1 - level) / 2, (1 + level) / 2],
    )
    return Difference(float(first.mean() - second.mean()), float(low), float(high))


def _draw(
    losses: numpy.ndarray, starts: numpy.ndarray, block: int, rng: numpy.random.Generator
) -> numpy.ndarray:
    """Return the mean loss of each drawn text, with as many seeds as given: (num_samples,)."""
    num_seeds, num_tokens = losses.shape
    mean = losses.mean(axis=0)  # over seeds
    summed = numpy.cumsum(numpy.concatenate([[0], mean, mean[:block]]))
    blocks = (summed[block:] - summed[:-block])[:num_tokens] / block  # mean of each block
    means = blocks[starts].mean(axis=1)  # (num_samples,)
    if num_seeds > 1:
        error = losses.mean(axis=1).std(ddof=1) / math.sqrt(num_seeds)  # of the mean over seeds
        means += error * rng.standard_t(num_seeds - 1, size=len(means))
    return means
