"""Tables that fit the window of an e-reader.

In an e-book a table cannot be scrolled sideways. So type is smaller in tables, and where the window is
narrower than a table's longest words side by side, the rows are stacked: the first cell as a heading, below
it each cell after the heading of its column. Where the style sheet's question for the width of the window is
not understood, words break. Both forms are one table; the roles keep it a table for a screen reader when the
style sheet lays it out as blocks.
"""

from __future__ import annotations

from typing import Any, Final

XHTML: Final = "http://www.w3.org/1999/xhtml"
#: Widths of the window, in ems of the text, below which a table of that class is stacked.
STEPS: Final = (20, 24, 30, 36, 42, 48, 60)
# Type in tables, the mean width of a character, the space between columns and beside the text: in ems.
_TYPE, _CHARACTER, _GAP, _MARGIN = 0.8, 0.53, 0.6, 2.0
_CELLS: Final = (f"{{{XHTML}}}td", f"{{{XHTML}}}th")
_STACKED: Final = """
@media (max-width: {step}em) {{
  table.stack-{step}, .stack-{step} tbody, .stack-{step} tr, .stack-{step} caption {{ display: block; }}
  .stack-{step} thead {{
    position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }}
  .stack-{step} tbody tr {{ padding: 0.4em 0; border-bottom: 1px solid; }}
  .stack-{step} tbody th {{ display: block; padding: 0; border: 0; font-weight: bold; text-align: left; }}
  .stack-{step} tbody td {{
    display: inline-block; padding: 0; margin: 0 1em 0 0; border: 0; text-align: left; }}
  .stack-{step} tbody td::before {{ content: attr(data-label) ": "; font-style: italic; }}
}}
@media (min-width: {step}.01em) and (max-width: 60em) {{
  .stack-{step} th, .stack-{step} td {{ overflow-wrap: break-word; }}
}}
"""


def style() -> str:
    """The rules for stacked tables."""
    return "".join(_STACKED.format(step=step) for step in STEPS)


def shape(table: Any) -> None:
    """Give cells their scope, role and the heading of their column; give the table its class."""
    heads = [row for head in table.iter(f"{{{XHTML}}}thead") for row in head.iter(f"{{{XHTML}}}tr")]
    bodies = [row for body in table.iter(f"{{{XHTML}}}tbody") for row in body.iter(f"{{{XHTML}}}tr")]
    for row in heads:
        for cell in _cells(row):
            cell.set("scope", cell.get("scope") or "col")
    headings = [" ".join("".join(cell.itertext()).split()) for cell in _cells(heads[-1])] if heads else []
    for row in bodies:
        for cell in _cells(row):
            if cell.tag.endswith("}th"):
                cell.set("scope", cell.get("scope") or "row")
    step = next((step for step in STEPS if least_width(heads + bodies) <= step), STEPS[-1])
    if not headings or step == STEPS[0]:
        return
    table.set("class", f"{table.get('class') or ''} stack-{step}".strip())
    _label(table, heads, bodies, headings)


def _label(table: Any, heads: list[Any], bodies: list[Any], headings: list[str]) -> None:
    """Roles, which a stacked table would else lose, and the heading of each cell."""
    table.set("role", "table")
    for part in (*table.iter(f"{{{XHTML}}}thead"), *table.iter(f"{{{XHTML}}}tbody")):
        part.set("role", "rowgroup")
    for row in heads + bodies:
        row.set("role", "row")
    for row in heads:
        for cell in _cells(row):
            cell.set("role", "columnheader")
    for row in bodies:
        for heading, cell in zip(headings, _cells(row), strict=False):
            if cell.tag.endswith("}th"):
                cell.set("role", "rowheader")
            else:
                cell.set("role", "cell")
                cell.set("data-label", heading)


def least_width(rows: list[Any]) -> float:
    """The narrowest window in ems in which the longest words of all columns stand side by side."""
    longest: list[int] = []
    for row in rows:
        for position, cell in enumerate(_cells(row)):
            length = max(map(len, "".join(cell.itertext()).split(" ")), default=0)
            if position == len(longest):
                longest.append(0)
            longest[position] = max(longest[position], length)
    return _MARGIN + _TYPE * (_CHARACTER * sum(longest) + _GAP * len(longest))


def _cells(row: Any) -> list[Any]:
    return [cell for cell in row if cell.tag in _CELLS]
