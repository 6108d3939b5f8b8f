"""The prose keeps its rules: no typed number, no exhibit passed over, no reference into the void.

Numbers are looked for in what a reader reads: cells, roles, code, quotations and addresses are taken out
first. What may then still hold a digit is listed in ``ALLOWED``, each with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import pytest
import yaml
from pybtex.database import parse_file  # type: ignore[import-untyped]

from corridors import paths

CONTENTS = yaml.safe_load(paths.CONTENTS.read_text("utf-8"))
PAGES: Final = [chapter["file"] for part in CONTENTS["parts"] for chapter in part["chapters"]]
CHAPTERS: Final = [
    chapter["file"] for part in CONTENTS["parts"] if part.get("numbered") for chapter in part["chapters"]
]
#: These two open and close the argument; what data are and are not is said in the chapters between.
FRAME: Final = ("book/two-texts", "book/ledger")

_MONTH: Final = "January|February|March|April|May|June|July|August|September|October|November|December"
_YEAR: Final = r"(?:1[6-9]|20)\d\d"
#: What may hold a digit in prose, and why.
ALLOWED: Final = {
    rf"\b\d{{1,2}}(?:(?: and |-| to )\d{{1,2}})? (?:{_MONTH})\b": "a day of the calendar",
    rf"\b(?:{_MONTH}) \d{{1,2}}\b": "a day of the calendar",
    rf"\b{_YEAR}s?(?:[-/–](?:{_YEAR}|\d\d))?\b": "a year, a decade or a span of years",
    r"\b(?:NIAS|DIP)-\d+\b": "the id of a claim",
    r"\b(?:TRADE|GEO|DIPLOMACY)(?:-\d+)+\b": "the id of a trap in the data",
    r"\bTPP-[345]\b|\bThermal power plant 3\b|\bUlaanbaatar-[45]\b": "the name of a power station",
    r"\bPower of Siberia [12](?: and 2|, 2)?\b": "the name of a pipeline",
    r"\bP4482\b": "the id of a route in the list of its publisher",
    r"\bEuro-[45]\b|\bAI-\d\d\b": "the name of a grade of petrol",
    r"\bWGS84\b": "the name of an ellipsoid",
    r"\bCC BY(?:-SA)? 4\.0\b": "the name of a licence",
    r"\bPython 3\.\d+(?: and 3\.\d+)?\b": "the name of a version of Python",
    r"\b(?:ES-)?\d+/\d+\b|\bES-11\b": "the number of a resolution or session of the General Assembly",
    r"\b[Aa]rticles? \d+(?:\(\d+\))?(?: and \d+)?\b": "the number of an article of a treaty or law",
    r"\b[Pp]aragraphs? \d+\b": "the number of a paragraph of a quoted text",
    r"^\s*\d+\. ": "the number of an item in a list",
}

_PROSE_BLOCKS: Final = ("glossary", "note", "tip", "warning", "important", "admonition")


def blocks(text: str) -> Iterator[tuple[str, str]]:
    """(name, content) of every fenced block; the name is the directive's, or the language's."""
    pattern = r"^(`{3,})\{?([\w-]*)\}?[^\n]*\n(.*?)^\1\s*$"
    for match in re.finditer(pattern, text, re.MULTILINE | re.DOTALL):
        yield match[2], match[3]


def body(text: str) -> str:
    """The page without its front matter."""
    return re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)


def prose(text: str) -> str:
    """What a reader reads as running text: no cells, roles, code, quotations, addresses or markup."""
    keep = "|".join(_PROSE_BLOCKS)
    out = re.sub(
        rf"^(`{{3,}})(?!\{{(?:{keep})\}})[^\n]*\n.*?^\1\s*$", "", body(text), flags=re.MULTILINE | re.DOTALL
    )
    out = re.sub(r"^`{3,}.*$", "", out, flags=re.MULTILINE)
    out = re.sub(r"^\([\w-]+\)=$", "", out, flags=re.MULTILINE)
    out = re.sub(r"\{[\w:-]+\}`[^`]*`", " ROLE ", out)
    out = re.sub(r"`[^`]*`", " CODE ", out)
    out = re.sub(r"<span[^>]*>.*?</span>", " NAME ", out, flags=re.DOTALL)
    out = re.sub(r"\]\([^)]*\)", "]", out)
    out = re.sub(r"<https?:[^>]*>", "", out)
    out = re.sub(r"\"[^\"]{1,200}\"|“[^”]{1,200}”", " QUOTED ", out)
    # A name or date may stand at a line's end and its number on the next; an item of a list begins a line.
    return re.sub(r"(?<=\S)\n(?=\S)(?!(?:\d+\.|[-*]) )", " ", out)


def typed_numbers(text: str) -> list[str]:
    """Numbers in the prose that no rule allows, each with the words around it."""
    plain = prose(text)
    for pattern in ALLOWED:
        plain = re.sub(pattern, " ", plain, flags=re.MULTILINE)
    return [
        plain[max(0, match.start() - 40) : match.end() + 20].replace("\n", " ").strip()
        for match in re.finditer(r"[\w.,]*\d[\w.,%]*", plain)
    ]


def cells(text: str) -> str:
    """All code of the page."""
    return "\n".join(content for name, content in blocks(text) if name == "code-cell")


def labels(text: str) -> set[str]:
    """The labels of the numbered exhibits that the page's cells make."""
    return set(re.findall(r"\blabel=\"((?:tbl|fig|map)-[a-z0-9-]+)\"", cells(text)))


def headings(text: str) -> list[str]:
    """The second-level headings, in order."""
    without = re.sub(r"^(`{3,}).*?^\1\s*$", "", body(text), flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"^## (.+?)\s*$", without, re.MULTILINE)


def cited(text: str) -> set[str]:
    """Keys of the works that the page cites."""
    found = re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", text)
    return {key.strip() for keys in found for key in keys.split(",")}


def read(name: str) -> str:
    """The source of a page."""
    return (paths.ROOT / f"{name}.md").read_text("utf-8")


REFERENCES: Final = set(parse_file(str(paths.ROOT / "references.bib"), "bibtex").entries)


@pytest.mark.parametrize("name", [str(CONTENTS["root"]), *PAGES])
def test_no_number_is_typed(name: str) -> None:
    """A typed number stays when the data change: glue it, or say why it is none (``ALLOWED``)."""
    assert typed_numbers(read(name)) == []


@pytest.mark.parametrize("name", [str(CONTENTS["root"]), *PAGES])
def test_every_exhibit_is_referred_to(name: str) -> None:
    """An exhibit that the text does not mention has no reader who knows why it is there."""
    text = read(name)
    mentioned = set(re.findall(r"\{numref\}`(?:[^`<]*<)?([a-z0-9-]+)>?`", text))
    assert labels(text) - mentioned == set()


@pytest.mark.parametrize("name", [str(CONTENTS["root"]), *PAGES])
def test_what_stands_under_a_map_holds_on_paper_too(name: str) -> None:
    """A note is read in print and on an e-reader, where nothing pops up and nothing can be pointed at."""
    cells = "\n".join(content for kind, content in blocks(read(name)) if kind == "code-cell")
    assert re.findall(r"(?i)\bpop-ups?\b|\bhover\w*|\bclick\w*", cells) == []


@pytest.mark.parametrize("name", [str(CONTENTS["root"]), *PAGES])
def test_every_citation_resolves(name: str) -> None:
    """A key that the bibliography does not have leads nowhere."""
    assert cited(read(name)) - REFERENCES == set()


def test_every_reference_is_cited() -> None:
    """A reference list holds what the book used; what only might be of interest is not in it."""
    everywhere = set().union(*(cited(read(name)) for name in [CONTENTS["root"], *PAGES]))
    assert sorted(REFERENCES - everywhere) == []


@pytest.mark.parametrize("name", CHAPTERS)
def test_chapters_have_one_shape(name: str) -> None:
    """Each chapter says what its data are, what it finds, where its limits are, how to cite it, in order."""
    found = headings(read(name))
    end = ["Limits", "Claims settled here", "Data used", "Cite this chapter"]
    places = [found.index(title) if title in found else None for title in end]
    assert None not in places, f"missing: {[title for title in end if title not in found]}"
    assert found[-len(end) :] == end, f"the chapter ends with {found[-len(end) :]}"
    if name not in FRAME:
        assert found[0] == "What the data are and are not"
    assert len(found) - len(end) >= 3, "fewer than three sections of findings"


def test_the_checker_sees_typed_numbers() -> None:
    """Numbers are found in running text, lists and headings, with a unit, a comma or a per cent sign."""
    text = "---\ntitle: 5\n---\n# A share of 12 per cent\n\nIt is 1,110 km, or 3.5 %.\n\n- item of 45\n"
    assert len(typed_numbers(text)) == 4


def test_the_checker_lets_pass_what_is_no_typed_number() -> None:
    text = (
        "# Power of Siberia 1 and 2\n\n(sec-1)=\n## Since 1989\n\n"
        "On 3 September 2024, in 2019-2025 and the 1990s, {glue}`x-2024` of NIAS-32 at TPP-3 (`a 5`); "
        '"28 per cent" said the text, and resolution ES-11/1 with <span lang="mn">34-р цэг</span>.\n\n'
        "1. One\n2. Two\n\n"
        "```{code-cell} ipython3\nvalue = 42\n```\n"
    )
    assert typed_numbers(text) == []


def test_the_checker_reads_a_glossary() -> None:
    """A definition is prose although it stands in a block."""
    assert len(typed_numbers("```{glossary}\nbcm\n  About 35 of them.\n```\n")) == 1
