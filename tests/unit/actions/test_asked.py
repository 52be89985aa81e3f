"""What is asked about stays a question, and what was urgent does not become one, over several checks."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardwarden.detect.finding import Severity, Urgency
from support.world import World

PHONE, STRANGE = "PRODID:-//Apple Inc.//iOS 17.1//EN", "PRODID:-//Call Helper//EN"


def rev(day: int) -> str:
    return f"REV:2026-01-{day:02}T10:00:00Z"


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.put("Aunt", "TEL:03-1234-5678", PHONE, rev(1))
    world.put("Carol", "TEL:03-1234-0003", PHONE, rev(1))
    world.check()
    return world


def urgency(world: World) -> list[tuple[Severity, Urgency]]:
    return [(one.finding.severity, one.finding.urgency) for one in world.open()]


def test_a_question_stays_one_and_is_put_once(world: World) -> None:
    world.put("Aunt", "TEL:090-8765-4321", PHONE, rev(2))
    assert len(world.check().events) == 1
    assert urgency(world) == [(Severity.WARNING, Urgency.ASKED)]
    world.put("Aunt", "TEL:090-8765-4321", "NOTE:moved", PHONE, rev(3))
    done = world.check(deep=True)
    assert [one.finding.prop for event in world.events(done) for one in event.findings] == ["NOTE"]
    assert urgency(world) == [(Severity.WARNING, Urgency.ASKED)]


def test_what_was_urgent_stays_so_when_the_same_program_changes_it_again(world: World) -> None:
    world.put("Aunt", "TEL:090-8765-4321", STRANGE, rev(2))
    world.check()
    world.put("Aunt", "TEL:090-8765-9999", STRANGE, rev(3))
    world.check()
    assert urgency(world) == [(Severity.CRITICAL, Urgency.UNKNOWN_PROGRAM)]


def test_a_program_is_not_known_by_what_waits_for_its_owner(world: World) -> None:
    world.put("Aunt", "TEL:090-8765-4321", STRANGE, rev(2))
    world.check()
    world.put("Carol", "TEL:090-1111-2222", STRANGE, rev(2))
    world.check()
    assert urgency(world) == [(Severity.CRITICAL, Urgency.UNKNOWN_PROGRAM)] * 2


def test_a_contact_that_becomes_guarded_is_told_as_urgent(world: World) -> None:
    world.put("Aunt", "TEL:090-8765-4321", PHONE, rev(2))
    world.check()
    world.more = '[guarded]\ncontacts = ["Aunt"]\n'
    assert len(world.check().events) == 1
    assert urgency(world) == [(Severity.CRITICAL, Urgency.GUARDED)]
