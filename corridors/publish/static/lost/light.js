/* Light or dark as the reader has chosen for the book, or as the system has it; at once, so that nothing flashes.
   For pages that stand alone: that for unknown addresses, and the first one of the offline edition. */
(() => {
  "use strict";
  const page = document.documentElement;
  let mode = null;
  try {
    mode = localStorage.getItem("mode");
  } catch {
    // Storage is refused in some settings; the colours of the system will do.
  }
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const paint = () => {
    page.dataset.theme = mode === "dark" || mode === "light" ? mode : system.matches ? "dark" : "light";
  };
  paint();
  system.addEventListener("change", paint);
})();
