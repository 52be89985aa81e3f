"""A card's entry in its book's index."""

from __future__ import annotations

import pytest

from cardwarden.vcard.card import Entry
from cardwarden.vcard.content import CardProblem, RawCard
from cardwarden.vcard.digest import digest_of
from cardwarden.vcard.index import contact_key, index_card, numbers_with_country, with_keys
from support.cards import card, entries, facts


def entry(*lines: str) -> Entry:
    return index_card(RawCard(card(*lines)), "a.vcf", 0, "JP")


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (["TEL:0312345678", "EMAIL:a@b.c", "ORG:Firm;Law", "N:Roe;Jane;;;", "FN:Jane"], "Jane"),
        (["FN: ", "ORG:Firm;Law", "N:Roe;Jane;;;"], "Roe Jane"),
        (["TEL:0312345678", "ORG:Firm;Law"], "Firm, Law"),
        (["TEL:0312345678", "EMAIL:a@b.c"], "a@b.c"),
        (["TEL:03-1234-5678"], "03-1234-5678"),
        (["FN:Jane", "AGENT:", "BEGIN:VCARD", "FN:Joe", "END:VCARD"], "Jane"),
        (["AGENT:", "BEGIN:VCARD", "FN:Joe", "END:VCARD", "FN:Jane"], "Jane"),
        (["NOTE:x"], ""),
    ],
)  # fmt: skip
def test_a_card_is_called_what_a_person_would_call_it(lines: list[str], name: str) -> None:
    assert entry(*lines).name == name


def test_contacts_are_those_of_all_facts() -> None:
    lines = [
        "item1.TEL:03-1234-5678",
        "item1.X-ABLabel:x",
        "TEL;TYPE=pref:+81 3 1234 5678",
        "EMAIL:A@B.C",
        "URL:http://x.y",
        "TEL:12",
    ]
    assert entry(*lines).contacts == ("mail:a@b.c", "tel:+81312345678")
    assert set(entry(*lines).contacts) == {key for fact in facts(card(*lines)) if (key := contact_key(fact))}


def test_a_broken_card_has_an_entry_that_says_why() -> None:
    found = index_card(RawCard(b"FN:Jane\r\n", CardProblem.NO_CARD), "a.vcf", 3, "JP")
    assert (found.name, found.problem, found.ordinal, found.digest) == (
        "Jane",
        CardProblem.NO_CARD,
        3,
        digest_of(b"FN:Jane\r\n"),
    )


def test_keys_are_stable_and_no_two_are_the_same() -> None:
    book = entries(card("UID:a", "FN:1") + card("UID:a", "FN:2") + card("FN:3") + card("FN:3"))
    keys = [found.key for found in with_keys(book)]
    assert keys == ["a", "a~2", book[2].digest[:16], f"{book[2].digest[:16]}~2"]
    assert with_keys(with_keys(book)) == with_keys(book)
    assert with_keys(book[:1], taken=["a"])[0].key == "a~2"


def test_a_number_that_rings_abroad_has_a_hazards_key_besides_its_own() -> None:
    assert entry("TEL:+186 090-1234-5678").contacts == ("hazard:+18609012345678", "tel:+819012345678")
    assert (entry("TEL:12").contacts, entry("TEL:110").contacts) == ((), ("tel:110",))


def test_numbers_that_say_their_country_are_told_apart() -> None:
    said = entry("TEL:+81 3-1234-5678", "TEL:12345", "EMAIL:a@b.c", "TEL:+1 650-253-0000")
    assert sorted(numbers_with_country(said)) == ["+16502530000", "+81312345678"]
