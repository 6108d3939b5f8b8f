"""The style of the reference list: by family name, titles in their own capitals, online sources with body.

Registered with pybtex as ``corridors``; ``_config.yml`` names it in ``bibtex_default_style``. References
in the text (``bibtex_reference_style``, of the same name) tell works of one author and year apart by the
letters of the list: "President of Russia, 2024a".
"""

from __future__ import annotations

import json
import pickle
import unicodedata
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any

from pybtex.plugin import register_plugin  # type: ignore[import-untyped]
from pybtex.richtext import Text  # type: ignore[import-untyped]
from pybtex.style import FormattedEntry  # type: ignore[import-untyped]
from pybtex.style.formatting import toplevel  # type: ignore[import-untyped]
from pybtex.style.formatting.unsrt import Style, date  # type: ignore[import-untyped]
from pybtex.style.labels import BaseLabelStyle  # type: ignore[import-untyped]
from pybtex.style.sorting import BaseSortingStyle  # type: ignore[import-untyped]
from pybtex.style.template import (  # type: ignore[import-untyped]
    Node,
    field,
    href,
    join,
    node,
    optional,
    optional_field,
    sentence,
    tag,
)
from sphinx.application import Sphinx
from sphinxcontrib.bibtex import plugin
from sphinxcontrib.bibtex.style.referencing import BracketStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle
from sphinxcontrib.bibtex.style.referencing.basic_author_year import (
    BasicAuthorYearParentheticalReferenceStyle,
    BasicAuthorYearTextualReferenceStyle,
)
from sphinxcontrib.bibtex.style.template import year as plain_year

from corridors.publish.picture_store import WORDS, Store, open_store


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
    names = [str(Text.from_latex(" ".join([*each.prelast_names, *each.last_names]))) for each in people]
    shown = names[0] if names else entry.key
    if len(names) == 2:
        shown = f"{names[0]} and {names[1]}"
    elif len(names) > 2:
        shown = f"{names[0]} et al."
    return f"{shown}, {entry.fields.get('year', 'n.d.')}"


class AuthorYearTitle(BaseSortingStyle):  # type: ignore[misc]
    """By family name, year, title; braces and accents do not count, so that bodies stand among persons."""

    def sorting_key(self, entry: Any) -> tuple[str, str, str]:
        """What an entry is sorted by."""
        names, _, year = author_year(entry).rpartition(", ")
        return plain(names), year, plain(entry.fields.get("title", ""))


def plain(text: str) -> str:
    """``text`` in small letters without TeX, accents and marks, for sorting."""
    spread = unicodedata.normalize("NFKD", str(Text.from_latex(text)))
    return "".join(letter for letter in spread.casefold() if letter.isalnum() or letter == " ").strip()


class BookStyle(Style):  # type: ignore[misc]
    """pybtex's plain style, sorted by author, with titles as they are written."""

    default_name_style = "lastfirst"
    default_sorting_style = AuthorYearTitle
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

    def format_web_refs(self, e: Any) -> Any:
        """Address and DOI, and where an archive keeps a copy (field ``archived``)."""
        return sentence[
            optional[self.format_url(e)],
            optional[self.format_doi(e)],
            optional[join["archived at ", href[field("archived", raw=True), field("archived", raw=True)]]],
        ]

    def format_url(self, e: Any) -> Any:
        """The address, as a link to itself."""
        return href[field("url", raw=True), field("url", raw=True)]

    def _loose(self, e: Any, place: str) -> Any:
        return toplevel[
            optional[sentence[self.format_names("author")]],
            optional[self.format_title(e, "title")],
            sentence[optional[tag("em")[field(place)]], optional[date]],
            sentence[optional_field("note")],
            self.format_web_refs(e),
        ]


def keeping(store: Store) -> type[BookStyle]:
    """The style, with entries kept in ``store`` from build to build; the label is put beside afterwards."""

    class Keeping(BookStyle):
        def format_entry(self, label: str, entry: Any, bib_data: Any = None) -> Any:
            def make() -> bytes:
                return pickle.dumps(super(Keeping, self).format_entry(label, entry, bib_data).text)

            if "crossref" in entry.fields:  # then it rests on another entry as well
                return super().format_entry(label, entry, bib_data)
            people = {role: [str(one) for one in found] for role, found in entry.persons.items()}
            words = json.dumps([entry.type, entry.key, dict(entry.fields), people])
            return FormattedEntry(entry.key, pickle.loads(store.get("entry", words, make)), label)

    return Keeping


@node  # type: ignore[untyped-decorator]
def lettered_year(children: Any, data: Any) -> Any:
    """The year as the list has it, with its letter if the author has two works of that year."""
    return Text(data["formatted_entry"].label.rpartition(", ")[2])


def _lettered(template: Any) -> Any:
    """``template`` with the lettered year wherever it has the plain one."""
    if template is plain_year:
        return lettered_year
    if isinstance(template, Node) and template.children:
        template.children = [_lettered(child) for child in template.children]
    return template


class Parenthetical(BasicAuthorYearParentheticalReferenceStyle):
    """(Radchenko, 2012), (President of Russia, 2024a)."""

    def inner(self, role_name: str) -> Any:
        """What stands in the brackets."""
        return _lettered(super().inner(role_name))


class Textual(BasicAuthorYearTextualReferenceStyle):
    """Radchenko (2012), President of Russia (2024a)."""

    def inner(self, role_name: str) -> Any:
        """Name, and year in brackets."""
        return _lettered(super().inner(role_name))


@dataclass
class LetteredAuthorYear(AuthorYearReferenceStyle):
    """Author and year in round brackets, with letters where they are needed."""

    bracket_parenthetical: BracketStyle = attribute(default_factory=lambda: BracketStyle("(", ")"))
    bracket_textual: BracketStyle = attribute(default_factory=lambda: BracketStyle("(", ")"))

    def __post_init__(self) -> None:
        super().__post_init__()  # type: ignore[no-untyped-call]
        kinds = {
            BasicAuthorYearParentheticalReferenceStyle: Parenthetical,
            BasicAuthorYearTextualReferenceStyle: Textual,
        }
        for style in self.styles:
            if type(style) in kinds:
                style.__class__ = kinds[type(style)]


def setup(app: Sphinx) -> dict[str, bool]:
    """Make the style known to pybtex before the bibliography is read."""
    style = keeping(open_store(app, "references", WORDS))
    register_plugin("pybtex.style.formatting", "corridors", style, force=True)
    plugin.register_plugin(
        "sphinxcontrib.bibtex.style.referencing", "corridors", LetteredAuthorYear, force=True
    )
    return {"parallel_read_safe": True, "parallel_write_safe": True}
