/* Ahead of all else, so that nothing is shown, or loaded, that has to go again. */
(() => {
  "use strict";
  const root = document.documentElement;
  let mode = null;
  try { mode = localStorage.getItem("mode"); } catch { /* a browser that keeps nothing has the default */ }
  if (mode !== "light" && mode !== "dark") mode = "auto";
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.mode = mode;
  root.dataset.theme = mode === "auto" ? (dark ? "dark" : "light") : mode;
  /* The picture behind a live map is not loaded until it is known that the map cannot be drawn: maps.js says
     so for each map, and page.js ends the waiting. */
  root.classList.add("maps-awaited");
})();
