"""What rules look at: a card's change, who shares what in a book, what went from one card to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NoReturn

import pytest

from cardwarden.detect.case import CROWD, Book, CardChange, Case, Index, is_worth_posing_as, looks_of
from cardwarden.detect.finding import CardRef
from cardwarden.detect.guarded import Guarded
from cardwarden.phrases.phrase import Person
from cardwarden.vcard.card import Entry
from cardwarden.vcard.diff import Change
from support.cards import facts
from support.judging import change_of, fact_of, person


def entry(key: str, name: str = "Jane Roe", *contacts: str, uid: str = "") -> Entry:
    return Entry(key, f"{key}.vcf", 0, key, uid, name, contacts)


def changed(before: Entry | None, after: Entry | None, *changes: Change) -> CardChange:
    return CardChange(before, after, changes=changes)


@dataclass(frozen=True)
class Untouched:
    """Cards that nobody loaded."""

    entries: tuple[Entry, ...]

    @property
    def count(self) -> int:
        return len(self.entries)

    def sharing(self, contact: str, loaded: Sequence[Entry]) -> Sequence[Entry]:
        return [*loaded, *(one for one in self.entries if contact in one.contacts)]

    def named(self, name: str, loaded: Sequence[Entry]) -> Sequence[Entry]:
        return [*loaded, *(one for one in self.entries if one.name.lower() == name)]

    def with_uid(self, uid: str, loaded: Sequence[Entry]) -> Sequence[Entry]:
        return [*loaded, *(one for one in self.entries if one.uid == uid)]

    def looking(self, look: str, loaded: Sequence[Entry]) -> Sequence[Entry]:
        return [*loaded, *(one for one in self.entries if look in looks_of(one.name))]

    def holds(self, key: str) -> bool:
        return any(one.key == key for one in self.entries)


def test_a_card_is_named_as_it_was_called_before_and_stands_where_it_is_now() -> None:
    was, now = entry("k", "Jane", uid="u"), replace(entry("k", "Mark", uid="v"), href="new.vcf")
    card = changed(was, now)
    assert (card.ref, card.person) == (CardRef("k", "u", "Jane", "new.vcf"), Person("Jane", "k"))


def test_a_card_that_had_no_name_or_uid_is_named_by_what_it_has_now() -> None:
    now = entry("k", "Mark", uid="v")
    assert changed(entry("k", "", uid="u"), now).ref == CardRef("k", "v", "Mark", "k.vcf")
    assert changed(entry("k", "Jane"), now).ref == CardRef("k", "v", "Jane", "k.vcf")
    assert changed(None, now).ref == CardRef("k", "v", "Mark", "k.vcf")


def test_a_removed_card_is_named_as_it_was() -> None:
    assert changed(entry("k", "", uid="u"), None).ref == CardRef("k", "u", "", "k.vcf")


def test_what_is_explained_is_taken_by_itself_and_not_a_change_that_is_like_it() -> None:
    one, alike = (change_of("TITLE:Baker", "TITLE:Smith") for _ in range(2))
    card = changed(entry("k"), entry("k"), one, alike)
    assert [id(left) for left in card.without([one]).changes] == [id(alike)]
    assert card.without([]) is card


def test_what_nobody_loaded_is_asked_for_and_nothing_is_asked_of_nothing() -> None:
    one, other = entry("1"), entry("2")

    def rest(_: str, loaded: Sequence[Entry]) -> Sequence[Entry]:
        return [*loaded, other]

    assert list(Index({"x": one}, rest).get("x")) == [one, other]
    assert list(Index({"": one}, rest).get("")) == [one]
    assert list(Index({"x": [one, other]}).get("x")) == [one, other]
    assert list(Index({}).get("x", [other])) == [other]


def test_a_book_knows_its_cards_by_what_they_share_loaded_or_not() -> None:
    one, other = entry("1", "Jane", "tel:1", uid="u"), entry("2", "", "tel:1")
    third = entry("3", "JANE", "tel:1", uid="u")
    whole = Book((one, other), Untouched((third,)))
    assert whole.size == 3
    assert list(whole.by_contact.get("tel:1")) == [one, other, third]
    assert list(whole.by_uid.get("u")) == [one, third]
    assert list(whole.by_name.get("jane")) == [one, third]
    assert list(whole.by_look.get("jane")) == [one, third]
    assert (list(whole.by_uid.get("")), list(whole.by_name.get(""))) == ([], [])
    loaded = Book((one, other, third))
    assert loaded.size == 3
    assert list(loaded.by_contact.get("tel:1")) == [one, other, third]
    assert (list(loaded.by_uid.get("u")), list(loaded.by_name.get("jane"))) == ([one, third], [one, third])


@pytest.mark.parametrize(("sharing", "near"), [(CROWD, CROWD - 1), (CROWD + 1, 0)])
def test_who_shares_a_number_with_a_crowd_is_near_nobody(sharing: int, near: int) -> None:
    cards = [entry(str(place), f"P{place}", "tel:1") for place in range(sharing)]
    found = list(Book(tuple(cards)).near(cards[0]))
    assert len(found) == near
    assert cards[0] not in found


def test_a_name_of_nine_letters_can_look_like_another_and_one_of_eight_is_another_persons() -> None:
    assert looks_of("Annemarie") & looks_of("Annemarle")
    assert not looks_of("Rosmarie") & looks_of("Rosmarle")
    assert looks_of("💛") == frozenset()


def test_banks_and_guarded_contacts_are_worth_posing_as_also_those_that_a_category_guards() -> None:
    data = person("Jane", "CATEGORIES:Family")
    friend = entry("k", "Jane")

    def read(guarded: Guarded) -> bool:
        seen = Case((), Book(()), Book(()), read=lambda _: tuple(facts(data)), guarded=guarded)
        return is_worth_posing_as(friend, seen)

    assert [read(guarded) for guarded in (Guarded(), Guarded.of(["Jane"], "JP"))] == [False, True]
    assert read(Guarded.of(["category:Family"], "JP"))
    assert is_worth_posing_as(entry("b", "Volksbank"), Case((), Book(()), Book(())))


def test_no_card_is_read_to_ask_whether_it_is_guarded_if_no_category_guards() -> None:
    def read(_: Entry) -> NoReturn:
        raise AssertionError("it was read")

    assert not is_worth_posing_as(entry("k"), Case((), Book(()), Book(()), read=read))


def test_who_was_there_before_is_known_loaded_or_not() -> None:
    one, other = entry("1"), entry("2")
    seen = Case((), Book((one,), Untouched((other,))), Book(()))
    assert [key in seen.past_keys for key in ("1", "2", "3")] == [True, True, False]
    assert "2" not in Case((), Book((one,)), Book(())).past_keys


def test_cards_that_came_and_went_are_counted_and_those_that_wait_are_not() -> None:
    one, other = entry("1", "Jane"), entry("2", "Mark")
    renamed = changed(entry("3", "Jane"), entry("3", "Joan"))
    same = changed(entry("4"), entry("4"))
    cards = (changed(None, one), changed(other, None), renamed, same)
    seen = Case(cards, Book(()), Book(()))
    assert (seen.added_count, seen.removed_count) == (1, 1)
    assert seen.by_key == {"1": cards[0], "2": cards[1], "3": renamed, "4": same}
    waiting = replace(seen, unmoved=frozenset({"1", "2"}))
    assert (waiting.added_count, waiting.removed_count) == (0, 0)


def known(*cards: Entry, come: Entry | None = None, was: Entry | None = None) -> Case:
    """A book that had these cards and has one more, or one that is called otherwise."""
    past = cards if was is None else (*cards, was)
    changes = (changed(was, come),) if come else ()
    return Case(changes, Book(past), Book((*cards, come) if come else cards))


def test_a_card_that_came_has_a_namesake_among_those_that_were_there_with_a_number() -> None:
    jane, mute = entry("1", "Jane Roe", "tel:1"), entry("2", "Mark Poe")
    new = entry("9", "Jane Roe", "tel:9")
    assert known(jane, mute, come=new).namesake(new) == jane
    assert known(jane, mute, come=replace(new, name="Mark Poe")).namesake(replace(new, name="Mark Poe")) is None
    assert (
        known(jane, come=replace(new, contacts=("tel:1", "tel:9"))).namesake(replace(new, contacts=("tel:1",))) is None
    )
    assert known(jane, come=new).namesake(replace(new, contacts=())) is None
    assert known(jane, come=new).namesake(replace(new, name="Somebody Else")) is None
    both = (changed(None, new), changed(None, twin := entry("8", "Jane Roe", "tel:8")))
    assert Case(both, Book((mute,)), Book((mute, new, twin))).namesake(new) is None


def test_a_renamed_card_has_a_namesake_and_is_none_of_itself() -> None:
    jane = entry("1", "Jane Roe", "tel:1")
    was, now = entry("2", "Mark Poe", "tel:2"), entry("2", "Jane Roe", "tel:9")
    assert known(jane, was=was, come=now).namesake(now) == jane
    assert known(was=was, come=now).namesake(now) is None


def test_of_a_new_book_nobody_is_a_namesake_and_no_look_is_made() -> None:
    new = Case((), Book(()), Book((entry("1", "Jane Roe", "tel:1"), entry("2", "Jane Roe", "tel:2"))))
    assert new.namesake(new.book.entries[0]) is None
    assert "_known_looks" not in vars(new)


def test_who_is_called_the_same_is_the_namesake_before_who_only_looks_so() -> None:
    drawn, same = entry("1", "Annemarle Roe", "tel:1"), entry("2", "annemarie roe", "tel:2")
    new = entry("9", "Annemarie Roe", "tel:9")
    for cards in ((drawn, same), (same, drawn)):
        assert known(*cards, come=new).namesake(new) == same
    assert known(drawn, come=new).namesake(new) == drawn


def test_of_a_crowd_that_is_called_alike_only_so_many_are_looked_at() -> None:
    cards = [entry(str(place), "Front Desk", "tel:0") for place in range(CROWD)]
    new = entry("x", "Front Desk", "tel:0")
    assert known(*cards, entry("far", "Front Desk", "tel:1"), come=new).namesake(new) is None
    assert known(*cards[1:], entry("near", "Front Desk", "tel:1"), come=new).namesake(new) is not None


def crossed(*changes: Change) -> tuple[set[str], set[str]]:
    """The values that one card lost and gained."""
    crossings = Case((changed(entry("k"), entry("k"), *changes),), Book(()), Book(())).crossings
    return {said for _, said in crossings.gone}, {said for _, said in crossings.come}


def test_a_note_crosses_if_it_has_letters_enough_to_tell_it_from_others() -> None:
    assert crossed(change_of("NOTE:piano!", "NOTE:violin")) == (set(), {"violin"})
    assert crossed(Change("NOTE", fact_of("NOTE:violin"), None)) == ({"violin"}, set())
    assert crossed(Change("NOTE", None, fact_of("NOTE:violin"))) == (set(), {"violin"})


def test_an_employer_crosses_if_it_has_three_letters() -> None:
    assert crossed(change_of("ORG:Ox", "ORG:Acme")) == (set(), {"acme"})
    assert crossed(change_of("TITLE:CEO", "TITLE:MD")) == ({"ceo"}, set())


def test_what_hardly_tells_whose_it_is_or_is_only_written_otherwise_crosses_not() -> None:
    nothing: tuple[set[str], set[str]] = (set(), set())
    assert crossed(change_of("ROLE:Violinist", "ROLE:Pianist")) == nothing
    assert crossed(change_of("NOTE:Violinist!", "NOTE:violinist")) == nothing
    assert crossed(change_of("NOTE;TYPE=work:Violinist", "NOTE;TYPE=home:Violinist")) == nothing


def test_a_number_moves_from_a_card_that_lost_it_to_one_that_gained_it() -> None:
    giver = changed(entry("1", "Jane", "tel:1", "tel:2"), entry("1", "Jane", "tel:2"))
    taker = changed(entry("2", "Mark"), entry("2", "Mark", "tel:1"))
    gone, come = changed(entry("3", "A", "tel:3"), None), changed(None, entry("4", "B", "tel:3"))
    moves = Case((giver, taker, gone, come), Book(()), Book(())).moves
    assert moves.gone == {"tel:1": [giver], "tel:3": [gone]}
    assert moves.come == {"tel:1": [taker], "tel:3": [come]}
