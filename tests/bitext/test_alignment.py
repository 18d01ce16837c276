import random
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitext import alignment, d2l, importing, sources
from tests.conftest import ROOT


def blocks(text):
    found = d2l.read(d2l.numbered(text))
    return [b for b in found if b.kind in ("heading", "prose", "figure", *alignment.SHARED)]


def pairs(english, vietnamese):
    return [(m.en, m.vi) for m in alignment.align(blocks(english), blocks(vietnamese))]


def doubts(english, vietnamese):
    return [m.doubt for m in alignment.align(blocks(english), blocks(vietnamese))]


A = "A wave of water is high when the wind has blown on it for a long time, and low otherwise."
B = "A boat floats as long as it is lighter than the water whose place it takes."
C = "By $w = 3$ the boat is lifted, and it comes down again when the wave has passed below it."
VI_A = "Sóng nước cao khi gió đã thổi trên nó trong một thời gian dài, còn không thì sóng thấp."
VI_B = "Thuyền nổi chừng nào nó còn nhẹ hơn phần nước mà nó chiếm chỗ."
VI_C = "Thuyền được nâng lên theo $w = 3$, rồi lại hạ xuống khi con sóng đã đi qua bên dưới nó."


def test_equal_pages_are_paired_one_to_one_without_doubt():
    english, vietnamese = f"# W\n\n{A}\n\n{B}\n\n{C}", f"# S\n\n{VI_A}\n\n{VI_B}\n\n{VI_C}"
    assert pairs(english, vietnamese) == [((n,), (n,)) for n in range(4)]
    assert doubts(english, vietnamese) == [""] * 4


def test_a_block_that_one_page_lacks_stays_alone():
    assert pairs(f"{A}\n\n{B}\n\n{C}", f"{VI_A}\n\n{VI_C}") == [
        ((0,), (0,)),
        ((1,), ()),
        ((2,), (1,)),
    ]
    assert pairs(f"{A}\n\n{C}", f"{VI_A}\n\n{VI_B}\n\n{VI_C}")[1] == ((), (1,))


def test_a_paragraph_that_was_cut_in_two_is_joined_and_doubted():
    cut = VI_C.replace(", rồi", ".\n\nRồi")
    assert pairs(f"{A}\n\n{C}", f"{VI_A}\n\n{cut}") == [((0,), (0,)), ((1,), (1, 2))]
    assert doubts(f"{A}\n\n{C}", f"{VI_A}\n\n{cut}")[1] == "1 English blocks for 2 Vietnamese"


def test_equal_equations_and_code_hold_the_pages_together():
    english = f"{A}\n\n$$a$$\n\n{C}\n\n```{{.python .input}}\nx = 1\n```\n\n{B}"
    vietnamese = f"{VI_A}\n\n{VI_C}\n\n$$a$$\n\n```{{.python .input}}\nx = 1\n```\n\n{VI_B}"
    assert ((1,), (2,)) in pairs(english, vietnamese)
    assert ((3,), (3,)) in pairs(english, vietnamese)
    assert ((4,), (4,)) in pairs(english, vietnamese)
    assert ((0,), ()) in pairs("$$a$$", "$$b$$") and ((), (0,)) in pairs("$$a$$", "$$b$$")


def test_labels_and_pictures_hold_them_together_too():
    english = f"# A\n:label:`sec_a`\n\n{A}\n\n# B\n:label:`sec_b`\n\n![x](../img/a.svg)\n\n{B}"
    vietnamese = "# B\n:label:`sec_b`\n\n![chữ](../img/a.svg)\n\nThuyền thì nổi."
    assert pairs(english, vietnamese)[-3:] == [((2,), (0,)), ((3,), (1,)), ((4,), (2,))]


def test_blocks_of_two_kinds_are_no_pair():
    assert sorted(pairs("# A", "Một đoạn.")) == [((), (0,)), ((0,), ())]


@pytest.mark.parametrize(
    "english, vietnamese, doubt",
    [
        (C, VI_C.replace("3", "4"), "only one side has 3, 4"),
        (f"{A} {A} {A}", VI_A, f"{3 * len(A) + 2} letters in English, {len(VI_A)} in Vietnamese"),
        ("# W", "## S", "headings of two levels"),
    ],
)
def test_what_speaks_against_a_pair_is_said(english, vietnamese, doubt):
    frame = f"{A}\n\n{A}\n\n{A}"
    found = doubts(f"{english}\n\n{frame}", f"{vietnamese}\n\n{frame.replace(A, VI_A)}")
    assert found[0] == doubt


def test_a_partner_that_would_fit_as_well_is_named():
    found = alignment.align(blocks(f"{A}\n\n{A}"), blocks(VI_A))
    assert any("left alone, would fit as well" in match.doubt for match in found)


@pytest.mark.parametrize("name", ["deep-rnn", "rnn", "sequence"])
def test_sections_of_the_book_with_gaps_are_found_again(name):
    section = sources.read(ROOT / f"chapter_rnn/{name}.md", ROOT)
    draw = random.Random(1)
    english, vietnamese, truth = [], [], set()
    for number, pair in enumerate(p for p in section.pairs() if p.vi and "\n#" not in p.en.text):
        kind = "heading" if pair.is_heading else "prose"
        places = [None, None]
        for side, (cell, page) in enumerate(((pair.en, english), (pair.vi, vietnamese))):
            if draw.random() > 0.06:
                places[side] = len(page)
                page.append(d2l.Block(kind, cell.text, number + 1, cell.text))
        if None not in places:
            truth.add(tuple(places))
    found = alignment.align(english, vietnamese)
    sure = {(m.en[0], m.vi[0]) for m in found if m.en and m.vi and not m.doubt}
    assert len(sure & truth) >= 0.7 * len(truth)
    assert len(sure - truth) <= 0.03 * len(truth)


@pytest.mark.parametrize("seed", range(20))
def test_pages_of_most_unlike_blocks_are_aligned_to_their_ends(seed):
    draw = random.Random(seed)

    def page(length):
        for line in range(1, length + 1):
            text = "word " * draw.choice([1, 3, 50, 400])
            yield d2l.Block(draw.choice(["prose"] * 5 + ["heading"]), text, line, text)

    english, vietnamese = (list(page(draw.randrange(1, 60))) for _ in range(2))
    found = alignment.align(english, vietnamese)
    assert [i for match in found for i in match.en] == list(range(len(english)))
    assert [j for match in found for j in match.vi] == list(range(len(vietnamese)))


TEXTS = st.sampled_from([A, B, C, VI_A, "# H", "## H", "$$a$$", "$$b$$", "![c](d.svg)", "x"])


@given(st.lists(TEXTS, max_size=8), st.lists(TEXTS, max_size=8))
def test_every_block_is_in_one_match_and_in_order(english, vietnamese):
    english, vietnamese = "\n\n".join(english), "\n\n".join(vietnamese)
    found = pairs(english, vietnamese)
    assert [i for en, _ in found for i in en] == list(range(len(blocks(english))))
    assert [j for _, vi in found for j in vi] == list(range(len(blocks(vietnamese))))


@given(st.lists(TEXTS, max_size=8), st.lists(TEXTS, max_size=8))
def test_two_pages_become_one_section_and_nothing_is_lost(english, vietnamese):
    english = "\n\n".join([A, *english])
    vietnamese = "\n\n".join(["Một câu tiếng Việt đủ dài để nhận ra rõ ràng.", *vietnamese])
    try:
        imported = importing.convert(english, "en.md", other=(vietnamese, "vi.md"))
    except importing.SourceError as error:
        assert "are not one English and one Vietnamese" in str(error)
        return
    assert importing.unaccounted(english, imported, vietnamese) == []
    section = sources.parse(imported.text, "page", "page.md")
    assert sources.structure(section) == []


def test_work_grows_with_the_length_only():
    def steps(size):
        count = 0

        def trace(frame, event, argument):
            nonlocal count
            count += 1
            return trace if frame.f_code.co_filename.endswith("alignment.py") else None

        draw = random.Random(2)
        chosen = [draw.randrange(3) for _ in range(size)]
        english = [blocks(A)[0], blocks(B)[0], blocks(C)[0]]
        vietnamese = [blocks(VI_A)[0], blocks(VI_B)[0], blocks(VI_C)[0]]
        sys.settrace(trace)
        try:
            alignment.align([english[n] for n in chosen], [vietnamese[n] for n in chosen[5:]])
        finally:
            sys.settrace(None)
        return count

    assert steps(500) < 3 * steps(250)
