// What a page does: reading modes, light and dark, the list of headings, copying, search.
// The mode itself is set before the first paint, in templates/first.js.

"use strict";

const root = document.documentElement;
const article = document.querySelector(".bd-article");
const WORDS = JSON.parse(document.getElementById("words").textContent);

// ---- reading modes --------------------------------------------------------------------------------

// What a reader's eye holds on to, from the page as a whole to what is inside of a pair.
const LANDMARKS =
  "h1, h2, h3, h4, h5, h6, .pair, .cell_input, .cell_output, figure, div.math, table, " +
  ".admonition-title, details, p, li, pre, .prev-next-footer, .run-it";

let kept = null; // the place of the last switch, while the reader has not moved since
const waiting = new Set(); // blocks that are left out, see below

/** Return the element that the reader looks at and how far it is below the header. */
function place(scroller, above) {
  const inside = scroller === root ? article.closest("main") : scroller;
  const height = scroller === root ? innerHeight : scroller.getBoundingClientRect().bottom;
  let spanning = null;
  for (const element of inside.querySelectorAll(scroller === root ? LANDMARKS : "a")) {
    if (waiting.size && element.parentElement.closest("[data-waiting]")) continue;
    const box = element.getBoundingClientRect();
    if (!box.height || box.bottom <= above) continue;
    if (box.top >= above - 1) {
      // A landmark that one of the modes hides would leave nothing to hold on to.
      if (box.top < height && !element.closest("[lang]:is(.block, .text)")) {
        return { element, top: box.top, share: 0 };
      }
    } else {
      spanning = { element, top: box.top, share: (above - box.top) / box.height };
    }
    if (box.top > height) break;
  }
  // Nothing begins on the screen: keep the share of the long block that has been read.
  const pair = spanning && spanning.element.closest(".pair, figure, .admonition");
  if (pair) {
    const box = pair.getBoundingClientRect();
    return { element: pair, top: box.top, share: (above - box.top) / box.height };
  }
  return spanning;
}

/** Scroll so that what was at a place is there again. */
function restore(scroller, where, above) {
  if (!where) return;
  const box = where.element.getBoundingClientRect();
  const wanted = where.share ? above - where.share * box.height : where.top;
  scroller.scrollTop += Math.round(box.top - wanted);
}

/** Choose a mode, and keep the reader's place in the page and in both sidebars. */
function read(mode) {
  if (root.dataset.reading === mode) return;
  const header = line();
  const where = stands() ? kept.where : place(root, header);
  const sidebars = [...document.querySelectorAll(".bd-sidebar-primary, .bd-sidebar-secondary")]
    .filter((sidebar) => sidebar.scrollTop > 0)
    .map((sidebar) => [sidebar, place(sidebar, sidebar.getBoundingClientRect().top)]);

  root.style.overflowAnchor = "none"; // or the browser would move the page a second time
  put(off(where), mode);
  show(mode);
  hold(where);
  for (const [sidebar, at] of sidebars) restore(sidebar, at, sidebar.getBoundingClientRect().top);
  // Letters of the other language may come with a font that was not needed until now.
  const mine = kept;
  document.fonts.ready.then(() => kept === mine && stands() && hold(where));
  soon();
}

/** Return where the header ends and the page is read. */
function line() {
  return document.querySelector(".bd-header-article").getBoundingClientRect().bottom;
}

/** Whether the reader has not moved since the last switch. */
function stands() {
  return kept && Math.abs(kept.at - root.scrollTop) < 2;
}

/** Put what was at a place there again; the page may have to end later for it. */
function hold(where) {
  const header = line();
  room(0);
  const lacking = where && where.element.getBoundingClientRect().top - where.top;
  const rest = root.scrollHeight - innerHeight - root.scrollTop;
  if (!where?.share && lacking > rest) room(Math.ceil(lacking - rest));
  restore(root, where, header);
  if (kept?.where === where) kept.at = root.scrollTop;
  else kept = { where, at: root.scrollTop };
}

// Nearly all of a switch is the layout of what is not on the screen: formulas, plots, code.  It is
// put off.  The blocks far from the screen are left out, each as high as it was when the mode was
// last shown, and come back one after the other, the nearest first, when the switch has been painted.

const heights = new WeakMap(); // of blocks, by the mode
let coming = 0;

/** Return the blocks that are far from the screen; what the reader looks at is never one. */
function off(where) {
  const far = [];
  if (!CSS.supports("content-visibility", "hidden")) return far;
  for (const block of document.querySelectorAll(".bd-article section > :not(section, h1, h2, h3, h4, h5, h6)")) {
    const box = block.getBoundingClientRect();
    if (!waiting.has(block)) {
      if (!heights.has(block)) heights.set(block, {});
      heights.get(block)[root.dataset.reading] = box.height;
    }
    const near = box.bottom > -innerHeight && box.top < 2 * innerHeight;
    if (!near && !block.contains(where?.element ?? null)) far.push(block);
    else back(block);
  }
  return far;
}

/** Leave blocks out. */
function put(blocks, mode) {
  for (const block of blocks) {
    const known = heights.get(block) ?? {};
    const height = known[mode] ?? known[root.dataset.reading] ?? 100;
    block.style.containIntrinsicBlockSize = `${height}px`;
    block.style.contentVisibility = "hidden";
    block.dataset.waiting = "";
    waiting.add(block);
  }
}

/** Let a block be there again. */
function back(block) {
  if (!waiting.delete(block)) return;
  delete block.dataset.waiting;
  block.style.contentVisibility = block.style.containIntrinsicBlockSize = "";
}

/** Let all blocks be there again, now. */
function settle() {
  if (!waiting.size) return;
  const where = stands() ? kept.where : place(root, line());
  for (const block of [...waiting]) back(block);
  hold(where);
}

/** Let some blocks be there again when the browser has painted, and so on to the last one. */
function soon() {
  clearTimeout(coming);
  requestAnimationFrame(() => {
    clearTimeout(coming);
    coming = setTimeout(() => {
      if (!waiting.size) {
        root.style.overflowAnchor = "";
        return;
      }
      const where = stands() ? kept.where : place(root, line());
      const middle = innerHeight / 2;
      const far = (block) => Math.abs(block.getBoundingClientRect().top - middle);
      const nearest = [...waiting].map((block) => [far(block), block]).sort((a, b) => a[0] - b[0]);
      for (const [, block] of nearest.slice(0, 12)) back(block);
      hold(where);
      soon();
    });
  });
}

/** Let the page end later, so that its last lines can stay where they are. */
function room(height) {
  document.querySelector(".bd-footer").style.marginTop = height ? `${height}px` : "";
}

/** Show a mode: the page's language, its title, the names of its buttons. */
function show(mode) {
  root.dataset.reading = mode;
  root.lang = bitext.modes[mode];
  document.title = document.querySelector("title").dataset[mode] ?? document.title;
  for (const element of document.querySelectorAll("[data-vi]")) {
    const { vi, en } = element.dataset;
    const name = mode === "both" ? (vi === en ? vi : `${vi} · ${en}`) : element.dataset[mode];
    for (const attribute of ["aria-label", "title", "placeholder", "alt"]) {
      if (element.hasAttribute(attribute)) element.setAttribute(attribute, name);
    }
  }
  for (const input of document.querySelectorAll("input[name=reading]")) {
    input.checked = input.value === mode;
  }
}

function choose(mode) {
  read(mode);
  bitext.remember("reading", mode);
  const here = new URL(location);
  here.searchParams.set("lang", mode);
  try {
    history.replaceState(history.state, "", here); // the address can be passed on
  } catch (error) {
    // A page on disk may not change its address.
  }
}

/** Return the element that the part of an address after "#" names, null if there is none. */
function named(hash) {
  const id = hash.slice(1);
  try {
    return document.getElementById(decodeURIComponent(id));
  } catch (error) {
    return document.getElementById(id); // a stray "%"
  }
}

/** Show what an address names, also if the mode hides it or a closed box holds it. */
function land() {
  settle();
  const target = location.hash && named(location.hash);
  if (!target) return;
  for (let box = target.closest("details"); box; box = box.parentElement.closest("details")) {
    box.open = true;
  }
  let shown = target;
  while (shown && !shown.getClientRects().length) shown = shown.parentElement;
  if (shown && shown !== target) shown.scrollIntoView();
}

show(root.dataset.reading);
for (const input of document.querySelectorAll("input[name=reading]")) {
  input.addEventListener("change", () => choose(input.value));
}
addEventListener("hashchange", land);
// A link to the box that the address names already, which the reader has closed since.
addEventListener("click", (event) => {
  const link = event.target.closest("article a[href^='#']");
  if (link && link.hash === location.hash) setTimeout(land);
});
// Where a link leads on the page must be there before the browser goes there.
addEventListener("click", (event) => event.target.closest("a[href^='#']") && settle(), true);
// On paper there is nothing to open, and nothing to wait for.
let opened = [];
addEventListener("beforeprint", () => {
  settle();
  opened = [...document.querySelectorAll("details:not([open])")];
  for (const box of opened) box.open = true;
});
addEventListener("afterprint", () => {
  for (const box of opened) box.open = false;
});
addEventListener("load", land);
addEventListener("storage", (event) => {
  if (event.key === "reading" && bitext.isMode(event.newValue)) read(event.newValue);
});
// Where nothing can be remembered, the links carry the mode.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || link.origin !== location.origin || bitext.remembers()) return;
  if (link.pathname === location.pathname || !link.pathname.endsWith(".html")) return;
  const there = new URL(link.href);
  there.searchParams.set("lang", root.dataset.reading);
  link.href = there.href;
});

// ---- terms ----------------------------------------------------------------------------------------

// The partner of a term in the other language, beside the term: on hover, focus, and the first tap;
// the second tap follows the link.  Escape, a scroll or a tap elsewhere takes it away.
const partner = document.createElement("div");
partner.className = "partner";
partner.popover = "manual";
partner.setAttribute("aria-hidden", "true"); // the description below is what is read aloud
let told = null; // the term whose partner shows
let leaving = 0;

function tell(term) {
  clearTimeout(leaving);
  if (told === term) return;
  hush();
  told = term;
  partner.textContent = term.dataset.partner;
  partner.lang = term.dataset.partnerLang;
  partner.showPopover();
  const at = term.getClientRects()[0]; // of a term that is broken, the first line
  const box = partner.getBoundingClientRect();
  const header = document.querySelector(".bd-header-article").getBoundingClientRect().bottom;
  const above = at.top - box.height - 4;
  const left = Math.min(at.left, document.documentElement.clientWidth - box.width - 8);
  partner.style.left = `${Math.max(8, left)}px`;
  partner.style.top = `${above >= header ? above : at.bottom + 4}px`;
}

function hush() {
  clearTimeout(leaving);
  if (!told) return;
  told = null;
  partner.hidePopover();
}

/** Let the pointer come back, or go onto the partner to read or mark it. */
function soonHush() {
  clearTimeout(leaving);
  leaving = setTimeout(hush, 250);
}

const partnered = [...document.querySelectorAll("a.term")];
if (partnered.length && partner.showPopover) {
  const names = document.createElement("div"); // what screen readers add to the term
  names.className = "partner-names";
  partnered.forEach((term, number) => {
    const name = document.createElement("span");
    name.id = `partner-${number}`;
    name.lang = term.dataset.partnerLang;
    name.textContent = term.dataset.partner;
    names.append(name);
    term.setAttribute("aria-describedby", name.id);
    let touched = false;
    let shown = false; // before this tap
    term.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && tell(term));
    term.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && soonHush());
    term.addEventListener("pointerdown", (event) => {
      touched = event.pointerType !== "mouse";
      shown = told === term;
    });
    term.addEventListener("focus", () => tell(term));
    term.addEventListener("blur", hush);
    term.addEventListener("click", (event) => {
      if (!touched) return;
      touched = false;
      if (shown) return;
      event.preventDefault();
      event.stopPropagation();
      tell(term);
    });
  });
  document.body.append(names, partner);
  partner.addEventListener("pointerenter", () => clearTimeout(leaving));
  partner.addEventListener("pointerleave", soonHush);
  addEventListener("keydown", (event) => event.key === "Escape" && hush());
  addEventListener("scroll", hush, { passive: true });
  addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" && !event.target.closest(".term, .partner")) hush();
  });
}

// ---- the order of terms ---------------------------------------------------------------------------

/** Sort the lists of terms, by what the reader has chosen or else by what the reader reads. */
function sort(by) {
  for (const list of document.querySelectorAll("dl.terms")) {
    const key = by === "en" ? "orderEn" : "orderVi";
    const entries = [...list.children];
    if (list.dataset.by !== by) {
      list.append(...entries.sort((a, b) => a.dataset[key] - b.dataset[key]));
    }
    list.dataset.by = by;
  }
  for (const button of document.querySelectorAll(".sorting button")) {
    button.setAttribute("aria-pressed", String(button.value === by));
  }
}
let order = null; // what the reader has chosen
for (const button of document.querySelectorAll(".sorting button")) {
  button.addEventListener("click", () => sort((order = button.value)));
}
if (document.querySelector("dl.terms")) {
  const sortAnew = () => sort(order ?? bitext.modes[root.dataset.reading]);
  new MutationObserver(sortAnew).observe(root, { attributeFilter: ["data-reading"] });
  sortAnew();
}

// ---- light and dark -------------------------------------------------------------------------------

const dark = matchMedia("(prefers-color-scheme: dark)");

function recolour() {
  const system = dark.matches ? "dark" : "light";
  const next = (root.dataset.theme ?? system) === "dark" ? "light" : "dark";
  if (next === system) delete root.dataset.theme;
  else root.dataset.theme = next;
  bitext.remember("theme", root.dataset.theme ?? "");
}
for (const button of document.querySelectorAll(".theme-switch")) {
  button.addEventListener("click", recolour);
}

// ---- the list of headings -------------------------------------------------------------------------

const entries = [...document.querySelectorAll(".bd-toc a[href^='#']")]
  .map((link) => [link, named(link.hash)])
  .filter(([, section]) => section);

function follow() {
  const line = innerHeight * 0.3;
  let current = null;
  for (const [link, section] of entries) {
    if (section.getBoundingClientRect().top <= line) current = link;
  }
  for (const [link] of entries) {
    if (link === current) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}
if (entries.length) {
  let waiting = false;
  const soon = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      follow();
    });
  };
  addEventListener("scroll", soon, { passive: true });
  addEventListener("resize", soon);
  follow();
}
for (const link of document.querySelectorAll("#contents a")) {
  link.addEventListener("click", () => {
    const contents = document.getElementById("contents");
    if (contents.matches(":popover-open")) contents.hidePopover();
  });
}
document.querySelector(".bd-sidebar-primary a.current")?.setAttribute("aria-current", "page");

// ---- copying --------------------------------------------------------------------------------------

const ICONS = {
  copy: "M9 9h10v11H9zM15 9V4H5v11h4",
  copied: "M5 13l4 4L19 7",
};

function draw(name) {
  return `<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;
}

function name(element, key) {
  [element.dataset.vi, element.dataset.en] = WORDS[key];
  const mode = root.dataset.reading;
  const text = mode === "both" ? WORDS[key].join(" · ") : element.dataset[mode];
  element.setAttribute("aria-label", text);
  element.title = text;
}

async function write(text) {
  try {
    await navigator.clipboard.writeText(text);
    return;
  } catch (error) {
    // An old browser, or a page that may not use the clipboard.
  }
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

for (const code of document.querySelectorAll(".cell_input pre, div[class*=highlight-] > .highlight > pre")) {
  if (code.closest(".cell_output")) continue;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.innerHTML = draw("copy");
  name(button, "copy");
  button.addEventListener("click", async () => {
    await write(code.textContent.replace(/\n$/, ""));
    button.classList.add("done");
    button.innerHTML = draw("copied");
    name(button, "copied");
    setTimeout(() => {
      button.classList.remove("done");
      button.innerHTML = draw("copy");
      name(button, "copy");
    }, 1600);
  });
  code.parentElement.append(button);
}

// What scrolls inside its own box can be reached by the keyboard: measured whenever the box changes,
// for a closed box, or one of the language that is not shown, has no width yet.
const reach = new ResizeObserver((changes) => {
  for (const { target } of changes) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
document.fonts.ready.then(() => {
  for (const box of document.querySelectorAll("pre, .katex-display, .pst-scrollable-table-container, .figure-svg, .text_html")) {
    reach.observe(box);
  }
});

// The letters of the language that is not shown yet, so that they are there when it is chosen.
addEventListener("load", () => document.fonts.load('1em "Source Serif"', "aế"));

// Some browsers give a page on disk no fonts from another folder: they draw formulas themselves.
document.fonts.load("1em KaTeX_Main").then(
  (found) => {
    if (!found.length && document.querySelector(".katex")) root.dataset.formulas = "mathml";
  },
  () => (root.dataset.formulas = "mathml"),
);

// ---- search ---------------------------------------------------------------------------------------

const dialog = document.getElementById("search");

/** Letters without tones, marks and case: "trang thai an" finds "trạng thái ẩn". */
function plain(text) {
  return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase();
}

let index = null;

/** Whether something is an entry as bitext/search.py writes them. */
function isEntry(entry) {
  return [entry?.page, entry?.id, entry?.text].every((part) => typeof part === "string")
    && Array.isArray(entry.title);
}

/** Load the index when it is first wanted; as a script, since a page on disk may not fetch. */
function load() {
  index ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `${root.dataset.content_root}_static/search-index.js`;
    script.onload = () => {
      const found = window.bitextIndex; // not there if the file is cut off
      if (!Array.isArray(found) || !found.every(isEntry)) return reject(new Error(script.src));
      resolve(found.map((entry) => ({ ...entry, plain: plain(entry.text), name: plain(entry.title.join(" ")) })));
    };
    script.onerror = () => reject(new Error(script.src));
    document.head.append(script);
  }).catch((error) => {
    index = null; // so that it can be tried again
    throw error;
  });
  return index;
}

/** Return where a word of the text begins with what was asked, or -1. */
function begins(text, word, from = 0) {
  for (let at = text.indexOf(word, from); at >= 0; at = text.indexOf(word, at + 1)) {
    if (at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1])) return at;
  }
  return -1;
}

/**
 * Return the entries that hold every word, the best first: headings and whole phrases.
 *
 * An entry is left at the first word that it lacks, and one that is shorter than the words are many
 * lacks one: so a search takes no longer for a whole book of words than for one of them.
 */
function matches(entries, query, words, phrase) {
  const mode = root.dataset.reading;
  const exact = query.trim().toLowerCase();
  const found = [];
  for (const entry of entries) {
    if (mode !== "both" && entry.lang && entry.lang !== mode) continue;
    if (words.length > entry.plain.length + entry.name.length) continue;
    let inside = 0;
    const every = words.every((word) => {
      if (begins(entry.plain, word) < 0) return begins(entry.name, word) >= 0;
      return (inside += 1);
    });
    if (!every || !inside) continue;
    let score = inside / words.length;
    if (begins(entry.plain, phrase) >= 0) score += 2;
    if (entry.text.toLowerCase().includes(exact)) score += 1;
    if (entry.heading) score += 2;
    found.push([score, entry]);
  }
  return found.sort((a, b) => b[0] - a[0]).map(([, entry]) => entry);
}

/** Return a few words around the first match, with the matches marked. */
function passage(entry, words, phrase) {
  const whole = begins(entry.plain, phrase);
  const places = words.map((word) => begins(entry.plain, word)).filter((at) => at >= 0);
  const first = whole >= 0 ? whole : Math.min(...places);
  // Taking the marks off may change how many units a text has; what is written is then not cut.
  const same = entry.plain.length === entry.text.length;
  const cut = same && first > 80 && first < Infinity;
  const from = cut ? Math.max(0, entry.text.lastIndexOf(" ", first - 50)) : 0;
  const text = entry.text.slice(from, from + 190);
  const span = document.createElement("span");
  span.className = "passage";
  if (entry.lang) span.lang = entry.lang;
  if (from) span.append("… ");
  const folded = plain(text);
  const here = words.filter((word) => begins(folded, word) >= 0);
  let done = 0;
  while (folded.length === text.length) {
    const next = here
      .map((word) => [begins(folded, word, done), word.length])
      .filter(([at]) => at >= 0)
      .sort((a, b) => a[0] - b[0])[0];
    if (!next) break;
    span.append(text.slice(done, next[0]));
    const mark = document.createElement("mark");
    mark.textContent = text.slice(next[0], next[0] + next[1]);
    span.append(mark);
    done = next[0] + next[1];
  }
  span.append(text.slice(done) + (from + 190 < entry.text.length ? " …" : ""));
  return span;
}

function say(pair, number) {
  const span = document.createElement("span");
  span.className = "word";
  pair.forEach((text, which) => {
    const half = document.createElement("span");
    half.className = "text";
    half.lang = which ? "en" : "vi";
    half.textContent = text.replace("%s", number);
    if (which) span.append(" ");
    span.append(half);
  });
  return span;
}

/** Say that there is no index to search in; the next opening tries again. */
function lacking(box) {
  box.querySelector(".results").replaceChildren();
  box.querySelector(".count").replaceChildren(say(WORDS.unsearchable));
}

let last = null; // of the searches under way only the last one counts

async function search(query, box) {
  last = query;
  const said = plain(query).split(/[^\p{L}\p{N}_]+/u).filter(Boolean);
  const [words, phrase] = [[...new Set(said)], said.join(" ")];
  const count = box.querySelector(".count");
  const list = box.querySelector(".results");
  let entries = [];
  try {
    if (words.length) entries = await load();
  } catch (error) {
    if (query === last) lacking(box);
    return;
  }
  if (query !== last) return;
  list.replaceChildren();
  count.replaceChildren();
  if (!words.length) return;
  const found = matches(entries, query, words, phrase);
  count.append(found.length ? say(WORDS.found, found.length) : say(WORDS.nothing));
  for (const entry of found.slice(0, 40)) {
    const link = document.createElement("a");
    link.href = `${root.dataset.content_root}${entry.page}.html#${entry.id}`;
    const title = say(entry.title);
    title.classList.add("title");
    link.append(title, passage(entry, words, phrase));
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
  }
}

function open() {
  if (!dialog.open) {
    for (const shown of document.querySelectorAll(":popover-open")) shown.hidePopover();
    dialog.showModal();
  }
  const field = dialog.querySelector("input");
  field.select();
  load().then(() => search(field.value, dialog), () => lacking(dialog));
}

for (const button of document.querySelectorAll("[data-opens=search]")) {
  button.addEventListener("click", open);
}
addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input:not([type=radio]), textarea, select, [contenteditable]");
  const wanted = (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey)
    || (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey));
  if (!wanted || typing) return;
  event.preventDefault();
  open();
});
dialog.querySelector("input").addEventListener("input", (event) => search(event.target.value, dialog));
dialog.querySelector(".close").addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => {
  if (event.target === dialog || event.target.closest("a")) dialog.close();
});
dialog.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  dialog.querySelector(".results a")?.focus();
});

const page = document.getElementById("search-page");
if (page) {
  page.append(...dialog.cloneNode(true).children);
  page.querySelector(".close").remove();
  const field = page.querySelector("input");
  field.value = new URLSearchParams(location.search).get("q") ?? "";
  field.addEventListener("input", () => search(field.value, page));
  page.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
  search(field.value, page);
}
