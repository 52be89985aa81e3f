"""A source that got another name is recognised, and goes on under it with all that is known of it."""

from __future__ import annotations

import pytest

from cardwarden.actions.accept import accept
from cardwarden.actions.rename import rename
from cardwarden.detect.finding import FindingKind
from cardwarden.errors import RefusedError, UsageError
from cardwarden.replies import accept_findings
from cardwarden.store import findings as finding_store
from cardwarden.store import verification
from cardwarden.store.cards import all_cards
from support.receiver import Receiver
from support.world import World


@pytest.fixture
def damaged(world: World) -> World:
    """Anna lost her mail address; then the source "family" became "home"."""
    world.put("Anna", "TEL:03-1234-5601", "EMAIL:anna@example.org")
    world.put("Bo", "TEL:03-1234-5602")
    world.check()
    world.put("Anna", "TEL:03-1234-5601")
    world.check()
    assert [finding.finding.rule for finding in world.open()] == ["value-lost"]
    text = world.text()
    world.text = lambda: text.replace("[sources.family]", "[sources.home]")  # type: ignore[method-assign]
    return world


def check(world: World, *, deep: bool = False) -> tuple[str, str]:
    with world.program() as program:
        [done] = program.check("home", deep=deep)
        program.deliver()
    return done.outcome, done.doubt


def opened(world: World) -> list[tuple[str, str]]:
    with world.program() as program, program.store.read() as connection:
        return [(found.source, found.finding.rule) for found in finding_store.open_findings(connection)]


def renamed(world: World, old: str = "family", new: str = "home") -> list[str]:
    with world.program() as program:
        return rename(program.store, old, new, program.clock)


def test_a_renamed_source_is_told_as_that_and_its_damage_is_never_the_baseline(
    damaged: World, receiver: Receiver
) -> None:
    for _ in range(3):
        assert check(damaged) == ("inconclusive", "renamed")
    assert opened(damaged) == [("family", "value-lost"), ("home", "renamed-source")]


def test_it_goes_on_under_the_new_name_with_what_was_open(damaged: World) -> None:
    check(damaged)
    assert renamed(damaged) == ["contacts"]
    assert opened(damaged) == [("home", "value-lost")]
    assert check(damaged)[0] == "findings"
    damaged.put("Anna", "TEL:03-1234-5601", "EMAIL:anna@example.org")
    assert check(damaged)[0] == "clean"
    assert opened(damaged) == []


def test_the_chain_knows_the_new_name(damaged: World) -> None:
    check(damaged)
    renamed(damaged)
    check(damaged)
    with damaged.program() as program, program.store.read() as connection:
        assert verification.verify(connection).flaw is None


def test_a_book_that_is_to_be_guarded_as_a_new_one_is_accepted(damaged: World) -> None:
    check(damaged)
    with damaged.program() as program, program.store.read() as connection:
        waiting = [f.id for f in finding_store.open_findings(connection) if f.source == "home"]
    with damaged.program() as program:
        assert accept(program.store, waiting, program.judging, program.clock) == waiting
    assert check(damaged)[0] == "clean"


def test_a_source_with_a_history_of_its_own_is_not_joined(world: World) -> None:
    world.more = f'[sources.copy]\ntype = "vdir"\npath = "{world.book}"\n'
    world.put("Anna")
    with world.program() as program:
        assert [done.outcome for name in ("family", "copy") for done in program.check(name)] == ["clean", "clean"]
    with pytest.raises(RefusedError, match="history of its own"):
        renamed(world, "family", "copy")
    with pytest.raises(UsageError, match="Nothing is known"):
        renamed(world, "nobody", "copy")


def test_a_second_source_over_the_same_cards_is_a_book_of_its_own(world: World) -> None:
    world.put("Anna")
    world.check()
    world.more = f'[sources.copy]\ntype = "vdir"\npath = "{world.book}"\n'
    with world.program() as program:
        assert [done.outcome for done in program.check("copy")] == ["clean"]


def test_what_was_accepted_while_the_source_was_away_is_the_baseline_when_it_is_back(damaged: World) -> None:
    with damaged.program() as program:
        ids = [found.id for found in damaged.open()]
        accept(program.store, ids, lambda _: None, program.clock)
    del damaged.text
    assert damaged.check().outcome == "clean"
    assert damaged.check(deep=True).outcome == "clean"


@pytest.mark.parametrize("deep", [False, True])
def test_a_hazard_that_stays_open_keeps_no_card_from_its_new_baseline(world: World, *, deep: bool) -> None:
    world.settings += 'hold_at = "notice"\n'
    world.more = '[rules.number-hazard]\ndead_severity = "notice"\n'
    world.put("Anna", "TEL:+03-1234-5601", "EMAIL:anna@example.org")
    world.check()
    world.put("Anna", "TEL:+03-1234-5601")
    world.check()
    kinds = {found.finding.kind: found.id for found in world.open()}
    assert kinds.keys() == {FindingKind.DEVIATION, FindingKind.HAZARD}
    with world.program() as program:
        accept(program.store, [kinds[FindingKind.DEVIATION]], lambda _: None, program.clock)
    assert world.check(deep=deep).outcome == "clean"
    with world.program() as program, program.store.read() as connection:
        assert all(card.is_accepted for card in all_cards(connection, 1))


@pytest.mark.parametrize("deep", [False, True])
def test_clean_means_equal_also_after_an_acceptance_while_the_source_had_another_name(
    damaged: World, *, deep: bool
) -> None:
    """What is accepted in a source that the settings lack moves the baseline, too, so a check may say clean later."""
    at_home = damaged.text
    with damaged.program() as program:
        with program.store.read() as connection:
            wanted = [found.id for found in finding_store.open_findings(connection)]
        assert accept_findings(program, wanted, "") == 1
    back = at_home().replace("[sources.home]", "[sources.family]")
    damaged.text = lambda: back  # type: ignore[method-assign]
    assert damaged.check(deep=deep).outcome == "clean"
    with damaged.program() as program, program.store.read() as connection:
        assert all(card.is_accepted for card in all_cards(connection, 1))
