"""Citations in the words of the text: a link from "Elman, 1990" to the work it names.

sphinxcontrib-bibtex writes citations in one style for all languages, [Elm90] or Elman [1990]; a
translation has its own words, "Mikolov và cộng sự, 2010".  What is cited and where the references
link back to is left to sphinxcontrib-bibtex.  In the list of references, titles and names stay as
they are, and the words of the style between them are put into both languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinxcontrib.bibtex.roles import CiteRole

from bitext import words

#: Words of the style, by the pattern that tells them from those of a title: English, Vietnamese.
#: The text before and after a title in italics is looked at by itself.
STYLE = (
    (re.compile(r"(?<=\. )In (?=$)"), ("In ", "Trong ")),
    (re.compile(r"(?<=^, )volume(?=\s\d)"), ("volume", "tập")),
    (re.compile(r"(?<=\. )Technical Report(?=, )"), ("Technical Report", "Báo cáo kỹ thuật")),
    (re.compile(r"(?<=\. )PhD thesis(?=, )"), ("PhD thesis", "Luận án tiến sĩ")),
    (re.compile(r"(?<=\. )Master's thesis(?=, )"), ("Master's thesis", "Luận văn thạc sĩ")),
)
#: What stands before the last author of several.
AUTHORS = re.compile(r",? and ")


class WorkRole(CiteRole):
    """The role ``{work}`Elman, 1990 <elman1990>```: a work, by its key, in these words."""

    def result_nodes(
        self, document: nodes.document, env: Any, node: nodes.Element, is_ref: bool
    ) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Note that the work is cited, and keep the words."""
        node["refdomain"], node["reftype"], node["work"] = "cite", "p", self.title
        return super().result_nodes(document, env, node, is_ref)


class LinkWorks(SphinxPostTransform):
    """Replace each citation that has words of its own by a link to its work.

    A work that is not in the bibliography is left to sphinxcontrib-bibtex, which warns of it.
    """

    default_priority = 5  # before Sphinx resolves references

    def run(self, **kwargs: Any) -> None:
        """Link the citations of one page."""
        works = {citation.key: citation for citation in self.env.get_domain("cite").citations}
        for node in list(self.document.findall(addnodes.pending_xref)):
            work = works.get(node.get("reftarget")) if "work" in node else None
            if work:
                there = work.bibliography_key.docname
                page = self.app.builder.get_relative_uri(self.env.docname, there)
                link = nodes.reference(node["work"], node["work"], internal=True)
                link["refuri"] = f"{page}#{work.citation_id}"
                link["ids"], link["classes"] = node["ids"], ["bibtex-citation"]
                node.replace_self(link)


class TranslateWorks(SphinxPostTransform):
    """Put the words of the style in the list of references into both languages."""

    default_priority = 6  # once sphinxcontrib-bibtex has made the list
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Translate the references of one page."""
        works = {work.citation_id: work for work in self.env.get_domain("cite").citations}
        for node in list(self.document.findall(nodes.citation)):
            work = next((works[name] for name in node["ids"] if name in works), None)
            paragraph = next(iter(node.findall(nodes.paragraph)), None)
            if work is None or paragraph is None:
                continue
            several = len(work.entry.persons.get("author", ())) > 1
            # The style writes a text in many pieces, one for each space that does not break.
            groups = groupby(paragraph.children, lambda child: isinstance(child, nodes.Text))
            made: list[nodes.Node] = []
            for is_text, children in groups:
                text = "".join(map(str, children)) if is_text else None
                made += children if text is None else _translated(text, several and not made)
            paragraph.children = []
            paragraph += made


def _translated(text: str, authors: bool) -> Iterator[nodes.Node]:
    """Yield a piece of a reference with each word of the style in both languages.

    Parameters
    ----------
    text : str
        The piece, without titles in italics.
    authors : bool
        Whether it begins with the names of several authors; names have no "and" in them.
    """
    found = [(match.span(), pair) for style, pair in STYLE for match in style.finditer(text)]
    if authors and (match := AUTHORS.search(text)):
        found.append((match.span(), (match[0], " và ")))
    done = 0
    for (start, end), (en, vi) in sorted(found):
        yield nodes.Text(text[done:start])
        first, _, second = words.nodes_of((vi, en))
        yield from (first, second)
        done = end
    yield nodes.Text(text[done:])


def setup(app: Sphinx) -> None:
    """Register the role and what resolves it."""
    app.add_role("work", WorkRole())
    app.add_post_transform(LinkWorks)
    app.add_post_transform(TranslateWorks)
    app.connect("html-page-context", renew_roles)


def renew_roles(app: Sphinx, page: str, template: str, context: dict[str, Any], doc: Any) -> None:
    """Make the works items of their list: the role that docutils gives them is deprecated.

    See https://www.w3.org/TR/dpub-aria-1.1/#doc-biblioentry.
    """
    if "body" in context:
        context["body"] = context["body"].replace('role="doc-biblioentry"', 'role="listitem"')
