"""Whatever evidence shows was recorded in the chain: a row that was altered, added or taken out is named."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from cardwarden.actions.accept import accept
from cardwarden.actions.retain import retain
from cardwarden.actions.verify import verify_store
from cardwarden.phrases.language import english
from cardwarden.phrases.phrase import phrase
from cardwarden.store import covered
from cardwarden.store import findings as finding_store
from cardwarden.store import tables as t
from cardwarden.store.covered import COVERED
from cardwarden.store.verification import verify
from support.altered import altered, flaw_of, other, recorded, rows_of
from support.world import World

NOT_COVERED = {
    "books": {"token", "judged_with", "last_conclusive_at", "last_deep_at", "doubted_as", "doubted_since", "listing"}
}


@pytest.fixture
def lived(world: World) -> World:
    return recorded(world)


@pytest.mark.large
@pytest.mark.sqlite
def test_every_value_of_every_row_that_evidence_shows_is_covered(lived: World) -> None:
    assert flaw_of(lived) == ""
    for name, table in COVERED.items():
        keys = [column.name for column in table.primary_key.columns]
        rows = rows_of(lived, name, [column.name for column in table.c])
        assert rows, name
        row = dict(zip((column.name for column in table.c), rows[-1], strict=True))
        where = " AND ".join(f"{key} = ?" for key in keys)
        place = tuple(row[key] for key in keys)
        for column in set(row) - NOT_COVERED.get(name, set()):
            statement = f"UPDATE {name} SET {column} = ? WHERE {where}"
            with altered(lived, statement, (other(row[column]), *place)) as done:
                assert not done or named_in(flaw_of(lived), name), (name, column)
        with altered(lived, f"DELETE FROM {name} WHERE {where}", place):
            assert named_in(flaw_of(lived), name), name


def named_in(flaw: str, table: str) -> bool:
    """Of a book that is another one, its first check is named before its row."""
    return f" of {table}" in flaw or (table == "books" and "check 1 of" in flaw)


@pytest.mark.sqlite
def test_a_row_that_was_slipped_in_is_named(lived: World) -> None:
    slip = "INSERT INTO acceptances (at, who, why) SELECT at, who, why FROM acceptances LIMIT 1"
    with altered(lived, slip):
        assert "row 3 of acceptances" in flaw_of(lived)


def test_a_state_that_no_step_of_its_history_says_is_named_though_the_chain_has_it(lived: World) -> None:
    """Whoever writes the chain, too, has to write a step, which evidence shows."""
    with lived.program() as program, program.store.write() as connection:
        finding_id, own = connection.execute(select(t.findings.c.id, t.findings.c.state)).all()[0]
        for state, fits in ((own, True), *((other, False) for other in {"open", "passed"} - {own}), (own, True)):
            connection.execute(update(t.findings).where(t.findings.c.id == finding_id).values(state=state))
            covered.cover(connection, {t.findings: [finding_id]})
            flaw = verify(connection).flaw
            assert (flaw is None) == fits, state
            assert flaw is None or english(flaw.what) == english(
                phrase("flaw-row", key=str(finding_id), table="findings")
            )


def test_which_state_of_a_card_is_accepted_is_covered_however_it_came_to_be(lived: World) -> None:
    """By a first look, by an acceptance, by one that was taken back and by a restore; also while a number of it is waiting."""
    lived.put("Yamada", "TEL:+186080-1234-5602", "NOTE:two")  # its note is right, its number is not
    lived.put("Suzuki", "TEL:03-1234-5606")
    lived.check()
    with lived.program() as program, program.store.write() as connection:
        c = t.cards.c
        bodies = connection.scalars(select(t.bodies.c.digest)).all()
        cards = connection.execute(select(c.id, c.base, c.digest)).all()
        assert len(cards) == 4
        assert sum(base != digest for _, base, digest in cards) == 1
        for card_id, base, _ in cards:
            for otherwise in {*bodies, None} - {base}:
                connection.execute(update(t.cards).where(c.id == card_id).values(base=otherwise))
                flaw = verify(connection).flaw
                assert flaw is not None
                assert flaw.what == phrase("flaw-baseline")
            connection.execute(update(t.cards).where(c.id == card_id).values(base=base))
            assert verify(connection).flaw is None


def test_what_was_taken_out_does_not_come_back(lived: World) -> None:
    with lived.program() as program, program.store.write() as connection:
        row = dict(connection.execute(select(t.acceptances)).mappings().first() or {})
        key = row["id"]
        gone = covered.take_out(connection, t.acceptance_cards, t.acceptance_cards.c.acceptance_id == key)
        more = covered.take_out(connection, t.acceptance_findings, t.acceptance_findings.c.acceptance_id == key)
        own = covered.take_out(connection, t.acceptances, t.acceptances.c.id == key)
        covered.took_out(connection, [gone, more, own], "retain", lived.clock.now())
        assert verify(connection).flaw is None
        connection.execute(insert(t.acceptances).values(row))
        covered.cover(connection, {t.acceptances: [key]})
        flaw = verify(connection).flaw
        assert flaw is not None
        assert english(flaw.what) == english(phrase("flaw-row", key=str(key), table="acceptances"))


def test_forgetting_and_retention_leave_a_record_that_verifies(lived: World) -> None:
    lived.remove("Sato")
    lived.check()
    with lived.program() as program:
        accept(program.store, [found.id for found in lived.open()], program.judging, program.clock)
        for _ in range(3):
            lived.clock.at += timedelta(days=1)
            retain(program.store, timedelta(days=1), lived.clock)
        assert verify_store(program.store).flaw is None
        with program.store.read() as connection:
            left = finding_store.list_findings(connection, include_closed=True)
        assert "Sato" not in {found.finding.card.name for found in left if found.finding.card}
