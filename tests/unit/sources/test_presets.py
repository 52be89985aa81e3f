"""Services whose address is known: a name and a password are enough, and their documented habits do no harm."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cardwarden.carddav.href import allows
from cardwarden.errors import RefusedError, SettingsError
from cardwarden.phrases.language import english
from cardwarden.settings.load import parse
from cardwarden.sources.carddav import CardDav
from cardwarden.sources.carddav_options import CarddavOptions
from cardwarden.sources.presets import PRESETS
from cardwarden.sources.source import Fetched, Known
from cardwarden.writers.carddav import CardDavWriter
from cardwarden.writers.writer import CardLocation, Replacement
from support.fake_dav import BOOK, FakeDav, Reply, Request, StillClock, serving

STORE = '[store]\nurl = "sqlite:////var/lib/x.db"\n[sources.cloud]\n'
LOGIN = 'username = "jane"\npassword_env = "SECRET"\n'


def read(lines: str) -> CarddavOptions:
    options = parse(STORE + lines, Path("/x.toml"), {}, Path("/")).sources["cloud"]
    assert isinstance(options, CarddavOptions)
    return options


@pytest.mark.parametrize("kind", [kind for kind, preset in PRESETS.items() if preset.url and not preset.signs_in])
def test_a_name_and_a_password_are_enough(kind: str) -> None:
    assert read(f'type = "{kind}"\n{LOGIN}').url == PRESETS[kind].url


@pytest.mark.parametrize(
    ("kind", "written", "meant"),
    [
        ("nextcloud", "cloud.example.org", "https://cloud.example.org/remote.php/dav/"),
        ("nextcloud", "https://example.org/cloud/remote.php/dav/", "https://example.org/cloud/remote.php/dav/"),
        ("baikal", "https://dav.example.org/", "https://dav.example.org/dav.php/"),
        ("radicale", "http://127.0.0.1:5232", "http://127.0.0.1:5232/"),
        ("synology", "https://nas.example.org", "https://nas.example.org:5001/carddav/"),
        ("synology", "https://nas.example.org:8443", "https://nas.example.org:8443/carddav/"),
    ],
)
def test_of_a_server_of_one_s_own_the_host_is_enough(kind: str, written: str, meant: str) -> None:
    assert read(f'type = "{kind}"\nurl = "{written}"\n{LOGIN}').url == meant


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('type = "icloud"\nurl = "https://example.org"\n' + LOGIN, "leave out url"),
        ('type = "nextcloud"\n' + LOGIN, "needs url"),
        ('type = "fastmail"\n', "needs username, and a password"),
        ('type = "fastmail"\nusername = "jane"\n', "password_env"),
        ('type = "google"\n' + LOGIN, "cardwarden login"),
        ('type = "google"\nusername = "jane"\n', "login_file"),
        ('type = "google"\nlogin_file = "/x"\n', "needs username"),
        ('type = "nextcloud"\nurl = "https://x.org"\nlogin_file = "/x"\n' + LOGIN, "no password"),
    ],
)
def test_what_is_missing_or_too_much_is_said(lines: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(lines)
    problem = english(caught.value.problems[0])
    assert said in problem
    assert "sources.cloud" in problem


def test_the_password_for_icloud_goes_to_its_numbered_hosts_and_to_no_other() -> None:
    hosts = read(f'type = "icloud"\ncredential_hosts = ["other.example.org"]\n{LOGIN}').credential_hosts
    for host in ("p42-contacts.icloud.com", "p227-contacts.icloud.com.cn", "other.example.org"):
        assert allows(hosts, f"https://{host}/")
    for url in ("https://evil-icloud.com/", "https://icloud.com.evil.org/", "http://p42-contacts.icloud.com/"):
        assert not allows(hosts, url)


PHOTO = "https://gateway.icloud.com/contacts/ck/card/1"
CARD = b"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:1\r\nFN:Jane\r\nPHOTO;VALUE=uri:" + PHOTO.encode() + b"\r\nEND:VCARD\r\n"


@pytest.fixture
def icloud() -> Iterator[FakeDav]:
    """Plays what is documented of iCloud (sabre.io/dav/clients, vdirsyncer's and DAVx5's notes).

    Hrefs are absolute, on a host with a port; a multiget that names absolute addresses is refused; photo addresses answer
    401; some accounts read and may not write.
    """
    with serving() as dav:

        def habits(request: Request) -> Reply | None:
            if request.path.startswith("/contacts/ck/"):
                return Reply(401)
            if request.method == "REPORT" and "multiget" in request.body and "<href>http" in request.body:
                return Reply(400)
            if request.method in {"PUT", "DELETE"}:
                return Reply(403)
            if request.method == "GET" and (data := dav.cards.get(request.path.removeprefix(BOOK))):
                return Reply(200, data, {"Content-Type": "text/vcard", "ETag": dav.etag("1.vcf", data) or ""})
            return None

        dav.always = habits
        dav.href = lambda path: f"https://p42-contacts.icloud.com:443{path}"
        dav.put("1.vcf", CARD)
        dav.put("2.vcf", CARD.replace(b"UID:1", b"UID:2"))
        yield dav


def test_what_icloud_does_is_read_and_its_pictures_are_never_asked_for(icloud: FakeDav) -> None:
    options = CarddavOptions(type="carddav", url=icloud.url, username="jane", password_env="SECRET")
    source = CardDav("cloud", options, lambda _: "secret", StillClock())
    [book] = source.books()
    bodies = list(source.observe(book, Known({}), deep=True).bodies)
    assert [body.data for body in bodies if isinstance(body, Fetched)] == list(icloud.cards.values())
    assert not [request for request in icloud.requests if "/ck/" in request.path]


def test_where_reading_works_and_writing_does_not_restore_says_what_to_do_instead(icloud: FakeDav) -> None:
    options = CarddavOptions(type="carddav", url=icloud.url, username="jane", password_env="SECRET")
    source = CardDav("cloud", options, lambda _: "secret", StillClock())
    writer = CardDavWriter("cloud", source.client)
    step = Replacement(CardLocation(BOOK, f"{BOOK}1.vcf"), CARD, CARD.replace(b"Jane", b"John"))
    with pytest.raises(RefusedError, match=r"403.*cardwarden export"):
        list(writer.write([step]))
    assert icloud.cards["1.vcf"] == CARD
