"""Which cell makes an exhibit or a number, and which functions of the package it rests on.

Read from the code of the chapter, which is not run: the call that makes the thing is found by its label or
id, and from it the names are followed back through the cells above, each to the assignments that may have
given it its value. What such a chain names of the package are the functions. It may name one too many (an
assignment in a branch that was not taken counts), and never passes over one that the cells name.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

PACKAGE: Final = "corridors"
#: Modules that only fetch or show; a function of theirs computes nothing.
DOOR: Final = "catalog"
SHOW: Final = "show"
#: Methods by which a list or a dictionary changes.
_ADDING: Final = ("append", "extend", "update", "add", "insert", "setdefault")
_MAGIC = re.compile(r"^\s*[%!].*$", re.MULTILINE)


@dataclass(frozen=True)
class Origin:
    """Where one thing comes from: the id of its cell, and the functions (``trade.mirror_table``), sorted.

    ``functions`` are those that compute; ``loads`` those of the catalogue. Without a function the thing shows
    a table as it was loaded, arranged by the cell itself.
    """

    cell: str
    functions: tuple[str, ...] = ()
    loads: tuple[str, ...] = ()


@dataclass
class _Step:
    """One statement without its body: what it binds, what it reads, and how far it reaches.

    ``until`` is the last step whose bindings it may see: its own place, or the end of the loop it stands in.
    ``sure`` means that a name bound here has no other value afterwards.
    """

    cell: str
    node: ast.AST
    binds: set[str]
    reads: set[str]
    uses: set[str]
    sure: bool
    until: int = 0


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

    def _add(self, cell: str, statement: ast.stmt, context: set[str], *, sure: bool) -> None:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            self._imports(statement)
            return
        start = len(self.steps)
        head, bodies = _split(statement)
        step = _Step(cell, statement, _bound(head), set(), set(), sure and _plain(statement))
        step.reads, step.uses = self._read(head)
        step.reads |= context
        step.until = start
        self.steps.append(step)
        inner = context | step.reads
        for body in bodies:
            for one in body:
                self._add(cell, one, inner, sure=False)
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
            for node in _outermost_chains(part, frozenset()):
                dotted = _dotted(node)
                root, _, rest = dotted.partition(".")
                if root in self.modules:
                    uses.add(f"{self.modules[root]}.{rest}".rstrip(".").removeprefix(f"{PACKAGE}."))
                else:
                    reads.add(root)
        return reads, uses

    # ---- following -------------------------------------------------------------------------------

    def _resolve(self, names: set[str], place: int, uses: set[str]) -> set[str]:
        """All that ``uses`` and the values of ``names`` at the step ``place`` use of the package."""
        found = set(uses)
        waiting = [(name, place) for name in names]
        seen: set[tuple[str, int]] = set()
        while waiting:
            name, before = waiting.pop()
            for index in self._bindings(name, before):
                if (name, index) not in seen:
                    seen.add((name, index))
                    step = self.steps[index]
                    found |= step.uses
                    upto = self._before(index)
                    if isinstance(step.node, ast.FunctionDef):
                        upto = before  # what a function reads by name it reads when it is called
                    waiting += [(other, upto) for other in step.reads if other != name or upto < before]
        return found

    def _before(self, place: int) -> int:
        """The last step whose bindings the step at ``place`` may see: in a loop, also those after it."""
        until = self.steps[place].until
        return until if until > place else place - 1

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
        uses: set[str] = set()
        for place, call in found:
            step = self.steps[place]
            reads, own = self._read([call])
            if _within(step.node, call):
                reads, own = reads | step.reads, own | step.uses
            uses |= self._resolve(reads, self._before(place), own)
            uses |= self._context(place)
        functions = sorted(use for use in uses if _computes(use))
        loads = sorted(use for use in uses if use.split(".")[0] == DOOR and _is_part(use))
        return Origin(self.steps[found[0][0]].cell, tuple(functions), tuple(loads))

    def _context(self, place: int) -> set[str]:
        """What the loops and conditions around a step use: they decide whether and with what it runs."""
        step = self.steps[place]
        around = [
            index
            for index in range(place)
            if isinstance(self.steps[index].node, ast.For | ast.While | ast.If | ast.With)
            and any(node is step.node for node in ast.walk(self.steps[index].node))
        ]
        found: set[str] = set()
        for index in around:
            found |= self._resolve(self.steps[index].reads, index - 1, self.steps[index].uses)
        return found

    # ---- asking ----------------------------------------------------------------------------------

    def exhibit(self, label: str) -> Origin | None:
        """The origin of the exhibit that a call makes with ``label="..."``; None if no cell does."""
        return self._origin(
            [
                (place, call)
                for place, call in self._calls()
                for keyword in call.keywords
                if keyword.arg == "label" and _matches(keyword.value, label) is not None
            ][:1]
        )

    def number(self, name: str, cell: str = "") -> Origin | None:
        """The origin of the number with the id ``name``: the call that spells it most fully.

        An id that is put together in a loop can fit several calls; ``cell``, where it is known from the run,
        says which is meant.
        """
        found = [
            (spelt, place, call)
            for place, call in self._calls()
            if call.args
            and (not cell or self.steps[place].cell == cell)
            and (spelt := _matches(call.args[0], name)) is not None
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
            for place, call in self._calls()
            if self.steps[place].cell == cell and self._glues(call, place)
        ]
        return self._origin(found) or Origin(cell)

    def _calls(self) -> Iterator[tuple[int, ast.Call]]:
        for place, step in enumerate(self.steps):
            for part in _split(step.node)[0]:
                for node in ast.walk(part):
                    if isinstance(node, ast.Call):
                        yield place, node

    def _glues(self, call: ast.Call, place: int) -> bool:
        """Whether a call is one of ``numbers.glue``, or of a name that stands for it."""
        dotted = _dotted(call.func)
        reads, uses = self._read([call.func])
        if not dotted:
            return False
        return f"{SHOW}.numbers.glue" in self._resolve(reads, place, uses)


def _split(statement: ast.AST) -> tuple[list[ast.AST], list[list[ast.stmt]]]:
    """What a statement itself does, and the bodies in it. A function is one thing with its body."""
    match statement:
        case ast.For(target=target, iter=iterated, body=body, orelse=other):
            return [target, iterated], [body, other]
        case ast.While(test=test, body=body, orelse=other) | ast.If(test=test, body=body, orelse=other):
            return [test], [body, other]
        case ast.With(items=items, body=body):
            return [*items], [body]
        case ast.Try(body=body, handlers=handlers, orelse=other, finalbody=final):
            return [], [body, *(handler.body for handler in handlers), other, final]
        case _:
            return [statement], []


def _plain(statement: ast.stmt) -> bool:
    """Whether names bound by the statement have no other value afterwards."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return True
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        targets = [statement.target]
    return bool(targets) and all(isinstance(one, ast.Name | ast.Tuple | ast.List) for one in targets)


def _bound(parts: Sequence[ast.AST]) -> set[str]:
    """Names that get a value or may be changed: assigned, looped over, or with a part assigned."""
    found: set[str] = set()
    for part in parts:
        if isinstance(part, ast.FunctionDef | ast.ClassDef):
            found.add(part.name)
            continue
        for node in ast.walk(part):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found.add(node.id)
            elif isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store):
                found |= {_dotted(_base(node)).partition(".")[0]} - {""}
            elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in _ADDING:
                found |= {_dotted(_base(node.func)).partition(".")[0]} - {""}
    return found


def _base(node: ast.expr) -> ast.expr:
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    return node


def _dotted(node: ast.expr) -> str:
    """``trade.mirror.growth`` of such a chain; empty for any other expression."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        rest = _dotted(node.value)
        return f"{rest}.{node.attr}" if rest else ""
    return ""


def _outermost_chains(part: ast.AST, own: frozenset[str]) -> Iterator[ast.expr]:
    """Every name that is read, with all that follows it by dots, but those of an inner scope (``own``)."""
    if isinstance(part, ast.Name | ast.Attribute) and (dotted := _dotted(part)):
        if isinstance(part.ctx, ast.Load) and dotted.partition(".")[0] not in own:
            yield part
        return
    own |= _inner(part)
    for child in ast.iter_child_nodes(part):
        yield from _outermost_chains(child, own)


def _inner(node: ast.AST) -> frozenset[str]:
    """Names that stand for something only within ``node``: what a comprehension goes through, arguments."""
    match node:
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            targets = [generator.target for generator in node.generators]
            return frozenset(
                one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)
            )
        case ast.Lambda() | ast.FunctionDef():
            given = {one.arg for one in ast.walk(node.args) if isinstance(one, ast.arg)}
            return frozenset(given | (_bound(node.body) if isinstance(node, ast.FunctionDef) else set()))
        case _:
            return frozenset()


def _within(statement: ast.AST, call: ast.Call) -> bool:
    """Whether the call uses a name of an inner scope: its value then comes from the statement around it."""
    used = {node.id for node in ast.walk(call) if isinstance(node, ast.Name)}
    around = [one for one in ast.walk(statement) if any(inner is call for inner in ast.walk(one))]
    return any(used & _inner(one) for one in around if one is not call)


def _matches(node: ast.expr, text: str) -> int | None:
    """How many letters of ``text`` an expression spells out, if it can be ``text``; None if it cannot."""
    if isinstance(node, ast.Constant):
        return len(text) + 1 if node.value == text else None
    if not isinstance(node, ast.JoinedStr):
        return None
    fixed = [str(one.value) if isinstance(one, ast.Constant) else None for one in node.values]
    pattern = "".join(".+" if one is None else re.escape(one) for one in fixed)
    return sum(len(one) for one in fixed if one) if re.fullmatch(pattern, text) else None


def _computes(use: str) -> bool:
    """Whether what is used belongs to what the book says; ``show.inventory`` counts the data package."""
    return _is_part(use) and (use.split(".")[0] not in (DOOR, SHOW) or use.startswith(f"{SHOW}.inventory."))


def _is_part(use: str) -> bool:
    """A function, class or constant in a module, no module alone."""
    return "." in use
