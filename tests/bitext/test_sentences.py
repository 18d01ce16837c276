import pytest

from bitext.sentences import boundaries, misplaced_breaks, split

ONE = """
Graves et al. showed it on speech.
It was shown by Graves et al. (2013) and, e.g., by Cho et al. in 2014.
See Fig. 3, Eq. (2), Sec. 4.1, No. 5, pp. 12–15, vol. 2 and ch. 3.
LSTM vs. GRU, i.e. three gates vs. two, cf. Table 2.
J. S. Bach, G. E. Hinton and R. J. Williams never met.
Dr. Nguyen and Mr. Le live in St. Petersburg, Prof. Tran in the U.S. Army.
It takes 3.14 seconds, i.e. about 1.2 more than d2l.ai says.
GS. Nguyễn Văn A, PGS.TS. Trần B, ThS. Lê C và TS. Đỗ D ở TP. Hồ Chí Minh.
Xem tr. 12, NXB. Giáo dục, v.v. rồi đọc tiếp, hay xem TP.HCM.
Nó cần 1.024 bước, tức 3,5 giây, v.v. và v.v.
So we wait … and wait ... and go on.
Ta có x_1, x_2, … X lần, hay a, b, ... Z.
He asked "Who is there?" and left.
"Ai đó?" Lam hỏi.
Câu hỏi "Từ là gì?" không dễ.
It has many layers (two are enough. Really.) and gates.
Is it (?) Maybe not
It was made c. 1820 and ca. 1850.
The package mxnet.gluon and the file a.b.C stay.
Version 1.9.1 of MXNet runs on Python 3.10.
1. First, we train
A, B and C. elegans
"""

TWO = """
We train. We test.|We test.
Ta huấn luyện. Ta kiểm tra.|Ta kiểm tra.
Is it deep? It is.|It is.
Sâu thật! Rất sâu.|Rất sâu.
It ends in 1997. 35 characters follow.|35 characters follow.
He said "go." Then he left.|Then he left.
She asks. "Who?"|"Who?"
It is deep (very.) And wide.|And wide.
There are gates, states, etc. Then it ends.|Then it ends.
Có cổng, ô nhớ, v.v. Mạng rất lớn.|Mạng rất lớn.
It follows Cho et al. The gate is new.|The gate is new.
Ta gọi đó là vitamin C. Nó tốt.|Nó tốt.
And so on… But it ends.|But it ends.
We use MXNet 1.9.1. It is the last.|It is the last.
"Who is it?" "It is Lam."|"It is Lam."
Ta sẽ chú ý. Ta hứa.|Ta hứa.
Đọc tiếp đi... Đừng dừng lại.|Đừng dừng lại.
"""


@pytest.mark.parametrize("line", ONE.strip().split("\n"))
def test_stops_that_end_no_sentence(line):
    assert split(line) == [line]


@pytest.mark.parametrize("line", TWO.strip().split("\n"))
def test_stops_that_do(line):
    whole, second = line.split("|")
    assert split(whole)[1:] == [second]


def test_three_sentences_have_two_boundaries():
    assert boundaries("One is here. Two are there. Three go.") == [13, 28]


def test_two_sentences_on_a_line_are_found_where_they_stand():
    text = "One.\nTwo is $x$. $h$ is three.\n\n- Four. Five.\n- Six.\n\n> Seven. Eight.\n"
    assert [(line, what) for line, what, _ in misplaced_breaks(text)] == [
        (1, "two sentences on one line"),
        (3, "two sentences on one line"),
        (6, "two sentences on one line"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("One.\nTwo goes\non here.", 1, "Two goes"),
        ("A state, a gate,\nand a cell.", 0, "A state, a gate,"),
        ("By Cho et al.\nand others.", 0, "By Cho et al."),
        ("There are:\nthree gates.", 0, "There are:"),
        ("- One is\n  broken.\n- Two.", 0, "One is"),
        ("Ta huấn luyện $h_t$\nrồi dừng.", 0, "Ta huấn luyện …"),
    ],
)
def test_a_sentence_broken_over_lines_is_found_where_it_breaks(text, line, words):
    ((found, what, remedy),) = misplaced_breaks(text)
    assert (found, what) == (line, f"a sentence broken after {words!r}")
    assert remedy.startswith("join it with the next line")


@pytest.mark.parametrize(
    "text",
    [
        "One.\nTwo!\nThree?\nFour …",
        "# Heading. Two Sentences\n\nOne.",
        "| A. B | c |\n|---|---|\n| D. E | f |",
        "```\nOne. Two.\nthree\n```",
        "Roses are red,\\\nviolets are blue.",
        "Roses are red,  \nviolets are blue.",
        "It is `x. Y` and $a. B$.",
        "He says (“Run.”)\nThen he *runs.*\nAll **stop!**",
        "The rule is simple:\nNever stop.",
        "See [Cho et al., 2014](#bib-cho2014).\n[Figure](#fig-a) shows it.",
        "- no stop\n- another\n\n1. one\n2. two",
        "It ends.[^1]\nIt goes on.\n\n[^1]: A note.\n",
        "gluon is a library.\nrnn.LSTM is a class.",
        "![A. B](x.svg)",
    ],
)
def test_what_keeps_to_its_line(text):
    assert list(misplaced_breaks(text)) == []


@pytest.mark.parametrize("formula", ["$x\n\\in y$", "`a\nb`", "{glue:text}`a\nb`"])
@pytest.mark.parametrize("rest", ["", " is small."])
def test_a_break_inside_a_formula_is_a_break_too(formula, rest):
    ((line, what, _),) = misplaced_breaks(f"One.\nHere {formula}{rest}")
    assert line == 1 and what.startswith("a sentence broken inside")
