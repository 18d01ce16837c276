"""A page is light, is there at once, and stands still."""

import gzip
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.pages.conftest import MODES
from tests.pages.test_place import switch

#: What the code has drawn; it counts as the content of a section, not as its page.
PLOT = re.compile(rb'<svg[^>]*class="plot".*?</svg>', re.DOTALL)


def transfer(page, path):
    """Return how many bytes a server sends for a page without its plots, by the kind of file."""
    sizes = {"html": len(gzip.compress(PLOT.sub(b"", path.read_bytes())))}
    for url in {*page.asked}:
        found = Path(unquote(urlsplit(url).path))
        if found.suffix in (".css", ".js"):
            sizes[found.name] = len(gzip.compress(found.read_bytes()))
        elif found.suffix == ".woff2":  # compressed already
            sizes[found.name] = found.stat().st_size
    return sizes


def test_a_page_weighs_less_than_350_kilobytes(show, any_page):
    page = show(any_page)
    for mode in MODES:
        page.locator(f"input[name=reading][value={mode}]").check()
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        page.evaluate("document.fonts.ready.then(() => null)")
    page.wait_for_timeout(200)
    sizes = transfer(page, any_page)
    assert {"page.css", "page.js"} <= set(sizes) and any(name.endswith("woff2") for name in sizes)
    assert sum(sizes.values()) < 350_000, sizes


#: When the first words and when the largest part of the screen were painted, in milliseconds.
PAINTED = """() => new Promise((done) => {
  new PerformanceObserver((list) => {
    const [first] = performance.getEntriesByName("first-contentful-paint");
    if (first) done([first.startTime, list.getEntries().at(-1).startTime]);
  }).observe({ type: "largest-contentful-paint", buffered: true });
})"""


@pytest.mark.alone
def test_a_page_on_disk_shows_within_a_second_on_a_slow_processor(show, any_page):
    page = show(any_page)
    client = page.context.new_cdp_session(page)
    client.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.set_default_timeout(120_000)
    times = []
    for attempt in range(10):
        page.goto("about:blank")
        page.goto(any_page.as_uri())
        times.append(max(page.evaluate(PAINTED)))
        if times[-1] < 1000:
            break
        page.wait_for_timeout(400 * attempt)  # until other work on the machine is done
    assert min(times) < 1000, times


#: The frame of the page, of which a switch moves nothing; then everything.
FRAME = ".bd-header-article, .reading, .tools, .bd-sidebar-primary, main, .bd-sidebar-secondary"
PLACES = """(names) => [...document.querySelectorAll(names)].map((element) => {
  const { left, top, width } = element.getBoundingClientRect();
  return element.matches("main") ? [left, width] : [left, top, width];
})"""


@pytest.mark.parametrize("share", [0, 0.5])
def test_a_switch_of_the_mode_moves_the_text_alone_and_at_once(show, long, share):
    page = show(long, "?lang=vi")
    page.evaluate(f"scrollTo(0, {share} * document.documentElement.scrollHeight)")
    page.wait_for_timeout(200)
    for mode in ("both", "en", "vi"):
        before = page.evaluate(PLACES, FRAME)
        assert len(before) == 6
        switch(page, mode)
        at_once = page.evaluate(PLACES, "body *")
        assert page.evaluate(PLACES, FRAME) == before
        page.wait_for_timeout(500)
        assert page.evaluate(PLACES, "body *") == at_once, "something came later"
