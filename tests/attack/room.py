"""A small real book in a folder of its own, with files outside of it that nothing may show."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from bitext.settings import Settings, load
from tests.attack.payloads import PLANTED, SECRET
from tests.conftest import HEADER, MODULE, ROOT, SECTION

#: What the planted files hold, by their endings; each would be shown by whatever reads it.
HOLDS = {
    ".py": f'"""{SECRET}"""\n\n\ndef secret():\n    return "{SECRET}"\n',
    ".svg": f'<svg xmlns="http://www.w3.org/2000/svg"><text>{SECRET}</text></svg>\n',
    ".csv": f"en,vi,note\n{SECRET},{SECRET},\n",
    ".toml": f'[[table]]\ntitle = "{SECRET}"\nheads = ["{SECRET}"]\nrow = []\n',
}

SETTINGS = """\
[project]
name = "toy"
version = "1"

[tool.bitext]
packages = ["toy"]
data = { "toy/numbers.py" = ["corpora/*.tsv"] }
"""

TABLES = """\
[[table]]
title = "Numbers | Các số"
heads = ["name | tên", "norm | chuẩn"]

[[table.row]]
name = "state | trạng thái"
section = "state"
cells = ["norm:.2f"]
"""

PEOPLE = "id,name,role\nauthors,The Authors,translator\nlan,Lan,reviewer\n"

TOC = """\
format: jb-book
root: intro
chapters:
- file: chapter_toy/state
- file: chapter_toy/other
"""

INTRO = f"""\
{HEADER}
+++ {{"lang": "en"}}

# A Toy

It has a state.

+++ {{"lang": "vi"}}

# Một món đồ chơi

Nó có một trạng thái.
"""

DRAWN = """\

```{code-cell}
:label: fig-other

from IPython.display import SVG, display

display(SVG('<svg xmlns="http://www.w3.org/2000/svg"><text>a | b</text></svg>'))
```

+++ {"lang": "en"}

A plot.

+++ {"lang": "vi"}

Một đồ thị.
"""


@dataclass(frozen=True)
class Room:
    """The folder of a book, which lies beside the planted files.

    Parameters
    ----------
    base : Path
        The folder around both.
    settings : Settings
        Those of the book.
    """

    base: Path
    settings: Settings

    @property
    def root(self) -> Path:
        """The folder of the book."""
        return self.settings.root

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file of the book."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else encoded(content))
        return path

    def here(self, text: str) -> str:
        """Return a text with the place of this room where an input leaves it open."""
        return text.replace("{ROOM}", str(self.base))


def encoded(text: str) -> bytes:
    """Return a text as bytes; what no file can hold becomes a question mark."""
    return text.encode("utf-8", "replace")


@cache
def texts() -> dict[str, str]:
    """Return the files of the small book: three sections, of which two have code."""
    other = SECTION.replace("sec-state", "sec-other").replace("eq-state", "eq-other")
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    config["sphinx"]["extra_extensions"].remove("living.page")  # it needs MXNet
    return {
        "intro.md": INTRO,
        "chapter_toy/state.md": SECTION,
        "chapter_toy/other.md": other.replace("a state", "another") + DRAWN,
        "chapter_toy/results.toml": TABLES,
        "toy/__init__.py": "",
        "toy/numbers.py": MODULE,
        "corpora/a.tsv": "id\ten\tvi\n",
        "img/a.svg": '<svg xmlns="http://www.w3.org/2000/svg"><text>a | b</text></svg>\n',
        "translations/people.csv": PEOPLE,
        "requirements.txt": "",
        "references.bib": (ROOT / "references.bib").read_text("utf-8"),
        "_toc.yml": TOC,
        "_config.yml": yaml.safe_dump(config, allow_unicode=True),
        "pyproject.toml": SETTINGS,
    }


def furnish(base: Path, sections: bool = True) -> Room:
    """Write the book and the planted files into a folder.

    Parameters
    ----------
    base : Path
        The folder; it is made if need be.
    sections : bool
        Whether the book has its sections, or is to be given others.
    """
    root = base / "book"
    for name in PLANTED:
        base.mkdir(parents=True, exist_ok=True)
        (base / name).write_text(HOLDS.get(Path(name).suffix, f"{SECRET}\n"), "utf-8")
    (base / "host").mkdir(exist_ok=True)
    (base / "host/id_rsa").write_text(f"{SECRET}\n")
    for name, text in texts().items():
        if sections or not name.endswith((".md", "results.toml")):
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    return Room(base, load(root))


def link(room: Room) -> None:
    """Put symbolic links into the book that lead out of it; they harm only who follows them."""
    for name, target in (
        ("img/link.svg", "secret.svg"),
        ("chapter_toy/link.txt", "secret.txt"),
        ("chapter_toy/outside", "host"),
    ):
        path = room.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.symlink_to(os.path.relpath(room.base / target, path.parent))


def folder() -> Path:
    """Return a new temporary folder, in memory where the machine has such a file system."""
    memory = Path("/dev/shm")
    place = memory if memory.is_dir() and os.access(memory, os.W_OK) else None
    return Path(tempfile.mkdtemp(prefix="attack-", dir=place)).resolve()


def clear(base: Path) -> None:
    """Remove a folder."""
    shutil.rmtree(base, ignore_errors=True)


def empty(room: Room) -> None:
    """Take away what an input has left, files of the book that it may have changed included."""
    for path in room.root.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()
