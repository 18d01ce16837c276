"""Commands of the book; each parses its arguments, calls one function and prints."""

from __future__ import annotations

import argparse
import datetime
import signal
import sys
from collections.abc import Iterable
from pathlib import Path

if __name__ == "__main__":  # until there is someone to say a word, Ctrl-C says none
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from bitext import (
    book,
    building,
    checks,
    containment,
    epub,
    exporting,
    importing,
    ledger,
    lexicon,
    memory,
    people,
    po,
    printing,
    settings,
    shards,
    sources,
    status,
    store,
    verifying,
)
from bitext.execution import ExecutionError, foreign
from bitext.findings import Finding, SourceError
from bitext.locks import keep


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(prog="python -m bitext", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, function, text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(function=function)
        return added

    made = command("notebooks", make_notebooks, "compose and execute the notebooks, write both")
    made.add_argument("--force", action="store_true", help="run even what has run here before")
    command("compose", compose, "bring the notebooks in step with the text; execute nothing")
    run = command("execute", execute, "compose, and execute what has not run on this machine yet")
    for executing in (made, run):
        executing.add_argument(
            "--shard",
            type=_shard,
            metavar="I/N",
            help="execute only the I-th of N shares of the notebooks, as one of N machines; "
            "'merge' then brings the outputs together",
        )
        executing.epilog = (
            "In the environment, OMP_NUM_THREADS says how many threads a notebook computes with "
            f"({settings.THREADS}; with another number all are executed again, because last digits "
            "may differ), and BITEXT_JOBS how many notebooks run side by side (as many as the "
            "processors carry)."
        )
    paged = command("pages", build_pages, "build the pages with Jupyter Book, whole after a kill")
    paged.add_argument("--execute", action="store_true", help="do what 'execute' does before")
    command("epub", make_epub, "write the built pages as files for e-readers, one for each mode")
    command("pdf", make_pdf, "print the built pages as PDFs, one for each mode; needs Chromium")
    merged = command("merge", merge, "take over what other machines have executed")
    merged.add_argument(
        "folders",
        nargs="+",
        type=Path,
        metavar="FOLDER",
        help="a copy of another machine's _build/executed, or of a folder that holds it",
    )
    command("check", run_checks, "check sources, translations, terms, ledger; execute nothing")
    told = command("terms", lexicon.run, "count the terms, show every use of one, suggest new ones")
    lexicon.add_arguments(told)
    stated = command("status", show_status, "count pairs, translations and reviews in each section")
    stated.add_argument("--json", action="store_true", help="as data, with the percentage done")
    stated.add_argument(
        "--fail-under",
        type=float,
        default=0.0,
        metavar="PERCENT",
        help="exit with 1 if less of the book has a translation that is recorded and not stale",
    )
    recorded = command("record", record, "record new and changed translations in the ledger")
    recorded.add_argument("--by", default="authors", help="translator, an id of people.csv")
    held = command("accept", accept, "record that a reviewer finds translations right as they are")
    held.add_argument(
        "places", nargs="+", type=_place, metavar="FILE:LINE", help="a line inside the pair"
    )
    held.add_argument("--by", required=True, help="reviewer, an id of people.csv")
    held.add_argument("--on", type=_day, metavar="YYYY-MM-DD", help="day of the review; today")
    exported = command("export", export, "write the pairs for the tools that translators use")
    exported.add_argument(
        "format",
        choices=["po", "tmx", "template"],
        help="PO files, a translation memory, or pages in the Vietnamese community's template",
    )
    exported.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="FILE",
        help="template: the sections to write, instead of all of the book",
    )
    exported.add_argument(
        "--to",
        type=Path,
        metavar="PATH",
        help="instead of _build/po, _build/memory.tmx or _build/template",
    )
    exported.add_argument(
        "--translated", action="store_true", help="tmx: the pairs that no one has reviewed, too"
    )
    brought = command(
        "import",
        bring,
        "take translations from PO files, bring pages of D2L and WordPress into the book's format",
    )
    brought.add_argument(
        "files",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="NAME.po; a D2L page in Markdown, also in the Vietnamese community's template; or a "
        "page of WordPress",
    )
    brought.add_argument(
        "--into",
        default="_build/imported",
        metavar="FOLDER",
        help="where sections made of pages go",
    )
    brought.add_argument(
        "--lang", choices=sources.LANGS, help="the language of a page that has only one"
    )
    brought.add_argument(
        "--with",
        dest="other",
        type=Path,
        metavar="FILE",
        help="the same page in the other language: the two are aligned block by block",
    )
    return top


def make_notebooks(arguments: argparse.Namespace, found: settings.Settings) -> int:
    """Compose, execute, write; name what was written."""
    return _executed(
        book.prepare(found, keep=True, force=arguments.force, shard=arguments.shard), found
    )


def compose(arguments: argparse.Namespace, found: settings.Settings) -> int:
    """Compose; name what was written."""
    return _named(book.prepare(found, execute=False).written)


def execute(arguments: argparse.Namespace, found: settings.Settings) -> int:
    """Compose and execute; name what was written."""
    return _executed(book.prepare(found, shard=arguments.shard), found)


def build_pages(arguments: argparse.Namespace, found: settings.Settings) -> int:
    """Build the pages, of notebooks executed before if that is asked for."""
    if not arguments.execute:
        containment.require(found)
        return building.build(found)
    prepared = book.prepare(found)
    _named(prepared.written)
    return building.build(found, prepared.runs)


def make_epub(arguments: argparse.Namespace, found: settings.Settings) -> int:
    """Write the files for e-readers; name each with its size."""
    for path in epub.save(found):
        print(f"written: {path} ({path.stat().st_size / 1000:.0f} kB)", flush=True)
    return 0


def make_pdf(arguments: argparse.Namespace, found: settings.Settings) -> int:
    """Print the book in each mode; name each file with its size and its pages."""
    for path, pages in printing.save(found):
        size = path.stat().st_size / 1e6
        print(f"written: {path} ({size:.1f} MB, {pages} pages)", flush=True)
    return 0


def merge(arguments: argparse.Namespace, found: settings.Settings) -> int:
    """Merge each folder into the store; return 1 if a file in one of them is damaged."""
    damaged = []
    for folder in arguments.folders:
        taken, bad = store.store(found).merge(folder)
        damaged += bad
        print(f"{folder}: {taken} executed notebooks are new here")
    for path in damaged:
        print(f"{path}: no whole notebook, not taken: copy it again", file=sys.stderr)
    return bool(damaged)


def _shard(text: str) -> shards.Shard:
    try:
        return shards.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _executed(prepared: book.Prepared, found: settings.Settings) -> int:
    """Name what was written; return 1 if a run is not in the store as it was made."""
    _named(prepared.written)
    return _wrong(verifying.kept(prepared.runs, found))


def _wrong(lines: list[str]) -> int:
    for line in lines:
        print(line, file=sys.stderr)
    return bool(lines)


def _named(written: list[str]) -> int:
    for path in written:
        print(f"written: {path}")
    return 0


def run_checks(arguments: argparse.Namespace, found: settings.Settings) -> int:
    """Print every finding; return 1 if there is one."""
    findings = checks.check(found)
    print("\n".join(map(str, findings)) or "nothing found")
    if findings:
        print(f"{len(findings)} findings", file=sys.stderr)
    return bool(findings)


def show_status(arguments: argparse.Namespace, found: settings.Settings) -> int:
    """Print how far each section and the book are; return 1 if that is less than asked for."""
    counted = status.of_book(found)
    print((status.as_json if arguments.json else status.as_table)(counted))
    if counted[-1].share >= arguments.fail_under:
        return 0
    done, asked = counted[-1].share, arguments.fail_under
    print(f"{done:.1f}% of the pairs are translated, less than {asked:g}%", file=sys.stderr)
    return 1


def record(arguments: argparse.Namespace, found: settings.Settings) -> int:
    """Record every section; say how many rows are new or changed."""
    people.require(arguments.by, found)
    for section in book.sections(found):
        changed = ledger.record(section, found, arguments.by)
        if changed:
            print(f"{section.path}: {changed} recorded")
    return 0


def accept(arguments: argparse.Namespace, found: settings.Settings) -> int:
    """Record the review of some pairs."""
    people.require(arguments.by, found)
    sections = {section.path: section for section in book.sections(found)}
    lines: dict[str, list[int]] = {}
    for name, line in arguments.places:
        lines.setdefault(name, []).append(line)
    if unknown := sorted(set(lines) - set(sections)):
        raise ValueError(f"no section of the book is {unknown[0]!r}: one of {sorted(sections)}")
    for name, here in lines.items():
        ledger.accept(sections[name], found, here, arguments.by, arguments.on)
        print(f"{name}: {len(here)} accepted")
    return 0


def _place(text: str) -> tuple[str, int]:
    name, _, line = text.rpartition(":")
    if not name or not line.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no FILE:LINE")
    return name, int(line)


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day YYYY-MM-DD") from None


def export(arguments: argparse.Namespace, found: settings.Settings) -> int:
    """Write PO files, the translation memory or pages; return 1 if there is a conflict."""
    if arguments.format == "template":
        return _export_pages(arguments, found)
    sections = book.sections(found)
    if arguments.format == "po":
        return _told(po.save(section, found, arguments.to) for section in sections)
    written = memory.save(sections, found, arguments.to, translated=arguments.translated)
    return _named([str(written)])


def _export_pages(arguments: argparse.Namespace, found: settings.Settings) -> int:
    """Write sections in the community's template; return 1 if it cannot hold all of them."""
    if arguments.files:
        sections = [sources.read(file.resolve(), found.root) for file in arguments.files]
    else:
        sections = book.sections(found)
    return _told(exporting.save(section, found, arguments.to) for section in sections)


def _told(exported: Iterable[tuple[Path, list[Finding]]]) -> int:
    """Name each file that is written, and what is wrong in it; return 1 if something is."""
    left = 0
    for written, findings in exported:
        print(f"written: {written}")
        for finding in findings:
            print(finding, file=sys.stderr)
        left += len(findings)
    return bool(left)


def bring(arguments: argparse.Namespace, found: settings.Settings) -> int:
    """Import each file and say what became of it; return 1 if something was not taken."""
    left = 0
    if arguments.other and len(arguments.files) > 1:
        print("--with: name one page before it, and the other after it", file=sys.stderr)
        return 2
    for file in arguments.files:
        try:
            if file.suffix == ".po":
                left += _take_translations(file, found)
            else:
                target, report = importing.import_file(
                    file, found, arguments.into, arguments.lang, arguments.other
                )
                print(f"{report}\nwritten: {target}")
                left += report.refused
        except (SourceError, OSError, ValueError) as error:
            print(error, file=sys.stderr)
            left += 1
    return bool(left)


def _take_translations(file: Path, found: settings.Settings) -> int:
    """Write the translations of a PO file into its section; return how many were left out."""
    sections = {section.name: section for section in book.sections(found)}
    if file.stem not in sections:
        raise ValueError(f"{file}: no section of this name: one of {sorted(sections)}")
    report = po.import_po(file, sections[file.stem], found)
    for place in report.applied:
        print(f"{place}: translated")
    if not report.applied:
        print(f"{file}: no new translation in it")
    for finding in report.findings:
        print(finding, file=sys.stderr)
    return len(report.findings)


def main() -> int:
    """Run one command; return its exit code."""
    arguments = parser().parse_args()
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        root = settings.find_root(Path.cwd())
        with keep(root, _wait):
            if folders := foreign(root):
                print(f"PYTHONPATH is left out of the build: {', '.join(folders)}", file=sys.stderr)
            return arguments.function(arguments, settings.load(root))
    except KeyboardInterrupt:
        print("\ninterrupted: what is complete is kept, the next call goes on", file=sys.stderr)
        return 130
    except (SourceError, ExecutionError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1


def _wait() -> None:
    print("what was built is being removed; waiting for the end of that", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
