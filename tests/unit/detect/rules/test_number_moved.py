"""Rule number-moved: values that went from one person to another."""

from __future__ import annotations

import pytest

from support.judging import book, judged, person, said
from support.words import reason, title

ONE, TWO, THREE = "TEL:03-1234-5601", "TEL:03-1234-5602", "TEL:03-1234-5603"


def test_two_people_who_exchanged_their_numbers_are_critical() -> None:
    found = judged(
        book(person("Jane Roe", ONE), person("Mark Poe", TWO)), book(person("Jane Roe", TWO), person("Mark Poe", ONE))
    )
    assert said(found) == [("number-moved", "critical", "Two contacts exchanged their numbers")] * 2
    assert "a call to one reaches the other" in reason(found[0])


def test_one_number_in_several_other_cards_is_critical() -> None:
    names = ("Ann Lee", "Bob Kay", "Cy Dow")
    before = [person(name, f"TEL:03-1234-570{place}") for place, name in enumerate(names)]
    found = judged(
        book(person("Jane Roe", ONE), *before), book(person("Jane Roe", ONE), *(person(n, ONE) for n in names))
    )
    assert {title(finding) for finding in found if finding.severity.word == "critical"} == {
        "One number in several contacts"
    }


def test_a_number_that_moved_to_a_different_person_is_a_warning() -> None:
    found = judged(
        book(person("Jane Roe", ONE, THREE), person("Mark Poe", TWO)),
        book(person("Jane Roe", THREE), person("Mark Poe", TWO, ONE)),
    )
    assert ("number-moved", "warning", "Another contact's number") in said(found)


def test_namesakes_of_two_companies_are_two_people() -> None:
    one, two = person("Sales", "ORG:Alpha", ONE, uid="a"), person("Sales", "ORG:Beta", TWO, uid="b")
    found = judged(book(one, two), person("Sales", "ORG:Alpha", ONE, TWO, uid="a"))
    assert ("number-moved", "critical", "Two people merged into one contact") in said(found)


def test_namesakes_that_share_a_birthday_are_one_person() -> None:
    born = "BDAY:1985-04-12"
    one, two = person("Jane Roe", "ORG:Alpha", born, ONE, uid="a"), person("Jane Roe", "ORG:Beta", born, TWO, uid="b")
    found = judged(book(one, two), person("Jane Roe", "ORG:Alpha", "ORG:Beta", born, ONE, TWO, uid="a"))
    assert "number-moved" not in {finding.rule for finding in found}


def test_a_household_that_shares_a_number_is_no_move() -> None:
    found = judged(
        book(person("Jane Roe", ONE), person("Mark Poe", TWO)),
        book(person("Jane Roe", ONE), person("Mark Poe", TWO, ONE)),
    )
    assert [finding.rule for finding in found] == ["value-added"]


def test_two_people_who_exchanged_their_mail_addresses_are_critical() -> None:
    one, two = "EMAIL:one@example.org", "EMAIL:two@example.org"
    found = judged(
        book(person("Jane Roe", one), person("Mark Poe", two)), book(person("Jane Roe", two), person("Mark Poe", one))
    )
    assert said(found) == [("number-moved", "critical", "Two contacts exchanged their mail addresses")] * 2


def test_a_number_of_a_namesake_who_shared_one_before_is_of_the_same_person() -> None:
    one, other = ("TEL:03-1234-5601", "TEL:03-1234-5602"), ("TEL:03-1234-5602", "TEL:03-1234-5603")
    before = book(person("Jane Roe", *one, uid="1"), person("Jane Roe", *other, uid="2"))
    after = book(person("Jane Roe", *one, "TEL:03-1234-5603", uid="1"), person("Jane Roe", *other, uid="2"))
    assert "number-moved" not in {rule for rule, _, _ in said(judged(before, after))}


def test_people_who_went_into_a_card_of_both_their_names_were_merged() -> None:
    anna, bernd = person("Anna Beck", ONE), person("Bernd Beck", TWO)
    both = person("Anna und Bernd Beck", THREE)
    found = said(judged(book(anna, bernd, both), person("Anna und Bernd Beck", THREE, ONE, TWO)))
    assert found.count(("number-moved", "warning", "Two people merged into one contact")) == 2


def test_copies_of_one_person_that_went_into_one_card_were_tidied_up() -> None:
    jane, twice, other = person("Jane Roe", ONE), person("Jane", TWO), person("Roe, Jane", THREE)
    found = judged(book(jane, twice, other), person("Roe, Jane", THREE, ONE, TWO))
    assert {f.rule for f in found} == {"card-removed", "value-added"}


GRANDPA, MAIL = person("Grandpa Jon", ONE), "EMAIL:jon@example.org"


def test_cards_of_one_person_that_were_put_together_by_hand_are_no_people_merged() -> None:
    before = book(GRANDPA, person("Jon Doe", TWO), person("J. Doe (chess club)", MAIL))
    found = judged(before, person("Jon Doe", "NICKNAME:Grandpa Jon", ONE, TWO, MAIL))
    assert "number-moved" not in {finding.rule for finding in found}


@pytest.mark.parametrize("nickname", ["", "NICKNAME:Grandpa"])
def test_a_name_that_nobody_kept_is_somebody_elses(nickname: str) -> None:
    lines = [line for line in (nickname, ONE, TWO) if line]
    found = judged(book(GRANDPA, person("Jon Doe", TWO)), person("Jon Doe", *lines))
    assert ("number-moved", "critical", "Two people merged into one contact") in said(found)


def test_another_persons_name_is_no_nickname() -> None:
    found = judged(
        book(person("Ann Lee", ONE), person("Jon Doe", TWO)), person("Jon Doe", "NICKNAME:Ann Lee", ONE, TWO)
    )
    assert ("number-moved", "critical", "Two people merged into one contact") in said(found)


@pytest.mark.parametrize(
    ("line", "alike"),
    [(ONE, "got-somebody-elses-number"), ("EMAIL:one@example.org", "got-somebody-elses-mail")],
)
def test_of_many_that_got_somebody_elses_the_contacts_are_counted(line: str, alike: str) -> None:
    found = judged(
        book(person("Jane Roe", line, THREE), person("Mark Poe", TWO)),
        book(person("Jane Roe", THREE), person("Mark Poe", TWO, line)),
    )
    [moved] = [finding for finding in found if finding.rule == "number-moved"]
    assert moved.alike
    assert (moved.alike.name, moved.per_card) == (alike, True)


def test_a_number_in_two_other_cards_is_in_several() -> None:
    before = [person("Ann Lee", TWO), person("Bob Kay", THREE)]
    found = judged(
        book(person("Jane Roe", ONE), *before),
        book(person("Jane Roe", ONE), person("Ann Lee", ONE), person("Bob Kay", ONE)),
    )
    assert {title(finding) for finding in found if finding.severity.word == "critical"} == {
        "One number in several contacts"
    }


def test_a_number_that_its_card_had_before_came_from_nobody() -> None:
    before = book(person("Jane Roe", ONE, THREE), person("Mark Poe", ONE))
    after = book(person("Jane Roe", THREE), person("Mark Poe", "TEL:186 03-1234-5601"))
    assert "number-moved" not in {finding.rule for finding in judged(before, after)}


def test_a_card_that_went_and_brought_nothing_new_was_merged_into_none() -> None:
    anna, bernd = person("Anna Beck", ONE), person("Bernd Beck", TWO)
    both, after = person("Anna und Bernd Beck", THREE, TWO), person("Anna und Bernd Beck", THREE, TWO, ONE)
    assert "people-merged" not in {finding.title.name for finding in judged(book(anna, bernd, both), after)}


def test_a_card_that_stays_was_merged_into_none_though_a_number_of_it_went_there() -> None:
    anna, bernd = person("Anna Beck", ONE), person("Bernd Beck", TWO, "TEL:03-1234-5604")
    before = book(anna, bernd, person("Anna und Bernd Beck", THREE))
    after = book(person("Bernd Beck", "TEL:03-1234-5604"), person("Anna und Bernd Beck", THREE, ONE, TWO))
    assert "people-merged" not in {finding.title.name for finding in judged(before, after)}


def test_a_number_that_one_known_and_one_new_contact_have_too_is_not_in_several() -> None:
    before = book(person("Jane Roe", ONE), person("Mark Poe", TWO))
    after = book(person("Jane Roe", ONE), person("Mark Poe", TWO, ONE), person("Ann Lee", ONE))
    assert "number-moved" not in {finding.rule for finding in judged(before, after)}


@pytest.mark.parametrize(
    ("jane", "mark", "jane_now", "mark_now"),
    [((ONE, THREE), (TWO,), (THREE, TWO), (TWO, ONE)), ((ONE, TWO), (TWO, THREE), (TWO,), (THREE, ONE))],
    ids=["Mark kept what Jane got", "Jane had what Mark lost"],
)
def test_a_number_that_both_had_was_not_given_for_another(
    jane: tuple[str, ...], mark: tuple[str, ...], jane_now: tuple[str, ...], mark_now: tuple[str, ...]
) -> None:
    found = judged(
        book(person("Jane Roe", *jane), person("Mark Poe", *mark)),
        book(person("Jane Roe", *jane_now), person("Mark Poe", *mark_now)),
    )
    moved = [finding for finding in found if finding.rule == "number-moved"]
    assert said(moved) == [("number-moved", "warning", "Another contact's number")]


def test_a_number_that_went_to_a_namesake_with_one_in_common_stayed_with_its_owner() -> None:
    before = book(person("Jane Roe", ONE, TWO, uid="1"), person("Jane Roe", TWO, uid="2"))
    after = book(person("Jane Roe", TWO, uid="1"), person("Jane Roe", TWO, ONE, uid="2"))
    assert "number-moved" not in {finding.rule for finding in judged(before, after)}


STRANGERS = ("Ann Lee", "Bob Kay", "Cy Dow", "Di Eng", "Ed Fay")


@pytest.mark.parametrize(
    ("names", "lines", "told"),
    [
        (STRANGERS, (), ("number-moved", "warning", "Phone number is the same in several contacts now")),
        (STRANGERS[:4], (), ("value-added", "notice", "Phone number was added")),
        (STRANGERS, ("ORG:Harbour Clinic",), ("value-added", "notice", "Phone number was added")),
        (tuple(f"{name[:2]} Roe" for name in STRANGERS), (), ("value-added", "notice", "Phone number was added")),
    ],
    ids=["strangers", "few", "colleagues", "a family"],
)
def test_one_new_number_that_many_got_who_have_nothing_in_common_is_a_warning(
    names: tuple[str, ...], lines: tuple[str, ...], told: tuple[str, str, str]
) -> None:
    before = [person(name, f"TEL:03-1234-570{place}", *lines) for place, name in enumerate(names)]
    after = [person(name, f"TEL:03-1234-570{place}", ONE, *lines) for place, name in enumerate(names)]
    found = judged(book(*before), book(*after))
    assert said(found) == [told] * len(names)
    if told[0] == "number-moved":
        assert reason(found[0]) == "03-1234-5601 was written into 5 contacts at once."


def test_one_new_mail_address_that_many_got_is_a_warning_and_new_contacts_share_what_they_will() -> None:
    mail = "EMAIL:promo@ads.example"
    before = [person(name, f"TEL:03-1234-570{place}") for place, name in enumerate(STRANGERS)]
    after = [person(name, f"TEL:03-1234-570{place}", mail) for place, name in enumerate(STRANGERS)]
    assert {rule for rule, _, _ in said(judged(book(*before), book(*after)))} == {"number-moved"}
    found = judged(book(*before[:4]), book(*after))
    assert "number-moved" not in {finding.rule for finding in found}
