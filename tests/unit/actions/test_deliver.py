"""Delivery: at least once, in order, again after a failure, and given up only if it cannot help."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from cardwarden.actions.claim import claim
from cardwarden.actions.deliver import deliver
from cardwarden.store import outbox, record
from support.receiver import Receiver
from support.world import YAMADA, World

GOOD = ("TEL;TYPE=HOME:03-1234-5601", "TEL;TYPE=CELL:186080-1234-5602")
BAD = ("TEL;TYPE=HOME:03-1234-5601", "TEL;TYPE=CELL:+186080-1234-5602")


@pytest.fixture
def damaged(world: World, receiver: Receiver) -> World:
    """A world whose phone has one alert to come."""
    world.phone = receiver.url
    world.put("Yamada", *YAMADA)
    world.check()
    world.put("Yamada", *BAD)
    return world


def delivered(world: World) -> tuple[int, int, int]:
    with world.program() as program:
        done = deliver(program.store, program.channels, program.policy, program.clock, jitter=lambda: 0)
    return done.sent, done.waiting, len(done.failures)


def look(world: World) -> None:
    """Check, and deliver nothing."""
    with world.program() as program:
        program.check("family")


def titles(receiver: Receiver) -> list[str]:
    return [request["title"] for request in receiver.requests]


def test_a_refused_message_is_sent_again_when_its_time_has_come(damaged: World, receiver: Receiver) -> None:
    receiver.statuses = [503]
    look(damaged)
    assert delivered(damaged) == (0, 1, 1)
    damaged.clock.at += timedelta(seconds=29)
    assert delivered(damaged) == (0, 1, 0)
    damaged.clock.at += timedelta(seconds=2)
    assert delivered(damaged) == (1, 0, 0)
    assert len(receiver.requests) == 2


def test_a_sent_message_is_not_sent_again(damaged: World, receiver: Receiver) -> None:
    damaged.check()
    assert delivered(damaged) == (0, 0, 0)
    assert len(receiver.requests) == 1


def test_a_failing_channel_keeps_the_order_of_its_alerts(damaged: World, receiver: Receiver) -> None:
    receiver.statuses = [503]
    look(damaged)
    delivered(damaged)
    damaged.put("Sato", *YAMADA)
    damaged.put("Yamada", *GOOD)
    damaged.check()
    damaged.put("Sato", *BAD)
    look(damaged)
    receiver.requests.clear()
    damaged.clock.at += timedelta(hours=1)
    assert delivered(damaged)[0] >= 2
    assert titles(receiver)[:2] == ["Yamada: number gained a +", "Sato: number gained a +"]


def test_a_message_is_given_up_after_three_days_and_that_is_told_when_the_channel_is_back(
    damaged: World, receiver: Receiver
) -> None:
    receiver.statuses = [503] * 5
    look(damaged)
    for _ in range(4):
        assert delivered(damaged) == (0, 1, 1)
        damaged.clock.at += timedelta(hours=20)
    assert delivered(damaged) == (0, 0, 1)
    damaged.clock.at += timedelta(hours=2)
    delivered(damaged)
    assert titles(receiver)[5:] == ["Still open: Yamada: number gained a +", "1 alert did not reach you here"]
    assert delivered(damaged) == (0, 0, 0)


@pytest.mark.parametrize("leap", [timedelta(days=20_000), timedelta(days=-20_000)], ids=["ahead", "back"])
def test_a_leap_of_the_clock_gives_nothing_up(leap: timedelta, damaged: World, receiver: Receiver) -> None:
    receiver.statuses = [503] * 2
    look(damaged)
    delivered(damaged)
    damaged.clock.leap(leap)
    assert delivered(damaged) == (0, 1, 1)
    damaged.clock.at += timedelta(hours=2)
    assert delivered(damaged) == (1, 0, 0)


@pytest.mark.parametrize("address", ["nonsense://", " ", "json://127.0.0.1:1/"])
def test_a_mistake_in_an_address_loses_nothing(address: str, damaged: World, receiver: Receiver) -> None:
    right, damaged.phone = damaged.phone, address
    look(damaged)
    delivered(damaged)
    damaged.phone = right
    damaged.clock.at += timedelta(hours=2)
    assert delivered(damaged) == (1, 0, 0)
    assert titles(receiver) == ["Yamada: number gained a +"]


def named(world: World, name: str, address: str) -> None:
    """From now on the channel has that name."""
    world.phone = ""
    world.more = f'[alerts.channels.{name}]\nurl_file = "{world.root}/address"\n' if name else ""
    (world.root / "address").write_text(address)


def test_what_waits_for_a_renamed_channel_is_told_under_its_new_name(damaged: World, receiver: Receiver) -> None:
    damaged.phone = "json://127.0.0.1:1/"
    look(damaged)
    delivered(damaged)
    named(damaged, "mobile", receiver.url)
    damaged.check()
    assert titles(receiver) == ["Yamada: number gained a +"]


def test_what_was_told_before_a_channel_was_renamed_is_not_told_again_and_gets_its_all_clear(
    damaged: World, receiver: Receiver
) -> None:
    damaged.check()
    named(damaged, "mobile", receiver.url)
    damaged.check()
    damaged.put("Yamada", *GOOD)
    damaged.check()
    assert titles(receiver) == ["Yamada: number gained a +", "All clear: Yamada: number gained a +"]


def test_what_waits_for_a_channel_that_is_gone_is_sent_when_it_comes_back(damaged: World, receiver: Receiver) -> None:
    look(damaged)
    right, damaged.phone = damaged.phone, ""
    damaged.check()
    damaged.phone = right
    damaged.check()
    assert titles(receiver) == ["Yamada: number gained a +"]


def test_what_a_clock_that_was_ahead_put_into_the_digest_comes_with_the_next_one(
    world: World, receiver: Receiver
) -> None:
    world.phone, world.settings = receiver.url, world.settings + 'timezone = "UTC"\n'
    world.put("Yamada", *YAMADA)
    world.check()
    world.clock.leap(timedelta(days=4000))
    world.put("Sato", "TEL:03-1234-5600")
    world.check()
    world.clock.leap(timedelta(days=-4000))
    delivered(world)
    world.clock.at += timedelta(days=1)
    assert delivered(world) == (1, 0, 0)


def test_what_another_process_is_sending_is_left_to_it(damaged: World, receiver: Receiver) -> None:
    look(damaged)
    with damaged.program() as program, claim(program.store, "channel:", "phone", damaged.clock):
        assert delivered(damaged) == (0, 1, 0)
    assert delivered(damaged) == (1, 0, 0)


def test_a_dead_channel_leaves_the_living_one_its_message_and_is_told_there_once(
    damaged: World, receiver: Receiver
) -> None:
    damaged.more = '[alerts.channels.dead]\nurl_env = "NOT_SET"\n'
    look(damaged)
    assert delivered(damaged) == (1, 1, 1)
    for _ in range(3):
        damaged.clock.at += timedelta(hours=1, minutes=20)
        delivered(damaged)
    assert titles(receiver) == ["Yamada: number gained a +", "The channel dead takes no messages"]
    assert Receiver.SECRET not in str(receiver.requests)


@pytest.mark.parametrize(
    ("names", "leads"), [(("Sato",), r"/e/[\w-]{40,}"), (("Sato", "Suzuki"), r"example\.org(?!/e/)")]
)
def test_a_digest_of_one_event_leads_to_it_and_one_of_several_to_the_page(
    world: World, receiver: Receiver, names: tuple[str, ...], leads: str
) -> None:
    world.phone, world.settings = receiver.url, world.settings + 'timezone = "UTC"\n'
    world.more = '[web]\nurl = "https://home.example.org"\n'
    world.put("Yamada", *YAMADA)
    world.check()
    for name in names:
        world.put(name, f"TEL:03-1234-56{len(name)}0")
        world.check()
    world.clock.at += timedelta(days=1)
    assert delivered(world) == (1, 0, 0)
    [request] = receiver.requests
    assert re.search(leads, request["message"])


def test_a_notice_comes_in_the_next_mornings_digest(world: World, receiver: Receiver) -> None:
    world.phone, world.settings = receiver.url, world.settings + 'timezone = "UTC"\n'
    world.put("Yamada", *YAMADA)
    world.check()
    for name in ("Sato", "Suzuki"):
        world.put(name, f"TEL:03-1234-56{len(name)}0")
        world.check()
    assert receiver.requests == []
    world.clock.at += timedelta(days=1)
    assert delivered(world) == (1, 0, 0)
    [request] = receiver.requests
    assert request["title"] == "2 changes in your address books"
    assert "Sato" in request["message"]
    assert "Suzuki" in request["message"]


def test_damage_that_was_repaired_is_followed_by_an_all_clear(damaged: World, receiver: Receiver) -> None:
    damaged.check()
    damaged.put("Yamada", *GOOD)
    damaged.check()
    damaged.check()
    assert titles(receiver) == ["Yamada: number gained a +", "All clear: Yamada: number gained a +"]


def test_no_all_clear_says_that_a_contact_is_as_it_was_that_was_removed(damaged: World, receiver: Receiver) -> None:
    for name in ("Keio", "Sato", "Suzuki", "Mia", "Anna"):  # of many, one who is removed is told in a digest
        damaged.put(name, f"TEL:03-1234-56{len(name)}{ord(name[0])}")
    damaged.check()
    damaged.remove("Yamada")
    damaged.check()
    said = receiver.requests[-1]["message"]
    assert "The contact itself is not in the address book any more (e1)." in said
    assert "as it was before" not in said


def test_who_was_alarmed_hears_who_said_that_it_is_right(damaged: World, receiver: Receiver) -> None:
    from cardwarden.actions.accept import accept

    damaged.check()
    with damaged.program() as program:
        accept(program.store, [found.id for found in damaged.open()], program.judging, program.clock, who="hanako")
    damaged.check()
    damaged.check()
    assert titles(receiver)[1:] == ["Accepted: Yamada: number gained a +"]
    assert "hanako said that this change (e1) is right." in receiver.requests[1]["message"]


def test_what_is_critical_and_open_is_told_again_each_day(damaged: World, receiver: Receiver) -> None:
    damaged.check()
    for _ in range(8):
        damaged.clock.at += timedelta(hours=6)
        delivered(damaged)
    assert titles(receiver)[1:] == ["Still open: Yamada: number gained a +"] * 2


def test_a_flood_becomes_one_summary(world: World, receiver: Receiver) -> None:
    world.phone, world.more = receiver.url, "[alerts]\nlimit = 3\n"
    names = [f"Person {number}" for number in range(7)]
    for name in names:
        world.put(name, *YAMADA)
    world.check()
    for name in names:
        world.put(name, *BAD)
        look(world)
    assert delivered(world) == (3, 0, 0)
    assert titles(receiver)[2] == "5 alerts in one message"


def test_an_event_whose_findings_moved_on_is_not_told(damaged: World, receiver: Receiver) -> None:
    look(damaged)
    damaged.put("Yamada", "TEL;TYPE=HOME:03-1234-5601", "TEL;TYPE=CELL:+186080-1234-5699")
    look(damaged)
    delivered(damaged)
    assert len(receiver.requests) == 1
    assert "5699" in receiver.requests[0]["message"]


@pytest.mark.sqlite
def test_a_repeat_says_that_it_is_one_and_has_the_id_of_the_first(damaged: World, receiver: Receiver) -> None:
    look(damaged)
    with damaged.program() as program, program.store.write() as connection:
        rows = [row.id for row in outbox.waiting(connection, "phone")]
        outbox.note_attempt(connection, rows)  # and then it was killed
    assert delivered(damaged) == (1, 0, 0)
    assert "You may have this already" in receiver.requests[0]["message"]
    with damaged.program() as program, program.store.read() as connection:
        own = record.identity(connection)
    first = receiver.headers[0]["X-Cardwarden-Message"]
    assert first == f"{own}-e1"
    with damaged.program() as program, program.store.write() as connection:
        connection.exec_driver_sql("UPDATE outbox SET state = 'pending', unsure = 1")  # as if that was killed, too
    assert delivered(damaged)[0] == 1
    assert receiver.headers[1]["X-Cardwarden-Message"] == first


def test_a_message_that_was_refused_for_sure_is_no_repeat(damaged: World, receiver: Receiver) -> None:
    receiver.statuses = [503]
    look(damaged)
    delivered(damaged)
    damaged.clock.at += timedelta(hours=1)
    delivered(damaged)
    assert [request["message"].count("You may have this") for request in receiver.requests] == [0, 0]
    assert len({headers["X-Cardwarden-Message"] for headers in receiver.headers}) == 1
