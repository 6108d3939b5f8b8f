"""The end of a build: the same bytes every time, a quiet console, and the new site in place in one move."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from corridors.__main__ import main
from corridors.build import finish
from corridors.build.serve import local_server

from .conftest import SmallBook


def _site(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True)
    (folder / "index.html").write_text(text)
    return folder


def test_two_builds_from_nothing_give_the_same_bytes(small_book: SmallBook, tmp_path: Path) -> None:
    """Also in another folder."""

    def tree() -> dict[str, bytes]:
        site = small_book.site
        return {str(p.relative_to(site)): p.read_bytes() for p in sorted(site.rglob("*")) if p.is_file()}

    small_book.build()
    first = tree()
    small_book.root = small_book.root.rename(tmp_path / "elsewhere")
    (small_book.root / "_build").rename(tmp_path / "old build")
    small_book.build()
    second = tree()
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []
    assert not [name for name in first if name.endswith(".buildinfo")]


def test_executed_notebook_has_results_and_counted_cells(small_book: SmallBook) -> None:
    small_book.build()
    notebook = json.loads((small_book.site / "_notebooks" / "weights.ipynb").read_text("utf-8"))
    assert [cell["id"] for cell in notebook["cells"]] == ["cell-001", "cell-002", "cell-003"]
    outputs = notebook["cells"][1]["outputs"]
    assert outputs == [{"name": "stdout", "output_type": "stream", "text": ["total of weights: 7\n"]}]
    assert "source_map" not in notebook["metadata"]


def test_offered_notebook_leaves_out_what_only_the_printer_reads(small_book: SmallBook) -> None:
    forms = "{'text/plain': 'seen', 'application/javascript': '0'}"
    code = f"from IPython.display import display\ndisplay({forms}, raw=True)"
    glued = "from myst_nb import glue\nglue('w', 1, display=False)"
    cells = "".join(f"```{{code-cell}} python\n{text}\n```\n\n" for text in (code, glued))
    small_book.replace("book/weights.md", "Prose about", f"{cells}Prose about")
    small_book.build()
    notebook = json.loads((small_book.site / "_notebooks" / "weights.ipynb").read_text("utf-8"))
    _, shown, hidden = (cell["outputs"] for cell in notebook["cells"] if cell["cell_type"] == "code")
    assert [output["data"] for output in shown] == [{"text/plain": ["seen"]}]
    assert hidden == []


def test_chatter_of_scripts_is_taken_out_and_warnings_are_not(tmp_path: Path) -> None:
    scripts = tmp_path / "_static" / "scripts"
    scripts.mkdir(parents=True)
    (scripts / "a.js").write_text("f(),console.log(`x ${y}`,1);console.warn('w');console.log();")
    finish.hush(tmp_path)
    assert (scripts / "a.js").read_text() == "f(),void(`x ${y}`,1);console.warn('w');console.log();"


@pytest.mark.parametrize("can_exchange", [True, False])
def test_new_site_replaces_the_old_one_whole(
    tmp_path: Path, can_exchange: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not can_exchange:
        monkeypatch.setattr(finish, "_exchange", lambda one, other: False)
    site = _site(tmp_path / "html", "old")
    (site / "gone.html").write_text("a page of the old book")
    finish.put_in_place(_site(tmp_path / "work" / "out", "new"), site)
    assert [path.name for path in site.iterdir()] == ["index.html"]
    assert (site / "index.html").read_text() == "new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["html", "work"]
    finish.put_in_place(_site(tmp_path / "work" / "next", "first of its kind"), tmp_path / "other" / "html")
    assert (tmp_path / "other" / "html" / "index.html").read_text() == "first of its kind"


def test_exchange_is_a_single_step_where_the_system_has_one(tmp_path: Path) -> None:
    one, other = _site(tmp_path / "one", "1"), _site(tmp_path / "other", "2")
    if not finish._exchange(one, other):
        pytest.skip("this system or file system cannot exchange folders")
    assert (one / "index.html").read_text() == "2"
    assert (other / "index.html").read_text() == "1"
    assert not finish._exchange(one, tmp_path / "missing")


def test_site_is_brought_back_if_the_machine_stopped_between_two_steps(tmp_path: Path) -> None:
    site = tmp_path / "html"
    _site(tmp_path / ".html.old", "last good")
    finish.restore(site)
    assert (site / "index.html").read_text() == "last good"
    finish.restore(site)
    assert (site / "index.html").read_text() == "last good"


def test_site_is_served_on_this_machine_only(tmp_path: Path) -> None:
    with local_server(_site(tmp_path / "html", "hello")) as address:
        assert address.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(address) as answer:
            assert answer.read() == b"hello"
            assert answer.headers["Cache-Control"] == "no-store"
        with pytest.raises(urllib.error.HTTPError) as missing:
            urllib.request.urlopen(f"{address}nothing.html")
        missing.value.close()


def test_serving_before_building_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--root", str(tmp_path)]) == 1
    assert "make book" in capsys.readouterr().err


def test_commands_end_with_a_message_and_status_1(
    small_book: SmallBook, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["book", "--root", str(small_book.root), "--chapter", "nowhere"]) == 1
    assert "no chapter 'nowhere'" in capsys.readouterr().err
    assert main(["book", "--root", str(small_book.root), "--chapter", "weights"]) == 0
    assert main(["check", "--data", str(small_book.root / "data")]) == 1
    assert "datapackage.json" in capsys.readouterr().err
    assert main(["seal", "--data", str(small_book.root / "data")]) == 1
    assert "datapackage.json" in capsys.readouterr().err
