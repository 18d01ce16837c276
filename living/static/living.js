// Runs a trained network: its file is read, its cells computed, its characters drawn.  What is below
// "the page" makes the parts that widgets have in common.  living/network.py and living/file.py say
// the same in Python.

"use strict";

(() => {
const FORMAT = 1;
const FIRST = 0x4000; // of the 2 ** 15 characters that stand for 15 bits each
const BLOCKS = { rnn: 1, gru: 3, lstm: 4 }; // of rows in the matrices of a cell
const LARGEST = 4096; // of any size that a file may name

const files = new Map();

/** Keep what the script of a model says; it is looked at when the model is opened. */
function add(file, data) {
  files.set(file?.name, { file, data });
}

// ---- the file -------------------------------------------------------------------------------------

/** Throw unless a file is as it should be. */
function check(holds, what) {
  if (!holds) throw new Error(what);
}

const total = (sizes) => sizes.reduce((sum, size) => sum + size, 0);
const isSize = (value) => Number.isInteger(value) && value > 0 && value <= LARGEST;

/** Return the bytes that a string holds, 15 bits in each character. */
function bytesOf(text, size) {
  check(Number.isInteger(size) && text.length === Math.ceil((8 * size) / 15), "length");
  const bytes = new Uint8Array(size);
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const value = text.charCodeAt(i) - FIRST;
    check(value >= 0 && value < 1 << 15, "character");
    bits = (bits << 15) | value;
    held += 15;
    while (held >= 8 && at < size) {
      held -= 8;
      bytes[at++] = bits >> held;
    }
    bits &= (1 << held) - 1;
  }
  return bytes;
}

/** Return what was compressed; zlib's checksum tells whether it is whole. */
async function inflate(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new DataView(await new Response(stream).arrayBuffer());
}

/** Return the network that a file holds. */
async function unpack(file, text) {
  check(file.format === FORMAT, "format");
  if (file.cell === "mlp") return unpackForecaster(file, text);
  check(Object.hasOwn(BLOCKS, file.cell) && isSize(file.layers) && isSize(file.hiddens), "sizes");
  const { tokens } = file;
  check(Array.isArray(tokens) && isSize(tokens.length), "tokens");
  check(tokens.every((token) => typeof token === "string"), "tokens");
  check(typeof file.rounded === "boolean", "rounding");

  const [h, wide, depth, q] = [file.hiddens, BLOCKS[file.cell] * file.hiddens, file.layers, tokens.length];
  const upper = Array(depth - 1);
  const vectors = [...upper.fill(wide), ...Array(file.cell === "gru" ? depth : 0).fill(h), q];
  const shapes = [[q, wide], ...Array(2 * depth - 1).fill([wide, h]), [q, h]];

  const data = await inflate(bytesOf(text, file.bytes));
  const count = total(shapes.map(([rows, columns]) => rows * columns));
  const steps = file.rounded ? shapes.length : 0;
  const floats = total(vectors) + steps;
  check(data.byteLength === 4 * floats + (file.rounded ? count : 4 * count), "size");

  let at = 0;
  const float = () => data.getFloat32((at += 4) - 4, true);
  const vector = (size) => Float32Array.from({ length: size }, float);
  const biases = vectors.map(vector);
  const step = Array.from({ length: steps }, float);
  const value = file.rounded ? () => data.getInt8(at++) : float;
  const matrices = shapes.map(([rows, columns], index) => {
    const factor = file.rounded ? step[index] : 1;
    return Float32Array.from({ length: rows * columns }, () => factor * value());
  });

  const matrix = (index) => new Matrix(matrices[index], ...shapes[index]);
  return new Network(file, {
    table: matrices[0],
    W_x: Array.from({ length: depth - 1 }, (_, layer) => matrix(1 + layer)),
    W_h: Array.from({ length: depth }, (_, layer) => matrix(depth + layer)),
    W_q: matrix(2 * depth),
    b_x: biases.slice(0, depth - 1),
    b_h: biases.slice(depth - 1, -1),
    b_q: biases.at(-1),
  });
}

/** Return the network that predicts a series, and the series, from their file: living/ahead.py. */
async function unpackForecaster(file, text) {
  const { hiddens, window, values, most, start } = file;
  check([hiddens, window, values, most].every(isSize) && Number.isInteger(start), "sizes");
  check(values >= window + most, "sizes");
  const sizes = [hiddens * window, hiddens, hiddens, 1, values];
  const data = await inflate(bytesOf(text, file.bytes));
  check(data.byteLength === 4 * total(sizes), "size");
  let at = 0;
  const float = () => data.getFloat32((at += 4) - 4, true);
  const [W_1, b_1, W_2, [b_2], series] = sizes.map((size) => Float64Array.from({ length: size }, float));
  return new Forecaster({ hiddens, window, most, start, W_1, b_1, W_2, b_2, series });
}

// ---- the network ----------------------------------------------------------------------------------

/** A matrix whose product with a vector is quick: eight rows are summed up side by side. */
class Matrix {
  constructor(values, rows, columns) {
    this.columns = columns;
    this.padded = 8 * Math.ceil(rows / 8);
    this.values = new Float32Array(this.padded * columns);
    for (let row = 0; row < rows; row++) {
      const first = (row - (row % 8)) * columns + (row % 8);
      for (let column = 0; column < columns; column++) {
        this.values[first + 8 * column] = values[row * columns + column];
      }
    }
  }

  /** Add the product with `x` to `sum`, which has room for whole eights. */
  addTo(sum, x) {
    const { values, columns, padded } = this;
    for (let row = 0, k = 0; row < padded; row += 8) {
      let [a, b, c, d, e, f, g, h] = [0, 0, 0, 0, 0, 0, 0, 0];
      for (let column = 0; column < columns; column++, k += 8) {
        const factor = x[column];
        a += values[k] * factor;
        b += values[k + 1] * factor;
        c += values[k + 2] * factor;
        d += values[k + 3] * factor;
        e += values[k + 4] * factor;
        f += values[k + 5] * factor;
        g += values[k + 6] * factor;
        h += values[k + 7] * factor;
      }
      sum[row] += a;
      sum[row + 1] += b;
      sum[row + 2] += c;
      sum[row + 3] += d;
      sum[row + 4] += e;
      sum[row + 5] += f;
      sum[row + 6] += g;
      sum[row + 7] += h;
    }
  }
}

const sigmoid = (x) => 1 / (1 + Math.exp(-x));

/** What a cell shows of itself beside its hidden state, in the order in which it is computed. */
const PARTS = {
  rnn: ["hidden"],
  gru: ["hidden", "reset", "update", "candidate"],
  lstm: ["hidden", "memory", "input", "forget", "output", "candidate"],
};

class Network {
  constructor(file, arrays) {
    Object.assign(this, arrays);
    this.file = file;
    this.cell = file.cell;
    this.hiddens = file.hiddens;
    this.wide = BLOCKS[file.cell] * file.hiddens;
    this.tokens = file.tokens;
    this.numbers = new Map(file.tokens.map((token, number) => [token, number]));
    this.cased = file.tokens.some((token) => token !== token.toLowerCase());
    this.x = new Float32Array(8 * Math.ceil(this.wide / 8));
    this.recurrent = new Float32Array(this.x.length);
    this.logits = new Float32Array(this.W_q.padded);
  }

  /** Return a state of zeros. */
  begin() {
    return this.W_h.map(() => ({
      hidden: new Float32Array(this.hiddens),
      memory: new Float32Array(this.cell === "lstm" ? this.hiddens : 0),
    }));
  }

  /**
   * Read a token: change `state`, and return the logits of the next one, good until the next call.
   * Where `seen` is given, `seen(layer, part, values)` is called for each of the PARTS.
   */
  step(token, state, seen) {
    let below = null;
    for (let layer = 0; layer < state.length; layer++) {
      const { x, recurrent, wide } = this;
      if (layer === 0) {
        x.set(this.table.subarray(token * wide, (token + 1) * wide));
      } else {
        x.set(this.b_x[layer - 1]);
        this.W_x[layer - 1].addTo(x, below);
      }
      recurrent.fill(0);
      this.W_h[layer].addTo(recurrent, state[layer].hidden);
      this[this.cell](x, recurrent, state[layer], this.b_h[layer], seen?.bind(null, layer));
      seen?.(layer, "hidden", state[layer].hidden);
      below = state[layer].hidden;
    }
    this.logits.set(this.b_q);
    this.logits.fill(0, this.b_q.length);
    this.W_q.addTo(this.logits, below);
    return this.logits.subarray(0, this.tokens.length);
  }

  rnn(x, recurrent, { hidden }) {
    for (let i = 0; i < hidden.length; i++) hidden[i] = Math.tanh(x[i] + recurrent[i]);
  }

  gru(x, recurrent, { hidden }, bias, seen) {
    const h = hidden.length;
    const gates = seen && [0, 1, 2].map(() => new Float32Array(h));
    for (let i = 0; i < h; i++) {
      const reset = sigmoid(x[i] + recurrent[i]);
      const update = sigmoid(x[h + i] + recurrent[h + i]);
      const candidate = Math.tanh(x[2 * h + i] + reset * (recurrent[2 * h + i] + bias[i]));
      hidden[i] = update * hidden[i] + (1 - update) * candidate;
      if (seen) [gates[0][i], gates[1][i], gates[2][i]] = [reset, update, candidate];
    }
    ["reset", "update", "candidate"].forEach((part, index) => seen?.(part, gates[index]));
  }

  lstm(x, recurrent, { hidden, memory }, bias, seen) {
    const h = hidden.length;
    const gates = seen && [0, 1, 2, 3].map(() => new Float32Array(h));
    for (let i = 0; i < h; i++) {
      const write = sigmoid(x[i] + recurrent[i]);
      const forget = sigmoid(x[h + i] + recurrent[h + i]);
      const candidate = Math.tanh(x[2 * h + i] + recurrent[2 * h + i]);
      const show = sigmoid(x[3 * h + i] + recurrent[3 * h + i]);
      memory[i] = forget * memory[i] + write * candidate;
      hidden[i] = show * Math.tanh(memory[i]);
      if (seen) [gates[0][i], gates[1][i], gates[2][i], gates[3][i]] = [write, forget, candidate, show];
    }
    ["input", "forget", "candidate", "output"].forEach((part, index) => seen?.(part, gates[index]));
    seen?.("memory", memory);
  }

  /** Return a text as the texts were that the network has learned from. */
  normalize(text) {
    const one = text.normalize("NFC").replace(/\s+/gu, " ");
    return this.cased ? one : one.toLowerCase().normalize("NFC");
  }

  /** Return the numbers of a text's characters; 0 is the unknown one. */
  encode(text) {
    return Array.from(text, (character) => this.numbers.get(character) ?? 0);
  }
}

/** A network with one hidden layer, which predicts a series from windows of it. */
class Forecaster {
  constructor(parts) {
    Object.assign(this, parts);
  }

  /** Return the value after a window, whose oldest value is the first. */
  next(values) {
    const { W_1, b_1, W_2, window } = this;
    let sum = this.b_2;
    for (let unit = 0; unit < this.hiddens; unit++) {
      let inner = b_1[unit];
      for (let i = 0; i < window; i++) inner += W_1[unit * window + i] * values[i];
      sum += W_2[unit] * Math.tanh(inner);
    }
    return sum;
  }

  /** Return the last values of the series, those that can be predicted `most` steps ahead. */
  targets() {
    return this.series.subarray(this.window + this.most - 1);
  }

  /** Return the predictions of the targets, a row for each number of steps ahead, from 1 on. */
  ahead() {
    const { series, window, most } = this;
    const count = this.targets().length;
    const windows = Array.from({ length: series.length - window }, (_, i) => [...series.subarray(i, i + window)]);
    return Array.from({ length: most }, (_, done) => {
      const predicted = windows.map((values) => this.next(values));
      windows.forEach((values, i) => values.push(predicted[i]) && values.shift());
      const first = most - 1 - done;
      return predicted.slice(first, first + count);
    });
  }
}

// ---- drawing --------------------------------------------------------------------------------------

/** Return the chances of all tokens; the unknown one, number 0, has none.  0 degrees: the likeliest. */
function chances(logits, temperature) {
  const scores = Float64Array.from(logits);
  scores[0] = -Infinity;
  const highest = scores.reduce((a, b) => Math.max(a, b));
  const likeliest = scores.indexOf(highest);
  const weights = scores.map((score, token) =>
    temperature > 0 ? Math.exp((score - highest) / temperature) : Number(token === likeliest));
  const sum = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / sum);
}

/** Return a generator of numbers from 0 to 1, always the same for a seed: Marsaglia's xorshift. */
function generator(seed) {
  let x = Math.imul(seed | 0, 0x9e3779b1) ^ 0x2545f491 || 1; // neighbouring seeds far apart
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) / 2 ** 32;
  };
}

/** Return the token at which the sum of the chances passes a number from 0 to 1. */
function draw(chances, number) {
  let last = 0;
  for (let token = 0; token < chances.length; token++) {
    if (chances[token] > 0) last = token;
    number -= chances[token];
    if (number < 0) break;
  }
  return last;
}

// ---- the page -------------------------------------------------------------------------------------

const networks = new Map();
let groups = 0; // of radio buttons, each with a name of its own

/** Return the network of a file, loaded and unpacked once. */
function open(name, load) {
  if (!networks.has(name)) {
    const network = unpackFile(name, load);
    networks.set(name, network);
    network.catch(() => networks.delete(name)); // so that it can be tried again
  }
  return networks.get(name);
}

async function unpackFile(name, load) {
  await load(`${name}.js`);
  const { file, data } = files.get(name) ?? {};
  try {
    check(typeof data === "string", "no data");
    const network = await unpack(file, data);
    files.delete(name); // the long string
    return network;
  } catch (error) {
    throw new Error(`${name}.js: ${error.message}`);
  }
}

/** Return an element with attributes, listeners ("on…") and children. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** Return an element of a drawing with attributes and children. */
function svg(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Return words in both languages, of which the page shows those of its mode. */
function say(vi, en) {
  const half = (lang, words) => make("span", { class: "text", lang }, ...[words].flat());
  if (vi === en) return make("span", {}, vi);
  return make("span", { class: "word" }, half("vi", vi), " ", half("en", en));
}

/** Give an element a name in both languages; page.js changes it with the mode. */
function label(element, vi, en) {
  const mode = document.documentElement.dataset.reading;
  Object.assign(element.dataset, { vi, en });
  element.setAttribute("aria-label", mode === "vi" ? vi : mode === "en" ? en : `${vi} · ${en}`);
  return element;
}

/** Return a number in the notation of a language. */
function number(value, lang, digits = 0) {
  const format = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return value.toLocaleString(lang, format).replace("-", "−");
}

/** Return the name of a character that may not be seen. */
const visible = (character) => (character === " " ? "␣" : character);

/**
 * Return the choice of a model and of the language of its text, which follows the reading mode until
 * the reader has chosen; `changed(network)` is called with each model when it is there.
 */
function choice(box, load, changed) {
  const models = JSON.parse(box.dataset.models);
  const bases = [...new Set(models.map((model) => model.base))];
  const trouble = make("p", { class: "living-trouble", role: "alert", hidden: true });
  const note = make("p", { class: "living-note" });
  let chosen = false;
  let last = null;

  const base = make("select", { onchange: () => pick().catch(() => {}) });
  for (const name of bases) {
    base.append(make("option", { value: name }, models.find((model) => model.base === name).title));
  }
  const of = (mode) => (mode === "en" ? "en" : "vi");
  const names = { vi: "Tiếng Việt", en: "English" };
  let lang = of(document.documentElement.dataset.reading);
  const langs = radios("Ngôn ngữ của văn bản", "Language of the text",
    Object.entries(names).map(([value, name]) => [value, make("span", { lang: value }, name)]),
    (value) => {
      [chosen, lang] = [true, value];
      pick().catch(() => {});
    });
  const show = () => langs.querySelectorAll("input").forEach((input) => (input.checked = input.value === lang));
  show();
  new MutationObserver(() => {
    if (chosen || lang === of(document.documentElement.dataset.reading)) return;
    lang = of(document.documentElement.dataset.reading);
    show();
    pick().catch(() => {});
  }).observe(document.documentElement, { attributeFilter: ["data-reading"] });

  async function pick() {
    const wanted = lang;
    const { name } = models.find((model) => model.base === base.value && model.lang === wanted);
    last = name;
    trouble.hidden = true;
    try {
      const network = await open(name, load);
      if (last !== name) return; // the reader has chosen another meanwhile
      note.replaceChildren(about(network.file));
      changed(network, wanted);
    } catch (error) {
      if (last !== name) return;
      trouble.replaceChildren(
        say("Không nạp được mô hình; hãy dựng lại sách bằng make html.",
          "The model cannot be loaded; build the book again with make html."),
        ` (${error.message})`,
      );
      trouble.hidden = false;
      throw error;
    }
  }

  const model = make("label", { hidden: bases.length < 2 }, say("Mô hình", "Model"), base);
  const element = make("div", { class: "living-choice" }, model, langs);
  return { element, trouble, note, ready: pick() };
}

/** Return radio buttons: `options` are [value, what they say]; `changed(value)` when one is chosen. */
function radios(vi, en, options, changed) {
  const name = `living-${++groups}`;
  const inputs = options.map(([value], index) =>
    make("input", { type: "radio", name, value, checked: index === 0, autocomplete: "off", onchange: () => changed(value) }));
  const group = make("div", { class: "living-radios", role: "radiogroup" },
    ...options.map(([, ...words], index) => make("label", {}, inputs[index], ...words)));
  return label(group, vi, en);
}

/** Return a slider with its name and its value, which `text(value, lang)` writes in each language. */
function slider(vi, en, range, text, changed) {
  const output = make("output", { class: "living-number" });
  const input = make("input", { type: "range", ...range, autocomplete: "off" });
  const value = () => Number(input.value);
  const tell = () => output.replaceChildren(say(...["vi", "en"].map((lang) => text(value(), lang))));
  input.addEventListener("input", () => {
    tell();
    changed(value());
  });
  tell();
  return make("label", { class: "living-field" }, say(vi, en), input, output);
}

/** Return what rounding has done to a model. */
function about({ perplexity: [before, after] }) {
  const loss = 100 * (after / before - 1);
  const sign = loss < 0 ? "" : "+";
  const values = (lang) => [number(before, lang, 3), number(after, lang, 3), sign + number(loss, lang, 2)];
  const [vi, en] = ["vi", "en"].map(values);
  return say(
    `Perplexity trên chương kiểm định: ${vi[0]} khi huấn luyện xong, ${vi[1]} với các trọng số đã làm tròn ở đây (${vi[2]}%).`,
    `Held-out perplexity: ${en[0]} as trained, ${en[1]} with the rounded weights used here (${en[2]}%).`,
  );
}

globalThis.living = {
  add, unpack, open, chances, generator, draw, make, say, label, number, visible, choice, radios, slider, svg,
  PARTS,
  widgets: {},
};
})();
