"""The daemon on a fake clock: what a reload, a leap of the clock and a busy database do to what is planned."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from threading import Event, Thread

import pytest

from cardwarden import database_file
from cardwarden.errors import ReplacedError, SettingsError
from cardwarden.phrases.language import english
from cardwarden.service import heartbeat
from cardwarden.service.inbox import SignalReceived
from cardwarden.settings.load import parse
from cardwarden.settings.model import Settings
from cardwarden.settings.share import Share
from cardwarden.sources.limits import HouseholdLimits
from cardwarden.sources.source import Source
from cardwarden.store.books import statuses
from cardwarden.wiring import Program, tell_blind
from support.guard import Guard, guarding, settings
from support.receiver import Receiver
from support.world import YAMADA, World

BAD = ("TEL;TYPE=HOME:03-1234-5601", "TEL;TYPE=CELL:+186080-1234-5602")


def outcomes(world: World) -> dict[str, str]:
    with world.program() as program, program.store.read() as connection:
        return {one.source: one.outcome for one in statuses(connection)}


@pytest.fixture
def book(world: World) -> World:
    world.put("Yamada", *YAMADA)
    return world


def test_a_book_is_checked_at_its_times_and_what_is_found_is_delivered(book: World, receiver: Receiver) -> None:
    book.phone = receiver.url
    with guarding(book) as guard:
        guard.go_on()
        book.put("Yamada", *BAD)
        guard.go_on(timedelta(minutes=16))
    assert [request["title"] for request in receiver.requests] == ["Yamada: number gained a +"]


def test_a_household_that_is_paused_meanwhile_is_neither_read_nor_told(
    book: World, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    book.phone = receiver.url
    notes = book.root / "smith.server"
    with guarding(book) as guard:
        guard.daemon.program.settings.join(Share("smith", notes))
        guard.go_on()
        book.put("Yamada", *BAD)
        guard.daemon.program.check("family")  # what was found waits to be sent
        notes.write_text("paused = true\n")
        book.put("Doe", *BAD)
        for _ in range(5):
            guard.go_on(timedelta(minutes=16))
        assert receiver.requests == []
        assert len(book.open()) == 1
        notes.unlink()
        guard.go_on(timedelta(minutes=16))
    assert receiver.requests[0]["title"] == "Yamada: number gained a +"
    assert len(book.open()) == 2
    assert [line for line in caplog.messages if "paused" in line] == [
        "paused: nothing is checked or sent", "not paused any more",
    ]  # fmt: skip


def test_a_household_is_checked_no_more_often_than_its_server_allows(book: World) -> None:
    book.more = '[sources.other]\ntype = "vdir"\npath = "/nowhere"\n'
    with guarding(book) as guard:
        guard.daemon.program.settings.join(Share("smith", book.root / "smith.server", HouseholdLimits(checks_a_day=48)))
        seen = set()
        for minute in range(6 * 60):
            guard.go_on(timedelta(minutes=1))
            if minute % 7 == 0:
                guard.note_change()
            with guard.daemon.program.store.read() as connection:
                seen |= {one.last_at for one in statuses(connection, "family")}
        assert 5 <= len(seen) <= 7  # one an hour for each of two sources, and the first at once
        assert all(later - earlier >= timedelta(hours=1) for earlier, later in pairwise(sorted(seen)))


def test_a_deep_check_that_was_put_off_is_deep(book: World) -> None:
    with guarding(book) as guard:
        guard.daemon.program.settings.join(Share("smith", book.root / "smith.server", HouseholdLimits(checks_a_day=24)))
        guard.go_on()
        guard.go_on(timedelta(minutes=10))
        [before] = deep_checks(guard)
        guard.daemon._checks.jobs[0].run(deep=True)
        guard.daemon._checks.ask("family")
        guard.go_on()
        assert deep_checks(guard) == [before]
        guard.go_on(timedelta(minutes=51))
        [after] = deep_checks(guard)
        assert before
        assert after
        assert after - before >= timedelta(hours=1)


def deep_checks(guard: Guard) -> list[datetime | None]:
    with guard.daemon.program.store.read() as connection:
        return [one.last_deep_at for one in statuses(connection, "family")]


def test_a_source_whose_settings_were_put_right_is_checked_at_once(world: World) -> None:
    right, wrong = "contacts", world.root / "contracts"
    world.more = f'[sources.work]\ntype = "vdir"\npath = "{wrong}"\n'
    with guarding(world) as guard:
        for _ in range(8):
            guard.go_on(timedelta(minutes=15))
        assert outcomes(world)["work"] == "inconclusive"
        world.more = world.more.replace(wrong.name, right)
        guard.daemon.reload()
        guard.go_on()
    assert outcomes(world)["work"] == "clean"


def test_after_a_reload_status_and_doctor_see_the_new_settings_at_once(book: World) -> None:
    with guarding(book) as guard:
        guard.go_on(timedelta(minutes=1))
        book.more = f'[sources.work]\ntype = "vdir"\npath = "{book.book}"\n'
        guard.daemon.reload()
        guard.go_on()
        beat = heartbeat.read(heartbeat.life_beside(book.root / "state/cardwarden.db"))
    assert beat is not None
    assert set(beat.watch) == {"family", "work"}


def test_wrong_settings_leave_the_old_ones(book: World, caplog: pytest.LogCaptureFixture) -> None:
    with guarding(book) as guard:
        book.more = "[sources.other]\n"
        guard.daemon.reload()
        guard.go_on()
        book.more = ""
    assert outcomes(book) == {"family": "clean"}
    assert "the settings stay as they were: sources.other.type" in caplog.text


def test_another_database_is_refused_and_another_retention_is_not(book: World) -> None:
    def with_store(url: str) -> Settings:
        return parse(book.text().replace('.db"', url), book.root / "cardwarden.toml", {}, book.root)

    with guarding(book) as guard:
        guard.daemon.take_on(with_store('.db"\nretain = "2y"'))
        with pytest.raises(SettingsError, match="Restart it"):
            guard.daemon.take_on(with_store('er.db"'))


def test_a_reload_beside_a_busy_database_ends_nothing(book: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cardwarden.store.sqlite.WAIT_SECONDS", 0.1)
    with guarding(book) as guard, closing(sqlite3.connect(book.root / "state/cardwarden.db")) as other:
        other.isolation_level = None
        other.execute("BEGIN IMMEDIATE")
        guard.daemon.reload()
        guard.go_on()
        other.execute("COMMIT")
        guard.go_on(timedelta(minutes=30))
    assert outcomes(book) == {"family": "clean"}


def test_a_source_that_is_taken_out_while_its_check_fails_is_checked_again_when_it_is_back(
    book: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    family, other = book.more, f'[sources.other]\ntype = "vdir"\npath = "{book.root}/gone"\n'
    book.more = other
    with guarding(book) as guard:
        real = Program.source

        def taken_out(program: Program, name: str) -> Source:
            if name == "other" and book.more == other:
                book.more = family
                guard.daemon.reload()
            return real(program, name)

        monkeypatch.setattr(Program, "source", taken_out)
        guard.go_on()
        (book.root / "gone").mkdir()
        book.more = other + "every = '1h'\n"
        guard.daemon.reload()
        guard.go_on()
        assert outcomes(book)["other"] == "clean"


@pytest.mark.parametrize(
    ("leap", "said"),
    [
        (timedelta(hours=-6), "back by 6 hours"),
        (timedelta(hours=6), "forward by 6 hours"),
        (timedelta(seconds=61), "forward by 61 seconds"),
        (timedelta(days=-400), "back by 400 days"),
    ],
)
def test_after_a_leap_of_the_clock_everything_is_planned_anew(
    leap: timedelta, said: str, book: World, caplog: pytest.LogCaptureFixture
) -> None:
    with guarding(book) as guard:
        guard.go_on()
        book.clock.at += timedelta(seconds=1)
        book.clock.leap(leap)
        assert guard.daemon.step(at_most=0)
        assert f"the clock was put {said}" in caplog.text
        book.put("Yamada", *BAD)
        guard.go_on()
        assert outcomes(book) == {"family": "findings"}
        for job in ("pulse", "family", "upkeep"):
            planned = guard.schedule.next_run(job)
            assert planned is not None
            assert abs(planned - book.clock.now()) <= timedelta(minutes=1)
        beat = heartbeat.read(heartbeat.life_beside(book.root / "state/cardwarden.db"))
        assert beat is not None
        assert beat.beat == book.clock.monotonic()


def test_a_machine_that_slept_is_no_leap(book: World, caplog: pytest.LogCaptureFixture) -> None:
    with guarding(book) as guard:
        book.clock.at += timedelta(hours=9)
        assert guard.daemon.step(at_most=0)
    assert "the clock was put" not in caplog.text


def test_a_signal_to_stop_ends_the_loop(book: World) -> None:
    with guarding(book) as guard:
        guard.daemon.inbox.put(SignalReceived(signal.SIGHUP))
        guard.daemon.inbox.put(SignalReceived(signal.SIGTERM))
        assert guard.daemon.step()
        assert not guard.daemon.step()


def test_a_disk_without_room_is_told_once_without_the_database_and_when_it_has_room_again(
    book: World, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.phone = receiver.url
    with guarding(book) as guard:
        guard.go_on()
        monkeypatch.setattr("cardwarden.store.sqlite._ROOM", 1 << 62)  # a disk that large has no room left
        for _ in range(3):
            guard.go_on(timedelta(minutes=1))
        monkeypatch.undo()
        guard.go_on(timedelta(minutes=1))
    assert [request["title"] for request in receiver.requests] == [
        "Your address books are not guarded now",
        "Your address books are guarded again",
    ]
    assert "The disk is full" in receiver.requests[0]["message"]


def test_each_blindness_of_a_daemon_is_told_once_and_each_end(book: World, receiver: Receiver) -> None:
    book.phone = receiver.url
    database = book.root / "state/cardwarden.db"
    with guarding(book) as guard:
        guard.go_on()
        for times in (1, 2):
            (guard.world.root / "state/cardwarden.db.locks").rename(book.root / "away")
            database.with_name("cardwarden.db.locks").write_text("in the way")
            for _ in range(3):
                guard.go_on(timedelta(minutes=16))
            database.with_name("cardwarden.db.locks").unlink()
            (book.root / "away").rename(database.with_name("cardwarden.db.locks"))
            for _ in range(3):
                guard.go_on(timedelta(minutes=16))
            told = ["Your address books are not guarded now", "Your address books are guarded again"] * times
            assert [request["title"] for request in receiver.requests] == told


def test_a_check_by_hand_beside_a_blind_daemon_leaves_the_telling_to_it(book: World, receiver: Receiver) -> None:
    book.phone = receiver.url
    with guarding(book) as guard:
        guard.go_on()
        tell_blind(settings(book), "The disk is full.", clock=book.clock, environ={"PHONE": book.phone})
        database = book.root / "state/cardwarden.db"
        database.write_bytes(database.read_bytes()[:4096] + bytes(8192))
        for _ in range(3):
            guard.go_on(timedelta(minutes=1))
    assert [request["title"] for request in receiver.requests] == ["Your address books are not guarded now"]


@pytest.mark.parametrize("how", ["removed", "replaced", "emptied"])
def test_a_database_whose_file_is_another_one_ends_the_daemon_after_it_was_told(
    how: str, book: World, receiver: Receiver
) -> None:
    book.phone = receiver.url
    with guarding(book) as guard:
        guard.go_on()
        database = book.root / "state/cardwarden.db"
        if how == "emptied":
            os.truncate(database, 0)
        else:
            database.rename(book.root / "away.db")
        if how == "replaced":
            database.write_bytes((book.root / "away.db").read_bytes())
        book.put("Yamada", *BAD)
        guard.go_on(timedelta(seconds=10))  # the next sign of life
        assert any(not guard.daemon.step(at_most=0) for _ in range(100))  # after what the watch of the folder saw
    assert [request["title"] for request in receiver.requests] == ["Your address books are not guarded now"]


@pytest.mark.parametrize(("job", "table"), [("a delivery", "outbox"), ("a check", "members"), ("a reload", "channels")])
def test_a_database_that_one_job_cannot_use_is_told_at_once(
    job: str, table: str, book: World, receiver: Receiver
) -> None:
    book.phone = receiver.url
    with guarding(book) as guard, closing(sqlite3.connect(book.root / "state/cardwarden.db")) as other:
        guard.go_on()
        other.execute(f"ALTER TABLE {table} RENAME TO gone")
        match job:
            case "a delivery":
                guard.go_on(timedelta(seconds=15))
            case "a check":
                book.put("Yamada", *YAMADA, "NOTE:x")
                guard.note_change()
                guard.go_on()
            case _:
                guard.daemon.reload()
                guard.go_on(timedelta(seconds=1))
        [told] = receiver.requests
        assert (told["title"], "is damaged" in told["message"]) == ("Your address books are not guarded now", True)
        beat = heartbeat.read(heartbeat.life_beside(book.root / "state/cardwarden.db"))
        assert beat
        assert "is damaged" in english(beat.blind_because)
        other.execute(f"ALTER TABLE gone RENAME TO {table}")
        guard.go_on(timedelta(minutes=16))
    assert [request["title"] for request in receiver.requests][1] == "Your address books are guarded again"


def test_another_process_at_the_database_is_a_trouble_only_after_ten_minutes(
    book: World, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cardwarden.store.sqlite.WAIT_SECONDS", 0.01)
    book.phone = receiver.url
    with guarding(book) as guard, closing(sqlite3.connect(book.root / "state/cardwarden.db")) as other:
        guard.go_on()
        other.isolation_level = None
        other.execute("BEGIN IMMEDIATE")
        guard.go_on(timedelta(minutes=1))
        guard.go_on(timedelta(minutes=1))
        assert receiver.requests == []
        guard.go_on(timedelta(minutes=10))
        assert len(receiver.requests) == 1


class Ended(BaseException):
    """The process would have ended here, at once."""


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a daemon takes for its process is taken back: the handlers of signals, and the end."""
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    handlers = [signal.getsignal(number) for number in numbers]

    def end(code: int) -> None:
        raise Ended(code)

    monkeypatch.setattr("os._exit", end)
    yield
    for number, handler in zip(numbers, handlers, strict=True):
        signal.signal(number, handler)


def when_started(guard: Guard, monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> None:
    """Have something happen as soon as the daemon has begun."""
    start = guard.schedule.start

    def begun() -> None:
        start()
        act()

    monkeypatch.setattr(guard.schedule, "start", begun)


@pytest.mark.usefixtures("alone")
def test_a_daemon_takes_on_new_settings_and_stops_when_signals_say_so_and_tells_systemd(
    book: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    beat = heartbeat.life_beside(book.root / "state/cardwarden.db")
    settled: list[Settings] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        with guarding(book, {"NOTIFY_SOCKET": str(tmp_path / "notify")}) as guard:

            def act() -> None:
                book.more = f'[sources.work]\ntype = "vdir"\npath = "{book.book}"\n'
                signal.raise_signal(signal.SIGHUP)
                signal.raise_signal(signal.SIGINT)

            when_started(guard, monkeypatch, act)
            guard.daemon.run(settled.append)
        systemd.setblocking(False)
        said = []
        with suppress(BlockingIOError):
            while True:
                said.append(systemd.recv(4096).decode().partition("=")[0])
    assert [word for word in said if word != "STATUS"] == ["READY", "RELOADING", "READY", "STOPPING"]
    assert [list(each.sources) for each in settled] == [["family", "work"]]
    assert not beat.exists()
    lines = [record.message for record in caplog.records if record.name == "cardwarden.service.runner"]
    assert lines == ["guarding 1 source", "new settings: guarding 2 sources", "stopping"]


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_ends_the_process_at_once(
    number: signal.Signals, book: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with guarding(book) as guard:

        def act() -> None:
            signal.raise_signal(number)
            signal.raise_signal(number)

        when_started(guard, monkeypatch, act)
        with pytest.raises(Ended, match=str(128 + number)):
            guard.daemon.run()


@pytest.mark.usefixtures("alone")
def test_a_check_that_does_not_end_in_time_is_cut_off(
    book: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("cardwarden.service.runner.FINISH", 0.1)
    hangs, may_go_on = Event(), Event()
    real = Program.source

    def hanging(program: Program, name: str) -> Source:
        hangs.set()
        may_go_on.wait()
        return real(program, name)

    with guarding(book) as guard:
        guard.go_on()
        [job] = guard.daemon._checks.jobs
        check = Thread(target=job.run)

        def act() -> None:
            monkeypatch.setattr(Program, "source", hanging)
            check.start()
            hangs.wait()
            guard.daemon.inbox.put(SignalReceived(signal.SIGTERM))

        monkeypatch.setattr(guard.schedule, "start", act)
        try:
            with pytest.raises(Ended, match="0"):
                guard.daemon.run()
        finally:
            may_go_on.set()
            check.join()
    assert "a check or a delivery did not end in time and was cut off" in caplog.text


@pytest.mark.usefixtures("alone")
@pytest.mark.sqlite
def test_a_daemon_whose_database_was_taken_away_says_so_when_it_ends(
    book: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with guarding(book) as guard:
        guard.go_on()

        def act() -> None:
            (book.root / "state/cardwarden.db").unlink()
            guard.go_on(timedelta(minutes=1))

        when_started(guard, monkeypatch, act)
        with pytest.raises(ReplacedError):
            guard.daemon.run()


@pytest.mark.usefixtures("alone")
@pytest.mark.sqlite
def test_a_database_on_a_network_file_system_is_warned_of_when_it_begins(
    book: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    kinds = {line.split()[-1] for line in Path("/proc/filesystems").read_text("utf-8").splitlines()}
    monkeypatch.setattr(database_file, "_NETWORK", kinds)
    with guarding(book) as guard:
        when_started(guard, monkeypatch, lambda: guard.daemon.inbox.put(SignalReceived(signal.SIGTERM)))
        guard.daemon.run()
    [warned] = [line for line in caplog.messages if "network file system" in line]
    assert warned.startswith(f"The database {book.root}/state/cardwarden.db lies on a network file system (")


def test_a_source_without_a_region_is_named_when_it_begins(book: World, caplog: pytest.LogCaptureFixture) -> None:
    book.settings = ""
    with guarding(book) as guard:
        guard.go_on()
    [record] = [record for record in caplog.records if "no region is set" in record.message]
    assert getattr(record, "source", "") == "family"


def test_settings_that_cannot_be_noted_beside_the_database_keep_nobody_from_guarding(
    book: World, caplog: pytest.LogCaptureFixture
) -> None:
    with guarding(book) as guard:
        (book.root / "state/cardwarden.db.settings").mkdir()
        guard.go_on()
    assert "the settings cannot be noted beside the database: Is a directory" in caplog.text
    assert outcomes(book) == {"family": "clean"}


def test_what_changed_between_the_first_check_and_the_watch_is_found(book: World) -> None:
    with guarding(book) as guard:
        guard.go_on()
        guard.daemon._watches.stop()
        book.put("Yamada", *BAD)
        guard.daemon._watching.run()
        guard.go_on()
        assert outcomes(book) == {"family": "findings"}


def test_a_book_whose_watch_was_lost_is_checked_for_what_was_not_seen(book: World) -> None:
    with guarding(book) as guard:
        guard.go_on()
        away = book.root / "away"
        book.book.rename(away)
        guard.go_on(timedelta(seconds=15))
        away.rename(book.book)
        book.put("Yamada", *BAD)
        guard.go_on(timedelta(seconds=15))
        assert outcomes(book) == {"family": "findings"}
