import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from bitext import exercises, sources
from bitext.pairing import pair
from tests.conftest import HEADER

GOOD = """\
+++ {"lang": "en"}

## Exercises

+++ {"lang": "vi"}

## Bài tập

+++ {"lang": "en"}

### Exercise 1: Sizes

How many?

+++ {"lang": "vi"}

### Bài tập 1: các kích thước

Có bao nhiêu?

+++ {"lang": "en", "admonition": "solution"}

Ten.

+++ {"lang": "vi"}

Mười.

```{code-cell}
:tags: [hide-cell]

print(10)
```

+++ {"lang": "en"}

### Exercise 2

Why?

+++ {"lang": "vi"}

### Bài tập 2

Vì sao?

+++ {"lang": "en", "admonition": "solution"}

Because.

+++ {"lang": "vi"}

Vì thế.
"""


def whats(text):
    section = sources.parse(HEADER + text, "a", "chapter_x/a.md")
    assert not sources.structure(section)
    return [(finding.line, finding.what) for finding in exercises.findings(section)]


def line(text, part):
    lines = (HEADER + text).split("\n")
    return next(number for number, found in enumerate(lines, 1) if part in found)


def test_exercises_without_a_fault_have_no_findings():
    assert whats(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "at", "what"),
    [
        (', "admonition": "solution"', "", "### Exercise 1", "exercise 1 has no solution"),
        ("### Exercise 2", "### Exercise 3", "### Exercise 3", "exercise 3 is number 2 of this"),
        ("### Bài tập 2", "### Bài tập 3", "### Bài tập 3", "'Bài tập 3' is not that of exerc"),
        ("### Bài tập 1: các kích thước", "### Kích thước", "### Kích", "'Kích thước' is not"),
        ("1: các kích thước", "1", "### Bài tập 1", "exercise 1 has a title in one language"),
        ("How many?\n", "", "### Exercise 1", "exercise 1 asks nothing"),
        ("Ten.", "### Solution\n\nTen.", "### Solution", "a solution with a heading"),
        ("## Exercises", "## Exercise", "## Exercise", "'Exercise' begins no exercise"),
        ("### Exercise 1: ", "### ", "Ten.", "a solution without an exercise"),
    ],
)
def test_a_fault_is_named_where_it_stands(old, new, at, what):
    text = GOOD.replace(old, new)
    if old == "Ten.":
        text = text.replace("Mười.", "### Lời giải\n\nMười.")
    assert any(number == line(text, at) and what in found for number, found in whats(text))


def test_a_second_solution_is_one_too_many():
    again = '\n+++ {"lang": "en", "admonition": "solution"}\n\nOr so.\n'
    text = GOOD.replace("Vì thế.\n", f"Vì thế.\n{again}")
    assert whats(text) == [(line(text, "Or so."), "a second solution of exercise 2")]


def test_the_check_of_a_book_finds_them_and_a_reason_silences_them(tmp_path):
    from bitext.checks import Context, check_section
    from bitext.settings import Settings

    text = GOOD.replace(', "admonition": "solution"', "")
    silent = text.replace(
        '+++ {"lang": "en"}\n\n### Ex',
        '+++ {"lang": "en", "silence": {"exercise": "open"}}\n\n### Ex',
    )
    for body, expected in ((text, 2), (silent, 0)):
        section = sources.parse(HEADER + body, "a", "a.md")
        found = check_section(section, Context(Settings(tmp_path)))
        assert [f.kind for f in found].count("exercise") == expected
        assert "silence" not in [f.kind for f in found]


# ---- pairing ------------------------------------------------------------------------------------


def cell(text, lang, **metadata):
    return new_markdown_cell(text, metadata={"lang": lang, **metadata})


def paired(*cells):
    notebook = new_notebook(cells=list(cells))
    notebook.metadata["bitext"] = {"source": "chapter_x/deep-rnn.md"}
    return [c.source for c in pair(notebook).cells]


QUESTION = (cell("### Exercise 1: A `b`\n\nWhy?", "en"), cell("### Bài tập 1: C\n\nVì sao?", "vi"))
ANSWER = (cell("So.", "en", admonition="solution"), cell("Thế.", "vi"))


def test_an_exercise_and_its_solution_become_directives_of_sphinx_exercise():
    opening, solution, code, closing = paired(*QUESTION, *ANSWER, new_code_cell("print()"))
    assert opening.startswith(
        "~~~{exercise-start} {vi}`C` {en}`` A `b` ``\n:label: chapter-x-deep-rnn-exercise-1\n~~~\n"
    )
    assert "#" not in opening and "\nWhy?\n" in opening and "\nVì sao?\n" in opening
    assert solution.startswith(
        "~~~{exercise-end}\n~~~\n\n~~~{solution-start} chapter-x-deep-rnn-exercise-1\n"
        ":label: chapter-x-deep-rnn-solution-1\n~~~\n"
    )
    assert code == "print()" and closing == "~~~{solution-end}\n~~~\n\n"


def test_the_next_heading_closes_a_solution():
    *_, heading = paired(*QUESTION, *ANSWER, cell("## More", "en"), cell("## Nữa", "vi"))
    assert heading == "~~~{solution-end}\n~~~\n\n## {vi}`Nữa` {en}`More`"


def test_the_code_of_a_solution_is_not_hidden_a_second_time():
    code = new_code_cell("1", metadata={"tags": ["hide-cell", "wall-clock"]})
    notebook = new_notebook(
        cells=[code, *QUESTION, *ANSWER, new_code_cell("2", metadata=code.metadata)]
    )
    cells = [c for c in pair(notebook).cells if c.cell_type == "code"]
    assert [c.metadata["tags"] for c in cells] == [["hide-cell", "wall-clock"], ["wall-clock"]]
    assert code.metadata["tags"] == ["hide-cell", "wall-clock"]


def test_a_label_of_an_author_names_the_exercise():
    labelled = cell(QUESTION[0].source, "en", label="ex-why")
    opening, solution, closing = paired(labelled, QUESTION[1], *ANSWER)
    assert ":label: ex-why\n" in opening and "{solution-start} ex-why\n" in solution
    (text,) = paired(cell("[Exercise](#ex-why)", "en"), cell("[Bài tập](#ex-why)", "vi"))
    assert "{numref}`Exercise %s <ex-why>`" in text and "{numref}`Bài tập %s <ex-why>`" in text


def test_an_exercise_that_is_not_translated_keeps_its_title():
    opening, closing = paired(QUESTION[0])
    assert opening.startswith("~~~{exercise-start} {untranslated}`` A `b` ``\n")
    assert closing == "~~~{exercise-end}\n~~~\n\n"


def test_a_stale_exercise_compares_its_heading_too():
    stale = cell(QUESTION[1].source, "vi", was="### Exercise 1: B\n\nHow?")
    opening, _ = paired(QUESTION[0], stale)
    assert "```{changes}\n\n- ### Exercise 1: B\n" in opening
    assert "\n- How?\n+ Why?\n```" in opening


def test_a_solution_without_an_exercise_stays_a_box():
    (source,) = paired(*ANSWER)
    assert source.startswith("`````{bilingual-admonition} solution")
