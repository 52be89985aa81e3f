"""A check of a book: what it says, what it records, and what it leaves alone."""

from __future__ import annotations

import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from cardwarden.actions.check import check_source
from cardwarden.detect.finding import Severity
from cardwarden.errors import SourceError
from cardwarden.phrases.language import Voice, english
from cardwarden.phrases.phrase import Sentence
from cardwarden.sources.source import BookRef, Fetched, Known, Observation
from cardwarden.store import bodies as body_store
from cardwarden.store import cards as card_store
from cardwarden.store import findings as finding_store
from cardwarden.store import members as member_store
from cardwarden.store import outbox
from cardwarden.store import tables as t
from cardwarden.store import versions as version_store
from support.in_memory import InMemory
from support.receiver import Receiver
from support.steps import steps
from support.store import ON_POSTGRESQL
from support.words import title
from support.world import YAMADA, World, card

DAMAGED = ("TEL;TYPE=HOME:03-1234-5601", "TEL;TYPE=CELL:+186080-1234-5602")


def test_the_first_check_of_a_sound_book_takes_the_baseline_and_says_nothing(world: World) -> None:
    world.put("Yamada", *YAMADA)
    done = world.check()
    assert (done.outcome, done.cards, done.events, done.reason) == ("clean", 1, (), "")
    assert world.base("Yamada") == card("Yamada", *YAMADA)


def test_damage_from_before_the_first_check_is_one_summary(world: World) -> None:
    for number in range(5):
        world.put(f"Person {number}", f"TEL:+186080-1234-560{number}")
    done = world.check()
    [event] = world.events(done)
    assert done.outcome == "findings"
    assert len(event.findings) == 5
    assert title(event.event).startswith("First look: 5 things")


def test_damage_opens_a_finding_and_the_baseline_stays(world: World, receiver: Receiver) -> None:
    world.phone = receiver.url
    world.put("Yamada", *YAMADA)
    world.check()
    world.put("Yamada", *DAMAGED)
    done = world.check()
    assert done.outcome == "findings"
    assert world.titles() == ["Yamada: Number gained a +"]
    assert world.base("Yamada") == card("Yamada", *YAMADA)
    assert len(receiver.requests) == 1
    assert world.check().events == ()
    assert len(receiver.requests) == 1


def test_a_repaired_book_resolves_its_findings(world: World) -> None:
    world.put("Yamada", *YAMADA)
    world.check()
    world.put("Yamada", *DAMAGED)
    world.check()
    world.put("Yamada", *YAMADA)
    done = world.check()
    assert (done.outcome, len(done.resolved)) == ("clean", 1)
    assert world.open() == []


def test_a_value_that_is_only_written_otherwise_while_open_tells_nothing(world: World, receiver: Receiver) -> None:
    world.phone = receiver.url
    world.put("Yamada", *YAMADA)
    world.check()
    world.put("Yamada", *DAMAGED)
    world.check()
    [first] = world.open()
    for line in ("TEL;TYPE=CELL:+18608012345602", "TEL;TYPE=CELL:+1 860 8012-345602", "TEL;CELL:+186080-1234-5602"):
        world.put("Yamada", "TEL;TYPE=HOME:03-1234-5601", line)
        assert world.check().events == ()
        assert [found.id for found in world.open()] == [first.id]
    assert len(receiver.requests) == 1


def test_a_value_that_changes_again_while_open_is_the_same_finding_told_again(world: World, receiver: Receiver) -> None:
    world.phone = receiver.url
    world.put("Yamada", *YAMADA)
    world.check()
    world.put("Yamada", *DAMAGED)
    world.check()
    [first] = world.open()
    world.put("Yamada", "TEL;TYPE=HOME:03-1234-5601", "TEL;TYPE=CELL:+18608012345699")
    done = world.check()
    [second] = world.open()
    assert second.id == first.id
    assert second.finding.after == "+18608012345699"
    assert done.events == (second.event_id,)
    assert second.event_id != first.event_id


def test_an_alert_whose_findings_moved_on_is_not_sent_empty(world: World, receiver: Receiver) -> None:
    world.phone = receiver.url
    world.put("Yamada", *YAMADA)
    world.check()
    receiver.statuses = [503]
    world.put("Yamada", *DAMAGED)
    world.check()
    world.put("Yamada", "TEL;TYPE=HOME:03-1234-5601", "TEL;TYPE=CELL:+18608012345699")
    world.check()
    world.clock.at += timedelta(hours=1)
    world.check()
    assert len(receiver.requests) == 2  # the one refused, and the newer one
    assert "+18608012345699" in receiver.requests[-1]["message"]
    with world.program() as program, program.store.read() as connection:
        assert outbox.pending(connection) == {}


def test_an_ordinary_edit_passes_and_moves_the_baseline(world: World) -> None:
    world.put("Yamada", *YAMADA)
    world.check()
    world.put("Yamada", *YAMADA, "NOTE:likes tea")
    done = world.check()
    assert (done.outcome, world.open()) == ("clean", [])
    [event] = world.events(done)
    assert event.event.severity is Severity.NOTICE
    assert world.base("Yamada") == card("Yamada", *YAMADA, "NOTE:likes tea")


def test_an_edit_beside_damage_moves_the_baseline_and_keeps_the_damaged_value_in_it(world: World) -> None:
    world.put("Yamada", *YAMADA)
    world.check()
    world.put("Yamada", *DAMAGED, "NOTE:likes tea")
    world.check()
    assert world.titles() == ["Yamada: Number gained a +"]
    assert world.base("Yamada") == card("Yamada", *YAMADA, "NOTE:likes tea")


def test_a_file_that_says_the_same_in_other_bytes_is_not_reported(world: World) -> None:
    world.put("Yamada", *YAMADA)
    world.check()
    world.put("Yamada", *reversed(YAMADA))
    done = world.check()
    assert (done.outcome, done.events) == ("clean", ())


def test_a_doubled_card_that_goes_away_again_resolves_its_finding(world: World) -> None:
    world.put("Keio", "TEL:03-1234-5603")
    world.check()
    world.put("Keio", "TEL:+18603-1234-5603", file="copy.vcf", uid="keio-2")
    world.check()
    assert world.titles() == ["Keio: Contact doubled"]
    (world.book / "copy.vcf").unlink()
    assert len(world.check().resolved) == 1
    assert world.open() == []


def test_a_file_that_was_read_right_after_its_change_is_read_again(world: World) -> None:
    world.put("Yamada", *YAMADA)
    world.clock.at = world.clock.at.fromtimestamp((world.book / "Yamada.vcf").stat().st_ctime, tz=world.clock.at.tzinfo)
    world.check()
    with world.program() as program, program.store.read() as connection:
        assert not member_store.load_members(connection, 1)["Yamada.vcf"].settled


def test_a_missing_folder_is_a_doubt_that_changes_nothing(world: World) -> None:
    world.put("Yamada", *YAMADA)
    world.check()
    world.book.rename(world.root / "elsewhere")
    done = world.check()
    assert done.outcome == "inconclusive"
    assert "does not exist" in english(done.reason)
    assert done.cards == 1
    (world.root / "elsewhere").rename(world.book)
    assert world.check().outcome == "clean"
    assert world.base("Yamada") == card("Yamada", *YAMADA)


def test_an_empty_folder_is_believed_only_when_it_is_seen_twice(world: World) -> None:
    for number in range(3):
        world.put(f"Person {number}")
    world.check()
    for number in range(3):
        world.remove(f"Person {number}")
    assert world.check().outcome == "inconclusive"
    assert [title(found.finding) for found in world.open()] == ["family looks empty"]
    done = world.check()
    assert all(found.finding.card for found in world.open())
    assert done.outcome == "findings"
    [event] = world.events(done)
    assert (event.event.severity, len(event.findings)) == (Severity.CRITICAL, 3)


def test_a_card_that_cannot_be_fetched_stays_as_it_was_and_the_others_are_checked(world: World) -> None:
    world.more = "[sources.other]\ntype = 'vdir'\npath = '/nowhere'\n"
    world.put("Yamada", *YAMADA)
    world.put("Keio", "TEL:03-1234-5603")
    world.check()
    (world.book / "Keio.vcf").unlink()
    (world.book / "Keio.vcf").symlink_to(world.root / "nothing")
    done = world.check()
    assert (done.outcome, done.cards) == ("partial", 2)
    assert "Keio.vcf is a link that leads nowhere" in Voice("en").value(done.reason)
    world.put("Yamada", *DAMAGED)
    assert world.check().outcome == "findings"
    assert world.titles() == ["Yamada: Number gained a +"]


def test_a_card_that_was_never_readable_does_not_blind_the_checks_after(world: World) -> None:
    world.put("Yamada", *YAMADA)
    (world.book / "Keio.vcf").symlink_to(world.root / "nothing")
    assert world.check().outcome == "partial"
    world.put("Yamada", *YAMADA, file="copy.vcf", uid="another")
    assert world.check().outcome == "findings"
    assert world.titles() == ["Yamada: Contact doubled"]


def test_another_region_judges_the_whole_book_anew(world: World) -> None:
    world.settings = ""
    world.put("Yamada", *DAMAGED)
    world.put("Sato", "TEL:0312345603")
    assert world.check().outcome == "clean"
    world.settings = 'region = "JP"\n'
    assert world.check().outcome == "findings"
    assert world.titles() == ["Yamada: Number would ring abroad"]
    with world.program() as program, program.store.read() as connection:
        assert {row.entry.contacts for row in card_store.load_cards(connection, 1)} == {
            ("hazard:+18608012345602", "tel:+81312345601", "tel:+818012345602"),
            ("tel:+81312345603",),
        }


def test_what_another_version_looks_cards_up_by_is_noted_anew(world: World) -> None:
    def keys() -> list[tuple[int, int]]:
        with world.program() as program, program.store.read() as connection:
            k = t.card_keys.c
            return sorted((card, key) for card, key in connection.execute(select(k.card_id, k.key)))

    for name in ("Jane Roe", "Mark Poe"):
        world.put(name, *YAMADA)
    world.check()
    before = keys()
    with world.program() as program, program.store.write() as connection:
        connection.execute(update(t.card_keys).values(key=t.card_keys.c.key + 1))
    world.settings += 'hold_at = "notice"\n'
    world.put("Mark Poe", *DAMAGED)
    world.check()
    world.put("Mark Poe", *YAMADA)
    world.check()
    assert keys() == before


def test_one_source_that_fails_does_not_keep_the_others_from_their_check(world: World) -> None:
    world.more = '[sources.lost]\ntype = "vdir"\npath = "/nowhere/at/all"\n'
    world.put("Yamada", *YAMADA)
    with world.program() as program:
        outcomes = {done.source: done.outcome for name in ("lost", "family") for done in program.check(name)}
    assert outcomes == {"lost": "inconclusive", "family": "clean"}


def test_bodies_are_written_in_batches(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cardwarden.actions.reading._STAGED_AT_MOST", 300)
    for number in range(9):
        world.put(f"Person {number}", f"NOTE:{'x' * 100}")
    assert world.check().cards == 9
    assert world.base("Person 8") == card("Person 8", f"NOTE:{'x' * 100}")


def recorded(world: World) -> dict[str, list[tuple[object, ...]]]:
    """All that a first check records of its book, but for what is drawn at random; the record is gone then."""
    world.check()
    random = {"salt", "id", "record", "leaf", "state", "digest_before"}
    with world.program() as program, program.store.read() as connection:
        rows: dict[str, list[tuple[object, ...]]] = {}
        for table in (t.books, t.bodies, t.cards, t.card_keys, t.members, t.versions, t.findings, t.events):
            columns = [column for column in table.c if column.name not in random]
            rows[table.name] = [tuple(row) for row in connection.execute(select(*columns).order_by(*columns))]
    shutil.rmtree(world.root / "state")
    return rows


@pytest.mark.skipif(ON_POSTGRESQL in os.environ, reason="a record there is not taken away with a folder")
def test_a_book_that_is_read_and_written_in_small_pieces_is_recorded_to_the_same_byte(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        world.put(
            f"Person {number}", f"TEL:090-1234-56{number % 5:02}", f"NOTE:{'x' * 100}", uid="-" if number % 3 else ""
        )
    world.put("Person 3", "TEL:+186090-1234-5603", file="twin.vcf", uid="-")
    world.write(world.book / "cut.vcf", card("Cut", "TEL:090-1234-5677")[:-9])
    world.write(world.book / "several.vcf", b"".join(card(f"Several {n}", uid="Person 0") for n in range(3)))
    at = world.clock.at
    whole = recorded(world)
    monkeypatch.setattr("cardwarden.actions.reading._STAGED_AT_MOST", 300)
    monkeypatch.setattr("cardwarden.store.batches.AT_ONCE", 2)
    monkeypatch.setattr("cardwarden.store.cards.AT_ONCE", 2)
    world.clock.at = at
    assert recorded(world) == whole
    assert len(whole["cards"]) == 17
    assert whole["findings"]


def export(world: World, *cards: bytes, file: str = "export.vcf") -> None:
    world.more = f'[sources.phone]\ntype = "vcf-file"\npath = "{world.root}/export*.vcf"\n'
    world.write(world.root / file, b"".join(cards))


def checked(world: World) -> tuple[str, list[str]]:
    with world.program() as program:
        [done] = program.check("phone")
    world.clock.at += timedelta(minutes=10)
    return done.outcome, [title(event.event) for event in world.events(done)]


def test_an_export_without_uids_in_another_order_says_nothing(world: World) -> None:
    cards = [card(f"Person {n}", f"TEL:090-1234-560{n}", uid="-") for n in range(6)]
    export(world, *cards)
    assert checked(world) == ("clean", [])
    export(world, *reversed(cards))
    assert checked(world) == ("clean", [])


def test_the_next_export_under_its_own_name_is_the_same_book(world: World) -> None:
    cards = [card(f"Person {n}", f"TEL:186090-1234-560{n}", uid="-") for n in range(4)]
    export(world, *cards)
    checked(world)
    export(world, *cards[:3], cards[3].replace(b"TEL:", b"TEL:+"), file="export (1).vcf")
    assert checked(world) == ("findings", ["Person 3: number gained a +"])


def test_an_emptied_file_is_inconclusive_first_and_critical_when_seen_again(world: World) -> None:
    export(world, *[card(f"Person {n}", uid="-") for n in range(4)])
    checked(world)
    export(world)
    assert checked(world) == ("inconclusive", [])
    outcome, [title] = checked(world)
    assert (outcome, title) == ("findings", "4 contacts were removed")


def test_history_keeps_what_was_there_before(world: World) -> None:
    world.put("Yamada", *YAMADA)
    world.check()
    world.put("Yamada", *DAMAGED)
    world.check()
    with world.program() as program, program.store.read() as connection:
        [row] = card_store.load_cards(connection, 1)
        bodies = [body_store.body(connection, version.digest) for version in version_store.versions(connection, row.id)]
    assert bodies == [card("Yamada", *YAMADA), card("Yamada", *DAMAGED)]


def test_a_notice_goes_only_to_a_channel_that_wants_notices(world: World, receiver: Receiver) -> None:
    world.phone = receiver.url
    world.put("Yamada", *YAMADA)
    world.check()
    world.put("Yamada", *YAMADA, "NOTE:likes tea")
    world.check()
    assert receiver.requests == []
    with world.program() as program, program.store.read() as connection:
        assert [f.state.value for f in finding_store.list_findings(connection, include_closed=True)] == ["passed"]


def test_a_file_in_place_of_the_folder_is_a_doubt(world: World, tmp_path: Path) -> None:
    world.book.rmdir()
    world.book.write_bytes(b"")
    done = world.check()
    assert (done.outcome, 'Use type = "vcf-file"' in english(done.reason)) == ("inconclusive", True)


class Shelf(InMemory):
    """A source in memory whose server can be away, and whose books can vanish."""

    def __init__(self, *titles: str) -> None:
        self.titles = list(titles)
        self.wanted = set(titles)
        self.away = False

    def books(self) -> list[BookRef]:
        if self.away:
            raise SourceError(Sentence("The server does not answer."))
        return [BookRef(title, title) for title in self.titles]

    def keeps(self, book: BookRef) -> bool:
        return book.title in self.wanted

    def observe(self, book: BookRef, known: Known, *, deep: bool) -> Observation:
        if self.away or book.title not in self.titles:
            raise SourceError(Sentence(f"{book.title} is not there."))
        return Observation(
            {"a": "1"}, [] if known.members and not deep else [Fetched("a", "1", card("Yamada", *YAMADA))]
        )


def outcomes(world: World, shelf: Shelf) -> dict[str, str]:
    with world.program() as program:
        judging = program.judging("family")
        done = check_source(program.store, shelf, judging, lambda *_: (), program.clock)
    return {book.book: book.outcome for book in done}


def test_every_known_book_of_a_server_that_is_away_is_inconclusive(world: World) -> None:
    shelf = Shelf("family", "club")
    assert outcomes(world, shelf) == {"family": "clean", "club": "clean"}
    shelf.away = True
    assert outcomes(world, shelf) == {"family": "inconclusive", "club": "inconclusive"}


def test_a_book_that_is_no_longer_listed_is_missed_and_one_that_was_left_out_is_not(world: World) -> None:
    shelf = Shelf("family", "club")
    outcomes(world, shelf)
    shelf.titles.remove("club")
    assert outcomes(world, shelf) == {"family": "clean", "club": "inconclusive"}
    shelf.wanted.remove("club")
    assert outcomes(world, shelf) == {"family": "clean"}


def test_a_file_that_was_cut_to_nothing_is_a_contact_that_cannot_be_read(world: World) -> None:
    world.put("Yamada", *YAMADA)
    world.put("Keio", "TEL:03-1234-5603")
    world.check()
    world.write(world.book / "Keio.vcf", b"")
    assert world.check().outcome == "findings"
    assert world.titles() == ["Keio: Contact cannot be read"]
    world.put("Keio", "TEL:03-1234-5603")
    assert world.check().outcome == "clean"
    assert world.open() == []


@pytest.mark.large
@pytest.mark.sqlite
def test_an_idle_check_takes_few_steps_for_each_finding_that_is_open(tmp_path: Path) -> None:
    calm, busy = (idle_work(World(tmp_path / str(damaged)), 400, damaged) for damaged in (0, 400))
    assert busy - calm < 400 * 10


def idle_work(world: World, cards: int, damaged: int) -> int:
    """SQLite's steps for a check that sees nothing new in a book of which so many cards have something open."""
    for prefix, count in (("", cards), ("+", damaged)):
        for number in range(count):
            world.put(f"Person {number}", f"TEL;TYPE=CELL:{prefix}186080-12{number:03}-5602")
        world.check()
    assert len(world.open()) == damaged
    world.check()
    with world.program() as program:
        return steps(program.store, lambda: program.check("family"))
