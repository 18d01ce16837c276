"""The n-gram language model: the baseline that a recurrent network has to beat."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

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


def count_followers(tokens: Sequence[str], order: int) -> list[Counts]:
    """Count which tokens follow each context of 0, 1, ..., `order` - 1 tokens.

    After the longest contexts tokens are counted as they occur.  A shorter context is asked only
    where the longer one knows too little; so there an n-gram counts once for each different token
    before it.  "Francisco" may be frequent: if it always follows "San", its count is 1.
    """
    followers: list[Counts] = []
    for n in range(1, order + 1):
        if n == order:
            found = ngrams(tokens, n)
        else:
            found = (longer[1:] for longer in set(ngrams(tokens, n + 1)))
        counts = defaultdict(Counter)
        for *context, token in found:
            counts[tuple(context)][token] += 1
        followers.append(dict(counts))
    return followers


def estimate_discount(counts: Counts) -> float:
    """Return the number to take off each count: n1 / (n1 + 2 n2).

    n1 and n2 are how many n-grams were counted once and twice (Ney, Essen and Kneser, 1994; Chen
    and Goodman, 1999, section 2.7).  A text so small that one of them is 0 tells nothing: 1/2.
    """
    of_counts = Counter(count for counter in counts.values() for count in counter.values())
    once, twice = of_counts[1], of_counts[2]
    return once / (once + 2 * twice) if once and twice else 0.5


class NGramModel:
    """n-gram language model with interpolated Kneser–Ney smoothing (Chen and Goodman, 1999).

    Parameters
    ----------
    order : int
        n: a token is predicted from the n - 1 tokens before it.

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
        self.followers = count_followers(self._known(tokens), self.order)
        self.discounts = [estimate_discount(counts) for counts in self.followers]
        self.totals = [
            {context: sum(counter.values()) for context, counter in counts.items()}
            for counts in self.followers
        ]
        return self

    def prob(self, token: str, context: Sequence[str] = ()) -> float:
        """Return the probability that `token` follows `context`.

        From the uniform distribution over the vocabulary upwards, each longer context takes the
        discount D off its counts c and gives what it took to the shorter one (Chen and Goodman,
        1999, equation 16)::

            p(w | context) = (max(c(w) - D, 0) + D * number of followers * p(w | shorter)) / total
        """
        return self._prob(*self._known([token]), self._known(context))

    def perplexity(self, tokens: Sequence[str]) -> float:
        """Return the perplexity of a text: exp of the mean of -ln p over all tokens but the first.

        The first is left out since a recurrent network, too, only reads it.
        """
        if len(tokens) < 2:
            raise ValueError(f"{len(tokens)} tokens: a perplexity needs at least 2")
        tokens = self._known(tokens)
        logs = [
            math.log(self._prob(tokens[end], tokens[max(0, end - self.order + 1) : end]))
            for end in range(1, len(tokens))
        ]
        return math.exp(-sum(logs) / len(logs))

    def _known(self, tokens: Sequence[str]) -> list[str]:
        return [token if token in self.vocab else UNK for token in tokens]

    def _prob(self, token: str, context: Sequence[str]) -> float:
        p = 1 / len(self.vocab)
        for n in range(min(len(context), self.order - 1) + 1):  # the last n tokens
            end_of_context = tuple(context[len(context) - n :])
            counter = self.followers[n].get(end_of_context)
            if counter is None:  # Never seen; so no longer context was.
                break
            discount, total = self.discounts[n], self.totals[n][end_of_context]
            p = (max(counter[token] - discount, 0) + discount * len(counter) * p) / total
        return p
