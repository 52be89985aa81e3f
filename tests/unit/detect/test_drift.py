"""What is said of a copy that differs from its origin, and which side is right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest

from cardwarden.detect.case import CardChange, Case
from cardwarden.detect.drift.doubt import Apart, apart, apart_in_many_ways, condition, differing, failed
from cardwarden.detect.drift.judge import compare_copies, drifts, pair_copies
from cardwarden.detect.drift.kept import Kept, Tally
from cardwarden.detect.drift.lag import Changed, is_due, waits_since
from cardwarden.detect.drift.sides import Side, Sides, revised_at
from cardwarden.detect.finding import CardRef, Cause, Finding, FindingKind, Severity
from cardwarden.detect.guarded import Guarded
from cardwarden.detect.judge import events_of
from cardwarden.detect.rule import of_card
from cardwarden.phrases.language import Voice
from cardwarden.phrases.phrase import phrase
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
        (3, 3, 1, Apart.OTHER_BOOK),
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
    assert replace(kept, most={"TEL": 1}).is_loss(number, {})
    assert [replace(kept, longest={"NOTE": length}).is_loss(note, {}) for length in (13, 14)] == [False, True]
    glued = diff(card("ORG:Acme Ltd;Sales"), card("ORG:Acme Ltd\\, Sales"))[0]
    assert replace(kept, longest={"ORG": 15}).is_loss(glued, {})


def test_what_a_copy_holds_in_part_is_not_expected_in_full() -> None:
    group, silent = facts(card("FN:Choir", "KIND:group")), facts(card("FN:Jane", "NOTE:tea"))
    firm = facts(card("FN:Choir", "KIND:org"))
    assert [Kept(complete=False).expects(silent), Kept(groups=False).expects(group)] == [False, False]
    assert Kept(groups=False).expects(firm)
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


def told_of(who: str, what: str) -> Finding:
    """A drift of a contact's card in the copy."""
    return Finding(
        kind=FindingKind.DRIFT,
        rule="value-changed",
        severity=Severity.WARNING,
        title=phrase(what),
        card=CardRef(who, who, who, "phone.vcf"),
    )


def lacked(who: str) -> Finding:
    """A contact that the copy lacks."""
    return Finding(
        kind=FindingKind.DRIFT,
        rule="drift-missing",
        severity=Severity.WARNING,
        title=phrase("drift-missing", who=who),
        identity=who,
    )


def unlike(count: int) -> list[Finding]:
    """So many cards that differ, each in a way of its own."""
    return [told_of(f"guest {n}", f"way-{n}") for n in range(count)]


def alike(count: int) -> list[Finding]:
    """So many cards that differ in one way."""
    return [told_of(f"friend {n}", "one-way") for n in range(count)]


def test_a_contact_that_the_copy_lacks_is_no_card_of_it_that_differs() -> None:
    assert differing([lacked("Anna"), told_of("Bert", "one"), told_of("Bert", "other")]) == 1


@pytest.mark.parametrize(
    ("found", "paired", "in_many_ways"),
    [
        (unlike(5), 10, True),
        (unlike(5), 11, False),
        (unlike(4), 4, False),
        ([*unlike(4), lacked("Anna"), lacked("Bert")], 4, False),
        ([*unlike(4), *alike(5)], 9, False),
        ([*unlike(4), *alike(4)], 8, False),
        ([*unlike(5), *alike(4)], 9, True),
        ([], 0, False),
    ],
)
def test_half_of_all_cards_in_five_ways_are_too_many_ways_unless_one_rewrite_explains_half_of_them(
    found: list[Finding], paired: int, in_many_ways: bool
) -> None:
    assert apart_in_many_ways(found, paired) is in_many_ways


def test_two_books_that_are_apart_are_one_condition_that_says_why() -> None:
    names = ("family", "phone")
    empty = condition(Apart.COPY_EMPTY, "pair", names, (12, 0, 0))
    many = condition(Apart.IN_MANY_WAYS, "pair", names, (12, 12, 11), 9)
    assert empty.reason
    assert many.reason
    assert [EN.say(each.title) for each in (empty, many)] == [
        "phone is empty, although it should be a copy of family",
        "phone differs from family in many ways",
    ]
    assert [EN.say(reason).partition(",")[0] for reason in (empty.reason, many.reason)] == [
        "The address book has 12 contacts",
        "9 of the 11 contacts that are in both differ",
    ]
    assert {(each.kind, each.identity) for each in (empty, many)} == {(FindingKind.CONDITION, "pair")}


def test_what_the_program_failed_at_is_said_of_some_cards_or_of_the_whole_book() -> None:
    whole = failed("pair", ("family", "phone"), "drift/judge.py:1")
    some = failed("pair", ("family", "phone"), "drift/judge.py:1", 2)
    assert [EN.say(each.title) for each in (whole, some)] == [
        "phone could not be compared with family",
        "2 contacts of phone could not be compared with family",
    ]
    assert whole.reason == some.reason
    assert whole.reason
    assert "drift/judge.py:1" in EN.say(whole.reason)


def test_a_difference_waits_for_the_copy_to_follow_but_not_for_what_no_owner_does() -> None:
    nobody, ours, theirs = Changed(), Changed(origin=EARLY), Changed(copy=LATE)
    both = Changed(EARLY, LATE)
    assert [waits_since(Severity.WARNING, changed) for changed in (nobody, ours, theirs, both)] == [
        None, EARLY, LATE, LATE,
    ]  # fmt: skip
    assert [waits_since(Severity.CRITICAL, changed) for changed in (ours, theirs, both)] == [EARLY, None, EARLY]


def test_a_difference_is_due_when_it_is_as_old_as_the_copy_may_lag() -> None:
    day = timedelta(days=1)
    assert [is_due(since, day, LATE) for since in (None, EARLY, EARLY + timedelta(seconds=1))] == [True, True, False]


def test_a_card_that_says_it_was_written_tomorrow_does_not_know_when() -> None:
    stamps = ("20260102T080000Z", "20260102T090000Z", "20260102T090001Z", "soon")
    assert [revised_at(stamp, LATE) for stamp in stamps] == [LATE, LATE + timedelta(hours=1), None, None]


def test_files_of_two_books_may_be_called_alike_and_hold_other_people() -> None:
    (ours, _), (theirs, _) = (half("contact", cards([[f"FN:{name}"]]), "JP") for name in ("Anna Berg", "Mia Roe"))
    assert pair_copies(ours, theirs) == [(ours[0], None), (None, theirs[0])]


def test_only_the_cards_that_are_asked_for_are_compared() -> None:
    ours, theirs = [yamada("03-1234-5601"), ["UID:anna", "FN:Anna"]], [yamada("03-1234-5699"), ["UID:mia", "FN:Mia"]]
    (origin, one), (copy, other) = half("family", cards(ours), "JP"), half("phone", cards(theirs), "JP")
    pairs = pair_copies(origin, copy)
    anna, taro = origin[1].key, copy[0].key
    for asked, changed, lacking in (
        ({anna}, [], [anna]),
        ({taro}, [taro], []),
        (None, [taro], [anna]),
        (set(), [], []),
    ):
        found = compare_copies(pairs, one, other, examine=asked)
        assert ([each.ref.key for each in found.case.cards], [each.key for each in found.missing]) == (changed, lacking)


@pytest.mark.parametrize("broken_side", ["origin", "copy"])
def test_a_card_that_cannot_be_read_on_one_side_is_not_judged(broken_side: str) -> None:
    whole, broken = card(*yamada("03-1234-5601")), b"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:yamada\r\nFN:Yamada Taro\r\n"
    found, _, _ = compared(*([broken], [whole]) if broken_side == "origin" else ([whole], [broken]))
    assert (found.case.cards, len(found.unjudged)) == ((), 1)


def guests(count: int, *more: str) -> list[list[str]]:
    return [[f"UID:guest-{n}", f"FN:Guest No{n}", f"TEL:090-1234-56{n:02}", *more] for n in range(count)]


def test_a_copy_that_holds_a_selection_lacks_nobody() -> None:
    all_of_them = guests(20, "REV:20260101T080000Z")
    origin, copy = cards(all_of_them), cards(all_of_them[10:])
    found = compared(origin, copy)[0]
    assert (len(found.missing), dict(found.faults), drift(origin, copy)) == (10, {}, [])


def test_a_copy_without_those_who_have_no_number_lacks_those_who_have_one() -> None:
    silent = [[f"UID:silent-{n}", f"FN:Silent No{n}", f"EMAIL:silent{n}@example.org"] for n in range(4)]
    found = drift(cards([*guests(30), *silent]), cards(guests(30)[1:]))
    assert [EN.say(finding.title) for finding in found] == ["Guest No0 is not in the copy"]


def test_uids_members_and_stamps_that_an_export_made_anew_are_no_drift() -> None:
    choir = ["FN:Choir", "KIND:group", "REV:20260102T080000Z"]
    ours = ["UID:choir", *choir, "MEMBER:urn:uuid:11111111-1111-4111-8111-111111111111"]
    theirs = ["UID:other", *choir[:2], "REV:20250102T080000Z", "MEMBER:urn:uuid:22222222-2222-4222-8222-222222222222"]
    assert two(ours, theirs) == []


def test_what_the_copy_cannot_hold_is_told_of_no_card_and_what_it_could_is() -> None:
    numbers = [f"TEL:+1 202-555-01{n}" for n in (41, 42, 43)]
    ours = [["UID:anna", "FN:Anna", *numbers], ["UID:bert", "FN:Bert", *(n.replace("555", "556") for n in numbers[:2])]]
    theirs = [ours[0][:4], ours[1][:3]]
    [finding] = drift(cards(ours), cards(theirs), kept=Kept(most={"TEL": 2}))
    assert finding.card
    assert finding.card.name == "Bert"


def test_a_drift_is_about_the_copys_card() -> None:
    ours, theirs = [yamada("03-1234-5601")], [["UID:anew", *yamada("03-1234-5699")[1:]]]
    [finding] = drift(cards([*ours, *STRANGERS]), cards([*theirs, *STRANGERS]))
    assert finding.card
    assert (finding.card.uid, finding.card.href, finding.card.name) == ("anew", "phone.vcf", "Yamada Taro")


@pytest.mark.parametrize(
    ("ours", "theirs", "severity"),
    [
        ("NOTE:has a key to the house", "NOTE:owes nobody any money", Severity.WARNING),
        ("NOTE:meet at noon today", "NOTE:call at noon tomorrow", Severity.NOTICE),
        ("NOTE:meet at noon today", "NOTE:call at dusk tomorrow", Severity.WARNING),
        ("NOTE:meet at noon", "NOTE:call at dusk", Severity.WARNING),
        ("NOTE:!!!", "NOTE:has a key", Severity.NOTICE),
        ("TITLE:Врач", "TITLE:Vrach", Severity.NOTICE),
        ("X-EVOLUTION-FILE-AS:Taro Yamada", "X-EVOLUTION-FILE-AS:Mia Roe", Severity.NOTICE),
        ("TEL;TYPE=home:03-1234-5602", "TEL;TYPE=work:03-1234-5602", Severity.NOTICE),
    ],
)
def test_a_text_that_says_something_else_altogether_in_the_copy_is_worse_than_an_edited_one(
    ours: str, theirs: str, severity: Severity
) -> None:
    [finding] = two(yamada("03-1234-5601", ours), yamada("03-1234-5601", theirs))
    assert finding.severity is severity


def test_what_stands_in_the_copy_alone_says_so() -> None:
    [finding] = two(yamada("03-1234-5601"), yamada("03-1234-5601", "NOTE:has a key"))
    assert finding.explanation
    assert EN.say(finding.explanation) == "The copy phone says has a key, the address book family does not."
    assert finding.severity is Severity.NOTICE


@pytest.mark.parametrize(
    ("ours", "theirs", "said"),
    [
        (
            "NOTE:has a key",
            "NOTE:has the key",
            "The copy phone says has the key, the address book family says has a key.",
        ),
        (
            "BDAY:1980-01-01",
            "BDAY:1981-01-01",
            (
                "The copy phone says 1981-01-01, the address book family says 1980-01-01. "
                "Programs do that at the turn of the year when they write the year of the week."
            ),
        ),
        (
            "TEL;TYPE=home:03-1234-5602",
            "TEL;TYPE=work:03-1234-5602",
            (
                "The copy phone says 03-1234-5602 (work), the address book family says 03-1234-5602 (home). "
                "03-1234-5602 was home and is work now."
            ),
        ),
    ],
)
def test_what_each_side_says_is_said_once_and_then_what_it_means(ours: str, theirs: str, said: str) -> None:
    [finding] = two(yamada("03-1234-5601", ours), yamada("03-1234-5601", theirs))
    assert finding.explanation
    assert EN.say(finding.explanation, width=300) == said


def test_two_contacts_with_each_others_number_in_the_copy_are_told_as_that() -> None:
    bert = ["UID:bert", "FN:Bert Roe"]
    ours = [yamada("03-1234-5601"), [*bert, "TEL:03-9876-5432"], *STRANGERS]
    theirs = [yamada("03-9876-5432"), [*bert, "TEL:03-1234-5601"], *STRANGERS]
    titles = {EN.say(finding.title) for finding in drift(cards(ours), cards(theirs))}
    assert titles == {"two contacts exchanged their numbers in the copy"}


def test_a_name_that_looks_like_another_contacts_in_the_copy_is_told_as_that() -> None:
    bank = ["UID:bank", "FN:Bank of America", "TEL:03-9876-5432"]
    ours, theirs = (["UID:eve", f"FN:{name}", "TEL:03-1234-5601"] for name in ("Eve Roe", "Bank of Arnerica"))
    [finding] = drift(cards([ours, bank, *STRANGERS]), cards([theirs, bank, *STRANGERS]))
    assert EN.say(finding.title) == "name now looks like another contact's in the copy"


def test_that_both_sides_were_written_at_one_time_is_no_sign_of_a_silent_change() -> None:
    ours, theirs = (yamada("03-1234-5601", "REV:20260101T080000Z", f"NOTE:has {what} key") for what in ("a", "the"))
    assert [finding.rule for finding in two(ours, theirs)] == ["value-changed"]


def test_one_rewrite_of_many_notes_is_no_worse_in_a_copy_than_one() -> None:
    ours = [[f"UID:{n}", f"FN:Guest No{n}", f"NOTE:Müller {n}"] for n in range(12)]
    theirs = [[line.replace("ü", "u") for line in lines] for lines in ours]
    assert [finding.severity for finding in drift(cards(ours), cards(theirs))] == [Severity.NOTICE] * 12


@dataclass(frozen=True, slots=True)
class Alarming:
    """Finds a hazard in each card that changed."""

    name: ClassVar[str] = "alarming"
    enabled: bool = True
    severity: Severity = Severity.WARNING

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        yield of_card(self, card, phrase("alarm"), identity="alarm", kind=FindingKind.HAZARD)


def test_a_hazard_is_left_to_the_check_of_the_copy_itself() -> None:
    found, one, other = compared(cards([yamada("03-1234-5601")]), cards([yamada("03-1234-5699")]))
    assert len(found.case.cards) == 1
    assert drifts(found, found.tally.kept(), (Alarming(),), one, other).findings == ()


def test_what_the_copy_keeps_is_said_by_its_properties() -> None:
    kept = Kept({"TEL": True, "NOTE": False, "EMAIL": True, "ADR": False})
    assert (kept.names, kept.dropped) == (("EMAIL", "TEL"), ("ADR", "NOTE"))


def test_an_owner_who_names_what_a_copy_keeps_means_nothing_else() -> None:
    kept = Kept({"TEL": True, "NOTE": False, "EMAIL": True}).only(["tel", "note"])
    assert [kept.has(name) for name in ("TEL", "NOTE", "EMAIL", "PHOTO")] == [True, True, False, False]
    assert Kept({"TEL": True}).has("PHOTO") is None


def test_what_a_copy_keeps_comes_back_as_it_was_written_down() -> None:
    kept = Kept(
        {"TEL": True, "NOTE": False},
        {"TEL": 2},
        {"NOTE": 40},
        labels=False,
        complete=False,
        unreachable=False,
        groups=False,
        is_named=True,
    )
    assert Kept.loaded(kept.dumped()) == kept
    assert Kept({"A": True, "B": True}).dumped() == Kept({"B": True, "A": True}).dumped()


def learnt(*pairs: tuple[list[str], list[str] | None]) -> Kept:
    """What is learnt from cards of the origin, and what the copy has of them: None if it lacks them."""
    tally = Tally()
    for ours, theirs in pairs:
        was = facts(card(*ours))
        if theirs is None:
            tally.missing(was)
        else:
            tally.pair(was, facts(card(*theirs)), diff(card(*ours), card(*theirs)))
    return tally.kept()


NUMBER, NOTE = "TEL:03-1234-5601", "NOTE:has a key to the house"


def test_a_property_is_kept_if_a_tenth_of_the_cards_that_have_it_have_it_in_the_copy() -> None:
    with_note, without = ([NUMBER, NOTE], [NUMBER, NOTE]), ([NUMBER, NOTE], [NUMBER])
    assert learnt(with_note, *[without] * 9).properties == {"TEL": True, "NOTE": True}
    assert learnt(with_note, *[without] * 10).properties == {"TEL": True, "NOTE": False}
    assert learnt((["UID:1", NUMBER], ["UID:2", NUMBER])).properties == {"TEL": True}


def test_three_cards_show_how_many_values_a_copy_holds_at_most() -> None:
    three = [f"TEL:03-1234-560{n}" for n in range(3)]
    assert learnt(*[(three, three[:2])] * 3).most == {"TEL": 2}
    assert learnt(*[(three, three[:2])] * 2, (three[:2], three[:2])).most == {}
    assert learnt(*[(three, [NOTE])] * 3).most == {}


def test_three_cards_show_how_long_a_text_a_copy_holds_and_a_whole_letter_may_be_left_out() -> None:
    def cut(*lengths: int) -> Kept:
        return learnt(*[([NOTE], [NOTE[: len("NOTE:") + length]]) for length in lengths])

    assert cut(15, 11, 11).longest == {"NOTE": 15}
    assert cut(15, 15, 9).longest == {}
    assert cut(15, 15).longest == {}
    assert learnt(*[([NOTE], ["NOTE:owes money"])] * 3).longest == {}


def test_a_copy_that_lost_a_label_and_shows_none_keeps_no_labels() -> None:
    labelled, plain = ["TEL;TYPE=home:03-1234-5601"], [NUMBER]
    assert not learnt((labelled, plain)).labels
    assert learnt((labelled, plain), (labelled, labelled)).labels
    assert learnt((plain, plain)).labels
    assert learnt((labelled, []), (plain, ["TEL:03-1234-5699"])).labels


def test_what_a_copy_lacks_shows_whom_it_holds() -> None:
    group, silent, reachable = ["FN:Choir", "KIND:group", NUMBER], ["FN:Jane", NOTE], ["FN:Jane", NUMBER]
    held = [(reachable, reachable)] * 10

    def of(*pairs: tuple[list[str], list[str] | None]) -> tuple[bool, bool, bool]:
        kept = learnt(*held, *pairs)
        return kept.complete, kept.unreachable, kept.groups

    assert learnt(*held[:9], (reachable, None)).complete is False
    assert of() == (True, True, True)
    assert of((reachable, None)) == (True, True, True)
    assert of(*[(reachable, None)] * 2) == (False, True, True)
    assert of(*[(silent, None)] * 3) == (True, False, True)
    assert of(*[(silent, None)] * 3, (silent, silent)) == (False, True, True)
    assert of(*[(group, None)] * 3) == (True, True, False)
    assert of(*[(group, None)] * 3, (group, group)) == (False, True, True)
