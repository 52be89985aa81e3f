"""Totality: any bytes give cards or unreadables, in linear time, never an exception."""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cardwarden.vcard.canonical import facts_of
from cardwarden.vcard.card import Card, Unreadable
from cardwarden.vcard.content import properties_of, read_card, split_book
from cardwarden.vcard.diff import REASONS, diff_facts, rewrites
from cardwarden.vcard.index import index_card
from cardwarden.vcard.patch import put_back
from support.alarm import alarm
from support.cards import JPEG, Person, card, facts, lines_21, lines_30, lines_40, people

JANE = Person(
    "山田 太郎", ("山田", "太郎"), (("CELL", "186 090-1234-5678"),), ("jane@example.org",), "a, b; c\nd", picture=JPEG
)
REAL = (
    card(*lines_30(JANE)),
    card(*lines_40(JANE), version="4.0"),
    card(*lines_21(JANE), version="2.1"),
    card("FN:M\u00fcller", "NOTE:\u00e4", charset="latin-1"),
    card("N;CHARSET=SHIFT_JIS:山田;太郎", "TEL;CELL;:090", version="2.1", charset="cp932"),
    card("FN:山田 太郎", charset="iso-2022-jp"),
    card("FN:Jane", "AGENT:", "BEGIN:VCARD", "FN:Joe", "END:VCARD", "TEL:1"),
    card(*lines_30(JANE), end="\r"),
    card(*lines_30(JANE), charset="utf-16"),
    card(*lines_30(JANE), charset="utf-16-be"),
    b"\xef\xbb\xbf" + card(*lines_30(JANE)),
)
SHARDS = (
    b"BEGIN:VCARD\r\n", b"END:VCARD\r\n", b"END:VCARD", b"END:VCARDBEGIN:VCARD", b"\r", b"\n", b"\r\n ", b"\x00", b"\xff\xfe",
    b"\xfe\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\x1b$B", b"\x1b(B", b"\x1b$Z", b"\x81", b"\\", b'"', b";", b":", b"=",
    b"AGENT:\r\n", b"item1.", b"X-ABLabel:x\r\n", b";CHARSET=ISO-2022-JP", b";CHARSET=ISO-8859-12", b";CHARSET=EUC-KR",
    b";ENCODING=QUOTED-PRINTABLE:=", b";ENCODING=b:", b"TEL;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;\xc3\xa9:1\r\n",
    b"VALUE=uri:tel:+81;phone-context=", b"BDAY:--0412T00", b"\xe2\x80\xae", b"EMAIL:a@\xf0\x9f\x98\x80.\xc3\x9f..\r\n",
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Real cards that were cut, glued and sprinkled with what breaks parsers."""
    data = b"".join(draw(st.lists(st.sampled_from(REAL), min_size=1, max_size=3)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        stop = at + draw(st.sampled_from([0, 0, 1, 7, 40]))
        data = data[:at] + draw(st.sampled_from(SHARDS) | st.binary(max_size=4)) + data[stop:]
    return data[: draw(st.none() | st.integers(0, len(data)))]


def look(book: bytes) -> None:
    """Everything that the core does with bytes."""
    for place, raw in enumerate(split_book(book)):
        said = read_card(raw)
        assert isinstance(said, Card | Unreadable)
        properties = properties_of(raw.data)
        seen = Card("", tuple(properties))
        found = facts_of(seen, "JP")
        assert diff_facts(found, facts_of(seen, "JP")) == []
        other = facts_of(Card("", tuple(properties[1::2])), "JP")
        changes = diff_facts(found, other)
        assert {rewrite.reason for rewrite in rewrites(seen, Card("", tuple(properties[1::2])), "JP")} <= REASONS
        put_back(card("FN:Jane"), raw.data, [change for change in changes if change.after is None])
        index_card(raw, "book.vcf", place, "JP")


@given(st.binary(max_size=300))
def test_any_bytes_give_values(book: bytes) -> None:
    look(book)


@given(damaged())
@example(b"\xff\xfeB")
@example(b"BEGIN:VCARD\nN;CHARSET=ISO-2022-JP:\x1b$Z!\nEND:VCARD\n")
@example(b"BEGIN:VCARD\nN;CHARSET=ISO-8859-12:a\nEND:VCARD\n")
@example(b"BEGIN:VCARD\nN;ENCODING=Q;CHARSET=CP1299:=81\nEND:VCARD\n")
def test_damaged_cards_give_values(book: bytes) -> None:
    look(book)


@given(
    st.lists(people, max_size=4), st.sampled_from([lines_21, lines_30, lines_40]), st.sampled_from(["\r\n", "\n", "\r"])
)
def test_the_cards_of_a_book_are_its_bytes(
    persons: list[Person], lines: Callable[[Person], list[str]], end: str
) -> None:
    book = b"".join(card(*(line.replace("\r\n", end) for line in lines(person)), end=end) for person in persons)
    cards = list(split_book(book))
    assert b"".join(raw.data for raw in cards) == book
    assert [raw.problem for raw in cards] == [""] * len(persons)


@given(people, st.sampled_from([lines_21, lines_30, lines_40]), st.sampled_from(["\r\n", "\n", "\r"]))
def test_the_lines_of_a_card_are_its_bytes_between_begin_and_end(
    person: Person, lines: Callable[[Person], list[str]], end: str
) -> None:
    data = card(*(line.replace("\r\n", end) for line in lines(person) if line), end=end)
    found = properties_of(data)
    assert found[0].start == len(f"BEGIN:VCARD{end}")
    assert [line.start for line in found[1:]] == [line.end for line in found[:-1]]
    assert data[found[-1].end :] in (f"END:VCARD{end}".encode(), f"{end}END:VCARD{end}".encode())


MEGABYTE = 1_000_000
LONG_LINES = {
    "types": b"TEL" + b";a" * (MEGABYTE // 2) + b":1",
    "types without a colon": b"TEL" + b";a" * (MEGABYTE // 2),
    "types the grammar refuses": b"TEL" + b";a" * 1_500 + b";\xc3\xa9:1",
    "short types the grammar refuses": b"TEL" + b";a" * 40 + b";\xc3\xa9:1",
    "4,000 types": b"TEL" + b";a" * 2_000 + b":1",
    "equals signs": b"TEL;a" + b"=x" * 1_500 + b'=":1',
    "quotes": b"NOTE" + b';a="b"' * (MEGABYTE // 6) + b":x",
    "open quotes": b'NOTE;a="' + b'";"' * (MEGABYTE // 3) + b":x",
    "backslashes": b"NOTE:" + b"\\" * MEGABYTE,
    "escapes in a structure": b"N:" + b"\\;;" * (MEGABYTE // 3),
    "digits": b"TEL:" + b"1" * MEGABYTE,
    "spaced digits": b"TEL:" + b"1 " * (MEGABYTE // 2) + b"x",
    "plus signs": b"TEL:" + b"+" * MEGABYTE,
    "pauses": b"TEL:" + b"1," * (MEGABYTE // 2) + b"x",
    "blanks": b"TEL:1" + b" " * MEGABYTE + b"x",
    "newlines": b"TEL:1" + b"\\n" * (MEGABYTE // 2) + b"x",
    "blanks before the colon": b"TEL" + b" " * MEGABYTE + b":1",
    "blanks in a begin": b"BEGIN" + b" " * MEGABYTE + b":X",
    "soft breaks": b"NOTE;ENCODING=QUOTED-PRINTABLE:" + b"a=\r\n" * (MEGABYTE // 4) + b"b",
    "folds": b"NOTE:a" + b"\r\n b" * (MEGABYTE // 4),
    "bare base64": b"PHOTO;ENCODING=b:" + b"QUJD\r\n" * (MEGABYTE // 6),
    "a scheme without an end": b"URL:" + b"a" * MEGABYTE,
    "a wide domain": b"EMAIL:a@" + "é漢".encode() * (MEGABYTE // 5),
    "a data URI without an end": b"PHOTO:data:" + b";a" * (MEGABYTE // 2),
    "list items": b"CATEGORIES:" + b"a," * (MEGABYTE // 10),
    "combining marks": b"FN:a" + "\u0301\u0323".encode() * (MEGABYTE // 4),
    "carets": b'ADR;LABEL="' + b"^" * 4_000 + b'":;;a',
    "begins": b"BEGIN:VCARD\r\n" * 10_000,
    "agents": b"AGENT:\r\nBEGIN:VCARD\r\n" * 20_000,
    "glued ends": b"END:VCARDBEGIN:VCARD" * 20_000,
    "unknown properties": b"".join(b"X-%d:1\r\n" % n for n in range(100_000)),
    "equal properties": b"TEL;TYPE=x:1\r\n" * 50_000,
    "labels": b"".join(b"i%d.TEL:%d\r\ni%d.X-ABLabel:x\r\n" % (n, n, n) for n in range(10_000)),
}


@pytest.mark.parametrize("kind", LONG_LINES)
def test_no_line_takes_more_than_linear_time(kind: str) -> None:
    with alarm(20):
        for raw in split_book(b"BEGIN:VCARD\r\nFN:Jane\r\n" + LONG_LINES[kind] + b"\r\nEND:VCARD\r\n"):
            found = facts(raw.data)
            diff_facts(found, found[: len(found) // 2])
            index_card(raw, "book.vcf", 0, "JP")


def test_many_values_that_all_changed_are_compared_in_linear_time() -> None:
    same = card(*["TEL;TYPE=home:1"] * 20_000), card(*["TEL;TYPE=work:1"] * 20_000)
    names = card(*(f"X-{n}:1" for n in range(20_000))), card(*(f"X-{n}:2" for n in range(20_000)))
    with alarm(20):
        for before, after in (same, names):
            assert len(diff_facts(facts(before), facts(after))) == 20_000


def test_a_book_on_disk_is_read_without_being_held_in_memory() -> None:
    one = card(*lines_30(JANE))
    with tempfile.TemporaryFile() as file:
        file.write(one * 20_000)
        file.flush()
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as book:
            assert sum(raw.data == one for raw in split_book(book)) == 20_000
