"""Which findings are one event, and how bad many alike are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar

import pytest

from cardwarden.detect.case import CROWD, CardChange, Case
from cardwarden.detect.finding import CardRef, Cause, Event, Finding, FindingKind, Severity
from cardwarden.detect.judge import events_of
from cardwarden.detect.names import is_same_name
from cardwarden.detect.rule import Rule, of_card
from cardwarden.detect.rules.number_changed import NumberChanged
from cardwarden.detect.rules.number_hazard import NumberHazard
from cardwarden.phrases.phrase import phrase
from cardwarden.vcard.patch import put_back
from support.cards import card
from support.judging import book, case, judged, person
from support.words import reason, title

NUMBERS = [f"186080-1234-{5600 + n}" for n in range(97)]


def rewritten(*odd: tuple[bytes, bytes]) -> list[Event]:
    """97 numbers gained a "+"; besides, other cards changed."""
    before = [person(f"Person {n}x{n}", f"TEL:{number}") for n, number in enumerate(NUMBERS)]
    after = [person(f"Person {n}x{n}", f"TEL:+{number}") for n, number in enumerate(NUMBERS)]
    return events_of(judged(book(*before, *(was for was, _ in odd)), book(*after, *(now for _, now in odd))))


def test_one_rewrite_is_one_event_with_its_count_and_its_transformation() -> None:
    [event] = rewritten()
    assert title(event) == "97 numbers gained a +"
    assert event.severity is Severity.CRITICAL
    assert len(event.findings) == 97
    assert reason(event).startswith("For example Person 0x0: 186080-1234-5600 now begins with +.")


def test_it_never_hides_the_one_card_that_lost_something() -> None:
    jane = person("Jane Roe", "TEL:03-1234-5601", "BDAY:1985-04-12"), person("Jane Roe", "TEL:03-1234-5601")
    assert [title(event) for event in rewritten(jane)] == ["97 numbers gained a +", "Jane Roe: birthday was lost"]


def test_a_card_of_the_rewrite_that_lost_something_besides_is_told_for_that() -> None:
    jane = person("Jane Roe", f"TEL:{NUMBERS[0][:-1]}9", "NOTE:hi"), person("Jane Roe", f"TEL:+{NUMBERS[0][:-1]}9")
    assert [title(event) for event in rewritten(jane)] == ["98 numbers gained a +", "Jane Roe: note was lost"]


def test_several_changes_on_one_card_are_one_event_with_the_worst_first() -> None:
    before = person("Jane Roe", "TEL:03-1234-5601", "NOTE:hi", "TITLE:Baker")
    after = person("Jane Roe", "TEL:03-1234-5610", "TITLE:Smith")
    [event] = events_of(judged(before, after))
    assert title(event) == "Jane Roe: number has two digits swapped, and 2 more changes"
    assert [finding.severity.word for finding in event.findings] == ["critical", "warning", "notice"]


def test_two_cards_alike_are_two_events() -> None:
    before = book(*(person(f"P{n}x{n}", f"TEL:{NUMBERS[n]}") for n in range(2)))
    after = book(*(person(f"P{n}x{n}", f"TEL:+{NUMBERS[n]}") for n in range(2)))
    assert len(events_of(judged(before, after))) == 2


def test_what_many_lost_is_told_by_what_it_was() -> None:
    lines = ("BDAY:1985-04-12", "NOTE:hi")
    before = book(*(person(f"P{n}x{n}", *lines) for n in range(5)))
    after = book(*(person(f"P{n}x{n}") for n in range(5)))
    assert {title(event) for event in events_of(judged(before, after))} == {
        "Birthday was lost in 5 contacts",
        "Note was lost in 5 contacts",
    }


def test_removed_contacts_are_counted_by_contact() -> None:
    cards = [person(f"P{n}x{n}", f"TEL:{NUMBERS[n]}") for n in range(12)]
    [event] = events_of(judged(book(*cards), book(*cards[10:])))
    assert title(event) == "10 contacts were removed"


def test_a_mistake_that_is_a_notice_once_is_a_warning_in_many_cards() -> None:
    def cards(*notes: str) -> bytes:
        return book(*(person(f"P{n}x{n}", f"NOTE:{note}") for n, note in enumerate(notes)))

    [alone] = judged(cards("Café", "a", "b"), cards("Cafe", "a", "b"))
    many = judged(cards("Café", "Né", "Àh"), cards("Cafe", "Ne", "Ah"))
    assert alone.severity is Severity.NOTICE
    assert {finding.severity for finding in many} == {Severity.WARNING}
    [event] = events_of(many)
    assert (title(event), event.severity) == ("3 texts lost their accents", Severity.WARNING)


def test_a_first_look_is_one_summary_that_names_the_worst() -> None:
    cards = [person(f"P{n}x{n}", f"TEL:+186090-1234-{5600 + n}") for n in range(4)]
    [event] = events_of(judged(b"", book(*cards), first_look=True), first_look=True)
    assert title(event) == "First look: 4 things need a look"
    assert reason(event).startswith("The worst is P0x0: number would ring abroad.")


def test_nothing_found_is_no_event() -> None:
    assert events_of([]) == []


def test_one_name_that_changed_in_both_its_properties_is_one_finding_and_both_are_put_back() -> None:
    before = card("UID:u1", "FN:Jane Roe", "N:Roe;Jane;;;", "TEL:03-1234-5678")
    after = card("UID:u1", "FN:Max Power", "N:Power;Max;;;", "TEL:03-1234-5678")
    [finding] = judged(before, after)
    assert (finding.prop, [change.name for change in finding.changes]) == ("FN", ["FN", "N"])
    assert put_back(after, before, finding.changes, "JP") == before


def test_a_name_whose_properties_changed_in_two_ways_is_two_findings() -> None:
    before = card("UID:u1", "FN:Jane Roe", "N:Roe;Jane;;;", "TEL:03-1234-5678")
    after = card("UID:u1", "FN:Jane Stone", "N:Jane;Roe;;;", "TEL:03-1234-5678")
    assert {finding.prop for finding in judged(before, after)} == {"FN", "N"}


def test_a_rule_that_is_off_says_nothing_and_one_that_fails_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    before, after = person("Jane", "TEL:03-1234-5601"), person("Jane", "TEL:03-1234-5602")
    assert judged(before, after, rules=[NumberChanged()])
    assert judged(before, after, rules=[NumberChanged(enabled=False)]) == []

    def fails(*_: object) -> None:
        raise LookupError

    monkeypatch.setattr(NumberChanged, "look", fails)
    with pytest.raises(LookupError):
        judged(before, after, rules=[NumberChanged()])


def test_whose_name_did_not_change_has_the_same_name() -> None:
    [card] = case(person("Jane", "NOTE:tea"), person("Jane", "NOTE:coffee")).cards
    assert is_same_name(card)


def test_what_is_told_of_a_book_is_no_rewrite_of_its_cards() -> None:
    lost = [
        Finding(
            FindingKind.CONDITION, "access-lost", Severity.WARNING, phrase("book-lost", book="family"), identity=str(n)
        )
        for n in range(5)
    ]
    assert [event.cause for event in events_of(lost)] == [Cause.CARD]


def test_a_number_that_a_crowd_shares_tells_nobody_apart() -> None:
    shop = [person(f"Shop {n}", "TEL:03-1234-5601", uid=str(n)) for n in range(CROWD + 2)]
    changed = case(book(*shop), book(*shop, person("Jane", "TEL:03-1234-5601")))
    [jane] = [entry for entry in changed.book.entries if entry.name == "Jane"]
    assert list(changed.book.near(jane)) == []


def test_what_is_only_recorded_is_not_counted_beside_what_is_told() -> None:
    before = person("Jane Roe", "TEL:03-1234-5678", "BDAY:1985-04-12T00:00:00+09:00")
    after = person("Jane Roe", "TEL:03-9876-5432", "BDAY:1985-04-12")
    [event] = events_of(judged(before, after))
    assert [finding.severity for finding in event.findings] == [Severity.CRITICAL, Severity.INFO]
    assert title(event) == "Jane Roe: number was replaced by another number"


def test_a_hazard_in_another_number_is_told_beside_a_change_that_is_as_bad() -> None:
    before = person("Jane Roe", "TEL:03-1234-5601", "TEL:090-1234-5678")
    after = person("Jane Roe", "TEL:03-1234-5610", "TEL:090-1234-5678", "TEL:+186090-1234-5699")
    assert {(finding.kind, finding.severity) for finding in judged(before, after)} >= {
        (FindingKind.DEVIATION, Severity.CRITICAL),
        (FindingKind.HAZARD, Severity.CRITICAL),
    }


@dataclass(frozen=True, slots=True)
class Spoken:
    """Says something of each card that names one of its values, and is about none of its properties."""

    whole_card: bool
    after: str
    name: ClassVar[str] = "spoken"
    enabled: bool = True
    severity: Severity = Severity.CRITICAL

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        yield of_card(self, card, phrase("card-added"), identity="+", after=self.after, whole_card=self.whole_card)


@pytest.mark.parametrize(
    ("whole_card", "after", "told"),
    [
        (True, "+186090-1234-5699", ["spoken"]),
        (True, "+186090-1234-5601", ["spoken", "number-hazard"]),
        (False, "+186090-1234-5699", ["spoken", "number-hazard"]),
    ],
)
def test_a_hazard_is_told_with_its_card_only_by_what_is_about_all_of_it_and_names_it(
    whole_card: bool, after: str, told: list[str]
) -> None:
    rules: list[Rule] = [Spoken(whole_card, after), NumberHazard()]
    found = judged(b"", person("Jane Roe", "TEL:+186090-1234-5699"), rules=rules)
    assert sorted(finding.rule for finding in found) == sorted(told)


def test_a_hazard_that_its_owner_only_wants_recorded_is_recorded() -> None:
    quiet = [NumberHazard(severity=Severity.INFO)]
    [finding] = judged(b"", person("Jane Roe", "TEL:+186090-1234-5699"), rules=quiet)
    assert finding.severity is Severity.INFO


def test_a_name_that_changed_besides_other_things_is_one_finding_too() -> None:
    before = card("UID:u1", "FN:Jane Roe", "N:Roe;Jane;;;", "TEL:03-1234-5678", "TEL:090-1234-5678")
    after = card("UID:u1", "FN:Max Power", "N:Power;Max;;;", "TEL:03-1234-5679", "TEL:090-1234-5678")
    assert sorted(finding.prop for finding in judged(before, after)) == ["FN", "TEL"]


@pytest.mark.parametrize(("things", "cause"), [(1, Cause.CARD), (2, Cause.FIRST_LOOK)])
def test_what_a_first_look_finds_is_one_summary_from_two_things_on(things: int, cause: Cause) -> None:
    cards = [person(f"P{n}x{n}", f"TEL:+186090-1234-{5600 + n}") for n in range(things)]
    assert [event.cause for event in events_of(judged(b"", book(*cards), first_look=True), first_look=True)] == [cause]


def lost(key: int, *, per_card: bool) -> Finding:
    ref = CardRef(str(key), "", f"P{key}", "book.vcf")
    return Finding(
        FindingKind.DEVIATION, "value-lost", Severity.NOTICE, phrase("lost"), card=ref, prop="NOTE", per_card=per_card
    )


@pytest.mark.parametrize(
    ("cards", "per_card", "count"),
    [((1, 1, 2, 3), False, 4), ((1, 1, 2, 3), True, 3), ((1, 1), True, 2), ((1, 1), False, 2)],
)
def test_of_many_alike_the_contacts_are_counted_if_a_rule_says_so(
    cards: tuple[int, ...], per_card: bool, count: int
) -> None:
    assert [event.count for event in events_of(lost(each, per_card=per_card) for each in cards)] == [count]


def test_two_contacts_that_exchanged_what_they_have_are_one_event() -> None:
    events = events_of(replace(lost(each, per_card=True), of_two=True) for each in (1, 2))
    assert [(event.cause, event.count) for event in events] == [(Cause.ALIKE, 2)]
