"""Two states of a card, compared alone: what a bug costs, and what stands when there is nothing to compare."""

from __future__ import annotations

import pytest

from cardwarden.detect import compare
from cardwarden.detect.reading import Readings
from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.content import split_book
from cardwarden.vcard.diff import Change, diff_facts
from cardwarden.vcard.index import index_card
from support.cards import card, diff, facts
from support.judging import case, person


def test_two_states_that_the_program_fails_at_are_not_taken_for_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    bodies: dict[str, bytes] = {}
    entries = []
    for data in (person("Jane", "NOTE:tea"), person("Jane", "NOTE:tea", "REV:20310101T000000Z")):
        [raw] = split_book(data)
        entries.append(index_card(raw, "book.vcf", 0, "JP"))
        bodies[entries[-1].digest] = raw.data
    readings = Readings(bodies.__getitem__, "JP")
    assert compare.says_the_same(entries[0], entries[1], readings)

    def fails(*_: object) -> None:
        raise LookupError

    monkeypatch.setattr(compare, "diff_facts", fails)
    assert not compare.says_the_same(entries[0], entries[1], readings)


def test_what_a_card_that_is_not_there_says_is_nothing() -> None:
    assert [(change.was, bool(change.now)) for change in case(b"", person("Jane", "NOTE:tea")).cards] == [((), True)]


def test_a_card_that_the_program_fails_at_is_a_fault_and_the_others_are_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    usual = diff_facts

    def fails(was: list[Fact], now: list[Fact]) -> list[Change]:
        if any(fact.text == "coffee" for fact in now):
            raise LookupError
        return usual(was, now)

    monkeypatch.setattr(compare, "diff_facts", fails)
    jane, mark = person("Jane", "NOTE:tea"), person("Mark", "NOTE:tea")
    found = case(jane + mark, person("Jane", "NOTE:coffee") + person("Mark", "NOTE:milk"))
    assert ([*found.faults], [card.ref.name for card in found.cards]) == (["Jane"], ["Mark"])


def test_cards_that_came_or_went_are_in_one_of_the_two_books_and_those_that_stayed_are_no_change() -> None:
    jane, mark = person("Jane", "NOTE:tea"), person("Mark", "NOTE:tea")
    assert not case(jane + mark, jane + mark).cards
    found = case(jane + mark, mark)
    assert ([entry.name for entry in found.past.entries], [entry.name for entry in found.book.entries]) == (
        ["Jane", "Mark"],
        ["Mark"],
    )


def test_of_a_card_without_an_end_it_is_known_what_can_be_seen() -> None:
    whole = person("Jane", "NOTE:tea")
    assert facts(whole[: whole.index(b"END")]) == facts(whole)


def test_a_card_that_names_no_character_set_is_read_in_that_of_its_country_or_of_its_other_state() -> None:
    names = ("Иван Петров", "Müller", "山田 太郎")
    for name, region, old in zip(names, ("RU", "DE", "JP"), ("cp1251", "cp850", "euc-jp"), strict=True):
        in_old, in_utf8 = card(f"FN:{name}", charset=old), card(f"FN:{name}")
        assert diff(in_old, in_utf8, region) == diff(in_utf8, in_old, region) == []
    [alone] = facts(card("FN:Иван Петров", charset="cp1251"), "RU")
    assert alone.text == "Иван Петров"
