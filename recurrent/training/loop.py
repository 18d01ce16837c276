"""Train a language model and measure it on text that it has not seen.

`d2l.Trainer` begins each minibatch with a new state, draws a picture and waits for the device at
every step, and averages perplexities over minibatches; here the state is carried over, nothing
waits within an epoch, and perplexity is that of the whole text.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy
from mxnet import autograd, np, npx

from recurrent.data.batches import RandomBatches, SequentialBatches
from recurrent.machine import randomness
from recurrent.networks.model import RNNLM, State
from recurrent.training.compiled import compiled
from recurrent.training.evaluation import cross_entropy
from recurrent.training.optimizer import Trainer, cosine_decay

npx.set_np()


@dataclass
class History:
    """What a training run measured.

    Attributes
    ----------
    epochs : list of int
        1, 2, ...
    train : list of float
        Perplexity of the training text in each epoch, as the model met it: with dropout, and with
        parameters that changed on the way.
    valid : list of float
        Perplexity of the held-out text after each epoch.
    best_epoch : int
        The epoch with the lowest held-out perplexity: the model ends with its parameters.
    seconds : float
        Time spent on the training text, without that for the held-out text.
    num_tokens : int
        Training tokens read in that time, each as often as it was read.
    """

    epochs: list[int] = field(default_factory=list)
    train: list[float] = field(default_factory=list)
    valid: list[float] = field(default_factory=list)
    best_epoch: int = 0
    seconds: float = 0.0
    num_tokens: int = 0

    @property
    def tokens_per_second(self) -> float:
        """Training tokens read in each second."""
        return self.num_tokens / self.seconds


def detach(state: State) -> State:
    """Return a state with the same values and no history: no gradient flows back beyond it."""
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


def text_perplexity(losses: Iterable[tuple[np.ndarray, int]]) -> float:
    """Return the perplexity of a text: from the mean loss and the size of each minibatch."""
    losses, sizes = zip(*losses)
    return math.exp(numpy.average(np.stack(losses).asnumpy(), weights=sizes))


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

    Raises
    ------
    FloatingPointError
        If a perplexity is no finite number any more.
    """
    if seed is not None:
        randomness.seed(seed)
    history, n = History(), len(train_batches)
    trainer = Trainer(model.collect_params(), clip)
    rates = [cosine_decay(step, num_epochs * n, lr) for step in range(num_epochs * n)]
    print("epoch    training | huấn luyện    held-out | kiểm định", flush=True)
    for epoch in range(1, num_epochs + 1):
        start = time.perf_counter()
        now = train_epoch(model, train_batches, trainer, rates[(epoch - 1) * n : epoch * n])
        history.seconds += time.perf_counter() - start
        history.num_tokens += train_batches.num_tokens
        history.epochs.append(epoch)
        history.train.append(now)
        history.valid.append(evaluate(model, valid_batches))
        if not math.isfinite(now + history.valid[-1]):
            raise FloatingPointError(f"epoch {epoch}: the loss is not finite: lower lr or clip")
        if history.valid[-1] == min(history.valid):
            history.best_epoch = epoch
            best = trainer.vector.data().copy()
        if epoch % every == 0 or epoch == num_epochs:
            print(f"{epoch:5}{now:24.3f}{history.valid[-1]:24.3f}", flush=True)
    trainer.vector.set_data(best)
    return history
