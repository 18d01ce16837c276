from dataclasses import replace

import pytest

from bitext import book, execution, notebooks
from bitext.findings import SourceError
from bitext.shards import Shard
from tests.conftest import SECTION


def test_preparing_executes_and_pages_show_the_run(book_folder):
    book.prepare(book_folder)
    committed = notebooks.load(book_folder.root / "chapter_toy/state.ipynb")
    assert all(not c.outputs for c in committed.cells if c.cell_type == "code")
    ran = book.run_here(committed, book_folder)
    assert any(o.get("text") == "a state\n" for c in ran.cells for o in c.get("outputs", ()))


def test_what_has_not_run_here_is_known(book_folder):
    book.prepare(book_folder, execute=False)
    committed = notebooks.load(book_folder.root / "chapter_toy/state.ipynb")
    assert book.run_here(committed, book_folder) is None


def test_numbers_of_the_run_are_in_the_notebook_in_both_notations(book_folder):
    book.prepare(book_folder, keep=True)
    text = (book_folder.root / "chapter_toy/state.ipynb").read_text("utf-8")
    assert "[1.50](#glue-norm:.2f)" in text and "[1,50](#glue-norm:.2f)" in text


def test_nothing_is_executed_when_that_is_asked(book_folder):
    book.prepare(book_folder, execute=False)
    assert not execution.store(book_folder).folder.exists()


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("(#eq-state)", "(#eq-stat)", "did you mean '#eq-state'?"),
        ("`norm:.2f`", "`norms:.2f`", "'norms' is not measured in this section"),
        ("-s double", "-s treble", "no 'treble' in ../toy/numbers.py"),
    ],
)
def test_what_leads_nowhere_is_an_error_and_nothing_is_written(book_folder, old, new, what):
    path = book_folder.root / "chapter_toy/state.md"
    path.write_text(SECTION.replace(old, new), "utf-8")
    with pytest.raises(SourceError) as error:
        book.prepare(book_folder, execute=False)
    first = str(error.value).split("\n")[0]
    line = next(i for i, text in enumerate(path.read_text().split("\n"), 1) if new in text)
    assert what in first and first.startswith(f"chapter_toy/state.md:{line}: cell ")
    assert not path.with_suffix(".ipynb").exists()


def test_a_number_that_the_run_did_not_measure_is_an_error(book_folder):
    path = book_folder.root / "chapter_toy/state.md"
    path.write_text(SECTION.replace('glue("norm"', 'if False: glue("norm"'), "utf-8")
    with pytest.raises(SourceError, match="the run has not measured 'norm'"):
        book.prepare(book_folder)


def test_a_figure_that_the_run_did_not_draw_is_an_error_at_its_line(book_folder):
    path = book_folder.root / "chapter_toy/state.md"
    caption = '\n+++ {"lang": "en"}\n\nA state.\n\n+++ {"lang": "vi"}\n\nMột trạng thái.\n'
    cell = "```{code-cell}\n:label: fig-state\n\nprint(1)  # no plot\n```\n"
    path.write_text(SECTION + cell + caption, "utf-8")
    with pytest.raises(SourceError) as error:
        book.prepare(book_folder)
    line = path.read_text("utf-8").split("\n").index("print(1)  # no plot") + 1
    assert f"state.md:{line}: cell " in str(error.value)
    assert "the cell of 'fig-state' shows no image: plot in it" in str(error.value)


def test_a_label_on_a_code_cell_executes_nothing(book_folder):
    path = book_folder.root / "chapter_toy/state.md"
    drawn = (
        "from IPython.display import SVG, display\n\n"
        """display(SVG('<svg xmlns="http://www.w3.org/2000/svg"/>'))\n```\n"""
    )
    path.write_text(f"{SECTION}```{{code-cell}}\n{drawn}", "utf-8")
    book.prepare(book_folder, keep=True)
    (run,) = book_folder.build.glob("executed/state/*.ipynb")
    before = run.stat().st_mtime_ns
    caption = '\n+++ {"lang": "en"}\n\nA state.\n\n+++ {"lang": "vi"}\n\nMột trạng thái.\n'
    path.write_text(f"{SECTION}```{{code-cell}}\n:label: fig-state\n\n{drawn}{caption}", "utf-8")
    assert book.prepare(book_folder, keep=True).written == ["chapter_toy/state.ipynb"]
    assert list(book_folder.build.glob("executed/state/*.ipynb")) == [run]
    assert run.stat().st_mtime_ns == before
    code = notebooks.load(path.with_suffix(".ipynb")).cells[-3]
    assert code.metadata["label"] == "fig-state" and "image/svg+xml" in code.outputs[0]["data"]


def test_the_time_of_a_run_is_written_once_and_stays_while_it_is_about_right(book_folder):
    path = book_folder.root / "chapter_toy/state.ipynb"

    def seconds(measured):
        for run in book_folder.build.glob("executed/state/*.ipynb"):
            kept = notebooks.load(run)
            kept.metadata["bitext"]["seconds"] = measured
            notebooks.save(kept, run)
        book.prepare(book_folder, keep=True)
        return notebooks.load(path).metadata["bitext"]["seconds"]

    book.prepare(book_folder)
    assert "seconds" not in notebooks.load(path).metadata["bitext"]
    assert [seconds(s) for s in (10.4, 5.2, 19.9, 20.1, 0.1)] == [10, 10, 10, 20, 1]
    source = path.with_suffix(".md")
    source.write_text(SECTION.replace("a state", "one state"), "utf-8")
    book.prepare(book_folder, execute=False)
    assert notebooks.load(path).metadata["bitext"]["seconds"] == 1


def test_a_share_leaves_the_other_notebooks_as_they_are(book_folder):
    (book_folder.root / "chapter_toy/other.md").write_text(
        SECTION.replace("sec-state", "sec-other").replace("eq-state", "eq-other"), "utf-8"
    )
    book.prepare(book_folder, keep=True)
    before = (book_folder.root / "chapter_toy/state.ipynb").read_text("utf-8")
    book.prepare(book_folder, keep=True, force=True, shard=Shard(1, 2))
    assert (book_folder.root / "chapter_toy/state.ipynb").read_text("utf-8") == before


def test_a_time_for_a_notebook_that_there_is_not_is_named(book_folder):
    with pytest.raises(ValueError, match=r"timeouts\] has \['sate'\]: .* one of \['state'\]"):
        book.prepare(replace(book_folder, timeouts={"sate": 60}), execute=False)
