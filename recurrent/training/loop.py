"""Train a language model and measure it on text that it has not seen.

`d2l.Trainer` begins each minibatch with a new state, draws a picture and waits for the device at
every step, and averages perplexities over minibatches; here the state is carried over, nothing
waits within an epoch, and perplexity is that of the whole text.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

import numpy
from mxnet import autograd, np, npx

from recurrent.data.batches import RandomBatches, SequentialBatches
from recurrent.machine import randomness
from recurrent.networks.model import RNNLM, State
from recurrent.training.checks import check_epoch, check_evaluation, check_state, check_training
from recurrent.training.compiled import compiled
from recurrent.training.evaluation import cross_entropy
from recurrent.training.history import DivergedError, History, kept
from recurrent.training.optimizer import Trainer, cosine_decay

npx.set_np()

LARGEST = 700.0  # nats: exp of more is no finite number of eight bytes
DIVERGED = 1e6  # perplexity: of guessing among more tokens than any vocabulary has


def detach(state: State) -> State:
    """Return a state with the same values and no history: no gradient flows back beyond it."""
    check_state(state)
    return [[array.detach() for array in layer_state] for layer_state in state]


@compiled
def mean_loss(model: RNNLM, X: np.ndarray, Y: np.ndarray, state: State) -> tuple[np.ndarray, State]:
    """Return the mean cross-entropy of a minibatch, in nats, and the state after it.

    Parameters
    ----------
    X, Y : int32 arrays, both of shape (num_steps, batch_size)
        The tokens to read, and those to predict.
    """
    logits, state = model(X, state)  # (num_steps * batch_size, vocab_size)
    return cross_entropy(logits, Y.reshape(-1)).mean(), state


def text_perplexity(losses: Sequence[tuple[np.ndarray, int]]) -> float:
    """Return the perplexity of a text: from the mean loss and the size of each minibatch."""
    if not losses:
        raise ValueError("losses is empty: write a pair of loss and size for each minibatch")
    means, sizes = zip(*losses)
    mean = numpy.average(np.stack(means).asnumpy(), weights=sizes)
    return math.inf if mean > LARGEST else math.exp(mean)


def train_epoch(
    model: RNNLM,
    batches: SequentialBatches | RandomBatches,
    trainer: Trainer,
    learning_rates: Sequence[float],
) -> float:
    """Read the training text once, with a step after each minibatch; return its perplexity.

    Parameters
    ----------
    learning_rates : sequence of float
        One for each minibatch.
    """
    check_epoch(model, batches, trainer, learning_rates)
    losses, state = [], None
    for (X, Y), lr in zip(batches, learning_rates, strict=True):  # both (num_steps, batch_size)
        if state is None or isinstance(batches, RandomBatches):
            state = model.begin_state(X.shape[1], X.ctx)
        with autograd.record():
            loss, state = mean_loss(model, X, Y, detach(state))
        loss.backward()
        trainer.set_learning_rate(lr)
        trainer.step(1)  # The loss is a mean already.
        losses.append((loss.detach(), Y.size))  # On the device: nothing waits for its value yet.
    return text_perplexity(losses)


def evaluate(model: RNNLM, batches: SequentialBatches) -> float:
    """Return the perplexity of a text: exp of the mean cross-entropy of its tokens, in nats.

    Each minibatch goes on from the state at the end of the one before.  There is no dropout.
    """
    check_evaluation(model, batches)
    losses, state = [], None
    for X, Y in batches:  # both (num_steps, batch_size)
        if state is None:
            state = model.begin_state(X.shape[1], X.ctx)
        loss, state = mean_loss(model, X, Y, state)
        losses.append((loss, Y.size))
    return text_perplexity(losses)


def train(
    model: RNNLM,
    train_batches: SequentialBatches | RandomBatches,
    valid_batches: SequentialBatches,
    num_epochs: int,
    lr: float,
    clip: float = 1.0,
    seed: int | None = None,
    every: int = 5,
) -> History:
    """Train a model with Adam and keep the parameters of the epoch that is best on held-out text.

    Parameters
    ----------
    model : RNNLM
        With its parameters initialized.
    train_batches, valid_batches : iterable of (X, Y)
    num_epochs : int
    lr : float
        The highest learning rate; :func:`cosine_decay` says what comes before and after it.
    clip : float
        Largest norm of the gradients.
    seed : int, optional
        Seeds dropout: with it a run does not depend on what drew random numbers before.
    every : int
        A line is printed after so many epochs.

    Returns
    -------
    history : History
        Also after an interrupt (Ctrl-C, or the stop button of a notebook), which ends the training
        early.

    Raises
    ------
    DivergedError
        A FloatingPointError: a perplexity is no finite number, or larger than any vocabulary.  As
        after an interrupt, the model has the parameters of the best epoch, or those it began with.
    TypeError, ValueError
        If an argument is none of these; the message says what to write.
    """
    check_training(model, train_batches, valid_batches, num_epochs, lr, clip, seed, every)
    if seed is not None:
        randomness.seed(seed)
    history, n = History(), len(train_batches)
    trainer = Trainer(model.collect_params(), clip)
    best = trainer.vector.data().copy()
    print("epoch    training | huấn luyện    held-out | kiểm định", flush=True)
    try:
        for epoch in range(1, num_epochs + 1):
            steps = range((epoch - 1) * n, epoch * n)
            rates = [cosine_decay(step, num_epochs * n, lr) for step in steps]
            start = time.perf_counter()
            now = train_epoch(model, train_batches, trainer, rates)
            history.seconds += time.perf_counter() - start
            history.num_tokens += train_batches.num_tokens
            history.add(now, evaluate(model, valid_batches))
            if not now + history.valid[-1] < DIVERGED:
                raise DivergedError(history, lr, clip)
            if history.valid[-1] == min(history.valid):
                history.best_epoch, best = epoch, trainer.vector.data().copy()
            if epoch % every == 0 or epoch == num_epochs:
                print(f"{epoch:5}{now:24.3f}{history.valid[-1]:24.3f}", flush=True)
    except KeyboardInterrupt:
        print(f"interrupted: the parameters {kept(history)[0]} are kept", end=" | ")
        print(f"bị ngắt: giữ lại các tham số {kept(history)[1]}", flush=True)
    finally:
        trainer.vector.set_data(best)
    return history
