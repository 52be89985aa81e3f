"""Changes modules of the pure core in one place after another, and names the changes that no test sees.

`make mutants MODULES="detect/weigh vcard/number_change"`; a folder, such as `vcard`, is all its modules. The tests are collected
once, in one process, and run once in a fork of it that notes which test reaches which line, and how long each takes. Each change
is then made to a function that is loaded, in a fork of its own, and tried with the tests that reach its lines, the shortest
first, until one fails: those of the modules' own tests (files that have its name), then those of all units (not with `--own`),
then, with `--laws`, the laws and the catalogue, which takes some minutes more. What survives is killed by a better test, or
stands in `explained.txt` with its reason. Tables, defaults and other values that are made once, at the import, are not changed.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib
import os
import pickle
import resource
import signal
import sys
import time
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import coverage
import pytest
from _pytest.runner import runtestprotocol

from mutants.changes import Mutant, function_of, mutants

ROOT: Final = Path(__file__).parents[2]
CORE: Final = ROOT / "daemon/cardwarden"
EXPLAINED: Final = Path(__file__).with_name("explained.txt")
UNITS: Final = ("tests/unit/vcard", "tests/unit/detect")
LAWS: Final = (
    "tests/laws/test_completeness.py", "tests/laws/test_drift.py", "tests/laws/test_indifference.py",
    "tests/laws/test_judgement.py", "tests/laws/test_sensitivity.py", "tests/laws/test_steps.py", "tests/laws/test_totality.py",
    "tests/catalogue/test_catalogue.py", "tests/catalogue/test_drift.py",
)  # fmt: skip
OPTIONS: Final = ("-q", "-n0", "-p", "no:cacheprovider", "-p", "no:randomly", "--hypothesis-profile", "mutants")
SLOWER: Final = 10
"""A test that takes so many times its usual time of the processor, and five seconds, runs for ever: that is seen."""
ASLEEP: Final = 600
"""Seconds; so is one that waits for ever."""


@dataclass
class Reach:
    """Which tests reach a line, and how many seconds each takes, by its place among the collected ones."""

    tests: Mapping[str, Mapping[int, Sequence[int]]] = field(default_factory=dict)  # by file, by line
    seconds: Sequence[float] = ()

    def of(self, path: Path, mutant: Mutant) -> list[int]:
        """The tests that can see a change, the shortest first."""
        by_line = self.tests.get(str(path), {})
        there = {test for line in mutant.lines for test in by_line.get(line, ())}
        return sorted(there, key=lambda test: (self.seconds[test], test))


@dataclass
class Trial:
    """A pytest plugin that runs no test itself: it has the collected ones and tries each change with them."""

    modules: Sequence[str]
    explained: frozenset[str]
    own_only: bool
    left: int = 0

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        survivors = [(name, mutant) for name in self.modules for mutant in changes_of(name)]
        for title, numbers in self._stages(session.items).items():
            if survivors and numbers:
                survivors = tried(title, survivors, session.items, recorded(session.items, numbers))
        for name, mutant in survivors:
            if f"{name} {mutant.function}: {mutant.before} => {mutant.after}" not in self.explained:
                self.left += 1
                print(f"{name}.py:{mutant.line} {mutant.function}\n  - {mutant.before}\n  + {mutant.after}", flush=True)
        return True

    def _stages(self, items: Sequence[pytest.Item]) -> dict[str, list[int]]:
        """The tests, by their places, in the order in which they are asked: the modules' own, other units', the laws."""
        stems = {name.rpartition("/")[2] for name in self.modules}
        stages: dict[str, list[int]] = {"own tests": [], "tests of units": [], "laws": []}
        for number, item in enumerate(items):
            if not item.nodeid.startswith(UNITS):
                stages["laws"].append(number)
            elif any(stem in item.path.stem for stem in stems):
                stages["own tests"].append(number)
            elif not self.own_only:
                stages["tests of units"].append(number)
        return stages


def tried(
    title: str, changes: Sequence[tuple[str, Mutant]], items: Sequence[pytest.Item], reach: Reach
) -> list[tuple[str, Mutant]]:
    """Those of the changes that these tests do not see; says of each module how many they saw."""
    left: list[tuple[str, Mutant]] = []
    for name in dict.fromkeys(name for name, _ in changes):
        began = time.monotonic()
        of_module = [(name, mutant) for module, mutant in changes if module == name]
        unseen = [(name, mutant) for _, mutant in of_module if not is_seen(name, mutant, items, reach)]
        took = time.monotonic() - began
        print(f"{name}: {title} saw {len(of_module) - len(unseen)} of {len(of_module)}, in {took:.0f} s.", flush=True)
        left += unseen
    return left


def changes_of(name: str) -> Iterator[Mutant]:
    """Every change of a module, such as `detect/weigh`."""
    path = CORE / f"{name}.py"
    return mutants(path.read_text("utf-8"), str(path))


def recorded(items: Sequence[pytest.Item], numbers: Sequence[int]) -> Reach:
    """Run tests as they are, in a fork, and note what they reach. Raises SystemExit if one fails."""
    began = time.monotonic()

    def run() -> tuple[Reach, str]:
        caches = [each for each in gc.get_objects() if isinstance(each, functools._lru_cache_wrapper)]
        measured = coverage.Coverage(
            data_file=None, config_file=False, source=[str(CORE / "vcard"), str(CORE / "detect")]
        )
        seconds = [0.0] * len(items)
        measured.start()
        for number in numbers:
            for cache in caches:  # what another test had calculated is reached by this one, too
                cache.cache_clear()
            measured.switch_context(str(number))
            began = time.process_time()
            if not passes(items[number]):
                return Reach(), items[number].nodeid
            seconds[number] = time.process_time() - began
        measured.stop()
        data = measured.get_data()
        return Reach({path: _numbers(data.contexts_by_lineno(path)) for path in data.measured_files()}, seconds), ""

    reach, failed = forked(run)
    if failed:
        raise SystemExit(f"{failed} fails without any change")
    print(f"It took {time.monotonic() - began:.0f} s to note what {len(numbers)} tests reach.", flush=True)
    return reach


def _numbers(by_line: Mapping[int, Iterable[str]]) -> dict[int, list[int]]:
    return {line: [int(each) for each in contexts if each] for line, contexts in by_line.items()}


def passes(item: pytest.Item) -> bool:
    return not any(report.failed for report in runtestprotocol(item, log=False, nextitem=None))


def forked(run: Callable[[], tuple[Reach, str]]) -> tuple[Reach, str]:
    """What `run` gives in a process of its own."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException), os.fdopen(writer, "wb") as file:
            pickle.dump(run(), file)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as file:
        given = file.read()
    os.waitpid(child, 0)
    reach, failed = pickle.loads(given)
    return reach, failed


def is_seen(name: str, mutant: Mutant, items: Sequence[pytest.Item], reach: Reach) -> bool:
    """Whether a test fails, or runs for ever, in a process of its own in which the function is changed."""
    numbers = reach.of(CORE / f"{name}.py", mutant)
    if not numbers:
        return False
    child = os.fork()
    if child == 0:
        code = 1
        try:
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, 1)
            os.dup2(null, 2)
            signal.alarm(ASLEEP)
            function_of(_module(name), mutant.function).__code__ = mutant.code
            for number in numbers:
                most = int(resource.getrusage(resource.RUSAGE_SELF).ru_utime + 5 + SLOWER * reach.seconds[number]) + 1
                resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))
                if not passes(items[number]):
                    break
            else:
                code = 0
        finally:
            os._exit(code)
    return os.waitpid(child, 0)[1] != 0


def _module(name: str) -> types.ModuleType:
    return importlib.import_module(f"cardwarden.{name.replace('/', '.')}")


def named(arguments: Iterable[str]) -> list[str]:
    """The modules that the arguments mean: themselves, or all of a folder."""
    names: dict[str, None] = {}
    for argument in arguments:
        path = CORE / argument
        files = sorted(path.rglob("*.py")) if path.is_dir() else [path.with_suffix(".py")]
        names |= dict.fromkeys(str(file.relative_to(CORE).with_suffix("")) for file in files)
    return [name for name in names if not name.endswith("__init__")]


def main(arguments: list[str]) -> int:
    """Print what survived and is not explained; gives the exit code."""
    os.chdir(ROOT)
    explained = frozenset(line.partition("  # ")[0].strip() for line in EXPLAINED.read_text("utf-8").splitlines())
    trial = Trial(named(each for each in arguments if not each.startswith("--")), explained, "--own" in arguments)
    code = pytest.main([*OPTIONS, *UNITS, *(LAWS if "--laws" in arguments else ())], plugins=[trial])
    return int(code) or int(bool(trial.left))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
