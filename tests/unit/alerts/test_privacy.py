"""Under "masked" no value of a card stands in full in anything that is sent; under "count" no name either."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwarden.alerts.compose import compose, occasion_of
from cardwarden.alerts.layout import body_of
from cardwarden.alerts.message import Message
from cardwarden.alerts.privacy import masked
from cardwarden.alerts.reader import Privacy, Reader
from cardwarden.alerts.summaries import Item, accepted, digest, group, item_title, reminder, repaired, summary
from cardwarden.detect.finding import CardRef, Cause, Event, Finding, FindingKind, Severity
from cardwarden.phrases.language import LANGUAGES, Voice
from cardwarden.phrases.phrase import Day, Field, Person, Sentence, phrase
from support.judging import edited
from support.words import ENGLISH

GEORGIAN = st.text(st.sampled_from("აბგდევზთიკლმნ"), min_size=2, max_size=30)
NUMBERS = st.from_regex(r"\+?[0-9]{2,4}([ -]?[0-9]{2,4}){1,4}", fullmatch=True)
MAILS = st.builds(lambda local, host: f"{local}@{host}.example", GEORGIAN, GEORGIAN)
VALUES = st.one_of(GEORGIAN, st.lists(GEORGIAN, min_size=2).map(" ".join), NUMBERS, MAILS)
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
WHEN = datetime(2031, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("+81 3-3946-1111", "+81 3-••••-1111"),
        ("186090-1234-6000", "186•••-••••-6000"),
        ("+186090-1234-6000", "+186•••-••••-6000"),
        ("0339461111", "033•••1111"),
        ("12345", "•••45"),
        ("Natsuki Sakamoto", "N… S…"),
        ("山田太郎", "山…"),
        ("X", "…"),
        ("❤️", "…"),
        ("jane.roe@example.org", "j…@e…"),
        ("Allergic to nuts and to cats", "A… t… n… …"),
        ("Lindenstraße 5", "L… …"),
        ("1984-01-02", "••••-••-••"),
        ("--01-02", "••••-••-••"),
        ("", ""),
    ],
)
def test_who_knows_a_value_recognises_it_and_nobody_else_learns_it(value: str, shown: str) -> None:
    assert masked(value) == shown


@given(VALUES)
def test_a_masked_value_is_another_one(value: str) -> None:
    assert value not in masked(value)


def event_of(
    name: str, before: str, after: str, cause: Cause, count: int, *, kind: FindingKind = FindingKind.DEVIATION
) -> Event:
    """An event that names its values wherever an event can."""
    why = phrase(
        "then",
        first=phrase("became", before=before, after=after),
        second=phrase("book-reason", reason=Sentence(f"{name}.vcf: {before}")),
    )
    titles = (phrase("number-changed"), phrase("value-lost", field=Field("NOTE")))
    findings = tuple(
        Finding(
            kind,
            "rule",
            Severity.CRITICAL,
            titles[place % 2],
            phrase("event-example", who=Person(name, str(place)), why=why),
            None if kind is FindingKind.CONDITION else CardRef(str(place), "uid", name, f"{name}.vcf"),
            "TEL",
            before,
            phrase("became", before=after, after=before) if place else after,
        )
        for place in range(count)
    )
    return Event(cause, Severity.CRITICAL, count, findings)


def sent(event: Event, reader: Reader) -> Iterator[Message]:
    """Every message that can tell of an event."""
    item = Item(item_title(event, "family", occasion_of(event), reader), 12, event.severity)
    yield compose(12, event, "family", reader, writer=phrase("message-writer", program="Some program"))
    yield repaired(12, event, "family", reader, left=0, gone=0)
    yield accepted(12, event, "family", reader, who="Natsuki", why=str(event.findings[0].before))
    yield digest([item, item], reader)
    yield group([item, item], reader)
    yield summary([item, item], 30, reader)
    yield reminder([item], WHEN, reader)


def everything(message: Message, voice: Voice) -> str:
    """All of a message, whatever part of it is sent."""
    return f"{message!r}\n{message.title}\n{body_of(message, voice, 1 << 20)}"


@given(VALUES, VALUES, VALUES, st.sampled_from(Cause), st.sampled_from([1, 2, 5]), st.sampled_from(LANGUAGES))
def test_masked_messages_hold_no_value_of_a_card(
    name: str, before: str, after: str, cause: Cause, count: int, language: str
) -> None:
    reader = Reader(Voice(language), Privacy.MASKED)
    for message in sent(event_of(name, before, after, cause, count), reader):
        said = everything(message, reader.voice)
        assert not [value for value in (name, before, after, "Some program") if len(value) > 4 and value in said]


@given(VALUES, VALUES, VALUES, st.sampled_from(Cause), st.sampled_from([1, 2, 5]), st.sampled_from(LANGUAGES))
def test_counting_messages_hold_nothing_of_a_card(
    name: str, before: str, after: str, cause: Cause, count: int, language: str
) -> None:
    reader = Reader(Voice(language), Privacy.COUNT)
    seen = {everything(message, reader.voice) for message in sent(event_of(name, before, after, cause, count), reader)}
    other = {everything(message, reader.voice) for message in sent(event_of("A", "B", "C", cause, count), reader)}
    assert seen == other


def test_a_counting_message_says_how_many_and_in_which_book() -> None:
    reader = Reader(ENGLISH, Privacy.COUNT)
    message = compose(12, event_of("Jane", "1", "2", Cause.ALIKE, 5), "family", reader)
    assert message.title == "family: 5 urgent changes"
    assert body_of(message, ENGLISH) == (
        "If it was not you: put it back.\n\nAddress book: family\nTo see it and decide: cardwarden show e12"
    )


def test_a_day_is_a_value_like_any_other() -> None:
    born = Finding(
        FindingKind.DEVIATION,
        "rule",
        Severity.WARNING,
        phrase("value-lost", field=Field("BDAY")),
        card=CardRef("1", "", "Jane", ""),
        prop="BDAY",
        before=phrase("became", before=Day("1984-05-17"), after=""),
    )
    event = Event(Cause.CARD, Severity.WARNING, 1, (born,))
    assert "1984" not in everything(compose(1, event, "family", Reader(ENGLISH, Privacy.MASKED)), ENGLISH)


def test_of_a_book_that_cannot_be_read_no_file_is_named() -> None:
    lost = Finding(
        FindingKind.CONDITION,
        "book-lost",
        Severity.WARNING,
        phrase("book-lost", book="family"),
        phrase("book-lost-why", reason=Sentence("/srv/contacts/Jane Roe.vcf: permission denied")),
    )
    message = compose(1, Event(Cause.CARD, Severity.WARNING, 1, (lost,)), "family", Reader(ENGLISH, Privacy.MASKED))
    assert message.title == "Cannot read family"
    assert "Jane" not in everything(message, ENGLISH)


def test_a_change_between_two_values_that_look_the_same_masked_is_complete_once() -> None:
    event = event_of("Jane", "+81 3-3946-1111", "+81 3-3947-1111", Cause.CARD, 1)
    [line] = compose(1, event, "family", Reader(ENGLISH, Privacy.MASKED)).lines
    assert line.text == "+81 3-••••-1111"


def test_the_kind_of_a_number_is_no_secret_but_a_word_of_the_owners_own_is() -> None:
    (changed,) = edited("TEL;TYPE=HOME:03-1234-5678", "TEL;TYPE=WORK,Ladybird:03-1234-5678")
    event = Event(Cause.CARD, Severity.NOTICE, 1, (changed,))
    said = everything(compose(1, event, "family", Reader(ENGLISH, Privacy.MASKED)), ENGLISH)
    assert "home" in said
    assert "L…, work" in said
    assert "adybird" not in said


def masked_text(before: str, after: str, language: str = "en") -> str:
    """All that a masked message says of the changes of a card."""
    found = edited(before, after)
    event = Event(Cause.CARD, max(one.severity for one in found), len(found), tuple(found))
    reader = Reader(Voice(language), Privacy.MASKED)
    return everything(compose(1, event, "family", reader), reader.voice)


def test_where_a_phone_would_call_is_no_secret() -> None:
    said = masked_text("TEL:186 080-1234-5678", "TEL:+186 080-1234-5678", "de")
    assert "+1 860" in said
    assert "1234" not in said


def test_what_a_picture_is_is_no_secret() -> None:
    said = masked_text(f"PHOTO;ENCODING=b;TYPE=PNG:{PICTURE}", "PHOTO;ENCODING=b;TYPE=Ladybird:AAECAwQFBgcICQ==")
    assert "png, 1 × 1" in said
    assert "adybird" not in said


@pytest.mark.parametrize(
    "written", ["1984-01-02", "19840102", "2 January 1984", "--0102", "1984-01-02T00:00:00Z", "1984"]
)
def test_no_part_of_a_birthday_is_shown_however_it_is_written(written: str) -> None:
    for said in (masked_text(f"BDAY:{written}", "BDAY:1999-12-31"), masked_text("BDAY:1999-12-31", f"BDAY:{written}")):
        assert not [part for part in ("84", "02", "anuar", "99", "31") if part in re.sub("date-[a-z-]*", "", said)]
