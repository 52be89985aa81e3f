"""A renumbering of a country is known in national and international writing, and in both directions."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwarden.vcard.number import code_of_region, read_number
from cardwarden.vcard.number_change import NumberChange, classify
from cardwarden.vcard.renumbering import REFORMS, renumbered

PLANS = [
    ("AR", "+54 1 234-5678", "+54 11 4234-5678"),
    ("AR", "01 234-5678", "011 4234-5678"),
    ("AR", "234-5678", "4234-5678"),
    ("AR", "+54 51 234567", "+54 351 423-4567"),
    ("AR", "051 234567", "0351 423-4567"),
    ("AR", "0783 23456", "03783 42-3456"),
    ("BJ", "97 12 34 56", "01 97 12 34 56"),
    ("BJ", "+229 21 31 23 45", "+229 01 21 31 23 45"),
    ("BR", "+55 81 8704-2155", "+55 81 98704-2155"),
    ("BR", "(81) 8704-2155", "(81) 98704-2155"),
    ("BR", "081 8704-2155", "081 98704-2155"),
    ("BR", "8704-2155", "98704-2155"),
    ("CI", "07 12 34 56", "07 07 12 34 56"),
    ("CI", "+225 07123456", "+225 0707123456"),
    ("CI", "+225 20 81 23 45", "+225 21 20 81 23 45"),
    ("CI", "+225 20 28 12 34", "+225 27 20 28 12 34"),
    ("CI", "22 41 12 34", "27 22 41 12 34"),
    ("CI", "+225 20 01 23 45", "+225 25 20 01 23 45"),
    ("CI", "45 12 34 56", "05 45 12 34 56"),
    ("CI", "01 12 34 56", "01 01 12 34 56"),
    ("CL", "+56 2 2345678", "+56 2 2234 5678"),
    ("CL", "02 2345678", "22 234 5678"),
    ("CL", "234 5678", "2234 5678"),
    ("CL", "032 234567", "32 2234567"),
    ("CL", "+56 61 234567", "+56 61 2234567"),
    ("CL", "8765 4321", "9 8765 4321"),
    ("CL", "8765 4321", "+56 9 8765 4321"),
    ("CM", "77 12 34 56", "6 77 12 34 56"),
    ("CM", "99 12 34 56", "6 99 12 34 56"),
    ("CM", "+237 22 12 34 56", "+237 2 22 12 34 56"),
    ("CO", "+57 1 2345678", "+57 601 2345678"),
    ("CO", "(1) 2345678", "(601) 2345678"),
    ("CO", "2345678", "601 2345678"),
    ("CO", "03 1 2345678", "601 2345678"),
    ("EC", "09 9123 456", "099 912 3456"),
    ("EC", "+593 8 7654321", "+593 98 765 4321"),
    ("FR", "42 34 56 78", "01 42 34 56 78"),
    ("FR", "(1) 42 34 56 78", "01 42 34 56 78"),
    ("FR", "16 1 42 34 56 78", "01 42 34 56 78"),
    ("FR", "42 34 56 78", "+33 1 42 34 56 78"),
    ("FR", "40 12 34 56", "02 40 12 34 56"),
    ("FR", "88 12 34 56", "03 88 12 34 56"),
    ("FR", "91 23 45 67", "04 91 23 45 67"),
    ("FR", "+33 91 23 45 67", "+33 4 91 23 45 67"),
    ("FR", "16 56 12 34 56", "05 56 12 34 56"),
    ("FR", "07 12 34 56", "06 07 12 34 56"),
    ("GA", "01 71 71 71", "011 71 71 71"),
    ("GA", "+241 06 11 11 11", "+241 66 11 11 11"),
    ("GA", "+241 7 28 01 50", "+241 77 28 01 50"),
    ("JP", "030-123-4567", "090-3123-4567"),
    ("JP", "020-123-4567", "090-2123-4567"),
    ("JP", "050-123-4567", "070-5123-4567"),
    ("JP", "+81 10 123 4567", "+81 90 1123 4567"),
    ("JP", "06-312-3456", "06-6312-3456"),
    ("JP", "03-312-3456", "03-3312-3456"),
    ("JP", "312-3456", "3312-3456"),
    ("KZ", "+7 3272 123456", "+7 7272 123456"),
    ("MU", "751 2345", "5751 2345"),
    ("MU", "+230 251 2345", "+230 5251 2345"),
    ("MX", "+52 1 55 1234 5678", "+52 55 1234 5678"),
    ("MX", "044 55 1234 5678", "55 1234 5678"),
    ("MX", "01 55 1234 5678", "+52 55 1234 5678"),
    ("PH", "+63 2 345 6789", "+63 2 8345 6789"),
    ("PH", "(02) 345 6789", "(02) 7345 6789"),
    ("PH", "345 6789", "3345 6789"),
    ("PH", "(02) 911 6789", "(02) 8911 6789"),
    ("VN", "0168 2345678", "038 2345678"),
    ("VN", "+84 120 2345678", "+84 70 2345678"),
    ("VN", "0122 2345678", "077 2345678"),
    ("VN", "04 38251234", "024 38251234"),
    ("VN", "08 38251234", "028 38251234"),
    ("VN", "0511 3825123", "0236 3825123"),
    ("VN", "+84 31 3825123", "+84 225 3825123"),
    ("XK", "+377 44 123 456", "+383 44 123 456"),
    ("XK", "+386 49 123 456", "+383 49 123 456"),
    ("XK", "+381 38 123 456", "+383 38 123 456"),
]

# Where more than one number may follow, as operators or zones decide: what else may stand for the first digits.
OTHERS = {
    ("AR", "+54 51 234567"): {"+542514234567"},
    ("AR", "051 234567"): {"02514234567"},
    ("AR", "0783 23456"): {"02783423456", "02784323456", "03784323456"},  # 783 or 78
    ("CO", "2345678"): {f"60{area}2345678" for area in "1245678"},
    ("FR", "42 34 56 78"): {f"{zone}42345678" for zone in ("01", "04", "05", "+331")},
    ("FR", "91 23 45 67"): {"0591234567"},
    ("FR", "+33 91 23 45 67"): {"+33591234567"},
    ("FR", "16 56 12 34 56"): {"0456123456"},
    ("PH", "+63 2 345 6789"): {f"+632{digit}3456789" for digit in "3678"},
    ("PH", "(02) 345 6789"): {f"02{digit}3456789" for digit in "3678"},
    ("PH", "345 6789"): {f"{digit}3456789" for digit in "3678"},
    ("PH", "(02) 911 6789"): {f"02{digit}9116789" for digit in "678"},
}


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
        ("CI", "07 12 34 56", "05 07 12 34 56"),
        ("CI", "+225 45 12 34 56", "+225 07 45 12 34 56"),
        ("CI", "+225 20 08 12 34", "+225 27 20 08 12 34"),
        ("CI", "+225 20 81 23 45", "+225 27 20 81 23 45"),
        ("CI", "+225 99 12 34 56", "+225 07 99 12 34 56"),
        ("BJ", "+229 31 12 34 56", "+229 01 31 12 34 56"),
        ("BR", "+55 20 8704-2155", "+55 20 98704-2155"),
        ("AR", "+54 11 234-5678", "+54 11 4234-5678"),
        ("CL", "65 234567", "9 65 234567"),
        ("CL", "+56 44 234567", "+56 44 2234567"),
        ("CM", "+237 24 12 34 56", "+237 2 24 12 34 56"),
        ("FR", "+33 42 34 56 78", "+33 1 42 34 56 78"),
        ("FR", "40 12 34 56", "04 40 12 34 56"),
        ("GA", "+241 06 11 11 11", "+241 76 11 11 11"),
        ("JP", "050-123-4567", "090-5123-4567"),
        ("JP", "03-112-3456", "03-3112-3456"),
        ("KZ", "+7 701 234 5678", "+997 701 234 5678"),
        ("KZ", "+7 495 123 4567", "+7 795 123 4567"),
        ("MU", "+230 201 2345", "+230 5201 2345"),
        ("PH", "(02) 911 6789", "(02) 3911 6789"),
        ("PH", "(02) 345 6789", "(02) 5345 6789"),
        ("VN", "+84 88 8123456", "+84 28 88123456"),
        ("VN", "0511 3825123", "0235 3825123"),
        ("XK", "+386 44 123 456", "+383 44 123 456"),
        ("CM", "+237 77 12 34 56", "+237 2 77 12 34 56"),
        ("BR", "(81) 2704-2155", "(81) 92704-2155"),
        ("DE", "8704-2155", "98704-2155"),
        ("VN", "0120 2345678", "079 2345678"),
        ("CO", "2345678", "603 2345678"),
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
        assert reform.after.startswith(code_of_region(reform.country)) or (not reform.after and reform.local[1]), reform


def test_every_reform_has_an_example() -> None:
    found = {renumbered(read_number(before, home), read_number(after, home)) for home, before, after in PLANS}
    unseen = [reform for reform in REFORMS if reform not in found and reform.country != "VN"]
    assert not unseen


PLAN = st.sampled_from(PLANS)
DIGIT = st.sampled_from("0123456789")


def digits_of(number: str) -> str:
    return re.sub(r"[^0-9+]", "", number)


def follows(home: str, before: str, after: str) -> bool:
    """Whether that is one of the numbers that the examples name for a number."""
    named = {digits_of(now) for country, was, now in PLANS if (country, was) == (home, before)}
    return after in named | OTHERS.get((home, before), set())


@given(PLAN, st.data())
def test_a_renumbered_number_with_any_other_digit_follows_nothing(
    plan: tuple[str, str, str], data: st.DataObject
) -> None:
    home, before, after = plan
    changed = list(digits_of(after))
    for place in data.draw(st.sets(st.integers(1, len(changed) - 1), min_size=1, max_size=3)):
        changed[place] = data.draw(DIGIT)
    now = "".join(changed)
    found = renumbered(read_number(before, home), read_number(now, home))
    assert (found is not None) == follows(home, before, now)


@given(PLAN, st.data())
def test_digits_that_came_in_anywhere_are_a_renumbering_only_where_it_put_them(
    plan: tuple[str, str, str], data: st.DataObject
) -> None:
    home, before, after = plan
    was = digits_of(before)
    more = len(digits_of(after)) - len(was)
    place = data.draw(st.integers(was.startswith("+"), len(was)))
    new = "".join(data.draw(st.lists(DIGIT, min_size=max(more, 1), max_size=max(more, 1))))
    now = was[:place] + new + was[place:]
    found = renumbered(read_number(before, home), read_number(now, home))
    assert (found is not None) == follows(home, before, now)


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
