/* Leads from a place that has moved to where it stands now; the page lists them in a block of data. */
"use strict";

(() => {
  const moved = JSON.parse(document.getElementById("moved-places").textContent);
  const go = () => {
    const anchor = decodeURIComponent(window.location.hash.slice(1));
    if (anchor && document.getElementById(anchor)) return;
    const whole = moved[""];
    if (Object.hasOwn(moved, anchor) && anchor) window.location.replace(moved[anchor]);
    else if (whole) window.location.replace(whole.includes("#") ? whole : whole + window.location.hash);
  };
  window.addEventListener("hashchange", go);
  if (moved[""] || document.readyState !== "loading") go();
  else document.addEventListener("DOMContentLoaded", go);
})();
