"""A small book in a temporary folder, for tests that read and write one."""

import os
from pathlib import Path
from textwrap import dedent

import hypothesis
import pytest

import bitext.settings  # before recurrent: it reads OMP_NUM_THREADS, which recurrent sets
from bitext.settings import Settings, load

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"  # texts of the registry, where they lie beside the project

# A machine with other work is slow now and then, which is no fault of what is tested.
hypothesis.settings.register_profile(
    "book",
    parent=hypothesis.settings.get_profile(hypothesis.settings.get_current_profile_name()),
    deadline=None,
)
hypothesis.settings.load_profile("book")


def pytest_configure(config: pytest.Config) -> None:
    """Load `recurrent` before mxnet, whose libraries it prepares.

    Not in the process that only starts workers: they would take what it sets for the user's wish.
    """
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")  # for workers that train side by side
    if hasattr(config, "workerinput") or not getattr(config.option, "numprocesses", None):
        import recurrent  # noqa: F401


HEADER = dedent(
    """\
    ---
    jupytext:
      text_representation:
        extension: .md
        format_name: myst
    kernelspec:
      display_name: Python 3
      language: python
      name: python3
    ---

    """
)

SECTION = HEADER + dedent(
    """\
    +++ {"lang": "en", "label": "sec-state"}

    # Hidden States

    A state remembers.

    +++ {"lang": "vi"}

    # Trạng thái ẩn

    Trạng thái ghi nhớ.

    +++ {"label": "eq-state"}

    $$
    h_t = f(h_{t-1})
    $$

    +++ {"lang": "en"}

    By [Equation](#eq-state) it is {glue:text}`norm:.2f` long.

    +++ {"lang": "vi"}

    Theo [Phương trình](#eq-state), nó dài {glue:text}`norm:.2f`.

    ```{code-cell}
    %load -s double ../toy/numbers.py
    ```

    ```{code-cell}
    :tags: [nbval-ignore-output]

    from myst_nb import glue

    glue("norm", double(0.75), display=False)
    print("a state")
    ```

    +++ {"lang": "en"}

    Not translated yet.
    """
)

MODULE = dedent(
    '''\
    """Numbers."""


    def half(x):
        """Return half of x."""
        return x / 2


    def double(x):
        """Return twice x."""
        return 2 * x
    '''
)


@pytest.fixture
def book_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return the settings of a book with one section, one module and one data file."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))  # the kernels find the book's package
    if bitext.settings._OMP_NUM_THREADS is None:  # what recurrent has set, no user has
        monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    files = {
        "chapter_toy/state.md": SECTION,
        "toy/__init__.py": "",
        "toy/numbers.py": MODULE,
        "toy/text.py": "from toy import numbers\n",
        "corpora/a.tsv": "id\ten\tvi\n",
        "requirements.txt": "",
        "references.bib": "",
        "_toc.yml": "format: jb-book\nroot: chapter_toy/state\n",
        "pyproject.toml": dedent(
            """\
            [tool.bitext]
            packages = ["toy"]
            data = { "toy/text.py" = ["corpora/*.tsv"] }
            """
        ),
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return load(tmp_path)
