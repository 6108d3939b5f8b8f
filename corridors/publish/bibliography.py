"""The style of the reference list: author and year lead, titles keep their capitals, online sources their body.

Registered with pybtex as ``corridors``; ``_config.yml`` names it in ``bibtex_default_style``.
"""

from __future__ import annotations

from typing import Any

from pybtex.plugin import register_plugin  # type: ignore[import-untyped]
from pybtex.style.formatting import toplevel  # type: ignore[import-untyped]
from pybtex.style.formatting.unsrt import Style, date  # type: ignore[import-untyped]
from pybtex.style.labels import BaseLabelStyle  # type: ignore[import-untyped]
from pybtex.style.template import field, optional, optional_field, sentence, tag  # type: ignore[import-untyped]
from sphinx.application import Sphinx


class AuthorYearLabels(BaseLabelStyle):  # type: ignore[misc]
    """Labels such as ``Radchenko, 2012`` and ``Bailey and Voeten, 2018``; a letter tells equal ones apart."""

    def format_labels(self, sorted_entries: Any) -> Any:
        """One label for each entry, in the order given."""
        plain = [author_year(entry) for entry in sorted_entries]
        seen: dict[str, int] = {}
        for label in plain:
            number = seen.get(label, 0)
            seen[label] = number + 1
            yield label + (chr(ord("a") + number) if plain.count(label) > 1 else "")


def author_year(entry: Any) -> str:
    """``Family, year`` of an entry; editors stand in for authors, three or more names become "et al."."""
    people = entry.persons.get("author") or entry.persons.get("editor") or []
    names = [" ".join([*person.prelast_names, *person.last_names]).replace("{", "") for person in people]
    names = [name.replace("}", "") for name in names]
    shown = names[0] if names else entry.key
    if len(names) == 2:
        shown = f"{names[0]} and {names[1]}"
    elif len(names) > 2:
        shown = f"{names[0]} et al."
    return f"{shown}, {entry.fields.get('year', 'n.d.')}"


class BookStyle(Style):  # type: ignore[misc]
    """pybtex's plain style, sorted by author, with titles as they are written."""

    default_sorting_style = "author_year_title"
    default_label_style = AuthorYearLabels

    def format_title(self, e: Any, which_field: str, as_sentence: bool = True) -> Any:
        """The title in its own capitals; it ends a sentence unless it ends in a mark of its own."""
        title = field(which_field)
        return sentence[title] if as_sentence else title

    def get_online_template(self, e: Any) -> Any:
        """Author. Title. *Body that published it*, month year. Note. Address."""
        return self._loose(e, "organization")

    def get_misc_template(self, e: Any) -> Any:
        """Author. Title. *How it was published*, month year. Note. Address."""
        return self._loose(e, "howpublished")

    def _loose(self, e: Any, place: str) -> Any:
        return toplevel[
            optional[sentence[self.format_names("author")]],
            optional[self.format_title(e, "title")],
            sentence[optional[tag("em")[field(place)]], optional[date]],
            sentence[optional_field("note")],
            self.format_web_refs(e),
        ]


def setup(app: Sphinx) -> dict[str, bool]:
    """Make the style known to pybtex before the bibliography is read."""
    register_plugin("pybtex.style.formatting", "corridors", BookStyle, force=True)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
