"""A guarded contact's name in letters that look like its own, on a new card and on another contact's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cardwarden.detect.confusables import LOOKALIKES
from cardwarden.detect.finding import Severity
from cardwarden.detect.guarded import Guarded
from cardwarden.detect.judge import judge
from support.judging import EVERY_RULE, book, case, person

MATHEMATICAL_A, FULL_WIDTH_A = 0x1D400, 0xFF21


def worst(known: str, before: bytes, after: bytes) -> Severity:
    judged = judge(replace(case(before, after), guarded=Guarded.of([known], "JP")), EVERY_RULE)
    return max(finding.severity for finding in judged)


def added(known: str, name: str) -> Severity:
    card = person(known, "TEL:03-1234-5601")
    return worst(known, card, book(card, person(name, "TEL:03-8765-4321", uid="other")))


def renamed(known: str, name: str, was: str = "Sam Poe") -> Severity:
    card = person(known, "TEL:03-1234-5601")
    before = book(card, person(was, "TEL:03-8765-4321", uid="other"))
    return worst(known, before, book(card, person(name, "TEL:03-8765-4321", uid="other")))


SEEN = [
    ("Mother", "Мother"), ("MOM", "МОМ"), ("MAMA", "ΜΑΜΑ"), ("Nora", "Νora"), ("Pablo", "Ρablo"), ("EON", "ΕΟΝ"),
    ("ニトリ", "二トリ"), ("タナカ", "夕ナカ"), ("エビス", "工ビス"), ("ミチコ", "三千コ"), ("コーヒー", "コ一ヒ—"),
    ("Mother", "Mo\u200bther"), ("Mother", "\U0001d40c\U0001d428ther"), ("Mother", "\uff2dother"), ("Mother", "MOTHER"),
    ("Нина", "Hинa"), ("НИНА", "Нина"), ("Νίκος", "ΝΙΚΟΣ"), ("Ольга", "Oльга"), ("Bill", "BiIl"),
]  # fmt: skip


@pytest.mark.parametrize(("known", "name"), SEEN)
def test_a_new_contact_that_looks_like_a_guarded_one_is_critical(known: str, name: str) -> None:
    assert added(known, name) is Severity.CRITICAL


@pytest.mark.parametrize(("known", "name"), SEEN)
def test_a_contact_renamed_to_what_looks_like_a_guarded_one_is_critical(known: str, name: str) -> None:
    assert renamed(known, name) is Severity.CRITICAL


@pytest.mark.parametrize("letter", sorted(LOOKALIKES))
def test_every_look_alike_of_every_letter_is_seen(letter: str) -> None:
    known = f"{letter}ワダ" if letter > "\x7f" else f"{letter}owan"
    told = {alike: added(known, known.replace(letter, alike)) for alike in LOOKALIKES[letter]}
    assert set(told.values()) == {Severity.CRITICAL}, told


@pytest.mark.parametrize("first", [MATHEMATICAL_A, FULL_WIDTH_A])
def test_every_decomposable_letter_is_seen(first: int) -> None:
    for place in range(26):
        assert added(chr(ord("A") + place) + "owan", chr(first + place) + "owan") is Severity.CRITICAL


@pytest.mark.parametrize("name", ["Mathew", "Brother", "Моника", "Mo", "三田"])
def test_another_name_is_no_look_alike(name: str) -> None:
    assert added("Mother", name) is Severity.NOTICE


def test_a_contact_that_gets_another_ordinary_name_borrows_nothing() -> None:
    assert renamed("Mother", "Sam Roe") < Severity.CRITICAL
