"""Two states of a card, compared alone: what a bug costs, and what stands when there is nothing to compare."""

from __future__ import annotations

import pytest

from cardwarden.detect import compare
from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.content import split_book
from cardwarden.vcard.diff import Change, diff_facts
from cardwarden.vcard.index import index_card
from support.judging import case, person


def test_two_states_that_the_program_fails_at_are_not_taken_for_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    bodies: dict[str, bytes] = {}
    entries = []
    for data in (person("Jane", "NOTE:tea"), person("Jane", "NOTE:tea", "REV:20310101T000000Z")):
        [raw] = split_book(data)
        entries.append(index_card(raw, "book.vcf", 0, "JP"))
        bodies[entries[-1].digest] = raw.data
    assert compare.says_the_same(entries[0], entries[1], bodies.__getitem__, "JP")

    def fails(*_: object) -> None:
        raise LookupError

    monkeypatch.setattr(compare, "diff_facts", fails)
    assert not compare.says_the_same(entries[0], entries[1], bodies.__getitem__, "JP")


def test_what_a_card_that_is_not_there_says_is_nothing() -> None:
    assert [(change.was, bool(change.now)) for change in case(b"", person("Jane", "NOTE:tea")).cards] == [((), True)]
    assert compare.reader(None, bytes.fromhex, "JP", frozenset())() == ((), "")


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
