"""A name means one thing, and what is long says what it is for."""

from __future__ import annotations

import ast
import re
from collections import defaultdict

from support.modules import modules

LONG = 18  # lines; a shorter function is read as fast as its docstring
VAGUE = {"found", "told", "some", "stuff", "thing", "things"}
OTHERS = {"other", "others", "another"}
OF_EACH_KIND = {"explained", "vcard"}
"""One thing, done to each kind: the errors of a database are explained, what a provider says of a contact is made a vCard."""


def test_every_class_and_every_kind_of_value_has_a_name_of_its_own() -> None:
    """Also what a name stands for in annotations: `Key = tuple[int, ...]`, `Item = TypeVar("Item")`."""
    places: dict[str, list[str]] = defaultdict(list)
    for module in modules():
        for node in module.tree.body:
            if (name := kind_of_value(node)) and not name.startswith("_"):
                places[name].append(str(module.path))
    doubled = {name: found for name, found in places.items() if len(found) > 1}
    assert not doubled, f"Rename all but one, so that a reader knows which is meant: {doubled}"


def kind_of_value(node: ast.stmt) -> str:
    """The name that a class or an alias of a module has; "" for any other statement. Constants are in capitals."""
    match node:
        case ast.ClassDef(name=name):
            return name
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name if re.match(r"_?[A-Z]", name) and not name.isupper() else ""
        case _:
            return ""


def test_a_function_that_is_imported_by_its_name_alone_has_a_name_of_its_own() -> None:
    """What is only called with its module before it (`chain.add`, `expectations.add`) says with it what it does."""
    imported = {
        (node.module, name.name)
        for module in modules()
        for node in module.nodes
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }
    places: dict[str, set[str]] = defaultdict(set)
    for module in modules():
        for node in module.tree.body:
            if isinstance(node, ast.FunctionDef) and (module.name, node.name) in imported:
                places[node.name].add(module.name)
    doubled = {name: found for name, found in places.items() if len(found) > 1 and name not in OF_EACH_KIND}
    assert not doubled, f"Rename all but one, or call it with its module before it: {doubled}"
    assert {name for name, found in places.items() if len(found) > 1} >= OF_EACH_KIND


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
    ]
    assert not silent, f"Write a docstring, or make it shorter than {LONG + 1} lines: {silent}"


def test_every_module_says_in_one_line_what_it_is_for() -> None:
    silent = [str(module.path) for module in modules() if not (ast.get_docstring(module.tree) or "").strip()]
    assert not silent, f"Begin with a docstring of one sentence: {silent}"
