"""axe-core finds nothing to complain of (WCAG 2.2, A and AA), in any mode, light and dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.conftest import ROOT
from tests.pages.conftest import MODES, NARROW, WIDE

OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "rules": {"target-size": {"enabled": True}},  # axe leaves it out unless asked
    "resultTypes": ["violations"],
}
#: The pages of the project's own book, where it has been built; index.html only leads on.
HTML = ROOT / "_build" / "html"
BUILT = sorted({*HTML.rglob("*.html")} - {HTML / "index.html"})
AXE = Axe()


def violations(page, axe=AXE, options=OPTIONS):
    """Return what axe finds in a page: the rule and the element."""
    found = axe.run(page, options=options).response
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


#: Mark one text of each kind: those of the same elements and classes up to the root are painted by
#: the same rules.  Axe measures the contrast of these; test_contrast.py looks at every text.
MARK = """() => {
  const kinds = new Set();
  for (const element of document.querySelectorAll("body *")) {
    const texts = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    const written = texts.some((text) => text.data.trim()) || element.matches("input, textarea");
    if (!written || !element.checkVisibility()) continue;
    let kind = "";
    for (let up = element; up; up = up.parentElement)
      kind += `${up.localName}.${up.getAttribute("class")} `;
    element.toggleAttribute("data-measured", !kinds.has(kind));
    kinds.add(kind);
  }
}"""
MARKED = 'axe.configure({ rules: [{ id: "color-contrast", selector: "[data-measured]" }] })'
#: Without the rules that look at what lies where, which take most of the time.
QUICK = {
    **OPTIONS,
    "rules": {"color-contrast": {"enabled": False}, "link-in-text-block": {"enabled": False}},
}
#: Few, since a page takes seconds in each; the sample is tested in all states.
STATES = [
    (NARROW, "both", "dark", OPTIONS),
    (NARROW, "vi", "light", QUICK),
    (WIDE, "en", "light", QUICK),
]


@pytest.mark.parametrize("path", BUILT, ids=lambda path: path.stem)
def test_every_page_of_the_book_can_be_used_by_all(show, path):
    page = show(path, "?lang=both&q=trang")
    if page.locator("#search-page").count():
        page.locator("#search-page .results a").first.wait_for()
    unfold(page)
    axe = Axe(f"{AXE.axe_script}; {MARKED}; null")
    found = {}
    for (width, height), mode, scheme, options in STATES:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        page.locator(f"input[name=reading][value={mode}]").check()
        page.evaluate(MARK)
        found[width, mode, scheme] = violations(page, axe, options)
    assert {state: what for state, what in found.items() if what} == {}


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
