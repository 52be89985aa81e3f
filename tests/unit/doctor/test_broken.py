"""Set-ups that are broken, each in one way: the doctor names the fault and the command that mends it."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import cardwarden
from cardwarden.carddav import hosts
from cardwarden.cli.texts import doctor_text
from cardwarden.clock import SystemClock
from cardwarden.database_file import file_of
from cardwarden.doctor.checks import CHECKS, network
from cardwarden.doctor.examine import examine, examine_as
from cardwarden.doctor.machine import Machine, Space
from cardwarden.doctor.patient import Patient, patient
from cardwarden.doctor.result import Diagnosis, Result, unknown
from cardwarden.phrases.language import LANGUAGES, Voice
from cardwarden.phrases.phrase import Moment, dumped, phrase
from cardwarden.service import heartbeat
from cardwarden.service.heartbeat import Heartbeat
from cardwarden.setup.units import unit_text, user_units
from cardwarden.store import mirrors as mirror_store
from cardwarden.web.password import password_beside, set_password
from support.endless import endless
from support.fake_dav import TLS, FakeDav, Reply, serving
from support.fake_dav import card as dav_card
from support.receiver import Receiver
from support.world import World

GIGABYTE = 1 << 30


class ShiftedClock(SystemClock):
    """The machine's clock, wrong by some time."""

    def __init__(self, by: timedelta = timedelta()) -> None:
        self.by = by

    def now(self) -> datetime:
        return super().now() + self.by

    def sleep(self, seconds: float) -> None:
        """Pauses between the tries of a connection are not what is tested."""


@dataclass
class SetUp:
    """A set-up in which nothing is wrong: a book, a channel, a checked history, a daemon that lives."""

    world: World
    machine: Machine
    environ: dict[str, str]
    clock: ShiftedClock = field(default_factory=ShiftedClock)
    send: bool = False

    @property
    def home(self) -> Path:
        return self.world.root

    def patient(self) -> Patient:
        return patient(self.world.config, self.environ, self.home, self.clock, self.machine, send=self.send)

    def results(self) -> list[Result]:
        return list(examine(self.patient()))

    def trouble(self) -> Result:
        """The one thing that is wrong."""
        [wrong] = [result for result in self.results() if result.verdict is Diagnosis.TROUBLE]
        assert wrong.mend
        assert all(doctor_text(Voice(language), wrong.name, **wrong.values) for language in LANGUAGES)
        return wrong

    def beat(self, **changed: object) -> None:
        """The daemon's sign of life, now."""
        path = heartbeat.life_beside(self.world.root / "state/cardwarden.db")
        path.parent.mkdir(exist_ok=True)
        beat = Heartbeat(
            pid=1,
            started_at=(datetime.now(UTC) + timedelta(seconds=1)).isoformat(),
            beat=time.monotonic(),
            every=10,
            watch={"family": "watched"},
            file=file_of(self.home / "state/cardwarden.db"),
        )
        heartbeat.write(path, replace(beat, **changed))  # type: ignore[arg-type]


@pytest.fixture
def world(open_folder: Path) -> World:
    return World(open_folder)


@pytest.fixture
def setup(world: World, receiver: Receiver) -> SetUp:
    root = world.root
    world.put("Hanako", "TEL:03-1234-5601")
    world.phone = receiver.url
    world.clock.at = datetime.now(UTC)
    world.more = '[log]\nlevel = "info"\n'
    world.check()
    inotify = root / "inotify"
    inotify.mkdir()
    (inotify / "max_user_instances").write_text("128\n")
    (inotify / "max_user_watches").write_text("8192\n")
    (root / "mountinfo").write_text("1 0 8:1 / / rw - ext4 /dev/sda1 rw\n")
    (root / "zoneinfo").mkdir()
    (root / "zoneinfo/Tokyo").write_bytes(b"")
    (root / "localtime").symlink_to(root / "zoneinfo/Tokyo")
    (root / "processes").mkdir()
    made = SetUp(
        world,
        Machine(
            mountinfo=root / "mountinfo",
            inotify=inotify,
            processes=root / "processes",
            local_time=root / "localtime",
            system_units=root / "units",
            linger=root / "linger",
            space=lambda _: Space(100 * GIGABYTE, 50 * GIGABYTE, 1_000_000, 500_000),
            synchronized=lambda: True,
            time_service=lambda: True,
        ),
        {"PHONE": receiver.url},
    )
    made.beat()
    return made


@pytest.fixture
def server() -> Iterator[FakeDav]:
    with serving() as here:
        here.put("a.vcf", dav_card("a"))
        yield here


def test_where_nothing_is_wrong_nothing_is_said_to_be(setup: SetUp) -> None:
    assert {result.verdict for result in setup.results()} == {Diagnosis.OK}


# The configuration


def test_no_configuration(setup: SetUp, tmp_path: Path) -> None:
    nobody = patient(None, {}, tmp_path / "nobody", setup.clock, setup.machine)
    assert nobody.config is None or nobody.config.is_relative_to("/etc")
    result = next(examine(replace(nobody, config=None, settings=None)))
    assert (result.name, result.mend) == ("no-configuration", "cardwarden init")


def test_a_configuration_that_is_wrong(setup: SetUp) -> None:
    setup.world.more = '[sources.b]\ntype = "vdir"\npaht = "/x"\n'
    wrong = [result for result in setup.results() if result.verdict is Diagnosis.TROUBLE]
    assert {result.name for result in wrong} == {"configuration-wrong"}
    assert any("paht" in str(result.values["problem"]) for result in wrong)
    assert all("config validate" in result.mend for result in wrong)


def test_a_template_that_is_not_used(setup: SetUp) -> None:
    folder = setup.world.root / "templates"
    folder.mkdir()
    (folder / "alarm.txt").write_text("{{ title")
    setup.world.more = f'[alerts]\ntemplates = "{folder}"\n'
    wrong = setup.trouble()
    assert (wrong.name, wrong.values["file"]) == ("template-broken", "alarm.txt")
    assert "alert preview" in wrong.mend


def test_a_configuration_that_others_may_write(setup: SetUp) -> None:
    setup.world.config.chmod(0o666)
    wrong = setup.trouble()
    assert wrong.name == "configuration-open"
    assert wrong.mend.startswith("chmod go-w ")


def test_no_country(setup: SetUp) -> None:
    setup.world.settings = ""
    wrong = setup.trouble()
    assert (wrong.name, wrong.mend) == ("no-region", 'region = "JP"')


def test_no_channel(setup: SetUp) -> None:
    setup.world.phone = ""
    assert setup.trouble().mend == f"cardwarden init --no-book --config {setup.home}/cardwarden.toml"


@pytest.mark.parametrize("address", ["0.0.0.0:9218", "[::]:9218", "192.168.1.5:80", "box.example.org:1"])
def test_metrics_that_other_machines_can_read(setup: SetUp, address: str) -> None:
    setup.world.more = f'[health]\nlisten = "{address}"\n'
    assert setup.trouble().name == "listens-far"


@pytest.mark.parametrize("address", ["127.0.0.1:9218", "[::1]:9218", "localhost:9218"])
def test_metrics_for_this_machine_alone_are_right(setup: SetUp, address: str) -> None:
    setup.world.more = f'[health]\nlisten = "{address}"\n'
    assert {result.verdict for result in setup.results()} == {Diagnosis.OK}


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ("", "page"),
        ('url = "https://home.example.org"', "page-closed"),
        ('proxies = ["127.0.0.1"]', "page-closed"),
        ('proxies = ["127.0.0.1"]\nproxy_user = "Remote-User"', "page"),
    ],
)
def test_a_page_that_nobody_can_sign_in_to(setup: SetUp, more: str, name: str) -> None:
    setup.world.more = f'[web]\nlisten = "127.0.0.1:9219"\n{more}\n'
    [page] = [result for result in setup.results() if result.name.startswith("page")]
    assert (page.name, page.mend) == (
        name,
        "" if name == "page" else f"cardwarden web password --config {setup.home}/cardwarden.toml",
    )


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ("", "page-far"),
        ('url = "http://home.example.org"', "page-far"),
        ('url = "https://home.example.org"', "page"),
    ],
)
def test_a_page_whose_password_others_can_read_in_passing(setup: SetUp, more: str, name: str) -> None:
    setup.world.more = f'[web]\nlisten = "0.0.0.0:9219"\n{more}\n'
    assert [result.name for result in setup.results() if result.name.startswith("page")] == ["page-closed"]
    set_password(password_beside(setup.home / "state/cardwarden.db"), "a long password")
    [page] = [result for result in setup.results() if result.name.startswith("page")]
    assert page.name == name
    assert all(doctor_text(Voice(language), page.name, **page.values) for language in LANGUAGES)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can lend its rights to nobody")
def test_a_configuration_that_the_service_s_user_may_not_read(setup: SetUp) -> None:
    someone = setup.patient()
    setup.world.config.chmod(0o600)
    only = [check for check in CHECKS if check.__name__ == "is_valid"]
    [wrong] = examine_as("nobody", someone, only)
    assert (wrong.name, wrong.mend) == ("configuration-forbidden", f"sudo chown nobody: {setup.home}/cardwarden.toml")


# Secrets


def test_a_secret_that_is_not_set(setup: SetUp) -> None:
    del setup.environ["PHONE"]
    wrong = setup.trouble()
    assert wrong.name == "secret-lost"
    assert "PHONE=" in wrong.mend


def test_a_secret_in_the_environment_file_of_the_unit_is_found(setup: SetUp) -> None:
    setup.world.config.with_name("environment").write_text(f'# mine\nPHONE="{setup.environ.pop("PHONE")}"\n')
    assert {result.verdict for result in setup.results()} == {Diagnosis.OK}


def with_secret_file(setup: SetUp) -> Path:
    file = setup.home / "phone-url"
    file.write_text(setup.world.phone)
    file.chmod(0o600)
    setup.world.phone = ""
    setup.world.more = f'[alerts.channels.phone]\nurl_file = "{file}"\n'
    return file


def test_a_secret_that_others_may_read(setup: SetUp) -> None:
    file = with_secret_file(setup)
    file.chmod(0o644)
    assert setup.trouble().mend == f"chmod 600 {file}"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_secret_that_others_may_read_and_that_is_somebody_else_s_is_given_to_us_too(setup: SetUp) -> None:
    file = with_secret_file(setup)
    file.chmod(0o644)
    os.chown(file, 65534, 65534)
    assert setup.trouble().mend == f"sudo sh -c 'chown root: {file} && chmod 600 {file}'"


def test_a_secret_that_an_engine_brings_into_a_container_is_read_by_nobody_else(
    setup: SetUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = with_secret_file(setup)
    file.chmod(0o444)
    monkeypatch.setattr("cardwarden.doctor.checks.secrets._OF_ENGINE", file.parent)
    assert [result.verdict for result in setup.results() if result.name.startswith("secret")] == [Diagnosis.OK]


def test_each_secret_that_the_settings_can_name_is_looked_for(setup: SetUp) -> None:
    kinds = {
        "web.api_token": '[web]\nlisten = "127.0.0.1:9219"\napi_token_env = "GONE"\n',
        "mqtt.password": '[mqtt]\nhost = "127.0.0.1"\nusername = "u"\npassword_env = "GONE"\n',
        "health.ping_url": '[health]\nping_url_env = "GONE"\n',
        "alerts.channels.phone.answers": 'answers_env = "GONE"\n',
        "alerts.channels.mail.url": '[alerts.channels.mail]\nurl_env = "GONE"\n',
        "sources.cloud.bearer": '[sources.cloud]\ntype = "jmap"\nurl = "https://nobody.invalid"\nbearer_env = "GONE"\n',
        "sources.cloud.login": '[sources.cloud]\ntype = "microsoft"\nlogin_file = "/gone"\n',
    }
    for key, more in kinds.items():
        setup.world.more = more
        lost = [result for result in setup.results() if result.name == "secret-lost"]
        assert [key in str(result.values["problem"]) for result in lost] == [True], key
        assert ("cardwarden login cloud" in lost[0].mend) is (key == "sources.cloud.login")


def test_a_secret_file_that_is_gone(setup: SetUp) -> None:
    file = with_secret_file(setup)
    file.unlink()
    wrong = setup.trouble()
    assert wrong.name == "secret-lost"
    assert str(file) in wrong.mend


def test_a_credential_of_systemd_s_cannot_be_told_from_outside(setup: SetUp) -> None:
    setup.world.phone = ""
    setup.world.more = '[alerts.channels.phone]\nurl_credential = "ntfy"\n'
    assert [r.name for r in setup.results() if r.verdict is not Diagnosis.OK] == ["secret-of-systemd"]


# The clock


def test_a_clock_that_stands_before_the_program_was_installed(setup: SetUp) -> None:
    setup.clock.by = timedelta(days=-4000)
    wrong = [result for result in setup.results() if result.verdict is Diagnosis.TROUBLE]
    assert wrong[0].name == "clock-behind"
    assert wrong[0].mend == "sudo timedatectl set-ntp true"


def test_a_clock_that_no_server_sets(setup: SetUp) -> None:
    setup.machine = replace(setup.machine, synchronized=lambda: False)
    assert (setup.trouble().name, setup.trouble().mend) == ("clock-unset", "sudo timedatectl set-ntp true")


def test_a_clock_that_no_program_could_set(setup: SetUp) -> None:
    """A small Debian has none, and timedatectl refuses."""
    setup.machine = replace(setup.machine, synchronized=lambda: False, time_service=lambda: False)
    assert setup.trouble().mend == "sudo apt-get install systemd-timesyncd"


def test_a_history_from_the_future(setup: SetUp) -> None:
    setup.clock.by = timedelta(hours=-3)
    assert setup.trouble().name == "clock-was-ahead"


def test_a_machine_whose_zone_nobody_set(setup: SetUp) -> None:
    setup.machine = replace(setup.machine, local_time=setup.home / "not-there")
    assert [r.name for r in setup.results() if r.verdict is not Diagnosis.OK] == ["zone-unknown"]


# Servers


def guards(setup: SetUp, url: str, more: str = "") -> None:
    """One book on a server instead of the folder."""
    setup.world.more = (
        f'[sources.cloud]\ntype = "carddav"\nurl = "{url}"\nusername = "alice"\npassword_env = "PASSWORD"\n{more}\n'
    )
    setup.environ["PASSWORD"] = "secret"
    setup.beat(watch={"family": "watched", "cloud": "nothing to watch"})


def names(setup: SetUp) -> list[tuple[str, str]]:
    """What is wrong with the book on the server, and the mend."""
    wrong = [r for r in setup.results() if r.verdict is Diagnosis.TROUBLE and r.subject == "cloud"]
    assert all(result.mend for result in wrong)
    return [(result.name, result.mend) for result in wrong]


def test_a_server_s_book_is_read(setup: SetUp, server: FakeDav) -> None:
    guards(setup, server.url)
    assert names(setup) == []


@pytest.mark.parametrize(
    "table",
    [
        'type = "google-people"\nlogin_file = "/gone"',
        'type = "microsoft"\nlogin_file = "/gone"',
        'type = "jmap"\nbearer_env = "PASSWORD"',
        'type = "nextcloud"\nusername = "a"\npassword_env = "PASSWORD"',
    ],
)
def test_no_check_stumbles_over_a_kind_of_source(setup: SetUp, table: str) -> None:
    setup.environ["PASSWORD"] = "secret"
    setup.world.more = f'[sources.cloud]\n{table}\nurl = "https://nobody.invalid/"\n'
    results = setup.results()
    assert not [result.values for result in results if result.name in {"check-failed", "configuration-wrong"}]
    assert "host-unknown" in {result.name for result in results}


def test_a_log_of_the_server_s_that_says_nothing(setup: SetUp, server: FakeDav) -> None:
    server.put("a.vcf", dav_card("a"))
    log = setup.home / "access.log"
    guards(setup, server.url, f'access_log = "{log}"')
    assert names(setup) == [("access-log", f"ls -ld {log}")]
    log.write_text("")
    assert names(setup) == []


def test_a_host_that_nobody_knows(setup: SetUp) -> None:
    guards(setup, "https://nobody.invalid/")
    assert ("host-unknown", "getent hosts nobody.invalid") in names(setup)


def test_a_server_that_does_not_run(setup: SetUp) -> None:
    guards(setup, "http://127.0.0.1:9/")
    assert names(setup)[0] == ("host-away", "curl -v http://127.0.0.1:9/")


@pytest.mark.parametrize("kind", ["says nothing", "drips its body", "drips a line of its headers"])
def test_a_server_that_never_ends_its_answer(setup: SetUp, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(hosts, "ATTENDED", replace(hosts.ATTENDED, pauses=(), answer=0.5, noticed=0.1))
    with endless(kind, 0.1) as url:
        guards(setup, url)
        assert "book-unread" in [name for name, _ in names(setup)]


def test_a_server_that_never_ends_its_handshake(setup: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosts, "ATTENDED", replace(hosts.ATTENDED, pauses=(), answer=0.5, noticed=0.1))
    monkeypatch.setattr(network, "_PATIENCE", 0.5)
    with endless("drips a handshake", 0.1) as url:
        guards(setup, url.replace("http:", "https:"))
        assert [name for name, _ in names(setup)] == ["host-away", "book-unread"]


def test_a_password_that_is_refused(setup: SetUp, server: FakeDav) -> None:
    server.always = lambda _: Reply(401, headers={"WWW-Authenticate": 'Basic realm="x"'})
    guards(setup, server.url)
    [(name, mend)] = names(setup)
    assert name == "book-unread"
    assert f"cardwarden discover {server.url} --username alice" in mend


def test_a_book_that_is_gone_from_its_server(setup: SetUp, server: FakeDav) -> None:
    server.always = lambda _: Reply(404)
    guards(setup, server.url)
    assert [name for name, _ in names(setup)] == ["book-unread"]


def test_a_certificate_that_is_not_trusted(setup: SetUp) -> None:
    with serving(tls=True) as server:
        guards(setup, server.url)
        found = names(setup)
    assert found[0][0] == "certificate-bad"
    assert found[0][1].startswith("openssl s_client -connect 127.0.0.1:")


def test_a_certificate_of_an_authority_that_the_machine_trusts_is_right(
    setup: SetUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(TLS / "certificate.pem"))
    with serving(tls=True) as server:
        server.put("a.vcf", dav_card("a"))
        guards(setup, server.url)
        assert names(setup) == []


def test_a_certificate_that_ends_soon(setup: SetUp) -> None:
    ends = datetime(2126, 10, 29, tzinfo=UTC)
    setup.clock.by = ends - timedelta(days=10) - datetime.now(UTC)
    with serving(tls=True) as server:
        server.put("a.vcf", dav_card("a"))
        guards(setup, server.url, f'tls_ca = "{TLS}/certificate.pem"')
        found = names(setup)
    assert ("certificate-ends", "sudo certbot renew") in found


# Books


def test_a_folder_that_is_gone(setup: SetUp) -> None:
    (setup.world.book / "Hanako.vcf").unlink()
    setup.world.book.rmdir()
    wrong = setup.trouble()
    assert wrong.name == "book-unread"
    assert wrong.mend == f"ls -ld {setup.world.book}"


def test_a_folder_that_is_empty(setup: SetUp) -> None:
    setup.world.remove("Hanako")
    assert setup.trouble().name == "book-empty"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can lend its rights to nobody")
def test_a_folder_that_the_service_s_user_may_not_read(setup: SetUp) -> None:
    setup.world.book.chmod(0o700)
    only = [check for check in CHECKS if check.__module__.endswith("books")]
    [wrong] = examine_as("nobody", setup.patient(), only)
    assert wrong.name == "book-unread"
    assert wrong.mend.startswith("sudo setfacl ")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_this_user_may_not_read(setup: SetUp) -> None:
    setup.world.book.chmod(0)
    assert setup.trouble().mend.startswith("sudo setfacl ")
    setup.world.book.chmod(0o700)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_folder_into_which_the_page_can_put_nothing_back(setup: SetUp) -> None:
    setup.world.more = f'[sources.own]\ntype = "vdir"\npath = "{setup.home}/own"\nrestore = true\n'
    (setup.home / "own").mkdir()
    (setup.home / "own/a.vcf").write_bytes(dav_card("a"))
    assert not [result for result in setup.results() if result.name == "book-not-ours"]
    os.chown(setup.home / "own", 65534, 65534)
    assert [result.subject for result in setup.results() if result.name == "book-not-ours"] == ["own"]


def test_a_card_that_is_too_large(setup: SetUp) -> None:
    setup.world.settings += ""
    text = setup.world.text().replace(f'path = "{setup.world.book}"', f'path = "{setup.world.book}"\nmax_bytes = 10')
    config = setup.home / "other.toml"
    config.write_text(text)
    someone = patient(config, setup.environ, setup.home, setup.clock, setup.machine)
    assert [r.name for r in examine(someone) if r.subject == "family" and r.verdict is not Diagnosis.OK] == [
        "card-unread"
    ]


# Channels


def test_an_address_that_no_service_knows(setup: SetUp) -> None:
    setup.environ["PHONE"] = "nothing://of-that-kind"
    wrong = setup.trouble()
    assert wrong.name == "channel-lost"
    assert "alert test phone" in wrong.mend


def test_a_service_that_refuses_messages_is_found_by_sending_one(setup: SetUp, receiver: Receiver) -> None:
    receiver.statuses.append(403)
    assert all(result.verdict is Diagnosis.OK for result in setup.results())
    setup.send = True
    assert "403" in str(setup.trouble().values["problem"])
    assert [result.name for result in setup.results() if result.subject == "phone"] == ["secret", "channel-sent"]


# Watching


def test_a_system_that_allows_no_more_watches(setup: SetUp) -> None:
    (setup.machine.inotify / "max_user_watches").write_text("0\n")
    wrong = setup.trouble()
    assert wrong.name == "watch-limit"
    assert "fs.inotify.max_user_watches=512" in wrong.mend


def test_other_programs_that_use_up_all_instances(setup: SetUp) -> None:
    (setup.machine.processes / "77/fd").mkdir(parents=True)
    for number in range(128):
        (setup.machine.processes / f"77/fd/{number}").symlink_to("anon_inode:inotify")
    wrong = setup.trouble()
    assert (wrong.name, wrong.values["count"]) == ("watch-limit", 128)


def test_a_folder_on_a_network_file_system_is_not_watched_and_that_is_no_fault(setup: SetUp) -> None:
    setup.machine.mountinfo.write_text(
        f"1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:9 / {setup.world.book.resolve()} rw - nfs4 box:/ rw\n"
    )
    assert "watch-remote" in [result.name for result in setup.results()]
    assert {result.verdict for result in setup.results()} == {Diagnosis.OK}


# The disk and the database


def test_a_disk_that_is_nearly_full(setup: SetUp) -> None:
    setup.machine = replace(setup.machine, space=lambda _: Space(GIGABYTE, 5 << 20, 1000, 1000))
    wrong = setup.trouble()
    assert (wrong.name, wrong.values["free"]) == ("disk-full", 5)
    assert wrong.mend.startswith("du -xh")


def test_a_disk_without_inodes(setup: SetUp) -> None:
    setup.machine = replace(setup.machine, space=lambda _: Space(GIGABYTE, GIGABYTE // 2, 100_000, 12))
    assert setup.trouble().mend.startswith("du -x --inodes")


def test_a_file_system_that_counts_no_inodes_is_right(setup: SetUp) -> None:
    setup.machine = replace(setup.machine, space=lambda _: Space(GIGABYTE, GIGABYTE // 2, 0, 0))
    assert {result.verdict for result in setup.results()} == {Diagnosis.OK}


def test_a_database_on_a_network_file_system(setup: SetUp) -> None:
    state = (setup.home / "state").resolve()
    setup.machine.mountinfo.write_text(f"1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:9 / {state} rw - cifs //box/x rw\n")
    assert setup.trouble().name == "database-remote"


def test_a_damaged_database(setup: SetUp) -> None:
    database = setup.home / "state/cardwarden.db"
    data = bytearray(database.read_bytes())
    data[4096 : len(data) // 2] = b"\xff" * (len(data) // 2 - 4096)
    database.write_bytes(data)
    wrong = [result for result in setup.results() if result.verdict is Diagnosis.TROUBLE]
    assert {result.name for result in wrong} <= {"database-closed", "database-damaged"}
    assert wrong
    assert all("BACKUP" in r.mend or "verify" in r.mend for r in wrong)


def test_a_history_that_somebody_altered(setup: SetUp) -> None:
    with sqlite3.connect(setup.home / "state/cardwarden.db") as raw:
        raw.execute("UPDATE checks SET cards = cards + 1")
    wrong = setup.trouble()
    assert wrong.name == "database-damaged"
    assert "verify" in wrong.mend


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_database_that_somebody_else_made(setup: SetUp) -> None:
    os.chown(setup.home / "state/cardwarden.db", 65534, 65534)
    wrong = setup.trouble()
    assert wrong.name == "database-foreign"
    assert wrong.mend == f"sudo chown -R root: {setup.home}/state"


def test_a_database_that_will_fill_the_disk(setup: SetUp) -> None:
    setup.world.config  # noqa: B018 - written anew with what follows
    setup.clock.by = timedelta(days=8)
    setup.machine = replace(setup.machine, space=lambda _: Space(GIGABYTE, 200 << 20, 1000, 1000))
    database = setup.home / "state/cardwarden.db"
    with sqlite3.connect(database) as raw:
        raw.execute("CREATE TABLE filler (x)")
        raw.execute("INSERT INTO filler VALUES (zeroblob(60000000))")
    wrong = [r for r in setup.results() if r.name == "database-grows"]
    assert [(r.mend, r.verdict) for r in wrong] == [('retain = "2y"', Diagnosis.TROUBLE)]
    assert 10 < int(str(wrong[0].values["count"])) < 60


def test_no_history_yet_is_not_made_by_looking(setup: SetUp) -> None:
    shutil.rmtree(setup.home / "state")
    wrong = [r.name for r in setup.results() if r.verdict is not Diagnosis.OK]
    assert wrong == ["no-database", "daemon-stopped"]
    assert not (setup.home / "state").exists()


@pytest.mark.parametrize("how", ["removed", "emptied"])
def test_a_history_that_is_gone(setup: SetUp, how: str) -> None:
    database = setup.home / "state/cardwarden.db"
    database.unlink() if how == "removed" else os.truncate(database, 0)
    wrong = {r.name: r for r in setup.results() if r.verdict is not Diagnosis.OK}
    assert wrong.keys() == {"daemon-is-blind", "database-closed"}
    assert "BACKUP" in wrong["database-closed"].mend
    assert not database.exists() or database.stat().st_size == 0


def test_a_book_that_was_not_checked_for_long(setup: SetUp) -> None:
    setup.clock.by = timedelta(hours=5)
    wrong = setup.trouble()
    assert wrong.name == "not-checked-lately"
    assert "check --source family" in wrong.mend


@pytest.mark.parametrize("hours", [-3, 5, -96_000])
def test_a_time_is_told_as_its_reader_has_it(setup: SetUp, hours: int) -> None:
    """In the zone of the settings: of a check that is long ago or to come, and of a clock that is behind."""
    setup.world.settings += 'timezone = "Asia/Tokyo"\n'
    setup.clock.by = timedelta(hours=hours)
    voice = Voice("en", setup.patient().zone)
    wrong = next(result for result in setup.results() if result.verdict is Diagnosis.TROUBLE)
    assert voice.zone == ZoneInfo("Asia/Tokyo")
    [at] = [value.at for value in wrong.values.values() if isinstance(value, Moment)]
    assert voice.when(at) in doctor_text(voice, wrong.name, **wrong.values)


def test_a_pair_whose_books_are_no_copies(setup: SetUp) -> None:
    other = setup.home / "other.vcf"
    other.write_bytes(b"")
    setup.world.more += f'[sources.phone]\ntype = "vcf-file"\npath = "{other}"\n'
    setup.world.more += '[mirrors.phone]\norigin = "family"\ncopy = "phone"\n'
    setup.beat(watch={"family": "watched", "phone": "watched"})
    assert "mirror-never" in {result.name for result in setup.results()}
    with setup.world.program() as program:
        for name in ("family", "phone", "family"):
            program.check(name)
    [wrong] = [result for result in setup.results() if result.name.startswith("mirror")]
    assert (wrong.name, wrong.verdict, wrong.subject) == ("mirror-apart", Diagnosis.TROUBLE, "phone")
    assert "diff --source family --source phone" in wrong.mend
    with setup.world.program() as program, program.store.write() as connection:
        [pair] = mirror_store.mirrors(connection)
        mirror_store.note(connection, pair.id, fault="ValueError in kept.py, line 5")
    [wrong] = [result for result in setup.results() if result.name.startswith("mirror")]
    assert (wrong.name, wrong.verdict, wrong.subject) == ("mirror-failed", Diagnosis.TROUBLE, "phone")


def test_a_source_that_was_renamed_in_the_settings(setup: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    renamed = setup.world.text().replace("[sources.family]", "[sources.home]")
    monkeypatch.setattr(World, "text", lambda _: renamed)

    def is_told() -> bool:
        [wrong] = [result for result in setup.results() if result.name == "another-book"]
        return (wrong.subject, wrong.verdict, "source rename family home" in wrong.mend) == (
            "home",
            Diagnosis.TROUBLE,
            True,
        )

    assert is_told()  # before its first check
    with setup.world.program() as program:
        program.check("home")
    assert is_told()


# The service


def test_no_daemon(setup: SetUp) -> None:
    heartbeat.life_beside(setup.home / "state/cardwarden.db").unlink()
    wrong = setup.trouble()
    assert (wrong.name, wrong.mend) == ("daemon-stopped", "systemctl --user enable --now cardwarden")


def test_a_daemon_that_hangs(setup: SetUp) -> None:
    setup.beat(beat=time.monotonic() - 600)
    assert setup.trouble().mend == "systemctl --user restart cardwarden"


def test_a_daemon_of_an_older_version(setup: SetUp) -> None:
    installed = datetime.fromtimestamp(Path(cardwarden.__file__).stat().st_mtime, UTC)
    setup.beat(started_at=(installed - timedelta(minutes=1)).isoformat())
    assert setup.trouble().name == "daemon-is-older"


def test_a_daemon_that_did_not_read_the_settings_anew(setup: SetUp) -> None:
    setup.beat(watch={"other": "watched"})
    assert setup.trouble().mend == "systemctl --user reload cardwarden"


def test_a_daemon_that_cannot_guard(setup: SetUp) -> None:
    why = phrase("os-enospc")
    setup.beat(trouble=dumped(why))
    assert setup.trouble().values == {"problem": why}


def with_units(setup: SetUp, change: Callable[[str], str]) -> None:
    for unit in user_units(setup.environ, setup.home):
        unit.place.parent.mkdir(parents=True, exist_ok=True)
        unit.place.write_text(change(unit_text(unit, "/bin/true", user=True)))


def test_units_that_are_not_those_of_this_version(setup: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cardwarden.doctor.checks.service.program_path", lambda: "/bin/true")
    with_units(setup, lambda text: text.replace("WatchdogSec=60s", "WatchdogSec=1s"))
    wrong = [r for r in setup.results() if r.name == "unit-is-another"]
    assert [r.values["unit"] for r in wrong] == ["cardwarden.service"]
    assert wrong[0].mend == "cardwarden systemd install --user && systemctl --user daemon-reload"


def test_units_that_start_a_program_that_is_gone(setup: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cardwarden.doctor.checks.service.program_path", lambda: "/bin/true")
    with_units(setup, lambda text: text.replace("/bin/true", "/opt/not-there/bin/cardwarden"))
    assert {r.name for r in setup.results() if r.name.startswith("unit")} >= {"unit-starts-nothing"}


# The doctor itself


def test_a_check_that_fails_itself_keeps_no_other_from_being_made(setup: SetUp) -> None:
    def stumbles(_: Patient) -> Iterator[Result]:
        yield unknown(str(1 / 0))

    results = list(examine(setup.patient(), [stumbles, *CHECKS]))
    assert [r.name for r in results if r.verdict is not Diagnosis.OK] == ["check-failed"]
    assert "secret in it" not in json.dumps([str(r) for r in results])
    assert len(results) > 10


def test_a_bank_that_nobody_guards_closely_is_advice(setup: SetUp) -> None:
    setup.world.put("Example Bank", "TEL:03-1234-5602")
    setup.world.check()
    [advice] = [result for result in setup.results() if result.name.startswith("guarded")]
    assert (advice.verdict, advice.values) == (Diagnosis.UNKNOWN, {"names": "Example Bank"})
    assert "guard 'Example Bank'" in advice.mend
    setup.world.more += '[guarded]\ncontacts = ["Example Bank"]\n'
    [well] = [result for result in setup.results() if result.name.startswith("guarded")]
    assert (well.verdict, well.values) == (Diagnosis.OK, {"count": 1})
