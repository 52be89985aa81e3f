"""A name means one thing, and what is long says what it is for."""

from __future__ import annotations

import ast
from collections import defaultdict

from support.modules import modules

LONG = 18  # lines; a shorter function is read as fast as its docstring
VAGUE = {"found", "told", "some", "stuff", "thing", "things"}
OTHERS = {"other", "others", "another"}
BY_PROTOCOL = {"look", "observe"}
"""What every rule and every source has: the protocols `Rule` and `Source` say what it gives."""


def test_every_public_class_has_a_name_of_its_own() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for module in modules():
        for node in module.tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(str(module.path))
    doubled = {name: found for name, found in places.items() if len(found) > 1}
    assert not doubled, f"Rename all but one, so that a reader knows which is meant: {doubled}"


def test_no_name_says_only_that_something_was_found_or_told() -> None:
    """What stands for one of two is called `one` beside the `other`."""
    vague = []
    for module in modules():
        if "documents" in module.path.parts:
            continue  # the keys of what `--json` prints are a contract
        functions = [node for node in module.nodes if isinstance(node, ast.FunctionDef)]
        pairs = [range(f.lineno, (f.end_lineno or 0) + 1) for f in functions if OTHERS & set(map(bound, ast.walk(f)))]
        for node in module.nodes:
            name, line = bound(node), getattr(node, "lineno", 0)
            if name in VAGUE or (name == "one" and not any(line in pair for pair in pairs)):
                vague.append(f"{module.path}:{line} {name}")
    assert not vague, f"Name the thing itself: {vague}"


def bound(node: ast.AST) -> str:
    """The name that a node gives to something, as a variable, an argument or a field; "" if it gives none."""
    match node:
        case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name) | ast.FunctionDef(name=name):
            return name
        case ast.MatchAs(name=str(name)):
            return name
        case _:
            return ""


def test_every_long_function_says_what_it_is_for() -> None:
    silent = [
        f"{module.path}:{node.lineno} {node.name}"
        for module in modules()
        for node in module.nodes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONG
        and not ast.get_docstring(node)
        and node.name not in BY_PROTOCOL
        and node.name != "__init__"  # the docstring of the class is its own
    ]
    assert not silent, f"Write a docstring, or make it shorter than {LONG + 1} lines: {silent}"


def test_every_module_says_in_one_line_what_it_is_for() -> None:
    silent = [str(module.path) for module in modules() if not (ast.get_docstring(module.tree) or "").strip()]
    assert not silent, f"Begin with a docstring of one sentence: {silent}"
