"""The plots of a code cell are a figure: a number, a caption in both languages, references."""

import pytest
from bs4 import BeautifulSoup

from tests.pages.conftest import MODES, NARROW

CAPTION = {"vi": "Hai đồ thị chung một chú thích", "en": "Two plots with one caption"}


def test_all_plots_of_a_cell_are_in_its_figure_and_the_text_stays_before_it(everything):
    page = BeautifulSoup(everything.read_text("utf-8"), "html.parser")
    figure = page.select_one("figure#fig-plot")
    assert len(figure.select("svg.plot")) == 2 and not figure.select("svg.drawing")
    assert len({svg["id"] for svg in page.select("svg.plot")}) == 2
    assert not page.select(".cell_output svg.plot")
    cell = figure.find_previous_sibling("div", class_="cell")
    assert cell.select_one(".cell_output").get_text().strip() == "printed before a plot"
    assert not page.find_all(string=lambda text: "Figure>" in text), "nor the text of the image"


@pytest.mark.parametrize("mode", MODES)
def test_plots_are_numbered_with_the_drawn_figures_in_the_language_of_the_mode(
    show, everything, mode
):
    page = show(everything, f"?lang={mode}")
    caption = page.locator("#fig-plot figcaption").inner_text()
    link = page.locator("a[href='#fig-plot']:visible").all_inner_texts()
    for lang, word in (("vi", "Hình 3"), ("en", "Figure 3")):
        assert (CAPTION[lang] in caption) == (mode in (lang, "both"))
        assert any(text.replace("\xa0", " ") == word for text in link if text) == (
            mode in (lang, "both")
        )
    assert caption.count("3") == (2 if mode == "both" else 1)


def test_a_plot_with_a_caption_fits_a_telephone(show, everything):
    page = show(everything, "?lang=vi", size=NARROW)
    boxes = page.locator("#fig-plot svg.plot").evaluate_all(
        "all => all.map(svg => svg.getBoundingClientRect()).map(box => [box.left, box.right])"
    )
    assert len(boxes) == 2 and all(0 <= left < right <= NARROW[0] for left, right in boxes)
