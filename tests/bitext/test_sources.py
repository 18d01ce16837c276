from textwrap import dedent

import pytest

from bitext import sources
from bitext.findings import SourceError
from tests.conftest import HEADER, SECTION


def structure(body):
    text = HEADER + dedent(body)
    return text, sources.structure(sources.parse(text, "toy", "chapter_toy/toy.md"))


def line_of(text, words):
    return next(n for n, line in enumerate(text.split("\n"), 1) if words in line)


def test_cells_know_their_lines_and_pairs_their_blocks():
    section = sources.parse(SECTION, "state", "chapter_toy/state.md")
    lines = SECTION.split("\n")
    for cell in section.cells:
        assert lines[cell.line - 1] == cell.text.split("\n")[0]
    assert [pair.vi is not None for pair in section.pairs()] == [True, True, False]
    assert section.pairs()[0].name == "sec-state" and section.pairs()[0].is_heading
    assert section.pairs()[2].name == "Not translated yet."
    kinds = [type(item).__name__ for item in section.items()]
    assert kinds.count("Pair") == 3 and kinds.count("Cell") == len(section.cells) - 5


def test_a_cell_whose_first_line_stands_elsewhere_too():
    body = """\
        +++ {"lang": "en"}

        Same.

        ```{code-cell}
        :tags: [hide-input]

        x = 1
        ```

        ```{code-cell}
        x = 1
        ```

        +++ {"lang": "en"}

        Same.
        """
    text, found = structure(body)
    section = sources.parse(text, "toy", "toy.md")
    lines = text.split("\n")
    assert not found
    assert [cell.line for cell in section.cells] == [
        n for n, line in enumerate(lines, 1) if line in ("Same.", "x = 1")
    ]
    assert section.cells[1].tags == ["hide-input"]


@pytest.mark.parametrize(
    ("body", "where", "what"),
    [
        ('+++ {"lang": "fr"}\n\nBonjour.\n', "Bonjour", "unknown lang 'fr'"),
        ('+++ {"lang": "vi"}\n\nChào.\n', "Chào", "without its English"),
        ('+++ {"lang": "en"}\n\nHello.\n\n## Late\n', "Late", "middle of a cell"),
        ("+++\n\n## Shared\n", "Shared", "has no language"),
        (
            '+++ {"lang": "en"}\n\n## A\n\n+++ {"lang": "vi"}\n\nB\n',
            "B",
            "a heading on one side only",
        ),
        (
            '+++ {"lang": "en"}\n\n## A\n\n+++ {"lang": "vi"}\n\n### B\n',
            "B",
            "headings of two levels",
        ),
        ('+++ {"lang": "en", "admonition": "box"}\n\nText.\n', "Text", "unknown admonition"),
        ('+++ {"lang": "en", "label": "Sec_A"}\n\n# A\n', "# A", "label 'Sec_A'"),
        ('+++ {"lang": "en", "label": "sec-a"}\n\nA\n', "A", "names no heading"),
        ('+++ {"lang": "en", "label": "ex-a"}\n\n# A\n', "# A", "names no exercise"),
        ('+++ {"label": "fig-a"}\n\nA\n', "A", "names no figure"),
        ('+++ {"label": "eq-a"}\n\n$x$\n', "$x$", "names no equation"),
        ("```{code-cell}\n:label: eq-a\n\nplot()\n```\n", "plot()", "names no equation"),
        (
            "```{code-cell}\n:label: fig-a\n\nplot()\n```\n",
            "plot()",
            "'fig-a' has no caption",
        ),
        (
            '```{code-cell}\n:label: fig-a\n\nplot()\n```\n\n+++ {"lang": "en"}\n\n## Next\n',
            "plot()",
            "'fig-a' has no caption",
        ),
    ],
)
def test_faults_of_structure_are_found_at_their_line(body, where, what):
    text, found = structure(body)
    assert what in "\n".join(f.what for f in found)
    assert line_of(text, where) in [f.line for f in found]


def test_a_plot_with_a_caption_is_no_fault():
    text, found = structure(
        "```{code-cell}\n:label: fig-a\n:tags: [nbval-ignore-output]\n\nplot()\n```\n\n"
        '+++ {"lang": "en"}\n\nA caption.\n\n+++ {"lang": "vi"}\n\nMột chú thích.\n'
    )
    assert found == []
    code = sources.parse(text, "toy", "toy.md").cells[0]
    assert (code.label, code.text, code.line) == ("fig-a", "plot()", line_of(text, "plot()"))


def test_a_label_taken_twice_names_the_first():
    text, (found,) = structure(
        '+++ {"lang": "en", "label": "sec-a"}\n\n# A\n\n'
        '+++ {"lang": "en", "label": "sec-a"}\n\n# B\n'
    )
    assert f"already taken at line {line_of(text, '# A')}" in found.what
    assert found.line == line_of(text, "# B")


def test_a_file_that_is_no_section_says_how_one_begins(tmp_path):
    path = tmp_path / "chapter_toy" / "plain.md"
    path.parent.mkdir()
    path.write_text("# Plain\n", "utf-8")
    with pytest.raises(SourceError) as error:
        sources.read(path, tmp_path)
    assert str(error.value).startswith("chapter_toy/plain.md:1: the section has no notebook header")


def test_broken_metadata_is_found_at_its_line():
    text = HEADER + 'One.\n\n+++ {"lang": en}\n\nTwo.\n'
    with pytest.raises(SourceError) as error:
        sources.parse(text, "toy", "toy.md")
    (found,) = error.value.findings
    assert found.line in (line_of(text, "+++"), line_of(text, "+++") + 1)


TITLE = '+++ {"lang": "en"}\n\n# Title\n\n+++ {"lang": "vi"}\n\n# Tên\n\n'


@pytest.mark.parametrize(
    ("body", "where", "what"),
    [
        ("", "---", "the section is empty"),
        ("A word.\n", "A word", "something stands before the title"),
        ('+++ {"lang": "en"}\n\nA word.\n\n' + TITLE, "A word", "before the title"),
        ("```{code-cell}\nprint(1)\n```\n\n" + TITLE, "print(1)", "before the title"),
        ("```{code-cell}\nprint(1)\n```\n", "print(1)", "before the title"),
        ("+++\n\n$$\nx\n$$\n\n" + TITLE, "$$", "before the title"),
        ("+++\n\n<!-- a note -->\n\n" + TITLE, "<!--", "before the title"),
        ('+++ {"lang": "en"}\n\n> # Quoted\n', "Quoted", "before the title"),
        ('+++ {"lang": "en"}\n\n- # Listed\n', "Listed", "before the title"),
        ('+++ {"lang": "en", "admonition": "note"}\n\n# Boxed\n', "Boxed", "before the title"),
        ('+++ {"lang": "en"}\n\n## Deep\n', "Deep", "the title 'Deep' is a heading of level 2"),
        ('+++ {"lang": "en"}\n\nDeep\n----\n', "Deep", "is a heading of level 2"),
        ('+++ {"lang": "en"}\n\n#\n', "#", "a heading without words"),
        (TITLE + '+++ {"lang": "en"}\n\n# Second\n', "Second", "a second title, 'Second'"),
        (TITLE + '+++ {"lang": "en"}\n\n##\n', "##", "a heading without words"),
    ],
)
def test_a_page_begins_with_its_title(tmp_path, body, where, what):
    path = tmp_path / "chapter_toy" / "toy.md"
    path.parent.mkdir()
    text = HEADER + body
    path.write_text(text, "utf-8")
    with pytest.raises(SourceError) as caught:
        sources.read(path, tmp_path)
    (line,) = str(caught.value).splitlines()
    number = 1 if where == "---" else line_of(text.removeprefix(HEADER), where)
    number += 0 if where == "---" else HEADER.count("\n")
    assert line.startswith(f"chapter_toy/toy.md:{number}: ") and what in line


def test_a_title_alone_is_a_page():
    _, found = structure(TITLE)
    section = sources.parse(HEADER + TITLE, "toy", "toy.md")
    assert found == [] and sources.outline(section) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: python3", "name: \x1b"),
        ("name: python3", "name: {a: [1]}"),
        ("language: python", "language: 3"),
        ("kernelspec:", "kernelspec: ["),
        ("kernelspec:", "a: b: c"),
    ],
)
def test_a_header_that_cannot_be_read_is_one_line(old, new):
    text = HEADER.replace(old, new, 1) + "+++\n\nA.\n"
    try:
        sources.parse(text, "toy", "toy.md")
    except SourceError as error:
        assert str(error).startswith("toy.md:") and len(str(error).splitlines()) == 1
    else:
        assert new == "language: 3", "which says nothing to the book"
