"""Curves that read in both languages and on any background, the same bytes each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from d2l import mxnet as d2l
from matplotlib_inline.config import InlineBackend

# Blue, orange, green, pink, sky and vermilion of Okabe and Ito (2008), which color-blind readers
# tell apart, each moved until its contrast is at least 3 on white and on a dark page.
COLORS = ("#0a7cc4", "#c97700", "#008f68", "#c564a0", "#3a8fb7", "#d55e00")
LINES = ("-", "--", "-.", ":")
INK = "#7a7a7a"  # Contrast of more than 4 on white and on the dark page.


def set_style() -> None:
    """Let figures have no background, text as text, and nothing that changes from run to run."""
    d2l.plt.rcParams.update(
        {
            "svg.hashsalt": "recurrent",  # Otherwise the ids in a figure are random.
            "svg.fonttype": "none",  # Text stays text: it can be searched, and shown by language.
            "figure.facecolor": "none",
            "axes.facecolor": "none",
            "savefig.facecolor": "none",
            "legend.framealpha": 0.0,
            "axes.prop_cycle": d2l.plt.cycler(color=COLORS),
            "grid.alpha": 0.35,
            **dict.fromkeys(
                (
                    "text.color",
                    "axes.labelcolor",
                    "axes.edgecolor",
                    "xtick.color",
                    "ytick.color",
                    "grid.color",
                ),
                INK,
            ),
        }
    )
    # The date in a figure would change it each time the book is built.
    InlineBackend.instance().print_figure_kwargs["metadata"] = {"Date": None}


def plot_curves(
    curves: Mapping[str, Sequence[float]],
    x: Sequence[float] | None = None,
    xlabel: str = "epoch | epoch",
    ylabel: str = "perplexity | perplexity",
    xscale: str = "linear",
    yscale: str = "linear",
    ylim: tuple[float, float] | None = None,
    figsize: tuple[float, float] = (5.0, 3.0),
) -> None:
    """Draw curves over a common axis with `d2l.plot`.

    Parameters
    ----------
    curves : mapping of str to sequence of float
        The values of each curve by its label; a label is written ``English | Tiếng Việt``.
    x : sequence of float, optional
        The places of the values; by default 1, 2, ...
    xlabel, ylabel : str
        Written ``English | Tiếng Việt``.

    Examples
    --------
    >>> plot_curves({"training | huấn luyện": [9, 6, 5], "held-out | kiểm định": [9, 7, 7]})
    """
    set_style()
    places = [list(x) if x is not None else list(range(1, len(y) + 1)) for y in curves.values()]
    d2l.plot(
        places,
        [list(y) for y in curves.values()],
        xlabel,
        ylabel,
        legend=list(curves),
        ylim=ylim,
        xscale=xscale,
        yscale=yscale,
        fmts=[LINES[number % len(LINES)] for number in range(len(curves))],
        figsize=figsize,
    )
    # Perplexities fall: the upper right corner is empty.
    d2l.plt.gca().legend(list(curves), loc="upper right")
