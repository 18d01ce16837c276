"""Minibatches of sequences from a long text.

`d2l.TimeMachine` holds the subsequences of one English novel, a row for each place in the text,
and draws them at random; a state that is carried over needs them in the order of the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy
from mxnet import np, npx
from mxnet.context import Context

from recurrent.machine import arguments

npx.set_np()


class SequentialBatches:
    """Minibatches in which each sequence goes on where the same row of the one before ended.

    The text is cut into `batch_size` equally long rows, which are read side by side: so the state
    at the end of one minibatch is the right one to begin the next with.

    Parameters
    ----------
    indices : sequence of int
        The text, a number for each token.
    batch_size, num_steps : int
    device : Context, optional
        Where the minibatches are put.
    rng : numpy.random.Generator, optional
        If given, each epoch starts after a random number of tokens, less than `num_steps`, so that
        the cuts fall elsewhere.  If not, every token but the first is predicted exactly once, save
        fewer than `batch_size` that are left over at the end.

    Yields
    ------
    X, Y : int32 arrays, both of shape (num_steps, batch_size)
        The tokens to read, and those one step later, to predict.  The last may have fewer steps.

    Examples
    --------
    >>> for X, Y in SequentialBatches(range(7), batch_size=2, num_steps=2):
    ...     print(X.T.tolist(), Y.T.tolist())
    [[0, 1], [3, 4]] [[1, 2], [4, 5]]
    [[2], [5]] [[3], [6]]
    """

    def __init__(
        self,
        indices: Sequence[int],
        batch_size: int,
        num_steps: int,
        device: Context | None = None,
        rng: numpy.random.Generator | None = None,
    ):
        self.indices = check_batches(indices, batch_size, num_steps, device, rng)
        self.batch_size, self.num_steps, self.device, self.rng = batch_size, num_steps, device, rng
        self.max_offset = num_steps - 1 if rng else 0
        self.row_length = (len(self.indices) - 1 - self.max_offset) // batch_size
        if self.row_length < num_steps:
            raise ValueError(too_short(len(self.indices), batch_size, num_steps, self.max_offset))
        self.num_tokens = batch_size * self.row_length  # to predict in an epoch

    def __len__(self) -> int:
        return -(-self.row_length // self.num_steps)  # rounded up

    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        offset = self.rng.integers(self.max_offset + 1) if self.rng else 0
        starts = offset + self.row_length * numpy.arange(self.batch_size)
        positions = numpy.arange(self.row_length + 1)[:, None] + starts
        # Copied to the device once: each copy would wait until the step before is computed.
        tokens = np.array(self.indices[positions], dtype="int32", ctx=self.device)
        Xs, Ys = tokens[:-1], tokens[1:]  # both (row_length, batch_size)
        for t in range(0, self.row_length, self.num_steps):
            yield Xs[t : t + self.num_steps], Ys[t : t + self.num_steps]


class RandomBatches:
    """Minibatches of sequences from anywhere in the text, each epoch in a new order.

    One sequence is no continuation of another: begin each minibatch with a state of zeros.

    Parameters
    ----------
    indices : sequence of int
        The text, a number for each token.
    batch_size, num_steps : int
    rng : numpy.random.Generator
        Draws the offset of the first sequence and the order of all.
    device : Context, optional
        Where the minibatches are put.

    Yields
    ------
    X, Y : int32 arrays, both of shape (num_steps, batch_size)
        The tokens to read, and those one step later, to predict.
    """

    def __init__(
        self,
        indices: Sequence[int],
        batch_size: int,
        num_steps: int,
        rng: numpy.random.Generator,
        device: Context | None = None,
    ):
        self.indices = check_batches(indices, batch_size, num_steps, device, rng, True)
        self.batch_size, self.num_steps, self.rng, self.device = batch_size, num_steps, rng, device
        self.num_sequences = (len(self.indices) - num_steps) // num_steps  # at any offset
        if self.num_sequences < batch_size:
            raise ValueError(too_short(len(self.indices), batch_size, num_steps, num_steps - 1))
        self.num_tokens = len(self) * batch_size * num_steps  # to predict in an epoch

    def __len__(self) -> int:
        return self.num_sequences // self.batch_size

    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        offset = self.rng.integers(self.num_steps)
        starts = offset + self.num_steps * self.rng.permutation(self.num_sequences)
        starts = starts[: len(self) * self.batch_size].reshape(-1, 1, self.batch_size)
        positions = starts + numpy.arange(self.num_steps)[:, None]
        # Copied to the device once: each copy would wait until the step before is computed.
        Xs, Ys = (
            np.array(self.indices[those], dtype="int32", ctx=self.device)
            for those in (positions, positions + 1)
        )  # both (number of minibatches, num_steps, batch_size)
        yield from zip(Xs, Ys)


def check_batches(
    indices: Sequence[int],
    batch_size: int,
    num_steps: int,
    device: Context | None,
    rng: numpy.random.Generator | None,
    at_random: bool = False,
) -> numpy.ndarray:
    """Return a text as an int32 array.

    Raises
    ------
    TypeError, ValueError
        If it is none, or there can be no such minibatches.
    """
    arguments.whole("batch_size", batch_size)
    arguments.whole("num_steps", num_steps)
    arguments.generator("rng", rng, optional=not at_random)
    check_device(device)
    return arguments.tokens("indices", indices)


def check_device(device: Context | None) -> None:
    """Raise TypeError if something is no device."""
    if not isinstance(device, Context | None):
        raise TypeError(f"device={device!r}: write mxnet.npx.cpu(), or leave it out")


def too_short(num_tokens: int, batch_size: int, num_steps: int, max_offset: int) -> str:
    """Return what is wrong with a text that cannot fill one minibatch, and the remedy."""
    return (
        f"{num_tokens} tokens cannot fill one minibatch: {batch_size} sequences of {num_steps} "
        f"steps and the token after them take {batch_size * num_steps + 1 + max_offset}; "
        "lower batch_size or num_steps, or read a longer text"
    )
