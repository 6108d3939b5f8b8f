"""How the book looks: colours, line styles and type, written here and nowhere else.

Every colour has a name, a light and a dark value. Charts and maps draw with the light value; in the
web page the value becomes ``var(--c-<name>, <light>)``, so that one picture serves both themes.
The palette keeps its members apart for readers with red-green or blue-yellow blindness, and each
member is dark enough (light theme) or light enough (dark theme) to set small text in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Colour:
    """A named colour: hexadecimal value on white, and on the dark page."""

    name: str
    light: str
    dark: str

    @property
    def css(self) -> str:
        """The colour as a custom property with its light value to fall back on."""
        return f"var(--c-{self.name}, {self.light})"


# Grounds and lines of every picture.
PAPER: Final = Colour("paper", "#ffffff", "#121212")
INK: Final = Colour("ink", "#222426", "#e6e6e6")
MUTED: Final = Colour("muted", "#5b6168", "#a9afb6")
RULE: Final = Colour("rule", "#c9ced4", "#4a4f55")
FAINT: Final = Colour("faint", "#e8ebee", "#2b2f33")

# Countries: the same colour in every chart, map and table of the book.
RUSSIA: Final = Colour("russia", "#1659a8", "#79b4f2")
CHINA: Final = Colour("china", "#c23b16", "#ff8a5e")
MONGOLIA: Final = Colour("mongolia", "#4f3700", "#f5d469")
JAPAN: Final = Colour("japan", "#a02b78", "#f08ac8")
SOUTH_KOREA: Final = Colour("south-korea", "#00785f", "#45c9a5")
UNITED_STATES: Final = Colour("united-states", "#2f2385", "#cfc8ff")
GERMANY: Final = Colour("germany", "#3f3f3f", "#dadada")
OTHER: Final = Colour("other", "#6f757b", "#9aa1a8")

COUNTRIES: Final = {
    "Russia": RUSSIA,
    "Soviet Union": RUSSIA,
    "China": CHINA,
    "Mongolia": MONGOLIA,
    "Japan": JAPAN,
    "South Korea": SOUTH_KOREA,
    "United States": UNITED_STATES,
    "Germany": GERMANY,
    "Other": OTHER,
    "Others": OTHER,
}

# The cover and the pictures of links: three lands as fields, each a darker or paler relation of its
# country's colour, the same in both themes, with white set on the outer two and ink on the middle one.
FIELD_RUSSIA: Final = "#173a5e"
FIELD_CHINA: Final = "#8c3216"
FIELD_MONGOLIA: Final = "#f4ead2"
FIELD_OTHER: Final = "#3c4147"
FIELD_WATER: Final = "#2d5c86"
FIELD_LINE: Final = "#e3a73a"
FIELD_SOFT: Final = "#e6ecf1"
FIELD_MOTIF: Final = "#c4691c"

# Things that are not countries, in the order in which a chart takes them.
SERIES: Final = (
    Colour("series-1", "#175f7a", "#6cc0e0"),
    Colour("series-2", "#b5470b", "#ff9a57"),
    Colour("series-3", "#54721c", "#a9cf5f"),
    Colour("series-4", "#7d3c98", "#d09be8"),
    Colour("series-5", "#8a6200", "#e3b341"),
    Colour("series-6", "#a8283f", "#ff8c98"),
    Colour("series-7", "#4a5a68", "#a9bac8"),
)

# Series colours that a reader would take for that of a country; never beside it in one picture.
ALIKE: Final = {"series-1": RUSSIA, "series-2": CHINA, "series-7": OTHER}

COLOURS: Final = (
    PAPER, INK, MUTED, RULE, FAINT,
    RUSSIA, CHINA, MONGOLIA, JAPAN, SOUTH_KOREA, UNITED_STATES, GERMANY, OTHER,
    *SERIES,
)  # fmt: skip


@dataclass(frozen=True)
class LineStyle:
    """How a line shows what is known of its course. ``dash`` in line widths; empty means solid."""

    name: str
    title: str
    dash: tuple[float, ...]
    width: float

    @property
    def dash_array(self) -> str:
        """The dashes as Leaflet and SVG want them, in pixels."""
        return " ".join(f"{part * self.width:g}" for part in self.dash)

    @property
    def matplotlib(self) -> str | tuple[float, tuple[float, ...]]:
        """The line style as matplotlib wants it."""
        return (0.0, self.dash) if self.dash else "solid"


# The line style carries the certainty of a line on a map, in every chapter.
CERTAINTY: Final = {
    "track": LineStyle("track", "mapped track", (), 2.6),
    "station-leg": LineStyle("station-leg", "straight leg between stations", (4.0, 2.0), 2.2),
    "published-route": LineStyle("published-route", "published route", (), 1.4),
    "map-line": LineStyle("map-line", "line of a small-scale map", (7.0, 1.6, 1.2, 1.6), 1.4),
    "schematic": LineStyle("schematic", "schematic or indicative", (0.6, 2.2), 2.2),
}

# matplotlib carries this font itself, so that every machine draws the same bytes.
FONT: Final = "DejaVu Sans"
# What is set as outlines on covers: the Latin, Cyrillic and Chinese of Source Serif and Source Sans.
COVER_SERIF: Final = "NotoSerifCJKsc-Regular.otf"
COVER_SANS: Final = "NotoSansCJKsc-Regular.otf"
# In the page the text takes the reader's own sans serif, which is narrower: nothing overflows.
FONT_STACK: Final = (
    "-apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', 'Liberation Sans', Arial, "
    "'DejaVu Sans', sans-serif"
)
# Second coding beside colour: each line of a chart has its own marker.
MARKERS: Final = ("o", "s", "D", "^", "v", "P", "X")


def colour_of(name: str, position: int = 0) -> Colour:
    """The colour of a country by its name, else the series colour at ``position``."""
    return COUNTRIES.get(name) or SERIES[position % len(SERIES)]


def colours_of(names: Sequence[str]) -> dict[str, Colour]:
    """A colour for each name: countries have their own, the rest take the series colours in turn.

    A series colour that looks like one of the countries named is passed over.
    """
    taken = {COUNTRIES[name] for name in names if name in COUNTRIES}
    free = [colour for colour in SERIES if ALIKE.get(colour.name) not in taken]
    rest = [name for name in names if name not in COUNTRIES]
    return {name: COUNTRIES.get(name) or free[rest.index(name) % len(free)] for name in names}


def css_variables() -> str:
    """The style sheet that gives every named colour its light and dark value."""
    light = "".join(f"--c-{colour.name}:{colour.light};" for colour in COLOURS)
    dark = "".join(f"--c-{colour.name}:{colour.dark};" for colour in COLOURS)
    return (
        f":root{{{light}}}\n"
        f'html[data-theme="dark"]{{{dark}}}\n'
        # Paper is white whatever the reader's theme is.
        f"@media print{{html[data-theme]{{{light}}}}}\n"
    )
