"""What a piece of Python code says of itself: the names it binds and reads, its calls, the texts it spells.

The small questions that :mod:`corridors.publish.origins` asks of statements and expressions. Nothing is run.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

#: Methods by which a list or a dictionary changes.
_ADDING: Final = ("append", "extend", "update", "add", "insert", "setdefault")


def split(statement: ast.AST) -> tuple[list[ast.AST], list[list[ast.stmt]]]:
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


def plain(statement: ast.stmt) -> bool:
    """Whether names bound by the statement have no other value afterwards."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return True
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        targets = [statement.target]
    return bool(targets) and all(isinstance(one, ast.Name | ast.Tuple | ast.List) for one in targets)


def bound(parts: Sequence[ast.AST]) -> set[str]:
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
                found |= {dotted(_base(node)).partition(".")[0]} - {""}
            elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in _ADDING:
                found |= {dotted(_base(node.func)).partition(".")[0]} - {""}
    return found


def _base(node: ast.expr) -> ast.expr:
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    return node


def dotted(node: ast.expr) -> str:
    """``trade.mirror.growth`` of such a chain; empty for any other expression."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        rest = dotted(node.value)
        return f"{rest}.{node.attr}" if rest else ""
    return ""


def chains(part: ast.AST, own: frozenset[str]) -> Iterator[ast.expr]:
    """Every name that is read, with all that follows it by dots, but those of an inner scope (``own``)."""
    if isinstance(part, ast.Name | ast.Attribute) and (named := dotted(part)):
        if isinstance(part.ctx, ast.Load) and named.partition(".")[0] not in own:
            yield part
        return
    own |= _inner(part)
    for child in ast.iter_child_nodes(part):
        yield from chains(child, own)


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
            return frozenset(given | (bound(node.body) if isinstance(node, ast.FunctionDef) else set()))
        case _:
            return frozenset()


def within(statement: ast.AST, call: ast.Call) -> bool:
    """Whether the call uses a name of an inner scope: its value then comes from the statement around it."""
    used = {node.id for node in ast.walk(call) if isinstance(node, ast.Name)}
    return any(used & _inner(one) for one in _around(statement, call) or ())


def _around(node: ast.AST, call: ast.Call) -> list[ast.AST] | None:
    """What a call stands in, from ``node`` inwards; None if it is not within ``node``."""
    if node is call:
        return []
    for child in ast.iter_child_nodes(node):
        inner = _around(child, call)
        if inner is not None:
            return [node, *inner]
    return None


def matches(node: ast.expr, text: str, values: Mapping[str, Collection[str]]) -> int | None:
    """How many letters of ``text`` an expression spells out, if it can be ``text``; None if it cannot.

    ``values`` are the texts that a name can stand for, where that is known; such a name spells them out.
    """
    if isinstance(node, ast.Constant):
        return len(text) + 1 if node.value == text else None
    if not isinstance(node, ast.JoinedStr):
        return None
    pattern = "".join(_pattern(one, values) for one in node.values)
    found = re.fullmatch(pattern, text)
    return len(text) - sum(len(part) for part in found.groups()) if found else None


def _pattern(part: ast.expr, values: Mapping[str, Collection[str]]) -> str:
    """A part of an f-string as a pattern; a group is what it does not spell."""
    match part:
        case ast.Constant(value=value):
            return re.escape(str(value))
        case ast.FormattedValue(value=ast.Name(id=name)) if name in values:
            return f"(?:{'|'.join(re.escape(one) for one in sorted(values[name]))})"
        case _:
            return "(.+)"


def looped(statement: ast.AST) -> dict[str, set[str]]:
    """The texts that each name of a ``for`` over written-out values stands for; other names are absent."""
    if not isinstance(statement, ast.For):
        return {}
    names, rows = _names(statement.target), _rows(statement.iter)
    found = {}
    for place, name in enumerate(names):
        column = [row[place] for row in rows if len(row) == len(names)]
        texts = {str(one.value) for one in column if isinstance(one, ast.Constant)}
        if (
            name
            and rows
            and len(column) == len(rows)
            and all(isinstance(one, ast.Constant) for one in column)
        ):
            found[name] = texts
    return found


def _names(target: ast.expr) -> list[str]:
    parts = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
    return [part.id if isinstance(part, ast.Name) else "" for part in parts]


def _rows(iterated: ast.expr) -> list[list[ast.expr | None]]:
    """What is gone through, one list a round; empty where it is not written out."""
    match iterated:
        case ast.Call(func=ast.Attribute(value=ast.Dict(keys=keys, values=values), attr="items"), args=[]):
            return [[key, value] for key, value in zip(keys, values, strict=True)]
        case ast.Dict(keys=keys):
            return [[key] for key in keys]
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
            return [list(part.elts) if isinstance(part, ast.Tuple | ast.List) else [part] for part in parts]
        case _:
            return []


def apart(statement: ast.stmt) -> list[ast.stmt]:
    """``a, b = x, y`` as ``a = x`` and ``b = y``, since neither rests on the other's value; else itself."""
    match statement:
        case ast.Assign(targets=[ast.Tuple(elts=names) | ast.List(elts=names)], value=ast.Tuple(elts=values)):
            starred = any(isinstance(one, ast.Starred) for one in (*names, *values))
            if len(names) == len(values) and not starred:
                pairs = zip(names, values, strict=True)
                return [ast.Assign(targets=[name], value=value) for name, value in pairs]
    return [statement]


def chained(statement: ast.AST, call: ast.Call) -> ast.Call:
    """The last call of ``call.one(...).two(...)``: what it adds belongs to what ``call`` makes."""
    behind = {
        id(outer.func.value): outer
        for outer in ast.walk(statement)
        if isinstance(outer, ast.Call) and isinstance(outer.func, ast.Attribute)
    }
    while id(call) in behind:
        call = behind[id(call)]
    return call
