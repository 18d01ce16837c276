"""Notebooks in step: each is what its section, and the code behind it, would give."""

from __future__ import annotations

from bitext import dependencies, notebooks
from bitext.book import compose, has_notebook, notebook_path
from bitext.findings import Finding, SourceError
from bitext.settings import Settings
from bitext.sources import Section

MAKE = "run 'make notebooks'"


def findings(section: Section, settings: Settings) -> list[Finding]:
    """Return whether the notebook of `section` is missing, behind its source, or of other code."""
    if not has_notebook(section):
        return []
    path = notebook_path(section, settings)
    name = path.relative_to(settings.root).as_posix()

    def found(what: str, line: int = 1) -> list[Finding]:
        return [Finding(name, line, "step", what, MAKE)]

    committed = notebooks.load(path)
    if committed is None:
        return found("there is no notebook that can be read")
    try:
        composed = compose(section, settings, committed)
    except SourceError as error:
        return error.findings
    ours, theirs = notebooks.code(composed), notebooks.code(committed)
    if ours != theirs:
        number = next(
            (i for i, (a, b) in enumerate(zip(ours, theirs), 1) if a != b),
            min(len(ours), len(theirs)) + 1,
        )
        return found(f"code cell {number} is not that of {section.path} and its modules")
    run = committed.metadata.get("bitext", {}).get("inputs")
    if ours and run != dependencies.inputs(composed, settings):
        return found("its outputs were made before the last change of a module or corpus it uses")
    if notebooks.text(composed) != path.read_text("utf-8"):
        written = notebooks.text(composed).split("\n")
        lines = path.read_text("utf-8").split("\n")
        line = next((i for i, (a, b) in enumerate(zip(written, lines), 1) if a != b), len(lines))
        return found(f"it is behind {section.path}", line)
    return []
