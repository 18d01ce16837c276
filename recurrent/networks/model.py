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
from mxnet.symbol import Symbol

from recurrent.data.batches import check_device
from recurrent.machine import arguments
from recurrent.networks.graphs import StaticGraph, device_of

npx.set_np()

Kind = Callable[..., nn.HybridBlock]  # What makes a recurrent layer of Gluon's.
State = list[list[np.ndarray]]  # For each layer: [hidden state], or [hidden state, memory cell].


def rnn_layer(num_hiddens: int, input_size: int) -> nn.HybridBlock:
    """Return Gluon's plain recurrent layer with tanh as its activation function, not ReLU."""
    return rnn.RNN(num_hiddens, activation="tanh", input_size=input_size)


#: The kinds of recurrent layers by their names.
KINDS: dict[str, Kind] = {"rnn": rnn_layer, "gru": rnn.GRU, "lstm": rnn.LSTM}


def check_layer(kind: Kind | str, num_inputs: int, num_hiddens: int, forget_bias: float) -> Kind:
    """Return the kind of a layer; raise TypeError or ValueError if there can be none."""
    arguments.whole("num_inputs", num_inputs)
    arguments.whole("num_hiddens", num_hiddens)
    arguments.number("forget_bias", forget_bias, "a finite number", math.isfinite)
    wanted = "write 'rnn', 'gru' or 'lstm', or rnn_layer, gluon.rnn.GRU or gluon.rnn.LSTM"
    if isinstance(kind, str) and kind not in KINDS:
        raise ValueError(f"kind={kind!r}: {wanted}")
    kind = KINDS[kind] if isinstance(kind, str) else kind
    try:
        layer = kind(1, input_size=1)
    except TypeError:
        layer = None
    if (
        not isinstance(layer, (rnn.RNN, rnn.GRU, rnn.LSTM))
        or len(layer.collect_params().keys()) != 4
    ):
        raise TypeError(f"kind={arguments.shown(kind)}: {wanted}, of one layer and one direction")
    if forget_bias and not isinstance(layer, rnn.LSTM):
        raise ValueError(f"forget_bias={forget_bias}: only an LSTM has a forget gate: leave it out")
    return kind


def check_model(dropout: float, **sizes: int) -> None:
    """Raise TypeError or ValueError if a model can have no such sizes, or no such dropout."""
    for name, size in sizes.items():
        arguments.whole(name, size)
    share = "a number from 0 up and below 1"
    arguments.number("dropout", dropout, share, lambda dropout: 0 <= dropout < 1)


def state_device(block: nn.Block, batch_size: int, device: Context | None) -> Context:
    """Return where a state begins, with its block if nothing is said.

    Raises
    ------
    TypeError, ValueError
        If `batch_size` or `device` is none, or the parameters of the block have no values.
    """
    arguments.whole("batch_size", batch_size)
    check_device(device)
    return device or device_of(block)


def check_input(X: np.ndarray, state: State, layers: int, arrays: int, num_hiddens: int) -> None:
    """Raise TypeError or ValueError if a model cannot read X, going on from a state.

    Parameters
    ----------
    layers, arrays, num_hiddens : int
        How many layers the state must have, how many arrays each of them, and their last axis.
    """
    if isinstance(X, Symbol):  # The graph is being drawn.
        return
    if not isinstance(X, np.ndarray):
        raise TypeError(f"X={arguments.shown(X)}: write an array, np.array(rows, dtype='int32')")
    shape = X.shape
    if len(shape) != 2 or 0 in shape:
        raise ValueError(f"X has the shape {shape}: write one of (num_steps, batch_size)")
    remedy = f"write model.begin_state({shape[1]}), or the state that the model returned"
    try:
        shapes = [[array.shape for array in layer_state] for layer_state in state]
    except (TypeError, AttributeError):
        raise TypeError(f"state={arguments.shown(state)}: {remedy}") from None
    if shapes != [[(1, shape[1], num_hiddens)] * arrays] * layers:
        raise ValueError(
            f"state has the shapes {shapes}, which fit no X of {shape[1]} sequences: {remedy}"
        )


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
        size = sum(math.prod(shape) for shape in self.shapes.values())
        if vector.shape != (size,):
            raise ValueError(f"vector has the shape {vector.shape}: write one of ({size},)")
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
    kind : callable or str
        :func:`rnn_layer`, `gluon.rnn.GRU` or `gluon.rnn.LSTM`; or its name in `KINDS`.
    num_inputs, num_hiddens : int
    forget_bias : float
        As for :class:`RNNLM`.

    Attributes
    ----------
    weight : gluon.Parameter
        i2h_weight, h2h_weight, i2h_bias and h2h_bias of Gluon's layer, row by row.
    """

    def __init__(
        self, kind: Kind | str, num_inputs: int, num_hiddens: int, forget_bias: float = 0.0
    ):
        super().__init__()
        kind = check_layer(kind, num_inputs, num_hiddens, forget_bias)
        layer = kind(num_hiddens, input_size=num_inputs)
        self.mode = layer._mode  # the operator's name for the kind
        shapes = {n.removeprefix(layer.prefix): p.shape for n, p in layer.collect_params().items()}
        self.blocks = Blocks(shapes, forget_bias)
        size = sum(math.prod(shape) for shape in shapes.values())
        self.weight = self.params.get("weight", shape=(size,), init=self.blocks)
        self.num_states, self.num_hiddens = len(layer.state_info()), num_hiddens

    def begin_state(self, batch_size: int, device: Context | None = None) -> list[np.ndarray]:
        """Return zeros, once or twice, of shape (1, batch_size, num_hiddens)."""
        device = state_device(self, batch_size, device)
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
    kind : callable or str
        :func:`rnn_layer`, `gluon.rnn.GRU` or `gluon.rnn.LSTM`; or its name in `KINDS`.
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
        kind: Kind | str,
        vocab_size: int,
        num_hiddens: int = 256,
        num_layers: int = 2,
        embed_size: int = 64,
        dropout: float = 0.0,
        forget_bias: float = 0.0,
    ):
        super().__init__()
        check_model(
            dropout,
            vocab_size=vocab_size,
            num_hiddens=num_hiddens,
            num_layers=num_layers,
            embed_size=embed_size,
        )
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
        return [layer.begin_state(batch_size, device) for layer in self.layers]

    def forward(self, X, state):
        """See :meth:`hybrid_forward`."""
        layer = self.layers[0]
        check_input(X, state, len(self.layers), layer.num_states, layer.num_hiddens)
        return super().forward(X, state)

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
