"""CardDAV from a real Radicale: an idle check of many books, and a first reading against the same requests, bare."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import books
import requests
from measure import Cost, Figure, Guarded, Point, Spread, alone, compared, in_turn, workplace
from sizes import Sizes

from cardwarden.carddav.hosts import AT_ONCE
from cardwarden.clock import SystemClock
from cardwarden.settings.load import load
from cardwarden.sources.carddav import CardDav
from cardwarden.sources.carddav_options import CarddavOptions
from cardwarden.sources.source import Fetched, Known
from cardwarden.wiring import Opening, assembled
from support.dav_servers import PASSWORD, USER, DavServer, radicale

ROW = "CardDAV"

Sent = list[tuple[str, str, bytes, dict[str, str]]]


def measure(sizes: Sizes) -> tuple[list[Figure], list[Point]]:
    return [*_idle(sizes), *_reading(sizes)], []


def _idle(sizes: Sizes) -> list[Figure]:
    """Many books, nothing changed: requests, and our processor time against the server's."""
    each = sizes.books
    with workplace() as root:
        for number in range(each):
            book = root / f"collections/collection-root/{USER}/book{number:03}"
            books.folder(book, each, pictures=False, seed=number)
            (book / ".Radicale.props").write_text(
                json.dumps({"tag": "VADDRESSBOOK", "D:displayname": f"Book {number}"})
            )
        with radicale(root) as server:
            guarded = Guarded(root)
            guarded.write(
                f'[sources.family]\ntype = "carddav"\nurl = "{server.root}"\nusername = "{USER}"\n'
                'password_env = "PASSWORD"\ncollections = ["Book*"]\n'
            )
            pid = _pid(root)
            with assembled(
                load(guarded.config, os.environ, Path.home()), Opening.BEGIN, environ={"PASSWORD": PASSWORD}
            ) as program:
                program.check("family")
                program.check("family")  # each book's first REPORT

                taken = [_with_server(pid, lambda: program.check("family")) for _ in range(sizes.pairs)]
                with noted() as sent:
                    program.check("family")
    said = f"CardDAV, {each} books of {each} cards, nothing changed"
    trips = Spread.of([float(len(sent))])
    return [
        Figure(ROW, f"{said}: requests", "requests", trips, 1),
        compared(ROW, said, "what Radicale takes meanwhile", taken, 1 / 3),
    ]


def _reading(sizes: Sizes) -> list[Figure]:
    cards = sizes.cards // 5
    with workplace() as root, radicale(root) as server:
        for number, data in enumerate(books.cards(cards, pictures=False)):
            (root / f"collections/collection-root/{USER}/contacts/{number}.vcf").write_bytes(data)
        _read(server, cards)  # Radicale makes its index
        with noted() as sent:
            _read(server, cards)
        taken = in_turn(lambda: alone(lambda: _read(server, cards)), lambda: alone(lambda: _replay(sent)), sizes.pairs)
        pid = _pid(root)
        beside = [_with_server(pid, lambda: _read(server, cards)) for _ in range(sizes.pairs)]
    work, peer = f"CardDAV, first reading of {sizes.said(cards)}", "the bare requests, as many under way"
    return [
        compared(ROW, work, peer, taken, 1.2, wall=True),
        compared(ROW, work, "what Radicale takes meanwhile", beside, 1 / 3),
    ]


def _read(server: DavServer, cards: int) -> None:
    options = CarddavOptions(type="carddav", url=server.book, username=USER, password_env="PASSWORD")
    source = CardDav("bench", options, lambda _: PASSWORD, SystemClock())
    (ref,) = source.books()
    count = sum(isinstance(body, Fetched) for body in source.observe(ref, Known({}), deep=False).bodies)
    if count != cards:
        raise SystemExit(f"{count} cards came, not {cards}")
    source.close()


@contextmanager
def noted() -> Iterator[Sent]:
    """The requests that are sent meanwhile."""
    sent: Sent = []
    send = requests.Session.send

    def noting(session: requests.Session, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        body = request.body or b""
        data = body.encode() if isinstance(body, str) else bytes(body)
        sent.append((str(request.method), str(request.url), data, dict(request.headers)))
        return send(session, request, **options)

    requests.Session.send = noting  # type: ignore[method-assign, assignment]
    try:
        yield sent
    finally:
        requests.Session.send = send  # type: ignore[method-assign]


def _replay(sent: Sent) -> None:
    """Send these requests and drop the answers: those for cards on as many connections at once as a reading has."""
    local = threading.local()
    sessions: list[requests.Session] = []

    def connect() -> None:
        local.session = requests.Session()
        sessions.append(local.session)

    def ask(request: tuple[str, str, bytes, dict[str, str]]) -> None:
        method, url, body, headers = request
        if not local.session.request(method, url, data=body, headers=headers).content:
            raise SystemExit("an answer is empty")

    for_cards = [request for request in sent if b"addressbook-multiget" in request[2]]
    connect()
    for request in sent:
        if request not in for_cards:
            ask(request)
    with ThreadPoolExecutor(AT_ONCE, initializer=connect) as executor:
        list(executor.map(ask, for_cards))
    for session in sessions:
        session.close()


def _with_server(pid: int, work: Callable[[], object]) -> tuple[Cost, Cost]:
    """What work costs us, and the server meanwhile."""
    before = _cpu(pid)
    ours = alone(work)
    return ours, Cost(_cpu(pid) - before, 0)


def _pid(root: Path) -> int:
    """The server that was started with a configuration in this folder."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if str(root / "config").encode() in command:
                return int(entry.name)
    raise SystemExit("the server is not there")


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
