"""A page asks nothing of another host, says nothing to the console, and does without JavaScript."""

import re
from pathlib import Path

import nbformat
import pytest

from tests.pages.conftest import NARROW, WIDE


def test_no_other_host_and_no_complaint(show, any_page):
    page = show(any_page)
    page.wait_for_timeout(200)
    assert [url for url in page.asked if not url.startswith(("file:", "data:"))] == []
    assert page.faults == []


def test_nothing_written_names_another_host_to_load_from(any_page):
    loads = re.compile(
        r"<(?:script|link|img|iframe|source|image)\b[^>]*(?:src|href)=\"(https?:[^\"]*)"
    )
    assert loads.findall(any_page.read_text("utf-8")) == []


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_without_javascript_both_languages_can_be_read(show, everything, size):
    page = show(everything, size=size, java_script_enabled=False)
    for text in (
        "Đoạn đầu tiên có",
        "A first paragraph with",
        "Danh sách và bảng",
        "A List and a Table",
        "This block waits",
    ):
        assert page.locator(f"article :text('{text}')").first.is_visible(), text
    assert not page.locator(".reading").is_visible(), "a control that would do nothing"
    assert not page.locator(".theme-switch").first.is_visible()
    assert page.locator(".katex-display .katex-html").first.is_visible()
    assert page.locator("svg.drawing").first.is_visible()


def test_without_javascript_the_contents_open_on_a_small_screen(show, everything):
    page = show(everything, size=NARROW, java_script_enabled=False)
    page.locator(".open-sidebar").click()
    assert page.locator("#sidebar a", has_text="Một trang dài").is_visible()


def test_the_notebook_can_be_taken_along(show, everything):
    page = show(everything)
    links = [a.get_attribute("href") for a in page.locator(".run-it a[download]").all()]
    found = [(everything.parent / link).resolve() for link in links]
    langs = [
        [cell.metadata.get("lang") for cell in nbformat.read(path, as_version=4).cells]
        for path in found
    ]
    assert [Path(link).name.split(".")[1] for link in links] == ["vi", "ipynb", "en"]
    assert "vi" not in langs[2] and langs[2].count("en") == langs[1].count("en")
    assert langs[0].count("vi") == langs[1].count("vi") > 0
    assert 0 < langs[0].count("en") < langs[1].count("en"), "what is not translated yet"
    above = page.locator(".tools a[download]").get_attribute("href")
    assert above == links[1], "both languages"


def test_what_the_theme_brings_and_nobody_loads_is_gone(sample):
    size = sum(path.stat().st_size for path in (sample / "_static").rglob("*") if path.is_file())
    assert size < 2_000_000


def test_links_between_pages_lead_somewhere(show, any_page):
    page = show(any_page)
    paths = page.evaluate(
        """() => [...document.querySelectorAll("a[href]")]
          .filter((link) => link.protocol === "file:")
          .map((link) => decodeURIComponent(link.pathname))"""
    )
    assert {path for path in paths if not Path(path).exists()} == set()
    lost = page.evaluate(
        """() => [...document.querySelectorAll("a[href^='#']")].map((a) => a.hash.slice(1))
          .filter((id) => id && !document.getElementById(decodeURIComponent(id)))"""
    )
    assert lost == []
