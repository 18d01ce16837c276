"""The pages, built by Jupyter Book, one build at a time, and anew after a build that was killed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from bitext.locks import hold
from bitext.settings import Settings


def build(settings: Settings, executed: bool = False) -> int:
    """Build the pages and return the exit code of Jupyter Book.

    Sphinx takes a page that it was writing when it was killed for a good one.  Hence a mark,
    ``_build/.pages``, which is there only while all pages are whole; without it all are built
    anew, which takes seconds and executes nothing.

    Parameters
    ----------
    settings : Settings
    executed : bool
        Whether all notebooks have just been executed: then Sphinx does not look again.
    """
    mark = settings.build / ".pages"
    # Through this package, whose import makes the rest faster.  A process that ends after some
    # seconds need not look for garbage either, which takes a third of its time.
    program = (
        "import gc; gc.disable(); import bitext; "
        "from jupyter_book.cli.main import main; main(prog_name='jupyter-book')"
    )
    command = [sys.executable, "-c", program, "build", str(settings.root)]
    with hold(settings.build / ".pages.lock", _wait) as file:
        if not mark.exists():
            for folder in ("html", ".doctrees"):
                shutil.rmtree(settings.build / folder, ignore_errors=True)
        mark.unlink(missing_ok=True)
        # Should this process be killed, Jupyter Book goes on, and has the right until it ends.
        environment = os.environ | ({"BITEXT_EXECUTE": "done"} if executed else {})
        code = subprocess.run(command, env=environment, pass_fds=[file.fileno()]).returncode
        if code == 0:
            mark.touch()
    return code


def _wait() -> None:
    print("another build is writing the pages; waiting for its end", file=sys.stderr)
