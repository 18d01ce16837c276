"""A language model as plain arrays, and what it computes with them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy

#: Blocks of rows in the matrices of a cell, in Gluon's order: LSTM i, f, candidate, o; GRU r, z,
#: candidate.
BLOCKS = {"rnn": 1, "gru": 3, "lstm": 4}

State = list[list[numpy.ndarray]]


@dataclass(frozen=True)
class Network:
    """A recurrent language model of one kind of cell.

    Attributes
    ----------
    cell : {"rnn", "gru", "lstm"}
    table : array of shape (vocab_size, G h)
        What a token adds to the first layer, biases included; G is the number of blocks.
    W_x : tuple of arrays of shape (G h, h)
        For each layer but the first.
    W_h : tuple of arrays of shape (G h, h)
        For each layer.
    b_x : tuple of arrays of shape (G h,)
        For each layer but the first: all that is added, but for b_h.
    b_h : tuple of arrays of shape (h,)
        For each layer of a GRU the bias of the candidate that the reset gate acts upon; else empty.
    W_q, b_q : arrays of shape (vocab_size, h) and (vocab_size,)
    """

    cell: str
    table: numpy.ndarray
    W_x: tuple[numpy.ndarray, ...]
    W_h: tuple[numpy.ndarray, ...]
    b_x: tuple[numpy.ndarray, ...]
    b_h: tuple[numpy.ndarray, ...]
    W_q: numpy.ndarray
    b_q: numpy.ndarray

    @property
    def vocab_size(self) -> int:
        """Number of tokens."""
        return len(self.b_q)

    @property
    def num_hiddens(self) -> int:
        """Number of hidden units of a layer."""
        return self.W_q.shape[1]

    @property
    def num_layers(self) -> int:
        """Number of recurrent layers."""
        return len(self.W_h)

    def matrices(self) -> list[numpy.ndarray]:
        """Return what is rounded, in the order of the file."""
        return [self.table, *self.W_x, *self.W_h, self.W_q]

    def biases(self) -> list[numpy.ndarray]:
        """Return what is kept as it is, in the order of the file."""
        return [*self.b_x, *self.b_h, self.b_q]

    def with_matrices(self, matrices: list[numpy.ndarray]) -> Network:
        """Return the same network with other :meth:`matrices`."""
        table, *rest, W_q = matrices
        depth = len(self.W_x)
        return replace(self, table=table, W_x=(*rest[:depth],), W_h=(*rest[depth:],), W_q=W_q)

    def as_type(self, dtype: str) -> Network:
        """Return the same network in another precision."""
        cast = {
            name: tuple(a.astype(dtype) for a in value)
            if isinstance(value, tuple)
            else value.astype(dtype)
            for name, value in vars(self).items()
            if name != "cell"
        }
        return replace(self, **cast)

    def begin_state(self, batch_size: int) -> State:
        """Return zeros for each layer: the hidden state, in an LSTM the memory cell as well."""
        arrays = 2 if self.cell == "lstm" else 1
        shape = (batch_size, self.num_hiddens)
        return [[numpy.zeros(shape, "float32") for _ in range(arrays)] for _ in self.W_h]

    def step(self, tokens: numpy.ndarray, state: State) -> tuple[numpy.ndarray, State]:
        """Read one token of each text.

        Parameters
        ----------
        tokens : int array of shape (batch_size,)
        state : State

        Returns
        -------
        logits : array of shape (batch_size, vocab_size)
        state : State
            After this step.
        """
        new, below = [], self.table[tokens]  # (batch_size, G h)
        for layer, (W_h, old) in enumerate(zip(self.W_h, state)):
            if layer:
                below = below @ self.W_x[layer - 1].T + self.b_x[layer - 1]
            b_h = self.b_h[layer] if self.b_h else 0
            new.append(advance(self.cell, below, old[0] @ W_h.T, b_h, old))
            below = new[-1][0]  # (batch_size, h)
        return below @ self.W_q.T + self.b_q, new

    def losses(self, indices: numpy.ndarray, rows: int = 1) -> numpy.ndarray:
        """Return -ln p of each token of a text but the first, in nats and in double precision.

        Parameters
        ----------
        indices : int array of shape (number of tokens,)
        rows : int
            The text is read in so many rows side by side, each from a state of zeros; tokens left
            over at its end are not read.

        Returns
        -------
        losses : array of shape (number of tokens // rows, rows)
        """
        length = (len(indices) - 1) // rows
        inputs = indices[: rows * length].reshape(rows, length).T
        targets = indices[1 : rows * length + 1].reshape(rows, length).T
        network, state, losses = self.as_type("float64"), self.begin_state(rows), []
        for tokens, following in zip(inputs, targets):  # both (rows,)
            logits, state = network.step(tokens, state)
            logits -= logits.max(axis=1, keepdims=True)
            chosen = logits[numpy.arange(rows), following]
            losses.append(numpy.log(numpy.exp(logits).sum(axis=1)) - chosen)
        return numpy.stack(losses)

    def perplexity(self, indices: numpy.ndarray, rows: int = 1) -> float:
        """Return the perplexity of a text: exp of the mean of its :meth:`losses`.

        It is rounded to six decimals, because the order in which a product is summed up, and with
        it the last digits, differ from run to run.
        """
        return round(math.exp(self.losses(indices, rows).mean()), 6)


def sigmoid(x: numpy.ndarray) -> numpy.ndarray:
    """Return 1 / (1 + exp(-x)), by tanh, which does not overflow."""
    return 0.5 + 0.5 * numpy.tanh(0.5 * x)


def advance(
    cell: str,
    x: numpy.ndarray,
    h: numpy.ndarray,
    b_h: numpy.ndarray | int,
    old: list[numpy.ndarray],
) -> list[numpy.ndarray]:
    """Return the state of a layer after one step, by the equations of the section on deep networks.

    Parameters
    ----------
    cell : {"rnn", "gru", "lstm"}
    x, h : arrays of shape (batch_size, G h)
        The parts that come from below and from the step before; biases are in `x`.
    b_h : array of shape (h,), or 0
        The bias of a GRU's candidate inside of the reset gate.
    old : list of arrays of shape (batch_size, h)
    """
    if cell == "rnn":
        return [numpy.tanh(x + h)]
    xs, hs = (numpy.split(part, BLOCKS[cell], axis=1) for part in (x, h))
    if cell == "gru":
        reset, update = (sigmoid(a + b) for a, b in zip(xs[:2], hs[:2]))
        candidate = numpy.tanh(xs[2] + reset * (hs[2] + b_h))
        return [update * old[0] + (1 - update) * candidate]
    write, forget, candidate, show = (a + b for a, b in zip(xs, hs))
    memory = sigmoid(forget) * old[1] + sigmoid(write) * numpy.tanh(candidate)
    return [sigmoid(show) * numpy.tanh(memory), memory]
