"""The real page on a free port of loopback, and a visitor who asks for it as a browser does."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests

from cardwarden.settings.load import parse
from cardwarden.web.password import password_beside
from cardwarden.web.server import listener, serving
from cardwarden.wiring import Program
from support.world import World

PASSWORD = "correct horse battery"


@dataclass
class Visitor:
    """Somebody at a browser: keeps cookies, and says where a form came from."""

    base: str
    session: requests.Session = field(default_factory=requests.Session)

    def get(self, path: str, **headers: str) -> requests.Response:
        return self.session.get(self.base + path, headers=headers, allow_redirects=False, timeout=20)

    def post(self, path: str, data: dict[str, object] | None = None, /, **headers: str) -> requests.Response:
        sent = {"Origin": self.base, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return self.session.post(self.base + path, data=data or {}, headers=sent, allow_redirects=False, timeout=20)

    def sign_in(self, password: str = PASSWORD) -> requests.Response:
        return self.post("/sign-in", {"password": password, "next": "/"})


@dataclass
class Page:
    """A page that is up."""

    base: str
    program: Program

    def settle(self, world: World) -> None:
        """Take on a world's settings as they are by now, as the daemon does at SIGHUP."""
        settings = parse(world.text(), world.root / "cardwarden.toml", {}, world.root)
        self.program = self.program.with_settings(settings)

    def visitor(self) -> Visitor:
        return Visitor(self.base)

    def signed_in(self) -> Visitor:
        visitor = self.visitor()
        assert visitor.sign_in().status_code == 303
        return visitor


@contextmanager
def page_of(world: World, *, password: str | None = None) -> Iterator[Page]:
    """The page of a world, for as long as the block lasts."""
    at = listener("127.0.0.1:0")
    port = at.getsockname()[1]
    with world.program() as program:
        if password:
            keep_password(password_beside(program.store.path), password)
        page = Page(f"http://127.0.0.1:{port}", program)
        with serving(lambda: page.program, at):
            yield page


def keep_password(path: Path, password: str) -> None:
    """Keep a password as `set_password` does, but so that looking at one takes no time: the file says how much work it is."""
    work, salt = {"n": 16, "r": 8, "p": 1}, b"of sixteen bytes"
    kept = hashlib.scrypt(password.encode(), salt=salt, dklen=32, **work)
    parts = ("scrypt", *map(str, work.values()), *(base64.b64encode(data).decode() for data in (salt, kept)))
    path.write_text("$".join(parts) + "\n", "ascii")


def text_of(html: str) -> str:
    """What a page says, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))
