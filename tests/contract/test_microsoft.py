"""The contract on a server that plays Microsoft Graph as it is documented."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cardwarden.carddav.failure import DavError, FailureKind
from cardwarden.settings.load import parse
from cardwarden.sources.contacts_api import ContactsApi, signed_in_client
from cardwarden.sources.graph import GraphAccount
from cardwarden.sources.graph_card import vcard
from cardwarden.sources.login import keeper
from cardwarden.sources.source import Fetched, Known, WrittenBy
from cardwarden.wiring import Opening, assembled
from contract.on_played import PlayedShelf
from contract.source_contract import SourceContract, look, remember
from contract.test_google_people import person_of
from support.fake_dav import TLS, FakeDav, StillClock
from support.fake_graph import FakeGraph, graph
from support.kept_sign_in import refresh_token


def kept(fake: FakeGraph) -> str:
    fake.refresh.append("refresh-0")
    login = f"{fake.root}/common/oauth2/v2.0/"
    client = {"client_id": "app", "client_secret": "", "auth_uri": f"{login}devicecode", "token_uri": f"{login}token"}
    return json.dumps({"installed": client, "refresh_token": "refresh-0"})


def contact_of(card: bytes) -> dict[str, Any]:
    person = person_of(card)
    contact: dict[str, Any] = {"displayName": person["names"][0]["displayName"]}
    if "phoneNumbers" in person:
        contact["mobilePhone"] = person["phoneNumbers"][0]["value"]
    if "emailAddresses" in person:
        contact["emailAddresses"] = [{"address": person["emailAddresses"][0]["value"]}]
    return contact


class GraphShelf(PlayedShelf):
    """An account, written by Outlook."""

    def __init__(self, fake: FakeGraph, login: Path) -> None:
        self.fake = fake
        self.login = login
        login.write_text(kept(fake), "utf-8")
        certificate = TLS / "certificate.pem"
        client = signed_in_client(
            "anna", f"{fake.root}/", login, certificate, lambda _: login.read_text("utf-8"), StillClock(), None
        )
        self.source = ContactsApi("anna", client, GraphAccount(client))

    def hosts(self) -> list[FakeDav]:
        return [self.fake.dav]

    def put(self, name: str, card: bytes) -> None:
        self.fake.put(name, **contact_of(card))

    def delete(self, name: str) -> None:
        self.fake.delete(name)

    def href(self, name: str) -> str:
        return name

    def members(self) -> dict[str, bytes]:
        return {name: vcard(self.fake.contact(name)) for name in self.fake.contacts}

    def kept(self, name: str, card: bytes) -> bytes:
        return vcard({"id": name, **contact_of(card)})

    def trace(self) -> object:
        return hashlib.sha256(json.dumps(self.fake.contacts, sort_keys=True).encode()).hexdigest()


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[GraphShelf]:
    with graph() as fake:
        yield GraphShelf(fake, tmp_path / "login")


class TestMicrosoft(SourceContract):
    kind = "microsoft"

    def test_after_the_first_round_only_changes_are_asked_for(self, shelf: GraphShelf) -> None:
        known = remember(shelf)
        look(shelf, known, deep=False)
        assert shelf.fake.deltas == [False, True]

    def test_a_token_that_is_too_old_leads_to_a_full_round(self, shelf: GraphShelf) -> None:
        known = remember(shelf)
        shelf.fake.too_old = True
        shelf.delete("jane")
        observed, bodies = look(shelf, known, deep=False)
        assert set(observed.members) == {"taro", "keio"}
        assert bodies == {}

    def test_many_pages_are_one_book(self, shelf: GraphShelf) -> None:
        shelf.fake.page = 2
        for number in range(7):
            shelf.fake.put(f"c{number}", displayName=f"N{number}")
        assert len(look(shelf, Known({}), deep=False)[1]) == 10

    @pytest.mark.parametrize("habit", ["elsewhere", "cut"])
    def test_a_round_that_leads_elsewhere_or_has_no_end_concludes_nothing(self, shelf: GraphShelf, habit: str) -> None:
        shelf.fake.page = 2
        setattr(shelf.fake, habit, True)
        with pytest.raises(DavError):
            look(shelf, Known({}), deep=False)

    def test_the_exchanged_token_is_kept_each_time(self, shelf: GraphShelf) -> None:
        for _ in range(3):
            shelf.fake.access.clear()
            look(shelf, Known({}), deep=True)
        assert refresh_token(shelf.login) == shelf.fake.refresh[-1]

    def test_when_a_contact_was_written_is_told(self, shelf: GraphShelf) -> None:
        shelf.fake.put("x", displayName="X", lastModifiedDateTime="2026-11-26T09:30:00Z")
        [book] = shelf.source.books()
        bodies = list(shelf.source.observe(book, Known({}), deep=False).bodies)
        told = {body.written for body in bodies if isinstance(body, Fetched)}
        assert WrittenBy("", datetime(2026, 11, 26, 9, 30, tzinfo=UTC)) in told

    def test_a_sign_in_that_was_withdrawn_is_lost_access(self, shelf: GraphShelf) -> None:
        shelf.fake.withdrawn.add("refresh-0")
        with pytest.raises(DavError) as caught:
            look(shelf, Known({}), deep=False)
        assert caught.value.kind is FailureKind.ACCESS
        assert "cardwarden login anna" in str(caught.value)


@pytest.mark.parametrize(
    ("contact", "lines"),
    [
        ({"displayName": "Anna Müller", "surname": "Müller", "givenName": "Anna"}, ["FN:Anna Müller", "N:Müller;Anna;;;"]),
        ({"companyName": "Keio", "department": "Toys", "jobTitle": "Clerk"},
         ["FN:Keio", "N:;;;;", "TITLE:Clerk", "ORG:Keio;Toys"]),
        ({"homePhones": ["03-1"], "businessPhones": ["03-2", "03-3"]},
         ["FN:", "N:;;;;", "TEL;TYPE=HOME:03-1", "TEL;TYPE=WORK:03-2", "TEL;TYPE=WORK:03-3"]),
        ({"birthday": "1984-05-17T00:00:00Z"}, ["FN:", "N:;;;;", "BDAY:1984-05-17"]),
        ({"birthday": "1604-05-17T11:59:00Z"}, ["FN:", "N:;;;;", "BDAY:--05-17"]),
        ({"homeAddress": {"street": "Weg 1", "city": "Berlin"}, "businessAddress": {}},
         ["FN:", "N:;;;;", "ADR;TYPE=HOME:;;Weg 1;Berlin;;;"]),
        ({"spouseName": "Bert", "children": ["Cem"], "categories": ["Red; hot"]},
         ["FN:", "N:;;;;", "item1.X-ABRELATEDNAMES:Bert", "item1.X-ABLabel:Spouse", "item2.X-ABRELATEDNAMES:Cem",
          "item2.X-ABLabel:Child", "CATEGORIES:Red\\; hot"]),
        ({"emailAddresses": [None, "x", {"address": "a@x"}], "homePhones": 7, "imAddresses": ["sip:a"]},
         ["FN:a@x", "N:;;;;", "EMAIL:a@x", "IMPP:sip:a"]),
    ],
)  # fmt: skip
def test_each_field_has_its_line(contact: dict[str, Any], lines: list[str]) -> None:
    assert vcard({"id": "c1", **contact}).decode().split("\r\n")[3:-2] == lines


def test_it_is_checked_like_any_book_and_damage_is_found(tmp_path: Path) -> None:
    with graph() as fake:
        keeper(tmp_path / "login")(kept(fake))
        text = (
            f'region = "JP"\n[store]\nurl = "sqlite:///{tmp_path}/x.db"\n[sources.anna]\ntype = "microsoft"\n'
            f'url = "{fake.root}"\nlogin_file = "{tmp_path}/login"\ntls_ca = "{TLS}/certificate.pem"\n'
        )
        settings = parse(text, tmp_path / "x.toml", {}, tmp_path)
        fake.put("c1", displayName="山田 太郎", mobilePhone="186090-1234-5678")
        with assembled(settings, Opening.GUARD) as program:
            assert [done.outcome.value for done in program.check("anna")] == ["clean"]
            fake.put("c1", displayName="山田 太郎", mobilePhone="+186090-1234-5678")
            assert [done.outcome.value for done in program.check("anna")] == ["findings"]
