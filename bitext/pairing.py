"""Pairing: from a notebook to the notebook that the page is made of; a pure function.

A heading pair becomes one heading that holds both languages, any other pair one ``pair``
directive with a block for each language; labels, captions and references become MyST's.
"""

from __future__ import annotations

import copy
import difflib
import re
from collections.abc import Iterator

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from bitext import glued
from bitext.markdown import headings
from bitext.sources import IMAGE, SOURCE_LANG, TARGET_LANG

#: A reference to something that has a number or a place: [Figure](#fig-deep-rnn).
REFERENCE = re.compile(r"\[(?P<text>[^\]]*)\]\(#(?P<kind>sec|fig|eq|bib)-(?P<name>[\w-]+)\)")
FENCE = re.compile(r"^\s*(`{3,}|:{3,})", re.MULTILINE)


def pair(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook of the page; `notebook` is left as it is.

    Parameters
    ----------
    notebook : NotebookNode
        A notebook of the book, as :func:`bitext.notebooks.compose` makes it.
    """
    paired = copy.deepcopy(notebook)
    found = glued.values(notebook)
    for cell in paired.cells:
        if cell.cell_type == "markdown":
            lang = cell.metadata.get("lang")
            cell.source = references(glued.to_text(cell.source, found, lang))
    paired.cells = list(_cells(paired.cells))
    return paired


def references(text: str) -> str:
    """Turn the links of a source into references that carry the number of what they name.

    Examples
    --------
    >>> references("[Figure](#fig-deep-rnn), [Hình](#fig-deep-rnn)")
    '{numref}`Figure %s <fig-deep-rnn>`, {numref}`Hình %s <fig-deep-rnn>`'
    >>> references("[Equation](#eq-lstm) and [Sak et al., 2014](#bib-sak2014)")
    'Equation\\xa0{eq}`eq-lstm` and {work}`Sak et al., 2014 <sak2014>`'
    """

    def reference(match: re.Match[str]) -> str:
        text, kind, name = match["text"], match["kind"], match["name"]
        if kind == "fig":
            return f"{{numref}}`{text} %s <fig-{name}>`"
        if kind == "eq":
            return f"{text}\N{NO-BREAK SPACE}{{eq}}`eq-{name}`"
        if kind == "bib":
            return f"{{work}}`{text} <{name}>`"
        return f"{{ref}}`{text} <sec-{name}>`"

    return REFERENCE.sub(reference, text)


def _cells(cells: list[NotebookNode]) -> Iterator[NotebookNode]:
    """Yield the cells of the page, each pair as one."""
    number, index = 0, 0
    while index < len(cells):
        cell = cells[index]
        step = 1
        if cell.cell_type != "markdown":
            yield cell
        elif cell.metadata.get("lang") == SOURCE_LANG:
            other = _translation(cells, index + 1)
            number, step = number + 1, 1 if other is None else 2
            yield _like(cell, _paired(cell, other, number))
        else:
            label = cell.metadata.get("label", "")
            caption = index + 1 < len(cells) and cells[index + 1].metadata.get("lang")
            if label.startswith("fig-") and caption == SOURCE_LANG:
                other = _translation(cells, index + 2)
                number, step = number + 1, 2 if other is None else 3
                yield _like(cell, _figure(cell, cells[index + 1], other))
            else:
                suffix = f" ({label})" if label.startswith("eq-") else ""
                yield _like(cell, cell.source + suffix)
        index += step


def _translation(cells: list[NotebookNode], index: int) -> NotebookNode | None:
    following = cells[index] if index < len(cells) else None
    if following is not None and following.metadata.get("lang") == TARGET_LANG:
        return following
    return None


def _like(cell: NotebookNode, source: str) -> NotebookNode:
    return new_markdown_cell(source, metadata=cell.metadata, id=cell.id)


def _paired(en: NotebookNode, vi: NotebookNode | None, number: int) -> str:
    """Return the Markdown of one pair."""
    english, vietnamese = en.source, vi.source if vi is not None else None
    parts = []
    heading = next((h for h in headings(english) if h.line == 0), None)
    if heading is not None:
        if label := en.metadata.get("label"):
            parts.append(f"({label})=")
        title = f"{'#' * heading.level} "
        if vietnamese is not None:
            first, vietnamese = _split(vietnamese)
            title += f"{_role('vi', headings(first)[0].text)} "
            title += _role("en", heading.text)
        else:
            title += _role("en", heading.text, untranslated=True)
        parts.append(title)
        english = _split(english)[1]
        if not english and not vietnamese:
            return "\n".join(parts)
    was = vi.metadata.get("was") if vi is not None else None
    change = None if was is None else changes(was, en.source)
    body = _blocks(english, vietnamese, f"pair-{number}", change)
    if admonition := en.metadata.get("admonition"):
        body = _fenced(f"{{bilingual-admonition}} {admonition}", body)
    return "\n".join([*parts, body])


def _blocks(english: str, vietnamese: str | None, name: str, change: str | None) -> str:
    """Return the ``pair`` directive with its blocks, Vietnamese first: it is what most read."""
    options = f":name: {name}\n"
    if vietnamese is None:
        blocks = [_fenced("{block} en", f":untranslated:\n\n{english}")]
    else:
        blocks = [_fenced("{block} vi", "\n" + vietnamese), _fenced("{block} en", "\n" + english)]
    if change is not None:
        options += ":stale:\n"
        blocks.append(_fenced("{changes}", "\n" + change))
    return _fenced("{pair}", options + "\n" + "\n".join(blocks))


def changes(was: str, now: str) -> str:
    """Return the lines, which are sentences, that have gone from `was` or come into `now`.

    Examples
    --------
    >>> changes("One.\\nTwo.", "One.\\nThree.")
    '- Two.\\n+ Three.'
    """
    return "\n".join(
        line for line in difflib.ndiff(was.split("\n"), now.split("\n")) if line[0] in "+-"
    )


def _figure(image: NotebookNode, en: NotebookNode, vi: NotebookNode | None) -> str:
    """Return a figure with a caption in both languages."""
    match = IMAGE.fullmatch(image.source)
    caption = _role("en", _joined(en.source), untranslated=vi is None)
    if vi is not None:
        caption = f"{_role('vi', _joined(vi.source))} {caption}"
    options = f":name: {image.metadata['label']}\n:alt: {match['alt']}\n"
    return _fenced(f"{{figure}} {match['path']}", f"{options}\n{caption}")


def _joined(text: str) -> str:
    return " ".join(text.split())


def _role(lang: str, text: str, untranslated: bool = False) -> str:
    """Return `text` in the role of its language; the fence is longer than any backticks inside."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * (longest + 1)
    space = " " if "`" in text[:1] + text[-1:] else ""
    role = "untranslated" if untranslated else lang
    return f"{{{role}}}{fence}{space}{text}{space}{fence}"


def _split(text: str) -> tuple[str, str]:
    """Return the heading line of a block and what follows it."""
    first, _, rest = text.partition("\n")
    return first, rest.strip("\n")


def _fenced(name: str, body: str) -> str:
    """Return a directive whose fence is longer than any inside it."""
    longest = max((len(fence) for fence in FENCE.findall(body)), default=2)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{name}\n{body}\n{fence}"
