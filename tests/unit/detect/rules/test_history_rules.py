"""Rules that need a memory: played through real checks of real files."""

from __future__ import annotations

import pytest

from cardwarden.actions.accept import accept
from cardwarden.detect.finding import Finding, Severity
from support.receiver import Receiver
from support.words import reason, title
from support.world import World


def found(world: World, rule: str) -> list[Finding]:
    """What the rule says at a check now."""
    done = world.check()
    return [one.finding for event in world.events(done) for one in event.findings if one.finding.rule == rule]


def test_a_deleted_contact_that_comes_back_is_a_warning_that_says_when_it_was_there(world: World) -> None:
    world.put("Jane", "TEL:03-1234-5601")
    world.put("Mark", "TEL:03-1234-5602")
    world.check()
    world.remove("Mark")
    world.check()
    assert found(world, "came-back") == []
    world.put("Mark", "TEL:03-1234-5602")
    [finding] = found(world, "came-back")
    assert finding.severity is Severity.WARNING
    assert title(finding) == "Deleted contact came back"
    assert "1 Jan 2031" in reason(finding)


def test_a_book_that_is_put_back_as_it_was_has_nothing_open_that_was_not(world: World) -> None:
    world.put("Jane", "TEL:186090-1234-5601")
    world.put("Mark", "TEL:03-1234-5602")
    world.put("Zoe", "NOTE:tea")
    world.check()
    world.remove("Mark")
    world.put("Jane", "TEL:+186090-1234-5601")
    world.put("Zoe", "NOTE:coffee")
    world.put("New", "NOTE:x")
    world.check()
    world.put("Jane", "TEL:186090-1234-5601")
    world.put("Mark", "TEL:03-1234-5602")
    world.put("Zoe", "NOTE:tea")
    world.remove("New")
    assert [
        finding.severity for finding in found(world, "came-back") if title(finding) == "Deleted contact came back"
    ] == [Severity.NOTICE]
    assert world.open() == []


def test_a_deleted_contact_that_comes_back_beside_another_change_is_a_warning(world: World) -> None:
    world.put("Jane", "TEL:03-1234-5601")
    world.put("Mark", "TEL:03-1234-5602")
    world.check()
    world.remove("Mark")
    world.check()
    world.put("Mark", "TEL:03-1234-5602")
    world.put("Jane", "TEL:03-1234-5601", "NOTE:tea")
    [finding] = found(world, "came-back")
    assert finding.severity is Severity.WARNING


def test_a_new_contact_is_no_deleted_one(world: World) -> None:
    world.put("Jane", "TEL:03-1234-5601")
    world.check()
    world.put("Mark", "TEL:03-1234-5602")
    assert found(world, "came-back") == []


def test_an_old_copy_that_is_written_back_is_named_as_that(world: World) -> None:
    world.put("Jane", "NOTE:tea")
    world.check()
    world.put("Jane", "NOTE:coffee")
    assert found(world, "came-back") == []
    world.put("Jane", "NOTE:tea")
    [finding] = found(world, "came-back")
    assert title(finding) == "Contact went back to an older state"
    assert finding.severity is Severity.NOTICE


@pytest.mark.parametrize("is_answered", [True, False])
def test_a_number_that_its_owner_removed_does_not_come_back_unseen(
    world: World, receiver: Receiver, *, is_answered: bool
) -> None:
    world.phone = receiver.url
    both = ("TEL:03-1234-5601", "TEL:03-1234-5602")
    world.put("Jane", *both)
    world.check()
    world.put("Jane", both[0])
    world.check()
    if is_answered:
        with world.program() as program:
            accept(program.store, [one.id for one in world.open()], program.judging, program.clock, who="owner")
    before = len(receiver.requests)
    world.put("Jane", *both)
    told = found(world, "came-back")
    if is_answered:
        assert [title(finding) for finding in told] == ["Contact went back to an older state"]
    else:
        assert [said["title"].split(":")[0] for said in receiver.requests[before:]] == ["All clear"]


def test_two_programs_that_overwrite_each_other_are_told_as_a_quarrel(world: World) -> None:
    titles = []
    for _ in range(5):
        for note in ("tea", "coffee"):
            world.put("Jane", f"NOTE:{note}")
            titles += [title(finding) for finding in found(world, "came-back")]
    assert titles[0] == "Contact went back to an older state"
    assert titles[-1] == "Contact goes back and forth"


def test_a_rewrite_that_says_the_same_goes_back_to_nothing(world: World) -> None:
    for line in ("TEL;TYPE=CELL:03-1234-5601", "TEL;TYPE=cell:0312345601") * 3:
        world.put("Jane", line)
        assert found(world, "came-back") == []


def test_a_card_that_grows_with_every_rewrite_is_told_once_it_has_grown_often(world: World) -> None:
    said = []
    for times in range(7):
        world.put("Jane", "NOTE:" + "hello there, " * (times + 1))
        said.append(len(found(world, "growing")))
    assert said[:5] == [0, 0, 0, 0, 0]
    assert sum(said) >= 1


def test_a_card_that_several_programs_wrote_longer_and_that_gained_a_note_does_not_grow(world: World) -> None:
    for times in range(6):
        world.put("Jane", "TEL:03-1234-5601", *(f"X-PROGRAM-{n}:1" for n in range(times)))
        world.check()
    world.put("Jane", "TEL:03-1234-5601", *(f"X-PROGRAM-{n}:1" for n in range(5)), "NOTE:call before noon")
    assert found(world, "growing") == []


def test_a_change_under_the_old_time_stamp_is_recorded_and_not_sent(world: World) -> None:
    world.put("Jane", "NOTE:tea", "REV:20260101T000000Z")
    world.check()
    world.put("Jane", "NOTE:coffee", "REV:20260101T000000Z")
    [finding] = found(world, "silent-change")
    assert finding.severity is Severity.INFO
    world.put("Jane", "NOTE:cocoa", "REV:20260201T000000Z")
    assert found(world, "silent-change") == []


def test_doubles_that_are_there_at_the_first_look_are_one_notice(world: World) -> None:
    world.put("Jane Roe", "TEL:03-1234-5601")
    world.put("Jane  Roe", "TEL:+81312345601", file="copy.vcf", uid="other")
    world.put("John Roe", "TEL:03-1234-5601")
    done = world.check()
    [event] = world.events(done)
    [one] = event.findings
    assert (one.finding.rule, one.finding.severity) == ("card-doubled", Severity.NOTICE)
    assert world.open() == []


def test_a_double_that_was_there_at_the_first_look_is_not_told_again(world: World) -> None:
    world.put("Jane Roe", "TEL:03-1234-5601")
    world.put("Jane Roe", "TEL:03-1234-5601", file="copy.vcf", uid="other")
    world.check()
    world.put("Jane Roe", "TEL:03-1234-5601", "NOTE:x")
    assert found(world, "card-doubled") == []


def test_what_a_stale_answer_brought_back_ends_with_it_and_says_so(world: World, receiver: Receiver) -> None:
    """A cache that still has a deleted contact, a doubled one and an old number, for one answer."""
    world.phone = receiver.url
    for name in ("Jane", "Mark", "Paul"):
        world.put(name, f"TEL:03-1234-560{len(name)}", file=f"{name}.vcf")
    world.check()
    old = {path: path.read_bytes() for path in world.book.iterdir()}
    world.remove("Mark")
    world.put("Paul", "TEL:03-1234-5699")
    world.check()
    for found_by_hand in world.open():
        assert found_by_hand.finding.rule != "came-back"
    now = {path: path.read_bytes() for path in world.book.iterdir()}
    before, told = {one.id for one in world.open()}, len(receiver.requests)
    for path, data in old.items():
        world.write(path, data)
    (world.book / "copy.vcf").write_bytes(old[world.book / "Jane.vcf"].replace(b"UID:Jane", b"UID:copy"))
    world.check()
    caused = {one.id: one.finding.rule for one in world.open() if one.id not in before}
    assert {"came-back", "card-doubled"} <= set(caused.values())
    (world.book / "copy.vcf").unlink()
    world.remove("Mark")
    world.write(world.book / "Paul.vcf", now[world.book / "Paul.vcf"])
    world.check()
    assert not {one.id for one in world.open()} & caused.keys()
    assert "came-back" not in [one.finding.rule for one in world.open()]
    cleared = [said["title"] for said in receiver.requests[told:] if said["title"].startswith("All clear")]
    assert {title.split(":")[1].strip() for title in cleared} >= {"Mark", "Jane"}
