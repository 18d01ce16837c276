"""What is wrong in a source, where, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

#: Characters that would end the line of a finding, or do something to a terminal.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that is wrong in one place.

    Parameters
    ----------
    path : str
        File, relative to the book's root.
    line : int
        Line in that file, counted from 1.
    kind : str
        The check that found it; the name by which it is silenced.
    what : str
        What is wrong, with the offending text.
    remedy : str
        What to write or run instead.
    cell : int, optional
        Number of the cell in a section, counted from 1.

    Examples
    --------
    >>> print(Finding("chapter_rnn/rnn.md", 12, "pair", "heading on one side only", "add it", 3))
    chapter_rnn/rnn.md:12: cell 3: heading on one side only: add it [pair]
    """

    path: str
    line: int
    kind: str
    what: str
    remedy: str
    cell: int | None = None

    def __str__(self) -> str:
        cell = f"cell {self.cell}: " if self.cell is not None else ""
        line = f"{self.path}:{self.line}: {cell}{self.what}: {self.remedy} [{self.kind}]"
        return CONTROL.sub(lambda sign: ascii(sign[0])[1:-1], line)


class SourceError(Exception):
    """A source that cannot be used; its message is one line for each finding."""

    def __init__(self, findings: Iterable[Finding]):
        self.findings = sorted(findings)
        super().__init__("\n".join(map(str, self.findings)))
