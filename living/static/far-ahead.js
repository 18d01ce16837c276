// The widget "far ahead": the network of the section predicts a series, each time from its own
// predictions, as many steps ahead as the reader chooses.

"use strict";

living.widgets["far-ahead"] = async (box, load) => {
  const { label, make, number, say, slider, svg } = living;
  const [{ name }] = JSON.parse(box.dataset.models);
  const network = await living.open(name, load);
  const targets = network.targets();
  const start = network.start + network.series.length - targets.length;
  const rows = network.ahead();
  const errors = rows.map((row) =>
    Math.sqrt(row.reduce((sum, value, i) => sum + (value - targets[i]) ** 2, 0) / row.length));
  const all = [...targets, ...rows.flat()]; // the axis stays where it is
  const [low, high] = [Math.floor(Math.min(...all)), Math.ceil(Math.max(...all))];

  let k = 1;
  const plot = make("div", { class: "living-plot" });
  const summary = make("p", { class: "living-status", role: "status" });
  const list = make("ol", { class: "living-places" });
  const steps = (count) => (count === 1 ? "1 step" : `${count} steps`);

  /** Draw the series, and what was predicted of it. */
  function paint() {
    const [width, height, left, below] = [Math.max(260, plot.clientWidth || 640), 300, 46, 34];
    const x = (i) => left + ((width - left - 8) * i) / (targets.length - 1);
    const y = (value) => 8 + ((height - below - 8) * (high - value)) / (high - low);
    const curve = (values) => Array.from(values, (value, i) => `${i ? "L" : "M"}${x(i).toFixed(1)} ${y(value).toFixed(1)}`).join("");
    const parts = [];
    const every = Math.ceil((high - low) / 6);
    for (let value = Math.ceil(low / every) * every; value <= high; value += every) {
      parts.push(svg("path", { class: "living-grid", d: `M${left} ${y(value)}H${width - 8}` }));
      parts.push(svg("text", { x: left - 6, y: y(value) + 4, "text-anchor": "end" }, number(value, "en")));
    }
    for (let part = 0; part <= 4; part++) {
      const i = Math.round(((targets.length - 1) * part) / 4);
      parts.push(svg("text", { x: x(i), y: height - 14, "text-anchor": part === 4 ? "end" : "middle" }, String(start + i)));
    }
    parts.push(svg("path", { class: "living-data", d: curve(targets) }));
    parts.push(svg("path", { class: "living-curve", d: curve(rows[k - 1]) }));
    const drawing = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img" }, ...parts);
    label(drawing, `Chuỗi từ bước ${start}, và dự đoán trước ${k} bước của nó`,
      `The series from time step ${start} on, and its prediction ${steps(k)} ahead`);
    plot.replaceChildren(drawing);
  }

  function show() {
    const [vi, en] = ["vi", "en"].map((lang) => number(errors[k - 1], lang, 3));
    summary.replaceChildren(say(
      `Dự đoán trước ${k} bước, MLP có sai số (RMSE) ${vi} trên ${targets.length} mục tiêu.`,
      `${steps(k)} ahead the MLP errs by ${en} (RMSE) on ${targets.length} targets.`));
    paint();
  }

  const places = [1, 2, 4, 8, 16, 32, 64].filter((count) => count <= network.most);
  list.append(...places.map((count) => make("li", {},
    say(`trước ${count} bước`, `${steps(count)} ahead`),
    make("span", { class: "living-number" }, say(...["vi", "en"].map((lang) => number(errors[count - 1], lang, 3)))))));
  box.querySelector(".living-body").replaceChildren(
    make("div", { class: "living-fields" },
      slider("Số bước phía trước k", "Steps ahead k", { min: 1, max: network.most, step: 1, value: k },
        (value, lang) => number(value, lang),
        (value) => {
          k = value;
          show();
        })),
    plot,
    make("p", { class: "living-legend" },
      make("span", { class: "living-key living-key-data" }), say("dữ liệu", "data"),
      make("span", { class: "living-key" }), say("dự đoán của MLP", "prediction by the MLP")),
    summary,
    make("p", { class: "living-heading" }, say("Sai số (RMSE)", "Error (RMSE)")),
    list,
  );
  show();
  new ResizeObserver(paint).observe(plot);
};
