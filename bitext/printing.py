"""The book on paper: a PDF for each reading mode, printed by Chromium from the built pages."""

from __future__ import annotations

import io
import json
import posixpath
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import yaml
from bs4 import BeautifulSoup, Tag

from bitext.editions import EDITIONS, LICENSES, files, order, read, said, still, wait
from bitext.locks import hold
from bitext.settings import Settings
from bitext.words import WORDS, book_titles, both, titles

#: The file of each reading mode, in the folder of all that is made.
FILES = files("pdf")

STYLE = Path(__file__).parent / "templates" / "print.css"

#: What a page has for the screen alone.
SCREEN = "script, noscript, button, .headerlink, .sorting, .to-solution, .to-exercise"

#: The host that the browser is told; every file that it asks for comes from the built pages.
HOST = "http://book.invalid/"

#: How wide the text is in print.css, 166 mm, in CSS pixels.
WIDTH = 627

#: How often the book is laid out for the page numbers alone, without what takes longest: once with
#: none, and once because the numbers make the index shorter; and how often at most.
DRAFTS = 2
LAYOUTS = 5

#: By preference: without a window Chromium starts in half the time.
BROWSERS = (
    *("chromium-headless-shell", "chromium", "chromium-browser"),
    *("google-chrome", "google-chrome-stable"),
)

REFERENCE = re.compile(r"url\(#")
NAMED = ("for", "headers", "aria-labelledby", "aria-describedby")

MISSING = (
    "to print the book, Python needs playwright and pypdf: "
    "run 'make pdf', which installs them, or 'pip install --no-deps -r requirements-test.txt'"
)
NO_BROWSER = (
    "no Chromium to print the book with: run 'apt install chromium' (or the like of your system), "
    "or 'playwright install chromium'"
)

REINSTALL = "install it anew, with the libraries that it needs"


def save(settings: Settings) -> Iterator[tuple[Path, int]]:
    """Print the book in each reading mode; yield each file and its pages as soon as it is whole.

    Raises
    ------
    FileNotFoundError
        If a page is not built, or if there is no browser, no playwright or no pypdf.
    OSError
        If the browser does not start.
    ValueError
        If the page numbers do not settle.
    """
    sync_api, pypdf = _modules()
    pages = settings.build / "html"
    with sync_api.sync_playwright() as playwright:
        program = chromium(playwright)
        try:
            browser = playwright.chromium.launch(executable_path=program)
        except sync_api.Error as error:
            reason = error.message.splitlines()[0]
            raise OSError(f"{program} does not start: {reason}: {REINSTALL}") from None
        with hold(settings.build / ".pages.lock", wait):
            print("reading the pages", flush=True)
            book = compose(pages, order(settings.root), _title(settings.root))
            page = open_book(browser, book.html, pages)
        for mode, name in FILES.items():
            print(f"printing {name}", flush=True)
            made = print_mode(page, mode, book)
            target = settings.build / name
            part = target.with_name(f"{name}.part")
            part.write_bytes(made)
            part.replace(target)
            yield target, len(pypdf.PdfReader(io.BytesIO(made)).pages)
        browser.close()


def _modules() -> tuple[Any, Any]:
    """Return playwright's interface and pypdf, which only the tests need otherwise."""
    try:
        import pypdf
        from playwright import sync_api
    except ImportError as error:
        raise FileNotFoundError(f"{error}: {MISSING}") from None
    return sync_api, pypdf


def chromium(playwright: Any) -> str:
    """Return the browser's path: an installed one, or the one that playwright has fetched.

    Raises
    ------
    FileNotFoundError
        If there is none.
    """
    for name in BROWSERS:
        if path := shutil.which(name):
            return path
    path = playwright.chromium.executable_path
    if not Path(path).is_file():
        raise FileNotFoundError(NO_BROWSER)
    return path


def _title(root: Path) -> str:
    return yaml.safe_load((root / "_config.yml").read_text("utf-8"))["title"]


# ---- one document of all pages ------------------------------------------------------------------


@dataclass(frozen=True)
class Book:
    """The whole book as one document.

    Parameters
    ----------
    html : str
        The document; it shows the mode that ``data-reading`` names.
    titles : tuple of str
        The book's title, Vietnamese and English.
    heads : dict
        The title of each page by the id of its article, Vietnamese and English.
    """

    html: str
    titles: tuple[str, str]
    heads: dict[str, tuple[str, str]]

    def title(self, mode: str) -> str:
        """Return the title of the file of a mode."""
        return said(mode, self.titles)

    def rules(self, mode: str) -> str:
        """Return the style rules that put the title of each page at the foot of its sheets."""
        rules = []
        for name, pair in self.heads.items():
            title = json.dumps(said(mode, pair), ensure_ascii=False)
            rules.append(f'[id="{name}"] {{ page: p-{name} }}')
            rules.append(f"@page p-{name} {{ @bottom-left {{ content: {title} }} }}")
        return "\n".join(rules)


def compose(pages: Path, names: list[tuple[str, int]], title: str) -> Book:
    """Return the whole book as one document.

    Parameters
    ----------
    pages : Path
        The folder of the built pages.
    names : list of tuple
        The pages and their depths, as `order` returns them.
    title : str
        The book's title, ``Tiếng Việt · English``.

    Raises
    ------
    FileNotFoundError
        If a page is not built.
    """
    articles = [_article(pages, name, depth, {name for name, _ in names}) for name, depth in names]
    contents = "\n".join(line for article in articles for line in _lines(article))
    heading = f'<h1 id="print-contents">{both(WORDS["book"])}</h1>'
    styles = [path for path in ("living/living.css",) if (pages / "_static" / path).is_file()]
    sheets = ["katex/katex.min.css", "page.css", *styles]
    links = "".join(f'<link rel="stylesheet" href="{HOST}_static/{sheet}">' for sheet in sheets)
    body = "\n".join(str(article) for article in articles)
    html = (
        '<!DOCTYPE html>\n<html lang="vi" data-theme="light" data-reading="both">\n<head>'
        f'<meta charset="utf-8"><title>{escape(title)}</title>{links}'
        f'<style>{STYLE.read_text("utf-8")}</style><style id="print-pages"></style></head>\n<body>'
        f'<header class="print-title"><p class="print-name">{both(book_titles(title))}</p>'
        f'<p class="print-edition"></p><p class="print-license word">{both(LICENSES)}</p></header>'
        f'<nav class="print-contents">{heading}\n<ol>{contents}</ol></nav>\n'
        f'<main class="bd-article-container">{body}</main></body></html>'
    )
    heads = {article["id"]: titles(article.h1.decode_contents()) for article in articles}
    return Book(html, book_titles(title), heads)


def _article(pages: Path, name: str, depth: int, names: set[str]) -> Tag:
    """Return what a page says, made ready to stand in one document with the others."""
    soup = _soup(read(pages, name))
    article = soup.select_one("article.bd-article")
    for credit in reversed(soup.select("main > .credits")):
        article.h1.insert_after(credit)  # at the end it would stand on a sheet of its own
    for widget in article.select(".living"):
        still(widget, name)
    for element in article.select(SCREEN):
        element.decompose()
    for details in article.select("details:not(.stale-note)"):
        details["open"] = ""
    for heading in article.find_all(re.compile("^h[1-6]$")):
        heading["aria-level"] = str(int(heading.name[1]) + depth)
    for entry in article.select(".index .entry"):
        _pages_only(entry)
    prefix = f"{_prefix(name)}--"
    for element in article.find_all(True):
        _rename(element, prefix)
        if element.name == "a" and "href" in element.attrs:
            _lead(element, name, names)
    article["id"] = _prefix(name)
    article["data-depth"] = str(depth)
    return article


def _soup(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser", multi_valued_attributes=None)


def _prefix(name: str) -> str:
    return name.replace("/", "-")


def _rename(element: Tag, prefix: str) -> None:
    """Begin every id, and what refers to one inside of the page, with a prefix; not links."""
    for key, value in element.attrs.items():
        if key == "id":
            element[key] = prefix + value
        elif key in NAMED:
            element[key] = " ".join(prefix + part for part in value.split())
        elif key != "class" and (key != "href" or element.name != "a"):
            element[key] = REFERENCE.sub(f"url(#{prefix}", value)
            if key.endswith("href") and value.startswith("#"):
                element[key] = f"#{prefix}{value[1:]}"
    if element.name == "style":  # that of a figure: bitext.figures begins its ids with svg-
        element.string = element.text.replace("#svg-", f"#{prefix}svg-")


def _pages_only(entry: Tag) -> None:
    """Let an entry of the index name pages: the places of each section, or else the section."""
    links = []
    for section in entry.select("dd:has(> .page)"):
        links += section.select(".places a") or section.select(".page a")
        section.extract()
    places = entry.append(Tag(name="dd", attrs={"class": "numbers"}))
    for link in links:
        link.clear()
        link["data-page"] = ""  # its target, which `_lead` knows
        places.append(link)


def _lead(link: Tag, name: str, names: set[str]) -> None:
    """Let a link lead to its place in the same document, or nowhere if that is not on paper."""
    parts = urlsplit(link["href"])
    if parts.scheme:
        return
    page = name
    if parts.path:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path)))
        page = path.removesuffix(".html")
    if page in names:
        fragment = unquote(parts.fragment)
        target = f"{_prefix(page)}--{fragment}" if fragment else _prefix(page)
        link["href"] = f"#{target}"
        if "data-page" in link.attrs:
            link["data-page"] = target
    else:
        del link["href"]


def _lines(article: Tag) -> Iterator[str]:
    """Yield the lines of the table of contents for a page: its title, and those one below."""
    for heading in article.find_all(["h1", "h2"]):
        target = article["id"] if heading.name == "h1" else heading.parent["id"]
        level = article["data-depth"] if heading.name == "h1" else "below"
        yield (
            f'<li class="level-{level}"><a href="#{target}">'
            f'<span class="said">{heading.decode_contents()}</span>'
            f'<span class="number" data-page="{target}"></span></a></li>'
        )


# ---- printing -----------------------------------------------------------------------------------

#: Brings the document into a reading mode, with what page.js does for the pages on a screen, and
#: shrinks formulas and tables that are wider than the paper.
READ = """([mode, title, edition, rules]) => {
  const root = document.documentElement;
  root.dataset.reading = mode;
  root.lang = mode === "en" ? "en" : "vi";
  document.title = title;
  document.querySelector(".print-edition").textContent = edition;
  document.getElementById("print-pages").textContent = rules;
  for (const place of document.querySelectorAll("[data-page]")) {
    place.hidden = false;
    place.textContent = "000"; // as wide as most will be
  }
  for (const mark of document.querySelectorAll(".print-or")) mark.remove();
  const seconds = mode !== "both" ? [] : document.querySelectorAll(
    ":is(article :is(h1, h2, h3, h4, h5, h6), #print-contents) .text + .text");
  for (const second of seconds) {
    second.insertAdjacentHTML("afterbegin", '<span class="print-or">&nbsp;·&nbsp;</span>');
  }
  const by = mode === "en" ? "orderEn" : "orderVi";
  for (const list of document.querySelectorAll("dl.terms")) {
    list.append(...[...list.children].sort((a, b) => a.dataset[by] - b.dataset[by]));
  }
  for (const element of document.querySelectorAll("[data-vi][aria-label]")) {
    const { vi, en } = element.dataset;
    element.ariaLabel = mode !== "both" ? element.dataset[mode] : vi === en ? vi : `${vi} · ${en}`;
  }
  const wide = [...document.querySelectorAll("article :is(.katex-display, table)")];
  for (const box of wide) box.style.zoom = 1;
  const shares = wide.map((box) => {
    const room = box.matches("table") ? box.parentElement : box;
    return room.clientWidth / Math.max(box.scrollWidth, box.offsetWidth);
  });
  wide.forEach((box, at) => { if (shares[at] < 1) box.style.zoom = shares[at]; });
}"""

#: Loads every font; one that fails is of the system, a stand-in that this machine lacks.
FONTS = "Promise.allSettled([...document.fonts].map((font) => font.load())).then(() => null)"

#: Writes the page numbers into the contents and the index, there each once and in order.
NUMBER = """(numbers) => {
  for (const place of document.querySelectorAll("[data-page]")) {
    place.textContent = numbers[place.dataset.page];
  }
  for (const places of document.querySelectorAll(".index .numbers")) {
    const links = [...places.children].sort((a, b) => a.textContent - b.textContent);
    links.forEach((link, at) => { link.hidden = link.textContent === links[at - 1]?.textContent; });
    places.append(...links);
  }
}"""


def open_book(browser: Any, text: str, pages: Path) -> Any:
    """Open the document in a browser that reaches the files of the pages and nothing else.

    All that it needs of them is loaded then.
    """
    size = {"width": WIDTH, "height": 1000}
    page = browser.new_page(java_script_enabled=False, color_scheme="light", viewport=size)
    page.set_default_timeout(0)  # a busy machine is slow, which is no fault
    page.emulate_media(media="print")

    def answer(route: Any) -> None:
        url = route.request.url
        path = pages / unquote(urlsplit(url).path.lstrip("/"))
        if url == HOST:
            route.fulfill(body=text, content_type="text/html; charset=utf-8")
        elif url.startswith(HOST) and path.is_file():
            route.fulfill(path=path)
        else:
            route.abort()

    page.route("**/*", answer)
    page.goto(HOST)
    page.evaluate(FONTS)
    return page


def show(page: Any, mode: str, book: Book) -> None:
    """Bring the document into a reading mode."""
    page.evaluate(READ, [mode, book.title(mode), said(mode, EDITIONS[mode]), book.rules(mode)])


def print_mode(page: Any, mode: str, book: Book) -> bytes:
    """Return the PDF of a reading mode, with page numbers in its contents and its index."""
    show(page, mode, book)
    known: dict[str, int] = {}
    for layout in range(LAYOUTS):
        whole = layout >= DRAFTS
        made = page.pdf(
            outline=whole, tagged=whole, prefer_css_page_size=True, print_background=True
        )
        found = page_numbers(made)
        if whole and found.items() <= known.items():
            return made
        known |= found  # what no link leads to any more keeps its number: the index shows it once
        page.evaluate(NUMBER, known)
    raise ValueError(f"{FILES[mode]}: the page numbers change with every layout: report this")


def page_numbers(made: bytes) -> dict[str, int]:
    """Return on which page, counted from 1, each place is that a link of a PDF leads to."""
    _, pypdf = _modules()
    reader = pypdf.PdfReader(io.BytesIO(made))
    numbers = {page.indirect_reference.idnum: at for at, page in enumerate(reader.pages, 1)}
    return {
        name.removeprefix("/"): numbers[place.get_object()[0].idnum]
        for name, place in reader.root_object["/Dests"].items()
    }
