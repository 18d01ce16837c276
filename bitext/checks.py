"""What ``make check`` looks at: every section, the glossary, the corpora and the other prose.

A check is a function from a section to findings; :data:`CHECKS` lists those of the text, by the
kind that a block silences with a reason, ``"silence": {"sentence": "a verse"}`` in its metadata,
and :data:`RECORDS` those of the records, which nobody silences.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bitext import (
    agreement,
    book,
    containment,
    drawings,
    exercises,
    glossary,
    labels,
    languages,
    ledger,
    people,
    sentences,
    sources,
    step,
    tables,
)
from bitext.findings import Finding, SourceError
from bitext.glossary import Glossary
from bitext.markdown import prose
from bitext.settings import Settings
from bitext.sources import SOURCE_LANG, TARGET_LANG, Cell, Section
from bitext.vietnamese import faulty_characters, misplaced_tones

#: Files beside the sections whose Vietnamese readers see.
PROSE = ("README.md", "CONTRIBUTING*.md", "_toc.yml", "_config.yml", "img/*.svg")
#: Tables of sentences in both languages.
CORPORA = "corpora/**/*.tsv"
COLUMNS = ["id", "en", "vi"]

#: ``(line, what, remedy)``, the line counted from 0 in the text that was looked at.
Remark = tuple[int, str, str]


@dataclass(frozen=True)
class Context:
    """What the checks of a section know of the book."""

    settings: Settings
    glossary: Glossary = Glossary(())


Check = Callable[[Section, Context], Iterable[Finding]]


def check(settings: Settings) -> list[Finding]:
    """Return everything that is wrong in the sources of the book, sorted by place.

    A file that cannot be read is reported, and hinders the checks of no other.
    """
    findings = containment.findings(settings)

    def attempt(function, *arguments):
        try:
            return function(*arguments)
        except SourceError as error:
            findings.extend(error.findings)
            return None

    terms = attempt(glossary.read, settings.root)
    paths = book.source_paths(settings)
    sections = [attempt(sources.read, path, settings.root) for path in paths]
    if None not in sections:  # what a missing section defines would seem to be missing
        known = labels.targets(sections, settings.root)
        for section in sections:
            findings.extend(labels.unresolved(section, known))
    context = Context(settings, terms or Glossary(()))
    for section in sections:
        if section is not None:
            findings.extend(book.unknown_numbers(section))
            findings.extend(book.foreign(section, settings.root))
            found = check_section(section, context)  # what leads out has been found before
            findings.extend(f for f in found if f.kind != containment.KIND)
    findings.extend(drawings.unused(filter(None, sections), settings.root))
    findings.extend(attempt(lambda: list(people.findings(settings))) or ())
    for path in sorted(settings.root.glob(tables.TABLES)):
        findings.extend(tables.findings(path, settings.root))
    for path in sorted(settings.root.glob(CORPORA)):
        findings.extend(check_corpus(path, settings.root))
    for pattern in PROSE:
        for path in sorted(settings.root.glob(pattern)):
            findings.extend(check_file(path, settings.root))
    return sorted(findings, key=lambda f: (f.path, f.line, f.kind, f.what))


def check_section(section: Section, context: Context) -> list[Finding]:
    """Return what the checks find in one section, without what its blocks silence."""
    found = [finding for function in CHECKS.values() for finding in function(section, context)]
    heard = _silence(section, found, context.settings.root / section.path)
    return heard + [f for function in RECORDS.values() for f in function(section, context)]


# ---- the checks of a section --------------------------------------------------------------------


def check_pairs(section: Section, context: Context) -> Iterator[Finding]:
    """Yield the blocks that have no translation: the page shows them in English, marked."""
    for pair in section.pairs():
        if pair.vi is None:
            what = f"{pair.name!r} has no Vietnamese half"
            remedy = 'translate it in a cell +++ {"lang": "vi"} after it, or silence "pair" here'
            yield from _findings(section, pair.en, "pair", [(0, what, remedy)])


def check_agreement(section: Section, context: Context) -> Iterator[Finding]:
    """Yield what does not close in a block, and what the blocks of a pair do not agree in."""
    for cell in _markdown(section):
        yield from _findings(section, cell, "agreement", agreement.unclosed(cell.text))
    for pair in section.pairs():
        if pair.vi is not None:
            remarks = agreement.compare(pair.en.text, pair.vi.text, pair.en.line)
            yield from _findings(section, pair.vi, "agreement", remarks)


def check_characters(section: Section, context: Context) -> Iterator[Finding]:
    """Yield characters that are not what they seem to be, in code too."""
    for cell in section.cells:
        remarks = faulty_characters(cell.text, code=cell.kind == "code")
        yield from _findings(section, cell, "unicode", remarks)


def check_tones(section: Section, context: Context) -> Iterator[Finding]:
    """Yield tone marks in the wrong place; in Markdown, a code span may show one."""
    for cell in section.cells:
        remarks = misplaced_tones(cell.text) if cell.kind == "code" else _tones(cell.text)
        yield from _findings(section, cell, "tone", remarks)


def check_languages(section: Section, context: Context) -> Iterator[Finding]:
    """Yield sentences, headings and citations that are in the wrong language."""
    known, terms = context.glossary.loans, context.glossary.english
    for pair in section.pairs():
        for cell in (pair.en, pair.vi):
            if cell is not None:
                remarks = languages.wrong_language(cell.text, cell.lang, known)
                yield from _findings(section, cell, "language", remarks)
                remarks = languages.citations(cell.text, cell.lang)
                yield from _findings(section, cell, "language", remarks)
        if pair.vi is not None:
            remarks = languages.untranslated(pair.en.text, pair.vi.text, known, terms)
            yield from _findings(section, pair.vi, "language", remarks)


def check_sentences(section: Section, context: Context) -> Iterator[Finding]:
    """Yield lines that hold more or less than a sentence."""
    for cell in _markdown(section):
        yield from _findings(section, cell, "sentence", sentences.misplaced_breaks(cell.text))


def check_terms(section: Section, context: Context) -> Iterator[Finding]:
    """Yield terms that are not rendered, and renderings that are refused."""
    for pair in section.pairs():
        if pair.vi is not None:
            remarks = context.glossary.missing(pair.en.text, pair.vi.text, pair.en.line)
            yield from _findings(section, pair.vi, "glossary", remarks)
            remarks = context.glossary.refused(pair.vi.text)
            yield from _findings(section, pair.vi, "glossary", remarks)


def check_exercises(section: Section, context: Context) -> Iterator[Finding]:
    """Yield what is wrong with exercises and their solutions."""
    return exercises.findings(section)


def check_ledger(section: Section, context: Context) -> Iterable[Finding]:
    """Return the translations that are stale or not recorded."""
    return ledger.findings(section, context.settings)


def check_step(section: Section, context: Context) -> Iterable[Finding]:
    """Return whether the notebook is behind its section."""
    return step.findings(section, context.settings)


#: The checks of the text, by the kind of their findings.
CHECKS: dict[str, Check] = {
    "pair": check_pairs,
    "agreement": check_agreement,
    "unicode": check_characters,
    "tone": check_tones,
    "language": check_languages,
    "sentence": check_sentences,
    "glossary": check_terms,
    "exercise": check_exercises,
}

#: The checks of the records, which cannot be silenced.
RECORDS: dict[str, Check] = {
    "ledger": check_ledger,
    "step": check_step,
}


def _markdown(section: Section) -> Iterator[Cell]:
    return (cell for cell in section.cells if cell.kind == "markdown")


def _findings(
    section: Section, cell: Cell, kind: str, remarks: Iterable[Remark]
) -> Iterator[Finding]:
    for line, what, remedy in remarks:
        yield Finding(section.path, cell.line + line, kind, what, remedy, cell.number)


def _tones(text: str) -> Iterator[Remark]:
    """Yield misplaced tone marks in the prose of a Markdown text."""
    for line, words in prose(text):
        for _, what, remedy in misplaced_tones(words):
            yield line, what, remedy


# ---- silence ------------------------------------------------------------------------------------


def _silence(section: Section, found: list[Finding], path: Path) -> list[Finding]:
    """Return the findings that no block silences, and those about the silences themselves."""
    faults: list[Finding] = []
    lines = path.read_text("utf-8").split("\n") if path.is_file() else []
    for cell in section.cells:
        if "silence" not in cell.metadata:
            continue
        place = section.path, _silence_line(cell, lines), "silence"
        asked = cell.metadata["silence"]
        if not isinstance(asked, dict) or not asked:
            remedy = 'write {"KIND": "reason"}, as {"sentence": "a verse"}'
            faults.append(Finding(*place, f"silence is {asked!r}", remedy, cell.number))
            continue
        for kind, reason in asked.items():
            silenced = [f for f in found if f.kind == kind and f.cell == cell.number]
            fault = _silence_fault(kind, reason, silenced)
            if fault is not None:
                faults.append(Finding(*place, *fault, cell.number))
            else:
                found = [finding for finding in found if finding not in silenced]
    return found + faults


def _silence_fault(kind: str, reason: object, silenced: list[Finding]) -> tuple[str, str] | None:
    """Return what is wrong with a silence and what to do about it."""
    if kind not in CHECKS:
        return f"no check of the text is called {kind!r}", f"one of {', '.join(CHECKS)}"
    if not (isinstance(reason, str) and reason.strip()):
        return f"{kind!r} is silenced without a reason", "say why in a few words"
    if not silenced:
        return f"the silence of {kind!r} silences nothing", "take it out"
    return None


def _silence_line(cell: Cell, lines: list[str]) -> int:
    """Return the line of a cell's metadata that asks for silence."""
    for number in range(min(cell.line - 1, len(lines)), 0, -1):
        if "silence" in lines[number - 1]:
            return number
        if lines[number - 1].startswith(("+++", "```")):
            break
    return cell.line


# ---- corpora and other files --------------------------------------------------------------------


def check_corpus(path: Path, root: Path) -> Iterator[Finding]:
    """Yield what is wrong in a table of sentences: ``id``, ``en``, ``vi``, parted by tabs.

    English is ASCII, so that its vocabulary is what a reader expects; ids are the file's name and
    a running number, 01-001, so that a sentence can be named.
    """
    name = path.relative_to(root).as_posix()
    header, *rows = path.read_text("utf-8").rstrip("\n").split("\n")
    if header.split("\t") != COLUMNS:
        yield Finding(name, 1, "corpus", f"the columns are {header!r}", "write id, en, vi and tabs")
        return
    for line, row in enumerate(rows, 2):

        def found(kind: str, what: str, remedy: str, line: int = line) -> Finding:
            return Finding(name, line, kind, what, remedy)

        cells = row.split("\t")
        if len(cells) != len(COLUMNS):
            yield found("corpus", f"{len(cells)} columns", "write id, en and vi with tabs between")
            continue
        ident, en, vi = cells
        if ident != (right := f"{path.stem}-{line - 1:03}"):
            yield found("corpus", f"the id is {ident!r}", f"write {right!r}")
        if not en.isascii():
            odd = sorted({c for c in en if not c.isascii()})
            yield found("corpus", f"English with {', '.join(map(repr, odd))}", "write it in ASCII")
        for lang, text in ((SOURCE_LANG, en), (TARGET_LANG, vi)):
            if not text.strip():
                yield found("corpus", f"no {languages.NAMES[lang]}", "translate the other side")
            elif text != " ".join(text.split()):
                yield found("corpus", f"a space too many in {text[:40]!r}", "take it out")
            elif languages.is_foreign(text, lang, quoted=True):
                what = f"{text[:40]!r} is not {languages.NAMES[lang]}"
                yield found("language", what, "put each language in its own column")
        for kind, remarks in (("unicode", faulty_characters(vi)), ("tone", misplaced_tones(vi))):
            yield from (found(kind, what, remedy) for _, what, remedy in remarks)


def check_file(path: Path, root: Path) -> Iterator[Finding]:
    """Yield characters and tone marks that are wrong in a file beside the sections."""
    name = path.relative_to(root).as_posix()
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError:
        if path.suffix != drawings.SUFFIX:  # of which bitext.drawings says it, with its page
            yield Finding(name, 1, "unicode", "the file is not in UTF-8", "save it in UTF-8")
        return
    tones = _tones(text) if path.suffix == ".md" else misplaced_tones(_without_tags(text))
    for kind, remarks in (("unicode", faulty_characters(text)), ("tone", tones)):
        for line, what, remedy in remarks:
            yield Finding(name, line + 1, kind, what, remedy)


def _without_tags(text: str) -> str:
    return re.sub(r"<[^<>]*>", lambda tag: re.sub(r"[^\n]", " ", tag[0]), text)
