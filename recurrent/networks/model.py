"""The recurrent language model: an embedding, recurrent layers, and an output layer.

`d2l.RNNLM` returns no state, so none can be carried from one minibatch to the next, and `d2l.GRU`
counts on a dropout that has no effect on the processor; hence this model beside them.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from mxnet import init, np, npx
from mxnet.context import Context
from mxnet.gluon import nn, rnn

from recurrent.networks.graphs import StaticGraph

npx.set_np()

Kind = Callable[..., nn.HybridBlock]  # What makes a recurrent layer of Gluon's.
State = list[list[np.ndarray]]  # For each layer: [hidden state], or [hidden state, memory cell].


def rnn_layer(num_hiddens: int, input_size: int) -> nn.HybridBlock:
    """Return Gluon's plain recurrent layer with tanh as its activation function, not ReLU."""
    return rnn.RNN(num_hiddens, activation="tanh", input_size=input_size)


#: The kinds of recurrent layers by their names.
KINDS: dict[str, Kind] = {"rnn": rnn_layer, "gru": rnn.GRU, "lstm": rnn.LSTM}


class Blocks(init.Initializer):
    """Initialize the blocks of a vector as if each were a parameter of its own.

    Parameters
    ----------
    shapes : dict of str to tuple of int
        Name and shape of each block, in their order.
    forget_bias : float
        Added to the second quarter of the first bias: an LSTM's gates come in the order input,
        forget, cell, output.
    """

    def __init__(self, shapes: dict[str, tuple[int, ...]], forget_bias: float = 0.0):
        super().__init__()
        self.shapes, self.forget_bias = shapes, forget_bias

    def split(self, vector: np.ndarray) -> dict[str, np.ndarray]:
        """Return the blocks by their names, each in its shape."""
        found, start = {}, 0
        for name, shape in self.shapes.items():
            end = start + math.prod(shape)
            found[name] = vector[start:end].reshape(shape)
            start = end
        return found

    def _init_weight(self, name: init.InitDesc, vector: np.ndarray) -> None:
        blocks = self.split(vector)
        for block, array in blocks.items():  # `global_init`: what initialize() is given
            name.global_init(init.InitDesc(block), array)
        if self.forget_bias:
            bias = blocks["l0_i2h_bias"]
            size = len(bias) // 4
            bias[size : 2 * size] += self.forget_bias
        vector[:] = np.concatenate([array.reshape(-1) for array in blocks.values()])


class RecurrentLayer(nn.HybridBlock):
    """A recurrent layer of Gluon's, with all its parameters in one vector.

    Gluon's has four parameters and copies them one behind the other, as the operator wants
    them, at each call, and their gradients apart again: a sixth of the time of a minibatch.

    Parameters
    ----------
    kind : callable
        :func:`rnn_layer`, `gluon.rnn.GRU` or `gluon.rnn.LSTM`.
    num_inputs, num_hiddens : int
    forget_bias : float
        As for :class:`RNNLM`.

    Attributes
    ----------
    weight : gluon.Parameter
        i2h_weight, h2h_weight, i2h_bias and h2h_bias of Gluon's layer, row by row.
    """

    def __init__(self, kind: Kind, num_inputs: int, num_hiddens: int, forget_bias: float = 0.0):
        super().__init__()
        layer = kind(num_hiddens, input_size=num_inputs)
        self.mode = layer._mode  # the operator's name for the kind
        if forget_bias and self.mode != "lstm":
            raise ValueError(f"forget_bias={forget_bias}: only an LSTM has a forget gate: leave it")
        shapes = {n.removeprefix(layer.prefix): p.shape for n, p in layer.collect_params().items()}
        self.blocks = Blocks(shapes, forget_bias)
        size = sum(math.prod(shape) for shape in shapes.values())
        self.weight = self.params.get("weight", shape=(size,), init=self.blocks)
        self.num_states, self.num_hiddens = len(layer.state_info()), num_hiddens

    def begin_state(self, batch_size: int, device: Context) -> list[np.ndarray]:
        """Return zeros, once or twice, of shape (1, batch_size, num_hiddens)."""
        shape = (1, batch_size, self.num_hiddens)
        return [np.zeros(shape, ctx=device) for _ in range(self.num_states)]

    def hybrid_forward(self, F, X, state, weight):
        """Return the hidden states, (num_steps, batch_size, num_hiddens), and the last state."""
        H, *state = F.npx.rnn(
            X,
            weight,
            *state,
            mode=self.mode,
            state_size=self.num_hiddens,
            num_layers=1,
            state_outputs=True,
        )
        return H, state


class RNNLM(StaticGraph):
    """Recurrent language model: a logit for each token that may come next.

    The embedding gives each token its row of a matrix: what a one-hot vector times that matrix
    would give, without the multiplications by zero.  Each recurrent layer is a layer of its own, so
    that dropout can stand between them: the argument `dropout` of a multilayer `rnn.LSTM` is
    silently ignored on the processor.

    Parameters
    ----------
    kind : callable
        :func:`rnn_layer`, `gluon.rnn.GRU` or `gluon.rnn.LSTM`.
    vocab_size, num_hiddens, num_layers, embed_size : int
    dropout : float
        Share of its inputs that training sets to zero before each recurrent layer and before the
        output layer (Zaremba, Sutskever and Vinyals, 2014); never between time steps.
    forget_bias : float
        Added to the bias of an LSTM's forget gate when the parameters are initialized: with 1, the
        gate is open at first (Jozefowicz, Zaremba and Sutskever, 2015).
    """

    def __init__(
        self,
        kind: Kind,
        vocab_size: int,
        num_hiddens: int = 256,
        num_layers: int = 2,
        embed_size: int = 64,
        dropout: float = 0.0,
        forget_bias: float = 0.0,
    ):
        super().__init__()
        self.hybridize(static_alloc=True, static_shape=True)  # the model, not each of its layers
        self.embedding = nn.Embedding(vocab_size, embed_size)
        self.layers = nn.HybridSequential()
        for num_inputs in [embed_size] + [num_hiddens] * (num_layers - 1):
            self.layers.add(RecurrentLayer(kind, num_inputs, num_hiddens, forget_bias))
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Dense(vocab_size, flatten=False, in_units=num_hiddens)
        self.vocab_size = vocab_size

    def begin_state(self, batch_size: int, device: Context | None = None) -> State:
        """Return a state of zeros for each layer, each of shape (1, batch_size, num_hiddens)."""
        device = device or self.output.weight.list_ctx()[0]
        return [layer.begin_state(batch_size, device) for layer in self.layers]

    def hybrid_forward(self, F, X, state):
        """Read X of shape (num_steps, batch_size), going on from `state`.

        Returns
        -------
        logits : array of shape (num_steps * batch_size, vocab_size)
        state : State
            After the last time step.
        """
        H, new_state = self.embedding(X), []  # (num_steps, batch_size, embed_size)
        for layer, layer_state in zip(self.layers, state, strict=True):
            H, layer_state = layer(self.dropout(H), layer_state)
            new_state.append(layer_state)  # H: (num_steps, batch_size, num_hiddens)
        logits = self.output(self.dropout(H))  # (num_steps, batch_size, vocab_size)
        return logits.reshape((-1, self.vocab_size)), new_state
