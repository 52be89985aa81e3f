"""Where an encoding has no arrow, an arrow of signs is printed, and every letter is left to read."""

from __future__ import annotations

import re

import pytest

from cardwarden.cli import plain_marks
from cardwarden.phrases.language import LANGUAGES
from support.command import program
from support.world import World, card
from unit.phrases.test_conventions import texts

plain_marks.register()


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"ja"}))
def test_each_mark_of_a_phrase_has_a_plain_one(language: str) -> None:
    letters = "äöüÄÖÜßé"
    for name, text in texts(language):
        without = text.translate(str.maketrans("", "", letters + "言語日本語佐藤"))
        said = without.encode("ascii", plain_marks.ERRORS).decode("ascii")
        assert not re.search(r"\\[xu][0-9a-f]{2}", said), name


def test_what_has_no_plain_mark_is_an_escape() -> None:
    assert "花→\ud800".encode("ascii", plain_marks.ERRORS) == rb"\u82b1->\ud800"
    assert "é…".encode("latin-1", plain_marks.ERRORS) == b"\xe9..."


def test_a_command_prints_arrows_of_signs(world: World) -> None:
    (world.root / "old.vcf").write_bytes(card("Yamada", "TEL:03-1234-5678", uid="a"))
    (world.root / "new.vcf").write_bytes(card("Yamada", "TEL:+03-1234-5678", uid="a"))
    typed = ("diff", str(world.root / "old.vcf"), str(world.root / "new.vcf"), "--region", "JP")
    with program(*typed, PYTHONIOENCODING="ascii") as process:
        printed, _ = process.communicate(timeout=30)
    assert "03-1234-5678 -> +03-1234-5678" in printed
