"""The control and the page work by keyboard, by finger and by name."""

import pytest

from tests.pages.conftest import NARROW


def test_arrows_choose_and_tab_leaves(show, everything):
    page = show(everything, "?lang=vi")
    page.locator("input[value=vi]").focus()
    seen = []
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
        seen.append(page.evaluate("document.documentElement.dataset.reading"))
    assert seen == ["both", "en", "both"]
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") != "reading"
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.value") == "both"


def test_the_focus_is_seen(show, everything):
    page = show(everything, "?lang=vi")
    page.locator("input[value=vi]").focus()
    page.keyboard.press("ArrowRight")
    outline = page.evaluate(
        """() => {
          const style = getComputedStyle(document.activeElement.nextElementSibling);
          return [style.outlineStyle, parseFloat(style.outlineWidth)];
        }"""
    )
    assert outline[0] == "solid" and outline[1] >= 2


def test_the_control_is_a_group_of_three_named_choices(show, everything):
    page = show(everything, "?lang=vi")
    group = page.get_by_role("radiogroup", name="Ngôn ngữ hiển thị")
    names = [
        radio.evaluate("radio => radio.labels[0].textContent")
        for radio in group.get_by_role("radio").all()
    ]
    assert names == ["Tiếng Việt", "Song ngữ", "English"]
    assert group.get_by_role("radio", name="Tiếng Việt").is_checked()


def test_fingers_find_the_control(show, everything):
    page = show(everything, size=NARROW)
    for box in (label.bounding_box() for label in page.locator(".reading label").all()):
        assert box["height"] >= 44 and box["width"] >= 44
    for tool in page.locator(".bd-header-article .tool:visible").all():
        box = tool.bounding_box()
        assert box["height"] >= 44 and box["width"] >= 44


@pytest.mark.parametrize("size", [(1440, 900), NARROW])
def test_the_control_stays_on_the_screen(show, long, size):
    page = show(long, size=size)
    page.evaluate("scrollTo(0, 3000)")
    box = page.locator(".reading").bounding_box()
    assert 0 <= box["y"] < 20
    assert 0 <= box["x"] and box["x"] + box["width"] <= size[0]


def test_the_table_of_contents_opens_on_a_small_screen(show, everything):
    page = show(everything, "?lang=vi", size=NARROW)
    sidebar = page.locator("#sidebar")
    assert not sidebar.is_visible()
    page.get_by_role("button", name="Mở mục lục sách").click()
    box = sidebar.bounding_box()
    assert box["x"] == box["y"] == 0 and box["height"] == NARROW[1], "at the edge of the screen"
    page.keyboard.press("Escape")
    assert not sidebar.is_visible()


def test_everything_that_can_be_used_has_a_name(show, any_page):
    page = show(any_page)
    nameless = page.evaluate(
        """() => [...document.querySelectorAll("button, a[href], input, [role=img]")].filter(
          (element) => !(element.getAttribute("aria-label") || element.textContent.trim()
            || element.labels?.[0]?.textContent || element.title)).map((e) => e.outerHTML)"""
    )
    assert nameless == []


def test_headings_and_landmarks_are_in_order(show, any_page):
    page = show(any_page)
    levels = page.evaluate(
        "[...document.querySelectorAll('article :is(h1,h2,h3,h4,h5,h6)')].map(h => +h.tagName[1])"
    )
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(deeper - level <= 1 for level, deeper in zip(levels, levels[1:]))
    for landmark in ("main", "header", "footer", "article", "nav#sidebar"):
        assert page.locator(landmark).count() == 1, landmark


def test_no_id_is_given_twice(show, any_page):
    page = show(any_page)
    twice = page.evaluate(
        """() => [...document.querySelectorAll("[id]")].map((element) => element.id)
          .filter((id, at, all) => all.indexOf(id) !== at)"""
    )
    assert twice == []


def test_formulas_keep_their_mathml(show, everything):
    page = show(everything)
    formulas = page.locator(".bd-article .katex").count()
    assert formulas > 5
    assert page.locator(".bd-article .katex > .katex-mathml math annotation").count() == formulas


def test_copying_code(show, everything):
    page = show(everything)
    page.locator(".cell_input .copy").first.click()
    page.locator(".copy.done").wait_for()
    page.keyboard.press("/")
    page.keyboard.press("Control+V")
    pasted = page.locator("#search input").input_value()
    assert pasted.startswith("def a_function_with_a_long_signature")


def test_searching_without_tones_and_without_a_server(show, everything):
    page = show(everything, "?lang=both")
    page.keyboard.press("/")
    page.keyboard.type("khuyu tay")
    page.get_by_text("Kết quả: 1").wait_for()
    result = page.locator("#search .results a")
    assert "khuỷu tay" in result.inner_text()
    assert result.locator("mark").all_inner_texts() == ["khuỷu", "tay"]
    result.click()
    page.wait_for_url("**/everything.html#*")
    page.wait_for_load_state()
    assert page.url.endswith("everything.html#pair-1")
    page.keyboard.press("/")
    page.keyboard.type("zzzz")
    page.get_by_text("Không tìm thấy gì.").wait_for()  # once: each search clears the last one
    assert page.faults == []


def test_the_search_page(show, sample):
    page = show(sample / "search.html", "?q=trich+dan")
    page.locator(".results a").first.wait_for()
    assert "everything.html#pair-" in page.locator(".results a").first.get_attribute("href")
