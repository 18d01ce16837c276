import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bitext import exporting, facts, importing, sources
from bitext.findings import SourceError
from tests.bitext.test_importing import EDIT, seed
from tests.bitext.test_template import TEMPLATE


def section_of(imported):
    return sources.parse(imported.text, "page", "chapter_toy/page.md")


def round_trip(text, lang=None):
    """Import, export, import; return both imports and the page between them."""
    first = importing.convert(text, "page.md", lang=lang)
    page = exporting.write(section_of(first), first.report.kept)
    return first, page, importing.convert(page, "page.md")


def test_a_page_comes_back_as_it_was():
    first, page, again = round_trip(TEMPLATE)
    assert page.replace("\n\n", "\n").split() == TEMPLATE.replace("\n\n", "\n").split()
    assert again.text == first.text
    assert again.report.kept == first.report.kept
    assert [p.name for p in again.report.people] == [p.name for p in first.report.people]


@pytest.mark.parametrize("number", ["000", "001", "002", "003", "004"])
def test_a_sample_comes_back_from_the_template_as_it_was(number):
    first, page, again = round_trip(seed(number))
    assert again.text == first.text
    assert again.report.kept == first.report.kept
    assert exporting.differences(section_of(first), page) == []


def test_references_labels_and_placeholders_have_the_form_of_d2l():
    page = round_trip(TEMPLATE)[1]
    for line in (
        "# Những con thuyền\n:label:`sec_boats`\n",
        "A boat floats, see :numref:`fig_boat`.",
        "![Một con thuyền.](../img/boat.svg)\n:label:`fig_boat`",
        "## *dịch tiêu đề phía trên*\n",
        "*dịch đoạn phía trên*\n",
        "$$o = 2$$\n:eqlabel:`eq_o`",
        "```{.python .input}\noars = 2\n```",
    ):
        assert line in page


def test_words_of_a_link_that_are_not_the_usual_stay():
    for text in ("[this](#sec-a)", "[Figure](#eq-a)", "$[Figure](#fig-a)$", "[Elman](#bib-e)"):
        assert exporting.old(text, "en") == text
    assert (
        exporting.old("[Hình](#fig-a), [mục](#sec-b)", "vi") == ":numref:`fig_a`, :numref:`sec_b`"
    )


def test_the_label_of_a_plot_has_no_form_and_is_named():
    text = importing.HEADER + (
        '\n```{code-cell}\n:label: fig-sea\n\nplot()\n```\n\n+++ {"lang": "en"}\n\nThe sea.\n\n'
        '+++ {"lang": "vi"}\n\nBiển.\n'
    )
    section = sources.parse(text, "page", "chapter_toy/page.md")
    written = exporting.write(section)
    assert "fig_sea" not in written and "The sea." in written
    (found,) = exporting.differences(section, written)
    assert found.what == "the template has no form for 'label'"
    assert text.split("\n")[found.line - 1] == "plot()"


def test_what_the_template_cannot_say_is_named():
    text = importing.HEADER + (
        '\n+++ {"lang": "en", "admonition": "note"}\n\nA boat.\n\n'
        '+++ {"lang": "vi"}\n\nMột con thuyền.\n\n+++ {"lang": "en"}\n\nOne.\n\nTwo.\n\n'
        '+++ {"lang": "vi"}\n\nMột là một.\n\nHai là hai.\n'
    )
    section = sources.parse(text, "page", "chapter_toy/page.md")
    found = exporting.differences(section, exporting.write(section))
    assert [(f.line, f.what) for f in found] == [
        (14, "the template has no form for 'admonition'"),
        (22, "from here on an import would cut the text into other cells"),
    ]


def test_a_page_is_written_and_its_facts_come_from_the_ledger(book_folder, tmp_path):
    page = tmp_path / "page.md"
    page.write_text(TEMPLATE, "utf-8")
    target, report = importing.import_file(page, book_folder, "chapter_toy")
    assert facts.read(facts.path("page", book_folder), book_folder.root) == report.kept
    section = sources.read(target, book_folder.root)
    written, found = exporting.save(section, book_folder)
    assert written == book_folder.build / "template/page.md"
    assert found == []
    assert "Bắt đầu dịch Phần 1" in written.read_text("utf-8")
    assert "* Trần Thị Sóng" in written.read_text("utf-8")


def test_a_section_of_the_book_can_be_written(book_folder):
    section = sources.read(book_folder.root / "chapter_toy/state.md", book_folder.root)
    page = exporting.write(section)
    assert "<!--\n# Hidden States\n\nA state remembers.\n-->" in page
    assert page.count("*dịch đoạn phía trên*") == 1


@given(st.lists(EDIT, max_size=6))
@settings(max_examples=40)
def test_either_the_section_comes_back_or_a_finding_says_that_it_does_not(edits):
    text = TEMPLATE
    for place, cut, added in edits:
        at = int(place * len(text))
        text = text[:at] + added + text[at + cut :]
    try:
        first = importing.convert(text, "page.md")
    except SourceError:
        return
    section = section_of(first)
    page = exporting.write(section, first.report.kept)
    try:
        found = exporting.differences(section, page)
    except SourceError:
        return
    if not any(f.what.startswith("from here on") for f in found):
        again = sources.parse(importing.convert(page, "page.md").text, "page", "page.md")
        assert [c.text for c in again.cells] == [c.text for c in section.cells]
