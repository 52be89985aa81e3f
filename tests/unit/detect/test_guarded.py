"""Which contacts are guarded, and whom cardwarden suggests."""

from __future__ import annotations

import pytest

from cardwarden.detect.guarded import Guarded, guarded_contact, is_bank, suggested
from cardwarden.vcard.index import with_keys
from support.cards import entries, facts
from support.judging import book, person


@pytest.mark.parametrize(
    "name",
    ["Deutsche Bank", "Commerzbank Berlin", "三菱UFJ銀行", "Visa Kartensperre", "Crédit: banque postale", "Сбербанк"],
)
def test_names_of_banks_are_known(name: str) -> None:
    assert is_bank(name)


@pytest.mark.parametrize("name", ["Anna Bankert", "Frau Banks", "Visagistin Eva", "Bob", ""])
def test_names_of_people_are_no_banks(name: str) -> None:
    assert not is_bank(name)


def test_the_owners_own_card_and_banks_are_suggested_once_each() -> None:
    cards = entries(
        book(
            person("Jane Roe", "EMAIL:Jane@Example.org"),
            person("Volksbank"),
            person("Volksbank", uid="again"),
            person("Bob", "TEL:03-1234-5678"),
        )
    )
    assert suggested(cards, own="jane@example.org") == ["Jane Roe", "Volksbank"]
    assert suggested(cards) == ["Volksbank"]


def test_the_owners_own_card_without_a_name_is_suggested_by_its_address() -> None:
    cards = entries(book(person("", "EMAIL:jane@example.org"), person("", "NOTE:piano", uid="none")))
    assert suggested(cards, own="jane@example.org") == ["jane@example.org"]


@pytest.mark.parametrize("text", ["", "  ", "uid:", "category:"])
def test_nobody_is_no_contact(text: str) -> None:
    with pytest.raises(ValueError, match="write a name"):
        guarded_contact(text)


@pytest.mark.parametrize(
    "name", ["Mama", "Oma Inge", "Papa", "母", "お母さん", "ママ携帯", "おばあちゃん", "実家", "Dad"]
)
def test_parents_are_suggested_as_people_call_them(name: str) -> None:
    assert suggested(entries(book(person(name)))) == [name]


@pytest.mark.parametrize("name", ["Mamas Laden GmbH", "父島 観光協会", "Omarov", "Papasidero Rossi Anna", "Nanami"])
def test_who_is_only_called_alike_is_no_parent(name: str) -> None:
    assert suggested(entries(book(person(name)))) == []


def test_one_card_of_a_book_is_guarded_by_its_key_and_others_are_not() -> None:
    one, other = with_keys(entries(person("Jane", uid="1") + person("Mark", uid="2")))
    guarded = Guarded().also([one.key], [])
    assert (guarded.has(one), guarded.has(other)) == (True, False)


def test_what_the_settings_write_for_a_contact_is_taken_without_its_blanks() -> None:
    assert guarded_contact("  Example Bank ") == "Example Bank"


def test_each_word_of_the_settings_means_one_thing_alone() -> None:
    said = ["Jane  ROE", "uid:urn:uuid:u1", "category:Close Friends", "+81 3-1234-5678", "mark@example.org"]
    assert Guarded.of(said, "JP") == Guarded(
        names=frozenset({"jane roe"}),
        uids=frozenset({"u1"}),
        contacts=frozenset({"tel:+81312345678", "mail:mark@example.org"}),
        categories=frozenset({"close friends"}),
    )


def test_a_card_that_is_not_there_is_of_nobody_who_is_guarded() -> None:
    assert not Guarded.of(["Jane"], "JP").has(None)


def test_a_category_is_what_the_card_names_as_one_and_no_word_of_its_note() -> None:
    guarded = Guarded.of(["category:work"], "JP")
    for line, held in (("CATEGORIES:Friends,Work", True), ("NOTE:Work", False)):
        data = person("Jane", line)
        [entry] = entries(data)
        assert guarded.has(entry, facts(data)) == held, line
