"""The terms of a page: where they stand, their partners, and what a list of them says."""

import pytest
from docutils import nodes

from bitext.glossary import Glossary, Term
from bitext.partners import find, identity, partners
from bitext.term_pages import Use, collation, uses

HIDDEN = Term(("hidden state",), "trạng thái ẩn")
STATE = Term(("state",), "trạng thái")
WORD = Term(("word",), "từ")
CLASS = Term(("class",), "lớp", enforced=False)
GATE = Term(("gate",), "cổng", also=("cửa",))
GLOSSARY = Glossary((CLASS, GATE, HIDDEN, STATE, WORD))


def half(lang, *children):
    return nodes.container("", *children, classes=["block", f"language-{lang}"])


def paragraph(*children):
    made = nodes.paragraph()
    made += [nodes.Text(c) if isinstance(c, str) else c for c in children]
    return made


def pair(en, vi=None, name="pair-1"):
    halves = [half("en", paragraph(en))] + ([half("vi", paragraph(vi))] if vi else [])
    return nodes.container("", *halves, classes=["pair"], ids=[name])


def told(en, vi=None):
    return [
        (lang, str(match.text)[slice(*match.span)], term.name, partner)
        for lang, match, term, partner in partners(pair(en, vi), GLOSSARY)
    ]


def test_terms_are_found_in_every_form_the_longest_at_each_place():
    block = paragraph("Hidden-states and a state,\nhidden\nstates")
    found = [(m.term.name, str(m.text)[slice(*m.span)]) for m in find(block, GLOSSARY)]
    assert found == [
        ("hidden state", "Hidden-states"),
        ("state", "state"),
        ("hidden state", "hidden\nstates"),
    ]


@pytest.mark.parametrize(
    "node",
    [
        nodes.literal("", "state"),
        nodes.math("", "state"),
        nodes.reference("", "", nodes.inline("", "state")),
        nodes.title("", "state"),
        nodes.literal_block("", "state"),
        nodes.raw("", "state", format="html"),
    ],
)
def test_what_is_no_prose_has_no_terms(node):
    assert find(paragraph("A ", node, " here."), GLOSSARY) == []


def test_emphasis_is_prose():
    assert len(find(paragraph("A ", nodes.emphasis("", "state"), "."), GLOSSARY)) == 1


def test_the_partner_is_the_rendering_that_stands_beside_the_term():
    assert told("Two gates.", "Hai cửa.") == [
        ("en", "gates", "gate", "cửa"),
        ("vi", "cửa", "gate", "gate"),
    ]
    assert told("Two gates.", "Cửa là cổng.")[0] == ("en", "gates", "gate", "cổng")


def test_without_a_translation_the_partner_is_that_of_the_glossary():
    assert told("Two gates.") == [("en", "gates", "gate", "cổng")]


def test_a_vietnamese_word_is_a_term_only_beside_its_english():
    assert told("Nothing here.", "Trạng thái ẩn.") == []


def test_a_word_of_everyday_language_needs_both_halves():
    assert told("A class of its own.", "Riêng một loại.") == []
    assert ("en", "class", "class", "lớp") in told("A class.", "Một lớp.")


def test_a_syllable_that_is_also_another_word_is_no_term():
    assert told("From one word.", "Từ một từ.") == [("en", "word", "word", "từ")]
    assert ("vi", "từ", "word", "word") in told("One word.", "Một từ.")


def test_the_names_of_entries_differ():
    assert len({identity(term) for term in GLOSSARY.terms}) == len(GLOSSARY.terms)


def heading(vi, en):
    halves = [nodes.inline("", t, classes=[f"language-{c}"]) for c, t in (("vi", vi), ("en", en))]
    return nodes.title("", "", *halves)


def test_uses_are_named_by_section_figure_and_equation():
    caption = nodes.caption("", "", nodes.inline("", "A state", classes=["language-en"]))
    figure = nodes.figure("", caption, ids=["fig-a"])
    equation = nodes.math_block("", "x", ids=["equation-eq-a"])
    section = nodes.section("", heading("Cổng", "Gates"), ids=["cong-gates"])
    section += [pair("A word, two words."), equation, figure, nodes.math_block("", "y")]
    document = nodes.document(None, None)
    document += section
    title = ("Cổng", "Gates")
    assert list(uses(document, GLOSSARY)) == [
        Use("gate", "cong-gates", "cong-gates", title),
        Use("word", "pair-1", "cong-gates", title),
        Use("word", "equation-eq-a", "", title),
        Use("state", "fig-a", "", title),
    ]


def test_syllables_are_sorted_as_in_a_vietnamese_dictionary():
    right = ["a", "ă", "âm", "ba", "bà", "bả", "bã", "bá", "bạ", "ban đầu", "bàn", "da", "đa"]
    right += ["o", "ô", "ơ", "u", "ư"]
    assert sorted(reversed(right), key=collation) == right
