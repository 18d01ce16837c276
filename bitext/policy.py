"""What a page may load and run: its Content-Security-Policy."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

#: The one script that stands in the page itself, so that the page does not flash.
FIRST = Path(__file__).parent / "templates" / "first.js"

#: A page on disk has no origin that ``'self'`` would surely mean; on a server ``file:`` is void.
OWN = "'self' file:"

STYLE = re.compile(r"<style\b[^>]*>(.*?)</style>", re.DOTALL)


def setup(app: Sphinx) -> None:
    """Give every page its policy, when nothing more is done to its body."""
    app.connect("html-page-context", add_policy, priority=900)


def add_policy(app: Sphinx, page: str, template: str, context: dict[str, Any], doc: Any) -> None:
    """Give the templates the script of the page's head and the policy of the page."""
    context["first_script"] = FIRST.read_text("utf-8")
    context["policy"] = policy(context["first_script"], context.get("body", ""))


def policy(script: str, body: str) -> str:
    """Return the policy of a page: its own files, one script and the styles of its drawings.

    Scripts and handlers in the body do not run, and nothing is asked of another host.

    Parameters
    ----------
    script : str
        The script in the page's head.
    body : str
        The HTML of the page's article; the style sheets in it, of drawings, are let in one by one.
    """
    # A browser decodes character references in the style of a drawing, but not in one of HTML.
    styles = {text for inner in STYLE.findall(body) for text in (inner, html.unescape(inner))}
    return "; ".join(
        (
            f"default-src {OWN}",
            " ".join((f"script-src {OWN}", _hash(script))),
            " ".join((f"style-src {OWN}", *sorted(map(_hash, styles)))),
            # Attributes alone: KaTeX places the parts of a formula by them, matplotlib its lines.
            "style-src-attr 'unsafe-inline'",
            f"img-src {OWN} data:",
            "connect-src 'none'",
            "frame-src 'none'",
            "object-src 'none'",
            "base-uri 'none'",
            f"form-action {OWN}",
        )
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
