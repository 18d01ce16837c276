"""The pages, built by Jupyter Book, one build at a time, and anew after a build that was killed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping

from bitext import verifying
from bitext.book import Run
from bitext.execution import variables
from bitext.locks import hold, keep
from bitext.settings import Settings


def build(settings: Settings, runs: Mapping[str, Run] | None = None) -> int:
    """Build the pages and return an exit code, which is 0 only if they show what they should.

    Sphinx takes a page that it was writing when it was killed for a good one.  Hence a mark,
    ``_build/.pages``, which is there only while all pages are whole; without it all are built
    anew, which takes seconds and executes nothing.

    Parameters
    ----------
    settings : Settings
    runs : mapping, optional
        What has just been executed or found, if that was all notebooks: then Sphinx does not look
        again, and each must be on its page in the end.  Without it, lines are printed that say
        whose outputs the pages show.
    """
    mark = settings.build / ".pages"
    command = [sys.executable, "-m", "bitext.jupyter", str(settings.root)]
    environment = variables(settings.root) | ({} if runs is None else {"BITEXT_EXECUTE": "done"})
    with (
        keep(settings.root, lambda: None) as root,
        hold(settings.build / ".pages.lock", _wait) as file,
    ):
        if not mark.exists():
            for folder in ("html", ".doctrees"):
                shutil.rmtree(settings.build / folder, ignore_errors=True)
        mark.unlink(missing_ok=True)
        # Should this process be killed, Jupyter Book goes on, and has the rights until it ends.
        passed = [file.fileno(), *([] if root is None else [root])]
        code = subprocess.run(command, env=environment, pass_fds=passed).returncode
        if code:
            return code
        wrong = verifying.broken(settings)
        if runs is not None:
            wrong += [*verifying.kept(runs, settings), *verifying.shown(runs, settings)]
        for line in wrong:
            print(line, file=sys.stderr)
        if wrong:  # without the mark, the next build makes all pages anew
            return 1
        mark.touch()
        if runs is None:
            for line in verifying.summary(settings):
                print(line)
    return 0


def _wait() -> None:
    print("another build is writing the pages; waiting for its end", file=sys.stderr)
