import json
import os
import subprocess
import sys

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_output

from bitext import book, notebooks, sources
from living import page
from living.export import MIME
from tests.conftest import ROOT


def test_the_book_knows_the_kind_of_output_that_is_exported():
    assert notebooks.MODEL == MIME


def test_a_committed_notebook_holds_no_model(book_folder):
    section = sources.read(book_folder.root / "chapter_toy/state.md", book_folder.root)
    executed = book.compose(section, book_folder)
    shown = new_output("stream", text="1\n")
    cell = next(cell for cell in executed.cells if cell.cell_type == "code")
    cell.outputs = [new_output("display_data", {MIME: {"data": "x"}}), shown]
    committed = book.compose(section, book_folder, executed)
    assert [output for cell in committed.cells for output in cell.get("outputs", ())] == [shown]
    assert len(cell.outputs) == 2, "the run itself is as it was"
    nbformat.validate(committed)


@pytest.mark.parametrize("widget", list(page.WIDGETS))
def test_a_widget_says_in_both_languages_what_it_is(widget):
    for models in ([], [{"base": "b", "lang": "vi", "name": "b-vi", "title": 'a "title"'}]):
        soup = BeautifulSoup(page.box(widget, models), "html.parser")
        for lang, title in zip(("vi", "en"), page.WIDGETS[widget][0]):
            assert soup.select_one(f".living-title [lang={lang}]").text == title
        halves = [len(soup.select(f".text[lang={lang}]")) for lang in ("vi", "en")]
        assert halves[0] == halves[1] >= 3
        if models or widget in page.ALONE:
            assert json.loads(soup.div["data-models"]) == models
            assert "hidden" in soup.button.attrs, "start.js shows it"
        else:
            assert not soup.select("button, [data-widget]")


def test_a_model_of_a_text_has_two_languages_and_one_of_numbers_none():
    head = {"cell": "gru", "layers": 2, "hiddens": 24}
    heads = {"toy-vi": head, "toy-en": head, "sine": {"cell": "mlp", "hiddens": 16}}
    found = list(page.choices("inside", ["toy"], heads))
    assert [(model["name"], model["lang"]) for model in found] == [
        ("toy-vi", "vi"),
        ("toy-en", "en"),
    ]
    assert {model["title"] for model in found} == {"GRU, 2 × 24"}
    assert list(page.choices("far-ahead", ["sine"], heads)) == [{"name": "sine"}]


def test_each_widget_has_its_script():
    for widget in page.WIDGETS:
        script = (page.STATIC / f"{widget}.js").read_text("utf-8")
        assert f'living.widgets["{widget}"] =' in script or f"living.widgets.{widget} =" in script


@pytest.mark.parametrize("path", sorted(page.STATIC.glob("*.js")), ids=lambda path: path.name)
def test_no_script_makes_code_or_markup_of_text(path):
    text = path.read_text("utf-8")
    for word in (
        "innerHTML",
        "outerHTML",
        "insertAdjacent",
        "document.write",
        "eval(",
        "Function(",
    ):
        assert word not in text, word


def test_the_pages_are_built_without_mxnet():
    code = "import sys, living.page; print('mxnet' in sys.modules, 'd2l' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "False False\n", done.stderr


@pytest.mark.parametrize(("named", "fault"), [("norms", ""), ("norm", "no figure above is")])
def test_a_widget_leads_to_a_figure_above_it_or_stops_the_build(tmp_path, named, fault):
    (tmp_path / "index.md").write_text(
        f"# A page\n\n```{{figure}} norms.svg\n:name: norms\nA caption.\n```\n\n"
        f"```{{living}} back-in-time\n:figure: {named}\n```\n"
    )
    (tmp_path / "norms.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    command = [sys.executable, "-m", "sphinx", "-C", "-q", "-W", "-b", "pseudoxml"]
    command += ["-D", "extensions=myst_parser,living.page", ".", "out"]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert fault in done.stderr and (done.returncode == 0) == (not fault), done.stderr
    if not fault:
        page_text = (tmp_path / "out" / "index.pseudoxml").read_text("utf-8")
        assert '<figure ids="norms"' in page_text.replace('align="default" ', "")
        assert page_text.count('<a href="#norms">') == 2, "in each language"
