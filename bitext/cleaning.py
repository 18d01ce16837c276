"""The Sphinx extension that cleans pages while they are read: HTML, links, images, headers.

HTML in Markdown and the outputs of cells come to Sphinx alike, as raw nodes; so does what the book
makes itself, which is told by its class, :class:`Made`.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

from bitext import sanitizing
from bitext.harmless import TAME

logger = logging.getLogger(__name__)


class Made(nodes.raw):
    """HTML that the book itself has made, of text that it has escaped."""


def made(html: str) -> Made:
    """Return HTML of the book's own as a part of a page."""
    return Made("", html, format="html")


def setup(app: Sphinx) -> None:
    """Let every page be cleaned."""
    app.add_transform(Cleaning)


class Cleaning(SphinxTransform):
    """Cleans a page, before its title gets into the contents and its text into the index."""

    default_priority = 900

    def apply(self, **kwargs: Any) -> None:
        """Clean all that may bring something from elsewhere."""
        for node in list(self.document.findall(nodes.raw)):
            if not isinstance(node, Made):
                _clean(node)
        for node in list(self.document.findall(nodes.reference)):
            if not sanitizing.leads(node.get("refuri", "")):
                logger.warning("a link to %r is left out", node["refuri"], location=node)
                node.replace_self(node.children)
        for node in list(self.document.findall(nodes.image)):
            if not sanitizing.shows(node["uri"]):
                logger.warning("an image from %r is left out", node["uri"][:60], location=node)
                node.replace_self(nodes.inline("", node.get("alt", "")))
        for node in list(self.document.findall(nodes.meta)):
            node.parent.remove(node)


def _clean(node: nodes.raw) -> None:
    """Clean a piece of HTML; in a line of text each tag is a piece, and only words are set."""
    text = node.astext()
    if isinstance(node.parent, nodes.TextElement):
        kept = text if TAME.fullmatch(text) else sanitizing.clean(text)
    else:
        kept = sanitizing.clean(text)
    node.rawsource = kept
    node.children = []
    node.append(nodes.Text(kept))
