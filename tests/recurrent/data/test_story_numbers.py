"""The numbers that the story's README tells."""

import re

from recurrent.data.story import LANGUAGES, STORY, load_chapters, load_story

README = (STORY / "README.md").read_text("utf-8")
WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")  # as the README says
SPLITS = ("train", "validation", "test")


def words(lang, split):
    return [word for line in load_story(lang, split) for word in WORD.findall(line.casefold())]


def counts(split):
    """Return the pairs, the words of each language, the characters of each."""
    sides = [load_story(lang, split) for lang in LANGUAGES]
    return [
        len(sides[0]),
        *(len(words(lang, split)) for lang in LANGUAGES),
        *(sum(map(len, side)) for side in sides),
    ]


def row(name):
    """Return the numbers of a row of the table, and its chapters."""
    _, _, chapters, *numbers, _ = re.search(rf"^\| {name} \|.*$", README, re.M)[0].split("|")
    return chapters.strip(), [int(number.replace(",", "")) for number in numbers]


def test_the_table_counts_each_split():
    for split in SPLITS:
        assert row(split)[1] == counts(split)
    assert row("all")[1] == [sum(column) for column in zip(*map(counts, SPLITS), strict=True)]


def test_the_table_names_the_chapters_of_each_split_and_they_follow_each_other():
    for split in SPLITS:
        chapters = [chapter for chapter, name in load_chapters().items() if name == split]
        first, last = chapters[0], chapters[-1]
        assert row(split)[0] == (first if first == last else f"{first} to {last}")
        assert chapters == [f"{number:02}" for number in range(int(first), int(last) + 1)]
    assert [int(row(split)[0][:2]) for split in SPLITS] == [1, 13, 14]


def test_the_share_of_words_that_training_lacks():
    shares = []
    for lang in LANGUAGES:
        known = set(words(lang, "train"))
        for split in ("validation", "test"):
            others = words(lang, split)
            shares.append(f"{100 * sum(word not in known for word in others) / len(others):.1f}%")
    en, en_test, vi, vi_test = shares
    assert f"{en} (English) and {vi} (Vietnamese syllables) of the validation" in README
    assert f"{en_test} and {vi_test} of the test chapter" in README


def test_no_sentence_occurs_twice():
    for lang in LANGUAGES:
        lines = [line for split in SPLITS for line in load_story(lang, split)]
        assert len(lines) == len(set(lines))
