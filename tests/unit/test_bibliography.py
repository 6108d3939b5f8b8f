"""The reference list: order, labels and wording of its entries."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

from pybtex.backends.plaintext import Backend  # type: ignore[import-untyped]
from pybtex.database import parse_string  # type: ignore[import-untyped]
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from corridors.publish.bibliography import BookStyle, author_year, keeping, plain
from corridors.publish.picture_store import Store

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


def test_kept_entries_are_those_that_are_written_anew(tmp_path: Path) -> None:
    """What is kept says the same, whatever its label; an entry that says something else is written anew."""

    def kept(bib: str) -> list[tuple[str, str]]:
        found = keeping(Store(tmp_path, "basis"))().format_bibliography(parse_string(bib, "bibtex"))
        return [(entry.label, entry.text.render(Backend())) for entry in found]

    assert kept(BIB) == _formatted()
    files = set(tmp_path.iterdir())
    assert len(files) == 5
    assert kept(BIB) == _formatted()
    assert set(tmp_path.iterdir()) == files, "written anew though nothing had changed"
    changed = kept(BIB.replace("Another", "Another one").replace("@book{d", "@book{e"))
    assert any("Another one" in text for _, text in changed)
    alone = kept(BIB[BIB.index("@online{b2") : BIB.index("@misc{c")])
    assert [label for label, _ in alone] == ["Zentrum Öst, 2024"]


def test_plain_is_for_sorting() -> None:
    """Case, accents, TeX and marks fall away; letters of other scripts stay."""
    assert plain(r"{\"O}st-Verlag, Лузянин") == "ostverlag лузянин"


def test_an_entry_without_people_is_called_by_its_key() -> None:
    """A label is never empty."""
    entry = parse_string("@misc{key, title = {T}}", "bibtex").entries["key"]
    assert author_year(entry) == "key, n.d."


PAGE = """# Title

See {cite:t}`b`, {cite:t}`b2`, {cite:p}`c,a` and {cite:p}`b`.

```{bibliography}
```
"""


def test_works_of_one_author_and_year_are_told_apart_in_the_text(tmp_path: Path) -> None:
    """The letter of the list stands in the sentence too, and a copy in an archive is named."""
    (tmp_path / "index.md").write_text(PAGE, "utf-8")
    kept = BIB.replace("year = {2024}, url", "year = {2024}, archived = {https://example.org/kept}, url")
    (tmp_path / "r.bib").write_text(kept, "utf-8")
    settings = {
        "extensions": ["myst_parser", "sphinxcontrib.bibtex", "corridors.publish.bibliography"],
        "source_suffix": {".md": "markdown"},
        "bibtex_bibfiles": ["r.bib"],
        "bibtex_default_style": "corridors",
        "bibtex_reference_style": "corridors",
    }
    warnings = StringIO()
    with patch_docutils(), docutils_namespace():
        app = Sphinx(
            tmp_path, None, tmp_path / "out", tmp_path / "trees", "text",
            confoverrides=settings, status=None, warning=warnings,
        )  # fmt: skip
        app.build()
    assert warnings.getvalue() == ""
    text = " ".join((tmp_path / "out/index.txt").read_text("utf-8").split())
    assert "See Zentrum Öst (2024a), Zentrum Öst (2024b), (Bailey *et al.*, 2017, Wallenböck, n.d.)" in text
    assert "(Zentrum Öst, 2024a)." in text
    assert "https://example.org/a_b%20c, archived at https://example.org/kept." in text
