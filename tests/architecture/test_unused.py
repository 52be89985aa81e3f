"""Nothing is written that nobody uses, and of the pure core no line is left out when it is counted what tests reach."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from support.modules import PACKAGE, Module, modules

REPOSITORY = PACKAGE.parents[1]
CALLED_BY_OTHERS = {
    "dispatch", "do_GET", "do_POST", "emit", "format_commands", "get_redirect_target", "handle_error",
    "log_message", "on_broken_pipe",
    "process_result_value", "result_processor",
}  # fmt: skip
"""What a library calls on what we made of its classes: no line of ours does."""
READ_ELSEWHERE = {"schema_text", "VOCABULARY", "down_revision"}
"""By `docs/reference.py`, by the laws that try every step, by Alembic."""
PLAIN = {
    "property",
    "cached_property",
    "cache",
    "staticmethod",
    "classmethod",
    "contextmanager",
    "dataclass",
    "lru_cache",
}
"""Decorators after which a name is still called by its name; others hand what they decorate to somebody."""


def test_every_name_is_used_somewhere_in_the_program() -> None:
    used = {word for module in modules() for word in _used(module)}
    used |= {word for page in PACKAGE.rglob("*.html") for word in re.findall(r"\w+", page.read_text("utf-8"))}
    unused = [
        f"{module.path}:{line} {name}"
        for module in modules()
        for name, line in _defined(module)
        if name not in used and not name.startswith("__")
    ]
    allowed = CALLED_BY_OTHERS | READ_ELSEWHERE
    assert not [place for place in unused if place.rpartition(" ")[2] not in allowed], "Delete what nobody uses"
    assert allowed <= {place.rpartition(" ")[2] for place in unused}, "Take out of the lists what is used, or gone"


def _used(module: Module) -> Iterator[str]:
    """The names that are read, and the words of short strings: `getattr`, templates, tables of names."""
    for node in module.nodes:
        match node:
            case ast.Name(id=name, ctx=ast.Load()) | ast.Attribute(attr=name, ctx=ast.Load()):
                yield name
            case ast.MatchClass(kwd_attrs=names):
                yield from names
            case ast.Constant(value=str(text)) if len(text) < 80:
                yield from re.findall(r"\w+", text)


def _defined(module: Module) -> Iterator[tuple[str, int]]:
    """Functions, classes, values of modules, methods, and the fields of dataclasses that are no documents."""
    for node in module.nodes:
        if isinstance(node, ast.Module):
            for part in node.body:
                match part:
                    case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                        yield name, part.lineno
        elif (
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and {_decorator(each) for each in node.decorator_list} <= PLAIN
        ):
            yield node.name, node.lineno
        if isinstance(node, ast.ClassDef) and node.decorator_list and not node.name.endswith("Document"):
            yield from (
                (part.target.id, part.lineno)
                for part in node.body
                if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
            )


def _decorator(node: ast.expr) -> str:
    called = node.func if isinstance(node, ast.Call) else node
    return called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""


def test_no_line_of_the_pure_core_is_left_out_of_what_is_counted() -> None:
    left_out = [
        f"{path.relative_to(PACKAGE)}:{number}"
        for package in ("vcard", "detect")
        for path in sorted((PACKAGE / package).rglob("*.py"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if re.search(r"#\s*(never:|pragma:)", line)
    ]
    assert not left_out, f"Delete what cannot happen, or show in a test that it can: {left_out}"
    settings = (REPOSITORY / "pyproject.toml").read_text("utf-8")
    assert 'exclude_also = ["assert_never"]' in settings
    assert "fail_under = 100" in settings
