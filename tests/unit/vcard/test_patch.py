"""What a card says byte for byte when lines of another one came back into it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from cardwarden.vcard.encoding import BOM
from cardwarden.vcard.patch import put_back
from support.cards import card, diff


def restored(was: bytes, now: bytes, only: Sequence[str] = ()) -> bytes:
    """The card with its changes undone, or those of some properties."""
    changes = [change for change in diff(was, now) if not only or change.name in only]
    return put_back(now, was, changes, "JP")


BOAT = "item1.TEL:1234567", "item1.X-ABLabel:Boat"
COAT = "item1.EMAIL:a@b.c", "item1.X-ABLabel:Coat"


@pytest.mark.parametrize(
    ("was", "now", "only", "again"),
    [
        (BOAT, COAT, (), BOAT),
        (BOAT, COAT, ("TEL",), (*COAT, "item2.TEL:1234567", "item2.X-ABLabel:Boat")),
        (BOAT, (*COAT, "item2.NOTE:x"), ("TEL",), (*COAT, "item2.NOTE:x", "item3.TEL:1234567", "item3.X-ABLabel:Boat")),
        (
            BOAT,
            ("item3.TEL:7654321", "item3.X-ABLabel:Boat", *COAT),
            ("TEL",),
            ("item3.TEL:1234567", "item3.X-ABLabel:Boat", *COAT),
        ),
        (BOAT, ("item1.TEL:1234567", "item1.X-ABLabel:Coat"), (), BOAT),
        (BOAT, ("TEL:1234567",), (), BOAT),
        (("TEL:1234567",), BOAT, (), ("TEL:1234567",)),
        (("item1.TEL:1234567",), COAT, ("TEL",), (*COAT, "TEL:1234567")),
        (
            ("item1.TEL:1234567", "item1.EMAIL:a@b.c", "item1.X-ABLabel:Boat"),
            ("item1.TEL:1234567", "item2.EMAIL:x@y.z"),
            (),
            ("item1.TEL:1234567", "item1.EMAIL:a@b.c", "item1.X-ABLabel:Boat"),
        ),
        (
            BOAT,
            ("item2.EMAIL:a@b.c", "item2.X-ABLabel:Boat", "item1.EMAIL:b@b.c"),
            ("TEL",),
            (
                "item2.EMAIL:a@b.c", "item2.X-ABLabel:Boat", "item1.EMAIL:b@b.c",
                "item3.TEL:1234567", "item3.X-ABLabel:Boat",
            ),
        ),
        (
            ("item1.TEL:1111111", "item1.TEL:1234567", "item1.X-ABLabel:Boat"),
            ("NOTE:x",),
            ("TEL",),
            ("NOTE:x", "item1.TEL:1111111", "item1.TEL:1234567", "item1.X-ABLabel:Boat"),
        ),
        (
            ("item5.TEL:1234567", "item5.X-ABLabel:Boat"),
            ("item5.EMAIL:a@b.c", "item5.X-ABLabel:Coat"),
            ("TEL",),
            ("item5.EMAIL:a@b.c", "item5.X-ABLabel:Coat", "item1.TEL:1234567", "item1.X-ABLabel:Boat"),
        ),
        (
            ('item1.ADR;LABEL="Gate 1":;;a', "item1.X-ABLabel:Boat"),
            COAT,
            ("ADR", "LABEL"),
            (*COAT, 'item2.ADR;LABEL="Gate 1":;;a', "item2.X-ABLabel:Boat"),
        ),
        (
            ('ADR;LABEL="Gate 1":;;q', 'item1.ADR;LABEL="Gate 2":;;a'),
            ('ADR;LABEL="Gate 3":;;q', "item2.ADR:;;b"),
            (),
            ('ADR;LABEL="Gate 1":;;q', 'item2.ADR;LABEL="Gate 2":;;a'),
        ),
        (("item1.CATEGORIES:a",), ("CATEGORIES:x", "item2.CATEGORIES:y"), (), ("item2.CATEGORIES:a",)),
        (("item1.NOTE:a\r\n b",), ("item2.NOTE:c",), (), ("item2.NOTE:a\r\n b",)),
        (BOAT, ("item4.TEL:7654321", "item4.EMAIL:a@b.c", "item4.X-ABLabel:Coat"), ("TEL",),
         ("item1.TEL:1234567", "item1.X-ABLabel:Boat", "item4.EMAIL:a@b.c", "item4.X-ABLabel:Coat")),
    ],
)  # fmt: skip
def test_a_line_brings_its_label_and_takes_nobodys_group(
    was: Sequence[str], now: Sequence[str], only: Sequence[str], again: Sequence[str]
) -> None:
    assert restored(card(*was), card(*now), only) == card(*again)


@pytest.mark.parametrize(
    ("was", "now", "only", "again"),
    [
        (['ADR;LABEL="Gate 1":;;a', "NOTE:x"], ["ADR:;;a"], (), ['ADR;LABEL="Gate 1":;;a', "NOTE:x"]),
        (["ADR:;;a"], ['ADR;LABEL="Gate 1":;;a'], (), ["ADR:;;a"]),
        (['ADR;LABEL="Gate 1":;;a'], ['ADR;LABEL="Gate 2":;;b'], ("LABEL",), ['ADR;LABEL="Gate 1":;;a']),
        (['ADR;LABEL="Gate 1":;;a'], ['ADR;LABEL="Gate 2":;;b'], ("ADR",), ['ADR;LABEL="Gate 1":;;a']),
        (
            ['ADR;LABEL="Gate 1":;;a', 'adr;LABEL="Gate 2":;;b'],
            ["ADR:;;a", 'ADR;LABEL="Gate 2":;;b'],
            (),
            ['ADR;LABEL="Gate 1":;;a', 'ADR;LABEL="Gate 2":;;b'],
        ),
        (
            ["ADR;TYPE=home:;;a", "ADR;TYPE=work:;;a", 'ADR;LABEL="Gate 1":;;q'],
            ["ADR;TYPE=work:;;a", 'ADR;LABEL="Gate 2":;;q'],
            (),
            ["ADR;TYPE=work:;;a", "ADR;TYPE=home:;;a", 'ADR;LABEL="Gate 1":;;q'],
        ),
        (
            ['ADR;TYPE=home;LABEL="Gate 1":;;a', 'ADR;TYPE=work;LABEL="Gate 1":;;b'],
            ['ADR;TYPE=work;LABEL="Gate 1":;;b'],
            (),
            ['ADR;TYPE=work;LABEL="Gate 1":;;b', 'ADR;TYPE=home;LABEL="Gate 1":;;a'],
        ),
        (["ADR:;;a", "adr:;;b"], ['ADR;LABEL="Gate 1":;;a', "ADR:;;b"], (), ["ADR:;;a", "ADR:;;b"]),
        (["N;SORT-AS=a:a;b"], ["N:a;b"], (), ["N;SORT-AS=a:a;b"]),
        (["N;SORT-AS=a:a;b"], ["N:a;c"], ("N",), ["N;SORT-AS=a:a;b"]),
        (["N;SORT-AS=a:a;b"], ["N:a;c"], (), ["N;SORT-AS=a:a;b"]),
    ],
)
def test_what_a_line_says_in_a_parameter_comes_back_with_the_line(
    was: Sequence[str], now: Sequence[str], only: Sequence[str], again: Sequence[str]
) -> None:
    assert restored(card(*was), card(*now), only) == card(*again)


@pytest.mark.parametrize(
    ("was", "now", "only", "again"),
    [
        (["CATEGORIES:a,b", "CATEGORIES:c", "NOTE:x"], ["NOTE:x", "CATEGORIES:a"], (),
         ["NOTE:x", "CATEGORIES:a,b", "CATEGORIES:c"]),
        (["CATEGORIES:a,b", "TITLE:x"], ["CATEGORIES:a", "TITLE:y"], ("CATEGORIES",), ["CATEGORIES:a,b", "TITLE:y"]),
        (["CATEGORIES:a,b", "NICKNAME:x,y"], ["CATEGORIES:a", "NICKNAME:x"], ("NICKNAME",), ["CATEGORIES:a", "NICKNAME:x,y"]),
        (["X-ANNIVERSARY:2001-02-03"], ["ANNIVERSARY:2001-02-04"], (), ["X-ANNIVERSARY:2001-02-03"]),
        (["NOTE:b", "TITLE:a"], ["FN:x", "REV:20310101T000000Z"], (), ["NOTE:b", "TITLE:a", "REV:20310101T000000Z"]),
        (["TITLE:a", "NOTE:b"], ["FN:x", "NOTE:d"], ("NOTE",), ["FN:x", "NOTE:b"]),
    ],
)  # fmt: skip
def test_lines_come_back_in_their_order_where_what_they_replace_began(
    was: Sequence[str], now: Sequence[str], only: Sequence[str], again: Sequence[str]
) -> None:
    assert restored(card(*was), card(*now), only) == card(*again)


OLD, ACCENT = "FN:Jörg Weiß", "NOTE:Grüße"


@pytest.mark.parametrize(
    ("mine", "theirs", "again"),
    [
        ("utf-8", "utf-8", "utf-8"),
        ("latin-1", "latin-1", "latin-1"),
        ("latin-1", "utf-8", "utf-8"),
        ("utf-8", "latin-1", "utf-8"),
        ("utf-16-le", "latin-1", "utf-8"),
        ("utf-16-le", "utf-8", "utf-8"),
        ("utf-16-le", "utf-16-be", "utf-16-be"),
        ("latin-1", "utf-16-be", "utf-16-be"),
        ("utf-8", "utf-16-le", "utf-16-le"),
    ],
)
def test_a_card_of_two_encodings_becomes_one_that_has_room_for_both(mine: str, theirs: str, again: str) -> None:
    was, now = card(OLD, charset=mine), card("FN:Joerg Weiss", ACCENT, charset=theirs)
    changes = [change for change in diff(was, now) if change.name == "FN"]
    assert put_back(now, was, changes, "DE") == card(OLD, ACCENT, charset=again)


def test_lines_with_and_without_accents_come_back_into_a_card_of_utf_16() -> None:
    now = card("FN:Joan", charset="utf-16-le")
    assert restored(card("FN:Jane", ACCENT), now) == card("FN:Jane", ACCENT, charset="utf-16-le")


def test_a_line_of_an_old_character_set_is_read_as_its_country_writes() -> None:
    was, now = card("FN:Иван Петров", charset="cp1251"), card("FN:Ivan", "NOTE:Привет")
    changes = [change for change in diff(was, now, "RU") if change.name == "FN"]
    assert put_back(now, was, changes, "RU") == card("FN:Иван Петров", "NOTE:Привет")


def test_half_a_character_of_a_card_of_utf_16_comes_back_as_that() -> None:
    half = card("FN:@Jane").decode().replace("@", "\ud800").encode("utf-16-le", "surrogatepass")
    now = card("FN:Joan", ACCENT)
    changes = [change for change in diff(half, now) if change.name == "FN"]
    assert put_back(now, half, changes) == card("FN:@Jane", ACCENT).replace(
        b"@", "\ud800".encode("utf-8", "surrogatepass")
    )


def test_a_line_of_plain_letters_changes_no_encoding() -> None:
    was, now = card("FN:Jane", "NOTE:Grüße"), card("FN:Joan", "NOTE:Grüße", charset="latin-1")
    changes = [change for change in diff(was, now) if change.name == "FN"]
    assert put_back(now, was, changes, "DE") == card("FN:Jane", "NOTE:Grüße", charset="latin-1")


def test_a_card_that_becomes_utf_8_keeps_its_mark() -> None:
    was = card("FN:山田太郎", charset="cp932")
    assert restored(was, BOM + card("FN:Jane")) == BOM + card("FN:山田太郎")


def test_a_line_that_says_its_charset_says_none_in_a_card_of_utf_16_and_none_when_it_comes_from_one() -> None:
    was = card("FN:Jane", "NOTE;CHARSET=ISO-8859-1:@", version="2.1").replace(b"@", "Grüße".encode("latin-1"))
    now = card("FN:Jane", version="2.1", charset="utf-16-le")
    assert restored(was, now) == card("FN:Jane", "NOTE:Grüße", version="2.1", charset="utf-16-le")
    wide = card("FN:Jane", "NOTE;CHARSET=ISO-8859-1:Grüße", version="2.1", charset="utf-16-le")
    assert restored(wide, card("FN:Jane", version="2.1")) == card("FN:Jane", "NOTE:Grüße", version="2.1")
    assert restored(wide, now) == wide


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_a_last_line_without_an_end_gets_that_of_its_card(end: str) -> None:
    was, now = (card("FN:Jane", "NOTE:x", end=end), card("FN:Jane", end=end))
    gone = now.removesuffix(f"END:VCARD{end}".encode())
    assert restored(was.removesuffix(f"{end}END:VCARD{end}".encode()), now) == was
    assert restored(was, gone.removesuffix(end.encode())) == was.removesuffix(f"END:VCARD{end}".encode())


def test_a_line_comes_back_into_a_card_that_says_nothing() -> None:
    was = b"BEGIN:VCARD\r\nNOTE:x\r\nEND:VCARD\r\n"
    assert restored(was, b"BEGIN:VCARD\r\nEND:VCARD\r\n") == was
    assert restored(was, b"") == b"NOTE:x\r\n"
    assert restored(was, b"\r\n") == b"NOTE:x\r\n\r\n"


def test_a_line_whose_group_is_folded_comes_back_into_another_group_and_into_none() -> None:
    was = card("it\r\n em1.TEL:1234567")
    assert restored(was, card("item2.TEL:7654321")) == card("item2.TEL:1234567")
    assert restored(card("item1.TEL:1234567"), card("item2.TEL:7654321")) == card("item2.TEL:1234567")
    now = card(*COAT)
    assert restored(card("item1.TEL:1.234567"), now, ("TEL",)) == card(*COAT, "TEL:1.234567")


def test_a_line_in_an_encoding_of_its_own_keeps_its_end_when_the_card_gets_another_one() -> None:
    said = b"NOTE;CHARSET=ISO-8859-1:Gr\xfc\xdfe\r\n"
    was = card("FN:山田太郎", charset="cp932").replace(b"END:", said + b"END:")
    now = card("FN:Jane", "TITLE:Bäcker", charset="latin-1").replace(b"END:", said + b"END:")
    changes = [change for change in diff(was, now, "DE") if change.name == "FN"]
    again = card("FN:山田太郎", "TITLE:Bäcker").replace(b"END:", said + b"END:")
    assert put_back(now, was, changes, "DE") == again


def test_of_two_labels_with_one_address_the_one_that_is_gone_comes_back_alone() -> None:
    home, work = 'ADR;TYPE=home;LABEL="G":;;a', "ADR;TYPE=work:;;a"
    assert restored(card(home, work), card(work)) == card(work, home)
