"""Servers that play the services which have a type of their own: where their books are, and their documented habits.

Each says where that is documented. A name and a password is all that they take, and all that they know is one user.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote, unquote
from xml.sax.saxutils import escape

from support.fake_dav import BOOK, FakeDav, Reply, Request, multistatus, serving

USER, PASSWORD = "anna@example.org", "an app's password"
_CALENDAR = "<collection/><C:not-an-addressbook/>"


@dataclass(frozen=True)
class Layout:
    """Where a service has what; paths as its server writes them, with {user}.

    entry      where it is begun, below the server's address
    principal, home, book   to where that leads
    well_known where /.well-known/carddav leads, "" if the server does not know it
    has_shard  whether the home is on another host, which is named with its port
    relative   whether a multiget may name whole addresses
    syncs      whether it has sync-collection (RFC 6578)
    ctags      whether its books have a getctag
    """

    kind: str
    entry: str
    principal: str
    home: str
    book: str
    well_known: str = ""
    has_shard: bool = False
    syncs: bool = True
    ctags: bool = True


LAYOUTS: Final = (
    # support.apple.com/102654; sabre.io/dav/clients/icloud: each account on a host of its own, which is named with its port;
    # a multiget with whole addresses is refused
    Layout("icloud", "/", "/1234567890/principal/", "/1234567890/carddavhome/", "/1234567890/carddavhome/card/", has_shard=True),
    # fastmail.help 1500000278342; cyrusimap.org, DAV: the well-known address leads to the principal, user names are whole
    Layout("fastmail", "/", "/dav/principals/user/{user}/", "/dav/addressbooks/user/{user}/",
           "/dav/addressbooks/user/{user}/Default/", well_known="/dav/principals/user/{user}/"),
    # documentation.open-xchange.com, CardDAV: folders by their numbers
    Layout("mailbox.org", "/carddav/", "/principals/users/3/", "/carddav/", "/carddav/32/"),
    # posteo.de/en/help; sabre.io/dav/carddav
    Layout("posteo", "/", "/principals/{user}/", "/addressbooks/{user}/", "/addressbooks/{user}/default/"),
    # docs.nextcloud.com, user manual, "Synchronizing with ..."
    Layout("nextcloud", "/remote.php/dav/", "/remote.php/dav/principals/users/{user}/",
           "/remote.php/dav/addressbooks/users/{user}/", "/remote.php/dav/addressbooks/users/{user}/contacts/",
           well_known="/remote.php/dav/"),
    # sabre.io/baikal/install, sabre.io/dav/carddav
    Layout("baikal", "/dav.php/", "/dav.php/principals/{user}/", "/dav.php/addressbooks/{user}/",
           "/dav.php/addressbooks/{user}/default/"),
    # kb.synology.com, Contacts: the protocol, at /carddav/; nothing is documented of sync-collection
    Layout("synology", "/carddav/", "/carddav/{user}/", "/carddav/{user}/", "/carddav/{user}/8b1f/", syncs=False),
)  # fmt: skip


@dataclass
class FakeService:
    """One account. `dav` holds its book; `asked_openly` are paths that were asked without the password."""

    layout: Layout
    entry: FakeDav
    dav: FakeDav

    @property
    def root(self) -> str:
        return self.entry.root

    def path(self, template: str) -> str:
        return template.format(user=quote(USER, safe="@"))

    def answer(self, request: Request) -> Reply | None:
        """What both hosts say; a book is where the home is."""
        path = unquote(request.path)
        layout = self.layout
        if path == "/.well-known/carddav":
            return Reply(301, headers={"Location": self.path(layout.well_known)}) if layout.well_known else Reply(404)
        packed = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {packed}":
            return Reply(401, headers={"WWW-Authenticate": 'Basic realm="contacts"'})
        book = self.path(layout.book)
        if path.startswith(book):
            return self._in_book(request, path, book)
        if request.method != "PROPFIND":
            return Reply(405)
        home = f"{self.dav.root}{self.path(layout.home)}" if layout.has_shard else self.path(layout.home)
        own = f"<current-user-principal><href>{escape(self.path(layout.principal))}</href></current-user-principal>"
        if path in {self.path(layout.principal), self.path(layout.home)}:
            own += f"<C:addressbook-home-set><href>{escape(home)}</href></C:addressbook-home-set>"
        if path not in {self.path(one) for one in (layout.entry, layout.principal, layout.home)}:
            return Reply(404)
        rows = [_row(path, f"<resourcetype><collection/></resourcetype>{own}")]
        if request.headers.get("Depth") == "1" and path == self.path(layout.home):
            kind = "<resourcetype><collection/><C:addressbook/></resourcetype><displayname>Family</displayname>"
            rows += [
                _row(self._written(book), kind),
                _row(f"{path}inbox/", f"<resourcetype>{_CALENDAR}</resourcetype>"),
            ]
        return multistatus(*rows)

    def _in_book(self, request: Request, path: str, book: str) -> Reply:
        if self.layout.has_shard and "multiget" in request.body and "<href>http" in request.body:
            return Reply(400)
        body = request.body.replace(book, BOOK).replace(escape(quote(book)), BOOK)
        return self.dav.usual(replace(request, path=BOOK + path.removeprefix(book), body=body))

    def _written(self, path: str) -> str:
        return f"{self.dav.root}{path}" if self.layout.has_shard else path


def _row(href: str, props: str) -> str:
    return (
        f"<response><href>{escape(href)}</href><propstat><prop>{props}</prop><status>HTTP/1.1 200 OK</status></propstat>"
        "</response>"
    )


@contextmanager
def service(layout: Layout) -> Iterator[FakeService]:
    """The service on free ports of 127.0.0.1, over TLS with the certificate of `support/tls`."""
    with ExitStack() as stack:
        entry = stack.enter_context(serving(tls=True))
        dav = stack.enter_context(serving(tls=True)) if layout.has_shard else entry
        fake = FakeService(layout, entry, dav)
        dav.offers_sync, dav.offers_ctag = layout.syncs, layout.ctags
        dav.href = lambda path: fake._written(path.replace(BOOK, fake.path(layout.book)))
        for host in (entry, dav):
            host.always = fake.answer
        yield fake
