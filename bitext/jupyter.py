"""Jupyter Book in a process of its own: ``python -m bitext.jupyter ROOT``.

It is started through this package, whose import makes the rest faster.  What stops it is one line,
with the line of the source where it stands, where Jupyter Book would show its own traceback after
that of Sphinx.  A fault of the program itself keeps its traceback, in a file that Sphinx names.
"""

from __future__ import annotations

import errno
import gc
import signal
import sys
from pathlib import Path
from typing import Any, TextIO

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # whoever started this process says a word


def explain(app: Any, arguments: Any, error: BaseException, stream: TextIO) -> None:
    """Print what has stopped Sphinx; in place of its own function."""
    from sphinx.cmd.build import handle_exception
    from sphinx.errors import ExtensionError, SphinxError

    if isinstance(error, ExtensionError) and error.orig_exc is not None:
        error = error.orig_exc
    if isinstance(error, OSError):
        print(f"{error}: the pages are not built: {remedy(error)}", file=stream)
    elif isinstance(error, SphinxError):
        print(str(error).strip(), file=stream)
    else:
        handle_exception(app, arguments, error, stream)


def remedy(error: OSError) -> str:
    """Return what to do about a file that cannot be read or written."""
    first = "make room" if error.errno == errno.ENOSPC else "correct this"
    return f"{first}, then run the same command again"


def build(root: Path) -> int:
    """Build the pages of a book; return the exit code."""
    import yaml
    from jupyter_book import sphinx
    from jupyter_book.cli.main import main

    sphinx.handle_exception = explain
    try:
        main(["build", str(root)], prog_name="jupyter-book", standalone_mode=False)
    except RuntimeError as error:
        if error.__cause__ is None:  # its own words, in a box
            print(str(error).strip("=\n "), file=sys.stderr)
        return 1  # else of an exception that has been explained
    except (OSError, ValueError, yaml.YAMLError) as error:
        print(error, file=sys.stderr)
        return 1
    except SystemExit as stopped:
        return stopped.code if isinstance(stopped.code, int) else 1
    return 0


if __name__ == "__main__":
    # A process that ends after some seconds need not look for garbage, a third of its time.
    gc.disable()
    sys.exit(build(Path(sys.argv[1])))
