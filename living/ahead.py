"""A network that predicts a series from windows of it: its numbers, and how a page gets them.

The file is that of :mod:`living.file` with other contents, of which nothing is rounded: there are a
few hundred numbers.
"""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy
from IPython.display import display

from living.export import MIME
from living.file import FORMAT

if TYPE_CHECKING:
    from mxnet.gluon import nn


@dataclass(frozen=True)
class Forecaster:
    """A multilayer perceptron with one hidden layer of tanh, and the series that it predicts.

    Attributes
    ----------
    W_1, b_1 : arrays of shape (h, tau) and (h,)
        From a window, the oldest value first, in the unit of the series.
    W_2, b_2 : arrays of shape (1, h) and (1,)
        To the next value, in the same unit.
    series : array of shape (n,)
        Its first tau values are the first window.
    start : int
        The time step of the first value.
    most : int
        The largest number of steps ahead, K.
    """

    W_1: numpy.ndarray
    b_1: numpy.ndarray
    W_2: numpy.ndarray
    b_2: numpy.ndarray
    series: numpy.ndarray
    start: int
    most: int

    def ahead(self) -> numpy.ndarray:
        """Return the predictions of the last n - tau - K + 1 values, a row for each 1 ... K ahead.

        Every prediction takes the place of the value that a window lacks, as in the equation of
        the section on sequences.
        """
        tau = self.W_1.shape[1]
        count = len(self.series) - tau - self.most + 1
        window = numpy.lib.stride_tricks.sliding_window_view(self.series[:-1], tau)
        rows = []
        for k in range(1, self.most + 1):
            hidden = numpy.tanh(window @ self.W_1.T + self.b_1)  # (n - tau, h)
            predicted = hidden @ self.W_2.T + self.b_2  # (n - tau, 1)
            rows.append(predicted[self.most - k :, 0][:count])
            window = numpy.concatenate([window[:, 1:], predicted], axis=1)
        return numpy.stack(rows)


def forecaster(
    net: nn.HybridSequential,
    mean: float,
    scale: float,
    series: numpy.ndarray,
    most: int,
    start: int,
) -> Forecaster:
    """Return a trained network as arrays.

    Parameters
    ----------
    net : nn.HybridSequential
        Two dense layers, the first with tanh, trained on (x - mean) / scale.
    mean, scale : float
        They become part of the weights.
    series, most, start
        As in :class:`Forecaster`.

    Raises
    ------
    ValueError
        If the series is too short to be predicted so far ahead.
    """
    W_1, b_1, W_2, b_2 = (
        parameter.data().asnumpy().astype("float64")
        for layer in (net[0], net[1])
        for parameter in (layer.weight, layer.bias)
    )
    if len(series) < (least := W_1.shape[1] + most):
        raise ValueError(f"{len(series)} values cannot be predicted {most} ahead: give {least}")
    W_1 = W_1 / scale
    return Forecaster(
        W_1, b_1 - mean * W_1.sum(1), W_2 * scale, b_2 * scale + mean, series, start, most
    )


def packed(model: Forecaster, name: str) -> tuple[dict[str, Any], bytes]:
    """Return header and numbers of a file: 32-bit floats, little-endian, compressed."""
    hiddens, tau = model.W_1.shape
    head = {
        "format": FORMAT,
        "cell": "mlp",
        "name": name,
        "hiddens": hiddens,
        "window": tau,
        "values": len(model.series),
        "start": model.start,
        "most": model.most,
    }
    arrays = (model.W_1, model.b_1, model.W_2, model.b_2, model.series)
    floats = numpy.concatenate([array.ravel() for array in arrays]).astype("<f4")
    return head, zlib.compress(floats.tobytes(), 9)


def export(model: Forecaster, name: str) -> None:
    """Hand a network and its series to the page.

    Parameters
    ----------
    model : Forecaster
        What :func:`forecaster` has returned.
    name : str
        The name of the file; the series speaks no language, so it ends in none.
    """
    head, numbers = packed(model, name)
    display({MIME: {"header": head, "data": base64.b64encode(numbers).decode()}}, raw=True)
