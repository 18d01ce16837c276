"""The texts that the book can read, on the command line.

::

    python -m recurrent list
    python -m recurrent fetch NAME ...
    python -m recurrent show NAME
"""

from __future__ import annotations

import argparse
import os
import sys

from recurrent.data import corpus
from recurrent.data.download import FetchError, fetch


def main(arguments: list[str] | None = None) -> int:
    """Run a command; return 0, or 1 after an error that has been printed."""
    parser = argparse.ArgumentParser(
        prog="python -m recurrent", description="The texts that the book can read."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("list", help="name every text, and say which are here")
    get = commands.add_parser("fetch", help="fetch texts into the cache")
    get.add_argument("names", nargs="+", metavar="NAME", choices=[*corpus.REGISTRY, "all"])
    look = commands.add_parser("show", help="print the size of a text and its first lines")
    look.add_argument("name", metavar="NAME")
    look.add_argument("--lines", type=int, default=5, help="how many lines (default: 5)")
    options = parser.parse_args(arguments)
    if options.command == "show" and options.lines < 0:
        parser.error(f"--lines {options.lines}: write a number from 0 up")
    sys.stdout.reconfigure(errors="backslashreplace")  # where a terminal knows ASCII alone
    try:
        if options.command == "list":
            print("\n".join(map(corpus.describe, corpus.SHIPPED | corpus.REGISTRY)))
        elif options.command == "fetch":
            for name in corpus.REGISTRY if "all" in options.names else options.names:
                print(fetch(corpus.REGISTRY[name]))
        else:
            print(corpus.show(options.name, options.lines))
        sys.stdout.flush()
    except BrokenPipeError:  # `| head` has seen enough; nothing is to be written at the end either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (FetchError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
