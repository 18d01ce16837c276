from bitext.findings import Finding


def test_a_finding_is_one_line_whatever_the_input_is_called():
    finding = Finding("a\nb.md", 3, "import", "odd \u2028 \x1b[2J words", "write\rit anew")
    text = str(finding)
    assert len(text.splitlines()) == 1 and "\x1b" not in text
    assert text == r"a\nb.md:3: odd \u2028 \x1b[2J words: write\rit anew [import]"
