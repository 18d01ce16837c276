"""Exercises and solutions: numbered, linked, folded, in every mode, by keyboard and on paper."""

import re

import pytest
from bs4 import BeautifulSoup

from tests.pages.conftest import MODES, NARROW, WIDE
from tests.pages.test_modes import PAINTED

EXERCISE, SOLUTION = "#ex-sizes", "#chapter-sample-everything-solution-2"
TITLES = {
    "vi": "Bài tập 2: bao nhiêu trọng số,",
    "both": "Bài tập 2: bao nhiêu trọng số,",
    "en": "Exercise 2: How Many Weights,",
}
SOLUTIONS = {
    "vi": "Lời giải bài tập 2",
    "both": "Lời giải bài tập 2 Solution to exercise 2",
    "en": "Solution to exercise 2",
}


def words(text):
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


@pytest.mark.parametrize("mode", MODES)
def test_titles_are_numbered_in_the_language_of_the_mode(show, everything, mode):
    page = show(everything, f"?lang={mode}")
    title = words(page.evaluate(PAINTED, f"{EXERCISE} > .admonition-title"))
    assert title.startswith(TITLES[mode])
    assert ("Exercise 2" in title) == (mode != "vi")
    assert words(page.evaluate(PAINTED, f"{SOLUTION} > summary")) == SOLUTIONS[mode]
    assert page.locator(".exercise").count() == page.locator("details.solution").count() == 2


def test_an_exercise_is_a_heading_for_those_who_hear_the_page(show, everything):
    page = show(everything, "?lang=en")
    names = [words(h.inner_text()) for h in page.get_by_role("heading", level=3).all()]
    assert any(name.startswith("Exercise 2: How Many Weights") for name in names)


@pytest.mark.parametrize("mode", MODES)
def test_a_reference_has_the_number_of_the_exercise(show, everything, mode):
    page = show(everything, f"?lang={mode}")
    links = page.locator(f".pair a[href='{EXERCISE}']:visible")
    expected = {"vi": ["Bài tập 2"], "both": ["Bài tập 2", "Exercise 2"], "en": ["Exercise 2"]}
    assert [words(link.inner_text()) for link in links.all()] == expected[mode]


@pytest.mark.parametrize("mode", MODES)
def test_a_solution_is_folded_until_a_key_opens_it(show, everything, mode):
    page = show(everything, f"?lang={mode}")
    code = page.locator(f"{SOLUTION} .cell_input")
    assert not code.is_visible()
    page.locator(f"{SOLUTION} > summary").focus()
    before = page.locator(EXERCISE).bounding_box()
    page.keyboard.press("Enter")
    assert code.is_visible(), "with its code, which needs no second opening"
    assert page.locator(EXERCISE).bounding_box() == before, "what is above stays"
    page.keyboard.press("Space")
    assert not code.is_visible()


def test_the_link_to_a_solution_opens_it_again_and_again(show, everything):
    page = show(everything, "?lang=en")
    solution = page.locator(SOLUTION)
    link = page.locator(f"{EXERCISE} .to-solution a")
    for _ in range(2):
        link.click()
        page.wait_for_function("s => document.querySelector(s).open", arg=SOLUTION)
        assert solution.locator("> summary").is_visible()
        solution.locator("> summary").click()
        assert not solution.evaluate("box => box.open")
    link.click()
    solution.locator(".to-exercise a").click()
    page.wait_for_function("s => location.hash === s", arg=EXERCISE)


def test_a_search_that_leads_into_a_solution_opens_it(show, everything):
    pair = BeautifulSoup(everything.read_text("utf-8"), "html.parser").select_one(
        f"{SOLUTION} .pair"
    )
    page = show(everything, f"?lang=en#{pair['id']}")
    page.wait_for_function("s => document.querySelector(s).open", arg=SOLUTION)


def test_the_title_of_an_exercise_can_be_found(show, everything):
    page = show(everything, "?lang=vi")
    page.keyboard.press("/")
    page.locator("#search input").fill("bao nhieu trong so")
    page.locator("#search .results a").first.wait_for()
    hrefs = [a.get_attribute("href") for a in page.locator("#search .results a").all()]
    assert any(href.endswith(f"everything.html{EXERCISE}") for href in hrefs)


def test_on_paper_solutions_are_open(show, everything):
    page = show(everything, "?lang=en")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(f"{SOLUTION} .cell_input").is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert not page.locator(f"{SOLUTION} .cell_input").is_visible()


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_without_javascript_a_solution_opens(show, everything, size):
    page = show(everything, size=size, java_script_enabled=False)
    page.locator(f"{SOLUTION} > summary").click()
    assert page.locator(f"{SOLUTION} .cell_input").is_visible()


def test_no_two_things_on_a_page_have_one_id(any_page):
    ids = re.findall(r'<[^>]*\sid="([^"]+)"', any_page.read_text("utf-8"))
    assert sorted(set(ids)) == sorted(ids)
