"""Plots that read in both languages and on any background, the same bytes each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy
from d2l import mxnet as d2l
from matplotlib.colors import LinearSegmentedColormap, to_rgba
from matplotlib_inline.config import InlineBackend

# Blue, orange, green, pink, sky and vermilion of Okabe and Ito (2008), which color-blind readers
# tell apart, each moved until its contrast is at least 3 on white and on a dark page.
COLORS = ("#0a7cc4", "#c97700", "#008f68", "#c564a0", "#3a8fb7", "#d55e00")
LINES = ("-", "--", "-.", ":")
INK = "#7a7a7a"  # Contrast of more than 4 on white and on the dark page.

# From -1, orange, over 0, where the page shows through, to 1, blue.
SIGNED = LinearSegmentedColormap.from_list(
    "signed",
    [
        (place, to_rgba(COLORS[number], alpha))
        for place, number, alpha in ((0.0, 1, 1.0), (0.5, 1, 0.0), (0.5, 0, 0.0), (1.0, 0, 1.0))
    ],
)


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


def plot_states(
    states: numpy.ndarray,
    some: numpy.ndarray,
    labels: Sequence[str],
    characters: Sequence[str],
    title: str,
    figsize: tuple[float, float] = (6.5, 3.6),
) -> None:
    """Draw what a recurrent layer holds while it reads: all units above, some of them below.

    A positive value is blue, a negative one orange, the stronger the larger it is; at 0 the page
    shows through.

    Parameters
    ----------
    states : array of shape (num_steps, num_hiddens)
        Values from -1 to 1.
    some : array of shape (num_steps, number of labels)
        Those of the units that are drawn below, from the top.
    labels : sequence of str
        What the units below are called.
    characters : sequence of str
        What was read at each time step.
    title : str
        Written ``English | Tiếng Việt``.
    """
    set_style()
    _, (above, below) = d2l.plt.subplots(
        2, 1, sharex=True, figsize=figsize, height_ratios=(3, 1), layout="constrained"
    )
    for axes, values in ((above, states.T), (below, some.T)):
        # A pixel for each value.
        axes.imshow(values, SIGNED, vmin=-1, vmax=1, aspect="auto", interpolation="none")
        axes.tick_params(length=0)
    above.set_title(title)
    above.set_ylabel("all units | tất cả các nút")
    above.set_yticks([])
    below.set_yticks(range(len(labels)), labels)
    shown = [character.replace(" ", "␣") for character in characters]
    below.set_xticks(range(len(shown)), shown, fontsize=8)
