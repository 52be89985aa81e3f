"""One card in the bytes of a file of many."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwarden.errors import RefusedError
from cardwarden.vcard.content import properties_of, split_book
from cardwarden.writers.member import CardFile, Exchange, Spliced
from support.steps import calls, turns

A = b"BEGIN:VCARD\r\nUID:a\r\nFN:A\r\nEND:VCARD\r\n"
B = b"BEGIN:VCARD\nUID:b\nFN:B\nEND:VCARD\n"
NEW = b"BEGIN:VCARD\r\nUID:a\r\nFN:Anna\r\nEND:VCARD\r\n"


def splice(member: bytes, ordinal: int, seen: bytes | None, wanted: bytes | None) -> Spliced | None:
    return CardFile(member).splice([Exchange(ordinal, seen, wanted)])


def card_at(member: bytes, ordinal: int, seen: bytes | None, wanted: bytes | None) -> bytes | None:
    return CardFile(member).card_at(Exchange(ordinal, seen, wanted))


def test_the_card_is_found_by_its_bytes_wherever_it_moved() -> None:
    assert splice(B + A + B, 0, A, NEW) == Spliced(B + NEW + B, (NEW,))


def test_of_two_equal_cards_the_one_at_the_place_is_meant() -> None:
    assert splice(A + B + A, 2, A, None) == Spliced(A + B, (None,))
    assert splice(A + B + A, 0, A, None) == Spliced(B + A, (None,))


def test_a_card_that_is_not_there_is_not_replaced() -> None:
    assert splice(B, 0, A, NEW) is None


def test_a_lost_card_is_put_at_the_end_on_a_line_of_its_own() -> None:
    assert splice(B.rstrip(), 5, None, A) == Spliced(B + A, (A,))
    assert splice(b"", 0, None, A) == Spliced(A, (A,))


def test_a_card_without_a_line_end_is_not_glued_to_the_next_one() -> None:
    assert splice(A + B, 0, A, NEW.rstrip()) == Spliced(NEW + B, (NEW,))


def test_what_is_there_instead_is_the_card_with_its_uid_else_the_one_in_its_place() -> None:
    assert card_at(B + NEW, 0, A, A + b"x") == NEW
    assert card_at(B, 0, A, NEW) == B
    assert card_at(B, 3, A, NEW) is None
    assert card_at(NEW, 0, None, A) == NEW
    assert card_at(B, 0, None, A) is None


def test_several_cards_in_utf_16_are_refused() -> None:
    book = (A + B).decode().encode("utf-16")
    with pytest.raises(RefusedError, match="UTF-16"):
        splice(book, 0, A, NEW)


def test_a_single_card_in_utf_16_is_replaced() -> None:
    [was], [wanted] = ([raw.data for raw in split_book(card.decode().encode("utf-16"))] for card in (A, NEW))
    done = splice(A.decode().encode("utf-16"), 0, was, wanted)
    assert done
    assert done.member.decode("utf-16") == NEW.decode()


@given(st.lists(st.sampled_from([A, B, NEW, b"junk\r\n", b"\r\n", b"\xef\xbb\xbf"]), max_size=8), st.integers(0, 8))
def test_every_other_byte_stays(parts: list[bytes], ordinal: int) -> None:
    member = b"".join(parts)
    done = splice(member, ordinal, B, NEW)
    if done is None:
        return
    assert len(done.member) == len(member) - len(B) + len(NEW)
    start = next(at for at in range(len(member) + 1) if member[:at] + NEW + member[at + len(B) :] == done.member)
    assert member[start : start + len(B)] == B


def test_all_cards_of_a_file_are_exchanged_at_once() -> None:
    gone, lost = B.replace(b"UID:b", b"UID:gone"), B.replace(b"UID:b", b"UID:lost")
    book = b"junk\r\n" + A + gone + B + A
    exchanges = [
        Exchange(3, A, NEW),
        Exchange(0, A, A.replace(b"FN:A", b"FN:Zoe")),
        Exchange(1, gone, None),
        Exchange(9, None, lost),
    ]
    done = CardFile(book).splice(exchanges)
    assert done
    assert done.member == b"junk\r\n" + A.replace(b"FN:A", b"FN:Zoe") + B + NEW + lost
    assert done.cards == (NEW, A.replace(b"FN:A", b"FN:Zoe"), None, lost)


def test_two_exchanges_never_take_one_card() -> None:
    assert CardFile(A + B).splice([Exchange(0, A, NEW), Exchange(1, A, NEW)]) is None
    done = CardFile(A + A).splice([Exchange(0, A, NEW), Exchange(0, A, None)])
    assert done
    assert done.member == NEW


@given(st.lists(st.sampled_from([A, B, b"junk\r\n"]), max_size=12), st.data())
def test_exchanging_all_at_once_gives_what_one_after_the_other_gives(parts: list[bytes], data: st.DataObject) -> None:
    book = b"".join(parts)
    cards = [raw.data for raw in split_book(book)]
    chosen = sorted(data.draw(st.sets(st.sampled_from(range(len(cards))))) if cards else ())
    exchanges = [Exchange(place, cards[place], data.draw(st.sampled_from([NEW, None]))) for place in chosen]
    at_once = CardFile(book).splice(exchanges)
    after = book
    for one in reversed(exchanges):
        done = CardFile(after).splice([one])
        assert done
        after = done.member
    assert at_once
    assert at_once.member == after


class Counted(bytes):
    """Bytes of a card that note each comparison with others."""

    compared = 0

    def __eq__(self, other: object) -> bool:
        Counted.compared += 1
        return bytes.__eq__(self, other)

    __hash__ = bytes.__hash__


def exchange_all(count: int, *, alike: bool = False) -> Callable[[], object]:
    """Look for each card of a file of so many, and exchange them all."""
    cards = [B if alike else B.replace(b"UID:b", b"UID:%d" % number) for number in range(count)]
    wanted = [card.replace(b"FN:B", b"FN:Bob") for card in cards]
    exchanges = [Exchange(n, Counted(card), Counted(wanted[n])) for n, card in enumerate(cards)]
    moved = [Exchange(n, Counted(wanted[n]), Counted(wanted[n] + b"x")) for n in range(count)]

    def work() -> None:
        member = CardFile(b"".join(cards))
        assert [member.card_at(one) for one in exchanges] == cards
        assert all(member.card_at(one) for one in moved)  # found by UID, or by place
        done = member.splice(exchanges)
        assert done
        assert done.member == b"".join(wanted)

    return work


@pytest.mark.parametrize("alike", [False, True], ids=["each another", "all alike"])
def test_exchanging_twice_as_many_cards_of_one_file_is_twice_the_work(*, alike: bool) -> None:
    few, many = (turns(exchange_all(count, alike=alike)) for count in (200, 400))
    assert many <= 2.2 * few


@pytest.mark.parametrize("alike", [False, True], ids=["each another", "all alike"])
def test_a_file_is_taken_apart_once_and_each_card_compared_a_few_times(*, alike: bool) -> None:
    count = 200
    work = exchange_all(count, alike=alike)
    Counted.compared = 0
    assert len(calls(CardFile.__init__, work)) == 1
    assert Counted.compared <= 8 * count
    assert len(calls(properties_of, work)) <= 3 * count
