"""Search when its data is lacking, and when it is asked for very much."""

import shutil
import time

import pytest

from tests.pages.conftest import MODES

SAID = {
    "vi": "Không nạp được dữ liệu tìm kiếm.",
    "en": "The data for the search cannot be loaded.",
}


@pytest.fixture
def copy(sample, tmp_path):
    """Return a copy of the pages, whose index can be damaged."""
    return shutil.copytree(sample, tmp_path / "html")


def searched(page, words):
    page.locator("#search input").fill(words)
    page.locator("#search .results a").first.wait_for()
    return [link.get_attribute("href") for link in page.locator("#search .results a").all()]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("damage", ["missing", "cut", "empty", "other", "entries"])
def test_a_lacking_index_is_named_and_tried_again(show, copy, mode, damage):
    index = copy / "_static" / "search-index.js"
    whole = index.read_bytes()
    left = {
        "cut": whole[: len(whole) // 2],
        "empty": b"",
        "other": b"window.bitextIndex={};",
        "entries": b'window.bitextIndex=[{"page":"intro"},null];',
    }
    index.unlink() if damage == "missing" else index.write_bytes(left[damage])
    page = show(copy / "intro.html", f"?lang={mode}")
    page.keyboard.press("/")
    count = page.locator("#search .count")
    count.get_by_text(SAID["en" if mode == "en" else "vi"]).wait_for()
    for lang, words in SAID.items():
        assert count.get_by_text(words).is_visible() == (mode in (lang, "both"))
    page.locator("#search input").fill("sample" if mode == "en" else "mau")
    count.get_by_text(SAID["en" if mode == "en" else "vi"]).wait_for()
    page.locator("#search .close").click()
    index.write_bytes(whole)  # as when the connection is there again
    page.keyboard.press("/")
    page.locator("#search .results a").first.wait_for()  # of what the reader has asked before
    assert not count.get_by_text(SAID["en" if mode == "en" else "vi"]).count()


def test_a_search_for_thousands_of_words_is_answered_at_once(show, sample):
    page = show(sample / "intro.html", "?lang=en")
    page.keyboard.press("/")
    one = searched(page, "sentence")
    text = page.evaluate("window.bitextIndex.map((entry) => entry.text).join(' ')")
    for words in (text * 3, " ".join(map(str, range(5000))), "a " * 50_000, "sentence " * 5000):
        start = time.monotonic()
        took = page.evaluate(
            """async (words) => {
              const start = performance.now();
              await search(words, document.getElementById("search"));
              return performance.now() - start;
            }""",
            words[:200_000],
        )
        assert took < 1500, (took, time.monotonic() - start)
    assert searched(page, "sentence sentence sentence")[: len(one)] == one


def test_every_word_is_looked_for(show, sample):
    """A pasted passage finds the block that it stands in, and one more word finds nothing."""
    page = show(sample / "intro.html", "?lang=en")
    page.keyboard.press("/")
    searched(page, "english")
    longest = page.evaluate(
        """() => {
          const entries = window.bitextIndex.filter((entry) => entry.lang === "en");
          return entries.reduce((a, b) => (a.text.length > b.text.length ? a : b));
        }"""
    )
    assert searched(page, longest["text"])[0].endswith(f"{longest['page']}.html#{longest['id']}")
    page.locator("#search input").fill(f"{longest['text']} zebra")
    page.get_by_text("Nothing found.").wait_for()
