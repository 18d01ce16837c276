"""A page obeys its Content-Security-Policy, and nothing runs that is not the book's own."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bitext.policy import policy

SERVER = "http://book.test/"


def served(page, folder, path):
    """Open a page as a web server would give it, though there is none."""

    def answer(route):
        found = folder / urlsplit(route.request.url).path.lstrip("/")
        route.fulfill(path=found) if found.is_file() else route.fulfill(status=404)

    page.route(f"{SERVER}**", answer)
    page.goto(SERVER + path.relative_to(folder).as_posix())
    page.evaluate("document.fonts.ready.then(() => null)")


def test_every_page_has_a_policy_and_obeys_it(show, any_page):
    page = show(any_page)
    rules = page.locator("meta[http-equiv='Content-Security-Policy']").get_attribute("content")
    assert "unsafe-eval" not in rules and rules.count("unsafe-inline") == 1
    assert "style-src-attr 'unsafe-inline'" in rules
    page.wait_for_timeout(100)
    assert page.faults == []
    assert page.locator("html[data-reading] input[name=reading]:checked").count() == 1, "it runs"


def test_no_element_has_a_handler_in_its_markup(show, any_page):
    page = show(any_page)
    assert page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((element) =>
          [...element.attributes].some((a) => /^on/i.test(a.name) ||
            /^\\s*javascript:/i.test(a.value))).map((element) => element.outerHTML)"""
    ) == []  # fmt: skip


@pytest.mark.parametrize("name", ["everything", "living", "long"])
def test_a_page_from_a_server_obeys_it_too(show, sample, name):
    path = sample / "chapter_sample" / f"{name}.html"
    page = show(path)
    page.faults.clear()
    served(page, sample, path)
    assert page.locator("html[data-reading] input[name=reading]:checked").count() == 1
    page.keyboard.press("/")
    page.locator("dialog input").fill("trang")
    page.locator("dialog .results a").first.wait_for()
    assert page.faults == []


#: What somebody might bring into a page, each of which would set the page's title.
EVIL = {
    "a script": "const s = document.createElement('script'); s.textContent = BAD; BODY.append(s)",
    "a handler": "BODY.innerHTML += `<img src='data:,' onerror='${BAD}'>`; ",
    "a link": "const a = document.createElement('a'); a.href = `javascript:${BAD}`; "
    "BODY.append(a); a.click()",
    "a script from another host": "const s = document.createElement('script'); "
    "s.src = 'https://elsewhere.test/a.js'; BODY.append(s)",
    "a script in data": "const s = document.createElement('script'); "
    "s.src = `data:text/javascript,${BAD}`; BODY.append(s)",
    "a frame": "const f = document.createElement('iframe'); "
    "f.srcdoc = `<script>${BAD}</script>`; BODY.append(f)",
    "text as code": "try { setTimeout(BAD) } catch (error) {}",
}


@pytest.mark.parametrize("server", [False, True])
@pytest.mark.parametrize("way", EVIL)
def test_what_is_brought_into_a_page_does_not_run(show, sample, everything, way, server):
    page = show(everything)
    if server:
        served(page, sample, everything)
    title = page.title()
    bad = "parent.document.title='evil'"
    page.evaluate(f"(BAD) => {{ const BODY = document.body; {EVIL[way]} }}", bad)
    page.wait_for_timeout(200)
    assert any("violates the following Content Security Policy" in text for text in page.faults)
    assert page.title() == title


def test_a_style_sheet_from_elsewhere_has_no_effect(show, everything):
    page = show(everything)
    page.evaluate(
        """() => {
          const style = document.createElement("style");
          style.textContent = "body { color: rgb(1, 2, 3) }";
          document.body.append(style);
        }"""
    )
    assert page.evaluate("getComputedStyle(document.body).color") != "rgb(1, 2, 3)"


def test_the_styles_of_drawings_are_let_in_one_by_one(show, everything):
    text = everything.read_text("utf-8")
    assert text.count("<style") >= 1, "else this test sees nothing"
    assert show(everything).faults == []


def test_a_style_is_let_in_as_the_browser_reads_it():
    def hashes(style):
        return set(re.findall("sha256-[^']+", policy("", f"<svg><style>{style}</style></svg>")))

    decoded, both = hashes("a > b {}"), hashes("a &gt; b {}")
    assert (len(decoded), len(both)) == (2, 3), "one is that of the script"
    assert decoded < both


def test_the_folder_itself_leads_to_the_first_page(show, sample):
    page = show(sample / "intro.html")
    title = page.title()
    page.goto((sample / "index.html").as_uri())
    page.wait_for_url("**/intro.html")
    assert page.title() == title
    text = Path(sample / "index.html").read_text("utf-8")
    assert text.startswith("<!DOCTYPE html>\n<html lang=") and "<title>" in text
