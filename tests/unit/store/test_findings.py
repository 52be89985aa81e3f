"""Findings keep their ids and their history, and one deviation is open only once."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from cardwarden.detect.finding import CardRef, FindingKind, Severity, State
from cardwarden.phrases.phrase import Country, Day, Field, Label, Moment, Person, phrase
from cardwarden.store import tables as t
from cardwarden.store.engine import Store
from cardwarden.store.findings import (
    add_event,
    change,
    find_event,
    find_events,
    find_finding,
    list_events,
    list_findings,
    open_findings,
    transition,
)
from support.store import after, check, event, finding, opened, with_cards

SURROGATES = "caf\udce9 \ud83d end"
MANY_KINDS = phrase(
    "x",
    a=1,
    b="",
    c=Person(None, "k"),
    d=Person(SURROGATES, ""),
    e=Country("US"),
    f=Day("2026-01-31"),
    g=Moment(after(7)),
    h=Label(("home", SURROGATES)),
)


def history(store: Store, finding_id: int) -> list[tuple[str, str]]:
    h = t.finding_history.c
    with store.read() as connection:
        rows = connection.execute(select(h.what, h.why).where(h.finding_id == finding_id).order_by(h.id))
        return [(what, why) for what, why in rows]


def test_a_finding_comes_back_as_it_was(store: Store) -> None:
    plain = finding()
    odd = finding(
        SURROGATES,
        card=CardRef(SURROGATES, "", SURROGATES, "caf\udce9.vcf"),
        title=phrase("value-lost", field=Field("X-" + SURROGATES)),
        reason=phrase("then", first=phrase("became", before=SURROGATES, after="二行\n"), second=MANY_KINDS),
        before=None,
        alike=phrase("got-somebody-elses-number"),
        per_card=True,
        whole_card=True,
        meaning=SURROGATES,
    )
    hazard = finding(kind=FindingKind.HAZARD, severity=Severity.NOTICE, already=True)
    condition = finding(kind=FindingKind.CONDITION, card=None, prop="", before=None, after=None)
    given = [plain, odd, condition, hazard]
    with store.write() as connection:
        event_id, ids = opened(connection, *given, minutes=3)
    with store.read() as connection:
        loaded = [find_finding(connection, finding_id) for finding_id in ids]
        whole = find_event(connection, event_id)
    assert [stored and stored.finding for stored in loaded] == given
    assert loaded[0] is not None
    assert (loaded[0].source, loaded[0].book, loaded[0].title) == ("family", "/book", "Contacts")
    assert (loaded[0].state, loaded[0].opened_at, loaded[0].closed_at) == (State.OPEN, after(3), None)
    assert whole is not None
    assert whole.event == event(*given)
    assert whole.at == after(3)
    assert [stored.id for stored in whole.findings] == ids


def test_an_unknown_id_gives_nothing(store: Store) -> None:
    with store.read() as connection:
        assert find_finding(connection, 1) is None
        assert find_event(connection, 1) is None


def test_passed_findings_are_closed_at_once(store: Store) -> None:
    with store.write() as connection:
        book, made = check(connection)
        states, found = [State.OPEN, State.PASSED], event(finding("a"), finding("b", before="2"))
        with_cards(connection, book, made, *found.findings)
        _, ids = add_event(connection, book, made, found, states, after(0))
        assert [stored.id for stored in open_findings(connection)] == [ids[0]]
        passed = find_finding(connection, ids[1])
    assert passed is not None
    assert (passed.state, passed.closed_at) == (State.PASSED, after(0))
    assert history(store, ids[1]) == [("passed", "")]


def test_a_finding_that_is_open_already_takes_the_new_value_and_moves_to_the_new_event(store: Store) -> None:
    with store.write() as connection:
        first, (finding_id,) = opened(connection, finding("+18603"))
        second, ids = opened(connection, finding("+99999"), finding("x", before="other"), minutes=15)
        (old, new) = find_events(connection, [first, second])
    assert ids[0] == finding_id
    assert old.findings == ()
    assert [stored.finding.after for stored in new.findings] == ["+99999", "x"]
    assert new.findings[0].opened_at == after(0)
    assert history(store, finding_id) == [("open", ""), ("changed", "")]


def test_two_open_findings_with_one_fingerprint_are_one(store: Store) -> None:
    with store.write() as connection:
        _, ids = opened(connection, finding("a"), finding("b"), finding("c", before="other"))
        assert len(open_findings(connection)) == 2
    assert ids[0] == ids[1] != ids[2]


def test_the_same_fingerprint_may_be_open_in_another_book(store: Store) -> None:
    with store.write() as connection:
        opened(connection, finding(), book="/a")
        _, (there,) = opened(connection, finding(), book="/b")
        book_id = open_findings(connection)[1].book_id
        assert len(open_findings(connection)) == 2
        assert [stored.id for stored in open_findings(connection, book_id)] == [there]


def test_a_closed_finding_may_open_again_under_a_new_id(store: Store) -> None:
    with store.write() as connection:
        _, (first,) = opened(connection, finding())
        transition(connection, [first], State.RESOLVED, after(5), "the book says 1860 again")
        _, (second,) = opened(connection, finding(), minutes=15)
    assert second > first


def test_an_id_is_never_used_again(store: Store) -> None:
    with store.write() as connection:
        event_id, (finding_id,) = opened(connection, finding())
        for table in (t.finding_history, t.findings, t.events):
            connection.execute(delete(table))
        again, (another,) = opened(connection, finding(), minutes=15)
    assert again > event_id
    assert another > finding_id


def test_a_change_keeps_the_id_and_is_remembered(store: Store) -> None:
    with store.write() as connection:
        event_id, (finding_id,) = opened(connection, finding("+1"))
        change(connection, finding_id, finding("+2", severity=Severity.WARNING), after(5), None)
        stored = find_finding(connection, finding_id)
    assert stored is not None
    assert stored.event_id == event_id
    assert stored.finding == finding("+2", severity=Severity.WARNING)
    assert history(store, finding_id) == [("open", ""), ("changed", "")]


def test_a_transition_is_made_once_and_remembered_with_its_reason(store: Store) -> None:
    with store.write() as connection:
        _, (first, second) = opened(connection, finding("a"), finding("b", before="2"))
        assert transition(connection, [first], State.ACCEPTED, after(5), "it is his new number") == [first]
        assert transition(connection, [first, second, 999], State.ACCEPTED, after(9), "again") == [second]
        stored = find_finding(connection, first)
    assert stored is not None
    assert (stored.state, stored.closed_at) == (State.ACCEPTED, after(5))
    assert history(store, first) == [("open", ""), ("accepted", "it is his new number")]


def test_an_accepted_finding_can_be_opened_again(store: Store) -> None:
    with store.write() as connection:
        _, (finding_id,) = opened(connection, finding())
        transition(connection, [finding_id], State.ACCEPTED, after(5), "")
        transition(connection, [finding_id], State.OPEN, after(6), "undone")
        (stored,) = open_findings(connection)
    assert stored.closed_at is None


def test_many_findings_move_at_once(store: Store) -> None:
    with store.write() as connection:
        _, ids = opened(connection, *(finding(before=str(number)) for number in range(1200)))
        assert ids == sorted(set(ids))
        assert transition(connection, ids, State.RESOLVED, after(5), "") == ids
        assert open_findings(connection) == []


@pytest.mark.parametrize(("include_closed", "expected"), [(False, 1), (True, 2)])
def test_lists_hold_the_open_ones_or_all(store: Store, include_closed: bool, expected: int) -> None:
    with store.write() as connection:
        _, ids = opened(connection, finding("a"), finding("b", before="2"))
        transition(connection, ids[:1], State.RESOLVED, after(5), "")
        assert len(list_findings(connection, include_closed=include_closed)) == expected
        assert len(list_findings(connection, include_closed=include_closed, source="family")) == expected
        assert list_findings(connection, include_closed=include_closed, source="work") == []
        for source in (None, "family", "work"):
            events = list_events(connection, include_closed=include_closed, source=source)
            found = list_findings(connection, include_closed=include_closed, source=source)
            assert sorted(one.id for event in events for one in event.findings) == [one.id for one in found]
            assert all(event.findings for event in events)


def test_a_finding_about_a_card_that_was_never_saved_is_a_mistake(store: Store) -> None:
    with store.write() as connection:
        book, made = check(connection)
        with pytest.raises(ValueError, match="cards that are not in the book"):
            add_event(connection, book, made, event(finding()), [State.OPEN], after(0))
