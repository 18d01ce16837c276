"""Formulas are set while the book is built, by the Node.js that comes with it."""

import os
import subprocess
from types import SimpleNamespace

import pytest
from docutils import nodes
from sphinx.errors import ExtensionError
from sphinxcontrib import katex

from bitext import formulas


@pytest.fixture(autouse=True)
def renderer(monkeypatch):
    """Prepare KaTeX as the extension does."""
    monkeypatch.setenv("PATH", "")
    formulas.setup(SimpleNamespace(add_html_math_renderer=lambda *args, **options: None))


def visit(source, folder="/nowhere"):
    """Return the HTML of a formula in a line of text."""
    builder = SimpleNamespace(
        config=SimpleNamespace(katex_prerender=True), current_docname="chapter/page", srcdir=folder
    )
    translator = SimpleNamespace(
        body=[], builder=builder, starttag=lambda *args, **options: '<span class="math">'
    )
    with pytest.raises(nodes.SkipNode):
        formulas.visit_inline(translator, nodes.math(source, source))
    return "".join(translator.body)


def test_node_needs_no_path():
    assert os.path.isabs(formulas.node_path())
    version = subprocess.run([formulas.node_path(), "--version"], capture_output=True, text=True)
    assert version.stdout.startswith("v")


def test_a_formula_has_mathml_and_html():
    html = visit(r"\mathbf{H}_t")
    assert '<annotation encoding="application/x-tex">\\mathbf{H}_t</annotation>' in html
    assert "katex-html" in html


def test_a_formula_that_cannot_be_set_stops_the_build_and_is_named():
    with pytest.raises(ExtensionError) as error:
        visit(r"\frac{1}{x")
    assert "chapter/page" in str(error.value) and r"\frac{1}{x" in str(error.value)
    with pytest.raises(ExtensionError, match="unknowncommand"):
        visit(r"\unknowncommand x")


def test_a_formula_that_cannot_be_set_is_one_line_with_its_place(tmp_path):
    (tmp_path / "chapter").mkdir()
    (tmp_path / "chapter/page.md").write_text("# A page\n\nThe half\n$\\frac{1}{x$ of it.\n")
    with pytest.raises(ExtensionError) as error:
        visit(r"\frac{1}{x", tmp_path)
    line = str(error.value)
    assert line.startswith(r"chapter/page.md:4: KaTeX cannot set the formula \frac{1}{x: ")
    assert "\n" not in line and "write it with the commands of https://katex.org" in line


def test_the_stylesheet_is_of_the_version_that_sets_the_formulas():
    from tests.conftest import ROOT

    style = (ROOT / "bitext" / "static" / "katex" / "katex.min.css").read_text("utf-8")
    assert f'content:"{katex.katex_version}"' in style
    assert "http" not in style
