"""A clock that was behind (a start before the network) or leapt ahead for a while: `--at` still means the past that was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from support.command import Command
from support.world import YAMADA, World, card

BEGUN = datetime(2026, 3, 1, 9, tzinfo=UTC)
THEN = "2026-03-02T12:00Z"  # between the good days and the damage
BAD = (YAMADA[0], "TEL;TYPE=CELL:+186080-1234-5602")
GOOD_CARD, BAD_CARD = card("Yamada", *YAMADA), card("Yamada", *BAD)


def behind(world: World) -> None:
    world.clock.leap(datetime(2025, 1, 1, tzinfo=UTC) - world.clock.at)


def ahead(world: World) -> None:
    world.clock.leap(timedelta(days=3650))


@pytest.fixture(params=[behind, ahead])
def world(request: pytest.FixtureRequest, world: World) -> World:
    """Two good days; then the clock goes wrong, and the damage comes; then the clock is right again, two days later."""
    go_wrong: Callable[[World], None] = request.param
    world.clock.at = BEGUN
    world.settings += 'timezone = "UTC"\n'
    world.more = "restore = true\n"
    world.put("Yamada", *YAMADA)
    world.put("Sato", "TEL:03-1234-5604")
    for _ in range(2):
        world.check()
        world.clock.at = BEGUN + timedelta(days=1)
    world.check()
    world.clock.at = BEGUN + timedelta(days=2)
    go_wrong(world)
    world.put("Yamada", *BAD)
    world.check()
    world.clock.at = BEGUN + timedelta(days=3)
    world.put("Sato", "TEL:03-1234-5604", "NOTE:later")
    world.check()
    return world


def test_show_gives_what_the_card_said_then(world: World, command: Command) -> None:
    then = command("show", "--card", "Yamada", "--at", THEN)
    now = command("show", "--card", "Yamada", "--at", "now")
    assert (then.code, now.code) == (0, 0)
    assert "TEL;TYPE=CELL:186080-1234-5602" in then.out
    assert "TEL;TYPE=CELL:+186080-1234-5602" in now.out


def test_restore_puts_back_what_the_card_and_the_book_said_then(world: World, command: Command) -> None:
    for named in (("--card", "Yamada"), ("--source", "family")):
        world.write(world.book / "Yamada.vcf", BAD_CARD)
        command("check")
        ran = command("restore", *named, "--at", THEN, "--yes")
        assert ran.code == 0, ran.err
        assert (world.book / "Yamada.vcf").read_bytes() == GOOD_CARD
    assert (world.book / "Sato.vcf").read_bytes() == card("Sato", "TEL:03-1234-5604")


def test_export_writes_the_book_of_then(world: World, command: Command) -> None:
    folder = world.root / "then"
    assert command("export", "--source", "family", "--at", THEN, "-o", str(folder)).code == 0
    written = b"".join(path.read_bytes() for path in sorted(folder.rglob("*.vcf")))
    assert GOOD_CARD in written
    assert BAD_CARD not in written
    assert b"NOTE:later" not in written


def test_diff_tells_what_changed_since_then_and_nothing_of_before(world: World, command: Command) -> None:
    since = command("diff", "--source", "family", "--at", THEN, "--to", "now")
    assert "+186080-1234-5602" in since.out
    assert "later" in since.out
    before = command("diff", "--source", "family", "--at", "2026-03-01T12:00Z", "--to", THEN)
    assert before.code == 0
    assert "186080" not in before.out
