"""The words of the style in the list of references."""

import pytest
from docutils import nodes

from bitext.citations import _translated


def both(text, authors=False):
    pieces = list(_translated(text, authors))
    found = {}
    for lang, other in (("vi", "en"), ("en", "vi")):
        kept = [
            p
            for p in pieces
            if not (isinstance(p, nodes.inline) and f"language-{other}" in p["classes"])
        ]
        found[lang] = "".join(piece.astext() for piece in kept)
    return found["vi"], found["en"]


@pytest.mark.parametrize(
    ("english", "vietnamese"),
    [
        ("A. Chen and B. Good. On this and that. ", "A. Chen và B. Good. On this and that. "),
        ("A, B, and C. In and out. ", "A, B và C. In and out. "),
        ("A, B, and C. A title. In ", "A, B và C. A title. Trong "),
    ],
)
def test_several_authors_are_joined_in_each_language(english, vietnamese):
    assert both(english, authors=True) == (vietnamese, english)


@pytest.mark.parametrize(
    ("english", "vietnamese"),
    [
        (", volume\N{NO-BREAK SPACE}1, 181–184. ", ", tập\N{NO-BREAK SPACE}1, 181–184. "),
        (". Technical Report, Somewhere, 2023.", ". Báo cáo kỹ thuật, Somewhere, 2023."),
        (". PhD thesis, Somewhere, 2012.", ". Luận án tiến sĩ, Somewhere, 2012."),
    ],
)
def test_words_of_the_style_are_told_from_titles(english, vietnamese):
    assert both(english) == (vietnamese, english)


@pytest.mark.parametrize(
    "text", ["On this and that. ", "In this volume 3 pages. ", "The PhD thesis. "]
)
def test_a_title_stays_as_it_is(text):
    assert both(text) == (text, text)
