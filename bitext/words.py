"""The words that the book's machinery puts on a page, in both languages."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from bs4 import BeautifulSoup
from docutils import nodes
from markupsafe import Markup
from sphinx.application import Sphinx

from bitext import downloads, formulas

#: What the templates say: Vietnamese, English.
WORDS = {
    "bilingual": ("song ngữ", "bilingual"),
    "book": ("Mục lục sách", "Table of contents"),
    "breadcrumb": ("Vị trí trong sách", "Place in the book"),
    "close": ("Đóng", "Close"),
    "contents": ("Trong trang này", "On this page"),
    "copied": ("Đã chép", "Copied"),
    "copy": ("Chép đoạn mã", "Copy the code"),
    "download": ("Tải notebook (.ipynb)", "Download the notebook (.ipynb)"),
    "english": ("tiếng Anh", "English"),
    "found": ("Kết quả: %s", "Results: %s"),
    "language": ("Ngôn ngữ hiển thị", "Language shown"),
    "menu": ("Mở mục lục sách", "Open the table of contents"),
    "neighbours": ("Trang trước và trang sau", "Previous and next page"),
    "next": ("Tiếp theo", "Next"),
    "nothing": ("Không tìm thấy gì.", "Nothing found."),
    "noscript": (
        "Tìm kiếm cần JavaScript. Mục lục ở bên vẫn dùng được.",
        "Search needs JavaScript. The table of contents works without it.",
    ),
    "previous": ("Trước đó", "Previous"),
    "search": ("Tìm kiếm", "Search"),
    "skip": ("Chuyển đến nội dung chính", "Skip to main content"),
    "theme": ("Nền sáng, nền tối", "Light or dark"),
    "top": ("Về đầu trang", "Back to top"),
    "unsearchable": (
        "Không nạp được dữ liệu tìm kiếm. Hãy đóng rồi mở lại ô này để thử lần nữa.",
        "The data for the search cannot be loaded. Close this box and open it to try again.",
    ),
    "vietnamese": ("tiếng Việt", "Vietnamese"),
}

#: Those that ``page.js`` says.
SCRIPT = ("copied", "copy", "found", "nothing", "unsearchable")

#: What Sphinx and MyST-NB write into a page, by their own English words: Vietnamese, English.
BUILT_IN = {
    "Link to this heading": ("Liên kết đến mục này", "Link to this heading"),
    "Permalink to this heading": ("Liên kết đến mục này", "Link to this heading"),
    "Link to this image": ("Liên kết đến hình này", "Link to this figure"),
    "Link to this table": ("Liên kết đến bảng này", "Link to this table"),
    "Link to this code": ("Liên kết đến đoạn mã này", "Link to this listing"),
    "Link to this definition": ("Liên kết đến định nghĩa này", "Link to this definition"),
    "Link to this term": ("Liên kết đến thuật ngữ này", "Link to this term"),
    "Permalink to this equation": ("Liên kết đến phương trình này", "Link to this equation"),
    "Permalink to this definition": ("Liên kết đến định nghĩa này", "Link to this definition"),
    "Show code cell content": ("Hiện mã và kết quả", "Show code and output"),
    "Hide code cell content": ("Ẩn mã và kết quả", "Hide code and output"),
    "Show code cell source": ("Hiện mã", "Show code"),
    "Hide code cell source": ("Ẩn mã", "Hide code"),
    "Show code cell output": ("Hiện kết quả", "Show output"),
    "Hide code cell output": ("Ẩn kết quả", "Hide output"),
}

#: What stands before the number of a figure, a table or a listing.
NUMBERED = {
    "Fig.": ("Hình", "Figure"),
    "Table": ("Bảng", "Table"),
    "Listing": ("Đoạn mã", "Listing"),
}

#: Mark of what is still in English only: Vietnamese, English.
UNTRANSLATED = ("Chưa dịch", "Not yet translated")

#: Mark of a translation whose English has changed since: Vietnamese, English.
STALE = ("Bản dịch cũ: tiếng Anh đã đổi", "Translation out of date: the English has changed")

#: What a page says whose outputs are the committed ones: Vietnamese, English.
PREVIEW = (
    "Bản xem trước: kết quả trên trang này là kết quả lưu cùng sách, chưa chạy lại trên máy này.",
    "A preview: the outputs on this page were kept with the book, and not run on this machine.",
)

#: Titles of boxes: Vietnamese, English.
ADMONITIONS = {
    "exercise": ("Bài tập", "Exercise"),
    "note": ("Ghi chú", "Note"),
    "solution": ("Lời giải", "Solution"),
    "summary": ("Tóm tắt", "Summary"),
    "tip": ("Mẹo", "Tip"),
    "warning": ("Lưu ý", "Warning"),
}

#: What stands in the titles of exercises and solutions, and in the links between them.
EXERCISE = ("Bài tập %s", "Exercise %s")
SOLUTION_TO = ("Lời giải bài tập %s", "Solution to exercise %s")
BACK_TO = ("Trở lại bài tập %s", "Back to exercise %s")

#: What the lists of terms say: Vietnamese, English.
ALSO = ("cũng dịch là", "also rendered")
ALSO_ENGLISH = ("cũng viết là", "also")
EQUATION = ("Phương trình", "Equation")
FIRST_USE = ("dùng lần đầu trong", "first used in")
ORDER = ("Xếp theo", "Sort by")
ORDERS = {"vi": ("tiếng Việt", "Vietnamese"), "en": ("tiếng Anh", "English")}

#: What the table of the translation's state says: Vietnamese, English.
STATUS = {
    "section": ("Mục", "Section"),
    "pairs": ("Số cặp", "Pairs"),
    "reviewed": ("Đã hiệu đính", "Reviewed"),
    "translated": ("Chờ hiệu đính", "Awaiting review"),
    "unrecorded": ("Chưa ghi nhận", "Not recorded"),
    "stale": ("Bản dịch cũ", "Stale"),
    "untranslated": ("Chưa dịch", "Untranslated"),
    "words": ("Số từ tiếng Anh", "English words"),
    "terms": ("Thuật ngữ sai", "Terms violated"),
    "whole": ("Cả cuốn sách", "The whole book"),
}

#: Before the names at the end of a page: Vietnamese, English.
CREDITS = {"translator": ("Dịch", "Translation"), "reviewer": ("Hiệu đính", "Review")}

#: All that styles a page; the stylesheets of the theme and of extensions are left out.
STYLESHEETS = ("katex/katex.min.css", "page.css")


def both(pair: tuple[str, str], markup: bool = False) -> str:
    """Return a word in both languages as two spans.

    Parameters
    ----------
    pair : tuple of str
        The word in Vietnamese and in English.
    markup : bool
        Whether the words are HTML already.

    Examples
    --------
    >>> both(("Tiếp theo", "Next"))
    '<span class="text" lang="vi">Tiếp theo</span> <span class="text" lang="en">Next</span>'
    """
    return " ".join(
        f'<span class="text" lang="{lang}">{text if markup else escape(text)}</span>'
        for lang, text in zip(("vi", "en"), pair)
    )


def word(pair: tuple[str, str]) -> str:
    """Return a word in both languages as one span; one that is the same in both, as it is.

    There is no space between the languages, which would stand before a comma or a colon where one
    of them is hidden.

    Examples
    --------
    >>> word(("Tiếp", "Next"))
    '<span class="word"><span class="text" lang="vi">Tiếp</span><span class="text" lang="en">\
Next</span></span>'
    >>> word(("LSTM", "LSTM"))
    'LSTM'
    """
    if pair[0] == pair[1]:
        return escape(pair[0])
    return f'<span class="word">{both(pair).replace("</span> <span", "</span><span")}</span>'


def nodes_of(pair: tuple[str, str]) -> list[nodes.Node]:
    """Return a word in both languages as docutils' nodes."""
    vi, en = (
        nodes.inline("", text, classes=["text", f"language-{lang}"])
        for lang, text in zip(("vi", "en"), pair)
    )
    return [vi, nodes.Text(" "), en]


def numbered(pair: tuple[str, str], number: str) -> tuple[str, str]:
    """Return a word in both languages with a number that no line parts from what is before it.

    Examples
    --------
    >>> numbered(("Bài tập %s", "Exercise %s"), "2")
    ('Bài tập\\xa02', 'Exercise\\xa02')
    """
    vi, en = (text.replace(" %s", f"\N{NO-BREAK SPACE}{number}") for text in pair)
    return vi, en


def named(attribute: str, pair: tuple[str, str]) -> str:
    """Return an attribute in both languages, of which ``page.js`` leaves what the mode shows.

    Examples
    --------
    >>> named("title", ("Đóng", "Close"))
    'title="Đóng · Close" data-vi="Đóng" data-en="Close"'
    """
    vi, en = map(escape, pair)
    return f'{attribute}="{vi} · {en}" data-vi="{vi}" data-en="{en}"'


def titles(html: str) -> tuple[str, str]:
    """Return the Vietnamese and the English half of a title as plain text.

    A title that is not translated, or that has no language at all, stands for both.

    Examples
    --------
    >>> titles('<span class="text" lang="vi">Mạng</span> <span class="text" lang="en">Nets</span>')
    ('Mạng', 'Nets')
    >>> titles("Index")
    ('Index', 'Index')
    """
    soup = BeautifulSoup(html, "html.parser")
    for formula in soup.select("span.math"):
        source = formula.find("annotation")
        formula.replace_with(formulas.plain(source.text) if source else "")
    found = {span["lang"]: " ".join(span.text.split()) for span in soup.select("span.text[lang]")}
    whole = " ".join(soup.text.split())
    return found.get("vi") or found.get("en") or whole, found.get("en") or whole


def page_titles(title: str, book: str) -> dict[str, str]:
    """Return what the browser's tab says in each mode.

    Parameters
    ----------
    title : str
        The page's title, as HTML.
    book : str
        The book's title, ``Tiếng Việt · English``.
    """
    ours, theirs = titles(title), book_titles(book)
    return {
        "both": " · ".join(dict.fromkeys(ours)),
        "vi": f"{ours[0]} – {theirs[0]}" if ours[0] != theirs[0] else ours[0],
        "en": f"{ours[1]} – {theirs[1]}" if ours[1] != theirs[1] else ours[1],
    }


def book_titles(book: str) -> tuple[str, str]:
    """Return the two halves of the book's title, ``Tiếng Việt · English``."""
    vi, _, en = book.partition(" · ")
    return vi, en or vi


def translate(body: str) -> str:
    """Put the words that Sphinx and MyST-NB have written into both languages.

    Parameters
    ----------
    body : str
        The HTML of a page's article.

    Examples
    --------
    >>> translate('<a title="Link to this heading">#</a>')
    '<a title="Liên kết đến mục này · Link to this heading" data-vi="Liên kết đến mục này" \
data-en="Link to this heading">#</a>'
    """
    body = DETAILS.sub(r'<details class="\g<kind>">\n<summary>', body)
    body = ATTRIBUTE.sub(lambda m: named(m["name"], BUILT_IN[m["text"]]), body)
    body = SUMMARY.sub(
        lambda m: f'<span class="{m["kind"]}">{both(BUILT_IN[m["text"]])}</span>', body
    )
    return CAPTION.sub(_caption, body)


_KNOWN = "|".join(map(re.escape, BUILT_IN))
ATTRIBUTE = re.compile(rf'(?P<name>title|aria-label)="(?P<text>{_KNOWN})"')
SUMMARY = re.compile(
    rf'<p class="(?P<kind>collapsed|expanded) admonition-title">(?P<text>{_KNOWN})</p>'
)
DETAILS = re.compile(
    r'<details class="admonition (?P<kind>hide[^"]*)">\s*'
    r'<summary aria-label="Toggle hidden content">'
)
CAPTION = re.compile(
    rf'<span class="caption-number">(?P<kind>{"|".join(map(re.escape, NUMBERED))})\s+'
    r'(?P<number>[\d.]+)\s*</span><span class="caption-text">(?P<text>.*?)</span>'
    r'(?=<a class="headerlink"|</p>|</caption>|</div>)',
    re.DOTALL,
)
HALF = re.compile(r'<span class="text(?: untranslated)?" lang="(?P<lang>vi|en)">')


def _caption(match: re.Match[str]) -> str:
    """Return a caption with its number in each language, at the beginning of each half."""
    names = dict(zip(("vi", "en"), NUMBERED[match["kind"]]))

    def number(lang: str) -> str:
        name = f"{names[lang]}\N{NO-BREAK SPACE}{match['number']}"
        return f'<span class="caption-number">{name}. </span>'

    text = HALF.sub(lambda half: half[0] + number(half["lang"]), match["text"])
    if text == match["text"]:  # a caption that has no language
        text = f'<span class="text" lang="vi">{number("vi")}</span>'
        text += f'<span class="text" lang="en">{number("en")}</span>{match["text"]}'
    return f'<span class="caption-text">{text}</span>'


def add_context(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Give the templates the words of the page, and translate those in its body."""
    book = app.config.project if app.config.html_title is None else app.config.html_title
    context["word"] = lambda key: list(zip(("vi", "en"), WORDS[key]))
    context["book_titles"] = list(zip(("vi", "en"), book_titles(book)))
    title = context.get("title") or ""
    if pagename == "search":
        title = both(WORDS["search"])
    context["page_titles"] = page_titles(title, book)
    context["root_heading"] = Markup(_heading(app, app.config.root_doc))
    context["script_words"] = {key: WORDS[key] for key in SCRIPT}
    context["stylesheets"] = [f"_static/{name}" for name in STYLESHEETS]
    context["downloads"] = _downloads(context)
    context["toc"] = Markup(_contents(context.get("toc", "")))
    context["display_toc"] = "<li" in context["toc"]
    for name in ("prev", "next"):
        if link := context.get(name):
            link["title"] = Markup(link["title"])
    if "body" in context:
        context["body"] = translate(THEBE.sub("", context["body"]))


#: What an extension of Jupyter Book leaves in every page, to run code on another host.
THEBE = re.compile(
    r'<script type="text/x-thebe-config">.*?</script>|<script>kernelName = .*?</script>', re.DOTALL
)


def _heading(app: Sphinx, name: str) -> str:
    """Return the title of a page as HTML."""
    title = app.env.titles.get(name)
    return app.builder.render_partial(title)["title"] if title is not None else ""


def _downloads(context: dict[str, Any]) -> dict[str, str]:
    """Return where the page's notebook is, seen from the page, in each of its forms."""
    source = context.get("sourcename", "")
    if not source.endswith(".ipynb"):
        return {}
    paths = (f"{downloads.SOURCES}/{name}" for name in downloads.names(source))
    return {mode: context["pathto"](path, True) for mode, path in zip(("vi", "both", "en"), paths)}


def _contents(toc: str) -> str:
    """Return the list of a page's headings without the page's own title, or nothing."""
    soup = BeautifulSoup(toc, "html.parser")
    inner = soup.select_one("ul > li > ul")
    return str(inner) if inner is not None else ""
