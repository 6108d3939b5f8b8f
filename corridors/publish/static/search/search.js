/* The search of the book. Everything happens in the page; results are written as text, never as markup.

   Words are compared without accents, Cyrillic letters in Latin script by the book's rule, English words by
   their stem, runs of Chinese characters as they stand. A name stands for all its forms in the data. */
"use strict";

const bookSearch = (() => {
  const RANKS = { page: 1.5, section: 1.2, exhibit: 1.3, entry: 1.25, term: 1.5, reference: 0.8, number: 0.6 };
  const STEP = 20;
  const TOKEN = /\p{N}+(?:[,\u00a0\u2009\u202f]\p{N}{3}(?!\p{N}))*(?:\.\p{N}+)?|[\p{L}\p{M}\p{N}]+/gu;
  const HAN = /\p{Script=Han}/u;
  const stemmer = new Stemmer();
  const folded = new Map();
  const stemmed = new Map();
  let letters = {};
  let book = null;
  let waiting = null;

  /* One word as it is compared: small, Latin, without accents; numbers without separators of thousands. */
  function fold(word) {
    let found = folded.get(word);
    if (found === undefined) {
      found = [...word.normalize("NFC").toLowerCase()]
        .map((letter) => letters[letter] ?? letter)
        .join("")
        .normalize("NFKD")
        .replace(/[\p{M},\u00a0\u2009\u202f]/gu, "");
      folded.set(word, found);
    }
    return found;
  }

  function stem(word) {
    let found = stemmed.get(word);
    if (found === undefined) {
      found = /^[a-z]{3,}$/.test(word) ? stemmer.stemWord(word) : word;
      stemmed.set(word, found);
    }
    return found;
  }

  const words = (text) => (text.match(TOKEN) || []).map(fold).filter(Boolean);
  const line = (list) => ` ${list.join(" ")} `;

  /* A text in the two forms in which it is looked through. */
  function prepare(text) {
    const list = words(text);
    return { plain: line(list), stems: line(list.map(stem)) };
  }

  function load(data) {
    letters = data.letters;
    folded.clear();
    book = {
      pages: data.pages,
      names: data.names
        .map((group) => group.map((name) => ({ name, words: words(name) })).filter((one) => one.words.length))
        .filter((group) => new Set(group.map((one) => one.words.join(" "))).size > 1),
      places: data.places.map(([page, anchor, kind, heading, text]) => ({
        page, anchor, kind, heading, text,
        head: prepare(heading),
        label: line(words(anchor)),
        body: prepare(`${text} ${kind === "page" || kind === "section" ? "" : anchor}`),
      })),
    };
  }

  /* The forms of the name that begins at a place of the query; null if none does. The longest name counts. */
  function nameAt(list, start) {
    let best = null;
    for (const group of book.names) {
      for (const one of group) {
        const size = one.words.length;
        if (size > (best ? best.size : 0) && one.words.every((word, i) => word === list[start + i])) {
          best = { size, group };
        }
      }
    }
    return best;
  }

  /* A query as a list of units; each is met by any of its forms, a form being words in a row. */
  function parse(query) {
    const chunks = query.match(/"[^"]+"|[^\s"]+/g) || [];
    const list = [];
    for (const chunk of chunks) {
      const found = words(chunk);
      found.forEach((word, i) => list.push({ word, rest: found.length - i, first: i === 0 }));
    }
    const bare = list.map((one) => one.word);
    const units = [];
    const names = new Set();
    for (let i = 0; i < list.length;) {
      const name = nameAt(bare, i);
      const own = list[i].first ? list[i].rest : 1;
      if (name && name.size >= own) {
        const asked = bare.slice(i, i + name.size);
        const forms = new Map([[asked.join(" "), asked]]);
        name.group.forEach((one) => {
          if (!forms.has(one.words.join(" "))) names.add(one.name);
          forms.set(one.words.join(" "), one.words);
        });
        units.push([...forms.values()]);
        i += name.size;
      } else {
        units.push([bare.slice(i, i + own)]);
        i += own;
      }
    }
    const large = units.filter((forms) => forms.length > 1 || forms[0].length > 1 || !SMALL_WORDS.has(forms[0][0]));
    return { units: large.length ? large : units, names: [...names] };
  }

  /* How well a text meets one form: the words themselves, their stems, their beginning; 0 if not at all. */
  function meets(text, form) {
    const plain = form.join(" ");
    if (HAN.test(plain)) return text.plain.includes(plain) ? 3 : 0;
    if (text.plain.includes(` ${plain} `)) return 3;
    if (text.stems.includes(` ${form.map(stem).join(" ")} `)) return 2;
    return plain.length > 2 && text.plain.includes(` ${plain}`) ? 1 : 0;
  }

  function score(place, forms) {
    let best = 0;
    forms.forEach((form, i) => {
      const asked = i === 0 ? 0.5 : 0;
      const head = meets(place.head, form);
      const body = meets(place.body, form);
      const both = (head ? 8 * head : 0) + (body ? 2 * body : 0);
      if (both) best = Math.max(best, both + asked);
    });
    return best;
  }

  /* All places that meet the query, best first; where none meets all of it, those that meet some. */
  function find(query) {
    const { units, names } = parse(query);
    const whole = words(query).join(" ");
    const named = /[\p{L}\p{N}]-[\p{L}\p{N}]/u.test(query);
    const found = [];
    for (const place of book.places) {
      const scores = units.map((forms) => score(place, forms));
      const met = scores.filter(Boolean).length;
      if (!met) continue;
      let sum = scores.reduce((all, one) => all + one, 0);
      if (units.length > 1 && place.head.plain.includes(` ${whole} `)) sum += 20;
      else if (units.length > 1 && place.body.plain.includes(` ${whole} `)) sum += 6;
      if (place.head.plain.startsWith(` ${whole} `)) sum += 14;
      if (named && place.label.endsWith(` ${whole} `)) sum += 40;
      found.push({ place, met, sum: sum * (RANKS[place.kind] || 1) });
    }
    const most = Math.max(0, ...found.map((one) => one.met));
    const results = found.filter((one) => one.met === most);
    results.sort((a, b) => b.sum - a.sum);
    return { results, names, units, all: most === units.length };
  }

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  /* A stretch of the text around the first words that were found, these marked. */
  function context(text, units) {
    const forms = units.flat();
    const wanted = new Set(forms.flat());
    const stems = new Set([...wanted].map(stem));
    const starts = [...wanted].filter((word) => word.length > 2);
    const isHit = (word) =>
      wanted.has(word) || stems.has(stem(word)) || starts.some((start) => word.startsWith(start)) ||
      (HAN.test(word) && [...wanted].some((one) => HAN.test(one) && word.includes(one)));
    const hits = [...text.matchAll(TOKEN)].filter((match) => isHit(fold(match[0])));
    const from = hits.length ? hits[0].index : 0;
    let begin = Math.max(0, from - 90);
    if (begin) begin = text.indexOf(" ", begin) + 1 || begin;
    if (begin > from) begin = from;
    let end = Math.min(text.length, begin + 260);
    if (end < text.length) end = Math.max(text.lastIndexOf(" ", end), from + 1);
    const shown = element("p", "search-context");
    if (begin) shown.append("… ");
    let at = begin;
    for (const match of hits) {
      const stop = match.index + match[0].length;
      if (match.index < at || stop > end) continue;
      shown.append(text.slice(at, match.index), element("mark", "", match[0]));
      at = stop;
    }
    shown.append(text.slice(at, end));
    if (end < text.length) shown.append(" …");
    return shown;
  }

  const KINDS = { number: "number", reference: "reference", term: "glossary", entry: "entry", exhibit: "", page: "" };

  function item(place, units) {
    const [address, title, part] = book.pages[place.page];
    const row = element("li");
    const link = element("a", "", place.heading);
    link.href = address + (place.anchor ? `#${encodeURIComponent(place.anchor)}` : "");
    row.append(link);
    const where = [KINDS[place.kind], place.kind === "page" ? "" : title, part].filter(Boolean);
    if (where.length) row.append(element("p", "search-where", where.join(" · ")));
    if (place.text && place.kind !== "number") row.append(context(place.text, units));
    return row;
  }

  const number = (count, one, many) => `${count} ${count === 1 ? one : many}`;

  function show(query) {
    const { results, names, units, all } = find(query);
    const list = document.getElementById("search-results");
    const more = document.getElementById("search-more");
    const also = document.getElementById("search-names");
    const pages = new Set(results.map((one) => one.place.page)).size;
    const counted = `${number(results.length, "place", "places")} on ${number(pages, "page", "pages")}`;
    let words = `${counted} for “${query}”.`;
    if (!results.length) words = `Nothing found for “${query}”.`;
    else if (!all) words = `No place has all of “${query}”. ${counted} ${pages === 1 && results.length === 1 ? "has" : "have"} some of it.`;
    document.getElementById("search-status").textContent = words;
    also.hidden = !names.length;
    also.textContent = names.length ? `Looked for as well: ${names.join(", ")}.` : "";
    list.replaceChildren();
    let shown = 0;
    const next = () => {
      const rows = results.slice(shown, shown + STEP).map((one) => item(one.place, units));
      list.append(...rows);
      shown += rows.length;
      more.hidden = shown >= results.length;
      return rows[0];
    };
    next();
    more.onclick = () => next()?.querySelector("a").focus();
  }

  function start() {
    const page = document.getElementById("book-search");
    if (!page) return;
    const query = (new URLSearchParams(window.location.search).get("q") || "").trim();
    const input = document.getElementById("search-query");
    input.value = query;
    if (!query) {
      input.focus();
      return;
    }
    document.getElementById("search-status").textContent = "Searching …";
    waiting = query;
    const script = document.createElement("script");
    script.src = page.dataset.index;
    script.onerror = () => {
      document.getElementById("search-status").textContent = "The index of the search could not be read.";
    };
    document.head.append(script);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();

  return {
    /* Called by index.js. */
    index(data) {
      load(data);
      if (waiting) show(waiting);
    },
    find: (query) => find(query).results.map((one) => one.place),
  };
})();
