"""Sentence pairs, twins and the split that keeps twins together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recurrent.data.pairs import SPLITS, Pair, group_twins, read_table, split_pairs, twin_key

HEADER = "id\ten\tvi\n"


@pytest.fixture
def table(tmp_path):
    def write(text):
        path = tmp_path / "weather.tsv"
        path.write_text(HEADER + text, "utf-8")
        return path

    return write


def test_a_cell_may_hold_several_translations(table):
    file = table('w-001\t"Rain."\t“Mưa.” | Mưa rồi.\nw-002\tMud.\tBùn.\n')
    assert read_table(file) == [
        Pair("w-001", '"Rain."', ("“Mưa.”", "Mưa rồi.")),
        Pair("w-002", "Mud.", ("Bùn.",)),
    ]
    assert read_table(file)[0].target == "“Mưa.”"


@pytest.mark.parametrize(
    "row", ["w-002\tonly two", "w-002\ta\tb\tc", "w-002\t\tb", "w-002\ta\tb | "]
)
def test_a_malformed_row_is_named_by_file_and_line(table, row):
    with pytest.raises(ValueError, match=r"weather\.tsv:3: .* three columns"):
        read_table(table(f"w-001\tRain.\tMưa.\n{row}\nw-003\tc\td\n"))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere\.tsv: no such file"):
        read_table(tmp_path / "nowhere.tsv")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("I'm tired!", "I am tired."),
        ("He won't come.", "He will not come"),
        ("I can't swim.", "I cannot swim."),
        ("DON'T go!", "Do not go."),
        ("It’s late.", "It is late."),
        ("Tạm biệt!", "tạm biệt."),
    ],
)
def test_twins_differ_in_case_punctuation_or_contraction_only(one, other):
    assert twin_key(one) == twin_key(other)


def test_other_words_are_no_twins():
    assert twin_key("He is tired.") != twin_key("She is tired.")
    assert twin_key("Mà.") != twin_key("Má.")


def test_sharing_a_sentence_is_passed_on():
    hi = Pair("1", "Hi.", ("Chào.", "Xin chào."))
    bye = Pair("2", "Bye.", ("Tạm biệt.",))
    hello = Pair("3", "Hello!", ("Xin chào!",))
    welcome = Pair("4", "hello", ("Mời vào.",))
    assert group_twins([hi, bye, hello, welcome]) == [[hi, hello, welcome], [bye]]


def test_the_same_words_on_different_sides_are_no_twins():
    assert len(group_twins([Pair("1", "Ha noi", ("a",)), Pair("2", "b", ("Ha noi",))])) == 2


sentences = st.integers(0, 300).map("sentence number {}".format)
lists_of_pairs = st.lists(
    st.builds(Pair, st.just(""), sentences, st.lists(sentences, min_size=1, max_size=2).map(tuple)),
    max_size=120,
)


@given(lists_of_pairs)
def test_every_pair_is_in_one_split_and_no_twin_in_another(pairs):
    splits = {split: split_pairs(pairs, split) for split in SPLITS}
    assert sorted(map(id, pairs)) == sorted(id(pair) for split in splits.values() for pair in split)
    sides = {
        split: ({p.source for p in found}, {target for p in found for target in p.targets})
        for split, found in splits.items()
    }
    for one in SPLITS:
        for other in set(SPLITS) - {one}:
            for mine, yours in zip(sides[one], sides[other]):
                assert not mine & yours


def test_each_held_out_split_takes_about_a_tenth():
    pairs = [Pair("", f"sentence {i}", (f"câu {i}",)) for i in range(5000)]
    for split in ("validation", "test"):
        assert 400 < len(split_pairs(pairs, split)) < 600


def test_a_pair_stays_in_its_split_when_others_are_added():
    pairs = [Pair("", f"sentence {i}", (f"câu {i}",)) for i in range(300)]
    for split in SPLITS:
        before = split_pairs(pairs[:200], split)
        assert set(before) <= set(split_pairs(pairs, split))


def test_an_unknown_split_is_refused():
    with pytest.raises(ValueError, match="unknown split 'dev'"):
        split_pairs([], "dev")
