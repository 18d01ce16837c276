"""Figures become part of the page: labels by language, colours of the page, names of their own."""

import re
from xml.etree import ElementTree

import pytest

from bitext import glossary
from bitext.figures import halves, inline
from bitext.sanitizing import NotDrawingError
from tests.conftest import ROOT

DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 50">
  <title>Một hình / A drawing</title>
  <style>
    text { fill: red; }
    .a, .b { stroke: url(#paint); }
  </style>
  <defs><marker id="arrow"/><linearGradient id="paint"/></defs>
  <path id="line" marker-end="url(#arrow)"/>
  <use href="#line"/>
  <text class="small" x="1" y="2" transform="rotate(90)">time | thời gian</text>
  <text x="3" y="4">GRU | GRU</text>
  <text x="3" y="9">12</text>
</svg>
"""
PLOT = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
     width="360pt" height="216pt" viewBox="0 0 360 216" version="1.1">
 <metadata><date>2020</date></metadata>
 <defs><style type="text/css">*{stroke-linejoin: round}</style></defs>
 <g id="figure_1">
  <g id="patch_1"><path style="fill: #ffffff"/></g>
  <g id="line"><path style="fill: none; stroke: #000000"/><path style="stroke: #b0b0b0"/>
   <path style="fill: none; stroke: #1f77b4"/><use xlink:href="#m1"/><path id="m1"/></g>
  <text style="font: 10px 'DejaVu Sans', sans-serif; text-anchor: middle" x="1"
   >loss | mất mát</text>
  <text style="font: 10px 'DejaVu Sans'; fill: #777777">1.25</text>
  <text><tspan style="font: italic 12px 'DejaVu Sans'" x="0 7.3">xh</tspan></text>
 </g>
</svg>
"""


def test_the_two_halves_of_a_label_become_two_texts_in_their_languages():
    html = inline(DRAWING, "svg-1")
    texts = re.findall(r"<text[^>]*>[^<]*</text>", html)
    assert texts == [
        '<text class="small text" x="1" y="2" lang="vi">thời gian</text>',
        '<text class="small text" x="1" y="2" lang="en">time</text>',
        '<text x="3" y="4">GRU</text>',
        '<text x="3" y="9">12</text>',
    ]
    assert '<g class="label" transform="rotate(90)">' in html, "or the style would undo the turn"


def test_a_plot_keeps_both_halves_on_its_line():
    html = inline(PLOT, "svg-1")
    assert (
        '<tspan class="text" lang="vi">mất mát</tspan><tspan class="or"> · </tspan>'
        '<tspan class="text" lang="en">loss</tspan></text>'
    ) in html


def test_no_id_and_no_style_reaches_beyond_the_figure():
    html = inline(DRAWING, "svg-7")
    assert set(re.findall(r' id="([^"]*)"', html)) == {
        "svg-7",
        "svg-7-arrow",
        "svg-7-paint",
        "svg-7-line",
    }
    assert 'marker-end="url(#svg-7-arrow)"' in html
    assert 'href="#svg-7-line"' in html
    assert "svg#svg-7 text { fill: red; }" in html
    assert "svg#svg-7 .a, svg#svg-7 .b { stroke: url(#svg-7-paint); }" in html
    plot = inline(PLOT, "svg-8")
    assert "<style" not in plot and 'xlink:href="#svg-8-m1"' in plot and 'id="svg-8-m1"' in plot


def test_a_plot_takes_the_colours_and_the_font_of_the_page():
    html = inline(PLOT, "svg-1")
    assert "#ffffff" not in html and "#000000" not in html and "#777777" not in html
    assert "stroke: currentColor" in html and "fill: var(--soft, gray)" in html
    assert "stroke: #1f77b4" in html, "what is coloured keeps its colour"
    assert "stroke: var(--line, #b0b0b0)" in html
    assert "DejaVu" not in html and "font-size: 10px; text-anchor: middle" in html
    assert "font-size: 12px; font-style: italic" in html
    assert 'fill="currentColor"' in html and 'class="placed"' in html


@pytest.mark.parametrize(
    ("svg", "alt", "names"),
    [
        (DRAWING, "Một hình / A drawing", ("Một hình", "A drawing")),
        (DRAWING, "GRU", ("GRU", "GRU")),
        (PLOT, "", ("Đồ thị: mất mát, xh", "Plot: loss, xh")),
    ],
)
def test_a_figure_has_a_name_in_both_languages(svg, alt, names):
    root = ElementTree.fromstring(inline(svg, "svg-1", alt))[0]
    assert root.get("role") == "img"
    assert (root.get("data-vi"), root.get("data-en")) == names
    assert root.get("aria-label") in (" · ".join(names), names[0])


def test_the_same_figure_gives_the_same_bytes():
    assert inline(PLOT, "svg-1") == inline(PLOT, "svg-1")


def test_what_is_no_svg_is_refused():
    with pytest.raises(NotDrawingError):
        inline("<svg><text></svg>", "svg-1")


@pytest.mark.parametrize("path", sorted((ROOT / "img").glob("*.svg")), ids=lambda path: path.stem)
def test_the_figures_of_the_book_speak_both_languages(path):
    """Each label that is a word has two halves; samples of a text and shared terms need none."""
    shared = {"tanh"} | {t.name for t in glossary.read(ROOT).terms if t.name == t.vi}
    source = path.read_text("utf-8")
    root = ElementTree.fromstring(inline(source, "svg-1"))[0]
    spoken = {"vi": 0, "en": 0}
    for text in root.iter("{http://www.w3.org/2000/svg}text"):
        content = "".join(text.itertext())
        if lang := text.get("lang"):
            spoken[lang] += 1
        elif "sample" not in text.get("class", "").split():
            assert (
                not re.search(r"[^\W\d_A-Z]{3}", content) or content.rstrip(" 0123456789") in shared
            ), content
    assert spoken["vi"] == spoken["en"] > 0
    assert " / " in source.split("<title>")[1].split("</title>")[0]


def test_halves():
    assert halves("a | b | c") == ("b | c", "a")
