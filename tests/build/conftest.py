"""A book of three pages, small enough to be built in every test."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from corridors.build.book import build_book, build_chapter
from corridors.build.layout import site_digest

_CONFIG = """\
title: A small book
author: Nobody
only_build_toc_files: true
execute: {execute_notebooks: cache, timeout: 30, stderr_output: error}
exclude_patterns: ["**/README.md"]
parse: {myst_enable_extensions: [colon_fence, deflist]}
sphinx: {config: {numfig: true}}
"""
_CONTENTS = """\
format: jb-book
root: index
parts:
  - caption: Part
    numbered: true
    chapters:
      - file: book/weights
      - file: book/lengths
"""
_CHAPTER = """\
---
file_format: mystnb
kernelspec: {{name: python3}}
---
(sec-{name})=
# On {name}

```{{code-cell}} python
:tags: [hide-input]
from corridors.sums import total
shown = total("../data/{name}.csv")
print("total of {name}:", shown)
```

Prose about {name}.
"""
_MODULE = """\
from pathlib import Path

def total(path):
    return sum(int(line) for line in Path(path).read_text().split())
"""


@dataclass
class SmallBook:
    """The small book and what its build said."""

    root: Path
    said: list[str] = field(default_factory=list)

    @property
    def site(self) -> Path:
        return self.root / "_build" / "html"

    def build(self, **options: object) -> Path:
        """Build it within this process."""
        self.said.clear()
        return build_book(self.root, report=self.said.append, **options)  # type: ignore[arg-type]

    def chapter(self, name: str) -> Path:
        """Build one chapter within this process."""
        self.said.clear()
        return build_chapter(self.root, name, report=self.said.append)

    def executed(self) -> set[str]:
        """The pages whose cells ran in the last build (as against: results of an earlier run used)."""
        found = (re.match(r"\s+(\S+)\s+[\d.]+ s   \d+ of \d+", line) for line in self.said)
        return {match[1] for match in found if match}

    def page(self, name: str) -> str:
        """A finished page."""
        return (self.site / f"{name}.html").read_text("utf-8")

    def replace(self, file: str, old: str, new: str) -> None:
        """Edit a file of the book."""
        path = self.root / file
        text = path.read_text("utf-8")
        assert old in text, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new), "utf-8")

    def digest_from_nothing(self, aside: Path, *keep: str, **options: object) -> str:
        """The digest of a build that finds nothing of earlier ones but ``keep``, folders below ``_build``.

        The earlier builds wait in ``aside`` meanwhile and are put back.
        """
        shutil.move(self.root / "_build", aside)
        for kept in keep:
            shutil.copytree(aside / kept, self.root / "_build" / kept)
        self.build(**options)
        digest = site_digest(self.site)
        shutil.rmtree(self.root / "_build")
        shutil.move(aside, self.root / "_build")
        return digest

    def command(self, *arguments: str) -> subprocess.Popen[str]:
        """Start ``python -m corridors book`` on the small book, as a reader would."""
        return subprocess.Popen(
            [sys.executable, "-m", "corridors", "book", "--root", str(self.root), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONWARNINGS": "default"},
        )


@pytest.fixture
def small_book(tmp_path: Path) -> SmallBook:
    """A fresh copy of the small book, in a folder with a space in its name."""
    root = tmp_path / "a small book"
    for folder in ("book", "data", "corridors"):
        (root / folder).mkdir(parents=True)
    (root / "_config.yml").write_text(_CONFIG)
    (root / "_toc.yml").write_text(_CONTENTS)
    (root / "index.md").write_text("# A small book\n\nSee {ref}`sec-weights`.\n")
    for other in ("README.md", "book/README.md", "NOTES.md"):
        (root / other).write_text("# Not a page of the book\n")
    (root / "requirements.lock").write_text("pandas==3\n")
    (root / "CITATION.cff").write_text("version: 1\n")
    (root / "corridors" / "__init__.py").touch()
    (root / "corridors" / "sums.py").write_text(_MODULE)
    for name, values in (("weights", "3\n4\n"), ("lengths", "10\n20\n")):
        (root / "data" / f"{name}.csv").write_text(values)
        (root / "book" / f"{name}.md").write_text(_CHAPTER.format(name=name))
    return SmallBook(root)
