"""What the page costs for a book of 10,000 cards and 1,000 events, in processor time, and how much memory it needs.

PYTHONPATH=daemon:tests .venv/bin/python bench/page_10000.py
"""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from cardwarden.detect.finding import State
from cardwarden.store import books as book_store
from cardwarden.store import findings as finding_store
from support.page import page_of
from support.world import World, card

CARDS, EVENTS, ALIKE, TIMES = 10_000, 1_000, 100, 9
MEMORY = """
import sys
sys.path.insert(0, "daemon")
def resident():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))
import cardwarden.service.runner, cardwarden.wiring, cardwarden.actions.check, cardwarden.phrases.language
before = resident()
import cardwarden.web.server
from cardwarden.web.render import _templates
for name in _templates().list_templates(): _templates().get_template(name)
print((resident() - before) // 1024)
"""


def main() -> None:
    print(f"The page's modules and templates: {loaded()} MB beside the daemon's.")
    with TemporaryDirectory(prefix="cardwarden-bench-") as name:
        world = World(Path(name))
        cards = [
            card(f"Contact {n:05}", f"TEL:03-{n:04}-{n % 9999:04}", f"EMAIL:c{n}@example.org", uid=f"u{n}")
            for n in range(CARDS)
        ]
        for place, data in enumerate(cards):
            world.write(world.book / f"{place}.vcf", data)
        world.check()
        for number in range(ALIKE):
            there, wrong = f"c{number}@example.org".encode(), f"c{number}@examp1e.org".encode()
            world.write(world.book / f"{number}.vcf", cards[number].replace(there, wrong))
        world.check()
        more_events(world)
        with page_of(world) as page:
            visitor = page.visitor()
            with page.program.store.read() as connection:
                count = connection.exec_driver_sql("SELECT count(*) FROM events").scalar_one()
                event, large = connection.exec_driver_sql("SELECT max(event_id), min(event_id) FROM findings").one()
            print(f"{CARDS:,} cards, {count:,} events")
            slowest = 0.0
            for path in (
                "/", "/events", "/events?state=all&page=20", "/events?state=all&person=Contact+00", f"/events/{event}",
                f"/events/{large}", "/contacts", "/contacts?q=0999", "/contacts/500", "/books/1", "/books/1?page=100",
                "/rules", "/settings",
            ):  # fmt: skip
                visitor.get(path)
                spans = []
                for _ in range(TIMES):
                    began = time.process_time()
                    assert visitor.get(path).ok
                    spans.append((time.process_time() - began) * 1000)
                slowest = max(slowest, median(spans))
                print(f"{median(spans):7.0f} ms  {path}")
    print(f"slowest: {slowest:.0f} ms")
    sys.exit(slowest > 200)


def more_events(world: World) -> None:
    """As many events as the one that was found, one in ten of them open."""
    with world.program() as program, program.store.write() as connection:
        [book] = book_store.books(connection)
        found = finding_store.find_event(connection, finding_store.open_findings(connection)[0].event_id)
        assert found
        check = connection.exec_driver_sql("SELECT max(id) FROM checks").scalar_one()
        for number in range(EVENTS):
            finding = replace(found.event.findings[0], identity=f"{number}")
            event = replace(found.event, findings=(finding,), count=1)
            state = State.RESOLVED if number % 10 else State.OPEN
            finding_store.add_event(connection, book.id, check, event, [state], world.clock.now())


def loaded() -> int:
    done = subprocess.run([sys.executable, "-c", MEMORY], capture_output=True, text=True, check=True)
    return int(done.stdout)


if __name__ == "__main__":
    main()
