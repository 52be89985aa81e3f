"""Every rule as it is if the settings write nothing else."""

from __future__ import annotations

from cardwarden.detect.rules import USUAL
from cardwarden.detect.usual import UsualRules


def test_the_usual_rules_are_all_of_them_and_equal_whenever_they_are_named() -> None:
    assert (len(UsualRules()), list(UsualRules())) == (len(USUAL), list(USUAL))
    assert {UsualRules(), UsualRules()} == {UsualRules()}
    assert UsualRules() != tuple(USUAL)


def test_whoever_prints_the_usual_rules_reads_their_name_and_not_all_of_them() -> None:
    assert str(UsualRules()) == "the usual rules"
