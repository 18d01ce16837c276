"""Minibatches of sentence pairs: padded to one length, with the valid lengths and masks.

`d2l.MTFraEng` pads every sentence of the data set to the same number of steps and cuts what is
longer.  Here a minibatch is as long as its longest sentence, and sentences of like length come
together, so that little is computed in vain and nothing is cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy
from mxnet import np, npx
from mxnet.context import Context

from recurrent.data.batches import check_device
from recurrent.machine import arguments

npx.set_np()

Batch = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def pad(sequences: Sequence[Sequence[int]], pad_index: int) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Put sequences side by side, the shorter ones filled up at their ends.

    Returns
    -------
    padded : int32 array of shape (num_steps, batch_size)
        num_steps is the length of the longest sequence.
    valid_len : int32 array of shape (batch_size,)
        The length of each sequence.

    Examples
    --------
    >>> padded, valid_len = pad([[5, 6, 7], [8]], pad_index=1)
    >>> padded.T.tolist(), valid_len.tolist()
    ([[5, 6, 7], [8, 1, 1]], [3, 1])
    """
    arguments.whole("pad_index", pad_index, least=0)
    rows = token_rows("sequences", sequences)
    valid_len = numpy.fromiter(map(len, rows), "int32", len(rows))
    padded = numpy.full((len(rows), max(valid_len, default=0)), pad_index, dtype="int32")
    flat = numpy.concatenate(rows) if rows else ()
    padded[mask(valid_len, padded.shape[1]).T] = flat
    return padded.T, valid_len


def token_rows(name: str, sequences: Sequence[Sequence[int]]) -> list[numpy.ndarray]:
    """Return the sequences as int32 arrays; raise TypeError or ValueError if one is none."""
    if isinstance(sequences, str) or not hasattr(sequences, "__len__"):
        shown = arguments.shown(sequences)
        raise TypeError(f"{name}={shown}: write a list of sequences of whole numbers")
    return [arguments.tokens(f"{name}[{n}]", sequence) for n, sequence in enumerate(sequences)]


def mask(valid_len: numpy.ndarray, num_steps: int) -> numpy.ndarray:
    """Return where the tokens are and where the padding is.

    Parameters
    ----------
    valid_len : array of shape (batch_size,)
    num_steps : int

    Returns
    -------
    bool array of shape (num_steps, batch_size), True for a token

    Examples
    --------
    >>> mask(numpy.array([3, 1]), 3).T.tolist()
    [[True, True, True], [True, False, False]]
    """
    arguments.whole("num_steps", num_steps, least=0)
    lengths = arguments.tokens("valid_len", valid_len)
    if len(lengths) and lengths.max() > num_steps:
        raise ValueError(f"valid_len holds {lengths.max()}: write at most num_steps, {num_steps}")
    return numpy.arange(num_steps)[:, None] < lengths


class PairBatches:
    """Minibatches of pairs of sequences.

    Parameters
    ----------
    sources, targets : sequences of sequences of int
        A number for each token; the same number of sequences on both sides.
    batch_size : int
        The last minibatch may have fewer pairs.
    pad_index : int
        The number of the padding token.
    rng : numpy.random.Generator, optional
        If given, pairs of like length come together, and the minibatches in a new order in each
        epoch.  If not, all come in their own order.
    device : Context, optional
        Where the minibatches are put.

    Yields
    ------
    X, X_valid_len, Y, Y_valid_len : int32 arrays
        X and Y of shape (num_steps, batch_size), each with its own number of steps; the valid
        lengths of shape (batch_size,).

    Raises
    ------
    ValueError
        If the two sides are not equally many, or there is no pair, or a sequence is empty; if
        another argument is not as described, or a TypeError.

    Examples
    --------
    >>> for X, X_valid_len, Y, Y_valid_len in PairBatches([[5, 6], [7]], [[8], [9]], 2, 1):
    ...     print(X.T.tolist(), X_valid_len.tolist(), Y.T.tolist())
    [[5, 6], [7, 1]] [2, 1] [[8], [9]]
    """

    def __init__(
        self,
        sources: Sequence[Sequence[int]],
        targets: Sequence[Sequence[int]],
        batch_size: int,
        pad_index: int,
        rng: numpy.random.Generator | None = None,
        device: Context | None = None,
    ):
        sources, targets = token_rows("sources", sources), token_rows("targets", targets)
        arguments.whole("batch_size", batch_size)
        arguments.whole("pad_index", pad_index, least=0)
        arguments.generator("rng", rng, optional=True)
        check_device(device)
        if len(sources) != len(targets) or not sources:
            raise ValueError(
                f"{len(sources)} source and {len(targets)} target sequences: "
                "give a target for each source, and at least one"
            )
        lengths = [(len(source), len(target)) for source, target in zip(sources, targets)]
        for number, pair in enumerate(lengths):
            if not min(pair):
                raise ValueError(f"pair {number} has an empty side: leave it out")
        self.sources, self.targets, self.batch_size = sources, targets, batch_size
        self.lengths = numpy.array(lengths)  # (number of pairs, 2)
        self.pad_index, self.rng, self.device = pad_index, rng, device

    def __len__(self) -> int:
        return -(-len(self.sources) // self.batch_size)  # rounded up

    def __iter__(self) -> Iterator[Batch]:
        order = numpy.arange(len(self.sources))
        firsts = numpy.arange(0, len(order), self.batch_size)
        if self.rng:
            self.rng.shuffle(order)  # decides among pairs of equal lengths
            order = order[numpy.lexsort(self.lengths[order].T)]
            self.rng.shuffle(firsts)
        for first in firsts:
            chosen = order[first : first + self.batch_size]
            X, X_valid_len = pad([self.sources[i] for i in chosen], self.pad_index)
            Y, Y_valid_len = pad([self.targets[i] for i in chosen], self.pad_index)
            arrays = (X, X_valid_len, Y, Y_valid_len)
            yield tuple(np.array(array, dtype="int32", ctx=self.device) for array in arrays)
