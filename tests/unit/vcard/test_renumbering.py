"""A renumbering of a country is known in national and international writing, and in both directions."""

from __future__ import annotations

import re

import pytest

from cardwarden.vcard.number import code_of_region, read_number
from cardwarden.vcard.number_change import NumberChange, classify
from cardwarden.vcard.renumbering import REFORMS, renumbered

PLANS = [
    ("BR", "+55 81 8704-2155", "+55 81 98704-2155"),
    ("BR", "(81) 8704-2155", "(81) 98704-2155"),
    ("BR", "081 8704-2155", "081 98704-2155"),
    ("BR", "8704-2155", "98704-2155"),
    ("CI", "07 12 34 56", "07 07 12 34 56"),
    ("CI", "+225 07123456", "+225 0707123456"),
    ("CI", "+225 20 28 12 34", "+225 27 20 28 12 34"),
    ("CI", "45 12 34 56", "05 45 12 34 56"),
    ("CM", "77 12 34 56", "6 77 12 34 56"),
    ("BJ", "97 12 34 56", "01 97 12 34 56"),
    ("CL", "+56 2 2345678", "+56 2 2234 5678"),
    ("CL", "02 2345678", "22 234 5678"),
    ("CL", "032 234567", "32 2234567"),
    ("PH", "+63 2 345 6789", "+63 2 8345 6789"),
    ("PH", "(02) 345 6789", "(02) 8345 6789"),
    ("PH", "345 6789", "8345 6789"),
    ("VN", "0168 2345678", "038 2345678"),
    ("VN", "+84 120 2345678", "+84 70 2345678"),
    ("VN", "0122 2345678", "077 2345678"),
    ("VN", "04 38251234", "024 38251234"),
    ("CO", "+57 1 2345678", "+57 601 2345678"),
    ("CO", "(1) 2345678", "(601) 2345678"),
    ("CO", "2345678", "601 2345678"),
    ("MX", "+52 1 55 1234 5678", "+52 55 1234 5678"),
    ("MX", "044 55 1234 5678", "55 1234 5678"),
    ("MX", "01 55 1234 5678", "+52 55 1234 5678"),
    ("AR", "+54 11 234-5678", "+54 11 4234-5678"),
    ("AR", "011 234-5678", "011 4234-5678"),
    ("FR", "42 34 56 78", "01 42 34 56 78"),
    ("FR", "91 23 45 67", "04 91 23 45 67"),
    ("FR", "+33 91 23 45 67", "+33 4 91 23 45 67"),
    ("JP", "030-123-4567", "090-3123-4567"),
    ("JP", "+81 10 123 4567", "+81 90 1123 4567"),
    ("JP", "06-312-3456", "06-6312-3456"),
    ("JP", "03-312-3456", "03-3312-3456"),
    ("CM", "99 12 34 56", "6 99 12 34 56"),
    ("KZ", "+7 701 234 5678", "+997 701 234 5678"),
    ("XK", "+377 44 123 456", "+383 44 123 456"),
]


@pytest.mark.parametrize(("home", "before", "after"), PLANS)
def test_a_number_that_follows_its_country_is_known_and_so_is_one_that_is_set_back(
    home: str, before: str, after: str
) -> None:
    was, now = read_number(before, home), read_number(after, home)
    assert renumbered(was, now)
    assert classify(was, now) is NumberChange.RENUMBERED
    assert classify(now, was) is NumberChange.OUTDATED


@pytest.mark.parametrize(
    ("home", "before", "after"),
    [
        ("BR", "+55 81 8704-2155", "+55 81 98704-2156"),
        ("CI", "+225 07 12 34 56", "+225 05 07 12 34 56"),
        ("CI", "+225 20 08 12 34", "+225 27 20 08 12 34"),
        ("CM", "+237 77 12 34 56", "+237 2 77 12 34 56"),
        ("BR", "(81) 2704-2155", "(81) 92704-2155"),
        ("DE", "8704-2155", "98704-2155"),
        ("VN", "0120 2345678", "079 2345678"),
        ("CO", "2345678", "603 2345678"),
        ("JP", "020-123-4567", "090-2123-4567"),
        ("", "(81) 8704-2155", "(81) 98704-2155"),
        ("BR", "0081 8704-2155", "0081 98704-2155"),
    ],
)
def test_what_no_country_did_is_no_renumbering(home: str, before: str, after: str) -> None:
    assert renumbered(read_number(before, home), read_number(after, home)) is None


def test_every_country_that_is_named_has_its_own_code_in_its_reform() -> None:
    for reform in REFORMS:
        assert reform.source
        assert re.fullmatch(r"[0-9]{4}(?:-[0-9]{2}){0,2}|under way", reform.since)
        codes = {str(code_of_region(reform.country)), "997"}
        assert any(reform.after.startswith(code) for code in codes), reform


@pytest.mark.parametrize(
    ("home", "before", "after", "kind"),
    [
        ("AR", "+54 11 2345 6789", "+54 9 11 2345 6789", NumberChange.LENGTHENED),
        ("GB", "+44 20 7946 0018", "+44 7 20 7946 0018", NumberChange.LENGTHENED),
        ("GB", "+44 20 7946 0018", "+45 20 7946 0018", NumberChange.CODE_CHANGED),
        ("JP", "03-1234-5678", "+1 3 1234 5678", NumberChange.CODE_CHANGED),
        ("US", "650 253 0000", "0650 253 0000", NumberChange.TRUNK_ADDED),
        ("AU", "1800 975 711", "01800 975 711", NumberChange.TRUNK_ADDED),
        ("AU", "1300 555 123", "+61 1300 555 123", NumberChange.INTERNATIONALISED),
        ("JP", "0120-123-456", "+81 120-123-456", NumberChange.INTERNATIONALISED),
        ("FR", "(1) 42 34 56 78", "01 42 34 56 78", NumberChange.RENUMBERED),
        ("DE", "30 23125011", "030 23125011", NumberChange.REPAIRED),
        ("DE", "+44 20 7946 0018", "020 7946 0018", NumberChange.CODE_LOST),
    ],
)
def test_a_code_that_is_the_same_is_no_other_code_and_a_zero_that_came_is_no_lost_one(
    home: str, before: str, after: str, kind: NumberChange
) -> None:
    assert classify(read_number(before, home), read_number(after, home)) is kind
