"""Which tests start a program or a server: found in what their code, their fixtures and our helpers reach."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from inspect import unwrap
from pathlib import Path
from types import CodeType, FunctionType

import pytest

TESTS = str(Path(__file__).parents[1])

NAMES = {
    "Popen", "create_server", "fork", "forkpty", "posix_spawn", "pty", "serve_forever", "serving", "serving_app", "subprocess",
}  # fmt: skip
"""Names that only code has which starts a process, or a server on a thread."""

FILES = {
    f"{TESTS}/unit/{file}"
    for file in (
        "alerts/test_services.py",
        "alerts/test_templates.py",
        "cli/test_login.py",
        "indexing/test_first_check.py",
        "indexing/test_helper.py",
        "service/test_runner.py",
        "test_own_file.py",
        "web/test_off.py",
    )
}
"""Where the program itself starts something that no test names: a process for a template, a daemon's sockets."""


def starts_something(item: pytest.Item) -> bool:
    """Whether a test starts a program or a server of its own. It may say so of one that does not, if that is in reach."""
    if not isinstance(item, pytest.Function):
        return False
    if str(item.path) in FILES:
        return True
    fixtures = (fixture.func for found in item._fixtureinfo.name2fixturedefs.values() for fixture in found)
    return any(map(reaches, (item.function, *fixtures)))


@cache
def reaches(start: Callable[..., object]) -> bool:
    """Whether one of those names stands in a function, or in what it uses of ours."""
    seen: set[object] = set()
    left: list[object] = [unwrap(start)]
    while left:
        one = left.pop()
        if one in seen:
            continue
        seen.add(one)
        names = set(_names_of(one))
        if names & NAMES:
            return True
        around: Mapping[str, object] = one.__globals__ if isinstance(one, FunctionType) else {}
        left += _ours(around[name] for name in names if name in around)
    return False


def _names_of(function: object) -> Iterator[str]:
    """Every name in a function's code and in the functions inside it."""
    codes = [function.__code__] if isinstance(function, FunctionType) else []
    while codes:
        code = codes.pop()
        yield from code.co_names
        codes += [inner for inner in code.co_consts if isinstance(inner, CodeType)]


def _ours(found: Iterable[object]) -> Iterator[object]:
    """The functions among those things that stand below tests/, and the methods of classes that do."""
    for thing in found:
        for member in tuple(vars(thing).values()) if isinstance(thing, type) else (thing,):
            plain = unwrap(_function_of(member))  # type: ignore[arg-type]
            if isinstance(plain, FunctionType) and plain.__code__.co_filename.startswith(TESTS):
                yield plain


def _function_of(member: object) -> object:
    if isinstance(member, property):
        return member.fget
    return member.__func__ if isinstance(member, staticmethod | classmethod) else member
