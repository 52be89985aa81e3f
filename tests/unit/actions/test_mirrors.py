"""Copies that must agree: what a copy says otherwise is told once, when it is older than the copy may lag."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

import cardwarden.detect.drift.judge as drift_judge
from cardwarden.actions.accept import accept, take_back
from cardwarden.actions.diff_copies import diff_copies
from cardwarden.actions.forget import forget
from cardwarden.actions.queries.mirrors import MirrorState, mirrors_now, said_of_mirror
from cardwarden.actions.restore.perform import Restored, plans, restore
from cardwarden.actions.restore.plan import RestoreRequest
from cardwarden.actions.verify import verify_store
from cardwarden.detect.finding import FindingKind, State
from cardwarden.errors import UsageError
from cardwarden.phrases.language import Voice
from cardwarden.store import cards as card_store
from cardwarden.store import findings as finding_store
from cardwarden.store import mirrors as mirror_store
from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.diff import Change, diff_facts
from support.mirrored import Mirrored, exported, people
from support.receiver import receiving
from support.words import reason, title

Contacts = dict[str, tuple[str, ...]]
"""The lines of each contact, by its name."""
PLUS: Contacts = {f"Guest No{number}": (f"TEL;TYPE=CELL:186090-1234-{5600 + number}",) for number in range(5)}


@pytest.fixture
def world(tmp_path: Path) -> Mirrored:
    return Mirrored(tmp_path)


def fill(world: Mirrored, contacts: Contacts) -> None:
    for name, lines in contacts.items():
        world.put(name, *lines)


def drifts(world: Mirrored) -> list[str]:
    """Of the open drifts: the contact and what is wrong."""
    return [
        f"{f.finding.card.name if f.finding.card else ''}: {title(f.finding)}"
        for f in world.open()
        if f.finding.kind is FindingKind.DRIFT
    ]


def test_an_untouched_copy_is_silent(world: Mirrored) -> None:
    fill(world, people())
    world.copy(exported(people()))
    assert world.look() == []
    assert world.look() == []
    assert world.open() == []


def test_the_story_is_told_as_one_event_of_the_copy(world: Mirrored) -> None:
    contacts = people() | PLUS
    fill(world, contacts)
    world.copy(exported(people() | {name: (lines[0].replace(":186", ":+186"),) for name, lines in PLUS.items()}))
    world.look()
    assert drifts(world) == [f"Guest No{number}: Number gained a + in the copy" for number in range(5)]
    with world.program() as program, program.store.read() as connection:
        found = [f for f in finding_store.open_findings(connection) if f.finding.kind is FindingKind.DRIFT]
    assert {f.source for f in found} == {"phone"}
    assert len({f.event_id for f in found}) == 1


def test_a_copy_that_is_put_right_ends_what_was_told(world: Mirrored) -> None:
    fill(world, people())
    damaged = people() | {"Guest No3": ("TEL;TYPE=CELL:090-1234-9999", "NOTE:met at fair 3")}
    world.copy(exported(damaged))
    world.look()
    assert len(drifts(world)) == 1
    world.copy(exported(people()))
    world.look("phone")
    assert drifts(world) == []


def test_a_change_of_the_origin_is_told_only_when_the_copy_should_have_followed(world: Mirrored) -> None:
    fill(world, people())
    world.copy(exported(people()))
    world.look()
    world.put("Guest No3", "TEL;TYPE=CELL:090-1234-9999", "NOTE:met at fair 3")
    world.look()
    assert drifts(world) == []
    world.look(after=timedelta(hours=23))
    assert drifts(world) == []
    world.look(after=timedelta(hours=2))
    world.look()
    assert len(drifts(world)) == 1


def test_a_copy_that_follows_in_time_was_never_told(world: Mirrored) -> None:
    fill(world, people())
    world.copy(exported(people()))
    world.look()
    changed = people() | {
        "Guest No3": ("TEL;TYPE=CELL:090-7777-9999", "NOTE:met at fair 3"),
        "New": ("TEL:03-1234-5601",),
    }
    fill(world, changed)
    world.look(after=timedelta(hours=8))
    world.copy(exported(changed))
    world.look(after=timedelta(days=2))
    world.look()
    assert drifts(world) == []


def test_nobody_is_asked_twice_about_one_edit(world: Mirrored) -> None:
    fill(world, people())
    world.copy(exported(people()))
    world.look()
    changed = people() | {"Guest No3": ("TEL;TYPE=CELL:03-7777-1111", "NOTE:met at fair 3")}
    fill(world, changed)
    world.look()
    world.copy(exported(changed))
    world.look()
    assert [found.source for found in world.open()] == ["family"]


def test_what_the_copy_alone_says_is_no_following(world: Mirrored) -> None:
    fill(world, people())
    world.copy(exported(people()))
    world.look()
    world.copy(exported(people() | {"Guest No3": ("TEL;TYPE=CELL:03-7777-1111", "NOTE:met at fair 3")}))
    world.look()
    [found] = world.open()
    assert (found.source, found.finding.kind) == ("phone", FindingKind.DEVIATION)
    assert found.finding.with_origin
    assert reason(found.finding).count("The address book family still says 090-1234-5603") == 1
    world.look(after=timedelta(days=2))
    world.look()
    assert len(world.open()) == 1


def test_a_removal_in_the_copy_may_go_to_the_origin(world: Mirrored) -> None:
    fill(world, people())
    world.copy(exported(people()))
    world.look()
    left = {name: lines for name, lines in people().items() if name != "Guest No3"}
    world.copy(exported(left))
    world.look(after=timedelta(hours=5))
    assert drifts(world) == []
    world.look(after=timedelta(days=2))
    world.look()
    assert drifts(world) == [": Guest No3 is not in the copy"]
    world.remove("Guest No3")
    world.look()
    assert drifts(world) == []


def test_what_the_copy_never_kept_is_silent_and_stays_so(world: Mirrored) -> None:
    fill(world, people())
    world.copy(exported({name: lines[:1] for name, lines in people().items()}))
    world.look()
    world.put("Guest No3", "TEL;TYPE=CELL:090-1234-5603", "NOTE:met at fair 3, and again")
    world.look(after=timedelta(days=2))
    world.look()
    assert drifts(world) == []


def test_a_property_that_comes_later_and_never_to_the_copy_is_learnt(world: Mirrored) -> None:
    fill(world, people())
    world.copy(exported(people()))
    world.look()
    world.put("Guest No3", *people()["Guest No3"], "BDAY:1970-05-17")
    world.look(after=timedelta(days=2))
    world.look()
    assert drifts(world) == []


def test_what_the_owner_says_that_the_copy_keeps_counts(tmp_path: Path) -> None:
    world = Mirrored(tmp_path, mirror='keeps = ["FN", "TEL", "NOTE"]\n')
    fill(world, people(3))
    world.copy(exported({name: lines[:1] for name, lines in people(3).items()}))
    world.look()
    assert len(drifts(world)) == 3


def test_an_accepted_difference_may_stay_and_comes_back_when_that_is_undone(world: Mirrored) -> None:
    fill(world, people())
    world.copy(exported(people() | {"Guest No3": ("TEL;TYPE=CELL:03-7777-1111", "NOTE:met at fair 3")}))
    world.look()
    [found] = [f for f in world.open() if f.finding.kind is FindingKind.DRIFT]
    with world.program() as program:
        accept(program.store, [found.id], program.judging, world.clock)
    world.copy(exported(people() | {"Guest No3": ("TEL;TYPE=CELL:03-7777-1112", "NOTE:met at fair 3")}))
    world.look(after=timedelta(days=2))
    world.look()
    assert drifts(world) == []
    with world.program() as program:
        assert take_back(program.store, [found.id], program.judging, world.clock) == [found.id]
    world.look()
    assert len(drifts(world)) == 1


def test_a_check_of_the_copy_alone_does_not_end_a_drift(world: Mirrored) -> None:
    fill(world, people())
    world.copy(exported(people() | {"Guest No3": ("TEL;TYPE=CELL:03-7777-1111", "NOTE:met at fair 3")}))
    world.look()
    world.copy(exported(people() | {"Guest No3": ("TEL;TYPE=CELL:03-7777-1111", "NOTE:met at fair 3", "X-A:1")}))
    world.look("phone")
    assert len(drifts(world)) == 1


@pytest.mark.parametrize("empty", [True, False])
def test_two_books_that_are_no_copies_are_one_condition_doubted_first(world: Mirrored, empty: bool) -> None:
    fill(world, people(20))
    others: Contacts = {
        f"Somebody {word}": (f"TEL:+4930123450{n}",)
        for n, word in enumerate(["Abel", "Baker", "Carol", "Dora", "Emil", "Frank"])
    }
    world.copy(exported({} if empty else others))
    world.look()
    assert [f for f in world.open() if f.finding.rule in {"copies-apart", "copies-uncompared"}] == []
    world.look()
    world.look()
    assert len([f for f in world.open() if f.finding.rule in {"copies-apart", "copies-uncompared"}]) == 1
    assert drifts(world) == []
    if not empty:
        return  # the copy's own check doubts that it is another book now
    world.copy(exported(people(20)))
    world.look()
    assert [f for f in world.open() if f.finding.rule in {"copies-apart", "copies-uncompared"}] == []


BAD_EXPORT = {
    "Guest No0": ("TEL;TYPE=CELL:+186090-1234-5600", "NOTE:met at fair 0"),
    "Guest No1": ("TEL;TYPE=CELL:03-7777-1111", "NOTE:met at fair 1"),
    "Guest No2": ("TEL;TYPE=CELL:090-1234-560", "NOTE:met at fair 2"),
    "Guest No3": ("TEL;TYPE=CELL:090-1234-5603", "NOTE:owes nobody any money at all"),
    "Guest No4": ("TEL;TYPE=CELL:090-1234-5604", "NOTE:mÃ©t at fair 4 &amp; left"),
    "Guest No5": ("NOTE:met at fair 5",),
    "Guest No6": ("TEL;TYPE=CELL:090-1234-5606",),
    "Guest No7": ("TEL;TYPE=CELL:090-1234-5067", "NOTE:met at fair 7"),
}


def conditions(world: Mirrored) -> list[str]:
    return [title(f.finding) for f in world.open() if f.finding.rule in {"copies-apart", "copies-uncompared"}]


@pytest.mark.parametrize("later", [False, True])
def test_a_copy_that_differs_in_many_ways_is_one_condition_doubted_first(world: Mirrored, later: bool) -> None:
    with receiving() as phone:
        bad = people() | BAD_EXPORT
        fill(world, bad if later else people())
        world.copy(exported(bad))
        if later:  # the origin is put right in all of these, and the copy does not follow
            world.look()
            fill(world, people())
            world.look("family")
            world.look("family", after=timedelta(days=2))
        world.phone = phone.url
        world.look()
        assert (conditions(world), drifts(world)) == ([], [])
        world.look()
        world.look()
        world.look()
        assert conditions(world) == ["phone differs from family in many ways"]
        assert drifts(world) == []
        told = [message["title"] for message in phone.requests]
        assert told.count("phone differs from family in many ways") == 1
        assert not [said for said in told if "in the copy" in said]
    world.phone = ""
    world.copy(exported(people()))
    world.look()
    world.look()
    assert (conditions(world), drifts(world)) == ([], [])


def test_one_rewrite_of_the_whole_copy_is_told_as_that(world: Mirrored) -> None:
    numbers: Contacts = {
        f"Guest No{n}": (f"TEL;TYPE=CELL:186090-1234-{5600 + n}", f"NOTE:met at fair {n}") for n in range(12)
    }
    fill(world, numbers)
    world.copy(exported(with_plus(numbers)))
    world.look()
    assert (conditions(world), len(drifts(world))) == ([], 12)


def test_a_pair_that_the_program_fails_at_is_named_and_tried_again(world: Mirrored) -> None:
    fill(world, people())
    world.copy(exported(people()))
    world.look()
    with world.program() as program, program.store.write() as connection:
        [pair] = mirror_store.mirrors(connection)
        mirror_store.note(connection, pair.id, kept="{Jane Doe")
    world.put("Guest No3", "TEL;TYPE=CELL:090-1234-9999")
    told = world.look()
    with world.program() as program, program.store.read() as connection:
        [now] = mirrors_now(connection, program.mirrors)
    assert now.state is MirrorState.FAILED
    assert conditions(world) == ["phone could not be compared with family"]
    assert len(told) == 2  # the other is what the check of the origin found
    assert world.look() == []
    [said] = [Voice("en").say(line) for line in said_of_mirror(now)]
    assert "failed at comparing phone with its origin family" in said
    assert "JSONDecodeError in decoder.py" in said
    assert "Jane" not in said
    with world.program() as program, program.store.write() as connection:
        mirror_store.note(connection, pair.id, kept=pair.kept)
    world.look()
    with world.program() as program, program.store.read() as connection:
        [now] = mirrors_now(connection, program.mirrors)
    assert (now.state, now.fault) == (MirrorState.COMPARED, "")
    assert conditions(world) == []


def test_contacts_that_the_program_fails_at_are_told_and_the_others_are_compared(
    world: Mirrored, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(world, people())
    wrong = {"Guest No3": ("TEL;TYPE=CELL:090-1234-9999",), "Guest No4": ("TEL;TYPE=CELL:090-1234-8888",)}
    world.copy(exported(people() | wrong))
    real = diff_facts

    def fails(was: list[Fact], now: list[Fact]) -> list[Change]:
        if any(fact.text == "Guest No3" for fact in was):
            raise ValueError("a bug")
        return real(was, now)

    with monkeypatch.context() as patched:
        patched.setattr(drift_judge, "diff_facts", fails)
        world.look()
        assert world.look() == []
        assert conditions(world) == ["A contact of phone could not be compared with family"]
        assert {drift.partition(":")[0] for drift in drifts(world)} == {"Guest No4"}
    world.look()
    assert conditions(world) == []
    assert {drift.partition(":")[0] for drift in drifts(world)} == {"Guest No3", "Guest No4"}


def test_contacts_that_the_copy_lacks_are_told_together(world: Mirrored) -> None:
    fill(world, people(60))
    world.copy(exported(dict(list(people(60).items())[4:])))
    world.look()
    assert len(drifts(world)) == 4
    assert len({f.event_id for f in world.open()}) == 1
    world.copy(exported(people(60)))
    world.look("phone")
    assert drifts(world) == []


def test_a_pair_that_the_settings_have_no_more_is_over(world: Mirrored) -> None:
    fill(world, people())
    world.copy(exported(people() | {"Guest No3": ("TEL;TYPE=CELL:03-7777-1111", "NOTE:met at fair 3")}))
    world.look()
    other = Mirrored(world.root, clock=world.clock)
    other.text = lambda: super(Mirrored, other).text()  # type: ignore[method-assign]
    with other.program() as program:
        program.check("family")
        with program.store.read() as connection:
            assert mirror_store.mirrors(connection) == []
            assert finding_store.open_findings(connection) == []


def test_nothing_is_read_where_neither_book_changed(world: Mirrored) -> None:
    fill(world, people())
    world.copy(exported(people()))
    world.look()
    with world.program() as program, program.store.read() as connection:
        before = mirror_store.mirrors(connection)
    world.look()
    with world.program() as program, program.store.read() as connection:
        assert mirror_store.mirrors(connection) == before


def test_a_drift_is_delivered_and_its_end_too(world: Mirrored) -> None:
    with receiving() as phone:
        world.phone = phone.url
        fill(world, people())
        world.copy(exported(people() | {"Guest No3": ("TEL;TYPE=CELL:03-7777-1111", "NOTE:met at fair 3")}))
        world.look()
        [message] = phone.requests
        assert "The copy phone says 03-7777-1111" in message["message"]
        assert "Address book: phone" in message["message"]
        world.copy(exported(people()))
        world.look()
        assert len(phone.requests) == 2


def test_a_hazard_of_the_first_look_and_its_drift_are_one_message(world: Mirrored) -> None:
    with receiving() as phone:
        world.phone = phone.url
        fill(world, people() | PLUS)
        world.copy(exported(people() | {name: (lines[0].replace(":186", ":+186"),) for name, lines in PLUS.items()}))
        world.look()
        [message] = phone.requests
        assert message["title"] == "5 numbers gained a + in the copy"


def with_plus(contacts: Contacts) -> Contacts:
    return {name: (lines[0].replace(":186", ":+186"), *lines[1:]) for name, lines in contacts.items()}


def kinds(world: Mirrored) -> list[tuple[str, FindingKind]]:
    """Of all that is open: the contact, and whether it is told as a hazard or a drift."""
    return sorted((f.finding.card.name if f.finding.card else "", f.finding.kind) for f in world.open())


@pytest.mark.parametrize("order", [("family", "phone"), ("phone", "family")])
def test_a_hazard_that_a_drift_tells_is_not_open_beside_it(world: Mirrored, order: tuple[str, ...]) -> None:
    fill(world, people() | PLUS)
    world.copy(exported(with_plus(people() | PLUS)))
    world.look(*order)
    assert kinds(world) == [(name, FindingKind.DRIFT) for name in PLUS]
    world.copy(exported(with_plus(people() | PLUS | {"New": ("TEL:03-1234-5601",)})))
    world.look()
    assert kinds(world) == [(name, FindingKind.DRIFT) for name in PLUS]


def test_a_hazard_that_the_origin_has_too_is_told_beside_the_drift(world: Mirrored) -> None:
    own = {"Own": ("TEL:+186090-1111-2222",)}
    with receiving() as phone:
        fill(world, people() | PLUS)
        world.put("Own", *own["Own"])
        world.look("family")
        world.phone = phone.url
        world.copy(exported(with_plus(people() | PLUS) | own))
        world.look("phone")
        titles = [message["title"] for message in phone.requests]
    assert titles == ["5 numbers gained a + in the copy", "Own: number would ring abroad"]


def test_a_number_that_copy_and_origin_gained_a_plus_in_is_told_once_whatever_is_judged_anew(world: Mirrored) -> None:
    fill(world, people() | PLUS)
    world.copy(exported(people() | PLUS))
    world.look()
    fill(world, with_plus(PLUS))
    world.look("family")
    world.copy(exported(people() | with_plus(PLUS)))
    world.look("phone")
    told = kinds(world)
    assert told == [(name, FindingKind.DEVIATION) for name in PLUS]
    world.options = 'ignore = ["X-NOTHING"]\n'
    world.look()
    assert kinds(world) == told


def test_a_hazard_of_a_contact_that_comes_later_is_told_by_the_drift_alone(world: Mirrored) -> None:
    with receiving() as phone:
        fill(world, people())
        world.copy(exported(people()))
        world.look()
        new: Contacts = {"New": ("TEL:186090-1234-5601",)}
        fill(world, new)
        world.copy(exported(people() | with_plus(new)))
        world.phone = phone.url
        world.look()
        world.look(after=timedelta(hours=30))
        assert [message["title"] for message in phone.requests] == ["New: number gained a + in the copy"]
    assert kinds(world) == [("New", FindingKind.DRIFT)]


def test_a_hazard_told_before_its_drift_gives_no_all_clear(world: Mirrored) -> None:
    with receiving() as phone:
        world.phone = phone.url
        world.copy(exported(with_plus(PLUS)))
        world.look("phone")
        fill(world, PLUS)
        world.look("family")
        world.look()
        assert [message["title"] for message in phone.requests] == [
            "First look: 5 things need a look",
            "5 numbers gained a + in the copy",
        ]


def test_a_hazard_is_open_again_when_the_drift_that_told_it_is_over(world: Mirrored) -> None:
    fill(world, people() | PLUS)
    world.copy(exported(with_plus(people() | PLUS)))
    world.look()
    fill(world, with_plus(PLUS))
    world.look()
    assert {f.finding.kind for f in world.open() if f.source == "phone"} == {FindingKind.HAZARD}


def test_a_hazard_whose_drift_was_accepted_is_not_told_again(world: Mirrored) -> None:
    fill(world, people() | PLUS)
    world.copy(exported(with_plus(people() | PLUS)))
    world.look()
    with world.program() as program:
        accept(program.store, [f.id for f in world.open()], program.judging, world.clock)
    world.copy(exported({name: (*lines, "TITLE:Guest") for name, lines in with_plus(people() | PLUS).items()}))
    world.look()
    assert FindingKind.HAZARD not in {f.finding.kind for f in world.open()}


def test_a_pair_that_is_given_up_leaves_the_hazards_open(world: Mirrored) -> None:
    fill(world, people() | PLUS)
    world.copy(exported(with_plus(people() | PLUS)))
    world.look()
    without = world.text().partition("[mirrors.phone]")[0]
    other = Mirrored(world.root, clock=world.clock)
    other.text = lambda: without  # type: ignore[method-assign]
    with other.program() as program:
        program.check("family")
        with program.store.read() as connection:
            found = finding_store.open_findings(connection)
        verify_store(program.store)
    assert {f.finding.kind for f in found} == {FindingKind.HAZARD}
    assert len(found) == len(PLUS)


def test_the_record_of_it_verifies(world: Mirrored) -> None:
    fill(world, people())
    world.copy(exported(people() | {"Guest No3": ("TEL;TYPE=CELL:03-7777-1111", "NOTE:met at fair 3")}))
    world.look()
    world.copy(exported(people()))
    world.look()
    with world.program() as program:
        verify_store(program.store)
        with program.store.read() as connection:
            assert {f.state for f in finding_store.list_findings(connection, include_closed=True)} <= {
                State.RESOLVED,
                State.PASSED,
            }


DAMAGED = people() | {
    "Guest No3": ("TEL;TYPE=CELL:+186090-7777-1111", "NOTE:met at fair 3"),
    "Guest No4": people()["Guest No4"][:1],
}
GOOD = people() | {"Guest No3": ("TEL;TYPE=CELL:186090-7777-1111", "NOTE:met at fair 3")}


def restoring(world: Mirrored, request: RestoreRequest) -> list[Restored]:
    with world.program() as program:
        shown = plans(program.store, request, program.judging)
        return restore(program.store, request, shown, program.writer, program.judging, program.clock, who="test")


def test_a_copy_that_may_be_written_gets_what_its_origin_says(tmp_path: Path) -> None:
    world = Mirrored(tmp_path, options="restore = true\n")
    fill(world, GOOD)
    world.copy(exported(DAMAGED))
    world.look()
    assert len(drifts(world)) == 2
    [done] = restoring(world, RestoreRequest(mirror="phone"))
    assert done.done == 2
    assert b"+186" not in world.export.read_bytes()
    assert b"met at fair 4" in world.export.read_bytes()
    world.look()
    assert world.open() == []


def test_one_drift_is_put_right_alone(tmp_path: Path) -> None:
    world = Mirrored(tmp_path, options="restore = true\n")
    fill(world, GOOD)
    world.copy(exported(DAMAGED))
    world.look()
    [note] = [f for f in world.open() if f.finding.prop == "NOTE"]
    restoring(world, RestoreRequest(findings=(note.id,)))
    assert b"+186" in world.export.read_bytes()
    assert b"met at fair 4" in world.export.read_bytes()


def test_a_contact_that_the_copy_lost_goes_back_as_its_origin_says_it(tmp_path: Path) -> None:
    world = Mirrored(tmp_path, options="restore = true\n")
    fill(world, people())
    world.copy(exported(people()))
    world.look()
    world.copy(exported({name: lines for name, lines in people().items() if name != "Guest No3"}))
    world.put("Guest No3", "TEL;TYPE=CELL:090-1234-9999", "NOTE:met at fair 3")
    world.look()
    world.look(after=timedelta(days=2))
    world.look()
    assert drifts(world) == [": Guest No3 is not in the copy"]
    [done] = restoring(world, RestoreRequest(mirror="phone"))
    assert done.done == 1
    made = world.export.read_bytes()
    assert made.count(b"FN:Guest No3") == 1
    assert b"090-1234-9999" in made
    world.look()
    assert drifts(world) == []
    assert [f for f in world.open() if f.source == "phone"] == []
    restoring(world, RestoreRequest(undo=done.id))
    assert b"FN:Guest No3" not in world.export.read_bytes()


def test_a_contact_that_the_copy_never_had_is_left_to_be_imported(tmp_path: Path) -> None:
    world = Mirrored(tmp_path, options="restore = true\n")
    fill(world, people())
    world.copy(exported({name: lines for name, lines in people().items() if name != "Guest No3"}))
    world.look()
    with world.program() as program:
        [plan] = plans(program.store, RestoreRequest(mirror="phone"), program.judging)
    assert plan.steps == ()
    assert [Voice("en").say(left).partition(" can")[0] for left in plan.left] == ["1 contact of family"]


def test_no_pair_of_that_name_is_refused(world: Mirrored) -> None:
    with pytest.raises(UsageError, match="no pair of copies"):
        restoring(world, RestoreRequest(mirror="nobody"))


def test_forgetting_a_contact_of_the_origin_takes_out_what_was_told_of_its_copy(world: Mirrored) -> None:
    fill(world, GOOD)
    world.copy(exported(DAMAGED))
    world.look()
    assert len(drifts(world)) == 2
    world.remove("Guest No3")
    world.look()
    with world.program() as program:
        with program.store.read() as connection:
            [found] = card_store.find_cards(connection, "Guest No3", "family", gone=True)
        forget(program.store, found, world.clock)
        with program.store.read() as connection:
            texts = [str(row) for row in finding_store.list_findings(connection, include_closed=True)]
    assert not [text for text in texts if "186090-7777" in text and "FindingKind.DRIFT" in text]
    with world.program() as program:
        verify_store(program.store)


def test_how_a_pair_stands_is_told(world: Mirrored) -> None:
    fill(world, GOOD)
    world.copy(exported({name: lines[:1] for name, lines in DAMAGED.items()}))
    with world.program() as program, program.store.read() as connection:
        assert [one.state for one in mirrors_now(connection, program.mirrors)] == [MirrorState.NEVER]
    world.look()
    with world.program() as program, program.store.read() as connection:
        [now] = mirrors_now(connection, program.mirrors)
    assert (now.state, now.open, now.dropped) == (MirrorState.COMPARED, 1, ("NOTE",))
    assert {"FN", "TEL"} <= set(now.keeps)


def test_two_sources_are_compared_by_hand(world: Mirrored) -> None:
    fill(world, GOOD)
    world.copy(exported(DAMAGED))
    world.look()
    with world.program() as program, program.store.read() as connection:
        found = diff_copies(connection, "family", "phone", (program.judging("family"), program.judging("phone")))
        with pytest.raises(UsageError, match="no book nobody"):
            diff_copies(connection, "nobody", "phone", (program.judging("family"), program.judging("phone")))
    assert {finding.rule for event in found.events for finding in event.findings} == {"number-plus-added", "value-lost"}
