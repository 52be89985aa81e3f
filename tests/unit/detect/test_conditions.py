"""Which condition of a book tells of a doubt."""

from __future__ import annotations

from cardwarden.detect.conditions import CONDITIONS, condition_of
from cardwarden.detect.outcome import Doubt


def test_a_doubt_about_whose_book_it_is_has_a_condition_of_its_own_and_any_other_is_lost_access() -> None:
    own = {Doubt.OTHER_BOOK: "other-book", Doubt.RENAMED: "renamed-source"}
    assert {doubt: condition_of(doubt) for doubt in Doubt} == {doubt: own.get(doubt, "access-lost") for doubt in Doubt}
    assert {condition_of(doubt) for doubt in Doubt} == set(CONDITIONS)
