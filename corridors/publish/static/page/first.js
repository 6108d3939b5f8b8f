/* Ahead of all else on pages with maps: the picture behind a live map is not shown, so that it is not loaded,
   until it is known whether the map can be drawn. maps.js then says so for each map; see page.js for the end. */
document.documentElement.classList.add("maps-awaited");
