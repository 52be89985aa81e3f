"""Which characters the bytes of a card mean."""

from __future__ import annotations

import pytest

from cardwarden.vcard.encoding import charset_of, known_charset
from support.cards import card, read


@pytest.mark.parametrize(
    ("charset", "name"),
    [("utf-8", "Grüße 山田"), ("cp1252", "Jürgen Müller"), ("cp932", "山田太郎"), ("iso-2022-jp", "山田太郎")],
)
def test_a_card_is_read_in_the_characters_that_it_was_written_in(charset: str, name: str) -> None:
    said = read(card(f"FN:{name}", charset=charset)).first("FN")
    assert said
    assert said.value == name


def test_a_line_that_names_its_charset_is_read_in_it() -> None:
    lines = card("FN:x", "NOTE;CHARSET=SHIFT_JIS:@").replace(b"@", "山田".encode("cp932"))
    note = read(lines).first("NOTE")
    assert note
    assert note.value == "山田"


@pytest.mark.parametrize("wide", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_seen_with_and_without_a_mark(wide: str) -> None:
    said = read(card("FN:山田").decode().encode(wide)).first("FN")
    assert said
    assert said.value == "山田"


def test_bytes_that_fit_nothing_still_compare_as_themselves() -> None:
    one, other = (read(card("FN:山", "NOTE:@").replace(b"@", byte)).first("NOTE") for byte in (b"\xff", b"\xfe"))
    assert one != other


def test_a_charset_that_no_address_book_uses_is_unknown() -> None:
    assert known_charset("ROT13") == ""
    assert known_charset("iso-8859-12") == ""
    assert charset_of(b"plain") == "utf-8"
