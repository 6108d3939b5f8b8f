/* Makes the page for unknown addresses right wherever a server shows it.

   Its links are relative to the top of the site, but it may be shown in place of a page in a folder. This script
   knows where it lies itself; from there it finds the top and sets the links. Where the book has an address of its
   own the links are whole already. */
"use strict";

(() => {
  const up = "";
  const root = new URL(`../../${up}`, document.currentScript.src);
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
  if (page.dataset.root === undefined) return;
  for (const [tags, name] of [["a", "href"], ["form", "action"]]) {
    for (const one of document.querySelectorAll(`${tags}[${name}]`)) {
      one.setAttribute(name, new URL(one.getAttribute(name), root).href);
    }
  }
})();
