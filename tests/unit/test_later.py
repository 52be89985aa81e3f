"""A module that a library names is loaded when something of it is asked for, and not before."""

from __future__ import annotations

import subprocess
import sys

import pytest

from support.store import environment


def said(program: str) -> list[str]:
    """What a program prints, word by word."""
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment(), capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def test_importing_it_loads_nothing_and_using_it_loads_it() -> None:
    program = """
import sys
from cardwarden.later import later
with later("colorsys", "rgb_to_hls"):
    import colorsys as named
    called = named.rgb_to_hls
print("colorsys" in sys.modules)
print(called(0, 0, 0)[1], "colorsys" in sys.modules)
import colorsys
print(named.ONE_THIRD == colorsys.ONE_THIRD, named.rgb_to_hsv is colorsys.rgb_to_hsv)
"""
    assert said(program) == ["False", "0.0", "True", "True", "True"]


def test_what_is_asked_for_inside_is_loaded_for_everybody() -> None:
    program = """
import sys
from cardwarden.later import later
with later("colorsys"):
    import colorsys as named
    from colorsys import rgb_to_hls
    import colorsys
print(rgb_to_hls is colorsys.rgb_to_hls, sys.modules["colorsys"] is colorsys, colorsys.__spec__ is not None)
"""
    assert said(program) == ["True", "True", "True"]


def test_a_module_that_is_loaded_stays_as_it_is() -> None:
    program = """
import colorsys
from cardwarden.later import later
with later("colorsys"):
    import colorsys as named
print(named is colorsys)
"""
    assert said(program) == ["True"]


def test_a_module_that_is_not_there_is_an_error_when_it_is_used() -> None:
    program = """
from cardwarden.later import later
with later("no_such_module_at_all"):
    import no_such_module_at_all as named
try:
    named.anything
except ModuleNotFoundError:
    print("missing")
"""
    assert said(program) == ["missing"]


def test_a_module_of_a_package_is_loaded_when_it_is_used_by_whichever_name() -> None:
    program = """
import sys
from cardwarden.later import later
with later("importlib.metadata", "entry_points"):
    import importlib.metadata
    from importlib import metadata
    from importlib.metadata import entry_points
print("importlib.metadata" in sys.modules)
print(len(entry_points(group="no.such.group")), "importlib.metadata" in sys.modules)
print(importlib.metadata.version is sys.modules["importlib.metadata"].version, metadata.version is importlib.metadata.version)
"""
    assert said(program) == ["False", "0", "True", "True", "True"]


def test_what_is_asked_of_a_package_afterwards_is_there() -> None:
    program = """
from cardwarden.later import later
with later("importlib.metadata"):
    import importlib.metadata as _
import importlib
print(importlib.metadata.version("pytest") > "")
"""
    assert said(program) == ["True"]


@pytest.mark.parametrize("first", ["", "import asyncio\n"])
def test_sqlalchemy_knows_what_of_asyncio_ends_a_program(first: str) -> None:
    program = f"""{first}
import cardwarden.store
from sqlalchemy.util import concurrency
import asyncio
print(concurrency.is_exit_exception(asyncio.CancelledError()), concurrency.is_exit_exception(ValueError()))
async def nothing(): pass
coroutine = nothing()
print(concurrency.iscoroutine(coroutine), concurrency.iscoroutine(1))
coroutine.close()
"""
    assert said(program) == ["True", "False", "True", "False"]
