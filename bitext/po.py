"""PO files: a section for Poedit, Weblate or Crowdin, and its translations back into the source.

Each pair is one entry.  What the book must know of it again stands where every tool lets it be::

    #. base: bd81f34a7102        the hash of the Vietnamese block at the export, or none
    #: chapter_rnn/rnn.md:14     where the English block begins
    #, fuzzy, no-wrap            fuzzy: the English has changed since it was translated
    msgctxt "rnn/sec-rnn"        the section, and the label or the hash of the English block

An import compares three texts: the Vietnamese of the export, of the PO file and of the source.  It
writes what has changed in the PO file alone; it lists what has changed in both and overwrites
nothing.  An export onto a file that is there compares the same three and keeps what the source has
not, by the rules of gettext's ``msgmerge --previous``: an entry whose English has changed becomes
fuzzy, one whose English is gone becomes obsolete, ``#~``.  The format is that of GNU gettext,
https://www.gnu.org/software/gettext/manual.
"""

from __future__ import annotations

import re
import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from bitext import (
    __version__,
    agreement,
    containment,
    harmless,
    intake,
    ledger,
    people,
    sources,
    targets,
)
from bitext.findings import Finding, SourceError
from bitext.markdown import headings, walk
from bitext.notebooks import write
from bitext.settings import Settings, tomllib
from bitext.sources import SOURCE_LANG, TARGET_LANG, Cell, Pair, Section
from bitext.vietnamese import faulty_characters

NONE = "none"  # the base of a pair without a translation
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v",
           '"': '"', "\\": "\\"}  # fmt: skip
KEYWORD = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr)(\[\d+\])?\s*(".*)')
PREVIOUS = re.compile(r'#\|\s*(msgid\s*)?(".*)')
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
ESCAPE = re.compile(r"\\(.)")
#: Blocks that Sphinx's Markdown has and :mod:`bitext.markdown` reads as words.
DIRECTIVE = re.compile(
    r":{3,}(?:\{[^{}]*\})?|^[ \t]*(?:%|\([^\s()]+\)=|\\begin\{\w+\*?\})", re.MULTILINE
)
#: How many of the words of two blocks are the same where one is the other, revised.
ALIKE = 0.5
#: A word that more blocks have tells nothing of them; so the time to find one's like is bounded.
COMMON = 100
#: Before the Vietnamese of the section, in the comments of an entry that is in conflict with it.
OURS = "in the section: "
#: A section of one pair and a cell after it, in which a new translation is tried.
TRIAL = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
---

+++ {"lang": "en"}

%s

+++ {"lang": "vi"}

%s

+++

end
"""


@dataclass
class Entry:
    """One entry of a PO file.

    Parameters
    ----------
    msgid, msgstr : str
        The English and the Vietnamese block.
    context : str or None
        Its name, ``msgctxt``.
    comments : list of str
        Extracted comments, ``#.``.
    flags : list of str
        For instance "fuzzy".
    reference : str
        Where the English block is.
    previous : str or None
        The English that the Vietnamese was made for, where the entry is fuzzy.
    line : int
        Its first line in the PO file, counted from 1.
    remarks : list of str
        What translators have noted, ``#``.
    is_obsolete : bool
        Whether its English is no longer in the section, ``#~``.
    """

    msgid: str
    msgstr: str = ""
    context: str | None = None
    comments: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    reference: str = ""
    previous: str | None = None
    line: int = 0
    remarks: list[str] = field(default_factory=list)
    is_obsolete: bool = False

    @property
    def base(self) -> str | None:
        """Hash of the Vietnamese block at the export, "none", or None where a tool dropped it."""
        found = [c.removeprefix("base:").strip() for c in self.comments if c.startswith("base:")]
        return found[-1] if found else None

    @property
    def is_fuzzy(self) -> bool:
        """Whether the translation is a guess."""
        return "fuzzy" in self.flags

    @property
    def is_edited(self) -> bool:
        """Whether it holds a translation that is not the one of the export."""
        return bool(self.msgstr.strip()) and ledger.digest(self.msgstr) != self.base


@dataclass(frozen=True)
class Report:
    """What an import has done.

    Parameters
    ----------
    applied : tuple of str
        ``FILE:LINE`` of each English block whose translation was written.
    findings : tuple of Finding
        What was not applied, and why; paths and lines are those of the PO file.
    """

    applied: tuple[str, ...]
    findings: tuple[Finding, ...]


# ---- the format ---------------------------------------------------------------------------------


def quote(text: str) -> str:
    r"""Return a text as a PO string, one line for each of its lines.

    Examples
    --------
    >>> quote('a "b"')
    '"a \\"b\\""'
    >>> print(quote("a\nb"))
    ""
    "a\n"
    "b"
    """
    for letter, character in (("\\", "\\"), ('"', '"'), ("t", "\t"), ("r", "\r")):
        text = text.replace(character, f"\\{letter}")
    lines = [f'"{line}\\n"' for line in text.split("\n")]
    lines[-1] = lines[-1].removesuffix('\\n"') + '"'
    if len(lines) == 1:
        return lines[0]
    return "\n".join(['""', *(line for line in lines if line != '""')])


def compose(entries: Iterable[Entry]) -> str:
    """Return entries as the text of a PO file."""
    written = []
    for entry in entries:
        lines = [f"# {remark}".rstrip() for remark in entry.remarks]
        lines += [f"#. {comment}" for comment in entry.comments]
        if entry.reference:
            lines.append(f"#: {entry.reference}")
        if entry.flags:
            lines.append(f"#, {', '.join(entry.flags)}")
        if entry.previous is not None:
            lines += [f"#| {line}" for line in f"msgid {quote(entry.previous)}".split("\n")]
        strings = "" if entry.context is None else f"msgctxt {quote(entry.context)}\n"
        strings += f"msgid {quote(entry.msgid)}\nmsgstr {quote(entry.msgstr)}"
        mark = "#~ " if entry.is_obsolete else ""
        lines += [mark + line for line in strings.split("\n")]
        written.append("\n".join([*lines, ""]))
    return "\n".join(written)


def parse(content: bytes, name: str, whole: bool = False) -> list[Entry]:
    """Read a PO file.

    Parameters
    ----------
    content : bytes
        The file; a byte order mark and line ends of Windows do no harm.
    name : str
        How errors name it.
    whole : bool
        Whether the header, as the first entry, and obsolete entries are wanted, too.

    Raises
    ------
    SourceError
        If it is no PO file in UTF-8 for Vietnamese, or is cut off, or has an entry twice.  The
        error names the line.
    """

    def fail(line: int, what: str, remedy: str) -> SourceError:
        return SourceError([Finding(name, line, "po", what, remedy)])

    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = content[error.start]
        raise fail(line, f"the byte {byte:#04x} is not UTF-8", "save the file in UTF-8") from None
    entries = list(_entries(text, fail, whole))
    if not entries or entries[0].msgid or entries[0].context is not None:
        raise fail(1, "the file has no header", "export the section again")
    header, *entries = entries
    for key, wanted, valid in (
        ("Language", TARGET_LANG, r"vi([_-].*)?"),
        ("Content-Type", "text/plain; charset=UTF-8", r".*charset=utf-?8"),
    ):
        for value in re.findall(rf"^{key}:[ \t]*(.+)$", header.msgstr, re.MULTILINE):
            if not re.fullmatch(valid, value.strip(), re.IGNORECASE):
                what = f"the header says {key}: {value.strip()}"
                raise fail(header.line, what, f"write {key}: {wanted}, if that is what it is")
    first: dict[tuple[str | None, str, bool], int] = {}
    for entry in entries:
        line = first.setdefault((entry.context, entry.msgid, entry.is_obsolete), entry.line)
        if line != entry.line:
            what = f"the entry {entry.context!r} stands here again, first at line {line}"
            raise fail(entry.line, what, "delete one of the two")
    return [header, *entries] if whole else entries


def _entries(text: str, fail, obsolete: bool) -> Iterator[Entry]:
    """Yield every entry, the header first; `fail` makes the error of a line."""
    order = ("msgctxt", "msgid", "msgstr")
    strings: dict[str, list[str]] = {}
    entry, keyword = Entry("", line=1), None

    def finished() -> Entry:
        for needed in ("msgid", "msgstr"):
            if needed not in strings:
                what = f"the entry has no {needed}; perhaps the file is cut off"
                raise fail(entry.line, what, "restore the file, or export the section again")
        texts = {key: "".join(parts) for key, parts in strings.items()}
        previous = texts.get("previous")
        return replace(
            entry,
            msgid=texts["msgid"],
            msgstr=texts["msgstr"],
            context=texts.get("msgctxt"),
            previous=previous,
        )

    for number, line in enumerate((raw.strip() for raw in text.split("\n")), 1):
        is_gone = obsolete and line.startswith("#~") and not line.startswith("#~|")
        line = line[2:].strip() if is_gone else line
        found = KEYWORD.fullmatch(line)
        if found and (found[1] not in order or found[2]):
            raise fail(number, "a plural form", "delete it: no block of a book has one")
        later = order[order.index(found[1]) :] if found else order
        if (found or line.startswith("#")) and any(key in strings for key in later):
            yield finished()
            strings, entry, keyword = {}, Entry(""), None
        if found:
            if not any(key in strings for key in order):
                entry.line, entry.is_obsolete = number, is_gone
            keyword = found[1]
            strings[keyword] = [_unquote(found[3], number, fail)]
        elif line.startswith('"') and keyword:
            strings[keyword].append(_unquote(line, number, fail))
        elif line.startswith("#."):
            entry.comments.append(line[2:].strip())
        elif line.startswith("#,"):
            entry.flags += [flag.strip() for flag in line[2:].split(",")]
        elif was := PREVIOUS.fullmatch(line):
            if was[1] or "previous" not in strings:
                strings["previous"] = []
            strings["previous"].append(_unquote(was[2], number, fail))
        elif re.match(r"#(\s|$)", line):
            entry.remarks.append(line[1:].strip())
        elif line and not line.startswith("#"):
            what = f"{line[:40]!r} is no line of a PO file"
            raise fail(number, what, 'write msgid, msgstr or a string in "…"')
    if any(key in strings for key in order):
        yield finished()


def _unquote(string: str, number: int, fail) -> str:
    found = STRING.fullmatch(string)
    if found is None:
        what = f"the string {string[:40]!r} does not end, or has a bare '\"' inside"
        raise fail(number, what, "end it with '\"', and write \\\" inside")
    for letter in ESCAPE.findall(found[1]):
        if letter not in ESCAPES:
            raise fail(number, f"\\{letter} in a string", f"write \\\\{letter} for a backslash")
    return ESCAPE.sub(lambda match: ESCAPES[match[1]], found[1])


# ---- export -------------------------------------------------------------------------------------


def export(section: Section, settings: Settings) -> str:
    """Return the PO file of a section.

    Raises
    ------
    SourceError
        If the section's ledger cannot be read.
    """
    return compose(_exported(section, settings))


def _exported(section: Section, settings: Settings) -> list[Entry]:
    """Return the header, and the entry of each pair that has English."""
    rows = ledger.read(ledger.path(section, settings), settings.root)
    standings = [s for s in ledger.standings(section, rows) if s.pair.en.text]
    translators = dict.fromkeys(s.row.translator for s in standings if s.row and s.row.translator)
    names = contexts(section)
    entries = [Entry("", _header(section, settings, list(translators)))]
    for standing in standings:
        pair, stale = standing.pair, standing.state == "stale"
        base = NONE if pair.vi is None else ledger.digest(pair.vi.text)
        entries.append(
            Entry(
                pair.en.text,
                pair.vi.text if pair.vi else "",
                names[pair.en.number],
                [*_hints(pair), f"base: {base}"],
                ["fuzzy", "no-wrap"] if stale else ["no-wrap"],
                f"{section.path}:{pair.en.line}",
                standing.row.source if stale else None,
            )
        )
    return entries


def save(
    section: Section, settings: Settings, folder: Path | None = None
) -> tuple[Path, list[Finding]]:
    """Write the PO file of a section, ``_build/po/NAME.po`` or ``folder/NAME.po``.

    A file that is there is brought up to date, see :func:`merge`.

    Returns
    -------
    tuple
        The file, and its conflicts: entries whose translation the section has otherwise.

    Raises
    ------
    SourceError
        If the file is there and is no PO file, or that of another section; it stays as it is.
    """
    path = (folder or settings.build / "po") / f"{section.name}.po"
    name = _shown(path, settings)
    if not path.is_file():
        write(path, export(section, settings))
        return path, []
    entries, disputed = merge(parse(path.read_bytes(), name, whole=True), section, settings, name)
    text = compose(entries)
    write(path, text)
    lines = {(entry.context, entry.msgid): entry.line for entry in parse(text.encode(), name)}
    remedy = "put the right one into both"
    return path, [
        Finding(name, lines[entry.context, entry.msgid], "conflict", what, remedy)
        for entry in disputed
        for what in [f"another translation than in {entry.reference}, kept beside it"]
    ]


def merge(
    theirs: list[Entry], section: Section, settings: Settings, name: str
) -> tuple[list[Entry], list[Entry]]:
    """Bring the entries of a PO file up to date with its section; no translation is lost.

    Each pair has an entry again.  A translation that the section has not stays in it, and is fuzzy
    with the old English where the English has changed.  If the Vietnamese of the section has
    changed as well, the entry is in conflict: it stays fuzzy, with the other in its comments, and
    an import does not write it.  Translated entries whose English is gone become obsolete.

    Parameters
    ----------
    theirs : list of Entry
        The file, whole (:func:`parse`).
    section : Section
        The section.
    settings : Settings
        The book's settings.
    name : str
        How errors name the file.

    Returns
    -------
    tuple
        The entries, the header first, and those of them that are in conflict.
    """
    header, *fresh = _exported(section, settings)
    old_header, *theirs = theirs
    found, owners = _matches(theirs, section)
    _require_own(theirs, found, section, name)
    by_line = {entry.line: entry for entry in theirs}
    old = {number: by_line[line] for number, line in owners.items()}
    used = set(owners.values())
    nearest = _nearest(section)
    for entry in theirs:
        if entry.line not in found and entry.msgstr.strip():
            pair = nearest(entry, old)
            if pair is not None:
                old[pair.en.number] = entry
                used.add(entry.line)
    merged, disputed, kept = [], [], False
    for pair, now in zip((p for p in section.pairs() if p.en.text), fresh):
        entry = old.get(pair.en.number)
        if entry is None:
            merged.append(now)
            continue
        new = replace(now, remarks=entry.remarks)
        if entry.is_edited and ledger.digest(entry.msgstr) != now.base:
            kept = True
            same = ledger.digest(entry.msgid) == ledger.digest(now.msgid)
            is_disputed = not _is_based(entry, now.base)
            fuzzy = ["fuzzy"] * (entry.is_fuzzy or is_disputed or not same)
            was = None if same else entry.msgid
            was = entry.previous or was or now.previous if entry.is_fuzzy else was
            new = replace(new, msgstr=entry.msgstr, flags=[*fuzzy, "no-wrap"], previous=was)
            if is_disputed:
                ours = [OURS + line for line in now.msgstr.split("\n") if line]
                base = [f"base: {entry.base}"] * (entry.base is not None)
                new.comments = [*now.comments[:-1], *ours, *base]
                disputed.append(new)
        merged.append(new)
    held = {(entry.msgid, entry.msgstr) for entry in merged}
    taken = {(entry.context, entry.msgid) for entry in merged}
    for entry in theirs:
        if entry.line in used or not entry.msgstr.strip() or (entry.msgid, entry.msgstr) in held:
            continue
        gone = replace(entry, comments=[], previous=None, is_obsolete=True)
        gone.flags = ["fuzzy"] * entry.is_fuzzy
        while (gone.context, gone.msgid) in taken:  # of which gettext takes only one
            gone.context = f"{gone.context or section.name}:old"
        held.add((gone.msgid, gone.msgstr))
        taken.add((gone.context, gone.msgid))
        merged.append(gone)
    return [old_header if kept else header, *merged], disputed


def _is_based(entry: Entry, base: str) -> bool:
    """Whether an entry was translated beside this Vietnamese, the hash of a block or "none"."""
    return entry.base == base or entry.base is None and base == NONE


def contexts(section: Section) -> dict[int, str]:
    """Return the ``msgctxt`` of each pair, by the number of its English cell.

    It is the label, or the hash of the English block, and the second block with the same words
    is ``:2``: it stays while other pairs come, go and move.
    """
    seen: Counter[str] = Counter()
    found = {}
    for pair in section.pairs():
        name = f"{section.name}/{pair.en.label or ledger.digest(pair.en.text)}"
        seen[name] += 1
        found[pair.en.number] = name if seen[name] == 1 else f"{name}:{seen[name]}"
    return found


def _hints(pair: Pair) -> Iterator[str]:
    """Yield what a translator must know of an English block."""
    for heading in headings(pair.en.text)[:1]:
        yield f"begin with a heading: {'#' * heading.level} …"
    if kept := dict.fromkeys(" ".join(p.source.split()) for p in agreement.parts(pair.en.text)):
        yield f"keep: {' · '.join(kept)}"


def _header(section: Section, settings: Settings, translators: list[str]) -> str:
    project = tomllib.loads((settings.root / "pyproject.toml").read_text("utf-8"))
    about = {"name": "book", "version": "0"} | project.get("project", {})
    names = people.names(settings)
    # the time of the source, not of the export: the same section gives the same file
    changed = time.gmtime((settings.root / section.path).stat().st_mtime)
    fields = {
        "Project-Id-Version": f"{about['name']} {about['version']}",
        "PO-Revision-Date": time.strftime("%Y-%m-%d %H:%M+0000", changed),
        "Last-Translator": ", ".join(names.get(by, by) for by in translators) or "nobody yet",
        "Language-Team": "Vietnamese",
        "Language": TARGET_LANG,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
        "X-Source-Language": SOURCE_LANG,
        "X-Generator": f"bitext {__version__}",
    }
    return "".join(f"{key}: {value}\n" for key, value in fields.items())


# ---- import -------------------------------------------------------------------------------------


def import_po(path: Path, section: Section, settings: Settings) -> Report:
    """Write the translations of a PO file into the source of a section.

    Only Vietnamese cells change, and a pair without one gets it.  An entry is applied if its
    English is still that of the section, it is not fuzzy and not empty, its Vietnamese has changed
    since the export and that of the source has not, and it has all that both languages of a pair
    have in common.  Every other change is reported and left out.

    Parameters
    ----------
    path : Path
        The PO file.
    section : Section
        The section; its source is read again, so that nothing written meanwhile is lost.
    settings : Settings
        The book's settings.

    Raises
    ------
    SourceError
        If the PO file, the source or the ledger cannot be read; nothing is written then.
    """
    file = settings.root / section.path
    name = _shown(path, settings)
    content = intake.content(path, name, "po")
    entries = parse(content, name)
    before = sources.read(file, settings.root)
    new, findings = _compared(entries, before, settings, name)
    now = before
    if new:
        write(file, _rewritten(file.read_bytes().decode("utf-8"), before, new))
        now = sources.read(file, settings.root)
        _, findings = _compared(entries, now, settings, name)  # again: the lines have moved
    _, owners = _matches(entries, now)
    missing = [p.en.line for p in now.pairs() if p.en.text and p.en.number not in owners]
    if missing:
        what = f"no entry for {len(missing)} pairs, the first at {now.path}:{missing[0]}"
        remedy = "if the file is cut off, restore it; if the section has grown, export again"
        findings.append(Finding(name, content.count(b"\n"), "missing", what, remedy))
    applied = tuple(
        f"{now.path}:{moved.en.line}"
        for pair, moved in zip(before.pairs(), now.pairs())
        if pair.en.number in new
    )
    return Report(applied, tuple(sorted(findings)))


def _compared(
    entries: list[Entry], section: Section, settings: Settings, name: str
) -> tuple[dict[int, str], list[Finding]]:
    """Return the new Vietnamese, by the number of the English cell, and what is not applied."""
    rows = ledger.read(ledger.path(section, settings), settings.root)
    stale = {s.pair.en.number for s in ledger.standings(section, rows) if s.state == "stale"}
    findings: list[Finding] = []
    place = containment.Place(settings.root, (settings.root / section.path).parent)
    new: dict[int, str] = {}
    pairs, owners = _matches(entries, section)
    _require_own(entries, pairs, section, name)
    nearest = _nearest(section)
    for entry in entries:

        def found(kind: str, what: str, remedy: str, entry: Entry = entry) -> None:
            findings.append(Finding(name, entry.line, kind, what, remedy))

        text = entry.msgstr.replace("\r\n", "\n")
        if not text.strip():
            continue
        pair = pairs.get(entry.line)
        if pair is None:
            remedy = "export again, and take over what still holds"
            if near := nearest(entry):
                what = f"the English of {section.path}:{near.en.line} has changed since the export"
            else:
                english = " ".join(entry.msgid.split())[:40]
                what = f"no block has the English {english!r} any longer"
            found("fuzzy", what, remedy)
            continue
        where = f"{section.path}:{pair.en.line}"
        first = owners[pair.en.number]
        ours = None if pair.vi is None else ledger.digest(pair.vi.text)
        if ours == ledger.digest(text) or not entry.is_edited:
            if pair.en.number in stale and not entry.is_fuzzy:
                remedy = f"if it still holds, 'python -m bitext accept {where} --by YOU'"
                found("stale", f"no longer fuzzy, and unchanged: {where} remains stale", remedy)
        elif entry.is_fuzzy:
            remedy = "take the flag away when the translation is right, and import again"
            found("fuzzy", f"a fuzzy translation, not written to {where}", remedy)
        elif first != entry.line:
            what = f"a second translation of {where}, the first is at line {first}"
            found("conflict", what, "delete one of the two")
        elif not _is_based(entry, ours or NONE):
            what = f"{where} has another translation than at the export"
            found("conflict", what, "put both into the source by hand, then export again")
        elif faults := [*_faults(pair, text), *_leaving(text, place)]:
            for line, what, remedy in faults:
                found("refused", f"for {where}, line {line + 1} of the translation: {what}", remedy)
        else:
            new[pair.en.number] = text.strip("\n").rstrip()
    return new, findings


def _shown(path: Path, settings: Settings) -> str:
    path, root = path.resolve(), settings.root.resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _matches(entries: list[Entry], section: Section) -> tuple[dict[int, Pair], dict[int, int]]:
    """Return the pair of each entry, by its line, and the entry of each pair, by its number.

    An entry without a pair is one whose English is no longer there.  Of blocks with the same words
    an entry takes the one that has its name and its Vietnamese (that of the export, or the new one,
    which a second import finds), then the one that has either, then any; what remains finds its
    block taken.
    """
    names, pairs = contexts(section), section.pairs()
    english = {pair.en.number: ledger.digest(pair.en.text) for pair in pairs}
    bases = {p.en.number: ledger.digest(p.vi.text) if p.vi else NONE for p in pairs}
    wanted = {entry.line: ledger.digest(entry.msgid) for entry in entries}
    found: dict[int, Pair] = {}
    owners: dict[int, int] = {}
    for by_name, by_base, free in (
        (True, True, True),
        (False, True, True),
        (True, False, True),
        (False, False, True),
        (False, False, False),
    ):
        like: dict[tuple[str | None, ...], deque[Pair]] = {}
        for pair in pairs:
            number = pair.en.number
            key = (english[number], names[number] * by_name, bases[number] * by_base)
            like.setdefault(key, deque()).append(pair)
        for entry in entries:
            if entry.line in found:
                continue
            name = entry.context if by_name else ""
            known = {entry.base, ledger.digest(entry.msgstr)} if by_base else {""}
            first = []
            for base in known:
                queue = like.get((wanted[entry.line], name, base), deque())
                while free and queue and queue[0].en.number in owners:
                    queue.popleft()
                first += [queue[0]] if queue else []
            if first:
                found[entry.line] = pair = min(first, key=lambda pair: pair.en.number)
                owners.setdefault(pair.en.number, entry.line)
    return found, owners


def _require_own(entries: list[Entry], found: dict[int, Pair], section: Section, name: str) -> None:
    """Raise :class:`SourceError` if none of the entries of a file is of the section."""
    mine = f"{section.name}/"
    if entries and not found and not any((e.context or mine).startswith(mine) for e in entries):
        what = f"no entry is of {section.path}: the first is {entries[0].context!r}"
        remedy = f"give it the name of its own section, instead of {section.name}.po"
        raise SourceError([Finding(name, entries[0].line, "po", what, remedy)])


def _nearest(section: Section) -> Callable[..., Pair | None]:
    """Return a function that finds the pair whose English is that of an entry, revised.

    It is the one with the name of the entry, or else the one with the most words in common, if
    these are :data:`ALIKE`; pairs whose numbers are in the second argument are out of question.
    """
    names = contexts(section)
    pairs = {pair.en.number: pair for pair in section.pairs()}
    named = {names[number]: number for number in pairs}
    words = {number: _words(pair.en.text) for number, pair in pairs.items()}
    having: dict[str, list[int]] = {}
    for number, held in words.items():
        for word in held:
            having.setdefault(word, []).append(number)

    def nearest(entry: Entry, taken: Collection[int] = ()) -> Pair | None:
        number = named.get(entry.context or "")
        if number is not None and number not in taken:
            return pairs[number]
        wanted = _words(entry.msgid)
        rare = [numbers for word in wanted if len(numbers := having.get(word, ())) <= COMMON]
        alike = {
            number: len(wanted & words[number]) / len(wanted | words[number])
            for number in sorted({n for numbers in rare for n in numbers})
            if number not in taken
        }
        best = max(alike, key=alike.get, default=None)
        return pairs[best] if best is not None and alike[best] >= ALIKE else None

    return nearest


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.casefold()))


def _faults(pair: Pair, text: str) -> Iterator[tuple[int, str, str]]:
    """Yield ``(line, what, remedy)`` for what forbids a translation; lines count from 0."""
    if len(text) > harmless.LONGEST:
        yield 0, f"{len(text):,} characters, more than any block has", "see what has come into it"
        return
    silent = pair.vi.metadata.get("silence", ()) if pair.vi else ()
    if pair.vi is not None and not pair.vi.text:
        yield 0, "the Vietnamese cell is empty", "delete its +++ line, or write in it by hand"
    if text.endswith("\n") and not pair.en.text.endswith("\n"):
        what = "a line break at the end, which the English has not; perhaps the file is cut off"
        yield text.count("\n"), what, "take it away"
    if "unicode" not in silent:
        yield from faulty_characters(text)
    yield from _foreign(pair.en.text, text)
    text = text.strip("\n").rstrip()
    broken = False
    for line, words in enumerate(text.split("\n")):
        if words.lstrip().startswith(("+++", "```{code-cell}")):
            broken = True
            yield line, f"{words[:40]!r} would begin another cell", "take it out"
    if not broken:
        yield from _misshapen(pair.en.text, text)
    if "agreement" not in silent:
        yield from agreement.unclosed(text)
        yield from agreement.compare(pair.en.text, text, pair.en.line)


def _leaving(text: str, place: containment.Place) -> Iterator[tuple[int, str, str]]:
    """Yield what a translation names outside the book."""
    if len(text) <= harmless.LONGEST:
        for target in containment.leaving(targets.markdown(text), place):
            what = f"{containment.short(target.text)} leads out of the book"
            yield target.line, what, containment.REMEDY


def _foreign(en: str, vi: str) -> Iterator[tuple[int, str, str]]:
    """Yield HTML, directives and comments that the English has not: the page would execute them."""

    def marks(text: str) -> Counter[str]:
        html = [t.content.strip() for t in walk(text) if t.type in ("html_inline", "html_block")]
        return Counter([*html, *(found[0].strip() for found in DIRECTIVE.finditer(text))])

    for mark in marks(vi) - marks(en):
        line = vi.count("\n", 0, max(0, vi.find(mark)))
        yield line, f"the markup {mark[:40]!r} is not in the English", "take it out"


def _misshapen(en: str, vi: str) -> Iterator[tuple[int, str, str]]:
    """Yield what keeps a translation from being one cell that fits its English one."""
    try:
        trial = sources.parse(TRIAL % (en, vi), "trial", "trial")
    except SourceError:  # a code cell with options that are none
        trial = Section("trial", "trial", ())
    if [cell.text for cell in trial.cells] != [en, vi, "end"]:
        yield 0, "it would not remain one cell", "close its fences, and begin it without spaces"
        return
    for finding in sources.structure(trial):
        if finding.cell == 2:
            yield finding.line - trial.cells[1].line, finding.what, finding.remedy


def _rewritten(source: str, section: Section, new: dict[int, str]) -> str:
    """Return the source of a section with new Vietnamese, by the number of the English cell.

    Raises
    ------
    SourceError
        If any other cell would change; this is never written.
    """
    ends = "\r\n" if "\r\n" in source else "\n"
    lines = source.replace("\r\n", "\n").split("\n")
    expected: list[Cell] = []
    edits = []
    for item in section.items():
        pair = item if isinstance(item, Pair) else Pair(item, None)
        expected += [cell for cell in (pair.en, pair.vi) if cell is not None]
        if pair.en.number not in new:
            continue
        text = new[pair.en.number]
        if pair.vi is None:
            end = pair.en.line + pair.en.text.count("\n")
            edits.append(
                (end, end, ["", f'+++ {{"lang": "{TARGET_LANG}"}}', "", *text.split("\n")])
            )
            expected.append(Cell("markdown", text, 0, 0, {"lang": TARGET_LANG}))
        else:
            begin = pair.vi.line - 1
            end = begin + pair.vi.text.count("\n") + 1
            edits.append((begin, end, text.split("\n")))
            expected[-1] = Cell("markdown", text, 0, 0, pair.vi.metadata)
    for begin, end, with_lines in reversed(edits):
        lines[begin:end] = with_lines
    made = "\n".join(lines)
    cells = sources.parse(made, section.name, section.path).cells
    if [(c.kind, c.text, c.metadata) for c in cells] != [
        (c.kind, c.text, c.metadata) for c in expected
    ]:
        what = "the import would change more than the Vietnamese cells; nothing was written"
        remedy = "let every cell begin with its own +++ line and a blank line"
        raise SourceError([Finding(section.path, 1, "po", what, remedy)])
    return made.replace("\n", ends)
