"""The recurrent language model: an embedding, recurrent layers, and an output layer.

`d2l.RNNLM` returns no state, so none can be carried from one minibatch to the next, and `d2l.GRU`
counts on a dropout that has no effect on the processor; hence this model beside them.
"""

from __future__ import annotations

from mxnet import np, npx
from mxnet.context import Context
from mxnet.gluon import nn, rnn

npx.set_np()

State = list[list[np.ndarray]]  # For each layer: [hidden state], or [hidden state, memory cell].


def recurrent_layer(cell: str, num_inputs: int, num_hiddens: int) -> nn.HybridBlock:
    """Return a recurrent layer of one kind.

    Parameters
    ----------
    cell : {"rnn", "gru", "lstm"}
        The plain one has tanh as its activation function; MXNet's own default is ReLU.

    Raises
    ------
    ValueError
        If the kind is none of these.
    """
    if cell == "rnn":
        return rnn.RNN(num_hiddens, activation="tanh", input_size=num_inputs)
    if cell == "gru":
        return rnn.GRU(num_hiddens, input_size=num_inputs)
    if cell == "lstm":
        return rnn.LSTM(num_hiddens, input_size=num_inputs)
    raise ValueError(f"unknown cell {cell!r}: choose 'rnn', 'gru' or 'lstm'")


class RNNLM(nn.Block):
    """Recurrent language model: a logit for each token that may come next.

    The embedding gives each token its row of a matrix: what a one-hot vector times that matrix
    would give, without the multiplications by zero.  Each recurrent layer is a Gluon layer of its
    own, so that dropout can stand between them: the argument `dropout` of a multilayer `rnn.LSTM`
    is silently ignored on the processor.

    Parameters
    ----------
    cell : {"rnn", "gru", "lstm"}
    vocab_size, num_hiddens, num_layers, embed_size : int
    dropout : float
        Share of its inputs that training sets to zero before each recurrent layer and before the
        output layer (Zaremba, Sutskever and Vinyals, 2014); never between time steps.
    """

    def __init__(
        self,
        cell: str,
        vocab_size: int,
        num_hiddens: int = 256,
        num_layers: int = 2,
        embed_size: int = 64,
        dropout: float = 0.0,
    ):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_size)
        self.layers = nn.Sequential()
        for num_inputs in [embed_size] + [num_hiddens] * (num_layers - 1):
            self.layers.add(recurrent_layer(cell, num_inputs, num_hiddens))
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Dense(vocab_size, flatten=False, in_units=num_hiddens)

    def begin_state(self, batch_size: int, device: Context | None = None) -> State:
        """Return a state of zeros for each layer, each of shape (1, batch_size, num_hiddens)."""
        device = device or self.output.weight.list_ctx()[0]
        return [layer.begin_state(batch_size, ctx=device) for layer in self.layers]

    def forward(self, X: np.ndarray, state: State) -> tuple[np.ndarray, State]:
        """Read X of shape (num_steps, batch_size), going on from `state`.

        Returns
        -------
        logits : array of shape (num_steps * batch_size, vocab_size)
        state : State
            After the last time step.
        """
        H, new_state = self.embedding(X), []  # (num_steps, batch_size, embed_size)
        for layer, layer_state in zip(self.layers, state, strict=True):
            H = self.dropout(H)
            H, layer_state = layer(H, layer_state)  # (num_steps, batch_size, num_hiddens)
            new_state.append(layer_state)
        logits = self.output(self.dropout(H))  # (num_steps, batch_size, vocab_size)
        return logits.reshape(-1, logits.shape[-1]), new_state
