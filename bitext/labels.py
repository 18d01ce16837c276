"""References: every link to a label or to a work cited leads somewhere."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from pathlib import Path

from pybtex.database import parse_file

from bitext.findings import Finding
from bitext.sources import Section

#: A link inside the book, as an author writes it.
LINK = re.compile(r"\]\(#(?P<target>[^)\s]*)\)")
CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)|^(```+|~~~+).*?^\2", re.DOTALL | re.MULTILINE)


def targets(sections: Iterable[Section], root: Path) -> dict[str, str]:
    """Return what can be referred to, each with the file that defines it."""
    found = {
        cell.label: section.path
        for section in sections
        for cell in section.cells
        if cell.label is not None
    }
    bibliography = root / "references.bib"
    if bibliography.is_file():
        for key in parse_file(str(bibliography)).entries:
            found[f"bib-{key}"] = bibliography.name
    return found


def unresolved(section: Section, known: dict[str, str]) -> list[Finding]:
    """Return the references of `section` that lead nowhere."""
    findings = []
    for cell in section.cells:
        if cell.kind != "markdown":
            continue
        text = CODE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), cell.text)
        for match in LINK.finditer(text):
            target = match["target"]
            if target in known:
                continue
            near = difflib.get_close_matches(target, known, 1)
            hint = f"did you mean '#{near[0]}'?" if near else "name a label, or #bib- and a key"
            line = cell.line + text.count("\n", 0, match.start())
            findings.append(
                Finding(
                    section.path,
                    line,
                    "reference",
                    f"the reference '#{target}' does not resolve",
                    hint,
                    cell.number,
                )
            )
    return findings
