"""Each reading mode shows its language, and nothing of the other."""

import pytest

from tests.pages.conftest import MODES, NARROW, WIDE

#: A place on the page: the Vietnamese words and the English words that stand there.
PLACES = {
    "h1": ("Mọi thứ một trang có thể chứa", "Everything a Page Can Hold"),
    "h2": ("Danh sách và bảng", "A List and a Table"),
    ".pair": ("Đoạn đầu tiên", "A first paragraph"),
    ".bd-sidebar-primary .brand": ("Mạng nơ-ron", "Recurrent Neural"),
    ".bd-sidebar-primary li": ("Một trang dài", "A Long Page"),
    ".bd-toc ul": ("Danh sách và bảng", "A List and a Table"),
    ".onthispage": ("Trong trang này", "On this page"),
    ".bd-breadcrumbs, .prev-next-footer": ("Một cuốn sách mẫu", "A Sample Book"),
    ".left-prev": ("Trước đó", "Previous"),
    ".right-next .prev-next-title": ("Một trang dài", "A Long Page"),
    "figcaption": ("Chú thích với", "A caption with"),
    ".caption-number": ("Hình 1", "Figure 1"),
    ".admonition.note .admonition-title": ("Ghi chú", "Note"),
    ".admonition.exercise": ("Một bài tập", "An exercise"),
    "details.hide summary": ("Hiện mã và kết quả", "Show code and output"),
    "#svg-1": ("đầu vào", "inputs"),
    "svg.plot": ("huấn luyện", "training"),
    ".untranslated .mark": ("Chưa dịch", "Not yet translated"),
    ".run-it": ("Tải notebook", "Download the notebook"),
    ".find": ("Tìm kiếm", "Search"),
    ".bd-footer": ("Về đầu trang", "Back to top"),
}

#: The text of a place that is really painted.
PAINTED = """(selector) => [...document.querySelectorAll(selector)].map((place) => {
  const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
  let text = "";
  while (walker.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const parent = walker.currentNode.parentElement;
    if (range.getClientRects().length && parent.checkVisibility()) text += walker.currentNode.data;
  }
  return text;
}).join(" ").replace(/\\s+/g, " ")"""


@pytest.mark.parametrize("mode", MODES)
def test_a_mode_shows_its_languages_everywhere(show, everything, mode):
    page = show(everything, f"?lang={mode}")
    for place, (vietnamese, english) in PLACES.items():
        text = page.evaluate(PAINTED, place)
        assert (vietnamese in text) == (mode != "en"), (place, text)
        assert (english in text) == (mode != "vi"), (place, text)
    assert page.evaluate("document.documentElement.lang") == ("en" if mode == "en" else "vi")


@pytest.mark.parametrize(
    ("mode", "title"),
    [
        ("vi", "Mọi thứ một trang có thể chứa, với x_t và code – Mạng nơ-ron hồi tiếp"),
        (
            "both",
            "Mọi thứ một trang có thể chứa, với x_t và code · "
            "Everything a Page Can Hold, With x_t and code",
        ),
        ("en", "Everything a Page Can Hold, With x_t and code – Recurrent Neural Networks"),
    ],
)
def test_the_title_of_the_window(show, everything, mode, title):
    assert show(everything, f"?lang={mode}").title() == title


@pytest.mark.parametrize(
    ("mode", "name"), [("vi", "Đóng"), ("both", "Đóng · Close"), ("en", "Close")]
)
def test_the_names_of_buttons(show, everything, mode, name):
    page = show(everything, f"?lang={mode}")
    button = page.locator("#search .close")
    assert button.get_attribute("aria-label") == button.get_attribute("title") == name


@pytest.mark.parametrize("mode", MODES)
def test_no_two_languages_run_together(show, everything, mode):
    """Where both show, a line break or a mark stands between them."""
    page = show(everything, f"?lang={mode}")
    together = page.evaluate(
        """() => [...document.querySelectorAll(".text[lang=vi] + .text[lang=en]")]
        .filter((en) => en.checkVisibility() && en.previousElementSibling.checkVisibility())
        .filter((en) => !en.closest("svg, .label") && en.getClientRects().length)
        .filter((en) => {
          const a = en.previousElementSibling.getBoundingClientRect();
          const b = en.getBoundingClientRect();
          const mark = getComputedStyle(en, "::before").content;
          const apart = b.top >= a.bottom - 6 || b.left >= a.right + 20;
          return !apart && !mark.includes("·");
        }).map((en) => en.parentElement.outerHTML.slice(0, 120))"""
    )
    assert together == []


def test_side_by_side_where_the_article_is_wide(show, everything):
    boxes = """() => ["vi", "en"].map((lang) => {
      const box = document.querySelector(`.pair > .block[lang=${lang}]`).getBoundingClientRect();
      return { x: box.x, y: box.y, width: box.width, bottom: box.bottom };
    })"""
    vi, en = show(everything, "?lang=both").evaluate(boxes)
    assert vi["y"] == en["y"] and en["x"] > vi["x"] + vi["width"]
    vi, en = show(everything, "?lang=both", size=(700, 900)).evaluate(boxes)
    assert en["y"] >= vi["bottom"]


@pytest.mark.parametrize("width", [1030, 1280, 1440, 1920])
def test_the_measure(show, long, width):
    """A column alone holds 60 to 75 letters a line, and at least 36 side by side."""
    longest = """(lang) => {
      let most = 0;
      for (const p of document.querySelectorAll(`.pair > .block[lang=${lang}] > p`)) {
        const node = p.firstChild, range = document.createRange();
        let line = 0, top = null;
        for (let at = 0; at < node.length; at++) {
          range.setStart(node, at); range.setEnd(node, at + 1);
          const box = range.getBoundingClientRect();
          if (top !== null && box.top > top + 8) line = 0;
          top = box.top; most = Math.max(most, ++line);
        }
      }
      return most;
    }"""
    assert 60 <= show(long, "?lang=en", size=(width, 900)).evaluate(longest, "en") <= 80
    both = show(long, "?lang=both", size=(width, 900))
    assert both.evaluate(longest, "en") >= 36
    assert both.evaluate(longest, "vi") >= 36


def test_a_block_without_translation_shows_in_every_mode(show, everything):
    for mode in MODES:
        page = show(everything, f"?lang={mode}")
        assert page.locator(".block.untranslated").is_visible()
        assert page.locator("h3 .untranslated").is_visible()


def test_a_translation_that_is_out_of_date_says_so_in_every_mode(show, everything):
    for mode, mark in (("vi", "Bản dịch cũ"), ("both", "Bản dịch cũ"), ("en", "Translation out")):
        note = show(everything, f"?lang={mode}").locator(".pair.stale .stale-note")
        assert note.locator(".mark").inner_text().startswith(mark)
        assert not note.locator("del").is_visible()


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_the_mark_of_a_stale_block_opens_what_has_changed(show, everything, size):
    for options in ({}, {"java_script_enabled": False}):
        page = show(everything, size=size, **options)
        mark = page.locator(".pair.stale .stale-note > .mark")
        gone, come = (page.locator(f".stale-note {name}") for name in ("del", "ins"))
        for opens in (mark.click, lambda mark=mark: mark.press("Enter")):
            opens()
            assert gone.inner_text() == "The second one was old."
            assert come.inner_text() == "The second one is new."
            mark.press("Space")
            assert not gone.is_visible()


def test_figures_fit_their_labels(show, everything):
    """In no mode does a label of a drawing lie upon another."""
    for mode in MODES:
        page = show(everything, f"?lang={mode}")
        over = page.evaluate(
            """() => {
              const boxes = [...document.querySelectorAll("svg.drawing text")]
                .filter((text) => text.checkVisibility() && !text.matches(".script"))
                .map((text) => [text.textContent, text.getBoundingClientRect()]);
              const found = [];
              for (const [a, p] of boxes) for (const [b, q] of boxes) {
                if (p === q || p.width * q.width === 0) continue;
                const x = Math.min(p.right, q.right) - Math.max(p.left, q.left);
                const y = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
                if (x > 2 && y > 0.35 * Math.min(p.height, q.height)) found.push([a, b]);
              }
              return found;
            }"""
        )
        assert over == [], mode
