"""Contacts that a person asked to have guarded closely: every change of them is critical, and of nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardwarden.actions.accept import accept
from cardwarden.actions.forget import forget
from cardwarden.actions.guard import (
    guard_card,
    guard_category,
    guarded_contacts,
    is_guarded_by_settings,
    is_guarded_card,
    unguard_card,
    unguard_category,
)
from cardwarden.actions.queries.naming import card_named
from cardwarden.detect.finding import Severity, Urgency
from support.world import World

PHONE = "PRODID:-//Apple Inc.//iOS 17.1//EN"


def rev(day: int) -> str:
    return f"REV:2026-01-{day:02}T10:00:00Z"


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.put("Aunt", "TEL:03-1234-5678", "CATEGORIES:Family,Old friends", PHONE, rev(1))
    world.put("Carol", "TEL:03-1234-0003", PHONE, rev(1))
    world.check()
    return world


def card_id(world: World, name: str) -> int:
    with world.program() as program, program.store.read() as connection:
        return card_named(connection, name).card.id


def guard(world: World, name: str) -> bool:
    number = card_id(world, name)
    with world.program() as program:
        return guard_card(program.store, number, world.clock, who="anna")


def change_both(world: World) -> None:
    world.put("Aunt", "TEL:090-8765-4321", "CATEGORIES:Family,Old friends", PHONE, rev(2))
    world.put("Carol", "TEL:090-1111-2222", PHONE, rev(2))
    world.check()


def urgency(world: World) -> dict[str, tuple[Severity, Urgency]]:
    return {
        one.finding.card.name or "": (one.finding.severity, one.finding.urgency)
        for one in world.open()
        if one.finding.card
    }


GUARDED, ASKED = (Severity.CRITICAL, Urgency.GUARDED), (Severity.WARNING, Urgency.ASKED)


def test_a_guarded_contact_s_change_is_critical_and_another_one_s_a_question(world: World) -> None:
    assert guard(world, "Aunt")
    change_both(world)
    assert urgency(world) == {"Aunt": GUARDED, "Carol": ASKED}


def test_its_removal_is_critical_too(world: World) -> None:
    guard(world, "Aunt")
    world.remove("Aunt")
    world.check()
    assert urgency(world) == {"Aunt": GUARDED}


def test_who_is_guarded_no_more_is_asked_about_as_any_other(world: World) -> None:
    guard(world, "Aunt")
    with world.program() as program:
        assert unguard_card(program.store, card_id(world, "Aunt"))
        assert not unguard_card(program.store, card_id(world, "Aunt"))
    change_both(world)
    assert urgency(world) == {"Aunt": ASKED, "Carol": ASKED}


def test_a_category_guards_every_card_that_has_it_however_it_is_written(world: World) -> None:
    with world.program() as program:
        assert guard_category(program.store, "old  FRIENDS", world.clock, who="anna")
        assert not guard_category(program.store, "Old Friends", world.clock, who="anna")
    change_both(world)
    assert urgency(world) == {"Aunt": GUARDED, "Carol": ASKED}


def test_a_category_is_guarded_no_more(world: World) -> None:
    with world.program() as program:
        guard_category(program.store, "Family", world.clock, who="anna")
        assert unguard_category(program.store, "family")
        assert not unguard_category(program.store, "family")
    change_both(world)
    assert urgency(world)["Aunt"] == ASKED


def test_it_is_listed_by_whom_and_only_once(world: World) -> None:
    assert guard(world, "Aunt")
    assert not guard(world, "Aunt")
    with world.program() as program, program.store.read() as connection:
        [one] = guarded_contacts(connection)
        assert one.card is not None
        assert (one.card.card.entry.name, one.card.source, one.who) == ("Aunt", "family", "anna")
        assert is_guarded_card(connection, one.card.card.id)


def test_what_is_open_already_becomes_urgent_at_the_next_whole_look(world: World) -> None:
    change_both(world)
    guard(world, "Aunt")
    assert urgency(world) == {"Aunt": ASKED, "Carol": ASKED}
    world.check(deep=True)
    assert urgency(world) == {"Aunt": GUARDED, "Carol": ASKED}


def test_what_is_open_can_be_accepted_before_that(world: World) -> None:
    change_both(world)
    guard(world, "Aunt")
    with world.program() as program:
        accept(program.store, [one.id for one in world.open()], program.judging, program.clock)
    assert world.open() == []
    assert world.check(deep=True).outcome == "clean"


def test_a_guarded_contact_stays_guarded_under_another_name(world: World) -> None:
    guard(world, "Aunt")
    world.put("Aunt Mary", "TEL:03-1234-5678", PHONE, rev(2), file="Aunt.vcf", uid="Aunt")
    world.check()
    assert GUARDED in urgency(world).values()


def test_a_new_contact_that_borrows_its_name_is_critical(world: World) -> None:
    guard(world, "Aunt")
    world.put("Аunt", "TEL:+1 900 123 4567", PHONE, uid="other")  # with a Cyrillic А
    world.check()
    assert urgency(world)["Аunt"][0] is Severity.CRITICAL


def test_forgetting_a_contact_forgets_the_wish(world: World) -> None:
    guard(world, "Aunt")
    world.remove("Aunt")
    world.check()
    with world.program() as program:
        with program.store.read() as connection:
            found = card_named(connection, "Aunt", gone_too=True)
        forget(program.store, found, world.clock)
        with program.store.read() as connection:
            assert guarded_contacts(connection) == []


def test_whom_the_settings_name_is_known(world: World) -> None:
    with world.program() as program, program.store.read() as connection:
        found = card_named(connection, "Aunt")
    assert is_guarded_by_settings(("aunt",), "JP", found)
    assert is_guarded_by_settings(("+81 3 1234 5678",), "JP", found)
    assert not is_guarded_by_settings(("Carol",), "JP", found)


def test_a_contact_that_takes_the_look_of_a_guarded_one_that_nobody_touched_is_critical(world: World) -> None:
    assert guard(world, "Aunt")
    world.check()
    carol = world.book / "Carol.vcf"
    renamed = carol.read_bytes().replace(b"FN:Carol", "FN:\u0410unt".encode())  # a Cyrillic A
    world.write(carol, renamed.replace(rev(1).encode(), rev(2).encode()))
    world.check()
    assert [(one.finding.rule, one.finding.severity) for one in world.open()] == [("name-changed", Severity.CRITICAL)]
