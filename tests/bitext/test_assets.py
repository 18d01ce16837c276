"""The last look without the first one: Sphinx reads pages whose sources nothing has looked at."""

from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output, writes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import docutils_namespace, patch_docutils

SECRET = "known to nobody else"
DRAWING = f'<svg xmlns="http://www.w3.org/2000/svg"><text>{SECRET}</text></svg>'


def write_secrets(folder):
    for name in ("secret.txt", "secret.md", "secret.csv", "secret.py"):
        (folder / name).write_text(f"{SECRET}\n")
    (folder / "secret.svg").write_text(DRAWING)


def sphinx(root):
    """Return Sphinx with the last look, and without what looks at the sources."""
    config = {
        "extensions": ["myst_nb", "bitext.assets"],
        "exclude_patterns": ["_build", "folder"],
        "nb_execution_mode": "off",
        "myst_enable_extensions": ["html_image", "substitution", "attrs_inline", "dollarmath"],
    }
    out = root / "_build"
    made = Sphinx(root, None, out / "html", out / "doctrees", "html", config, None, None)
    made.env.find_files(made.config, made.builder)
    return made


@pytest.fixture
def build(tmp_path):
    """Return a function that builds a book of one page beside a secret, and names its folder."""
    root = tmp_path / "book"
    write_secrets(tmp_path)
    (root / "chapter").mkdir(parents=True)
    (root / "index.rst").write_text("A\n=\n\n.. toctree::\n   :glob:\n\n   chapter/*\n")

    def build(text=None, name="page.md"):
        if text is not None:
            (root / "chapter" / name).write_text(text)
        with patch_docutils(), docutils_namespace():
            sphinx(root).build()
        return root / "_build"

    build.root = root
    return build


def everything(folder):
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


#: Pages, each with something from outside; `§` is the folder of the secrets.
PAGES = [
    "[key](../../secret.txt)",
    "[key](path:../../secret.txt)",
    "[key](%2e%2e/../secret.txt)",
    "![drawn](../../secret.svg)",
    "![drawn](//§/secret.svg)",
    "![drawn](https:../../../secret.svg)",
    "![drawn](../../secret.*)",
    "[one]\n\n[one]: ../../secret.txt",
    "{download}`a <../../secret.txt>`",
    "<img src='../../secret.svg'>",
    "<a href='file://§/secret.txt'>a</a>",
    "<iframe srcdoc='<img src=../../secret.svg>'></iframe>",
    "```{include} ../../secret.md\n```",
    "```{include} https:../../../../secret.md\n```",
    "```{literalinclude} ../../secret.py\n```",
    "```{csv-table} a\n:file: ../../secret.csv\n```",
    "```{raw} html\n:file: ../../secret.txt\n```",
    "```{raw} html\n:file: §/secret.txt\n```",
    "```{figure} ../../secret.svg\n```",
    "```{figure} drawn.svg\n:target: file://§/secret.txt\n```",
    "```{eval-rst}\n.. include:: ../\n   ../\n   secret.txt\n```",
    "```{eval-rst}\n.. |a| image:: ../../secret.svg\n\n|a|\n```",
    "```{eval-rst}\n`a <file://§/secret.txt>`_\n```",
    "---\nmyst:\n  substitutions:\n    a: '![](../../secret.svg)'\n---\n\n# A\n\n{{ a }}",
    "$\\includegraphics{../../secret.svg}$",
    "$$\n\\input{../../secret.txt}\n$$",
    "![drawn](linked.svg)",
    "```{include} ../folder/secret.md\n```",
]


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    """Return Sphinx, before it has read any of the pages, which are called page0, page1, …"""
    above = tmp_path_factory.mktemp("outside")
    root = above / "book"
    write_secrets(above)
    (root / "chapter").mkdir(parents=True)
    (root / "index.rst").write_text("A\n=\n")
    (root / "chapter/drawn.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (root / "chapter/linked.svg").symlink_to("../../secret.svg")
    (root / "folder").symlink_to("..")
    for number, text in enumerate(PAGES):
        text = text if text.startswith("---") else f"# A\n\n{text}\n"
        (root / f"chapter/page{number}.md").write_text(text.replace("§", str(above)))
    with patch_docutils(), docutils_namespace():
        yield sphinx(root)


@pytest.mark.parametrize("text", PAGES)
def test_no_page_with_a_file_from_outside_is_kept(reader, text):
    name = f"chapter/page{PAGES.index(text)}"
    with pytest.raises(ExtensionError) as error:
        reader.builder.read_doc(name)
    first = str(error.value).strip().split("\n")[0]
    assert first.startswith(f"{name}.md:") and "leads out of the book: keep" in first
    assert SECRET.encode() not in everything(Path(reader.outdir).parent)


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("text/markdown", "![](../../secret.svg)"),
        ("text/html", "<img src='../../secret.svg'>"),
    ],
)
def test_an_output_of_a_notebook(build, kind, shown):
    output = new_output("display_data", {kind: shown})
    notebook = new_notebook(cells=[new_code_cell("a", outputs=[output])])
    with pytest.raises(ExtensionError, match=r"chapter/page.ipynb:\d+: .*leads out of the book"):
        build(writes(notebook), "page.ipynb")
    assert SECRET.encode() not in everything(build.root / "_build")


def test_a_picture_that_a_notebook_holds_comes_onto_its_page(build):
    drawn = "<svg xmlns='http://www.w3.org/2000/svg'><text>drawn</text></svg>"
    output = new_output("display_data", {"image/svg+xml": drawn})
    notebook = new_notebook(cells=[new_code_cell("a", outputs=[output])])
    out = build(writes(notebook), "page.ipynb")
    (picture,) = (out / "jupyter_execute").glob("*.svg")
    assert f"_images/{picture.name}" in (out / "html/chapter/page.html").read_text("utf-8")


@pytest.mark.parametrize(
    "text",
    [
        "```{raw} html\n:url: file://§/secret.txt\n```",
        "```{csv-table} a\n:url: file://§/secret.csv\n```",
        "```{eval-rst}\n.. raw:: html\n   :url: file://§/secret.txt\n```",
    ],
)
def test_what_is_read_by_its_address_comes_into_no_page(build, text):
    out = build(f"# A\n\n{text}\n".replace("§", str(build.root.parent)))
    assert (out / "html/chapter/page.html").is_file()
    assert SECRET.encode() not in everything(out)


def test_a_page_that_is_a_link(build):
    (build.root / "chapter/page.md").symlink_to("../../secret.md")
    with pytest.raises(ExtensionError, match="chapter/page.md:1: .*leads out of the book"):
        build()
    assert SECRET.encode() not in everything(build.root / "_build")


def test_a_page_that_was_read_before_its_picture_became_a_link(build):
    (build.root / "chapter/late.svg").write_text("<svg/>")
    build("# A\n\n![drawn](late.svg)\n")
    (build.root / "chapter/late.svg").unlink()
    (build.root / "chapter/late.svg").symlink_to("../../secret.svg")
    with pytest.raises(ExtensionError, match="'chapter/late.svg'.* leads out of the book"):
        build("# A\n\n![drawn](late.svg)\n")
    assert SECRET.encode() not in everything(build.root / "_build")


def test_what_lies_in_the_book_is_shown(build):
    text = (
        "(here)=\n# A\n\n![drawn](drawn.svg) [a](drawn.svg) {download}`drawn.svg` [b](#here)\n\n"
        "[c](https://example.org/a) <img src='drawn.svg'> [d](../index.rst) {doc}`/index`\n\n"
        "```{include} drawn.svg\n```\n\n```{literalinclude} drawn.svg\n```\n"
    )
    (build.root / "chapter/drawn.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    out = build(text)
    assert (out / "html/_images/drawn.svg").is_file()
    assert list((out / "html/_downloads").rglob("drawn.svg"))
