"""What led from one value of a card to another one, part by part; and from one list of items to another."""

from __future__ import annotations

import pytest

from cardwarden.detect.steps.values import chain_between, chain_of_items
from support.cards import card, facts


@pytest.mark.parametrize(
    ("before", "after", "step"),
    [
        ("N:Roe;Jane;;;", r"N:Roe\;Jane\;\;\;", "parts-glued"),
        (r"N:Roe\;Jane;;;;", "N:Roe;Jane;;;", "parts-glued-undone"),
        ("N:Roe;Jane;;;", "N:Roe;JANE;;;", "case"),
        ("N:Roe;;;;", "N:ROE;;;;", "case"),
        ("N:Roe;;;;", r"N:Roe\;;;;;", "punctuation-added"),
        ("N:a;b;;;", r"N:a;b\;;;;", "punctuation-added"),
        ("N:Roe;Jane Maria;;;", "N:Roe;Jane;;;", "cut"),
        ("N:Müller;Jane;;;", "N:MÃ¼ller;Eve;;;", "mojibake"),
        ("N:Müller;Jane;;;", "N:MÃ¼ller Jane;;;;", "mojibake"),
        ("URL:https://example.org/a b", "URL:https://example.org/a%20b", "percent-in-address"),
        ("EMAIL:a@münchen.example", "EMAIL:a@xn--mnchen-3ya.example", "punycode-in-address"),
        ("NOTE:a b", "NOTE:a%20b", "percent-sign"),
    ],
)
def test_what_was_done_to_a_value_or_to_one_part_of_it_is_known(before: str, after: str, step: str) -> None:
    [was], [now] = facts(card(before)), facts(card(after))
    chain = chain_between(was, now)
    assert chain is not None
    assert [each.name for each in chain.steps] == [step]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ORG:Acme;Sales", r"ORG:Acme\;Sales"),
        ("N:Roe;Jane;Mia;;", r"N:Roe\;Jane;;;;"),
        ("N:Roe;Jane;;;", "N:Jane;Roe;;;"),
        ("N:Roe;Jane;;;", "N:;Roe Jane;;;"),
        ("N:Roe;Jane Maria;X;;", "N:Roe Maria;Jane;X;;"),
        ("N:Roe;Jane;;;", "N:Roe;Jane;;;"),
        ("FN:Roe", "N:ROE;;;;"),
        ("N:Müller;Jane;;;", "N:Muller;Eve;;;"),
        ("ADR:;;Road 1;Town;;;", "ADR:;;Road 1;Town;;10115;"),
        ("ADR:;;Road 1;Town;;;", "ADR:;;Road 1 Town;;;;"),
    ],
)
def test_parts_that_people_changed_or_moved_or_left_alone_have_no_chain(before: str, after: str) -> None:
    [was], [now] = facts(card(before)), facts(card(after))
    assert chain_between(was, now) is None


@pytest.mark.parametrize(
    ("before", "after", "step"),
    [
        ("Tea,Cake", r"Tea\, Cake", "items-glued"),
        (r"Tea\, Cake", "Tea,Cake", "items-glued-undone"),
        ("Choir", "C,h,o,i,r", "letters-apart"),
        ("C,h,o,i,r", "Choir", "letters-apart-undone"),
        ("Tea,Cake,Jam", r"Tea\, Cake Jam", None),
        ("Tea", r"Tea\,", None),
        ("Tea", "tea!", None),
        ("Chor", "C,h,o,r", None),
        ("Choir", "C,h,o,i,r,x", None),
        ("Tea,Cake", "Tea Cake", None),
    ],
)
def test_items_that_stand_in_one_and_letters_that_are_items_are_a_programs_work(
    before: str, after: str, step: str | None
) -> None:
    chain = chain_of_items(*(facts(card(f"CATEGORIES:{items}")) for items in (before, after)))
    assert ([each.name for each in chain.steps] if chain else None) == ([step] if step else None)
