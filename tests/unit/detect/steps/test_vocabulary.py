"""Of a chain of steps the owner is told the worst, and what is as bad."""

from __future__ import annotations

from cardwarden.detect.steps import vocabulary as steps
from cardwarden.detect.steps.vocabulary import Chain


def test_what_costs_less_than_the_worst_step_is_not_told_and_what_is_said_alike_is_told_once() -> None:
    assert Chain((steps.SPACING, steps.CUT)).reported == (steps.CUT,)
    assert Chain((steps.WRONG_CHARSET, steps.SPACING, steps.CUT)).reported == (steps.WRONG_CHARSET, steps.CUT)
    assert Chain((steps.TORN, steps.CUT)).reported == (steps.CUT,)
    assert Chain((steps.BASE64, steps.HEX)).reported == (steps.HEX,)


def test_people_did_all_of_it_or_it_was_no_edit() -> None:
    assert Chain((steps.SPACING, steps.KANA)).by_hand is True
    assert Chain((steps.SPACING, steps.CASE)).by_hand is False


def test_what_undoes_damage_and_does_none_repairs() -> None:
    mended = steps.mended(steps.CUT)
    chains = (Chain((mended,)), Chain((mended, steps.BLANKS)), Chain((steps.BLANKS,)), Chain((mended, steps.CASE)))
    assert [chain.repairs for chain in chains] == [True, True, False, False]
