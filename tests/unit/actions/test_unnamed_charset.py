"""Cards that name no character set and are no UTF-8: a check reads both states in the one that they mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardwarden.actions.diff import diff_books
from cardwarden.actions.queries.naming import card_named
from cardwarden.actions.report.gather import card_evidence, findings_evidence
from cardwarden.actions.restore.plan import RestoreRequest
from cardwarden.detect.rules import RULES
from cardwarden.phrases.language import Voice
from cardwarden.replies import prepare, put_back
from cardwarden.store import findings as finding_store
from cardwarden.store.books import books
from cardwarden.store.cards import StoredCard, load_cards
from support.command import calling
from support.mirrored import Mirrored
from support.page import page_of
from support.world import World, card


def played(root: Path, region: str, before: bytes, after: bytes) -> list[str]:
    """What is open after a book with that card was checked, and again after the change."""
    world = World(root, settings=f'region = "{region}"\nhold_at = "info"\n')
    world.put("Sato", "TEL:03-1234-5678")
    world.write(world.book / "a.vcf", before)
    world.check()
    world.write(world.book / "a.vcf", after)
    world.check()
    return world.titles()


def latin(name: str, *lines: str) -> bytes:
    return card(name, *lines, uid="a").decode().encode("cp1252")


@pytest.mark.parametrize("region", ["DE", "AT", "SE", "FR"])
@pytest.mark.parametrize("name", ["ÄÖÜ", "Müller", "Weiß", "Björn Åkesson", "Ångström"])
def test_a_repair_to_utf_8_is_silent(tmp_path: Path, region: str, name: str) -> None:
    assert played(tmp_path, region, latin(name), card(name, uid="a")) == []


@pytest.mark.parametrize("region", ["JP", "DE", "US"])
def test_a_line_that_comes_does_not_change_how_the_others_are_read(tmp_path: Path, region: str) -> None:
    titles = played(tmp_path, region, latin("Björn"), latin("Björn", "NOTE:ÄÖÜ"))
    assert not [title for title in titles if "garbled" in title or "letter" in title]


def test_a_repair_from_shift_jis_is_silent_in_japan(tmp_path: Path) -> None:
    name = "佐藤 花子"
    assert played(tmp_path, "JP", card(name, uid="a").decode().encode("cp932"), card(name, uid="a")) == []


@pytest.mark.parametrize(
    ("region", "old", "name"),
    [("DE", "cp1252", "Weiß"), ("PL", "cp1250", "Żółć"), ("RU", "cp1251", "Вера Лисина"), ("JP", "cp932", "佐藤 花子")],
)
@pytest.mark.parametrize("becomes", ["the old one", "utf-8"])
def test_a_number_is_put_back_and_the_name_still_reads_as_it_did(
    tmp_path: Path, region: str, old: str, name: str, becomes: str
) -> None:
    world = World(tmp_path, settings=f'region = "{region}"\nhold_at = "info"\n', more="restore = true\n")
    world.put("Abe", "NOTE:tea")
    path, number = world.book / "a.vcf", "186080-1234-5602" if region == "JP" else "0170 1234567"
    whole = card(name, f"TEL:{number}", uid="a").decode()
    world.write(path, whole.encode(old))
    world.check()
    world.write(path, whole.replace("TEL:", "TEL:+").encode("utf-8" if becomes == "utf-8" else old))
    world.check()
    [damage] = world.open()
    with world.program() as program:
        put_back(program, prepare(program, RestoreRequest(findings=(damage.id,))), "Jane", agreed=None)
    assert world.titles() == []
    read = path.read_bytes().decode("utf-8" if becomes == "utf-8" else old)
    assert read == whole


def cards_in(world: World) -> list[StoredCard]:
    with world.program() as program, program.store.read() as connection:
        [book] = books(connection)
        return load_cards(connection, book.id)


def names_in(world: World) -> list[str]:
    """What the cards of the book are called, as they were read."""
    return [stored.entry.name for stored in cards_in(world)]


def in_charset(charset: str, name: str, place: int, *lines: str) -> bytes:
    """The card of one of a book; in Windows-1251 all but the first say what they are in."""
    label = f";CHARSET={charset}" if place and charset == "cp1251" else ""
    whole = (
        card(name, *lines, uid=str(place)).decode().replace("\nFN:", f"\nFN{label}:").replace("\nN:", f"\nN{label}:")
    )
    return whole.encode(charset)


BOOKS = [
    ("", "cp1252", ["Jürgen Weiß", "Björn Åkesson", "José Muñoz"], "ÄÖÜ ÄÖÜ"),
    ("DE", "cp932", ["佐藤 花子", "伊藤 誠", "高橋"], "ﾔﾏﾀﾞ"),
    ("JP", "cp1252", ["Jürgen Weiß", "Björn Åkesson", "José Muñoz"], "ÄÖÜ ÄÖÜ"),
    ("JP", "euc-jp", ["木村拓哉", "鈴木 けんじ", "ソニー株式会社"], "鈴木"),
    ("FR", "mac-roman", ["Jürgen Müller", "José", "André"], "Zoë"),
    ("DE", "cp1251", ["Вера Лисина", "Иванов Пётр"], "Анна"),
]


UNCLEAR = pytest.mark.parametrize(("region", "charset", "clear", "unclear"), BOOKS)


@UNCLEAR
def test_the_other_cards_of_a_book_decide_what_an_unclear_one_is_in(
    tmp_path: Path, region: str, charset: str, clear: list[str], unclear: str
) -> None:
    world = World(tmp_path, settings=f'region = "{region}"\nhold_at = "info"\n' if region else 'hold_at = "info"\n')
    names = [unclear, *clear]
    for place, name in enumerate(names):
        world.write(world.book / f"{place}.vcf", in_charset(charset, name, place))
    world.check()
    assert set(names_in(world)) == set(names)
    world.write(world.book / "0.vcf", card(unclear, "NOTE:tea", uid="0").decode().encode(charset))
    world.write(world.book / "new.vcf", card(unclear, uid="new").decode().encode(charset))
    world.check()
    assert not [title for title in world.titles() if "garbled" in title or "letter" in title]
    assert names_in(world).count(unclear) == 2
    for path in world.book.iterdir():
        world.write(path, path.read_bytes().decode(charset).encode().replace(b";CHARSET=cp1251", b""))
    world.check()
    assert not [title for title in world.titles() if "garbled" in title or "letter" in title]


def folder_of(root: Path, cards: list[bytes]) -> Path:
    root.mkdir()
    for place, data in enumerate(cards):
        (root / f"{place}.vcf").write_bytes(data)
    return root


@UNCLEAR
def test_two_folders_are_compared_as_their_other_cards_are_read(
    tmp_path: Path, region: str, charset: str, clear: list[str], unclear: str
) -> None:
    names = [unclear, *clear]
    old = [in_charset(charset, name, place, "TEL:0451 1234567") for place, name in enumerate(names)]
    repaired = [card(name, "TEL:0451 1234567", uid=str(place)) for place, name in enumerate(names)]
    spread = [in_charset(charset, unclear, 0, "TEL:+0451 1234567", "NOTE:tea"), *old[1:]]
    folders = [folder_of(tmp_path / name, cards) for name, cards in (("a", old), ("b", repaired), ("c", spread))]
    rules = [rule() for rule in RULES]
    for before, after in ((folders[0], folders[1]), (folders[1], folders[0])):
        assert diff_books(before, after, region or "DE", rules).events == ()
    [event] = diff_books(folders[0], folders[2], region or "DE", rules).events
    assert {finding.card.name for finding in event.findings if finding.card} == {unclear}
    assert "number-plus-added" in {finding.rule for finding in event.findings}
    assert "text-damaged" not in {finding.rule for finding in event.findings}


@UNCLEAR
def test_a_copy_that_says_what_its_origin_says_is_no_news_whatever_both_are_in(
    tmp_path: Path, region: str, charset: str, clear: list[str], unclear: str
) -> None:
    world = Mirrored(tmp_path, settings=f'region = "{region}"\nhold_at = "info"\n' if region else 'hold_at = "info"\n')

    def all_say(note: str) -> None:
        cards = [
            in_charset(charset, name, place, f"ORG:{note}" if not place else "") for place, name in enumerate(names)
        ]
        for place, data in enumerate(cards):
            world.write(world.book / f"{place}.vcf", data)
        world.copy(card(name, f"ORG:{note}" if not place else "", uid=str(place)) for place, name in enumerate(names))

    names = [unclear, *clear]
    all_say("Tea")
    world.look()
    all_say(unclear)
    world.look("family")
    assert [stored.source for stored in world.open()] == ["family"]
    world.look("phone")
    assert [stored.source for stored in world.open()] == ["family"]


@UNCLEAR
def test_whoever_shows_a_card_shows_what_it_says(
    tmp_path: Path, region: str, charset: str, clear: list[str], unclear: str, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = f'region = "{region}"\nhold_at = "info"\n' if region else 'hold_at = "info"\n'
    world = World(tmp_path, settings=settings, more="restore = true\n")
    for place, name in enumerate([unclear, *clear]):
        world.write(world.book / f"{place}.vcf", in_charset(charset, name, place, "TEL:0451 1234567"))
    world.check()
    world.write(world.book / "0.vcf", in_charset(charset, unclear, 0, "TEL:+0451 1234567", f"ORG:{unclear}"))
    world.check()
    command = calling(capsys, lambda: world.config)
    shown = command("show", "--card", "0").out
    assert f"FN:{unclear}\n" in shown
    assert f"FN:{unclear}\\r" in command("show", "--card", "0", "--json").out
    assert f"+ ORG:{unclear}\n" in command("history", "--card", "0").out
    assert f"- ORG:{unclear}\n" in command("restore", "--card", "0", "--dry-run").out
    with page_of(world) as page:
        [number] = [stored.id for stored in cards_in(world) if stored.entry.name == unclear]
        assert f"ORG:{unclear}" in page.visitor().post(f"/contacts/{number}/restore").text
    with world.program() as program, program.store.read() as connection:
        now = world.clock.now()
        made = findings_evidence(
            connection, finding_store.open_findings(connection), program.region_of, now, Voice("en")
        )
        person = card_named(connection, "0")
        contact = card_evidence(connection, person, now.replace(year=1971), now, program.region_of, now, Voice("en"))
    seen = [exhibit.after for exhibit in made.exhibits]
    assert seen
    assert all(f"ORG:{unclear}" in sighting.text for sighting in seen if sighting)
    assert contact.contact
    assert contact.contact.name == unclear
    assert f"FN:{unclear}" in contact.contact.sightings[0].text
