"""The Sphinx extension: notebooks in pairs become pages with three reading modes."""

from __future__ import annotations

import hashlib
import logging as python_logging
import os
import shutil
from collections.abc import Iterable
from contextlib import ExitStack
from html import escape
from pathlib import Path
from typing import Any

import nbformat
from docutils import nodes
from docutils.parsers.rst import directives
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from bitext import (
    __version__,
    assets,
    book,
    boxes,
    citations,
    cleaning,
    containment,
    dependencies,
    downloads,
    figures,
    formulas,
    glossary,
    ledger,
    locks,
    notebooks,
    policy,
    result_tables,
    search,
    settings,
    sources,
    status_page,
    term_pages,
    verifying,
    words,
)
from bitext.execution import ExecutionError
from bitext.findings import SourceError
from bitext.pairing import pair
from bitext.store import digest as digest_of_run

logger = logging.getLogger(__name__)

#: Where the metadata of a page, and its template, have whose outputs it shows.
RUN = "run"

#: Where the metadata of a page have the digest of all that it was read from.
CONTENTS = "contents"

STATIC = Path(__file__).parent / "static"
TEMPLATES = Path(__file__).parent / "templates"

#: Folders of the theme's own static files.
UNUSED = ("images", "locales", "scripts", "styles", "vendor")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register what the extension adds: roles, directives, events, files of the theme."""
    # What is made depends on the extension itself: a change of it makes every page anew.
    here = Path(__file__).parent
    app.add_config_value("bitext_code", digest(here.glob("*.py")), "env", str)
    look = [*STATIC.glob("*.*"), *TEMPLATES.glob("*.*")]
    app.add_config_value("bitext_terms", "", "env", str)
    app.add_config_value("bitext_look", digest(look), "html", str)
    app.add_role("vi", Language("vi"))
    app.add_role("en", Language("en"))
    app.add_role("untranslated", Language("en", untranslated=True))
    app.add_directive("pair", PairDirective)
    app.add_directive("block", BlockDirective)
    app.add_directive("changes", ChangesDirective)
    app.add_directive("bilingual-admonition", AdmonitionDirective)
    app.add_directive("plotted", figures.PlottedDirective)
    app.add_post_transform(figures.InlineFigures)
    app.add_env_collector(search.PassageCollector)
    assets.setup(app)
    boxes.setup(app)
    citations.setup(app)
    cleaning.setup(app)
    formulas.setup(app)
    policy.setup(app)
    result_tables.setup(app)
    status_page.setup(app)
    term_pages.setup(app)
    app.connect("config-inited", configure, priority=100)
    app.connect("builder-inited", prepare)
    app.connect("env-get-outdated", outdated)
    app.connect("source-read", remember)
    app.connect("doctree-read", note_run)
    app.connect("html-page-context", add_run)
    app.connect("html-page-context", words.add_context)
    app.connect("html-page-context", downloads.write)
    app.connect("build-finished", search.write)
    app.connect("build-finished", drop_unused)
    app.connect("build-finished", write_start, priority=100)  # else Jupyter Book does
    app.connect("build-finished", verify, priority=900)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}


def digest(paths: Iterable[Path]) -> str:
    """Return a digest of what is in some files."""
    found = hashlib.sha1(usedforsecurity=False)
    for path in sorted(paths):
        found.update(path.read_bytes())
    return found.hexdigest()


def configure(app: Sphinx, config: Any) -> None:
    """Let the extension's templates and static files be found, before those of the theme."""
    config.templates_path = [*config.templates_path, str(TEMPLATES)]
    config.html_static_path = [*config.html_static_path, str(STATIC)]
    config.bitext_terms = digest(p for p in [Path(app.srcdir) / glossary.PATH] if p.is_file())
    config.numfig_format = {"exercise": "Exercise %s", **config.numfig_format}


def drop_unused(app: Sphinx, exception: Exception | None) -> None:
    """Remove what the theme has copied and no page of the book loads: seven megabytes."""
    if exception is None and app.builder.format == "html":
        static = Path(app.outdir) / "_static"
        for name in UNUSED:
            shutil.rmtree(static / name, ignore_errors=True)
        for path in (static / "exercise.css", *static.glob("*webpack-macros.html")):
            path.unlink(missing_ok=True)


#: The page of the folder itself, which leads to the book's first one.
START = """\
<!DOCTYPE html>
<html lang="vi">
<meta charset="utf-8">
<meta http-equiv="refresh" content="0; url={page}">
<title>{title}</title>
<a href="{page}">{title}</a>
</html>
"""


def write_start(app: Sphinx, exception: Exception | None) -> None:
    """Write ``index.html``, unless the book's first page has this name."""
    if exception is None and app.builder.format == "html" and app.config.root_doc != "index":
        page = app.builder.get_target_uri(app.config.root_doc)
        title = app.config.html_title or app.config.project
        made = START.format(page=escape(page), title=escape(title))
        (Path(app.outdir) / "index.html").write_text(made, "utf-8")


def read_notebook(text: str) -> NotebookNode:
    """Return the notebook of a page from the text of ``NAME.ipynb``; for ``nb_custom_formats``.

    Its outputs are those of this machine's run; where there is none, the page says so.
    """
    notebook = nbformat.reads(text, as_version=4)
    ran = book.run_here(notebook, _settings())
    _read["run"] = _whose(notebook, ran)
    if ran is not None:
        notebooks.take_outputs(notebook, ran)
        notebooks.drop_models(notebook)  # living.page has its own way to them
    elif notebooks.code(notebook):
        notebook.cells[2:2] = [
            new_markdown_cell(words.PREVIEW[1], metadata={"lang": "en", "admonition": "note"}),
            new_markdown_cell(words.PREVIEW[0], metadata={"lang": "vi"}),
        ]
    return pair(notebook)


def _whose(notebook: NotebookNode, ran: NotebookNode | None) -> str:
    """Return what a page says of its outputs; nothing where it has no code."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if ran is not None or not code:
        return digest_of_run(ran) if code else ""
    return verifying.COMMITTED if any(cell.outputs for cell in code) else verifying.NONE


def read_source(text: str) -> NotebookNode:
    """Return the notebook of a page without code from the text of ``NAME.md``."""
    try:
        section = sources.parse(text, Path(_read["page"]).stem, f"{_read['page']}.md")
        if findings := sources.outline(section):
            raise SourceError(findings)
        return pair(book.compose(section, _settings()))
    except SourceError as error:
        raise ExtensionError(f"\n{error}", modname="bitext") from None


#: The page that Sphinx reads: MyST-NB gives `read_source` the text alone.
_read = {"page": "page", "run": ""}


def remember(app: Sphinx, docname: str, source: list[str]) -> None:
    """Keep the name of the page that is read next; one without a notebook depends on its ledger."""
    _read.update(page=docname, run="")
    kept = ledger.of_name(Path(docname).name, _settings())
    if kept.is_file() and Path(app.env.doc2path(docname)).suffix == ".md":
        app.env.note_dependency(str(kept))


def note_run(app: Sphinx, doctree: nodes.document) -> None:
    """Keep with a page whose outputs were taken while it was read, and from what it was read."""
    name = app.env.docname
    app.env.metadata[name] |= {RUN: _read["run"], CONTENTS: _contents(app, name)}


def add_run(app: Sphinx, pagename: str, template: str, context: dict[str, Any], doc: Any) -> None:
    """Let a page say so itself; :mod:`.verifying` looks at it."""
    context[RUN] = app.env.metadata.get(pagename, {}).get(RUN, "")


def _settings() -> settings.Settings:
    return settings.load(Path(os.environ["BITEXT_ROOT"]))


def prepare(app: Sphinx) -> None:
    """Compose and execute the notebooks before Sphinx reads them.

    With ``BITEXT_EXECUTE=off`` nothing runs, and the page shows the committed outputs; with
    ``done`` it has all been done just before, as by ``make html``.
    """
    os.environ["BITEXT_ROOT"] = str(settings.find_root(Path(app.srcdir)))
    app.bitext_kept = ExitStack()  # until this process ends, nothing is cleaned away
    app.bitext_kept.enter_context(locks.keep(_settings().root, lambda: None))
    execute = os.environ.get("BITEXT_EXECUTE", "on")
    app.bitext_runs, app.bitext_lost = {}, []
    python_logging.getLogger("sphinx").addHandler(Unwritten(app.bitext_lost))
    try:
        if execute == "done":
            containment.require(_settings())
            return
        prepared = book.prepare(_settings(), execute=execute != "off")
    except (SourceError, ExecutionError) as error:
        raise ExtensionError(f"\n{error}", modname="bitext") from None
    app.bitext_runs = prepared.runs
    for path in prepared.written:
        logger.info("composed %s", path)


class Unwritten(python_logging.Handler):
    """Keep the errors of files that could not be written: to Sphinx they are a warning."""

    def __init__(self, lost: list[OSError]):
        super().__init__(python_logging.WARNING)
        self.lost = lost

    def emit(self, record: python_logging.LogRecord) -> None:
        """Keep the errors among the arguments of a warning."""
        arguments = record.args if isinstance(record.args, tuple) else ()
        self.lost += [each for each in arguments if isinstance(each, OSError)]


def verify(app: Sphinx, exception: Exception | None) -> None:
    """Stop a build whose pages are not whole or do not show what it has executed."""
    if exception is None and app.bitext_lost:
        raise app.bitext_lost[0]
    if exception is None and app.builder.format == "html" and app.bitext_runs:
        runs = app.bitext_runs
        wrong = [*verifying.kept(runs, _settings()), *verifying.shown(runs, _settings())]
        if wrong:
            raise ExtensionError("\n".join(wrong), modname="bitext")


def outdated(app: Sphinx, env: Any, added: set, changed: set, removed: set) -> list[str]:
    """Name the pages whose sources or outputs are not those that were read the last time.

    Sphinx asks the dates of the files, which say nothing once a clock has been set back.
    """
    known = env.metadata
    return [
        name for name in env.found_docs if known[name].get(CONTENTS) != _contents(app, name, env)
    ]


def _contents(app: Sphinx, name: str, env: Any = None) -> str:
    """Return a digest of all that a page is read from."""
    env, found = env or app.env, _settings()
    source = Path(env.doc2path(name))
    paths = [source, *(Path(app.srcdir, other) for other in env.dependencies.get(name, ()))]
    if source.suffix == ".ipynb" and (notebook := notebooks.load(source)) is not None:
        key = dependencies.key(notebook, found)
        paths.append(book.execution.store(found).path(source.stem, key))
    return digest(path for path in paths if path.is_file())


class Language(SphinxRole):
    """A piece of text in one language."""

    def __init__(self, lang: str, untranslated: bool = False):
        super().__init__()
        self.lang, self.untranslated = lang, untranslated

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Parse the text as inline Markdown and put it into a span with its language."""
        inline = nodes.inline(classes=["text", f"language-{self.lang}"])
        if self.untranslated:
            inline["classes"].append("untranslated")
        inner, messages = self.inliner.parse(self.text.strip(), self.lineno, self, inline)
        inline.extend(inner)
        return [inline], messages


class PairDirective(SphinxDirective):
    """A block in English beside its translation."""

    has_content = True
    option_spec = {"name": directives.unchanged, "stale": directives.flag}

    def run(self) -> list[nodes.Node]:
        """Return the container of the blocks."""
        container = nodes.container(classes=["pair"])
        if "stale" in self.options:
            container["classes"].append("stale")
        self.add_name(container)
        self.state.nested_parse(self.content, self.content_offset, container)
        return [container]


class BlockDirective(SphinxDirective):
    """What one language has of a pair."""

    has_content = True
    required_arguments = 1
    option_spec = {"untranslated": directives.flag}

    def run(self) -> list[nodes.Node]:
        """Return the container of the block, marked if its translation is still to come."""
        lang = self.arguments[0]
        container = nodes.container(classes=["block", f"language-{lang}"])
        if "untranslated" in self.options:
            container["classes"].append("untranslated")
            container += _mark(words.UNTRANSLATED)
        self.state.nested_parse(self.content, self.content_offset, container)
        return [container]


class ChangesDirective(SphinxDirective):
    """What has changed in the English since it was translated, sentence by sentence."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return a mark in both languages, which opens the sentences that have gone and come."""
        lines = "".join(
            f"<{kind}>{escape(line[2:])}</{kind}>\n"
            for line in self.content
            for kind in ("del" if line.startswith("-") else "ins",)
        )
        made = (
            '<details class="stale-note">\n'
            f'<summary class="mark"><span>{words.both(words.STALE)}</span></summary>\n'
            f'<div class="changes" lang="en">\n{lines}</div>\n</details>\n'
        )
        return [cleaning.made(made)]


def _mark(pair: tuple[str, str]) -> nodes.paragraph:
    """Return a small mark, which says what is the matter with a block."""
    return nodes.paragraph("", "", *words.nodes_of(pair), classes=["mark"])


class AdmonitionDirective(SphinxDirective):
    """A box whose title is in both languages."""

    has_content = True
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the admonition."""
        kind = self.arguments[0]
        title = nodes.title("", "", *words.nodes_of(words.ADMONITIONS[kind]))
        admonition = nodes.admonition("", title, classes=["admonition", kind])
        self.state.nested_parse(self.content, self.content_offset, admonition)
        return [admonition]
