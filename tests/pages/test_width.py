"""No page is wider than the screen; what is wide scrolls in a box of its own."""

import pytest

from tests.pages.conftest import MODES, NARROW


@pytest.mark.parametrize("width", [320, 360, 768, 1024, 1440])
def test_the_page_does_not_scroll_sideways(show, any_page, width):
    page = show(any_page, "?lang=vi", size=(width, 800))
    for mode in ("vi", "both", "en"):
        page.locator(f".reading label:has([value={mode}])").click()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), mode
        page.evaluate("scrollTo(9999, 0)")
        assert page.evaluate("scrollX") == 0, mode


#: What is painted to the right of the screen, and is in no box on it that scrolls or clips.  Where
#: a box beyond the screen clips, as KaTeX does the tail of a root, only one that scrolls will do.
OUTSIDE = """() => [...document.querySelectorAll("article *")].filter((element) => {
  if (!element.checkVisibility() || element.closest(".katex-mathml")) return false;
  const box = element.getBoundingClientRect();
  if (!box.width || box.right <= innerWidth + 1) return false;
  let helps = /auto|scroll|hidden/;
  for (let up = element; up; up = up.parentElement) {
    if (!helps.test(getComputedStyle(up).overflowX)) continue;
    if (up.getBoundingClientRect().right <= innerWidth + 1) return false;
    helps = /auto|scroll/;
  }
  return true;
}).map((element) => element.outerHTML.slice(0, 150))"""


def test_nothing_is_cut_off(show, any_page):
    for mode in MODES:
        page = show(any_page, f"?lang={mode}", size=NARROW)
        assert page.evaluate(OUTSIDE) == [], mode


def test_wide_things_scroll(show, everything):
    page = show(everything, "?lang=vi", size=NARROW)
    for selector in (
        ".cell_input pre",
        ".cell_output pre",
        ".katex-display",
        ".text_html",
        ".pst-scrollable-table-container",
    ):
        wide = page.evaluate(
            """(selector) => [...document.querySelectorAll(selector)].some((box) => {
              if (box.scrollWidth <= box.clientWidth) return false;
              box.scrollLeft = 50;
              return box.scrollLeft === 50 && box.tabIndex === 0;
            })""",
            selector,
        )
        assert wide, selector


def test_plots_shrink(show, everything):
    page = show(everything, size=NARROW)
    box = page.locator("svg.plot").first.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 360


def test_the_header_covers_no_heading(show, long):
    page = show(long, size=NARROW)
    for number in range(3):
        page.evaluate(f"location.hash = document.querySelectorAll('h2')[{number}].parentElement.id")
        header = page.locator(".bd-header-article").bounding_box()
        heading = page.locator("h2").nth(number).bounding_box()
        assert heading["y"] >= header["y"] + header["height"]
