"""A server that plays Nextcloud: its login flow v2, its address books below /remote.php/dav/, and its activity.

docs.nextcloud.com, developer manual, "Login Flow"; github.com/nextcloud/activity, docs/endpoint-v2.md; what address books put
there: github.com/nextcloud/server, apps/dav/lib/CardDAV/Activity/Backend.php (a contact by its UID, the user who was signed in).
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import requests

from support.dav_servers import PASSWORD as DAV_PASSWORD
from support.dav_servers import USER
from support.fake_dav import BOOK, FakeDav, Reply, Request, serving

DAV = "/remote.php/dav"

PASSWORD = "yKTVA4zgxjfivy52WqD8kW3M2pKGQr6srmUXMipRdunxjPFripJn0GMfmtNOqOolYSuJ6sCN"


@dataclass
class FakeNextcloud:
    """A login that a person has to agree to.

    agreed  whether somebody did; the page at `login` is where
    polls   how often the program asked
    other   the server that the answer names, if not this one
    behind  a real server of the user alice's that has the address books, if this one does not play one itself
    activities   what its activity lists, the latest first; `silent` is how it refuses to, 0 if it does not
    """

    dav: FakeDav
    agreed: bool = False
    polls: int = 0
    other: str = ""
    behind: str = ""
    activities: list[dict[str, Any]] = field(default_factory=list)
    silent: int = 0

    @property
    def url(self) -> str:
        """Where its address books are."""
        return f"{self.root}{DAV}/"

    def put(self, uid: str, data: bytes, user: str, *, by_owner: bool = True) -> None:
        """Somebody writes a contact."""
        self.dav.put(f"{uid}.vcf", data)
        named = {} if by_owner else {"actor": {"type": "user", "id": user.lower(), "name": user}}
        self.activities.insert(0, {
            "activity_id": len(self.activities) + 1, "app": "dav", "type": "contacts", "user": user,
            "datetime": datetime.now(UTC).isoformat(timespec="seconds"), "subject": "updated contact",
            "subject_rich": ["{actor} updated contact {card} in address book {addressbook}", {
                "card": {"type": "addressbook-contact", "id": uid, "name": "?"}, **named,
                "addressbook": {"type": "addressbook", "id": 7, "name": "Contacts"}}],
        })  # fmt: skip
        self.activities.insert(0, {"activity_id": 0, "app": "files", "type": "file_changed", "datetime": "?"})

    @property
    def root(self) -> str:
        return self.dav.root

    def answer(self, request: Request) -> Reply | None:
        if request.path.startswith(DAV) and not self.behind:
            path = request.path.removeprefix(DAV)
            if path == "/":
                path = BOOK  # its discovery is the same as everywhere
            return self.dav.usual(replace(request, path=path, body=request.body.replace(DAV, "")))
        if request.method == "GET" and request.path.startswith("/ocs/v2.php/apps/activity/api/v2/activity?"):
            if "Ocs-Apirequest" not in {name.title() for name in request.headers}:
                return Reply(412)
            return Reply(self.silent) if self.silent else _json(200, {"ocs": {"data": self.activities}})
        if request.method == "POST" and request.path == "/index.php/login/v2":
            root = self.other or self.root
            poll = {"token": "poll-token", "endpoint": f"{root}/login/v2/poll"}
            return _json(200, {"poll": poll, "login": f"{root}/login/v2/flow/a-long-word"})
        if request.path.startswith("/login/v2/flow/"):
            self.agreed = True
            return Reply(
                200, "<!doctype html><title>Connect</title><p>Account connected", {"Content-Type": "text/html"}
            )
        if request.method == "POST" and request.path == "/login/v2/poll":
            self.polls += 1
            assert parse_qs(request.body) == {"token": ["poll-token"]}
            if not self.agreed:
                return _json(404, [])
            return _json(200, {"server": self.root, "loginName": "anna", "appPassword": PASSWORD})
        return self._passed_on(request) if self.behind else None

    def _passed_on(self, request: Request) -> Reply:
        """What the server behind answers to whoever has the app password."""
        if request.path == "/.well-known/carddav":
            return Reply(301, "", {"Location": f"{self.root}/remote.php/dav/"})
        if request.headers.get("Authorization") != _basic("anna", PASSWORD):
            return Reply(401, "", {"WWW-Authenticate": 'Basic realm="Nextcloud"'})
        answer = requests.request(
            request.method, self.behind + request.path, data=request.body.encode(), timeout=30,
            headers={**request.headers, "Authorization": _basic(USER, DAV_PASSWORD)},
        )  # fmt: skip
        kept = {name: value for name, value in answer.headers.items() if name in {"Content-Type", "ETag", "DAV"}}
        return Reply(answer.status_code, answer.content, kept)


def _basic(name: str, password: str) -> str:
    return "Basic " + b64encode(f"{name}:{password}".encode()).decode()


def _json(status: int, value: object) -> Reply:
    return Reply(status, json.dumps(value), {"Content-Type": "application/json"})


@contextmanager
def nextcloud() -> Iterator[FakeNextcloud]:
    """The server on a free port of 127.0.0.1, over TLS with the certificate of `support/tls`."""
    with serving(tls=True) as dav:
        fake = FakeNextcloud(dav)
        dav.always = fake.answer
        dav.href = lambda path: DAV + path
        yield fake
