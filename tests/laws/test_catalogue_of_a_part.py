"""What people reported comes to the same if a check loads only what the change touches and if it loads the whole book."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from cardwarden.actions.check import check_source
from cardwarden.actions.checked import Checked
from cardwarden.actions.terms import Judging
from cardwarden.store import cards as card_store
from cardwarden.store import tables as t
from cardwarden.store import verification
from cardwarden.store.engine import Store, open_store
from catalogue.test_catalogue import Case, cases
from support.judging import EVERY_RULE
from support.shelf import Shelf
from support.store import new_store, url
from support.world import FakeClock

pytestmark = pytest.mark.sqlite
STRANGERS = 300
FEW = 100  # cards that are loaded
FEW_WRITTEN = 10  # members that are written at once; of many it may not pay
SALTED = {"links", "row_salts"}  # what is made of salts, which are chance
BODIES = {"body_id", "part_id"}
LEFT_OUT = {("cards", "salt"), ("bodies", "id")}
EVERY = {"a member each": 3, "one member": 8, "one file": 40}
"""How the cards of a case lie in their book, and one of how many cases is tried so."""
_NAMED = re.compile(
    r"^(?:[\w-]+\.)?((?:UID|FN|N|ORG|NICKNAME|X-PHONETIC[\w-]*)[;:].*(?:\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE
)

Book = Mapping[str, bytes]


def stranger(number: int) -> bytes:
    return (
        f"BEGIN:VCARD\nVERSION:3.0\nUID:pad-{number}\nFN:Stranger No{number}\nN:No{number};Stranger;;;\n"
        f"TEL;TYPE=CELL:+1 650-253-{number:04}\nEND:VCARD\n"
    ).encode()


PADDING = {f"stranger{number}": stranger(number) for number in range(STRANGERS)}


def laid_out(cards: Iterable[str], layout: str) -> Book:
    """A book with these cards among strangers."""
    bodies = [(card if card.endswith("\n") else card + "\n").encode() for card in cards]
    match layout:
        case "a member each":
            return PADDING | {f"case{number}": body for number, body in enumerate(bodies)}
        case "one member":
            return PADDING | {"case": b"".join(bodies)}
        case _:
            return {"all": b"".join([*PADDING.values(), *bodies])}


def states(case: Case) -> list[list[str]]:
    """The cards at each look: as they were, as they are, once more for what is doubted, and as they were before."""
    earlier = case.get("sequence") or [case[name] for name in ("earlier", "before", "after") if name in case]
    return [*earlier, earlier[-1], earlier[-2], earlier[-2]]


def region_of(case: Case) -> str:
    region = case.get("region") or "US"
    return "US" if region in {"001", "ZZ"} else str(region)


@cache
def strangers(region: str, layout: str) -> bytes:
    """The record of a book of strangers that was checked once."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "state.db")
        store = new_store(path)
        with closing(store):
            looked(store, Shelf(truth=dict(laid_out((), layout))), Judging(region, EVERY_RULE), FakeClock())
        return path.read_bytes()


def looked(store: Store, shelf: Shelf, judging: Judging, clock: FakeClock, *, whole: bool = False) -> Checked:
    [done] = check_source(store, shelf, judging, lambda *_: ["phone"], clock, whole=whole)
    return done


@contextmanager
def counting(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The rows of the cards that are loaded meanwhile, each as often as it is."""
    rows: list[int] = []
    load = card_store.stored_card

    def loading(row_id: int, *columns: Any) -> card_store.StoredCard:
        rows.append(row_id)
        return load(row_id, *columns)

    with monkeypatch.context() as patch:
        patch.setattr(card_store, "stored_card", loading)
        yield rows


def lived(
    case: Case, layout: str, path: Path, monkeypatch: pytest.MonkeyPatch, *, whole: bool
) -> tuple[Any, list[int]]:
    """What the checks of a case say and leave in the record; and how many cards each of them loads."""
    region = region_of(case)
    path.write_bytes(strangers(region, layout))
    path.chmod(0o600)
    store, clock, shelf, judging = open_store(url(path)), FakeClock(), Shelf(), Judging(region, EVERY_RULE)
    done, loaded = [], []
    with closing(store):
        for cards in states(case):
            clock.sleep(600)
            shelf.truth = dict(laid_out(cards, layout))
            with counting(monkeypatch) as rows:
                done.append(looked(store, shelf, judging, clock, whole=whole))
            loaded.append(len(rows))
        with store.read() as connection:
            assert verification.verify(connection).flaw is None
    return (done, rows_of(path)), loaded


def rows_of(path: Path) -> dict[str, list[list[Any]]]:
    """Every row of a record but for what is made of its salts; a body is called by its digest, not by when it came."""
    rows = {}
    with closing(sqlite3.connect(path)) as connection:
        digests = dict(connection.execute("SELECT id, digest FROM bodies"))
        for table in t.metadata.sorted_tables:
            if table.name in SALTED:
                continue
            names = [column.name for column in table.c if (table.name, column.name) not in LEFT_OUT]
            columns = ", ".join(f'"{name}"' for name in names)
            rows[table.name] = sorted(
                (
                    [digests.get(value) if name in BODIES else value for name, value in zip(names, row, strict=True)]
                    for row in connection.execute(f'SELECT {columns} FROM "{table.name}"')
                ),
                key=repr,
            )
    return rows


def keeps_who_is_who(case: Case) -> bool:
    """Few cards, each with a UID of its own, that only say something else: nobody comes, goes or is called otherwise."""
    said = {tuple(tuple(_NAMED.findall(card)) for card in cards) for cards in states(case)}
    [first, *others] = said
    uids = {line for lines in first for line in lines if line.upper().startswith("UID")}
    return not others and len(first) <= FEW_WRITTEN and len(uids) == len(first)


def tried() -> list[Any]:
    return [
        pytest.param(*param.values, layout, id=f"{param.id}-{layout}")
        for layout, every in EVERY.items()
        for param in cases()[every // 2 :: every]
    ]


@pytest.mark.parametrize(("case", "layout"), tried())
def test_a_reported_case_comes_to_the_same_of_a_part_and_of_the_whole(
    case: Case, layout: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_part, loaded = lived(case, layout, tmp_path / "part.db", monkeypatch, whole=False)
    of_whole, _ = lived(case, layout, tmp_path / "whole.db", monkeypatch, whole=True)
    assert of_part == of_whole
    if layout != "one file" and keeps_who_is_who(case):
        assert max(loaded[1:]) < FEW
