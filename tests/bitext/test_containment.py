import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, writes

from bitext import containment, importing, inclusion, po, sources
from bitext.checks import check
from bitext.containment import Place
from bitext.findings import SourceError
from bitext.settings import Settings
from tests.conftest import HEADER, ROOT, SECTION

SECRET = "known to nobody else"

#: Every syntax that names a file, as it stands in ``chapter_toy/page.md``; `§` is the path.
MARKDOWN = {
    "link": "[key](§)",
    "link with a title": '[key](§ "title")',
    "link in angles": "[key](<§>)",
    "link with a fragment": "[key](§#part)",
    "link with a query": "[key](§?part)",
    "link of MyST to a file": "[key](path:§)",
    "link of MyST to a page": "[key](project:§)",
    "link to an inventory": "[key](inv:§#part)",
    "image": "![drawn](§)",
    "image in a link": "[![drawn](§)](#sec-a)",
    "link around an image": "[![drawn](a.svg)](§)",
    "image in a list": "- one\n\n  > ![drawn](§)",
    "image in a table": "| a |\n| - |\n| ![drawn](§) |",
    "image in a footnote": "a[^1]\n\n[^1]: ![drawn](§)",
    "reference": "[key][one]\n\n[one]: §",
    "reference that nothing uses": "[one]: §",
    "reference in two places": "[key][one]\n\n[one]: a.md\n[one]: §",
    "download": "{download}`§`",
    "download with words": "{download}`a key <§>`",
    "page": "{doc}`§`",
    "page with words": "{doc}`a page <§>`",
    "role of the book": "{en}`[key](§)`",
    "figure": "```{figure} §\n```",
    "figure with a target": "```{figure} a.svg\n:target: §\n```",
    "figure of colons": ":::{figure} §\n:alt: a\n:::",
    "picture": "```{image} §\n```",
    "options in YAML": "```{figure} a.svg\n---\ntarget: '§'\n---\n```",
    "options over lines": "```{csv-table}\n---\nfile: >-\n  §\n---\n```",
    "caption": "```{figure} a.svg\n\n![drawn](§)\n```",
    "caption in an option": "```{code-block} text\n:caption: '![drawn](§)'\n\na\n```",
    "title of a box": "```{admonition} ![drawn](§)\na\n```",
    "directives in each other": "::::{note}\n:::{tip}\n```{image} §\n```\n:::\n::::",
    "inclusion": "```{include} §\n```",
    "inclusion as it is": "```{literalinclude} §\n```",
    "difference": "```{literalinclude} page.md\n:diff: §\n```",
    "table": "```{csv-table} a\n:file: §\n```",
    "file as it is": "```{raw} html\n:file: §\n```",
    "HTML as it is": "```{raw} html\n<img src='§'>\n```",
    "TeX as it is": "```{raw} latex\n\\input{§}\n```",
    "list of pages": "```{toctree}\na <§>\n```",
    "page of a list": "```{toctree}\n§\n```",
    "card": "```{card} a\n:link: §\n:img-top: b.png\n```",
    "picture of a card": "```{card} a\n:img-top: §\n```",
    "directive nobody knows": "```{unknown} §\n```",
    "option nobody knows": "```{unknown}\n:option: §\n```",
    "tables of results": "```{result-tables} §\n```",
    "reStructuredText": "```{eval-rst}\n.. include:: §\n```",
    "role of reStructuredText": "```{eval-rst}\nA :download:`key <§>`.\n```",
    "substitution of reStructuredText": "```{eval-rst}\n|a|\n\n.. |a| image:: §\n```",
    "image of HTML": '<img alt="drawn" src="§">',
    "image of HTML without quotes": "a <img src=§> b",
    "images to choose from": '<img srcset="a.png 1x, § 2x">',
    "picture of HTML": '<picture><source srcset="§"></picture>',
    "link of HTML": 'a <a href="§">key</a>',
    "film": '<video src="a.mp4" poster="§"></video>',
    "object": '<object data="§"></object>',
    "frame": '<iframe src="§"></iframe>',
    "page in a frame": "<iframe srcdoc=\"<img src='§'>\"></iframe>",
    "form": '<form action="§"></form>',
    "base": '<base href="§">',
    "another page": '<meta http-equiv="refresh" content="0; url=§">',
    "style": '<p style="background: url(§)">a</p>',
    "style sheet": "<style>\np { background: url('§') }\n</style>",
    "imported style sheet": "<style>@import '§';</style>",
    "linked style sheet": '<link rel="stylesheet" href="§">',
    "drawing in the page": '<svg><image xlink:href="§"/></svg>',
    "drawing that uses another": '<svg><use href="§#a"/></svg>',
    "drawing with a pattern": '<svg><rect fill="url(§#a)"/></svg>',
    "comment that ends early": "<!--><img src='§'>-->",
    "tag without an end": "<div>\n<img src='§'",
    "TeX in mathematics": "$\\includegraphics{§}$",
    "TeX in an equation": "$$\n\\input{§}\n$$",
    "TeX in an environment": "\\begin{align}\n\\href{§}{a}\n\\end{align}",
    "metadata of a cell": '+++ {"mystnb": {"figure": {"caption": "![drawn](§)"}}}\n\na',
    "code": "```{code-cell}\n%load -s f §\n```",
}
#: Ways to write a path that leads out; the first is that of all syntaxes above.
PATHS = {
    "above": "../../secret.txt",
    "over a folder": "img/../../../secret.txt",
    "root": "/etc/passwd",
    "two strokes": "//etc/passwd",
    "address of a file": "file:///etc/passwd",
    "address without strokes": "file:secret.txt",
    "capitals": "FILE:///etc/passwd",
    "encoded": "%2e%2e/%2e%2e/secret.txt",
    "encoded strokes": "..%2F..%2Fsecret.txt",
    "encoded twice": "%252e%252e/%252e%252e/secret.txt",
    "references to characters": "&#46;&#46;/&#46;&#46;/secret.txt",
    "another system": "..\\\\..\\\\secret.txt",
    "drive": "C:/secret.txt",
    "home": "~/secret.txt",
    "home of another": "~root/secret.txt",
    "host that is a folder": "https://../../../../secret.txt",
    "scheme that is a folder": "https:../../../secret.txt",
    "git": "../.git/config",
    "environment": "../.venv/pyvenv.cfg",
    "built": "../_build/secret.txt",
    "folder that is a link": "folder/secret.txt",
    "pattern": "outsi*.txt",
}
#: What a book may name.
HONEST = [
    "[a](#sec-a) [b](b.md) [c](../img/c.svg) [d](https://example.org/a/../b?c=/d#e)",
    "![Trạng thái / State](../img/c.svg) <https://example.org> <mailto:a@example.org>",
    "`[a](../../b)` a/b 1/2 `../../../c`",
    "```python\nopen('../../a')\n```",
    "```{code-block} python\nopen('../../a')\n```",
    "{kbd}`/` {file}`/etc/passwd` {doc}`/intro` {math}`a/b` $x/y$",
    "```{toctree}\n/intro\nmore <more>\n```",
    "```{figure} ../img/c.svg\n:alt: / ../.. /\n:name: fig-c\n```",
    '<span lang="vi" title="/a/">hòa</span>',
    '<svg viewBox="0 0 1 1"><path d="M0 0 1.5.5"/><use href="#a"/></svg>',
    "[a]: https://example.org",
    "```{code-cell}\n%load -s f ../toy/f.py\n```",
]


@pytest.fixture
def book(tmp_path):
    """Return a book with a secret beside it, and two links to what lies outside."""
    root = tmp_path / "book"
    for name in ("chapter_toy", "img", ".git", ".venv", "_build"):
        (root / name).mkdir(parents=True)
    (tmp_path / "secret.txt").write_text(SECRET)
    (root / ".git/config").write_text(SECRET)
    for name in ("chapter_toy/a.svg", "img/c.svg"):
        (root / name).write_text("<svg/>")
    return Settings(root)


def found(book, text, name="chapter_toy/page.md"):
    (book.root / name).parent.mkdir(exist_ok=True)
    (book.root / name).write_text(text, "utf-8")
    return containment.findings(book)


def line_of(text, part):
    return next(n for n, line in enumerate(text.split("\n"), 1) if part in line)


@pytest.mark.parametrize("name", MARKDOWN)
def test_whatever_names_a_file_outside_is_found_at_its_line(book, name):
    path = PATHS["above"]
    text = f"{HEADER}# A\n\nBefore it.\n\n{MARKDOWN[name].replace('§', path)}\n\nAfter it.\n"
    *_, finding = found(book, text)  # a reference is named where it is used, too
    assert (finding.path, finding.kind) == ("chapter_toy/page.md", "path")
    assert abs(finding.line - line_of(text, path)) <= (name == "options over lines")
    assert "secret.txt" in finding.what and "leads out of the book" in finding.what
    assert finding.remedy.startswith("keep the file in the book")


@pytest.mark.parametrize("name", PATHS)
@pytest.mark.parametrize("syntax", ["[key](§)", "![drawn](<§>)", '<img src="§">', "```{x} §\n```"])
def test_however_a_path_is_written(book, name, syntax):
    (book.root / "chapter_toy/outside.txt").symlink_to("../../secret.txt")
    (book.root / "chapter_toy/folder").symlink_to(book.root.parent)
    path = PATHS[name]
    if name == "references to characters" and syntax.startswith("```"):
        pytest.skip("a directive decodes none")
    lines = {f.path: f.line for f in found(book, f"# A\n\n{syntax.replace('§', path)}\n")}
    assert lines["chapter_toy/page.md"] == 3


@pytest.mark.parametrize("text", HONEST)
def test_what_lies_in_the_book_may_be_named(book, text):
    assert found(book, f"{HEADER}# A\n\n{text}\n") == []


def test_a_link_in_the_book_may_lead_to_another_file_of_it_but_not_out(book):
    (book.root / "img/c.svg").write_text("<svg/>")
    (book.root / "chapter_toy/c.svg").symlink_to("../img/c.svg")
    assert found(book, "![](c.svg)") == []
    (book.root / "img/all").symlink_to(book.root.parent)
    (book.root / "img/one.svg").symlink_to("/etc/passwd")
    (book.root / "img/git").symlink_to("../.git")
    assert [str(f).split(":")[0] for f in containment.findings(book)] == [
        "img/all",
        "img/git",
        "img/one.svg",
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("_config.yml", "sphinx:\n  config:\n    html_static_path: ['§']\n"),
        ("_config.yml", "a: b\nsphinx:\n  config:\n    html_extra_path:\n    - §\n"),
        ("_config.yml", "a: b\nsphinx:\n  config:\n    templates_path: ['§']\n"),
        ("_config.yml", "bibtex_bibfiles: [references.bib, '§']\n"),
        ("_config.yml", "logo: §\n"),
        ("_config.yml", "html:\n  favicon: '§'\n"),
        ("_config.yml", "sphinx:\n  local_extensions: {a: '§'}\n"),
        ("_config.yml", "sphinx:\n  config:\n    intersphinx_mapping: {a: ['', '§']}\n"),
        ("_config.yml", "parse:\n  myst_substitutions:\n    a: '![drawn](§)'\n"),
        ("_toc.yml", "format: jb-book\nroot: intro\nchapters:\n- file: §\n"),
        ("_toc.yml", "format: jb-book\nroot: intro\nchapters:\n- glob: '§'\n"),
        ("pyproject.toml", "[tool.bitext]\nenvironment = ['§']\n"),
        ("pyproject.toml", '[tool.bitext]\ndata = { "a.py" = ["a.tsv", "§"] }\n'),
        ("pyproject.toml", '[tool.bitext.data]\n"§" = ["a.tsv"]\n'),
        ("chapter_toy/results.toml", '[[table]]\ntitle = "A"\nfile = "§"\n'),
        ("references.bib", "@misc{a,\n  title = {A/B},\n  url = {§},\n}\n"),
        ("img/a.svg", '<svg xmlns="http://www.w3.org/2000/svg">\n<image href="§"/></svg>'),
        ("img/a.svg", '<svg xmlns:x="http://www.w3.org/1999/xlink">\n<use x:href="§"/></svg>'),
        ("img/a.svg", "<svg><style>\n@import '§';\n</style></svg>"),
        ("img/a.svg", "<svg>\n<rect style='fill: url(§#a)'/></svg>"),
        ("img/a.svg", "<?xml-stylesheet href='§'?>\n<svg/>"),
        ("img/a.svg", "<!DOCTYPE svg [\n<!ENTITY a SYSTEM '§'>]><svg>&a;</svg>"),
        ("img/a.svg", "<svg>\n<image href='§'>"),
        ("_static/a.css", "p {}\np { background: u\\72l('§') }\n"),
        ("_static/a.css", "@import url(§);\n"),
        ("page.rst", "A\n=\n\n.. include:: §\n"),
        ("chapter_toy/page.md", "---\nmyst:\n  substitutions:\n    a: '![drawn](§)'\n---\n\n# A\n"),
        ("chapter_toy/page.md", "---\nnb_render_image_options:\n  target: '§'\n---\n\n# A\n"),
    ],
)
def test_settings_drawings_and_other_files(book, name, text):
    path = "../../secret.txt"
    text = text.replace("§", path)
    (finding,) = found(book, text, name)
    assert (finding.path, finding.line) == (name, line_of(text, path))


#: Every syntax that shows a picture; `§` is the path.
PICTURES = {
    "image": "![A cell](§)",
    "reference": "![A cell][one]\n\n[one]: §",
    "figure": "```{figure} §\n```",
    "image in a note": "````{note}\n```{image} §\n```\n````",
    "element of HTML": '<p><img alt="a cell" src="§"></p>',
}


@pytest.mark.parametrize("path", ["no.png", "../img/no%20such.svg", "../img/no*"])
@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_that_is_not_there_is_found_where_it_is_shown(book, name, path):
    text = f"# A\n\n{PICTURES[name].replace('§', path)}\n"
    (finding,) = found(book, text)
    assert (finding.line, finding.kind) == (3 + ("note" in name), "picture")
    assert finding.what == f"no page can show {path!r}: there is no such file"
    with pytest.raises(SourceError, match="no such file"):
        containment.require(book)


def test_a_picture_that_is_there_or_elsewhere_on_the_web_is_not_missing(book):
    shown = ["../img/c.svg", "../img/c*", "https://example.org/no.png"]
    assert found(book, "\n\n".join(f"![]({path})" for path in shown)) == []


def test_a_name_under_which_sphinx_finds_no_file_is_found(book):
    for name in ("a b.svg", "Hình.svg"):
        (book.root / "img" / name).write_text("<svg/>")
    text = "![](<../img/a b.svg>)\n\n![](../img/a%20b.svg)\n\n![](../img/Hình.svg)\n"
    assert [f.line for f in found(book, text)] == [1, 3, 5]
    assert all("letters a to z" in f.remedy for f in found(book, text))


@pytest.mark.parametrize("path", [".", "./", "img/..", "../book"])
def test_no_setting_copies_the_whole_book_with_what_is_hidden_in_it(book, path):
    for key in ("html_extra_path", "html_static_path"):
        text = f"sphinx:\n  config:\n    {key}:\n    - img\n    - {path}\n"
        assert [f.line for f in found(book, text, "_config.yml")] == [5]


def test_a_hidden_link_is_one_too_where_a_folder_may_be_copied(book):
    (book.root / "img/.hidden").symlink_to("../../secret.txt")
    (book.root / ".hidden").symlink_to("../secret.txt")  # as an environment elsewhere
    assert [f.path for f in containment.findings(book)] == ["img/.hidden"]


def test_what_a_book_does_not_read_may_be_anywhere(book):
    assert found(book, "exclude_patterns: [_build, .venv]\n", "_config.yml") == []
    assert found(book, "[tool.other]\nfile = '/etc/passwd'\n", "pyproject.toml") == []


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("text/markdown", "![drawn](../../secret.txt)"),
        ("text/html", "<img src='../../secret.txt'>"),
        ("text/latex", "$\\includegraphics{../../secret.txt}$"),
        ("image/svg+xml", "<svg><image href='../../secret.txt'/></svg>"),
    ],
)
def test_the_outputs_of_a_notebook(book, kind, shown):
    output = new_output("display_data", {kind: shown})
    notebook = writes(new_notebook(cells=[new_code_cell("a", outputs=[output])]))
    (finding,) = found(book, notebook, "chapter_toy/page.ipynb")
    assert finding.line == line_of(notebook, "secret.txt")


def test_a_notebook_without_a_section(book):
    notebook = writes(new_notebook(cells=[new_markdown_cell("a\n\n![](../../secret.txt)")]))
    (finding,) = found(book, notebook, "chapter_toy/page.ipynb")
    assert finding.line == line_of(notebook, "secret.txt")


def test_the_check_names_each_fault_once(book_folder):
    path = book_folder.root / "chapter_toy/state.md"
    path.write_text(SECTION.replace("../toy/numbers.py", "../../numbers.py"), "utf-8")
    faults = [f for f in check(book_folder) if "numbers.py" in f.what]
    line = line_of(path.read_text("utf-8"), "%load")
    assert [(f.path, f.line, f.kind) for f in faults] == [("chapter_toy/state.md", line, "path")]


def test_a_section_shows_no_code_from_outside(book_folder):
    (book_folder.root.parent / "numbers.py").write_text(f"def double(x):\n    '{SECRET}'\n")
    (book_folder.root / "toy/linked.py").symlink_to("../../numbers.py")
    for name in (
        "../../numbers.py",
        "../toy/linked.py",
        str(book_folder.root.parent / "numbers.py"),
    ):
        text = SECTION.replace("../toy/numbers.py", name)
        section = sources.parse(text, "state", "chapter_toy/state.md")
        cell = next(cell for cell in section.cells if "%load" in cell.text)
        with pytest.raises(SourceError, match="leads out of the book"):
            inclusion.expand(cell, book_folder.root / section.path, book_folder.root)


# ---- what is brought in -------------------------------------------------------------------------


@pytest.mark.parametrize("name", MARKDOWN)
def test_an_import_takes_no_path_that_leads_out(book, name):
    text = f"# A page\n\nBefore it.\n\n{MARKDOWN[name].replace('§', PATHS['above'])}\n\nAfter it.\n"
    imported = importing.convert(text, "page.md")
    assert importing.unaccounted(text, imported) == []
    assert imported.report.refused or imported.report.counts["dropped"]
    assert "secret.txt" in str(imported.report)
    assert found(book, imported.text) == []
    sources.parse(imported.text, "page", "chapter_toy/page.md")


WORDPRESS = """\
<!-- wp:heading {{"level":1}} -->
<h1>A title</h1>
<!-- /wp:heading -->
<!-- wp:paragraph -->
<p>Some words {} and others.</p>
<!-- /wp:paragraph -->
"""


@pytest.mark.parametrize(
    "html",
    [
        '<a href="../../secret.txt">key</a>',
        '<img src="../../secret.txt" alt="drawn"/>',
        '<img src="..%2f..%2fsecret.txt">',
        '<img src="/etc/secret.txt">',
    ],
)
def test_an_import_from_wordpress(book, html):
    text = WORDPRESS.format(html)
    imported = importing.convert(text, "page.html")
    assert importing.unaccounted(text, imported) == []
    assert "secret.txt" in str(imported.report)
    assert found(book, imported.text) == []


def test_an_import_from_the_template_and_of_two_pages(book):
    text = "# A page\n\nSee [key](../../secret.txt) here.\n"
    other = "# Một trang\n\nXem [khóa](../../secret.txt) ở đây.\n"
    imported = importing.convert(text, "page.md", other=(other, "trang.md"))
    assert importing.unaccounted(text, imported, other) == []
    assert imported.report.refused == 2
    assert {f"{f.path}:{f.line}" for f in imported.report.findings} >= {"page.md:3", "trang.md:3"}
    assert "See key here." in imported.text and "Xem khóa ở đây." in imported.text


def test_a_page_brought_in_with_nothing_to_refuse_stays_as_it_was():
    text = "# A page\n\n[a](../img/a.svg), ![A / B](../img/b.svg) [c](https://example.org/../d)\n"
    assert importing.convert(text, "page.md").report.refused == 0


def test_a_translation_with_a_path_that_leads_out_is_left_out(book_folder):
    section = sources.read(book_folder.root / "chapter_toy/state.md", book_folder.root)
    before = (book_folder.root / section.path).read_bytes()
    text = po.export(section, book_folder)
    for path in PATHS.values():
        changed = text.replace("Trạng thái ghi nhớ.", f"Trạng thái [nhớ]({path}).")
        (book_folder.root / "state.po").write_text(changed, "utf-8")
        report = po.import_po(book_folder.root / "state.po", section, book_folder)
        assert report.applied == () and report.findings
        assert (book_folder.root / section.path).read_bytes() == before


# ---- from the command line ----------------------------------------------------------------------


def run(folder, *words, **environment):
    """Run a program of the environment of the tests in a folder; return its end and its words."""
    command = [sys.executable, *words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "BITEXT_EXECUTE": "off", **environment}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def everywhere(folder):
    """Return all that is in the files of a folder."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("command", ["check", "compose", "pages", "pages --execute", "execute"])
def test_each_command_that_makes_pages_refuses(book_folder, command):
    (book_folder.root.parent / "secret.txt").write_text(SECRET)
    path = book_folder.root / "chapter_toy/state.md"
    path.write_text(SECTION.replace("A state remembers.", "A [state](../../secret.txt)."), "utf-8")
    code, said = run(book_folder.root, "-m", "bitext", *command.split())
    line = line_of(path.read_text("utf-8"), "secret.txt")
    assert code == 1
    assert f"chapter_toy/state.md:{line}: '../../secret.txt' leads out of the book: keep" in said
    assert not path.with_suffix(".ipynb").exists()
    assert not (book_folder.build / "html").exists() and SECRET not in said
    assert SECRET.encode() not in everywhere(book_folder.root)


def test_an_import_that_refuses_says_so_by_its_end(book_folder):
    page = book_folder.root / "page.md"
    page.write_text("# A page\n\nSee [key](../../secret.txt).\n")
    code, said = run(book_folder.root, "-m", "bitext", "import", "page.md")
    assert code == 1 and "page.md:3: '../../secret.txt' leads out of the book" in said
    assert "See key." in (book_folder.build / "imported/page.md").read_text()


def test_jupyter_book_alone_refuses_too(book_folder):
    (book_folder.root.parent / "secret.txt").write_text(SECRET)
    config = "sphinx:\n  extra_extensions: [bitext.page]\n"
    (book_folder.root / "_config.yml").write_text(config)
    path = book_folder.root / "chapter_toy/state.md"
    path.write_text(SECTION.replace("A state remembers.", "![](../../secret.txt)"), "utf-8")
    program = Path(sys.executable).with_name("jupyter-book")
    code, said = run(book_folder.root, str(program), "build", ".")
    line = line_of(path.read_text("utf-8"), "secret.txt")
    assert code != 0
    assert f"chapter_toy/state.md:{line}: '../../secret.txt' leads out of the book: keep" in said
    assert SECRET.encode() not in everywhere(book_folder.root)


def test_a_picture_that_comes_to_a_page_otherwise_is_missed_while_it_is_built(book_folder):
    shutil.copy(ROOT / "_config.yml", book_folder.root)
    (book_folder.root / "references.bib").write_text("")
    (book_folder.root / "chapter_toy/a b.svg").write_text(
        "<svg xmlns='http://www.w3.org/2000/svg'/>"
    )
    path = book_folder.root / "chapter_toy/state.md"
    # Docutils takes the blank out of what a directive names.
    shown = "```{image} a b.svg\n```\n\nA state remembers."
    path.write_text(SECTION.replace("A state remembers.", shown), "utf-8")
    code, said = run(book_folder.root, "-m", "bitext", "pages")
    assert code != 0 and "no page can show 'chapter_toy/ab.svg': there is no such file" in said


def test_a_place_knows_its_book_through_a_link(tmp_path):
    (tmp_path / "real/chapter").mkdir(parents=True)
    (tmp_path / "linked").symlink_to("real")
    for root in (tmp_path / "real", tmp_path / "linked"):
        place = Place(root, root / "chapter")
        assert not place.leaves("../img/a.svg") and place.leaves("../../real/img/a.svgx/../../../b")


def test_the_book_itself_names_nothing_outside():
    assert containment.findings(Settings(ROOT)) == []
