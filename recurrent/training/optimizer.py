"""How gradients change parameters: clipping, Adam, and a learning rate that falls.

Gluon clips, then updates, parameter by parameter; here all parameters are one vector, and one
operator reads it once to do both.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from mxnet import autograd, gluon, init, nd, np, npx, optimizer

npx.set_np()

LINE = 16  # numbers of four bytes in a cache line


def clip_factor(
    square: nd.NDArray, theta: float, scale: float = 1.0
) -> tuple[nd.NDArray, nd.NDArray]:
    """Return the norm of a gradient and the factor that brings it down to at most theta.

    For a gradient g the factor is min(1, theta / ||g||) (Pascanu, Mikolov and Bengio, 2013,
    algorithm 1); for c g, with a scale c, it is min(c, theta / ||g||) in all.  Both stay on the
    device: no step waits for their values.

    Parameters
    ----------
    square : array of shape (1,)
        The sum of the squares of all numbers in g.

    Returns
    -------
    norm, factor : arrays of shape (1,)
    """
    norm = nd.sqrt(square)
    return norm, nd.minimum(theta / norm, scale)


def clip_gradients(params: Iterable[gluon.Parameter], theta: float) -> np.ndarray:
    """Scale all gradients down by one factor, so that their common norm is at most theta.

    Returns
    -------
    norm : array of shape ()
        The norm before clipping.
    """
    # Arrays of MXNet's older kind, as in its optimizers.
    grads = [param.grad().as_nd_ndarray() for param in params]
    norm, factor = clip_factor(nd.add_n(*[(grad * grad).sum() for grad in grads]), theta)
    for grad in grads:
        grad *= factor
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


class ClippedAdam(optimizer.Adam):
    """Adam (Kingma and Ba, 2015), for one vector whose gradient is clipped.

    The operator of AdamW, without a decay of the weights, multiplies the gradient by a factor that
    is still to be computed: so clipping needs no pass of its own over the gradient.

    Parameters
    ----------
    clip : float
        Largest norm of the gradient.
    learning_rate : float
    """

    def __init__(self, clip: float, learning_rate: float):
        super().__init__(learning_rate)
        self.clip = clip

    def update(self, index, weight, grad, state):
        """Take one step; the estimates of the moments are in `state`."""
        self._update_count(index)
        num_steps = self._index_update_count[index]
        bias = math.sqrt(1 - self.beta2**num_steps) / (1 - self.beta1**num_steps)
        mean, variance = state
        _, factor = clip_factor(nd.dot(grad, grad), self.clip, self.rescale_grad)
        nd.contrib.multi_adamw_update(
            [weight],
            [grad],
            [mean],
            [variance],
            factor,
            lrs=[self._get_lr(index) * bias],
            wds=[0.0],
            etas=[1.0],
            beta1=self.beta1,
            beta2=self.beta2,
            epsilon=self.epsilon,
            out=[weight],
        )


class Trainer(gluon.Trainer):
    """`gluon.Trainer` with :class:`ClippedAdam`, for parameters that it joins.

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
        self.vector = join(params.values())
        super().__init__([self.vector], ClippedAdam(clip, learning_rate))

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
