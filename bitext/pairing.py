"""Pairing: from a notebook to the notebook that the page is made of; a pure function.

A heading pair becomes one heading that holds both languages, any other pair one ``pair``
directive with a block for each language; labels, captions and references become MyST's, exercises
and solutions those of sphinx-exercise.
"""

from __future__ import annotations

import copy
import difflib
import re
from collections.abc import Iterator

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from bitext import exercises, glued
from bitext.markdown import headings
from bitext.sources import IMAGE, SOURCE_LANG, TARGET_LANG

#: A reference to something that has a number or a place: [Figure](#fig-deep-rnn).
REFERENCE = re.compile(r"\[(?P<text>[^\]]*)\]\(#(?P<kind>sec|ex|fig|eq|bib)-(?P<name>[\w-]+)\)")
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
    for en, vi in zip(paired.cells, paired.cells[1:]):
        if "was" in vi.metadata:  # with the same numbers in both, and before references are turned
            was = glued.to_links(vi.metadata["was"], found, SOURCE_LANG)
            vi.metadata["changes"] = changes(
                *(glued.to_text(text, found, SOURCE_LANG) for text in (was, en.source))
            )
    for cell in paired.cells:
        if cell.cell_type == "markdown":
            lang = cell.metadata.get("lang")
            cell.source = references(glued.to_text(cell.source, found, lang))
    source = notebook.metadata.get("bitext", {}).get("source", "page")
    paired.cells = list(_cells(paired.cells, Exercises(source)))
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
        if kind in ("ex", "fig"):
            return f"{{numref}}`{text} %s <{kind}-{name}>`"
        if kind == "eq":
            return f"{text}\N{NO-BREAK SPACE}{{eq}}`eq-{name}`"
        if kind == "bib":
            return f"{{work}}`{text} <{name}>`"
        return f"{{ref}}`{text} <sec-{name}>`"

    return REFERENCE.sub(reference, text)


class Exercises:
    """What opens and closes the exercises and solutions of a page, as its cells come by.

    Code cells cannot stand inside of a directive, so each is a pair of directives, a start and an
    end, with the cells between them.

    Parameters
    ----------
    source : str
        The section; the labels begin with it.
    """

    def __init__(self, source: str):
        self.source, self.number, self.label = source, 0, ""
        self.inside: str | None = None  # "exercise" or "solution"

    def enter(self, en: NotebookNode, vi: NotebookNode | None) -> str | None:
        """Return the directives before a pair, or None where no exercise or solution begins."""
        kind = exercises.role(en.source, en.metadata.get("admonition"))
        if kind == "exercise":
            closing = self.leave()
            self.number, self.inside = self.number + 1, kind
            self.label = en.metadata.get("label") or exercises.label(self.source, self.number)
            return f"{closing}~~~{{exercise-start}} {_title(en, vi)}\n:label: {self.label}\n~~~\n\n"
        if kind == "solution" and self.inside == "exercise":
            closing, self.inside = self.leave(), kind
            name = exercises.label(self.source, self.number, kind)
            return f"{closing}~~~{{solution-start}} {self.label}\n:label: {name}\n~~~\n\n"
        return None

    def leave(self) -> str:
        """Return the directive that closes what is open."""
        kind, self.inside = self.inside, None
        return f"~~~{{{kind}-end}}\n~~~\n\n" if kind is not None else ""


def _title(en: NotebookNode, vi: NotebookNode | None) -> str:
    """Return the title of an exercise in both languages, without its number."""
    english = exercises.title(en.source)
    if english is None or not english.title:
        return ""
    if vi is None:
        return _role("en", english.title, untranslated=True)
    vietnamese = exercises.title(vi.source, TARGET_LANG)
    title = vietnamese.title if vietnamese is not None else headings(vi.source)[0].text
    return f"{_role('vi', title)} {_role('en', english.title)}"


def _cells(cells: list[NotebookNode], box: Exercises) -> Iterator[NotebookNode]:
    """Yield the cells of the page, each pair as one."""
    number, index = 0, 0
    while index < len(cells):
        cell = cells[index]
        step = 1
        label = cell.metadata.get("label", "")
        caption = cells[index + 1] if index + 1 < len(cells) else None
        if cell.cell_type != "markdown":
            yield _unhidden(cell) if box.inside == "solution" else cell
        if label.startswith("fig-") and caption and caption.metadata.get("lang") == SOURCE_LANG:
            other = _translation(cells, index + 2)
            number, step = number + 1, 2 if other is None else 3
            yield _like(caption, _figure(cell, caption, other))
        elif cell.cell_type == "markdown" and cell.metadata.get("lang") == SOURCE_LANG:
            other = _translation(cells, index + 1)
            number, step = number + 1, 1 if other is None else 2
            yield _like(cell, _boxed(cell, other, number, box))
        elif cell.cell_type == "markdown":
            suffix = f" ({label})" if label.startswith("eq-") else ""
            yield _like(cell, cell.source + suffix)
        index += step
    if closing := box.leave():
        yield new_markdown_cell(closing, id="end")


def _unhidden(cell: NotebookNode) -> NotebookNode:
    """Return a code cell of a solution, which is folded away as a whole."""
    shown = copy.deepcopy(cell)
    shown.metadata["tags"] = [t for t in cell.metadata.get("tags", ()) if t != "hide-cell"]
    return shown


def _boxed(en: NotebookNode, vi: NotebookNode | None, number: int, box: Exercises) -> str:
    """Return the Markdown of one pair, with the directives that it opens or closes."""
    opening = box.enter(en, vi)
    if opening is None:
        closes = exercises.role(en.source, None) == "heading"
        return (box.leave() if closes else "") + _paired(en, vi, number)
    return opening + _paired(_bare(en), _bare(vi) if vi is not None else None, number)


def _bare(cell: NotebookNode) -> NotebookNode:
    """Return a cell without the heading and the box that an exercise or a solution has itself."""
    bare = _like(cell, _without_heading(cell.source))
    bare.metadata = {k: v for k, v in cell.metadata.items() if k not in ("admonition", "label")}
    return bare


def _without_heading(text: str) -> str:
    return _split(text)[1] if any(found.line == 0 for found in headings(text)) else text


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
            return "\n".join([*parts, *_stale(vi)])
    body = _blocks(english, vietnamese, f"pair-{number}", _stale(vi))
    if admonition := en.metadata.get("admonition"):
        body = _fenced(f"{{bilingual-admonition}} {admonition}", body)
    return "\n".join([*parts, body])


def _blocks(english: str, vietnamese: str | None, name: str, stale: list[str]) -> str:
    """Return the ``pair`` directive with its blocks, Vietnamese first: it is what most read."""
    options = f":name: {name}\n"
    if vietnamese is None:
        blocks = [_fenced("{block} en", f":untranslated:\n\n{english}")]
    else:
        blocks = [_fenced("{block} vi", "\n" + vietnamese), _fenced("{block} en", "\n" + english)]
    options += ":stale:\n" * bool(stale)
    return _fenced("{pair}", options + "\n" + "\n".join([*blocks, *stale]))


def _stale(vi: NotebookNode | None) -> list[str]:
    """Return the directive that says what has changed in the English of a stale block, or none."""
    if vi is None or "changes" not in vi.metadata:
        return []
    return [_fenced("{changes}", "\n" + vi.metadata["changes"])]


def changes(was: str, now: str) -> str:
    """Return the lines, which are sentences, that have gone from `was` or come into `now`.

    Empty lines, which part paragraphs, are left out.

    Examples
    --------
    >>> changes("One.\\nTwo.", "One.\\nThree.")
    '- Two.\\n+ Three.'
    """
    return "\n".join(
        line
        for line in difflib.ndiff(was.split("\n"), now.split("\n"))
        if line[0] in "+-" and line[2:].strip()
    )


def _figure(image: NotebookNode, en: NotebookNode, vi: NotebookNode | None) -> str:
    """Return a figure, of an image or of the plots of a code cell, with its bilingual caption."""
    options = f":name: {image.metadata['label']}\n"
    if image.cell_type == "code":
        directive = "{plotted}"
    else:
        match = IMAGE.fullmatch(image.source)
        directive = f"{{figure}} {match['path']}"
        options += f":alt: {match['alt']}\n"
    caption = _role("en", _joined(en.source), untranslated=vi is None)
    if vi is not None:
        caption = f"{_role('vi', _joined(vi.source))} {caption}"
    figure = _fenced(directive, f"{options}\n{caption}")
    return "\n".join([figure, *_stale(vi)])


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
