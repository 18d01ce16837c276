"""Terms on a page: where they stand, and what each is called in the other language.

Terms are found in the page as :mod:`bitext.glossary` finds them in a source, in every form and the
longest at each place, in prose alone: not in headings, code, formulas and links.  The first time
that a page uses a term it becomes a link to the glossary, which shows the term's partner on hover,
focus and tap (``page.js``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from bitext import glossary, terms
from bitext.glossary import Glossary, Term, tokens
from bitext.sources import SOURCE_LANG, TARGET_LANG

#: What is not prose, or a link already.
NO_PROSE = (
    nodes.comment,
    nodes.footnote_reference,
    nodes.Invisible,
    nodes.literal,
    nodes.literal_block,
    nodes.math,
    nodes.math_block,
    nodes.raw,
    nodes.reference,
    nodes.title,
    addnodes.pending_xref,
)

Span = tuple[int, int]


@dataclass(frozen=True)
class Match:
    """A term in a piece of text."""

    term: Term
    text: nodes.Text
    span: Span


class Hint(nodes.Inline, nodes.TextElement):
    """A term with its partner: ``refuri`` is its entry, ``partner`` its name in ``lang``."""


def visit(translator: Any, node: Hint) -> None:
    """Begin the link of a term."""
    partner, lang, uri = (escape(node[key]) for key in ("partner", "lang", "refuri"))
    translator.body.append(
        f'<a class="term" href="{uri}" data-partner="{partner}" data-partner-lang="{lang}">'
    )


def depart(translator: Any, node: Hint) -> None:
    """End it."""
    translator.body.append("</a>")


def known(root: Path) -> Glossary:
    """Return the glossary of the book, read once for each state of the file."""
    path = root / glossary.PATH
    return _known(root, path.stat().st_mtime_ns if path.is_file() else None)


@lru_cache(maxsize=1)
def _known(root: Path, _time: int | None) -> Glossary:
    return glossary.read(root)


def identity(term: Term) -> str:
    """Return the name of a term's entry in the glossary.

    Examples
    --------
    >>> identity(Term(("bag of words",), "túi từ"))
    'term-bag-of-words'
    """
    return "term-" + "-".join(small for small, _, _ in tokens(term.name) if small)


def find(element: nodes.Element, known: Glossary) -> list[Match]:
    """Return the terms of a glossary in the prose of a block, in their order."""
    found = []
    for text in _prose(element):
        spans = list(tokens(str(text)))
        for term, start, end in known.places([small for small, _, _ in spans]):
            found.append(Match(term, text, (spans[start][1], spans[end - 1][2])))
    return found


def _prose(node: nodes.Node) -> Iterator[nodes.Text]:
    """Yield the pieces of text that are prose."""
    if isinstance(node, nodes.Text):
        yield node
    elif not isinstance(node, NO_PROSE) and "mark" not in node.get("classes", ()):
        for child in node.children:
            yield from _prose(child)


def halves(element: nodes.Element) -> dict[str, nodes.Element]:
    """Return the English and the Vietnamese half of a pair, a caption or a title, by language."""
    found = {}
    for child in element.children:
        for lang in (SOURCE_LANG, TARGET_LANG):
            if isinstance(child, nodes.Element) and f"language-{lang}" in child.get("classes", ()):
                found.setdefault(lang, child)
    return found


def is_pair(node: nodes.Node) -> bool:
    """Whether a node holds prose in both languages: a pair or a caption."""
    return isinstance(node, nodes.caption) or (
        isinstance(node, nodes.container) and "pair" in node["classes"]
    )


def partners(pair: nodes.Element, known: Glossary) -> Iterator[tuple[str, Match, Term, str]]:
    """Yield ``(language, place, term, partner)`` for the terms of a pair.

    The partner of an English term is the rendering that stands in the Vietnamese half, or else
    that of the glossary; a Vietnamese word is a term only if it renders one of the English half.
    A word of everyday language too (``enforce`` is ``no``) counts where both halves have it, and a
    Vietnamese syllable by itself where both have it equally often.
    """
    both = halves(pair)
    if SOURCE_LANG not in both:
        return
    english = find(both[SOURCE_LANG], known)
    turned = terms.renderings(known)
    vietnamese = find(both[TARGET_LANG], turned) if TARGET_LANG in both else []
    rendered = Counter(_same(match.term.vi) for match in vietnamese)
    used = Counter(match.term.name for match in english)
    for match in english:
        here = [vi for vi in match.term.accepted if rendered[_same(vi)]]
        if here or match.term.enforced:
            yield SOURCE_LANG, match, match.term, here[0] if here else match.term.vi
    for match in vietnamese:
        rendering = _same(match.term.vi)
        for term in dict.fromkeys(m.term for m in english):
            # A single syllable may be another word: "từ" is "word", and it is "from".
            safe = len(rendering) > 1 or rendered[rendering] == used[term.name]
            if safe and rendering in set(map(_same, term.accepted)):
                yield TARGET_LANG, match, term, term.name
                break


def _same(rendering: str) -> tuple[str, ...]:
    return tuple(small for small, _, _ in tokens(rendering) if small)


class Hints(SphinxPostTransform):
    """Makes a link of each term that a page uses for the first time, in each language."""

    default_priority = 400  # after all references are resolved
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Look through the pairs of one page."""
        pages: dict[str, Any] = getattr(self.env, "bitext_terms", {})
        here = pages.get(self.env.docname)
        there = next((name for name, page in pages.items() if "glossary" in page.lists), None)
        if there is None or here is None or here.lists:
            return
        terms_known = known(Path(self.env.srcdir))
        uri = self.app.builder.get_relative_uri(self.env.docname, there)
        seen: set[tuple[str, Term]] = set()
        for pair in list(self.document.findall(is_pair)):
            marks: dict[int, tuple[nodes.Text, list[tuple[Span, Hint]]]] = {}
            for lang, match, term, partner in partners(pair, terms_known):
                start, end = match.span
                written = str(match.text)[start:end]
                if (lang, term) in seen or _same(written) == _same(partner):
                    continue
                seen.add((lang, term))
                other = TARGET_LANG if lang == SOURCE_LANG else SOURCE_LANG
                hint = Hint("", written, refuri=f"{uri}#{identity(term)}")
                hint["partner"], hint["lang"] = partner, other
                marks.setdefault(id(match.text), (match.text, []))[1].append((match.span, hint))
            for text, found in marks.values():
                _insert(text, found)


def _insert(text: nodes.Text, found: list[tuple[Span, Hint]]) -> None:
    """Put hints in the place of parts of a text."""
    pieces: list[nodes.Node] = []
    done = 0
    for (start, end), hint in sorted(found, key=lambda each: each[0]):
        pieces += [nodes.Text(str(text)[done:start]), hint]
        done = end
    pieces.append(nodes.Text(str(text)[done:]))
    parent = text.parent
    place = next(i for i, child in enumerate(parent.children) if child is text)
    parent[place : place + 1] = [piece for piece in pieces if piece.astext()]
