"""The page of the translation's state, and the names at the end of a page."""

import pytest

from tests.pages.conftest import MODES, NARROW, WIDE

LONG = "tr:has(a[href$='long.html'])"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("size", [WIDE, NARROW])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pieces_of_a_bar_are_as_wide_as_their_numbers(show, sample, mode, size, scheme):
    page = show(sample / "status.html", f"?lang={mode}", size=size, color_scheme=scheme)
    row = page.locator(LONG)
    numbers = map(int, row.locator("td").all_inner_texts()[:5])
    pairs, reviewed, translated, unrecorded, stale = numbers
    assert (reviewed, unrecorded, stale, translated + 2) == (1, 0, 1, pairs)
    bar = row.locator(".bar").bounding_box()
    assert bar["width"] > 60 and bar["height"] > 5 and bar["x"] + bar["width"] <= size[0]
    for name, count in (("reviewed", reviewed), ("translated", translated), ("stale", stale)):
        piece = row.locator(f".bar .{name}")
        assert piece.bounding_box()["width"] == pytest.approx(bar["width"] * count / pairs, abs=1)
        key = page.locator(f"thead .key.{name}")
        colour = key.evaluate("key => getComputedStyle(key).backgroundColor")
        assert piece.evaluate("piece => getComputedStyle(piece).fill") == colour
    assert row.locator(".percent").inner_text() == f"{100 * (pairs - 1) // pairs}%"


def test_every_number_has_a_page_and_a_column(show, sample):
    page = show(sample / "status.html", "?lang=en")
    table = page.get_by_role("table")
    names = table.get_by_role("columnheader").all_inner_texts()
    assert names[:3] == ["Section", "Pairs", "Reviewed"]
    first = table.get_by_role("row").nth(1)
    assert first.get_by_role("rowheader").inner_text().startswith("A Sample Book")
    assert first.get_by_role("cell").count() == len(names) - 1
    pages = table.get_by_role("rowheader").get_by_role("link").all_inner_texts()
    assert [pages[0], pages[2]] == ["A Sample Book", "A Long Page"], "as the book is read"


def test_a_page_names_its_translators_and_reviewers(show, long, everything):
    for mode, said in (
        ("vi", ["Dịch: The authors", "Hiệu đính: Lê Thị Lan"]),
        ("both", ["DịchTranslation: The authors", "Hiệu đínhReview: Lê Thị Lan"]),
        ("en", ["Translation: The authors", "Review: Lê Thị Lan"]),
    ):
        lines = show(long, f"?lang={mode}").locator(".credits").all_inner_texts()
        assert [" ".join(line.split()) for line in lines] == said
    assert show(everything).locator(".credits").count() == 0, "nothing is recorded"
