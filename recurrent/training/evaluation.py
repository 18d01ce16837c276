"""How well a model predicts a text that it has not learned from, token by token."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy
from mxnet import gluon, np, npx
from mxnet.context import Context

from recurrent.data.batches import SequentialBatches
from recurrent.networks.model import RNNLM

npx.set_np()

cross_entropy = gluon.loss.SoftmaxCrossEntropyLoss()  # one number for each token, in nats

#: Numbers of tokens before a token, from which :func:`context_perplexities` has it predicted.
LENGTHS = (1, 2, 4, 8, 16, 32, 64)


def token_losses(
    model: RNNLM, indices: Sequence[int], num_steps: int = 256, device: Context | None = None
) -> numpy.ndarray:
    """Return -ln p of each token of a text but the first, in nats.

    The text is read from its beginning to its end, in one row, with one state that begins as
    zeros.  There is no dropout.

    Parameters
    ----------
    model : RNNLM
    indices : sequence of int
        The text, a number for each token.
    num_steps : int
        How many tokens are read at a time; the losses do not depend on it.
    device : Context, optional
        Where the parameters of the model are.

    Returns
    -------
    losses : float array of shape (number of tokens - 1,)
    """
    losses, state = [], model.begin_state(1, device)
    for X, Y in SequentialBatches(indices, 1, min(num_steps, len(indices) - 1), device):
        logits, state = model(X, state)  # (num_steps, vocab_size)
        losses.append(cross_entropy(logits, Y.reshape(-1)))  # (num_steps,)
    return np.concatenate(losses).asnumpy().astype(float)


def context_losses(
    model: RNNLM,
    indices: Sequence[int],
    num_context: int,
    start: int,
    every: int = 1,
    device: Context | None = None,
) -> numpy.ndarray:
    """Return -ln p of tokens from `start` on, each predicted from a few tokens before it alone.

    Each is predicted from a state that was zeros before exactly `num_context` tokens were read.

    Parameters
    ----------
    model, indices, device
        As in :func:`token_losses`.
    num_context, start : int
        Of which 1 <= num_context <= start.
    every : int
        Only every so many tokens are predicted.

    Returns
    -------
    losses : float array, in nats
    """
    if not 1 <= num_context <= start:
        raise ValueError(f"num_context={num_context}: write a number from 1 to start, {start}")
    indices, losses = numpy.asarray(indices, "int32"), []
    every_target = numpy.arange(start, len(indices), every)
    for first in range(0, len(every_target), 1024):  # side by side
        targets = every_target[first : first + 1024]
        positions = numpy.arange(-num_context, 0)[:, None] + targets  # (num_context, batch_size)
        X = np.array(indices[positions], dtype="int32", ctx=device)
        logits, _ = model(X, model.begin_state(len(targets), device))
        Y = np.array(indices[targets], dtype="int32", ctx=device)
        losses.append(cross_entropy(logits[-len(targets) :], Y))  # (batch_size,)
    return np.concatenate(losses).asnumpy().astype(float)


def context_perplexities(
    model: RNNLM,
    indices: Sequence[int],
    lengths: Sequence[int] = LENGTHS,
    every: int = 5,
    device: Context | None = None,
) -> dict[int, float]:
    """Return the perplexity of a text by how many tokens the model may look back.

    All are of the same tokens: every fifth, by default, from the largest of `lengths` on.

    Returns
    -------
    perplexities : dict of int to float
        By each of `lengths`, and by 0 that with all the tokens before.
    """
    start = max(lengths)
    losses = {n: context_losses(model, indices, n, start, every, device) for n in lengths}
    losses[0] = token_losses(model, indices, device=device)[start - 1 :: every]
    return {n: math.exp(those.mean()) for n, those in losses.items()}


def reach(perplexities: dict[int, float], tolerance: float = 0.01) -> int:
    """Return how far back a model makes use of a text.

    That is the least number of tokens which give a perplexity at most 1 + `tolerance` times the one
    with all the tokens before; if none of those tried does, 0.

    Parameters
    ----------
    perplexities : dict of int to float
        What :func:`context_perplexities` returns.

    Examples
    --------
    >>> reach({1: 10.0, 2: 8.0, 4: 6.03, 8: 6.01, 0: 6.0})
    4
    """
    most = perplexities[0] * (1 + tolerance)
    return min((n for n, p in perplexities.items() if n and p <= most), default=0)
