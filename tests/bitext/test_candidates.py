from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitext import book, glossary
from bitext.candidates import STOP, Hint, suggest
from bitext.glossary import Glossary, Term
from bitext.settings import load
from bitext.sources import Cell, Section
from bitext.terms import clean, fold, read_block
from tests.conftest import ROOT

TERMS = Glossary((Term(("gate",), "cổng"), Term(("long short-term memory",), "ô", also=("LSTM",))))


def section(name, *pairs):
    cells = []
    for en, vi in pairs:
        cells.append(Cell("markdown", en, 1, len(cells) + 1, {"lang": "en"}))
        if vi is not None:
            cells.append(Cell("markdown", vi, 1, len(cells) + 1, {"lang": "vi"}))
    return Section(name, f"{name}.md", tuple(cells))


def named(found):
    return {candidate.en: candidate for candidate in found}


def test_a_noun_phrase_without_an_entry_is_suggested_with_its_translation():
    found = suggest(
        TERMS,
        [
            section("a", ("The learning window is open.", "Cửa sổ học đang mở.")),
            section("b", ("A window and learning windows.", "Ô cửa sổ, các cửa sổ học.")),
            section("c", ("The window.", "Cửa sổ.")),
        ],
        times=2,
    )
    assert [(c.en, c.times, c.sections) for c in found] == [
        ("learning window", 2, 2),
        ("window", 4, 3),
    ]
    assert [c.score for c in found] == [round(log2(3) * 2, 2), 4 - 2]
    assert found[0].hints[0] == Hint("cửa sổ học", 1.0)
    assert found[1].hints[0] == Hint("cửa sổ", 1.0)


@pytest.mark.parametrize(
    "text",
    [
        "`the window`, the `window` and $window$",
        "the [window](#sec-window)",
        "[Window et al., 1990](#bib-window)",
        "```\nthe window is\n```",
        "the gate",
        "the LSTM",
        "windowing",
        "the way",
    ],
)
def test_code_mathematics_references_and_terms_are_no_candidates(text):
    book = [section(name, (text + ".", "Chữ."), ("The window is. " * 2, "Ô.")) for name in "ab"]
    (window,) = suggest(TERMS, book, times=4)
    assert (window.en, window.times) == ("window", 4)


def test_verbs_are_no_nouns():
    text = "The window remembers the window, and it remembers."
    assert set(named(suggest(TERMS, [section(n, (text, "Ô.")) for n in "ab"], 2))) == {"window"}


def test_a_candidate_occurs_often_enough_and_in_enough_sections():
    book = [section("a", ("The window, the window.", "Ô.")), section("b", ("The window.", None))]
    assert "window" in named(suggest(TERMS, book, times=3, spread=2))
    assert suggest(TERMS, book, times=4, spread=2) == []
    assert suggest(TERMS, book, times=3, spread=3) == []


def test_a_candidate_without_translation_has_no_hint():
    (found,) = suggest(TERMS, [section("a", ("The window, the window.", None))], 2, 1)
    assert found.hints == ()


@pytest.mark.parametrize("numbers", [(0, 1), (1, 0)])
def test_numbers_below_one_are_refused(numbers):
    with pytest.raises(ValueError, match="write 1 or more"):
        suggest(TERMS, [], *numbers)


#: Text of few words, so that phrases repeat, among marks and odd characters.
TEXT = st.lists(
    st.one_of(
        st.sampled_from("the a window windows learning gate is ô cửa sổ . * ` $ [ ](#a)".split()),
        st.text(max_size=3),
    ),
    max_size=30,
).map(" ".join)


@given(st.lists(st.tuples(TEXT, st.one_of(st.none(), TEXT)), max_size=4))
def test_any_text_gives_candidates_that_it_holds(pairs):
    sections = [section("a", *pairs)]
    spoken = fold(" ".join(" ".join(read_block(clean(en)).sentences) for en, _ in pairs))
    for candidate in suggest(TERMS, sections, 1, 1):
        assert fold(candidate.en) in spoken
        assert 1 <= len(candidate.en.split()) <= 3
        assert not list(TERMS.find(candidate.en)) or " " in candidate.en
        assert all(0 < hint.dice <= 1 for hint in candidate.hints)


def test_candidates_of_the_book_are_new_frequent_and_ranked():
    settings = load(ROOT)
    known = glossary.read(settings.root)
    found = suggest(known, book.sections(settings), times=5, spread=2)
    assert found == sorted(found, key=lambda c: -c.score) and found
    english = {fold(listed) for term in known.terms for listed in term.en}
    for candidate in found:
        assert candidate.times >= 5 and candidate.sections >= 2
        assert fold(candidate.en) not in english
        assert not set(candidate.en.split()) & STOP
    assert any(hint.dice > 0.8 for candidate in found for hint in candidate.hints)
