"""Existing D2L pages, brought into the book's format, with an account of every block.

What a page says in D2L's dialect becomes cells of a section; what the book has no place for is
listed, with its line and the reason.  :func:`unaccounted` proves that nothing else is missing.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from jupytext.myst import get_parser
from markdown_it import MarkdownIt
from pybtex.database import parse_file

from bitext import (
    alignment,
    containment,
    d2l,
    facts,
    harmless,
    intake,
    notebooks,
    people,
    rewriting,
    sources,
    targets,
    template,
    vietnamese,
    wordpress,
)
from bitext.containment import UNPLACED, Place
from bitext.d2l import Block
from bitext.findings import Finding, SourceError
from bitext.settings import Settings
from bitext.sources import SOURCE_LANG, TARGET_LANG
from bitext.template import Person, Unit

HEADER = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---
"""

#: What stands for English that a page does not have, so that its Vietnamese is half of a pair.
NO_ENGLISH = "There is no English here yet."

#: Why a path is taken out, and what stands where nothing else remains.
OUTSIDE, EMPTY = "leads out of the book", "…"

#: Why a block of a kind has no place in the book.
DROPPED = {
    "aside": "for another framework, set aside",
    "comment": "a comment",
    "discussion": "a link to a forum",
    "mark": "syntax",
    "marker": "a marker of the template",
    "people": "the list of contributors",
    "placeholder": "a placeholder: not translated yet",
    "toc": "a list of sections: it belongs into _toc.yml",
    "twice": "stands in both languages, kept once",
}

ROLE = r":(?P<role>[a-z]+):`(?P<argument>[^`\n]+)`"
CODE = r"(?<!`)(?P<tick>`{1,3})(?!`).+?(?<!`)(?P=tick)(?!`)"
MATH = r"(?<!\\)\$\$[^$]+\$\$|(?<!\\)\$[^$]+\$"
MARKS = r"\[\*\*(?P<square>(?:(?!\[\*\*|\*\*\]).)+)\*\*\](?!\()"
ROUND = r"\(\*\*(?P<round>(?:(?!\(\*\*|\*\*\)).)+)\*\*\)"
SLIDE = r"[(\[]~~(?P<slide>(?:(?![(\[]~~|~~[)\]]).)+)~~[)\]]"
INLINE = re.compile("|".join((ROLE, CODE, MATH, MARKS, ROUND, SLIDE)), re.DOTALL)

#: The words of a reference in each language, by the kind of what it names.
WORDS = {
    "en": {"fig": "Figure", "eq": "Equation", "sec": "the section"},
    "vi": {"fig": "Hình", "eq": "Phương trình", "sec": "mục"},
}
PREFIX = re.compile(r"(?P<kind>sec|subsec|subsection|chap|chapter|fig|img|eq|eqn|tab|table)[-_]+")
KINDS = {"img": "fig", "eqn": "eq", "table": "tab", "fig": "fig", "eq": "eq", "tab": "tab"}
CELL = ("```{code-cell}", "+++")
#: The beginning of a cell which jupytext would take for options.
OPTIONS = re.compile(r"\s*(?::|---)")
#: A paragraph or heading in which every line begins with a letter; most blocks are such.
PLAIN = re.compile(r"(?:#{1,6} )?[^\W\d_][^\n]*|[^\W\d_][^\n]*(?:\n[^\W\d_][^\n]*)*")
#: The same, where a line may also begin with emphasis, a link or an address in brackets.
BEGINS = r"(?:[^\W\d_]|\*{1,3}[^\W\d_]|\[[^\W\d_][^\[\]\n]*\]\(|<https?://)"
WORDS_ALONE = re.compile(rf"{BEGINS}[^\n]*(?:\n{BEGINS}[^\n]*)*")
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True)
class Change:
    """Something that is not in the section as it was in the page: `after` is empty if dropped."""

    line: int
    before: str
    after: str
    why: str


@dataclass
class Account:
    """A block of the page: where it begins (:class:`bitext.d2l.Block`), the cells that hold it
    (number from 1, text), and what has changed.
    """

    line: int
    piece: int
    raw: str
    parts: list[tuple[int, str]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


@dataclass
class Report:
    """What an import has done to one page; `findings` are what needs a person."""

    path: str
    other: str = ""  # the same page in the other language; its lines follow those of the first
    shift: int = 0
    counts: Counter = field(default_factory=Counter)
    accounts: list[Account] = field(default_factory=list)
    facts: list[tuple[int, str]] = field(default_factory=list)
    kept: list[facts.Fact] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    added: list[str] = field(default_factory=list)  # to the list of people
    refused: int = 0  # paths that lead out of the book

    def where(self, line: int) -> tuple[str, int]:
        """Return the file and the line that a number stands for."""
        return (self.other, line - self.shift) if 0 < self.shift < line else (self.path, line)

    def changes(self) -> Iterator[Change]:
        """Yield every change, in the order of the page."""
        for account in self.accounts:
            yield from account.changes

    def __str__(self) -> str:
        counted = ", ".join(f"{self.counts[name]} {name}" for name in COUNTED)
        lines = [f"{self.path}: {counted}"]
        groups: dict[str, list[Change]] = {}
        for change in self.changes():
            groups.setdefault(change.why, []).append(change)
        for why, changes in groups.items():
            many = f" ({len(changes)} times)" if len(changes) > 1 else ""
            lines.append(f"{self.path}: {why}{many}:")
            alike: dict[tuple[str, str], list[str]] = {}
            for change in changes:
                path, line = self.where(change.line)
                what = _short(change.before, change.after)
                alike.setdefault((path, what), []).append(str(line))
            for (path, what), where in alike.items():
                file = f"{path}, " if self.shift else ""
                lines.append(f"  {file}line {', '.join(where)}: {what}")
        for line, fact in self.facts:
            lines.append("{}:{}: {}".format(*self.where(line), fact))
        for person in self.people:
            place = "{}:{}".format(*self.where(person.line))
            part = f", part {person.part}" if person.part else ""
            lines.append(f"{place}: a contributor{part}: {person.name}")
        if self.added:
            lines.append(f"{self.path}: new in translations/people.csv: {', '.join(self.added)}")
        return "\n".join(lines + [str(finding) for finding in self.findings])


COUNTED = (
    "blocks",
    "pairs",
    "untranslated",
    "without English",
    "code cells",
    "labels",
    "doubtful pairs",
    "rewritten",
    "dropped",
    "for a person",
)


@dataclass(frozen=True)
class Imported:
    """A section in the book's format, and the report."""

    text: str
    report: Report


def _short(before: str, after: str) -> str:
    before, after = (" ".join(part.split()) for part in (before, after))
    cut = before if len(before) <= 60 else f"{before[:57]}..."
    return f"{cut!r} -> {after[:60]!r}" if after else repr(cut)


def convert(
    text: str,
    path: str,
    works: Collection[str] = (),
    lang: str | None = None,
    other: tuple[str, str] | None = None,
    place: Place = UNPLACED,
) -> Imported:
    """Bring a page into the book's format.

    Parameters
    ----------
    text : str
        The page: D2L Markdown or WordPress in one language, or the Vietnamese community's template.
    path : str
        Its name in the report.
    works : collection of str
        The keys of ``references.bib``.
    lang : str, optional
        The language of a page that is not in the template; guessed from its letters if None.
    other : tuple of str, optional
        Text and name of the same page in the other language: the two are aligned block by block.
    place : Place
        Where the section will stand; what is named outside of its book is taken out.

    Raises
    ------
    SourceError
        If the page is in another format, or both pages are in one language.
    """
    report = Report(path)
    partner = None
    if other is not None:
        lang, partner = _languages(text, other[0])
    units = _units(text, path, lang, report, 0)
    doubts: list[tuple[int, str]] = []
    if other is not None:
        report.other, report.shift = other[1], d2l.clean(text)[0].count("\n") + 1
        theirs = _units(*other, partner, report, report.shift)
        units, doubts = _aligned(units, theirs, report)
    report.facts.sort()
    maker = _Maker(report, works, units, place)
    for unit in units:
        maker.add(unit)
    for line, doubt in doubts:
        maker.doubt(line, doubt)
    alone = report.counts["untranslated"] + report.counts["without English"]
    if other is not None and alone + len(doubts) > 0.4 * (alone + report.counts["pairs"]):
        what = f"{path} and {other[1]} differ so much that they may not be one page"
        report.findings.append(Finding(path, 1, "import", what, "see that they belong together"))
    changes = list(report.changes())
    report.counts["rewritten"] = sum(bool(change.after) for change in changes)
    report.counts["dropped"] = len(changes) - report.counts["rewritten"]
    report.counts["for a person"] = len(report.findings)
    report.findings.sort()
    return Imported(maker.text(), report)


def _languages(first: str, second: str) -> tuple[str, str]:
    """Return the languages of two texts, of which only one should be Vietnamese."""
    shares = []
    for text in (first, second):
        words = d2l.clean(text)[0].split()
        marked = sum(1 for word in words if d2l.VIETNAMESE.search(word))
        shares.append(marked / max(1, len(words)))
    if min(shares) >= 0.2 or max(shares) < 0.02:  # there is nothing to tell them apart by
        return d2l.language(first), d2l.language(second)
    langs = (SOURCE_LANG, TARGET_LANG)
    return langs if shares[0] < shares[1] else langs[::-1]


def _units(text: str, path: str, lang: str | None, report: Report, shift: int) -> list[Unit]:
    """Read a page into units, its lines counted from `shift` on."""
    text, notes = d2l.clean(text)
    if found := _other_format(text):
        raise SourceError([Finding(path, 1, "import", *found)])
    for number, line in d2l.numbered(text):
        if marks := INVISIBLE.findall(line):
            what = f"invisible characters: {vietnamese.named(''.join(dict.fromkeys(marks)))}"
            report.findings.append(Finding(path, number, "import", what, "delete them if you can"))
    page = template.Page()
    if not wordpress.is_wordpress(text) and template.is_template(text):
        page = template.read(text)
        units = page.units
    else:
        read = wordpress.read if wordpress.is_wordpress(text) else _blocks
        blocks = read(text)
        lang = lang or d2l.language(" ".join(b.text for b in blocks if b.kind in template.SPOKEN))
        units = [_unit(block, lang) for block in blocks]
    report.facts += [(line + shift, fact) for line, fact in notes + page.facts]
    report.people += [replace(person, line=person.line + shift) for person in page.people]
    return [_shifted(unit, shift) for unit in units] if shift else units


def _blocks(text: str) -> list[Block]:
    return d2l.read(d2l.numbered(text))


def _shifted(unit: Unit, shift: int) -> Unit:
    def moved(block: Block) -> Block:
        return replace(block, line=block.line + shift)

    return Unit(
        tuple(map(moved, unit.en)), tuple(map(moved, unit.vi)), unit.other and moved(unit.other)
    )


def _aligned(
    ours: list[Unit], theirs: list[Unit], report: Report
) -> tuple[list[Unit], list[tuple[int, str]]]:
    """Return the units of two pages as those of one, and what is doubtful, by line."""
    if any(unit.vi and not unit.en for unit in ours) or any(unit.en for unit in theirs):
        if any(unit.en for unit in ours) or any(unit.vi for unit in theirs):
            what = f"this page and {report.other} are not one English and one Vietnamese"
            remedy = "name first the English page, or the template, then the Vietnamese one"
            raise SourceError([Finding(report.path, 1, "import", what, remedy)])
        ours, theirs = theirs, ours

    def open_block(unit: Unit) -> Block | None:
        """Return the block that may have a partner in the other page."""
        if unit.other:
            return unit.other if unit.other.kind in alignment.SHARED else None
        alone = (*unit.en, *unit.vi)
        return alone[0] if len(alone) == 1 else None

    left = [(n, block) for n, unit in enumerate(ours) if (block := open_block(unit))]
    right = [(n, block) for n, unit in enumerate(theirs) if (block := open_block(unit))]
    units: list[Unit] = []
    doubts = []
    done = 0
    for match in alignment.align([b for _, b in left], [b for _, b in right]):
        if match.en:  # what stands before it and has no partner keeps its place
            units += ours[done : left[match.en[0]][0]]
            first, done = left[match.en[0]][0], left[match.en[-1]][0] + 1
            units += [unit for unit in ours[first:done] if open_block(unit) is None]
        en = tuple(left[i][1] for i in match.en)
        vi = tuple(right[j][1] for j in match.vi)
        block = (en or vi)[0]
        if block.kind not in alignment.SHARED:
            units.append(Unit(en, vi))
        elif en:
            units.append(Unit(other=block))
            units += [Unit(other=replace(twin, kind="twice")) for twin in vi]
        else:
            doubts.append((block.line, f"stands only in {report.where(block.line)[0]}"))
            units.append(Unit(other=block))
        if match.doubt:
            path, line = report.where(en[0].line)
            doubts.append((vi[0].line, f"a doubtful pair with {path}:{line}: {match.doubt}"))
    units += ours[done:]
    units += [unit for unit in theirs if open_block(unit) is None]
    return units, doubts


def _other_format(text: str) -> tuple[str, str] | None:
    if text.startswith("---\n") and "format_name: myst" in text[:1000]:
        return "the file is a section of the book already", "put it into the chapter as it is"
    return None


def _unit(block: Block, lang: str) -> Unit:
    if block.kind not in template.SPOKEN:
        return Unit(other=block)
    return Unit(en=(block,)) if lang == SOURCE_LANG else Unit(vi=(block,))


# ---- cells --------------------------------------------------------------------------------------


@cache
def _parser() -> MarkdownIt:
    return get_parser()


def fits(text: str) -> bool:
    """Whether a text comes back as one Markdown cell, with no heading but in its first line.

    One that is longer than :data:`bitext.harmless.LONGEST` and not plain is taken not to.

    Examples
    --------
    >>> fits("# States\\n\\nThey remember."), fits("```\\nno end"), fits("a\\n\\n+++\\n\\nb")
    (True, False, False)
    """
    if PLAIN.fullmatch(text) or WORDS_ALONE.fullmatch(text):
        return True
    if len(text) > harmless.LONGEST:
        return False
    lines = text.split("\n")
    if any(line.lstrip().startswith(CELL) for line in lines):
        return False
    tokens = _parser().parse(f"+++\n\n{text}\n\n+++\n")
    breaks = [t.map[0] for t in tokens if t.type == "myst_block_break" and t.level == 0]
    headings = [t.map[0] for t in tokens if t.type == "heading_open"]
    cells = [t for t in tokens if t.type == "fence" and t.info.startswith(("{code-", "{raw-"))]
    return breaks == [0, len(lines) + 3] and headings in ([], [2]) and not cells


def level(text: str) -> int:
    """Return the level of the heading at the top of a cell, even in a quotation, 0 for none.

    Examples
    --------
    >>> level("## States"), level("States\\n---"), level("They remember.")
    (2, 2, 0)
    """
    if PLAIN.fullmatch(text):
        return len(text) - len(text.lstrip("#"))
    tokens = _parser().parse(text) if fits(text) else ()
    return next((int(t.tag[1]) for t in tokens if t.type == "heading_open"), 0)


def _joined(parts: Iterable[tuple[Account, str]]) -> str:
    return "\n\n".join(text for _, text in parts).strip("\n")


def squeezed(text: str) -> str:
    """Return a text without white space."""
    return "".join(text.split())


def fence(text: str) -> str:
    """Return a fence that is longer than any in a text."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    return "`" * max(3, longest + 1)


def _json(metadata: dict[str, str]) -> str:
    return " " + json.dumps(metadata, ensure_ascii=False) if metadata else ""


def _code(block: Block) -> str:
    """Return the code of a cell, without the line that names frameworks."""
    first, _, rest = block.text.partition("\n")
    code = rest.strip("\n") if d2l.CELL_TAB.fullmatch(first) else block.text
    return code.rstrip()


def _kind(label: str) -> str:
    """Return what a label names, by its first letters: "sec", "fig", "eq" or "tab"."""
    found = PREFIX.match(label.lower())
    return KINDS.get(found["kind"], "sec") if found else "sec"


def _slug(label: str) -> str:
    bare = PREFIX.sub("", label.lower(), count=1)
    return re.sub("[^a-z0-9]+", "-", bare).strip("-") or "unnamed"


class _Maker:
    """Makes cells of units, and keeps account."""

    def __init__(self, report: Report, works: Collection[str], units: Iterable[Unit], place: Place):
        self.report = report
        self.place = place
        self.works = works
        self.cells: list[str] = []
        self.labels: dict[str, str] = {}  # of the page, and what they are called in the book
        self.given: set[str] = set()
        self.missing: set[str] = set()  # targets that have been named in a finding
        units = list(units)
        codes = [u.other for u in units if u.other and u.other.kind == "code"]
        codes = [block for block in codes if not OPTIONS.match(_code(block))]
        rewritten = rewriting.rewrite([_code(block) for block in codes])
        self.rewritten = dict(zip(((b.line, b.piece) for b in codes), rewritten))
        taken: dict[str, int] = {}
        before = ""
        for unit in units:
            for block in (*unit.en, *unit.vi, *filter(None, [unit.other])):
                kind = {"heading": "sec", "figure": "fig", "math": "eq"}.get(block.kind)
                partner = next((b for b in unit.en if unit.vi and b.label), None)
                if block.label and partner and block in unit.vi:  # one thing, called twice
                    self.labels.setdefault(block.label, self.labels.get(partner.label, ""))
                elif block.label and block.kind == "twice" and before in self.labels:
                    self.labels.setdefault(block.label, self.labels[before])
                elif block.label and kind and block.label not in self.labels:
                    name = f"{kind}-{_slug(block.label)}"
                    taken[name] = taken.get(name, 0) + 1
                    number = f"-{taken[name]}" if taken[name] > 1 else ""
                    self.labels[block.label] = name + number
                before = block.label

    def text(self) -> str:
        """Return the section."""
        return "\n".join([HEADER, *self.cells])

    # -- keeping account

    def _account(self, block: Block) -> Account:
        account = Account(block.line, block.piece, block.raw)
        self.report.accounts.append(account)
        for edit in block.edits:
            self._change(account, block.line, *edit)
        return account

    def _change(self, account: Account, line: int, before: str, after: str, why: str) -> None:
        if before.split() or after.split():
            account.changes.append(Change(line, before, after, why))

    def _person(self, line: int, what: str, remedy: str) -> None:
        path, number = self.report.where(line)
        self.report.findings.append(Finding(path, number, "import", what, remedy))

    def doubt(self, line: int, what: str) -> None:
        """Note that the alignment of the block at a line is not certain."""
        self.report.counts["doubtful pairs"] += 1
        self._person(line, what, "read both, and mend the pair")

    def _syntax(self, account: Account, kept: str, why: str) -> None:
        """Note as changed all of a block but what is kept of it."""
        if account.changes:  # the block has told it
            return
        raw = account.raw
        if kept not in raw:
            raw, kept = squeezed(raw), squeezed(kept)
        if kept in raw:
            self._change(account, account.line, raw.replace(kept, " ", 1), "", why)
        else:
            self._change(account, account.line, raw, kept, why)

    # -- cells

    def _cell(self, parts: list[tuple[Account, str]], metadata: dict[str, str]) -> None:
        """Add a Markdown cell, in a fence where it would not come back as one cell."""
        parts = [(account, self._contained(account, part)) for account, part in parts]
        text = _joined(parts)
        tame = harmless.is_harmless(text)
        if not tame and len(text) <= harmless.LONGEST:
            what = "HTML, a directive, a role or a comment, which stands as text"
            self._person(parts[0][0].line, what, "write it in Markdown")
            for index, (account, part) in enumerate(parts):
                plain = harmless.disarmed(part)
                signs = "\\" * (len(plain) - len(part))
                self._change(account, account.line, "", signs, "stands as text, not as HTML")
                parts[index] = (account, plain)
            text = _joined(parts)
            tame = harmless.is_harmless(text)
        if metadata.get("label", "").startswith("fig-") and not sources.IMAGE.fullmatch(text):
            what = f"the label {metadata.pop('label')!r} is lost with its picture"
            self._person(parts[0][0].line, what, "put both back")
        if not tame or not fits(text) or self._leaving(text):
            first, last = parts[0][0], parts[-1][0]
            remedy = "correct it in the section, where it stands in a fence"
            self._person(first.line, "this block cannot be a cell as it is", remedy)
            why = "stands literally, in a fence"
            for index, (account, part) in enumerate(parts):
                escaped = re.sub(
                    r"^(?=[^\S\n]*(?:```\{code-cell\}|\+\+\+))", r"\\", part, flags=re.M
                )
                self._change(account, account.line, "", "\\" * (len(escaped) - len(part)), why)
                parts[index] = (account, escaped)
            ticks = fence("\n".join(part for _, part in parts))
            parts[0] = (first, f"{ticks}text\n{parts[0][1]}")
            parts[-1] = (last, f"{parts[-1][1]}\n{ticks}")
            self._change(first, first.line, "", f"{ticks}text", why)
            self._change(last, last.line, "", ticks, why)
            if name := metadata.pop("label", None):
                self._person(first.line, f"the label {name!r} is lost", "put it back on the cell")
        self._put(parts, "+++" + _json(metadata) + "\n\n{}\n", "\n\n")

    def _leaving(self, text: str) -> list[targets.Target]:
        """Return what a text names outside the book; in one that is too long each word counts."""
        if not (targets.NAMING.search(text) and targets.PATHLIKE.search(text)):
            return []
        found = (targets.markdown if len(text) <= harmless.LONGEST else targets.words)(text)
        return list(containment.leaving(found, self.place))

    def _contained(self, account: Account, text: str) -> str:
        """Return a text with the words of its links and pictures that lead out, without them.

        What is named in another way remains, and its cell has to stand in a fence.
        """
        leaving = self._leaving(text)
        for target in leaving:
            self._refuse(account.line + target.line, target.text)
        while leaving and (found := list(containment.without_targets(text, self.place))):
            for start, end, words in reversed(found):
                self._change(account, account.line, text[start:end], words, OUTSIDE)
                text = text[:start] + words + text[end:]
        if leaving and not text.strip():  # a cell without a text would be none
            self._change(account, account.line, "", EMPTY, OUTSIDE)
            return EMPTY
        return text

    def _loaded(self, account: Account, code: str, line: int) -> str:
        """Return code in which each ``%load`` of a file outside the book is a comment."""
        for found in reversed(list(targets.LOAD.finditer(code))):
            outside = [word for word in found["words"].split() if self.place.leaves(word)]
            if outside:
                start = found.start() + len(found[0]) - len(found[0].lstrip())
                before = code[start : found.end()]
                at = line + code.count("\n", 0, start)
                self._refuse(at, outside[0])
                self._change(account, at, before, f"# {before}", OUTSIDE)
                code = f"{code[:start]}# {code[start:]}"
        return code

    def _refuse(self, line: int, target: str) -> None:
        self.report.refused += 1
        what = f"{containment.short(target)} leads out of the book, and is not taken"
        self._person(line, what, containment.REMEDY)

    def _put(self, parts: list[tuple[Account, str]], form: str, between: str) -> None:
        text = between.join(text for _, text in parts)
        self.cells.append(form.replace("{}", text, 1))
        for account, part in parts:
            account.parts.append((len(self.cells), part))

    def _metadata(self, block: Block | None, kind: str) -> dict[str, str]:
        """Return the label of a block as metadata, and say so where the book has none."""
        if block is None or not block.label:
            return {}
        name = self.labels.get(block.label) or f"{_kind(block.label)}-{_slug(block.label)}"
        if name.startswith(f"{kind}-") and name not in self.given:
            self.given.add(name)
            self.report.counts["labels"] += 1
            return {"label": name}
        what = f"the label {block.label!r} is lost"
        self._person(block.line, what, "label a heading, picture or equation, each once")
        return {}

    # -- units

    def add(self, unit: Unit) -> None:
        """Add the cells of a unit."""
        blocks = [*unit.en, *unit.vi, *filter(None, [unit.other])]
        self.report.counts["blocks"] += len(blocks)
        for block in blocks:
            if block.problem:
                self._person(block.line, block.problem, "compare the page with the section there")
            if block.kind == "aside" and block.info in wordpress.ASIDE:
                what = f"the element <{block.info}> is set aside"
                self._person(block.line, what, "bring what readers need of it by hand")
        if unit.other is None:
            self._pair(unit)
        elif unit.other.kind == "code":
            self._code(unit.other)
        elif unit.other.kind in ("math", "fence"):
            self._shared(unit.other)
        else:
            self._dropped(unit.other)

    def _dropped(self, block: Block) -> None:
        if block.kind == "toc":
            names = [line for line in block.text.split("\n") if not line.startswith(":")]
            said = f"sections, for _toc.yml: {' '.join(' '.join(names).split())}"
            self.report.facts.append((block.line, said))
        why = DROPPED.get(block.kind, "nothing that the book has a place for")
        self._keep(block)
        if block.kind == "aside":
            why = "no text" if block.info in wordpress.ASIDE else why
            why = f"{why}: {block.info}"
        account = self._account(block)
        self._change(account, block.line, block.raw, "", why)

    def _keep(self, block: Block) -> None:
        """Keep as a fact what a page says beside its text."""
        if block.kind in facts.KINDS and block.info not in wordpress.ASIDE:
            cell = len(self.cells) + 1
            self.report.kept.append(facts.Fact(cell, block.kind, 0, block.raw.strip("\n")))
            last = block.line + block.raw.count("\n")
            for person in self.report.people:
                if block.kind == "people" and block.line <= person.line <= last:
                    self.report.kept.append(facts.Fact(cell, "person", person.part, person.name))

    def _shared(self, block: Block) -> None:
        account = self._account(block)
        text = block.text.strip("\n").rstrip()
        self._syntax(account, text, "a label, or a mark of the page")
        if block.kind == "fence":
            self._metadata(block, "none")
            self._cell([(account, text)], {})
            return
        equation = sources.EQUATION.fullmatch(text) and fits(text)
        if not equation:
            self._person(block.line, "this equation is broken", "write it as $$ … $$")
        self._cell([(account, text)], self._metadata(block, "eq" if equation else "none"))

    def _code(self, block: Block) -> None:
        account = self._account(block)
        code = _code(block)
        self._metadata(block, "none")
        self._syntax(account, code, "the fence of a code cell, in D2L's form")
        if not code.strip():
            self._person(block.line, "a code cell without code", "see what it should hold")
        elif OPTIONS.match(code):
            ticks = fence(code)
            self._person(block.line, "this code is no Python", "correct it, make it a code cell")
            self._change(account, block.line, "", ticks * 2, "stands literally, in a fence")
            self._cell([(account, f"{ticks}\n{code}\n{ticks}")], {})
        else:
            new = self.rewritten[block.line, block.piece]
            first = block.line + block.raw[: block.raw.find(code)].count("\n") - 1
            for edit in new.edits:
                self._change(account, first + edit.line, edit.before, edit.after, edit.why)
            for mark in new.marks:
                self._person(first + mark.line, mark.what, mark.remedy)
            code = self._loaded(account, new.code.strip("\n").rstrip(), first + 1)
            if not code:  # nothing is left of imports
                return
            ticks = fence(code)
            self.report.counts["code cells"] += 1
            self._put([(account, code)], ticks + "{code-cell}\n{}\n" + ticks + "\n", "")

    def _pair(self, unit: Unit) -> None:
        ours = [(self._account(block), block) for block in unit.en]
        theirs = [(self._account(block), block) for block in unit.vi]
        every = ours + theirs
        kind = every[0][1].kind
        labeled = next((block for _, block in every if block.label), None)
        metadata = {}
        if kind == "figure":
            self._picture(every, labeled)
        elif labeled:
            metadata = self._metadata(labeled, "sec" if kind == "heading" else "none")
        english = [(a, self._words(a, block, SOURCE_LANG)) for a, block in ours]
        vietnamese = [(a, self._words(a, block, TARGET_LANG)) for a, block in theirs]
        above, below = (_joined(side).rstrip() for side in (english, vietnamese))
        if above and below and level(above) == level(below):
            self.report.counts["pairs"] += 1
            self._cell(english, {"lang": SOURCE_LANG, **metadata})
            self._cell(vietnamese, {"lang": TARGET_LANG})
            return
        if above:
            self.report.counts["untranslated"] += 1
            self._cell(english, {"lang": SOURCE_LANG, **metadata})
            metadata = {}
        if below:
            self.report.counts["without English"] += 1
            block = theirs[0][1]
            what = "its heading is not the English one's" if above else "there is no English for it"
            self._person(block.line, f"a Vietnamese block alone: {what}", "make them a pair")
            words = f"{'#' * level(below)} {NO_ENGLISH}".strip()
            account = self._account(replace(block, raw="", edits=()))
            self._change(account, block.line, "", words, "stands for missing English")
            self._cell([(account, words)], {"lang": SOURCE_LANG, **metadata})
            self._cell(vietnamese, {"lang": TARGET_LANG})

    def _picture(self, every: list[tuple[Account, Block]], labeled: Block | None) -> None:
        """Add the cell of a picture, without its caption."""
        for number, (account, block) in enumerate(every):
            self._syntax(
                account, f"![{block.text}]({block.info})", "a label, or a mark of the page"
            )
            picture = f"![]({block.info})"
            if number and block.info == every[0][1].info:
                self._change(account, block.line, picture, "", "the same picture, kept once")
                continue
            what = f"the picture {block.info} has no description"
            remedy = "put it into img/, say in [] what it shows"
            if block.info.startswith(("http:", "https:")):
                what += ", and the book loads nothing from another host"
            self._person(block.line, what, remedy)
            self._cell([(account, picture)], {} if number else self._metadata(labeled, "fig"))

    def _words(self, account: Account, block: Block, lang: str) -> str:
        text = block.text.strip("\n").rstrip()
        if block.edits:  # not of D2L's dialect
            return text
        if block.kind != "figure":  # of which the picture stands in a cell of its own
            self._syntax(account, text, "a label, or a mark of the page")
        return self._rewritten(account, text, block.line, lang)

    # -- inside a paragraph

    def _rewritten(self, account: Account, text: str, line: int, lang: str) -> str:
        """Return a text with D2L's roles and marks in the book's form."""
        out, end = [], 0
        for found in INLINE.finditer(text):
            line += text.count("\n", end, found.start())
            out.append(text[end : found.start()])
            out.append(self._inline(account, found, line, lang))
            end = found.start()
            line += found[0].count("\n")
            end = found.end()
        out.append(text[end:])
        return "".join(out)

    def _inline(self, account: Account, found: re.Match[str], line: int, lang: str) -> str:
        inner = found["square"] or found["round"] or found["slide"]
        if inner:
            marks = found[0].replace(inner, "", 1)
            self._change(account, line, marks, "", "marks for D2L's slides; the words stay")
            return self._rewritten(account, inner, line, lang)
        if not found["role"]:
            if not found["tick"] and (hidden := re.search(ROLE, found[0])):
                self._person(line, f"{hidden[0]!r} between two dollars", "see what is mathematics")
            return found[0]
        role, argument = found["role"], found["argument"].strip()
        new = None
        if role in ("cite", "citet", "citep"):
            new = self._cited(argument, line, lang)
        elif role in ("numref", "eqref", "ref"):
            new = self._reference(argument, line, lang, role)
        if new is None:
            self._person(line, f"{found[0]!r} has no form in the book", "write it in another way")
            return found[0]
        why = "citations" if role.startswith("cite") else "references"
        self._change(account, line, found[0], new, why)
        return new

    def _reference(self, label: str, line: int, lang: str, role: str) -> str | None:
        kind = "eq" if role == "eqref" else _kind(label)
        target = self.labels.get(label) or f"{kind}-{_slug(label)}"
        kind = target.split("-", 1)[0]
        if kind not in WORDS[lang]:
            return None
        if label not in self.labels and target not in self.missing:
            self.missing.add(target)
            what = f"the reference '#{target}' leads out of the page"
            self._person(line, what, "see that a section of the book has this label")
        return f"[{WORDS[lang][kind]}](#{target})"

    def _cited(self, keys: str, line: int, lang: str) -> str | None:
        links = []
        for key in filter(None, (key.strip() for key in keys.split(","))):
            if not re.fullmatch(r"[\w.:+/-]+", key):
                return None
            *authors, year = key.split(".")
            if re.fullmatch(r"\d{4}[a-z]?", year) and authors:
                last = authors[0].replace("-", " ")
                if len(authors) == 2 and authors[1] != "ea":
                    last += f" {'and' if lang == SOURCE_LANG else 'và'} {authors[1]}"
                elif len(authors) > 1:
                    last += " et al." if lang == SOURCE_LANG else " và cộng sự"
                words, guess = f"{last}, {year}", f"{authors[0].lower()}{year}"
            else:
                words = guess = key
            target = key if key in self.works or guess not in self.works else guess
            if target not in self.missing and (target not in self.works or target != key):
                self.missing.add(target)
                if target in self.works:
                    what = f"{key!r} is taken for {target!r} in references.bib"
                    self._person(line, what, "see that it is the same work")
                else:
                    what = f"references.bib has no {target!r}"
                    self._person(line, what, "add the work, or correct the key")
            links.append(f"[{words}](#bib-{target})")
        return "; ".join(links) or None


# ---- proof --------------------------------------------------------------------------------------


def unaccounted(text: str, imported: Imported, other: str = "") -> list[str]:
    """Return what an import has lost, block by block; an empty list is the proof that it has not.

    The blocks make up the page; each block and what was written for it make up its cells and what
    was taken from it; and the cells that the book reads hold that and nothing else.

    Parameters
    ----------
    text : str
        The page as it was given to :func:`convert`.
    other : str
        The text of the page in the other language, if there was one.
    imported : Imported
        What came of it.
    """
    lost = []
    accounts = imported.report.accounts
    page = squeezed(d2l.clean(text)[0]) + squeezed(d2l.clean(other)[0])
    blocks = "".join(squeezed(a.raw) for a in sorted(accounts, key=lambda a: (a.line, a.piece)))
    if blocks != page:
        at = next((n for n, (a, b) in enumerate(zip(blocks, page)) if a != b), len(blocks))
        lost.append(f"the blocks are not the page: after {page[max(0, at - 40) : at]!r}")
    held: dict[int, list[str]] = {}
    for account in accounts:
        have, want = Counter(squeezed(account.raw)), Counter()
        for change in account.changes:
            have.update(squeezed(change.after))
            want.update(squeezed(change.before))
        for number, part in account.parts:
            want.update(squeezed(part))
            held.setdefault(number, []).append(part)
        if have != want:
            lost.append(f"line {account.line}: {have - want} lost, {want - have} added")
    cells = sources.parse(imported.text, "imported", imported.report.path).cells
    if len(cells) != len(held):
        lost.append(f"{len(held)} cells were written and {len(cells)} read")
    for cell in cells:
        if squeezed(cell.text) != squeezed("".join(held.get(cell.number, ()))):
            lost.append(f"cell {cell.number} is not what was written: {cell.text[:60]!r}")
    return lost


# ---- files --------------------------------------------------------------------------------------


def name_of(path: Path) -> str:
    """Return the name of the section that a page becomes: small letters, digits, hyphens.

    Examples
    --------
    >>> name_of(Path("chapter/Deep_RNN_vn.md"))
    'deep-rnn-vn'
    """
    return re.sub("[^a-z0-9]+", "-", path.stem.lower()).strip("-") or "imported"


def import_file(
    path: Path,
    settings: Settings,
    folder: str,
    lang: str | None = None,
    other: Path | None = None,
) -> tuple[Path, Report]:
    """Import one page as ``FOLDER/NAME.md``; a section that is there already stays.

    Contributors go into ``translations/people.csv``, and what the page says beside its text into
    the ledger (:mod:`bitext.facts`).

    Returns
    -------
    tuple
        The section, and the report.

    Raises
    ------
    SourceError
        If the page is no text in UTF-8 (:mod:`bitext.intake`), has none for the book or is not in
        a known format, or another section has its name.
    OSError
        If the page cannot be read or the section cannot be written.
    """
    text = intake.text(path, path.name, "import")
    bibliography = settings.root / "references.bib"
    works = set(parse_file(str(bibliography)).entries) if bibliography.is_file() else set()
    second = (intake.text(other, other.name, "import"), other.name) if other else None
    place = containment.place_in(settings, folder)
    imported = convert(text, path.name, works, lang, second, place)
    if not any(account.parts for account in imported.report.accounts):
        what = "nothing in it has a place in the book"
        remedy = "name a page with text: D2L, the community's template, or WordPress"
        raise SourceError([Finding(path.name, 1, "import", what, remedy)])
    target = settings.root / folder / f"{name_of(path)}.md"
    if target.exists():
        if target.read_bytes() != imported.text.encode():
            what = f"{folder}/{target.name} is there already and differs"
            remedy = "rename the page or the section: nobody's work is overwritten"
            raise SourceError([Finding(path.name, 1, "import", what, remedy)])
    else:
        notebooks.write(target, imported.text)
    report = imported.report
    if report.kept:
        facts.save(report.kept, facts.path(target.stem, settings))
    report.added = people.add((person.name for person in report.people), settings)
    return target, report
