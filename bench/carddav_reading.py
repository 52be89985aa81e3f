"""A first reading of 2,000 cards from Radicale against a bare loop that sends the same requests and drops the answers.

`python bench/carddav_reading.py [pairs]` plays pairs in turn and prints each ratio and their median; the aim is 1.3.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

import requests

sys.path[:0] = [str(Path(__file__).parents[1] / folder) for folder in ("daemon", "tests")]

from cardwarden.clock import SystemClock  # noqa: E402
from cardwarden.sources.carddav import CardDav  # noqa: E402
from cardwarden.sources.carddav_options import CarddavOptions  # noqa: E402
from cardwarden.sources.source import Fetched, Known  # noqa: E402
from support.dav_servers import PASSWORD, USER, radicale  # noqa: E402

CARDS = 2_000
CARD = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:u{0}\r\nFN:Person Number {0}\r\nN:Number {0};Person;;;\r\n"
    "TEL;TYPE=CELL:090-{0:04d}-5678\r\nTEL;TYPE=HOME:03-{0:04d}-1234\r\nEMAIL:person{0}@example.org\r\n"
    "ADR;TYPE=HOME:;;{0} Long Street;Tokyo;;100-0001;Japan\r\nNOTE:Met in the year {0}\r\nEND:VCARD\r\n"
)

Sent = list[tuple[str, str, bytes, dict[str, str]]]


def main() -> None:
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as folder, radicale(Path(folder)) as server:
        fill(server.book)
        sent = record(server.book)
        print(f"{CARDS:,} cards, {len(sent)} requests")
        ratios = []
        for _ in range(pairs):
            ours, bare = read(server.book), replay(sent)
            ratios.append(ours / bare)
            print(f"source {ours:6.3f} s   bare loop {bare:6.3f} s   ratio {ours / bare:.3f}")
        print(f"median ratio {statistics.median(ratios):.3f}")


def fill(book: str) -> None:
    """All cards at once: Radicale takes a whole book with one PUT."""
    data = "".join(CARD.format(number) for number in range(CARDS)).encode()
    headers = {"Content-Type": "text/vcard"}
    requests.put(book, data=data, headers=headers, auth=(USER, PASSWORD), timeout=600).raise_for_status()


def read(book: str) -> float:
    """Seconds of a first look, from the first request to the last card."""
    options = CarddavOptions(type="carddav", url=book, username=USER, password_env="PASSWORD")
    source = CardDav("bench", options, lambda _: PASSWORD, SystemClock())
    begun = time.perf_counter()
    (ref,) = source.books()
    seen = source.observe(ref, Known({}), deep=False)
    count = sum(isinstance(body, Fetched) for body in seen.bodies)
    spent = time.perf_counter() - begun
    if count != CARDS:
        raise SystemExit(f"{count} cards came")
    return spent


def record(book: str) -> Sent:
    """The requests of a first look."""
    sent: Sent = []
    send = requests.Session.send

    def noted(session: requests.Session, request: requests.PreparedRequest, **options: object) -> requests.Response:
        sent.append((str(request.method), str(request.url), bytes(request.body or b""), dict(request.headers)))
        return send(session, request, **options)

    requests.Session.send = noted  # type: ignore[method-assign, assignment]
    try:
        read(book)
    finally:
        requests.Session.send = send  # type: ignore[method-assign]
    return sent


def replay(sent: Sent) -> float:
    """Seconds of a loop that sends these requests on one connection and drops the answers."""
    session = requests.Session()
    begun = time.perf_counter()
    for method, url, body, headers in sent:
        assert session.request(method, url, data=body, headers=headers).content
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
