"""How long the book takes to build, beside stock Jupyter Book on the same chapters in the same run.

Stock means ``jupyter-book build`` with its own execution and its own cache. The extension of the book is on
in both, since the chapters cannot be shown without it; none of this package's building is, and stock is
spared the last step of the extension, which cuts styles, scripts and fonts. Both build copies of the book in
folders of their own, one after the other, step by step, so that a busy machine slows both.
"""

from __future__ import annotations

import datetime
import json
import os
import platform
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from corridors import forks
from corridors.build import bench_books, layout
from corridors.build.evidence import Present
from corridors.build.faults import BuildError, plain
from corridors.build.layout import BENCH_RECORD as RECORD
from corridors.build.layout import Layout
from corridors.build.store import Store

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

#: The last step works on pages that no earlier build has finished; stock goes on with those it has.
_STOCK = (
    "import sys, corridors.publish as book; book.PARTS = tuple(one for one in book.PARTS if one != 'press'); "
    "from jupyter_book.cli.main import main; sys.argv[0] = 'jupyter-book'; main()"
)
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
    """One build by either side: seconds by the clock and of processors, how many chapters ours executed."""

    what: str
    chapters: int
    seconds: float
    stock_seconds: float | None
    executed: int | None = None
    note: str = ""
    processor_seconds: float | None = None
    stock_processor_seconds: float | None = None

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


@dataclass(frozen=True)
class _Time:
    """Seconds by the clock, seconds of processors, and what the build said."""

    clock: float
    processors: float | None
    said: str


def _timed(command: Sequence[str], book: Layout) -> _Time:
    """Run one build. Raises BuildError if it fails; ended, it leaves no process of its own behind."""
    environment = os.environ | {"PYTHONPATH": str(book.root)}
    start, before = time.monotonic(), _processors()
    with subprocess.Popen(
        [sys.executable, *command],
        cwd=book.root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            said, _ = process.communicate()
        except BaseException:
            _end(process)
            raise
    seconds, after = time.monotonic() - start, _processors()
    if process.returncode:
        last = "\n".join(plain(said).splitlines()[-15:])
        raise BuildError(f"{' '.join(command)} in {book.root} failed:\n{last}")
    used = None if before is None or after is None else after - before
    return _Time(seconds, used, said)


def _processors() -> float | None:
    """Processor seconds of all processes that this one has waited for, and of theirs."""
    seconds = None
    if resource is not None:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = used.ru_utime + used.ru_stime
    return seconds


def _end(process: subprocess.Popen[str]) -> None:
    """End a build with the kernels that it has started."""
    try:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
    except (AttributeError, ProcessLookupError):  # no groups of processes on this system, or it has ended
        process.kill()


def _ours(book: Layout) -> _Time:
    return _timed(["-m", "corridors", "book", "--root", str(book.root)], book)


def _stock(book: Layout) -> _Time:
    return _timed(["-c", _STOCK, "build", str(book.root)], book)


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
    load = round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None
    return {
        "system": platform.system(),
        "machine": platform.machine(),
        "processors": forks.processors(),
        "load": load,
    }


class _Run:
    """One bench on its way: measures, reports, and writes down each step at once."""

    def __init__(self, bench: Bench, folder: Path, report: Callable[[str], None]) -> None:
        self.bench = bench
        self._folder = folder
        self._report = report

    def add(self, what: str, chapters: int, own: Layout, other: Layout | None = None, note: str = "") -> None:
        """Build ``own`` by ours and ``other``, if any, by stock."""
        self._report(f"{what}, {chapters} chapters ...")
        ours = _ours(own)
        stock = _stock(other) if other else None
        self.note(
            Step(
                what,
                chapters,
                ours.clock,
                stock.clock if stock else None,
                len(_EXECUTED.findall(ours.said)),
                note,
                ours.processors,
                stock.processors if stock else None,
            )
        )

    def note(self, step: Step) -> None:
        self.bench.steps.append(step)
        beside = "" if step.stock_seconds is None else f", stock {step.stock_seconds:.1f} s"
        self._report(f"  {step.seconds:.1f} s{beside}")
        _write(self._folder / "build.json", self.bench)


def _write(path: Path, bench: Bench) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(bench.record(), indent=2, ensure_ascii=False) + "\n", "utf-8", newline="\n")


def run(
    root: Path, *, sizes: Sequence[int], stock: bool = True, report: Callable[[str], None] = print
) -> Bench:
    """Measure all steps; takes many minutes. What is done stands in ``_build/bench/build.json`` as it goes.

    A whole run beside stock is put on record, in ``measurements/build.json``, which the book shows. The
    copies are deleted at the end.
    """
    versions = {"Python": platform.python_version()} | {name: version(name) for name in _LIBRARIES}
    bench = Bench(datetime.date.today().isoformat(), _machine(), versions)
    folder = root / "_build" / "bench"
    going = _Run(bench, folder, report)
    try:
        _measure(root, folder, going, sizes, stock=stock)
    finally:
        for name in ("ours", "stock", "grown"):
            shutil.rmtree(folder / name, ignore_errors=True)
    if stock and sizes:
        _write(root / RECORD, bench)
        report(f"On record in {RECORD}; the next build of the book shows it.")
    return bench


def _measure(root: Path, folder: Path, going: _Run, sizes: Sequence[int], *, stock: bool) -> None:
    own = bench_books.copy(root, folder / "ours")
    other = bench_books.copy(root, folder / "stock") if stock else None
    count = len(bench_books.chapters(own))

    def step(what: str, edit: Callable[[Layout], None]) -> None:
        for book in (own, other) if other else (own,):
            edit(book)
        going.add(what, count, own, other)

    step("cold", lambda _: None)
    step("no change", lambda _: None)
    step("prose edit", lambda book: bench_books.edit_prose(book, 1))
    step("code edit", lambda book: bench_books.edit_code(book, 1))
    readers = _readers(own)
    for name in _few_and_many(readers):
        bench_books.edit_table(own, name, 1)
        note = f"{name}, which {readers[name]} chapters load; stock goes on showing the old table"
        going.add("table edit", count, own, note=note)
    names = bench_books.names_of(own.build / "html")
    cold = [(count, going.bench.steps[0].seconds)]
    for size in (size for size in sizes if size > count):
        grown = bench_books.copy(root, folder / "grown")
        made = bench_books.grow(grown, size, names)
        going.add("cold, other size", made, grown)
        cold.append((made, going.bench.steps[-1].seconds))
    if len(cold) > 1:
        more = each_more([made for made, _ in cold], [seconds for _, seconds in cold])
        going.note(Step("each chapter more, cold", 1, more, None))
