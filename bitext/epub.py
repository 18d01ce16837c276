"""The book for e-readers: an EPUB 3 file for each reading mode, made of the built pages.

What the pages have is kept: texts, numbers, figures, outputs, formulas.  A file in one language has
nothing of the other; formulas are MathML alone; solutions are open; there is no script.  A builder
of Sphinx would put titles, contents and pages into one file in both languages, and much of a page
(figures, lists of terms, tables of results) is HTML before a builder sees it; hence this module.
"""

from __future__ import annotations

import copy
import datetime
import mimetypes
import os
import posixpath
import re
import unicodedata
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import jinja2
import yaml
from bs4 import BeautifulSoup, NavigableString, Tag

from bitext import people, sanitizing, words
from bitext.editions import EDITIONS, LICENSES, files, order, read, said, still, wait
from bitext.locks import hold
from bitext.settings import Settings

#: The file of each reading mode, in the folder of all that is made.
FILES = files("epub")

#: The languages of a mode, the main one first.
LANGS = {"vi": ("vi",), "both": ("vi", "en"), "en": ("en",)}

TEMPLATES = Path(__file__).parent / "templates" / "epub"
STYLE = TEMPLATES / "epub.css"

#: Where the pages are in the file, with the same paths from one to another as in ``_build/html``.
TEXT = "text"

#: What a page has for the screen, or for JavaScript, alone; solutions stand below their exercises.
SCREEN = (
    "script, noscript, button, .katex-html, .headerlink, .sorting, .backrefs, .to-solution, "
    ".to-exercise, .citation .label, details.hide > summary"
)

#: What no page has, but for the styles and the pictures of drawings: a reader knows no policy.
NEVER = (
    "iframe, frame, object, embed, applet, form, input, select, textarea, audio, video, base, "
    "link, meta, template, foreignobject, animate, set, style:not(svg style)"
)

#: Attributes with an address that a reader may ask for.
ASKING = ("action", "background", "data", "formaction", "ping", "poster", "srcdoc", "srcset")

#: Words that stand beside each other in both languages, with nothing between them.
BESIDE = ".word, .admonition-title, .mark"

#: Where nobody is named: Vietnamese, English.
NOBODY = "Những người dịch · The translators"

#: What the title page says: Vietnamese, English.
ABOUT = (
    "Bản dành cho máy đọc sách. Các nút, ô tìm kiếm và phần tương tác mà sách nhắc đến "
    "nằm trong bản web, do lệnh make html dựng.",
    "The edition for e-readers. The buttons, the search and the interactive parts of which the "
    "text speaks are in the web edition, which make html builds.",
)

#: For those who choose a book by how it can be read: Vietnamese, English.
ACCESSIBLE = (
    "Công thức viết bằng MathML, kèm mã nguồn LaTeX. Hình vẽ có văn bản thay thế; đồ thị chỉ được "
    "mô tả bằng các nhãn trên đó. Mã và kết quả là văn bản.",
    "Formulas are MathML with their LaTeX source. Figures have a text alternative; plots are "
    "described by their labels alone. Code and outputs are text.",
)

#: Kinds of files that are copied as they are.
KINDS = ("image/gif", "image/jpeg", "image/png", "image/webp", "text/css")

#: Letters in a line of a displayed formula from which on it is smaller on a narrow screen, and
#: from twice as many on still smaller.
LONG = 36

#: Names of SVG that are not all small, which a parser of HTML makes small.
CASED = re.compile(r"(?<=[\s<])[a-z]+[A-Z][A-Za-z]*(?=[\s=>/])")
#: A color of the page's style sheet, with the one that stands in for it elsewhere.
VARIABLE = re.compile(r"var\(--[\w-]+,\s*([^()]+)\)")

#: Letters that MathML Core draws only if they are written as such, by the names of Unicode.
LETTERS = {"double-struck": "DOUBLE-STRUCK", "script": "SCRIPT", "fraktur": "BLACK-LETTER"}


@dataclass(frozen=True)
class Page:
    """A page of the book.

    Parameters
    ----------
    name : str
        Its path without a suffix, ``chapter_rnn/rnn``.
    depth : int
        Its depth in the table of contents, from 0.
    article : Tag
        What it says.
    """

    name: str
    depth: int
    article: Tag

    @property
    def path(self) -> str:
        """Where the page is in an EPUB file, seen from the package."""
        return f"{TEXT}/{self.name}.xhtml"


@dataclass(frozen=True)
class Item:
    """A file of the package, as its manifest names it."""

    path: str
    content: bytes
    properties: str = ""

    @property
    def id(self) -> str:
        """A name that no other file has."""
        return "i-" + re.sub(r"[^\w.-]", "-", self.path)

    @property
    def type(self) -> str:
        """The media type.

        Raises
        ------
        ValueError
            If the suffix of the file tells none.
        """
        if self.path.endswith(".xhtml"):
            return "application/xhtml+xml"
        kind, _ = mimetypes.guess_type(self.path)
        if kind not in KINDS:  # drawings stand in the page itself, cleaned
            raise ValueError(f"{self.path}: not a kind of image for all: use PNG, JPEG or GIF")
        return kind


def save(settings: Settings) -> Iterator[Path]:
    """Write the book for e-readers in each reading mode; yield each file as soon as it is whole.

    Raises
    ------
    FileNotFoundError
        If a page is not built.
    ValueError
        If a page cannot be XHTML, or shows an image from another host.
    """
    html = settings.build / "html"
    with hold(settings.build / ".pages.lock", wait):
        pages = [_read(html, name, depth) for name, depth in order(settings.root)]
        last = max((html / f"{page.name}.html").stat().st_mtime for page in pages)
    made = datetime.datetime.fromtimestamp(last, datetime.timezone.utc)
    for mode, name in FILES.items():
        items = package(pages, mode, settings, made)
        yield _zip(settings.build / name, items, made)


def _zip(target: Path, items: list[Item], made: datetime.datetime) -> Path:
    """Write a file beside its place, then rename it; the same pages give the same bytes."""
    part = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as file:
            for item in items:
                info = zipfile.ZipInfo(item.path, made.timetuple()[:6])
                # The first one tells what the file is, uncompressed:
                # https://www.w3.org/TR/epub-33/#sec-zip-container-mime
                stored = item.path == "mimetype"
                info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
                info.external_attr = 0o644 << 16
                file.writestr(info, item.content)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    return target


# ---- a page, in both languages ------------------------------------------------------------------


def _read(html: Path, name: str, depth: int) -> Page:
    """Return what a built page says, as all modes need it."""
    text = read(html, name)
    soup = BeautifulSoup(text, "html.parser")
    article = soup.select_one("article.bd-article")
    for line in soup.select("main > .credits"):
        article.append(line)
    for element in article.select(SCREEN):
        element.decompose()
    for widget in article.select(".living"):
        still(widget, name)
    for details in article.select("details"):
        details.name = "div"
        for summary in details.select(":scope > summary"):
            summary.name = "p"
    for math in article.select("math"):
        _math(math)
    names = {found.lower(): found for found in CASED.findall(text)}
    for svg in article.select("svg"):
        _svg(svg, names)
    for image in article.select("img"):
        if urlsplit(image["src"]).scheme not in ("", "data"):
            raise ValueError(f"{name}: an image from another host, {image['src']}: keep it in img/")
    _disarm(article)
    for table in article.select("table[border]"):
        del table["border"]
    for element in article.find_all(lang=True):
        element["xml:lang"] = element["lang"]
    return Page(name, depth, article)


def _disarm(article: Tag) -> None:
    """Take out what would run or ask for a file, whatever has brought it."""
    for element in article.select(NEVER):
        element.decompose()
    for element in article.find_all(True):
        for key, value in list(element.attrs.items()):
            kind, text = key.lower().rpartition(":")[2], str(value)
            if kind == "href" and element.name != "a":
                kept = text.startswith("#") or sanitizing.PICTURE.fullmatch(text)
            elif kind == "href":
                kept = sanitizing.leads(text)
            elif kind == "src":
                kept = element.name == "img" and sanitizing.shows(text)
            else:
                kept = not kind.startswith("on") and kind not in ASKING
                if kind == "style" or kind in sanitizing.PROPERTIES:
                    kept = kept and not re.search(r"url\(\s*[\"']?(?!#)|\\", text, re.IGNORECASE)
            if not kept:
                del element.attrs[key]


def _math(math: Tag) -> None:
    """Make of KaTeX's MathML what MathML Core draws, with the source for those who hear it.

    See https://www.w3.org/TR/mathml-core/: there is no ``mathvariant`` but ``normal``, and no
    ``columnalign``.
    """
    math["alttext"] = math.annotation.get_text().strip()
    math.annotation.decompose()
    math.semantics.unwrap()
    math.find_parent(class_="katex").replace_with(math)
    if math.parent.name == "span" and "math" in math.parent.get("class", ()):
        _keep_together(math.parent)
    for letter in math.select("[mathvariant]"):
        variant = letter["mathvariant"]
        if variant in LETTERS:
            del letter["mathvariant"]
            letter.string = "".join(_letter(each, LETTERS[variant]) for each in letter.text)
        elif variant != "normal":
            letter["mathvariant"], letter["class"] = "normal", variant  # epub.css draws it
    rows = [row.text for row in math.select("mtr")] or [math.text]
    length = max(map(len, rows))
    if math.get("display") == "block" and length > LONG:
        math.find_parent("div")["class"] = ["math", "long" if length < 2 * LONG else "longest"]
    for table in math.select("mtable[columnalign]"):
        sides = table["columnalign"].split()
        for row in table.find_all("mtr", recursive=False):
            for at, cell in enumerate(row.find_all("mtd", recursive=False)):
                cell["class"] = sides[min(at, len(sides) - 1)]


def _keep_together(formula: Tag) -> None:
    """Let no line begin with what stands right behind a formula, or end with what stands before.

    A formula of MathML is like a picture in the line, which a browser parts from a full stop.
    """
    before, after = formula.previous_sibling, formula.next_sibling
    formula["class"] = ["math", "together"]
    if isinstance(before, NavigableString) and (match := re.search(r"\S+\Z", before)):
        formula.insert(0, match[0])
        before.replace_with(before[: match.start()])
    if isinstance(after, NavigableString) and (match := re.match(r"\S+", after)):
        formula.append(match[0])
        after.replace_with(after[match.end() :])


def _letter(letter: str, style: str) -> str:
    """Return a letter in a style of mathematics.

    Examples
    --------
    >>> _letter("R", "DOUBLE-STRUCK"), _letter("F", "DOUBLE-STRUCK"), _letter("1", "SCRIPT")
    ('ℝ', '𝔽', '1')
    """
    name = f"{style} {'CAPITAL' if letter.isupper() else 'SMALL'} {letter.upper()}"
    for found in (name, f"MATHEMATICAL {name}"):
        try:
            return unicodedata.lookup(found)
        except KeyError:
            continue
    return letter


def _svg(svg: Tag, names: dict[str, str]) -> None:
    """Give a figure its own colors, and the names of SVG their capitals back."""
    svg["xmlns"] = "http://www.w3.org/2000/svg"
    for element in [svg, *svg.find_all(True)]:
        element.name = names.get(element.name, element.name)
        element.attrs = {names.get(key, key): value for key, value in element.attrs.items()}
        if style := element.get("style"):
            element["style"] = VARIABLE.sub(r"\1", style)
        if lang := element.attrs.pop("lang", None):  # SVG 1.1 has no other
            element["xml:lang"] = lang
        if element.name == "style":
            element.string.replace_with(type(element.string)(VARIABLE.sub(r"\1", element.string)))


# ---- a page in a mode ---------------------------------------------------------------------------


def _in(page: Page, mode: str) -> Page:
    """Return a page as a mode shows it."""
    article = copy.copy(page.article)
    for element in article.find_all(True):
        if element.decomposed:
            continue
        if _hidden(element, mode):
            element.decompose()
        elif "data-vi" in element.attrs:
            pair = (element["data-vi"], element["data-en"])
            for key in {"aria-label", "title"} & set(element.attrs):
                element[key] = said(mode, pair)
        elif element.name == "img":
            vi, mark, en = element.get("alt", "").replace(" / ", " · ").partition(" · ")
            element["alt"] = said(mode, (vi, en if mark else vi))
    if mode == "both":
        _beside(article)
    if mode == "en":
        for terms in article.select("dl.terms"):
            _sort(terms)
    for element in article.find_all(True):
        element.attrs = {
            key: value
            for key, value in element.attrs.items()
            if not key.startswith(("data-", "on"))
        }
    return Page(page.name, page.depth, article)


def _hidden(element: Tag, mode: str) -> bool:
    """Whether a mode does not show an element."""
    kinds, lang = element.get("class", ()), element.get("xml:lang")
    if mode == "both":
        # The works that are cited have words in both languages: one is enough.
        return lang == "en" and "text" in kinds and bool(element.find_parent(class_="citation"))
    if not {"text", "block"} & set(kinds) or "untranslated" in kinds:
        return "or" in kinds
    return lang not in (None, mode)


def _beside(article: Tag) -> None:
    """Part the languages where both show in one line, or in one label of a figure."""
    for word in article.select(f":is({BESIDE}) .text + .text"):
        word.insert_before(" · ")
    shifts = {"vi": "-0.56em", "en": "0.56em"}  # as in page.css
    for half in article.select(".label > text.text"):
        half["dy"] = shifts[half["xml:lang"]]


def _sort(terms: Tag) -> None:
    """Bring a list of terms into the order of English, with the English name first."""
    entries = sorted(terms.select(".entry"), key=lambda entry: int(entry["data-order-en"]))
    for entry in entries:
        terms.append(entry.extract())
        if english := entry.select_one('dt[lang="en"]'):
            entry.insert(0, english.extract())


def _link(pages: list[Page]) -> None:
    """Let every link lead to its place in the file; one to what is not there becomes text."""
    places = {page.name: {found["id"] for found in page.article.select("[id]")} for page in pages}
    for page in pages:
        for link in page.article.select("a[href]"):
            parts = urlsplit(link["href"])
            if parts.scheme:
                continue
            path = posixpath.join(posixpath.dirname(page.name), unquote(parts.path))
            name = posixpath.normpath(path).removesuffix(".html") if parts.path else page.name
            place = unquote(parts.fragment)
            if name not in places or place and place not in places[name]:
                link.unwrap()
            else:
                there = parts.path.removesuffix(".html") + ".xhtml" if parts.path else ""
                link["href"] = there + (f"#{parts.fragment}" if place else "")


# ---- the package --------------------------------------------------------------------------------


def package(
    pages: list[Page], mode: str, settings: Settings, made: datetime.datetime
) -> list[Item]:
    """Return the files of the book in a mode, that which tells its kind first.

    Parameters
    ----------
    pages : list of Page
        The pages in reading order, as they are built.
    mode : str
        ``"vi"``, ``"en"`` or ``"both"``.
    settings : Settings
        The book.
    made : datetime
        When the pages were built.

    Raises
    ------
    ValueError
        If a page cannot be XHTML.
    """
    config = yaml.safe_load((settings.root / "_config.yml").read_text("utf-8"))
    title = said(mode, words.book_titles(config["title"]))
    authors = [
        said(mode, words.book_titles(name))
        for name in list(people.names(settings).values()) or [NOBODY]
    ]
    shown = [_in(page, mode) for page in pages]
    _link(shown)
    contents = said(mode, words.WORDS["book"])
    # Read in this order: https://www.w3.org/TR/epub-33/#sec-spine-elem
    items = [
        _page("title.xhtml", title, mode, _title(title, authors, mode)),
        _page("nav.xhtml", contents, mode, _nav(shown, mode), "nav"),
    ]
    for page in shown:
        heading = words.titles(page.article.h1.decode_contents())
        items.append(_page(page.path, said(mode, heading), mode, page.article.decode_contents()))
    items += [Item(path, content) for path, content in _images(shown, settings).items()]
    items.append(Item("epub.css", STYLE.read_bytes()))
    package = _template("package.opf").render(
        langs=LANGS[mode],
        identifier=uuid.uuid5(uuid.NAMESPACE_URL, f"{config['title']} {mode}").urn,
        title=title,
        authors=authors,
        rights=said(mode, LICENSES),
        modified=made.strftime("%Y-%m-%dT%H:%M:%SZ"),
        summary=said(mode, ACCESSIBLE),
        items=items,
    )
    return [
        Item("mimetype", b"application/epub+zip"),
        Item("META-INF/container.xml", (TEMPLATES / "container.xml").read_bytes()),
        Item("book/package.opf", package.encode()),
        *(Item(f"book/{item.path}", item.content) for item in items),
    ]


def _template(name: str) -> jinja2.Template:
    loader = jinja2.FileSystemLoader(TEMPLATES)
    return jinja2.Environment(loader=loader, autoescape=True).get_template(name)


def _page(path: str, title: str, mode: str, body: str, properties: str = "") -> Item:
    """Return a page of XHTML.

    Raises
    ------
    ValueError
        If it is not well-formed.
    """
    text = _template("page.xhtml").render(
        lang=LANGS[mode][0],
        title=title,
        kind=mode,
        up="../" * path.count("/"),
        body=jinja2.utils.markupsafe.Markup(body),
    )
    try:
        ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        line = text.split("\n")[error.position[0] - 1]
        near = line[max(0, error.position[1] - 60) : error.position[1] + 20]
        raise ValueError(f"{path}: no XHTML: {error}: near {near!r}: correct the HTML") from None
    used = [kind for kind, mark in (("mathml", "<math"), ("svg", "<svg")) if mark in text]
    return Item(path, text.encode(), " ".join([*properties.split(), *used]))


def _title(title: str, authors: list[str], mode: str) -> str:
    """Return the title page."""
    heading, *others = title.split(" · ")
    lines = [f"<h1>{escape(heading)}</h1>"]
    lines += [f'<p class="title" lang="en" xml:lang="en">{escape(other)}</p>' for other in others]
    lines.append(f'<p class="authors">{escape(", ".join(authors))}</p>')
    for pair in (EDITIONS[mode], ABOUT, LICENSES):
        for lang, text in zip(("vi", "en"), pair):
            if lang in LANGS[mode] and text:
                lines.append(f'<p lang="{lang}" xml:lang="{lang}">{escape(text)}</p>')
    return f'<section class="title-page" epub:type="titlepage">{"".join(lines)}</section>'


def _nav(pages: list[Page], mode: str) -> str:
    """Return the table of contents: pages, their sections and subsections, in nested lists."""
    parts, above = [], -1
    for level, href, text in _entries(pages):
        if level > above:
            level = above + 1
            parts.append("\n<ol>\n")
        else:
            parts.append("</li>\n" + "</ol>\n</li>\n" * (above - level))
        parts.append(f'<li><a href="{escape(href)}">{text}</a>')
        above = level
    parts.append("</li>\n</ol>\n" * (above + 1))
    heading = " · ".join(
        _said(lang, text)
        for lang, text in zip(("vi", "en"), words.WORDS["book"])
        if lang in LANGS[mode]
    )
    return f'<nav epub:type="toc" role="doc-toc"><h1>{heading}</h1>{"".join(parts)}</nav>\n'


def _said(lang: str, text: str) -> str:
    return f'<span lang="{lang}" xml:lang="{lang}">{escape(text)}</span>'


def _entries(pages: list[Page]) -> Iterator[tuple[int, str, str]]:
    """Yield level, place and words of each heading."""
    for page in pages:
        for heading in page.article.select("h1, h2, h3"):
            spans = [
                _said(span["lang"], words.titles(str(span))[0])
                for span in heading.select(".text[lang]")
            ]
            section = heading.find_parent("section")
            level = int(heading.name[1]) - 1
            place = f"#{section['id']}" if level else ""
            text = " · ".join(spans) or escape(" ".join(heading.text.split()))
            yield page.depth + level, page.path + place, text


def _images(pages: list[Page], settings: Settings) -> dict[str, bytes]:
    """Return the images of the pages by their paths in the file.

    Raises
    ------
    FileNotFoundError
        If one is not built.
    ValueError
        If one lies outside the pages.
    """
    found = {}
    for page in pages:
        for image in page.article.select("img"):
            parts = urlsplit(image["src"])
            if not parts.scheme:
                folder = posixpath.dirname(page.name)
                path = posixpath.normpath(posixpath.join(folder, unquote(parts.path)))
                if path.startswith(("/", "..")):
                    raise ValueError(f"{page.name}: {image['src']} is no image of the pages")
                file = settings.build / "html" / path
                if not file.is_file():
                    raise FileNotFoundError(f"{file}: this picture is not built: run 'make html'")
                found[f"{TEXT}/{path}"] = file.read_bytes()
    return found
