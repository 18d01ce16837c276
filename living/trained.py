"""From a trained model to plain arrays.

The embedding, the first product with W_x and its bias depend on the token alone, so they become one
table with a row for each token: fewer numbers to send and to multiply, and the same results.

The classes of the models are told apart by their parameters: imported, each of them would make the
sections that use the other run again when it changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy

from living.network import Network

if TYPE_CHECKING:
    from recurrent.networks.model import RNNLM
    from recurrent.networks.scratch import RNNScratch


def from_model(model: RNNLM | RNNScratch) -> Network:
    """Return a trained model as arrays.

    Raises
    ------
    TypeError
        If the model is of another class.
    """
    if hasattr(model, "W_xh"):
        W_xh, W_hh, b_h, W_hq, b_q = (
            _array(getattr(model, name)) for name in ("W_xh", "W_hh", "b_h", "W_hq", "b_q")
        )
        return Network("rnn", W_xh + b_h, (), (W_hh.T,), (), (), W_hq.T, b_q)
    if not hasattr(model, "embedding"):
        raise TypeError(f"a {type(model).__name__} cannot be exported: give an RNNLM or RNNScratch")
    cell = model.layers[0].mode.removesuffix("_tanh")
    W_x, W_h, b_x, b_h = [], [], [], []
    for layer in model.layers:
        blocks = layer.blocks.split(layer.weight.data())
        of_x, of_h, x, h = (block.asnumpy() for block in blocks.values())
        if cell == "gru":  # of the gates one sum is enough, the candidate needs both
            size = 2 * layer.num_hiddens
            x, h = x + numpy.concatenate([h[:size], 0 * h[size:]]), h[size:]
            b_h.append(h)
        else:
            x = x + h
        W_x.append(of_x), W_h.append(of_h), b_x.append(x)
    table = _array(model.embedding.weight) @ W_x[0].T + b_x[0]
    weight, bias = _array(model.output.weight), _array(model.output.bias)
    return Network(cell, table, (*W_x[1:],), (*W_h,), (*b_x[1:],), (*b_h,), weight, bias)


def _array(parameter) -> numpy.ndarray:
    return parameter.data().asnumpy()
