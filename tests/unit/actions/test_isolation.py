"""A fault of one card, or of one member, changes nothing for the others; and a check says clean only if it is so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import ClassVar

import pytest

from cardwarden.actions.check import check_source
from cardwarden.actions.checked import Checked
from cardwarden.actions.terms import Judging
from cardwarden.detect import compare
from cardwarden.detect.case import CardChange, Case
from cardwarden.detect.finding import Finding, Severity, State
from cardwarden.detect.outcome import Doubt
from cardwarden.phrases.language import english
from cardwarden.service.health import unguarded
from cardwarden.store import findings as finding_store
from cardwarden.vcard import index
from cardwarden.vcard.diff import diff_facts
from support.receiver import Receiver
from support.world import YAMADA, World

DAMAGED = ("TEL;TYPE=HOME:03-1234-5601", "TEL;TYPE=CELL:+186080-1234-5602")


@dataclass(frozen=True, slots=True)
class Failing:
    """Fails at one card."""

    at: str
    name: ClassVar[str] = "failing"
    enabled: bool = True
    severity: Severity = Severity.WARNING

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        if card.entry.name == self.at:
            raise UnicodeDecodeError("ascii", b"\xe9", 0, 1, "Anna's secret")
        return ()


def checked(world: World, judging: Judging, *, deep: bool = False) -> Checked:
    with world.program() as program:
        [done] = check_source(program.store, program.source("family"), judging, lambda *_: (), program.clock, deep=deep)
    world.clock.at += timedelta(minutes=10)
    return done


@pytest.fixture
def judging(world: World) -> Judging:
    """The usual rules, with one before them that fails at Anna."""
    world.put("Anna", "NOTE:tea")
    world.put("Yamada", *YAMADA)
    with world.program() as program:
        usual = program.judging("family")
    judging = replace(usual, rules=(Failing("Anna"), *usual.rules))
    checked(world, replace(judging, rules=(Failing("nobody"), *usual.rules)))
    checked(world, judging)
    return judging


def test_a_rule_that_fails_at_one_card_hides_neither_the_others_nor_its_own_damage(
    world: World, judging: Judging, caplog: pytest.LogCaptureFixture
) -> None:
    world.put("Anna", "NOTE:coffee")
    world.put("Yamada", *DAMAGED)
    done = checked(world, judging)
    assert done.outcome == "findings"
    assert world.titles() == ["Yamada: Number gained a +"]
    world.put("Yamada", *YAMADA)
    done = checked(world, judging)
    assert done.outcome == "partial"
    assert "UnicodeDecodeError in test_isolation.py" in english(done.reason)
    assert "secret" not in english(done.reason) + caplog.text
    assert checked(world, judging).outcome == "partial"  # and not clean, though nothing is open and nothing moved
    with world.program() as program:
        assert checked(world, program.judging("family")).outcome == "clean"


def test_a_card_that_cannot_be_compared_does_not_keep_the_others_from_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.put("Anna", "NOTE:tea")
    world.put("Yamada", *YAMADA)
    world.check()
    usual = diff_facts

    def fails_at_coffee(old, new):  # type: ignore[no-untyped-def]
        if any(fact.text == "coffee" for fact in new):
            raise LookupError
        return usual(old, new)

    monkeypatch.setattr(compare, "diff_facts", fails_at_coffee)
    world.put("Anna", "NOTE:coffee")
    world.put("Yamada", *DAMAGED)
    assert world.check().outcome == "findings"
    assert world.titles() == ["Yamada: Number gained a +"]
    monkeypatch.undo()
    assert world.check().outcome == "findings"
    world.put("Yamada", *YAMADA)
    assert world.check().outcome == "clean"


def test_a_card_that_the_program_fails_to_read_is_one_that_cannot_be_read(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.put("Yamada", *YAMADA)
    world.put("Bo")
    world.put("Cy")
    world.check()
    usual = index.index_card

    def fails_at_anna(raw, *rest):  # type: ignore[no-untyped-def]
        if b"Anna" in raw.data:
            raise RecursionError
        return usual(raw, *rest)

    monkeypatch.setattr("cardwarden.indexing.work.index_card", fails_at_anna)
    world.put("Anna", "NOTE:tea")
    world.put("Yamada", *DAMAGED)
    assert world.check().outcome == "findings"
    assert sorted(found.finding.rule for found in world.open()) == ["number-plus-added", "unreadable-card"]


def test_a_fault_of_a_whole_book_is_its_result_and_is_told_in_time(
    world: World, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.phone = receiver.url
    world.put("Anna")
    world.check()

    def fails(*_: object, **__: object) -> None:
        raise AssertionError("Anna's secret")

    monkeypatch.setattr("cardwarden.actions.believing.pair", fails)
    world.put("Anna", "NOTE:tea")
    done = world.check()
    assert (done.outcome, done.doubt) == ("inconclusive", Doubt.FAULT)
    assert "secret" not in english(done.reason)
    world.clock.at += timedelta(hours=3)
    world.check()
    assert [request["title"].partition(" since")[0] for request in receiver.requests] == ["Cannot read family"]


def test_one_file_that_cannot_be_read_among_many_is_named_once_and_the_rest_is_guarded(
    world: World, receiver: Receiver
) -> None:
    world.phone = receiver.url
    for number in range(20):
        world.put(f"P{number}", f"TEL:03-1234-56{number:02}")
    (world.book / "old.vcf").symlink_to(world.root / "nowhere")
    assert world.check().outcome == "partial"
    for _ in range(30):
        assert world.check().outcome == "partial"
    assert [request["title"] for request in receiver.requests] == ["A file of family cannot be read"]
    assert "old.vcf" in receiver.requests[0]["message"]
    with world.program() as program:
        assert unguarded(program) == []
    (world.book / "old.vcf").unlink()
    done = world.check()
    assert (done.outcome, len(done.resolved)) == ("clean", 1)
    assert world.open() == []


def test_a_first_look_that_reads_only_the_lesser_part_takes_no_baseline(world: World) -> None:
    world.put("Anna")
    for number in range(3):
        (world.book / f"{number}.vcf").symlink_to(world.root / "nowhere")
    assert world.check().doubt is Doubt.UNREAD
    for number in range(3):
        (world.book / f"{number}.vcf").unlink()
        world.put(f"P{number}", file=f"{number}.vcf")
    done = world.check()
    assert (done.outcome, done.cards, done.events) == ("clean", 4, ())


def test_a_deviation_that_nothing_is_open_about_is_found_by_a_quick_check(world: World) -> None:
    world.put("Yamada", *YAMADA)
    world.check()
    world.put("Yamada", *DAMAGED)
    world.check()
    with world.program() as program, program.store.write() as connection:
        ids = [found.id for found in finding_store.open_findings(connection)]
        finding_store.transition(connection, ids, State.ACCEPTED, world.clock.at, "by a version that moved no baseline")
    assert world.check().outcome == "findings"
    assert len(world.open()) == 1
