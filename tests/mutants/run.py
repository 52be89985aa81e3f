"""Changes a module of the pure core in one place after another, and names the changes that no test sees.

`make mutants MODULES="detect/weigh vcard/number_change"`. A change is made to a function that is loaded, in a process of its own,
and is tried with the module's own tests first, then with all of the core's. What survives is killed by a better test, or stands
in `explained.txt` with its reason. Tables and other values that are made once, at the import, are not changed.
"""

from __future__ import annotations

import ast
import copy
import importlib
import os
import resource
import signal
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).parents[2]
EXPLAINED: Final = Path(__file__).with_name("explained.txt")
OPTIONS: Final = ("-q", "-x", "-n0", "-p", "no:cacheprovider", "-p", "no:randomly")
PATIENCE: Final = 120
"""Seconds of the processor; a change that makes a test run for ever is seen, also on a busy machine."""
ASLEEP: Final = 1800
"""Seconds; so is one that makes it wait for ever."""

_SWAPPED: Final[dict[type[ast.AST], type[Any]]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A function of the module after one change: its qualified name and code, and the line before and after."""

    function: str
    code: types.CodeType
    line: int
    before: str
    after: str


def mutants(source: str, name: str) -> Iterator[Mutant]:
    """Every change that is tried, one function after another."""
    tree = ast.parse(source)
    for function, place in _functions(tree):
        count = sum(1 for node in ast.walk(place) for _ in _changes(node))
        for number in range(count):
            changed = copy.deepcopy(tree)
            [here] = [node for qualified, node in _functions(changed) if qualified == function]
            nodes = [(node, change) for node in ast.walk(here) for change in _changes(node)]
            node, change = nodes[number]
            statement = _statement(here, node)
            before = ast.unparse(statement)
            change()
            code = _code_of(compile(ast.fix_missing_locations(changed), name, "exec"), function)
            after = ast.unparse(statement)
            pair = next(
                ((b, a) for b, a in zip(before.splitlines(), after.splitlines(), strict=False) if b != a), ("", "")
            )
            yield Mutant(function, code, getattr(node, "lineno", statement.lineno), *(text.strip() for text in pair))


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from ((f"{node.name}.{part.name}", part) for part in node.body if isinstance(part, ast.FunctionDef))


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
        case ast.Return(value=ast.expr() as value) if not (isinstance(value, ast.Constant) and value.value is None):
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
        [code] = [part for part in code.co_consts if isinstance(part, types.CodeType) and part.co_name == name]
    return code


def _function(module: types.ModuleType, qualified: str) -> Any:
    """The function itself, below what decorates it."""
    function: Any = module
    for name in qualified.split("."):
        function = vars(function)[name]
    function = getattr(function, "fget", None) or getattr(function, "__func__", function)
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    return function


def is_seen(module: types.ModuleType, mutant: Mutant | None, tests: list[str]) -> bool:
    """Whether a test fails, or runs for ever, in a process of its own in which the function is changed, or nothing (None)."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE, PATIENCE))
            signal.alarm(ASLEEP)
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, 1)
            os.dup2(null, 2)
            if mutant:
                _function(module, mutant.function).__code__ = mutant.code
            code = int(pytest.main([*OPTIONS, *tests]) != pytest.ExitCode.OK)
        finally:
            os._exit(code)
    return os.waitpid(child, 0)[1] != 0


def survivors(name: str, *, own_only: bool) -> Iterator[Mutant]:
    """The changes of a module, such as `detect/weigh`, that no test sees."""
    path = ROOT / f"daemon/cardwarden/{name}.py"
    module = importlib.import_module(f"cardwarden.{name.replace('/', '.')}")
    folder = ROOT / "tests/unit" / Path(name).parent
    own = [str(test) for test in sorted(folder.rglob("test_*.py")) if path.stem in test.stem]
    every = [str(ROOT / "tests/unit/vcard"), str(ROOT / "tests/unit/detect")]
    if (own and is_seen(module, None, own)) or (not own_only and is_seen(module, None, every)):
        raise SystemExit(f"{name}: its tests fail without any change")
    tried = seen = 0
    for mutant in mutants(path.read_text("utf-8"), str(path)):
        tried += 1
        if (own and is_seen(module, mutant, own)) or (not own_only and is_seen(module, mutant, every)):
            seen += 1
        else:
            yield mutant
    print(f"{name}: {seen} of {tried} changes were seen.", flush=True)


def main(arguments: list[str]) -> int:
    """Print what survived and is not explained; gives the exit code."""
    sys.path[:0] = [str(ROOT / "tests")]
    importlib.import_module("support.world")  # what every test loads is loaded once
    explained = {line.partition("  # ")[0].strip() for line in EXPLAINED.read_text("utf-8").splitlines()}
    left = 0
    for name in (name for name in arguments if name != "--own"):
        for mutant in survivors(name, own_only="--own" in arguments):
            if f"{name} {mutant.function}: {mutant.after}" not in explained:
                left += 1
                print(f"{name}.py:{mutant.line} {mutant.function}\n  - {mutant.before}\n  + {mutant.after}", flush=True)
    return int(bool(left))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
