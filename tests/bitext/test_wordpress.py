import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bitext import d2l, harmless, importing, markdown, sources, wordpress


def read(text):
    """Return the kinds and texts of the blocks that hold something."""
    blocks = wordpress.read(d2l.clean(text)[0])
    return [(b.kind, b.text) for b in blocks if b.kind not in ("mark", "comment", "aside")]


def seen(text):
    """Return the letters and digits that a browser shows of a page."""

    class Seen(HTMLParser):
        def __init__(self):
            super().__init__()
            self.words, self.hidden = [], ""

        def handle_starttag(self, tag, attributes):
            if tag in wordpress.ASIDE and not self.hidden:
                self.hidden = tag

        def handle_endtag(self, tag):
            if tag == self.hidden:
                self.hidden = ""

        def handle_data(self, data):
            if not self.hidden:
                self.words.append(data)

    parser = Seen()
    parser.feed(text)
    parser.close()
    return re.sub(r"[\W_]+", "", "".join(parser.words))


def shown(blocks):
    """Return the letters and digits that the book shows of some blocks."""
    words = []
    for _, text in blocks:
        for token in markdown.walk(text):
            if token.type in ("text", "text_special", "code_inline", "fence", "math_inline"):
                words.append(token.content)
    return re.sub(r"[\W_]+", "", "".join(words))


def test_headings_paragraphs_and_pictures_become_blocks():
    text = (
        '<!-- wp:heading -->\n<h2 class="x">A &amp; B #</h2>\n<!-- /wp:heading -->\n\n'
        "<!-- wp:paragraph -->\n<p>Một <strong>hai </strong>ba<br>bốn</p>\n<!-- /wp:paragraph -->\n"
        '<figure class="y"><img src="a (1).png" alt="X"/><figcaption>Hình <em>một</em>'
        "</figcaption></figure>"
    )
    assert read(text) == [
        ("heading", "## A & B \\#"),
        ("prose", "Một **hai** ba\\\nbốn"),
        ("figure", "Hình *một*"),
    ]
    (figure,) = (b for b in wordpress.read(text) if b.kind == "figure")
    assert (figure.info, figure.line) == ("a%20%281%29.png", 8)
    assert figure.problem == "the description of the picture was 'X'"


@pytest.mark.parametrize(
    "html, expected",
    [
        (
            "<p>X&lt;t&gt; *a* _b_ c_d $5 [e] `f`</p>",
            "X\\<t> \\*a\\* \\_b\\_ c_d \\$5 \\[e\\] \\`f\\`",
        ),
        ("<p># a</p>", "\\# a"),
        ("<p>a<br># b<br>1. c<br>2020 d</p>", "a\\\n\\# b\\\n1\\. c\\\n2020 d"),
        ("<p>% a</p>", "\\% a"),
        ("<p>(a)= b</p>", "\\(a)= b"),
        ("<p>&amp;lt; &amp; b</p>", "\\&lt; & b"),
        ("<code>a*`b</code>", "``a*`b``"),
        ("<p>see https://e.org/a_b.</p>", "see <https://e.org/a_b>."),
        ('<a href="https://e.org/(x)">https://e.org</a>', "[https://e.org](https://e.org/%28x%29)"),
        ("<p>$latex h_t$ is</p>", "$h_t$ is"),
        ("<ol start=3><li>a</li><li>b<ul><li>c</ul></li></ol>", "3. a\n\n4. b\n\n   - c"),
        ("<table><tr><td>a|b<td>c<tr><td>d</table>", "| a\\|b | c |\n| --- | --- |\n| d |  |"),
        ("<blockquote><p>a<br>b</p></blockquote>", "> a\\\n> b"),
        ("<pre>a\n  &lt;b&gt;</pre>", "```\na\n  <b>\n```"),
        ("<b>a<i>b</i></b>", "**a*b***"),
        ("<b><b>a</b></b>", "**a**"),
        ("a<sub>b</sub>", "ab"),
    ],
)
def test_html_becomes_markdown_that_shows_the_same(html, expected):
    assert [text for _, text in read(html)] == [expected]
    assert shown(read(html)) == re.sub("latex", "", seen(html))


LIVE = [
    "<script>alert(1)</script>",
    "<SCRIPT src=x>",
    '<p onclick="x()">a</p>',
    "<iframe src=x></iframe>",
    '<a href="javascript:x()">a</a>',
    '<a href="JaVa&#x53;cript:x()">a</a>',
    '<img src="javascript:x()">',
    "<img src=x onerror=x()>",
    "<style>a{}</style>",
    "<svg><script>x</script></svg>",
    "&lt;script&gt;x&lt;/script&gt;",
    "<form action=x><button>a</button></form>",
    "<scr<script>ipt>x</script>",
    "```{raw} html<br>&lt;script&gt;",
    ":::{raw} html",
]


@pytest.mark.parametrize("live", LIVE)
def test_nothing_live_comes_into_the_book(live):
    page = f"<!-- wp:html -->\n{live}\n<!-- /wp:html -->\n<p>Một câu ở đây.</p>"
    imported = importing.convert(page, "page.html")
    assert importing.unaccounted(page, imported) == []
    for cell in sources.parse(imported.text, "page", "page.md").cells:
        assert harmless.is_harmless(cell.text)
        for token in markdown.walk(cell.text):
            target = str((token.attrs or {}).get("href") or (token.attrs or {}).get("src") or "")
            assert ":" not in target or target.startswith(("http", "mailto"))
            assert not token.type.startswith("html")


def test_what_is_set_aside_is_named():
    page = "<!-- wp:html -->\n<script>x</script>\n<a href='data:x'>a</a>\n<img>"
    imported = importing.convert(page, "page.html")
    assert [(finding.line, finding.what) for finding in imported.report.findings][:3] == [
        (2, "the element <script> is set aside"),
        (3, "the link to 'data:x' is dropped"),
        (4, "the picture '' is dropped"),
    ]


PIECES = [
    "<p>", "</p>", "<b>", "</b>", "<em>", "</em>", "<code>", "</code>", "<a href='http://x.y'>",
    "</a>", "<ul>", "<ol>", "<li>", "</li>", "</ul>", "</ol>", "<br>", "<h2>", "</h2>", "<pre>",
    "</pre>", "<table>", "<tr>", "<td>", "</td>", "</tr>", "</table>", "<figure>", "</figure>",
    "<img src=a.png>", "<figcaption>", "<blockquote>", "</blockquote>", "<script>", "</script>",
    "<!-- wp:x -->", "<!--", "-->", "&lt;", "&#233;", "&#0;", "&", "<", ">", "# ", "1. ", "- ", "*",
    "_", "`", "```", "|", "$", "$latex a$", "\\", "\n", "\n\n", " ", "chữ", "x", "http://a.b",
    "<svg/>", "<div", "'", '"', "+++", "%", "e\u0301",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=25).map("".join))
@settings(max_examples=300)
def test_no_word_is_lost_whatever_the_html(middle):
    page = f"<!-- wp:paragraph -->\n{middle}"
    imported = importing.convert(page, "page.html", lang="vi")
    assert importing.unaccounted(page, imported) == []
    section = sources.parse(imported.text, "page", "page.md")
    assert sources.structure(section) == []
    assert importing.convert(page, "page.html", lang="vi").text == imported.text


def test_words_are_shown_in_their_order():
    page = "<p>a <b>b <i>c</i></b></p><ul><li>d<ol><li>e</li></ol>f</li></ul><h3>g</h3><pre>h</pre>"
    assert shown(read(page)) == seen(page) == "abcdefgh"


@pytest.mark.parametrize(
    "piece", ["<p>", "<b>", "<ul><li>", "<a '", "<!--", "&", "<script", "$latex ", "<td>", "<h2>"]
)
def test_a_long_page_takes_a_time_that_grows_with_its_length(piece):
    def blocks(size):
        return wordpress.read(piece * (size // len(piece)))

    assert sum(len(b.raw) for b in blocks(300_000)) >= 300_000 - len(piece) - 10


def test_a_mark_behind_a_tag_is_accounted_for():
    page = "<!-- wp:paragraph -->\n<p>Một <b>câu</b>\u0308\u0301 và e<span>\u0301</span></p>\n"
    imported = importing.convert(page, "page.html", lang="vi")
    assert importing.unaccounted(page, imported) == []
