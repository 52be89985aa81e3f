"""What is said of a copy that differs from its origin, and which side is right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import ClassVar

import pytest

from cardwarden.detect.drift.doubt import Apart, apart
from cardwarden.detect.drift.judge import compare_copies, drifts, pair_copies
from cardwarden.detect.drift.kept import Kept
from cardwarden.detect.drift.sides import Side, Sides
from cardwarden.detect.finding import Cause, Finding, FindingKind, Severity
from cardwarden.detect.guarded import Guarded
from cardwarden.detect.judge import events_of
from cardwarden.detect.rule import CardChange, Case
from cardwarden.phrases.language import Voice
from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.diff import diff_facts
from support.cards import card, diff, facts
from support.copies import cards, compared, drift, half, stranger
from support.judging import EVERY_RULE

STRANGERS = [stranger(number) for number in range(6)]
EN = Voice("en")


def yamada(number: str, *more: str) -> list[str]:
    return ["UID:yamada", "FN:Yamada Taro", f"TEL;TYPE=CELL:{number}", *more]


def two(before: list[str], after: list[str]) -> list[Finding]:
    return drift(cards([before, *STRANGERS]), cards([after, *STRANGERS]))


def test_a_plus_in_the_copy_is_told_with_what_each_side_says_and_whom_a_call_would_reach() -> None:
    [finding] = two(yamada("186080-1234-5602"), yamada("+186080-1234-5602"))
    assert (finding.kind, finding.severity, finding.rule) == (
        FindingKind.DRIFT,
        Severity.CRITICAL,
        "number-plus-added",
    )
    assert EN.say(finding.title) == "number gained a + in the copy"
    assert finding.explanation
    said = EN.say(finding.explanation, width=200)
    assert said.startswith("The copy phone says +186080-1234-5602, the address book family says 186080-1234-5602.")
    assert "Your phone would call +1 860" in said


def test_a_lost_value_says_where_it_still_stands() -> None:
    [finding] = two(yamada("03-1234-5601", "NOTE:has a key"), yamada("03-1234-5601"))
    assert EN.say(finding.title) == "note was lost in the copy"
    assert finding.explanation
    assert EN.say(finding.explanation) == "The address book family says has a key, the copy phone does not have it."


def test_many_alike_are_one_event_that_counts_them() -> None:
    origin = [["UID:" + str(n), f"FN:Guest No{n}", f"TEL:186090-1234-56{n:02}"] for n in range(20)]
    copy = [[line.replace("TEL:186", "TEL:+186") for line in lines] for lines in origin]
    [event] = events_of(drift(cards(origin), cards(copy)))
    assert event.cause is Cause.ALIKE
    assert EN.title(event.title) == "20 numbers gained a + in the copy"


@pytest.mark.parametrize(
    ("missing", "titles"),
    [(1, ["Guest No0 is not in the copy"]), (4, ["4 contacts are not in the copy"])],
)
def test_contacts_that_the_copy_lacks_are_told_once(missing: int, titles: list[str]) -> None:
    guests = [[f"UID:{n}", f"FN:Guest No{n}", f"TEL:090-1234-56{n:02}"] for n in range(60)]
    found = drift(cards(guests), cards(guests[missing:]))
    assert [EN.title(event.title) for event in events_of(found)] == titles
    assert len({finding.fingerprint for finding in found}) == missing


def test_accepting_a_drift_lets_that_property_of_that_card_differ() -> None:
    [one] = two(yamada("03-1234-5601"), yamada("03-1234-5699"))
    [other] = two(yamada("03-1234-5601"), yamada("03-1234-9999"))
    [elsewhere] = two(yamada("03-1234-5601", "NOTE:has a key"), yamada("03-1234-5601"))
    assert one.accepted_key == other.accepted_key != elsewhere.accepted_key


def test_a_fault_at_one_card_changes_nothing_for_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    import cardwarden.detect.drift.judge as module

    def fails(was: list[Fact], now: list[Fact]) -> object:
        if any(fact.text == "Yamada Taro" for fact in was):
            raise ValueError("a bug")
        return real(was, now)

    real = diff_facts
    monkeypatch.setattr(module, "diff_facts", fails)
    origin, copy = cards([yamada("03-1234-5601"), *STRANGERS]), cards([yamada("03-1234-5699"), *STRANGERS])
    found = compared(origin, copy)[0]
    assert list(found.faults) == ["yamada"]


def test_a_card_that_cannot_be_read_is_left_to_its_own_book() -> None:
    broken = b"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:yamada\r\n"
    assert drift([card(*yamada("03-1234-5601"))], [broken]) == []


@pytest.mark.parametrize(
    ("origin", "copy", "paired", "verdict"),
    [
        (0, 0, 0, Apart.NONE),
        (100, 0, 0, Apart.COPY_EMPTY),
        (0, 100, 0, Apart.ORIGIN_EMPTY),
        (100, 100, 50, Apart.OTHER_BOOK),
        (100, 100, 51, Apart.NONE),
        (500, 50, 50, Apart.NONE),
        (100, 400, 100, Apart.NONE),
        (2, 2, 0, Apart.NONE),
    ],
)
def test_two_books_are_copies_where_most_of_the_smaller_one_is_in_both(
    origin: int, copy: int, paired: int, verdict: Apart
) -> None:
    assert apart(origin, copy, paired) is verdict


EARLY, LATE = datetime(2026, 1, 1, 8, tzinfo=UTC), datetime(2026, 1, 2, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("origin", "copy", "said"),
    [
        (Side(), Side(is_accepted=False), "drift-origin-stands"),
        (Side(is_accepted=False), Side(), "drift-copy-stands"),
        (Side(True, LATE), Side(True, EARLY), "drift-origin-newer"),
        (Side(True, LATE), Side(), "drift-origin-newer"),
        (Side(True, EARLY), Side(True, LATE), "drift-copy-newer"),
        (Side(True, EARLY), Side(True, EARLY), "drift-origin-right"),
        (Side(), Side(), "drift-origin-right"),
    ],
)
def test_it_is_said_which_side_to_believe(origin: Side, copy: Side, said: str) -> None:
    assert Sides(origin, copy).said.name == said


@dataclass(frozen=True, slots=True)
class Failing:
    """Fails at one card."""

    at: str
    name: ClassVar[str] = "failing"
    enabled: bool = True
    severity: Severity = Severity.WARNING

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        if card.entry.name == self.at:
            raise IndexError("Anna's secret")
        return ()


def test_a_fault_of_a_rule_at_one_card_is_given_out_and_the_others_are_compared() -> None:
    bert = ["UID:bert", "FN:Bert"]
    origin = cards([yamada("186080-1234-5602"), [*bert, "TEL:186080-1234-5603"], *STRANGERS])
    copy = cards([yamada("+186080-1234-5602"), [*bert, "TEL:+186080-1234-5603"], *STRANGERS])
    found, one, other = compared(origin, copy)
    judged = drifts(found, found.tally.kept(), (Failing("Yamada Taro"), *EVERY_RULE), one, other)
    assert [str(fault) for fault in judged.faults.values()] == ["Anna's secret"]
    assert "Bert" in {finding.card.name for finding in judged.findings if finding.card}


def test_what_a_copy_cannot_hold_is_no_loss() -> None:
    kept = Kept({"NOTE": True, "PHOTO": False, "TEL": True}, most={"TEL": 2}, longest={"NOTE": 10}, labels=False)
    note = diff(card("NOTE:has a key to the house"), card("NOTE:has a key"))[0]
    edited = diff(card("NOTE:has a key to the house"), card("NOTE:lost it"))[0]
    short = replace(kept, longest={"NOTE": 40})
    label = diff(card("TEL;TYPE=home:03-1234-5601"), card("TEL;TYPE=work:03-1234-5601"))[0]
    number = diff(card("TEL:03-1234-5601"), card())[0]
    picture = diff(card("PHOTO;VALUE=uri:https://example.org/1.jpg"), card())[0]
    assert [kept.is_loss(change, {"TEL": 2}) for change in (note, edited, label, number, picture)] == [
        False, True, False, False, False,
    ]  # fmt: skip
    assert (short.is_loss(note, {}), kept.is_loss(number, {"TEL": 1})) == (True, True)


def test_what_a_copy_holds_in_part_is_not_expected_in_full() -> None:
    group, silent = facts(card("FN:Choir", "KIND:group")), facts(card("FN:Jane", "NOTE:tea"))
    assert [Kept(complete=False).expects(silent), Kept(groups=False).expects(group)] == [False, False]
    assert [Kept(unreachable=False).expects(silent), Kept().expects(silent), Kept().expects(group)] == [
        False,
        True,
        True,
    ]


def test_what_differs_of_a_guarded_contact_is_critical_in_a_copy_too() -> None:
    lines = ["UID:bank", "FN:Example Bank", "NOTE:ask for Ann"]
    (ours, one), (theirs, other) = (
        half(name, cards([[*lines[:2], note], *STRANGERS]), "JP")
        for name, note in (("family", lines[2]), ("phone", "NOTE:ask for Eve"))
    )
    guarded = Guarded.of(["Example Bank"], "JP")
    for guards, severity in ((Guarded(), Severity.NOTICE), (guarded, Severity.CRITICAL)):
        found = compare_copies(pair_copies(ours, theirs), one, other, guarded=guards)
        [finding] = drifts(found, found.tally.kept(), EVERY_RULE, one, other).findings
        assert finding.severity is severity
