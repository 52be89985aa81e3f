"""A book that says as a whole what it said before was put back; a contact that came back alone was not."""

from __future__ import annotations

import pytest

from cardwarden.detect.finding import Severity
from support.world import World

PEOPLE = 30


def line(number: int) -> str:
    return f"TEL:03-1234-56{number:02}"


@pytest.fixture
def world(world: World) -> World:
    """One contact went and another one changed, both at once, which was no finding to act upon."""
    for number in range(PEOPLE):
        world.put(f"Person {number}", line(number))
    world.check()
    world.remove("Person 3")
    world.put("Person 7", line(7), "NOTE:tea")
    world.check()
    world.put("Person 9", line(9), "NOTE:coffee")
    world.check()
    return world


def severities(world: World) -> list[Severity]:
    """Of the contacts that a check finds to have come back."""
    found = (stored.finding for event in world.events(world.check()) for stored in event.findings)
    return [finding.severity for finding in found if finding.rule == "came-back" and finding.whole_card]


def test_a_book_that_was_put_back_as_it_was_is_told_less_loudly(world: World) -> None:
    for number in (3, 7, 9):
        world.put(f"Person {number}", line(number))
    assert severities(world) == [Severity.NOTICE]


@pytest.mark.parametrize(("number", "notes"), [(7, ["NOTE:tea", "NOTE:cake"]), (11, ["NOTE:cake"])])
def test_of_a_book_that_says_anything_else_a_contact_came_back(world: World, number: int, notes: list[str]) -> None:
    for again in (3, 7, 9):
        world.put(f"Person {again}", line(again))
    world.put(f"Person {number}", line(number), *notes)
    assert severities(world) == [Severity.WARNING]
