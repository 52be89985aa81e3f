"""Rule silent-change: values that changed while the card's own time stamp did not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cardwarden.detect.judge import judge
from cardwarden.detect.rules.silent_change import SilentChange
from support.judging import case, judged, person
from support.words import reason

TEA, RUM = "NOTE:tea", "NOTE:rum"
REV, LATER = "REV:20260101T000000Z", "REV:20260201T000000Z"


def test_a_change_under_the_old_time_stamp_is_told_with_it() -> None:
    [found] = judged(person("Jane", TEA, REV), person("Jane", RUM, REV), rules=[SilentChange()])
    assert (found.before, found.after, found.whole_card) == ("20260101T000000Z", "20260101T000000Z", False)
    assert "20260101T000000Z" in reason(found)


@pytest.mark.parametrize(
    ("before", "after"),
    [((TEA, REV), (RUM, LATER)), ((TEA,), (RUM,)), (("TEL;TYPE=home:1234567", REV), ("TEL;TYPE=work:1234567", REV))],
    ids=["a new stamp", "no stamp", "no other value"],
)
def test_a_change_with_a_new_stamp_or_of_no_value_is_not_silent(
    before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    assert judged(person("Jane", *before), person("Jane", *after), rules=[SilentChange()]) == []


def test_a_change_of_a_file_that_nobody_stamped_is_silent_whatever_the_card_says() -> None:
    changed = case(person("Jane", TEA), person("Jane", RUM))
    [found] = judge(replace(changed, unstamped=frozenset({"Jane"})), [SilentChange()])
    assert (found.before, found.after) == (None, None)
    assert found.reason
    assert found.reason.name == "silent-change-unstamped-why"
