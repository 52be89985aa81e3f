"""The program as a whole: its sources live as long as their settings do, and what that saves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from cardwarden.actions.checked import Checked
from cardwarden.actions.mirrors.record import Reviewed
from cardwarden.detect.outcome import Outcome
from cardwarden.errors import RefusedError
from cardwarden.phrases.language import english
from cardwarden.phrases.phrase import Phrase
from cardwarden.settings.kinds import SOURCES
from cardwarden.settings.load import parse
from cardwarden.settings.model import Settings
from cardwarden.sources.carddav import CardDav
from cardwarden.sources.options import OnDiskOptions
from cardwarden.sources.watched import WatchTarget
from cardwarden.store import checks as check_store
from cardwarden.wiring import Opening, Program, _with_drift, assembled
from cardwarden.writers.carddav import CardDavWriter
from cardwarden.writers.writer import CardLocation, Replacement
from support.fake_dav import BOOK, FakeDav, Reply, StillClock, card, serving
from support.ports import free_port


def settings(folder: Path, *sources: str) -> Settings:
    text = f'region = "JP"\n[store]\nurl = "sqlite:///{folder}/state/cardwarden.db"\n' + "\n".join(sources)
    return parse(text, folder / "cardwarden.toml", {}, folder)


def cloud(url: str, *lines: str, name: str = "cloud") -> str:
    return f'[sources.{name}]\ntype = "carddav"\nurl = "{url}"\n' + "".join(f"{line}\n" for line in lines)


@contextmanager
def running(folder: Path, *sources: str, clock: StillClock | None = None) -> Iterator[Program]:
    with assembled(
        settings(folder, *sources), Opening.GUARD, clock=clock or StillClock(), environ={"PASSWORD": "s3cret"}
    ) as program:
        yield program


@pytest.fixture
def dav() -> Iterator[FakeDav]:
    with serving() as server:
        for number in range(5):
            server.put(f"{number}.vcf", card(str(number), f"Person {number}"))
        yield server


@pytest.mark.parametrize("path", ["/", BOOK])
@pytest.mark.parametrize(("sync", "ctag"), [(True, True), (False, True), (False, False)])
def test_an_idle_check_asks_one_question_over_one_connection(
    dav: FakeDav, tmp_path: Path, path: str, *, sync: bool, ctag: bool
) -> None:
    dav.offers_sync, dav.offers_ctag = sync, ctag
    with running(tmp_path, cloud(dav.root + path)) as program:
        for _ in range(2):
            program.check("cloud")
        connections = dav.connections
        dav.requests.clear()
        for _ in range(5):
            [done] = program.check("cloud")
            assert done.outcome is Outcome.CLEAN
        assert (len(dav.requests), dav.connections - connections) == (5, 0)


def test_a_password_program_is_run_once(dav: FakeDav, tmp_path: Path) -> None:
    dav.always = lambda r: None if "Authorization" in r.headers else Reply(401, "", {"WWW-Authenticate": "Basic"})
    ran, program = tmp_path / "ran", tmp_path / "password"
    program.write_text(f"#!/bin/sh\necho once >> {ran}\necho s3cret\n")
    program.chmod(0o755)
    lines = ('username = "alice"', f'password_command = ["{program}"]')
    with running(tmp_path, cloud(dav.url, *lines)) as made:
        for _ in range(4):
            assert made.check("cloud")[0].outcome is Outcome.CLEAN
    assert ran.read_text() == "once\n"


def test_other_settings_make_another_source_and_the_same_ones_keep_it(dav: FakeDav, tmp_path: Path) -> None:
    first = cloud(dav.url)
    second = cloud(dav.url, name="other")
    with running(tmp_path, first, second) as program:
        kept, changed = program.source("cloud"), program.source("other")
        then = program.with_settings(settings(tmp_path, first, cloud(dav.url, "max_bytes = 5", name="other")))
        assert then.source("cloud") is kept
        assert then.source("other") is not changed


def test_what_reads_a_server_and_what_writes_there_is_one_client(dav: FakeDav, tmp_path: Path) -> None:
    with running(tmp_path, cloud(dav.url, "restore = true")) as program:
        assert program.writer("cloud") is program.writer_to_ask("cloud")
        writer, source = program.writer("cloud"), program.source("cloud")
        assert isinstance(writer, CardDavWriter)
        assert isinstance(source, CardDav)
        assert writer._client is source.client
    with running(tmp_path, cloud(dav.url)) as program, pytest.raises(RefusedError, match="restore = true"):
        program.writer("cloud")


def test_a_dead_server_with_many_books_is_waited_for_once(tmp_path: Path) -> None:
    clock = StillClock()
    url = f"http://127.0.0.1:{free_port()}/"
    with running(tmp_path, cloud(url), cloud(url, name="other"), clock=clock) as program:
        with program.store.write() as connection:
            for number in range(5):
                check_store.record_check(
                    connection,
                    source="cloud",
                    book=f"/b{number}/",
                    title=f"B{number}",
                    at=clock.now(),
                    outcome=Outcome.CLEAN,
                    cards=1,
                    changed=False,
                )
        done = program.check("cloud") + program.check("other")
    assert [one.outcome for one in done] == [Outcome.INCONCLUSIVE] * 6
    assert all("refused the connection" in english(one.reason) for one in done)
    assert clock.slept == [1.0, 3.0, 9.0]


def test_a_person_who_waits_is_told_what_for_and_is_not_kept_long(dav: FakeDav, tmp_path: Path) -> None:
    clock, said = StillClock(), list[Phrase]()
    dav.script = [Reply(429, "", {"Retry-After": "7"}), Reply(429, "", {"Retry-After": "120"})]
    with assembled(
        settings(tmp_path, cloud(dav.url)), Opening.GUARD, clock=clock, environ={}, say=said.append, attended=True
    ) as program:
        [done] = program.check("cloud")
    assert "asks to be left alone for 2 minutes" in english(done.reason)
    assert sum(clock.slept) < 20
    assert english(said[0]) == "Waiting 7 seconds: 127.0.0.1 asks to be left alone for so long."


def test_every_kind_of_source_says_where_it_reads_and_what_to_watch(tmp_path: Path) -> None:
    lines = {
        "vdir": f'path = "{tmp_path}"',
        "vcf-file": f'path = "{tmp_path}/all.vcf"',
        "carddav": 'url = "https://contacts.example.org/"',
        "google-people": 'login_file = "/x"',
        "microsoft": 'login_file = "/x"',
        "jmap": 'url = "https://mail.example.org/"\nbearer_file = "/x"',
    }
    assert set(lines) == set(SOURCES), (
        "Say here what a table of the new kind needs, and below what it says of its place"
    )
    sources = [f'[sources.{kind}]\ntype = "{kind}"\n{lines[kind]}\n' for kind in SOURCES]
    places = {}
    with running(tmp_path, *sources) as program:
        for kind in SOURCES:
            source = program.source(kind)
            source.begin()
            places[kind] = (source.host, source.watch)
            is_on_disk = isinstance(program.settings.sources[kind], OnDiskOptions)
            assert is_on_disk == (source.path is not None), f"What reads this machine has OnDiskOptions: see {kind}"
            source.close()
    assert places == {
        "vdir": ("", WatchTarget(tmp_path, ("*.vcf", "*.vcard"))),
        "vcf-file": ("", WatchTarget(tmp_path, ("all.vcf",))),
        "carddav": ("contacts.example.org", None),
        "google-people": ("people.googleapis.com", None),
        "microsoft": ("graph.microsoft.com", None),
        "jmap": ("mail.example.org", None),
    }


def test_what_is_put_back_long_after_the_last_check_has_time_of_its_own(dav: FakeDav, tmp_path: Path) -> None:
    clock = StillClock()
    lines = ('username = "alice"', 'password_env = "PASSWORD"', "restore = true")
    with running(tmp_path, cloud(dav.url, *lines), clock=clock) as program:
        program.check("cloud")
        for writer_of in (program.writer, program.writer_to_ask):
            clock.ahead += timedelta(hours=2)
            writer = writer_of("cloud")
            place = CardLocation(BOOK, f"{BOOK}0.vcf")
            assert list(writer.look([Replacement(place, None, None)])) == [card("0", "Person 0")]


def test_what_came_of_a_copy_stands_with_its_own_book_also_if_another_has_its_title() -> None:
    books = [Checked("cloud", "Contacts", Outcome.CLEAN, book=book) for book in ("/one/", "/two/")]
    reviewed = [Reviewed("cloud", "/two/", events=(7,))]
    told = [_with_drift(book, reviewed, first=place == 0) for place, book in enumerate(books)]
    assert [(book.outcome, book.events) for book in told] == [(Outcome.CLEAN, ()), (Outcome.FINDINGS, (7,))]
