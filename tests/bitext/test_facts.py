import pytest

from bitext import facts
from bitext.facts import Fact
from bitext.findings import SourceError

FACTS = [Fact(1, "marker", 0, '<!-- == "Phần" 1 == -->'), Fact(3, "person", 2, "Sóng\nnước, @a")]


def test_facts_are_kept_as_they_are(book_folder):
    file = facts.path("state", book_folder)
    assert facts.read(file, book_folder.root) == []
    facts.save(FACTS, file)
    assert facts.read(file, book_folder.root) == FACTS
    assert file.parent.name == "ledger"


@pytest.mark.parametrize("row", ["x,marker,0,a", "1,other,0,a", "1,marker,0", ""])
def test_a_row_that_is_no_fact_is_named_by_its_line(row, book_folder):
    file = facts.path("state", book_folder)
    facts.save(FACTS[:1], file)
    file.write_text(file.read_text("utf-8") + row + "\n", "utf-8")
    with pytest.raises(SourceError, match=r"state.facts.csv:3: the row .* is no fact"):
        facts.read(file, book_folder.root)
