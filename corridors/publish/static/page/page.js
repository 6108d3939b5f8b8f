/* What the pages need of behaviour besides the theme's own scripts: menus, the place in the contents, copying
   of code, printing. In the place of three libraries of 110 kB, of which the book used these four things. */
(() => {
  "use strict";

  /* ---- menus: a button with data-bs-toggle="dropdown" opens the list behind it ---- */

  function menu(button) {
    const list = button.parentElement.querySelector(".dropdown-menu");
    if (!list) return;
    const items = () => [...list.querySelectorAll(".dropdown-item")];
    const show = (on) => {
      list.classList.toggle("show", on);
      button.setAttribute("aria-expanded", String(on));
    };
    const open = () => list.classList.contains("show");
    button.addEventListener("click", () => show(!open()));
    document.addEventListener("click", (event) => {
      if (open() && !button.parentElement.contains(event.target)) show(false);
    });
    button.parentElement.addEventListener("focusout", (event) => {
      if (open() && event.relatedTarget && !button.parentElement.contains(event.relatedTarget)) show(false);
    });
    button.parentElement.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (event.key === "Escape" && open()) {
        event.preventDefault();
        event.stopPropagation();
        show(false);
        button.focus();
      } else if (step) {
        event.preventDefault();
        if (!open()) show(true);
        const all = items(), at = all.indexOf(document.activeElement);
        const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1);
        if (all[next]) all[next].focus();
      }
    });
  }

  /* ---- the contents beside the text show which section is being read ---- */

  function followReading(nav) {
    const links = new Map();
    for (const link of nav.querySelectorAll('a[href^="#"]')) {
      const section = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (section) links.set(section, link);
    }
    if (!links.size) return;
    let waiting = false;
    const mark = () => {
      waiting = false;
      let current = null;
      for (const section of links.keys()) {
        if (section.getBoundingClientRect().top <= window.innerHeight * 0.3) current = section;
      }
      for (const [section, link] of links) {
        const on = section === current;
        link.classList.toggle("active", on);
        if (on) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
      }
    };
    const soon = () => { if (!waiting) { waiting = true; requestAnimationFrame(mark); } };
    addEventListener("scroll", soon, { passive: true });
    addEventListener("resize", soon, { passive: true });
    mark();
  }

  /* ---- code is copied as it stands ---- */

  function copying(block) {
    const code = block.querySelector("pre");
    if (!code || !navigator.clipboard) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copybtn";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy this code");
    const text = code.textContent;
    button.addEventListener("click", async () => {
      const copied = await navigator.clipboard.writeText(text).then(() => true, () => false);
      button.textContent = copied ? "Copied" : "Not allowed";
      button.setAttribute("aria-label", copied ? "Copied this code" : "Not allowed to copy this code");
      setTimeout(() => {
        button.textContent = "Copy";
        button.setAttribute("aria-label", "Copy this code");
      }, 2000);
    });
    block.append(button);
  }

  function ready() {
    document.querySelectorAll('[data-bs-toggle="dropdown"]').forEach(menu);
    const contents = document.getElementById("pst-page-toc-nav");
    if (contents) followReading(contents);
    document.querySelectorAll("div.highlight").forEach((block) => {
      if (!block.querySelector("div.highlight")) copying(block);
    });
    document.querySelectorAll("[data-print]").forEach((button) => {
      button.addEventListener("click", () => window.print());
    });
  }

  /* By now the map script has hidden the pictures of the maps that it draws; those of the others come back. */
  addEventListener("load", () => document.documentElement.classList.remove("maps-awaited"));

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
  else ready();
})();
