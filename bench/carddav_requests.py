"""How many requests a check of a CardDAV book costs, counted on a real Radicale: `python bench/carddav_requests.py`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import requests

sys.path[:0] = [str(Path(__file__).parents[1] / folder) for folder in ("daemon", "tests")]

from cardwarden.carddav.book import BATCH  # noqa: E402
from cardwarden.clock import SystemClock  # noqa: E402
from cardwarden.sources.carddav import CardDav  # noqa: E402
from cardwarden.sources.carddav_options import CarddavOptions  # noqa: E402
from cardwarden.sources.source import Known  # noqa: E402
from support.dav_servers import PASSWORD, USER, radicale  # noqa: E402
from support.fake_dav import card  # noqa: E402

CARDS = 300


def main() -> None:
    sent: list[str] = []
    send = requests.Session.send

    def counted(session: requests.Session, request: requests.PreparedRequest, **options: object) -> requests.Response:
        sent.append(str(request.method))
        return send(session, request, **options)

    with tempfile.TemporaryDirectory() as folder, radicale(Path(folder)) as server:
        other = requests.Session()
        other.auth = (USER, PASSWORD)

        def put(number: int, name: str) -> None:
            other.put(f"{server.book}{number}.vcf", data=card(f"u{number}", name)).raise_for_status()

        for number in range(CARDS):
            put(number, "Before")
        options = CarddavOptions(type="carddav", url=server.book, username=USER, password_env="PASSWORD")
        source = CardDav("bench", options, lambda _: PASSWORD, SystemClock())
        (book,) = source.books()
        seen = source.observe(book, Known({}), deep=True)
        list(seen.bodies)
        print(f"{'changed':>8} {'requests':>9} {'at most':>8}")
        for changed in (0, 1, 2, BATCH, BATCH + 1, 2 * BATCH, CARDS - 1):
            for number in range(changed):
                put(number, f"After {changed}")
            requests.Session.send = counted  # type: ignore[method-assign, assignment]
            sent.clear()
            seen = source.observe(book, Known(seen.members, seen.token), deep=False)
            fetched = sum(1 for _ in seen.bodies)
            requests.Session.send = send  # type: ignore[method-assign]
            limit = 2 + -(-changed // BATCH) if changed else 1
            print(f"{changed:>8} {len(sent):>9} {limit:>8}")
            if fetched != changed or len(sent) > limit:
                raise SystemExit("too many requests, or not what was changed")


if __name__ == "__main__":
    main()
