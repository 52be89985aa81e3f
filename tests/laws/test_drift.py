"""The laws of copies: one that says the same, as its format can, has no drift; what it says otherwise is told."""

from __future__ import annotations

import cProfile
import random
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwarden.detect.drift.kept import Kept
from cardwarden.detect.drift.sides import revised_at
from cardwarden.detect.finding import Severity
from support.cards import Person, card, lines_21, lines_30, lines_40, people
from support.copies import cards, compared, drift, held, stranger
from support.examples import examples

FORMATS = {"2.1": lines_21, "3.0": lines_30, "4.0": lines_40}
STRANGERS = [stranger(number) for number in range(12)]
HELD = st.fixed_dictionaries(
    {},
    optional={
        "keeps": st.lists(
            st.sampled_from(["EMAIL", "NOTE", "ORG", "ADR", "BDAY", "CATEGORIES", "PHOTO", "N"]), unique=True
        ).map(["FN", "TEL"].__add__),
        "most": st.just({"TEL": 1}),
        "longest": st.sampled_from([{"FN": 16}, {"NOTE": 12}]),
        "uids": st.booleans(),
    },
)


def book(persons: Sequence[Person], version: str, *, uids: bool = True) -> list[bytes]:
    return [
        card(*([f"UID:u{place}"] if uids else []), *FORMATS[version](person), version=version)
        for place, person in enumerate(persons)
    ]


def told(origin: Sequence[bytes], copy: Sequence[bytes]) -> list[tuple[str, str, object, object]]:
    return [(f.rule, f.prop, f.before, f.after) for f in drift(origin, copy) if f.severity >= Severity.WARNING]


@given(st.lists(people, max_size=4), st.sampled_from(sorted(FORMATS)))
def test_a_book_does_not_drift_from_itself(persons: list[Person], version: str) -> None:
    same = book(persons, version)
    assert drift(same, same) == []


@given(st.lists(people, max_size=4), st.sampled_from(["3.0", "4.0"]), st.sampled_from(["3.0", "4.0"]), st.randoms())
def test_another_version_in_another_order_is_no_drift(
    persons: list[Person], one: str, other: str, shuffled: random.Random
) -> None:
    copy = book(persons, other)
    shuffled.shuffle(copy)
    assert drift(book(persons, one), copy) == []


@examples(60)
@given(st.lists(people, max_size=4), HELD)
def test_what_the_copy_cannot_hold_is_silent(persons: list[Person], held_as: dict[str, object]) -> None:
    named = [
        [
            "UID:" + f"u{place}",
            f"FN:Guest{place} Smith",
            *(line for line in lines_30(person) if line[:2] not in {"FN", "N:"}),
        ]
        for place, person in enumerate(persons)
    ]
    copy = [held(lines, **held_as) for lines in (*named, *STRANGERS)]  # type: ignore[arg-type]
    assert told(cards([*named, *STRANGERS]), cards(copy)) == []


@given(st.integers(0, 11), st.from_regex(r"\+1 650-253-7[0-9]{3}", fullmatch=True), HELD)
def test_a_number_of_somebody_else_is_told_whatever_the_copy_holds(
    place: int, number: str, held_as: dict[str, object]
) -> None:
    copy = [held(lines, **held_as) for lines in STRANGERS]  # type: ignore[arg-type]
    copy[place] = [f"TEL;TYPE=CELL:{number}" if line.startswith("TEL;TYPE=CELL") else line for line in copy[place]]
    assert told(cards(STRANGERS), cards(copy))


@given(HELD)
def test_what_was_learnt_comes_back_from_the_store(held_as: dict[str, object]) -> None:
    copy = [held(lines, **held_as) for lines in STRANGERS]  # type: ignore[arg-type]
    kept = compared(cards(STRANGERS), cards(copy))[0].tally.kept()
    assert Kept.loaded(kept.dumped()) == kept
    told_by_owner = kept.only(["fn", "TEL"])
    assert told_by_owner.has("NOTE") is False
    assert told_by_owner.has("X-NEVER-SEEN") is False
    assert told_by_owner.has("FN") is True


@given(
    st.integers(631152000, 1767225599).map(lambda second: datetime.fromtimestamp(second, UTC)),
    st.sampled_from(["%Y%m%dT%H%M%SZ", "%Y-%m-%dT%H:%M:%SZ"]),
)
def test_a_revision_is_read_as_the_time_that_it_says(at: datetime, form: str) -> None:
    now = datetime(2026, 11, 26, tzinfo=UTC)
    assert revised_at(at.strftime(form), now) == at
    assert revised_at(at.replace(day=1, year=2027).strftime(form), now) is None


@given(st.text(max_size=30))
def test_any_text_can_stand_for_a_revision(text: str) -> None:
    assert revised_at(text, datetime(2026, 11, 26, tzinfo=UTC)) is None or text.strip()[:1].isdigit()


@pytest.mark.parametrize("uids", [True, False], ids=["with UIDs", "without"])
def test_copies_are_compared_in_steps_that_grow_as_the_books_do(uids: bool) -> None:
    few, many = (steps_of_comparing(count, uids=uids) for count in (200, 800))
    assert many < few * 4 * 1.2


def steps_of_comparing(count: int, *, uids: bool) -> int:
    """How many calls it takes to compare books of so many cards, the copy in another order, each tenth number another."""
    origin = [stranger(number) for number in range(count)]
    copy = [held(lines, keeps=["FN", "TEL", "NOTE"], uids=uids) for lines in origin]
    for lines in copy[::10]:
        lines[:] = [line.replace("+1 650-253-", "+1 415-253-") for line in lines]
    random.Random(5).shuffle(copy)
    books = cards(origin), cards(copy)
    profile = cProfile.Profile()
    profile.enable()
    found = drift(*books)
    profile.disable()
    assert len({finding.card.key for finding in found if finding.card}) == count // 10
    return sum(entry.callcount for entry in profile.getstats())
