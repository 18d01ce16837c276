"""Numbers that a run has measured and the prose quotes, each language in its own notation.

An author writes {glue:text}`name:.2f`.  In a notebook that becomes a link whose text is the value,
``[3.14](#glue-name:.2f)``, so that Jupyter shows the number too; on the page it becomes the value.
"""

from __future__ import annotations

import re

from nbformat import NotebookNode

from bitext.markdown import GLUE
from bitext.sources import TARGET_LANG

LINK = re.compile(r"\[[^\]]*\]\(#glue-(?P<name>[\w-]+)(?::(?P<spec>[^)\s]+))?\)")
UNKNOWN = "…"
CALL = re.compile(r"""\bglue\(\s*f?["'](?P<name>[\w{}-]+)["']""")


def values(notebook: NotebookNode) -> dict[str, str]:
    """Return the values that the outputs of `notebook` hold, by name, as printed by Python."""
    found = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            name = output.get("metadata", {}).get("scrapbook", {}).get("name")
            for mime, data in output.get("data", {}).items():
                if name and mime.endswith("text/plain"):
                    found[name] = data
    return found


def show(value: str, spec: str | None, lang: str | None) -> str:
    """Return a value as a language writes it: Vietnamese has a decimal comma.

    A word is written in both languages, English first, with a bar between blanks.

    Examples
    --------
    >>> show("1234.567", ",.1f", "en"), show("1234.567", ",.1f", "vi")
    ('1,234.6', '1.234,6')
    >>> show("'ahead of | hơn'", None, "en"), show("'ahead of | hơn'", None, "vi")
    ('ahead of', 'hơn')
    """
    if spec is None:
        english, bar, vietnamese = value.strip("'\"").partition(" | ")
        return vietnamese if bar and lang == TARGET_LANG else english
    number = float(value)
    text = format(int(number) if spec.endswith("d") else number, spec)
    return text.translate(str.maketrans(".,", ",.")) if lang == TARGET_LANG else text


def to_links(text: str, found: dict[str, str], lang: str | None) -> str:
    """Replace an author's roles by links that hold the values, those not known by "…"."""

    def link(match: re.Match[str]) -> str:
        name, spec = match["name"], match["spec"]
        shown = show(found[name], spec, lang) if name in found else UNKNOWN
        return f"[{shown}](#glue-{name}{':' + spec if spec else ''})"

    return GLUE.sub(link, text)


def to_text(text: str, found: dict[str, str], lang: str | None) -> str:
    """Replace the links of a notebook by the values of a run, those not known by "…"."""

    def value(match: re.Match[str]) -> str:
        known = match["name"] in found
        return show(found[match["name"]], match["spec"], lang) if known else UNKNOWN

    return LINK.sub(value, text)
