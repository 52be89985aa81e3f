"""What every CardDAV server must make of a source: the contract, and what one guard asks of another program's book."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import requests

from cardwarden.carddav.href import key_of
from cardwarden.cli.main import run
from cardwarden.cli.story.book import book, first_pass, second_pass
from cardwarden.sources.carddav import CardDav
from cardwarden.sources.carddav_options import CarddavOptions
from cardwarden.sources.source import Known
from contract.source_contract import CARDS, DAMAGED, ReadingContract, Shelf, look, remember
from support.dav_servers import PASSWORD, USER, DavServer
from support.fake_dav import StillClock

ODD = b"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:4\r\nFN:Jane\r\nN:Jane;;;;\r\nEND:VCARD\r\n"
_NEW_BOOK = (
    '<mkcol xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><set><prop><resourcetype><collection/><C:addressbook/>'
    "</resourcetype><displayname>More</displayname></prop></set></mkcol>"
)
_HREF = re.compile(r"<(?:\w+:)?href>([^<]*)</(?:\w+:)?href>")


def open_source(url: str, **options: object) -> CardDav:
    given = CarddavOptions.model_validate(
        {"type": "carddav", "url": url, "username": USER, "password_env": "PASSWORD", **options}
    )
    return CardDav("family", given, lambda _: PASSWORD, StillClock())


class CardDavShelf(Shelf):
    """The server's book, written by another client."""

    def __init__(self, server: DavServer) -> None:
        self.server = server
        self.source = open_source(server.book)
        self.http = requests.Session()
        self.http.auth = (USER, PASSWORD)
        for href in self.listed():
            self.http.delete(self.url(href)).raise_for_status()

    def url(self, href: str) -> str:
        split = urlsplit(self.server.book)
        return f"{split.scheme}://{split.netloc}{href}"

    def put(self, name: str, card: bytes) -> None:
        headers = {"Content-Type": "text/vcard; charset=utf-8"}
        self.http.put(self.url(self.href(name)), data=card, headers=headers).raise_for_status()

    def delete(self, name: str) -> None:
        self.http.delete(self.url(self.href(name))).raise_for_status()

    def href(self, name: str) -> str:
        return urlsplit(self.server.book).path + quote(f"{name}.vcf", safe="@")

    def listed(self) -> list[str]:
        answer = self.http.request("PROPFIND", self.server.book, headers={"Depth": "1"})
        answer.raise_for_status()
        return sorted({key_of(href) for href in _HREF.findall(answer.text) if href.endswith(".vcf")})

    def members(self) -> dict[str, bytes]:
        return {href: self.http.get(self.url(href)).content for href in self.listed()}

    def add_book(self, name: str) -> str:
        """Another book beside the first one, with a card; gives where it is."""
        url = self.server.book.rstrip("/").rpartition("/")[0] + f"/{name}/"
        self.http.request("MKCOL", url, data=_NEW_BOOK, headers={"Content-Type": "application/xml"}).raise_for_status()
        self.http.put(f"{url}jane.vcf", data=CARDS["jane"], headers={"Content-Type": "text/vcard"}).raise_for_status()
        return url

    def trace(self) -> object:
        answer = self.http.request("PROPFIND", self.server.book, headers={"Depth": "1"})
        return sorted(re.findall(r"<(?:\w+:)?(?:getetag|getlastmodified|href)>[^<]*<", answer.text)), self.members()


class CardDavContract(ReadingContract):
    """For a real server; the fixture `shelf` gives a CardDavShelf. Hard times are played (`test_services.py`)."""

    @pytest.mark.parametrize(
        "card",
        [
            pytest.param(ODD.replace(b"\r\n", b"\n"), id="LF"),
            pytest.param(ODD.replace(b"FN:Jane", "FN:山田\r\n 太郎".encode()), id="folded"),
            pytest.param(ODD.replace(b"FN:Jane", b"FN:R&amp;D <&> ]]>"), id="markup"),
        ],
    )
    def test_bytes_come_back_to_the_byte(self, shelf: Shelf, card: bytes) -> None:
        """As another client gets them: a server may have rewritten the card when it took it."""
        shelf.put("odd", card)
        for deep in (False, True):
            assert look(shelf, Known({}), deep=deep)[1] == shelf.members()

    def test_a_card_that_comes_back_is_fetched(self, shelf: Shelf) -> None:
        shelf.delete("jane")
        known = remember(shelf)
        shelf.put("jane", CARDS["jane"])
        href = shelf.href("jane")
        assert look(shelf, known, deep=False)[1] == {href: shelf.members()[href]}

    def test_nothing_changed_is_one_request(self, shelf: CardDavShelf, monkeypatch: pytest.MonkeyPatch) -> None:
        known = remember(shelf)
        assert requests_of(shelf, known, monkeypatch) == 1

    def test_all_books_of_an_account_are_one_question_that_hides_no_change(
        self, shelf: CardDavShelf, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        added = [shelf.add_book(name) for name in ("more", "most")]
        try:
            source = open_source(shelf.server.root)
            tokens: dict[str, str] = {}
            for book in source.books():
                known = Known({})
                for _ in range(2):
                    seen = source.observe(book, known, deep=False)
                    bodies = list(seen.bodies)
                    known = Known(seen.members, seen.token)
                assert bodies == []
                tokens[book.id] = known.token
            assert {urlsplit(url).path for url in (*added, shelf.server.book)} <= tokens.keys()
            sent: list[str] = []
            send = requests.Session.send

            def noting(session: requests.Session, request: requests.PreparedRequest, **given: Any) -> requests.Response:
                sent.append(str(request.method))
                return send(session, request, **given)

            monkeypatch.setattr(requests.Session, "send", noting)
            assert source.unchanged(tokens) == tokens.keys()
            assert sent == ["PROPFIND"]
            shelf.http.put(f"{added[0]}keio.vcf", data=CARDS["keio"], headers={"Content-Type": "text/vcard"})
            assert source.unchanged(tokens) == tokens.keys() - {urlsplit(added[0]).path}
            shelf.http.delete(f"{added[1]}jane.vcf").raise_for_status()
            shelf.put("keio", DAMAGED)
            unchanged = tokens.keys() - {urlsplit(url).path for url in (*added, shelf.server.book)}
            assert source.unchanged(tokens) == unchanged
        finally:
            for url in added:
                assert shelf.http.delete(url).status_code in {200, 204, 404}  # Cyrus deletes it and says 404

    def test_a_change_among_many_cards_is_fetched_alone(
        self, shelf: CardDavShelf, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for number in range(60):
            shelf.put(f"n{number}", CARDS["jane"].replace(b"UID:3", b"UID:n%d" % number))
        known = remember(shelf)
        shelf.put("keio", DAMAGED)
        assert requests_of(shelf, known, monkeypatch) <= 3
        observed, bodies = look(shelf, known, deep=False)
        assert set(observed.members) == set(shelf.listed())
        assert list(bodies) == [shelf.href("keio")]

    def test_a_token_from_elsewhere_hides_nothing(self, shelf: CardDavShelf) -> None:
        known = remember(shelf)
        shelf.put("keio", DAMAGED)
        shelf.delete("jane")
        for token in ('{"sync": "http://example.org/ns/sync/1"}', '{"sync": "x", "ctag": "x"}', '{"ctag": "x"}'):
            observed, bodies = look(shelf, Known(known.members, token), deep=False)
            assert (set(observed.members), list(bodies)) == (set(shelf.listed()), [shelf.href("keio")])

    def test_names_that_need_escapes_are_one_member_each(self, shelf: CardDavShelf) -> None:
        for name in ("x@y z", "山", "a+b"):
            shelf.put(name, CARDS["jane"].replace(b"UID:3", f"UID:{name}".encode()))
        known = remember(shelf)
        assert set(known.members) == set(shelf.listed())
        assert look(shelf, known, deep=False)[1] == {}

    def test_a_book_that_was_emptied_is_listed_as_empty(self, shelf: CardDavShelf) -> None:
        known = remember(shelf)
        for name in CARDS:
            shelf.delete(name)
        observed, bodies = look(shelf, known, deep=False)
        assert (dict(observed.members), bodies) == ({}, {})

    def test_the_book_is_found_from_the_server_s_address(self, shelf: CardDavShelf) -> None:
        found = {book.id for book in open_source(shelf.server.root).books()}
        assert urlsplit(shelf.server.book).path in found

    def test_the_story_s_damage_is_found_after_another_client_did_it(
        self, shelf: CardDavShelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """The same numbers as in a folder: 97 numbers that gained a +, and later a doubled card."""
        monkeypatch.setenv("BOOK_PASSWORD", PASSWORD)
        config = tmp_path / "cardwarden.toml"
        config.write_text(
            f'region = "JP"\n[store]\nurl = "sqlite:///{tmp_path}/cardwarden.db"\n[sources.family]\ntype = "carddav"\n'
            f'url = "{shelf.server.book}"\nusername = "{USER}"\npassword_env = "BOOK_PASSWORD"\n'
        )
        for name in CARDS:
            shelf.delete(name)

        def check(files: Mapping[str, str], before: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
            for name in before.keys() - files.keys():
                shelf.delete(name.removesuffix(".vcf"))
            for name, text in files.items():
                if before.get(name) != text:
                    shelf.put(name.removesuffix(".vcf"), text.encode())
            capsys.readouterr()
            code = run(["check", "--json", "--config", str(config)])
            return code, json.loads(capsys.readouterr().out)

        def open_of(printed: dict[str, Any]) -> list[str]:
            return sorted(found["rule"] for found in printed["findings"] if found["severity"] == "critical")

        good = book()
        code, printed = check(good, {})
        assert (code, printed["books"][0]["cards"]) == (0, len(good)), printed
        code, printed = check(first_pass(good), good)
        assert (code, printed["open"], set(open_of(printed))) == (1, 97, {"number-plus-added"})
        code, printed = check(good, first_pass(good))
        assert (code, printed["open"], len(printed["resolved"])) == (0, 0, 97)
        code, printed = check(second_pass(good), good)
        assert (code, printed["books"][0]["cards"]) == (1, len(good) + 1)
        assert "card-doubled" in open_of(printed)


def requests_of(shelf: CardDavShelf, known: Known, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many requests a quick look sends."""
    sent: list[str] = []
    send = requests.Session.send

    def counted(session: requests.Session, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        sent.append(str(request.method))
        return send(session, request, **options)

    with monkeypatch.context() as patch:
        patch.setattr(requests.Session, "send", counted)
        look(shelf, known, deep=False)
    return len(sent)
