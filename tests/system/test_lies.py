"""A server, or what stands before it, that lies now and then: no contact is taken for deleted, and no damage is lost.

`make soak` makes more checks: CARDWARDEN_SOAK_LIES.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

from cardwarden.actions.verify import verify_store
from cardwarden.store import findings as finding_store
from cardwarden.wiring import Program
from support.fake_dav import FakeDav, Reply, Request, serving
from support.world import World, card

CHECKS = int(os.environ.get("CARDWARDEN_SOAK_LIES", "80"))
SEED = int(os.environ.get("CARDWARDEN_SOAK_SEED", "1"))
PEOPLE = 40
GONE = {"card-removed", "mass-removed"}


class Old(NamedTuple):
    """What a cache may still have."""

    cards: dict[str, bytes]
    history: list[tuple[str, bool]]


def healthy(number: int, step: int = 0) -> bytes:
    return card(f"Person {number}", f"TEL:186080-12{number:03}-0000", f"NOTE:Seen {step}", uid=f"u{number}")


def damaged(number: int) -> bytes:
    return card(f"Person {number}", f"TEL:+186080-12{number:03}-0000", "NOTE:Seen 0", uid=f"u{number}")


def cut(dav: FakeDav, draw: random.Random, old: Old) -> None:
    missing = draw.randrange(1, 200)

    def answer(request: Request) -> Reply:
        with honest(dav):
            return replace(dav.answer(request), cut=missing)

    dav.always = answer


def failing(dav: FakeDav, draw: random.Random, old: Old) -> None:
    status = draw.choice([500, 502, 503, 504, 429])
    dav.always = lambda _: Reply(status, "no") if draw.random() < 0.7 else None


def login_page(dav: FakeDav, draw: random.Random, old: Old) -> None:
    dav.always = lambda _: Reply(
        200, "<!DOCTYPE html><html><form>Password</form></html>", {"Content-Type": "text/html"}
    )


def empty(dav: FakeDav, draw: random.Random, old: Old) -> None:
    dav.offers_sync, dav.cards = False, {}


def of_another(dav: FakeDav, draw: random.Random, old: Old) -> None:
    dav.offers_sync = False
    dav.cards = {f"x{number}.vcf": card(f"Stranger {number}", f"TEL:03-5555-{number:04}") for number in range(PEOPLE)}


def one_missing(dav: FakeDav, draw: random.Random, old: Old) -> None:
    hidden = draw.choice(sorted(dav.cards))
    dav.offers_sync = False

    def answer(request: Request) -> Reply | None:
        if request.method != "PROPFIND" or request.headers.get("Depth") != "1":
            return None
        whole = dav.cards
        dav.cards = {name: data for name, data in whole.items() if name != hidden}
        try:
            with honest(dav):
                return dav.answer(request)
        finally:
            dav.cards = whole

    dav.always = answer


def stale(dav: FakeDav, draw: random.Random, old: Old) -> None:
    dav.offers_sync, dav.cards, dav.history = False, dict(old.cards), list(old.history)


def half_bodies(dav: FakeDav, draw: random.Random, old: Old) -> None:
    share = draw.choice([0.02, 1])
    dav.data = lambda data: escape(data[: len(data) // 2].decode()) if draw.random() < share else escape(data.decode())


def rewritten(dav: FakeDav, draw: random.Random, old: Old) -> None:
    dav.data = lambda data: escape(data.decode().replace("\r\n", "\n").replace("TEL:", "tel;type=cell:"))


Lie = Callable[[FakeDav, random.Random, Old], None]
LIES: list[Lie] = [
    cut, failing, login_page, empty, of_another, one_missing, stale, half_bodies, rewritten,
]  # fmt: skip


BELIEVED_IN_TIME = (empty, half_bodies)
"""What is believed if it looks so for longer than five minutes: after it comes the truth."""


@contextmanager
def honest(dav: FakeDav) -> Iterator[None]:
    """Meanwhile the server answers as usual."""
    always, dav.always = dav.always, None
    try:
        yield
    finally:
        dav.always = always


@contextmanager
def lying(dav: FakeDav, lie: Lie, draw: random.Random, old: Old) -> Iterator[None]:
    """Meanwhile it lies; afterwards everything is as it was."""
    before = (dav.cards, dav.history, dav.offers_sync, dav.data, dav.always)
    lie(dav, draw, old)
    try:
        yield
    finally:
        dav.cards, dav.history, dav.offers_sync, dav.data, dav.always = before


def test_no_lie_of_a_server_deletes_a_contact_or_hides_damage(tmp_path: Path) -> None:
    draw, told = random.Random(SEED), Counter[str]()
    with serving() as dav:
        world = World(tmp_path)
        world.text = lambda: (  # type: ignore[method-assign]
            f'region = "JP"\n[store]\nurl = "sqlite:///{tmp_path}/state/x.db"\n'
            f'[sources.cloud]\ntype = "carddav"\nurl = "{dav.url}"\n'
        )
        for number in range(PEOPLE):
            dav.put(f"{number}.vcf", healthy(number))
        bad: set[int] = set()
        was = Old(dict(dav.cards), list(dav.history))
        lie: Lie = cut
        with world.program() as program:
            program.check("cloud")
            for step in range(1, CHECKS):
                if draw.random() < 0.1:
                    was = Old(dict(dav.cards), list(dav.history))
                happens(dav, draw, bad, step)
                lie, must_be_honest = draw.choice(LIES), lie in BELIEVED_IN_TIME
                if draw.random() < 0.6 and not must_be_honest:
                    with lying(dav, lie, draw, was):
                        program.check("cloud", deep=draw.random() < 0.5)
                    told[lie.__name__] += 1
                    assert gone(program) == [], f"step {step}: {lie.__name__}"
                else:
                    deep = draw.random() < 0.4
                    program.check("cloud", deep=deep)
                    assert gone(program) == [], f"step {step}"
                    # A body that was false while its etag was right is read again by the next deep check.
                    assert not deep or bad <= open_people(program), f"step {step}"
                world.clock.at += timedelta(minutes=10)
            world.clock.at += timedelta(minutes=10)
            [done] = program.check("cloud", deep=True)
            assert (open_people(program), done.outcome.value) == (bad, "findings" if bad else "clean")
            assert others(program) == []
            assert verify_store(program.store).flaw is None
    assert len(told) == len(LIES)


def happens(dav: FakeDav, draw: random.Random, bad: set[int], step: int) -> None:
    """Now and then somebody is damaged, put right, or edited."""
    number = draw.randrange(PEOPLE)
    if draw.random() < 0.1 and number not in bad:
        bad.add(number)
        dav.put(f"{number}.vcf", damaged(number))
    elif draw.random() < 0.15 and bad:
        mended = draw.choice(sorted(bad))
        bad.remove(mended)
        dav.put(f"{mended}.vcf", healthy(mended))
    elif draw.random() < 0.2 and number not in bad:
        dav.put(f"{number}.vcf", healthy(number, step))


def gone(program: Program) -> list[str]:
    """What was ever told of contacts that were deleted; nobody ever was."""
    with program.store.read() as connection:
        found = finding_store.list_findings(connection, include_closed=True)
    return [one.finding.rule for one in found if one.finding.rule in GONE]


def open_people(program: Program) -> set[int]:
    """Whose number is told to have gained a +."""
    with program.store.read() as connection:
        found = finding_store.open_findings(connection)
    return {
        int(one.finding.card.uid[1:]) for one in found if one.finding.rule == "number-plus-added" and one.finding.card
    }


def others(program: Program) -> list[str]:
    """What else is open."""
    with program.store.read() as connection:
        found = finding_store.open_findings(connection)
    return [one.finding.rule for one in found if one.finding.rule != "number-plus-added"]
