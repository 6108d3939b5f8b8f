"""Pages pressed to what they use: no rule that could show is lost, nothing inline is left, same bytes."""

from __future__ import annotations

import re
from pathlib import Path

import pydata_sphinx_theme
import pytest
import sphinx_book_theme
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st
from sphinx.errors import ExtensionError

from corridors.publish import han, icons, policy, slim, stylesheets
from corridors.publish.press import IDLE, Press
from corridors.publish.usage import Usage

PAGE = '<html data-theme="light"><body class="b"><div id="box" class="card wide"><a href="#">x</a></div>'


def usage(page: str = PAGE, script: str = "") -> Usage:
    found = Usage()
    found.add_page(page)
    found.add_script(script)
    return found


@pytest.mark.parametrize(
    ("selector", "script", "kept"),
    [
        (".card", "", True),
        (".card.wide > a:hover::before", "", True),
        ("div#box", "", True),
        ("html[data-theme=dark] .card", "document.documentElement.dataset.theme = x", True),
        (":root", "", True),
        ("*", "", True),
        ("::selection", "", True),
        (".card:not(.gone)", "", True),
        (":is(.gone, .card) a", "", True),
        ("a::-webkit-strange", "", True),
        (".gone", "", False),
        ("span.card", "", False),
        (".b.wide", "", False),  # each class is there, but on no element both
        (".card .gone a", "", False),
        (":is(.gone, .lost) a", "", False),
        (".gone::-webkit-strange", "", False),
        ("[data-lost]", "", False),
        (".gone", 'node.classList.add("gone")', True),
        (".leaflet-gone", 'const name = "leaflet-" + part', True),
        ("[data-bs-lost]", "node.dataset.bsLost = 1", True),
        ("em", 'document.createElement("em")', True),
    ],
)
def test_rule_stays_if_some_element_could_fit_it(selector: str, script: str, kept: bool) -> None:
    sheet = f"{selector} {{ color: red }}"
    assert bool(stylesheets.cut(sheet, usage(script=script))) is kept


def test_a_cut_sheet_keeps_order_importance_conditions_and_licences() -> None:
    sheet = """/*! Licence: MIT */ /* chatter */
    @media print { .gone { color: red } a { color : blue !important } }
    @media screen { .gone { color: red } }
    .card, .gone { background: url("x y.svg") ; --one:1 }
    """
    assert stylesheets.cut(sheet, usage()) == (
        "/*! Licence: MIT */\n@media print{a{color:blue!important}\n}\n"
        '.card{background:url("x y.svg");--one:1}\n'
    )


def test_what_a_script_names_and_never_makes_keeps_no_rule_unless_a_page_has_it() -> None:
    script = 'const names = ["bd-header", "bd-header-announcement", "sidebar"]'
    for page, kept in ((PAGE, False), ('<aside class="sidebar"><p class="bd-header-announcement">', True)):
        found = Usage(idle=frozenset({"bd-header-announcement", "sidebar"}))
        found.add_page(page)
        found.add_script(script)
        for selector in (".bd-header-announcement", ".sidebar"):
            assert bool(stylesheets.cut(f"{selector}{{top:0}}", found)) is kept


def test_no_page_of_the_theme_as_it_is_set_up_has_what_is_left_out() -> None:
    """The names are the theme's own: one that the theme gives up is to be struck from the list."""
    scripts = Path(sphinx_book_theme.__file__).parent / "theme/sphinx_book_theme/static/scripts"
    words = "".join(path.read_text("utf-8") for path in scripts.glob("*.js"))
    pydata = Path(pydata_sphinx_theme.__file__).parent / "theme/pydata_sphinx_theme/static/scripts"
    words += (pydata / "pydata-sphinx-theme.js").read_text("utf-8")
    assert [name for name in sorted(IDLE) if name not in words] == []


def test_a_sheet_that_cannot_be_read_is_an_error_with_its_line() -> None:
    with pytest.raises(ValueError, match="line 2"):
        stylesheets.cut("a { color: red }\n b", usage())


@given(st.lists(st.sampled_from(["a{color:red}", ".card{margin:0}", "div>a{top:1px}"]), max_size=6))
def test_rules_in_use_come_through_one_for_one(rules: list[str]) -> None:
    made = stylesheets.cut("\n".join(rules), usage())
    assert [rule for rule in made.split("\n") if rule] == rules
    assert stylesheets.cut(made, usage()) == made


def test_names_that_nothing_names_go_and_with_them_what_only_they_named() -> None:
    sheet = (
        '@font-face{font-family:"Lost";src:url(l.woff2)}\n'
        "@font-face{font-family:Kept\\ One;src:url(k.woff2)}\n"
        "@keyframes idle{0%{top:0}100%{top:1px}}\n@keyframes turn{0%{top:0}}\n"
        ":root{--a:var(--b);--b:1;--c:2;--d:';}';--e:3}\n"
        'a{animation:turn 1s;color:var(--c);font-family:"Kept One"}\n'
    )
    named = stylesheets.names_in(sheet, "element.style.setProperty('--e', 1)")
    made = stylesheets.without_idle_names(sheet, named)
    assert made == (
        "@font-face{font-family:Kept\\ One;src:url(k.woff2)}\n@keyframes turn{0%{top:0}}\n"
        ":root{--c:2;--e:3}\n"
        'a{animation:turn 1s;color:var(--c);font-family:"Kept One"}\n'
    )


def test_addresses_follow_a_sheet_that_moves() -> None:
    sheets = [("_static/styles/a.css", "a{src:url(../f/x.woff2)}"), ("_static/b.css", "b{src:url('data:x')}")]
    assert stylesheets.bundle(sheets, "_static") == "a{src:url(\"f/x.woff2\")}b{src:url('data:x')}"
    twice = [(f"_static/{name}.css", f"/*! Licence */\n{name}{{top:0}}\n") for name in "ab"]
    assert stylesheets.bundle(twice, "_static") == "/*! Licence */\na{top:0}\nb{top:0}\n"
    with pytest.raises(ValueError, match=r"a\.css.*@import"):
        stylesheets.bundle([("a.css", '@import "b.css";')], "_static")


# ---- markup


SHEET = """
html[data-theme="light"] .highlight { background: #fff; color: #111 }
html[data-theme="light"] .highlight .n { color: #111 }
html[data-theme="light"] .highlight .s2 { color: #222 }
html[data-theme="light"] .highlight .p { color: #111 }
html[data-theme="dark"] .highlight { color: #eee }
html[data-theme="dark"] .highlight .n { color: #eee }
html[data-theme="dark"] .highlight .p { color: #ddd }
"""


def test_code_keeps_the_colours_that_differ_in_some_theme() -> None:
    assert slim.coloured_classes(SHEET) == {"s2", "p"}
    with pytest.raises(ValueError, match=r"pygments\.css"):
        slim.coloured_classes(".highlight { color: red }")


def test_a_page_loses_indents_and_comments_but_no_text() -> None:
    page = (
        '<p>\n   a <b>b</b>\n\n c</p><!-- note -->\n<div class="highlight"><pre><span></span>'
        '<span class="n">x</span> <span class="s2">&quot;a  </span>'
        '<span class="s2">b</span>\n\n  y</pre></div>'
        '<script type="application/ld+json">\n{\n "a": "\\u003c/script> <!-- -->"\n}\n</script>'
        "<textarea>  </textarea>"
    )
    assert slim.slim(page, {"s2"}) == (
        '<p>\na <b>b</b>\nc</p>\n<div class="highlight"><pre>'
        'x <span class="s2">&quot;a  b</span>\n\n  y</pre></div>'
        '<script type="application/ld+json">{"a":"\\u003c/script> \\u003c!-- -->"}</script>'
        "<textarea>  </textarea>"
    )


def test_a_name_in_code_needs_no_mark_several_words_keep_theirs() -> None:
    one = '<code class="docutils literal notranslate"><span class="pre">data/a.csv</span></code>'
    two = '<code class="literal notranslate"><span class="pre">a</span> <span class="pre">b</span></code>'
    assert slim.slim(f"<p>{one} {two}</p>", set()) == (
        f'<p><code class="literal notranslate">data/a.csv</code> {two}</p>'
    )


def test_inline_scripts_and_styles_become_files_and_attributes_classes() -> None:
    aside = policy.Aside()
    page = aside.take(
        '<script data-x="1">one()</script><script src="a.js"></script>'
        '<script type="application/json">{}</script>'
        '<style>p{top:0}</style><p class="a" style="color: red;">x</p><b style="color: red">y</b>',
        "_static/page/",
    )
    names = sorted(aside.files)
    assert [aside.files[name] for name in names if name.endswith("js")] == ["one()\n"]
    assert page.count('type="application/json">{}') == page.count('src="a.js"') == 1
    for gone in ("style=", "<style", "one()"):
        assert gone not in page
    assert aside.styles().count("color: red") == 1
    (name,) = aside.rules
    assert f'<p class="a {name}">x</p><b class="{name}">y</b>' in page


def test_policy_admits_the_book_alone_and_tiles_where_a_map_offers_them() -> None:
    plain = policy.policy("<p>")
    assert "default-src 'none'" in plain
    assert "unsafe" not in plain
    assert "http" not in plain
    online = policy.policy(
        '{"online":{"name":"x","url":"https://tiles.example/{z}/{x}.png"}}'.replace("{z}", "z")
    )
    assert online == plain.replace("data:", "data: https://tiles.example")
    with pytest.raises(ValueError, match="charset"):
        policy.with_policy("<html>")


# ---- a site


def small_site(folder: Path, body: str = '<i class="fa fa-x"></i>') -> Path:
    static = folder / "_static"
    (static / "scripts").mkdir(parents=True)
    (static / "pygments.css").write_text(SHEET, "utf-8")
    (static / "a.css").write_text('@import "c.css";\n.fa-x:before{content:"\\f00d"}.gone{top:0}', "utf-8")
    (static / "c.css").write_text("body{top:0}", "utf-8")
    for name in ("scripts/bootstrap.js", "scripts/kept.js", "documentation_options.js"):
        (static / name).write_text("void 0", "utf-8")
    (folder / "book").mkdir()
    for name, up in (("index.html", ""), ("book/one.html", "../")):
        (folder / name).write_text(
            f'<html><head><meta charset="utf-8" /><script data-cfasync="false">theme()</script>'
            f'<script>boot()</script><script src="{up}_static/documentation_options.js"></script>'
            f'<link rel="stylesheet" href="{up}_static/a.css?v=1" />'
            f'<link rel="preload" as="script" href="{up}_static/scripts/bootstrap.js" />'
            f'<script src="{up}_static/scripts/kept.js?v=1"></script></head><body>{body}'
            f'<script defer src="{up}_static/scripts/bootstrap.js"></script></body></html>',
            "utf-8",
        )
    return folder


def test_a_site_is_pressed_alike_each_time_and_never_twice(tmp_path: Path) -> None:
    sites = [small_site(tmp_path / name) for name in ("a", "b")]
    for site in sites:
        Press(site).run()
    files = [
        {path.relative_to(site): path.read_bytes() for path in site.rglob("*") if path.is_file()}
        for site in sites
    ]
    assert files[0] == files[1]
    page = files[0][Path("book/one.html")].decode()
    assert page.count("stylesheet") == 1
    assert page.count("Content-Security-Policy") == 1
    assert "bootstrap" not in page
    assert "boot()" not in page
    assert not [name for name, text in files[0].items() if b"theme()" in text]
    assert page.index("first.js") < page.index("stylesheet")
    (sheet,) = (text.decode() for name, text in files[0].items() if name.name.startswith("book-"))
    assert sheet.startswith("body{top:0}\n.fa-x:before{content:")
    assert "gone" not in sheet
    with pytest.raises(ExtensionError, match="already"):
        Press(sites[0]).run()


def test_a_page_that_stands_for_itself_gets_the_policy_and_nothing_else(tmp_path: Path) -> None:
    site = small_site(tmp_path)
    lost = '<html><head><meta charset="utf-8"><style>p{top:0}</style><script>one()</script></head></html>'
    (site / "404.html").write_text(lost, "utf-8")
    Press(site).run()
    page = (site / "404.html").read_text("utf-8")
    assert re.sub(r"\n<meta http-equiv[^>]*>", "", page) == f"{lost}\n"
    assert "default-src 'none'" in page
    # sha256 of "one()" and "p{top:0}": what stands within the page may run and style, and nothing else may.
    assert "script-src 'sha256-HR7iaask9daLMRRskMI++QeJtjWDOjyPA6lGzYGzKW4='" in page
    assert "style-src 'sha256-8EJL2E40VnnGherz8izbHnhSLNfS7seXQ/iH7JDUNko='" in page


def test_chinese_names_have_a_font_of_their_own_characters_alone(tmp_path: Path) -> None:
    pages = ["<p>二连浩特 and 集宁</p>", "<p>二, Улаанбаатар</p>"]
    wanted = han.characters(pages)
    assert wanted == sorted("二连浩特集宁")
    rule = han.write(tmp_path, wanted)
    assert "unicode-range:U+4E8C,U+5B81," in rule
    font = tmp_path / "fonts" / "han.woff2"
    first = font.read_bytes()
    assert len(first) < 10_000
    with TTFont(font) as written:
        assert set(written.getBestCmap()) == {ord(one) for one in wanted}
    assert "SIL Open Font License" in (tmp_path / "fonts" / "han-LICENSE.txt").read_text("utf-8")
    assert (han.write(tmp_path, wanted), font.read_bytes()) == (rule, first)
    assert han.write(tmp_path / "none", []) == ""


def test_a_handler_in_the_markup_is_an_error_that_names_page_and_remedy(tmp_path: Path) -> None:
    site = small_site(tmp_path, '<a onmouseover="f()">x</a>')
    with pytest.raises(ExtensionError, match=r"book/one\.html: .*onmouseover.*script file"):
        Press(site).run()


def test_an_icon_font_holds_what_is_shown_and_its_licence(tmp_path: Path) -> None:
    (source,) = Path(pydata_sphinx_theme.__file__).parent.rglob("fa-solid-900.woff2")
    fonts = [tmp_path / name for name in ("a.woff2", "b.woff2")]
    for font in fonts:
        font.write_bytes(source.read_bytes())
        icons.cut_font(font, icons.icons_of(['a{content:"\\f00d"}', "b{content:'\uf0c9'}"]))
    assert fonts[0].read_bytes() == fonts[1].read_bytes()
    assert fonts[0].stat().st_size < 3000
    with TTFont(fonts[0]) as font:
        assert set(font.getBestCmap()) == {0xF00D, 0xF0C9}
        assert "Font Awesome" in str(font["name"].getDebugName(0))
