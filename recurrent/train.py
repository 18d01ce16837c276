"""Train a language model and measure it on text that it has not seen.

`d2l.Trainer` begins each minibatch with a new state, draws a picture and waits for the device at
every step, and averages perplexities over minibatches; here the state is carried over, nothing
waits within an epoch, and perplexity is that of the whole text.
"""

from __future__ import annotations

import functools
import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from mxnet import autograd, gluon, init, np, npx
from mxnet.gluon import nn

from recurrent import randomness
from recurrent.batches import RandomBatches, SequentialBatches
from recurrent.model import RNNLM, State

npx.set_np()

LINE = 16  # numbers of four bytes in a cache line

cross_entropy = gluon.loss.SoftmaxCrossEntropyLoss()  # one number for each token, in nats


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


def clip_gradients(params: Iterable[gluon.Parameter], theta: float) -> np.ndarray:
    """Scale all gradients down by one factor, so that their common norm is at most theta.

    With all gradients in one vector g: g <- min(1, theta / ||g||) g (Pascanu, Mikolov and Bengio,
    2013, algorithm 1).  The norm stays on the device: no step waits for its value.

    Returns
    -------
    norm : array of shape ()
        ||g|| before clipping.
    """
    grads = [param.grad().as_nd_ndarray() for param in params]  # the kind that Gluon's takes
    norm = gluon.utils.clip_global_norm(grads, theta, check_isfinite=False)  # (1,)
    return norm.as_np_ndarray()[0]


def join(params: Iterable[gluon.Parameter]) -> gluon.Parameter:
    """Move parameters into one vector, and their gradients into another; their values stay.

    What clips and updates the vector does so for all of them, with one operator in place of one for
    each.  That spares Python a third of its work for a step, and what Python does takes a core from
    the step before.  Each begins on a cache line of its own.

    Parameters
    ----------
    params : iterable of gluon.Parameter
        On the same devices.  From now on their arrays are views of the vector.
    """
    params = [param for param in params if param.grad_req != "null"]
    sizes = [-(-math.prod(param.shape) // LINE) * LINE for param in params]  # rounded up
    vector = gluon.Parameter("vector", shape=(sum(sizes),))
    vector.initialize(init.Zero(), ctx=params[0].list_ctx())
    # MXNet 1.9.1 has no other way to give a parameter an array: hence `_data` and `_grad`.
    for number, arrays in enumerate(zip(vector.list_data(), vector.list_grad())):
        end = 0
        for param, size in zip(params, sizes):
            start, end = end, end + size
            # Views, because these are arrays of MXNet's older kind.
            data, grad = (
                array.as_nd_ndarray()[start : start + math.prod(param.shape)]
                .reshape(param.shape)
                .as_np_ndarray()
                for array in arrays
            )
            data[:] = param.list_data()[number]
            param._data[number], param._grad[number] = data, grad
            autograd.mark_variables([data], [grad], param.grad_req)
    return vector


class Trainer(gluon.Trainer):
    """`gluon.Trainer` for parameters that it joins.

    Attributes
    ----------
    vector : gluon.Parameter
        What :func:`join` has returned: all parameters.
    """

    def __init__(self, params: Mapping[str, gluon.Parameter], *args, **kwargs):
        self.vector = join(params.values())
        super().__init__([self.vector], *args, **kwargs)

    def step(self, *args, **kwargs):
        """Do what `gluon.Trainer` does, which sees gradients arrive only at each parameter."""
        for data in self.vector.list_data():
            data._fresh_grad = True
        super().step(*args, **kwargs)


def cosine_decay(step: int, num_steps: int, lr: float) -> float:
    """Return the learning rate of one step of a run.

    It rises to `lr` along a line in the first twentieth of the run, and all the while falls along
    half a cosine, to 0 at the end (Loshchilov and Hutter, 2017, equation 5, without restarts).

    Examples
    --------
    >>> [round(cosine_decay(step, num_steps=100, lr=1.0), 3) for step in (0, 5, 50, 99)]
    [0.2, 0.994, 0.5, 0.0]
    """
    warmup = min(1.0, (step + 1) / (0.05 * num_steps))
    return warmup * lr * (1 + math.cos(math.pi * step / num_steps)) / 2


def detach(state: State) -> State:
    """Return a state with the same values and no history: no gradient flows back beyond it."""
    return [[array.detach() for array in layer_state] for layer_state in state]


def mean_loss(model: RNNLM, X: np.ndarray, Y: np.ndarray, state: State) -> tuple[np.ndarray, State]:
    """Return the mean cross-entropy of a minibatch, in nats, and the state after it.

    Parameters
    ----------
    X, Y : int32 arrays, both of shape (num_steps, batch_size)
        The tokens to read, and those to predict.
    """
    logits, state = model(X, state)  # (num_steps * batch_size, vocab_size)
    return cross_entropy(logits, Y.reshape(-1)).mean(), state


class Compiled(nn.HybridBlock):
    """`mean_loss` of one model as one graph, whose memory is laid out once for all minibatches."""

    def __init__(self, model: RNNLM):
        super().__init__()
        self.hybridize(static_alloc=True, static_shape=True)
        self.model = model

    def hybrid_forward(self, F, X, Y, state):
        """Return what `mean_loss` returns."""
        return mean_loss(self.model, X, Y, state)


@functools.lru_cache(maxsize=4)
def objective(model: nn.Block, shape: tuple[int, int]) -> Callable[..., tuple[np.ndarray, State]]:
    """Return `mean_loss` of a model, compiled if the model can be.

    A graph for each shape of X, because a graph lays its memory out anew whenever the shape
    changes.  Four last from epoch to epoch: for the training text and the held-out text, each with
    a last minibatch that has fewer steps.
    """
    return Compiled(model) if isinstance(model, nn.HybridBlock) else lambda *a: mean_loss(model, *a)


def text_perplexity(losses: Iterable[tuple[np.ndarray, int]]) -> float:
    """Return the perplexity of a text: from the mean loss and the size of each minibatch."""
    losses = [(float(loss), num_tokens) for loss, num_tokens in losses]
    total = sum(loss * num_tokens for loss, num_tokens in losses)
    return math.exp(total / sum(num_tokens for _, num_tokens in losses))


def train_epoch(
    model: RNNLM,
    batches: SequentialBatches | RandomBatches,
    trainer: Trainer,
    clip: float,
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
            loss, state = objective(model, X.shape)(X, Y, detach(state))
        loss.backward()
        clip_gradients([trainer.vector], clip)
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
        loss, state = objective(model, X.shape)(X, Y, state)
        losses.append((loss, Y.size))
    return text_perplexity(losses)


def train(
    model: RNNLM,
    train_batches: SequentialBatches | RandomBatches,
    valid_batches: SequentialBatches,
    num_epochs: int,
    lr: float,
    clip: float = 1.0,
    weight_decay: float = 0.0,
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
    weight_decay : float
        Share of each parameter that Adam adds to its gradient.
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
    settings = {"learning_rate": lr, "wd": weight_decay}
    trainer = Trainer(model.collect_params(), "adam", settings)
    rates = [cosine_decay(step, num_epochs * n, lr) for step in range(num_epochs * n)]
    print("epoch    training | huấn luyện    held-out | kiểm định", flush=True)
    for epoch in range(1, num_epochs + 1):
        start = time.perf_counter()
        now = train_epoch(model, train_batches, trainer, clip, rates[(epoch - 1) * n : epoch * n])
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
