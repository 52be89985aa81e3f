"""Rule card-replaced."""

from __future__ import annotations

import pytest

from support.cards import card
from support.judging import judged, said

JANE = (
    "UID:u1", "FN:Jane Roe", "N:Roe;Jane;;;", "TEL:03-1234-5678", "EMAIL:jane@example.org", "ADR:;;1 Road;Ulm;;89073;",
    "NOTE:my aunt", "BDAY:1950-01-02", "LANG:en", "CATEGORIES:family",
)  # fmt: skip
MAX = (
    "UID:u1", "FN:Max Power", "N:Power;Max;;;", "TEL:06-9999-1111", "EMAIL:max@example.com", "ADR:;;9 Street;Bonn;;53111;",
    "NOTE:plumber", "BDAY:1980-05-05", "LANG:en", "CATEGORIES:family",
)  # fmt: skip


def test_a_card_that_holds_another_persons_data_is_told_once() -> None:
    assert said(judged(card(*JANE), card(*MAX))) == [
        ("card-replaced", "critical", "Contact was overwritten by another one")
    ]


@pytest.mark.parametrize(
    "kept", ["TEL:03-1234-5678", "EMAIL:jane@example.org", "NOTE:my aunt", "BDAY:1950-01-02", "FN:Jane Roe"]
)
def test_what_keeps_anything_of_the_person_is_told_by_what_changed(kept: str) -> None:
    name = kept.partition(":")[0]
    mixed = card(*(kept if line.startswith(f"{name}:") else line for line in MAX))
    assert "card-replaced" not in {rule for rule, _, _ in said(judged(card(*JANE), mixed))}


def test_the_owner_who_uses_a_card_again_is_asked() -> None:
    before, after = (
        card("PRODID:-//Phone//EN", f"REV:2026010{day}T000000Z", *lines) for day, lines in ((1, JANE), (2, MAX))
    )
    assert [(rule, severity) for rule, severity, _ in said(judged(before, after))] == [("card-replaced", "warning")]


@pytest.mark.parametrize(
    "after",
    [
        tuple(line.replace("Power", "Roe") for line in MAX),
        tuple(line for line in MAX if not line.startswith(("TEL", "EMAIL"))),
        (*MAX[:1], "FN:太郎", *MAX[3:]),
    ],
    ids=["a relative", "one without numbers", "one in another script"],
)
def test_whoever_it_is_now_it_is_one_finding(after: tuple[str, ...]) -> None:
    for was, now in ((JANE, after), (after, JANE)):
        assert [rule for rule, _, _ in said(judged(card(*was, "ORG:Acme"), card(*now, "ORG:Acme")))] == [
            "card-replaced"
        ]


def test_who_has_all_new_details_and_another_family_name_is_not_somebody_else() -> None:
    before, after = (tuple(line for line in lines if not line.startswith("BDAY")) for lines in (JANE, MAX))
    married = (line.replace("Max Power", "Jane Power").replace("Power;Max", "Power;Jane") for line in after)
    assert "card-replaced" not in {rule for rule, _, _ in said(judged(card(*before), card(*married)))}
