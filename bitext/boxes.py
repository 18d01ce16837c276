"""How the exercises and solutions of sphinx-exercise look on a page: in both languages, folded.

What an exercise is, its number, its label and the link from its solution are left to
sphinx-exercise.  Here its numbers begin anew on each page, as they do in the source; its titles
are put into both languages; a solution becomes a ``details`` element, which needs no script.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx_exercise.nodes import exercise_enumerable_node, is_exercise_node, solution_node
from sphinx_exercise.utils import get_node_number

from bitext import words

#: The name under which sphinx-exercise keeps its numbers.
KIND = "exercise"


def setup(app: Sphinx) -> None:
    """Load sphinx-exercise, and change what it writes."""
    app.setup_extension("sphinx_exercise")
    visitors = {
        exercise_enumerable_node: _visitor("div", "p", ' role="heading" aria-level="3"'),
        solution_node: _visitor("details", "summary", ""),
    }
    for node, visit in visitors.items():
        app.add_node(node, override=True, html=(visit, None))
    app.add_transform(Unwrap)
    app.add_post_transform(Translate)
    # Before and after Sphinx gives the numbers.
    app.connect("env-get-updated", _book_numbers, priority=100)
    app.connect("env-get-updated", _page_numbers, priority=900)


def is_box(node: nodes.Node) -> bool:
    """Whether a node is an exercise or a solution."""
    return is_exercise_node(node) or isinstance(node, solution_node)


class Unwrap(SphinxTransform):
    """Takes the contents of each box out of a section that has no title, and no id of its own."""

    default_priority = 15  # once starts and ends are one box

    def apply(self, **kwargs: Any) -> None:
        """Unwrap the boxes of one page."""
        for box in list(self.document.findall(is_box)):
            title, *rest = box.children
            sections = [child for child in rest if isinstance(child, nodes.section)]
            box.children = [title]
            box += [child for section in sections for child in section.children]


class Translate(SphinxPostTransform):
    """Puts the titles of exercises and solutions into both languages, and links the two."""

    default_priority = 25  # after sphinx-exercise has made the titles

    def run(self, **kwargs: Any) -> None:
        """Translate the boxes of one page."""
        solutions = {node["target_label"]: node for node in self.document.findall(solution_node)}
        for box in list(self.document.findall(exercise_enumerable_node)):
            number = get_node_number(self.app, box, KIND)
            box[0] = _title(box[0], number)
            if solution := solutions.get(box["label"]):
                name = words.ADMONITIONS["solution"]
                box += _link(solution["label"], name, "to-solution")
                solved = words.numbered(words.SOLUTION_TO, number)
                solution[0] = nodes.title("", "", *words.nodes_of(solved))
                back = words.numbered(words.BACK_TO, number)
                solution += _link(box["label"], back, "to-exercise")


def _title(title: nodes.Element, number: str) -> nodes.title:
    """Return the title of an exercise with its number at the beginning of each half."""
    halves = [child for child in title.children if isinstance(child, nodes.inline)]
    names = words.numbered(words.EXERCISE, number)
    if not halves:
        return nodes.title("", "", *words.nodes_of(names))
    made = nodes.title()
    for half in halves:
        name = names[1 if "language-en" in half["classes"] else 0]
        half.insert(0, nodes.inline("", f"{name}: ", classes=["caption-number"]))
        made += [half, nodes.Text(" ")]
    return made


def _link(label: str, name: tuple[str, str], kind: str) -> nodes.paragraph:
    """Return a line with a link to another box of the page."""
    reference = nodes.reference("", "", *words.nodes_of(name), internal=True, refid=label)
    return nodes.paragraph("", "", reference, classes=[kind])


def _visitor(element: str, title: str, attributes: str) -> Callable[[Any, Any], None]:
    """Return a method that writes a box as an HTML element with a title in another."""

    def visit(translator: Any, node: nodes.Element) -> None:
        first, *rest = node.children
        translator.body.append(translator.starttag(node, element, CLASS="admonition"))
        translator.body.append(f'<{title} class="admonition-title"{attributes}><span>')
        for child in first.children:
            child.walkabout(translator)
        translator.body.append(f"</span></{title}>\n")
        for child in rest:
            child.walkabout(translator)
        translator.body.append(f"</{element}>\n")
        raise nodes.SkipNode

    return visit


# ---- numbers ------------------------------------------------------------------------------------


def _book_numbers(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Let Sphinx compare its numbers with those that it gave the last time."""
    if hasattr(env, "bitext_book_numbers"):
        env.toc_fignumbers = env.bitext_book_numbers
    return []


def _page_numbers(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Count the exercises of each page anew: they are named in the sources, as in notebooks."""
    env.bitext_book_numbers = env.toc_fignumbers
    env.toc_fignumbers = {
        page: {kind: _anew(found) if kind == KIND else found for kind, found in kinds.items()}
        for page, kinds in env.toc_fignumbers.items()
    }
    return []


def _anew(numbers: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """Return numbers that begin at 1, in the order of what has them.

    Examples
    --------
    >>> _anew({"b": (8,), "a": (7,)})
    {'b': (2,), 'a': (1,)}
    """
    order = sorted(numbers, key=numbers.__getitem__)
    return {name: (order.index(name) + 1,) for name in numbers}
