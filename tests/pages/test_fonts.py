"""Every letter of Vietnamese comes from the book's own fonts, and they are few."""

import re
from pathlib import Path

import pytest

LETTERS = "ếộữằỵ ỂỖỮẰỸ đĐ ươ Ượ ăâêô aáàảãạ"


def used(page, selector, text):
    """Return the fonts that paint `text` in an element, and whether each is the page's own."""
    page.evaluate(
        "([selector, text]) => { document.querySelector(selector).textContent = text; }",
        [selector, text],
    )
    page.evaluate("document.fonts.ready.then(() => null)")
    page.wait_for_timeout(150)
    client = page.context.new_cdp_session(page)
    client.send("DOM.enable")
    client.send("CSS.enable")
    root = client.send("DOM.getDocument")["root"]["nodeId"]
    node = client.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    fonts = client.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    return {(font["familyName"], font["isCustomFont"]) for font in fonts}


@pytest.mark.parametrize(
    ("selector", "family"),
    [
        (".pair p", "Source Serif 4"),
        (".pair em", "Source Serif 4"),
        (".pair strong", "Source Serif 4"),
        ("h1", "Source Sans 3"),
        (".onthispage", "Source Sans 3"),
        (".reading span", "Source Sans 3"),
        ("figcaption p", "Source Sans 3"),
        (".cell_input pre", "Source Code Pro"),
        (".pair code", "Source Code Pro"),
    ],
)
def test_vietnamese_is_not_from_a_font_of_the_system(show, everything, selector, family):
    found = used(show(everything), selector, LETTERS)
    assert found and all(own for _, own in found), found
    assert all(family.split()[1] in name for name, _ in found), found


def test_fonts_are_light(show, everything):
    page = show(everything)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(200)
    files = {url for url in page.asked if url.endswith(".woff2")}
    sizes = {
        Path(url[len("file://") :]).name: Path(url[len("file://") :]).stat().st_size
        for url in files
    }
    text = {name: size for name, size in sizes.items() if not name.startswith("KaTeX")}
    assert text and sum(text.values()) < 200_000, text
    assert not [name for name in sizes if "latin-ext" in name], (
        "for Vietnamese alone it is not needed"
    )


def test_every_font_has_its_licence():
    folder = Path(__file__).parents[2] / "bitext" / "static"
    names = {
        re.sub(r"-(latin|vietnamese).*", "", path.name) for path in folder.glob("fonts/*.woff2")
    }
    assert names
    for name in names:
        assert "OFL" in (folder / "fonts" / f"LICENSE-{name}.txt").read_text("utf-8")
    assert "MIT" in (folder / "katex" / "LICENSE.txt").read_text("utf-8")


@pytest.mark.parametrize("selector", [".pair p", "h1", "h2", ".cell_input pre", ".reading span"])
def test_stacked_marks_have_room(show, everything, selector):
    """A line is higher than the tallest letter with its marks, above and below."""
    page = show(everything)
    room = page.evaluate(
        """(selector) => {
          const style = getComputedStyle(document.querySelector(selector));
          const pen = document.createElement("canvas").getContext("2d");
          pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
          const ink = pen.measureText("ỂỖẰỵộ");
          const height = ink.actualBoundingBoxAscent + ink.actualBoundingBoxDescent;
          return parseFloat(style.lineHeight) / height;
        }""",
        selector,
    )
    assert room > 1.0


def test_vietnamese_is_not_hyphenated(show, everything):
    page = show(everything)
    assert page.evaluate("getComputedStyle(document.querySelector('.block')).hyphens") == "manual"
