import pytest

from bitext.markdown import Heading, headings, inline, paragraphs, parse, prose, walk

SPREAD = "Let `a\nb` and $x\n< y$ be\nthe {glue:text}`end:d` of *all* things."


def tokens(text):
    blocks = [block for block in parse(text) if block.type == "inline"]
    return [(line, token.type) for block in blocks for line, token in inline(block)]


def test_headings_in_fences_are_code():
    text = "# One $x$\n\n```\n# no\n```\n\ntwo\n---\n"
    assert headings(text) == [Heading(1, "One $x$", 0), Heading(2, "two", 6)]


def test_lines_are_counted_through_code_and_formulas_that_run_over_several():
    found = [(line, kind) for line, kind in tokens(SPREAD) if kind not in ("text", "softbreak")]
    assert found == [
        (0, "code_inline"),
        (1, "math_inline"),
        (3, "myst_role"),
        (3, "em_open"),
        (3, "em_close"),
    ]


@pytest.mark.parametrize("code", ["`` a`b\nc ``", "`a  b\n\\n c`", "`\n(x\n)*\n`"])
def test_lines_after_an_odd_code_span(code):
    assert tokens(f"One {code} two\nlast")[-1] == (code.count("\n") + 1, "text")


def test_lines_of_lists_quotations_tables_and_footnotes():
    text = "> - one\n>   two\n\n| a | b |\n|---|---|\n| c | d |\n\nend[^1]\n\n[^1]: note\n"
    assert [(line, words) for line, words in prose(text)] == [
        (0, "one"),
        (1, "two"),
        (3, "a"),
        (3, "b"),
        (5, "c"),
        (5, "d"),
        (7, "end"),
        (9, "note"),
    ]


def test_prose_has_no_code_formulas_numbers_or_addresses():
    text = "See `code`, $x_t$, {glue:text}`n:d`, https://a.b/c_d. and <https://e.f>."
    (words,) = [words for _, words in prose(text)]
    assert words.split() == ["See", ",", ",", ",", ".", "and", "."]


def test_links_and_pictures_give_their_words_to_prose():
    assert list(prose("[Hình](#fig-a) ![Một bước](x.svg)")) == [(0, "Hình  Một bước ")]
    (paragraph,) = paragraphs("![Một bước](x.svg)")
    assert paragraph.lines[0].words.strip() == ""


def test_an_escaped_star_is_prose_and_remains_apart():
    assert [t.type for t in walk(r"a \* b") if t.content and t.type != "inline"] == [
        "text",
        "text_special",
        "text",
    ]
    assert list(prose(r"a \* b")) == [(0, "a * b")]


def test_emphasis_can_be_blanked():
    (paragraph,) = paragraphs("The ***hidden* state** is\n_all_.", "_", emphasis=False)
    assert [line.words.replace("_", "") for line in paragraph.lines] == ["The  is", "."]


def test_hard_breaks_are_told_from_soft_ones():
    (paragraph,) = paragraphs("one\\\ntwo\nthree")
    assert [line.hard for line in paragraph.lines] == [True, False, False]
    assert [p.tag for p in paragraphs("# a\n\nb\n\n- c\n")] == ["h1", "p", "p"]
