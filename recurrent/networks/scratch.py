"""A recurrent network built from its parameters up: nothing of it is hidden in a Gluon layer.

`d2l.RNNLMScratch` multiplies one-hot vectors with a matrix, takes the time steps of a minibatch one
by one through the output layer too, and returns no state that could be carried on.
"""

from __future__ import annotations

from pathlib import Path

from mxnet import gluon, np, npx
from mxnet.context import Context

from recurrent.networks.model import State, check_input, check_model, state_device

npx.set_np()


class FlatBlock(gluon.Block):
    """A block whose parameters are all its own: it has no other blocks within.

    MXNet 1.9.1 takes a file of such parameters for an old one, and fails to load it.
    """

    def load_parameters(self, filename: str, ctx: Context | None = None) -> None:
        """Load what `save_parameters` has saved."""
        if not Path(filename).is_file():
            raise FileNotFoundError(f"{filename}: no such file: save_parameters writes one")
        loaded = npx.load(str(filename))
        own = {name.removeprefix(self.prefix): param for name, param in self.params.items()}
        if loaded.keys() != own.keys():
            raise ValueError(f"{filename} has {sorted(loaded)}, this model {sorted(own)}")
        for name, param in own.items():
            if loaded[name].shape != param.shape:
                raise ValueError(f"{filename}: {name} is {loaded[name].shape}, not {param.shape}")
        for name, param in own.items():
            try:
                param.list_ctx()
            except RuntimeError:  # it has no values yet
                param.initialize(ctx=ctx)
            param.set_data(loaded[name])


class RNNScratch(FlatBlock):
    """A recurrent language model of one plain layer, with tanh as its activation function.

    What depends on no other time step is computed for all of them at once: the rows of `W_xh` that
    the tokens pick, and the products with `W_hq`.  Only the hidden state goes step by step.

    Parameters
    ----------
    vocab_size, num_hiddens : int

    Attributes
    ----------
    W_xh, W_hh, b_h, W_hq, b_q : gluon.Parameter
        Of shape (vocab_size, num_hiddens), (num_hiddens, num_hiddens), (num_hiddens,),
        (num_hiddens, vocab_size) and (vocab_size,).
    """

    def __init__(self, vocab_size: int, num_hiddens: int = 256):
        super().__init__()
        check_model(dropout=0, vocab_size=vocab_size, num_hiddens=num_hiddens)
        self.vocab_size, self.num_hiddens = vocab_size, num_hiddens
        shapes = {
            "W_xh": (vocab_size, num_hiddens),
            "W_hh": (num_hiddens, num_hiddens),
            "b_h": (num_hiddens,),
            "W_hq": (num_hiddens, vocab_size),
            "b_q": (vocab_size,),
        }
        for name, shape in shapes.items():
            start = "zeros" if name.startswith("b") else None  # None: what initialize() is given
            setattr(self, name, self.params.get(name, shape=shape, init=start))

    def begin_state(self, batch_size: int, device: Context | None = None) -> State:
        """Return a state of zeros in the form of `RNNLM`'s: [[(1, batch_size, num_hiddens)]]."""
        device = state_device(self, batch_size, device)
        return [[np.zeros((1, batch_size, self.num_hiddens), ctx=device)]]

    def recur(self, XW: np.ndarray, H: np.ndarray) -> np.ndarray:
        """Return the hidden states of all time steps.

        Parameters
        ----------
        XW : array of shape (num_steps, batch_size, num_hiddens)
            X_t W_xh + b_h for each time step.
        H : array of shape (batch_size, num_hiddens)
            The hidden state before the first of them.
        """
        W_hh, Hs = self.W_hh.data(H.ctx), []
        for XW_t in XW:
            H = npx.activation(XW_t + np.dot(H, W_hh), act_type="tanh")
            Hs.append(H)
        return np.stack(Hs)  # (num_steps, batch_size, num_hiddens)

    def forward(self, X: np.ndarray, state: State) -> tuple[np.ndarray, State]:
        """Read X of shape (num_steps, batch_size), going on from `state`.

        Returns
        -------
        logits : array of shape (num_steps * batch_size, vocab_size)
        state : State
            After the last time step.
        """
        check_input(X, state, 1, 1, self.num_hiddens)
        W_xh, b_h, W_hq, b_q = (p.data(X.ctx) for p in (self.W_xh, self.b_h, self.W_hq, self.b_q))
        # The bias goes into the rows before they are picked: each token picks it along.
        XW = npx.embedding(X, W_xh + b_h, *W_xh.shape)  # (num_steps, batch_size, num_hiddens)
        Hs = self.recur(XW, state[0][0][0])  # (num_steps, batch_size, num_hiddens)
        logits = np.dot(Hs.reshape(-1, Hs.shape[-1]), W_hq) + b_q
        return logits, [[Hs[-1:]]]
