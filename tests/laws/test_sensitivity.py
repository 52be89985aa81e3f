"""Sensitivity: no digit and no letter changes unseen, and no byte of a value without a reason from the list."""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cardwarden.vcard.diff import REASONS, rewrites
from support.cards import JPEG, LETTERS, Person, card, diff, lines_30, lines_40, people, read

LINES = (
    "FN:山田 太郎", "N:Doe;Jane,Mary;X;;", "TEL;TYPE=CELL:090-1234-5678", "TEL:186090-1234-5678", "TEL:+1 860 555 1234;ext=12",
    "TEL;VALUE=uri:tel:+81-90-1234-5678", "TEL:03-1234-5678,,12#", "TEL:0120-FLOWERS", "EMAIL:jane.roe2@example1.org",
    "EMAIL:a@faß1.de", "BDAY:1985-04-12", "BDAY:19850412T101112.5+0930", "BDAY:--0412", "BDAY:19850412T000000+0900",
    "ANNIVERSARY:2001-02-03", "ADR;TYPE=HOME:PO 1;2;Main St 3;Town;NC;27713;US",
    "ADR:;;225 Example Dr;Durham;NC;27713;US;Gate 9\\nDurham", "NOTE:line 1\\nline 2\\, and C:\\new \\\\n;", "ORG:A, B;C\\;D;1",
    "TITLE:Nº 5", "URL:https://user1@Example.org/Path?q=1", "X-SIP:sip:a1@b.c", "IMPP;TYPE=home:xmpp:a1@b.c",
    "CATEGORIES:a1,b\\,c2,d",
    "NICKNAME:J1,K", "KIND:group", "X-ABShowAs:COMPANY", "GENDER:F;it1", "GEO:37.386013;-122.082932", "TZ:-0500",
    "RELATED;TYPE=spouse:urn:uuid:7d8bf3fa-1b26-4b8d-8d56-5a2d0e4c0f01", "X-CUSTOM:abc 123", "UID:abc-1",
    "NOTE;ENCODING=QUOTED-PRINTABLE:a1=0Ab2", "a line without a colon 1", "X-PHONETIC-LAST-NAME:ﾔﾏﾀﾞ1", "LABEL:a\\nb1",
    "KEY:http://example.org/key1", "PHOTO:http://example.org/a1.jpg", "PHOTO:data:text/plain,abc1",
)  # fmt: skip


def wide_and_case_aside(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


@st.composite
def edited(draw: st.DrawFn, line: str) -> str:
    """A line whose value has one letter or digit replaced, inserted or deleted."""
    head, colon, value = line.partition(":")
    if not colon:
        head, value = "", line
    places = [place for place, character in enumerate(value) if character.isalnum()]
    at = draw(st.sampled_from(places))
    was = value[at]
    assume(was not in "nN" or not value[:at].endswith("\\"))
    # The letters of a code are no text: =0D is a line end, too.
    in_code = "QUOTED-PRINTABLE" in head and "=" in value[max(at - 2, 0) : at]
    others = "0123456789" if was.isdigit() else LETTERS
    new = draw(st.sampled_from([other for other in others if wide_and_case_aside(other) != wide_and_case_aside(was)]))
    kind = draw(st.sampled_from(["replaced", "inserted", "deleted"]))
    stop = at + (kind != "inserted")
    assume(not in_code or new not in "dD" or kind == "deleted")
    # 037.4 degrees are 37.4 (RFC 5870 section 3.4.4).
    of_place = head.startswith("GEO") and value[max(at - 1, 0) : at] in {"", "-", ";"}
    assume(not of_place or (kind, new) != ("inserted", "0"))
    changed = f"{value[:at]}{'' if kind == 'deleted' else new}{value[stop:]}"
    assume(not head.startswith("GEO") or _are_apart(value, changed))
    return f"{head}{colon}{changed}"


def _are_apart(one: str, other: str) -> bool:
    """Whether two positions are some metres apart, or one is none: less than that some programs do not keep."""
    try:
        return any(abs(float(a) - float(b)) > 2e-5 for a, b in zip(one.split(";"), other.split(";"), strict=True))
    except ValueError:
        return True


@pytest.mark.parametrize("line", LINES)
@given(data=st.data())
def test_an_edited_letter_or_digit_is_a_change(line: str, data: st.DataObject) -> None:
    changed = data.draw(edited(line))
    assert diff(card(line), card(changed)) != []
    assert diff(card(changed), card(line)) != []


@given(people, st.sampled_from([lines_30, lines_40]), st.data())
def test_an_edited_letter_or_digit_is_a_change_in_any_card(
    person: Person, lines: Callable[[Person], list[str]], data: st.DataObject
) -> None:
    all_lines = lines(person)
    at = data.draw(
        st.sampled_from([n for n, line in enumerate(all_lines) if not line.startswith(("PHOTO", "KIND", "N:"))])
    )
    assume(any(character.isalnum() for character in all_lines[at].partition(":")[2]))
    changed = [*all_lines[:at], data.draw(edited(all_lines[at])), *all_lines[at + 1 :]]
    assert diff(card(*all_lines), card(*changed)) != []


@pytest.mark.parametrize("line", LINES)
@given(data=st.data())
def test_a_difference_in_a_value_is_a_change_or_has_a_reason(line: str, data: st.DataObject) -> None:
    head, colon, value = line.partition(":")
    at = data.draw(st.integers(0, len(value)))
    stop = at + data.draw(st.integers(0, 2))
    pieces = st.sampled_from(
        ["", " ", "\t", "\\", "\\n", ",", ";", ":", "\x00", "\x1b", "\u200b", "\u202e", "\u3000", "-", "A", "="]
    )
    other = value[:at] + data.draw(pieces) + value[stop:]
    old, new = read(card(line)), read(card(head + colon + other))
    assume(old.properties != new.properties)
    found = rewrites(old, new, "JP")
    assert diff(card(line), card(head + colon + other)) or found
    assert {rewrite.reason for rewrite in found} <= REASONS


@given(st.binary(min_size=1, max_size=40), st.integers(0, 39), st.integers(1, 255))
def test_a_changed_byte_of_a_picture_is_a_change(tail: bytes, at: int, by: int) -> None:
    raw = JPEG + tail
    at %= len(raw)
    other = raw[:at] + bytes([raw[at] ^ by]) + raw[at + 1 :]
    old, new = (f"PHOTO;ENCODING=b:{base64.b64encode(data).decode()}" for data in (raw, other))
    assert [change.name for change in diff(card(old), card(new))] == ["PHOTO"]
    assert [change.name for change in diff(card(old), card())] == ["PHOTO"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("EMAIL:a@fass.de", "EMAIL:a@faß.de"),
        ("FN:Jane", "FN:Ja\u200bne"),
        ("FN:Jane", "FN:\x1b(BJ\x1b$ane"),
        ("item1.TEL:1234567\r\nitem1.X-ABLabel:Boat", "item1.TEL:1234567\r\nitem1.X-ABLabel:Coat"),
        ("TEL;TYPE=home:1234567", "TEL;TYPE=work:1234567"),
        ("TEL;PREF=1:1234567\r\nTEL:2345678", "TEL:1234567\r\nTEL;PREF=1:2345678"),
        ("CATEGORIES:a,b", "CATEGORIES:a\\,b"),
        ("N:a\\;b;c", "N:a;b\\;c"),
        ("ORG:a\\\\;b", "ORG:a\\;b"),
        ("ADR;LABEL=\"Gate 1\":;;a", "ADR;LABEL=\"Gate 2\":;;a"),
        ('N;SORT-AS="Harten,Rene":a', 'N;SORT-AS="Harten,Rena":a'),
        ("ADR:;;a;b;c;d;e;Gate 1", "ADR:;;a;b;c;d;e;Gate 2"),
        ("BDAY:1985-04-12T10:00:00.5", "BDAY:1985-04-12T10:00:00.7"),
        ("BDAY:1985-04-12T00:00:00+09:00", "BDAY:1985-04-12T00:00:00+08:00"),
        ("KIND:group", "KIND:individual"),
        ("X-ABShowAs:COMPANX", "X-ABShowAs:COMPANZ"),
        ("AGENT:\r\nBEGIN:VCARD\r\nTEL:1\r\nEND:VCARD", "AGENT:\r\nBEGIN:VCARD\r\nTEL:2\r\nEND:VCARD"),
        ("TEL:" + "1" * 300, "TEL:" + "1" * 299 + "2"),
    ],
)  # fmt: skip
def test_two_values_that_look_alike_are_a_change(before: str, after: str) -> None:
    assert diff(card(before), card(after)) != []
    assert diff(card(after), card(before)) != []


def test_a_copy_that_came_is_a_change_and_one_that_went_is_none() -> None:
    once, twice = card("TEL:1234567"), card("TEL:1234567", "TEL:1234567")
    assert diff(once, twice) != []
    assert diff(twice, once) == []
