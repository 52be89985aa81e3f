"""What vobject says of a mended card: that nothing else became of it, or nothing where it cannot read it."""

from __future__ import annotations

import time

import pytest

from cardwarden.vcard.patch import put_back
from cardwarden.vcard.second_opinion import keeps_the_rest
from support.cards import card, diff
from support.dialects import DIALECTS

WAS = card("FN:Jane Roe", "TEL;TYPE=CELL:186080-1234-5602", "ADR;TYPE=HOME:;;1 Elm St;Tampa;;;", "NOTE:one")
NOW = WAS.replace(b":186080", b":+186080")


def test_a_number_that_was_put_back_alone_is_as_it_should_be() -> None:
    assert keeps_the_rest(NOW, WAS, put_back(NOW, WAS, diff(WAS, NOW), "JP"), {"TEL"})


@pytest.mark.parametrize(
    ("meant", "broken"),
    [
        (b"NOTE:one\r\n", b""),
        (b"NOTE:one", b"NOTE:two"),
        (b"NOTE:one", b"NOTE:one\r\nNOTE:two"),
        (b"ADR;TYPE=HOME", b"ADR;TYPE=WORK"),
        (b"ADR;TYPE=HOME", b"ADR"),
        (b"\r\nADR", b"ADR"),
        (b";Tampa", b",Tampa"),
        (b";Tampa;;;", b";Tampa;;"),
        (b"END:VCARD", b"END:VCARDS"),
    ],
)
def test_whatever_else_became_of_the_card_is_seen(meant: bytes, broken: bytes) -> None:
    assert WAS.count(meant) == 1
    assert not keeps_the_rest(NOW, WAS, WAS.replace(meant, broken), {"TEL"})


def test_folds_groups_and_the_order_of_lines_are_nothing() -> None:
    lines = WAS.split(b"\r\n")
    made = b"\r\n".join([*lines[:2], *reversed(lines[2:-2]), *lines[-2:]]).replace(b"NOTE:one", b"item1.NOTE:o\r\n ne")
    assert keeps_the_rest(NOW, WAS, made, {"TEL"})


@pytest.mark.parametrize(
    "program", ["Android 2.1", "Samsung", "KAddressBook", "Japanese phone", "UTF-16", "with an assistant"]
)
def test_of_what_it_cannot_read_it_has_no_opinion(program: str) -> None:
    assert keeps_the_rest(DIALECTS[program], WAS, b"", {"AGENT"})


def test_blank_lines_are_nothing() -> None:
    apart = WAS.replace(b"NOTE:one", b"\r\nNOTE:one")
    assert keeps_the_rest(apart, WAS, WAS, {"TEL"})
    assert not keeps_the_rest(apart, WAS, WAS.replace(b"NOTE:one\r\n", b""), {"TEL"})


def test_a_value_that_goes_on_in_the_next_line_is_one() -> None:
    there = WAS.replace(b"NOTE:one", b"NOTE;ENCODING=QUOTED-PRINTABLE:one=\r\nabc:two")
    assert keeps_the_rest(there, WAS, WAS, {"NOTE"})


def test_of_a_card_with_something_inside_it_has_no_opinion() -> None:
    inside = WAS.replace(b"NOTE:one", b"BEGIN:X-MORE\r\nNOTE:one\r\nEND:X-MORE")
    assert keeps_the_rest(inside, WAS, b"", {"TEL"})


def test_what_comes_back_may_be_a_line_that_it_cannot_read() -> None:
    was = WAS.replace(b"NOTE:one", b"TEL;:030 23125012")
    assert keeps_the_rest(NOW, was, was, {"TEL", "NOTE"})


def test_a_header_that_it_would_look_at_for_ever_is_not_given_to_it() -> None:
    hostile = WAS.replace(b"NOTE:one", b"NOTE" + b";A=b,c" * 400 + b";\xc3\xbc:one")
    started = time.process_time()
    assert keeps_the_rest(hostile, hostile, WAS, {"TEL"})
    assert time.process_time() - started < 1


@pytest.mark.parametrize("program", DIALECTS)
def test_it_objects_to_nothing_that_is_put_back_in_any_dialect(program: str) -> None:
    """Each line that went or came, alone and with all others."""
    data = DIALECTS[program]
    lines = data.split(b"\r\n")
    for place in range(2, len(lines) - 2):
        other = b"\r\n".join(lines[:place] + lines[place + 1 :])
        for was, now in ((data, other), (other, data)):
            changes = diff(was, now)
            for some in (changes, *([change] for change in changes)):
                made = put_back(now, was, some, "JP")
                assert keeps_the_rest(now, was, made, {change.name for change in some}), (some, made)
