"""The modules of the program, taken apart once for all tests that read its code."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cardwarden

PACKAGE = Path(cardwarden.__file__).parent


@dataclass(frozen=True, slots=True)
class Module:
    """`path` is below the package; `nodes` are all of the tree, as `ast.walk` goes through them."""

    path: Path
    tree: ast.Module
    nodes: tuple[ast.AST, ...]

    @property
    def name(self) -> str:
        """As it is imported."""
        parts = ("cardwarden", *self.path.with_suffix("").parts)
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules() -> tuple[Module, ...]:
    """Every one, in the order of their paths."""
    trees = ((path, ast.parse(path.read_text("utf-8"))) for path in sorted(PACKAGE.rglob("*.py")))
    return tuple(Module(path.relative_to(PACKAGE), tree, tuple(ast.walk(tree))) for path, tree in trees)
