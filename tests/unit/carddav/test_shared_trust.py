"""What is read of the authorities that connections trust is shared, and nothing else is."""

from __future__ import annotations

import gc
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from requests.adapters import DEFAULT_CA_BUNDLE_PATH

from cardwarden.alerts.topic import Topic
from cardwarden.answers.hearing import Listening
from cardwarden.carddav import shared_trust
from cardwarden.carddav.auth import Login
from cardwarden.carddav.client import Client
from cardwarden.carddav.failure import DavError
from cardwarden.carddav.form import post_form
from cardwarden.clock import SystemClock
from support.authorities import readings
from support.fake_dav import FakeDav, Reply, serving

TLS = Path(__file__).parents[2] / "support/tls"
OURS = TLS / "certificate.pem"


@pytest.fixture(autouse=True)
def _nobody_else() -> None:
    """What clients of other tests read may still be there: an error that was caught refers to its client in a circle."""
    gc.collect()


@pytest.fixture
def safe() -> Iterator[FakeDav]:
    with serving(tls=True) as made:
        yield made


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    return readings(monkeypatch)


def client(server: FakeDav, authorities: Path | None) -> Client:
    return Client(server.url, Login("alice", lambda: "x"), SystemClock(), tls_ca=authorities)


def asked(made: Client) -> bool:
    return bool(made.propfind(made.url, b"<x/>", depth=0).rows)


def test_authorities_are_read_once_for_all_who_trust_them(safe: FakeDav, read: list[object]) -> None:
    with serving(tls=True) as other:
        clients = [client(server, OURS) for server in (safe, safe, safe, other)]
        assert all(map(asked, clients))
        clients[0].close()
        assert asked(clients[0])
        post_form(safe.url, {}, OURS)
    assert len(read) == 1


def test_whoever_hears_answers_has_them_from_there_too(
    safe: FakeDav, read: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(OURS))
    safe.always = lambda _: Reply(200, '{"event": "message", "id": "m1", "message": "yes"}\n')
    heard = [Listening(Topic(f"{safe.url}answers")).messages(threading.Event()) for _ in range(3)]
    assert [next(texts) for texts in heard] == ["yes"] * 3
    assert len(read) == 1


def test_a_folder_of_authorities_is_read_as_openssl_has_them(safe: FakeDav, tmp_path: Path) -> None:
    with pytest.raises(DavError, match="is not trusted"):
        asked(client(safe, tmp_path))
    shutil.copy(OURS, tmp_path / "a13028c4.0")  # openssl x509 -hash
    assert asked(client(safe, tmp_path))


def test_authorities_that_changed_are_read_anew_by_whoever_connects(safe: FakeDav, tmp_path: Path) -> None:
    authorities = tmp_path / "authorities.pem"
    shutil.copy(OURS, authorities)
    made = client(safe, authorities)
    assert asked(made)
    authorities.write_bytes(Path(DEFAULT_CA_BUNDLE_PATH).read_bytes())
    assert asked(made)  # its connection stands
    made.close()
    with pytest.raises(DavError, match="is not trusted"):
        asked(made)
    shutil.copy(OURS, authorities)
    assert asked(made)


def test_whoever_trusts_others_shares_nothing(safe: FakeDav) -> None:
    assert asked(client(safe, OURS))
    with pytest.raises(DavError, match="is not trusted"):
        asked(client(safe, None))


def test_a_certificate_of_one_s_own_is_shown_by_nobody_else() -> None:
    with serving(tls=True, client_certificate=True) as safe:
        own = Client(
            safe.url, Login("alice", lambda: "x"), SystemClock(), tls_ca=OURS, tls_cert=(OURS, TLS / "key.pem")
        )
        before = client(safe, OURS)
        with pytest.raises(DavError):
            asked(before)
        assert asked(own)
        for other in (before, client(safe, OURS)):
            with pytest.raises(DavError):
                asked(other)


def test_what_nobody_uses_any_more_is_let_go(safe: FakeDav) -> None:
    made = client(safe, OURS)
    assert asked(made)
    assert len(shared_trust._contexts) == 1
    made.close()
    del made
    gc.collect()
    assert not shared_trust._contexts
