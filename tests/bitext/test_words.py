"""The words of the page: in both languages, and every one that Sphinx writes is known."""

import re
import unicodedata

import pytest

from bitext import words
from tests.conftest import ROOT

TABLES = {
    "WORDS": words.WORDS,
    "BUILT_IN": words.BUILT_IN,
    "NUMBERED": words.NUMBERED,
    "ADMONITIONS": words.ADMONITIONS,
    "marks": {"untranslated": words.UNTRANSLATED, "stale": words.STALE},
}


@pytest.mark.parametrize("name", TABLES)
def test_every_word_is_in_two_languages(name):
    for key, (vietnamese, english) in TABLES[name].items():
        assert vietnamese and english, key
        assert unicodedata.is_normalized("NFC", vietnamese), key
        assert english.isascii(), f"{key}: the halves are the wrong way round"


def test_the_templates_say_only_known_words():
    used = set()
    for path in (ROOT / "bitext" / "templates").glob("*.html"):
        text = path.read_text("utf-8")
        used |= set(re.findall(r'\b(?:say|named|labelled)\("(\w+)"\)', text))
    script = (ROOT / "bitext" / "static" / "page.js").read_text("utf-8")
    said = set(re.findall(r"WORDS\.(\w+)|name\(button, \"(\w+)\"\)", script))
    assert {first or second for first, second in said} == set(words.SCRIPT)
    assert used | set(words.SCRIPT) == set(words.WORDS)


def test_titles_of_a_heading_with_a_formula():
    html = (
        '<span class="text" lang="vi">Tầng <span class="math"><annotation>\\mathbf{H}_t'
        '</annotation><b>H</b></span></span> <span class="text" lang="en">Layer</span>'
    )
    assert words.titles(html) == ("Tầng H_t", "Layer")


def test_a_title_that_is_not_translated_stands_for_both():
    html = '<span class="text untranslated" lang="en">Layers</span>'
    assert words.titles(html) == ("Layers", "Layers")
    assert words.page_titles(html, "Sách · Book") == {
        "both": "Layers",
        "vi": "Layers – Sách",
        "en": "Layers – Book",
    }


def test_a_caption_has_its_number_in_each_language():
    html = words.translate(
        '<p><span class="caption-number">Fig. 3 </span><span class="caption-text">'
        '<span class="text" lang="vi">Một <b>ô</b></span> <span class="text" lang="en">A cell'
        '</span></span><a class="headerlink" href="#x" title="Link to this image">#</a></p>'
    )
    assert '<span class="text" lang="vi"><span class="caption-number">Hình\xa03. </span>Một' in html
    assert '<span class="text" lang="en"><span class="caption-number">Figure\xa03. </span>A' in html
    assert "Fig." not in html
    assert 'data-vi="Liên kết đến hình này" data-en="Link to this figure"' in html


def test_a_caption_without_language_keeps_its_text():
    html = words.translate(
        '<p><span class="caption-number">Fig. 1 </span><span class="caption-text">x = y</span></p>'
    )
    assert html.count("x = y") == 1 and "Hình" in html and "Figure" in html


def test_a_hidden_cell_says_so_in_both_languages():
    html = words.translate(
        '<details class="admonition hide above-input">\n'
        '<summary aria-label="Toggle hidden content">\n'
        '<p class="collapsed admonition-title">Show code cell source</p>\n'
        '<p class="expanded admonition-title">Hide code cell source</p>\n</summary></details>'
    )
    assert html == (
        '<details class="hide above-input">\n<summary>\n'
        '<span class="collapsed"><span class="text" lang="vi">Hiện mã</span> '
        '<span class="text" lang="en">Show code</span></span>\n'
        '<span class="expanded"><span class="text" lang="vi">Ẩn mã</span> '
        '<span class="text" lang="en">Hide code</span></span>\n</summary></details>'
    )


def test_prose_is_left_as_it_is():
    html = '<p>Show code cell source. <a title="Else">Fig. 1</a></p>'
    assert words.translate(html) == html


def test_quotes_in_a_word_cannot_end_an_attribute():
    assert words.named("title", ('"a"', "<b>")).count('"') == 6
