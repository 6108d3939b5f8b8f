"""The last step of the web pages: pressed to what they use, under a policy that admits the book alone.

Works on a finished site, whatever has made it, so that it can be looked at before and after. Each page gets
one style sheet, cut to what pages of its kind use; scripts that no page needs go, icons become a small
font, nothing within the markup runs or styles, and the page says so in its content security policy.
"""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Final

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from corridors import forks
from corridors.publish import han, icons, policy, slim, stylesheets
from corridors.publish.picture_store import WORDS, Store, asked, open_store
from corridors.publish.usage import Usage, listed

#: What jupyter-book writes for ``index.html`` where the book begins with another page.
_LEADS_ON: Final = '<meta http-equiv="Refresh"'
#: Scripts that the theme and Jupyter Book's extensions put on every page. What the book uses of them is in
#: page.js; the rest (tab panels, folding of notes, tooltips, marks on words looked for) no page has, or the
#: browser does by itself.
UNUSED: Final = (
    "scripts/bootstrap.js",
    "clipboard.min.js",
    "copybutton.js",
    "copybutton_funcs.js",
    "copybutton.css",
    "design-tabs.js",
    "doctools.js",
    "sphinx_highlight.js",
    "togglebutton.js",
    "togglebutton.css",
)
#: Names in the theme's scripts of what they would make if it were switched on (banner, choice of versions),
#: and of what they look for and never make (notes in the margin). Pages that have them keep their rules.
IDLE: Final = frozenset(
    {
        "bd-header-announcement",
        "bd-header-announcement__content",
        "bd-header-version-warning",
        "full-width",
        "list-group-item",
        "list-group-item-action",
        "margin",
        "margin-caption",
        "marginnote",
        "popout",
        "pst-button-link-to-stable-version",
        "sidebar",
        "sidenote",
        "version-switcher__button",
        "version-switcher__menu",
    }
)
#: Inline scripts that only set options for those, and the theme's first one, which first.js does better: it
#: knows at once whether "auto" is light or dark, so that no page flashes.
_OPTIONS: Final = re.compile(
    r"<script data-cfasync=[^>]*>.*?</script>"
    r"|<script>\s*(?:let toggle\w+ = [^;<]*;|var togglebuttonSelector = [^;<]*;"
    r"|DOCUMENTATION_OPTIONS\.pagename = [^;<]*;)\s*</script>",
    re.DOTALL,
)
_LINK: Final = re.compile(r"<link\b[^>]*>\s*")
_HREF: Final = re.compile(r'\b(?:href|src)="([^"?#]+)')
_SCRIPT: Final = re.compile(r'<script\b([^>]*)\bsrc="([^"?]+)(?:\?[^"]*)?"([^>]*)></script>\s*')
#: Pictures that most readers do not see: that of a map, for paper and for readers without scripts, and the
#: logo for dark pages. A browser leaves out what is hidden, if it is told that it may.
_LATE: Final = re.compile(r'<img(?=[^>]*\bclass="[^"]*\b(?:map-twin|only-dark)\b)(?![^>]*\bloading=)')
_PRINT: Final = re.compile(r'\sonclick="window\.print\(\)"')
#: Scripts that are data or know nothing of pages; their words are none of a style sheet's.
_LARGE: Final = ("layers/", "maps/basemap.js", "search/index.js", "search/stemmer.js", "language_data.js")
_NOSCRIPT: Final = re.compile(r"<noscript>.*?</noscript>", re.DOTALL)
_FONT: Final = re.compile(r'url\("?([^")]+\.woff2)"?\)')


@dataclass
class _Page:
    path: Path
    text: str
    up: str
    sheets: tuple[str, ...] = ()


@dataclass
class Press:
    """One site on its way through the press."""

    site: Path
    kept: Store | None = None
    """Results of earlier builds from the same text."""
    jobs: int = 1
    """How many processes share the work on pages of which there are no results yet."""
    aside: policy.Aside = field(default_factory=policy.Aside)
    _digests: dict[Path, str] = field(default_factory=dict)

    @property
    def static(self) -> Path:
        return self.site / "_static"

    def run(self) -> None:
        """Press every page below the site; raises ExtensionError if one could not keep the policy."""
        pages = [self._read(path) for path in self._pages()]
        if not pages or any("Content-Security-Policy" in page.text for page in pages):
            raise ExtensionError(f"{self.site}: no pages, or pages that have been through the press already")
        own = resources.files("corridors.publish").joinpath("static", "page")
        for name in ("first.js", "page.js", "page.css"):
            self._write(f"page/{name}", own.joinpath(name).read_text("utf-8"))
        coloured = sorted(slim.coloured_classes((self.static / "pygments.css").read_text("utf-8")))
        # A page of ours that stands for itself (404.html) has all that it needs within it.
        themed = [page for page in pages if "documentation_options.js" in page.text]
        self._share(themed, coloured)
        for page in themed:
            self._markup(page, coloured)
        self._write("page/attributes.css", self.aside.styles())
        for name, text in self.aside.files.items():
            self._write(f"page/{name}", text)
        for name in UNUSED:
            (self.static / name).unlink(missing_ok=True)
        self._styles(themed)
        for page in themed:
            page.text = self._scripts(page)
        for page in pages:
            alone = page not in themed
            name = page.path.relative_to(self.site).as_posix()
            text = self._once("policy", [name, page.text, alone], partial(self._ruled, page, alone=alone))
            page.path.write_text(f"{text}\n", "utf-8", newline="\n")

    def _pages(self) -> Iterator[Path]:
        """Every page but the line that leads on from ``index.html`` where a chapter is built alone."""
        for path in sorted(self.site.rglob("*.html")):
            inside = path.relative_to(self.site).parts
            if "_static" not in inside and not path.read_text("utf-8").startswith(_LEADS_ON):
                yield path

    def _read(self, path: Path) -> _Page:
        depth = len(path.relative_to(self.site).parts) - 1
        return _Page(path, path.read_text("utf-8"), "../" * depth)

    def _write(self, name: str, text: str) -> None:
        path = self.static / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")

    def _once(self, what: str, words: object, make: Callable[[], str]) -> str:
        """What ``make`` gives for ``words`` (as JSON), from an earlier build if there was one with these."""
        if self.kept is None:
            return make()
        return self.kept.text(what, words, make)

    # ---- markup

    def _share(self, pages: list[_Page], coloured: list[str]) -> None:
        """Let several processes slim and list pages; they leave what they make in the store."""
        kept = self.kept
        if kept is None:
            return
        new = [page for page in pages if not kept.holds("markup", asked([page.text, page.up, coloured]))]

        def one(page: _Page) -> None:
            self._markup(page, coloured)
            self._listed(page)

        if forks.shared(len(new), self.jobs):
            with forks.working(one, new, jobs=self.jobs, weigh=lambda page: len(page.text)) as done:
                for _ in done:
                    pass

    def _listed(self, page: _Page) -> str:
        return self._once("usage", page.text, partial(listed, page.text))

    def _markup(self, page: _Page, coloured: list[str]) -> None:
        """The page slimmed, its scripts and styles set aside."""
        words = [page.text, page.up, coloured]
        text, files, rules = json.loads(self._once("markup", words, lambda: self._slimmed(page, coloured)))
        page.text = text
        self.aside.files |= files
        self.aside.rules |= rules

    def _slimmed(self, page: _Page, coloured: list[str]) -> str:
        aside = policy.Aside()
        text = _OPTIONS.sub("", page.text)
        text = _PRINT.sub(" data-print", text)
        text = aside.take(text, f"{page.up}_static/page/")
        unused = {f"{page.up}_static/{name}" for name in UNUSED}
        text = _SCRIPT.sub(lambda match: "" if match[2] in unused else match[0], text)

        def link(match: re.Match[str]) -> str:
            address = _HREF.search(match[0])
            needless = 'rel="preload"' in match[0] or (address is not None and address[1] in unused)
            return "" if needless else match[0]

        text = _LATE.sub(r'\g<0> loading="lazy"', _LINK.sub(link, text))
        return json.dumps([slim.slim(text, coloured), aside.files, aside.rules], ensure_ascii=False)

    def _scripts(self, page: _Page) -> str:
        """Scripts run when the page is there, in their order; only ours on the theme runs at once."""

        def script(match: re.Match[str]) -> str:
            name = match[2].removeprefix(f"{page.up}_static/")
            attributes = re.sub(r"\s*\b(?:defer|async)(?:=\"\w*\")?", "", match[1] + match[3]).strip()
            return self._script(page, name if name != match[2] else match[2], attributes, defer=True)

        text = _SCRIPT.sub(script, page.text)
        first = self._script(page, "page/first.js", "", defer=False)
        text = text.replace("<head>", f"<head>\n{first}", 1)
        return text.replace("</head>", f"{self._script(page, 'page/page.js', '', defer=True)}</head>", 1)

    def _script(self, page: _Page, name: str, attributes: str, *, defer: bool) -> str:
        inside = self.static / name
        address = f"{page.up}_static/{name}" if inside.is_file() else name
        file = inside if inside.is_file() else page.path.parent / name
        words = [word for word in (attributes, "defer" if defer else "") if word]
        if file not in self._digests:
            self._digests[file] = _digest(file)
        said = "".join(f"{word} " for word in words)
        return f'<script {said}src="{address}?v={self._digests[file]}"></script>\n'

    # ---- styles

    def _styles(self, pages: list[_Page]) -> None:
        kinds: dict[tuple[str, ...], list[_Page]] = {}
        for page in pages:
            page.sheets = tuple(self._sheets(page))
            kinds.setdefault(page.sheets, []).append(page)
        face = han.write(self.static, han.characters(page.text for page in pages), self._drawn)
        made = [self._sheet(sheets, group, face) for sheets, group in sorted(kinds.items())]
        self._fonts(made)
        for sheets in kinds:
            for name in sheets:
                (self.static / name).unlink(missing_ok=True)

    def _sheets(self, page: _Page) -> list[str]:
        """The sheets that a page links, by their place in ``_static``, in the order of their rules."""
        found = []
        for match in _LINK.finditer(_NOSCRIPT.sub("", page.text)):
            address = _HREF.search(match[0])
            if 'rel="stylesheet"' in match[0] and address:
                found.append(address[1].removeprefix(f"{page.up}_static/"))
        return [*found, "page/page.css", "page/attributes.css"]

    def _loaded(self, pages: list[_Page]) -> list[str]:
        """The text of the scripts that these pages load, apart from those that are data."""
        names = {
            match[2].removeprefix(f"{page.up}_static/")
            for page in pages
            for match in _SCRIPT.finditer(page.text)
        }
        kept = sorted(name for name in {*names, "page/page.js"} if not name.startswith(_LARGE))
        return [(self.static / name).read_text("utf-8") for name in kept if (self.static / name).is_file()]

    def _sheet(self, sheets: tuple[str, ...], pages: list[_Page], face: str) -> str:
        """Cut and join the sheets of one kind of page; gives the name of the file."""
        usage, scripts = Usage(idle=IDLE), self._loaded(pages)
        for page in pages:
            usage.add_listed(self._listed(page))
        for script in scripts:
            usage.add_script(script)
        signed = usage.signed()
        parts = [
            (
                f"_static/{name}",
                self._once("sheet", [sheet, signed], partial(stylesheets.cut, sheet, usage)),
            )
            for linked in sheets
            for name, sheet in stylesheets.with_imports(self.static, linked)
        ]
        text = stylesheets.bundle(parts, "_static")
        mentioned = "\n".join([*(page.text for page in pages), *scripts])
        named = stylesheets.names_in(text, mentioned)
        text = self._once("named", [text, named], partial(stylesheets.without_idle_names, text, named)) + face
        name = f"book-{hashlib.sha256(text.encode()).hexdigest()[:8]}.css"
        self._write(name, text)
        for page in pages:
            self._link(page, sheets, name)
        return name

    def _link(self, page: _Page, sheets: tuple[str, ...], name: str) -> None:
        """One link in the place of those of ``sheets``."""
        place = f'<link rel="stylesheet" href="{page.up}_static/{name}" />\n'
        addresses = {f"{page.up}_static/{one}" for one in sheets}
        done = False

        def link(match: re.Match[str]) -> str:
            nonlocal done, place
            address = _HREF.search(match[0])
            if address is None or address[1] not in addresses or 'rel="stylesheet"' not in match[0]:
                return match[0]
            done, now = True, "" if done else place
            return now

        page.text = _LINK.sub(link, page.text)

    def _fonts(self, made: list[str]) -> None:
        """Cut the icon fonts down to what the sheets name, and drop those that no sheet names."""
        sheets = [(self.static / name).read_text("utf-8") for name in made]
        wanted = icons.icons_of(sheets)
        named = {posixpath.normpath(address) for sheet in sheets for address in _FONT.findall(sheet)}
        for path in sorted(self.static.rglob("*.woff2")):
            if "fontawesome" not in path.parts:
                continue
            if path.relative_to(self.static).as_posix() in named:
                content = self._drawn(path, wanted, partial(icons.subset_of, path, wanted, flavor="woff2"))
                path.write_bytes(content)
            else:
                path.unlink()

    def _drawn(self, font: Path, wanted: set[int], make: Callable[[], bytes]) -> bytes:
        words = json.dumps([hashlib.sha256(font.read_bytes()).hexdigest(), sorted(wanted)])
        return make() if self.kept is None else self.kept.get(font.name, words, make)

    # ---- policy

    def _ruled(self, page: _Page, *, alone: bool) -> str:
        """The page under its policy; raises ExtensionError if it cannot keep it."""
        text = policy.with_policy(page.text, alone=alone)
        name = page.path.relative_to(self.site).as_posix()
        if found := policy.handlers(text):
            raise ExtensionError(
                f"{name}: {found[0][:200]} runs a script from within the markup, which the page's policy "
                "forbids; have a script file listen to the element instead (see publish/static/page/page.js)"
            )
        aside = policy.Aside()
        aside.take(text, "")
        if aside.rules or (aside.files and not alone):
            raise ExtensionError(f"{name}: a script or style within the markup, which the policy forbids")
        return text


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8]


def _press(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and app.builder.name in ("html", "dirhtml"):
        kept = open_store(app, "press", WORDS)
        Press(Path(app.outdir), kept, app.parallel).run()
        kept.tidy()


def setup(app: Sphinx) -> dict[str, bool]:
    """Press the pages once everything else that works on them has been done."""
    app.connect("build-finished", _press, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
