"""Words in other letters say their language, so that a screen reader speaks them and a font suits them.

Tables and maps know the language from their data, prose says it with ``<span lang="mn">``. Titles of works
have it in the list of references as ``langid``. Chinese characters are known by themselves.
"""

from __future__ import annotations

import re
from typing import Any, Final

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

#: Names that BibLaTeX has for the languages of the sources.
LANGUAGES: Final = {"russian": "ru", "mongolian": "mn", "chinese": "zh", "kazakh": "kk"}
#: A run of words in Cyrillic letters with what stands between them, or of Chinese characters.
_BETWEEN: Final = r"[\u0400-\u052f\u0300-\u036f \u2013:,.\u00ab\u00bb\"'-]*"
_RUN: Final = re.compile(rf"([\u0400-\u052f](?:{_BETWEEN}[\u0400-\u052f])?|[\u3400-\u9fff]+)")


class foreign_words(nodes.inline):
    """Words of the language ``lang``; other builders see an inline."""


def marked(text: str, cyrillic: str) -> list[nodes.Node]:
    """``text`` with its foreign runs marked; Cyrillic ones as the language ``cyrillic``, if that is known."""
    found: list[nodes.Node] = []
    for part in _RUN.split(text):
        if not part:
            continue
        lang = ("zh" if "\u3400" <= part[0] <= "\u9fff" else cyrillic) if _RUN.fullmatch(part) else ""
        found.append(foreign_words(part, part, lang=lang) if lang else nodes.Text(part))
    return found


class MarkTitles(SphinxPostTransform):
    """Mark foreign words in the list of references."""

    # After the list has been filled in (5).
    default_priority = 8

    def run(self, **kwargs: Any) -> None:
        """Replace the texts of each entry."""
        for entry in list(self.document.findall(nodes.citation)):
            tag = self._language(entry)
            for text in list(entry.findall(nodes.Text)):
                new = marked(text.astext(), tag)
                if len(new) > 1 or isinstance(new[0], foreign_words):
                    text.parent.replace(text, new)

    def _language(self, entry: nodes.citation) -> str:
        """The language tag of a work, from its place on the page."""
        domain: Any = self.env.get_domain("cite")
        for citation in domain.citations:
            if citation.citation_id in entry["ids"]:
                work = domain.bibdata.data.entries[citation.key]
                return LANGUAGES.get(work.fields.get("langid", ""), "")
        return ""


def _visit(self: Any, node: foreign_words) -> None:
    self.body.append(self.starttag(node, "span", "", lang=node["lang"]))


def _depart(self: Any, node: foreign_words) -> None:
    self.body.append("</span>")


def setup(app: Sphinx) -> None:
    """Register node and transform."""
    app.add_node(foreign_words, html=(_visit, _depart))
    app.add_post_transform(MarkTitles)
