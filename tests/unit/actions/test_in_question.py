"""What is accepted and put back is judged again by the cards in question; the rest of their book is asked, not loaded."""

from __future__ import annotations

from cardwarden.actions.judging import StoredJudgement, judged_as_stored
from cardwarden.actions.rest import cards_in_question
from cardwarden.store import books as book_store
from cardwarden.store import findings as finding_store
from support.world import World


def home(world: World, people: int = 30) -> World:
    for number in range(people):
        world.put(f"Person {number}", f"TEL:03-1234-56{number:02}", f"EMAIL:p{number}@example.org")
    world.check()
    return world


def judged(world: World, *, whole: bool) -> StoredJudgement:
    with world.program() as program, program.store.read() as connection:
        [book] = book_store.books(connection)
        keys = {
            found.finding.card.key for found in finding_store.open_findings(connection, book.id) if found.finding.card
        }
        return judged_as_stored(connection, book.id, program.judging("family"), keys, whole=whole)


def test_only_what_is_in_question_is_loaded_and_judged_as_in_the_whole_book(world: World) -> None:
    home(world)
    for number in (1, 2):  # both have the number of somebody whom nobody touched
        world.put(f"Person {number}", "TEL:03-1234-5607", f"EMAIL:p{number}@example.org")
    world.check()
    part, whole = judged(world, whole=False), judged(world, whole=True)
    assert (len(part.rows), len(whole.rows)) == (2, 30)
    assert part.findings == whole.findings
    assert {finding.rule for finding in part.findings} == {"number-moved"}


def test_of_what_came_and_went_the_cards_in_question_are_loaded_too(world: World) -> None:
    world.more = '[rules.card-removed]\nseverity = "warning"\n[rules.card-added]\nseverity = "warning"\n'
    home(world)
    world.remove("Person 3")
    world.put("New", "TEL:03-1234-5607")
    world.check()
    part, whole = judged(world, whole=False), judged(world, whole=True)
    assert (len(part.rows), len(whole.rows)) == (2, 31)
    assert part.findings == whole.findings
    assert len(part.findings) == 2


def test_a_card_that_nothing_is_open_about_is_in_question_where_it_is_asked_for(world: World) -> None:
    home(world)
    with world.program() as program, program.store.read() as connection:
        [book] = book_store.books(connection)
        cards, rest = cards_in_question(connection, book.id, {"Person 4", "nobody"})
        assert [card.entry.name for card in cards] == ["Person 4"]
        assert rest
        assert rest.count == 29
