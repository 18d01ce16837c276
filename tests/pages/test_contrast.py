"""Text can be read on its ground, on a light and on a dark page (WCAG 2.2, 1.4.3: 4.5 to 1)."""

import pytest

#: For each text that is painted its contrast with what is behind it.
CONTRASTS = """() => {
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, under) => top.slice(0, 3).map((c, i) => c * top[3] + under[i] * (1 - top[3]));
  const ground = (element) => {
    const layers = [];
    for (let up = element; up; up = up.parentElement)
      layers.push(rgba(getComputedStyle(up).backgroundColor));
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255]);
  };
  const light = (c) => {
    const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = c.map((v) => linear(v / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue;
    if (element.closest("script, style, .headerlink, .katex-mathml, dialog, svg title")) continue;
    const style = getComputedStyle(element);
    const inSvg = element.closest("svg");
    let behind = ground(inSvg ? inSvg.parentElement : element);
    const ink = over(rgba(inSvg ? style.fill : style.color), behind);
    let opacity = 1;
    for (let up = element; up; up = up.parentElement) opacity *= getComputedStyle(up).opacity;
    if (opacity < 1) continue;
    const [high, low] = [light(ink), light(behind)].sort((a, b) => b - a);
    found.push([(high + 0.05) / (low + 0.05), element.outerHTML.slice(0, 100)]);
  }
  return found;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read(show, any_page, scheme):
    page = show(any_page, "?lang=both", color_scheme=scheme)
    contrasts = page.evaluate(CONTRASTS)
    assert len(contrasts) > 15
    assert [found for found in contrasts if found[0] < 4.5] == []


def test_dark_is_dark(show, everything):
    for scheme, dark in (("light", False), ("dark", True)):
        page = show(everything, color_scheme=scheme)
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        red = int(paper.removeprefix("rgb(").split(",")[0])
        assert (red < 60) == dark


def test_a_plot_follows_the_colour_of_the_page(show, everything):
    for scheme in ("light", "dark"):
        page = show(everything, color_scheme=scheme)
        fill, ink = page.evaluate(
            """() => {
              const text = document.querySelector("svg.plot text");
              return [getComputedStyle(text).fill, getComputedStyle(document.body).color];
            }"""
        )
        assert fill == ink
        boxes = page.evaluate(
            """() => [...document.querySelectorAll("svg.plot [id*=patch_] path")].map(
              (path) => getComputedStyle(path).fill)"""
        )
        assert "rgb(255, 255, 255)" not in boxes
