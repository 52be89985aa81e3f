"""Putting back: one field, one contact, a whole book; and everything that must not be overwritten."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from cardwarden.actions.restore.perform import Restored, looked_at, plans, restore
from cardwarden.actions.restore.plan import RestoreRequest, is_sound
from cardwarden.actions.terms import Judging
from cardwarden.errors import RefusedError, UsageError
from cardwarden.phrases.language import english
from cardwarden.phrases.phrase import phrase
from cardwarden.store import bodies as body_store
from cardwarden.store import cards as card_store
from cardwarden.store import restores as restore_store
from cardwarden.store.cards import FoundCard
from cardwarden.writers import files
from cardwarden.writers.member import CardFile
from cardwarden.writers.vcf_file import VcfFileWriter
from cardwarden.writers.vdir import VdirWriter
from cardwarden.writers.writer import CardLocation, ChangedError, Replacement, Writer
from support.cards import diff
from support.steps import calls, steps, turns
from support.world import YAMADA, World, card

HOME, CELL = YAMADA
DAMAGED = "TEL;TYPE=CELL:+186080-1234-5602"
MAIL = "EMAIL:taro@example.org"


@pytest.fixture
def world(world: World) -> World:
    world.more = "restore = true\n"
    return world


def restoring(world: World, request: RestoreRequest) -> list[Restored]:
    """What the command does, without asking; ends with a check."""
    with world.program() as program:
        shown = [
            looked_at(plan, program.writer_to_ask("family")) for plan in plans(program.store, request, program.judging)
        ]
        done = restore(program.store, request, shown, program.writer, program.judging, program.clock)
    world.check()
    return done


def named(world: World, name: str, *, gone: bool = False) -> FoundCard:
    with world.program() as program, program.store.read() as connection:
        [found] = card_store.find_cards(connection, name, gone=gone)
    return found


def damaged(world: World, *lines: str) -> None:
    world.put("Yamada", *YAMADA, MAIL)
    world.put("Keio", "TEL:03-1234-5603")
    world.check()
    world.put("Yamada", *lines)
    world.check()


def there(world: World, name: str = "Yamada") -> bytes:
    return (world.book / f"{name}.vcf").read_bytes()


def test_a_restore_of_many_findings_does_not_name_each(world: World) -> None:
    names = [f"Person {number}" for number in range(5)]
    for name in names:
        world.put(name, "TEL:186080-1234-5602")
    world.check()
    for name in names:
        world.put(name, "TEL:+186080-1234-5602")
    world.check()
    ids = [found.id for found in world.open()]
    with world.program() as program:
        said = [
            english(plan.what)
            for count in (1, 3, 5)
            for plan in plans(program.store, RestoreRequest(findings=tuple(ids[:count])), program.judging)
        ]
    assert said == ["finding 1", "findings 1, 2, 3", "5 findings, 1 to 5"]


def test_of_nothing_comes_nothing(world: World) -> None:
    damaged(world, HOME, DAMAGED, MAIL)
    assert restoring(world, RestoreRequest(findings=())) == []
    assert DAMAGED.encode() in there(world)


def test_a_finding_goes_back_and_every_other_line_keeps_its_bytes(world: World) -> None:
    damaged(world, HOME, DAMAGED, MAIL, "note:  mine ")
    [found] = world.open()
    restoring(world, RestoreRequest(findings=(found.id,)))
    assert there(world) == card("Yamada", HOME, CELL, MAIL, "note:  mine ")
    assert world.open() == []
    assert world.check(deep=True).events == ()


def test_what_is_not_only_mended_is_not_written() -> None:
    """Another parser looks at it first: a line that was lost on the way is no part of what was to be put back."""
    was = card("Yamada", *YAMADA, MAIL)
    now = was.replace(CELL.encode(), DAMAGED.encode())
    changes, judging = diff(was, now), Judging("JP", ())
    assert is_sound(was, now, was, changes, judging)
    assert not is_sound(was.replace(MAIL.encode() + b"\r\n", b""), now, was, changes, judging)


def test_of_two_findings_on_a_card_one_goes_back_and_the_other_stays_open(world: World) -> None:
    damaged(world, HOME, DAMAGED)
    lost, plus = sorted(world.open(), key=lambda found: found.finding.prop)
    restoring(world, RestoreRequest(findings=(plus.id,)))
    assert there(world) == card("Yamada", HOME, CELL)
    assert [found.id for found in world.open()] == [lost.id]
    restoring(world, RestoreRequest(findings=(lost.id,)))
    assert MAIL.encode() in there(world)
    assert world.open() == []


def test_a_restore_is_idempotent(world: World) -> None:
    damaged(world, HOME, DAMAGED, MAIL)
    [found] = world.open()
    restoring(world, RestoreRequest(findings=(found.id,)))
    before = there(world)
    assert restoring(world, RestoreRequest(findings=(found.id,))) == []
    assert restoring(world, RestoreRequest(card=named(world, "Yamada").card.id)) == []
    assert restoring(world, RestoreRequest(source="family")) == []
    assert there(world) == before


def test_a_card_that_changed_since_the_last_check_is_not_overwritten(world: World) -> None:
    damaged(world, HOME, DAMAGED, MAIL)
    [found] = world.open()
    world.put("Yamada", HOME, DAMAGED, MAIL, "NOTE:written a second ago")
    with pytest.raises(ChangedError) as refused:
        restoring(world, RestoreRequest(findings=(found.id,)))
    assert refused.value.now == there(world) == card("Yamada", HOME, DAMAGED, MAIL, "NOTE:written a second ago")


def test_a_card_that_changes_while_its_owner_is_asked_is_not_overwritten(world: World) -> None:
    damaged(world, HOME, DAMAGED, MAIL)
    request = RestoreRequest(findings=(world.open()[0].id,))
    with world.program() as program:
        shown = plans(program.store, request, program.judging)
        world.put("Yamada", HOME, DAMAGED, MAIL, "NOTE:now")
        with pytest.raises(ChangedError):
            restore(program.store, request, shown, program.writer, program.judging, program.clock)
    assert there(world) == card("Yamada", HOME, DAMAGED, MAIL, "NOTE:now")


class Racing:
    """A writer that meets somebody else's change at the second card, in the moment between look and write."""

    def __init__(self, world: World, writer: Writer) -> None:
        self.world, self.writer, self.left = world, writer, 1

    def look(self, replacements: Sequence[Replacement]) -> Iterator[bytes | None]:
        return self.writer.look(replacements)

    def write(self, replacements: Sequence[Replacement]) -> Iterator[Mapping[int, bytes | None]]:
        for number, one in enumerate(replacements):
            self.left -= 1
            if self.left < 0:
                self.world.write(self.world.book / one.place.href, card("Somebody"))
            for made in self.writer.write([one]):
                yield {number: made[0]}


def test_what_is_overtaken_in_the_last_moment_stops_the_rest_and_is_recorded(world: World) -> None:
    for name in ("Yamada", "Sato"):
        world.put(name, *YAMADA)
    world.check()
    then = world.clock.at - timedelta(minutes=5)
    for name in ("Yamada", "Sato"):
        world.put(name, *YAMADA, "NOTE:new")
    world.check()
    request = RestoreRequest(source="family", at=then)
    with world.program() as program:
        shown = plans(program.store, request, program.judging)
        racing = Racing(world, program.writer("family"))
        [done] = restore(program.store, request, shown, lambda _: racing, program.judging, program.clock)
        with program.store.read() as connection:
            [record] = restore_store.find(connection)
            cards = restore_store.cards_of(connection, record.id)
    assert isinstance(done.stopped, ChangedError)
    assert (done.done, record.stage) == (1, restore_store.Stage.STOPPED)
    assert sorted(one.done for one in cards) == [False, True]
    assert world.base("Sato") == card("Sato", *YAMADA)
    assert world.base("Yamada") == card("Yamada", *YAMADA, "NOTE:new")


def test_what_was_shown_is_what_is_written_or_nothing(world: World) -> None:
    damaged(world, HOME, DAMAGED, MAIL)
    request = RestoreRequest(card=named(world, "Yamada").card.id)
    with world.program() as program:
        shown = plans(program.store, request, program.judging)
    world.put("Yamada", HOME, DAMAGED)
    world.check()
    with world.program() as program, pytest.raises(RefusedError, match="Give the same command again"):
        restore(program.store, request, shown, program.writer, program.judging, program.clock)
    assert there(world) == card("Yamada", HOME, DAMAGED)


def test_restoring_is_off_until_the_settings_allow_it(world: World) -> None:
    damaged(world, HOME, DAMAGED, MAIL)
    [found] = world.open()
    world.more = ""
    before = there(world)
    with pytest.raises(RefusedError, match=r"under \[sources.family\] in the configuration: restore = true"):
        restoring(world, RestoreRequest(findings=(found.id,)))
    assert there(world) == before


def lose(world: World, *, count: int = 12) -> None:
    for number in range(count):
        world.put(f"Person {number}", f"TEL:03-1234-56{number:02}")
    world.check()
    for number in range(count - 1):
        world.remove(f"Person {number}")
    world.check()
    world.check()


def test_a_lost_card_comes_back_with_its_bytes(world: World) -> None:
    lose(world)
    found = world.open()
    first = next(one for one in found if one.finding.card and one.finding.card.name == "Person 3")
    restoring(world, RestoreRequest(findings=(first.id,)))
    assert there(world, "Person 3") == card("Person 3", "TEL:03-1234-5603")
    assert len(world.open()) == len(found) - 1


def test_a_whole_book_comes_back(world: World) -> None:
    lose(world)
    [done] = restoring(world, RestoreRequest(source="family"))
    assert done.done == 11
    assert len(list(world.book.glob("*.vcf"))) == 12
    assert world.open() == []
    assert world.check(deep=True).events == ()


def test_a_lost_card_is_not_put_over_another_file_of_that_name(world: World) -> None:
    lose(world)
    (world.book / "Person 3.vcf").write_bytes(card("Somebody else"))
    with pytest.raises(ChangedError):
        restoring(world, RestoreRequest(source="family"))
    assert there(world, "Person 3") == card("Somebody else")
    assert len(list(world.book.glob("*.vcf"))) == 2


def test_a_doubled_card_goes_and_the_first_one_stays(world: World) -> None:
    world.put("Keio", "TEL:03-1234-5603")
    world.check()
    world.put("Keio", "TEL:+18603-1234-5603", file="copy.vcf", uid="keio-2")
    world.check()
    [found] = world.open()
    restoring(world, RestoreRequest(findings=(found.id,)))
    assert [path.name for path in world.book.iterdir()] == ["Keio.vcf"]
    assert world.open() == []


def test_a_card_goes_back_to_what_it_said_at_a_time_and_the_next_check_is_quiet(world: World) -> None:
    world.put("Yamada", *YAMADA, MAIL)
    world.check()
    then = world.clock.at - timedelta(minutes=5)
    world.put("Yamada", HOME, "TEL;TYPE=CELL:090-0000-1111", "NOTE:new phone")
    world.check()
    restoring(world, RestoreRequest(card=named(world, "Yamada").card.id, at=then))
    assert there(world) == card("Yamada", *YAMADA, MAIL)
    assert world.check(deep=True).outcome == "clean"
    assert world.open() == []


def test_a_card_whose_removal_passed_comes_back_by_its_time(world: World) -> None:
    world.put("Yamada", *YAMADA)
    world.put("Keio", "TEL:03-1234-5603")
    world.check()
    then = world.clock.at - timedelta(minutes=5)
    world.remove("Yamada")
    world.check()
    assert world.open() == []
    restoring(world, RestoreRequest(card=named(world, "Yamada", gone=True).card.id, at=then))
    assert there(world) == card("Yamada", *YAMADA)
    assert world.check(deep=True).outcome == "clean"
    assert world.base("Yamada") == card("Yamada", *YAMADA)


def test_a_book_as_of_a_time_leaves_what_came_later(world: World) -> None:
    world.put("Yamada", *YAMADA)
    world.check()
    then = world.clock.at - timedelta(minutes=5)
    world.put("Yamada", HOME)
    world.put("Later", "TEL:03-9999-0000")
    world.check()
    [done] = restoring(world, RestoreRequest(source="family", at=then))
    assert done.plan.left == (phrase("restore-came-later", count=1),)
    assert there(world) == card("Yamada", *YAMADA)
    assert there(world, "Later") == card("Later", "TEL:03-9999-0000")


def test_a_time_before_the_first_check_is_refused(world: World) -> None:
    world.put("Yamada", *YAMADA)
    world.check()
    with pytest.raises(RefusedError, match="was not in family at that time"):
        restoring(world, RestoreRequest(card=named(world, "Yamada").card.id, at=datetime(2000, 1, 1, tzinfo=UTC)))


def test_a_restore_is_undone_and_the_damage_is_open_again(world: World) -> None:
    damaged(world, HOME, DAMAGED, MAIL)
    [found] = world.open()
    [done] = restoring(world, RestoreRequest(findings=(found.id,)))
    restoring(world, RestoreRequest(undo=done.id))
    assert there(world) == card("Yamada", HOME, DAMAGED, MAIL)
    [again] = world.open()
    assert again.finding.fingerprint == found.finding.fingerprint
    assert restoring(world, RestoreRequest(undo=done.id)) == []


def test_the_undoing_of_a_restore_to_a_time_moves_the_baseline_back_too(world: World) -> None:
    world.put("Yamada", *YAMADA, MAIL)
    world.check()
    then = world.clock.at - timedelta(minutes=5)
    world.put("Yamada", *YAMADA, MAIL, "NOTE:new")
    world.check()
    [done] = restoring(world, RestoreRequest(card=named(world, "Yamada").card.id, at=then))
    restoring(world, RestoreRequest(undo=done.id))
    assert there(world) == world.base("Yamada") == card("Yamada", *YAMADA, MAIL, "NOTE:new")
    assert world.check(deep=True).outcome == "clean"


def test_an_undone_undoing_is_the_restore_again(world: World) -> None:
    damaged(world, HOME, DAMAGED, MAIL)
    [first] = restoring(world, RestoreRequest(source="family"))
    [second] = restoring(world, RestoreRequest(undo=first.id))
    restoring(world, RestoreRequest(undo=second.id))
    assert there(world) == card("Yamada", *YAMADA, MAIL)
    assert world.open() == []


def test_a_card_that_went_on_since_a_restore_is_not_taken_back(world: World) -> None:
    damaged(world, HOME, DAMAGED, MAIL)
    [done] = restoring(world, RestoreRequest(source="family"))
    world.put("Yamada", *YAMADA, MAIL, "NOTE:new")
    world.check()
    with pytest.raises(RefusedError, match="changed since restore 1"):
        restoring(world, RestoreRequest(undo=done.id))
    with pytest.raises(UsageError, match="no restore 99"):
        restoring(world, RestoreRequest(undo=99))


def test_a_hazard_of_the_first_look_has_nothing_to_go_back_to(world: World) -> None:
    world.put("Yamada", DAMAGED)
    world.check()
    [found] = world.open()
    with world.program() as program:
        [plan] = plans(program.store, RestoreRequest(findings=(found.id,)), program.judging)
    assert plan.steps == ()
    assert plan.left == (phrase("left-was-so-at-first", id=str(found.id)),)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_mode_owner_and_extended_attributes_of_a_file_are_kept(world: World) -> None:
    damaged(world, HOME, DAMAGED, MAIL)
    path = world.book / "Yamada.vcf"
    path.chmod(0o640)
    os.chown(path, 12345, 23456)
    try:
        os.setxattr(path, "user.colour", b"red")
    except OSError:
        pytest.skip("no extended attributes here")
    world.check()
    restoring(world, RestoreRequest(source="family"))
    status = path.stat()
    assert (stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid) == (0o640, 12345, 23456)
    assert os.getxattr(path, "user.colour") == b"red"


def test_nothing_is_written_through_a_link(world: World, tmp_path: Path) -> None:
    damaged(world, HOME, DAMAGED, MAIL)
    real = tmp_path / "real.vcf"
    (world.book / "Yamada.vcf").rename(real)
    (world.book / "Yamada.vcf").symlink_to(real)
    world.check()
    with pytest.raises(RefusedError, match="is a symbolic link, and nothing is written through one"):
        restoring(world, RestoreRequest(source="family"))
    assert (world.book / "Yamada.vcf").is_symlink()
    assert real.read_bytes() == card("Yamada", HOME, DAMAGED, MAIL)


def test_nothing_but_cards_is_left_in_the_folder(world: World) -> None:
    damaged(world, HOME, DAMAGED, MAIL)
    restoring(world, RestoreRequest(source="family"))
    assert sorted(path.name for path in world.book.iterdir()) == ["Keio.vcf", "Yamada.vcf"]


@contextmanager
def statements() -> Iterator[list[str]]:
    """What the database is asked in the block."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize("as_of_a_time", [True, False])
def test_planning_asks_no_more_for_a_larger_book(tmp_path: Path, *, as_of_a_time: bool) -> None:
    counts = []
    for size in (5, 60):
        world = World(tmp_path / str(size))
        for number in range(size):
            world.put(f"P{number}", f"TEL:03-1234-{5600 + number}")
        world.check()
        then = world.clock.at - timedelta(minutes=5) if as_of_a_time else None
        world.put("P0", "TEL:+186080-1234-5600")
        world.check()
        with world.program() as program, statements() as asked:
            [plan] = plans(program.store, RestoreRequest(source="family", at=then), program.judging)
        assert len(plan.steps) == 1
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.large
@pytest.mark.sqlite
@pytest.mark.parametrize("as_of_a_time", [True, False])
def test_planning_twice_as_large_a_book_is_twice_the_work(tmp_path: Path, *, as_of_a_time: bool) -> None:
    """In steps of SQLite's machine, which goes through rows; in turns of the program; and a body is read for a step only."""
    work = []
    for size in (100, 200):
        world = World(tmp_path / str(size))
        for text in ("TEL:03-1234-5600", "TEL:03-1234-5601"):  # a version each, as of then and as of now
            for number in range(size):
                world.put(f"P{number}", f"{text[:-4]}{5000 + number}", f"NOTE:{text}")
            world.check()
        then = world.clock.at - timedelta(minutes=15) if as_of_a_time else None
        for number in range(size):
            world.put(f"P{number}", f"TEL:+186090-1234-{5000 + number}")
        world.check()
        with world.program() as program:
            planned = partial(plans, program.store, RestoreRequest(source="family", at=then), program.judging)
            [plan] = planned()
            assert len(plan.steps) == size
            counted = steps(program.store, planned), turns(planned), len(calls(body_store.body, planned))
        work.append(counted)
    few, many = work
    assert many[0] <= 2.4 * few[0]
    assert many[1] <= 2.2 * few[1]
    assert many[2] == 2 * few[2] <= 2 * 200


def work_for_one_file(world: World, count: int) -> tuple[int, int, int, int]:
    """What it takes to put back so many cards of one file: turns, statements, how often it is taken apart and written."""
    for prefix in ("", "+"):
        cards = [card(f"P{number}", f"TEL:{prefix}186090-1234-{5000 + number}") for number in range(count)]
        world.write(world.book / "all.vcf", b"".join(cards))
        world.check()
    request = RestoreRequest(source="family")
    with world.program() as program:
        shown = [
            looked_at(plan, program.writer_to_ask("family")) for plan in plans(program.store, request, program.judging)
        ]
        restored = partial(restore, program.store, request, shown, program.writer, program.judging, program.clock)
        opened, written = [], []

        def once() -> None:
            written.extend(calls(files.replace, lambda: opened.extend(calls(CardFile.__init__, restored))))

        with statements() as asked:
            work = turns(once)
    assert world.check().outcome == "clean"
    return work, len(asked), len(opened), len(written)


@pytest.mark.large
def test_twice_as_many_cards_of_one_file_are_put_back_with_twice_the_work_and_one_write(tmp_path: Path) -> None:
    worlds = {count: World(tmp_path / str(count), more="restore = true\n") for count in (100, 200)}
    few, many = (work_for_one_file(world, count) for count, world in worlds.items())
    assert many[0] <= 2.3 * few[0]
    assert many[1] <= 2.2 * few[1]
    assert few[2:] == many[2:] == (2, 1)


def test_a_file_of_many_cards_is_written_once(tmp_path: Path) -> None:
    path = tmp_path / "all.vcf"
    cards = [card(f"P{number}") for number in range(30)]
    path.write_bytes(b"".join(cards))
    replacements = [
        Replacement(CardLocation("", "all.vcf", number), data, data.replace(b"FN:P", b"FN:Q"))
        for number, data in enumerate(cards)
    ]
    [made] = VcfFileWriter("family", path).write(replacements)
    assert [made[number] for number in range(30)] == [one.wanted for one in replacements]
    book = tmp_path / "book"
    book.mkdir()
    (book / "all.vcf").write_bytes(b"".join(cards))
    [made] = VdirWriter("family", book).write(replacements)
    assert (book / "all.vcf").read_bytes() == path.read_bytes() == b"".join(filter(None, made.values()))


def test_a_file_of_many_cards_is_left_alone_if_one_of_them_changed(tmp_path: Path) -> None:
    path = tmp_path / "all.vcf"
    path.write_bytes(card("A") + card("B", "NOTE:changed"))
    replacements = [
        Replacement(CardLocation("", "all.vcf", number), card(name), card(name, "NOTE:restored"))
        for number, name in enumerate("AB")
    ]
    with pytest.raises(ChangedError) as refused:
        list(VcfFileWriter("family", path).write(replacements))
    assert refused.value.now == card("B", "NOTE:changed")
    assert path.read_bytes() == card("A") + card("B", "NOTE:changed")
