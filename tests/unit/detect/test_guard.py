"""Which readings are doubted, and that a book that looks the same for a while is believed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cardwarden.detect.guard import BookCounts, Earlier, Inconclusive, Trusted, guard, look
from cardwarden.detect.outcome import MAY_BE_BELIEVED, Doubt
from cardwarden.phrases.language import english
from cardwarden.phrases.phrase import Phrase, phrase
from support.store import entry

FIVE = timedelta(minutes=5)
DOUBTED = [
    (BookCounts(before=3, now=0), Doubt.EMPTY),
    (BookCounts(before=30, now=14, recognised=14), Doubt.DROP),
    (BookCounts(before=30, now=30, unreadable=16, recognised=30), Doubt.UNREADABLE),
    (BookCounts(before=15, now=5, recognised=5), Doubt.DROP),
    (BookCounts(before=5, now=5, unreadable=3, recognised=5), Doubt.UNREADABLE),
    (BookCounts(before=1, now=1, unreadable=1, recognised=1), Doubt.UNREADABLE),
]
OTHERS = [
    BookCounts(before=107, now=90, recognised=0),
    BookCounts(before=107, now=107, recognised=10),
    BookCounts(before=3, now=3, recognised=0),
    BookCounts(before=500, now=3, recognised=0),
]


@pytest.mark.parametrize(("seen", "doubt"), DOUBTED)
def test_a_reading_that_may_be_a_servers_bad_day_is_believed_when_it_has_looked_so_for_long_enough(
    seen: BookCounts, doubt: Doubt
) -> None:
    found = guard(seen, believe_after=FIVE)
    assert isinstance(found, Inconclusive)
    assert found.doubt is doubt
    assert "a passing fault" in english(found.reason)
    assert "5 minutes" in english(found.reason)
    too_soon = Earlier(doubt, FIVE - timedelta(seconds=1))
    assert isinstance(guard(seen, earlier=too_soon, believe_after=FIVE), Inconclusive)
    assert guard(seen, earlier=Earlier(doubt, FIVE), believe_after=FIVE) == Trusted(doubt)


@pytest.mark.parametrize("seen", OTHERS)
def test_another_book_is_never_believed_by_itself_but_if_its_owner_says_so(seen: BookCounts) -> None:
    found = guard(seen, earlier=Earlier(Doubt.OTHER_BOOK, timedelta(days=9)), believe_after=FIVE)
    assert isinstance(found, Inconclusive)
    assert found.doubt is Doubt.OTHER_BOOK
    assert guard(seen, believe_after=FIVE, may_be_other=True) == Trusted(Doubt.OTHER_BOOK)


@pytest.mark.parametrize(
    "seen",
    [
        BookCounts(before=0, now=0),
        BookCounts(before=0, now=100),
        BookCounts(before=30, now=15, recognised=15),
        BookCounts(before=18, now=9, recognised=9),
        BookCounts(before=30, now=30, unreadable=2, recognised=30),
        BookCounts(before=30, now=30, unreadable=15, recognised=30),
        BookCounts(before=100, now=100, recognised=10),
        BookCounts(before=0, now=2, unreadable=2),
        BookCounts(before=107, now=107, recognised=11),
        BookCounts(before=2, now=9, recognised=0),
    ],
)
def test_other_readings_are_believed(seen: BookCounts) -> None:
    assert guard(seen) == Trusted()


def test_another_doubt_than_the_last_one_is_a_doubt() -> None:
    assert isinstance(guard(BookCounts(before=3, now=0), earlier=Earlier(Doubt.DROP, timedelta(days=1))), Inconclusive)


def test_what_may_be_believed_is_what_time_alone_decides() -> None:
    assert {doubt for _, doubt in DOUBTED} == MAY_BE_BELIEVED


def test_a_reading_is_counted_by_what_was_there_and_is_there_now() -> None:
    one, two, three = entry("1"), entry("2"), entry("3")
    broken = [replace(each, problem="no end") for each in (one, two, three)]
    pairs = [(one, broken[0]), (two, broken[1]), (broken[2], three), (entry("4"), None), (None, entry("5"))]
    assert look(pairs) == BookCounts(before=4, now=4, unreadable=1, recognised=3)
    assert look([(broken[0], one)]) == BookCounts(before=1, now=1, unreadable=0, recognised=1)


@pytest.mark.parametrize("before", sorted(MAY_BE_BELIEVED))
def test_a_book_that_was_doubted_is_believed_when_all_of_it_is_there_again(before: Doubt) -> None:
    assert guard(BookCounts(before=30, now=30, recognised=30), before=before) == Trusted()
    found = guard(BookCounts(before=30, now=29, recognised=29), before=before)
    assert isinstance(found, Inconclusive)
    assert found.doubt is Doubt.DROP


@pytest.mark.parametrize(
    ("seen", "why", "next_step"),
    [
        (DOUBTED[0][0], phrase("guard-empty", count=3), phrase("guard-waits", count=5)),
        (DOUBTED[1][0], phrase("guard-drop", lost=16, count=30), phrase("guard-waits", count=5)),
        (DOUBTED[2][0], phrase("guard-unreadable", broken=16, count=30), phrase("guard-waits", count=5)),
        (OTHERS[1], phrase("guard-other-book", count=107, found=10, now=107), phrase("guard-nothing-recorded")),
    ],
)
def test_what_was_seen_and_what_comes_next_is_said(seen: BookCounts, why: Phrase, next_step: Phrase) -> None:
    found = guard(seen, believe_after=FIVE)
    assert isinstance(found, Inconclusive)
    assert found.reason == phrase("then", first=why, second=next_step)
