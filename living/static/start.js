// Waits until the reader asks for a widget; only then does anything else load.

"use strict";

(() => {
  const base = new URL(".", document.currentScript.src);
  const scripts = new Map();

  /** Load a script from beside this one: by an element, since a page on a disk may not fetch. */
  function load(file) {
    if (!scripts.has(file)) {
      scripts.set(file, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = new URL(file, base);
        script.addEventListener("load", resolve);
        script.addEventListener("error", () => {
          scripts.delete(file); // so that it can be tried again
          script.remove();
          reject(new Error(file));
        });
        document.head.append(script);
      }));
    }
    return scripts.get(file);
  }

  async function start(box) {
    const { widget } = box.dataset;
    const button = box.querySelector(".living-start");
    const trouble = box.querySelector(".living-trouble");
    button.disabled = true;
    trouble.hidden = true;
    try {
      await load("living.js");
      await load(`${widget}.js`);
      await living.widgets[widget](box, load);
      button.hidden = true;
    } catch (error) {
      console.info(error);
      trouble.querySelector(".living-what").textContent = error.message;
      trouble.hidden = false;
      button.disabled = false;
    }
  }

  for (const box of document.querySelectorAll(".living[data-widget]")) {
    const button = box.querySelector(".living-start");
    button.hidden = false;
    button.addEventListener("click", () => start(box));
  }
})();
