/* Copying references, and the way from a number in the text to its record. Nothing here is needed to read. */
(() => {
  "use strict";
  const script = document.currentScript;
  const root = script ? new URL("../../", script.src) : null;

  function element(name, attributes, text) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text) made.textContent = text;
    return made;
  }

  /* Made when there is something to say: a page may have a status of its own. */
  let status = null;

  function say(words) {
    if (!status) {
      status = element("div", { class: "cite-status", role: "status", "aria-live": "polite" });
      document.body.append(status);
    }
    status.textContent = words;
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      /* Pages that are not served securely have no clipboard of their own. */
      const box = element("textarea", { class: "cite-clipboard", "aria-hidden": "true", tabindex: "-1" });
      box.value = text;
      document.body.append(box);
      box.select();
      const done = document.execCommand("copy");
      box.remove();
      if (!done) return false;
    }
    return true;
  }

  function button(what, words) {
    const made = element("button", { type: "button", class: "cite-copy", "aria-label": `Copy ${what}` }, "Copy");
    made.addEventListener("click", async () => {
      const done = await copy(words());
      say(done ? `Copied: ${what}` : "Copying failed: select the text and copy it by hand");
      made.textContent = done ? "Copied" : "Copy";
      setTimeout(() => { made.textContent = "Copy"; }, 2000);
    });
    return made;
  }

  const plain = (node) => node.textContent.replace(/\s+/g, " ").trim();

  function addButtons() {
    for (const text of document.querySelectorAll(".cite-text[data-cite]")) {
      const words = plain(text);
      text.append(" ", button(text.dataset.cite, () => words));
    }
    const reference = document.querySelector(".chapter-citation [data-style='chicago']");
    const whole = reference ? plain(reference.firstElementChild || reference) : "";
    for (const entry of document.querySelectorAll("section.exhibit-entry[id^='claim-']")) {
      const heading = entry.querySelector("h2, h3, h4, h5, h6");
      const more = entry.querySelector("details");
      if (!heading || !more || !whole) continue;
      const words = plain(heading).replace(/[#¶]$/, "").trim();
      const split = words.indexOf(": ");
      const id = words.slice(0, split);
      const line = element("p", { class: "cite-entry" }, "Cite this claim: ");
      line.append(button(`claim ${id}`, () => `“${words.slice(split + 2)}” Claim ${id}, in: ${whole}`));
      more.append(line);
    }
  }

  /* One small box for the number that was clicked; the page of all numbers is the same way for the keyboard. */
  let open = null;

  function close() {
    if (open) open.remove();
    open = null;
  }

  function show(number) {
    close();
    const id = number.dataset.number;
    open = element("span", { class: "cite-number", role: "note" });
    const link = element("a", { href: new URL(`numbers.html#${id}`, root).href }, "Where this number comes from");
    open.append(element("code", {}, id), " ", link);
    number.after(open);
  }

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target || target.closest(".cite-number")) return;
    const number = target.closest(".number[data-number]");
    if (number && root) show(number); else close();
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });

  addButtons();
})();
