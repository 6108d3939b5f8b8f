"""The reference list: order, labels and wording of its entries."""

from __future__ import annotations

from typing import Any

from pybtex.backends.plaintext import Backend  # type: ignore[import-untyped]
from pybtex.database import parse_string  # type: ignore[import-untyped]

from corridors.publish.bibliography import BookStyle, author_year, plain

BIB = r"""
@online{b, author = {{Zentrum {\"O}st}}, title = {A Title with Capitals}, organization = {The Body},
  month = {3 September}, year = {2024}, url = {https://example.org/a_b%20c}, note = {Read in a copy}}
@online{b2, author = {{Zentrum {\"O}st}}, title = {Another}, organization = {The Body}, year = {2024}}
@misc{c, author = {Wallenb{\"o}ck, Ute}, title = {[Paper on gas]}, howpublished = {Talk}, year = {n.d.}}
@article{a, author = {Bailey, Michael A. and Strezhnev, Anton and Voeten, Erik}, title = {Estimating},
  journal = {JCR}, year = {2017}, doi = {10.1177/x}}
@book{d, editor = {Kotkin, Stephen and Elleman, Bruce}, title = {Mongolia},
  publisher = {Sharpe}, year = {1999}}
"""


def _entries() -> Any:
    return parse_string(BIB, "bibtex")


def _formatted() -> list[tuple[str, str]]:
    bibliography = BookStyle().format_bibliography(_entries())
    return [(entry.label, entry.text.render(Backend())) for entry in bibliography]


def test_entries_stand_by_name_whatever_braces_and_accents() -> None:
    """Bodies in braces and names with TeX accents stand where a reader looks for them."""
    labels = [label for label, _ in _formatted()]
    assert labels == [
        "Bailey et al., 2017",
        "Kotkin and Elleman, 1999",
        "Wallenböck, n.d.",
        "Zentrum Öst, 2024a",
        "Zentrum Öst, 2024b",
    ]


def test_an_online_source_names_its_body_and_keeps_its_capitals() -> None:
    """The body, the day and the note are printed; the title is not set in small letters."""
    texts = dict(zip([label[:7] for label, _ in _formatted()], [t for _, t in _formatted()], strict=True))
    online = next(text for _, text in _formatted() if "Capitals" in text)
    assert online == (
        "Zentrum Öst. A Title with Capitals. The Body, 3 September 2024. Read in a copy. "
        "https://example.org/a_b%20c."
    )
    assert texts["Kotkin "].startswith("Kotkin, Stephen and Elleman, Bruce")
    assert "n.d." in texts["Wallenb"]


def test_plain_is_for_sorting() -> None:
    """Case, accents, TeX and marks fall away; letters of other scripts stay."""
    assert plain(r"{\"O}st-Verlag, Лузянин") == "ostverlag лузянин"


def test_an_entry_without_people_is_called_by_its_key() -> None:
    """A label is never empty."""
    entry = parse_string("@misc{key, title = {T}}", "bibtex").entries["key"]
    assert author_year(entry) == "key, n.d."
