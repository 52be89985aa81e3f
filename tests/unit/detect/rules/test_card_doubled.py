"""Rule card-doubled."""

from __future__ import annotations

from support.judging import book, judged, person, said

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
