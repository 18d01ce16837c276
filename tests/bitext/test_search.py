"""Search: every block by its language and its place."""

from docutils import nodes

from bitext.search import passages


def block(lang, text):
    return nodes.container("", nodes.paragraph("", text), classes=["block", f"language-{lang}"])


def page():
    document = nodes.document(None, None)
    title = nodes.title()
    title += nodes.inline("", "Mạng", classes=["text", "language-vi"])
    title += nodes.inline("", "Nets", classes=["text", "language-en"])
    pair = nodes.container("", block("vi", "Xin chào"), block("en", "Hello"), ids=["pair-1"])
    pair["classes"].append("pair")
    code = nodes.literal_block("", "print( 1 )")
    document += nodes.section("", title, pair, code, nodes.raw("", "<b>", format="html"))
    document[0]["ids"] = ["mang-nets"]
    return document


def test_headings_blocks_and_code():
    found = [
        (entry["id"], entry["lang"], entry["text"], entry.get("heading", False))
        for entry in passages(page(), "chapter/page")
    ]
    assert found == [
        ("mang-nets", "vi", "Mạng", True),
        ("mang-nets", "en", "Nets", True),
        ("pair-1", "vi", "Xin chào", False),
        ("pair-1", "en", "Hello", False),
        ("mang-nets", None, "print( 1 )", False),
    ]
    assert {entry["page"] for entry in passages(page(), "chapter/page")} == {"chapter/page"}
    assert all(entry["title"] == ["Mạng", "Nets"] for entry in passages(page(), "chapter/page"))


def test_a_caption_in_two_languages():
    document = page()
    figure = nodes.figure("", nodes.image(), ids=["fig-x"])
    figure += nodes.caption(
        "",
        "",
        nodes.inline("", "Hình vẽ", classes=["text", "language-vi"]),
        nodes.inline("", "A drawing", classes=["text", "language-en"]),
    )
    document[0] += figure
    found = [entry for entry in passages(document, "p") if entry["id"] == "fig-x"]
    assert [(entry["lang"], entry["text"]) for entry in found] == [
        ("vi", "Hình vẽ"),
        ("en", "A drawing"),
    ]


def test_a_mark_is_not_found():
    document = page()
    document[0] += nodes.paragraph("", "Chưa dịch", classes=["mark"])
    assert "Chưa dịch" not in [entry["text"] for entry in passages(document, "p")]
