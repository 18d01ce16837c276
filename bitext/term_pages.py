"""The glossary and the index of terms, made anew with the pages: nothing of them is kept.

Where ``{term-list} glossary`` stands in a source, the page has every term of the glossary with its
partner, its other renderings, its note and the place of its first use; ``{term-list} index`` gives
the sections, figures, exercises and numbered equations that use each term.  An equation uses the
terms of the block before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from sphinx_exercise.nodes import is_extension_node

from bitext import cleaning, partners, search, vietnamese, words
from bitext.collecting import PageCollector
from bitext.glossary import PATH, Glossary, Term
from bitext.partners import identity
from bitext.sources import SOURCE_LANG

KINDS = ("glossary", "index")

#: The order of tones in a Vietnamese dictionary, by their combining mark.
TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"


@dataclass(frozen=True)
class Use:
    """Where a page uses a term.

    Parameters
    ----------
    term : str
        The term as it is listed.
    place : str
        The id of the pair, heading, figure, equation or exercise.
    section : str
        The id of the section around it, ``""`` for what has a number: a figure, an equation, an
        exercise.
    title : tuple of str
        The title of that section in Vietnamese and in English.
    """

    term: str
    place: str
    section: str
    title: tuple[str, str]


@dataclass
class Page:
    """What a page has: uses of terms, and lists of them by their kind."""

    uses: list[Use] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)


class TermList(nodes.General, nodes.Element):
    """Stands where a list of terms will be."""


class TermListDirective(SphinxDirective):
    """The directive ``{term-list} glossary`` or ``{term-list} index``."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return what stands for the list until all pages are read."""
        kind = directives.choice(self.arguments[0], KINDS)
        self.env.note_dependency(PATH)
        node = TermList(kind=kind)
        if kind == "glossary":  # what search finds
            known = partners.known(Path(self.env.srcdir))
            node["passages"] = [
                {
                    "id": identity(t),
                    "title": [t.vi, t.name],
                    "text": ", ".join((*t.accepted, *t.en)),
                }
                for t in known.terms
            ]
        return [node]


def setup(app: Sphinx) -> None:
    """Register the directive, what collects the uses, and what writes lists and hints."""
    app.add_directive("term-list", TermListDirective)
    app.add_node(TermList)
    app.add_node(partners.Hint, html=(partners.visit, partners.depart))
    app.add_env_collector(TermCollector)
    app.add_post_transform(partners.Hints)
    app.add_post_transform(WriteLists)
    app.connect("env-get-updated", outdated, priority=950)  # once figures have their numbers


# ---- collecting ---------------------------------------------------------------------------------


class TermCollector(PageCollector):
    """Keeps what each page uses of the glossary."""

    attribute = "bitext_terms"

    def collect(self, app: Sphinx, doctree: nodes.document) -> Page:
        """Return the uses on a page, and the lists that stand on it."""
        found = list(uses(doctree, partners.known(Path(app.srcdir))))
        lists = [node["kind"] for node in doctree.findall(TermList)]
        return Page([] if lists else found, lists)


def uses(doctree: nodes.document, known: Glossary) -> Iterator[Use]:
    """Yield the uses of terms on a page in their order, each term once for each place."""
    before: list[Term] = []  # the terms of the last block
    for node in doctree.findall(_is_place):
        if (around := _section(node)) is None:  # before the first heading: no place has a name
            continue
        title, section = around
        if isinstance(node, nodes.math_block):
            found, place, around = before, node["ids"][0], ""
        elif isinstance(node, nodes.section):
            found, place, around = _terms(node.next_node(nodes.title), known), section, section
        else:
            found = before = _terms(node, known)
            figure, box = isinstance(node, nodes.caption), _box(node)
            place = (node.parent if figure else node)["ids"][0]
            around = "" if figure or box else section
            place = box or place
        for term in dict.fromkeys(found):
            yield Use(term.name, place, around, title)


def _box(node: nodes.Node) -> str | None:
    """Return the label of the exercise in which, or in whose solution, a node stands."""
    while node is not None and not is_extension_node(node):
        node = node.parent
    return node and (node.get("target_label") or node["label"])


def _is_place(node: nodes.Node) -> bool:
    if isinstance(node, nodes.caption):
        return isinstance(node.parent, nodes.figure) and bool(node.parent["ids"])
    if isinstance(node, nodes.math_block):
        return bool(node["ids"])
    named = isinstance(node, nodes.section) or partners.is_pair(node)
    return named and bool(node["ids"])


def _section(node: nodes.Node) -> tuple[tuple[str, str], str] | None:
    """Return the title, and the id, of the section that a node is or stands in."""
    while node is not None and not isinstance(node, nodes.section):
        node = node.parent
    if node is None:
        return None
    vi, en = search.halves(node.next_node(nodes.title)).values()
    return (vi, en), node["ids"][0]


def _terms(element: nodes.Element, known: Glossary) -> list[Term]:
    """Return the terms in the English half of a title, a pair or a caption."""
    half = partners.halves(element).get(SOURCE_LANG)
    return [match.term for match in partners.find(half, known)] if half is not None else []


def outdated(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Name the pages with a list when a term, a use or a number is not what it was."""
    pages = TermCollector.kept(env)
    state = repr((env.toc_fignumbers, sorted((name, pages[name].uses) for name in pages)))
    if getattr(env, "bitext_listed", None) == state:
        return []
    env.bitext_listed = state
    return [name for name, page in pages.items() if page.lists]


# ---- writing ------------------------------------------------------------------------------------


class WriteLists(SphinxPostTransform):
    """Writes the lists of a page."""

    default_priority = 400
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Put HTML in the place of each list."""
        for node in list(self.document.findall(TermList)):
            known = partners.known(Path(self.env.srcdir))
            entries = Entries(self.app, known)
            node.replace_self(cleaning.made(entries.html(node["kind"])))


class Entries:
    """The entries of a list, seen from the page that is being written."""

    def __init__(self, app: Sphinx, known: Glossary):
        self.app, self.env, self.known = app, app.env, known
        self.uses: dict[str, list[tuple[str, Use]]] = {}
        kept = TermCollector.kept(app.env)
        for page in filter(kept.get, _order(app.env)):
            for use in kept[page].uses:
                self.uses.setdefault(use.term, []).append((page, use))

    def html(self, kind: str) -> str:
        """Return a list of terms; that of the index leaves out those which the book never uses."""
        terms = [t for t in self.known.terms if kind == "glossary" or t.name in self.uses]
        by = {
            "vi": sorted(terms, key=lambda term: (collation(term.vi), term.name)),
            "en": sorted(terms, key=lambda term: term.name.casefold()),
        }
        place = {lang: {id(t): n for n, t in enumerate(order)} for lang, order in by.items()}
        entries = "\n".join(
            f'<div class="entry"{self._name(kind, term)} data-order-vi="{place["vi"][id(term)]}" '
            f'data-order-en="{place["en"][id(term)]}">\n'
            f'<dt lang="vi">{escape(term.vi)}</dt>\n<dt lang="en">{escape(term.name)}</dt>\n'
            f"{self._entry(term) if kind == 'glossary' else self._index(term)}</div>"
            for term in by["vi"]
        )
        name = words.named("aria-label", words.ORDER)
        buttons = "".join(
            f'<button type="button" value="{lang}">{words.word(text)}</button>'
            for lang, text in words.ORDERS.items()
        )
        return (
            f'<div class="sorting" role="group" {name}>{words.word(words.ORDER)}{buttons}</div>\n'
            f'<dl class="terms {kind}">\n{entries}\n</dl>\n'
        )

    def _name(self, kind: str, term: Term) -> str:
        return f' id="{identity(term)}"' if kind == "glossary" else f' id="index-{identity(term)}"'

    def _entry(self, term: Term) -> str:
        """Return what the glossary says of a term."""
        lines = []
        if term.en[1:]:
            others = f'<span lang="en">{escape(", ".join(term.en[1:]))}</span>'
            lines.append(("also", f"{words.word(words.ALSO_ENGLISH)}: {others}"))
        if term.also:
            others = f'<span lang="vi">{escape(", ".join(term.also))}</span>'
            lines.append(("also", f"{words.word(words.ALSO)}: {others}"))
        if term.note:
            lines.append(("note", f'<span lang="en">{escape(term.note)}</span>'))
        if found := self.uses.get(term.name):
            page, use = found[0]
            link = self._link(page, f"#{use.place}", use.title)
            lines.append(("first", f"{words.word(words.FIRST_USE)}: {link}"))
        return "".join(f'<dd class="{kind}">{text}</dd>\n' for kind, text in lines or [("", "")])

    def _index(self, term: Term) -> str:
        """Return where the book uses a term, a line for each page."""
        lines: dict[str, dict[str, str]] = {}
        for page, use in self.uses[term.name]:
            links = lines.setdefault(page, {})
            name = use.title if use.section else self._number(page, use.place)
            if name is not None and name != self._title(page):
                place = use.section or use.place
                links.setdefault(place, self._link(page, f"#{place}", name))
        return "".join(
            f'<dd><span class="page">{self._link(page, "", self._title(page))}</span>'
            + (f': <span class="places">{", ".join(links.values())}</span>' if links else "")
            + "</dd>\n"
            for page, links in lines.items()
        )

    def _link(self, page: str, place: str, name: tuple[str, str]) -> str:
        uri = self.app.builder.get_relative_uri(self.env.docname, page)
        return f'<a href="{escape(uri + place)}">{words.word(name)}</a>'

    def _title(self, page: str) -> tuple[str, str]:
        vi, en = search.halves(self.env.titles[page]).values()
        return vi, en

    def _number(self, page: str, place: str) -> tuple[str, str] | None:
        """Return the name of a figure or an equation, None for one without a number."""
        names = {
            "figure": words.NUMBERED["Fig."],
            "displaymath": words.EQUATION,
            "exercise": words.ADMONITIONS["exercise"],
        }
        for kind, name in names.items():
            if number := self.env.toc_fignumbers.get(page, {}).get(kind, {}).get(place):
                shown = ".".join(map(str, number))
                shown = f"({shown})" if kind == "displaymath" else shown
                return words.numbered((f"{name[0]} %s", f"{name[1]} %s"), shown)
        return None


def _order(env: BuildEnvironment) -> Iterable[str]:
    """Return the pages in the order of the table of contents."""
    found: dict[str, None] = {}

    def visit(page: str) -> None:
        if page not in found:
            found[page] = None
            for child in env.toctree_includes.get(page, ()):
                visit(child)

    visit(env.config.root_doc)
    return found


def collation(text: str) -> list[tuple[list[int], int]]:
    """Return by what a Vietnamese dictionary sorts: syllable by syllable, letters before tones.

    Examples
    --------
    >>> sorted(["mất mát", "mạ", "má", "mà", "ma", "mã", "mả", "mặt"], key=collation)
    ['ma', 'mà', 'mả', 'mã', 'má', 'mạ', 'mặt', 'mất mát']
    """
    found = []
    for word in text.lower().replace("-", " ").split():
        letters, tones, _ = vietnamese.strip_tone(word)
        places = [ALPHABET.find(c) if c in ALPHABET else len(ALPHABET) + ord(c) for c in letters]
        found.append((places, TONES.index(tones[:1])))
    return found
