"""Rule card-added."""

from __future__ import annotations

import pytest

from cardwarden.detect.judge import events_of
from support.judging import book, judged, person, said
from support.words import title

KNOWN = person("Jane Roe", "TEL:03-1234-5601")


def test_a_new_contact_is_a_notice() -> None:
    found = judged(KNOWN, book(KNOWN, person("Mark Poe", "TEL:03-1234-5602")))
    assert said(found) == [("card-added", "notice", "Contact added")]


def test_a_known_name_with_somebody_elses_number_is_a_warning() -> None:
    found = judged(KNOWN, book(KNOWN, person("Jane Roe", "TEL:03-8765-4321", uid="other")))
    assert said(found) == [("card-added", "warning", "Second contact of this name added")]


@pytest.mark.parametrize(
    ("name", "severity"), [("Jane Roe ❤", "warning"), ("JaneRoe", "warning"), ("J\u0430ne R\u043ee", "critical")]
)
def test_a_name_that_looks_like_a_known_one_is_told(name: str, severity: str) -> None:
    found = judged(KNOWN, book(KNOWN, person(name, "TEL:03-8765-4321", uid="other")))
    assert said(found) == [("card-added", severity, "A contact with a look-alike name was added")]


def test_many_at_once_are_a_warning() -> None:
    many = [person(f"Person {n}x{n}", f"TEL:03-1234-{6000 + n}") for n in range(25)]
    assert {finding.severity.word for finding in judged(KNOWN, book(KNOWN, *many))} == {"warning"}


@pytest.mark.parametrize(("program", "severity"), [("-//Phone//EN", "notice"), ("-//Stranger//EN", "warning")])
def test_an_import_by_the_program_that_writes_the_book_is_one_line_of_the_digest(program: str, severity: str) -> None:
    known = person("Jane Roe", "PRODID:-//Phone//EN", "TEL:03-1234-5601")
    many = [person(f"Person {n}x{n}", f"PRODID:{program}", f"TEL:03-1234-{6000 + n}") for n in range(25)]
    found = judged(known, book(known, *many))
    assert {finding.severity.word for finding in found} == {severity}
    assert [(title(event), event.severity.word) for event in events_of(found)] == [("25 contacts were added", severity)]


def test_at_the_first_look_nothing_is_new() -> None:
    assert judged(b"", KNOWN, first_look=True) == []


def added(count: int, *odd: bytes) -> list[tuple[str, int]]:
    """The events where so many contacts were added, and these."""
    plain = [person(f"Person {n}x{n}", f"TEL:03-1234-{6000 + n}") for n in range(count)]
    return sorted((title(event), event.count) for event in events_of(judged(KNOWN, book(KNOWN, *plain, *odd))))


def test_of_many_that_were_added_a_known_name_is_one_and_a_look_alike_is_told_for_itself() -> None:
    namesake = person("Jane Roe", "TEL:03-8765-4321", uid="other")
    lookalike = person("JaneRoe", "TEL:03-8765-4322", uid="third")
    assert added(24, namesake) == [("25 contacts were added", 25)]
    assert added(25, lookalike)[0] == ("25 contacts were added", 25)
    assert len(added(25, lookalike)) == 2
    assert len(added(2, namesake)) == 3
