"""An account with several address books, for a fake server: each book has its cards, and a history that its tokens tell of."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote
from xml.sax.saxutils import escape

from support.fake_dav import FakeDav, Reply, Request, card, multistatus

HOME = "/alice/"
_ASKED = re.compile(r"<sync-token>token-(\d+)</sync-token>")
_HREF = re.compile(r"<href>([^<]*)</href>")


@dataclass
class Account:
    """Books by the last part of their path, with the names of what was written to each, oldest first.

    homes    the collections that list books
    listed   what a home says of a book in place of its token; None leaves the book out
    reported what a book's own REPORT brings as its token
    refuses  answers that come first
    """

    homes: dict[str, list[str]] = field(default_factory=lambda: {HOME: []})
    history: dict[str, list[str]] = field(default_factory=dict)
    listed: Callable[[str, str], str | None] = lambda _, token: token
    reported: Callable[[str, str], str] = lambda _, token: token
    refuses: Callable[[Request], Reply | None] = lambda _: None
    offers_sync: bool = True

    def add(self, book: str, *names: str, home: str = HOME) -> None:
        self.homes.setdefault(home, []).append(book)
        self.history[book] = list(names or ("Jane", "Bob", "Cy"))

    def put(self, book: str, name: str) -> None:
        self.history[book].append(name)

    def token(self, book: str) -> str:
        return f"token-{len(self.history[book])}"

    def answer(self, request: Request) -> Reply | None:
        path, depth = unquote(request.path), request.headers.get("Depth")
        if (reply := self.refuses(request)) is not None:
            return reply
        if request.method == "PROPFIND" and path in {"/", HOME} and depth == "0":
            homes = "".join(f"<href>{home}</href>" for home in self.homes)
            return multistatus(_row(path, f"<C:addressbook-home-set>{homes}</C:addressbook-home-set>"))
        if request.method == "PROPFIND" and path in self.homes:
            listed = (
                (f"{path}{book}/", self._about(book, self.listed(book, self.token(book)))) for book in self.homes[path]
            )
            return multistatus(_row(path), *(_row(place, about) for place, about in listed if about))
        if (book := path.split("/")[2]) not in self.history:
            return Reply(404)
        if request.method == "PROPFIND":
            own = _row(path, self._about(book, self.token(book)))
            return multistatus(own, *(self._member(path, name) for name in set(self.history[book]) if depth == "1"))
        if "sync-collection" in request.body:
            if not self.offers_sync:
                return Reply(403)
            asked = _ASKED.search(request.body)
            came = set(self.history[book][int(asked[1]) if asked else 0 :])
            rows = [self._member(path, name) for name in sorted(came)]
            return multistatus(*rows, token=self.reported(book, self.token(book)))
        names = [unquote(href).rpartition("/")[2].removesuffix(".vcf") for href in _HREF.findall(request.body)]
        if request.method == "GET":
            return Reply(200, card(path), {"Content-Type": "text/vcard"})
        return multistatus(*(self._member(path, name, body=True) for name in names))

    def _about(self, book: str, token: str | None) -> str:
        if token is None:
            return ""
        kind = "sync-token" if self.offers_sync else "S:getctag"
        return (
            f"<resourcetype><collection/><C:addressbook/></resourcetype><displayname>{book}</displayname>"
            f"<{kind}>{token}</{kind}>"
        )

    def _member(self, path: str, name: str, *, body: bool = False) -> str:
        book = path.split("/")[2]
        data = f"<C:address-data>{escape(card(f'{book} {name}', name).decode())}</C:address-data>" if body else ""
        etag = self.history[book].count(name)
        return _row(f"{path}{name}.vcf", f"<getetag>&quot;{name}{etag}&quot;</getetag><resourcetype/>{data}")


def _row(place: str, about: str = "<resourcetype><collection/></resourcetype>") -> str:
    return (
        f"<response><href>{escape(place)}</href><propstat><prop>{about}</prop><status>HTTP/1.1 200 OK</status></propstat>"
        "</response>"
    )


def account_at(dav: FakeDav, *books: str) -> Account:
    """What a fake server has from now on."""
    account = Account()
    for book in books:
        account.add(book)
    dav.always = account.answer
    return account
