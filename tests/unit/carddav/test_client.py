"""Requests: who gets the credentials, what is tried again, and what a failure says to the owner."""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import requests

from cardwarden.carddav.auth import Bearer, Credentials, Login
from cardwarden.carddav.client import Client, Limits
from cardwarden.carddav.failure import DavError, FailureKind
from support.fake_dav import BOOK, TLS, FakeDav, Reply, Request, StillClock, card, serving
from support.ports import free_port

SECRET = "pa55wörd"
ALICE = Login("alice", lambda: SECRET)


@pytest.fixture
def dav() -> Iterator[FakeDav]:
    with serving() as server:
        server.put("1.vcf", card("t1"))
        yield server


def client(dav: FakeDav, credentials: Credentials = ALICE, **options: object) -> Client:
    return Client(dav.url, credentials, StillClock(), **options)  # type: ignore[arg-type]


def failure(made: Client, method: str = "PROPFIND", url: str = "") -> DavError:
    with pytest.raises(DavError) as caught:
        made.propfind(url or made.url, b"<x/>", depth=0) if method == "PROPFIND" else made.request(
            method, url or made.url
        )
    assert SECRET not in str(caught.value)
    assert base64.b64encode(f"alice:{SECRET}".encode()).decode() not in repr(caught.value.__context__)
    return caught.value


def slept(made: Client) -> list[float]:
    """How long it waited each time, in seconds."""
    assert isinstance(made._clock, StillClock)
    return made._clock.slept


# Credentials


def test_basic_is_sent_at_once_to_this_machine_and_as_utf_8(dav: FakeDav) -> None:
    client(dav).get(dav.url + "1.vcf")
    (request,) = dav.requests
    assert base64.b64decode(request.headers["Authorization"].removeprefix("Basic ")).decode() == f"alice:{SECRET}"


def test_a_token_is_sent_as_bearer(dav: FakeDav) -> None:
    client(dav, Bearer(lambda: "t0ken")).get(dav.url + "1.vcf")
    assert dav.requests[0].headers["Authorization"] == "Bearer t0ken"


def test_without_credentials_nothing_is_sent_not_even_from_netrc(
    dav: FakeDav, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login bob password other\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    client(dav, None).get(dav.url + "1.vcf")
    assert "Authorization" not in dav.requests[0].headers


def test_digest_is_used_where_the_server_asks_for_it(dav: FakeDav) -> None:
    def digest_only(request: Request) -> Reply | None:
        if request.headers.get("Authorization", "").startswith("Digest "):
            assert 'username="alice"' in request.headers["Authorization"]
            return None
        return Reply(401, "", {"WWW-Authenticate": 'Digest realm="x", nonce="abc", qop="auth", algorithm=MD5'})

    dav.always = digest_only
    made = client(dav)
    for _ in range(2):
        assert made.propfind(dav.url, b"<x/>", depth=0).rows
    assert [r.headers.get("Authorization", "").partition(" ")[0] for r in dav.requests][-1] == "Digest"
    assert all(r.body == "<x/>" for r in dav.requests)
    dav.requests.clear()
    made.propfind(dav.url, b"<x/>", depth=0)
    assert len(dav.requests) == 1


def test_a_digest_nonce_that_is_worn_out_is_renewed(dav: FakeDav) -> None:
    nonces = iter(["first", "second"])
    now = next(nonces)

    def server(request: Request) -> Reply | None:
        if f'nonce="{now}"' in request.headers.get("Authorization", ""):
            return None
        return Reply(401, "", {"WWW-Authenticate": f'Digest realm="x", nonce="{now}", qop="auth"'})

    dav.always = server
    made = client(dav)
    made.propfind(dav.url, b"<x/>", depth=0)
    made.propfind(dav.url, b"<x/>", depth=0)
    now = next(nonces)
    made.propfind(dav.url, b"<x/>", depth=0)
    assert "nc=00000001" in dav.requests[-1].headers["Authorization"]


def test_a_wrong_digest_password_is_told_after_one_try(dav: FakeDav) -> None:
    dav.always = lambda _: Reply(401, "", {"WWW-Authenticate": 'Digest realm="x", nonce="abc", qop="auth"'})
    assert failure(client(dav)).kind is FailureKind.ACCESS
    assert [r.headers.get("Authorization", "").partition(" ")[0] for r in dav.requests] == ["Basic", "Digest"]


def test_a_password_that_was_changed_is_read_anew_when_it_is_refused(dav: FakeDav) -> None:
    passwords = ["old", "new"]
    good = "Basic " + base64.b64encode(b"alice:new").decode()
    dav.always = lambda request: None if request.headers.get("Authorization") == good else Reply(401)
    client(dav, Login("alice", lambda: passwords.pop(0) if len(passwords) > 1 else passwords[0])).get(dav.url + "1.vcf")
    assert len(dav.requests) == 2


def test_a_password_that_stays_wrong_is_tried_once(dav: FakeDav) -> None:
    dav.always = lambda _: Reply(401, "", {"WWW-Authenticate": 'Basic realm="x"'})
    assert failure(client(dav)).kind is FailureKind.ACCESS
    assert len(dav.requests) == 1


def test_a_secret_that_no_header_can_hold_is_told_without_it(dav: FakeDav) -> None:
    error = failure(client(dav, Bearer(lambda: f"{SECRET}\nX: y")))
    assert "cannot be sent" in str(error)


def test_credentials_do_not_show_themselves() -> None:
    assert SECRET not in repr(ALICE)


# Redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("target", ["/alice/contacts/", "../alice/contacts/", "absolute"])
def test_a_redirect_keeps_method_body_and_depth(dav: FakeDav, status: int, target: str) -> None:
    location = dav.url if target == "absolute" else target
    dav.script = [Reply(status, "", {"Location": location})]
    assert client(dav).propfind(dav.root + "/.well-known/carddav", b"<x/>", depth=1).url == dav.url
    assert [(r.method, r.body, r.headers["Depth"]) for r in dav.requests] == [("PROPFIND", "<x/>", "1")] * 2
    assert "Authorization" in dav.requests[1].headers


def test_another_host_gets_no_credentials(dav: FakeDav) -> None:
    with serving() as other:
        other.always = lambda _: Reply(401)
        dav.always = lambda _: Reply(301, "", {"Location": other.url})
        error = failure(client(dav))
        assert "credential_hosts" in str(error)
        assert all("Authorization" not in request.headers for request in other.requests)


def test_another_host_that_the_settings_allow_gets_them(dav: FakeDav) -> None:
    with serving() as other:
        dav.always = lambda _: Reply(301, "", {"Location": other.url})
        client(dav, credential_hosts=(f"127.0.0.1:{other.port}",)).propfind(dav.url, b"<x/>", depth=0)
        assert "Authorization" in other.requests[0].headers


def test_a_redirect_from_https_to_http_is_refused() -> None:
    with serving(tls=True) as safe, serving() as plain:
        safe.always = lambda _: Reply(301, "", {"Location": plain.url})
        error = failure(client(safe, tls_ca=TLS / "certificate.pem"))
        assert "from https to http" in str(error)
        assert plain.requests == []
        error = failure(client(safe, tls_ca=TLS / "certificate.pem"), url=plain.url)
        assert "from https to http" in str(error)


@pytest.mark.parametrize("target", ["/alice/contacts/", "mailto:x", "http://["])
def test_a_redirect_that_leads_nowhere_ends(dav: FakeDav, target: str) -> None:
    dav.always = lambda _: Reply(302, "", {"Location": target})
    assert failure(client(dav)).kind is FailureKind.ANSWER
    assert len(dav.requests) <= 10


# Tries and time


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_server_is_asked_again_with_longer_pauses(dav: FakeDav, status: int) -> None:
    dav.script = [Reply(status)] * 3
    made = client(dav)
    made.get(dav.url + "1.vcf")
    assert slept(made) == [1.0, 3.0, 9.0]


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_server_that_says_when_to_come_again_is_heeded(dav: FakeDav, form: str) -> None:
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    dav.script = [Reply(503, "", {"Retry-After": "30" if form == "seconds" else at})]
    made = client(dav)
    made.get(dav.url + "1.vcf")
    assert 25 < slept(made)[0] <= 30


def test_a_server_that_wants_an_hour_is_left_alone(dav: FakeDav) -> None:
    dav.script = [Reply(429, "", {"Retry-After": "3600"})]
    assert "asks to be left alone for 60 minutes" in str(failure(client(dav)))
    assert len(dav.requests) == 1


@pytest.mark.parametrize("asked", ["", "soon", "-1", "９", "Sun, 99 Nov 1994 08:49:37 GMT"])
def test_a_retry_after_that_makes_no_sense_does_no_harm(dav: FakeDav, asked: str) -> None:
    dav.script = [Reply(503, "", {"Retry-After": asked.encode().decode("latin-1")})]
    made = client(dav)
    made.get(dav.url + "1.vcf")
    assert slept(made) == [1.0]


def test_what_might_write_is_never_sent_twice(dav: FakeDav) -> None:
    dav.always = lambda _: Reply(503)
    assert client(dav).request("PUT", dav.url + "1.vcf", b"x").status == 503
    assert len(dav.requests) == 1


def test_a_server_that_never_answers_is_given_up(dav: FakeDav) -> None:
    dav.always = lambda _: Reply(hang=True)
    error = failure(client(dav, limits=Limits(read=0.05)))
    assert "did not answer in time" in str(error)


@pytest.mark.parametrize("framed", [True, False])
def test_an_answer_that_is_cut_off_is_asked_for_again(dav: FakeDav, *, framed: bool) -> None:
    dav.script = [Reply(200, card("t1"), {"Content-Type": "text/vcard"}, cut=20, framed=framed)]
    assert client(dav).get(dav.url + "1.vcf").body == card("t1")


def test_a_packed_answer_is_unpacked(dav: FakeDav) -> None:
    dav.script = [Reply(200, card("t1"), {"Content-Encoding": "gzip"})]
    assert client(dav).get(dav.url + "1.vcf").body == card("t1")
    assert dav.requests[0].headers["Accept-Encoding"] == "gzip"


def test_an_answer_that_unpacks_to_too_much_is_not_read(dav: FakeDav) -> None:
    dav.always = lambda _: Reply(200, b"0" * 5_000_000, {"Content-Encoding": "gzip"})
    assert "more than 1,000,000 bytes" in str(failure(client(dav, limits=Limits(body=1_000_000)), "GET"))


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (401, {"WWW-Authenticate": 'Basic realm="x"'}),
        (401, {"WWW-Authenticate": 'Digest realm="x", nonce="abc", qop="auth"'}),
        (302, {"Location": "/alice/"}),
        (404, {}),
        (207, {}),
    ],
)
def test_every_answer_passes_the_one_limit(dav: FakeDav, status: int, headers: dict[str, str]) -> None:
    dav.always = lambda _: Reply(status, b"0" * 5_000_000, {"Content-Encoding": "gzip", **headers})
    assert "more than 1,000,000 bytes" in str(failure(client(dav, limits=Limits(body=1_000_000))))


# What is said


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (401, FailureKind.ACCESS, "refused the user name or the password"),
        (403, FailureKind.FORBIDDEN, "does not allow this user to read 127.0.0.1"),
        (404, FailureKind.AWAY, "There is nothing at 127.0.0.1"),
        (410, FailureKind.AWAY, "There is nothing at"),
        (405, FailureKind.ANSWER, "is not a CardDAV address"),
        (200, FailureKind.ANSWER, "is not a CardDAV address"),
        (400, FailureKind.ANSWER, "did not accept the request"),
        (500, FailureKind.FAULT, "has a fault of its own (500)"),
        (503, FailureKind.PASSING, "has a fault of its own (503)"),
        (429, FailureKind.PASSING, "wants fewer requests"),
    ],
)
def test_a_status_is_told_in_words(dav: FakeDav, status: int, kind: FailureKind, words: str) -> None:
    dav.always = lambda _: Reply(status)
    error = failure(client(dav))
    assert (error.kind, words in str(error)) == (kind, True), str(error)


def test_a_server_that_is_not_there_is_told(dav: FakeDav) -> None:
    made = Client(f"http://127.0.0.1:{free_port()}/", ALICE, StillClock())
    error = failure(made)
    assert (error.kind, "refused the connection" in str(error)) == (FailureKind.UNREACHABLE, True)
    assert slept(made) == [1.0, 3.0, 9.0]


def test_a_name_that_is_not_known_is_told() -> None:
    error = failure(Client("http://no-such-host.invalid/", ALICE, StillClock()))
    assert "The name no-such-host.invalid is not known here" in str(error)


def test_a_certificate_that_is_not_trusted_is_told_and_nothing_was_sent() -> None:
    with serving(tls=True) as safe:
        error = failure(client(safe))
        assert error.kind is FailureKind.SETUP
        assert "is not trusted: it is signed by itself" in str(error)
        assert safe.requests == []


def test_an_authority_of_one_s_own_is_trusted() -> None:
    with serving(tls=True) as safe:
        assert client(safe, tls_ca=TLS / "certificate.pem").propfind(safe.url, b"<x/>", depth=0).rows


def test_a_client_certificate_is_shown_where_it_is_asked_for() -> None:
    with serving(tls=True, client_certificate=True) as safe:
        pair = (TLS / "certificate.pem", TLS / "key.pem")
        assert client(safe, tls_ca=pair[0], tls_cert=pair).propfind(safe.url, b"<x/>", depth=0).rows
        assert failure(client(safe, tls_ca=pair[0])).kind in {FailureKind.SETUP, FailureKind.PASSING}


def test_a_client_certificate_goes_to_no_host_that_gets_no_password() -> None:
    pair = (TLS / "certificate.pem", TLS / "key.pem")
    with serving(tls=True) as safe, serving(tls=True, client_certificate=True) as other:
        safe.always = lambda _: Reply(301, "", {"Location": other.url})
        failure(client(safe, tls_ca=pair[0], tls_cert=pair))
        assert other.requests == []
        hosts = (f"127.0.0.1:{other.port}",)
        made = client(safe, tls_ca=pair[0], tls_cert=pair, credential_hosts=hosts)
        assert made.propfind(safe.url, b"<x/>", depth=0).rows


def test_certificates_that_cannot_be_read_are_told(dav: FakeDav) -> None:
    with serving(tls=True) as safe:
        assert "cannot be read" in str(failure(client(safe, tls_ca=TLS / "nowhere.pem")))


def test_plain_http_to_another_machine_warns_once(caplog: pytest.LogCaptureFixture) -> None:
    made = Client("http://no-such-host.invalid/", ALICE, StillClock())
    with caplog.at_level(logging.WARNING, "cardwarden"):
        failure(made)
        failure(made)
    (record,) = [record for record in caplog.records if record.name.startswith("cardwarden")]
    assert record.getMessage().startswith("no-such-host.invalid is read over plain http")


def test_this_machine_needs_no_warning(dav: FakeDav, caplog: pytest.LogCaptureFixture) -> None:
    client(dav).get(dav.url + "1.vcf")
    assert [record for record in caplog.records if record.name.startswith("cardwarden")] == []


def test_cookies_are_not_kept(dav: FakeDav) -> None:
    dav.always = lambda _: Reply(200, "x", {"Set-Cookie": "session=1"})
    made = client(dav)
    for _ in range(2):
        made.request("GET", dav.root + BOOK)
    assert "Cookie" not in dav.requests[1].headers


def test_proxies_of_the_environment_are_looked_for_once_for_each_host(
    dav: FakeDav, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", dav.root)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    looked: list[str] = []
    look = requests.sessions.get_environ_proxies

    def noted(url: str, no_proxy: str | None = None) -> dict[str, str]:
        looked.append(url)
        return look(url, no_proxy)

    monkeypatch.setattr(requests.sessions, "get_environ_proxies", noted)
    made = client(dav, None)
    urls = ["http://one.invalid/a/", "http://two.invalid/", "http://one.invalid/b/", f"{dav.root}/c/"] * 2
    for url in urls:
        made.request("GET", url)
    assert [request.path for request in dav.requests] == [url.removeprefix(dav.root) for url in urls]
    assert len(looked) == 3
