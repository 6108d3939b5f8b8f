"""How long the book takes to build, beside stock Jupyter Book on the same chapters in the same run.

Stock means ``jupyter-book build`` with its own execution and its own cache. The extension of the book is on
in both, since the chapters cannot be shown without it; none of this package's building is. Both build copies
of the book in folders of their own, one after the other, step by step, so that a busy machine slows both.
"""

from __future__ import annotations

import datetime
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from corridors.build import bench_books, layout
from corridors.build.evidence import Present
from corridors.build.faults import BuildError, plain
from corridors.build.layout import Layout
from corridors.build.store import Store

_STOCK = "import sys; from jupyter_book.cli.main import main; sys.argv[0] = 'jupyter-book'; main()"
_EXECUTED = re.compile(r"^  (\S+)\s+[\d.]+ s   \d+ of \d+", re.MULTILINE)
_LIBRARIES = ("jupyter-book", "sphinx", "myst-nb", "pandas", "geopandas", "matplotlib")

#: What is aimed at, for two idle processors: a step, what is measured of it, the most it may be.
GOALS = (
    ("cold", "ratio", 0.35),
    ("no change", "ratio", 0.5),
    ("no change", "seconds", 3.0),
    ("prose edit", "seconds", 5.0),
    ("code edit", "seconds", 7.0),
    ("each chapter more, cold", "seconds", 1.5),
)


@dataclass(frozen=True)
class Step:
    """One build by either side: seconds, and how many chapters ours executed."""

    what: str
    chapters: int
    seconds: float
    stock_seconds: float | None
    executed: int | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours as a part of stock's."""
        return self.seconds / self.stock_seconds if self.stock_seconds else None


@dataclass
class Bench:
    """All steps of one run, with the machine and the versions."""

    date: str
    machine: dict[str, Any]
    versions: dict[str, str]
    steps: list[Step] = field(default_factory=list)

    def verdicts(self) -> list[tuple[str, float, float, bool]]:
        """Each goal that was measured: its name, what was measured, the goal, whether it was reached."""
        found = []
        for what, measure, goal in GOALS:
            for step in self.steps:
                value = getattr(step, measure)
                if step.what == what and value is not None:
                    found.append((f"{what}, {measure}", float(value), goal, value <= goal))
        return found

    def record(self) -> dict[str, Any]:
        """All of it as plain data."""
        steps = [asdict(step) | {"ratio": step.ratio} for step in self.steps]
        goals = [
            {"what": what, "value": value, "goal": goal, "reached": reached}
            for what, value, goal, reached in self.verdicts()
        ]
        return asdict(self) | {"steps": steps, "goals": goals, "stock": (__doc__ or "").split("\n\n")[1]}


def each_more(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """Seconds for each chapter more: the slope of the straight line through the builds, by least squares."""
    return statistics.linear_regression(sizes, seconds).slope


def table(bench: Bench) -> str:
    """The run as text for the terminal."""
    about = ", ".join(f"{name} {value}" for name, value in (bench.machine | bench.versions).items())
    lines = [about, "", f"{'':<26} {'chapters':>8} {'run':>4} {'ours':>8} {'stock':>8} {'ratio':>6}"]
    for step in bench.steps:
        stock = "" if step.stock_seconds is None else f"{step.stock_seconds:.1f} s"
        ratio = "" if step.ratio is None else f"{step.ratio:.2f}"
        ran = "" if step.executed is None else str(step.executed)
        cells = f"{step.chapters:>8} {ran:>4} {step.seconds:>6.1f} s {stock:>8} {ratio:>6}"
        lines.append(f"{step.what:<26} {cells}  {step.note}".rstrip())
    lines.append("")
    for what, value, goal, reached in bench.verdicts():
        lines.append(f"{what}: {value:.2f}, goal {goal:g}: {'reached' if reached else 'MISSED'}")
    return "\n".join(lines)


def _timed(command: Sequence[str], book: Layout) -> tuple[float, str]:
    """Run one build; seconds and what it said. Raises BuildError if it fails."""
    environment = os.environ | {"PYTHONPATH": str(book.root)}
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, *command],
        cwd=book.root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.monotonic() - start
    if done.returncode:
        last = "\n".join(plain(done.stdout + done.stderr).splitlines()[-15:])
        raise BuildError(f"{' '.join(command)} in {book.root} failed:\n{last}")
    return seconds, done.stdout


def _ours(book: Layout) -> tuple[float, int]:
    seconds, said = _timed(["-m", "corridors", "book", "--root", str(book.root)], book)
    return seconds, len(_EXECUTED.findall(said))


def _stock(book: Layout) -> float:
    return _timed(["-c", _STOCK, "build", str(book.root)], book)[0]


def _readers(book: Layout) -> dict[str, int]:
    """The tables of the data package by the number of chapters whose results rest on them."""
    store = Store(book.executed, layout.ground_hash(book), lambda: Present(book.root))
    found: dict[str, int] = {}
    for chapter in bench_books.chapters(book):
        for kind, place, _ in store.evidence(chapter):
            rule = json.loads(place)[1] if kind == "part" else []
            if rule[:1] == ["item"]:
                found[rule[3]] = found.get(rule[3], 0) + 1
    return found


def _few_and_many(readers: dict[str, int]) -> list[str]:
    """The table that the fewest chapters load, and the one in the middle."""
    by_number = sorted(readers, key=lambda name: (readers[name], name))
    return list(dict.fromkeys([by_number[0], by_number[len(by_number) // 2]])) if by_number else []


def _machine() -> dict[str, Any]:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None
    return {"system": platform.system(), "machine": platform.machine(), "processors": usable, "load": load}


def run(
    root: Path, *, sizes: Sequence[int], stock: bool = True, report: Callable[[str], None] = print
) -> Bench:
    """Measure all steps; takes many minutes. Writes ``_build/bench/build.json`` as it goes."""
    versions = {"Python": platform.python_version()} | {name: version(name) for name in _LIBRARIES}
    bench = Bench(datetime.date.today().isoformat(), _machine(), versions)
    folder = root / "_build" / "bench"
    own = bench_books.copy(root, folder / "ours")
    other = bench_books.copy(root, folder / "stock")
    count = len(bench_books.chapters(own))

    def step(what: str, edit: Callable[[Layout], None], note: str = "", *, fair: bool = True) -> None:
        edit(own)
        edit(other)
        seconds, executed = _ours(own)
        theirs = _stock(other) if stock and fair else None
        note_down(Step(what, count, seconds, theirs, executed, note))

    def note_down(one: Step) -> None:
        bench.steps.append(one)
        report(f"{one.what}, {one.chapters} chapters: {one.seconds:.1f} s")
        (folder / "build.json").write_text(json.dumps(bench.record(), indent=2) + "\n", "utf-8")

    step("cold", lambda _: None)
    step("no change", lambda _: None)
    step("prose edit", lambda book: bench_books.edit_prose(book, 1))
    step("code edit", lambda book: bench_books.edit_code(book, 1))
    stale = "stock goes on showing the old table"
    readers = _readers(own)
    for name in _few_and_many(readers):
        words = f"{name}, which {readers[name]} chapters load; {stale}"
        step("table edit", lambda book, name=name: bench_books.edit_table(book, name, 1), words, fair=False)  # type: ignore[misc]
    cold = [(count, bench.steps[0].seconds)]
    for size in (size for size in sizes if size > count):
        grown = bench_books.copy(root, folder / "grown")
        made = bench_books.grow(grown, size)
        cold.append((made, _ours(grown)[0]))
        note_down(Step("cold, other size", made, cold[-1][1], None))
    if len(cold) > 1:
        more = each_more([made for made, _ in cold], [seconds for _, seconds in cold])
        note_down(Step("each chapter more, cold", 1, more, None))
    return bench
