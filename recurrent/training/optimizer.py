"""How gradients change parameters: clipping, Adam, and a learning rate that falls."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from mxnet import gluon, nd, np, npx

from recurrent.training.checks import check_clip, check_params, check_rate, check_schedule
from recurrent.training.joined import check_step, join

npx.set_np()


def clip_gradients(params: Iterable[gluon.Parameter], theta: float) -> np.ndarray:
    """Scale all gradients down by one factor, so that their common norm is at most theta.

    The factor is min(1, theta / ||g||) (Pascanu, Mikolov and Bengio, 2013, algorithm 1).  It stays
    on the device: no step waits for its value.

    Returns
    -------
    norm : array of shape ()
        The norm before clipping.
    """
    check_clip("theta", theta)
    # Arrays of MXNet's older kind, as in its optimizers.
    grads = [param.grad().as_nd_ndarray() for param in check_params(params)]
    norm = nd.sqrt(nd.add_n(*[(grad * grad).sum() for grad in grads]))
    factor = nd.minimum(theta / norm, 1.0)
    for grad in grads:
        grad *= factor
    return norm.as_np_ndarray()[0]


class Trainer:
    """Clip the gradients, then change the parameters by Adam (Kingma and Ba, 2015).

    A step does what :func:`clip_gradients` does and then that of
    ``gluon.Trainer(params, "adam")``, parameter by parameter.  Here all parameters are one vector,
    and one operator reads it once to do both: that of AdamW, without a decay of the weights.

    Parameters
    ----------
    params : mapping of str to gluon.Parameter
        What `collect_params` returns.
    clip : float
        Largest norm of all gradients together.
    learning_rate : float

    Attributes
    ----------
    vector : gluon.Parameter
        What :func:`join` has returned: all parameters.
    """

    def __init__(
        self, params: Mapping[str, gluon.Parameter], clip: float, learning_rate: float = 0.001
    ):
        check_clip("clip", clip)
        self.params = check_params(params)
        self.clip, self.num_steps = clip, 0
        self.set_learning_rate(learning_rate)
        self.vector = join(self.params)
        self.moments = [nd.zeros(self.vector.shape, self.vector.list_ctx()[0]) for _ in range(2)]
        self.arrays = [(param.data(), param.grad()) for param in self.params]

    def set_learning_rate(self, learning_rate: float) -> None:
        """Set the learning rate of the steps to come."""
        check_rate("learning_rate", learning_rate)
        self.learning_rate = learning_rate

    def step(self, batch_size: int) -> None:
        """Take one step, with gradients that are divided by `batch_size` first."""
        check_step(batch_size, self.params, self.arrays)
        weight, grad = self.vector.data().as_nd_ndarray(), self.vector.grad().as_nd_ndarray()
        factor = nd.minimum(self.clip / nd.sqrt(nd.dot(grad, grad)), 1 / batch_size)
        self.num_steps += 1
        beta1, beta2 = 0.9, 0.999
        bias = math.sqrt(1 - beta2**self.num_steps) / (1 - beta1**self.num_steps)
        mean, variance = self.moments
        arrays = [weight], [grad], [mean], [variance], factor
        rates = {"lrs": [self.learning_rate * bias], "wds": [0.0], "etas": [1.0]}
        betas = {"beta1": beta1, "beta2": beta2, "epsilon": 1e-8}
        nd.contrib.multi_adamw_update(*arrays, out=[weight], **rates, **betas)


def cosine_decay(step: int, num_steps: int, lr: float) -> float:
    """Return the learning rate of one step of a run.

    It rises to `lr` along a line in the first twentieth of the run, and all the while falls along
    half a cosine, to 0 at the end (Loshchilov and Hutter, 2017, equation 5, without restarts).

    Examples
    --------
    >>> [round(cosine_decay(step, num_steps=100, lr=1.0), 3) for step in (0, 5, 50, 99)]
    [0.2, 0.994, 0.5, 0.0]
    """
    check_schedule(step, num_steps, lr)
    warmup = min(1.0, (step + 1) / (0.05 * num_steps))
    return warmup * lr * (1 + math.cos(math.pi * step / num_steps)) / 2
