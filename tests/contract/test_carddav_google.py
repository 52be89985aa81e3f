"""The contract on a server that plays Google's documented habits, and what becomes of its sign-in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cardwarden.carddav.failure import DavError, FailureKind
from cardwarden.sources import presets
from cardwarden.sources.carddav import CardDav
from cardwarden.sources.carddav_options import CarddavOptions
from cardwarden.sources.source import Known
from contract.on_played import PlayedDavShelf
from contract.source_contract import SourceContract, book_of, look, remember
from support.fake_dav import TLS, FakeDav, StillClock
from support.fake_google import CLIENT, HERE, USER, FakeGoogle, google
from support.kept_sign_in import refresh_token


class GoogleShelf(PlayedDavShelf):
    """The account's one book, written by the phone."""

    def __init__(self, fake: FakeGoogle, login: Path) -> None:
        self.fake = fake
        self.login = login
        fake.refresh.append("refresh-0")
        login.write_text(kept(fake, "refresh-0"), "utf-8")
        options = CarddavOptions.model_validate(
            {"type": "google", "username": USER, "login_file": login, "tls_ca": TLS / "certificate.pem"}
        )
        self.source = CardDav("anna", options, lambda _: login.read_text("utf-8"), StillClock())

    def hosts(self) -> list[FakeDav]:
        return [self.fake.dav]

    def put(self, name: str, card: bytes) -> None:
        self.fake.dav.put(name, card)

    def delete(self, name: str) -> None:
        self.fake.dav.delete(name)

    def href(self, name: str) -> str:
        return HERE + name

    def members(self) -> dict[str, bytes]:
        return {self.href(name): card for name, card in self.fake.dav.cards.items()}

    def trace(self) -> object:
        return {name: hashlib.sha256(card).hexdigest() for name, card in self.fake.dav.cards.items()}


def kept(fake: FakeGoogle, token: str) -> str:
    import json

    uris = {"auth_uri": f"{fake.root}/o/oauth2/auth", "token_uri": f"{fake.root}/token"}
    return json.dumps({"installed": {**CLIENT, **uris}, "refresh_token": token})


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GoogleShelf]:
    with google() as fake:
        monkeypatch.setitem(presets.PRESETS, "google", replace(presets.PRESETS["google"], url=fake.well_known))
        yield GoogleShelf(fake, tmp_path / "anna-login")


class TestGoogle(SourceContract):
    kind = "carddav"

    def test_an_access_token_that_has_expired_is_renewed_without_a_word(self, shelf: GoogleShelf) -> None:
        known = remember(shelf)
        shelf.fake.expire()
        assert look(shelf, known, deep=False)[1] == {}
        assert shelf.fake.refreshed == 2

    def test_a_token_is_asked_for_once_and_not_for_each_request(self, shelf: GoogleShelf) -> None:
        known = remember(shelf)
        for _ in range(5):
            look(shelf, known, deep=False)
        assert shelf.fake.refreshed == 1

    def test_a_sign_in_that_was_withdrawn_is_lost_access_and_names_the_command(self, shelf: GoogleShelf) -> None:
        known = remember(shelf)
        shelf.fake.expire()
        shelf.fake.withdrawn.add("refresh-0")
        with pytest.raises(DavError) as caught:
            look(shelf, known, deep=False)
        assert caught.value.kind is FailureKind.ACCESS
        assert "cardwarden login anna" in str(caught.value)
        assert "refresh-0" not in str(caught.value)

    def test_an_exchanged_token_is_kept_for_its_owner_alone(self, shelf: GoogleShelf) -> None:
        shelf.fake.rotates = True
        known = remember(shelf)
        shelf.fake.expire()
        look(shelf, known, deep=False)
        assert refresh_token(shelf.login) == "refresh-2"
        assert shelf.login.stat().st_mode & 0o777 == 0o600

    def test_after_the_first_look_only_changes_are_asked_for(self, shelf: GoogleShelf) -> None:
        known = remember(shelf)
        shelf.fake.dav.requests.clear()
        look(shelf, known, deep=False)
        [request] = shelf.fake.dav.requests
        assert "sync-collection" in request.body

    def test_a_sync_token_that_google_forgot_leads_to_a_listing(self, shelf: GoogleShelf) -> None:
        known = remember(shelf)
        shelf.fake.dav.forgets_tokens = True
        shelf.put("new", shelf.fake.dav.cards["jane"].replace(b"UID:3", b"UID:9"))
        assert list(look(shelf, known, deep=False)[1]) == [shelf.href("new")]

    def test_no_password_is_sent_anywhere(self, shelf: GoogleShelf) -> None:
        look(shelf, Known({}), deep=False)
        assert not [r for r in shelf.fake.dav.requests if r.headers.get("Authorization", "").startswith("Basic")]

    def test_the_one_book_is_named(self, shelf: GoogleShelf) -> None:
        assert book_of(shelf).title == "default"
