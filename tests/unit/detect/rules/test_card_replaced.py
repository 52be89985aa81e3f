"""Rule card-replaced."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cardwarden.detect.case import EarlierVersion
from cardwarden.detect.judge import events_of, judge
from cardwarden.detect.rules.card_replaced import CardReplaced
from support.cards import card
from support.judging import book, case, judged, said
from support.words import reason, title

JANE = (
    "UID:u1", "FN:Jane Roe", "N:Roe;Jane;;;", "TEL:03-1234-5678", "EMAIL:jane@example.org", "ADR:;;1 Road;Ulm;;89073;",
    "NOTE:my aunt", "BDAY:1950-01-02", "LANG:en", "CATEGORIES:family",
)  # fmt: skip
MAX = (
    "UID:u1", "FN:Max Power", "N:Power;Max;;;", "TEL:06-9999-1111", "EMAIL:max@example.com", "ADR:;;9 Street;Bonn;;53111;",
    "NOTE:plumber", "BDAY:1980-05-05", "LANG:en", "CATEGORIES:family",
)  # fmt: skip


def test_a_card_that_holds_another_persons_data_is_told_once() -> None:
    assert said(judged(card(*JANE), card(*MAX))) == [
        ("card-replaced", "critical", "Contact was overwritten by another one")
    ]


@pytest.mark.parametrize(
    "kept", ["TEL:03-1234-5678", "EMAIL:jane@example.org", "NOTE:my aunt", "BDAY:1950-01-02", "FN:Jane Roe"]
)
def test_what_keeps_anything_of_the_person_is_told_by_what_changed(kept: str) -> None:
    name = kept.partition(":")[0]
    mixed = card(*(kept if line.startswith(f"{name}:") else line for line in MAX))
    assert "card-replaced" not in {rule for rule, _, _ in said(judged(card(*JANE), mixed))}


def test_the_owner_who_uses_a_card_again_is_asked() -> None:
    before, after = (
        card("PRODID:-//Phone//EN", f"REV:2026010{day}T000000Z", *lines) for day, lines in ((1, JANE), (2, MAX))
    )
    assert [(rule, severity) for rule, severity, _ in said(judged(before, after))] == [("card-replaced", "warning")]


@pytest.mark.parametrize(
    "after",
    [
        tuple(line.replace("Power", "Roe") for line in MAX),
        tuple(line for line in MAX if not line.startswith(("TEL", "EMAIL"))),
        (*MAX[:1], "FN:太郎", *MAX[3:]),
    ],
    ids=["a relative", "one without numbers", "one in another script"],
)
def test_whoever_it_is_now_it_is_one_finding(after: tuple[str, ...]) -> None:
    for was, now in ((JANE, after), (after, JANE)):
        assert [rule for rule, _, _ in said(judged(card(*was, "ORG:Acme"), card(*now, "ORG:Acme")))] == [
            "card-replaced"
        ]


def test_who_has_all_new_details_and_another_family_name_is_not_somebody_else() -> None:
    before, after = (tuple(line for line in lines if not line.startswith("BDAY")) for lines in (JANE, MAX))
    married = (line.replace("Max Power", "Jane Power").replace("Power;Max", "Power;Jane") for line in after)
    assert "card-replaced" not in {rule for rule, _, _ in said(judged(card(*before), card(*married)))}


ANNA = (
    "FN:Anna Adler", "N:Adler;Anna;;;", "TEL:+49 151 12345678", "EMAIL:anna@example.org", "NOTE:likes gardens a lot",
    "BDAY:1980-03-04",
)  # fmt: skip
BERND = (
    "FN:Bernd Braun", "N:Braun;Bernd;;;", "TEL:+49 151 98765432", "EMAIL:bernd@example.com", "NOTE:no peanuts, please",
    "BDAY:1975-08-09",
)  # fmt: skip
CARLA = (
    "FN:Carla Cohn", "N:Cohn;Carla;;;", "TEL:+49 155 5555555", "EMAIL:carla@example.net", "NOTE:has the spare key",
    "BDAY:1990-01-02",
)  # fmt: skip
OF_A_NAME = 2  # lines


def a_book(*people: tuple[str, ...]) -> bytes:
    """The cards of these people; who stands third has the third UID."""
    return book(*(card(f"UID:u{at}", *lines) for at, lines in enumerate(people)))


def with_details_of(lines: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return (*lines[:OF_A_NAME], *other[OF_A_NAME:])


@pytest.mark.parametrize("kept", [0, OF_A_NAME], ids=["names and all", "but for the names"])
def test_two_contacts_that_exchanged_everything_are_one_event_that_says_so(kept: int) -> None:
    one, other = (*ANNA[:kept], *BERND[kept:]), (*BERND[:kept], *ANNA[kept:])
    found = judged(a_book(ANNA, BERND, CARLA), a_book(one, other, CARLA))
    assert said(found) == [("card-replaced", "critical", "Contact was exchanged with another one")] * 2
    assert [title(event) for event in events_of(found)] == ["2 contacts were exchanged with each other"]


def test_three_contacts_whose_details_went_round_are_one_event() -> None:
    after = a_book(with_details_of(ANNA, BERND), with_details_of(BERND, CARLA), with_details_of(CARLA, ANNA))
    events = events_of(judged(a_book(ANNA, BERND, CARLA), after))
    assert [title(event) for event in events] == ["3 contacts have another contact's details"]


def test_a_contact_that_kept_its_name_and_says_what_another_one_does_is_told_once() -> None:
    found = judged(a_book(ANNA, BERND), a_book(with_details_of(ANNA, BERND), BERND))
    assert said(found) == [("card-replaced", "critical", "All details are another contact's now")]


def test_what_two_contacts_exchanged_is_no_edit_of_the_owners() -> None:
    def states(*people: tuple[str, ...], day: int) -> bytes:
        return a_book(*(("PRODID:-//Phone//EN", f"REV:2026010{day}T000000Z", *lines) for lines in people))

    found = judged(states(ANNA, BERND, day=1), states(BERND, ANNA, day=2))
    assert {severity for _, severity, _ in said(found)} == {"critical"}


def test_two_cards_of_one_person_may_say_each_others() -> None:
    at_home, at_work = ANNA, (*ANNA[:OF_A_NAME], *BERND[OF_A_NAME:])
    found = judged(a_book(at_home, at_work), a_book(at_work, at_home))
    assert "card-replaced" not in {rule for rule, _, _ in said(found)}


def test_of_one_value_that_came_from_another_contact_its_own_rule_speaks() -> None:
    one = tuple("TEL:+49 151 98765432" if line.startswith("TEL") else line for line in ANNA)
    other = tuple("TEL:+49 151 12345678" if line.startswith("TEL") else line for line in BERND)
    assert {rule for rule, _, _ in said(judged(a_book(ANNA, BERND), a_book(one, other)))} == {"number-moved"}


def test_a_card_that_is_what_it_was_once_was_not_replaced_but_put_back() -> None:
    changed = case(card(*MAX), card(*JANE))
    [one] = changed.cards
    assert one.after
    known = EarlierVersion(one.after.digest, 300, "1 Jan 2031")
    history = replace(changed.memory, older={one.ref.key: (known,)})
    rules = [CardReplaced()]
    assert [f.rule for f in judge(changed, rules)] == ["card-replaced"]
    assert judge(replace(changed, memory=history), rules) == []


def test_a_card_that_became_a_second_one_of_another_contact_is_named_so() -> None:
    other = ("UID:u2", *MAX[1:])
    before, after = book(card(*JANE), card(*other)), book(card(*MAX), card(*other))
    [found] = [f for f in judged(before, after) if f.rule == "card-replaced"]
    assert title(found) == "Contact was overwritten by another one"


def test_of_two_who_share_a_number_the_one_whose_details_came_is_named() -> None:
    sister = ("UID:u2", "FN:Ann Power", "N:Power;Ann;;;", "EMAIL:max@example.com", "NOTE:sister")
    other = ("UID:u3", *MAX[1:])
    before, after = (book(card(*first), card(*sister), card(*other)) for first in (JANE, MAX))
    [found] = [f for f in judged(before, after) if f.rule == "card-replaced"]
    assert "Max Power" in reason(found)


def test_who_has_a_name_and_a_number_alone_may_be_another_one_then() -> None:
    before = card("UID:u1", "FN:Jane Roe", "N:Roe;Jane;;;", "TEL:03-1234-5678")
    after = card("UID:u1", "FN:Max Power", "N:Power;Max;;;", "TEL:06-9999-1111")
    [found] = judged(before, after)
    assert (found.rule, found.of_two) == ("card-replaced", False)


def test_a_card_that_cannot_be_read_was_not_replaced() -> None:
    whole = card(*MAX)
    found = judged(card(*JANE), whole[: whole.index(b"END")])
    assert "card-replaced" not in {rule for rule, _, _ in said(found)}


def test_two_contacts_that_exchanged_a_number_and_an_address_exchanged_what_they_have() -> None:
    def short(lines: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(line for line in lines if not line.startswith(("NOTE", "BDAY")))

    one, other = with_details_of(short(ANNA), short(BERND)), with_details_of(short(BERND), short(ANNA))
    found = judged(a_book(short(ANNA), short(BERND), CARLA), a_book(one, other, CARLA))
    assert {title(finding) for finding in found} == {"Contact was exchanged with another one"}


@pytest.mark.parametrize(
    ("left_out", "shown"),
    [
        ((), ("+49 151 12345678", "+49 151 98765432")),
        (("TEL",), ("anna@example.org", "bernd@example.com")),
    ],
)
def test_of_details_that_are_another_contacts_the_number_is_shown_or_else_the_mail_address(
    left_out: tuple[str, ...], shown: tuple[str, str]
) -> None:
    anna, bernd = (
        (*(line for line in lines[:2]), *(line for line in reversed(lines[2:]) if not line.startswith(left_out or "-")))
        for lines in (ANNA, BERND)
    )
    [found] = judged(a_book(anna, bernd), a_book(with_details_of(anna, bernd), bernd))
    assert (found.before, found.after) == shown
