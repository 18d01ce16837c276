"""Search: an index of every block in its language, which a page reads without a server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx_exercise.nodes import is_exercise_node

from bitext import formulas
from bitext.collecting import PageCollector

#: The file that ``page.js`` loads when the reader first searches.
INDEX = "search-index.js"

Entry = dict[str, Any]


class PassageCollector(PageCollector):
    """Keeps the passages of each page."""

    attribute = "bitext_passages"

    def collect(self, app: Sphinx, doctree: nodes.document) -> list[Entry]:
        """Return the passages of a page."""
        return passages(doctree, app.env.docname)


def passages(doctree: nodes.document, page: str) -> list[Entry]:
    """Return what can be found on a page: headings and blocks with their language and place.

    Parameters
    ----------
    doctree : document
        The page.
    page : str
        Its name, the path of its file without the extension.

    Returns
    -------
    list of dict
        For each passage ``page``, ``id`` (where to land), ``title`` (of its section, in
        Vietnamese and in English), ``text``, ``lang`` (None where it belongs to both), and
        ``heading`` for the headings.
    """
    found: list[Entry] = []
    for section in doctree.findall(nodes.section):
        title = section.next_node(nodes.title)
        names = halves(title)
        place = {"page": page, "id": section["ids"][0], "title": list(names.values())}
        for lang, text in names.items():
            found.append({**place, "text": text, "lang": lang, "heading": True})
        for child in section.children:
            if not isinstance(child, (nodes.section, nodes.title)):
                found.extend(_passages(child, place))
    return found


def _passages(node: nodes.Node, place: Entry, lang: str | None = None) -> list[Entry]:
    """Return the passages inside a node that is no section."""
    if not isinstance(node, nodes.Element) or isinstance(node, (nodes.comment, nodes.raw)):
        return []
    if "pair" in node.get("classes", ()) and node["ids"]:
        place = {**place, "id": node["ids"][0]}
    if isinstance(node, (nodes.figure, nodes.math_block)) and node["ids"]:
        place = {**place, "id": node["ids"][0]}
    if entries := node.get("passages"):  # a list that is written later
        return [{**place, **entry, "lang": None} for entry in entries]
    if is_exercise_node(node):
        return _exercise(node, place)
    own = _language(node) or lang
    if isinstance(node, nodes.caption):
        return [{**place, "text": text, "lang": lang} for lang, text in halves(node).items()]
    if isinstance(node, (nodes.paragraph, nodes.literal_block, nodes.term)):
        if "mark" in node.get("classes", ()):
            return []
        text = " ".join(_text(node).split())
        return [{**place, "text": text, "lang": own}] if text else []
    return [entry for child in node.children for entry in _passages(child, place, own)]


def _exercise(node: nodes.Element, place: Entry) -> list[Entry]:
    """Return the passages of an exercise, its title among them."""
    place = {**place, "id": node["ids"][0]}
    title, *rest = node.children
    found = []
    if len(title.children) > 1:  # the first is its name, the second what the author has called it
        names = halves(title.children[1])
        place["title"] = list(names.values())
        found = [{**place, "text": t, "lang": lang, "heading": True} for lang, t in names.items()]
    return found + [entry for child in rest for entry in _passages(child, place)]


def _language(node: nodes.Element) -> str | None:
    """Return the language that a node says it is in."""
    names = [name for name in node.get("classes", ()) if name.startswith("language-")]
    found = names[0].removeprefix("language-") if names else None
    return found if found in ("vi", "en") else None


def halves(node: nodes.Element) -> dict[str, str]:
    """Return the Vietnamese and the English text of a title or caption."""
    found = {
        _language(child): " ".join(_text(child).split())
        for child in node.children
        if isinstance(child, nodes.inline) and _language(child)
    }
    whole = " ".join(_text(node).split())
    vi = found.get("vi") or found.get("en") or whole
    return {"vi": vi, "en": found.get("en") or whole}


def _text(node: nodes.Node) -> str:
    """Return the text of a node without what only looks like text."""
    if isinstance(node, nodes.Text):
        return str(node)
    if isinstance(node, (nodes.raw, nodes.comment)):
        return ""
    if isinstance(node, nodes.math):
        return formulas.plain(node.astext())
    return "".join(_text(child) for child in node.children)


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the index beside the stylesheet, if the pages were made."""
    if exception is not None or app.builder.format != "html":
        return
    kept = PassageCollector.kept(app.env)
    entries = [entry for name in sorted(kept) for entry in kept[name]]
    text = json.dumps(entries, ensure_ascii=False, separators=(",", ":"))
    path = Path(app.outdir) / "_static" / INDEX
    path.write_text(f"window.bitextIndex={text};\n", "utf-8")
