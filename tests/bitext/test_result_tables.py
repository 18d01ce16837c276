"""Tables of what the sections have measured: from their runs, in both languages."""

import re

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from bitext import glued, notebooks, result_tables
from bitext.findings import SourceError
from bitext.settings import Settings, find_root
from bitext.sources import read

TABLES = """\
[[table]]
title = "Perplexity <1> | Perplexity"
heads = ["model | mô hình", "training | huấn luyện", "test | kiểm tra"]
note = "Lower is better. | Càng thấp càng tốt."

[[table.row]]
name = "LSTM | LSTM hai tầng"
section = "deep"
cells = ["", "lstm-test-{lang}:,.1f"]

[[table.row]]
name = "counting | đếm"
section = "counts"
cells = ["counts:.2f", ""]
"""


def run(**values):
    outputs = [
        new_output(
            "display_data",
            data={"application/papermill.record/text/plain": value},
            metadata={"scrapbook": {"name": name.replace("_", "-")}},
        )
        for name, value in values.items()
    ]
    return new_notebook(cells=[new_code_cell("measure()", outputs=outputs)])


@pytest.fixture
def table_file(tmp_path):
    """Return a file of tables beside the notebooks that it names."""
    path = tmp_path / "chapter_toy" / "results.toml"
    notebooks.save(run(lstm_test_en="1234.56", lstm_test_vi="4.25"), path.with_name("deep.ipynb"))
    notebooks.save(run(counts="17.0"), path.with_name("counts.ipynb"))
    path.write_text(TABLES, "utf-8")
    (tmp_path / "requirements.txt").touch()
    return path


def shown(path):
    return result_tables.show(path, Settings(path.parent.parent))


def rows(made, lang):
    """Return the cells of one language, row by row, without their tags."""
    half = re.search(rf'<div class="block" lang="{lang}">(.*?)</table>', made, re.S)[1]
    return [re.findall(r"<t[hd][^>]*>(?:<a[^>]*>)?([^<]*)", row) for row in half.split("<tr>")[1:]]


def faults(path):
    with pytest.raises(SourceError) as error:
        shown(path)
    return str(error.value)


def test_each_language_has_a_table_with_its_own_words_and_signs(table_file):
    made = shown(table_file)
    assert rows(made, "en") == [
        ["model", "training", "test"],
        ["LSTM, English", "–", "1,234.6"],
        ["LSTM, Vietnamese", "–", "4.2"],
        ["counting", "17.00", "–"],
    ]
    assert rows(made, "vi") == [
        ["mô hình", "huấn luyện", "kiểm tra"],
        ["LSTM hai tầng, tiếng Anh", "–", "1.234,6"],
        ["LSTM hai tầng, tiếng Việt", "–", "4,2"],
        ["đếm", "17,00", "–"],
    ]
    assert made.count("Lower is better.") == made.count("Càng thấp càng tốt.") == 1
    assert 'href="deep.html"' in made and "Perplexity &lt;1&gt;" in made


def test_a_section_that_has_run_nowhere_has_dots(table_file):
    notebooks.save(run(), table_file.with_name("counts.ipynb"))
    assert rows(shown(table_file), "vi")[3] == ["đếm", "…", "–"]


def test_a_number_that_the_run_lacks_is_named_with_its_file_and_line(table_file):
    notebooks.save(run(lstm_test_en="2.0"), table_file.with_name("deep.ipynb"))
    assert faults(table_file) == (
        "chapter_toy/results.toml:9: the run of 'deep' has not measured 'lstm-test-vi': "
        "glue it in deep.md, or correct the name [results]"
    )


def test_every_fault_is_named_at_once(table_file):
    table_file.with_name("deep.ipynb").unlink()
    notebooks.save(run(counts="'many'"), table_file.with_name("counts.ipynb"))
    deep, counts = faults(table_file).splitlines()
    assert deep.startswith("chapter_toy/results.toml:8: section 'deep' has no notebook")
    assert counts.startswith("chapter_toy/results.toml:14: 'counts' is 'many', which the format")


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('cells = ["counts:.2f", ""]', 'cells = ["counts:.2f"]', "'counting | đếm' has 1 cells"),
        ('section = "counts"\n', "", "lacks 'section'"),
        ("note =", "nota =", "unknown field 'nota'"),
        ("[[table]]", "[[table", "results.toml:1: "),
    ],
)
def test_a_malformed_file_is_named(table_file, old, new, what):
    table_file.write_text(TABLES.replace(old, new), "utf-8")
    assert what in faults(table_file)


def test_the_name_of_a_row_may_quote_numbers(table_file):
    text = TABLES.replace("LSTM | LSTM hai tầng", "{lstm-test-{lang}:.1f} | hai {counts:.1f}")
    table_file.write_text(text.replace("hai {counts:.1f}", "hai {lstm-test-en:,.1f}"), "utf-8")
    made = shown(table_file)
    assert rows(made, "en")[1][0] == "1234.6, English"
    assert rows(made, "vi")[2][0] == "hai 1.234,6, tiếng Việt"
    table_file.write_text(text.replace("{counts:.1f}", "{nothing:d}"), "utf-8")
    assert "results.toml:7: the run of 'deep' has not measured 'nothing'" in faults(table_file)


def test_what_else_is_measured_is_shown_beside_what_was_glued(table_file):
    text = TABLES.replace('cells = ["", "lstm', 'cells = ["more-{lang}:.1f", "lstm')
    table_file.write_text(text, "utf-8")
    settings = Settings(table_file.parent.parent)

    def measure(section, names):
        assert section != "deep" or {"more-en", "more-vi"} <= set(names)
        return {"more-en": "7.25", "more-vi": None} if section == "deep" else {}

    made = result_tables.show(table_file, settings, measure)
    assert [row[1] for row in rows(made, "en")[1:3]] == ["7.2", glued.UNKNOWN]
    assert "has not measured 'more-en'" in faults(table_file)


def test_a_file_that_is_not_there_is_named(table_file):
    table_file.unlink()
    assert faults(table_file).startswith("chapter_toy/results.toml:1: there is no such file")


def test_the_sections_of_the_book_glue_every_number_of_its_tables():
    root = find_root()
    tables = result_tables.read(root / "chapter_rnn" / "results.toml", root)
    named = {
        (row.section, name) for table in tables for row in table.rows for name, _ in row.numbers()
    }
    assert len(named) > 50
    code = {
        section: "\n".join(
            cell.text
            for cell in read(root / f"chapter_rnn/{section}.md", root).cells
            if cell.kind == "code"
        )
        for section in {section for section, _ in named}
    }
    unknown = {
        (section, name)
        for section, name in named
        if not any(
            re.fullmatch(re.sub(r"\{\w+\}", r"[\\w-]+", match["name"]), name)
            for match in glued.CALL.finditer(code[section])
        )
    }
    assert not unknown


def test_below_a_table_stand_the_days_and_the_processors_of_its_runs(table_file):
    assert shown(table_file).count("<p>From the committed outputs.</p>") == 1
    for name, made in (("deep", "2026-11-21, A Chip, 2 processors"), ("counts", "")):
        path = table_file.with_name(f"{name}.ipynb")
        notebook = notebooks.load(path)
        notebook.metadata["bitext"] = {"made": made}
        notebooks.save(notebook, path)
    half = "Measured by make html; 2026-11-21; A Chip, 2 processors"
    assert f"<p>{half}; some from the committed outputs.</p>" in shown(table_file)
    assert "<p>Do make html; 2026-11-21; A Chip, 2 processors đo; một số" in shown(table_file)
    notebook.metadata["bitext"] = {"made": "2026-11-23, A Chip, 2 processors"}
    notebooks.save(notebook, path)
    assert "Measured by make html; 2026-11-21 – 2026-11-23; A Chip, 2 processors.<" in shown(
        table_file
    )
