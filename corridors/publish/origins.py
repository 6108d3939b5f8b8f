"""Which cell makes an exhibit or a number, and which functions of the package it rests on.

Read from the code of the chapter, which is not run: the call that makes the thing is found by its label or
id, and from it the names are followed back through the cells above, each to the assignments that may have
given it its value. What such a chain names of the package are the functions; what it loads by name are the
tables. It may name one too many (an assignment in a branch that was not taken counts), and never passes over
one that the cells name.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from corridors.publish import syntax

PACKAGE: Final = "corridors"
#: Modules that only fetch or show; a function of theirs computes nothing.
DOOR: Final = "catalog"
SHOW: Final = "show"
_LOADING: Final = (f"{DOOR}.load", f"{DOOR}.layer")
_CONSTANT = re.compile(r"(?:\w+\.)+[A-Z][A-Z0-9_]+(?=\.|$)")
_MAGIC = re.compile(r"^\s*[%!].*$", re.MULTILINE)


@dataclass(frozen=True)
class Origin:
    """Where one thing comes from: the id of its cell, and the functions (``trade.mirror_table``), sorted.

    ``functions`` are those that compute, ``nearest`` those of them that are fewest steps away from the call
    that makes the thing; ``loads`` are functions of the catalogue, ``tables`` the names that are loaded.
    Without a function the cell itself reads and arranges a table as it was loaded.
    """

    cell: str
    functions: tuple[str, ...] = ()
    loads: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()


@dataclass
class _Step:
    """One statement without its body: what it binds, what it reads, and how far it reaches.

    ``first`` is the place of the first step of the same statement; ``until`` the last step whose bindings it
    may see beyond that: its own place, or the end of the loop it stands in. ``sure`` means that a name bound
    here has no other value afterwards.
    """

    cell: str
    node: ast.stmt
    binds: set[str]
    reads: set[str]
    uses: set[str]
    tables: set[str]
    sure: bool
    first: int
    until: int
    around: tuple[int, ...]
    """Places of the loops and conditions that it stands in, the outermost first."""


@dataclass
class _Trail:
    """What is met on the way back: all that is used of the package, the tables, and what computes nearest."""

    uses: set[str] = field(default_factory=set)
    tables: set[str] = field(default_factory=set)
    nearest: set[str] = field(default_factory=set)

    def meet(self, uses: set[str], tables: set[str]) -> None:
        """Note what one round of steps uses; the first round with a function has the nearest."""
        self.uses |= uses
        self.tables |= tables
        if not any(_is_function(use) for use in self.nearest):
            self.nearest = {use for use in uses if _computes(use) and _is_function(use)} or (
                self.nearest or {use for use in uses if _computes(use)}
            )


@dataclass
class Chapter:
    """The steps of a chapter's cells, in order; ``modules`` are the names of parts of the package."""

    modules: dict[str, str] = field(default_factory=dict)
    steps: list[_Step] = field(default_factory=list)

    @classmethod
    def of(cls, cells: Iterable[tuple[str, str]]) -> Chapter:
        """From (id, source) of each code cell. A cell that is no Python alone is passed over."""
        chapter = cls()
        for cell, source in cells:
            try:
                tree = ast.parse(_MAGIC.sub("", source))
            except SyntaxError:
                continue
            for statement in tree.body:
                chapter._add(cell, statement, set(), sure=True)
        return chapter

    # ---- reading ---------------------------------------------------------------------------------

    def _add(
        self, cell: str, statement: ast.stmt, context: set[str], around: tuple[int, ...] = (), *, sure: bool
    ) -> None:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            self._imports(statement)
            return
        start = len(self.steps)
        inner, bodies = set(context), syntax.split(statement)[1]
        for part in syntax.apart(statement):
            head = syntax.split(part)[0]
            reads, uses = self._read(head)
            reads |= context
            inner |= reads
            sure_now = sure and syntax.plain(part)
            bound, loaded = syntax.bound(head), self._loaded(head)
            self.steps.append(
                _Step(cell, part, bound, reads, uses, loaded, sure_now, start, len(self.steps), around)
            )
        if isinstance(statement, ast.For | ast.While | ast.If | ast.With):
            around = (*around, start)
        for body in bodies:
            for one in body:
                self._add(cell, one, inner, around, sure=False)
        if isinstance(statement, ast.For | ast.While):
            for one_step in self.steps[start:]:
                one_step.until = max(one_step.until, len(self.steps) - 1)

    def _imports(self, statement: ast.Import | ast.ImportFrom) -> None:
        if isinstance(statement, ast.ImportFrom):
            base = statement.module or ""
            for alias in statement.names:
                self.modules.pop(alias.asname or alias.name, None)
                if base.split(".")[0] == PACKAGE:
                    self.modules[alias.asname or alias.name] = f"{base}.{alias.name}"
            return
        for alias in statement.names:
            if alias.name.split(".")[0] == PACKAGE:
                self.modules[alias.asname or PACKAGE] = alias.name if alias.asname else PACKAGE

    def _read(self, parts: Sequence[ast.AST]) -> tuple[set[str], set[str]]:
        """Names that are read, and what is used of the package, as ``trade.mirror.growth``."""
        reads: set[str] = set()
        uses: set[str] = set()
        for part in parts:
            for node in syntax.chains(part, frozenset()):
                dotted = syntax.dotted(node)
                root = dotted.partition(".")[0]
                if root in self.modules:
                    uses.add(self._full(dotted))
                else:
                    reads.add(root)
        return reads, uses

    def _full(self, dotted: str) -> str:
        """``trade.mirror.growth`` for a name as the cell writes it; what follows a constant is cut."""
        root, _, rest = dotted.partition(".")
        full = f"{self.modules.get(root, root)}.{rest}".rstrip(".").removeprefix(f"{PACKAGE}.")
        found = _CONSTANT.match(full)
        return found.group() if found else full

    def _loaded(self, parts: Iterable[ast.AST]) -> set[str]:
        """The names of tables and layers that are loaded by name."""
        calls = [
            node for part in parts for node in ast.walk(part) if isinstance(node, ast.Call) and node.args
        ]
        names = [call.args[0] for call in calls if self._full(syntax.dotted(call.func)) in _LOADING]
        return {str(name.value) for name in names if isinstance(name, ast.Constant)}

    # ---- following -------------------------------------------------------------------------------

    def _follow(self, trail: _Trail, names: Iterable[tuple[str, int]]) -> None:
        """Note in ``trail`` all that the values of ``names`` (each with a place) rest on, step by step."""
        waiting = list(names)
        seen: set[tuple[str, int]] = set()
        while waiting:
            uses: set[str] = set()
            tables: set[str] = set()
            further: list[tuple[str, int]] = []
            for name, before in waiting:
                for index in self._bindings(name, before):
                    if (name, index) not in seen:
                        seen.add((name, index))
                        step = self.steps[index]
                        uses, tables = uses | step.uses, tables | step.tables
                        # what a function reads by name it reads when it is called
                        called = isinstance(step.node, ast.FunctionDef)
                        upto = before if called else self._before(index)
                        further += [(other, upto) for other in step.reads if other != name or upto < before]
            trail.meet(uses, tables)
            waiting = further

    def _before(self, place: int) -> int:
        """The last step whose bindings the step at ``place`` may see: in a loop, also those after it."""
        step = self.steps[place]
        return step.until if step.until > place else step.first - 1

    def _bindings(self, name: str, upto: int) -> Iterator[int]:
        """The steps up to ``upto`` that may have given ``name`` its value, the latest first."""
        for index in range(min(upto, len(self.steps) - 1), -1, -1):
            step = self.steps[index]
            if name in step.binds:
                yield index
                inside = isinstance(step.node, ast.For) and upto <= step.until
                if step.sure or inside:  # a loop has just given its own names their values
                    return

    def _origin(self, found: Sequence[tuple[int, ast.Call]]) -> Origin | None:
        if not found:
            return None
        trail = _Trail()
        names: list[tuple[str, int]] = []
        own: set[str] = set()
        own_tables: set[str] = set()
        for place, call in found:
            step = self.steps[place]
            call = syntax.chained(step.node, call)
            reads, uses = self._read([call])
            tables = self._loaded([call])
            for index in self._calling(place) if isinstance(step.node, ast.FunctionDef) else ():
                calling = self.steps[index]
                uses, tables = uses | calling.uses, tables | calling.tables
                names += [(name, self._before(index)) for name in calling.reads - step.binds]
            if syntax.within(step.node, call):
                reads, uses, tables = reads | step.reads, uses | step.uses, tables | step.tables
            own, own_tables = own | uses, own_tables | tables
            names += [(name, self._before(place)) for name in reads]
        trail.meet(own, own_tables)
        self._follow(trail, names)
        for place, _ in found:
            self._context(trail, place)
        functions = tuple(sorted(use for use in trail.uses if _computes(use)))
        loads = tuple(sorted(use for use in trail.uses if use.split(".")[0] == DOOR and _is_part(use)))
        cell = self.steps[found[0][0]].cell
        return Origin(cell, functions, loads, tuple(sorted(trail.nearest)), tuple(sorted(trail.tables)))

    def _calling(self, place: int) -> list[int]:
        """The steps of the same cell that call the function which the step at ``place`` defines."""
        function = self.steps[place]
        return [
            index
            for index, step in enumerate(self.steps)
            if step.cell == function.cell and index != place and function.binds & step.reads
        ]

    def _values(self, place: int) -> dict[str, set[str]]:
        """What names stand for within the loops around a step, where their values are written out."""
        found: dict[str, set[str]] = {}
        for around in self.steps[place].around:
            found |= syntax.looped(self.steps[around].node)
        return found

    def _context(self, trail: _Trail, place: int) -> None:
        """What the loops and conditions around a step use: they decide whether and with what it runs."""
        for index in self.steps[place].around:
            around = self.steps[index]
            trail.meet(around.uses, around.tables)
            self._follow(trail, [(name, index - 1) for name in around.reads])

    # ---- asking ----------------------------------------------------------------------------------

    def exhibit(self, label: str) -> Origin | None:
        """The origin of the exhibit that a call makes with ``label="..."``; None if no cell does."""
        return self._origin(
            [
                (place, call)
                for place, call in self._calls
                for keyword in call.keywords
                if keyword.arg == "label"
                and syntax.matches(keyword.value, label, self._values(place)) is not None
            ][:1]
        )

    def number(self, name: str, cell: str = "") -> Origin | None:
        """The origin of the number with the id ``name``: the call that spells it most fully.

        An id that is put together in a loop can fit several calls; ``cell``, where it is known from the run,
        says which is meant.
        """
        found = [
            (spelt, place, call)
            for place, call in self._calls
            if call.args
            and (not cell or self.steps[place].cell == cell)
            and (spelt := syntax.matches(call.args[0], name, self._values(place))) is not None
            and self._glues(call, place)
        ]
        if not found:
            return self._glued_in(cell) if cell else None
        most = max(spelt for spelt, _, _ in found)
        return self._origin([(place, call) for spelt, place, call in found if spelt == most])

    def _glued_in(self, cell: str) -> Origin:
        """For an id that no call spells: what any call that glues in the cell leads back to."""
        found = [
            (place, call)
            for place, call in self._calls
            if self.steps[place].cell == cell and self._glues(call, place)
        ]
        return self._origin(found) or Origin(cell)

    @cached_property
    def _calls(self) -> list[tuple[int, ast.Call]]:
        """All calls with their steps; asked for when all cells have been read."""
        return [
            (place, node)
            for place, step in enumerate(self.steps)
            for part in syntax.split(step.node)[0]
            for node in ast.walk(part)
            if isinstance(node, ast.Call)
        ]

    @cached_property
    def _known_to_glue(self) -> dict[tuple[str, int], bool]:
        return {}

    def _glues(self, call: ast.Call, place: int) -> bool:
        """Whether a call is one of ``numbers.glue``, or of a name that stands for it."""
        dotted = syntax.dotted(call.func)
        if not dotted:
            return False
        if (dotted, place) not in self._known_to_glue:
            reads, uses = self._read([call.func])
            trail = _Trail(uses)
            self._follow(trail, [(name, place) for name in reads])
            self._known_to_glue[dotted, place] = f"{SHOW}.numbers.glue" in trail.uses
        return self._known_to_glue[dotted, place]


def _computes(use: str) -> bool:
    """Whether what is used belongs to what the book says; ``show.inventory`` counts the data package."""
    return _is_part(use) and (use.split(".")[0] not in (DOOR, SHOW) or use.startswith(f"{SHOW}.inventory."))


def _is_part(use: str) -> bool:
    """A function, class or constant in a module, no module alone."""
    return "." in use


def _is_function(use: str) -> bool:
    """No constant, by its name."""
    return not use.rsplit(".", 1)[-1].isupper()
