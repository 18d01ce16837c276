"""The networks of the section on depth: how large they are, how they are trained, who is ahead.

The section trains some of them once, with these functions; ``make bench PARTS=seeds`` trains each
from five seeds, because one run cannot tell a better network from a luckier one.  Before that it
tries learning rates, for each network by the same rule.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy

from recurrent.data.batches import SequentialBatches
from recurrent.data.story import read_story
from recurrent.machine import randomness  # before mxnet: its package pulls the levers
from recurrent.networks.model import KINDS, RNNLM
from recurrent.text.vocabulary import Vocabulary
from recurrent.training.evaluation import token_losses
from recurrent.training.loop import History, train
from recurrent.training.protocol import compare, fit_baseline

from mxnet import init  # isort: skip

#: Each network: the kind of its layers, and how many there are.
NETWORKS = {"lstm": ("lstm", 2), "gru": ("gru", 2), "rnn": ("rnn", 2), "wide": ("lstm", 1)}
#: What is trained from several seeds, in each language.
MEASURED = {"en": ("lstm", "gru", "rnn", "wide"), "vi": ("lstm", "gru", "rnn")}
SEEDS = (1, 2, 3, 4, 5)
SWEEP_SEED = 6  # of the runs that choose a learning rate, and of no others
MIDDLE = 0.008  # the learning rate at which the search for the best begins
DIGITS = 5  # of a loss that is kept


@dataclass(frozen=True)
class Settings:
    """What all networks of this section share."""

    num_hiddens: int = 160  # of the two-layer LSTM; the others get as many parameters
    embed_size: int = 128
    dropout: float = 0.4
    batch_size: int = 16
    num_steps: int = 35
    num_epochs: int = 12
    clip: float = 0.25


def num_parameters(
    kind: str, num_layers: int, num_hiddens: int, vocab_size: int, embed_size: int
) -> int:
    """Return the number of parameters of a recurrent language model."""
    q, d, h = vocab_size, embed_size, num_hiddens
    gates = {"rnn": 1, "gru": 3, "lstm": 4}[kind]
    inputs = [d] + [h] * (num_layers - 1)
    layers = sum(gates * (num_inputs * h + h * h + 2 * h) for num_inputs in inputs)
    return q * d + layers + h * q + q


def hiddens_for(kind: str, num_layers: int, budget: int, vocab_size: int, embed_size: int) -> int:
    """Return the hidden units that bring a model closest to a number of parameters."""

    def distance(num_hiddens: int) -> int:
        size = num_parameters(kind, num_layers, num_hiddens, vocab_size, embed_size)
        return abs(size - budget)

    return min(range(1, 2000), key=distance)


def equal_model(
    kind: str, num_layers: int, vocab_size: int, settings: Settings = Settings()
) -> RNNLM:
    """Return a model of any kind and depth with the parameters of the two-layer LSTM."""
    sizes = vocab_size, settings.embed_size
    budget = num_parameters("lstm", 2, settings.num_hiddens, *sizes)
    num_hiddens = hiddens_for(kind, num_layers, budget, *sizes)
    return RNNLM(
        KINDS[kind], vocab_size, num_hiddens, num_layers, settings.embed_size, settings.dropout
    )


def fit(
    model: RNNLM,
    learned: numpy.ndarray,
    held_out: numpy.ndarray,
    lr: float,
    seed: int,
    settings: Settings = Settings(),
    device=None,
) -> History:
    """Train a new model; its parameters end as those of the epoch that predicts best."""
    randomness.seed(seed)
    model.initialize(init.Xavier(), ctx=device)
    cuts = numpy.random.default_rng(seed)  # between segments: elsewhere in each epoch
    rows = SequentialBatches(learned, settings.batch_size, settings.num_steps, device, cuts)
    one_row = SequentialBatches(held_out, 1, 500, device)
    epochs = settings.num_epochs
    return train(model, rows, one_row, epochs, lr, settings.clip, every=epochs // 2)


def learn(name: str, lang: str, lr: float, seed: int, settings: Settings = Settings()) -> dict:
    """Train one network on the story in one language.

    Returns
    -------
    dict
        ``hiddens``, ``parameters``, the perplexity of the ``validation`` chapter after the epoch
        ``best``, ``seconds`` of the training, and the ``losses`` of the chapter's tokens in nats.
    """
    texts = {split: read_story(lang, split) for split in ("train", "validation")}
    vocab = Vocabulary(texts["train"])
    learned, held_out = (numpy.array(vocab.encode(text)) for text in texts.values())
    model = equal_model(*NETWORKS[name], len(vocab), settings)
    history = fit(model, learned, held_out, lr, seed, settings)
    losses = token_losses(model, held_out)
    return {
        "lr": lr,
        "seed": seed,
        "hiddens": model.layers[0].num_hiddens,
        "parameters": sum(math.prod(p.shape) for p in model.collect_params().values()),
        "best": history.best_epoch,
        "validation": math.exp(losses.mean()),
        "seconds": round(history.seconds, 1),
        "losses": losses.round(DIGITS).tolist(),
    }


def count(lang: str) -> dict:
    """Return the same of counting, where there is anything to say."""
    texts = {split: read_story(lang, split) for split in ("train", "validation")}
    baseline = fit_baseline(*texts.values())
    losses = baseline.model.losses(texts["validation"])
    return {
        "order": baseline.order,
        "validation": baseline.perplexity,
        "losses": numpy.round(losses, DIGITS).tolist(),
    }


def sweep(measure: Callable[[float], float], middle: float = MIDDLE) -> dict[float, float]:
    """Try learning rates by steps of a factor of two, until the best is not at an end.

    Parameters
    ----------
    measure : callable
        Returns the perplexity that a learning rate ends with.

    Returns
    -------
    perplexities : dict of float to float
        By the learning rate, from the lowest to the highest.

    Examples
    --------
    >>> sweep(lambda lr: abs(lr - 0.001), 0.004)
    {0.0005: 0.0005, 0.001: 0.0, 0.002: 0.001, 0.004: 0.003, 0.008: 0.007}
    """
    found = {lr: measure(lr) for lr in (middle / 2, middle, middle * 2)}
    while True:
        best = min(found, key=found.get)
        if best == min(found):
            found[best / 2] = measure(best / 2)
        elif best == max(found):
            found[best * 2] = measure(best * 2)
        else:
            return dict(sorted(found.items()))


def best_rate(runs: list[dict]) -> float:
    """Return the learning rate of the run that predicts the validation chapter best."""
    return min(runs, key=lambda run: run["validation"])["lr"]


def differences(runs: dict[str, list[dict]]) -> dict[str, list[dict]]:
    """Compare each two models of a text over their seeds: ``{"lstm, gru": [...]}``."""
    losses = {name: numpy.array([run["losses"] for run in those]) for name, those in runs.items()}
    return {f"{a}, {b}": [compare(losses[a], losses[b]).values()] for a, b in combinations(runs, 2)}
