from nbformat.v4 import new_code_cell, new_notebook, new_output

from bitext.glued import show, to_links, to_text, values


def notebook_with(name: str, value: str):
    output = new_output(
        "display_data",
        data={"application/papermill.record/text/plain": value},
        metadata={"scrapbook": {"name": name, "mime_prefix": "application/papermill.record/"}},
    )
    return new_notebook(cells=[new_code_cell("glue(...)", outputs=[output])])


def test_values_come_from_the_outputs():
    assert values(notebook_with("norm", "1.5")) == {"norm": "1.5"}


def test_each_language_has_its_own_notation():
    assert show("12345.678", ",.2f", "en") == "12,345.68"
    assert show("12345.678", ",.2f", "vi") == "12.345,68"
    assert show("17.0", "d", "vi") == "17"
    assert show("'cpu'", None, "vi") == "cpu"


def test_a_role_becomes_a_link_and_the_link_the_value_of_a_later_run():
    source = "It is {glue:text}`norm:.2f` long, {glue:text}`none:.1f` wide."
    link = to_links(source, {"norm": "1.5"}, "en")
    assert link == "It is [1.50](#glue-norm:.2f) long, […](#glue-none:.1f) wide."
    assert to_text(link, {"norm": "2.25", "none": "3"}, "vi") == "It is 2,25 long, 3,0 wide."


def test_other_links_are_left_alone():
    text = "See [the figure](#fig-x), [1.50](#norm) and `{glue:x}`."
    assert to_text(to_links(text, {}, "en"), {}, "en") == text
