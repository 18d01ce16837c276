"""Backpropagation through time by hand, for the plain recurrent layer of `scratch`.

Autograd differentiates each small operator of each time step, from Python or in one graph.  Written
out, the derivation leaves one product per step; the gradient of `W_hh`, a sum over all steps,
becomes a single product.
"""

from __future__ import annotations

import atexit
import functools
from collections.abc import Callable

import mxnet as mx
import numpy
from mxnet import autograd, np, npx
from mxnet.gluon import nn

from recurrent.networks.scratch import RNNScratch

npx.set_np()

# At its end MXNet 1.9.1 stops the threads that run an `autograd.Function`, then waits for all that
# is to be computed: where a backward pass was still to come, forever.
atexit.register(npx.waitall)


def forward(XW, H0, W_hh, F=mx):
    """Return the hidden states: H_t = tanh(XW_t + H_{t-1} W_hh).

    Parameters
    ----------
    XW : array of shape (num_steps, batch_size, num_hiddens), or a list of its rows
        X_t W_xh + b_h for each time step.
    H0 : array of shape (batch_size, num_hiddens)
    W_hh : array of shape (num_hiddens, num_hiddens)
    F : module
        `mxnet`, whose operators compute, or `mxnet.symbol`, whose operators draw the graph.

    Returns
    -------
    Hs : array of shape (num_steps, batch_size, num_hiddens)
    """
    H, Hs = H0, []
    for XW_t in XW:
        H = F.npx.activation(XW_t + F.np.dot(H, W_hh), act_type="tanh")
        Hs.append(H)
    return F.np.stack(Hs)


def backward(dHs, Hs, H0, W_hh, F=mx):
    """Return the gradients of a loss, from the last time step back to the first.

    With Z_t = XW_t + H_{t-1} W_hh, the total gradient of H_t is what the loss of step t sends
    directly, and what comes back from the step after: dL/dH_t = dHs_t + dL/dZ_{t+1} W_hh^T.
    Through tanh, dL/dZ_t = dL/dH_t * (1 - H_t^2) (Werbos, 1990).

    Parameters
    ----------
    dHs : array of shape (num_steps, batch_size, num_hiddens), or a list of its rows
        What the output layer sends back to each hidden state directly.
    Hs : array of the same shape
        What :func:`forward` returned.
    H0, W_hh, F
        What :func:`forward` was given.

    Returns
    -------
    dZ : array of shape (num_steps, batch_size, num_hiddens)
        Gradient of Z, so also of XW.
    dW_hh : array of shape (num_hiddens, num_hiddens)
    dH0 : array of shape (batch_size, num_hiddens)
    """
    slopes = 1 - Hs * Hs  # of tanh, at each Z_t
    dH, dZ, W_T = F.np.zeros_like(H0), [], F.np.transpose(W_hh)
    for t in reversed(range(len(dHs))):
        dZ.append((dHs[t] + dH) * slopes[t])
        dH = F.np.dot(dZ[-1], W_T)
    dZ = F.np.stack(dZ[::-1])
    before = F.np.concatenate([F.np.expand_dims(H0, 0), Hs[:-1]])  # H_{t-1} for each t
    rows = F.npx.reshape(before, (-5, -1))  # steps and examples along one axis
    dW_hh = F.np.dot(F.np.transpose(rows), F.npx.reshape(dZ, (-5, -1)))  # a sum over both
    return dZ, dW_hh, dH


class Unrolled(nn.HybridBlock):
    """A loop over the time steps as one graph, which runs without Python."""

    def __init__(self, loop: Callable, num_steps: int):
        super().__init__()
        self.loop, self.num_steps = loop, num_steps
        self.hybridize(static_alloc=True, static_shape=True)

    def hybrid_forward(self, F, steps, *arrays):
        """Return what the loop returns; `steps` has one entry for each time step."""
        # A graph does not know how long an array is.  And `split` of `mxnet.np` is slower.
        steps = F.split(steps.as_nd_ndarray(), self.num_steps, axis=0, squeeze_axis=True)
        return self.loop([step.as_np_ndarray() for step in steps], *arrays, F=F)


@functools.lru_cache
def unrolled(loop: Callable, num_steps: int) -> Unrolled:
    """Return the graph of a loop, one for each number of steps."""
    return Unrolled(loop, num_steps)


class RNNUnrolled(RNNScratch):
    """`RNNScratch` with the same parameters and outputs, whose loop autograd sees as one graph."""

    def recur(self, XW: np.ndarray, H: np.ndarray) -> np.ndarray:
        """See :meth:`RNNScratch.recur`."""
        return unrolled(forward, len(XW))(XW, H, self.W_hh.data(H.ctx))


class Recurrence(autograd.Function):
    """:func:`forward` for autograd, with :func:`backward` as its gradient.

    Three things about `autograd.Function` in MXNet 1.9.1.  It passes arrays of MXNet's older kind
    around, which share their memory with those of `mxnet.np`.  The gradients after the first that
    nobody wants are lost, so `H0`, which has none to give, comes last.  And :meth:`backward` runs
    late: it would wait for a parameter that the next update, which waits for it, is to change; so
    it gets a copy.
    """

    def forward(self, *arrays):
        """Return the hidden states for XW, W_hh and H0."""
        XW, W_hh, H0 = (array.as_np_ndarray() for array in arrays)
        Hs = unrolled(forward, len(XW))(XW, H0, W_hh)
        self.save_for_backward(*(array.as_nd_ndarray() for array in (Hs, H0, W_hh.copy())))
        return Hs.as_nd_ndarray()

    def backward(self, dHs):
        """Return the gradients of XW, W_hh and H0."""
        arrays = (dHs, *self.saved_tensors)
        dHs, Hs, H0, W_hh = (array.as_np_ndarray() for array in arrays)
        dZ, dW_hh, dH0 = unrolled(backward, len(dHs))(dHs, Hs, H0, W_hh)
        return tuple(gradient.as_nd_ndarray() for gradient in (dZ, dW_hh, dH0))


class RNNByHand(RNNScratch):
    """`RNNScratch` with the same parameters and outputs, and gradients by :func:`backward`."""

    def recur(self, XW: np.ndarray, H: np.ndarray) -> np.ndarray:
        """See :meth:`RNNScratch.recur`."""
        return Recurrence()(XW, self.W_hh.data(H.ctx), H).as_np_ndarray()


def spectral_radius(W: np.ndarray | numpy.ndarray) -> float:
    """Return the largest absolute value of the eigenvalues of a square matrix.

    Examples
    --------
    >>> round(spectral_radius(numpy.array([[0.0, -2.0], [2.0, 0.0]])), 6)  # of 2i and -2i
    2.0
    """
    try:
        matrix = numpy.asarray(W, dtype="float64")
    except (TypeError, ValueError):
        raise TypeError("W holds what is no number: write a square matrix of numbers") from None
    if (
        matrix.ndim != 2
        or not 0 < matrix.shape[0] == matrix.shape[1]
        or not numpy.isfinite(matrix).all()
    ):
        raise ValueError(f"W of the shape {matrix.shape}: write a square matrix of finite numbers")
    return float(abs(numpy.linalg.eigvals(matrix)).max())
