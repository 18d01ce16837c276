"""Figures for both languages and any background."""

import re
from io import BytesIO

import matplotlib
import pytest
from matplotlib_inline.config import InlineBackend

matplotlib.use("agg")

from d2l import mxnet as d2l
from IPython.core.pylabtools import print_figure

from recurrent import plot

CURVES = {"training | huấn luyện": [9.0, 6.0, 5.0], "held-out | kiểm định": [9.5, 7.5, 7.0]}
WHITE, DARK = "#ffffff", "#14181e"  # the pages of the book's theme


@pytest.fixture(autouse=True)
def figures():
    yield
    d2l.plt.close("all")
    d2l.plt.rcdefaults()


def svg() -> str:
    d2l.plt.close("all")
    plot.plot_curves(CURVES)
    # As the notebook's inline backend does.
    return print_figure(d2l.plt.gcf(), fmt="svg", **InlineBackend.instance().print_figure_kwargs)


def test_the_same_data_give_the_same_bytes():
    first = svg()
    assert first == svg()
    assert "<dc:date>" not in first


def test_labels_are_text_in_both_languages():
    text = svg()
    for label in (*CURVES, "epoch | epoch", "perplexity | perplexity"):
        assert re.search(rf"<text[^>]*>{re.escape(label)}</text>", text)


def test_there_is_no_background():
    d2l.plt.close("all")
    plot.plot_curves(CURVES)
    buffer = BytesIO()
    d2l.plt.gcf().savefig(buffer, format="raw")
    alpha = buffer.getvalue()[3::4]
    assert alpha.count(0) > 0.7 * len(alpha)


def test_curves_have_their_own_places():
    plot.plot_curves({"a": [1, 2], "b": [1, 2, 3]})
    assert [line.get_xdata().tolist() for line in d2l.plt.gca().lines] == [[1, 2], [1, 2, 3]]
    d2l.plt.close("all")
    plot.plot_curves({"a": [1, 2]}, x=[10, 20], yscale="log", ylim=(1, 5))
    (line,) = d2l.plt.gca().lines
    assert line.get_xdata().tolist() == [10, 20]
    assert d2l.plt.gca().get_yscale() == "log"
    assert d2l.plt.gca().get_ylim() == (1, 5)


def luminance(color: str) -> float:
    """WCAG 2.1, relative luminance."""
    parts = matplotlib.colors.to_rgb(color)
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("page", [WHITE, DARK])
def test_everything_can_be_seen_on_light_and_on_dark(page):
    for color in plot.COLORS:
        assert contrast(color, page) >= 3, color
    assert contrast(plot.INK, page) >= 4


def test_each_curve_has_its_own_color_and_line():
    curves = {str(number): [number, number] for number in range(4)}
    plot.plot_curves(curves)
    lines = d2l.plt.gca().lines
    assert len({line.get_color() for line in lines}) == 4
    assert len({line.get_linestyle() for line in lines}) == 4
