"""Rule name-changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cardwarden.detect.case import EarlierVersion
from cardwarden.detect.judge import judge
from cardwarden.detect.rules.name_changed import NameChanged
from support.cards import card
from support.judging import book, case, judged, person, said
from support.words import reason


def renamed(before: tuple[str, str], after: tuple[str, str], *more: str) -> list[tuple[str, str, str]]:
    """A card's FN and N, before and now."""
    was, now = (card("UID:1", f"FN:{fn}", f"N:{n}", *more) for fn, n in (before, after))
    return said(judged(was, now))


def test_somebody_elses_name_over_the_same_details_is_critical() -> None:
    found = renamed(("Jane Roe", "Roe;Jane;;;"), ("Mark Poe", "Poe;Mark;;;"), "TEL:03-1234-5601")
    assert {(severity, title) for _, severity, title in found} == {("critical", "Name was replaced by somebody else's")}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Müller", "MÃ¼ller"), ("Сергей", "Sergey"), ("Rüdiger Köster", "UsO8ZGlnZXIgS8O2c3Rlcg=="), ("Jane Roe", "JANE"),
        ("UsO8ZGlnZXIgS8O2c3Rlcg==", "Rüdiger Köster"),
    ],
)  # fmt: skip
def test_the_same_name_in_another_writing_is_nobody_elses(before: str, after: str) -> None:
    found = renamed((before, f";{before};;;"), (after, f";{after};;;"), "TEL:03-1234-5601")
    assert "critical" not in {severity for _, severity, _ in found}


def test_a_card_with_all_new_details_has_nobody_elses_name() -> None:
    before = card("UID:1", "FN:Jane Roe", "N:Roe;Jane;;;", "TEL:03-1234-5601")
    after = card("UID:1", "FN:Mark Poe", "N:Poe;Mark;;;", "TEL:03-8765-4321")
    assert ("name-changed", "critical") not in {(rule, severity) for rule, severity, _ in said(judged(before, after))}


def test_a_new_family_name_is_a_notice() -> None:
    found = renamed(("Jane Roe", "Roe;Jane;;;"), ("Jane Poe", "Poe;Jane;;;"))
    assert {severity for _, severity, _ in found} == {"notice"}


def test_swapped_parts_are_named() -> None:
    found = renamed(("Jane Roe", "Roe;Jane;;;"), ("Jane Roe", "Jane;Roe;;;"))
    assert found == [("name-changed", "notice", "Name has its parts swapped")]


def test_a_name_that_became_the_organisation_is_named() -> None:
    found = renamed(("Jane Roe", "Roe;Jane;;;"), ("Acme", "Roe;Jane;;;"), "ORG:Acme")
    assert found == [("name-changed", "notice", "Name is the organisation now")]


def test_the_same_words_in_another_order_are_a_notice() -> None:
    assert renamed(("Jane Roe", "Roe;Jane;;;"), ("Roe Jane", "Roe;Jane;;;"))[0][2] == "Name is in another order"


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        (["FN:Tess ❤️"], ["FN:Tess ❤"], "Name changed in signs only"),
        (["ORG:慶應病院", "FN:慶應病院"], ["ORG:慶應病院", "FN:慶應病院 本店"], "Name was changed"),
    ],
)
def test_no_cause_is_named_that_is_not_so(before: list[str], after: list[str], name: str) -> None:
    """A heart is no other order, and a branch not the organisation."""
    assert [title for _, _, title in said(judged(card("UID:1", *before), card("UID:1", *after)))] == [name]


KANJI, KANA = ("FN:山田 太郎", "N:山田;太郎;;;"), ("FN:やまだ たろう", "N:やまだ;たろう;;;")
READ_SO = ("X-PHONETIC-LAST-NAME:ヤマダ", "X-PHONETIC-FIRST-NAME:タロウ")


@pytest.mark.parametrize("reading", [(), READ_SO])
def test_a_name_of_which_only_the_reading_is_left_is_no_strangers(reading: tuple[str, ...]) -> None:
    before, after = (card("UID:x", "TEL:03-1234-5678", *name, *reading) for name in (KANJI, KANA))
    assert said(judged(before, after)) == [("name-changed", "warning", "Name is only in kana now")]
    assert said(judged(after, before)) == [("name-changed", "notice", "Name was changed")]


def test_kana_that_read_otherwise_are_somebody_elses_name() -> None:
    other = ("FN:すずき はなこ", "N:すずき;はなこ;;;")
    before, after = (card("UID:x", "TEL:03-1234-5678", *name, *READ_SO) for name in (KANJI, other))
    assert [(rule, severity) for rule, severity, _ in said(judged(before, after))] == [("name-changed", "critical")]


def test_words_that_stand_in_another_part_are_named() -> None:
    found = renamed(("Jane Ann Roe", "Roe;Jane Ann;;;"), ("Jane Ann Roe", "Roe;Jane;Ann;;"))
    assert [title for _, _, title in found] == ["Name has its parts moved"]


def test_a_name_that_got_more_words_is_no_field_s_though_one_says_the_same() -> None:
    was, now = (card("UID:1", f"FN:{name}", "N:;Acme;;;", "ORG:Acme Tools") for name in ("Acme", "Acme Tools"))
    assert [title for _, _, title in said(judged(was, now, rules=[NameChanged()]))] == ["Name was changed"]


@pytest.mark.parametrize("instead", ["jane@example.org", "03-1234-5601"])
def test_a_name_for_which_a_mail_address_or_number_stands_is_lost(instead: str) -> None:
    details = ("EMAIL:jane@example.org", "TEL:03-1234-5601")
    lost = renamed(("Jane Roe", "Roe;Jane;;;"), (instead, f"{instead};;;;"), *details)
    assert {severity for _, severity, _ in lost} == {"warning"}
    kept = renamed(("Jane Roe", "Roe;Jane;;;"), (instead, "Roe;Jane;;;"), *details)
    assert {severity for _, severity, _ in kept} == {"notice"}  # N still says it


@pytest.mark.parametrize(
    ("before", "after", "severity"),
    [
        ("Jan May", "01/05/2024", "warning"),
        ("Jan May", "45413", "warning"),
        ("Jan May", "\u2764", "notice"),  # a heart is what somebody chose
        ("Jan May", "May 5", "notice"),
        ("112", "911", "notice"),
    ],
)
def test_a_name_in_place_of_which_figures_stand_is_lost(before: str, after: str, severity: str) -> None:
    found = renamed((before, f"{before};;;;"), (after, f"{after};;;;"), "TEL:03-1234-5601")
    assert {level for _, level, _ in found} == {severity}


def test_a_card_with_other_ways_to_reach_somebody_has_nobody_elses_name_and_one_without_any_has() -> None:
    def told(before: str, after: str) -> list[tuple[str, str, str]]:
        was, now = card("UID:1", "FN:Jane Roe", before), card("UID:1", "FN:Mark Poe", after)
        return [one for one in said(judged(was, now, rules=[NameChanged()])) if one[0] == "name-changed"]

    assert told("TEL:03-1234-5601", "TEL:03-8765-4321") == [("name-changed", "notice", "Name was changed")]
    assert told("NOTE:tea", "NOTE:tea") == [("name-changed", "critical", "Name was replaced by somebody else's")]


@pytest.mark.parametrize(("back", "severity"), [(True, "notice"), (False, "critical")])
def test_a_name_that_the_card_had_once_is_nobody_elses(back: bool, severity: str) -> None:
    was, now = (card("UID:1", f"FN:{name}", "TEL:03-1234-5601") for name in ("Jane Roe", "Mark Poe"))
    changed = case(was, now)
    [one] = changed.cards
    assert one.after
    known = EarlierVersion(one.after.digest if back else "another", 300, "2031-01-01")
    history = replace(changed.memory, older={one.ref.key: (known,)})
    assert {finding.severity.word for finding in judge(replace(changed, memory=history), [NameChanged()])} == {severity}


@pytest.mark.parametrize(("after", "severity"), [("{1} {0}", "notice"), ("{0}", "warning")])
def test_many_names_that_lost_a_part_are_a_warning_and_in_another_order_a_notice(after: str, severity: str) -> None:
    people = [("Ann", "Lee"), ("Bob", "Kay"), ("Cyd", "Dow")]

    def book_of(form: str, parts: str) -> bytes:
        return book(
            *(card(f"UID:{one}", f"FN:{form.format(one, two)}", f"N:{parts.format(one, two)}") for one, two in people)
        )

    if severity == "notice":
        before, now = book_of("{0} {1}", "{1};{0}"), book_of(after, "{1};{0}")
    else:
        before, now = book_of("{0}", "{1};{0}"), book_of("{0}", ";{0}")
    assert {finding.severity.word for finding in judged(before, now, rules=[NameChanged()])} == {severity}


def test_whose_name_a_contact_borrowed_is_said() -> None:
    bank = person("Example Bank", "TEL:03-1234-5601")
    before, after = (person(name, "TEL:03-8765-4321", uid="1") for name in ("Jane Roe", "Example Bank"))
    [found] = judged(book(bank, before), book(bank, after), rules=[NameChanged()])
    assert found.severity.word == "critical"
    assert "Example Bank" in reason(found).partition("became")[2].partition(".")[2]
