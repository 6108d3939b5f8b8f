/* A filter above each list of entries: one choice for each facet, and a search by words.
   Without scripts all entries are there to be read; this file only hides some of them on request. */
"use strict";
(() => {
  const plain = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();

  const make = (tag, properties = {}, ...children) => {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  };

  /* A control with its label; the label stands beside it, so that the control's name is the label alone. */
  const labelled = (control, words) => make("div", { className: "entries-choice" },
    make("label", { htmlFor: control.id, textContent: words }), control);

  const filterFor = (list) => {
    const noun = list.dataset.noun;
    const facets = JSON.parse(list.dataset.facets);
    /* An entry has, for each facet in turn, the place of its value among the facet's values. */
    const entries = [...list.querySelectorAll(".exhibit-entry")].map((node) => {
      const places = (node.dataset.facet ?? "").split(" ");
      const values = new Map(facets.map((facet, at) => [facet, facet.values[places[at]]]));
      return { node, words: plain(node.textContent), value: (facet) => values.get(facet) };
    });

    const choices = facets.map((facet) => {
      const select = make("select", { name: facet.name, id: `${list.id}-by-${facet.name}` });
      select.append(make("option", { value: "", textContent: `all (${entries.length})` }));
      for (const value of facet.values) {
        const count = entries.filter((entry) => entry.value(facet) === value).length;
        const name = facet.names?.[value] ?? value;
        select.append(make("option", { value, textContent: `${name} (${count})` }));
      }
      return { facet, select };
    });
    const search = make("input", {
      type: "search", name: "words", id: `${list.id}-by-words`, autocomplete: "off", spellcheck: false,
    });
    const reset = make("button", { type: "reset", textContent: `Show all ${noun}` });
    const status = make("p", { className: "entries-status" });
    status.setAttribute("role", "status");
    status.setAttribute("aria-live", "polite");
    const form = make("form", { className: "entries-filter" },
      ...choices.map(({ facet, select }) => labelled(select, facet.heading)), labelled(search, "Words"),
      reset, status);
    form.setAttribute("aria-label", `Filter the ${noun}`);

    const apply = () => {
      const wanted = plain(search.value).split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const entry of entries) {
        const fits = choices.every(({ facet, select }) => !select.value || entry.value(facet) === select.value)
          && wanted.every((word) => entry.words.includes(word));
        entry.node.hidden = !fits;
        shown += fits ? 1 : 0;
      }
      status.textContent = `${shown} of ${entries.length} ${noun} shown`;
    };

    /* A link to an entry that is filtered away shows all entries first. */
    const follow = () => {
      const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      if (target && list.contains(target) && target.hidden) {
        form.reset();
        apply();
        target.scrollIntoView();
      }
    };

    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("change", apply);
    search.addEventListener("input", apply);
    form.addEventListener("reset", () => setTimeout(apply));
    window.addEventListener("hashchange", follow);
    list.prepend(form);
    apply();
  };

  /* Paper has no fold: what is closed is opened for printing and closed again. */
  const opened = new Set();
  window.addEventListener("beforeprint", () => {
    for (const fold of document.querySelectorAll(".exhibit-entry > details:not([open])")) {
      fold.open = true;
      opened.add(fold);
    }
  });
  window.addEventListener("afterprint", () => {
    for (const fold of opened) fold.open = false;
    opened.clear();
  });

  for (const list of document.querySelectorAll(".exhibit-entries")) filterFor(list);
})();
