"""Terms: the partner of a term on hover, focus and tap; the glossary and the index."""

import pytest
from bs4 import BeautifulSoup

from tests.pages.conftest import MODES, NARROW, WIDE

#: The partner of a term of the page with everything, by the language of the block.
PARTNERS = {"en": "mục", "vi": "item"}
ITEM = "a.term[href$='#term-item']"


def soup(path):
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


def shown(page):
    return page.locator(".partner:popover-open")


def test_a_term_is_marked_once_in_each_language_and_in_prose_alone(everything):
    page = soup(everything)
    terms = page.select("a.term")
    found = [(t.find_parent(lang=True)["lang"], t["href"].split("#")[1]) for t in terms]
    assert len(set(found)) == len(found)
    assert ("en", "term-item") in found and ("vi", "term-item") in found
    assert not page.select(":is(h1, h2, h3, h4, code, pre, .math, .admonition-title) a.term")
    assert not [term for term in terms if term.find_parent("a")]
    assert {t["data-partner-lang"] == t.find_parent(lang=True)["lang"] for t in terms} == {False}


def test_a_term_leads_to_its_entry(everything, sample):
    entries = soup(sample / "glossary.html")
    for term in soup(everything).select("a.term"):
        page, name = term["href"].split("#")
        assert page == "../glossary.html"
        entry = entries.find(id=name)
        names = entry.select_one(f"dt[lang={term['data-partner-lang']}]").text
        assert term["data-partner"] in f"{names} {entry.select_one('dd').text}"


@pytest.mark.parametrize("mode", MODES)
def test_focus_and_hover_show_the_partner_and_move_nothing(show, everything, mode):
    page = show(everything, f"?lang={mode}")
    for lang in ("vi", "en") if mode == "both" else (mode,):
        partner = PARTNERS[lang]
        term = page.locator(f".block[lang={lang}] {ITEM}")
        term.scroll_into_view_if_needed()
        before = page.evaluate("[scrollY, document.documentElement.scrollHeight, scrollX]")
        box = term.bounding_box()
        for begin, end in (
            (term.focus, lambda: page.keyboard.press("Escape")),
            (term.hover, lambda: page.mouse.move(5, 5)),
        ):
            begin()
            shown(page).wait_for()
            assert shown(page).inner_text() == partner
            assert shown(page).get_attribute("lang") == ("en" if lang == "vi" else "vi")
            assert term.bounding_box() == box
            at = shown(page).bounding_box()
            assert at["y"] + at["height"] <= box["y"] or at["y"] >= box["y"] + box["height"]
            end()
            shown(page).wait_for(state="detached")
        after = page.evaluate("[scrollY, document.documentElement.scrollHeight, scrollX]")
        assert after == before
        page.evaluate("document.activeElement.blur()")


def test_what_is_read_aloud_is_the_partner_in_its_language(show, everything):
    page = show(everything, "?lang=en")
    said = page.evaluate(
        """() => [...document.querySelectorAll("a.term")].map((term) => {
          const name = document.getElementById(term.getAttribute("aria-describedby"));
          return name.textContent === term.dataset.partner
            && name.lang === term.dataset.partnerLang;
        })"""
    )
    assert said and all(said)


def test_the_first_tap_shows_the_partner_and_the_second_follows_the_link(show, everything):
    page = show(everything, "?lang=en", size=NARROW)
    term = page.locator(f".block[lang=en] {ITEM}")
    term.scroll_into_view_if_needed()
    term.tap()
    shown(page).wait_for()
    box = shown(page).bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= NARROW[0]
    assert page.url.split("?")[0].endswith("everything.html")
    page.locator("h1").first.tap()
    shown(page).wait_for(state="detached")
    term.scroll_into_view_if_needed()
    term.tap()
    shown(page).wait_for()
    term.tap()
    page.wait_for_url("**/glossary.html*#term-item")


def test_without_javascript_a_term_is_a_link(show, everything):
    page = show(everything, java_script_enabled=False)
    page.locator(f".block[lang=en] {ITEM}").click()
    page.wait_for_url("**/glossary.html#term-item")


# ---- the lists ----------------------------------------------------------------------------------

VIETNAMESE = ["bài tập", "batch", "câu", "câu trích dẫn", "công thức", "ghi chú", "mục", "tầng"]
ENGLISH = ["batch", "citation", "exercise", "formula", "hidden state", "item", "layer", "note"]


def order(page, lang):
    names = page.locator(f"dl.terms dt[lang={lang}]").all_inner_texts()
    return names[:8]


def test_the_glossary_is_in_the_order_of_the_language_that_is_read(show, sample):
    page = show(sample / "glossary.html", "?lang=vi")
    assert order(page, "vi") == VIETNAMESE
    page.locator("input[value=en]").check(force=True)
    page.wait_for_function("document.querySelector('dl.terms').dataset.by === 'en'")
    assert order(page, "en") == ENGLISH
    page.locator(".sorting button[value=vi]").click()
    assert order(page, "vi") == VIETNAMESE
    assert page.locator(".sorting button[aria-pressed=true]").get_attribute("value") == "vi"
    page.locator("input[value=both]").check(force=True)
    assert order(page, "vi") == VIETNAMESE, "what a reader has chosen stays"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_both_names_of_a_term_show_in_every_mode(show, sample, mode, size):
    page = show(sample / "glossary.html", f"?lang={mode}", size=size)
    entry = page.locator("#term-formula")
    vi, en = (entry.locator(f"dt[lang={lang}]").bounding_box() for lang in ("vi", "en"))
    assert (vi["x"] < en["x"]) == (mode != "en"), "the reader's own language first"
    text = entry.inner_text()
    assert "phương trình" in text and "equation" in text
    assert "a note of the one who decides" in text
    assert ("also rendered" in text) == (mode != "vi")
    assert ("cũng dịch là" in text) == (mode != "en")


def test_the_first_use_is_the_first_in_the_order_of_the_book(sample):
    first = soup(sample / "glossary.html").select_one("#term-item dd.first a")
    page, name = first["href"].split("#")
    assert page == "chapter_sample/everything.html"
    block = soup(sample / page).find(id=name)
    assert "The first item." in block.text
    unused = soup(sample / "glossary.html").select_one("#term-batch")
    assert unused.select("dd.first") == []


def test_the_index_names_sections_figures_equations_and_exercises(sample):
    entries = soup(sample / "term-index.html")
    layer = entries.find(id="index-term-layer")
    links = {a.text: a["href"] for a in layer.select(".places a")}
    numbered = {" ".join(text.split()): href for text, href in links.items()}
    assert numbered == {
        "Hình 1Figure 1": "chapter_sample/everything.html#fig-sample",
        "Bài tập 2Exercise 2": "chapter_sample/everything.html#ex-sizes",
    }
    assert entries.find(id="index-term-batch") is None, "a term that the book does not use"
    for link in entries.select(".terms a"):
        page, _, name = link["href"].partition("#")
        target = soup(sample / page)
        assert not name or target.find(id=name) is not None, link["href"]


def test_search_finds_a_term_in_the_glossary(show, sample):
    page = show(sample / "glossary.html", "?lang=vi")
    page.keyboard.press("/")
    page.locator("#search input").fill("trang thai an")
    page.locator("#search .results a").first.wait_for()
    hrefs = [a.get_attribute("href") for a in page.locator("#search .results a").all()]
    assert any(href.endswith("glossary.html#term-hidden-state") for href in hrefs)
