import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitext import harmless


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "a <img src=x onerror=alert(1)> b",
        "- a\n\n  <div onclick='x()'>b</div>",
        "> <iframe src=x></iframe>",
        "<sub onclick=x>t</sub>",
        "a <b\nonclick=x> c",
        "<?php x ?>",
        "% a comment",
        "a\n\n  % b",
        "| a |\n|---|\n| <i onclick=x> |",
        "`a <script>",
        "$a <script> b",
        "``` x\n<b>\n```\n\n<script>",
    ],
)
def test_what_a_browser_or_sphinx_would_obey_becomes_text(text):
    assert not harmless.is_harmless(text)
    plain = harmless.disarmed(text)
    assert harmless.is_harmless(plain)
    assert plain.replace("\\", "") == text


@pytest.mark.parametrize(
    "text",
    [
        "a < b and c<d",
        "`<script>`",
        "```html\n<script>\n```",
        "x<sub>t</sub>",
        "<!-- a note -->",
        "$a <b> c$",
        "<https://e.org>",
        "50% of them",
        "[a](javascript:alert(1))",
    ],
)
def test_text_without_harm_is_left_alone(text):
    assert harmless.is_harmless(text)


def test_directives_are_seen_and_not_mended():
    for text in ("```{raw} html\nx\n```", ":::{raw} html\nx\n:::", "- ~~~{eval-rst}\n  x\n  ~~~"):
        assert not harmless.is_harmless(text)
        assert not harmless.is_harmless(harmless.disarmed(text))


PIECES = ["<script>", "<b>", "</i>", "<!--", "-->", "`", "```", "\n", "\n\n", "$", "%", "a", "> "]
PIECES += ["- ", "    ", "\\", "<https://e.org>", "<", "~~~", ":::", '<a href="', '">', "{raw}"]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_disarming_only_adds_backslashes(text):
    plain = harmless.disarmed(text)
    assert plain.replace("\\", "") == text.replace("\\", "")
