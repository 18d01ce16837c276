// The widget "write on": the reader begins a text, and a model continues it.

"use strict";

living.widgets["write-on"] = async (box, load) => {
  const { chances, draw, generator, label, make, number, say, visible } = living;
  const SHOWN = 8; // of the characters that may come next
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  let network = null;
  let lang = "vi";
  let state = null;
  let logits = null;
  let random = null; // since the text was begun
  let running = false;
  let timed = { steps: 0, milliseconds: 0 };

  // ---- what the reader sees -----------------------------------------------------------------------

  const field = (vi, en, input, ...more) => make("label", { class: "living-field" }, say(vi, en), input, ...more);
  const beginning = make("textarea", { rows: 2, maxlength: 500, spellcheck: "false", autocomplete: "off", autocapitalize: "off" });
  const degree = make("output", { class: "living-number" });
  const temperature = make("input", { type: "range", min: 0, max: 2, step: 0.1, value: 0.5, autocomplete: "off" });
  const seed = make("input", { type: "number", min: 0, max: 999999, step: 1, value: 1, autocomplete: "off" });
  const length = make("input", { type: "number", min: 1, max: 5000, step: 1, value: 200, autocomplete: "off" });
  const write = make("button", { type: "button", class: "living-main", onclick: () => (running ? stop() : run()) });
  const once = make("button", { type: "button", onclick: () => one() }, say("Một ký tự", "One character"));
  const given = make("span", { class: "living-given" });
  const added = make("span", { class: "living-added" });
  const written = make("p", { class: "living-written" }, given, added);
  const status = make("p", { class: "living-status", role: "status" });
  const unknown = make("p", { class: "living-note" });
  const next = make("ol", { class: "living-chances" });

  const names = () => write.replaceChildren(running ? say("Dừng", "Stop") : say("Viết tiếp", "Write on"));
  const heat = () => Number(temperature.value);

  /** Show what may come next, as likely as it is at this temperature. */
  function showChances() {
    if (!logits) return next.replaceChildren();
    const likely = Array.from(chances(logits, heat()), (chance, token) => ({ chance, token }))
      .filter(({ chance }) => chance > 0)
      .sort((a, b) => b.chance - a.chance)
      .slice(0, SHOWN);
    next.replaceChildren(...likely.map(({ chance, token }) => {
      const character = network.tokens[token];
      const percent = chance < 0.005 ? "<1%" : `${Math.round(100 * chance)}%`;
      const button = make(
        "button", { type: "button", onclick: () => take(token, true) },
        make("span", { class: "living-character", lang }, visible(character)),
        make("progress", { max: 1, value: chance, "aria-hidden": "true" }),
        make("span", { class: "living-number" }, percent),
      );
      const [vi, en] = character === " " ? ["dấu cách", "space"] : [character, character];
      return make("li", {}, label(button, `${vi}, ${percent}`, `${en}, ${percent}`));
    }));
  }

  function showDegree() {
    degree.replaceChildren(say(number(heat(), "vi", 1), number(heat(), "en", 1)));
  }

  // ---- what the model does ------------------------------------------------------------------------

  function read(token) {
    const start = performance.now();
    logits = network.step(token, state).slice(); // another widget may use the same network
    timed.milliseconds += performance.now() - start;
    timed.steps += 1;
  }

  /** Begin anew with what the reader has written. */
  function begin() {
    if (!network) return;
    running = false;
    names();
    const text = network.normalize(beginning.value);
    const numbers = network.encode(text);
    given.textContent = text;
    added.textContent = "";
    status.replaceChildren();
    written.lang = lang;
    random = null;
    logits = null;
    state = network.begin();
    for (const token of numbers) read(token);
    const strange = [...new Set(Array.from(text).filter((_, at) => numbers[at] === 0))].join(" ");
    unknown.replaceChildren(...(strange
      ? [say(`Mô hình chưa từng thấy: ${strange}`, `The model has never seen: ${strange}`)] : []));
    write.disabled = once.disabled = !logits;
    showChances();
  }

  /** Let a character come next. */
  function take(token, shows) {
    added.textContent += network.tokens[token];
    read(token);
    if (shows) showChances();
  }

  function drawn() {
    random ??= generator(Number(seed.value));
    return draw(chances(logits, heat()), random());
  }

  function one() {
    stop();
    take(drawn(), true);
  }

  function stop() {
    if (!running) return;
    running = false;
    names();
    showChances();
    const count = Array.from(added.textContent).length;
    const speed = Math.round((1000 * timed.steps) / timed.milliseconds);
    box.dataset.speed = speed;
    status.replaceChildren(say(
      `Đã viết ${number(count, "vi")} ký tự; trang này tính được ${number(speed, "vi")} ký tự mỗi giây.`,
      `${number(count, "en")} characters written; this page computes ${number(speed, "en")} characters a second.`,
    ));
  }

  /** Write a text from its beginning: the same seed gives the same text. */
  function run() {
    begin();
    if (!logits) return;
    timed = { steps: 0, milliseconds: 0 };
    running = true;
    names();
    let left = Math.min(5000, Math.max(1, Math.round(Number(length.value)) || 1));
    const some = () => {
      if (!running) return;
      // Two characters a frame can be followed; without motion as many as fit into one.
      const end = performance.now() + 12;
      for (let n = 0; left > 0 && (calm.matches ? performance.now() < end : n < 2); n++, left--) {
        take(drawn(), false);
      }
      if (left === 0) return stop();
      if (!calm.matches) showChances();
      requestAnimationFrame(some);
    };
    some();
  }

  // ---- the parts together -------------------------------------------------------------------------

  // While a syllable is composed (Telex, VNI), what stands there is not yet what is meant.
  beginning.addEventListener("input", (event) => event.isComposing || begin());
  beginning.addEventListener("compositionend", begin);
  temperature.addEventListener("input", () => (showDegree(), showChances()));
  seed.addEventListener("input", begin);

  const models = living.choice(box, load, (found, language) => {
    const untouched = !network || beginning.value === network.file.beginning;
    if (untouched) beginning.value = found.file.beginning;
    network = found;
    lang = beginning.lang = language;
    begin();
  });
  showDegree();
  names();
  await models.ready;
  box.querySelector(".living-body").replaceChildren(
    models.element,
    models.trouble,
    field("Đoạn mở đầu", "Beginning", beginning),
    make("div", { class: "living-fields" },
      field("Nhiệt độ", "Temperature", temperature, degree),
      field("Hạt giống", "Seed", seed),
      field("Số ký tự", "Characters", length)),
    make("div", { class: "living-buttons" }, write, once),
    unknown,
    written,
    status,
    make("p", { class: "living-heading" }, say("Ký tự kế tiếp, theo xác suất", "The next character, by probability")),
    next,
    models.note,
  );
};
