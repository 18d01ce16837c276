"""Commands of the book; each parses its arguments, calls one function and prints."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bitext import book, checks, ledger, settings
from bitext.execution import ExecutionError
from bitext.findings import SourceError


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
    command("execute", execute, "compose, and execute what has not run on this machine yet")
    command("check", run_checks, "check sources, translations, terms, ledger; execute nothing")
    command("status", show_status, "count pairs, translations and reviews in each section")
    recorded = command("record", record, "record new and changed translations in the ledger")
    recorded.add_argument("--by", default="authors", help="translator, an id of people.csv")
    held = command("confirm", confirm, "record that a reviewer finds a translation right as it is")
    held.add_argument("place", help="FILE:LINE, a line inside the pair")
    held.add_argument("--by", required=True, help="reviewer, an id of people.csv")
    return top


def make_notebooks(arguments: argparse.Namespace, found: settings.Settings) -> int:
    """Compose, execute, write; name what was written."""
    return _named(book.prepare(found, keep=True, force=arguments.force))


def compose(arguments: argparse.Namespace, found: settings.Settings) -> int:
    """Compose; name what was written."""
    return _named(book.prepare(found, execute=False))


def execute(arguments: argparse.Namespace, found: settings.Settings) -> int:
    """Compose and execute; name what was written."""
    return _named(book.prepare(found))


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
    """Print a table of the pairs of each section by their state."""
    states = ("untranslated", "unrecorded", "stale", "translated", "reviewed")
    print(f"{'section':40}{'pairs':>8}" + "".join(f"{state:>14}" for state in states))
    total = [0] * (1 + len(states))
    for section in book.sections(found):
        rows = ledger.read(ledger.path(section, found), found.root)
        counted = [s.state for s in ledger.standings(section, rows)]
        line = [len(counted), *(counted.count(state) for state in states)]
        total = [a + b for a, b in zip(total, line)]
        print(f"{section.path:40}{line[0]:8}" + "".join(f"{n:14}" for n in line[1:]))
    print(f"{'':40}{total[0]:8}" + "".join(f"{n:14}" for n in total[1:]))
    return 0


def record(arguments: argparse.Namespace, found: settings.Settings) -> int:
    """Record every section; say how many rows are new or changed."""
    for section in book.sections(found):
        changed = ledger.record(section, found, arguments.by)
        if changed:
            print(f"{section.path}: {changed} recorded")
    return 0


def confirm(arguments: argparse.Namespace, found: settings.Settings) -> int:
    """Record a review of one pair."""
    name, _, line = arguments.place.rpartition(":")
    section = next((s for s in book.sections(found) if s.path == name), None)
    if section is None or not line.isdigit():
        print(f"{arguments.place!r} is no FILE:LINE of a section of the book", file=sys.stderr)
        return 2
    ledger.confirm(section, found, int(line), arguments.by)
    return 0


def main() -> int:
    """Run one command; return its exit code."""
    arguments = parser().parse_args()
    try:
        return arguments.function(arguments, settings.load(settings.find_root(Path.cwd())))
    except (SourceError, ExecutionError, FileNotFoundError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
