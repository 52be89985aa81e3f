"""Completeness: undoing the changes gives the old card's meaning, and undoing some of them undoes just these."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwarden.vcard.patch import put_back
from support.cards import Person, card, diff, facts, lines_21, lines_30, lines_40, people
from support.examples import examples

WRITERS = st.sampled_from(
    [(lines_21, "2.1", "\r\n"), (lines_30, "3.0", "\r\n"), (lines_30, "3.0", "\n"), (lines_40, "4.0", "\r\n")]
)
Writer = tuple[Callable[[Person], list[str]], str, str]


def written(person: Person, writer: Writer, order: random.Random) -> bytes:
    """A card in some program's way, with Apple's labels on some of its lines."""
    lines, version, end = writer
    found: list[str] = []
    for place, line in enumerate(lines(person)):
        if line.startswith(("TEL", "EMAIL", "ADR")) and order.random() < 0.5:
            group = f"item{place % 3 + 1}"
            found += [f"{group}.{line}", f"{group}.X-ABLabel:{order.choice(['Boat', '_$!<Home>!$_'])}"]
        else:
            found.append(line)
    return card(*(line.replace("\r\n", end) for line in found), version=version, end=end)


@given(people, people, WRITERS, WRITERS, st.randoms(use_true_random=False))
def test_undoing_every_change_gives_the_old_card(
    one: Person, other: Person, wrote: Writer, writes: Writer, order: random.Random
) -> None:
    was, now = written(one, wrote, order), written(other, writes, order)
    again = put_back(now, was, diff(was, now), "JP")
    assert diff(was, again) == []


@given(people, people, WRITERS, st.data())
def test_undoing_some_changes_leaves_the_others(one: Person, other: Person, wrote: Writer, data: st.DataObject) -> None:
    was, now = (card(*wrote[0](person), version=wrote[1]) for person in (one, other))
    changes = diff(was, now)
    lists = {change.name for change in changes if change.name in {"CATEGORIES", "NICKNAME"}}
    some = [change for change in changes if change.name not in lists and data.draw(st.booleans())]
    left = [change for change in changes if change not in some]
    again = put_back(now, was, some, "JP")

    def said(changed: list) -> list:  # type: ignore[type-arg]
        """What the changes say; which value became which is a guess that depends on what else differs."""
        sides = [
            (name, fact.meaning, fact.labels)
            for c in changed
            for name, fact in ((f"-{c.name}", c.before), (c.name, c.after))
            if fact
        ]
        return sorted(map(str, sides))

    if not any(change.before and change.after and change.before.pref != change.after.pref for change in changes):
        assert said(diff(was, again)) == said(left)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["item1.TEL:1234567", "item1.X-ABLabel:Boat"], ["item1.TEL:7654321", "item1.X-ABLabel:Boat"]),
        (["item1.TEL:1234567", "item1.X-ABLabel:Boat"], ["item1.TEL:1234567", "item1.X-ABLabel:Coat"]),
        (["item1.TEL:1234567", "item1.X-ABLabel:Boat"], ["item1.EMAIL:a@b.c", "item1.X-ABLabel:Coat"]),
        (["item1.TEL:1234567", "item1.X-ABLabel:Boat"], ["TEL:1234567"]),
        (["TEL:1234567"], ["item1.TEL:1234567", "item1.X-ABLabel:Boat"]),
        (["item1.ADR:;;a", "item1.X-ABADR:jp", "item1.X-ABLabel:Boat"],
         ["item2.ADR:;;b", "item2.X-ABADR:jp", "item2.X-ABLabel:Boat"]),
        (["item1.TEL:1234567", "item1.EMAIL:a@b.c", "item1.X-ABLabel:Boat"], ["item1.TEL:1234567", "item1.X-ABLabel:Boat"]),
        (["item1.TEL:1234567", "item1.EMAIL:a@b.c", "item1.X-ABLabel:Boat"], ["item1.TEL:1234567", "item2.EMAIL:x@y.z"]),
        (["ADR;LABEL=\"Gate 1\":;;a"], ["ADR:;;a"]),
        (["ADR:;;a"], ["ADR;LABEL=\"Gate 1\":;;a"]),
        (["ADR;LABEL=\"Gate 1\":;;a"], ["ADR;LABEL=\"Gate 2\":;;b"]),
        (["N;SORT-AS=a:a;b"], ["N:a;b"]),
        (["CATEGORIES:a,b", "X-ANNIVERSARY:2001-02-03", "ANNIVERSARY:2001-02-03"], ["CATEGORIES:a"]),
        (["no colon here"], ["NOTE:x"]),
        (["NOTE:a\r\n  b\r\n c"], ["NOTE:d"]),
        (["it\r\n em1.TEL:1234567", "item1.X-ABLabel:Boat"], ["item1.TEL:7654321", "item1.EMAIL:a@b.c", "item1.X-ABLabel:Coat"]),
        (["AGENT:", "BEGIN:VCARD", "FN:Joe", "END:VCARD"], ["NOTE:x"]),
        ([], ["NOTE:x"]),
        (["NOTE:x"], []),
    ],
)  # fmt: skip
def test_what_is_put_back_says_what_it_said(before: list[str], after: list[str]) -> None:
    was, now = card(*before), card(*after)
    assert diff(was, put_back(now, was, diff(was, now), "JP")) == []
    assert put_back(was, was, []) == was


@pytest.mark.parametrize("mine", ["utf-8", "latin-1", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("theirs", ["utf-8", "latin-1", "utf-16-le"])
def test_a_line_comes_back_into_a_card_of_another_encoding(mine: str, theirs: str) -> None:
    was, now = card("FN:Müller", "NOTE:ä", charset=mine), card("FN:Mueller", "NOTE:ä", charset=theirs)
    assert diff(was, put_back(now, was, diff(was, now), "JP")) == []


def test_a_japanese_line_comes_back_into_a_card_that_has_no_room_for_it() -> None:
    was, now = card("FN:山田太郎", charset="cp932"), card("FN:Müller", "NOTE:äöü", charset="latin-1")
    changes = [change for change in diff(was, now) if change.name == "FN"]
    assert [fact.meaning for fact in facts(put_back(now, was, changes))] == ["山田太郎", "äöü"]


def test_other_lines_keep_their_bytes() -> None:
    was = card("FN:Jane", "TEL:1234567", "NOTE:a\r\n b")
    now = card("fn:Jane", "TEL:7654321", "NOTE:ab", "REV:20260101T000000Z", end="\n")
    changes = diff(was, now)
    assert put_back(now, was, changes) == now.replace(b"TEL:7654321\n", b"TEL:1234567\r\n")


def test_a_line_comes_back_behind_a_last_line_without_an_end() -> None:
    assert put_back(b"BEGIN:VCARD\nFN:Jane", card("NOTE:x"), diff(card("NOTE:x"), card())) == (
        b"BEGIN:VCARD\nFN:Jane\nNOTE:x\r\n"
    )


def test_a_line_of_another_charset_comes_back_into_a_card_in_utf_16() -> None:
    was = card("FN:Jane", "TEL:+1", "NOTE;CHARSET=ISO-8859-1:@", version="2.1").replace(b"@", b"Gr\xf6\xdfe")
    now = card("FN:Jane", "TEL:1", version="2.1", charset="utf-16")
    assert diff(was, put_back(now, was, diff(was, now), "JP")) == []


_CHARSETS = ("", ";CHARSET=ISO-8859-1", ";CHARSET=SHIFT_JIS", ";CHARSET=UTF-8", ";CHARSET=ISO-2022-JP", ";CHARSET=X")
_byte_lines = st.lists(
    st.tuples(
        st.sampled_from(["NOTE", "FN", "item1.TEL", "CATEGORIES", "N"]),
        st.sampled_from(_CHARSETS),
        st.binary(max_size=6),
    ),
    max_size=4,
)


@given(_byte_lines, _byte_lines, st.sampled_from(["", "utf-16-le", "utf-16-be"]), st.sampled_from(["", "utf-16-le"]))
@examples(300)
def test_putting_back_never_fails_whatever_the_bytes(
    mine: list[tuple[str, str, bytes]], theirs: list[tuple[str, str, bytes]], wide: str, other: str
) -> None:
    def card_of(lines: list[tuple[str, str, bytes]], codec: str) -> bytes:
        body = b"".join(f"{name}{said}:".encode() + value + b"\r\n" for name, said, value in lines)
        data = b"BEGIN:VCARD\r\nVERSION:2.1\r\n" + body + b"END:VCARD\r\n"
        return data.decode("latin-1").encode(codec) if codec else data

    was, now = card_of(mine, wide), card_of(theirs, other)
    changes = diff(was, now)
    assert put_back(now, was, []) == now
    put_back(now, was, changes)


def test_a_last_line_without_an_end_comes_back_with_one() -> None:
    was, now = b"BEGIN:VCARD\nFN:Jane\nNOTE:x", b"BEGIN:VCARD\nFN:Jane\nEND:VCARD\n"
    assert put_back(now, was, diff(was, now)) == b"BEGIN:VCARD\nFN:Jane\nNOTE:x\nEND:VCARD\n"


def test_a_line_whose_group_is_folded_comes_back_into_another_group() -> None:
    was, now = card("it\r\n em1.TEL:1234567"), card("item2.TEL:7654321")
    assert put_back(now, was, diff(was, now)) == card("item2.TEL:1234567")
