/* Makes the links of the page for unknown addresses right wherever a server shows it, in a book that does not know
   its own address: they are relative to the top of the site, and this looks for the top, folder by folder upwards.
   Each folder that holds pages has a file that tells the way; the content is read as nothing but that. */
(() => {
  "use strict";
  if (location.protocol === "file:") return;
  const find = async () => {
    for (let folder = new URL(".", location.href); ; folder = new URL("..", folder)) {
      const answer = await fetch(new URL("_static/lost/top.txt", folder)).catch(() => null);
      const way = answer && answer.ok ? (await answer.text()).trim() : "";
      if (/^(\.|\.\.(\/\.\.)*)\/$/.test(way)) return new URL(way, folder);
      if (folder.pathname === "/") return null;
    }
  };
  const ready = new Promise((done) => {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", done);
    else done();
  });
  Promise.all([find(), ready]).then(([top]) => {
    if (!top) return;
    for (const [tags, name] of [["a", "href"], ["form", "action"]]) {
      for (const one of document.querySelectorAll(`${tags}[${name}]`)) {
        one.setAttribute(name, new URL(one.getAttribute(name), top).href);
      }
    }
    document.documentElement.dataset.top = top.href;
  });
})();
