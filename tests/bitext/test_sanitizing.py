"""Drawings and HTML from outside: what stays shows, runs nothing, and keeps to itself."""

import re
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup

from bitext import drawings, sanitizing
from bitext.figures import inline
from tests import payloads

#: Of an element: the attributes in which an address may stand, and what a style may ask.
ASKS = re.compile(r"e\.test|javascript:|file:|etc/passwd|data:(?!image/png)", re.IGNORECASE)


def test_there_are_enough_of_them():
    assert len(payloads.SVG) >= 60 and len(payloads.HTML) >= 35


def harmless(markup):
    """Return whether nothing in HTML could run or ask, as a parser of it sees it."""
    soup = BeautifulSoup(markup, "html.parser")
    for element in soup.find_all(True):
        if element.name in sanitizing.GONE - {"svg", "style"} or ":" in element.name:
            return False
        for key, value in element.attrs.items():
            text = " ".join(value) if isinstance(value, list) else value
            asks = key not in ("class", "alt", "title") and ASKS.search(text)
            if key.startswith(("on", "xml:base")) or asks:
                return False
        if element.name == "style" and re.search(r"url\((?!#)|@|[<&]|position", element.text):
            return False
    return True


@pytest.mark.parametrize("name", payloads.SVG)
def test_a_drawing_is_cleaned_and_still_shows(name):
    markup = inline(payloads.SVG[name], "svg-1")
    assert harmless(markup)
    root = ElementTree.fromstring(markup)
    assert root.find(f".//{{{sanitizing.SVG}}}rect[@class='kept']") is not None
    selectors = re.findall(
        r"(?:^|\})\s*([^{}]+)\{", "".join(re.findall("<style>(.*?)</style>", markup, re.S))
    )
    assert all(one.strip().startswith("svg#svg-1 ") for s in selectors for one in s.split(", "))


@pytest.mark.parametrize("name", payloads.SVG)
def test_what_is_cleaned_stays_as_it_is(name):
    once, _ = sanitizing.parse(payloads.SVG[name], "a")
    again, lost = sanitizing.parse(ElementTree.tostring(once, encoding="unicode"), "b")
    assert lost == []
    assert sanitizing.markup(again).replace("b-a-", "a-").count("<") == sanitizing.markup(
        once
    ).count("<")


@pytest.mark.parametrize("name", payloads.NONE)
def test_what_is_no_drawing_is_refused(name, tmp_path):
    path = tmp_path / "a.svg"
    path.write_bytes(payloads.NONE[name])
    with pytest.raises(sanitizing.NotDrawingError):
        sanitizing.parse(sanitizing.read(path), "svg-1")


@pytest.mark.parametrize("name", payloads.HTML)
def test_html_is_cleaned(name):
    kept = sanitizing.clean(payloads.HTML[name])
    assert harmless(kept)
    assert "<svg" not in kept and "<style" not in kept and " id=" not in kept
    assert sanitizing.clean(kept) == kept


def test_html_of_an_output_is_not_changed_if_there_is_nothing_to_hide():
    table = '<div class="a" lang="vi"><table border="1"><tr><th scope="row" style="min-width: 9em">'
    table += "Mất mát</th><td>1&nbsp;2 &lt; 3</td></tr></table></div>\n"
    assert sanitizing.output("text/html", table) == table
    assert sanitizing.output("text/html", table + "<script>x</script>") == (sanitizing.clean(table))
    assert sanitizing.output("application/javascript", "x") is None
    assert sanitizing.output("image/svg+xml", payloads.SVG["quotes"]) == payloads.SVG["quotes"]
    assert "script" not in sanitizing.output("image/svg+xml", payloads.SVG["script"])


def test_ids_references_and_selectors_take_the_name_of_the_drawing():
    svg = payloads.HEAD + (
        '<style>#a > .b, rect:not(#a) { fill: url("#g"); marker: URL( #m ) }</style>'
        '<g id="a" mask="url(\'#m\')" style="filter:url(#f)"/><use xlink:href="#a"/></svg>'
    )
    text = inline(svg, "svg-2")
    assert "svg#svg-2 #svg-2-a > .b, svg#svg-2 rect:not(#svg-2-a) { fill: url(#svg-2-g); " in text
    assert "marker: url(#svg-2-m); }" in text and "&gt;" not in text
    assert 'mask="url(#svg-2-m)"' in text and 'style="filter: url(#svg-2-f)"' in text
    assert 'xlink:href="#svg-2-a"' in text


def test_a_finding_names_what_a_drawing_loses():
    _, lost = sanitizing.parse(payloads.SVG["onload inside"], "a")
    assert lost == ["onload='go()'", "onerror='go()'",
                    "href='http://e.test/x.png'"]  # fmt: skip
    _, lost = sanitizing.parse(payloads.SVG["style for the page"], "a")
    assert lost == []


def test_the_drawings_module_looks_at_a_file_anew_when_it_changes(tmp_path):
    path = tmp_path / "a.svg"
    path.write_bytes(b"")
    assert drawings._fault(path)[0] == "is no drawing: empty"
    path.write_text(payloads.SVG["quotes"], "utf-8")
    assert drawings._fault(path) is None


@pytest.mark.parametrize(
    "selector", ["a@import url(b);", "a url(b)", "@x", "a @media", "a 'b'", "a 3px"]
)
def test_a_selector_selects_and_does_nothing_else(selector):
    style = sanitizing.style_sheet(f"a {selector} text {{ fill: red }}  rect {{ fill: blue }}", "x")
    assert "svg#x rect { fill: blue; }" in style
    assert not re.search(r"@|url|import|'|3px|red", style)


def test_selectors_of_all_kinds_stay():
    style = sanitizing.style_sheet("a > b, .c:not(.d) ~ #e[f='g'], *::before { fill: red }", "x")
    assert 'svg#x a > b, svg#x .c:not(.d) ~ #x-e[f="g"], svg#x *::before { fill: red; }' in style
