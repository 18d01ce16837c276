"""What is gathered page by page and stays with Sphinx's environment, until a page is read anew."""

from __future__ import annotations

from typing import Any, ClassVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors import EnvironmentCollector


class PageCollector(EnvironmentCollector):
    """Keeps what :meth:`collect` finds on each page, for pages that are not read again."""

    #: The attribute of the environment that holds it, by page.
    attribute: ClassVar[str]

    def collect(self, app: Sphinx, doctree: nodes.document) -> Any:
        """Return what is to be kept of the page that was just read."""
        raise NotImplementedError

    @classmethod
    def kept(cls, env: BuildEnvironment) -> dict[str, Any]:
        """Return what is kept, by page."""
        if not hasattr(env, cls.attribute):
            setattr(env, cls.attribute, {})
        return getattr(env, cls.attribute)

    def process_doc(self, app: Sphinx, doctree: nodes.document) -> None:
        """Keep what is found on the page that was just read."""
        self.kept(app.env)[app.env.docname] = self.collect(app, doctree)

    def clear_doc(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        """Forget a page that is gone or will be read anew."""
        self.kept(env).pop(docname, None)

    def merge_other(
        self, app: Sphinx, env: BuildEnvironment, docnames: set[str], other: Any
    ) -> None:
        """Take over the pages that another process has read."""
        theirs = self.kept(other)
        self.kept(env).update({name: theirs[name] for name in docnames if name in theirs})
