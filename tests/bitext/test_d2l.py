import pytest

from bitext import d2l

#: A small page in D2L's dialect.
PAGE = """\
# Waves
:label:`sec_waves`

By :eqref:`eq_wave` and :numref:`fig_sea`, as
:numref:`chap_tides` says :cite:`Elman.1990`, [**all is water**].

$$w = \\sin t$$
:eqlabel:`eq_wave`

![ The sea, $w$ high. ](../img/sea.svg)
:width:`300px`
:label:`fig_sea`

```{.python .input  n=17}
#@tab mxnet
import d2l
x = 1
```

```{.python .input}
#@tab pytorch
import torch
```

````{.python .input}
%%tab all
y = '```'
````

:begin_tab:`mxnet`
## With kept words
:end_tab:

:begin_tab:`pytorch, tensorflow`
The torch words.
:end_tab:

```toc
:maxdepth: 2

tides
```

<!-- a note -->

[Discussions](https://discuss.example.org/t/1)
"""


def read(text):
    return d2l.read(d2l.numbered(text))


def kinds(text):
    return [block.kind for block in read(text)]


def test_a_page_is_read_into_blocks():
    assert " ".join(kinds(PAGE)) == (
        "heading prose math figure code aside code mark heading mark mark aside mark toc "
        "comment discussion"
    )
    labels = {block.kind: block.label for block in read(PAGE) if block.label}
    assert labels == {"heading": "sec_waves", "math": "eq_wave", "figure": "fig_sea"}


def test_blocks_know_their_lines_and_together_are_the_page():
    lines = PAGE.split("\n")
    for block in read(PAGE):
        assert lines[block.line - 1] == block.raw.split("\n")[0]
    assert "".join("".join(b.raw.split()) for b in read(PAGE)) == "".join(PAGE.split())


def test_a_label_may_stand_behind_a_blank_line_or_in_the_heading():
    assert [b.label for b in read("# A :label:`sec_a`\n\n## B\n\n:label:`sec_b`")] == [
        "sec_a",
        "sec_b",
    ]
    (lost,) = read(":label:`x`")
    assert lost.problem == "the label 'x' names nothing here"


def test_a_list_goes_on_behind_blank_lines():
    text = "1. a\n\n   ```python\n   x\n\n   y\n   ```\n\n2. b\n\n   c"
    assert kinds(text) == ["prose"]
    assert kinds("- a\n\nb") == ["prose", "prose"]


@pytest.mark.parametrize(
    "text, expected, line, what",
    [
        ("```python\na\n\nb", ["fence"], 1, "this fence has no end"),
        ("```python\na\n<!-- b -->", ["fence", "comment"], 1, "this fence has no end"),
        (
            "```{.python .input}\na\n\n```{.python .input}\nb\n```",
            ["code", "code"],
            1,
            "this fence has no end before the next one, at line 4",
        ),
        (
            "a\n\n<!-- b\n\nc",
            ["prose", "comment", "prose"],
            3,
            "the comment of line 3 has no end '-->'",
        ),
        ("<!-- a\n<!-- b -->", ["comment", "comment"], 1, "the comment of line 1 has no end '-->'"),
        ("a\n-->\nb", ["prose", "mark", "prose"], 2, "a '-->' without its '<!--'"),
        ("a\n\n$$\nb\n\nc", ["prose", "prose", "prose"], 3, "a '$$' without another"),
        (":begin_tab:`mxnet`\na", ["mark", "prose", "mark"], 1, "this tab has no :end_tab:"),
        ("a\n\n:end_tab:", ["prose", "mark"], 3, "an :end_tab: without its :begin_tab:"),
    ],
)
def test_what_is_broken_is_named_by_its_line(text, expected, line, what):
    assert kinds(text) == expected
    assert [(b.line, b.problem) for b in read(text) if b.problem] == [(line, what)]


def test_words_behind_a_comment_are_read():
    comment, words = read("<!-- a\nb --> c\nd")
    assert (comment.raw, words.text, words.line) == ("<!-- a\nb -->", " c\nd", 2)


def test_an_equation_in_a_line_of_words_is_prose():
    assert kinds("$$a$$ is b") == ["prose"]
    assert kinds("$$a\n\nb$$") == ["prose", "prose"]
    assert kinds("$$a$$:eqlabel:`eq_a`") == ["math"]
    assert kinds("We have\n$$\na\n$$\nso") == ["prose", "math", "prose"]


def test_links_to_forums_are_discussions():
    assert kinds("## [Discussions](https://discuss.example.org/t/1)") == ["discussion"]
    assert kinds("![](../img/qr_waves.svg)") == ["discussion"]
    assert kinds("See [Discussions](https://discuss.example.org/t/1).") == ["prose"]


def test_a_text_is_cleaned_line_by_line():
    text, notes = d2l.clean("\ufeffo\u0301\r\na\x85b\rc\n\u2028")
    assert text == "ó\na b\nc\n "
    assert notes == [
        (1, "a byte order mark is dropped"),
        (1, "is brought into NFC"),
        (2, "U+0085 is replaced by a space"),
        (4, "U+2028 is replaced by a space"),
    ]
    assert d2l.clean(text) == (text, [])


def test_marks_without_end_are_left_alone():
    text = "o\u0301 a" + "\u0301\u0323" * 100_000
    assert d2l.clean(text)[0] == text
