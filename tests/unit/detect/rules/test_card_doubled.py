"""Rule card-doubled."""

from __future__ import annotations

from support.judging import book, judged, person, said
from support.words import reason

ONE = person("Keio Department Store", "TEL:03-1234-5601")


def copied(*lines: str, name: str = "Keio Department Store") -> list[tuple[str, str, str]]:
    return said(judged(ONE, book(ONE, person(name, *lines, uid="copy"))))


def test_a_copy_of_a_contact_is_a_warning() -> None:
    assert copied("TEL:03-1234-5601") == [("card-doubled", "warning", "Contact doubled")]


def test_a_copy_whose_number_rings_abroad_is_critical() -> None:
    assert copied("TEL:+18603-1234-5601") == [("card-doubled", "critical", "Contact doubled")]


def test_another_person_at_the_same_number_is_no_copy() -> None:
    assert copied("TEL:03-1234-5601", name="Jane Roe")[0][0] == "card-added"


def test_doubles_at_the_first_look_are_a_notice() -> None:
    twin = person("Keio Department Store", "TEL:+81 3 1234 5601", uid="copy")
    found = judged(b"", book(ONE, twin), first_look=True)
    assert said(found) == [("card-doubled", "notice", "Contact stands there twice")]


def test_a_second_card_with_the_same_uid_is_a_double_whatever_it_says() -> None:
    one, other = person("Keio", "TEL:03-1234-5601", uid="u"), person("Jane Roe", "TEL:03-1234-5602", uid="u")
    assert said(judged(one, book(one, other)))[0][0] == "card-doubled"


def test_a_card_with_a_name_alone_is_doubled_by_another_one_of_that_name() -> None:
    one = person("Jane Roe", "NOTE:tea")
    assert said(judged(one, book(one, person("Jane Roe", "NOTE:rum", uid="copy"))))[0][0] == "card-doubled"
    assert said(judged(ONE, book(ONE, one)))[0][0] == "card-added"
    two = book(one, person("Jane Roe", "NOTE:rum", uid="copy"))
    assert [rule for rule, _, _ in said(judged(b"", two, first_look=True))] == ["card-doubled"]


def test_the_new_one_of_two_is_the_double_wherever_it_stands() -> None:
    copy = person("Keio Department Store", "TEL:03-1234-5601", uid="copy")
    [found] = judged(ONE, book(copy, ONE))
    assert found.card
    assert (found.rule, found.card.uid) == ("card-doubled", "copy")


def test_of_two_cards_of_one_uid_one_is_a_double_at_the_first_look() -> None:
    two = book(person("Keio", "TEL:03-1234-5601", uid="u"), person("Jane Roe", "TEL:03-1234-5602", uid="u"))
    assert [rule for rule, _, _ in said(judged(b"", two, first_look=True))] == ["card-doubled"]


def test_a_double_is_told_by_the_name_of_the_first_one() -> None:
    keio, jane = (person(name, "TEL:03-1234-5601", uid="u") for name in ("Keio", "Jane Roe"))
    assert reason(judged(keio, book(keio, jane))[0]).startswith("Keio ")


def test_a_number_that_only_the_copy_has_is_told() -> None:
    def reason_of(*lines: str) -> str:
        return reason(judged(ONE, book(ONE, person("Keio Department Store", *lines, uid="copy")))[0])

    assert "another number: 03-7777-8888" in reason_of("TEL:03-1234-5601", "TEL:03-7777-8888")
    assert "another number" not in reason_of("NOTE:tea", "EMAIL:a@b.example", "TEL:03-1234-5601")


def test_a_double_that_was_there_before_is_not_told_again_when_it_is_edited() -> None:
    number = "TEL:03-1234-5601"
    one, two = (person("Jane Roe", number, uid=uid) for uid in "12")
    edited = person("Jane Roe", number, "NOTE:tea", uid="2")
    assert "card-doubled" not in {finding.rule for finding in judged(book(one, two), book(one, edited))}
