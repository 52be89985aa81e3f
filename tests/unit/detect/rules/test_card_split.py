"""A contact that was taken apart is told, whichever of its values went where."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.judge import judge
from cardwarden.detect.rules.card_split import CardSplit
from support.cards import card
from support.examples import examples
from support.judging import EVERY_RULE, book, case, judged, person
from support.words import reason

VALUES = (
    "TEL;TYPE=CELL:+81 90-1234-5678",
    "TEL;TYPE=HOME:+81 3-1234-5678",
    "TEL;TYPE=WORK:+81 6-6123-4567",
    "EMAIL:jane@example.org",
    "EMAIL;TYPE=WORK:roe@example.com",
)
NAMELESS = ("", "Unknown", "UNKNOWN", "(no name)", "Unbekannt", "名前なし", "null", "Jane Roe")
OTHERS = tuple(person(f"Friend No{number}", f"TEL:+81 90-8765-43{number:02}") for number in range(12))


def split(parts: list[list[str]], names: list[str], left: list[str], *, removed: bool = False) -> list[Finding]:
    """What is found where Jane Roe's values were taken apart into new cards of these names."""
    was = person("Jane Roe", *left, *(line for part in parts for line in part))
    now = [] if removed else [person("Jane Roe", *left)]
    new = [
        card(f"UID:new-{place}", *([f"FN:{name}"] if name else []), *part)
        for place, (part, name) in enumerate(zip(parts, names, strict=True))
    ]
    return judged(book(was, *OTHERS), book(*now, *OTHERS, *new))


def told(found: list[Finding]) -> list[tuple[str, Severity, str]]:
    return [(f.title.name, f.severity, f.card.name if f.card else "") for f in found if f.rule == "card-split"]


@examples(100)
@given(st.data())
def test_values_that_stand_in_contacts_without_a_name_of_their_own_are_a_warning(data: st.DataObject) -> None:
    went = data.draw(st.lists(st.sampled_from(VALUES), min_size=1, max_size=5, unique=True))
    into = data.draw(st.integers(1, len(went)))
    parts = [went[place::into] for place in range(into)]
    names = [data.draw(st.sampled_from(NAMELESS)) for _ in parts]
    left = [line for line in VALUES if line not in went]
    found = split(parts, names, left)
    assert told(found) == [("split", Severity.WARNING, "Jane Roe")]
    assert {f.rule for f in found if f.severity >= Severity.WARNING} <= {"card-split", "card-added"}


@pytest.mark.parametrize("name", ["Unknown", ""])
def test_a_contact_that_went_and_left_nameless_ones_was_split(name: str) -> None:
    found = split([[VALUES[0]], [VALUES[1]], [VALUES[3]]], [name] * 3, [], removed=True)
    assert told(found) == [("split", Severity.WARNING, "Jane Roe")]
    assert "card-removed" not in {f.rule for f in found}


@pytest.mark.parametrize("own", [["+81 90-1234-5678"], ["jane@example.org"]])
def test_a_contact_called_like_its_own_number_or_address_has_no_name(own: list[str]) -> None:
    part = [line for line in VALUES if line.endswith(own[0])]
    assert told(split([part], own, [VALUES[1]])) == [("split", Severity.WARNING, "Jane Roe")]


def test_a_number_that_one_new_person_has_now_is_a_notice() -> None:
    found = split([[VALUES[0]]], ["Peter Hill"], list(VALUES[1:]))
    assert told(found) == [("value-went", Severity.NOTICE, "Jane Roe")]
    assert max(f.severity for f in found) is Severity.NOTICE


def test_several_new_people_are_asked_about_where_the_owner_wrote_them() -> None:
    was = person("Jane Roe", *VALUES[:3], "PRODID:-//Phone//1", "REV:20260101T000000Z")
    now = person("Jane Roe", VALUES[0], "PRODID:-//Phone//1", "REV:20260201T000000Z")
    new = [person("Peter Hill", VALUES[1]), person("Mary Hill", VALUES[2])]
    found = judged(book(was, *OTHERS), book(now, *OTHERS, *new))
    assert told(found) == [("split", Severity.NOTICE, "Jane Roe")]


def test_a_number_that_somebody_new_shares_was_not_split_off() -> None:
    was = person("Jane Roe", *VALUES)
    assert not told(judged(book(was, *OTHERS), book(was, person("Peter Hill", VALUES[1]), *OTHERS)))


def test_a_nameless_copy_of_a_known_number_is_a_double() -> None:
    was = person("Jane Roe", *VALUES)
    found = judged(book(was, *OTHERS), book(was, card("UID:new", "FN:Unknown", VALUES[1]), *OTHERS))
    assert [(f.rule, f.severity) for f in found] == [("card-doubled", Severity.WARNING)]


def test_a_value_of_a_property_that_is_to_be_ignored_was_not_taken_from_its_card() -> None:
    was, now = person("Jane Roe", VALUES[0]), person("Jane Roe")
    taker = person("Peter Hill", VALUES[0])
    ignoring = case(book(was, *OTHERS), book(now, *OTHERS, taker), ignore=frozenset({"TEL"}))
    assert told(judge(ignoring, EVERY_RULE)) == []


@pytest.mark.parametrize("name", ["Jane & Mark Roe", "Jane and Mark Roe", "Jane + Mark Roe"])
def test_a_card_of_two_people_that_became_two_is_told_once_and_its_name_was_not_cut(name: str) -> None:
    was = person(name, *VALUES[:2])
    found = judged(
        book(was, *OTHERS), book(person("Jane Roe", VALUES[0], uid=name), *OTHERS, person("Mark Roe", VALUES[1]))
    )
    assert {(f.rule, f.severity) for f in found} <= {("card-split", Severity.NOTICE), ("card-added", Severity.NOTICE)}


def test_a_name_that_lost_what_no_new_card_is_called_was_cut_all_the_same() -> None:
    was = person("Jane & Mark Roe", *VALUES[:2])
    now = person("Jane", VALUES[0], uid="Jane & Mark Roe")
    found = judged(book(was, *OTHERS), book(now, *OTHERS, person("Ann Lee", VALUES[1])))
    assert "card-split" in {f.rule for f in found}
    assert {f.rule for f in found} & {"text-damaged", "name-changed"}


def reasons(found: list[Finding]) -> list[str]:
    return [reason(finding) for finding in found if finding.rule == "card-split"]


def test_what_went_where_is_said_and_into_how_many_contacts() -> None:
    [one] = reasons(split([[VALUES[0]]], ["Peter Hill"], list(VALUES[1:])))
    assert one == "+81 90-1234-5678 now stands in the card of Peter Hill."
    [two] = reasons(split([[VALUES[0]], [VALUES[1]]], ["Peter Hill", "Mary Hill"], list(VALUES[2:])))
    assert two.startswith("It was taken apart into 2 new contacts: +81 90-1234-5678 now stands")
    assert "no name of its own" not in two
    [nameless] = reasons(split([[VALUES[0]]], ["Unknown"], list(VALUES[1:])))
    assert "no name of its own" in nameless
    [gone] = reasons(split([[VALUES[0]], [VALUES[1]]], ["Unknown"] * 2, [], removed=True))
    assert "+81 90-1234-5678" in gone


def test_a_number_that_a_known_contact_has_now_was_not_split_off() -> None:
    before, after = person("Jane Roe", *VALUES), person("Jane Roe", *VALUES[1:])
    peter = person("Peter Hill", VALUES[3])
    assert not told(
        judged(book(before, peter, *OTHERS), book(after, person("Peter Hill", VALUES[3], VALUES[0]), *OTHERS))
    )


def test_a_value_that_went_nowhere_is_lost_beside_one_that_was_split_off() -> None:
    before, after = person("Jane Roe", *VALUES), person("Jane Roe", *VALUES[2:])
    found = judged(book(before, *OTHERS), book(after, *OTHERS, person("Peter Hill", VALUES[0])))
    assert {"card-split", "value-lost"} <= {finding.rule for finding in found}


def test_of_many_contacts_that_lost_a_number_to_a_new_one_the_contacts_are_counted() -> None:
    [found] = [each for each in split([[VALUES[0]]], ["Unknown"], list(VALUES[1:])) if each.rule == "card-split"]
    assert found.per_card


def test_a_name_that_was_written_otherwise_when_its_card_was_split_is_told_with_it() -> None:
    was, now = person("Jane Roe", *VALUES), person("Roe Jane", *VALUES[1:], uid="Jane Roe")
    [found] = judged(book(was, *OTHERS), book(now, *OTHERS, person("Unknown", VALUES[0])), rules=[CardSplit()])
    assert [change.name for change in found.changes] == ["TEL", "FN"]
