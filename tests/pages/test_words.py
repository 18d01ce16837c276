"""The machinery speaks both languages: no English word of a theme is left alone."""

import re

import pytest
from bs4 import BeautifulSoup, NavigableString

#: What the author of a section wrote, what code printed, and what belongs to no language.
CONTENT = (
    ".block > *:not(.mark), .highlight, .katex, .cell_output, script, style, code, svg, kbd, "
    "div.citation, .stale-note .changes, .bibtex-citation"
)
ENGLISH = re.compile(r"[A-Za-z]{2,}")


def unspoken(html: str) -> set[str]:
    """Return the words and names outside the text that say nothing of their language."""
    soup = BeautifulSoup(html, "html.parser")
    for element in soup.select(CONTENT):
        element.decompose()
    found = set()
    for text in soup.body.find_all(string=ENGLISH):
        if type(text) is NavigableString and text.find_parent(lang=True) is soup.html:
            found.add(" ".join(text.split()))
    for element in soup.body.find_all(True):
        for name in ("title", "aria-label", "placeholder", "alt"):
            if ENGLISH.search(element.get(name, "")) and not element.get("data-en"):
                found.add(f"{name}: {element[name]}")
    return found


@pytest.fixture(scope="module")
def allowed():
    """Return what is the same in both languages."""
    return {"minibatch"}


def test_no_word_is_left_alone(any_page, allowed):
    assert unspoken(any_page.read_text("utf-8")) - allowed == set()


@pytest.mark.parametrize(
    "left",
    [
        '<p class="x">Show Source</p>',
        '<button title="Launch">▶</button>',
        '<input placeholder="Search the docs …">',
        '<nav aria-label="Breadcrumb"></nav>',
    ],
)
def test_a_word_of_a_theme_would_be_found(everything, left):
    html = everything.read_text("utf-8").replace("</footer>", f"{left}</footer>", 1)
    assert len(unspoken(html)) == len(unspoken(everything.read_text("utf-8"))) + 1
