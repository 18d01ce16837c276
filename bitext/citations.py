"""Citations in the words of the text: a link from "Elman, 1990" to the work it names.

sphinxcontrib-bibtex writes citations in one style for all languages, [Elm90] or Elman [1990]; a
translation has its own words, "Mikolov và cộng sự, 2010".  What is cited and where the references
link back to is left to sphinxcontrib-bibtex.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinxcontrib.bibtex.roles import CiteRole


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


def setup(app: Sphinx) -> None:
    """Register the role and what resolves it."""
    app.add_role("work", WorkRole())
    app.add_post_transform(LinkWorks)
