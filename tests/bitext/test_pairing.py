import copy

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from bitext.pairing import pair, references


def cell(text, lang=None, **metadata):
    if lang:
        metadata["lang"] = lang
    return new_markdown_cell(text, metadata=metadata)


def paired(*cells):
    return [c.source for c in pair(new_notebook(cells=list(cells))).cells]


def test_pairing_is_pure():
    notebook = new_notebook(cells=[cell("# A\n\nB", "en"), cell("# C\n\nD", "vi")])
    before = copy.deepcopy(notebook)
    assert pair(notebook) == pair(notebook)
    assert notebook == before


def test_a_heading_pair_becomes_one_heading_with_both():
    (source,) = paired(cell("## A `x`", "en", label="sec-a"), cell("## B $y$", "vi"))
    assert source == "(sec-a)=\n## {vi}`B $y$` {en}`` A `x` ``"


def test_any_other_pair_becomes_two_blocks():
    (source,) = paired(cell("One.", "en"), cell("Một.", "vi"))
    assert source == (
        "````{pair}\n:name: pair-1\n\n```{block} vi\n\nMột.\n```\n```{block} en\n\nOne.\n```\n````"
    )


def test_fences_are_longer_than_those_inside():
    inner = "````text\n```\n````"
    (source,) = paired(cell(inner, "en"), cell(inner, "vi"))
    assert source.startswith("``````{pair}") and "\n`````{block} vi\n" in source


def test_a_block_without_translation_is_marked():
    heading, block = paired(cell("# Title", "en"), cell("Text.", "en"))
    assert heading == "# {untranslated}`Title`"
    assert "{block} en\n:untranslated:" in block and "{block} vi" not in block


def test_a_figure_takes_the_next_pair_as_its_caption():
    (source,) = paired(
        cell("![alt](../img/x.svg)", label="fig-x"), cell("A\ncaption.", "en"), cell("Chú.", "vi")
    )
    assert source == (
        "```{figure} ../img/x.svg\n:name: fig-x\n:alt: alt\n\n{vi}`Chú.` {en}`A caption.`\n```"
    )


def test_a_labeled_code_cell_takes_the_next_pair_as_the_caption_of_its_plots():
    code = new_code_cell("plot()", metadata={"label": "fig-x"})
    notebook = new_notebook(cells=[code, cell("A\ncaption.", "en"), cell("Chú.", "vi")])
    first, figure = pair(notebook).cells
    assert first == code
    assert figure.source == ("```{plotted}\n:name: fig-x\n\n{vi}`Chú.` {en}`A caption.`\n```")


def test_a_caption_of_a_plot_without_translation_or_with_a_stale_one_says_so():
    code = new_code_cell("plot()", metadata={"label": "fig-x"})
    _, source = paired(code, cell("One.", "en"))
    assert source == "```{plotted}\n:name: fig-x\n\n{untranslated}`One.`\n```"
    _, source = paired(code, cell("One.", "en"), cell("Một.", "vi", was="Two."))
    assert source.startswith("```{plotted}")
    assert source.endswith("\n```{changes}\n\n- Two.\n+ One.\n```")


def test_an_equation_gets_its_label():
    assert paired(cell("$$\nx\n$$", label="eq-x")) == ["$$\nx\n$$ (eq-x)"]


def test_an_admonition_wraps_the_pair():
    (source,) = paired(cell("One.", "en", admonition="tip"), cell("Một.", "vi"))
    assert source.startswith("`````{bilingual-admonition} tip\n````{pair}")


def test_a_stale_translation_shows_what_has_changed():
    (source,) = paired(cell("One.\nThree.", "en"), cell("Một.\nHai.", "vi", was="One.\nTwo."))
    assert ":stale:" in source
    assert "```{changes}\n\n- Two.\n+ Three.\n```" in source


def test_a_reference_and_a_number_in_a_stale_block_have_not_changed():
    number, link = "{glue:text}`size:.2f`", "[0.75](#glue-size:.2f)"
    english = f"By [Equation](#eq-x) {link}.\n\nThree."
    was = english.replace("Three", "Two").replace(link, number)
    stale = cell("Theo [Phương trình](#eq-x).", "vi", was=was)
    (source,) = paired(cell(english, "en"), stale)
    assert "```{changes}\n\n- Two.\n+ Three.\n```" in source


def test_a_stale_heading_and_a_stale_caption_show_what_has_changed():
    changed = "```{changes}\n\n- %s\n+ %s\n```"
    (source,) = paired(cell("## One", "en"), cell("## Một", "vi", was="## Two"))
    assert source.endswith("\n" + changed % ("## Two", "## One"))
    image = cell("![It](../img/it.svg)", label="fig-it")
    (source,) = paired(image, cell("One.", "en"), cell("Một.", "vi", was="Two."))
    assert source.startswith("```{figure}") and source.endswith(changed % ("Two.", "One."))


def test_references_outside_the_book_are_left_alone():
    text = "[a](https://x.org#fig-a) [b](#top) ![c](../img/fig-c.svg)"
    assert references(text) == text


def test_code_cells_pass_through():
    code = new_code_cell("x = '[a](#fig-b)'")
    assert pair(new_notebook(cells=[code])).cells == [code]
