"""Figures for both languages and any background."""

import re
from base64 import b64decode
from io import BytesIO

import matplotlib
import numpy
import pytest
from matplotlib_inline.config import InlineBackend
from PIL import Image

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


def test_a_heat_map_shows_sign_and_strength_and_what_was_read():
    states = numpy.array([[0.5, -1.0, 0.0], [1.0, 0.25, -0.5]])  # two steps, three units
    plot.plot_states(states, states[:, [1]], ["2"], ["a", " "], "English | tiếng Anh")
    above, below = d2l.plt.gcf().axes
    (image,), (part,) = above.images, below.images
    colors = image.to_rgba(image.get_array())
    assert colors.shape == (3, 2, 4), "a row for each unit, a column for each step"
    assert numpy.allclose(colors[..., 3], abs(states.T), atol=1 / 128)
    blue, orange = (matplotlib.colors.to_rgb(plot.COLORS[number]) for number in (0, 1))
    assert numpy.allclose(colors[0, :, :3], blue)
    assert numpy.allclose(colors[2, 1, :3], orange)
    assert numpy.allclose(part.get_array(), states.T[[1]])
    assert [label.get_text() for label in below.get_yticklabels()] == ["2"]
    assert [label.get_text() for label in below.get_xticklabels()] == ["a", "␣"]


def test_a_heat_map_is_the_same_bytes_and_holds_a_pixel_for_each_value():
    def drawn():
        d2l.plt.close("all")
        states = numpy.linspace(-1, 1, 12).reshape(4, 3)
        plot.plot_states(states, states[:, :1], ["1"], list("abcd"), "title")
        options = InlineBackend.instance().print_figure_kwargs
        return print_figure(d2l.plt.gcf(), fmt="svg", **options)

    first = drawn()
    assert first == drawn()
    images = re.findall(r'base64,\s*([^"]+)"', first)
    sizes = [Image.open(BytesIO(b64decode(data))).size for data in images]
    assert sizes == [(4, 3), (4, 1)]
