"""Cards that name no character set and are no UTF-8: a check reads both states in the one that they mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardwarden.actions.restore.plan import RestoreRequest
from cardwarden.replies import prepare, put_back
from cardwarden.store.books import books
from cardwarden.store.cards import load_cards
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


def names_in(world: World) -> list[str]:
    """What the cards of the book are called, as they were read."""
    with world.program() as program, program.store.read() as connection:
        [book] = books(connection)
        return [stored.entry.name for stored in load_cards(connection, book.id)]


BOOKS = [
    ("", "cp1252", ["Jürgen Weiß", "Björn Åkesson", "José Muñoz"], "ÄÖÜ ÄÖÜ"),
    ("DE", "cp932", ["佐藤 花子", "伊藤 誠", "高橋"], "ﾔﾏﾀﾞ"),
    ("JP", "cp1252", ["Jürgen Weiß", "Björn Åkesson", "José Muñoz"], "ÄÖÜ ÄÖÜ"),
    ("JP", "euc-jp", ["木村拓哉", "鈴木 けんじ", "ソニー株式会社"], "鈴木"),
    ("FR", "mac-roman", ["Jürgen Müller", "José", "André"], "Zoë"),
    ("DE", "cp1251", ["Вера Лисина", "Иванов Пётр"], "Анна"),
]


@pytest.mark.parametrize(("region", "charset", "clear", "unclear"), BOOKS)
def test_the_other_cards_of_a_book_decide_what_an_unclear_one_is_in(
    tmp_path: Path, region: str, charset: str, clear: list[str], unclear: str
) -> None:
    world = World(tmp_path, settings=f'region = "{region}"\nhold_at = "info"\n' if region else 'hold_at = "info"\n')
    names = [unclear, *clear]
    for place, name in enumerate(names):
        label = f";CHARSET={charset}" if place and charset == "cp1251" else ""
        whole = card(name, uid=str(place)).decode().replace("FN:", f"FN{label}:").replace("\nN:", f"\nN{label}:")
        world.write(world.book / f"{place}.vcf", whole.encode(charset))
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
