"""The n-gram language model: the baseline that a recurrent network has to beat."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy

from recurrent.text.vocabulary import UNK

Counts = dict[tuple[str, ...], Counter[str]]


def ngrams(tokens: Sequence[str], n: int) -> Iterator[tuple[str, ...]]:
    """Return the n-grams of a text, one for each place where one fits.

    Examples
    --------
    >>> list(ngrams("abca", 3))
    [('a', 'b', 'c'), ('b', 'c', 'a')]
    """
    return zip(*(tokens[start:] for start in range(n)), strict=False)


def count_ngrams(found: Iterable[tuple[str, ...]]) -> Counts:
    """Count which tokens follow each context: the last token of each n-gram, after the others."""
    counts = defaultdict(Counter)
    for *context, token in found:
        counts[tuple(context)][token] += 1
    return dict(counts)


def count_followers(tokens: Sequence[str], order: int) -> list[Counts]:
    """Count which tokens follow each context of 0, 1, ..., `order` - 1 tokens.

    After the longest contexts tokens are counted as they occur.  A shorter context is asked only
    where the longer one knows too little; so there an n-gram counts once for each different token
    before it.  "Francisco" may be frequent: if it always follows "San", its count is 1.
    """
    shorter = [
        count_ngrams(longer[1:] for longer in set(ngrams(tokens, n + 1))) for n in range(1, order)
    ]
    return [*shorter, count_ngrams(ngrams(tokens, order))]


def estimate_discounts(counts: Counts) -> tuple[float, float, float]:
    """Return the numbers to take off a count of 1, of 2, and of 3 or more.

    With n1 to n4, how many n-grams were counted once to four times, and Y = n1 / (n1 + 2 n2), they
    are 1 - 2Y n2/n1, 2 - 3Y n3/n2 and 3 - 4Y n4/n3 (Chen and Goodman, 1999, equation 26).  Where
    one of n1 to n4 is 0, as among the few tokens of a small vocabulary, or where what comes out
    would take off nothing or more than there is, the text tells too little: 0.5, 1 and 1.5 then.
    """
    of_counts = Counter(count for counter in counts.values() for count in counter.values())
    if all(of_counts[count] for count in (1, 2, 3, 4)):
        y = of_counts[1] / (of_counts[1] + 2 * of_counts[2])
        discounts = tuple(
            count - (count + 1) * y * of_counts[count + 1] / of_counts[count] for count in (1, 2, 3)
        )
        if all(0 < discount <= count for count, discount in enumerate(discounts, 1)):
            return discounts
    return 0.5, 1.0, 1.5


class Smoothed:
    """Counts after contexts of one length, and what is taken off them for the shorter contexts.

    Parameters
    ----------
    counts : dict
        What :func:`count_ngrams` returns.
    discounts : tuple of float, optional
        What is taken off a count of 1, of 2, of 3 or more; estimated if not given.
    """

    def __init__(self, counts: Counts, discounts: tuple[float, float, float] | None = None):
        self.counts = counts
        self.discounts = discounts or estimate_discounts(counts)
        self.totals, self.taken = {}, {}
        for context, followers in counts.items():
            self.totals[context] = sum(followers.values())
            # By how many were counted once, twice, more often: no sum depends on their order.
            times = Counter(min(count, 3) for count in followers.values())
            self.taken[context] = sum(times[n] * d for n, d in enumerate(self.discounts, 1))

    def discount(self, count: int) -> float:
        """Return what is taken off a count of at least 1."""
        return self.discounts[min(count, 3) - 1]

    def prob(self, token: str, context: tuple[str, ...], shorter: float) -> float:
        """Return the probability of a token after a context that occurs.

        What the discounts took off all counts goes to the tokens as the shorter context has them,
        which gives this one the probability `shorter`.
        """
        count = self.counts[context][token]
        kept = count - self.discount(count) if count else 0.0
        return (kept + self.taken[context] * shorter) / self.totals[context]


class NGramModel:
    """n-gram language model with interpolated modified Kneser–Ney smoothing.

    After Chen and Goodman (1999), section 3: three discounts for each length of n-gram, one for
    n-grams counted once, one for those counted twice, one for all others.

    Parameters
    ----------
    order : int
        n: a token is predicted from the n - 1 tokens before it.

    Attributes
    ----------
    vocab : set of str
        Every token that can be predicted.
    levels : list of Smoothed
        After contexts of 0, 1, ... tokens.

    Examples
    --------
    >>> model = NGramModel(2).fit("abababab", vocab="ab")
    >>> model.prob("b", "a") > model.prob("a", "a")
    True
    """

    def __init__(self, order: int):
        if order < 1:
            raise ValueError(f"order {order}: an n-gram has at least one token")
        self.order = order

    def fit(self, tokens: Sequence[str], vocab: Iterable[str] | None = None) -> NGramModel:
        """Count the n-grams of a text.

        Parameters
        ----------
        tokens : sequence of str
        vocab : iterable of str, optional
            Every token that can be predicted; "<unk>", which stands for any other, is added to it.
            By default, the tokens of the text.  Perplexities compare only over one vocabulary.
        """
        self.vocab = {UNK, *(tokens if vocab is None else vocab)}
        self.levels = list(map(Smoothed, count_followers(self._known(tokens), self.order)))
        return self

    def prob(self, token: str, context: Sequence[str] = ()) -> float:
        """Return the probability that `token` follows `context`.

        From the uniform distribution over the vocabulary upwards, each longer context takes a
        discount D off each of its counts c and gives what it took to the shorter one (Chen and
        Goodman, 1999, equations 24 and 25)::

            p(w | context) = (c(w) - D(c(w)) + taken * p(w | shorter)) / total
        """
        return self._prob(*self._known([token]), self._known(context))

    def losses(self, tokens: Sequence[str]) -> numpy.ndarray:
        """Return -ln p of each token but the first, in nats, an array of shape (tokens - 1,).

        The first is left out since a recurrent network, too, only reads it.
        """
        if len(tokens) < 2:
            raise ValueError(f"{len(tokens)} tokens: a perplexity needs at least 2")
        tokens = self._known(tokens)
        return -numpy.log(
            [
                self._prob(tokens[end], tokens[max(0, end - self.order + 1) : end])
                for end in range(1, len(tokens))
            ]
        )

    def perplexity(self, tokens: Sequence[str]) -> float:
        """Return the perplexity of a text: exp of the mean of its :meth:`losses`."""
        return math.exp(self.losses(tokens).mean())

    def _known(self, tokens: Sequence[str]) -> list[str]:
        return [token if token in self.vocab else UNK for token in tokens]

    def _prob(self, token: str, context: Sequence[str]) -> float:
        p = 1 / len(self.vocab)
        for n, level in enumerate(self.levels[: len(context) + 1]):
            last = tuple(context[len(context) - n :])  # the last n tokens
            if last not in level.counts:  # Never seen; so no longer context was.
                break
            p = level.prob(token, last, p)
        return p


def fit_orders(
    tokens: Sequence[str], orders: Iterable[int], vocab: Iterable[str] | None = None
) -> dict[int, NGramModel]:
    """Return models of several orders that share what they count alike, by their order.

    Their longest contexts alone are counted differently, so all take little longer than one.
    """
    models = {order: NGramModel(order) for order in orders}
    longest = models[max(models)].fit(tokens, vocab)
    known = longest._known(tokens)
    for order, model in models.items():
        if model is not longest:
            model.vocab = longest.vocab
            highest = Smoothed(count_ngrams(ngrams(known, order)))
            model.levels = [*longest.levels[: order - 1], highest]
    return models
