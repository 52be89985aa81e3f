"""What cards say is read once for all that is asked of them in a row."""

from __future__ import annotations

from dataclasses import replace

from cardwarden.detect import reading
from cardwarden.detect.reading import CardReader, Readings, card_reader
from cardwarden.vcard.canonical import facts_of
from cardwarden.vcard.card import Entry
from support.cards import card, entries
from support.steps import calls


def readings(*cards: bytes, region: str = "JP") -> tuple[Readings, list[Entry]]:
    indexed = [entries(data)[0] for data in cards]
    bodies = dict(zip((entry.digest for entry in indexed), cards, strict=True))
    return Readings(bodies.__getitem__, region), indexed


def test_states_of_a_card_that_are_the_same_bytes_are_read_once() -> None:
    read, [first, second] = readings(card("FN:Jane", "NOTE:tea"), card("FN:Jane", "NOTE:milk"))

    def ask() -> None:
        for was, now in ((first, second), (second, first), (first, first)):
            card_reader(was, read, now=now)()
            card_reader(now, read, was=was)()

    assert len(calls(facts_of, ask)) == 2


def test_only_the_last_few_are_at_hand() -> None:
    read, cards = readings(*(card("FN:Jane", f"NOTE:{number}") for number in range(reading._AT_HAND + 1)))

    def ask() -> None:
        for entry in (*cards, cards[-1], cards[1], cards[0]):
            card_reader(entry, read)()

    assert len(calls(facts_of, ask)) == len(cards) + 1
    assert [fact.text for fact in card_reader(cards[0], read)()[0]] == ["Jane", "0"]


def test_the_same_bytes_are_read_anew_beside_another_state_that_tells_their_character_set() -> None:
    read, [old, mended, alone] = readings(
        card("FN:Müller", charset="cp850"), card("FN:Müller"), card("FN:Jane"), region="DE"
    )
    assert [fact.text for fact in card_reader(old, read, now=mended)()[0]] == ["Müller"]
    assert [fact.text for fact in card_reader(old, read, now=alone)()[0]] != ["Müller"]
    assert [fact.text for fact in card_reader(old, read, was=mended)()[0]] == ["Müller"]


def test_a_card_that_cannot_be_read_is_not_taken_for_one_of_the_same_bytes_that_can() -> None:
    read, [whole] = readings(card("FN:Jane"))
    cut = replace(whole, problem="it has no end")
    assert len(calls(facts_of, lambda: [card_reader(entry, read)() for entry in (whole, cut, whole, cut)])) == 2


def test_a_card_alone_is_read_in_the_character_set_of_its_country() -> None:
    read, [entry] = readings(card("FN:Иван Петров", charset="cp1251"), region="RU")
    assert [fact.text for fact in CardReader(entry, read, None, None).facts()] == ["Иван Петров"]


def test_no_card_says_nothing() -> None:
    read, _ = readings()
    assert card_reader(None, read)() == ((), "")
