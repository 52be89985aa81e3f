"""Who most likely made a change decides how urgently it is told, and every change of a guarded contact is urgent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from cardwarden.detect.finding import CardRef, FindingKind, Severity, Urgency
from cardwarden.detect.guarded import Guarded
from cardwarden.detect.judge import events_of, judge
from cardwarden.detect.rule import Rule
from cardwarden.detect.rules.number_changed import NumberChanged
from cardwarden.detect.weigh import weigh
from support.judging import EVERY_RULE, book, case, person
from support.store import finding

PHONE, OLD, NEW = "PRODID:-//Apple Inc.//iOS 17.1//EN", "REV:2026-01-01T10:00:00Z", "REV:20260301T101500Z"
CAROL = person("Carol", "TEL:03-1234-0003", PHONE, OLD)


def found(
    before: bytes, after: bytes, rules: Sequence[Rule] = EVERY_RULE, guarded: Sequence[str] = ()
) -> list[tuple[str, Severity, Urgency]]:
    """(rule, severity, urgency) of what is more than recorded."""
    judged = judge(replace(case(before, after), guarded=Guarded.of(guarded, "JP")), rules)
    return [(f.rule, f.severity, f.urgency) for f in judged if f.severity > Severity.INFO]


def aunt(number: str, *lines: str) -> bytes:
    return book(person("Aunt", f"TEL:{number}", *lines), CAROL)


ASKED = [("number-changed", Severity.WARNING, Urgency.ASKED)]


def urgent(why: Urgency) -> list[tuple[str, Severity, Urgency]]:
    return [("number-changed", Severity.CRITICAL, why)]


def test_one_number_replaced_anew_by_the_program_that_writes_the_book_is_asked_about() -> None:
    assert found(aunt("03-1234-5678", PHONE, OLD), aunt("090-8765-4321", PHONE, NEW)) == ASKED


def test_another_version_of_that_program_is_that_program() -> None:
    later = "PRODID:-//Apple Inc.//iOS 18.0.1//EN"
    assert found(aunt("03-1234-5678", PHONE, OLD), aunt("090-8765-4321", later, NEW)) == ASKED


def test_a_program_that_wrote_other_cards_of_the_book_is_known() -> None:
    other = "PRODID:DAVx5/4.3 ez-vcard/0.11"
    assert found(aunt("03-1234-5678", other, OLD), aunt("090-8765-4321", PHONE, NEW)) == ASKED


def test_a_program_that_never_wrote_the_book_is_urgent() -> None:
    strange = "PRODID:-//Call Helper//EN"
    was, now = aunt("03-1234-5678", PHONE, OLD), aunt("090-8765-4321", strange, NEW)
    assert found(was, now) == urgent(Urgency.UNKNOWN_PROGRAM)


def test_a_program_is_not_known_by_a_card_that_it_changed_at_the_same_time() -> None:
    strange = "PRODID:-//Call Helper//EN"
    was = book(person("Aunt", "TEL:03-1234-5678", PHONE, OLD), person("Bob", "NOTE:tea", strange, OLD), CAROL)
    now = book(person("Aunt", "TEL:090-8765-4321", strange, NEW), person("Bob", "NOTE:cake", strange, NEW), CAROL)
    assert ("number-changed", Severity.CRITICAL, Urgency.UNKNOWN_PROGRAM) in found(was, now)


@pytest.mark.parametrize("rev", [OLD, "REV:2025-12-31T10:00:00Z", "X-NO-REV:1"])
def test_content_that_moved_while_its_time_did_not_is_urgent(rev: str) -> None:
    assert urgent(Urgency.UNDATED)[0] in found(aunt("03-1234-5678", PHONE, OLD), aunt("090-8765-4321", PHONE, rev))


@pytest.mark.parametrize(
    ("was", "now", "newer"),
    [
        ("2026-02-01T10:00:00+09:00", "20260201T030000Z", True),
        ("20260201T030000Z", "2026-02-01T10:00:00+09:00", False),
        ("20260201T030000Z", "2026-02-01T02:00:00-05", True),
        ("20260201T000000Z", "20260201T090000+0900", False),
        ("2026-02-01", "20260201T000001Z", True),
        ("2026-02-01 10:00:00", "2026-02-01 10:00:01", True),
        ("1706781600", "1706781601", True),
        ("1706781601", "1706781600", False),
        ("1706781600", "1706781600", False),
    ],
)
def test_a_time_is_newer_wherever_on_earth_it_was_written(was: str, now: str, newer: bool) -> None:
    judged = found(aunt("03-1234-5678", PHONE, f"REV:{was}"), aunt("090-8765-4321", PHONE, f"REV:{now}"))
    assert judged == (ASKED if newer else urgent(Urgency.UNDATED))


@pytest.mark.parametrize("rev", ["REV:1706781600", NEW])
def test_a_card_that_had_no_time_and_has_one_now_is_not_known_to_be_newer(rev: str) -> None:
    judged = found(aunt("03-1234-5678", PHONE), aunt("090-8765-4321", PHONE, rev))
    assert judged == urgent(Urgency.UNDATED)


def test_of_a_program_that_no_card_names_nothing_is_said() -> None:
    was, now = (person("Aunt", f"TEL:{number}", rev) for number, rev in (("03-1234-5678", OLD), ("090-8765-4321", NEW)))
    assert found(was, now) == [("number-changed", Severity.WARNING, Urgency.ASKED_UNSIGNED)]


def test_a_card_that_no_longer_names_its_program_is_urgent_and_no_program_is_blamed() -> None:
    was, now = aunt("03-1234-5678", PHONE, OLD), aunt("090-8765-4321", NEW)
    assert found(was, now) == urgent(Urgency.UNSIGNED)


def test_the_same_change_of_three_cards_is_urgent() -> None:
    names = ("Ann", "Bob", "Cid")
    was = book(*(person(name, f"TEL:03-1234-567{at}", PHONE, OLD) for at, name in enumerate(names)), CAROL)
    now = book(*(person(name, f"TEL:090-8765-432{at}", PHONE, NEW) for at, name in enumerate(names)), CAROL)
    assert found(was, now) == urgent(Urgency.SEVERAL) * 3


def test_two_values_replaced_on_one_card_are_urgent() -> None:
    was = aunt("03-1234-5678", "EMAIL:aunt@example.org", PHONE, OLD)
    now = aunt("090-8765-4321", "EMAIL:someone.new@example.com", PHONE, NEW)
    assert {urgency for _, _, urgency in found(was, now)} == {Urgency.SEVERAL}


@pytest.mark.parametrize("now", ["+03-1234-5678", "03-1234-5679", "0081-3-1234-5678", "+44 3 1234 5678"])
def test_what_no_owner_does_by_hand_is_never_asked_about(now: str) -> None:
    judged = found(aunt("03-1234-5678", PHONE, OLD), aunt(now, PHONE, NEW))
    assert not [one for one in judged if one[2] is Urgency.ASKED]


def test_a_replaced_mail_address_and_name_are_asked_about_and_a_lookalike_is_not() -> None:
    def one(*lines: str, name: str = "Aunt") -> bytes:
        return book(person(name, *lines, "TEL:03-1234-5678", uid="aunt"), CAROL)

    mail, lookalike = "EMAIL:betty.brown@example.com", "EMAIL:aunt@examp1e.org"
    was = one("EMAIL:aunt@example.org", PHONE, OLD)
    assert found(was, one(mail, PHONE, NEW)) == [("mail-changed", Severity.WARNING, Urgency.ASKED)]
    assert found(was, one(lookalike, PHONE, NEW)) == [("mail-changed", Severity.CRITICAL, Urgency.USUAL)]
    renamed = found(
        one(PHONE, OLD, "N:Brown;Betty;;;", name="Betty Brown"), one(PHONE, NEW, "N:Stone;Carl;;;", name="Carl Stone")
    )
    assert renamed == [("name-changed", Severity.WARNING, Urgency.ASKED)]


def test_asking_is_a_setting_of_the_rule() -> None:
    never = [NumberChanged(asked_severity=Severity.CRITICAL)]
    assert found(aunt("03-1234-5678", PHONE, OLD), aunt("090-8765-4321", PHONE, NEW), never) == urgent(Urgency.USUAL)


@pytest.mark.parametrize("who", ["aunt", "03 1234 5678", "+81 3-1234-5678", "uid:Aunt", "category:family"])
def test_a_guarded_contact_is_urgent_whoever_changed_it(who: str) -> None:
    was = aunt("03-1234-5678", PHONE, OLD, "CATEGORIES:Family,Friends")
    now = aunt("090-8765-4321", PHONE, NEW, "CATEGORIES:Family,Friends")
    assert found(was, now, guarded=[who]) == urgent(Urgency.GUARDED)
    assert found(was, now, guarded=["Somebody Else", "category:Work"]) == ASKED


def test_what_is_otherwise_a_notice_and_a_removal_are_urgent_for_a_guarded_contact() -> None:
    was = book(person("Mother", "TEL:03-1234-5678", "NOTE:garden"), CAROL)
    now = book(person("Mother", "TEL:03-1234-5678", "NOTE:the garden is hers"), CAROL)
    for after in (now, CAROL):
        assert [severity for _, severity, _ in found(was, after)] == [Severity.NOTICE]
        assert [one[1:] for one in found(was, after, guarded=["Mother"])] == [(Severity.CRITICAL, Urgency.GUARDED)]


@pytest.mark.parametrize("name", ["Sparkasse Köln", "みずほ銀行", "Bank of Ireland", "My Aunt"])
def test_a_new_card_with_a_banks_or_a_guarded_contacts_name_is_urgent(name: str) -> None:
    was = book(person(name, "TEL:03-1234-5678"), CAROL)
    now = book(was, person(name, "TEL:090-8765-4321", uid="new"))
    assert found(was, now, guarded=["my aunt"]) == [("card-added", Severity.CRITICAL, Urgency.USUAL)]


def test_a_new_card_with_a_known_name_is_else_asked_about() -> None:
    was = book(person("Bankert", "TEL:03-1234-5678"), CAROL)
    now = book(was, person("Bankert", "TEL:090-8765-4321", uid="new"))
    assert found(was, now) == [("card-added", Severity.WARNING, Urgency.ASKED_UNSIGNED)]
    strange = book(was, person("Bankert", "TEL:090-8765-4321", "PRODID:-//Call Helper//EN", uid="new"))
    assert found(was, strange) == [("card-added", Severity.WARNING, Urgency.USUAL)]


def test_the_contacts_of_one_import_are_one_question() -> None:
    new = [person(f"Friend {at}", f"TEL:03-1234-{at:04}", PHONE, uid=f"new{at}") for at in range(40, 70)]
    namesake = person("Carol", "TEL:090-8765-4321", PHONE, uid="new")
    judged = judge(case(CAROL, book(CAROL, *new, namesake)), EVERY_RULE)
    [event] = [event for event in events_of(judged) if event.severity > Severity.INFO]
    assert {finding.urgency for finding in event.findings} == {Urgency.ASKED}


def test_a_copy_that_only_looks_like_a_contact_is_its_double() -> None:
    was = book(person("Mom", "TEL:03-1234-5678"), CAROL)
    now = book(was, person("Mоm ❤", "TEL:03-1234-5678", "TEL:090-8765-4321", uid="new"))
    assert found(was, now) == [("card-doubled", Severity.WARNING, Urgency.USUAL)]
    assert found(was, now, guarded=["Mom"])[0][1] is Severity.CRITICAL


def test_content_that_moved_under_the_stamp_that_stayed_is_urgent_though_it_looks_like_an_edit() -> None:
    looks_edited = case(aunt("03-1234-5678", PHONE, OLD), aunt("090-8765-4321", PHONE, NEW))
    judged = judge(replace(looks_edited, unstamped=frozenset({"Aunt"})), EVERY_RULE)
    told = [(f.rule, f.severity, f.urgency) for f in judged]
    assert urgent(Urgency.UNSTAMPED)[0] in told
    assert ("silent-change", Severity.INFO, Urgency.USUAL) in told


def test_what_is_told_of_a_whole_book_or_is_bad_in_itself_weighs_what_its_rule_says() -> None:
    there = case(aunt("03-1234-5678", PHONE, OLD), aunt("090-8765-4321", PHONE, NEW))
    key = next(iter(there.by_key))
    of_book = finding(kind=FindingKind.CONDITION, card=None)
    hazard = finding(kind=FindingKind.HAZARD, card=CardRef(key, "u", "Aunt", "aunt.vcf"), by_owner=Severity.WARNING)
    assert weigh([of_book, hazard], there, several=()) == [of_book, hazard]


def test_two_values_that_are_warnings_at_one_time_are_no_single_edit() -> None:
    there = case(aunt("03-1234-5678", PHONE, OLD), aunt("090-8765-4321", PHONE, NEW))
    key = next(iter(there.by_key))
    ref = CardRef(key, "u", "Aunt", "aunt.vcf")
    two = [
        finding(value, card=ref, prop=prop, before=value, severity=Severity.WARNING, by_owner=Severity.NOTICE)
        for prop, value in (("TEL", "1860"), ("EMAIL", "aunt@example.org"))
    ]
    assert [weighed.urgency for weighed in weigh(two, there, several=())] == [Urgency.SEVERAL, Urgency.SEVERAL]
    assert [weighed.urgency for weighed in weigh(two[:1], there, several=())] == [Urgency.ASKED]


def test_a_program_that_never_wrote_the_book_at_its_server_is_named_as_the_reason() -> None:
    change = case(aunt("03-1234-5678", PHONE, OLD), aunt("090-8765-4321", PHONE, NEW))
    [card] = change.cards
    for writer, why in (("evolution", Urgency.UNKNOWN_PROGRAM), ("dav5", Urgency.ASKED)):
        memory = replace(change.memory, writers=frozenset({"dav5"}))
        known = replace(change, memory=memory, writers={card.ref.key: writer})
        assert [finding.urgency for finding in judge(known, EVERY_RULE) if finding.severity > Severity.INFO] == [why]
