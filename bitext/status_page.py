"""How far the translation is, on a page of its own, and who has made it, at the end of each page.

Where ``{translation-status}`` stands in a source, the page has a table with a row for each page of
the book in reading order: a bar and the counts of :mod:`bitext.status`.  The sections are counted
again when they, their ledgers or the glossary have changed, and only those; a page is written again
when what it shows has changed, without being read again.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from markupsafe import Markup
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from bitext import book, checks, cleaning, glossary, ledger, people, search, sources, status, words
from bitext.findings import SourceError
from bitext.settings import Settings, find_root, load
from bitext.status import Status

KEY = "translation-status"

#: The states in the order of a bar, from what is done to what is to be done.
STATES = ("reviewed", "translated", "unrecorded", "stale", "untranslated")


class StatusTable(nodes.General, nodes.Element):
    """Stands where the table will be."""


class StatusDirective(SphinxDirective):
    """The directive ``{translation-status}``."""

    def run(self) -> list[nodes.Node]:
        """Return what stands for the table until all pages are read."""
        self.env.metadata[self.env.docname][KEY] = ""
        return [StatusTable()]


def setup(app: Sphinx) -> None:
    """Register the directive, what counts, and what writes the table and the names."""
    app.add_directive(KEY, StatusDirective)
    app.add_node(StatusTable)
    app.add_post_transform(WriteTable)
    app.connect("env-get-updated", outdated)
    app.connect("html-page-context", add_credits)


# ---- counting -----------------------------------------------------------------------------------


def outdated(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Count, and name the pages whose table or names are not what they were."""
    settings = load(find_root(Path(app.srcdir)))
    paths = {
        path.relative_to(settings.root).with_suffix("").as_posix(): path
        for path in book.source_paths(settings)
    }
    pages = {page: paths[page] for page in env.collect_relations() if page in paths}
    tables = [page for page, metadata in env.metadata.items() if KEY in metadata]
    try:
        credits = {page: _credits(path.stem, settings) for page, path in pages.items()}
        made = (app.config.bitext_code, app.config.bitext_terms)
        counted = _counted(env, pages, settings, repr(made)) if tables else {}
    except SourceError as error:
        raise ExtensionError(f"\n{error}", modname="bitext") from None
    before, env.bitext_credits = getattr(env, "bitext_credits", {}), credits
    found = [page for page, names in credits.items() if before.get(page) != names]
    env.bitext_counted = counted
    shown = repr([(_title(env, page), one) for page, (_, one) in counted.items()])
    if shown != getattr(env, "bitext_shown", ""):
        env.bitext_shown = shown
        found += tables
    return found


def _counted(
    env: BuildEnvironment, pages: dict[str, Path], settings: Settings, made: str
) -> dict[str, tuple[str, Status]]:
    """Return the counts of each page, with a digest of all that they were made of."""
    before: dict[str, tuple[str, Status]] = getattr(env, "bitext_counted", {})
    context = checks.Context(settings, glossary.read(settings.root))
    found = {}
    for page, path in pages.items():
        digest = hashlib.sha1(made.encode(), usedforsecurity=False)
        for file in (path, ledger.of_name(path.stem, settings)):
            digest.update(file.read_bytes() if file.is_file() else b"")
        found[page] = before.get(page, ("", None))
        if found[page][0] != digest.hexdigest():
            section = sources.read(path, settings.root)
            found[page] = digest.hexdigest(), status.of_section(section, context)
    return found


def _title(env: BuildEnvironment, page: str) -> tuple[str, str]:
    vi, en = search.halves(env.titles[page]).values()
    return vi, en


# ---- the table ----------------------------------------------------------------------------------


class WriteTable(SphinxPostTransform):
    """Writes the table of a page."""

    default_priority = 400
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Put HTML in the place of the table."""
        for node in list(self.document.findall(StatusTable)):
            rows = [
                (_link(self.app, self.env.docname, page), one)
                for page, (_, one) in self.env.bitext_counted.items()
            ]
            node.replace_self(cleaning.made(table(rows)))


def _link(app: Sphinx, docname: str, page: str) -> str:
    uri = app.builder.get_relative_uri(docname, page)
    return f'<a href="{escape(uri)}">{words.both(_title(app.env, page))}</a>'


def table(rows: list[tuple[str, Status]]) -> str:
    """Return the table: a row for each page, named by HTML, and one for the whole book.

    Without the column of what is not recorded where everything is.
    """
    whole = status.total([one for _, one in rows])
    columns = [name for name in STATES if name != "unrecorded" or whole.unrecorded]
    heads = "".join(
        f'<th scope="col">{_key(name)}{words.both(words.STATUS[name])}</th>'
        for name in ("section", "pairs", *columns, "words", "terms")
    )

    def row(name: str, one: Status) -> str:
        counts = (getattr(one, column) for column in ("pairs", *columns, "words", "terms"))
        share = f'{bar(one)}<span class="percent">{int(one.share)}%</span>'
        cells = "".join(f"<td>{_number(count)}</td>" for count in counts)
        return f'<tr><th scope="row">{name}<div class="share">{share}</div></th>{cells}</tr>\n'

    return (
        '<div class="pst-scrollable-table-container">\n<table class="table translation-status">\n'
        f"<thead><tr>{heads}</tr></thead>\n"
        f"<tbody>\n{''.join(row(*each) for each in rows)}</tbody>\n"
        f"<tfoot>\n{row(words.both(words.STATUS['whole']), whole)}</tfoot>\n</table>\n</div>\n"
    )


def bar(one: Status) -> str:
    """Return a bar as SVG, a piece for each state as wide as its share of the pairs.

    It says nothing that the numbers beside it do not say, so that it is hidden from those who have
    the page read to them.
    """
    pieces, left = [], 0
    for name in STATES:
        if count := getattr(one, name):
            pieces.append(f'<rect class="{name}" x="{left}" width="{count}" height="1"/>')
            left += count
    box = f'viewBox="0 0 {max(1, left)} 1" preserveAspectRatio="none"'
    return f'<svg class="bar" {box} aria-hidden="true">{"".join(pieces)}</svg>'


def _key(name: str) -> str:
    return f'<span class="key {name}"></span>' if name in STATES else ""


def _number(count: int) -> str:
    """Return a number with its thousands apart, in a way that both languages read."""
    return f"{count:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


# ---- the names ----------------------------------------------------------------------------------


def _credits(name: str, settings: Settings) -> list[tuple[tuple[str, str], list[str]]]:
    """Return the translators and the reviewers of a page, those of most pairs first."""
    rows = ledger.read(ledger.of_name(name, settings), settings.root)
    known = people.names(settings)
    found = []
    for role in ("translator", "reviewer"):
        ids = Counter(filter(None, (getattr(row, role) for row in rows)))
        if ids:
            names = [known.get(who, who) for who, _ in ids.most_common()]
            found.append((words.CREDITS[role], names))
    return found


def add_credits(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Give the template the lines with the names of a page."""
    credits = getattr(app.env, "bitext_credits", {}).get(pagename, ())
    context["credits"] = [Markup(line) for line in _lines(credits)]


def _lines(credits: list[tuple[tuple[str, str], list[str]]]) -> Iterator[str]:
    for role, names in credits:
        yield f"{words.word(role)}: {', '.join(map(_name, names))}"


def _name(name: str) -> str:
    """Return a name in a language that we do not know, or in both where they are not the same."""
    vi, en = words.book_titles(name)
    return words.word((vi, en)) if vi != en else f'<span lang="">{escape(name)}</span>'
