"""axe-core finds nothing to complain of (WCAG 2.2, A and AA), in any mode, light and dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.pages.conftest import MODES, NARROW

OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "rules": {"target-size": {"enabled": True}},  # axe leaves it out unless asked
    "resultTypes": ["violations"],
}


def violations(page):
    """Return what axe finds in a page: the rule and the element."""
    found = Axe().run(page, options=OPTIONS).response
    assert len(found["passes"]) > 10, "else it has not looked"
    return [(rule["id"], node["html"]) for rule in found["violations"] for node in rule["nodes"]]


def unfold(page):
    """Open every box, and every widget as far as its models are there."""
    page.evaluate("document.querySelectorAll('details').forEach((box) => { box.open = true; })")
    for start in page.locator(".living-start").element_handles():
        start.click()
    for body in page.locator(".living[data-widget] .living-body").all():
        body.locator("> *").first.wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("mode", MODES)
def test_every_page_of_the_sample_can_be_used_by_all(show, sample, mode, scheme):
    paths = sorted({*sample.rglob("*.html")} - {sample / "index.html"})  # which only leads on
    assert len(paths) >= 9
    found = {}
    for path in paths:
        page = show(path, f"?lang={mode}", color_scheme=scheme)
        unfold(page)
        found[path.name] = violations(page)
        page.context.close()
    assert {name: what for name, what in found.items() if what} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("opener", ["[data-opens=search]", ".open-sidebar", ".open-contents"])
def test_what_lies_over_a_page_can_be_used_by_all(show, everything, opener, scheme):
    if opener == "[data-opens=search]":
        page = show(everything, color_scheme=scheme)
        page.keyboard.press("/")
        page.locator("dialog input").fill("trang")
        page.locator("dialog .results a").first.wait_for()
    else:
        page = show(everything, size=NARROW, color_scheme=scheme)
        page.locator(opener).click()
    assert violations(page) == []
