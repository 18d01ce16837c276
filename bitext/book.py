"""The book as a whole: its sections, their notebooks, and the outputs that its pages show."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode

from bitext import (
    containment,
    dependencies,
    drawings,
    execution,
    glued,
    harmless,
    labels,
    ledger,
    notebooks,
    shards,
    sources,
)
from bitext.findings import Finding, SourceError
from bitext.markdown import GLUE
from bitext.settings import Settings
from bitext.sources import Section
from bitext.store import digest

#: Where the sections with a notebook are; pages at the root have no code.
SECTIONS = "chapter_*/*.md"
PAGES = ("intro.md", "glossary.md", "term-index.md", "status.md", "references.md")


def sections(settings: Settings) -> list[Section]:
    """Return every section with a notebook and every page at the root.

    Raises
    ------
    SourceError
        If a source is malformed or a reference does not resolve; all faults at once.
    """
    findings: list[Finding] = []
    found = []
    for path in source_paths(settings):
        try:
            found.append(sources.read(path, settings.root))
        except SourceError as error:
            findings.extend(error.findings)
    known = labels.targets(found, settings.root)
    if not findings:  # a section that cannot be read would make its labels seem to be missing
        for section in found:
            findings.extend(labels.unresolved(section, known))
            findings.extend(unknown_numbers(section))
            findings.extend(foreign(section, settings.root))
    if findings:
        raise SourceError(findings)
    return found


def source_paths(settings: Settings) -> list[Path]:
    """Return the sources of the book."""
    pages = [settings.root / page for page in PAGES]
    return [p for p in pages if p.is_file()] + sorted(settings.root.glob(SECTIONS))


def has_notebook(section: Section) -> bool:
    """Whether a section has a notebook beside it."""
    return "/" in section.path


def notebook_path(section: Section, settings: Settings) -> Path:
    """Return where the notebook of `section` is."""
    return (settings.root / section.path).with_suffix(".ipynb")


def unknown_numbers(section: Section) -> list[Finding]:
    """Return the numbers quoted in prose that no code cell of the section glues."""
    code = "\n".join(cell.text for cell in section.cells if cell.kind == "code")
    patterns = [
        re.compile(re.sub(r"\\\{\w+\\\}|\{\w+\}", r"[\\w-]+", re.escape(match["name"])))
        for match in glued.CALL.finditer(code)
    ]
    findings = []
    for cell in section.cells:
        for match in GLUE.finditer(cell.text) if cell.kind == "markdown" else ():
            if not any(pattern.fullmatch(match["name"]) for pattern in patterns):
                line = cell.line + cell.text.count("\n", 0, match.start())
                findings.append(
                    Finding(
                        section.path,
                        line,
                        "reference",
                        f"the number {match['name']!r} is not measured in this section",
                        f"call glue({match['name']!r}, value, display=False) in a code cell",
                        cell.number,
                    )
                )
    return findings


def foreign(section: Section, root: Path) -> list[Finding]:
    """Return what a section brings that no page shows: HTML, and files that are no drawings."""
    return [*harmless.findings(section), *drawings.findings(section, root)]


def unplotted(section: Section, ran: NotebookNode) -> list[Finding]:
    """Return the code cells of `section` with the label of a figure whose run has drawn none."""
    code = (cell for cell in section.cells if cell.kind == "code")
    outputs = (cell.outputs for cell in ran.cells if cell.cell_type == "code")
    return [
        Finding(
            section.path,
            cell.line,
            "format",
            f"the cell of {cell.label!r} shows no image",
            "plot in it, or take its label and its caption away",
            cell.number,
        )
        for cell, shown in zip(code, outputs)
        if cell.label and not any(map(_is_image, shown))
    ]


def _is_image(output: NotebookNode) -> bool:
    """Whether an output of a code cell is an image."""
    return any(kind.startswith("image/") for kind in output.get("data", ()))


def compose(
    section: Section, settings: Settings, executed: NotebookNode | None = None
) -> NotebookNode:
    """Return the notebook of one section, its stale translations marked.

    Raises
    ------
    SourceError
        If the section shows code that does not exist, or its ledger cannot be read.
    """
    rows = ledger.read(ledger.path(section, settings), settings.root)
    was = {
        standing.pair.vi.number: standing.row.source
        for standing in ledger.standings(section, rows)
        if standing.state == "stale"
    }
    return notebooks.compose(section, settings.root, executed, was)


def compose_all(settings: Settings, found: list[Section]) -> dict[str, NotebookNode]:
    """Return the notebooks by section path, with the committed outputs where the code is theirs."""
    findings: list[Finding] = []
    composed = {}
    for section in filter(has_notebook, found):
        committed = notebooks.load(notebook_path(section, settings))
        try:
            composed[section.path] = compose(section, settings, committed)
        except SourceError as error:
            findings.extend(error.findings)
    if findings:
        raise SourceError(findings)
    return composed


@dataclass(frozen=True)
class Run:
    """The run of a notebook that a build has found or made: its key and the digest of its outputs.

    They are those of :func:`.dependencies.key` and :func:`.store.digest`.
    """

    key: str
    digest: str


@dataclass(frozen=True)
class Prepared:
    """What :func:`prepare` has done.

    Attributes
    ----------
    written : list of str
        The notebooks that were written, relative to the root.
    runs : dict
        The runs that it has found or made, by section path.
    """

    written: list[str]
    runs: dict[str, Run] = field(default_factory=dict)


def prepare(
    settings: Settings,
    execute: bool = True,
    keep: bool = False,
    force: bool = False,
    shard: shards.Shard | None = None,
) -> Prepared:
    """Bring the notebooks in step with their sources and execute what has not run here yet.

    Parameters
    ----------
    settings : Settings
        The book's settings.
    execute : bool
        Whether to run what the store does not have.
    keep : bool
        Whether to write the outputs of this machine's runs into the notebooks that are committed.
    force : bool
        Whether to run everything anew.
    shard : Shard, optional
        The share of this machine; the rest is composed and not executed.

    Raises
    ------
    SourceError
        If a source is malformed, or a path leads out of the book.
    ExecutionError
        If a cell fails.
    ValueError
        If the settings speak of a notebook that there is not.
    """
    containment.require(settings)
    found = sections(settings)
    composed = compose_all(settings, found)
    names = sorted(Path(path).stem for path in composed)
    if unknown := sorted(set(settings.timeouts) - set(names)):
        raise ValueError(
            f"{settings.root / 'pyproject.toml'}: [tool.bitext.timeouts] has {unknown}: "
            f"write the name of a notebook, one of {names}"
        )
    runs = {}
    if execute:
        mine = composed if shard is None else shards.share(composed, shard)
        ran = execution.run_all(mine, settings, mine if force else ())
        _require_outputs(found, ran)
        runs = {
            path: Run(dependencies.key(notebook, settings), digest(notebook))
            for path, notebook in ran.items()
            if notebooks.code(notebook)
        }
        if keep:
            for section in found:
                if section.path in ran:
                    before = composed[section.path].metadata["bitext"].get("seconds")
                    composed[section.path] = compose(section, settings, ran[section.path])
                    _round_seconds(composed[section.path], before)
    written = [
        notebook_path(section, settings).relative_to(settings.root).as_posix()
        for section in filter(has_notebook, found)
        if notebooks.save(composed[section.path], notebook_path(section, settings))
    ]
    return Prepared(written, runs)


def _round_seconds(notebook: NotebookNode, before: int | None) -> None:
    """Let the time of a run stand as it was while it is about right: no two runs take the same."""
    record = notebook.metadata["bitext"]
    if "seconds" in record:
        now = record["seconds"]
        stays = before is not None and before / 2 <= now <= 2 * before
        record["seconds"] = before if stays else max(1, round(now))


def _require_outputs(found: list[Section], ran: dict[str, NotebookNode]) -> None:
    """Raise if a run has not measured a number that prose quotes, or not drawn a figure."""
    findings = []
    for section in found:
        if section.path not in ran:
            continue
        findings.extend(unplotted(section, ran[section.path]))
        measured = glued.values(ran[section.path])
        for cell in section.cells:
            for match in GLUE.finditer(cell.text) if cell.kind == "markdown" else ():
                if match["name"] not in measured:
                    line = cell.line + cell.text.count("\n", 0, match.start())
                    findings.append(
                        Finding(
                            section.path,
                            line,
                            "reference",
                            f"the run has not measured {match['name']!r}",
                            "glue it in a code cell that always runs",
                            cell.number,
                        )
                    )
    if findings:
        raise SourceError(findings)


def run_here(notebook: NotebookNode, settings: Settings) -> NotebookNode | None:
    """Return the notebook as this machine has executed it, or None if it has not."""
    name = Path(notebook.metadata.get("bitext", {}).get("source", "")).stem
    return execution.store(settings).get(name, dependencies.key(notebook, settings))
