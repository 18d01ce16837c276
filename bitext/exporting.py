"""Sections, written in the template of the Vietnamese D2L community.

The English stands in comments, the Vietnamese or a placeholder below it.  A section that was
imported, written and imported again is the same; where the template has no form for something, a
finding names the cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from bitext import facts, importing, notebooks, sources
from bitext.facts import Fact
from bitext.findings import Finding
from bitext.settings import Settings
from bitext.sources import SOURCE_LANG, Cell, Pair, Section

TITLE = "*dịch tiêu đề phía trên*"
PARAGRAPH = "*dịch đoạn phía trên*"
CAPTION = "*dịch chú thích ảnh phía trên*"

REFERENCE = re.compile(r"\[(?P<words>[^\]\n]+)\]\(#(?P<kind>fig|eq|sec)-(?P<name>[a-z0-9-]+)\)")
VERBATIM = re.compile(f"{importing.CODE}|{importing.MATH}", re.DOTALL)
HEADING = re.compile(r"(#{1,6})[ \t]")


def write(section: Section, kept: Iterable[Fact] = ()) -> str:
    """Return a section in the template.

    Parameters
    ----------
    section : Section
        The section.
    kept : iterable of Fact
        What its page said beside the text, when it was imported.
    """
    beside: dict[int, list[str]] = {}
    for fact in kept:
        if _has_form(fact):
            beside.setdefault(fact.cell, []).append(fact.text)
    out: list[str] = []
    items = list(section.items())
    while items:
        item, following = items[0], items[1] if len(items) > 1 else None
        written, taken = "", [item]
        if isinstance(item, Pair):
            written = _pair(item)
        elif (item.label or "").startswith("fig-") and isinstance(following, Pair):
            if following.en.number not in beside:
                written, taken = _figure(item, following), [item, following]
        if not written:
            written, taken = _shared(item), [item]
        del items[: len(taken)]
        cells = [c for t in taken for c in ((t.en, t.vi) if isinstance(t, Pair) else (t,)) if c]
        out += [*beside.pop(cells[0].number, ()), written]
        for cell in cells[1:]:
            out += beside.pop(cell.number, ())
    out += [text for number in sorted(beside) for text in beside[number]]
    return "\n\n".join(out) + "\n"


def _has_form(fact: Fact) -> bool:
    """Whether a fact stands in the template: not a person, whose name stands in the list.

    A remark would be taken for English; and what a tab set aside for another framework, for the
    book's own, unless it names the framework itself.
    """
    if fact.kind == "aside":
        return bool(re.match(r"(?:```|~~~).*\n\s*(?:#@tab|%%tab)", fact.text))
    return fact.kind not in ("person", "comment")


def _label(cell: Cell, role: str = "label") -> str:
    return f"\n:{role}:`{_old(cell.label)}`" if cell.label else ""


def _old(label: str) -> str:
    return label.replace("-", "_")


def _pair(pair: Pair) -> str:
    english = old(pair.en.text, "en")
    heading = HEADING.match(pair.en.text)
    if pair.vi is None:
        below = f"{heading[1]} {TITLE}" if heading else PARAGRAPH
    else:
        below = old(pair.vi.text, "vi")
    first, newline, rest = below.partition("\n")
    return f"<!--\n{english}\n-->\n\n{first}{_label(pair.en)}{newline}{rest}"


def _figure(cell: Cell, pair: Pair) -> str:
    """Return a picture with its caption, or nothing where the template has no form for them."""
    image = sources.IMAGE.fullmatch(cell.text)
    captions = [old(c.text, c.lang) for c in (pair.en, pair.vi) if c]
    whole = image and not image["alt"] and not pair.is_heading
    if not whole or any("](" in c or "\n\n" in c for c in captions):
        return ""
    english, vietnamese = captions[0], captions[1] if len(captions) > 1 else CAPTION
    path = image["path"]
    return f"<!--\n![{english}]({path})\n-->\n\n![{vietnamese}]({path}){_label(cell)}"


def _shared(cell: Cell) -> str:
    if cell.kind == "code":
        fence = importing.fence(cell.text)
        return f"{fence}{{.python .input}}\n{cell.text}\n{fence}"
    role = "eqlabel" if (cell.label or "").startswith("eq-") else "label"
    return cell.text + _label(cell, role)


def old(text: str, lang: str | None) -> str:
    """Return a text with the book's references in D2L's form, where they have one.

    Examples
    --------
    >>> old("[Figure](#fig-a-b), `[Figure](#fig-a)`, [this](#sec-c)", "en")
    ':numref:`fig_a_b`, `[Figure](#fig-a)`, [this](#sec-c)'
    """
    words = importing.WORDS[lang or SOURCE_LANG]

    def reference(found: re.Match[str]) -> str:
        kind, name = found["kind"], found["name"]
        if found["words"] != words[kind]:
            return found[0]
        return f":{'eqref' if kind == 'eq' else 'numref'}:`{_old(f'{kind}-{name}')}`"

    out, end = [], 0
    for verbatim in VERBATIM.finditer(text):
        out += [REFERENCE.sub(reference, text[end : verbatim.start()]), verbatim[0]]
        end = verbatim.end()
    return "".join([*out, REFERENCE.sub(reference, text[end:])])


def differences(section: Section, text: str) -> list[Finding]:
    """Return the first cell that an import of a text in the template would not give back.

    An empty list is the proof that the text holds the whole section.
    """
    again = sources.parse(importing.convert(text, section.path).text, section.name, section.path)
    found = []
    for cell in section.cells:
        said = {"lang", "label"} if cell.kind == "markdown" else set()
        if lost := sorted(set(cell.metadata) - said):
            what = f"the template has no form for {', '.join(map(repr, lost))}"
            remedy = "set it again if you import the page"
            found.append(Finding(section.path, cell.line, "export", what, remedy, cell.number))
    ours, theirs = map(_content, (section.cells, again.cells))
    if ours != theirs:
        number = next(
            (n for n, (a, b) in enumerate(zip(ours, theirs)) if a != b),
            min(len(ours), len(theirs) - 1),
        )
        cell = section.cells[min(number, len(section.cells) - 1)] if section.cells else None
        what = "from here on an import would cut the text into other cells"
        remedy = "write one paragraph in a cell if you need the same"
        place = (cell.line, cell.number) if cell else (1, None)
        found.append(Finding(section.path, place[0], "export", what, remedy, place[1]))
    return found


def _content(cells: Sequence[Cell]) -> list[tuple[str, str | None, str | None, str]]:
    return [(c.kind, c.lang, None if c.kind == "code" else c.label, c.text) for c in cells]


def save(
    section: Section, settings: Settings, folder: Path | None = None
) -> tuple[Path, list[Finding]]:
    """Write a section as ``FOLDER/NAME.md``; return the file and what the template cannot say.

    Parameters
    ----------
    section : Section
        The section.
    settings : Settings
        The book's settings.
    folder : Path, optional
        Instead of ``_build/template``.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    kept = facts.read(facts.path(section.name, settings), settings.root)
    text = write(section, kept)
    target = (folder or settings.build / "template") / f"{section.name}.md"
    notebooks.write(target, text)
    return target, differences(section, text)
