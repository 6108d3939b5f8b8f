"""A chart's SVG for the page, written anew and small: marks joined into paths, words as text.

matplotlib writes each tick, grid line and marker as a group of its own with an inline style. A page that
forbids inline styles would show them black, and a chapter with eight charts would carry 190 kB of them.
Here marks that look the same and follow one another become one path, coordinates are relative and have
one decimal, looks are presentation attributes with the palette's variables, and the words come last,
by look. Nothing is drawn over words, so their place in the order does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from itertools import groupby, pairwise
from typing import Any, Final
from xml.etree import ElementTree

from corridors.show import style

_SVG: Final = "{http://www.w3.org/2000/svg}"
_HREF: Final = "{http://www.w3.org/1999/xlink}href"
_COMMAND: Final = re.compile(r"([MLHVQCZmz])([^A-Za-z]*)")
_HEX: Final = re.compile(r"#[0-9a-fA-F]{6}\b")
_FONT: Final = re.compile(r"(?:(\w+) )?([\d.]+)px ")
_TURN: Final = re.compile(r"rotate\((-?[\d.]+) ([\d.]+) ([\d.]+)\)")
#: What a style may say that changes nothing; matplotlib's own default is a round join on the whole picture.
_IDLE: Final = {
    "stroke-width": "1",
    "opacity": "1",
    "fill-opacity": "1",
    "stroke-opacity": "1",
    "stroke-linecap": "butt",
    "stroke-dashoffset": "0",
    "text-anchor": "start",
    "font-weight": "400",
}
_ORDER: Final = ("fill", "stroke", "stroke-width")

Look = tuple[tuple[str, str], ...]
Point = tuple[float, float]
Command = tuple[str, tuple[Point, ...]]


@dataclass(frozen=True)
class _Mark:
    """One mark: where its path begins, what follows, where it ends (for a mark that follows it)."""

    look: Look
    start: Point
    rest: str
    end: Point


@dataclass(frozen=True)
class _Words:
    look: Look
    text: str


def slim(svg: str, name: str, value: str) -> str:
    """The content of ``svg`` (as matplotlib wrote it, text as text) as one line of markup.

    ``name`` and ``value`` are the ids of the groups of a direct label: its value follows its name in one
    text, because the reader's font is narrower than the one that measured the room.
    """
    root = ElementTree.fromstring(svg)
    defined = {str(node.get("id")): node for node in root.iter(f"{_SVG}path") if node.get("id")}
    clips = {str(node.get("id")): _box(node[0]) for node in root.iter(f"{_SVG}clipPath") if node.get("id")}
    _join_labels(root, name, value)
    marks: list[_Mark] = []
    words: list[_Words] = []
    for node, inherited in _leaves(root, {}):
        look = inherited | _declared(node)
        if node.tag == f"{_SVG}text":
            words.append(_text(node, look))
            continue
        commands = _commands(node.get("d", ""))
        if node.tag == f"{_SVG}use":
            shape = defined[str(node.get(_HREF))[1:]]
            look |= _declared(shape)
            at = float(node.get("x", 0)), float(node.get("y", 0))
            commands = _moved(_commands(shape.get("d", "")), at)
        if _hidden(look):
            continue
        commands = _clipped(commands, clips.get(look.pop("clip-path", "")[5:-1]))
        marks += _drawn(commands, look)
    return "".join([*_paths(marks), *_texts(words)])


def _leaves(
    node: ElementTree.Element, look: Mapping[str, str]
) -> Iterator[tuple[ElementTree.Element, dict[str, str]]]:
    """Every path, use and text that is drawn, with what its groups say of its look."""
    for child in node:
        if child.tag == f"{_SVG}g":
            yield from _leaves(child, {**look, **_declared(child)})
        elif child.tag in (f"{_SVG}path", f"{_SVG}use", f"{_SVG}text"):
            yield child, dict(look)


def _declared(node: ElementTree.Element) -> dict[str, str]:
    """The look that an element itself states, by style or attribute."""
    found = {}
    for part in (node.get("style") or "").split(";"):
        key, _, text = part.partition(":")
        if text.strip():
            found[key.strip()] = text.strip()
    if node.get("clip-path"):
        found["clip-path"] = str(node.get("clip-path"))
    return found


def _hidden(look: Mapping[str, str]) -> bool:
    return look.get("fill") == "none" and look.get("stroke", "none") == "none"


# ---- paths ----------------------------------------------------------------------------------------


def _commands(path: str) -> list[Command]:
    """The path in absolute points, one command an entry."""
    found: list[Command] = []
    for letter, text in _COMMAND.findall(path):
        values = [float(part) for part in text.replace(",", " ").split()]
        found.append((letter.upper(), tuple(zip(values[::2], values[1::2], strict=True))))
    return found


def _moved(commands: list[Command], at: Point) -> list[Command]:
    return [(letter, tuple((x + at[0], y + at[1]) for x, y in points)) for letter, points in commands]


def _box(rect: ElementTree.Element) -> tuple[float, float, float, float]:
    left, top = float(rect.get("x", 0)), float(rect.get("y", 0))
    return left, top, left + float(rect.get("width", 0)), top + float(rect.get("height", 0))


def _clipped(commands: list[Command], box: tuple[float, float, float, float] | None) -> list[Command]:
    """The path with its points kept within ``box``, as a bar or a band at the plot's edge is cut."""
    if box is None:
        return commands
    left, top, right, bottom = box
    return [
        (letter, tuple((min(max(x, left), right), min(max(y, top), bottom)) for x, y in points))
        for letter, points in commands
    ]


def _drawn(commands: list[Command], look: dict[str, str]) -> list[_Mark]:
    """The mark, a filled circle as a dot: a line of no length with round ends."""
    circle = _circle(commands)
    if circle is None:
        return _marks(commands, _look(look))
    (x, y), radius = circle
    edge = 0.0 if look.get("stroke", "none") == "none" else float(look.get("stroke-width", "1"))
    rings = [(look["stroke"], 2 * radius + edge)] if edge else []
    if look.get("fill") != look.get("stroke"):
        rings.append((look.get("fill", "#000000"), 2 * radius - edge))
    at = (round(x, 1), round(y, 1))
    looks = (
        _look({"stroke": colour, "stroke-width": _short(width), "stroke-linecap": "round"})
        for colour, width in rings
    )
    return [_Mark(one, at, "h0", at) for one in looks]


def _circle(commands: list[Command]) -> tuple[Point, float] | None:
    """Centre and radius of matplotlib's circle: eight curves that begin and end at its foot."""
    if [letter for letter, _ in commands] != ["M", *"CCCCCCCC", "Z"]:
        return None
    ends = [points[-1] for _, points in commands[:-1]]
    xs, ys = [x for x, _ in ends], [y for _, y in ends]
    wide, tall = max(xs) - min(xs), max(ys) - min(ys)
    if abs(wide - tall) > 0.05:
        return None
    return ((max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2), wide / 2


def _marks(commands: list[Command], look: Look) -> list[_Mark]:
    """The path as a mark, with relative coordinates of one decimal; rounding never adds up."""
    out: list[str] = []
    begin = at = start = (0.0, 0.0)
    last = ""
    for letter, points in commands:
        if letter == "Z":
            out.append("z")
            at, last = start, "z"
            continue
        steps = [(round(x, 1) - at[0], round(y, 1) - at[1]) for x, y in points]
        at = (round(points[-1][0], 1), round(points[-1][1], 1))
        if letter == "M":
            start = at
            if not out and not last:
                begin, last = at, "M"
                continue
        letter, text = _step(letter.lower(), steps)
        # A letter said once serves for all that follow; a minus parts numbers as well as a space.
        out.append((letter if letter != last else "" if text.startswith("-") else " ") + text)
        last = letter
    return [_Mark(look, begin, "".join(out), at)]


def _step(letter: str, steps: list[Point]) -> tuple[str, str]:
    """A command with its numbers; a level or upright line needs only one."""
    (dx, dy), *_ = steps
    if letter == "l" and _short(dy) == "0":
        return "h", _short(dx)
    if letter == "l" and _short(dx) == "0":
        return "v", _short(dy)
    return letter, _join([_short(value) for step in steps for value in step])


def _look(look: Mapping[str, str]) -> Look:
    """Presentation attributes in a fixed order, without what changes nothing, colours from the theme."""
    kept = {key: _themed(text) for key, text in look.items() if _IDLE.get(key) != text}
    if kept.get("stroke-dasharray") == "none":
        del kept["stroke-dasharray"]
    if "stroke" not in kept or kept["stroke"] == "none":
        kept = {key: text for key, text in kept.items() if not key.startswith("stroke")}
    if kept.get("stroke-linejoin") == "round":
        del kept["stroke-linejoin"]
    if kept.get("fill") == "none":
        del kept["fill"]  # the group of all marks says so
    return tuple(sorted(kept.items(), key=lambda item: (item[0] not in _ORDER, item[0])))


def _themed(text: str) -> str:
    known = {colour.light: colour.css for colour in reversed(style.COLOURS)}
    return _HEX.sub(lambda found: known.get(found.group(0).lower(), found.group(0)), text)


def _paths(marks: list[_Mark]) -> Iterator[str]:
    """One path for neighbours of one look; see-through marks stay apart, or they would not add up."""
    yield '<g fill="none" stroke-linejoin="round">'
    for look, group in groupby(marks, key=lambda mark: mark.look):
        alike = list(dict.fromkeys(group))
        clear = any("opacity" in key for key, _ in look)
        for some in [[one] for one in alike] if clear else [alike]:
            yield f'<path{_attributes(look)} d="{_chain(some)}"/>'
    yield "</g>"


def _chain(marks: list[_Mark]) -> str:
    """The paths of ``marks`` as one, each begun from the end of the last."""
    out, at = "", None
    for mark in marks:
        x, y = mark.start
        from_last = f"m{_pair(x - at[0], y - at[1])}" if at is not None else ""
        afresh = f"M{_pair(x, y)}"
        out += (from_last if from_last and len(from_last) <= len(afresh) else afresh) + mark.rest
        at = mark.end
    return out


# ---- words ----------------------------------------------------------------------------------------


def _join_labels(root: ElementTree.Element, name: str, value: str) -> None:
    """Put the value of a direct label into the text of its name."""
    for parent in root.iter(f"{_SVG}g"):
        children = list(parent)
        for one, two in pairwise(children):
            if one.get("id") == name and two.get("id") == value:
                first, second = one.find(f"{_SVG}text"), two.find(f"{_SVG}text")
                if first is None or second is None:
                    continue
                span = ElementTree.SubElement(first, f"{_SVG}tspan", {"font-weight": "700"})
                first.text, span.text = f"{first.text} ", second.text
                parent.remove(two)


def _text(node: ElementTree.Element, look: dict[str, str]) -> _Words:
    """One line of words: its look, and its element without the look."""
    shorthand = _FONT.match(look.pop("font", "")) or None
    if shorthand:
        look["font-size"] = shorthand[2]
        if shorthand[1]:
            look["font-weight"] = shorthand[1]
    look["font-size"] = look.get("font-size", "10").removesuffix("px")
    look.pop("font-family", None)
    look.pop("clip-path", None)
    x, y, turn = node.get("x"), node.get("y"), ""
    found = _TURN.search(node.get("transform", ""))
    if found and float(found[1]):
        turn = f' transform="rotate({" ".join(_short(float(part)) for part in found.groups())})"'
    inner = escape(node.text or "", quote=False)
    for span in node:
        inner += f'<tspan font-weight="700">{escape(span.text or "", quote=False)}</tspan>'
    place = f' x="{_short(float(x or 0))}" y="{_short(float(y or 0))}"'
    return _Words(_look(look), f"<text{place}{turn}>{inner}</text>")


def _texts(words: list[_Words]) -> Iterator[str]:
    """The words, those of one look in one group."""
    by_look: dict[Look, list[str]] = {}
    for one in words:
        by_look.setdefault(one.look, []).append(one.text)
    for look, texts in by_look.items():
        yield f"<g{_attributes(look)}>{''.join(texts)}</g>"


# ---- writing --------------------------------------------------------------------------------------


def _attributes(look: Look) -> str:
    return "".join(f' {key}="{escape(text)}"' for key, text in look)


def _short(value: Any) -> str:
    """A number with one decimal at most, without a leading nought: "-.5"."""
    text = f"{value:.1f}".removesuffix(".0")
    if text == "-0":
        return "0"
    return re.sub(r"^(-?)0\.", r"\1.", text)


def _join(parts: list[str]) -> str:
    """Numbers side by side; a minus parts them as well as a space."""
    return "".join(part if not at or part.startswith("-") else f" {part}" for at, part in enumerate(parts))


def _pair(x: float, y: float) -> str:
    return _join([_short(x), _short(y)])
