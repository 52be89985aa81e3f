"""What is not believed at once: a book that is emptied and filled again, somebody else's book, a listing with a hole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from cardwarden.actions.accept import accept
from cardwarden.actions.check import check_source
from cardwarden.actions.checked import Checked
from cardwarden.detect.outcome import Doubt
from cardwarden.sources.source import BookRef, Fetched, Known, Missed, Observation
from cardwarden.store import tables as t
from cardwarden.store.listing import piece_of
from support.in_memory import InMemory
from support.receiver import Receiver
from support.words import title
from support.world import World, card


def people(world: World, *numbers: int) -> None:
    for number in numbers:
        world.put(f"P{number:03}", f"TEL:03-1234-5{number:03}")


def check(world: World, minutes: float) -> Checked:
    """Check so many minutes after the last one."""
    world.clock.at += timedelta(minutes=minutes)
    with world.program() as program:
        [done] = program.check("family")
    return done


@pytest.fixture
def hundred(world: World) -> World:
    people(world, *range(100))
    check(world, 0)
    return world


def test_a_folder_that_is_emptied_and_filled_again_is_no_mass_deletion(hundred: World) -> None:
    for number in range(60):
        hundred.remove(f"P{number:03}")
    assert check(hundred, 1).doubt is Doubt.DROP
    for number in range(60, 95):
        hundred.remove(f"P{number:03}")
    assert check(hundred, 1 / 60).doubt is Doubt.DROP
    people(hundred, *range(95))
    done = check(hundred, 1 / 60)
    assert (done.outcome, done.events) == ("clean", ())


@pytest.mark.parametrize("gone", [60, 100])
@pytest.mark.parametrize("stops", [(40, 5), (49,), (1,)])
def test_a_folder_that_is_filled_again_in_steps_never_lost_a_card(
    hundred: World, gone: int, stops: tuple[int, ...]
) -> None:
    for number in range(gone):
        hundred.remove(f"P{number:03}")
    assert not check(hundred, 1).outcome.is_conclusive
    for missing in stops:
        people(hundred, *range(missing, gone))
        done = check(hundred, 1 / 60)
        assert (done.doubt, done.events) == (Doubt.DROP, ())
    people(hundred, *range(gone))
    done = check(hundred, 1 / 60)
    assert (done.outcome, done.events, hundred.open()) == ("clean", (), [])


def test_what_stays_away_when_the_rest_is_back_is_believed_in_the_end(hundred: World) -> None:
    for number in range(60):
        hundred.remove(f"P{number:03}")
    check(hundred, 1)
    people(hundred, *range(2, 60))
    assert check(hundred, 1).doubt is Doubt.DROP
    assert check(hundred, 4).doubt is Doubt.DROP
    done = check(hundred, 2)
    assert (done.outcome.is_conclusive, len(done.events)) == (True, 2)


def test_the_wait_begins_anew_when_the_book_looks_otherwise(hundred: World) -> None:
    for number in range(60):
        hundred.remove(f"P{number:03}")
    check(hundred, 1)
    hundred.remove("P060")
    assert check(hundred, 6).doubt is Doubt.DROP
    assert check(hundred, 4).doubt is Doubt.DROP
    done = check(hundred, 1)
    assert (done.outcome, len(hundred.events(done)[0].findings)) == ("findings", 61)


def test_a_start_of_the_machine_in_between_only_makes_the_wait_longer(hundred: World) -> None:
    for number in range(60):
        hundred.remove(f"P{number:03}")
    check(hundred, 1)
    assert check(hundred, -10).doubt is Doubt.DROP  # the monotonic clock begins anew
    assert check(hundred, 4).doubt is Doubt.DROP
    assert check(hundred, 1).outcome == "findings"


def strangers(world: World) -> None:
    for number in range(100):
        world.remove(f"P{number:03}")
        world.put(f"Q{number:03}", f"TEL:06-4321-5{number:03}", file=f"other{number}.vcf")


def bodies(world: World) -> int:
    with world.program() as program, program.store.read() as connection:
        return connection.scalar(select(func.count()).select_from(t.bodies)) or 0


def test_another_book_is_told_as_that_and_nothing_of_it_is_recorded(
    hundred: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cardwarden.actions.reading._STAGED_AT_MOST", 300)
    before = bodies(hundred)
    strangers(hundred)
    for _ in range(3):
        assert check(hundred, 60).doubt is Doubt.OTHER_BOOK
    assert bodies(hundred) == before
    assert [title(found.finding) for found in hundred.open()] == ["family looks like another address book"]
    for number in range(100):
        (hundred.book / f"other{number}.vcf").unlink()
    people(hundred, *range(100))
    done = check(hundred, 60)
    assert (done.outcome, done.events) == ("clean", ())
    assert hundred.open() == []


def test_another_book_that_its_owner_accepts_is_looked_at_as_a_new_one(hundred: World) -> None:
    strangers(hundred)
    check(hundred, 60)
    with hundred.program() as program:
        accept(program.store, [found.id for found in hundred.open()], program.judging, program.clock)
    done = check(hundred, 60)
    assert (done.outcome, done.cards) == ("clean", 100)
    assert hundred.open() == []
    assert check(hundred, 1).outcome == "clean"
    for number in range(100):
        (hundred.book / f"other{number}.vcf").unlink()
    people(hundred, *range(100))
    assert check(hundred, 60).doubt is Doubt.OTHER_BOOK


def test_a_book_that_moved_to_another_server_is_not_another_book(hundred: World) -> None:
    for number in range(100):
        hundred.remove(f"P{number:03}")
        hundred.put(f"P{number:03}", f"TEL:03-1234-5{number:03}", file=f"new{number}.vcf", uid=f"new-{number}")
    assert check(hundred, 60).outcome == "clean"


class Shelf(InMemory):
    """A source in memory whose listing can lack members that are there."""

    def __init__(self, count: int) -> None:
        self.cards = {f"{n}.vcf": card(f"P{n}", f"TEL:03-1234-56{n:02}") for n in range(count)}
        self.unlisted: set[str] = set()
        self.unsure: set[str] = set()
        self.asked: list[str] = []

    def books(self) -> list[BookRef]:
        return [BookRef("shelf", "Shelf")]

    def observe(self, book: BookRef, known: Known, *, deep: bool) -> Observation:
        listed = {href: "1" for href in self.cards if href not in self.unlisted}
        wanted = [href for href in listed if deep or known.members.get(href) != "1"]
        return Observation(listed, [Fetched(h, "1", self.cards[h]) for h in wanted])

    def ask_again(self, book: BookRef, hrefs: Sequence[str]) -> Iterable[Fetched | Missed]:
        self.asked += hrefs
        for href in hrefs:
            if href in self.unsure:
                yield Missed(href, "", "The server does not answer.")
            elif href in self.cards:
                yield Fetched(href, "1", self.cards[href])


def looked(world: World, shelf: Shelf) -> Checked:
    with world.program() as program:
        [done] = check_source(program.store, shelf, program.judging("family"), lambda *_: (), program.clock)
    return done


def test_a_card_that_only_a_listing_lacks_is_there(world: World) -> None:
    shelf = Shelf(8)
    looked(world, shelf)
    shelf.unlisted = {"3.vcf"}
    done = looked(world, shelf)
    assert (done.outcome, done.cards, done.events) == ("clean", 8, ())
    assert shelf.asked == ["3.vcf"]
    shelf.unlisted = set()
    done = looked(world, shelf)
    assert (done.outcome, done.events) == ("clean", ())


def test_as_many_are_asked_for_again_if_only_they_are_loaded(world: World) -> None:
    shelf = Shelf(300)
    looked(world, shelf)
    shelf.unlisted = set(
        sorted(shelf.cards, key=piece_of)[:15]
    )  # few pieces of the listing: the others are not looked at
    done = looked(world, shelf)
    assert (done.outcome, done.cards, done.events) == ("clean", 300, ())
    assert set(shelf.asked) == shelf.unlisted


def test_a_card_that_is_gone_when_it_is_asked_for_is_removed(world: World) -> None:
    shelf = Shelf(8)
    looked(world, shelf)
    del shelf.cards["3.vcf"]
    done = looked(world, shelf)
    assert (done.outcome, done.cards, len(done.events)) == ("clean", 7, 1)


def test_a_card_of_which_that_cannot_be_told_is_taken_to_be_there(world: World) -> None:
    shelf = Shelf(8)
    looked(world, shelf)
    del shelf.cards["3.vcf"]
    shelf.unsure = {"3.vcf"}
    done = looked(world, shelf)
    assert (done.outcome, done.cards, done.events) == ("partial", 8, ())
    shelf.unsure = set()
    assert looked(world, shelf).cards == 7


@pytest.mark.parametrize("gone", [range(60), range(100)], ids=["most", "all"])
def test_a_loss_that_was_believed_and_is_undone_ends_and_says_so(
    hundred: World, receiver: Receiver, gone: range
) -> None:
    hundred.phone = receiver.url
    for number in gone:
        hundred.remove(f"P{number:03}")
    hundred.check()
    lost = hundred.check()
    assert lost.outcome == "findings"
    [alarm] = [sent for sent in receiver.requests if sent["type"] == "failure"]
    people(hundred, *gone)
    done = hundred.check()
    assert (done.outcome, done.events) == ("clean", ())
    assert hundred.open() == []
    all_clear = receiver.requests[-1]
    assert all_clear["type"] == "info"
    assert len(receiver.requests) == receiver.requests.index(alarm) + 2
    assert hundred.check().events == ()


def test_a_mass_rewrite_that_is_undone_ends_and_says_so(hundred: World, receiver: Receiver) -> None:
    hundred.phone = receiver.url
    for number in range(100):
        hundred.put(f"P{number:03}", f"TEL:+03-1234-5{number:03}")
    hundred.check()
    assert hundred.open()
    people(hundred, *range(100))
    done = hundred.check()
    assert (done.outcome, done.events, hundred.open()) == ("clean", (), [])
    assert [sent["type"] for sent in receiver.requests] == ["failure", "info"]
