"""Each known way from one number to another, by its name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwarden.vcard.number import read_number
from cardwarden.vcard.number_change import NumberChange, classify
from support.examples import examples


@pytest.mark.parametrize(
    ("home", "before", "after", "kind"),
    [
        ("JP", "+186 090-1234-5678", "186-090-1234-5678", NumberChange.REPAIRED),
        ("JP", "+186 090-1234-5678", "090-1234-5678", NumberChange.REPAIRED),
        ("JP", "03-1234-5678", "03-1234-5678\u200b", NumberChange.MARKED),
        ("JP", "tel:03-1234-5678", "03-1298-7654", NumberChange.REPLACED),
        ("JP", "tel:03-1234-5678", "tel:03-1234-5679", NumberChange.ONE_DIGIT),
        ("US", "650-253-0000", "tel:+650-253-0000", NumberChange.PLUS_ADDED),
        ("JP", "\u260e 03-1234-5678", "03-1234-5678", NumberChange.CLEANED),
        ("US", "1-800-555-0100 ABC", "1-800-555-0199", NumberChange.LETTERS_LOST),
        ("", "+870 773 111 632", "00 773 111 632", NumberChange.REPLACED),
        ("JP", "186 03-1234-5678", "\u202a+186 03-1234-5678\u202c", NumberChange.PLUS_ADDED),
        ("JP", "03-1234-5678\u200b", "03-1234-5678", NumberChange.UNMARKED),
        ("JP", "\u202a03-1234-5678\u202c", "03-1234-5678", NumberChange.UNMARKED),
        ("JP", "03-1234-5678\u200e", "+81312345678", NumberChange.UNMARKED),
        ("JP", "03-1234-5678", "03-1234-5678 (office)", NumberChange.GARBLED),
        ("JP", "03-1234-5678 (office)", "03-1234-5678", NumberChange.CLEANED),
        ("FI", "00+819012345678", "+819012345678", NumberChange.CLEANED),
        ("GB", "001+12125551234", "+12125551234", NumberChange.CLEANED),
        ("JP", "03-1234-5678", "03-1234-5678é", NumberChange.GARBLED),
        ("JP", "03-1234-5678", "03-1234-5678 / 090-1234-5678", NumberChange.JOINED),
        ("JP", "03-1234-5678", "04-9999 é", NumberChange.GARBLED),
        ("JP", "03-1234-5678 é", "04-9999-1111", NumberChange.REPLACED),
        ("JP", "03-1234-5678", "", NumberChange.EMPTIED),
        ("JP", "09012345678", "9.01235E+10", NumberChange.SCIENTIFIC),
        ("JP", "184-03-1234-5678", "186-03-1234-5678", NumberChange.PREFIX_CHANGED),
        ("JP", "03-1234-5678", "186-03-1234-5678", NumberChange.PREFIX_ADDED),
        ("DE", "01033 030 23125011", "030 23125011", NumberChange.CARRIER_CHANGED),
        ("DE", "030 23125011 ext. 5", "030 23125011", NumberChange.EXTENSION_LOST),
        ("DE", "030 23125011", "030 23125011 ext. 5", NumberChange.EXTENSION_ADDED),
        ("DE", "030 23125011 ext. 5", "030 23125011 ext. 6", NumberChange.EXTENSION_CHANGED),
        ("DE", "030 23125011 ext. 5", "030 23125011,5", NumberChange.FORMATTING),
        ("DE", "030 23125011,5", "030 231250115", NumberChange.EXTENSION_GLUED),
        ("DE", "030 2312501 ext. 15", "030 231250115", NumberChange.EXTENSION_GLUED),
        ("DE", "+49 30 23125011", "49 30 23125011", NumberChange.PLUS_LOST),
        ("JP", "+186 090-1234-5678", "186 090-1234-5678", NumberChange.REPAIRED),
        ("US", "*67 650 253 0000", "67 650 253 0000", NumberChange.PREFIX_BROKEN),
        ("DE", "4930 23125011", "+4930 23125011", NumberChange.PLUS_REPAIRED),
        ("GB", "*123#", "123", NumberChange.SIGN_LOST),
        ("IT", "+39 6 69812345", "+39 06 69812345", NumberChange.REPAIRED),
        ("DE", "+151 23456789", "0151 23456789", NumberChange.PLUS_LOST),
        ("AE", "9.71501E+11", "+971 50 123 4567", NumberChange.REPAIRED),
        ("AE", "9.71501E+11", "+971 55 123 4567", NumberChange.REPLACED),
        ("DE", "030 231250115", "030 23125011 ext. 5", NumberChange.EXTENSION_ADDED),
        ("GB", "123", "*123#", NumberChange.SIGN_ADDED),
        ("DE", "+49 49 30 23125011", "+49 30 23125011", NumberChange.REPAIRED),
        ("FR", "+33 06 39 98 12 24", "+33 6 39 98 12 24", NumberChange.REPAIRED),
        ("DE", "+49 030 23125011", "030 23125011", NumberChange.REPAIRED),
        ("CH", "+41 (44) 668 18 45", "+41 668 18 45", NumberChange.SHORTENED),
        ("AU", "0491 570 156", "+61 49 157 156", NumberChange.SHORTENED),
        ("DE", "+49 30 23125011", "+49 30 2315011", NumberChange.SHORTENED),
        ("DE", "+49 30 23125011", "+49 49 30 23125011", NumberChange.CODE_DOUBLED),
        ("DE", "030 23125011", "+49 030 23125011", NumberChange.TRUNK_KEPT),
        ("DE", "0044 20 7946 0018", "+1 20 7946 0018", NumberChange.CODE_ADDED),
        ("DE", "030 23125011", "+1 30 23125011", NumberChange.CODE_CHANGED),
        ("DE", "0044 20 7946 0018", "+44 44 20 7946 0018", NumberChange.CODE_CHANGED),
        ("DE", "0044 20 7946 0018", "+20 7946 0018", NumberChange.CODE_CHANGED),
        ("DE", "0044 20 7946 0018", "44 20 7946 0018", NumberChange.ACCESS_LOST),
        ("DE", "030 23125011", "30 23125011", NumberChange.TRUNK_LOST),
        ("DE", "23125011", "030 23125011", NumberChange.AREA_ADDED),
        ("DE", "030 23125011", "23125011", NumberChange.AREA_LOST),
        ("DE", "030 23125011", "0900 1 123456", NumberChange.COSTLY),
        ("DE", "030 23125011", "030 2312", NumberChange.CUT),
        ("DE", "030 23125011", "030 231250117", NumberChange.LENGTHENED),
        ("DE", "030 23125011", "030 23125000", NumberChange.REPLACED),
        ("DE", "030 23125311", "030 23125000", NumberChange.ZEROED),
        ("DE", "030 23125011", "030 23125012", NumberChange.ONE_DIGIT),
        ("DE", "030 23125011", "030 23125101", NumberChange.SWAPPED),
        ("US", "1-800-FLOWERS", "1-800", NumberChange.CUT),
        ("US", "1-800-FLOWERS", "1-800-311-1111", NumberChange.LETTERS_LOST),
        ("US", "1-800-FLOWERS", "1-800-356-9377", NumberChange.KEYPAD),
        ("US", "1-800-356-9377", "1-800-flowers", NumberChange.KEYPAD),
        ("US", "1-800-FLOWERS", "1-800-DLOWERS", NumberChange.RESPELT),
        ("DE", "030 23125011", "040 9999", NumberChange.REPLACED),
        ("DE", "049 30 23125011", "+49 30 23199", NumberChange.CODE_ADDED),
        ("DE", "0044 20 7946 0018", "+44 20 79", NumberChange.REPLACED),
        ("DE", "0 999 123 4567", "+1 999 123 4567", NumberChange.CODE_CHANGED),
        ("JP", "186 090-1234-5678", "090-1234-5678", NumberChange.PREFIX_LOST),
        ("DE", "030 23125011", "+49 30 23125011", NumberChange.INTERNATIONALISED),
        ("DE", "+49 30 23125011", "030 23125011", NumberChange.NATIONALISED),
        ("DE", "030 23125011", "030/23125011", NumberChange.FORMATTING),
        ("JP", "03-1234-5678\u200b", "03-1234-5678\u200e", NumberChange.CLEANED),
        ("", "+2313", "2313", NumberChange.PLUS_LOST),
        ("DE", "+49 30 23125011", "30 23125011", NumberChange.CODE_LOST),
        ("DE", "30 23125011", "+49 30 23125011", NumberChange.REPAIRED),
        ("BR", "+55 11 8123-4567", "+55 11 98123-4567", NumberChange.RENUMBERED),
        ("BR", "+55 11 98123-4567", "+55 11 8123-4567", NumberChange.OUTDATED),
        ("DE", "362247", "3622947", NumberChange.LENGTHENED),
        ("GB", "07700 90O123", "07700 900123", NumberChange.REPAIRED),
        ("GB", "07700 900l23", "07700 900123", NumberChange.REPAIRED),
        ("GB", "07700 90O123", "07700 900124", NumberChange.REPLACED),
    ],
)
def test_each_way_from_one_number_to_another_has_its_name(
    home: str, before: str, after: str, kind: NumberChange
) -> None:
    assert classify(read_number(before, home), read_number(after, home)) is kind


@pytest.mark.parametrize(
    ("home", "before", "after", "kind"),
    [
        ("", "12345", "8130512345", NumberChange.AREA_ADDED),
        ("", "12345", "68130512345", NumberChange.REPLACED),
        ("", "5856619", "56619", NumberChange.AREA_LOST),
        ("FR", "6798620456482", "0456482", NumberChange.AREA_LOST),
        ("FR", "76798620456482", "0456482", NumberChange.CUT),
        ("US", "+1 650 253 0000", "+6635 650 253 0000", NumberChange.CODE_CHANGED),
        ("US", "+1 650 253 0000", "+66351 650 253 0000", NumberChange.REPLACED),
        ("IT", "0759297", "+49759297", NumberChange.CODE_ADDED),
        ("IT", "075929", "+4975929", NumberChange.REPLACED),
        ("CH", "63314", "6331484", NumberChange.LENGTHENED),
        ("CH", "6331", "633184", NumberChange.REPLACED),
        ("", "12345", "12345689682", NumberChange.JOINED),
        ("", "12345", "1234568968", NumberChange.LENGTHENED),
        ("DE", "362247", "362249947", NumberChange.LENGTHENED),
        ("DE", "362247", "3622499947", NumberChange.REPLACED),
        ("DE", "36224", "3629924", NumberChange.REPLACED),
        ("US", "+1 650 253 0004190", "+1 650 253 0000", NumberChange.SHORTENED),
        ("DE", "614614127", "614627", NumberChange.SHORTENED),
        ("DE", "61461412", "61462", NumberChange.REPLACED),
        ("DE", "847663871516", "03871516", NumberChange.SHORTENED),
        ("FR", "+33 1 42 68 53 00", "+33 1 42 68 53 00\u00e9123456", NumberChange.JOINED),
        ("FR", "+33 1 42 68 53 00", "+33 1 42 68 53 00\u00e912345", NumberChange.GARBLED),
        ("JP", "03-1234-5608", "03-1234-5000", NumberChange.ZEROED),
        ("JP", "03-1234-5008", "03-1234-5000", NumberChange.ONE_DIGIT),
    ],
)
def test_how_many_digits_may_come_or_go_before_it_is_another_number(
    home: str, before: str, after: str, kind: NumberChange
) -> None:
    """The longest change of each way, and the next longer one; the shortest number, and the next shorter one."""
    assert classify(read_number(before, home), read_number(after, home)) is kind


@pytest.mark.parametrize(
    ("home", "before", "after", "kind"),
    [
        ("", "+49 30 23125011", "+4949 30 23125011", NumberChange.CODE_DOUBLED),
        ("DE", "+49 30 23125011", "30 3125011", NumberChange.SHORTENED),
        ("DE", "5344", "+5344", NumberChange.PLUS_ADDED),
        ("DE", "8333 ext. 5", "8333 ext. 530", NumberChange.EXTENSION_CHANGED),
        ("DE", "78780694742745 ext. 5", "7878745 ext. 5", NumberChange.REPLACED),
        ("CH", "34973523", "034973523", NumberChange.TRUNK_ADDED),
        ("JP", "03-1234-5678", "003-1234-5678", NumberChange.TRUNK_ADDED),
        ("US", "650 253 0000", "00650 253 0000", NumberChange.AREA_ADDED),
        ("GB", "*12*3", "**123", NumberChange.PREFIX_BROKEN),
    ],
)
def test_a_number_that_is_in_no_service_changes_in_the_same_ways(
    home: str, before: str, after: str, kind: NumberChange
) -> None:
    assert classify(read_number(before, home), read_number(after, home)) is kind


@pytest.mark.parametrize(
    ("home", "before", "after", "kind"),
    [
        ("GB", "01 650 253 0000", "001 650 253 0000", NumberChange.REPAIRED),  # the 00 that it was dialled with
        ("GB", "+44 20 3456 7890", "0020 3456 7890", NumberChange.TRUNK_ADDED),  # it would ring in Egypt
    ],
)
def test_a_zero_more_repairs_what_rang_nowhere_and_breaks_what_rang_also_if_it_rings_abroad(
    home: str, before: str, after: str, kind: NumberChange
) -> None:
    assert classify(read_number(before, home), read_number(after, home)) is kind


@pytest.mark.parametrize("before", ["090-1234-5678", "186-090-1234-5678"])
def test_a_plus_before_a_network_s_own_prefix_is_told_as_that(before: str) -> None:
    whole, broken = read_number(before, "JP"), read_number("+186 090-1234-5678", "JP")
    assert classify(whole, broken) is NumberChange.PLUS_ADDED
    assert classify(broken, whole) is NumberChange.REPAIRED


@pytest.mark.parametrize(
    ("home", "written", "digits", "extension", "residue"),
    [
        ("DE", "tel:+49-30-23125011;ext=12", "+493023125011", "12", ""),
        ("DE", "tel:030-23125011;phone-context=+49", "+4903023125011", "", ""),
        ("US", "tel:7042;phone-context=+1201555", "+12015557042", "", ""),
        ("DE", "030 23125011;12", "03023125011", "12", ""),
        ("DE", "030 23125011/43", "03023125011", "", "/43"),
        ("DE", "x", "", "", "x"),
        ("DE", "++49 30 23125011", "+493023125011", "", "+"),
    ],
)
def test_a_number_is_taken_apart(home: str, written: str, digits: str, extension: str, residue: str) -> None:
    number = read_number(written, home, uri=True)
    assert (number.digits, number.extension, number.residue) == (digits, extension, residue)


@pytest.mark.parametrize(
    "word",
    [
        "ext. ", ";ext=", " x", " #", " extensión ", " anexo ", " ramal ", " poste ", " toestel ",
        " Durchwahl ", " DW ", " ankn. ", " wewn. ",
        " klapka ", " dahili ", " доб. ", " добавочный ", " вн. ",
        " дод. ", " εσωτ. ", " 内線", " 内线", " 分机", " 分機", " 转", " 내선 ",
    ],
)  # fmt: skip
def test_an_extension_is_known_by_its_word_in_many_languages(word: str) -> None:
    number = read_number(f"+7 423 202-25-11{word}100", "RU")
    assert (number.digits, number.extension, number.residue) == ("+74232022511", "100", "")


@pytest.mark.parametrize("written", ["01 23 45 67 89 ext. 12", "01.23.45.67.89 poste 12", "01-23-45-67-89x12"])
def test_an_extension_is_known_whatever_groups_the_digits_before_it_stand_in(written: str) -> None:
    number = read_number(written, "FR")
    assert (number.e164, number.extension, number.word, number.residue) == ("+33123456789", "12", "", "")


@pytest.mark.parametrize(
    ("home", "written", "e164"),
    [
        ("US", "1 650 253 0000", "+16502530000"),
        ("DE", "49 30 23125011", ""),
        ("DE", "30 23125011", ""),
        ("HU", "1 234 5678", ""),
        ("DE", "0044 20 7946 0018", "+442079460018"),
        ("GG", "01481 720000", "+441481720000"),
    ],
)
def test_only_what_can_be_dialled_as_it_stands_has_an_international_number(home: str, written: str, e164: str) -> None:
    assert read_number(written, home).e164 == e164


def test_a_plus_that_hides_no_number_at_home_is_not_seen_through() -> None:
    assert read_number("+99 12", "JP").meant is None


def test_a_code_of_the_network_that_became_another_one_has_a_digit_changed() -> None:
    before, after = (read_number(code, "JP") for code in ("#123#", "#124#"))
    assert classify(before, after) is NumberChange.ONE_DIGIT


@pytest.mark.parametrize(
    ("before", "after"), [("1234 ext 5", "12345"), ("12345,6", "123456"), ("012345 ext. 6", "0123456")]
)
def test_an_extension_that_became_digits_of_its_number_was_glued_to_it(before: str, after: str) -> None:
    was, now = (read_number(written, "JP") for written in (before, after))
    assert classify(was, now) is NumberChange.EXTENSION_GLUED


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("1234*5", "12345", NumberChange.CLEANED),
        ("12345", "1234*5", NumberChange.GARBLED),
        ("*100#", "100", NumberChange.SIGN_LOST),
        ("100", "*100#", NumberChange.SIGN_ADDED),
        ("*100#", "#100#", NumberChange.PREFIX_BROKEN),
        ("#7777", "7777", NumberChange.SIGN_LOST),
        ("01234567", "+12345671234567", NumberChange.CODE_ADDED),
    ],
)
def test_a_sign_or_a_code_that_came_or_went_has_its_name(before: str, after: str, change: NumberChange) -> None:
    was, now = (read_number(written, "JP") for written in (before, after))
    assert classify(was, now) is change


@examples(60)
@given(
    st.from_regex(r"[1-9][0-9]{1,4}", fullmatch=True),
    st.sampled_from(["*", "#", "**"]),
    st.sampled_from(["IL", "US", "DE", "IN", "JP"]),
)
def test_a_short_number_is_another_one_without_its_sign(digits: str, sign: str, home: str) -> None:
    with_sign, without = read_number(f"{sign}{digits}", home), read_number(digits, home)
    assert classify(with_sign, without) is NumberChange.SIGN_LOST
    assert classify(without, with_sign) is NumberChange.SIGN_ADDED
