"""What many tests start from."""

from __future__ import annotations

import gc
import importlib
import os
import pkgutil
import shutil
import signal
import stat
import sys
import tempfile
import warnings
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, is_hypothesis_test, settings
from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

import cardwarden
from support import postgresql
from support.command import Command, calling
from support.receiver import Receiver, receiving
from support.starting import starts_something
from support.store import ON_POSTGRESQL
from support.world import World

# Hypothesis looks at the same examples everywhere, so that a red run can be seen again.
settings.register_profile(
    "cardwarden",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
)
# Other examples each time, and more: `pytest --hypothesis-profile search tests/laws` looks for what nobody has seen yet.
settings.register_profile("search", settings.get_profile("cardwarden"), derandomize=False, max_examples=300)
# That an example fails is enough where changes of the program are tried; to look for the smallest takes most of the time.
settings.register_profile("mutants", settings.get_profile("cardwarden"), phases=[Phase.explicit, Phase.generate])
settings.load_profile("cardwarden")

# It takes constants of the loaded program into its examples, too: all of it is loaded, so that they are the same in whichever
# worker a test runs, and beside whatever other tests.
with warnings.catch_warnings(action="ignore"):  # Apprise imports what Python 3.11 calls deprecated
    for module in pkgutil.walk_packages(cardwarden.__path__, "cardwarden."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)

# Each world has a database, and so an engine, of its own, which would compile the same statements anew: half of the time of a
# check. What a daemon compiles once in its life is compiled once a run here. SQLAlchemy tells compiled statements apart by their
# dialect, too, of which each engine has another, equal one.
_compiled: dict[object, object] = {}
SQLiteDialect_pysqlite.__hash__ = lambda dialect: hash(type(dialect))  # type: ignore[assignment, method-assign]
SQLiteDialect_pysqlite.__eq__ = lambda dialect, other: type(dialect) is type(other)  # type: ignore[method-assign]


@event.listens_for(Engine, "engine_connect")
def _share_what_is_compiled(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.execution_options(compiled_cache=_compiled)


_running = ExitStack()

LAWS = Path(__file__).parent / "laws"


def pytest_configure(config: pytest.Config) -> None:
    # A shell starts what it puts in the background deaf to Ctrl-C, and every program that we start would be so, too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # Hundreds of programs are started: where no bytecode may be kept, each of them compiles all of ours for half a second, and
    # each worker rewrites the assertions of all tests for five.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    if os.environ.get(ON_POSTGRESQL) == "start":  # once a run: the workers inherit its address
        os.environ[ON_POSTGRESQL] = _running.enter_context(postgresql.running()).url()
    # Apprise imports imghdr for its mail plugin; Python 3.11 and 3.12 call that deprecated, later ones have it no more.
    config.addinivalue_line("filterwarnings", "ignore:'imghdr' is deprecated:DeprecationWarning")


def pytest_unconfigure() -> None:
    _running.close()


@pytest.hookimpl(tryfirst=True)  # before tests are chosen by their marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if starts_something(item):
            item.add_marker("starts")
        if LAWS in item.path.parents or (isinstance(item, pytest.Function) and is_hypothesis_test(item.function)):
            item.add_marker("searches")
    if os.environ.get(ON_POSTGRESQL):
        items[:] = [item for item in items if item.get_closest_marker("sqlite") is None]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    gc.disable()  # what is loaded and collected stays: to look again and again for what may go took a fourth of this time
    try:
        return (yield)
    finally:
        gc.freeze()  # nor is it gone through each time that memory is cleared later on
        gc.enable()


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def may_be_entered(folder: Path) -> bool:
    """Whether anybody may: $TMPDIR may be one user's own."""
    return all(place.stat().st_mode & stat.S_IXOTH for place in (folder, *folder.absolute().parents))


@pytest.fixture
def open_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A temporary folder that another user may enter: pytest's own are private, and another run of it makes them so again.

    What a test makes as that user comes beside it.
    """
    above = next(filter(may_be_entered, map(Path, (tempfile.gettempdir(), "/tmp", "/var/tmp"))))
    monkeypatch.setattr(tempfile, "tempdir", str(above))
    folder = Path(tempfile.mkdtemp(prefix="cardwarden-"))
    folder.chmod(0o755)
    yield folder
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
    shutil.rmtree(folder)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as here:
        yield here


@pytest.fixture
def command(world: World, capsys: pytest.CaptureFixture[str]) -> Command:
    return calling(capsys, lambda: world.config)
