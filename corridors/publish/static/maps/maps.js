/* Draws the book's maps from the JSON that each page carries. Needs Leaflet and basemap.js, asks no one else.
   Text from data is only ever set as text, never as markup. */
(() => {
  "use strict";

  const HERE = document.currentScript.src;
  const CALM = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const TOUCH = window.matchMedia("(hover: none) and (pointer: coarse)").matches;
  const pending = {};

  /* A page opened from disk may not fetch files, but it may load scripts: layers come as scripts. */
  function loadLayer(file) {
    window.CORRIDORS_LAYERS = window.CORRIDORS_LAYERS || {};
    if (window.CORRIDORS_LAYERS[file]) return Promise.resolve(window.CORRIDORS_LAYERS[file]);
    pending[file] ||= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = new URL("../layers/" + encodeURIComponent(file), HERE).href;
      script.onload = () => resolve(window.CORRIDORS_LAYERS[file]);
      script.onerror = () => reject(new Error("map layer " + file + " did not load"));
      document.head.append(script);
    });
    return pending[file];
  }

  function element(tag, className, text) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  }

  const asMarkup = (text) => element("i", "", text).innerHTML;
  const isPoint = (layer) => layer.kind === "points";

  function shapePath(shape, r, x, y) {
    if (shape === "square") return `M${x - r} ${y - r}h${2 * r}v${2 * r}h${-2 * r}z`;
    if (shape === "diamond") { const d = 1.3 * r; return `M${x} ${y - d}l${d} ${d}l${-d} ${d}l${-d} ${-d}z`; }
    if (shape === "triangle") return `M${x} ${y - 1.2 * r}L${x + 1.15 * r} ${y + 0.9 * r}L${x - 1.15 * r} ${y + 0.9 * r}z`;
    return `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;
  }

  const Symbol = () => L.CircleMarker.extend({
    _updatePath() {
      const p = this._point, path = this._empty() ? "M0 0" : shapePath(this.options.shape, this._radius, p.x, p.y);
      this._renderer._setPath(this, path);
    },
  });

  /* ---- popups ---- */

  function popup(spec, data, feature) {
    const box = element("div", "sc-popup");
    if (feature.n) box.append(element("strong", "", feature.n));
    if (feature.l) {
      const local = element("span", "sc-popup-local", feature.l);
      if (feature.a) local.lang = feature.a;
      box.append(local);
    }
    const list = element("dl");
    const row = (term, text) => { if (text) list.append(element("dt", "", term), element("dd", "", text)); };
    (data.fields || []).forEach((field, i) => row(field, (feature.v || [])[i]));
    row("Status", feature.s);
    row("Course", feature.c && spec.certainty[feature.c] && spec.certainty[feature.c].title);
    row("Source", (feature.o || []).map((i) => data.sources[i]).join("; "));
    if (list.children.length) box.append(list);
    return box;
  }

  /* ---- layers ---- */

  function lineLayer(map, spec, layer, data) {
    const group = L.layerGroup();
    for (const feature of data.features) {
      const look = spec.certainty[feature.c] || { dash: "", width: 2.4 };
      const weight = look.width * (layer.width || 1);
      const course = feature.g.map((part) => part.map(([x, y]) => [y, x]));
      const common = { pane: "sc-lines", interactive: false, lineCap: feature.c === "schematic" ? "round" : "butt" };
      if (!look.dash) group.addLayer(L.polyline(course, { ...common, weight: weight + 2.4, className: "sc-casing" }));
      group.addLayer(L.polyline(course, { ...common, weight, color: layer.colour, dashArray: look.dash || null }));
      const hit = L.polyline(course, { pane: "sc-lines", weight: 14, opacity: 0, bubblingMouseEvents: false });
      hit.bindPopup(() => popup(spec, data, feature), { maxWidth: 280 });
      feature.target = hit;
      group.addLayer(hit);
    }
    return group;
  }

  function pointLayer(map, spec, layer, data, labels) {
    const Shape = Symbol(), group = L.layerGroup(), small = [], crowded = data.features.length > 25;
    for (const feature of data.features) {
      const at = L.latLng(feature.g[1], feature.g[0]);
      const mark = new Shape(at, {
        pane: "sc-points", shape: layer.shape, radius: layer.size, color: layer.shape === "ring" ? layer.colour : "var(--c-paper, #fff)",
        fillColor: layer.shape === "ring" ? "var(--c-paper, #fff)" : layer.colour, fillOpacity: 1,
        weight: layer.shape === "ring" ? 1.6 : 1.2, bubblingMouseEvents: false,
      });
      mark.bindPopup(() => popup(spec, data, feature), { maxWidth: 280 });
      feature.target = mark;
      if (crowded && !(feature.r < 3)) small.push(mark);
      group.addLayer(mark);
      if (feature.r && feature.n) labels.push({ at, text: feature.n, rank: feature.r, from: feature.r < 3 ? 0 : feature.r + 4, gap: layer.size + 3, kind: "layer", group });
    }
    // Many points on a small map would hide the line that they stand on.
    const shrink = () => {
      const radius = layer.size * Math.min(1, Math.max(0.5, (map.getZoom() - 2) / 5));
      small.forEach((mark) => mark.setRadius(radius).setStyle({ weight: radius < 2.5 ? 1 : layer.shape === "ring" ? 1.6 : 1.2 }));
    };
    map.on("zoomend", shrink);
    shrink();
    return group;
  }

  function drawBase(map, labels) {
    const base = window.CORRIDORS_BASE;
    if (!base) return;
    const renderer = L.svg({ pane: "sc-base", padding: 0.5 });
    const [w, s, e, n] = base.bbox;
    L.rectangle([[s, w], [n, e]], { renderer, pane: "sc-base", interactive: false, className: "sc-base-sea" }).addTo(map);
    L.geoJSON(base, {
      renderer, pane: "sc-base", interactive: false,
      filter: (f) => f.geometry.type !== "Point",
      style: (f) => ({ className: `sc-base-${f.properties.k}`, renderer, pane: "sc-base" }),
    }).addTo(map);
    for (const f of base.features) {
      if (f.geometry.type !== "Point") continue;
      const at = L.latLng(f.geometry.coordinates[1], f.geometry.coordinates[0]), town = f.properties.k === "town";
      const radius = f.properties.r <= 1 ? 3 : 2;
      const dot = town && L.circleMarker(at, { renderer, pane: "sc-base", radius, interactive: false, className: "sc-base-town" }).addTo(map);
      labels.push({ at, text: f.properties.n, rank: (town ? 100 : 101) + f.properties.r, from: f.properties.r + 2.5,
        gap: radius + 3, kind: town ? "town" : "country", dot });
    }
  }

  /* ---- names beside points: the most important first, none over another ---- */

  function layLabels(map, labels) {
    labels.sort((a, b) => a.rank - b.rank);
    for (const label of labels) {
      const html = element("span", `sc-label sc-label-${label.kind}`, label.text);
      html.setAttribute("aria-hidden", "true");
      label.node = html;
      label.mark = L.marker(label.at, { pane: "sc-labels", interactive: false, keyboard: false,
        icon: L.divIcon({ className: "sc-label-anchor", iconSize: [0, 0], html }) }).addTo(map);
    }
    const place = () => {
      const size = map.getSize(), said = new Set(), corner = map.getContainer().getBoundingClientRect();
      const taken = [...map.getContainer().querySelectorAll(".leaflet-control")].map((node) => {
        const box = node.getBoundingClientRect();
        return [box.left - corner.left, box.top - corner.top, box.right - corner.left, box.bottom - corner.top];
      });
      for (const label of labels) {
        const p = map.latLngToContainerPoint(label.at);
        const on = map.getZoom() >= label.from && (!label.group || map.hasLayer(label.group));
        const w = label.node.offsetWidth, h = label.node.offsetHeight, g = label.gap;
        const spots = label.kind === "country" ? [[-w / 2, -h / 2]]
          : [[g, -h / 2], [-g - w, -h / 2], [-w / 2, -g - h + 2], [-w / 2, g - 2]];
        const inside = p.x > 0 && p.y > 0 && p.x < size.x && p.y < size.y;
        const spot = on && inside && !said.has(label.text) && spots.find(([dx, dy]) => {
          const a = [p.x + dx, p.y + dy, p.x + dx + w, p.y + dy + h];
          return a[0] > 2 && a[2] < size.x - 2 && a[1] > 2 && a[3] < size.y - 2 &&
            !taken.some((b) => a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1]);
        });
        label.node.classList.toggle("sc-hidden", !spot);
        if (label.dot) label.dot.getElement().classList.toggle("sc-hidden", !spot);
        if (!spot) continue;
        said.add(label.text);
        label.node.style.transform = `translate(${Math.round(spot[0])}px, ${Math.round(spot[1])}px)`;
        taken.push([p.x + spot[0], p.y + spot[1], p.x + spot[0] + w, p.y + spot[1] + h],
          [p.x - g + 3, p.y - g + 3, p.x + g - 3, p.y + g - 3]);
      }
    };
    map.on("zoomend moveend resize overlayadd overlayremove", place);
    place();
  }

  /* ---- everything on the map as a list: for the keyboard, for screen readers, for finding a name ---- */

  function listOf(map, spec, drawn) {
    const box = element("details", "sc-map-list");
    box.append(element("summary", "", "List of what this map shows"));
    for (const { layer, data, group } of drawn) {
      const seen = new Set(), list = element("ul");
      for (const feature of data.features) {
        const course = feature.c && spec.certainty[feature.c] ? ", " + spec.certainty[feature.c].title : "";
        const text = (feature.n || layer.name) + course;
        if (seen.has(text)) continue;
        seen.add(text);
        const button = element("button", "", text), item = element("li");
        button.type = "button";
        button.addEventListener("click", () => {
          map.addLayer(group);
          const target = feature.target;
          if (isPoint(layer)) map.setView(target.getLatLng(), Math.max(map.getZoom(), 7), { animate: !CALM });
          else map.fitBounds(target.getBounds(), { animate: !CALM, padding: [20, 20], maxZoom: 9 });
          target.openPopup(isPoint(layer) ? target.getLatLng() : target.getCenter());
          const open = target.getPopup() && target.getPopup().getElement();
          if (!open) return;
          open.tabIndex = -1;
          open.focus({ preventScroll: true });
          map.getContainer().scrollIntoView({ block: "nearest", behavior: CALM ? "auto" : "smooth" });
          map.once("popupclose", () => button.focus({ preventScroll: true }));
        });
        item.append(button);
        list.append(item);
      }
      box.append(element("p", "", layer.name), list);
    }
    return box;
  }

  /* ---- behaviour: the map never takes a scroll that was meant for the page ---- */

  function manners(map, frame) {
    const hint = element("div", "sc-map-hint");
    hint.setAttribute("aria-hidden", "true");
    frame.append(hint);
    let timer = 0;
    const say = (text) => {
      hint.textContent = text;
      hint.classList.add("sc-on");
      clearTimeout(timer);
      timer = setTimeout(() => hint.classList.remove("sc-on"), 1400);
    };
    let active = false;
    const wake = (on) => {
      active = on;
      if (TOUCH) map.dragging[on ? "enable" : "disable"]();
    };
    wake(false);
    map.on("click", () => wake(true));
    frame.addEventListener("focus", () => { if (!TOUCH) wake(true); });
    frame.addEventListener("blur", (event) => { if (!frame.contains(event.relatedTarget)) wake(false); });
    document.addEventListener("pointerdown", (event) => { if (!frame.contains(event.target)) wake(false); });
    frame.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      map.closePopup();
      wake(false);
    });
    frame.parentElement.addEventListener("wheel", (event) => {
      if (!frame.contains(event.target)) return;
      const zoom = active || event.ctrlKey || event.metaKey;
      map.scrollWheelZoom[zoom ? "enable" : "disable"]();
      if (!zoom) say("Click the map, or hold Ctrl, to zoom with the wheel");
    }, { capture: true, passive: true });
    let touches = 0;
    frame.addEventListener("touchstart", (event) => { touches = event.touches.length; }, { passive: true });
    frame.addEventListener("touchmove", () => { if (!active && touches === 1) say("Tap the map to move it; two fingers zoom"); }, { passive: true });
  }

  function controls(map, spec, drawn, home) {
    L.control.scale({ metric: true, imperial: false, maxWidth: 120 }).addTo(map);
    const Home = L.Control.extend({
      options: { position: "topleft" },
      onAdd() {
        const bar = element("div", "leaflet-bar sc-map-home"), button = element("button", "", "\u2302");
        button.type = "button";
        button.title = "Show the whole map";
        button.setAttribute("aria-label", button.title);
        L.DomEvent.disableClickPropagation(bar).on(button, "click", home);
        bar.append(button);
        return bar;
      },
    });
    map.addControl(new Home());
    const overlays = {};
    for (const { layer, group } of drawn) overlays[asMarkup(layer.name)] = group;
    if (spec.online) {
      overlays[asMarkup(spec.online.name)] = L.tileLayer(spec.online.url, { maxZoom: 18, attribution: asMarkup(spec.online.credit) });
    }
    if (Object.keys(overlays).length > 1) {
      // An open list must not cover the map.
      const longest = Math.max(...drawn.map(({ layer }) => layer.name.length));
      const collapsed = map.getSize().x < 640 || drawn.length > 5 || longest > 26;
      L.control.layers(null, overlays, { collapsed }).addTo(map);
    }
  }

  async function start(root) {
    const spec = JSON.parse(root.querySelector('script[type="application/json"]').textContent);
    const data = await Promise.all(spec.layers.map((layer) => layer.data || loadLayer(layer.file)));
    const figure = root.closest("figure") || root.parentElement;
    const frame = root.querySelector(".sc-map-frame");
    figure.classList.add("has-live");
    const [[s, w], [n, e]] = spec.bounds;
    const mercator = (lat) => Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) * (180 / Math.PI);
    frame.style.aspectRatio = String(Math.min(2, Math.max(1.1, (e - w) / (mercator(n) - mercator(s)))));
    const bounds = L.latLngBounds(spec.bounds);
    const map = L.map(frame, {
      scrollWheelZoom: false, trackResize: false, zoomSnap: 0.25, zoomDelta: 1, wheelPxPerZoomLevel: 90, minZoom: 2, maxZoom: 14,
      zoomAnimation: !CALM, fadeAnimation: !CALM, markerZoomAnimation: !CALM, inertia: !CALM,
      maxBounds: bounds.pad(1), maxBoundsViscosity: 0.6, renderer: L.svg({ padding: 0.5 }),
    });
    map.attributionControl.setPrefix(false);
    for (const [name, z] of [["sc-base", 210], ["sc-lines", 410], ["sc-points", 450], ["sc-labels", 460]]) {
      map.createPane(name).style.zIndex = String(z);
    }
    map.getPane("sc-labels").style.pointerEvents = "none";
    map.fitBounds(bounds, { animate: false });
    const labels = [];
    const drawn = spec.layers.map((layer, i) => {
      const group = isPoint(layer) ? pointLayer(map, spec, layer, data[i], labels) : lineLayer(map, spec, layer, data[i]);
      if (!layer.off) group.addTo(map);
      return { layer, data: data[i], group };
    });
    drawBase(map, labels);
    let moved = false;
    const home = () => { map.fitBounds(bounds, { animate: !CALM }); moved = false; };
    map.on("dragstart", () => { moved = true; });
    frame.addEventListener("keydown", () => { moved = true; });
    map.on("zoomstart", () => { if (document.activeElement && frame.contains(document.activeElement)) moved = true; });
    map.on("resize", () => { if (!moved) map.fitBounds(bounds, { animate: false }); });
    // The frame is watched, not the window: a sidebar or a printed page changes the one without the other, and
    // a window on its way to a new size would have the map fitted to a size that the frame never keeps.
    new ResizeObserver(() => { if (frame.clientWidth && frame.clientHeight) map.invalidateSize({ animate: false }); }).observe(frame);
    controls(map, spec, drawn, home);
    layLabels(map, labels);
    manners(map, frame);
    root.querySelector(".sc-map-end").before(listOf(map, spec, drawn));
    root.dataset.drawn = "true";
  }

  for (const root of document.querySelectorAll(".sc-map")) {
    start(root).catch((error) => {
      // The static picture stays, or comes back: a reader is never left with an empty frame.
      (root.closest("figure") || root.parentElement).classList.remove("has-live");
      console.error(error);
    });
  }
})();
