"""What a training run measured, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class History:
    """What a training run measured.

    Attributes
    ----------
    epochs : list of int
        1, 2, ...
    train : list of float
        Perplexity of the training text in each epoch, as the model met it: with dropout, and with
        parameters that changed on the way.
    valid : list of float
        Perplexity of the held-out text after each epoch.
    best_epoch : int
        The epoch with the lowest held-out perplexity: the model ends with its parameters.
    seconds : float
        Time spent on the training text, without that for the held-out text.
    num_tokens : int
        Training tokens read in that time, each as often as it was read.
    """

    epochs: list[int] = field(default_factory=list)
    train: list[float] = field(default_factory=list)
    valid: list[float] = field(default_factory=list)
    best_epoch: int = 0
    seconds: float = 0.0
    num_tokens: int = 0

    @property
    def tokens_per_second(self) -> float:
        """Training tokens read in each second."""
        return self.num_tokens / self.seconds if self.seconds else 0.0

    def add(self, train: float, valid: float) -> None:
        """Add the perplexities of one more epoch."""
        self.epochs.append(len(self.epochs) + 1)
        self.train.append(train)
        self.valid.append(valid)


class DivergedError(FloatingPointError):
    """Perplexity has grown beyond all bounds.

    Attributes
    ----------
    history : History
        What was measured until then.
    """

    def __init__(self, history: History, lr: float, clip: float):
        self.history = history
        super().__init__(
            f"epoch {len(history.epochs)}: the perplexity of the training text is "
            f"{history.train[-1]:.3g}, that of the held-out text {history.valid[-1]:.3g}: training "
            f"has diverged; write lr={min(lr / 10, 0.01):.3g} in place of {lr:.3g}, or "
            f"clip={min(clip, 10) / 10:.3g} in place of {clip:.3g} (the model has the parameters "
            f"{kept(history)[0]}; `history` of this error has what was measured)"
        )


def kept(history: History) -> tuple[str, str]:
    """Return in both languages whose parameters a model has after its training."""
    if not history.best_epoch:
        return "it began with", "ban đầu"
    return f"of epoch {history.best_epoch}", f"của epoch {history.best_epoch}"
