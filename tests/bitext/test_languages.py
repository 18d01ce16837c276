from pathlib import Path

import pytest

from bitext.languages import citations, is_foreign, untranslated, weigh, wrong_language
from tests.conftest import ROOT

STORY = sorted((ROOT / "corpora/story").glob("*.tsv"))

ENGLISH = """
The state remembers.
Then we test it.
It works.
Is it deep?
What did it cost?
Now the network, once for each language.
Training deep networks requires patience.
Gradient clipping helps.
Nothing changes but one word.
These are the numbers to beat.
We cut the text into $n$ rows.
Trạng thái ẩn is the memory of the network.
"""

VIETNAMESE = """
Trạng thái ghi nhớ.
Xin chào.
Nhanh lên!
Sâu thật sao?
Ta gọi $h_t$ là trạng thái ẩn.
Giá phải trả là bao nhiêu?
Đó là điều ta muốn.
Chỉ có một từ thay đổi.
LSTM cần hai cổng.
"""


@pytest.mark.parametrize("sentence", ENGLISH.strip().split("\n"))
def test_english_is_foreign_to_a_vietnamese_block_alone(sentence):
    assert is_foreign(sentence, "vi")
    assert not is_foreign(sentence, "en") or "Trạng thái" in sentence


@pytest.mark.parametrize("sentence", VIETNAMESE.strip().split("\n"))
def test_vietnamese_is_foreign_to_an_english_block_alone(sentence):
    assert is_foreign(sentence, "en")
    assert not is_foreign(sentence, "vi")


@pytest.mark.parametrize(
    "sentence",
    [
        "Đó là trạng thái ẩn (the hidden state of the network).",
        'Câu hỏi "What is a word?" không có lời đáp.',
        "Hàm *the state of the art* được in nghiêng.",
        "Dùng dropout, batch size, learning rate và early stopping.",
        "Theo Hochreiter và Schmidhuber, LSTM của MXNet chạy trên Python.",
        "LSTM",
        "MXNet, PyTorch, TensorFlow.",
        "Kneser–Ney",
        "Truyện Kiều của Nguyễn Du",
        "The Time Machine được in năm 1895.",
        "Mạng hai chiều",
        "$x$ và $y$.",
        "Do an in ra.",
    ],
)
def test_what_a_vietnamese_block_may_say(sentence):
    assert list(wrong_language(sentence, "vi")) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "*Đồng hồ* means clock: one word, two syllables.",
        "Nguyễn Du wrote Truyện Kiều around 1820.",
        "Nguyễn Du",
        "The word “đồng hồ” has two syllables.",
        "The letter *ữ* can be stored in several ways.",
        "In Vietnamese it is called trạng thái ẩn, which means hidden state.",
        "Huế.",
        "Can an author do so in time?",
        "LSTM, GRU.",
        "No.",
    ],
)
def test_what_an_english_block_may_say(sentence):
    assert list(wrong_language(sentence, "en")) == []


def test_words_that_both_languages_use_are_no_evidence():
    sentence = "Token, minibatch, perplexity."
    assert is_foreign(sentence, "vi")
    assert not is_foreign(sentence, "vi", frozenset({"token", "minibatch", "perplexity"}))


def test_evidence_leaves_names_and_acronyms_out():
    found = weigh("Ta dùng LSTM của MXNet theo Graves trong một network.")
    assert (found.english, found.foreign, found.marked, found.plain) == (0, 1, 3, 3)


def test_the_sentence_is_found_at_its_line_with_its_words():
    sentence = "Each gate is a number between zero and one, or a part of that."
    text = f"# Cổng\n\nMột cổng.\n\n- Hai cổng.\n- {sentence}\n"
    assert list(wrong_language(text, "vi")) == [
        (
            5,
            "English in a Vietnamese block: "
            "'Each gate is a number between zero and one, or a part of…'",
            "write it in Vietnamese",
        )
    ]
    ((line, what, _),) = wrong_language("It is. Đó là câu sai.", "en")
    assert (line, what) == (0, "Vietnamese in an English block: 'Đó là câu sai.'")


def test_words_emphasized_alone_are_judged():
    assert list(wrong_language("*The state of the network.*", "vi"))
    assert not list(wrong_language("*Trạng thái* (*the state*)", "vi"))


@pytest.mark.parametrize(
    "title",
    ["# Gradient Clipping", "## Learning the Rate", "# Hidden layer", "# Word Embeddings in"],
)
def test_a_heading_left_in_english(title):
    found = [*untranslated(title, title), *wrong_language(title, "vi")]
    assert [line for line, *_ in found] == [0]


@pytest.mark.parametrize(
    "line",
    ["# Kneser–Ney", "# LSTM", "MXNet, GRU", "# Graves", "`a` and `b`"[:3], "# Perplexity", "$x$"],
)
def test_what_may_be_the_same_in_both_languages(line):
    assert list(untranslated(line, line)) == []


def test_a_term_of_the_glossary_tells_a_title_from_a_name():
    title = "# Long Gates"
    assert list(untranslated(title, title)) == []
    ((line, what, _),) = untranslated(title, title, terms=frozenset({"gates"}))
    assert (line, what) == (0, "'Long Gates' is the same in both languages")


def test_a_caption_left_in_english_is_found_once():
    caption = "A deep network with gates."
    found = [*untranslated(caption, caption), *wrong_language(caption, "vi")]
    assert len(found) == 1


def test_citations_join_authors_in_the_language_of_the_block():
    text = "Một câu.\nTheo [Cho et al., 2014](#bib-cho2014) và [A and B, 1997](#bib-ab1997)."
    assert [(line, remedy) for line, _, remedy in citations(text, "vi")] == [
        (1, "write 'và cộng sự'"),
        (1, "write 'và'"),
    ]
    assert list(citations(text, "en")) == []
    english = "By [Cho và cộng sự, 2014](#bib-cho2014)."
    assert [remedy for *_, remedy in citations(english, "en")] == ["write 'et al.'"]
    assert list(citations("[A and B](http://a.b), [Hình](#fig-and)", "vi")) == []


@pytest.mark.parametrize("path", STORY, ids=lambda path: Path(path).stem)
def test_no_sentence_of_the_story_is_in_the_wrong_language(path):
    rows = [line.split("\t")[1:] for line in path.read_text("utf-8").splitlines()[1:]]
    for en, vi in rows:
        for quoted in (False, True):
            assert not is_foreign(en, "en", quoted=quoted)
            assert not is_foreign(vi, "vi", quoted=quoted)
    swapped = [
        is_foreign(en, "vi", quoted=True) + is_foreign(vi, "en", quoted=True) for en, vi in rows
    ]
    assert sum(swapped) > 1.95 * len(rows)
