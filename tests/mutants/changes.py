"""The changes that are made to a module: one node of one function at a time."""

from __future__ import annotations

import ast
import copy
import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

_SWAPPED: Final[dict[type[ast.AST], type[Any]]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A function of a module after one change.

    `function` is its qualified name, `code` what it does now; `before` and `after` are the line that changed, and `lines`
    those of the file that a test must reach to see it.
    """

    function: str
    code: types.CodeType
    line: int
    before: str
    after: str
    lines: range


def mutants(source: str, name: str) -> Iterator[Mutant]:
    """Every change that is tried, one function after another. `name` is the file, as its code objects name it."""
    tree = ast.parse(source)
    for function, place in _functions(tree):
        count = sum(1 for node in _nodes(place) for _ in _changes(node))
        for number in range(count):
            changed = copy.deepcopy(tree)
            [here] = [node for qualified, node in _functions(changed) if qualified == function]
            nodes = [(node, change) for node in _nodes(here) for change in _changes(node)]
            node, change = nodes[number]
            statement = _statement(here, node)
            before = ast.unparse(statement)
            line = getattr(node, "lineno", statement.lineno)
            lines = range(statement.lineno, (getattr(node, "end_lineno", None) or line) + 1)
            change()
            code = _code_of(compile(ast.fix_missing_locations(changed), name, "exec"), function)
            after = ast.unparse(statement)
            pair = next(
                ((b, a) for b, a in zip(before.splitlines(), after.splitlines(), strict=False) if b != a), ("", "")
            )
            yield Mutant(function, code, line, pair[0].strip(), pair[1].strip(), lines)


def function_of(module: types.ModuleType, qualified: str) -> Any:
    """The function itself, below what decorates it."""
    function: Any = module
    for name in qualified.split("."):
        function = vars(function)[name]
    for inside in ("fget", "func", "__func__"):  # of a property, a cached one, a method of the class
        function = getattr(function, inside, function)
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    return function


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    """The functions and methods by their qualified names; of overloaded ones, the one that is called."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            methods = {part.name: part for part in node.body if isinstance(part, ast.FunctionDef)}
            yield from ((f"{node.name}.{name}", method) for name, method in methods.items())


def _nodes(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """What a function does, but for what guards against our own mistakes alone: `zip(…, strict=True)`."""
    inside = [node for statement in function.body for node in ast.walk(statement)]
    guards = {node.value for node in inside if isinstance(node, ast.keyword) and node.arg == "strict"}
    return (node for node in inside if node not in guards)


def _changes(node: ast.AST) -> Iterator[Any]:
    """What may be done to a node, as functions that do it."""
    match node:
        case ast.Compare(ops=ops):
            for place, op in enumerate(ops):
                if swapped := _SWAPPED.get(type(op)):
                    yield lambda place=place, swapped=swapped: ops.__setitem__(place, swapped())
        case ast.BoolOp(op=op) | ast.BinOp(op=op) | ast.AugAssign(op=op) if type(op) in _SWAPPED:
            yield lambda: setattr(node, "op", _SWAPPED[type(op)]())
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            yield lambda: setattr(node, "test", ast.UnaryOp(ast.Not(), test))
        case ast.comprehension(ifs=[_, *_]):
            yield node.ifs.clear
        case ast.Return(value=ast.expr() as value) if not (isinstance(value, ast.Constant) and not value.value):
            yield lambda: setattr(node, "value", ast.Constant(None))
        case ast.Constant(value=bool(truth)):
            yield lambda: setattr(node, "value", not truth)
        case ast.Constant(value=int(number)):
            yield lambda: setattr(node, "value", number + 1)


def _statement(function: ast.FunctionDef, wanted: ast.AST) -> ast.stmt:
    """The innermost statement around a node."""
    around = [
        node for node in ast.walk(function) if isinstance(node, ast.stmt) and any(x is wanted for x in ast.walk(node))
    ]
    return around[-1]


def _code_of(module: types.CodeType, qualified: str) -> types.CodeType:
    code = module
    for name in qualified.split("."):
        *_, code = (part for part in code.co_consts if isinstance(part, types.CodeType) and part.co_name == name)
    return code
