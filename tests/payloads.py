"""What somebody might send: drawings and HTML that would run, ask for a file or reach further."""

#: Runs if it is let: a page has this function in the tests.
BAD = "go()"
HOST = "http://e.test/x"

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
HEAD += 'viewBox="0 0 9 9">'


def _svg(body: str) -> str:
    return f'{HEAD}<rect class="kept" width="5" height="5"/>{body}</svg>'


SVG = {
    "script": _svg(f"<script>{BAD}</script>"),
    "script in cdata": _svg(f"<script><![CDATA[{BAD}]]></script>"),
    "script by reference": _svg(f'<script href="{HOST}.js"/><script xlink:href="{HOST}.js"/>'),
    "script in data": _svg(f'<script href="data:text/javascript,{BAD}"/>'),
    "prefixed script": f'<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:rect class="kept" '
    f'width="5" height="5"/><s:script>{BAD}</s:script></s:svg>',
    "script of html": _svg(f'<script xmlns="http://www.w3.org/1999/xhtml">{BAD}</script>'),
    "prefixed script of html": _svg(
        f'<h:script xmlns:h="http://www.w3.org/1999/xhtml">{BAD}</h:script>'
    ),
    "upper case": _svg(f"<SCRIPT>{BAD}</SCRIPT><ScRiPt>{BAD}</ScRiPt>"),
    "onload": HEAD.replace("viewBox", f'onload="{BAD}" viewBox')
    + '<rect class="kept" width="5" height="5"/></svg>',
    "onload inside": _svg(f'<g onload="{BAD}"/><image onerror="{BAD}" href="{HOST}.png"/>'),
    "prefixed handler": _svg(f'<g xmlns:s="http://www.w3.org/2000/svg" s:onload="{BAD}"/>'),
    "focus": _svg(f'<a tabindex="0" autofocus="" onfocus="{BAD}" href="#"><text>a</text></a>'),
    "begin of an animation": _svg(f'<animate onbegin="{BAD}" attributeName="x" dur="1s"/>'),
    "set with a handler": _svg(f'<set onbegin="{BAD}" attributeName="x" to="1"/>'),
    "a link": _svg(f'<a href="javascript:{BAD}"><text class="go" y="5">go</text></a>'),
    "a link of xlink": _svg(f'<a xlink:href="javascript:{BAD}"><text class="go">go</text></a>'),
    "a link in pieces": _svg(f'<a href="java&#10;script:{BAD}"><text class="go">go</text></a>'),
    "a link by set": _svg(
        f'<a href="#"><set attributeName="href" to="javascript:{BAD}"/>'
        '<text class="go" y="5">go</text></a>'
    ),
    "a link by animate": _svg(
        f'<a><animate attributeName="xlink:href" values="javascript:{BAD}"/>'
        '<text class="go" y="5">go</text></a>'
    ),
    "an animation from outside": _svg(
        f'<a id="k"><text class="go">go</text></a><animate xlink:href="#k" attributeName="href" '
        f'to="javascript:{BAD}"/>'
    ),
    "foreign object": _svg(
        '<foreignObject width="9" height="9"><body xmlns="http://www.w3.org/1999/xhtml">'
        f'<img src="x" onerror="{BAD}"/></body></foreignObject>'
    ),
    "a frame": _svg(
        '<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" '
        f'srcdoc="&lt;script>parent.{BAD}&lt;/script>"/></foreignObject>'
    ),
    "html without foreign object": _svg(
        f'<img xmlns="http://www.w3.org/1999/xhtml" src="x" onerror="{BAD}"/>'
    ),
    "title": _svg(f'<title><a title="&lt;/title>&lt;img src=x onerror={BAD}>"/></title>'),
    "desc": _svg(f'<desc><img xmlns="http://www.w3.org/1999/xhtml" onerror="{BAD}"/></desc>'),
    "text that ends a style": _svg(
        f"<style>&lt;/style>&lt;img src=x onerror={BAD}> a{{}}</style>"
    ),
    "string that ends a style": _svg(
        f'<style>text{{font-family:"&lt;/style>&lt;img src=x onerror={BAD}>"}}</style>'
    ),
    "style in cdata": _svg(f"<style><![CDATA[</style><img src=x onerror={BAD}>]]></style>"),
    "an element in a style": _svg(f'<style><g onload="{BAD}"/></style>'),
    "text in cdata": _svg(f"<text><![CDATA[</text></svg><img src=x onerror={BAD}>]]></text>"),
    "quotes": _svg(f"""<rect class='"&gt;&lt;img src=x onerror={BAD}&gt;'/>"""),
    "math": _svg(
        '<math xmlns="http://www.w3.org/1998/Math/MathML"><annotation-xml encoding="text/html">'
        f'<img xmlns="http://www.w3.org/1999/xhtml" src="x" onerror="{BAD}"/></annotation-xml>'
        "</math>"
    ),
    "breaking out": _svg(f'<p>a</p><b>b</b><img src="x" onerror="{BAD}"/><table/>'),
    "noscript": _svg(
        f"<noscript><p title='&lt;/noscript>&lt;img src=x onerror={BAD}>'/></noscript>"
    ),
    "import": _svg(f'<style>@import "{HOST}.css"; @import url({HOST}.css);</style>'),
    "address in a style": _svg(
        f"<style>rect{{fill:url({HOST})}} *{{background:url('{HOST}')}}</style>"
    ),
    "escaped address": _svg(
        f"<style>rect{{fill:\\75\\72l({HOST});background:u\\72 l({HOST})}}</style>"
    ),
    "address in an attribute": _svg(f'<rect style="background:url({HOST})" fill="url({HOST}#a)"/>'),
    "escaped in an attribute": _svg(
        f'<rect fill="u\\72l({HOST}#a)" mask="url(&quot;{HOST}#a&quot;)"/>'
    ),
    "image set": _svg(f'<style>svg{{background:image-set("{HOST}.png" 1x)}}</style>'),
    "cross fade": _svg(f"<style>rect{{mask:cross-fade(url({HOST}),url({HOST}))}}</style>"),
    "a font": _svg(
        f"<style>@font-face{{font-family:a;src:url({HOST})}} text{{font-family:a}}</style>"
        '<text y="5">a</text>'
    ),
    "cursor": _svg(f'<rect style="cursor:url({HOST}.cur),auto" cursor="url({HOST}.cur)"/>'),
    "filter": _svg(f'<rect filter="url({HOST}.svg#a)" style="filter:url({HOST}.svg#a)"/>'),
    "behavior": _svg(f"<style>rect{{behavior:url({HOST});-moz-binding:url({HOST}#a)}}</style>"),
    "expression": _svg(f'<rect style="width:expression({BAD})"/>'),
    "style sheet of xml": f'<?xml-stylesheet href="{HOST}.css"?>' + _svg(""),
    "link": _svg(
        f'<link xmlns="http://www.w3.org/1999/xhtml" rel="stylesheet" href="{HOST}.css"/>'
    ),
    "use": _svg(f'<use href="{HOST}.svg#a"/><use xlink:href="{HOST}.svg#a"/>'),
    "use of data": _svg(
        "<use href=\"data:image/svg+xml,&lt;svg id='a' xmlns='http://www.w3.org/2000/svg' "
        f"onload='{BAD}'/>#a\"/>"
    ),
    "image": _svg(f'<image href="{HOST}.png"/><image xlink:href="//e.test/x.png"/>'),
    "image of svg": _svg("<image href=\"data:image/svg+xml;base64,PHN2Zy8+\"/>"),
    "image of the book's folder": _svg('<image href="../../etc/passwd"/><image href="file:///x"/>'),
    "feImage": _svg(
        f'<filter id="f"><feImage href="{HOST}.png"/></filter><rect filter="url(#f)"/>'
    ),
    "gradient": _svg(f'<linearGradient id="g" href="{HOST}.svg#g"/><rect fill="url(#g)"/>'),
    "base": _svg(f'<g xml:base="{HOST}/"><use href="#a"/></g>'),
    "audio": _svg(f'<audio xmlns="http://www.w3.org/1999/xhtml" src="{HOST}.mp3" autoplay=""/>'),
    "handler element": _svg(
        '<handler xmlns:ev="http://www.w3.org/2001/xml-events" ev:event="load">'
        f"{BAD}</handler>"
    ),
    "style for the page": _svg("<style>body, p, .other {display:none; fill:red}</style>"),
    "siblings": _svg("<style>~ p, + p, > p, &amp; p {display:none}</style>"),
    "nested rules": _svg(
        "<style>rect { body &amp; {display:none} } @media all { body {display:none} }</style>"
    ),
    "end of a rule": _svg("<style>rect{} } body{display:none}</style>"),
    "over the page": _svg("<style>svg, rect{position:fixed;inset:0;z-index:9}</style>"
        '<rect style="position:fixed;top:0"/>'),
    "keyframes": _svg("<style>@keyframes spin{to{opacity:0}} @property --a{syntax:'*'}</style>"),
    "custom properties": _svg('<style>:root{--paper:red}</style><g style="--ink:red"/>'),
}  # fmt: skip

#: No drawing at all: each must be refused with a reason, and none opened.
NONE = {
    "empty": b"",
    "white": b" \n ",
    "png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\xff",
    "html": b"<!DOCTYPE html><html><body><svg/></body></html>",
    "html in xml": b'<html xmlns="http://www.w3.org/1999/xhtml"><body/></html>',
    "truncated": b'<svg xmlns="http://www.w3.org/2000/svg"><g><rect',
    "utf-16": _svg("").encode("utf-16"),
    "without a namespace": b'<svg viewBox="0 0 1 1"><rect/></svg>',
    "null": _svg("<text>a\0b</text>").encode(),
    "text": b"alert(1)",
    "billion laughs": b'<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    + _svg("<text>&b;</text>").encode(),
    "outer entity": b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    + _svg("<text>&a;</text>").encode(),
    "parameter entity": b'<!DOCTYPE svg [<!ENTITY % a SYSTEM "http://e.test/a.dtd"> %a;]>'
    + _svg("").encode(),
    "entity with a script": b'<!DOCTYPE svg [<!ENTITY a "<script>1</script>">]>'
    + _svg("&a;").encode(),
    "deep": _svg("<g>" * 5000 + "</g>" * 5000).encode(),
    "laughing use": _svg(
        '<g id="a0"><rect/></g>'
        + "".join(f'<g id="a{n + 1}">{f"""<use href="#a{n}"/>""" * 9}</g>' for n in range(9))
    ).encode(),
}

HTML = {
    "script": f"<script>{BAD}</script>",
    "script from elsewhere": f'<script src="{HOST}.js"></script>',
    "image": f"<img src=x onerror={BAD}>",
    "slash": f"<img/src=x/onerror={BAD}>",
    "upper": f"<IMG SRC=x ONERROR={BAD}>",
    "null": f"<scr\0ipt>{BAD}</scr\0ipt><img src=x on\0error={BAD}>",
    "svg": f"<svg onload={BAD}></svg><svg><script>{BAD}</script></svg>",
    "svg style": f"<svg><style><img src=x onerror={BAD}></style></svg>",
    "noscript": f'<noscript><p title="</noscript><img src=x onerror={BAD}>"></noscript>',
    "math": "<math><mtext><table><mglyph><style><!--</style>"
    f'<img title="--&gt;&lt;img src=1 onerror={BAD}&gt;">',
    "annotation": '<math><annotation-xml encoding="text/html"><style><img src=x '
    f"onerror={BAD}></style></annotation-xml></math>",
    "form in form": "<form><math><mtext></form><form><mglyph><style></math>"
    f"<img src onerror={BAD}>",
    "template": f"<template><img src=x onerror={BAD}></template>",
    "comment": f"<!--><img src=x onerror={BAD}>-->",
    "comment with a dash": f"<!---><img src=x onerror={BAD}>-->",
    "comment with a mark": f"<!-- --!><img src=x onerror={BAD}> -->",
    "declaration": f"<!x><?x ><img src=x onerror={BAD}>",
    "textarea": f"<textarea></textarea><img src=x onerror={BAD}></textarea>",
    "title": f'<title><img title="</title><img src=x onerror={BAD}>"></title>',
    "plaintext": f"<xmp></xmp><img src=x onerror={BAD}></xmp>",
    "details": f"<details open ontoggle={BAD}>a</details>",
    "focus": f"<input autofocus onfocus={BAD}><p tabindex=0 autofocus onfocus={BAD}>a</p>",
    "media": f"<video src=x onerror={BAD}></video><audio src=x onerror={BAD}></audio>",
    "frame": f"<iframe srcdoc='<script>parent.{BAD}</script>'></iframe>",
    "frame of a script": f'<iframe src="javascript:parent.{BAD}"></iframe>',
    "object": f'<object data="{HOST}"></object><embed src="{HOST}">',
    "link": f'<a class="go" href="javascript:{BAD}">go</a>',
    "link in pieces": f'<a class="go" href=" java&#9;scr&Tab;ipt&colon;{BAD}">go</a>',
    "link of data": f'<a class="go" href="data:text/html,<script>{BAD}</script>">go</a>',
    "vbscript": f'<a class="go" href="vbscript:{BAD}">go</a>',
    "button": f'<form action="javascript:{BAD}"><button class="go">go</button></form>',
    "style": f"<style>@import '{HOST}.css'; body{{display:none}}</style>",
    "style attribute": f'<p style="background:url({HOST})">a</p>',
    "over the page": '<p style="position:fixed;inset:0;z-index:9">a</p>',
    "sheet": f'<link rel="stylesheet" href="{HOST}.css"><base href="{HOST}/">',
    "refresh": f'<meta http-equiv="refresh" content="0;url={HOST}">',
    "picture": f'<img src="{HOST}.png"><img srcset="{HOST}.png 1x"><picture><source '
    f'srcset="{HOST}.png"></picture>',
    "table": f'<table background="{HOST}.png"><tr><td background="{HOST}.png">a</td></tr></table>',
    "clobbering": '<a id="bitextIndex"></a><img name="body"><form name="location"></form>',
}
