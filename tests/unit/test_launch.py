"""The links that open a notebook in Binder and Colab: none unasked, exact when asked for, never astray."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from sphinx.errors import ExtensionError

from corridors.publish import launch, rerun


def links(
    repository: object = "", revision: object = "main", notebooks: object = "", docname: str = "book/fuel"
) -> list[tuple[str, str]]:
    config = SimpleNamespace(
        corridors_repository=repository, corridors_revision=revision, corridors_notebooks=notebooks
    )
    launch._check(None, config)
    return list(launch.links(config, docname))


def test_without_a_repository_there_is_no_link() -> None:
    assert links() == []
    assert "binder" not in rerun.line("book/fuel.html", "book/fuel").pformat().lower()


def test_binder_opens_the_notebook_that_post_build_writes() -> None:
    assert links("https://github.com/example/a.book") == [
        (
            "https://mybinder.org/v2/gh/example/a.book/main?urlpath=lab%2Ftree%2Fnotebooks%2Ffuel.ipynb",
            "its notebook in Binder",
        )
    ]


def test_colab_opens_the_notebook_where_it_was_published() -> None:
    found = links("https://github.com/example/book/", "v1.0/final", "gh-pages:_notebooks", "index")
    assert [address for address, _ in found] == [
        "https://mybinder.org/v2/gh/example/book/v1.0%2Ffinal?urlpath=lab%2Ftree%2Fnotebooks%2Findex.ipynb",
        "https://colab.research.google.com/github/example/book/blob/gh-pages/_notebooks/index.ipynb",
    ]


def test_whatever_a_name_holds_stays_within_its_part_of_the_address() -> None:
    found = links("https://github.com/example/book", "fix#1&a=б", "a/b:with space/№?", "book/a b")
    assert [address for address, _ in found] == [
        "https://mybinder.org/v2/gh/example/book/fix%231%26a%3D%D0%B1"
        "?urlpath=lab%2Ftree%2Fnotebooks%2Fa%20b.ipynb",
        "https://colab.research.google.com/github/example/book/blob/a%2Fb/with%20space/%E2%84%96%3F/a%20b.ipynb",
    ]


@pytest.mark.parametrize(
    "repository",
    [
        "http://github.com/example/book", "https://github.com/example", "https://github.com.evil.org/a/b",
        "https://user@github.com/a/b", "https://github.com/a/b/tree/main", "https://github.com/a/..",
        "https://github.com/-a/b", "https://github.com/a/b?c", 'https://github.com/a/b"onclick',
        "javascript:alert(1)", "https://github.com/a/b\n", 7, ["https://github.com/a/b"],
    ],
)  # fmt: skip
def test_an_address_that_is_no_repository_is_refused(repository: object) -> None:
    with pytest.raises(
        ExtensionError, match=r"corridors_repository is .* it must be https://github.com/<owner>"
    ):
        links(repository)


@pytest.mark.parametrize("revision", ["", "a b", "../main", "-x", "a:b", "a\nb", "main/", None, 3])
def test_a_revision_that_git_would_not_take_is_refused(revision: object) -> None:
    with pytest.raises(ExtensionError, match=r"corridors_revision is .* the name of a branch or a tag"):
        links("https://github.com/example/book", revision)


@pytest.mark.parametrize("notebooks", ["_notebooks", ":_notebooks", "b:/etc", "b:../up", "b:x\ny", 7])
def test_a_place_of_notebooks_that_is_none_is_refused(notebooks: object) -> None:
    with pytest.raises(ExtensionError, match="corridors_notebooks is "):
        links("https://github.com/example/book", "main", notebooks)


def test_notebooks_without_a_repository_are_a_fault_not_a_silence() -> None:
    with pytest.raises(ExtensionError, match="empty while no repository is named"):
        links("", "main", "gh-pages:_notebooks")


def test_the_line_of_a_page_ends_with_the_links() -> None:
    found = rerun.line("book/fuel.html", "book/fuel", [("https://mybinder.org/v2/gh/a/b/main", "in Binder")])
    assert found.astext().endswith("its notebook · in Binder.")
    assert found.children[-2]["refuri"] == "https://mybinder.org/v2/gh/a/b/main"
