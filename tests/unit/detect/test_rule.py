"""What rules find: a finding of a card, or of a change, says who, what and how bad."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from cardwarden.detect.case import CardChange
from cardwarden.detect.finding import FindingKind, Severity
from cardwarden.detect.rule import _LEAD, _LONGEST, became, contacts_of, deviation, of_card
from cardwarden.detect.rules.value_changed import ValueChanged
from cardwarden.phrases.phrase import phrase
from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.card import Entry
from cardwarden.vcard.diff import Change
from support.cards import facts
from support.judging import change_of, fact_of, person
from support.store import finding

LOST = phrase("nameless")
RULE = ValueChanged()
ENTRY = Entry("k", "k.vcf", 0, "k", "", "Jane Roe", ())
CARD = CardChange(ENTRY, ENTRY)


def test_a_finding_of_a_value_says_who_what_and_how_bad() -> None:
    moved = change_of("TITLE:Baker", "TITLE:Smith")
    found = deviation(RULE, CARD, moved, LOST)
    assert moved.before
    assert moved.after
    assert found == replace(
        finding(),
        rule=RULE.name,
        severity=RULE.severity,
        title=LOST,
        reason=None,
        card=CARD.ref,
        prop="TITLE",
        before="Baker",
        after="Smith",
        changes=(moved,),
        identity=moved.before.meaning,
        meaning=moved.after.meaning,
    )
    told = deviation(RULE, CARD, moved, LOST, severity=Severity.INFO, before="a baker", after="a smith")
    assert (told.severity, told.before, told.after) == (Severity.INFO, "a baker", "a smith")


def test_of_a_picture_a_finding_keeps_what_it_is() -> None:
    picture = Change("PHOTO", fact_of("PHOTO;ENCODING=b;TYPE=PNG:QUJDREVGR0g="), None)
    found = deviation(RULE, CARD, picture, LOST)
    assert (found.before, found.after) == (phrase("media-of", media="png", count=8), None)


def test_a_value_that_was_added_is_not_the_one_that_was_lost() -> None:
    baker = fact_of("TITLE:Baker")
    lost = deviation(RULE, CARD, Change("TITLE", baker, None), LOST)
    added = deviation(RULE, CARD, Change("TITLE", None, baker), LOST)
    assert (lost.identity, lost.meaning, lost.before, lost.after) == (baker.meaning, "", "Baker", None)
    assert (added.identity, added.meaning, added.before, added.after) == (
        f"+{baker.meaning}",
        baker.meaning,
        None,
        "Baker",
    )


def test_a_finding_is_told_apart_by_its_label_if_that_is_all_that_changed() -> None:
    home, work = (f"EMAIL;TYPE={label}:jane@example.org" for label in ("HOME", "WORK"))
    found = deviation(RULE, CARD, change_of(home, work), LOST)
    assert found.identity != found.meaning
    lost = deviation(RULE, CARD, Change("EMAIL", fact_of(home), None), LOST)
    assert lost.identity == deviation(RULE, CARD, Change("EMAIL", fact_of(work), None), LOST).identity


def test_the_meaning_of_a_long_value_is_kept_as_a_digest() -> None:
    for length, kept in ((_LEAD, _LEAD), (_LEAD + 1, 64)):
        found = deviation(RULE, CARD, Change("NOTE", fact_of("NOTE:" + "x" * length), None), LOST)
        assert len(found.identity) == kept


def test_a_finding_of_a_card_is_of_the_whole_card_unless_it_is_bad_in_itself_or_told_otherwise() -> None:
    found = of_card(RULE, CARD, LOST, identity="1")
    assert (found.kind, found.rule, found.card, found.severity) == (
        FindingKind.DEVIATION,
        RULE.name,
        CARD.ref,
        RULE.severity,
    )
    assert (found.per_card, found.whole_card, found.already, found.of_two) == (True, True, False, False)
    assert not of_card(RULE, CARD, LOST, identity="1", kind=FindingKind.HAZARD).whole_card
    assert not of_card(RULE, CARD, LOST, identity="1", whole_card=False).whole_card
    assert of_card(RULE, CARD, LOST, identity="1", severity=Severity.INFO).severity is Severity.INFO


@pytest.mark.parametrize(
    ("made", "before", "after"),
    [
        (lambda one, other: Change("TITLE", one, other), "Baker", "Smith"),
        (lambda one, _: Change("TITLE", one, None), "Baker", ""),
        (lambda _, other: Change("TITLE", None, other), "", "Smith"),
    ],
)
def test_what_became_what_is_said_before_why_that_matters(
    made: Callable[[Fact, Fact], Change], before: str, after: str
) -> None:
    moved = made(fact_of("TITLE:Baker"), fact_of("TITLE:Smith"))
    sentence = phrase("became", before=before, after=after)
    assert became(moved) == sentence
    assert became(moved, LOST) == phrase("then", first=sentence, second=LOST)


def test_how_to_reach_somebody_is_their_numbers_and_addresses_as_written() -> None:
    said = facts(person("Jane", "TEL:03-1234-5678", "NOTE:piano", "EMAIL:Jane@example.org"))
    assert contacts_of(said) == "03-1234-5678, Jane@example.org"
    assert contacts_of(facts(person("Jane", "NOTE:piano"))) is None


def kept(before: str | None, after: str | None) -> tuple[object, object]:
    """What a finding keeps of two notes."""
    was, now = (fact_of(f"NOTE:{note}") if note else None for note in (before, after))
    found = deviation(RULE, CARD, Change("NOTE", was, now), LOST)
    return found.before, found.after


def test_values_are_kept_whole_up_to_a_length() -> None:
    long = "x" * _LONGEST
    assert kept(long, "y") == (long, "y")
    assert kept("y", long) == ("y", long)
    assert kept(long[:-1] + "y", "x" * _LEAD * 2) == (long[:-1] + "y", "x" * _LEAD * 2)
    assert kept(long + "x", None) == (long + "…", None)
    assert kept(None, long + "x") == (None, long + "…")


def test_of_longer_values_a_piece_is_kept_that_begins_shortly_before_they_differ() -> None:
    same, tail = "x" * 500, "z" * (_LONGEST - _LEAD - 1)
    lead = "…" + "x" * _LEAD
    assert kept(f"{same}a{tail}", f"{same}b{tail}z") == (f"{lead}a{tail}", f"{lead}b{tail}…")
    assert kept("x" * 9 + "a" + "z" * _LONGEST, "x" * 9)[1] == "x" * 9
