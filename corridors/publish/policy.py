"""The content security policy of every page, and what makes pages able to keep it.

The policy is part of the page (a static host sends no headers of ours): scripts, styles, fonts and images
come from the book's own files and from nowhere else; nothing within the markup runs or styles. So a text
from the data that should ever get into a page as markup could neither run a script nor send anything away.

Scripts, styles and ``style`` attributes that the theme writes into pages become files, named by content. Only
the page for unknown addresses, which may be shown anywhere, carries its own; its policy names their digests.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from dataclasses import dataclass, field
from typing import Final

#: ``file:`` is for the page opened from disk, where browsers differ over what 'self' is; a page that comes
#: from a server may not load such addresses at all. ``data:`` images are the arrows of the theme's sheet.
RULES: Final = {
    "default-src": "'none'",
    "script-src": "'self' file:",
    "style-src": "'self' file:",
    "img-src": "'self' file: data:",
    "font-src": "'self' file:",
    "connect-src": "'self' file:",
    "form-action": "'self' file:",
    "base-uri": "'none'",
    "frame-src": "'none'",
    "object-src": "'none'",
}
_ONLINE: Final = re.compile(r'"online":\{[^{}]*?"url":"(https://[^/"]+)/')
_META: Final = '<meta http-equiv="Content-Security-Policy" content="{}" />'
_CHARSET: Final = re.compile(r'<meta charset="utf-8"\s*/?>', re.IGNORECASE)
#: Blocks of data are not scripts; browsers never run them and the policy does not touch them.
_SCRIPT: Final = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*\btype=[\"']?application/)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE
)
_STYLE: Final = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL | re.IGNORECASE)
_TAG: Final = re.compile(r"<[a-zA-Z][^<>]*?\sstyle=(?:\"[^\"]*\"|'[^']*')[^<>]*>")
_ATTRIBUTE: Final = re.compile(r"\sstyle=(?:\"([^\"]*)\"|'([^']*)')")
_CLASS: Final = re.compile(r'(\sclass=")([^"]*)"')
_HANDLER: Final = re.compile(r"<[a-zA-Z][^<>]*\son[a-z]+=[\"']")


def policy(page: str, *, alone: bool = False) -> str:
    """The policy of one page. A map whose author offers street tiles adds their server for images alone.

    A page that stands ``alone`` may use the scripts and styles within it as they are, and no other.
    """
    rules = dict(RULES)
    if alone:
        for name, pattern in (("script-src", _SCRIPT), ("style-src", _STYLE)):
            digests = [hashlib.sha256(match[1].encode()).digest() for match in pattern.finditer(page)]
            found = " ".join(f"'sha256-{base64.b64encode(one).decode()}'" for one in digests)
            rules[name] = found or rules[name]
    for server in sorted(set(_ONLINE.findall(page))):
        rules["img-src"] += f" {server}"
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def with_policy(page: str, *, alone: bool = False) -> str:
    """The page with its policy, right behind the line on its encoding, ahead of all that it governs."""
    meta = _META.format(policy(page, alone=alone))
    if meta in page:
        return page
    if not _CHARSET.search(page):
        raise ValueError("a page without <meta charset>: there is no place for the security policy")
    return _CHARSET.sub(lambda match: f"{match[0]}\n{meta}", page, count=1)


def handlers(page: str) -> list[str]:
    """Tags with inline event handlers (``onclick=``), which the policy forbids and which would do nothing."""
    return [match[0] for match in _HANDLER.finditer(page)]


@dataclass
class Aside:
    """Scripts and styles taken out of pages, as files: name to text."""

    files: dict[str, str] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)

    def take(self, page: str, folder: str) -> str:
        """The page without inline scripts, styles and ``style`` attributes; ``folder`` is that of the files.

        A script runs where it stood. Attributes become classes, whose rules are in ``styles()``.
        """
        page = _SCRIPT.sub(lambda match: self._script(match[1], folder), page)
        page = _STYLE.sub(lambda match: self._style(match[1], folder), page)
        return _TAG.sub(lambda match: self._tag(match[0]), page)

    def styles(self) -> str:
        """One rule for each text that was a ``style`` attribute."""
        return "".join(f":root .{name}{{{text}}}\n" for name, text in sorted(self.rules.items()))

    def _script(self, text: str, folder: str) -> str:
        if not text.strip():
            return ""
        name = self._file(text, "js")
        return f'<script src="{folder}{name}"></script>'

    def _style(self, text: str, folder: str) -> str:
        name = self._file(text, "css")
        return f'<link rel="stylesheet" type="text/css" href="{folder}{name}" />'

    def _file(self, text: str, suffix: str) -> str:
        name = f"page-{_short(text)}.{suffix}"
        self.files[name] = f"{text.strip()}\n"
        return name

    def _tag(self, tag: str) -> str:
        found = _ATTRIBUTE.search(tag)
        if found is None:
            return tag
        declarations = html.unescape(found[1] or found[2] or "").strip().rstrip(";")
        tag = tag.replace(found[0], "", 1)
        if not declarations:
            return tag
        name = f"y{_short(declarations)}"
        self.rules[name] = declarations
        if _CLASS.search(tag):
            return _CLASS.sub(lambda match: f'{match[1]}{match[2]} {name}"', tag, count=1)
        return re.sub(r"^(<[\w:-]+)", rf'\1 class="{name}"', tag)


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:6]
