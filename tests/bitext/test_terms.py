import re
import unicodedata
from ast import literal_eval
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitext import book, glossary, sources
from bitext.glossary import Glossary, Term, inflections
from bitext.settings import load
from bitext.sources import Cell, Section
from bitext.terms import clean, count, fold, look_up, matches, read_block, uses
from tests.conftest import HEADER, ROOT

TERMS = Glossary(
    (
        Term(("character",), "ký tự", also=("nhân vật",)),
        Term(("gate",), "cổng"),
        Term(("neural network",), "mạng nơ-ron", refuse=("mạng thần kinh",)),
        Term(("recurrence",), "hồi tiếp"),
        Term(("recurrent",), "hồi tiếp"),
        Term(("recurrent neural network",), "mạng nơ-ron hồi tiếp", also=("RNN",)),
        Term(("reset gate",), "cổng xóa"),
        Term(("time step",), "bước thời gian"),
        Term(("token",), "token"),
    )
)
NAMED = {term.name: term for term in TERMS.terms}


def written(settings, *pairs):
    """Write a section of these pairs into the book, and return what the book then holds."""
    text = HEADER
    for en, vi in pairs:
        text += f'+++ {{"lang": "en"}}\n\n{en}\n\n'
        text += f'+++ {{"lang": "vi"}}\n\n{vi}\n\n' if vi is not None else ""
    path = settings.root / "chapter_toy/state.md"
    path.write_text(text, "utf-8")
    return [sources.parse(text, path.stem, path.relative_to(settings.root).as_posix())]


def marked(text, spans):
    return [text[start:end] for start, end in spans]


@pytest.fixture(scope="module")
def real():
    settings = load(ROOT)
    return glossary.read(settings.root), book.sections(settings)


# ---- how often ----------------------------------------------------------------------------------


def test_terms_and_renderings_are_counted_longest_first(book_folder):
    sections = written(
        book_folder,
        (
            "Recurrent neural networks are neural networks.\nA token.",
            "Mạng nơ-ron hồi tiếp.\nToken.",
        ),
        ("Two tokens, `token` and $token$.", "Hai token: RNN."),
        ("Recurrent.", None),
    )
    found = {c.en: (c.uses, c.rendered, c.otherwise, c.sections) for c in count(TERMS, sections)}
    assert found["recurrent neural network"] == (1, 1, 1, 1)
    assert found["neural network"] == (1, 0, 0, 1)
    assert found["recurrent"] == (1, 0, 0, 1)
    assert found["token"] == (2, 2, 0, 1)
    assert found["gate"] == (0, 0, 0, 0)
    assert len(found) == len(TERMS.terms)


def test_the_most_frequent_term_is_first_and_those_that_never_occur_are_last(book_folder):
    sections = written(book_folder, ("Gates, gates, a token.", "Cổng, cổng, một token."))
    names = [(c.en, c.uses) for c in count(TERMS, sections)]
    assert names[:3] == [("gate", 2), ("token", 1), ("character", 0)]
    assert [name for name, _ in names[2:]] == sorted(name for name, _ in names[2:])


# ---- every use ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("The TIME STEPS end.", "TIME STEPS"),
        ("A time-step.", "time step"),
        ("A timestep.", "timestep"),
        ("A time\N{NON-BREAKING HYPHEN}step.", "time step"),
        ("A time\N{HYPHEN}step.", "time step"),
        ("A time\N{NO-BREAK SPACE}step.", "time step"),
        ("A ti\N{SOFT HYPHEN}me step\N{ZERO WIDTH SPACE}.", "time step"),
        ("`time step`, $time$ and a *time* step's end.", "time step's"),
        ("time\nstep", "time step"),
    ],
)
def test_a_use_is_found_in_every_form(book_folder, text, form):
    sections = written(book_folder, (text, "Bước thời gian."))
    (found,) = uses(TERMS, sections, [NAMED["time step"]])
    assert found.form == form
    assert " ".join(marked(found.en, found.en_spans)) == form
    assert marked(found.vi, found.vi_spans) == ["Bước", "thời", "gian"]


def test_a_use_names_its_lines_and_shows_the_sentence_at_the_same_place(book_folder):
    sections = written(
        book_folder,
        ("It reads.\nThe gate $g$ is a number.", "Nó đọc.\nCổng $g$ là một số."),
    )
    (found,) = uses(TERMS, sections, [NAMED["gate"]])
    lines = (book_folder.root / found.path).read_text("utf-8").split("\n")
    assert lines[found.line - 1].startswith("The gate")
    assert lines[found.vi_line - 1].startswith("Cổng")
    assert (found.en, found.vi) == ("The gate … is a number.", "Cổng … là một số.")


def test_two_sentences_on_a_line_are_two(book_folder):
    sections = written(book_folder, ("It reads. The gate opens.", "Nó đọc. Cổng mở."))
    (found,) = uses(TERMS, sections, [NAMED["gate"]])
    assert (found.en, found.vi) == ("The gate opens.", "Cổng mở.")


def test_where_sentences_do_not_correspond_those_with_the_rendering_are_shown(book_folder):
    sections = written(book_folder, ("The gate opens.", "Nó đọc.\nRồi cổng mở."))
    (found,) = uses(TERMS, sections, [NAMED["gate"]])
    assert (found.vi, marked(found.vi, found.vi_spans)) == ("Rồi cổng mở.", ["cổng"])


def test_a_rendering_whose_words_stand_apart_is_marked_word_by_word(book_folder):
    sections = written(book_folder, ("Reset gates.", "Cổng cập nhật và xóa."))
    (found,) = uses(TERMS, sections, [NAMED["reset gate"]])
    assert marked(found.vi, found.vi_spans) == ["Cổng", "xóa"]


def test_a_use_without_translation_or_rendering_is_still_a_use(book_folder):
    sections = written(book_folder, ("A gate.", None), ("A gate.", "Một cánh cửa."))
    lone, unrendered = uses(TERMS, sections, [NAMED["gate"]])
    assert (lone.vi_line, lone.vi, lone.vi_spans) == (None, "", ())
    assert (unrendered.vi, unrendered.vi_spans) == ("Một cánh cửa.", ())


def test_the_longest_match_wins(book_folder):
    sections = written(book_folder, ("A recurrent neural network.", "Mạng nơ-ron hồi tiếp."))
    assert list(uses(TERMS, sections, [NAMED["neural network"], NAMED["recurrent"]])) == []
    (found,) = uses(TERMS, sections, TERMS.terms)
    assert found.term == "recurrent neural network"
    assert marked(found.vi, found.vi_spans) == ["Mạng", "nơ", "ron", "hồi", "tiếp"]


# ---- looking up ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("reset gate", ["reset gate"]),
        ("Reset-Gates", ["reset gate"]),
        ("  time\N{NON-BREAKING HYPHEN}steps ", ["time step"]),
        ("ｔｏｋｅｎ", ["token"]),
        ("cổng xóa", ["reset gate"]),
        ("cổng xoá", ["reset gate"]),
        ("CONG XOA", ["reset gate"]),
        (unicodedata.normalize("NFD", "cổng xóa"), ["reset gate"]),
        ("mang no ron hoi tiep", ["recurrent neural network"]),
        ("nhan vat", ["character"]),
        ("hồi tiếp", ["recurrence", "recurrent"]),
    ],
)
def test_a_term_is_looked_up_in_both_languages(query, names):
    assert [term.name for term in look_up(TERMS, query)] == names


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("reset gat", "did you mean 'reset gate'"),
        ("cổng xoay", "did you mean 'cổng xóa'"),
        ("mạng thần kinh", "did you mean 'neural network'"),
        ("photosynthesis", "'terms list' names them all"),
        ("", "'terms list' names them all"),
        ("gate token", "is no term of the glossary"),
    ],
)
def test_a_near_miss_is_suggested(query, message):
    with pytest.raises(ValueError, match=message):
        look_up(TERMS, query)


# ---- any text -----------------------------------------------------------------------------------

#: Text in which terms, marks and odd characters meet.
TEXT = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from(
            "recurrent neural network networks reset gate gates time step Token's hồi tiếp mạng "
            "nơ-ron cổng xóa * ` $ [ ] ( ) # - | . ! \\".split()
            + [" ", "\n", "\n\n", "\N{NON-BREAKING HYPHEN}", "\N{SOFT HYPHEN}", "\N{KELVIN SIGN}"]
        ),
    ),
    max_size=20,
).flatmap(lambda parts: st.sampled_from([" ".join(parts), "".join(parts)]))


def forms(term):
    """Return the forms of a term, written together and folded."""
    for listed in term.en:
        *head, last = listed.split()
        yield from (fold("".join(head) + form) for form in inflections(last))


@given(TEXT)
def test_matches_are_what_the_glossary_finds_with_all_their_words(text):
    text = clean(text)
    found = list(matches(TERMS, text))
    assert [(term, places[0].word) for term, places in found] == list(TERMS.find(text))
    sentences = read_block(text).sentences
    for term, places in found:
        parts = [sentences[p.sentence][slice(*p.span)] for p in places]
        assert parts == [p.word.written for p in places]
        assert "".join(p.word.small for p in places) in set(forms(term))


@given(TEXT, TEXT)
def test_uses_of_any_text_hold_their_term(en, vi):
    cells = (Cell("markdown", en, 1, 1, {"lang": "en"}), Cell("markdown", vi, 9, 2, {"lang": "vi"}))
    sections = [Section("s", "s.md", cells)]
    found = list(uses(TERMS, sections, TERMS.terms))
    assert Counter(use.term for use in found) == Counter(
        {c.en: c.uses for c in count(TERMS, sections) if c.uses}
    )
    for use in found:
        assert " ".join(marked(use.en, use.en_spans)) == use.form
        assert all(marked(use.vi, use.vi_spans))


@given(st.text(max_size=30))
def test_any_query_has_terms_or_a_message(query):
    try:
        found = look_up(TERMS, query)
    except ValueError as error:
        assert "is no term of the glossary" in str(error)
    else:
        assert found


@given(st.text())
def test_folding_does_not_see_case_composition_or_diacritics(text):
    assert fold(fold(text)) == fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


# ---- the book -----------------------------------------------------------------------------------


def test_every_use_in_the_book_contains_its_term_and_the_totals_agree(real):
    known, sections = real
    named = {term.name: term for term in known.terms}
    found = list(uses(known, sections, known.terms))
    files = {s.path: (ROOT / s.path).read_text("utf-8").split("\n") for s in sections}
    for use in found:
        stems = [fold(listed)[:-1] for listed in named[use.term].en]
        stems += [stem[:-1] for stem in stems]  # matrix, matrices; axis, axes
        assert any(fold(use.form).startswith(stem) for stem in stems), use
        assert use.form.split()[0].casefold() in files[use.path][use.line - 1].casefold(), use
        assert " ".join(marked(use.en, use.en_spans)) == use.form
    counts = count(known, sections)
    assert Counter(use.term for use in found) == Counter({c.en: c.uses for c in counts if c.uses})
    assert len(counts) == len(known.terms)
    english = [cell for s in sections for cell in s.cells if cell.lang == "en"]
    assert len(found) == sum(1 for cell in english for _ in known.find(cell.text)) > 500
    for c in counts:
        assert c.sections == len({use.path for use in found if use.term == c.en})


def test_a_use_has_no_rendering_where_the_check_of_terms_finds_none(real):
    known, sections = real
    every = Glossary(tuple(replace(term, enforced=True) for term in known.terms))
    pairs = [(s, pair) for s in sections for pair in s.pairs() if pair.vi is not None]
    seen = 0
    for section, pair in pairs:
        alone = replace(section, cells=(pair.en, pair.vi))
        found = list(uses(known, [alone], known.terms))
        remarks = every.missing(clean(pair.en.text), clean(pair.vi.text))
        missing = {literal_eval(what.split(" (line")[0]) for _, what, _ in remarks}
        assert {use.term for use in found if not use.vi_spans} == missing, pair.name
        seen += len(found)
    assert seen > 500


def test_fewer_than_two_in_a_hundred_uses_give_a_false_alarm(real):
    """The book's terms are right, so each finding of the check is false, a silenced one as well."""
    known, sections = real
    pairs = [pair for section in sections for pair in section.pairs() if pair.vi is not None]
    checked = alarms = 0
    for pair in pairs:
        checked += len({term.name for term, _ in known.find(pair.en.text) if term.enforced})
        alarms += len(list(known.missing(pair.en.text, pair.vi.text)))
        alarms += len(list(known.refused(pair.vi.text)))
    print(f"{alarms} false alarms in {checked} uses")
    assert checked > 1500 and alarms < 0.02 * checked


def test_nearly_every_rendering_that_is_replaced_is_missed(real):
    """In each pair replace what renders a term, by what the glossary refuses or by another word."""
    known, sections = real
    pairs = [pair for section in sections for pair in section.pairs() if pair.vi is not None]
    replaced = caught = 0
    for pair in pairs[::3]:
        for term in {term for term, _ in known.find(pair.en.text) if term.enforced}:
            vi = pair.vi.text
            for rendering in term.accepted:
                phrase = r"[\s-]+".join(map(re.escape, re.split(r"[\s-]+", rendering)))
                vi = re.sub(rf"(?<!\w){phrase}(?!\w)", (*term.refuse, "thứ ấy")[0], vi, flags=re.I)
            if vi == pair.vi.text:  # its words stand apart
                continue
            found = [*known.missing(pair.en.text, vi), *known.refused(vi)]
            replaced += 1
            caught += any(repr(term.name) in what for _, what, _ in found)
    print(f"{caught} of {replaced} replaced renderings are found")
    assert replaced > 500 and caught > 0.98 * replaced
