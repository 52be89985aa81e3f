"""What numbers dial, from where, and how a change of one is named."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwarden.vcard.number import (
    LONGEST,
    _taken_apart,
    costs_abroad,
    read_number,
    rings_abroad,
    same_line,
)
from cardwarden.vcard.number_change import SAME, classify
from cardwarden.vcard.number_change import NumberChange as C


@pytest.mark.parametrize(
    ("region", "written", "prefix", "carrier", "e164"),
    [
        ("JP", "186 090-1234-5678", "186", "", "+819012345678"),
        ("JP", "184 03-1234-5678", "184", "", "+81312345678"),
        ("JP", "0037-68-03-1234-5678", "", "003768", "+81312345678"),
        ("JP", "186 0037-68-03-1234-5678", "186", "003768", "+81312345678"),
        ("US", "*67 650-253-0000", "*67", "", "+16502530000"),
        ("US", "1167 650-253-0000", "1167", "", "+16502530000"),
        ("GB", "141 020 7946 0018", "141", "", "+442079460018"),
        ("GB", "1470 020 7946 0018", "1470", "", "+442079460018"),
        ("IE", "141 01 234 5678", "141", "", "+35312345678"),
        ("AU", "1831 0412 345 678", "1831", "", "+61412345678"),
        ("HK", "133 2123 4567", "133", "", "+85221234567"),
        ("NZ", "0197 09 123 4567", "0197", "", None),
        ("FR", "3651 01 23 45 67 89", "3651", "", "+33123456789"),
        ("ES", "067 912 345 678", "067", "", "+34912345678"),
        ("KR", "*23# 010-1234-5678", "*23#", "", "+821012345678"),
        ("NL", "#31# 06 12345678", "#31#", "", "+31612345678"),
        ("DE", "01033 030 23125011", "", "01033", "+493023125011"),
        ("BR", "0 15 21 2345-6789", "", "015", "+552123456789"),
        ("CO", "03 601 2345678", "", "03", "+576012345678"),
        ("KR", "081-2-312-3456", "", "081", "+8223123456"),
        ("CN", "17951 138 1234 5678", "", "17951", "+8613812345678"),
        ("RU", "8 (912) 345-67-89", "", "", "+79123456789"),
        ("HU", "06 1 234 5678", "", "", "+3612345678"),
    ],
)
def test_what_stands_before_a_number_is_taken_apart(
    region: str, written: str, prefix: str, carrier: str, e164: str | None
) -> None:
    number = read_number(written, region)
    assert (number.prefix, number.carrier) == (prefix, carrier)
    assert e164 is None or number.e164 == e164


@pytest.mark.parametrize(
    ("region", "before", "after", "kind"),
    [
        ("JP", "03-1234-5678", "(03) 1234 5678", C.FORMATTING),
        ("JP", "090-1234-5678", "+81 90 1234 5678", C.INTERNATIONALISED),
        ("JP", "+81 90 1234 5678", "090-1234-5678", C.NATIONALISED),
        ("US", "1-800-FLOWERS", "1-800-356-9377", C.KEYPAD),
        ("JP", "186090-1234-5678", "+186090-1234-5678", C.PLUS_ADDED),
        ("JP", "+81 90 1234 5678", "81 90 1234 5678", C.PLUS_LOST),
        ("JP", "81 90 1234 5678", "+81 90 1234 5678", C.PLUS_REPAIRED),
        ("DE", "+49 30 23125011", "+49 49 30 23125011", C.CODE_DOUBLED),
        ("DE", "+49 30 23125011", "+43 30 23125011", C.CODE_CHANGED),
        ("DE", "+49 30 23125011", "+49 030 23125011", C.TRUNK_KEPT),
        ("DE", "030 23125011", "30 23125011", C.TRUNK_LOST),
        ("US", "+33 1 23 45 67 89", "1 23 45 67 89", C.CODE_LOST),
        ("JP", "186 03-1234-5678", "184 03-1234-5678", C.PREFIX_CHANGED),
        ("JP", "186 03-1234-5678", "03-1234-5678", C.PREFIX_LOST),
        ("JP", "03-1234-5678", "184 03-1234-5678", C.PREFIX_ADDED),
        ("NL", "#31#0612345678", "310612345678", C.PREFIX_BROKEN),
        ("CO", "03 601 2345678", "05 601 2345678", C.CARRIER_CHANGED),
        ("US", "253-0000", "650-253-0000", C.AREA_ADDED),
        ("US", "650-253-0000", "253-0000", C.AREA_LOST),
        ("US", "650-253-0000 x12", "650-253-0000", C.EXTENSION_LOST),
        ("US", "650-253-0000 x12", "650-253-0000 x13", C.EXTENSION_CHANGED),
        ("US", "650-253-0000 x12", "650-253-000012", C.EXTENSION_GLUED),
        ("GB", "020 7946 0018", "020 7946 00", C.CUT),
        ("GB", "020 7946 0018", "020 7946 0081", C.SWAPPED),
        ("GB", "020 7946 0018", "020 7946 0019", C.ONE_DIGIT),
        ("DE", "+4915123456789", "4.91512E+12", C.SCIENTIFIC),
        ("DE", "4915123456789", "4915123450000", C.ZEROED),
        ("BR", "+55 11 7123-4567", "+55 11 97123-4567", C.RENUMBERED),
        ("GB", "020 7946 0018", "01632 960123", C.REPLACED),
        ("GB", "020 7946 0018", "0906 123 4567", C.COSTLY),
    ],
)
def test_a_change_has_its_class(region: str, before: str, after: str, kind: C) -> None:
    assert classify(read_number(before, region), read_number(after, region)) is kind


@pytest.mark.parametrize("region", ["JP", "US", "GB", "DE", "BR", "CO", "KR", "CN", "AU", "FR", "IT", "RU", "IN", "MX"])
def test_no_other_digit_anywhere_dials_the_same(region: str) -> None:
    example = phonenumbers.example_number(region)
    assert example is not None
    written = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    number = read_number(written, region)
    for place, old in enumerate(written):
        for new in set("0123456789") - {old} if old.isdigit() else ():
            other = read_number(written[:place] + new + written[place + 1 :], region)
            assert classify(number, other) not in SAME


def test_where_a_number_rings_is_said_in_words() -> None:
    assert rings_abroad(read_number("+186 090-1234-5678", "JP")) == ("+1 860", "US")
    assert rings_abroad(read_number("+353 1 234 5678", "JP")) == ("+353", "IE")
    assert rings_abroad(read_number("+00 353 1 234 5678", "DE")) == ("+353", "IE")
    assert rings_abroad(read_number("+011 49 30 123456", "US")) == ("+49", "DE")
    assert rings_abroad(read_number("+0011 49 30 123456", "AU")) == ("+49", "DE")
    assert rings_abroad(read_number("+010 1 202 456 1111", "JP")) == ("+1", "US")
    assert rings_abroad(read_number("650-253-0000", "CA")) == ("+1", "US")
    assert rings_abroad(read_number("03-1234-5678", "JP")) is None


@pytest.mark.parametrize("written", ["+800 1234 5678", "+800 555 1234"])
def test_a_number_that_is_free_everywhere_rings_in_no_country(written: str) -> None:
    number = read_number(written, "JP")
    assert (number.destination, rings_abroad(number), costs_abroad(number)) == ("", None, False)


@pytest.mark.parametrize(("written", "code"), [("+870 773 111 632", "+870"), ("+979 1 2345 6789", "+979")])
def test_a_satellite_and_a_charged_number_of_no_country_ring_abroad(written: str, code: str) -> None:
    number = read_number(written, "JP")
    assert (number.destination, rings_abroad(number)) == ("", (code, ""))
    assert costs_abroad(number) is (code == "+979")


def test_a_code_for_a_neighbour_is_no_number_without_a_subscriber() -> None:
    assert [read_number(written, "IE").e164 for written in ("048", "048 90", "048 9012 3456")] == [
        "",
        "",
        "+442890123456",
    ]


def test_six_digits_at_least_tell_a_line_whatever_stands_before_them() -> None:
    assert same_line(read_number("123456", "JP"), read_number("+123456", "JP")) is True
    assert same_line(read_number("12345", "JP"), read_number("+12345", "JP")) is False


def test_a_plus_before_a_number_at_home_is_seen_through() -> None:
    for region, written, meant in (("US", "+650-253-0000", "+16502530000"), ("NO", "+22 12 34 56", "+4722123456")):
        found = read_number(written, region).meant
        assert found
        assert found.e164 == meant
    for region, written in (("US", "+49 30 23125011"), ("DK", "+45 12 34 56"), ("DK", "*31#+06123456")):
        assert read_number(written, region).meant is None


def test_a_number_is_remembered_once_whoever_asks_and_the_one_that_was_meant_as_itself() -> None:
    whole = read_number("186090-1234-0186", "JP", uri=False)
    assert read_number("186090-1234-0186", "JP") is whole
    assert read_number("+186090-1234-0186", "JP").meant is whole
    assert read_number("186090-1234-0186", "JP", uri=True) is not whole


@pytest.mark.parametrize(
    ("written", "uri"),
    [
        ("\uff0b650-253-0000", False),
        ("\u207a650-253-0000", False),
        ("\u202a+650-253-0000\u202c", False),
        ("tel:+650-253-0000", True),
        ("tel:%2B650-253-0000", True),
    ],
)
def test_a_plus_is_seen_through_however_it_is_spelled(written: str, uri: bool) -> None:
    number = read_number(written, "US", uri=uri)
    assert (number.digits, number.meant) == ("+6502530000", read_number("650-253-0000", "US"))


@pytest.mark.parametrize("uri", [False, True])
def test_more_than_one_plus_is_not_seen_through(uri: bool) -> None:
    number = read_number(f"{'+' * 150}650-253-0000", "US", uri=uri)
    assert (number.digits, number.meant) == ("+6502530000", None)


def test_a_plus_of_a_context_is_none_that_a_number_gained() -> None:
    number = read_number("tel:090-1234-5678;phone-context=+1", "JP", uri=True)
    assert (number.digits, number.meant) == ("+109012345678", None)


@pytest.mark.parametrize(
    ("region", "written"), [("US", "++650-253-0000"), ("US", "+650-253-0000 (office)"), ("CA", "+650-253-0000")]
)
def test_a_plus_is_seen_through_before_nothing_but_one_number_at_home(region: str, written: str) -> None:
    assert read_number(written, region).meant is None


@pytest.mark.parametrize(
    ("written", "digits", "post_dial"),
    [
        ("03-1234(5678),123", "0312345678", ",123"),
        ("03-1234-567-8,12", "0312345678", ",12"),
        ("1,23", "1", ",23"),
    ],
)
def test_what_is_sent_after_a_pause_is_no_part_of_the_number(written: str, digits: str, post_dial: str) -> None:
    number = read_number(written, "JP")
    assert (number.digits, number.post_dial, number.residue) == (digits, post_dial, "")


def test_signs_of_a_uri_are_decoded() -> None:
    assert read_number("tel:%2B81%2D3-1234-5678", "JP", uri=True).e164 == "+81312345678"


def test_a_charged_number_counts_only_abroad() -> None:
    assert costs_abroad(read_number("+1 900 234 5678", "JP"))
    assert not costs_abroad(read_number("+1 900 234 5678", "US"))
    assert not costs_abroad(read_number("+1 900 234 5678", ""))


@given(
    st.from_regex(r"\+?[0-9]{1,6}(?:[ -][0-9]{1,5}){0,4}", fullmatch=True),
    st.sampled_from(["JP", "DE", "US", "BR", ""]),
)
def test_a_plain_number_is_read_the_short_way_as_the_long_way(written: str, home: str) -> None:
    assert read_number(written, home) == _taken_apart(written, written, home, uri=False)


def test_a_number_knows_the_country_it_is_dialled_from() -> None:
    at_home, abroad = read_number("141 020 7946 0018", "GB"), read_number("141 020 7946 0018", "DE")
    assert (at_home.home, at_home.caller_id, abroad.home, abroad.caller_id) == ("GB", "hide", "DE", "")


@pytest.mark.parametrize("sign", "‐‑‒–—―−－﹣ー〜・·•．　\u00a0")
def test_a_number_is_the_same_whatever_sign_parts_its_groups(sign: str) -> None:
    assert read_number(f"090{sign}1234{sign}5678", "JP").key == read_number("09012345678", "JP").key


@pytest.mark.parametrize("code", ["*100#", "*#06#", "#123#", "*#21#", "*135*1#"])
def test_a_code_of_the_network_is_no_number_and_has_no_extension(code: str) -> None:
    number = read_number(code, "JP")
    assert (number.key, number.digits, number.extension, number.line_type) == (f"code {code}", code, "", "")


@pytest.mark.parametrize("digits", ["01033", "01033030"])
def test_a_carrier_s_code_without_a_number_behind_it_is_all_of_the_number(digits: str) -> None:
    assert (read_number(digits, "DE").carrier, read_number(digits, "DE").digits) == ("", digits)


def test_a_caller_id_code_without_a_number_behind_it_is_none() -> None:
    assert (read_number("141 99999", "GB").prefix, read_number("141 99999", "GB").digits) == ("", "14199999")


def test_a_value_is_a_number_up_to_two_hundred_characters() -> None:
    longest = f"(03){'-' * (LONGEST - 13)}1234-5678"
    assert read_number(longest, "JP").e164 == "+81312345678"
    assert read_number(f"({longest[1:]} ", "JP").e164 == "+81312345678"
    assert read_number(longest.replace("-", "--", 1), "JP").key.startswith("text ")
    assert read_number("1" * LONGEST, "JP").key == "||" + "1" * LONGEST + "|||"
    assert read_number("1" * (LONGEST + 1), "JP").key.startswith("text ")


@pytest.mark.parametrize(
    ("written", "digits", "extension", "residue"),
    [
        ("123 x45", "123", "45", ""),
        ("12 x 3", "123", "", "x"),
        ("1 x 2", "12", "", "x"),
    ],
)
def test_what_has_an_extension_has_three_digits(written: str, digits: str, extension: str, residue: str) -> None:
    number = read_number(written, "US")
    assert (number.digits, number.extension, number.residue) == (digits, extension, residue)


@pytest.mark.parametrize(
    ("written", "word", "residue"),
    [
        ("650-2530-CAB", "cab", ""),
        ("650-2530-0CA", "", "CA"),
        ("ab 03-1234-5678", "", "ab"),
        ("()", "", "nothing"),
        ("+", "", ""),
    ],
)
def test_letters_are_a_word_from_three_on_and_else_what_does_not_belong_there(
    written: str, word: str, residue: str
) -> None:
    number = read_number(written, "US")
    assert (number.word, number.residue) == (word, residue)


def test_a_context_is_put_before_a_local_number_alone() -> None:
    local, whole = "tel:7042;phone-context=+1201555", "tel:+12015557042;phone-context=+1201"
    assert [read_number(each, "US", uri=True).e164 for each in (local, whole)] == ["+12015557042"] * 2


def test_where_nothing_says_how_numbers_are_written_one_is_dialled_as_it_stands() -> None:
    assert read_number("72001234", "KI").e164 == "+68672001234"


@pytest.mark.parametrize(
    ("written", "destination", "is_overlong"),
    [
        ("+1 416 967 11110", "CA", True),
        ("+1 416 967 1111", "CA", False),
        ("03-1234-5678", "JP", False),
        ("+49 123", "DE", False),
        ("+44 123", "GB", False),  # of several countries that share its code, the first
    ],
)
def test_where_a_number_with_a_digit_too_many_or_too_few_rings_is_known(
    written: str, destination: str, is_overlong: bool
) -> None:
    number = read_number(written, "JP")
    assert (number.destination, number.overlong) == (destination, is_overlong)


@pytest.mark.parametrize(("written", "e164"), [("555-555-5555", "+15555555555"), ("1 1 650-253-0000", "")])
def test_in_north_america_a_number_may_lack_the_1_and_may_not_have_it_twice(written: str, e164: str) -> None:
    assert read_number(written, "US").e164 == e164


@pytest.mark.parametrize(("written", "prefix"), [("1357 5438", ""), ("1357 54384", "1357")])
def test_five_digits_at_least_follow_a_caller_id_code(written: str, prefix: str) -> None:
    assert read_number(written, "HK").prefix == prefix
