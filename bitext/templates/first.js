// Runs before the first paint, so that a page never shows one mode and then another.
(function (root) {
  "use strict";
  var modes = { vi: "vi", both: "vi", en: "en" }; // mode: language of the page
  function remembered(key) {
    try { return localStorage.getItem(key); } catch (error) { return null; }
  }
  function remember(key, value) {
    try { localStorage.setItem(key, value); } catch (error) { return false; }
    return true;
  }
  /** A name from an address or from storage: what every object inherits is no mode. */
  function isMode(name) {
    return Object.prototype.hasOwnProperty.call(modes, name);
  }
  var asked = new URLSearchParams(location.search).get("lang");
  var known = remembered("reading");
  var mode = isMode(asked) ? asked : isMode(known) ? known : "both";
  if (isMode(asked)) remember("reading", mode);
  root.dataset.reading = mode;
  root.lang = modes[mode];
  var theme = remembered("theme");
  if (theme === "dark" || theme === "light") root.dataset.theme = theme;
  var title = document.querySelector("title");
  document.title = title.dataset[mode] || title.textContent;
  window.bitext = {
    modes: modes,
    isMode: isMode,
    remember: remember,
    remembers: function () { return remember("reading", root.dataset.reading); }
  };
})(document.documentElement);
