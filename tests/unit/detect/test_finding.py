"""What a finding and an event say of themselves, also when little is left of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cardwarden.detect.case import CardChange
from cardwarden.detect.finding import Cause, Event, Finding, FindingKind, Severity, Urgency
from cardwarden.detect.rule import _LONGEST as LONGEST
from cardwarden.detect.words import why_harmless
from cardwarden.phrases.phrase import Person, Phrase, phrase
from cardwarden.vcard.diff import REASONS
from support.judging import judged, person
from support.store import finding

BARE = finding()
CONDITION = Finding(FindingKind.CONDITION, "access-lost", Severity.WARNING, phrase("book-lost", book="family"))


def event(cause: Cause, *findings: Finding) -> Event:
    return Event(cause, Severity.CRITICAL, max(len(findings), 1), findings)


def test_why_something_is_urgent_is_said_behind_why_it_matters() -> None:
    urgent = replace(BARE, urgency=Urgency.GUARDED)
    assert urgent.explanation == phrase("then", first=BARE.reason or "", second=phrase(f"urgency-{Urgency.GUARDED}"))
    assert replace(urgent, reason=None).explanation == phrase(f"urgency-{Urgency.GUARDED}")
    assert BARE.explanation == BARE.reason


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (event(Cause.CARD), "event-forgotten"),
        (event(Cause.FIRST_LOOK, BARE), "event-first-look"),
        (event(Cause.ALIKE, BARE), "number-plus-added.many"),
        (event(Cause.ALIKE, replace(BARE, alike=phrase("nameless"))), "nameless.many"),
        (event(Cause.CARD, BARE), "event-of-card"),
        (event(Cause.CARD, BARE, BARE), "event-of-card-and-more"),
        (event(Cause.CARD, CONDITION), "book-lost"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_event_is_called_by_its_cause(said: Event, name: str) -> None:
    assert said.title.name == name


def test_an_event_says_why_it_matters_as_far_as_its_worst_finding_does() -> None:
    who = Person("Yamada Taro", "k1")
    mute = replace(BARE, reason=None)
    worst = phrase("event-worst", who=who, what=BARE.title)
    why = BARE.explanation or ""
    expected: list[tuple[Event, Phrase | None]] = [
        (event(Cause.CARD), None),
        (event(Cause.CARD, BARE), BARE.explanation),
        (event(Cause.ALIKE, CONDITION), None),
        (event(Cause.FIRST_LOOK, BARE), phrase("then", first=worst, second=why)),
        (event(Cause.FIRST_LOOK, mute), worst),
        (event(Cause.ALIKE, BARE), phrase("event-example", who=who, why=why)),
        (event(Cause.ALIKE, mute), None),
    ]
    assert [said.reason for said, _ in expected] == [reason for _, reason in expected]


@pytest.mark.parametrize("kind", FindingKind)
def test_two_findings_of_any_kind_are_told_apart_by_their_value_and_accepted_alone(kind: FindingKind) -> None:
    one, other = (replace(finding(value), kind=kind, identity=value) for value in ("1", "2"))
    assert one.fingerprint != other.fingerprint
    assert (one.accepted_key == other.accepted_key) == (kind is FindingKind.DRIFT)
    assert replace(one, card=None).accepted_key != one.accepted_key or kind in {
        FindingKind.CONDITION,
        FindingKind.RECORD,
    }


def test_of_a_very_long_value_the_piece_is_kept_in_which_it_differs() -> None:
    tea, coffee = "tea " * 900, "coffee " * 900
    for before, after in (
        (f"{tea}one {tea}", f"{tea}two {tea}"),
        (tea, f"{tea}{coffee}"),
        (coffee, ""),
        ("", coffee),
    ):
        was, now = (person("Jane", *([f"NOTE:{note}"] if note else [])) for note in (before, after))
        [found] = judged(was, now)
        for value in (found.before, found.after):
            assert value is None or len(str(value)) <= LONGEST + 2
        assert str(found.before) != str(found.after)


def test_a_change_is_one_of_some_card() -> None:
    with pytest.raises(ValueError, match="no card"):
        _ = CardChange(None, None, tuple, tuple, (), ("", "")).entry


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_of_a_harmless_rewrite_has_its_words(reason: str) -> None:
    assert why_harmless(reason).name.startswith("harmless-")


def test_a_drift_names_the_contact_that_a_copy_lacks_and_a_condition_names_nobody() -> None:
    lacking = replace(BARE, kind=FindingKind.DRIFT, card=None, before=Person("Jane Roe", "k1"))
    assert lacking.named == Person("Jane Roe", "k1")
    assert replace(lacking, before="Jane Roe").named is None
    assert replace(lacking, kind=FindingKind.CONDITION).named is None


def test_drifts_of_two_properties_of_a_card_are_two_and_are_accepted_alone() -> None:
    mail, note = (replace(BARE, kind=FindingKind.DRIFT, prop=prop) for prop in ("EMAIL", "NOTE"))
    assert mail.fingerprint != note.fingerprint
    assert mail.accepted_key != note.accepted_key


def test_a_fingerprint_has_32_digits() -> None:
    assert len(BARE.fingerprint) == 32
