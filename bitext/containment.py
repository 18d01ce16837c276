"""No path leaves the book: whatever a source names must lie in the book's own folders.

Whoever builds a page that came from outside would otherwise publish any file that they may read.
What names files is found by :mod:`bitext.targets`; :mod:`bitext.assets` looks once more at what
Sphinx has gathered for each page.
"""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from bitext import targets
from bitext.findings import Finding, SourceError
from bitext.markdown import ADDRESS
from bitext.settings import Settings
from bitext.targets import Target

KIND, PICTURE = "path", "picture"
REMEDY = (
    "keep the file in the book, neither hidden nor in _build, and write its path from the folder "
    "of this file, as in ../img/NAME.svg"
)
NAME_IT = (
    "write the path of a file from the folder of this one, as in ../img/NAME.svg; its name has the "
    "letters a to z, digits, - and _ alone"
)
SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):(?P<rest>.*)", re.DOTALL)
#: Schemes of MyST and of browsers for what lies on this machine.
LOCAL = frozenset(("file", "inv", "myst", "path", "project"))
COMMAND = re.compile(r"\\[A-Za-z]+\*?(?:[{\[\s_^]|$)")
WORD = re.compile(r"[\w#,-][\w#,. -]*")
CONTROL = re.compile(r"[\x01-\x1f\x7f]")


@dataclass(frozen=True)
class Place:
    """Where a text stands: the folder from which its paths count, in a book."""

    root: Path
    folder: Path

    def leaves(self, target: str) -> bool:
        """Whether a target is a file outside the book, in any way that a program may read it.

        Symbolic links are followed; characters may be encoded, once or again.

        Examples
        --------
        >>> place = Place(Path("/book"), Path("/book/chapter"))
        >>> place.leaves("../img/a.svg"), place.leaves("https://example.org/a?b=/c")
        (False, False)
        >>> [place.leaves(t) for t in ("../../a", "%2e%2e/../a", "/a", "file:a", "../.git/config")]
        [True, True, True, True, True]
        """
        if WORD.fullmatch(target):  # most are; such a one leaves by a link alone
            return os.path.islink(os.path.join(self.folder, target)) and self._is_beyond(target)
        return any(map(self._is_outside, _forms(target)))

    def is_all(self, target: str) -> bool:
        """Whether a target is the folder of the whole book, with all that is hidden in it."""
        there = os.path.normpath(os.path.join(self.folder, target.strip()))
        return os.path.realpath(there) == os.path.realpath(self.root)

    def _is_outside(self, path: str) -> bool:
        if "\0" in path or path.startswith("/") or re.match(r"~(?:[^/]*/|$)", path):
            return True
        if found := SCHEME.fullmatch(path):
            scheme, rest = found["scheme"].lower(), found["rest"]
            if scheme == "file" or len(scheme) == 1:  # the latter a drive
                return True
            if not rest.startswith("//") or scheme in LOCAL:
                if self._is_outside(rest):
                    return True
        return any(
            self._is_beyond(part) for part in {path, *(re.split(r"[?#]", path, maxsplit=1)[:1])}
        )

    def _is_beyond(self, path: str) -> bool:
        root = os.path.realpath(self.root)
        joined = os.path.join(self.folder, path)
        try:
            found = {os.path.realpath(joined), os.path.realpath(os.path.normpath(joined))}
            if glob.has_magic(path):
                found |= {os.path.realpath(match) for match in glob.glob(joined)}
        except (OSError, ValueError):  # a path of no file system
            return True
        named = "/" in path  # a word alone, as .md, is a path if there is such a file
        return any(
            not _is_in(place, root)
            or (not _is_source(place, root) and (named or os.path.lexists(place)))
            for place in found
        )


def _is_in(path: str, root: str) -> bool:
    """Whether a real path is the root or lies in it."""
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)


def _is_source(path: str, root: str) -> bool:
    """Whether a path in the root is neither hidden nor built."""
    parts = path[len(root) :].strip(os.sep).split(os.sep)
    return parts[0].casefold() != "_build" and not any(part.startswith(".") for part in parts)


def _forms(target: str) -> Iterator[str]:
    """Yield a target as programs may read it: decoded, without control signs, with / for \\."""
    form = target.strip()
    for _ in range(6):
        for read in {form, CONTROL.sub("", form).strip()}:
            yield read
            if "\\" in read and not COMMAND.match(read):
                yield read.replace("\\", "/")
        decoded = unquote(form)
        if decoded == form:
            return
        form = decoded
    yield "/"  # encoded again and again: no honest path


#: The place of a page that is not in a book yet: one folder deep, as all sections.
UNPLACED = Place(Path("/book"), Path("/book/chapter"))


def place_in(settings: Settings, folder: str) -> Place:
    """Return the place of a page that is imported: from _build it will be moved to a chapter."""
    where, root = os.path.realpath(settings.root / folder), os.path.realpath(settings.root)
    own = _is_in(where, root) and _is_source(where, root)
    return Place(settings.root, settings.root / folder if own else settings.root / "chapter")


def leaving(found: Iterator[Target], place: Place) -> Iterator[Target]:
    """Yield the targets that lie outside the book."""
    known: dict[tuple[str, bool], bool] = {}
    for target in found:
        key = target.text, target.document
        if key not in known:
            text = target.text.strip()
            if target.document and text.startswith("/"):  # from the root of the book
                known[key] = Place(place.root, place.root).leaves(text[1:])
            else:
                known[key] = place.leaves(target.text)
        whole = target.copied and place.is_all(target.text)
        if known[key] or whole:
            yield target


# ---- the book -----------------------------------------------------------------------------------

READERS: dict[str, Callable[[str], Iterator[Target]]] = {
    ".bib": targets.bib,
    ".css": targets.css,
    ".htm": targets.html,
    ".html": targets.html,
    ".md": targets.markdown,
    ".rst": targets.rst,
    ".svg": targets.svg,
    ".toml": targets.toml,
}
#: Files of settings; no other YAML makes pages.
YAML = ("_config.yml", "_toc.yml")


def findings(settings: Settings) -> list[Finding]:
    """Return every path of the sources and settings that leads out of the book, or nowhere."""
    found = []
    for path in _files(settings.root):
        name = path.relative_to(settings.root).as_posix()
        if path.is_symlink():
            if Place(settings.root, path.parent).leaves(path.name):
                what = f"a symbolic link to {os.readlink(path)!r}, which leads out of the book"
                remedy = "put the file itself here, or delete the link"
                found.append(Finding(name, 1, KIND, what, remedy))
        else:
            found += _of_file(path, name, Place(settings.root, path.parent))
    return sorted(set(found))


def _files(root: Path) -> Iterator[Path]:
    """Yield the files of the book, and the symbolic links; code of packages is no source."""
    for folder, folders, names in os.walk(root):
        here = Path(folder)
        links = [name for name in folders if (here / name).is_symlink()]
        folders[:] = [
            name
            for name in sorted(folders)
            if name[0] != "." and name not in links and (here != root or name != "_build")
        ]
        for path in (here / name for name in sorted([*links, *names])):
            if path.name[0] != "." or (here != root and path.is_symlink()):
                yield path


def _of_file(path: Path, name: str, place: Place) -> list[Finding]:
    if name in YAML:
        read: Callable[[str], Iterator[Target]] | None = targets.settings
    elif name == "pyproject.toml":

        def read(text: str) -> Iterator[Target]:
            # Of what the user has set for Matplotlib and IPython a run takes a digest alone.
            return targets.toml(text, "bitext", without=["configuration"])

    elif path.suffix == ".ipynb":

        def read(text: str) -> Iterator[Target]:
            return targets.notebook(text, outputs=path.with_suffix(".md").is_file())

    else:
        read = READERS.get(path.suffix.lower())
    if read is None:
        return []
    try:
        text = path.read_text("utf-8")
    except (OSError, ValueError):  # who reads it says so
        return []
    named = list(read(text))
    out = of_text(iter(named), name, place)
    if path.suffix == ".md" and (place.folder == place.root or name.startswith("chapter_")):
        out += missing(named, name, place)
    return out


def of_text(found: Iterator[Target], name: str, place: Place, line: int = 1) -> list[Finding]:
    """Return a finding for each target that leads out of the book, each line's but once."""
    out: dict[int, Target] = {}
    for target in leaving(found, place):
        out.setdefault(target.line, target)
    return [
        Finding(name, line + at, KIND, f"{short(target.text)} leads out of the book", REMEDY)
        for at, target in out.items()
    ]


def missing(found: Iterable[Target], name: str, place: Place) -> list[Finding]:
    """Return a finding for each picture of the book that no page can show.

    Sphinx looks for a file under the very name that Markdown hands on, in which a blank or a
    letter with a diacritic is encoded; so no file with such a name is found.

    Examples
    --------
    >>> pictures = targets.markdown("![A cell](no.png) and ![](https://example.org/a.png)")
    >>> [finding.what for finding in missing(pictures, "a.md", Place(Path("/"), Path("/")))]
    ["no page can show 'no.png': there is no such file"]
    """
    out = []
    for target in found:
        path = target.text.strip()
        if not target.shown or SCHEME.fullmatch(path) or place.leaves(path):
            continue
        file = os.path.join(place.folder, path)
        if not (os.path.isfile(file) or glob.glob(file)):
            out.append(Finding(name, 1 + target.line, PICTURE, not_shown(path), NAME_IT))
    return out


def not_shown(path: str) -> str:
    """Return what a finding says of a picture that is not found under its name."""
    return f"no page can show {short(path)}: there is no such file"


def short(target: str) -> str:
    """Return a target as a finding names it."""
    text = " ".join(target.split())
    return repr(text if len(text) <= 80 else f"{text[:77]}...")


def require(settings: Settings) -> None:
    """Raise if a path leads out of the book, or to a picture that is not there.

    Raises
    ------
    SourceError
        With a finding for each.
    """
    if found := findings(settings):
        raise SourceError(found)


# ---- texts from elsewhere -----------------------------------------------------------------------

CODE = r"(?<!`)(?P<tick>`{1,3})(?!`).+?(?<!`)(?P=tick)(?!`)"
LINK = (
    r"!?\[(?P<words>(?:[^\[\]\\]|\\.)*)\]"
    r"\(\s*(?:<(?P<angled>[^<>\n]*)>|(?P<bare>(?:[^\s()\\]|\\.|\([^\s()]*\))*))"
    r"(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*\)"
)
DEFINITION = r"^[ \t>]{0,12}\[[^\]\n]+\]:\s*(?P<defined>\S+).*$"
AUTOMATIC = r"<(?P<auto>[A-Za-z][A-Za-z0-9+.-]*:[^\s<>]*)>"
NAMED = re.compile("|".join((CODE, LINK, DEFINITION, AUTOMATIC)), re.DOTALL | re.MULTILINE)


def without_targets(text: str, place: Place) -> Iterator[tuple[int, int, str]]:
    """Yield ``(start, end, words)`` of the links and pictures that lead out, and what remains.

    Examples
    --------
    >>> list(without_targets("a [key](../../id_rsa) b", UNPLACED))
    [(2, 21, 'key')]
    """
    for found in NAMED.finditer(text):
        if found["tick"]:
            continue
        target = next(filter(None, map(found.group, ("angled", "bare", "defined", "auto"))), "")
        if place.leaves(re.sub(r"\\([^\w\s])", r"\1", target)) or place.leaves(target):
            words = found["words"] or (ADDRESS.sub("", target) if found["auto"] else "")
            yield found.start(), found.end(), words
