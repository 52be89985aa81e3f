"""The contract on a server that plays the People API as it is documented."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cardwarden.errors import SettingsError, SourceError
from cardwarden.phrases.language import english
from cardwarden.settings.load import parse
from cardwarden.sources.contacts_api import ContactsApi, signed_in_client
from cardwarden.sources.people import PeopleAccount
from cardwarden.sources.people_card import vcard
from cardwarden.sources.people_options import PeopleOptions
from cardwarden.sources.source import Fetched, Known, WrittenBy
from cardwarden.vcard.card import Card
from cardwarden.vcard.content import read_card, split_book
from cardwarden.wiring import Opening, assembled
from contract.on_played import PlayedShelf
from contract.source_contract import SourceContract, look, remember
from support.fake_dav import TLS, FakeDav, Reply, StillClock
from support.fake_google import CLIENT
from support.fake_people import FakePeople, people


def person_of(card: bytes) -> dict[str, Any]:
    """The person that a card of the contract would be: its name, and its first number or address."""
    [raw] = split_book(card)
    read = read_card(raw)
    assert isinstance(read, Card)
    said = {line.name: line.value for line in read.properties}
    person: dict[str, Any] = {"names": [{"displayName": said["FN"]}]}
    if "TEL" in said:
        person["phoneNumbers"] = [{"value": said["TEL"]}]
    if "EMAIL" in said:
        person["emailAddresses"] = [{"value": said["EMAIL"]}]
    return person


class PeopleShelf(PlayedShelf):
    """An account, written by the phone."""

    def __init__(self, fake: FakePeople) -> None:
        self.fake = fake
        fake.account.refresh.append("refresh-0")
        uris = {"auth_uri": "https://127.0.0.1/auth", "token_uri": f"{fake.account.root}/token"}
        kept = json.dumps({"installed": {**CLIENT, **uris}, "refresh_token": "refresh-0"})
        options = PeopleOptions.model_validate(
            {
                "type": "google-people",
                "url": fake.account.root,
                "login_credential": "x",
                "tls_ca": TLS / "certificate.pem",
            }
        )
        client = signed_in_client("anna", options.url, None, options.tls_ca, lambda _: kept, StillClock(), None)
        self.source = ContactsApi("anna", client, PeopleAccount(client))

    def hosts(self) -> list[FakeDav]:
        return [self.fake.account.dav]

    def put(self, name: str, card: bytes) -> None:
        self.fake.put(name, **person_of(card))

    def delete(self, name: str) -> None:
        self.fake.delete(name)

    def href(self, name: str) -> str:
        return f"people/{name}"

    def members(self) -> dict[str, bytes]:
        return {self.href(name): vcard(self.fake.person(name)) for name in self.fake.persons}

    def kept(self, name: str, card: bytes) -> bytes:
        metadata = {"sources": [{"type": "CONTACT", "id": name}]}
        return vcard({"resourceName": f"people/{name}", "metadata": metadata, **person_of(card)})

    def trace(self) -> object:
        return hashlib.sha256(json.dumps(self.fake.persons, sort_keys=True).encode()).hexdigest()


@pytest.fixture
def shelf() -> Iterator[PeopleShelf]:
    with people() as fake:
        yield PeopleShelf(fake)


class TestPeople(SourceContract):
    kind = "google-people"

    def test_after_the_first_list_only_changes_are_asked_for(self, shelf: PeopleShelf) -> None:
        known = remember(shelf)
        look(shelf, known, deep=False)
        assert shelf.fake.lists == [False, True]

    def test_a_token_that_expired_leads_to_a_full_list_and_a_removal_is_seen(self, shelf: PeopleShelf) -> None:
        known = remember(shelf)
        shelf.fake.expired = True
        shelf.delete("jane")
        observed, bodies = look(shelf, known, deep=False)
        assert set(observed.members) == {"people/taro", "people/keio"}
        assert bodies == {}

    def test_many_pages_are_one_book(self, shelf: PeopleShelf) -> None:
        shelf.fake.page = 2
        for number in range(7):
            shelf.fake.put(f"c{number}", names=[{"displayName": f"N{number}"}])
        observed, bodies = look(shelf, Known({}), deep=False)
        assert len(observed.members) == len(bodies) == 10

    def test_when_a_contact_was_written_is_told(self, shelf: PeopleShelf) -> None:
        source = {"type": "CONTACT", "id": "x", "updateTime": "2026-11-26T09:30:00.123Z"}
        shelf.fake.put("x", metadata={"sources": [source]}, names=[{"displayName": "X"}])
        [book] = shelf.source.books()
        bodies = list(shelf.source.observe(book, Known({}), deep=False).bodies)
        told = {body.written for body in bodies if isinstance(body, Fetched)}
        assert WrittenBy("", datetime(2026, 11, 26, 9, 30, 0, 123000, tzinfo=UTC)) in told

    def test_a_quota_that_is_used_up_is_waited_for(self, shelf: PeopleShelf) -> None:
        shelf.fake.busy = 1
        assert len(look(shelf, Known({}), deep=False)[0].members) == 3

    def test_who_is_missing_from_a_list_is_asked_for_once_more(self, shelf: PeopleShelf) -> None:
        [book] = shelf.source.books()
        shelf.fake.leaves_out.add("jane")
        assert "people/jane" not in shelf.source.observe(book, Known({}), deep=True).members
        [again] = shelf.source.ask_again(book, ["people/jane", "people/nobody"])
        assert again.href == "people/jane"

    def test_an_answer_that_is_no_list_concludes_nothing(self, shelf: PeopleShelf) -> None:
        usual = shelf.fake.account.dav.always
        for body in ("[]", "{", '{"connections": 7}', '{"connections": [{}]}', "<html><title>Sign in</title>"):
            look(shelf, Known({}), deep=False)
            kind = "text/html" if body.startswith("<") else "application/json"
            shelf.fake.account.dav.always = lambda _, body=body, kind=kind: Reply(200, body, {"Content-Type": kind})
            with pytest.raises(SourceError):
                look(shelf, Known({}), deep=True)
            shelf.fake.account.dav.always = usual


def test_it_is_checked_like_any_book_and_damage_is_found(tmp_path: Path) -> None:
    with people() as fake:
        fake.account.refresh.append("refresh-0")
        uris = {"auth_uri": "https://127.0.0.1/auth", "token_uri": f"{fake.account.root}/token"}
        (tmp_path / "login").write_text(json.dumps({"installed": {**CLIENT, **uris}, "refresh_token": "refresh-0"}))
        text = (
            f'region = "JP"\n[store]\nurl = "sqlite:///{tmp_path}/x.db"\n[sources.anna]\ntype = "google-people"\n'
            f'url = "{fake.account.root}"\nlogin_file = "{tmp_path}/login"\ntls_ca = "{TLS}/certificate.pem"\n'
        )
        settings = parse(text, tmp_path / "x.toml", {}, tmp_path)
        number = {"value": "186090-1234-5678", "type": "mobile"}
        fake.put(
            "c1", names=[{"displayName": "山田 太郎", "familyName": "山田", "givenName": "太郎"}], phoneNumbers=[number]
        )
        with assembled(settings, Opening.GUARD) as program:
            [first] = program.check("anna")
            assert (first.outcome.value, first.cards) == ("clean", 1)
            fake.put("c1", **{**fake.persons["c1"], "phoneNumbers": [{**number, "value": "+186090-1234-5678"}]})
            [second] = program.check("anna")
            assert second.outcome.value == "findings"


def test_it_never_says_that_it_may_be_written(tmp_path: Path) -> None:
    text = 'region = "JP"\n[sources.anna]\ntype = "google-people"\nlogin_file = "/x"\nrestore = true\n'
    with pytest.raises(SettingsError) as caught:
        parse(text, tmp_path / "x.toml", {}, tmp_path)
    assert "read only" in english(caught.value.problems[0])
