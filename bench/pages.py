"""What a page costs to make, of a book with many events; and how much memory the daemon has more for having a page."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from statistics import median

from measure import Cost, Figure, Point, Spread, compared, in_turn, workplace
from peers import python_pass
from sizes import Sizes

from cardwarden.actions.tokens import Grant, Verb, signer_beside
from cardwarden.detect.finding import State
from cardwarden.store import books as book_store
from cardwarden.store import findings as finding_store
from support import page_memory
from support.page import Page, Visitor, page_of
from support.world import World, card

ROW = "pages"
_DEAREST = 20.0  # times python -c pass, which takes 10 ms where a page may take 200
_MEMORY = 25.0  # MB
_MORE = "daemon with its page, all of it read in every language: memory beyond one without"
_ALIKE = 100  # contacts of the largest event


def measure(sizes: Sizes) -> tuple[list[Figure], list[Point]]:
    with workplace() as root:
        world = World(root / "home")
        read = world.text
        world.text = lambda: read().replace('type = "vdir"', 'type = "vdir"\nrestore = true')  # type: ignore[method-assign]
        lives(world, sizes.cards, sizes.cards // 10)
        with page_of(world) as page:
            figures = [
                compared(ROW, f"{what}, {sizes.said(sizes.cards)}", "python -c pass", taken, _DEAREST)
                for what, taken in costs(page, sizes.pairs)
            ]
        more = Figure(ROW, _MORE, "MB", Spread.of([page_memory.of_the_page(root)]), _MEMORY)
        return [*figures, more], []


def lives(world: World, count: int, events: int) -> None:
    """A book; one change that many contacts share, and many events about one contact, one in ten of them open."""
    cards = [
        card(f"Contact {n:05}", f"TEL:03-{n:04}-{n % 9999:04}", f"EMAIL:c{n}@example.org", uid=f"u{n}")
        for n in range(count)
    ]
    for place, data in enumerate(cards):
        world.write(world.book / f"{place}.vcf", data)
    world.check()
    for number in range(min(_ALIKE, count // 2)):
        there, wrong = f"c{number}@example.org".encode(), f"c{number}@examp1e.org".encode()
        world.write(world.book / f"{number}.vcf", cards[number].replace(there, wrong))
    world.check()
    with world.program() as program, program.store.write() as connection:
        [book] = book_store.books(connection)
        found = finding_store.find_event(connection, finding_store.open_findings(connection)[0].event_id)
        assert found
        check = connection.exec_driver_sql("SELECT max(id) FROM checks").scalar_one()
        for number in range(events):
            finding = replace(found.event.findings[0], identity=f"{number}")
            event = replace(found.event, findings=(finding,), count=1)
            state = State.RESOLVED if number % 10 else State.OPEN
            finding_store.add_event(connection, book.id, check, event, [state], world.clock.now())


def costs(page: Page, pairs: int) -> Iterator[tuple[str, list[tuple[Cost, Cost]]]]:
    """What pages cost beside starting Python: the dearest of the ordinary ones, and those of an event of many contacts."""
    visitor = page.visitor()
    with page.program.store.read() as connection:
        last, large = connection.exec_driver_sql("SELECT max(event_id), min(event_id) FROM findings").one()
    ordinary = (
        "/", "/events?state=all&page=2", "/events?state=all&person=Contact+00", f"/events/{last}", "/contacts",
        "/contacts?q=0999", "/contacts/30", "/books/1", "/rules", "/settings", "/about",
    )  # fmt: skip
    taken = [in_turn(lambda: asked(visitor, path), python_pass, pairs) for path in ordinary]  # noqa: B023
    yield f"dearest of {len(ordinary)} pages", max(taken, key=lambda pairs: median(ours.cpu for ours, _ in pairs))
    until = page.program.clock.now() + timedelta(days=7)
    link = "/e/" + signer_beside(page.program.store.path).sign(Grant(large, frozenset(Verb), until))
    for what, path, form in (
        ("page of an event of 100 contacts", f"/events/{large}", None),
        ("its link", link, None),
        ("preview of putting them back", f"/events/{large}/restore", {}),
    ):
        yield what, in_turn(lambda: asked(visitor, path, form), python_pass, pairs)  # noqa: B023


def asked(visitor: Visitor, path: str, form: dict[str, object] | None = None) -> Cost:
    """What one page costs, with its visitor, who is in this process."""
    began, wall = time.process_time(), time.perf_counter()
    answer = visitor.get(path) if form is None else visitor.post(path, form)
    cost = Cost(time.process_time() - began, time.perf_counter() - wall)
    assert answer.status_code == 200, (path, answer.status_code)
    return cost
