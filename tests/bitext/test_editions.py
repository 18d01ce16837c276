import pytest

from bitext import editions
from bitext.findings import SourceError


def test_pages_come_in_the_order_of_the_contents(tmp_path):
    toc = "format: jb-book\nroot: a\nchapters:\n- file: b\n  sections:\n  - file: c\n"
    (tmp_path / "_toc.yml").write_text(toc)
    assert editions.order(tmp_path) == [("a", 0), ("b", 0), ("c", 1)]


@pytest.mark.parametrize(
    ("toc", "line"),
    [
        ("format: jb-book\nroot: [", 2),
        ("root: a\nx: y: z\n", 2),
        ("- a\n", 1),
        ("format: nothing\nroot: a\n", 1),
        ("format: jb-book\nroot: a\nchapters:\n- file: {x: y}\n", 1),
        ("root: \x1b\n", 1),
        ("", 1),
    ],
)
def test_what_is_no_list_of_pages_is_named_with_its_line(tmp_path, toc, line):
    (tmp_path / "_toc.yml").write_text(toc)
    with pytest.raises(SourceError) as error:
        editions.order(tmp_path)
    assert str(error.value).startswith(f"_toc.yml:{line}: ")
    assert len(str(error.value).splitlines()) == 1 and "chapters" in str(error.value)
