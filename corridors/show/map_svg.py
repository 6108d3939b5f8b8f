"""The printed map's SVG made small: short numbers, halos from shared glyphs, nothing that varies."""

from __future__ import annotations

import re

from corridors.show.map_labels import HALO_WIDTH, NAME

_NAME_GROUP = re.compile(rf'<g id="{NAME}-\d+">\s*(<g [^>]*>)(.*?)</g>\s*</g>', re.DOTALL)
_DEFS = re.compile(r"<defs>.*?</defs>\s*", re.DOTALL)
_SCALE = re.compile(r"scale\(([\d.]+) ")


def compact(svg: str) -> str:
    """``svg`` as matplotlib wrote it (text as glyphs, without halos) with halos under names, and smaller."""
    svg = re.sub(r"<!--.*?-->\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<!DOCTYPE.*?>\s*", "", svg, flags=re.DOTALL)
    svg = _NAME_GROUP.sub(_with_halo, svg)
    # Scales of glyphs are small numbers and keep their digits; positions need a hundredth of a point.
    svg = re.sub(r' (?:d|x|y)="[^"]*"', lambda m: re.sub(r"(\.\d\d)\d+", r"\1", m[0]), svg)
    svg = re.sub(r"(translate\(-?\d+\.\d\d)\d*( -?\d+\.\d\d)\d*", r"\1\2", svg)
    return re.sub(r"\n\s*", "\n", svg)


def _with_halo(match: re.Match[str]) -> str:
    """A name's group: its definitions, its glyphs as a wide pale outline, then the glyphs themselves."""
    opening, content = match[1], match[2]
    defs, glyphs = "".join(_DEFS.findall(content)), _DEFS.sub("", content)
    scale = _SCALE.search(opening)
    # Glyphs are drawn at 1/64 of their own units inside the group's scale.
    width = HALO_WIDTH / (float(scale[1]) if scale else 0.06) * 64
    halo = f'<g fill="none" stroke="#fff" stroke-width="{width:.0f}" stroke-linejoin="round">{glyphs}</g>'
    return f"{opening}{defs}{halo}{glyphs}</g>"
