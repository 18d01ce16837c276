from decimal import Decimal

import pytest

from bitext.agreement import as_vietnamese, compare, formula, numbers, shapes, unclosed, value

EN = """\
## The State

Let $h_t$ be the *state* at time step $t$.
Then `rnn.LSTM` computes $\\mathbf{H}_t$ as in [Equation](#eq-lstm) and [Figure](#fig-cell).
It needs {glue:text}`seconds:.1f` s; see [it](https://mxnet.apache.org/), [Sak](#bib-sak2014).
There are 1,024 states and 2.5 gates.[^1]

- one
- two
  1. deep

| a | b |
|---|---|
| 1 | 2 |

> A quotation.

```python
x = 1
```

[^1]: On average.
"""

VI = """\
## Trạng thái

Gọi $h_t$ là *trạng thái* tại bước thời gian $t$.
Khi đó `rnn.LSTM` tính $\\mathbf {H}_t$ như ở [Hình](#fig-cell) và [Phương trình](#eq-lstm).
Nó cần {glue:text}`seconds:.1f` s; xem [nó](https://mxnet.apache.org/), [Sak](#bib-sak2014).
Có 1.024 trạng thái và 2,5 cổng.[^1]

- một
- hai
  1. sâu

| a | b |
|---|---|
| 1 | 2 |

> Một câu trích.

```python
x = 1
```

[^1]: Tính trung bình.
"""


def test_blocks_that_agree():
    assert list(compare(EN, VI, 10)) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "what", "remedy"),
    [
        ("$h_t$", "$h_{t-1}$", 2, "formula $h_{t-1}$ is $h_t$ in English (line 12)", "write $h_t$"),
        ("$h_t$", "h", 2, "formula $h_t$ of the English (line 12) is not here", "add $h_t$"),
        ("2,5 cổng", "2,5 cổng $g$", 5, "formula $g$ is not in the English", "take it out here"),
        ("`rnn.LSTM`", "`rnn.GRU`", 3, "code `rnn.GRU` is `rnn.LSTM`", "write `rnn.LSTM`"),
        ("#fig-cell", "#fig-gate", 3, "reference […](#fig-gate) is […](#fig-cell)", "#fig-cell"),
        ("#bib-sak2014", "#bib-cho2014", 4, "reference", "write […](#bib-sak2014)"),
        ("https://mxnet", "http://mxnet", 4, "link […](http://mxnet", "https://mxnet.apache.org/"),
        (":.1f", ":.2f", 4, "number {glue:text}`seconds:.2f` is", "`seconds:.1f`"),
        ("1.024", "1.025", 5, "number 1.025 is 1,024 in English (line 15)", "write 1.024"),
        ("1.024", "1,024", 5, "number 1,024 is written as English writes it", "write 1.024"),
        ("2,5", "2.5", 5, "number 2.5 is written as English writes it", "write 2,5"),
        ("2,5 cổng", "vài cổng", 5, "number 2.5 of the English (line 15) is not here", "add 2,5"),
        ("- hai\n", "- hai\n- ba\n", 7, "list of 3 items here, a bulleted list of 2", "of 2 items"),
        ("  1. sâu", "  - sâu", 9, "a bulleted list of 1 item here, a numbered", "make it"),
        ("- một\n- hai", "1. một\n2. hai", 7, "a numbered list of 3 items here", "bulleted"),
        ("> Một", "Một", 15, "quotation > … of the English (line 25) is not here", "add > …"),
        ("x = 1", "x = 2", 17, "fenced block ```python differs", "copy it"),
        ("```python", "```", 17, "fenced block ``` differs", "copy it"),
        (".[^1]", ".", 5, "mark of a footnote [^1]", "add [^1]"),
    ],
)
def test_what_differs_is_found_at_its_line(old, new, line, what, remedy):
    assert old in VI
    changed = VI.replace(old, new)
    found = [f for f in compare(EN, changed, 10) if what in f[1]]
    assert [(f[0], remedy in f[2]) for f in found] == [(line, True)]


def test_tables_of_other_shapes():
    table = "| a | b |\n|---|---|\n| c | d |\n"
    ((line, what, remedy),) = compare(table, "| a |\n|---|\n| c |\n", 4)
    assert (line, remedy) == (0, "make it a table of 2 rows and 2 columns")
    assert what.startswith("a table of 2 rows and 1 columns here")
    assert [what for _, what, _ in compare(table, "một", 4)] == [
        "a table of 2 rows and 2 columns in English (line 4), none here"
    ]


def test_without_the_same_number_of_lines_the_first_line_is_named():
    ((line, what, _),) = compare("One.\nTwo $x$.", "Một.\nHai.\nBa.", 30)
    assert line == 0 and "(line 31)" in what


def test_of_equal_parts_each_counts():
    ((_, what, _),) = compare("$h$ and $h$", "$h$", 1)
    assert what == "the formula $h$ of the English (line 1) is not here"


def test_the_order_of_formulas_and_lines_is_free():
    assert not list(compare("$a$ before $b$.\n`c` and `d`.", "`d` và `c`.\n$b$ sau $a$.", 1))


def test_an_image_and_a_directive():
    assert [r for *_, r in compare("![a](a.svg)", "![b](b.svg)")] == ["write ![…](a.svg)"]
    assert not list(compare("```{note}\nOne.\n```", "```{note}\nMột.\n```"))
    assert list(compare("```{note}\nOne.\n```", "```{tip}\nMột.\n```"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"\mathbf{H}_t", r"\mathbf {H} _t"),
        (r"x\,y", r"x \, y"),
        (r"p = 1 \text{ for all } x", r"p = 1 \text{ với mọi } x"),
    ],
)
def test_formulas_that_are_the_same(one, other):
    assert formula(one) == formula(other)


@pytest.mark.parametrize(
    ("one", "other"), [(r"\mathbf{H}_t", r"\mathbf{h}_t"), ("x_1", "x_{1}"), (r"\ne w", r"\new")]
)
def test_formulas_that_are_not(one, other):
    assert formula(one) != formula(other)


@pytest.mark.parametrize(
    ("en", "vi"), [("$0.5$", "$0{,}5$"), ("$0.5$", "$0.5$"), ("$10{,}000$", "$10.000$")]
)
def test_numbers_in_formulas_may_be_written_either_way(en, vi):
    assert not list(compare(en, vi))
    assert list(compare(en, "$7$"))


@pytest.mark.parametrize(
    ("en", "vi"),
    [
        ("Python 3.10 or 3.11 and MXNet 1.9.1.", "Python 3.10 hoặc 3.11 và MXNet 1.9.1."),
        ("In the 1980s, the 19th century.", "Những năm 1980, thế kỷ 19."),
        ("Two layers, twelve gates, first of all 35.", "2 tầng, 12 cổng, trước hết 35."),
        ("2 layers and 21 gates", "hai tầng và hai mươi mốt cổng"),
        ("3 thousand, 2.5 million", "3.000, 2,5 triệu"),
        ("10,000 words", "10 nghìn từ"),
        ("a 2D grid", "lưới 2 chiều"),
        ("50 % or 50%", "50% hay 50 %"),
        ("Section 3.2 and version 2.0", "Mục 3.2 và phiên bản 2.0"),
        ("pages 12–15", "trang 12–15"),
        ("`x = 13` and $12$", "`x = 13` và $12$"),
        ("1.0 is 1", "1,0 là 1"),
    ],
)
def test_numbers_that_are_the_same(en, vi):
    assert list(compare(en, vi)) == []


@pytest.mark.parametrize(
    ("en", "vi", "remedy"),
    [
        ("12 states", "13 trạng thái", "write 12"),
        ("0.125 seconds", "0.125 giây", "write 0,125"),
        ("1.024 seconds", "1.024 giây", "write 1,024"),
        ("1,024 states", "1024,0 trạng thái và 7", "take it out here, or add it there"),
        ("Costs 3.14.", "Giá 3.14.", "write 3,14"),
        ("from 64 to 2,048", "từ 64 đến 2,048", "write 2.048"),
        ("35 characters", "vài ký tự", "add 35"),
        ("in 1997", "năm 1979", "write 1997"),
    ],
)
def test_numbers_that_are_not(en, vi, remedy):
    assert [found[2] for found in compare(en, vi)] == [remedy]


def test_values_follow_the_language():
    assert value("2.048", "vi") == value("2,048", "en") == Decimal(2048)
    assert value("2.048", "en") == value("2,048", "vi") == Decimal("2.048")
    assert value("1.9.1", "vi") == "1.9.1"
    assert value("12,34", "en") == "12,34"
    assert [as_vietnamese(n) for n in numbers("0.50 of 1,000,000.25", "en")] == [
        "0,50",
        "1.000.000,25",
    ]


def test_shapes_of_nested_lists():
    (shape,) = shapes("- a\n  - b\n  - c\n- d\n")
    assert (shape.sizes, [inner.sizes for inner in shape.inside[0]]) == ((2,), [(2,)])
    assert shapes("text\n\n1. a\n")[0].line == 2


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("Một *trạng thái ẩn", "*"),
        ("Một **trạng thái ẩn", "**"),
        ("Một **trạng thái* ẩn", "*"),
        ("Một * trạng thái* ẩn", "*"),
        ("Một _trạng thái ẩn", "_"),
        ("Một trạng thái_ ẩn", "_"),
        ("Một `mã ẩn", "`"),
        ("Một ``mã` ẩn", "``"),
        ("Giá $5 thôi", "$"),
        ("Một $x$ và $y", "$"),
        ("Xem [Hình](#fig-a ở trên", "]("),
        ("Có [^1] chú thích", "[^"),
        ("Số {glue:text} `n:d`", "{glue:text}"),
    ],
)
def test_what_opens_and_does_not_close(text, mark):
    found = list(unclosed(f"Một.\n{text}\nHai."))
    assert {line for line, *_ in found} == {1}
    assert f"a '{mark}' that" in found[0][1] and text in found[0][1]


@pytest.mark.parametrize(
    "text",
    [
        r"Một \* hai \_ ba \` bốn \$5",
        "*một* **hai** _ba_ ***bốn*** `năm` $6$ $$7$$",
        "*một\nhai*",
        "snake_case và __init__ và https://a.b/c_d_",
        "`a * b` và $a * b_c$ và ``a ` b``",
        "```\na * b _c\n```",
        "* một\n* hai",
        "[Hình](#fig-a) {glue:text}`n:d` {numref}`x`",
        "a[1] và f(x)",
    ],
)
def test_what_is_closed(text):
    assert list(unclosed(text)) == []
