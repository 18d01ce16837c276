// The widget "inside": what each unit of a layer holds while the network reads a text.

"use strict";

living.widgets.inside = async (box, load) => {
  const { chances, draw, generator, label, make, number, PARTS, radios, say, visible } = living;
  const LEVELS = 5; // of colour, on either side of zero
  const SHOWN = 5; // places where a unit is strongest
  const NAMES = {
    hidden: ["trạng thái ẩn", "hidden state"],
    memory: ["ô nhớ", "memory cell"],
    input: ["cổng đầu vào", "input gate"],
    forget: ["cổng quên", "forget gate"],
    output: ["cổng đầu ra", "output gate"],
    reset: ["cổng xóa", "reset gate"],
    update: ["cổng cập nhật", "update gate"],
    candidate: ["ứng viên", "candidate"],
  };

  let network = null;
  let lang = "vi";
  let characters = [];
  let seen = new Map(); // "layer part": for each character the values of all units
  let layer = 0;
  let part = "hidden";
  let unit = 0;

  const text = make("textarea", { rows: 3, maxlength: 300, spellcheck: "false", autocomplete: "off", autocapitalize: "off" });
  const parts = make("div", { class: "living-choice" });
  const map = make("canvas", { class: "living-map", role: "img", width: 1, height: 1 });
  const slider = make("input", { type: "range", min: 1, step: 1, value: 1, autocomplete: "off" });
  const which = make("output", { class: "living-number" });
  const swatches = [-1, 0, 1].map((sign) => make("span", { class: `living-swatch living-swatch${sign}` }));
  const scale = make("p", { class: "living-legend" });
  const shown = make("p", { class: "living-written" });
  const heading = make("p", { class: "living-heading", role: "status" });
  const places = make("ol", { class: "living-places" });

  const values = () => seen.get(`${layer} ${part}`) ?? [];
  const isGate = () => !["hidden", "memory", "candidate"].includes(part);
  /** The value that has the full colour: 1, or the largest of a memory cell, which has no bound. */
  const full = () => (part === "memory" ? Math.max(1, ...values().map((all) => Math.max(...all.map(Math.abs)))) : 1);

  /** Read the text, and keep what every unit does at every character. */
  function read() {
    if (!network) return;
    const normal = network.normalize(text.value);
    characters = Array.from(normal);
    seen = new Map();
    const state = network.begin();
    for (const token of network.encode(normal)) {
      network.step(token, state, (at, name, all) => {
        const key = `${at} ${name}`;
        if (!seen.has(key)) seen.set(key, []);
        seen.get(key).push(Float32Array.from(all));
      });
    }
    show();
  }

  /** Choose the unit that changes most from character to character. */
  function liveliest() {
    const spread = (index) => {
      const all = values().map((at) => at[index]);
      const mean = all.reduce((a, b) => a + b, 0) / all.length;
      return all.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    };
    const spreads = Array.from({ length: network.hiddens }, (_, index) => spread(index));
    unit = Math.max(0, spreads.indexOf(Math.max(...spreads)));
  }

  /** Return a colour as three numbers; the swatches have those of the page, light or dark. */
  function colour(swatch) {
    return getComputedStyle(swatch).backgroundColor.match(/[\d.]+/g).slice(0, 3).map(Number);
  }

  function paint() {
    if (!map.isConnected) return; // nothing has a colour yet
    const [all, units] = [values(), network.hiddens];
    const margin = Math.max(1, Math.round(all.length / 60)); // marks the unit on both sides
    map.width = all.length + 2 * margin;
    map.height = units;
    const [low, zero, high] = swatches.map(colour);
    const ink = getComputedStyle(map).color.match(/[\d.]+/g).slice(0, 3).map(Number);
    const pixels = new ImageData(map.width, units);
    const most = full();
    for (let row = 0; row < units; row++) {
      for (let column = 0; column < map.width; column++) {
        const at = column - margin;
        const inside = at >= 0 && at < all.length;
        const value = inside ? Math.max(-1, Math.min(1, all[at][row] / most)) : 0;
        const end = value < 0 ? low : high;
        const marks = !inside && Math.abs(row - unit) < units / 80;
        const rgb = marks ? ink : zero.map((from, i) => from + Math.abs(value) * (end[i] - from));
        pixels.data.set([...rgb, inside || marks ? 255 : 0], 4 * (row * map.width + column));
      }
    }
    map.getContext("2d").putImageData(pixels, 0, 0);
    const names = NAMES[part];
    const what = (name, of, by) => `${name}: ${units} ${of} × ${all.length} ${by}`;
    label(map, what(names[0], "nút", "ký tự"), what(names[1], "units", "characters"));
  }

  /** Show what one unit does: in the text, in a list of places, in the map. */
  function showUnit() {
    const own = values().map((at) => at[unit]);
    const most = full();
    slider.max = network.hiddens;
    slider.value = unit + 1;
    which.textContent = unit + 1;
    shown.lang = lang;
    shown.replaceChildren(...characters.map((character, at) => {
      const level = Math.round((LEVELS * own[at]) / most);
      return make("span", { class: `living-level${level}` }, character);
    }));
    const strongest = own.map((value, at) => ({ value, at }))
      .sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, SHOWN);
    const [vi, en] = NAMES[part];
    heading.replaceChildren(say(
      `Nút ${unit + 1}, ${vi}: nơi nó mạnh nhất`, `Unit ${unit + 1}, ${en}: where it is strongest`));
    places.replaceChildren(...strongest.map(({ value, at }) => make(
      "li", {},
      make("span", { class: "living-context", lang }, characters.slice(Math.max(0, at - 15), at).join(""),
        make("mark", {}, visible(characters[at]))),
      make("span", { class: "living-number" }, say(number(value, "vi", 2), number(value, "en", 2))))));
    paint();
  }

  function show() {
    if (isGate()) scale.replaceChildren(swatches[1], say("0, đóng", "0, closed"), swatches[2], say("1, mở", "1, open"), swatches[0]);
    else {
      const [low, high] = [-full(), full()].map((end) =>
        say(...["vi", "en"].map((of) => number(end, of, part === "memory" ? 1 : 0))));
      scale.replaceChildren(swatches[0], low, swatches[1], say("0", "0"), swatches[2], high);
    }
    swatches[0].hidden = isGate();
    showUnit();
  }

  function choose(value) {
    unit = Math.max(0, Math.min(network.hiddens - 1, value));
    showUnit();
  }

  text.addEventListener("input", (event) => event.isComposing || read());
  text.addEventListener("compositionend", read);
  slider.addEventListener("input", () => choose(Number(slider.value) - 1));
  map.addEventListener("click", (event) => {
    const area = map.getBoundingClientRect();
    choose(Math.floor(((event.clientY - area.top) / area.height) * network.hiddens));
  });
  const again = () => network && paint();
  new MutationObserver(again).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);

  /** Return a beginning and what the model makes of it: a text of the right kind to look at. */
  function example() {
    const { beginning } = network.file;
    const [state, random] = [network.begin(), generator(1)];
    let [logits, found] = [null, beginning];
    for (const token of network.encode(beginning)) logits = network.step(token, state);
    while (logits && found.length < 120) {
      const token = draw(chances(logits, 0.5), random());
      found += network.tokens[token];
      logits = network.step(token, state);
    }
    return found.slice(0, found.lastIndexOf(" ")) || found;
  }

  let wrote = "";
  const models = living.choice(box, load, (found, language) => {
    const untouched = text.value === wrote;
    network = found;
    lang = text.lang = language;
    if (untouched) text.value = wrote = example();
    [layer, part] = [0, "hidden"];
    const layers = found.W_h.map((_, at) => [at, say(`tầng ${at + 1}`, `layer ${at + 1}`)]);
    const kinds = PARTS[found.cell].map((name) => [name, say(...NAMES[name])]);
    parts.replaceChildren(...[
      layers.length > 1 && radios("Tầng", "Layer", layers, (at) => ((layer = at), show())),
      kinds.length > 1 && radios("Đại lượng", "Quantity", kinds, (name) => ((part = name), show())),
    ].filter(Boolean));
    read();
    liveliest();
    show();
  });
  await models.ready;
  box.querySelector(".living-body").replaceChildren(
    models.element,
    models.trouble,
    make("label", { class: "living-field" }, say("Văn bản", "Text"), text),
    parts,
    scale,
    map,
    make("label", { class: "living-field" }, say("Nút", "Unit"), slider, which),
    shown,
    heading,
    places,
    models.note,
  );
  paint(); // once more: only now have the swatches their colours
};
