"""Backpropagation through time by hand, for the plain recurrent layer of `scratch`.

Autograd differentiates each small operator of each time step.  Written out, the derivation leaves
one product per step; the gradient of `W_hh`, a sum over all steps, becomes a single product.
"""

from __future__ import annotations

import numpy
from mxnet import autograd, np, npx

from recurrent.scratch import RNNScratch

npx.set_np()


def forward(XW: np.ndarray, H0: np.ndarray, W_hh: np.ndarray) -> np.ndarray:
    """Return the hidden states: H_t = tanh(XW_t + H_{t-1} W_hh).

    Parameters
    ----------
    XW : array of shape (num_steps, batch_size, num_hiddens)
        X_t W_xh + b_h for each time step.
    H0 : array of shape (batch_size, num_hiddens)
    W_hh : array of shape (num_hiddens, num_hiddens)

    Returns
    -------
    Hs : array of shape (num_steps, batch_size, num_hiddens)
    """
    H, Hs = H0, []
    for XW_t in XW:
        H = npx.activation(XW_t + np.dot(H, W_hh), act_type="tanh")
        Hs.append(H)
    return np.stack(Hs)


def backward(
    dHs: np.ndarray, Hs: np.ndarray, H0: np.ndarray, W_hh: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the gradients of a loss, from the last time step back to the first.

    With Z_t = XW_t + H_{t-1} W_hh, the total gradient of H_t is what the loss of step t sends
    directly, and what comes back from the step after: dL/dH_t = dHs_t + dL/dZ_{t+1} W_hh^T.
    Through tanh, dL/dZ_t = dL/dH_t * (1 - H_t^2) (Werbos, 1990).

    Parameters
    ----------
    dHs : array of shape (num_steps, batch_size, num_hiddens)
        What the output layer sends back to each hidden state directly.
    Hs : array of the same shape
        What :func:`forward` returned.
    H0, W_hh
        What :func:`forward` was given.

    Returns
    -------
    dZ : array of shape (num_steps, batch_size, num_hiddens)
        Gradient of Z, so also of XW.
    dW_hh : array of shape (num_hiddens, num_hiddens)
    dH0 : array of shape (batch_size, num_hiddens)
    """
    slopes, W_T = 1 - Hs * Hs, W_hh.T
    dH, dZ = np.zeros_like(H0), []
    for dH_t, slope in zip(dHs[::-1], slopes[::-1]):
        dZ.append((dH_t + dH) * slope)
        dH = np.dot(dZ[-1], W_T)
    dZ = np.stack(dZ[::-1])
    num_hiddens = W_hh.shape[0]
    before = np.concatenate([H0[None], Hs[:-1]]).reshape(-1, num_hiddens)  # H_{t-1} for each t
    dW_hh = np.dot(before.T, dZ.reshape(-1, num_hiddens))  # the sum over all steps and examples
    return dZ, dW_hh, dH


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
        Hs = forward(XW, H0, W_hh)
        self.save_for_backward(*(array.as_nd_ndarray() for array in (Hs, H0, W_hh.copy())))
        return Hs.as_nd_ndarray()

    def backward(self, dHs):
        """Return the gradients of XW, W_hh and H0."""
        arrays = (dHs, *self.saved_tensors)
        dZ, dW_hh, dH0 = backward(*(array.as_np_ndarray() for array in arrays))
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
    return float(abs(numpy.linalg.eigvals(numpy.asarray(W, dtype="float64"))).max())
