"""Cards that a second process indexes, too: the same comes out, in the same order, whatever becomes of it."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cardwarden.indexing import helper as helpers
from cardwarden.indexing import work
from cardwarden.indexing.helper import Errand, Helper, helping
from cardwarden.indexing.order import CardTask, indexed
from cardwarden.indexing.work import Indexed, Terms, answer
from cardwarden.vcard import index
from cardwarden.vcard.card import Entry
from cardwarden.vcard.content import RawCard, split_book
from support.cards import card
from support.dialects import DIALECTS
from support.hostile import HOSTILE, written

TERMS = Terms("JP", "")
MANY = 300


@pytest.fixture(autouse=True)
def _two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})


def corpus() -> list[RawCard]:
    """Every dialect, hostile text, old character sets, cards that cannot be read, and many ordinary ones."""
    hostile = [
        card(f"FN:{written(text)}", f"TEL:{written(text)}", f"NOTE:{written(text)}") for text in HOSTILE.values()
    ]
    old = ["Иванов".encode("cp1251"), "山田 太郎".encode("cp932"), "山田".encode("euc-jp"), "Jürgen".encode("latin-1")]
    odd = [b"BEGIN:VCARD\r\nFN:" + name + b"\r\nEND:VCARD\r\n" for name in old]
    broken = [b"", b"FN:Jane\r\n", b"BEGIN:VCARD\r\nEND:VCARD\r\n", b"BEGIN:VCARD\r\nFN:J\xff\xfe\r\n", b"\x00" * 3_000]
    ordinary = [card(f"FN:Person {n}", f"TEL:090-1234-{n:04}", f"NOTE:{'x' * 2_000}") for n in range(MANY)]
    cards = [RawCard(data) for data in (*DIALECTS.values(), *hostile, *odd, *broken, *ordinary)]
    return [*cards, *split_book(b"".join(broken + odd))]


def tasks(cards: list[RawCard]) -> Iterator[CardTask[int]]:
    return (CardTask(place, f"{place}.vcf", place % 3, raw, pack=place % 5 > 0) for place, raw in enumerate(cards))


def made(cards: list[RawCard], *, helped: bool) -> list[tuple[int, Indexed | None]]:
    return [(task.owner, card) for task, card in indexed(tasks(cards), TERMS, helped=helped, expected=10_000)]


@contextmanager
def started() -> Iterator[Helper]:
    with helping(TERMS) as helper:
        assert helper
        yield helper


def process_of(helper: Helper) -> subprocess.Popen[bytes]:
    return helper._process


def test_the_same_comes_out_with_a_second_process_and_without() -> None:
    cards = corpus()
    assert made(cards, helped=True) == made(cards, helped=False)


def test_it_does_a_part_of_the_work() -> None:
    errand = Errand([(card("FN:Jane Roe", "TEL:090-1234-5678"), "", True)])
    with started() as helper:
        assert helper.give(errand)
        assert helper.is_done(errand, wait=True)
    [done] = errand.answers or []
    assert done
    assert done[0][2] == "Jane Roe"


def test_when_it_is_killed_its_cards_are_indexed_here_and_that_is_logged_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    begun = helpers._started

    def dying(*given: object) -> Helper:
        helper = begun(*given)  # type: ignore[arg-type]
        os.kill(process_of(helper).pid, signal.SIGSTOP)
        assert helper.give(Errand([(card("FN:Jane"), "", True)]))
        process_of(helper).kill()
        return helper

    cards = corpus()
    alone = made(cards, helped=False)
    caplog.clear()
    monkeypatch.setattr(helpers, "_started", dying)
    assert made(cards, helped=True) == alone
    assert [entry.levelno for entry in caplog.records if entry.name == helpers.__name__] == [logging.WARNING]


def test_one_that_does_not_answer_in_time_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(helpers, "_PATIENCE", 0.1)
    errand = Errand([(card("FN:Jane"), "", True)])
    with started() as helper:
        os.kill(process_of(helper).pid, signal.SIGSTOP)
        assert helper.give(errand)
        assert not helper.is_done(errand, wait=False)
        assert helper.is_done(errand, wait=True)
        assert errand.answers is None
        assert not helper.give(errand)
    assert "lost" in caplog.text


@pytest.mark.parametrize("answers", [[], [None, None], "no list", 7])
def test_what_is_no_answer_to_what_was_asked_is_not_taken(answers: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helpers, "taken", lambda _: answers)
    errand = Errand([(card("FN:Jane"), "", True)])
    with started() as helper:
        assert helper.give(errand)
        assert helper.is_done(errand, wait=True)
        assert errand.answers is None


def test_a_bug_at_one_card_is_met_again_where_it_is_asked_and_the_others_are_answered(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    usual = index.index_card

    def fails_at_anna(raw: RawCard, *given: str | int) -> Entry:
        if b"Anna" in raw.data:
            raise LookupError("Anna's secret")
        return usual(raw, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(work, "index_card", fails_at_anna)
    assert answer((card("FN:Anna"), "", True), TERMS) is None
    assert answer((card("FN:Bert"), "", True), TERMS) is not None
    assert caplog.text == ""

    def unanswered(_: Helper, errand: Errand) -> bool:
        errand.answers = [None]
        return True

    monkeypatch.setattr(Helper, "give", unanswered)
    [(_, indexed_here)] = made([RawCard(card("FN:Anna"))], helped=True)
    assert indexed_here
    assert indexed_here.entry.problem == "bug"
    assert "Anna" not in caplog.text
    assert caplog.text.count("a card could not be read: a bug") == 1


def test_with_one_core_and_beside_another_reading_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    with started(), helping(TERMS) as second:
        assert second is None
    with started():
        pass
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    with helping(TERMS) as only:
        assert only is None


def test_where_none_can_be_started_all_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    cards = corpus()[:70]
    assert made(cards, helped=True) == made(cards, helped=False)
    with helping(TERMS) as none:
        assert none is None


def test_a_few_cards_start_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cardwarden.indexing.order.helping", lambda _: pytest.fail("it was started"))
    cards = corpus()
    assert len(list(indexed(tasks(cards), TERMS, helped=True, expected=0))) == len(cards)
    assert len(list(indexed(tasks(cards), TERMS, helped=False, expected=10_000))) == len(cards)
    with pytest.raises(BaseException, match="it was started"):
        list(indexed(tasks(cards * 2), TERMS, helped=True, expected=0))


def test_no_more_than_a_few_pieces_are_ahead_of_what_is_taken() -> None:
    came = 0

    def coming() -> Iterator[CardTask[int]]:
        nonlocal came
        for task in tasks([RawCard(card(f"FN:Person {n}")) for n in range(3_000)]):
            came += 1
            yield task

    taken = 0
    for taken, _ in enumerate(indexed(coming(), TERMS, helped=True, expected=10_000), 1):
        assert came - taken <= 64 * 9
    assert taken == 3_000


def test_it_gets_no_secret_and_loads_neither_settings_nor_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NTFY_URL", "https://ntfy.example/secret")
    with started() as helper:
        environ = Path(f"/proc/{process_of(helper).pid}/environ").read_text("utf-8")
    assert "secret" not in environ
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, cardwarden.indexing.second; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert not {
        "sqlalchemy",
        "pydantic",
        "requests",
        "cardwarden.settings",
        "cardwarden.store",
        "cardwarden.sources",
    } & set(loaded)


ORPHAN = """
import os, time
from cardwarden.indexing.helper import helping
from cardwarden.indexing.work import Terms
os.sched_getaffinity = lambda _: {0, 1}
with helping(Terms("JP", "")) as helper:
    print(helper._process.pid, flush=True)
    time.sleep(60)
"""


def test_it_ends_when_who_started_it_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", ORPHAN], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        os.kill(pid, 0)
        parent.kill()
    for _ in range(600):
        state = Path(f"/proc/{pid}/stat")
        if not state.exists() or state.read_text("utf-8").split()[2] == "Z":
            return
        time.sleep(0.1)
    pytest.fail("it lives on")
