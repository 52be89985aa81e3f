"""Two books on disk, compared as they are."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from cardwarden.actions.diff import diff_books
from cardwarden.vcard.index import index_card
from support.judging import EVERY_RULE
from support.steps import calls
from support.world import card


def test_a_card_that_is_the_same_in_both_books_is_read_once(tmp_path: Path) -> None:
    same = [card(f"P{number}", f"TEL:03-1234-{number:04}") for number in range(10)]
    before, after = tmp_path / "before.vcf", tmp_path / "after.vcf"
    before.write_bytes(b"".join((*same, card("Yamada", "TEL:186080-1234-5602"))))
    after.write_bytes(b"".join((card("Yamada", "TEL:+186080-1234-5602"), *same)))

    compared = partial(diff_books, before, after, "JP", EVERY_RULE)

    assert len(calls(index_card, compared)) == 12
    [event] = compared().events
    assert [(finding.rule, finding.card and finding.card.name) for finding in event.findings] == [
        ("number-plus-added", "Yamada")
    ]


def test_each_of_two_equal_cards_keeps_its_place(tmp_path: Path) -> None:
    twice = card("Yamada", "TEL:03-1234-5601")
    (tmp_path / "book.vcf").write_bytes(twice + card("Sato") + twice)

    case = diff_books(tmp_path / "book.vcf", tmp_path / "book.vcf", "JP", EVERY_RULE).case

    assert [entry.ordinal for entry in case.past.entries] == [0, 1, 2]
    assert sorted(entry.ordinal for entry in case.book.entries) == [0, 1, 2]
