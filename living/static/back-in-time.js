// The widget "back in time": a gradient goes back through a network of 64 units, and its norm is
// drawn.  The recurrent matrix is an orthogonal one times its spectral radius, as in the section.

"use strict";

living.widgets["back-in-time"] = async (box) => {
  const { generator, label, make, number, radios, say, svg } = living;
  const UNITS = 64;
  const LOWEST = 1e-12; // what is drawn of a gradient that has nearly vanished

  const random = generator(1);
  /** Return a number from the normal distribution, by the method of Box and Muller. */
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const normals = (size) => Float64Array.from({ length: size }, normal);
  const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);
  const unit = (vector) => vector.map((value) => value / Math.sqrt(dot(vector, vector)));

  /** Return the rows of a random orthogonal matrix, by the method of Gram and Schmidt. */
  function orthogonal(size) {
    const rows = [];
    while (rows.length < size) {
      let row = normals(size);
      for (let twice = 0; twice < 2; twice++) { // the second time for what rounding has left
        for (const other of rows) {
          const share = dot(row, other);
          row = row.map((value, i) => value - share * other[i]);
        }
      }
      rows.push(unit(row));
    }
    return rows;
  }

  const Q = orthogonal(UNITS);
  const last = unit(normals(UNITS)); // the gradient of the last state
  const inputs = [];

  /** Return the norms of the gradient 0, 1, 2, … steps before the last state. */
  function norms({ radius, bends, steps, cut }) {
    while (inputs.length <= steps) inputs.push(normals(UNITS).map((value) => value / 10));
    let state = new Float64Array(UNITS);
    const slopes = [];
    for (let t = 0; t <= steps; t++) {
      // The state times the matrix, whose rows are those of Q: sums over rows.
      const sum = inputs[t].slice();
      Q.forEach((row, i) => row.forEach((value, j) => (sum[j] += radius * state[i] * value)));
      state = bends ? sum.map(Math.tanh) : sum;
      slopes.push(state.map((value) => (bends ? 1 - value * value : 1)));
    }
    const found = [1];
    let gradient = last;
    for (let back = 1; back <= steps; back++) {
      const through = gradient.map((value, i) => value * slopes[steps + 1 - back][i]);
      gradient = Float64Array.from(Q, (row) => radius * dot(row, through));
      found.push(cut && back > cut ? 0 : Math.sqrt(dot(gradient, gradient)));
    }
    return found;
  }

  // ---- what the reader sees -----------------------------------------------------------------------

  const settings = { radius: 0.9, bends: true, steps: 100, cut: 0 };
  const plot = make("div", { class: "living-plot" });
  const summary = make("p", { class: "living-status", role: "status" });
  const table = make("ol", { class: "living-places" });

  /** Return a number as each language writes it, with a power of ten where it is large or small. */
  function written(value, lang) {
    if (value === 0) return "0";
    const power = Math.floor(Math.log10(value));
    if (power >= -3 && power <= 4) return number(value, lang, Math.max(0, 2 - power));
    return [`${number(value / 10 ** power, lang, 1)} · 10`, make("sup", {}, number(power, lang))];
  }

  /** Draw the norms on a logarithmic axis, beside what a linear network would have. */
  function paint(found) {
    const [width, height, left, below] = [Math.max(260, plot.clientWidth || 640), 300, 46, 34];
    const { radius, steps } = settings;
    const straight = found.map((_, back) => radius ** back);
    const logarithm = (value) => Math.log10(Math.max(LOWEST, value));
    const all = [...found.filter((value) => value > 0), ...straight].map(logarithm);
    const [low, high] = [Math.floor(Math.min(-1, ...all)), Math.ceil(Math.max(1, ...all))];
    const x = (back) => left + ((width - left - 8) * back) / steps;
    const y = (value) => 8 + ((height - below - 8) * (high - logarithm(value))) / (high - low);
    const curve = (values) => values.map((value, back) => `${back ? "L" : "M"}${x(back).toFixed(1)} ${y(value).toFixed(1)}`).join("");
    const every = Math.ceil((high - low) / 6);
    const parts = [];
    for (let power = Math.ceil(low / every) * every; power <= high; power += every) {
      const level = y(10 ** power);
      const name = svg("text", { x: left - 6, y: level + 4, "text-anchor": "end" }, "10");
      name.append(svg("tspan", { dy: -5, "font-size": 10 }, number(power, "en")));
      parts.push(svg("path", { class: "living-grid", d: `M${left} ${level}H${width - 8}` }), name);
    }
    for (let part = 0; part <= 4; part++) {
      const back = Math.round((steps * part) / 4);
      parts.push(svg("text", { x: x(back), y: height - 14, "text-anchor": part === 4 ? "end" : "middle" }, String(back)));
    }
    const kept = found.filter((value) => value > 0);
    parts.push(svg("path", { class: "living-reference", d: curve(straight) }));
    parts.push(svg("path", { class: "living-curve", d: curve(kept) }));
    if (kept.length < found.length) {
      const end = x(kept.length - 1);
      parts.push(svg("path", { class: "living-cut", d: `M${end} 8V${height - below}` }));
    }
    const drawing = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img" }, ...parts);
    label(drawing, "Chuẩn của gradient theo số bước lùi lại", "Norm of the gradient by steps back");
    plot.replaceChildren(drawing);
  }

  function show() {
    const found = norms(settings);
    const end = found.at(-1);
    const words = settings.cut && settings.cut < settings.steps ? ["bị cắt", "it is cut off"]
      : end < 0.01 ? ["tiêu biến", "it vanishes"]
        : end > 100 ? ["bùng nổ", "it explodes"] : ["vẫn giữ được độ lớn", "it keeps its size"];
    const sentence = (lang, before, after) => [before, ...[written(end, lang)].flat(), after];
    summary.replaceChildren(say(
      sentence("vi", `Sau ${settings.steps} bước lùi lại, gradient có chuẩn `, `: gradient ${words[0]}.`),
      sentence("en", `${settings.steps} steps back the gradient has the norm `, `: ${words[1]}.`)));
    const places = [1, 2, 5, 10, 20, 50, 100, 200].filter((back) => back <= settings.steps);
    table.replaceChildren(...places.map((back) => make("li", {},
      say(`lùi ${back} bước`, back === 1 ? "1 step back" : `${back} steps back`),
      make("span", { class: "living-number" }, say(written(found[back], "vi"), written(found[back], "en"))))));
    paint(found);
  }

  /** Return a slider of one of the settings. */
  const slider = (vi, en, name, range, text) =>
    living.slider(vi, en, { ...range, value: settings[name] }, text, (value) => {
      settings[name] = value;
      show();
    });

  const whole = (value, lang) => number(value, lang);
  box.querySelector(".living-body").replaceChildren(
    make("div", { class: "living-choice" },
      radios("Hàm kích hoạt", "Activation function",
        [[true, "tanh"], [false, say("tuyến tính", "linear")]],
        (bends) => {
          settings.bends = bends;
          show();
        })),
    make("div", { class: "living-fields" },
      slider("Bán kính phổ ρ", "Spectral radius ρ", "radius", { min: 0.5, max: 1.6, step: 0.01 },
        (value, lang) => number(value, lang, 2)),
      slider("Số bước", "Steps", "steps", { min: 10, max: 200, step: 10 }, whole),
      slider("Cắt sau τ bước", "Cut after τ steps", "cut", { min: 0, max: 200, step: 1 },
        (value, lang) => (value ? whole(value, lang) : { vi: "không cắt", en: "no cut" }[lang]))),
    plot,
    make("p", { class: "living-legend" },
      make("span", { class: "living-key" }), say("chuẩn của gradient", "norm of the gradient"),
      make("span", { class: "living-key living-key-reference" }), say("mạng tuyến tính, ρᵏ", "linear network, ρᵏ")),
    summary,
    table,
  );
  show();
  new ResizeObserver(() => paint(norms(settings))).observe(plot);
};
