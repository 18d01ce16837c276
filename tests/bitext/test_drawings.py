"""`make check` and the build name a drawing that is none, and HTML, by file and line."""

import pytest
from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.utils import new_document
from sphinx.errors import ExtensionError

from bitext import cleaning, drawings, figures, harmless, sources
from bitext.book import sections
from bitext.checks import check
from bitext.findings import SourceError
from tests import payloads
from tests.conftest import HEADER


@pytest.fixture
def book(book_folder):
    """Return a function that writes a page with a shared cell, and gives back page and line."""

    def write(cell, **files):
        text = (
            f'{HEADER}+++ {{"lang": "en"}}\n\n# A\n\n+++ {{"lang": "vi"}}\n\n# A\n\n+++\n\n{cell}\n'
        )
        path = book_folder.root / "chapter_toy" / "seen.md"
        path.write_text(text, "utf-8")
        (book_folder.root / "img").mkdir(exist_ok=True)
        for name, content in files.items():
            (book_folder.root / "img" / name.replace("_", ".")).write_bytes(content)
        return text[: text.index(cell)].count("\n") + 1

    write.settings = book_folder
    return write


def found(settings, kind):
    return [f for f in check(settings) if f.kind == kind]


@pytest.mark.parametrize("name", payloads.NONE)
def test_a_file_that_is_no_drawing_is_named_with_its_page_by_check_and_build(book, name):
    line = book("Words.\n\n![Một / One](../img/a.svg)", a_svg=payloads.NONE[name]) + 2
    (fault,) = found(book.settings, "drawing")
    assert (fault.path, fault.line, fault.cell) == ("chapter_toy/seen.md", line, 3)
    assert str(fault).startswith(f"chapter_toy/seen.md:{line}: cell 3: img/a.svg is no drawing: ")
    assert "\n" not in str(fault)
    with pytest.raises(SourceError) as error:
        sections(book.settings)
    assert str(fault) in str(error.value).split("\n")


def test_the_page_says_the_same(book):
    line = book("![Một / One](../img/a.svg)", a_svg=b"\x89PNG\xff")
    section = sources.read(book.settings.root / "chapter_toy" / "seen.md", book.settings.root)
    (fault,) = drawings.findings(section, book.settings.root)

    class Env:
        srcdir, docname = str(book.settings.root), "chapter_toy/seen"

    document = new_document("seen", get_default_settings())
    document.settings.env = Env
    document += nodes.image(uri="img/a.svg")
    with pytest.raises(ExtensionError) as error:
        figures.InlineFigures(document).run()
    assert str(error.value) == str(fault) and fault.line == line


def test_one_that_no_page_shows_is_named_itself(book):
    book("Words.", b_svg=b"", c_svg=payloads.SVG["script"].encode())
    empty, script = found(book.settings, "drawing")
    assert str(empty).startswith("img/b.svg:1: the file is no drawing: empty: ")
    assert "holds what no page shows: <script>" in str(script)


@pytest.mark.parametrize("form", ["```{{figure}} {}\n:name: a\n```", "![a]({})", "- ![a](<{}>)"])
def test_every_way_to_show_a_drawing_is_seen(book, form):
    book(form.format("../img/a.SVG"), a_SVG=b"")
    assert len(found(book.settings, "drawing")) == 1


def test_html_in_a_section_is_refused_by_check_and_build(book):
    line = book("Words.\n\n<script>go()</script>") + 2
    (fault,) = found(book.settings, "html")
    assert (fault.path, fault.line, fault.cell) == ("chapter_toy/seen.md", line, 3)
    with pytest.raises(SourceError, match="HTML '<script>go"):
        sections(book.settings)


@pytest.mark.parametrize("name", payloads.HTML)
@pytest.mark.parametrize("form", ["{}", "Words {} words.", "> - {}"])
def test_all_html_is_refused(name, form):
    faults = list(harmless.refused(form.format(payloads.HTML[name].replace("\0", ""))))
    # Markdown takes "<img/src" for text, as a page shows it.
    assert {line for line, *_ in faults} == (set() if name == "slash" else {0})


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("a <b>b</b>\nc <i onclick=x>d</i>", 1),
        ("```{raw} html\n<b>\n```", 0),
        ("```{eval-rst}\n.. raw:: html\n```", 0),
        ("```{meta}\n:a: b\n```", 0),
        ("```{note}\nWords.\n\n<script>x</script>\n```", 3),
        ("````{note}\n```{note}\n<script>x</script>\n```\n````", 2),
        ("```{figure} ../img/a.png\n:target: javascript:x\n```", 1),
        ("```{image} http://e.test/a.png\n```", 0),
        ("![a](http://e.test/a.png)", 0),
        ("a\nb ![a](//e.test/a.png)", 1),
    ],
)
def test_what_else_no_page_shows_is_refused_at_its_line(text, at):
    assert [line for line, *_ in harmless.refused(text)][0] == at


@pytest.mark.parametrize(
    "text",
    ["`<script>`", "```html\n<script>\n```", "```{code-block} html\n<script>\n```", "$a<b$: c>d",
     "[a](https://e.org)", "![a](../img/a.png)", "<https://e.org>", "a <b>b</b><br>"],
)  # fmt: skip
def test_what_a_page_shows_is_not_refused(text):
    assert list(harmless.refused(text)) == []


@pytest.mark.parametrize(
    "text",
    ["<!--><script>x</script>-->", "<!---><script>x</script>-->", "<!-- --!><b onclick=x> -->"],
)
def test_a_comment_ends_where_a_browser_ends_it(text):
    assert not harmless.is_harmless(text)


def test_a_page_is_cleaned_but_for_what_the_book_makes():
    document = new_document("page", get_default_settings())
    paragraph = nodes.paragraph()
    paragraph += nodes.raw("", "<b>", format="html")
    paragraph += nodes.raw("", '<a href="javascript:x">', format="html")
    paragraph += nodes.reference("", "", nodes.Text("go"), refuri="java\nscript:x")
    paragraph += nodes.reference("", "", nodes.Text("on"), refuri="https://e.org")
    document += [paragraph, nodes.raw("", "<p onclick=x>a</p><script>x</script>", format="html")]
    document += [cleaning.made('<button onclick="x">a</button>').deepcopy()]
    document += [nodes.image(uri="https://e.org/a.png", alt="a"), nodes.image(uri="img/a.png")]
    document += [nodes.meta("", content="0;url=//e.org", **{"http-equiv": "refresh"})]
    cleaning.Cleaning(document).apply()
    raw = [node.astext() for node in document.findall(nodes.raw)]
    assert raw == ["<b>", "<a></a>", "<p>a</p>", '<button onclick="x">a</button>']
    assert [node["refuri"] for node in document.findall(nodes.reference)] == ["https://e.org"]
    assert [node["uri"] for node in document.findall(nodes.image)] == ["img/a.png"]
    assert not list(document.findall(nodes.meta))
