"""Citations: links in the words of the text, to the work in the references."""

import pytest
from bs4 import BeautifulSoup

from tests.pages.conftest import MODES


def test_a_citation_is_a_link_in_its_own_words(everything, sample):
    page = BeautifulSoup(everything.read_text("utf-8"), "html.parser")
    links = page.select("a.bibtex-citation")
    assert {(link.find_parent(lang=True)["lang"], link.text) for link in links} == {
        ("en", "Elman, 1990"),
        ("vi", "Elman, 1990"),
    }
    there = BeautifulSoup((sample / "references.html").read_text("utf-8"), "html.parser")
    for link in links:
        target, name = link["href"].split("#")
        assert target == "../references.html"
        assert "Finding structure in time" in there.find(id=name).text
        assert page.find(id=link["id"]) is link


@pytest.mark.parametrize("mode", MODES)
def test_the_link_leads_to_the_work(show, everything, mode):
    page = show(everything, f"?lang={mode}")
    page.locator("a.bibtex-citation:visible").first.click()
    page.wait_for_url("**/references.html*")
    work = page.locator("div.citation:target")
    assert work.is_visible() and "Elman" in work.inner_text()
