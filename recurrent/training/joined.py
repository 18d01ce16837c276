"""Parameters that lie in one vector: what speed adds to the optimizer."""

from __future__ import annotations

import math
from collections.abc import Iterable

from mxnet import autograd, gluon, init, np, npx

from recurrent.machine import arguments
from recurrent.training.checks import check_params

npx.set_np()

LINE = 16  # numbers of four bytes in a cache line


def join(params: Iterable[gluon.Parameter]) -> gluon.Parameter:
    """Move parameters into one vector, and their gradients into another; their values stay.

    What clips and updates the vector does so for all of them, with one operator in place of one for
    each.  That spares Python a third of its work for a step, and what Python does takes a core from
    the step before.  Each begins on a cache line of its own.

    Parameters
    ----------
    params : iterable of gluon.Parameter
        On the same device.  From now on their arrays are views of the vector.
    """
    params = check_params(params)
    sizes = [-(-math.prod(param.shape) // LINE) * LINE for param in params]  # rounded up
    vector = gluon.Parameter("vector", shape=(sum(sizes),))
    vector.initialize(init.Zero(), ctx=params[0].list_ctx())
    end = 0
    for param, size in zip(params, sizes):
        start, end = end, end + size
        # Views, because these are arrays of MXNet's older kind.
        data, grad = (
            array.as_nd_ndarray()[start : start + math.prod(param.shape)]
            .reshape(param.shape)
            .as_np_ndarray()
            for array in (vector.data(), vector.grad())
        )
        data[:] = param.data()
        # MXNet 1.9.1 has no other way to give a parameter an array.
        param._data[0], param._grad[0] = data, grad
        autograd.mark_variables([data], [grad], param.grad_req)
        if param.data() is not data or param.grad() is not grad:
            raise RuntimeError(
                "this MXNet does not keep the arrays of a parameter in _data and _grad, as 1.9.1 "
                "does: install mxnet==1.9.1, or change recurrent/training/joined.py"
            )
    return vector


def check_step(
    batch_size: int,
    params: Iterable[gluon.Parameter],
    arrays: Iterable[tuple[np.ndarray, np.ndarray]],
) -> None:
    """Raise what is wrong with a step of a Trainer.

    Raises
    ------
    TypeError, ValueError
        If `batch_size` is no whole number from 1 up.
    RuntimeError
        If a parameter has not the values and the gradient any more that it had when it was joined.
    """
    arguments.whole("batch_size", batch_size)
    for param, (data, grad) in zip(params, arrays):
        if param.data() is not data or param.grad() is not grad:
            raise RuntimeError(
                f"{param.name} has been initialized anew, or joined by another Trainer, since this "
                "Trainer was made, which can change it no more: make a new one"
            )
