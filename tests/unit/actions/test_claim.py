"""One process at a time on one book."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cardwarden.actions.claim import claim
from cardwarden.errors import RefusedError
from cardwarden.phrases.language import english
from cardwarden.store.engine import Store, open_store
from support.store import environment, url
from support.world import YAMADA, FakeClock, World

HOLD = """
import sys
from cardwarden.actions.claim import claim
from cardwarden.clock import SystemClock
from cardwarden.store.engine import open_store
with claim(open_store(sys.argv[1]), sys.argv[2], "", SystemClock()):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def held(database: Path, source: str = "family") -> Iterator[subprocess.Popen[str]]:
    """Another process has the book while the block runs."""
    arguments = [sys.executable, "-c", HOLD, url(database), source]
    with subprocess.Popen(
        arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment()
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        yield other
        assert other.stdin
        other.stdin.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(url(tmp_path / "db"))
    yield opened
    opened.close()


def test_who_waits_too_long_is_told_who_has_the_book(store: Store) -> None:
    clock = FakeClock()
    start = clock.now()
    with (
        held(store.path) as other,
        pytest.raises(RefusedError, match=rf"\(process {other.pid}\)"),
        claim(store, "family", "", clock),
    ):
        pass
    assert 30 <= (clock.now() - start).total_seconds() < 31


def test_another_book_is_free(store: Store) -> None:
    with held(store.path), claim(store, "friends", "", FakeClock(), patience=0):
        pass


def test_the_book_is_free_as_soon_as_its_holder_is_killed(store: Store) -> None:
    with held(store.path) as other:
        other.kill()
        other.wait()
        with claim(store, "family", "", FakeClock(), patience=0):
            pass


def test_who_waits_gets_the_book_when_the_other_is_done(store: Store) -> None:
    class Patient(FakeClock):
        def sleep(self, seconds: float) -> None:
            assert other.stdin
            if not other.stdin.closed:
                other.stdin.close()
            time.sleep(0.01)

    with held(store.path) as other, claim(store, "family", "", Patient()):
        assert other.wait() == 0


@pytest.mark.sqlite
def test_a_check_of_a_held_book_is_refused_and_the_others_are_checked(world: World) -> None:
    world.more = f'[sources.other]\ntype = "vdir"\npath = "{world.root}"\n'
    world.put("Yamada", *YAMADA)
    world.check()
    with held(world.root / "state/cardwarden.db"), world.program() as program:
        [family], [other] = program.check("family"), program.check("other")
    assert (family.refused, family.outcome) == (True, "inconclusive")
    assert "busy with family" in english(family.reason)
    assert not other.refused
