"""A household has as much as its server allows: what came first stays guarded, what is too much is told, the rest goes on."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardwarden.clock import Clock, SystemClock
from cardwarden.detect.outcome import Doubt, Outcome
from cardwarden.phrases.language import english
from cardwarden.service.health import unguarded
from cardwarden.settings.load import parse
from cardwarden.settings.share import Share
from cardwarden.sources.limits import HouseholdLimits
from cardwarden.sources.source import Source
from cardwarden.store.books import statuses
from cardwarden.wiring import Opening, Program, assembled
from support.receiver import Receiver
from support.world import YAMADA, World, card

BAD = ("TEL;TYPE=CELL:+186080-1234-5602",)


@pytest.fixture
def household(world: World) -> World:
    """A household with three books: two folders and a file with many cards."""
    world.more = (
        f'[sources.friends]\ntype = "vdir"\npath = "{world.root}/friends"\n'
        f'[sources.phone]\ntype = "vcf-file"\npath = "{world.root}/phone.vcf"\n'
    )
    (world.root / "friends").mkdir()
    (world.root / "phone.vcf").write_bytes(many("P", 2))
    for number in range(2):
        world.put(f"A{number}", *YAMADA)
        world.write(world.root / f"friends/B{number}.vcf", card(f"B{number}"))
    return world


def many(name: str, count: int) -> bytes:
    return b"".join(card(f"{name}{number}") for number in range(count))


def limited(world: World, limits: HouseholdLimits, clock: Clock | None = None) -> Iterator[Program]:
    chosen = parse(world.text(), world.root / "cardwarden.toml", {}, world.root)
    chosen.join(Share("smith", world.root / "smith.server", limits))
    with assembled(chosen, Opening.GUARD, clock=clock or world.clock, environ={"PHONE": world.phone}) as program:
        yield program


def checked(world: World, limits: HouseholdLimits, *, deep: bool = False) -> dict[str, str]:
    """How each source's check ends: its outcome, and why if that is something else."""
    world.clock.at += timedelta(minutes=20)
    for program in limited(world, limits):
        done = {name: program.check(name, deep=deep)[0] for name in program.settings.sources}
        program.deliver()
    return {name: english(one.reason) or one.outcome.value for name, one in done.items()}


CLEAN = Outcome.CLEAN.value


def test_what_is_within_its_limits_is_guarded(household: World) -> None:
    limits = HouseholdLimits(books=3, cards=6, bytes=1_000_000)
    for deep in (False, False, True):
        assert checked(household, limits, deep=deep) == dict.fromkeys(("family", "friends", "phone"), CLEAN)


def test_a_book_too_many_is_refused_and_those_before_it_are_not(household: World) -> None:
    for _ in range(2):
        done = checked(household, HouseholdLimits(books=2))
        assert (done["family"], done["friends"]) == (CLEAN, CLEAN)
        assert done["phone"].startswith("This server guards at most 2 address books of a household")
    assert set(checked(household, HouseholdLimits(books=3)).values()) == {CLEAN}


def test_a_book_that_is_left_out_makes_room(household: World) -> None:
    checked(household, HouseholdLimits(books=2))
    household.more = household.more[household.more.index("[sources.phone]") :]
    assert checked(household, HouseholdLimits(books=2)) == {"family": CLEAN, "phone": CLEAN}


@pytest.mark.parametrize("deep", [False, True])
def test_the_book_that_grows_beyond_is_refused_and_the_others_are_not(deep: bool, household: World) -> None:
    limits = HouseholdLimits(cards=6)
    checked(household, limits)
    household.write(household.root / "friends/B9.vcf", card("B9"))
    done = checked(household, limits, deep=deep)
    assert (done["family"], done["friends"]) == (CLEAN, CLEAN)  # they came first
    assert done["phone"].startswith("This server guards at most 6 contacts of a household")
    (household.root / "friends/B9.vcf").unlink()
    checked(household, limits)
    assert set(checked(household, limits).values()) == {CLEAN}


def test_cards_are_counted_also_where_one_file_holds_many(household: World) -> None:
    limits = HouseholdLimits(cards=10)
    checked(household, limits)
    household.write(household.root / "phone.vcf", many("P", 7))
    assert checked(household, limits)["phone"].startswith("This server guards at most 10 contacts")
    household.write(household.root / "phone.vcf", many("P", 6))
    assert checked(household, limits)["phone"] == CLEAN


def test_a_limit_that_was_lowered_counts_for_what_did_not_change(household: World) -> None:
    checked(household, HouseholdLimits())
    done = checked(household, HouseholdLimits(cards=5))
    assert (done["family"], done["friends"]) == (CLEAN, CLEAN)
    assert done["phone"].startswith("This server guards at most 5 contacts")
    assert set(checked(household, HouseholdLimits(cards=6)).values()) == {CLEAN}


def test_a_check_that_reads_too_much_ends_and_the_others_do_not(household: World) -> None:
    household.put("A9", "NOTE:" + "x" * 3000)
    done = checked(household, HouseholdLimits(bytes=2000))
    assert done["family"].startswith("This server reads at most 0.002 MB in one check of a household")
    assert (done["friends"], done["phone"]) == (CLEAN, CLEAN)
    assert checked(household, HouseholdLimits(bytes=20_000))["family"] == CLEAN


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (HouseholdLimits(cards=5), "This server guards at most 5 contacts of a household"),
        (HouseholdLimits(books=2), "This server guards at most 2 address books of a household"),
    ],
    ids=["cards", "books"],
)
def test_sources_that_are_read_at_the_same_time_share_what_is_left(
    limits: HouseholdLimits, said: str, household: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    both, before = threading.Barrier(2, timeout=60), Program._limited

    def at_once(program: Program, name: str, names: Collection[str]) -> Source:
        source = before(program, name, names)
        both.wait()  # each knows what is left, and nothing of the other one is recorded
        return source

    for program in limited(household, limits, SystemClock()):  # a claim is really waited for
        program.check("family")
        monkeypatch.setattr(Program, "_limited", at_once)
        with ThreadPoolExecutor(2) as pool:
            first = [checked for [checked] in pool.map(program.check, ("friends", "phone"))]
        monkeypatch.setattr(Program, "_limited", before)
        again = [program.check(name)[0] for name in ("friends", "phone")]
        for done in (first, again):
            [refused] = [each for each in done if each.outcome is not Outcome.CLEAN]
            assert (refused.doubt, english(refused.reason).startswith(said)) == (Doubt.LIMIT, True)
        with program.store.read() as connection:
            assert [status.cards for status in statuses(connection) if status.last_conclusive_at] == [2, 2]


def test_what_grows_is_held_against_what_came_meanwhile(household: World, monkeypatch: pytest.MonkeyPatch) -> None:
    limits, before = HouseholdLimits(cards=7), Program._limited
    checked(household, limits)

    def while_another_one_grows(program: Program, name: str, names: Collection[str]) -> Source:
        source = before(program, name, names)
        monkeypatch.setattr(Program, "_limited", before)
        household.write(household.root / "friends/B9.vcf", card("B9"))
        assert program.check("friends")[0].outcome is Outcome.CLEAN
        return source

    household.write(household.root / "phone.vcf", many("P", 3))
    monkeypatch.setattr(Program, "_limited", while_another_one_grows)
    for program in limited(household, limits):
        [refused] = program.check("phone")
        assert english(refused.reason).startswith("This server guards at most 7 contacts of a household")
        with program.store.read() as connection:
            assert [status.cards for status in statuses(connection)] == [2, 3, 2]


def test_what_is_refused_changes_nothing_and_its_owner_is_told(household: World, receiver: Receiver) -> None:
    household.phone = receiver.url
    limits = HouseholdLimits(cards=7)
    checked(household, limits)
    household.write(household.root / "phone.vcf", many("P", 9))
    for _ in range(11):  # unread_after is three hours
        checked(household, limits)
    [told] = [request for request in receiver.requests if "at most 7 contacts" in request["message"]]
    assert "phone" in told["title"] + told["message"]
    for program in limited(household, limits):
        with program.store.read() as connection:
            assert {status.source: status.cards for status in statuses(connection)} == {
                "family": 2, "friends": 2, "phone": 2,
            }  # fmt: skip
            doubts = {status.source: status.doubt for status in statuses(connection)}
    assert doubts == {"family": Doubt.NONE, "friends": Doubt.NONE, "phone": Doubt.LIMIT}


@pytest.mark.parametrize(
    ("language", "limits", "said"),
    [
        ("en", HouseholdLimits(cards=4), "This server guards at most 4 contacts of a household, and with"),
        ("de", HouseholdLimits(books=2), "Dieser Server überwacht höchstens 2 Adressbücher eines Haushalts, und es gibt mehr."),
        ("ja", HouseholdLimits(bytes=1_000_000), "このサーバーが1回の確認で1世帯から読み取るのは 1 MB までで"),
    ],
)  # fmt: skip
def test_whoever_is_told_hears_which_limit_it_was_once_and_in_the_own_language(
    language: str, limits: HouseholdLimits, said: str, household: World, receiver: Receiver
) -> None:
    household.phone = receiver.url
    household.more = f'language = "{language}"\nreader = "family"\n{household.more}'
    large = card("Large", "NOTE:" + "x" * 1_100_000)
    (household.root / "phone.vcf").write_bytes(large if limits.bytes else many("P", 2))
    for _ in range(14):  # unread_after is three hours
        checked(household, limits)
    [told] = receiver.requests
    assert "phone" in told["title"]
    assert said in told["message"]
    wrong = {"en": "Please have a look", "de": "Bitte sehen Sie", "ja": "確かめてください"}
    assert wrong[language] not in told["message"]


def test_damage_is_found_in_what_is_within_its_limits(household: World) -> None:
    checked(household, HouseholdLimits(books=2))
    household.put("A0", "TEL;TYPE=HOME:03-1234-5601", *BAD)
    checked(household, HouseholdLimits(books=2))
    assert household.titles() == ["A0: Number gained a +"]


@settings(max_examples=30)
@given(
    sizes=st.lists(st.integers(0, 4), min_size=1, max_size=5),
    limits=st.builds(HouseholdLimits, books=st.none() | st.integers(1, 5), cards=st.none() | st.integers(1, 9)),
)
def test_never_more_is_guarded_than_allowed_and_as_much_as_fits(
    sizes: list[int], limits: HouseholdLimits, tmp_path_factory: pytest.TempPathFactory
) -> None:
    world = World(tmp_path_factory.mktemp("household"))
    world.more = "".join(
        f'[sources.s{number}]\ntype = "vcf-file"\npath = "{world.root}/{number}.vcf"\n' for number in range(len(sizes))
    )
    for number, size in enumerate(sizes):
        (world.root / f"{number}.vcf").write_bytes(many(f"{number}-", size) or b"\r\n")
    checked(world, limits)
    done = checked(world, limits)
    books, cards, expected = 1, 0, {"family": CLEAN}
    for number, size in enumerate(sizes):
        has_place = limits.books is None or books < limits.books  # also if it holds too many cards
        fits = has_place and (limits.cards is None or cards + size <= limits.cards)
        books += has_place
        cards += size * fits
        expected[f"s{number}"] = CLEAN if fits else "refused"
    assert {name: CLEAN if said == CLEAN else "refused" for name, said in done.items()} == expected


def test_checks_are_spread_over_the_day(household: World) -> None:
    limits = HouseholdLimits(checks_a_day=96)  # of three sources: one every 45 minutes each
    checked(household, limits)
    for program in limited(household, limits):
        for name in ("family", "friends", "phone"):
            assert program.may_check_at(name) == household.clock.now() + timedelta(minutes=45)
        household.clock.at += timedelta(minutes=45)
        assert program.may_check_at("family") is None
        household.clock.at -= timedelta(days=365)  # a clock that was wrong keeps nobody waiting
        assert program.may_check_at("family") == household.clock.now() + timedelta(minutes=45)


def test_whoever_asks_too_soon_hears_the_limit_once_and_when_each_source_may_be_checked(household: World) -> None:
    for program in limited(household, HouseholdLimits(checks_a_day=96)):
        said = program.too_soon({name: household.clock.now() for name in ("family", "friends")})
        assert english(said).count("This server allows a household 96 checks a day.") == 1
        assert english(said).count("can be checked again from") == 2


def test_what_a_server_slows_down_is_guarded_all_the_same(household: World) -> None:
    limits = HouseholdLimits(checks_a_day=36)  # of three sources: one every two hours each
    checked(household, limits)
    household.clock.at += timedelta(hours=4)
    for program in limited(household, limits):
        assert unguarded(program) == []
    for program in limited(household, HouseholdLimits()):
        assert len(unguarded(program)) == 3


def test_at_home_nothing_is_limited(household: World) -> None:
    with household.program() as program:
        assert program.may_check_at("family") is None
        assert isinstance(program.check("family")[0].outcome, Outcome)
        assert program.source("family") is program._limited("family", frozenset())


def test_what_a_source_offers_besides_is_handed_on(household: World) -> None:
    for program in limited(household, HouseholdLimits(cards=100)):
        source = program._limited("family", frozenset(program.settings.sources))
        assert source.path == Path(household.book)
        assert source.name == "family"


@pytest.mark.parametrize("deep", [False, True])
def test_a_daemon_reads_no_book_that_became_a_link_to_another_household_s(household: World, deep: bool) -> None:
    root = household.root
    (root / "jones").mkdir()
    (root / "jones/B0.vcf").write_bytes(card("Bert Jones"))
    for program in limited(household, HouseholdLimits()):
        program.settings.join(Share("smith", root / "smith.server", books=(root / "friends", root / "phone.vcf")))
        assert program.check("friends")[0].outcome is Outcome.CLEAN
        (root / "friends").rename(root / "away")
        (root / "friends").symlink_to(root / "jones")
        program.settings.join(Share("smith", root / "smith.server", books=(root / "away", root / "phone.vcf")))
        [refused] = program.check("friends", deep=deep)
        assert "leads out of the folders" in english(refused.reason)
        assert program.check("phone")[0].outcome is Outcome.CLEAN
