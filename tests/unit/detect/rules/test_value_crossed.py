"""Rule value-crossed: what one person's card said stands in another's."""

from __future__ import annotations

import base64

import pytest

from support.judging import book, judged, person, said
from support.words import reason

TEA, CODE = "NOTE:allergic to nuts", "NOTE:door code 4711"


def names_of(count: int) -> list[str]:
    return [
        f"{first} {last}"
        for first, last in zip(("Jane", "Mark", "Ann", "Tom"), ("Roe", "Poe", "Lee", "Kay"), strict=True)
    ][:count]


def test_two_people_whose_notes_changed_places_are_told() -> None:
    found = judged(
        book(person("Jane Roe", TEA), person("Mark Poe", CODE)), book(person("Jane Roe", CODE), person("Mark Poe", TEA))
    )
    assert said(found) == [("value-crossed", "warning", "Note is another contact's")] * 2


def test_a_birthday_that_went_to_somebody_else_is_told() -> None:
    born = "BDAY:1985-04-12"
    found = judged(
        book(person("Jane Roe", born), person("Mark Poe")), book(person("Jane Roe"), person("Mark Poe", born))
    )
    assert ("value-crossed", "warning", "Birthday is another contact's") in said(found)


def test_one_address_over_several_different_ones_is_told() -> None:
    before = [person(name, f"ADR:;;{place} Road;Town;;1234{place};") for place, name in enumerate(names_of(4))]
    after = [person(name, "ADR:;;0 Road;Town;;12340;") for name in names_of(4)]
    assert {(rule, severity) for rule, severity, _ in said(judged(book(*before), book(*after)))} == {
        ("value-crossed", "warning")
    }


@pytest.mark.parametrize(("count", "rule"), [(3, "value-crossed"), (2, "value-added")])
def test_one_birthday_that_several_got_at_once_is_told(count: int, rule: str) -> None:
    before = [person(name) for name in names_of(count)]
    after = [person(name, "BDAY:1985-04-12") for name in names_of(count)]
    assert {finding.rule for finding in judged(book(*before), book(*after))} == {rule}


def test_a_category_or_note_that_many_got_is_their_owners_edit() -> None:
    before = [person(name) for name in names_of(4)]
    after = [person(name, "CATEGORIES:Club", "NOTE:met at the club") for name in names_of(4)]
    assert {finding.severity.word for finding in judged(book(*before), book(*after))} == {"notice"}


def test_two_cards_of_one_person_may_share_what_they_say() -> None:
    one, two = person("Jane Roe", TEA, uid="a"), person("Roe, Jane", uid="b")
    moved = book(person("Jane Roe", uid="a"), person("Roe, Jane", TEA, uid="b"))
    assert "value-crossed" not in {finding.rule for finding in judged(book(one, two), moved)}


@pytest.mark.parametrize("given", ["own", "same"])
def test_pictures_that_are_written_otherwise_went_from_nobody_to_nobody(given: str) -> None:
    def cards(form: str) -> bytes:
        pictures = [
            b"\xff\xd8\xff\xe0" + bytes([place if given == "own" else 7]) * 300 + b"\xff\xd9" for place in range(4)
        ]
        written = [base64.b64encode(picture).decode() for picture in pictures]
        return book(*(person(name, f"PHOTO:{form}{text}") for name, text in zip(names_of(4), written, strict=True)))

    found = judged(cards("data:image/jpeg;base64,"), cards("data:image/jpeg;base64\\,"))
    assert {rule for rule, _, _ in said(found)} == {"picture-changed"}


ANOTHERS = ("TEL:03-1234-5601", "ADR:;;1 Road;Town;;12345;", "BDAY:1985-04-12", "TITLE:Lead")


@pytest.mark.parametrize(("copied", "rule"), [(4, "value-crossed"), (3, "value-crossed"), (2, "value-added")])
def test_a_form_that_kept_what_was_typed_for_the_last_contact_is_told(copied: int, rule: str) -> None:
    one, two = person("Jane Roe", *ANOTHERS), person("Mark Poe", "NOTE:piano")
    found = judged(book(one, two), book(one, person("Mark Poe", "NOTE:piano", *ANOTHERS[:copied])))
    assert {finding.rule for finding in found} == {rule}


def test_a_form_that_kept_more_says_how_much_and_whose_and_the_rest_is_an_ordinary_edit() -> None:
    one, two = person("Jane Roe", *ANOTHERS), person("Mark Poe")
    found = judged(book(one, two), book(one, person("Mark Poe", *ANOTHERS, "NOTE:piano")))
    assert said(found) == [
        ("value-crossed", "warning", "Birthday is another contact's"),
        ("value-added", "notice", "Note was added"),
    ]
    assert reason(found[0]) == "4 of the new values are those of Jane Roe."


def test_what_a_household_shares_and_a_birthday_of_ones_own_are_no_mistake() -> None:
    one, two = person("Jane Roe", *ANOTHERS), person("Mark Roe")
    found = judged(book(one, two), book(one, person("Mark Roe", *ANOTHERS[:2], "BDAY:1983-01-30", "TITLE:Clerk")))
    assert {finding.severity.word for finding in found} == {"notice"}


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Mark Poe", (*ANOTHERS[:2], ANOTHERS[3])),
        ("Mark Poe", (ANOTHERS[0], ANOTHERS[2], "ADR:;;9 Street;Bonn;;53111;", "TITLE:Clerk")),
        ("Roe, Jane", ANOTHERS),
    ],
    ids=["no birthday", "two values alone", "the same person"],
)
def test_who_shares_less_than_a_form_keeps_typed_it_by_hand(name: str, lines: tuple[str, ...]) -> None:
    one, two = person("Jane Roe", *ANOTHERS), person(name, "NOTE:piano", uid="two")
    found = judged(book(one, two), book(one, person(name, "NOTE:piano", *lines, uid="two")))
    assert "value-crossed" not in {finding.rule for finding in found}


def test_of_many_contacts_that_have_another_ones_values_the_contacts_are_counted() -> None:
    two, filled = person("Mark Poe", "NOTE:piano"), person("Mark Poe", "NOTE:piano", *ANOTHERS)
    one = person("Jane Roe", *ANOTHERS)
    [form] = judged(book(one, two), book(one, filled))
    assert form.rule == "value-crossed"
    exchanged = judged(
        book(person("Jane Roe", TEA), person("Mark Poe", CODE)), book(person("Jane Roe", CODE), person("Mark Poe", TEA))
    )
    assert [found.per_card for found in (form, *exchanged)] == [True] * 3


def test_who_had_a_picture_before_and_has_it_in_another_writing_did_not_get_it() -> None:
    picture = base64.b64encode(b"\xff\xd8\xff\xe0" + bytes([7]) * 300 + b"\xff\xd9").decode()
    plain, escaped = (f"PHOTO:data:image/jpeg;base64{comma}{picture}" for comma in (",", "\\,"))
    one, two, three = names_of(3)
    before = book(person(one), person(two), person(three, plain))
    after = book(person(one, plain), person(two, plain), person(three, escaped))
    assert "value-in-several" not in {finding.title.name for finding in judged(before, after)}


@pytest.mark.parametrize("given", ["picture", "note"])
def test_who_has_a_value_still_in_another_writing_gave_it_to_nobody(given: str) -> None:
    picture = base64.b64encode(b"\xff\xd8\xff\xe0" + bytes([7]) * 300 + b"\xff\xd9").decode()
    plain, other = {
        "picture": tuple(f"PHOTO:data:image/jpeg;base64{comma}{picture}" for comma in (",", "\\,")),
        "note": (TEA, TEA.upper()),
    }[given]
    one, two = names_of(2)
    found = judged(book(person(one, plain), person(two)), book(person(one, other), person(two, plain)))
    assert "value-crossed" not in {finding.rule for finding in found}


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("ORG", ("Harbour Clinic", "Linden Bakery", "Northern Rail")),
        ("TITLE", ("Surgeon", "Master baker", "Driver")),
        ("URL", ("https://harbour.example/", "https://linden.example/", "https://rail.example/")),
    ],
)
def test_employers_titles_and_pages_that_contacts_exchanged_or_that_one_came_over_are_told(
    name: str, values: tuple[str, ...]
) -> None:
    people = names_of(3)

    def found(*now: str) -> set[tuple[str, str]]:
        before = [person(who, f"{name}:{value}") for who, value in zip(people, values, strict=True)]
        after = [person(who, f"{name}:{value}") for who, value in zip(people, now, strict=True)]
        return {(rule, severity) for rule, severity, _ in said(judged(book(*before), book(*after)))}

    one, two, three = values
    assert found(two, one, three) == {("value-crossed", "warning")}
    assert found(two, three, one) == {("value-crossed", "warning")}
    assert {severity for _, severity in found(two, three, three)} == {"notice"}  # each went where another was
    left = book(person(people[0], f"{name}:{one}"), person(people[1]))
    joined = book(person(people[0], f"{name}:{two}"), person(people[1], f"{name}:{one}"))
    assert {severity for _, severity, _ in said(judged(left, joined))} == {"notice"}  # who had none has one now
    strange = "https://other.example/" if name == "URL" else "Quarry"
    assert found(strange, strange, strange) == {("value-crossed", "warning")}
    assert {severity for _, severity in found(strange, strange, three)} == {"notice"}


@pytest.mark.parametrize(
    ("name", "values", "now"),
    [
        ("ORG", ("Harbour", "Harbour Clinic", "The Harbour"), "Harbour Clinic Ltd"),
        (
            "URL",
            ("https://firm.example/a", "http://www.firm.example/b", "https://firm.example/c"),
            "https://firm.example/home",
        ),
    ],
)
def test_one_writing_for_what_was_written_in_several_ways_is_a_tidying(
    name: str, values: tuple[str, ...], now: str
) -> None:
    before = [person(who, f"{name}:{value}") for who, value in zip(names_of(3), values, strict=True)]
    after = [person(who, f"{name}:{now}") for who in names_of(3)]
    assert {severity for _, severity, _ in said(judged(book(*before), book(*after)))} == {"notice"}
