"""Tables of what the sections have measured, made anew with the pages: no number is typed.

Where ``{result-tables} results.toml`` stands in a source, the page has the tables of that file,
which lies beside the source.  It says which glued numbers go into which cell::

    [[table]]
    title = "Perplexity | Perplexity"
    heads = ["model | mô hình", "training | huấn luyện", "test | kiểm tra"]
    note = "Of a character. | Trên mỗi ký tự."

    [[table.row]]
    name = "LSTM, English | LSTM, tiếng Anh"
    section = "deep-rnn"
    cells = ["lstm-train-en:.2f", ""]

A cell is the name of a number and its format, or empty where nothing was measured.  With ``{lang}``
in them the cells make a row for each language of the book.  The name of a row may quote numbers,
too: ``LSTM, {lstm-units:d} units``.  The numbers are those of this machine's
run of the section, or of the committed one where it has not run here; a section that has run
nowhere shows "…".  Below each table stand the days and the processors of the runs.  A number that
the run does not have is an error.
"""

from __future__ import annotations

import hashlib
import html
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docutils import nodes
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from bitext import book, cleaning, glued, notebooks
from bitext.findings import Finding, SourceError
from bitext.settings import Settings, find_root, load
from bitext.sources import SOURCE_LANG, TARGET_LANG

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

KEY = "result-tables"
NUMBER = re.compile(r"\{([\w-]+(?::[^{}]+)?)\}")

#: What a run has measured, by name; None where this machine has not run what measures it.
Values = dict[str, "str | None"]
LANGS = (TARGET_LANG, SOURCE_LANG)  # in the order of a page
NAMES = {SOURCE_LANG: "English | tiếng Anh", TARGET_LANG: "Vietnamese | tiếng Việt"}


@dataclass(frozen=True)
class Row:
    """A row: its name in both languages, the section that measured it, its cells."""

    name: str
    section: str
    cells: tuple[str, ...]

    def numbers(self) -> Iterator[tuple[str, str]]:
        """Yield the name and the format of each number that the row quotes."""
        for quoted in (*NUMBER.findall(self.name), *filter(None, self.cells)):
            name, _, spec = quoted.partition(":")
            yield name, spec


@dataclass(frozen=True)
class Table:
    """A table, each text ``English | Tiếng Việt``; `heads` begins with that of the names."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""


def setup(app: Sphinx) -> None:
    """Register the directive, and what knows when its page has to be made anew."""
    app.add_directive(KEY, ResultTables)
    app.connect("env-get-outdated", ResultTables.outdated)


class ResultTables(SphinxDirective):
    """The directive ``{result-tables} FILE.toml``."""

    required_arguments = 1
    key = KEY

    def run(self) -> list[nodes.Node]:
        """Return the tables as HTML."""
        path = Path(self.env.srcdir, self.env.docname).parent / self.arguments[0]
        self.env.note_dependency(str(path))
        made = self.made(Path(self.env.srcdir), path)
        self.env.metadata[self.env.docname][self.key] = (str(path), _digest(made))
        return [cleaning.made(made)]

    @classmethod
    def made(cls, root: Path, path: Path) -> str:
        """Return the tables of a file as HTML."""
        try:
            return cls.show(path, load(find_root(root)))
        except SourceError as error:
            raise ExtensionError(f"\n{error}", modname="bitext") from None

    @staticmethod
    def show(path: Path, settings: Settings) -> str:
        """Return what :func:`show` does."""
        return show(path, settings)

    @classmethod
    def outdated(
        cls, app: Sphinx, env: BuildEnvironment, added: set, changed: set, removed: set
    ) -> list[str]:
        """Name the pages whose tables are not those that were made the last time."""
        found = []
        for doc in sorted(env.found_docs - added - changed):
            path, digest = env.metadata[doc].get(cls.key, ("", ""))
            if path and _digest(cls.made(Path(app.srcdir), Path(path))) != digest:
                found.append(doc)
        return found


def _digest(made: str) -> str:
    return hashlib.sha1(made.encode(), usedforsecurity=False).hexdigest()


# ---- reading ------------------------------------------------------------------------------------


def read(path: Path, root: Path) -> list[Table]:
    """Return the tables of a file, a row with ``{lang}`` in it once for each language.

    Raises
    ------
    SourceError
        If the file is not there or is no TOML, lacks a field or has an unknown one, or a row has
        not as many cells as the heads ask for.
    """
    where = path.relative_to(root).as_posix()

    def fail(what: str, remedy: str) -> SourceError:
        return SourceError([Finding(where, 1, "results", what, remedy)])

    try:
        data: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise fail("there is no such file", "name a file beside the page") from None
    except tomllib.TOMLDecodeError as error:
        raise fail(str(error), "correct this line") from None
    tables = []
    for table in data.get("table", []):
        try:
            rows = [
                Row(r.pop("name"), r.pop("section"), tuple(r.pop("cells"))) for r in table["row"]
            ]
            unknown = {key for row in table.pop("row") for key in row}
            made = Table(
                table.pop("title"),
                tuple(table.pop("heads")),
                tuple(each for row in rows for each in _languages(row)),
                table.pop("note", ""),
            )
        except KeyError as error:
            raise fail(f"a table or a row lacks {error}", "add the field") from None
        if unknown := sorted(unknown | set(table)):
            raise fail(f"unknown field {unknown[0]!r}", "take it away, or correct its name")
        for row in made.rows:
            if len(row.cells) != len(made.heads) - 1:
                raise fail(
                    f"row {row.name!r} has {len(row.cells)} cells, not {len(made.heads) - 1}",
                    'write "" where nothing was measured',
                )
        tables.append(made)
    return tables


def _languages(row: Row) -> Iterator[Row]:
    if not any("{lang}" in cell for cell in row.cells):
        yield row
        return
    for lang, name in NAMES.items():
        en, vi = (
            f"{of_row}, {of_lang}" for of_row, of_lang in zip(_halves(row.name), _halves(name))
        )
        cells = tuple(cell.replace("{lang}", lang) for cell in row.cells)
        yield Row(f"{en} | {vi}".replace("{lang}", lang), row.section, cells)


# ---- writing ------------------------------------------------------------------------------------


def show(
    path: Path,
    settings: Settings,
    measure: Callable[[str, list[str]], Values] | None = None,
) -> str:
    """Return the tables of a file as HTML, each in both languages.

    Parameters
    ----------
    path : Path
        The file.
    settings : Settings
        The book's settings.
    measure : callable, optional
        Given a section and the names that its rows quote, returns what it can say of them beside
        the numbers that the run of the section has glued.

    Raises
    ------
    SourceError
        If the file is malformed, a section has no notebook, or its run lacks a number; all faults
        at once, each with the line of the file that names it.
    """
    tables = read(path, settings.root)
    runs: dict[str, NotebookNode | None] = {}
    for section in dict.fromkeys(row.section for table in tables for row in table.rows):
        committed = notebooks.load(path.with_name(f"{section}.ipynb"))
        runs[section] = committed and (book.run_here(committed, settings) or committed)
    values: dict[str, Values] = {}
    for section, run in runs.items():
        values[section] = dict(glued.values(run)) if run is not None else {}
        if measure is not None:
            rows = [r for table in tables for r in table.rows if r.section == section]
            values[section] |= measure(section, [n for row in rows for n, _ in row.numbers()])
    text = path.read_text("utf-8")
    findings = []
    for row in (row for table in tables for row in table.rows):
        for wrong, what, remedy in _faults(row, runs[row.section], values[row.section]):
            line = text[: _place(text, row, wrong)].count("\n") + 1
            where = path.relative_to(settings.root).as_posix()
            findings.append(Finding(where, line, "results", what, remedy))
    if findings:
        raise SourceError(set(findings))
    return "\n".join(_table(table, values, _origin(table, runs)) for table in tables)


def _origin(table: Table, runs: dict[str, NotebookNode]) -> str:
    """Return when and where the runs of a table were made, in both languages."""
    sections = dict.fromkeys(row.section for row in table.rows)
    made = {runs[section].metadata.get("bitext", {}).get("made", "") for section in sections}
    days = sorted({each.partition(", ")[0] for each in made if each})
    machines = sorted({each.partition(", ")[2] for each in made if each})
    if not days:
        return "From the committed outputs. | Theo đầu ra đã lưu trong kho mã."
    span = days[0] if len(days) == 1 else f"{days[0]} – {days[-1]}"
    facts = "; ".join(["make html", span, *machines])
    return (
        f"Measured by {facts}; some from the committed outputs. | "
        f"Do {facts} đo; một số lấy từ đầu ra đã lưu trong kho mã."
        if "" in made
        else f"Measured by {facts}. | Do {facts} đo."
    )


def _faults(row: Row, run: NotebookNode | None, values: Values) -> Iterator[tuple[str, str, str]]:
    if run is None:
        yield "", f"section {row.section!r} has no notebook", "correct it, or run 'make notebooks'"
        return
    for name, spec in row.numbers():
        quoted = f"{name}:{spec}" if spec else name
        if _has_run(run) and name not in values:
            remedy = f"glue it in {row.section}.md, or correct the name"
            yield quoted, f"the run of {row.section!r} has not measured {name!r}", remedy
        elif values.get(name) is not None:
            try:
                glued.show(values[name], spec or None, SOURCE_LANG)
            except ValueError:
                what = f"{name!r} is {values[name]}, which the format {spec!r} cannot show"
                yield quoted, what, "correct the format"


def _place(text: str, row: Row, cell: str) -> int:
    """Return where a file names a cell, as it is or with ``{lang}``, or else the row's section."""
    name = cell or row.section
    forms = [name, *(name.replace(f"-{lang}", "-{lang}") for lang in LANGS)]
    quoted = [mark.format(form) for form in forms for mark in ('"{}"', "{{{}}}")]
    return next((text.find(each) for each in quoted if each in text), 0)


def _has_run(run: NotebookNode) -> bool:
    return any(cell.get("outputs") for cell in run.cells)


def _table(table: Table, values: dict[str, Values], origin: str) -> str:
    """Return a pair of tables, one in each language: their numbers have different signs."""
    blocks = "".join(
        f'<div class="block" lang="{lang}">{_half(table, values, origin, lang)}</div>'
        for lang in LANGS
    )
    return f'<div class="pair">{blocks}</div>'


def _half(table: Table, values: dict[str, Values], origin: str, lang: str) -> str:
    def words(text: str, quoted: Values | None = None) -> str:
        half = _halves(text)[lang == TARGET_LANG]
        if quoted is not None:
            half = NUMBER.sub(lambda match: _number(match[1], quoted, lang), half)
        return html.escape(half)

    heads = "".join(f'<th scope="col">{words(head)}</th>' for head in table.heads)
    rows = "\n".join(
        f'<tr><th scope="row"><a href="{row.section}.html">{words(row.name, found)}</a></th>'
        + "".join(f"<td>{_cell(cell, found, lang)}</td>" for cell in row.cells)
        + "</tr>"
        for row, found in ((row, values[row.section]) for row in table.rows)
    )
    return (
        '<div class="pst-scrollable-table-container">\n<table class="table">\n'
        f"<caption>{words(table.title)}</caption>\n<thead><tr>{heads}</tr></thead>\n"
        f"<tbody>\n{rows}\n</tbody>\n</table>\n</div>\n"
        + "".join(f"<p>{words(line)}</p>" for line in (table.note, origin) if line)
    )


def _cell(cell: str, values: Values, lang: str) -> str:
    return html.escape(_number(cell, values, lang)) if cell else "–"


def _number(quoted: str, values: Values, lang: str) -> str:
    name, _, spec = quoted.partition(":")
    value = values.get(name)  # none where the section has run nowhere
    return glued.UNKNOWN if value is None else glued.show(value, spec or None, lang)


def _halves(text: str) -> tuple[str, str]:
    """Return the English and the Vietnamese of ``English | Tiếng Việt``."""
    en, bar, vi = text.partition(" | ")
    return (en, vi) if bar else (en, en)
