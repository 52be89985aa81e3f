"""`cardwarden history` shows what changed in a contact."""

from __future__ import annotations

from datetime import timedelta

from support.command import Command
from support.terminal import copy_on_terminal
from support.world import World


def changed(world: World) -> None:
    world.put("佐藤 花子", "TEL:03-1234-5601", "NOTE:a")
    world.check()
    world.put("佐藤 花子", "TEL:03-1234-5607", "NOTE:a", "NOTE:b")
    world.clock.at += timedelta(hours=1)
    world.check()


def test_of_one_contact_the_lines_that_changed_are_shown(world: World, command: Command) -> None:
    changed(world)
    shown = command("history", "--card", "佐藤 花子").out.splitlines()
    assert [line.strip() for line in shown if line.startswith("     ")] == [
        "- TEL:03-1234-5601",
        "^",
        "+ TEL:03-1234-5607",
        "^",
        "+ NOTE:b",
    ]
    assert sum("changed in family" in line for line in shown) == 1


def test_on_a_terminal_the_digit_that_changed_is_marked(world: World) -> None:
    changed(world)
    with copy_on_terminal("history", "--card", "佐藤 花子", CARDWARDEN_CONFIG=str(world.config)) as terminal:
        assert terminal.ends() == 0
    assert b"\x1b[4;31m1\x1b[0m" in terminal.raw
    assert b"\x1b[4;32m7\x1b[0m" in terminal.raw


def test_without_colours_the_digit_that_changed_is_underlined(world: World) -> None:
    changed(world)
    with copy_on_terminal(
        "history", "--card", "佐藤 花子", CARDWARDEN_CONFIG=str(world.config), NO_COLOR="1"
    ) as terminal:
        assert terminal.ends() == 0
    assert b"\x1b[4m1\x1b[0m" in terminal.raw
    assert b"\x1b[4m7\x1b[0m" in terminal.raw
    assert b"31m" not in terminal.raw


def test_a_list_of_all_contacts_fits_80_columns_with_wide_characters(world: World, command: Command) -> None:
    from cardwarden.text import columns

    for number in range(3):
        world.put(f"とても長い名前の連絡先その{number}番である佐藤花子さん", f"TEL:{number}")
    world.check()
    for number in range(3):
        world.put(f"とても長い名前の連絡先その{number}番である佐藤花子さん", f"TEL:{number}9")
    world.check()
    for words in (["history"], ["findings", "--all"], ["show", "e1"], ["check", "--deep"]):
        assert max(map(columns, command(*words).out.splitlines())) <= 80


def test_findings_and_their_page_mark_what_changed(world: World) -> None:
    world.put("Yamada", "TEL:186090-1234-6000")
    world.check()
    world.put("Yamada", "TEL:+186090-1234-6000")
    world.check()
    for words in (["show", "e1"], ["show", "1"]):
        with copy_on_terminal(*words, CARDWARDEN_CONFIG=str(world.config)) as terminal:
            assert terminal.ends() == 0
        assert b"\x1b[4;32m+\x1b[0m" in terminal.raw


def test_a_diff_marks_what_changed(world: World) -> None:
    world.put("Yamada", "TEL:186090-1234-6000")
    before = world.root / "before.vcf"
    before.write_bytes((world.book / "Yamada.vcf").read_bytes())
    world.put("Yamada", "TEL:+186090-1234-6000")
    with copy_on_terminal("diff", str(before), str(world.book), "--region", "JP") as terminal:
        assert terminal.ends() == 1
    assert b"\x1b[4;32m+\x1b[0m" in terminal.raw


def test_many_contacts_of_one_check_are_one_line_unless_each_is_wanted(world: World, command: Command) -> None:
    for number in range(20):
        world.put(f"N{number:02}", "TEL:03-1234-5678")
    world.check()
    for number in range(20):
        world.put(f"N{number:02}", "TEL:+03-1234-5678")
    world.check()
    for lists in ("history", "findings"):
        folded, each = command(lists).out, command(lists, "--each").out
        assert "N00 and 19 more" in folded
        assert "N01" not in folded
        assert all(f"N{number:02}" in each for number in range(20))
    assert len(command("findings", "--json").json["findings"]) == 20


def test_only_who_was_forgotten_is_called_so(world: World, command: Command) -> None:
    world.put("佐藤 花子")
    world.check()
    world.write(
        world.book / "nameless.vcf", b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:\r\nN:;;;;\r\nUID:forgotten-2\r\nEND:VCARD\r\n"
    )
    world.check()
    assert "(forgotten)" not in command("history").out
    world.remove("佐藤 花子")
    world.check()
    assert command("forget", "--card", "佐藤 花子", "--yes").code == 0
    assert command("history").out.count("(forgotten)") == 1
