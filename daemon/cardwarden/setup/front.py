"""The page of a server with all its households, put together from what the server has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cardwarden.clock import Clock
from cardwarden.errors import SettingsError
from cardwarden.fleet.homes import Homes
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.settings.households import SQLITE, Server
from cardwarden.settings.times import zone_of
from cardwarden.setup.households import households
from cardwarden.web.door import Door
from cardwarden.web.front import FRONT, Board, Front, HouseholdStatus

if TYPE_CHECKING:  # a server may have no workers
    from cardwarden.fleet.ledger import Ledger

OPERATOR = ".operator"
"""The name beside which the operator's password is kept, in the server's state; no household can be called so."""

_OPEN = 32
"""Households' programs that the page keeps open: one whose record is in a file takes up to 2 MB and five file descriptors."""


@contextmanager
def front_of(server: Server, clock: Clock, environ: Mapping[str, str]) -> Iterator[Front]:
    """The page of a server, for as long as the block lasts. Raises SettingsError if nobody could reach it, StoreError."""
    from cardwarden.web.password import password_beside  # noqa: PLC0415

    web = server.settings.web
    if web.url is None:
        raise SettingsError(
            phrase("web-server-no-url", path=Code(str(server.path)), example=Code("https://guard.example.org"))
        )
    server.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    ledger = _ledger(server)
    homes = Homes(server, clock, environ, opened=_OPEN)
    try:
        yield Front(
            Door(f"{web.url.rstrip('/')}/{FRONT}", (web.proxy_user or "").lower(), web.proxies, web.operators),
            password_beside(server.state / OPERATOR),
            web.session,
            zone_of(None, environ),
            clock,
            lambda: _board(server, ledger),
            homes.using,
            lambda name: password_beside(server.record(name)).exists(),
        )
    finally:
        homes.close()
        if ledger is not None:
            ledger.close()


def _ledger(server: Server) -> Ledger | None:
    """What workers share; None if there can be none. Raises StoreError."""
    if server.address == SQLITE:
        return None
    try:
        from cardwarden.fleet.ledger import Ledger as Shared  # noqa: PLC0415 - an extra
    except ImportError:
        return None
    ledger = Shared(server.address)
    ledger.prepare()
    return ledger


def _board(server: Server, ledger: Ledger | None) -> Board:
    if ledger is None:
        return Board(tuple(HouseholdStatus(home.name, home.state) for home in households(server)))
    view = ledger.overview()
    return Board(
        tuple(
            HouseholdStatus(
                row.name, row.standing, row.count.books, row.count.cards, row.count.open, row.count.critical,
                row.count.waiting, row.count.failing, row.seen_at,
            )
            for row in view.households
        ),
        len(view.workers),
        view.lag,
    )  # fmt: skip
