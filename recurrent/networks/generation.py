"""Text from a language model, token by token."""

from __future__ import annotations

from collections.abc import Sequence

import numpy
from mxnet import np, npx

from recurrent.networks.model import RNNLM
from recurrent.text.vocabulary import UNK, Vocabulary

npx.set_np()


def choose_token(
    logits: numpy.ndarray, temperature: float | None, rng: numpy.random.Generator | None
) -> int:
    """Return the number of the next token: the likeliest one, or a sample.

    Parameters
    ----------
    logits : array of shape (vocab_size,)
        -inf for a token that must not be chosen.
    temperature : float or None
        A sample comes from softmax(logits / temperature): the lower, the closer to the likeliest
        token, which 0 or None stand for.
    rng : numpy.random.Generator or None
        Draws the sample.
    """
    if not temperature:
        return int(logits.argmax())
    weights = numpy.exp((logits - logits.max()) / temperature)
    return int(rng.choice(len(weights), p=weights / weights.sum()))


def generate(
    model: RNNLM,
    vocab: Vocabulary,
    prefix: Sequence[str],
    num_tokens: int,
    temperature: float | None = None,
    rng: numpy.random.Generator | None = None,
    joiner: str = "",
) -> str:
    """Return a prefix and the tokens with which a model continues it.

    Parameters
    ----------
    model : RNNLM
    vocab : Vocabulary
    prefix : sequence of str
        Tokens to read first (for characters, a string); those outside the vocabulary are read as
        "<unk>", which itself is never generated.
    num_tokens : int
        How many tokens to add.
    temperature, rng
        See :func:`choose_token`.  The same seed gives the same text.
    joiner : str
        What stands between two tokens: "" for characters, " " for syllables and words.

    Raises
    ------
    ValueError
        If the prefix is empty, the temperature negative, or there is no rng to sample with.
    """
    if len(prefix) == 0:
        raise ValueError("the prefix is empty: give the model at least one token to start from")
    if temperature and (temperature < 0 or rng is None):
        raise ValueError(
            f"cannot sample at temperature {temperature} with rng={rng}: give a positive "
            "temperature and rng=numpy.random.default_rng(seed)"
        )
    state = model.begin_state(batch_size=1)
    device = state[0][0].ctx
    tokens, unread = list(prefix), vocab[list(prefix)]
    for _ in range(num_tokens):
        X = np.array(unread, dtype="int32", ctx=device).reshape(-1, 1)  # (num_steps, 1)
        logits, state = model(X, state)  # (num_steps, vocab_size)
        last = logits[-1].asnumpy().astype("float64")  # (vocab_size,)
        last[vocab[UNK]] = -numpy.inf
        unread = [choose_token(last, temperature, rng)]
        tokens.append(vocab.to_tokens(unread[0]))
    return joiner.join(tokens)
