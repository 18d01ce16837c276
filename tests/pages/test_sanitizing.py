"""Without any policy nothing runs, nothing is asked for, and a drawing changes itself alone."""

import pytest
from bs4 import BeautifulSoup

from bitext import epub, sanitizing
from bitext.figures import inline
from tests import payloads
from tests.pages.conftest import sync_api

ALL = {**{f"svg: {n}": s for n, s in payloads.SVG.items()}, **payloads.HTML}

#: What a page has beside what is tried: text and a drawing of its own, in a style that is known.
OWN = (
    '<p class="other" style="color: rgb(1, 2, 3)">own</p><svg id="own" viewBox="0 0 9 9" '
    'width="90" height="90"><rect class="other" width="5" height="5" fill="rgb(1, 2, 3)"></rect>'
    '<text class="other" y="8">own</text></svg>'
)

#: How the page's own parts look, and where they are.
LOOK = """() => [document.body, ...document.querySelectorAll("p.other, #own, #own *")].map((e) => {
  const s = getComputedStyle(e);
  return [s.display, s.color, s.fill, s.backgroundImage, s.opacity, s.position, s.font,
    e === document.body || e.getBoundingClientRect().x].join("; ");
})"""

#: What a reader could do to what is tried.
TRY = """() => {
  for (const e of document.querySelectorAll(".go, #tried a, #tried button, #tried summary")) {
    e.dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true}));
  }
  for (const e of document.querySelectorAll("#tried *")) { if (e.focus) e.focus(); }
}"""


def cleaned(name: str) -> str:
    """Return what a page gets of what is tried."""
    return inline(ALL[name], "svg-9") if name.startswith("svg: ") else sanitizing.clean(ALL[name])


def as_xhtml(markup: str) -> str:
    """Return HTML as the EPUB has it, in a document of XHTML."""
    soup = BeautifulSoup(f"<article>{markup}</article>", "html.parser")
    names = {found.lower(): found for found in epub.CASED.findall(markup)}
    for svg in soup.select("svg"):
        epub._svg(svg, names)
    epub._disarm(soup.article)
    return epub._page("text/a.xhtml", "a", "vi", soup.article.decode_contents()).content.decode()


@pytest.fixture(scope="module")
def page(browser):
    """Return a page without a policy, which notes what it is asked for and what runs."""
    context = browser.new_context(viewport={"width": 800, "height": 600})
    context.add_init_script("window.go = () => { window.ran = (window.ran || 0) + 1; }")
    page = context.new_page()
    page.asked = []
    files = {}

    def answer(route):
        url = route.request.url
        if url in files:
            kind, text = files[url]
            route.fulfill(body=text, content_type=f"{kind}; charset=utf-8")
        else:
            page.asked.append(url)
            route.abort()

    page.route("**/*", answer)

    def put(markup, xhtml=False):
        """Open a page that holds what is tried between its own parts."""
        body = f'{OWN}<div id="tried">{markup}</div>'
        url = "http://book.test/a" + ".xhtml" * xhtml
        text = as_xhtml(body) if xhtml else f"<!DOCTYPE html><html><body>{body}</body></html>"
        files[url] = ("application/xhtml+xml" if xhtml else "text/html", text)
        page.asked.clear()
        try:
            page.goto(url)
            page.evaluate(TRY)
            page.wait_for_timeout(20)
            ran, look = page.evaluate("window.ran || 0"), page.evaluate(LOOK)
        except sync_api.Error as error:  # it has gone elsewhere
            ran, look = str(error), []
        return ran, [a for a in page.asked if not a.endswith(("epub.css", "favicon.ico"))], look

    page.put = put
    yield page
    context.close()


@pytest.mark.parametrize("xhtml", [False, True], ids=["page", "epub"])
def test_nothing_runs_nothing_is_asked_for_and_the_rest_looks_the_same(page, xhtml):
    look = page.put("", xhtml)[2]
    assert len(look) == 5
    faults = {
        name: found for name in ALL if (found := page.put(cleaned(name), xhtml)) != (0, [], look)
    }
    assert faults == {}


def test_as_they_were_many_of_them_run_or_ask(page):
    """What the test above finds is seen, and the payloads are real ones."""
    look = page.put("")[2]
    found = [page.put(text) for text in ALL.values()]
    assert sum(ran != 0 for ran, _, _ in found) >= 30
    assert sum(bool(asked) for _, asked, _ in found) >= 30
    assert sum(look != seen for _, _, seen in found) >= 3


def test_a_drawing_still_shows(page):
    page.put(cleaned("svg: style for the page"))
    red = "() => getComputedStyle(document.querySelector('#tried .kept')).fill"
    assert page.evaluate(red) == "rgb(0, 0, 0)"
    page.put(inline(payloads._svg("<style>rect.kept{fill:rgb(9, 9, 9)}</style>"), "svg-9"))
    assert page.evaluate(red) == "rgb(9, 9, 9)"
    assert page.evaluate("document.querySelector('#tried .kept').getBoundingClientRect().width") > 0


#: Puts into each drawing what is much larger than the page.
COVER = """(svg) => {
  const cover = document.createElementNS(svg.namespaceURI, "rect");
  const sides = { x: -1e4, y: -1e4, width: 3e4, height: 3e4 };
  for (const name in sides) cover.setAttribute(name, sides[name]);
  svg.append(cover);
}"""
#: Whether a drawing is painted in the middle of its box, above it and below it.
PAINTED = """() => {
  const box = document.querySelector(".figure-svg");
  box.scrollIntoView({ block: "center" });
  const { left, top, bottom, right } = box.getBoundingClientRect();
  const at = (x, y) => Boolean(document.elementFromPoint(x, y).closest("svg"));
  const beside = [top - 30, bottom + 30].map((y) => at(left + 5, y));
  return [at((left + right) / 2, (top + bottom) / 2), ...beside];
}"""


def test_a_drawing_paints_over_nothing_of_its_page(show, everything):
    page = show(everything)
    for drawing in page.locator(".figure-svg svg").all():
        drawing.evaluate(COVER)
    assert page.evaluate(PAINTED) == [True, False, False]
