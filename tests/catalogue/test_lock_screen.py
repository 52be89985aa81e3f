"""What was reported, as a lock screen shows it: who and what in the title, then before → after and what to do."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml

from cardwarden.actions.diff import diff_books
from cardwarden.alerts.compose import compose, title_behind
from cardwarden.alerts.layout import body_of, unmentioned
from cardwarden.alerts.message import Message
from cardwarden.alerts.reader import Reader
from cardwarden.detect.finding import Cause, Event, FindingKind, more_than_first
from cardwarden.detect.rules import RULES
from cardwarden.phrases.language import LANGUAGES, Voice
from cardwarden.phrases.phrase import Field, phrase
from cardwarden.text import columns
from support.screen import shown

pytestmark = pytest.mark.large
HERE = Path(__file__).parent


@cache
def events() -> tuple[Event, ...]:
    """Every event of every reported case that needs no memory."""
    found: list[Event] = []
    rules = tuple(rule() for rule in RULES)
    with TemporaryDirectory() as name:
        before, after = Path(name, "before.vcf"), Path(name, "after.vcf")
        for file in sorted(HERE.glob("*.yaml")):
            for case in yaml.load(file.read_text("utf-8"), yaml.CSafeLoader):
                if "before" not in case:
                    continue
                for path, cards in ((before, case["before"]), (after, case["after"])):
                    path.write_bytes("".join(card.rstrip("\n") + "\n" for card in cards).encode())
                region = case.get("region") or "US"
                found += diff_books(before, after, "US" if region in {"001", "ZZ"} else region, rules).events
    return tuple(found)


def in_fewer_words(event: Event, voice: Voice) -> tuple[str, ...]:
    """What a title that has no room says of what happened."""
    said = event.findings[0].title
    return (voice.in_short(said), voice.in_short(said, 1)) if event.findings[0].card else ()


@cache
def messages(language: str) -> list[tuple[Event, Message]]:
    return [(event, compose(12, event, "family", Reader(Voice(language)))) for event in events()]


LONG_NAMES = (
    "Margaret O’Donoghue",
    "Alexandra Fitzgerald-Smith",
    "Hannelore Schwarzenberger",
    "Dr. Katharina Müller-Lüdenscheid",
    "長谷川 小次郎",
    "長谷川小児科クリニック",
)


def named(event: Event, name: str) -> Event:
    """The same event, of somebody of that name."""
    findings = (replace(f, card=replace(f.card, name=name)) if f.card else f for f in event.findings)
    return replace(event, findings=tuple(findings))


def of_one(name: str) -> list[Event]:
    """The events of one contact, if it were called so: one of those that say the same in their title."""
    of_contact = [event for event in events() if event.cause is Cause.CARD and event.findings[0].card]
    by_what = {(event.findings[0].title, more_than_first(event.findings)): event for event in of_contact}
    return [named(event, name) for event in by_what.values()]


@pytest.mark.parametrize("name", LONG_NAMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_long_name_gives_way_and_what_happened_stands_whole(language: str, name: str) -> None:
    reader, told = Reader(Voice(language)), of_one(name)
    assert told
    for event in told:
        title = compose(12, event, "family", reader).title
        who, _, what = title.partition(reader.voice.about("", "").strip())
        assert (columns(title) <= 40, "…" in what) == (True, False), title
        assert name.startswith(who.removesuffix("…").rstrip())


@pytest.mark.parametrize("language", LANGUAGES)
def test_behind_a_few_words_what_happened_stands_whole_or_not_at_all(language: str) -> None:
    voice = Voice(language)
    for event in (*events(), *of_one("Li Na")):
        for head in ("reminder-title", "all-clear-title", "answer-settled-title"):
            title = title_behind(phrase(head), event, voice, more=2)
            name = event.findings[0].card.name.strip() if event.findings and event.findings[0].card else ""
            assert columns(title) <= 40
            assert "…" not in title or columns(name) > 8 or voice.value(event.title).count("…"), title


@pytest.mark.parametrize("language", LANGUAGES)
def test_few_titles_are_clipped_and_then_the_name_or_the_field_is_and_not_what_happened(language: str) -> None:
    voice = Voice(language)
    said = messages(language)
    assert {m.title for _, m in said if columns(m.title) > 40} == set()
    assert 15 * sum("…" in message.title for _, message in said) < len(said)
    for event, message in said:
        worst = event.findings[0] if event.findings else None
        if (
            event.cause is Cause.CARD
            and worst
            and worst.card
            and not any(isinstance(v, Field) for _, v in worst.title.values)
        ):
            assert any(
                what in message.title for what in (voice.say(worst.title, width=999), voice.in_short(worst.title))
            )


@pytest.mark.parametrize("language", LANGUAGES)
def test_four_lines_hold_what_changed_and_what_to_do(language: str) -> None:
    voice = Voice(language)
    wrong = []
    for event, message in messages(language):
        screen = shown(body_of(message, voice))
        parts = [*(line.text for line in message.lines[:1]), message.ask]
        if not message.ask or not all(unmentioned(part).replace(" ", "") in screen for part in parts):
            wrong.append((event.findings[0].title.name, parts))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_changed_is_never_clipped_away(language: str) -> None:
    for event, message in messages(language):
        if len(event.findings) == 1 and message.lines and event.findings[0].kind is FindingKind.DEVIATION:
            before, arrow, after = message.lines[0].text.partition(" → ")
            assert not arrow or before != after or event.findings[0].before == event.findings[0].after


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_of_a_lock_screen_is_empty_while_there_is_more_to_say(language: str) -> None:
    voice = Voice(language)
    for _, message in messages(language):
        said = [*(line.text for line in message.lines[:1]), message.ask, *message.why]
        assert body_of(message, voice, 1 << 20).startswith(unmentioned("\n".join(said)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_title_or_the_first_line_say_is_not_said_again(language: str) -> None:
    """Whose it is, and before and after."""
    voice = Voice(language)
    for event, message in messages(language):
        worst = event.findings[0]
        named = voice.about(worst.card.name.strip() if worst.card else "", "").strip()
        if event.cause is Cause.CARD and len(named) > 1 and message.title.startswith(named):
            body = body_of(message, voice, 1 << 20)
            assert named not in body
            if len(event.findings) == 1 and message.rows[0].is_told:
                assert f"\n{message.rows[0].what}\n" not in body


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_clipped_stands_whole_below(language: str) -> None:
    voice = Voice(language)
    for event, message in messages(language):
        if len({f.card and f.card.key for f in event.findings}) == 1 and len(event.findings) == 1:
            said = f"{message.title}\n{body_of(message, voice, 1 << 20)}"
            row = message.rows[0]
            named = event.findings[0].card is None or event.findings[0].card.name
            what = next((short for short in in_fewer_words(event, voice) if short in message.title), row.what)
            for part in (row.who if named else "", what, row.before, row.after):
                is_long = max(columns(part), columns(row.before), columns(row.after)) > 300
                assert is_long or unmentioned(part).lower() in said.lower()
