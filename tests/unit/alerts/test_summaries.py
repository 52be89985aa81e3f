"""Messages about several things say the worst first, count what they leave out, and fit into a service's limits."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cardwarden.alerts.layout import body_of, laid_out
from cardwarden.alerts.message import Line, Message, trial_message
from cardwarden.alerts.reader import Reader
from cardwarden.alerts.summaries import Item, blind, channel_failing, digest, group, missed, sighted, summary
from cardwarden.detect.finding import Severity
from cardwarden.phrases.language import LANGUAGES, Voice
from cardwarden.phrases.phrase import Phrase
from cardwarden.text import columns
from support.messages import message
from support.words import ENGLISH

ITEMS = [Item(f"Person {number}: nickname changed", number, Severity.NOTICE) for number in range(50)]
WORST = Item("Sato: number gained a +", 99, Severity.CRITICAL)
WHEN = datetime(2031, 1, 1, tzinfo=UTC)
READER = Reader(Voice("en"))
LONG = message(
    "Sato: number gained a +",
    "three" * 30,
    lines=(Line("one"), Line("two" * 30), Line("four" * 30, 6)),
    ask="Was that you?",
    act="cardwarden show e1",
)


def body(of: Message) -> str:
    return body_of(of, ENGLISH)


def test_a_digest_names_what_fits_and_counts_the_rest() -> None:
    said = digest(ITEMS, READER)
    assert said.title == "50 changes in your address books"
    assert len(body(said)) <= 900
    shown = body(said).count("\u00a0Person")
    assert f"and {50 - shown} more" in body(said)


def test_the_worst_stands_first() -> None:
    assert group([*ITEMS[:2], WORST], READER).title == "Sato: number gained a +, 2 more"
    said = summary([*ITEMS[:2], WORST], 30, READER)
    assert body(said).index("Sato") < body(said).index("Person")
    assert said.severity is Severity.CRITICAL


def test_a_name_wakes_nobody_in_a_chat() -> None:
    assert "@everyone" not in body(digest([Item("@everyone: changed", 1, Severity.NOTICE)], READER))


def test_one_is_one() -> None:
    assert missed(1, READER).title == "1 alert did not reach you here"


@pytest.mark.parametrize("room", [140, 200, 300])
def test_a_message_that_is_too_long_loses_lines_and_says_how_many(room: int) -> None:
    title, said = laid_out(LONG, ENGLISH, 0, room)
    assert title == ""
    assert len(said) <= room
    assert said.startswith("Sato: number gained a +\none\nWas that you?\n")
    assert "and 6 more" in said or "and 7 more" in said
    assert said.endswith("cardwarden show e1")


@pytest.mark.parametrize("room", [1, 10, 40, 67, 80])
def test_even_the_smallest_service_gets_who_and_what(room: int) -> None:
    _, said = laid_out(LONG, ENGLISH, 0, room)
    assert len(said) <= room
    assert said[:9] == "Sato: number gained a +"[: min(9, room - 1)] + "…" * (room < 10)


def test_what_a_rewrite_did_in_several_ways_is_one_line_of_a_digest() -> None:
    check = (1, datetime(2031, 1, 1, tzinfo=UTC))
    items = [
        Item("52 labels changed", 1, Severity.NOTICE, check),
        Item("51 notes changed", 2, Severity.NOTICE, check),
        Item("Bob: contact added", 3, Severity.NOTICE),
    ]
    said = digest(items, READER)
    assert "52 labels changed (and 1 more) (e1)" in body(said)
    assert "51 notes" not in body(said)
    assert "Bob: contact added (e3)" in body(said)
    assert said.title.startswith("2 ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_of_a_book_or_a_channel_fits_a_title(language: str) -> None:
    reader = Reader(Voice(language))
    names = (
        *("book-lost", "member-unread", "book-looks-empty", "book-looks-mostly-gone", "book-looks-broken"),
        *("book-looks-like-another", "book-is-known-otherwise", "record-begun", "record-older"),
    )
    titles = [reader.voice.title(Phrase(name, (("book", "family"),))) for name in names]
    titles += [
        channel_failing("phone", WHEN, "It did not answer.", reader).title,
        missed(123, reader).title,
        blind("Why.", reader).title,
        sighted(WHEN, WHEN, reader).title,
        trial_message(reader.voice).title,
        digest(ITEMS, reader).title,
        summary(ITEMS, 30, reader).title,
    ]
    assert not [title for title in titles if columns(title) > 40 or title.endswith("…")]
