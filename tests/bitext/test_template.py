from bitext import d2l, template

#: A small page in the template of the Vietnamese community.
TEMPLATE = """\
<!-- ===================== Bắt đầu dịch Phần 1 ==================== -->

<!--
# Boats
-->

# Những con thuyền
:label:`sec_boats`

<!--
A boat floats, see :numref:`fig_boat`.
-->

Thuyền thì nổi, xem :numref:`fig_boat`.

<!--
![A boat.](../img/boat.svg)
-->

![Một con thuyền.](../img/boat.svg)
:label:`fig_boat`

<!-- ===================== Kết thúc dịch Phần 1 ==================== -->

<!--
## Oars
-->

## *dịch tiêu đề phía trên*

<!--
An oar is long.
-->

*dịch đoạn phía trên*

$$o = 2$$
:eqlabel:`eq_o`

```{.python .input}
oars = 2
```

<!--
The end is near.
-->

*dịch đoạn phía trên*

## Những người thực hiện
<!-- Mỗi dòng một tên. -->

<!-- Phần 1 -->
* Trần Thị Sóng
*

<!-- Phần 2 -->
* @thuyen
"""


def units(text):
    """Return (English, Vietnamese) texts of the pairs, the kind of the other blocks."""
    return [
        unit.other.kind
        if unit.other
        else (" | ".join(b.text for b in unit.en), " | ".join(b.text for b in unit.vi))
        for unit in template.read(text).units
    ]


def problems(text):
    blocks = (b for u in template.read(text).units for b in (*u.en, *u.vi, u.other) if b)
    return [(block.line, block.problem) for block in blocks if block.problem]


def test_english_in_comments_is_paired_with_the_vietnamese_below():
    assert units(TEMPLATE)[:13] == [
        "marker",
        ("# Boats", "# Những con thuyền"),
        ("A boat floats, see :numref:`fig_boat`.", "Thuyền thì nổi, xem :numref:`fig_boat`."),
        ("A boat.", "Một con thuyền."),
        "marker",
        ("## Oars", ""),
        "placeholder",
        ("An oar is long.", ""),
        "placeholder",
        "math",
        "code",
        ("The end is near.", ""),
        "placeholder",
    ]
    assert problems(TEMPLATE) == []


def test_markers_are_facts_and_contributors_have_names():
    page = template.read(TEMPLATE)
    assert page.facts == [(1, "Bắt đầu dịch Phần 1"), (23, "Kết thúc dịch Phần 1")]
    assert [(p.name, p.part, p.line) for p in page.people] == [
        ("Trần Thị Sóng", 1, 54),
        ("@thuyen", 2, 58),
    ]


def test_a_section_after_the_contributors_is_read():
    assert units(TEMPLATE + "\n## Lời kết\n")[-1] == ("", "## Lời kết")


def test_paragraphs_pair_one_to_one_where_there_are_as_many():
    both = "<!--\nOne.\n\nTwo.\n-->\n\nMột là một.\n\nHai là hai.\n"
    assert units(both) == [("One.", "Một là một."), ("Two.", "Hai là hai.")]
    joined = "<!--\nOne.\n\nTwo.\n-->\n\nMột và hai thì cùng ở đây.\n"
    assert units(joined) == [("One. | Two.", "Một và hai thì cùng ở đây.")]


def test_an_equation_in_both_is_kept_once():
    text = "<!--\nLet\n\n$$a$$\n\nbe.\n-->\n\nGọi\n\n$$ a $$\n\nlà một số.\n"
    assert units(text) == [("Let", "Gọi"), "twice", "math", ("be.", "là một số.")]
    assert units("<!--\nLet\n\n$$a$$\n-->\n\nGọi số\n") == [("Let", ""), "math", ("", "Gọi số")]


def test_a_comment_without_its_end_keeps_its_english():
    text = "<!--\nA boat.\n\n*dịch đoạn phía trên*\n\n<!--\nAn oar.\n-->\n\nMột mái chèo.\n"
    assert units(text) == [("A boat.", ""), "placeholder", ("An oar.", "Một mái chèo.")]
    assert problems(text) == [(2, "the comment of line 1 has no end '-->'")]


def test_english_whose_opening_is_lost_is_english():
    text = "Một câu dài ở đầu.\n\nA boat is here.\n-->\n\nMột con thuyền.\n"
    page = template.read(text)
    assert [b.text for u in page.units for b in u.en] == ["A boat is here."]
    assert [b.text for u in page.units for b in u.vi] == ["Một câu dài ở đầu.", "Một con thuyền."]
    assert problems(text) == [(4, "a '-->' without its '<!--'")]


def test_placeholders_are_no_translation_and_need_english():
    for words in ("đoạn", "tiêu đề", "chú thích ảnh"):
        (block,) = d2l.read(d2l.numbered(f"*dịch {words} phía trên*"))
        assert template.is_placeholder(block)
    text = "*dịch đoạn phía trên*"
    assert problems(text) == [(1, "a placeholder without English above it")]


def test_a_heading_pairs_with_a_heading():
    text = "<!--\n# A\n\nWords.\n\n## B\n-->\n\n# Một\n\n## *dịch tiêu đề phía trên*\n"
    assert units(text) == [("# A", "# Một"), ("Words.", ""), ("## B", ""), "placeholder"]
