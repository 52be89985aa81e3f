"""Which old card is which new one."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from cardwarden.vcard.card import Entry
from cardwarden.vcard.pairing import likeness, pair, same_person, within_edits
from support.cards import card, entries

_few = st.sampled_from(["", "a", "b"])
_entries = st.lists(
    st.builds(
        Entry,
        key=st.just(""),
        href=_few,
        ordinal=st.integers(0, 2),
        digest=st.sampled_from(["1", "2", "3"]),
        uid=_few,
        name=st.sampled_from(["", "Jane Roe", "Jane Row", "Joe"]),
        contacts=st.lists(st.sampled_from(["tel:1", "tel:2"]), unique=True).map(lambda c: tuple(sorted(c))),
    ),
    max_size=8,
)


def person(name: str, *lines: str, uid: str = "") -> bytes:
    return card(*([f"UID:{uid}"] if uid else []), f"FN:{name}", *lines)


@given(_entries, _entries)
def test_every_entry_stands_in_exactly_one_pair(old: list[Entry], new: list[Entry]) -> None:
    pairs = pair(old, new)
    assert [before for before, _ in pairs if before] == old
    assert sorted(map(id, (after for _, after in pairs if after))) == sorted(map(id, new))
    assert (None, None) not in pairs


@given(_entries)
def test_a_book_pairs_with_itself(book: list[Entry]) -> None:
    assert all(before and after and before.digest == after.digest for before, after in pair(book, book))


def test_a_card_with_a_new_uid_and_the_same_content_is_the_same_card() -> None:
    old = entries(person("Jane Roe", "TEL:0312345678", uid="a") + person("Joe Doe", "TEL:0398765432", uid="b"))
    new = entries(person("Joe Doe", "TEL:0398765432", uid="c") + person("Jane Roe", "TEL:0312345678", uid="d"))
    assert [(a.name, b.name) for a, b in pair(old, new) if a and b] == [("Jane Roe",) * 2, ("Joe Doe",) * 2]


def test_a_shuffled_file_without_uids_pairs_card_by_card() -> None:
    cards = [person(f"Person {n}", f"TEL:03{n:08}") for n in range(200)]
    shuffled = random.Random(1).sample(cards, len(cards))
    assert all(a and b and a.digest == b.digest for a, b in pair(entries(b"".join(cards)), entries(b"".join(shuffled))))


def test_two_people_of_one_name_are_told_apart_by_their_numbers() -> None:
    old = entries(person("Jane Roe", "TEL:0312345678") + person("Jane Roe", "TEL:0398765432"))
    new = entries(person("Jane Roe", "TEL:0398765432", "NOTE:x") + person("Jane Roe", "TEL:0312345678", "NOTE:y"))
    assert all(a and b and a.contacts == b.contacts for a, b in pair(old, new))


def test_a_card_that_went_and_one_that_came_in_a_file_of_many_are_two_people() -> None:
    stays = person("Stays Here", "TEL:0311111111")
    old, new = (
        entries(stays + person("Jane Roe", "TEL:0312345678")),
        entries(stays + person("Max Muster", "TEL:0398765432")),
    )
    assert [(a.name if a else "", b.name if b else "") for a, b in pair(old, new)] == [
        ("Stays Here", "Stays Here"), ("Jane Roe", ""), ("", "Max Muster"),
    ]  # fmt: skip


def test_the_card_in_a_file_of_its_own_is_the_one_that_was_there() -> None:
    old, new = entries(person("Jane Roe"), href="1.vcf"), entries(person("Max Muster"), href="1.vcf")
    assert pair(old, new) == [(old[0], new[0])]


def test_ten_thousand_cards_that_share_a_name_and_a_number_are_paired_without_comparing_all_with_all() -> None:
    def book(stamp: str) -> list[Entry]:
        shared = ("tel:+81312345678",)
        return [Entry("", "book.vcf", n, f"{stamp}{n}", "", "Jane Roe", shared) for n in range(10_000)]

    assert len(pair(book("old"), book("new"))) == 20_000


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("Jane Roe", "Roe-Poe, Jane", True), ("Jon Doe", "John Doe", True), ("J. Roe", "Jane Roe", True),
     ("Jane Roe", "Mark Roe", False), ("", "Jane", False)],
)  # fmt: skip
def test_two_names_can_be_one_persons(one: str, other: str, same: bool) -> None:
    assert same_person(one, other) is same
    assert same_person(other, one) is same


@given(st.text("abcé", min_size=2, max_size=12), st.text("abcé", min_size=2, max_size=12))
def test_two_words_are_alike_if_four_fifths_of_their_letters_stand_in_one_order(one: str, other: str) -> None:
    assert same_person(one, other) is (fuzz.ratio(one, other) >= 80)


def test_edits_are_counted_and_long_texts_are_not_compared() -> None:
    assert within_edits("jane@a.example", "jnae@a.example", 1)
    assert not within_edits("jane@a.example", "joe@b.example", 1)
    assert within_edits("x" * 300, "x" * 300, 1)
    assert not within_edits("x" * 300, "x" * 299, 1)
    assert within_edits("x" * 200, "x" * 199, 1)
    assert not within_edits("x" * 201, "x" * 200, 1)


NAME = "abcdefghij"
ONE, TWO, THREE = "tel:1", "tel:2", "tel:3"


@pytest.mark.parametrize(
    ("kept", "mine", "theirs", "is_alike"),
    [
        (9, (), (), True),
        (8, (), (), False),
        (8, (ONE,), (TWO,), False),
        (6, (ONE, TWO), (ONE, THREE), True),
        (5, (ONE, TWO), (ONE, THREE), False),
        (3, (ONE,), (ONE,), True),
        (3, (ONE,), (), False),
        (2, (ONE,), (ONE,), False),
        (0, (ONE, TWO), (ONE, TWO), True),
        (0, (ONE, TWO), (ONE, THREE), False),
    ],
)
def test_the_less_a_name_is_like_another_the_more_contacts_must_be_shared(
    kept: int, mine: tuple[str, ...], theirs: tuple[str, ...], is_alike: bool
) -> None:
    one = Entry("", "book.vcf", 0, "1", "", NAME, mine)
    other = Entry("", "book.vcf", 0, "2", "", NAME[:kept].ljust(len(NAME), "x"), theirs)
    assert (likeness(one, other) > 0) is is_alike


@pytest.mark.parametrize(("old", "new", "paired"), [(60, 1, 1), (61, 1, 0), (1, 60, 1), (1, 61, 0)])
def test_a_name_that_more_than_sixty_cards_share_tells_nobody_apart(old: int, new: int, paired: int) -> None:
    def book(stamp: str, count: int) -> list[Entry]:
        return [Entry("", "book.vcf", number, f"{stamp}{number}", "", "Jane Roe", ()) for number in range(count)]

    assert sum(bool(before and after) for before, after in pair(book("old", old), book("new", new))) == paired


@pytest.mark.parametrize(("name", "is_one"), [("Jane Oberhausen", True), ("Jane Poe", False)])
def test_two_people_share_a_first_name_and_one_is_spelled_otherwise(name: str, is_one: bool) -> None:
    stays = person("Stays Here", "TEL:0311111111")
    pairs = pair(entries(stays + person("Jane Oberhauser")), entries(stays + person(name)))
    assert any(before and after and after.name == name for before, after in pairs) is is_one


def test_like_cards_of_one_book_are_those_of_their_files() -> None:
    first, second = (Entry("", href, 0, "same", "", "Jane Roe", ()) for href in ("a.vcf", "b.vcf"))
    assert pair([first, second], [second, first]) == [(first, first), (second, second)]
