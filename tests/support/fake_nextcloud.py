"""A server that plays Nextcloud's login flow v2 (docs.nextcloud.com, developer manual, "Login Flow")."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs

import requests

from support.dav_servers import PASSWORD as DAV_PASSWORD
from support.dav_servers import USER
from support.fake_dav import FakeDav, Reply, Request, serving

PASSWORD = "yKTVA4zgxjfivy52WqD8kW3M2pKGQr6srmUXMipRdunxjPFripJn0GMfmtNOqOolYSuJ6sCN"


@dataclass
class FakeNextcloud:
    """A login that a person has to agree to.

    agreed  whether somebody did; the page at `login` is where
    polls   how often the program asked
    other   the server that the answer names, if not this one
    behind  a real server of the user alice's that has the address books, if this one does not play one itself
    """

    dav: FakeDav
    agreed: bool = False
    polls: int = 0
    other: str = ""
    behind: str = ""

    @property
    def root(self) -> str:
        return self.dav.root

    def answer(self, request: Request) -> Reply | None:
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
        yield fake
