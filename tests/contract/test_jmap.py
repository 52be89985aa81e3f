"""The contract on a server that plays JMAP for Contacts as it is documented."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cardwarden.carddav.auth import Bearer
from cardwarden.carddav.client import Client
from cardwarden.carddav.failure import DavError, FailureKind
from cardwarden.errors import SettingsError, SourceError
from cardwarden.phrases.language import english
from cardwarden.settings.load import parse
from cardwarden.sources.contacts_api import ContactsApi
from cardwarden.sources.jmap import JmapAccount
from cardwarden.sources.jscontact_card import vcard
from cardwarden.sources.source import Known
from cardwarden.wiring import Opening, assembled
from contract.on_played import PlayedShelf
from contract.source_contract import SourceContract, look, remember
from support.fake_dav import TLS, FakeDav, StillClock
from support.fake_jmap import PASSWORD, TOKEN, USER, FakeJmap, jmap
from support.jscontact import jscontact


def no_blob(_: object) -> str:
    raise AssertionError


class JmapShelf(PlayedShelf):
    """A book of an account, written by a web mailer."""

    def __init__(self, fake: FakeJmap) -> None:
        self.fake = fake
        client = Client(
            f"{fake.root}/.well-known/jmap", Bearer(lambda: TOKEN), StillClock(), tls_ca=TLS / "certificate.pem"
        )
        self.source = ContactsApi("anna", client, JmapAccount("anna", client, ("*",)))

    def hosts(self) -> list[FakeDav]:
        return [self.fake.dav]

    def put(self, name: str, card: bytes) -> None:
        self.fake.put(name, jscontact(card))

    def delete(self, name: str) -> None:
        self.fake.delete(name)

    def href(self, name: str) -> str:
        return name

    def members(self) -> dict[str, bytes]:
        return {name: vcard(card, no_blob) for name, card in self.fake.cards.items()}

    def kept(self, name: str, card: bytes) -> bytes:
        return vcard(jscontact(card), no_blob)

    def trace(self) -> object:
        return hashlib.sha256(json.dumps(self.fake.cards, sort_keys=True).encode()).hexdigest()


@pytest.fixture
def shelf() -> Iterator[JmapShelf]:
    with jmap() as fake:
        yield JmapShelf(fake)


class TestJmap(SourceContract):
    kind = "jmap"

    def test_after_the_first_list_only_changes_are_asked_for(self, shelf: JmapShelf) -> None:
        known = remember(shelf)
        shelf.fake.calls.clear()
        look(shelf, known, deep=False)
        assert shelf.fake.calls == ["AddressBook/get", "ContactCard/changes"]

    def test_a_state_that_is_too_old_leads_to_a_full_list_and_a_removal_is_seen(self, shelf: JmapShelf) -> None:
        known = remember(shelf)
        shelf.fake.forgets = True
        shelf.delete("jane")
        observed, bodies = look(shelf, known, deep=False)
        assert set(observed.members) == {"taro", "keio"}
        assert bodies == {}

    def test_more_cards_than_a_request_may_ask_for_are_one_book(self, shelf: JmapShelf) -> None:
        shelf.fake.at_once = 2
        for number in range(7):
            shelf.fake.put(f"c{number}", {"name": {"full": f"N{number}"}})
        assert len(look(shelf, Known({}), deep=False)[1]) == 10

    def test_many_changes_come_in_pieces(self, shelf: JmapShelf) -> None:
        shelf.fake.at_once = 2
        known = remember(shelf)
        for number in range(7):
            shelf.fake.put(f"c{number}", {"name": {"full": f"N{number}"}})
        assert len(look(shelf, known, deep=False)[1]) == 7

    def test_a_card_that_moves_to_another_book_leaves_this_one(self, shelf: JmapShelf) -> None:
        known = remember(shelf)
        shelf.fake.put("jane", shelf.fake.cards["jane"] | {"addressBookIds": {"b2": True}})
        assert set(look(shelf, known, deep=False)[0].members) == {"taro", "keio"}

    def test_who_is_missing_from_a_list_is_asked_for_once_more(self, shelf: JmapShelf) -> None:
        [book] = shelf.source.books()
        [again] = shelf.source.ask_again(book, ["jane", "nobody"])
        assert again.href == "jane"

    def test_a_list_that_ends_before_its_total_concludes_nothing(self, shelf: JmapShelf) -> None:
        shelf.fake.cut = True
        with pytest.raises(DavError):
            look(shelf, Known({}), deep=True)

    @pytest.mark.parametrize(
        ("error", "kind"),
        [
            ("serverUnavailable", FailureKind.PASSING),
            ("forbidden", FailureKind.FORBIDDEN),
            ("serverFail", FailureKind.ANSWER),
            ("x\x1b[2J" + "y" * 999, FailureKind.ANSWER),
        ],
    )
    def test_a_method_that_is_refused_concludes_nothing(self, shelf: JmapShelf, error: str, kind: FailureKind) -> None:
        known = remember(shelf)
        for method in ("ContactCard/get", "ContactCard/changes"):
            shelf.fake.errors = {method: [error]}
            with pytest.raises(DavError) as caught:
                look(shelf, known, deep=method == "ContactCard/get")
            assert caught.value.kind is kind
            assert "\x1b" not in str(caught.value)
            assert len(str(caught.value)) < 300

    def test_a_picture_that_is_a_blob_is_brought_once_its_card_changed(self, shelf: JmapShelf) -> None:
        shelf.fake.blobs["g1"] = b"\x89PNG"
        media = {"p": {"kind": "photo", "blobId": "g1", "mediaType": "image/png"}}
        shelf.fake.put("jane", {"uid": "3", "name": {"full": "Jane"}, "media": media})
        _, bodies = look(shelf, Known({}), deep=False)
        assert b"PHOTO;PROP-ID=p:data:image/png;base64,iVBORw==" in bodies["jane"]

    def test_a_server_without_contacts_says_so(self, shelf: JmapShelf) -> None:
        shelf.fake.capabilities = ("urn:ietf:params:jmap:core", "urn:ietf:params:jmap:mail")
        session = shelf.fake._session()
        session["accounts"] = {}
        shelf.fake._session = lambda: session  # type: ignore[method-assign]
        with pytest.raises(DavError) as caught:
            look(shelf, Known({}), deep=False)
        assert caught.value.kind is FailureKind.SETUP
        assert "CardDAV may work" in str(caught.value)

    def test_the_secret_never_goes_to_a_host_that_the_settings_do_not_name(self, shelf: JmapShelf) -> None:
        port = shelf.fake.dav.port
        shelf.fake.api_host = f"https://localhost:{port}"
        with pytest.raises(DavError):
            look(shelf, Known({}), deep=False)
        assert [
            r for r in shelf.fake.dav.requests if "localhost" in r.headers["Host"] and "Authorization" in r.headers
        ] == []


def text(tmp_path: Path, fake: FakeJmap, *more: str) -> str:
    return "\n".join(
        [f'region = "JP"\n[store]\nurl = "sqlite:///{tmp_path}/x.db"\n[sources.anna]\ntype = "jmap"\nurl = "{fake.root}"',
         f'tls_ca = "{TLS}/certificate.pem"', *more, ""]
    )  # fmt: skip


@pytest.mark.parametrize(
    "login", [['bearer_env = "SECRET"'], [f'username = "{USER}"', 'password_env = "SECRET"']], ids=["bearer", "basic"]
)
def test_it_is_checked_like_any_book_and_damage_is_found(tmp_path: Path, login: list[str]) -> None:
    def taro(number: str) -> dict[str, Any]:
        return {"uid": "1", "name": {"full": "山田 太郎"}, "phones": {"p": {"number": number}}}

    with jmap() as fake:
        settings = parse(text(tmp_path, fake, *login), tmp_path / "x.toml", {}, tmp_path)
        fake.put("c1", taro("186090-1234-5678"))
        with assembled(
            settings, Opening.GUARD, environ={"SECRET": TOKEN if "bearer" in login[0] else PASSWORD}
        ) as program:
            assert [done.outcome.value for done in program.check("anna")] == ["clean"]
            fake.put("c1", taro("+186090-1234-5678"))
            assert [done.outcome.value for done in program.check("anna")] == ["findings"]


def test_books_are_chosen_by_name_and_a_name_that_fits_none_is_said(tmp_path: Path) -> None:
    with jmap() as fake:
        fake.books["b2"] = "Work"
        fake.put("c1", {"name": {"full": "Jane"}}, "b2")
        secret = {"SECRET": TOKEN}
        for name, found in (("Work", ["Work"]), ("*", ["Personal", "Work"])):
            lines = ('bearer_env = "SECRET"', f'collections = ["{name}"]')
            with assembled(
                parse(text(tmp_path, fake, *lines), tmp_path / "x.toml", {}, tmp_path), environ=secret
            ) as program:
                assert [book.title for book in program.source("anna").books()] == found
        lines = ('bearer_env = "SECRET"', 'collections = ["Club"]')
        with (
            assembled(
                parse(text(tmp_path, fake, *lines), tmp_path / "x.toml", {}, tmp_path), environ=secret
            ) as program,
            pytest.raises(SourceError, match=r"no address book .Club."),
        ):
            program.source("anna").books()


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (['bearer_file = "/x"', "restore = true"], "read only"),
        ([], "username and a password"),
        (['username = "a"'], "exactly one"),
        (['username = "a"', 'password_env = "A"', 'bearer_env = "B"'], "or one of"),
    ],
)
def test_settings_that_do_not_fit_together_are_refused(tmp_path: Path, lines: list[str], says: str) -> None:
    document = "\n".join(['region = "JP"\n[sources.anna]\ntype = "jmap"\nurl = "mail.example.org"', *lines, ""])
    with pytest.raises(SettingsError) as caught:
        parse(document, tmp_path / "x.toml", {}, tmp_path)
    assert says in english(caught.value.problems[0])
