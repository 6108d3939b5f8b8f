"""A map in words: counted from its layers, so that it cannot say anything the map does not show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from corridors.show.map_model import Feature, Layer, View
from corridors.show.style import CERTAINTY


def alt_text(layers: Sequence[Layer], view: View, *, finding: str = "") -> str:
    """The alternative text: the author's finding, the extent, then each layer in one sentence."""
    sentences = [_sentence(finding)] if finding.strip() else []
    sentences.append(f"Map from {_degrees(view.west, 'EW')} to {_degrees(view.east, 'EW')} and "
                     f"{_degrees(view.south, 'NS')} to {_degrees(view.north, 'NS')}.")  # fmt: skip
    sentences += [layer_text(layer) for layer in layers]
    return " ".join(sentences)


def layer_text(layer: Layer) -> str:
    """One layer: how many features, how long, from where to where, how known, in what state."""
    noun = {"lines": ("line", "lines"), "points": ("point", "points")}[layer.kind]
    count = len(layer.features)
    head = f"{count:,} {noun[0] if count == 1 else noun[1]}{_km(layer.features)}"
    names = list(dict.fromkeys(f.name for f in layer.features if f.name))
    if len(names) == 1 and names[0] != layer.name:
        head += f", {names[0]}"
    elif len(names) > 1:
        head += f", from {names[0]} to {names[-1]}" if layer.kind == "points" else f": {_listed(names)}"
    clauses = [head]
    if layer.kind == "lines":
        clauses.append(_by_certainty(layer.features))
    clauses.append(_by_status(layer.features))
    return f"{layer.name}: {'; '.join(c for c in clauses if c)}."


def _by_certainty(features: Sequence[Feature]) -> str:
    parts = []
    for word, look in CERTAINTY.items():
        some = [f for f in features if f.certainty == word]
        if some and len(some) == len(features):
            return f"drawn as {look.title}"
        if some:
            parts.append(f"{len(some)} as {look.title}{_km(some, bracket=True)}")
    return ", ".join(parts)


def _by_status(features: Sequence[Feature]) -> str:
    counts = Counter(f.status for f in features if f.status)
    if len(counts) == 1 and sum(counts.values()) == len(features):
        return f"status {next(iter(counts))}"
    return ", ".join(f"{number} {status}" for status, number in sorted(counts.items()))


def _km(features: Sequence[Feature], *, bracket: bool = False) -> str:
    """The length of ``features`` if each of them has one."""
    lengths = [f.length_km for f in features if f.length_km is not None]
    if not lengths or len(lengths) != len(features):
        return ""
    text = f"{sum(lengths):,.0f} km" if sum(lengths) >= 1 else "under 1 km"
    return f" ({text})" if bracket else f", {text}"


def _listed(names: Sequence[str], most: int = 4) -> str:
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most} more"


def _degrees(value: float, sides: str) -> str:
    return f"{abs(value):.1f}\u00b0 {sides[0] if value >= 0 else sides[1]}"


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."
