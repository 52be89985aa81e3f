"""Rule came-back, judged from what history says; `test_history_rules.py` plays it through."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cardwarden.detect.case import CardHistory, EarlierVersion
from cardwarden.detect.finding import Finding
from cardwarden.detect.judge import judge
from cardwarden.detect.rules.came_back import CameBack
from support.cards import card
from support.judging import case, person
from support.words import reason, title

JANE = "Jane"


def returned(key: str, *, first_look: bool = False) -> list[Finding]:
    """What is found if a card comes of which the digest ("digest") or the UID is remembered."""
    changed = case(b"", card("FN:Jane", "TEL:03-1234-5601", *(["UID:u"] if key == "u" else [])), first_look=first_look)
    [one] = changed.cards
    remembered = {one.entry.digest if key == "digest" else key: "2031-01-01"}
    return judge(replace(changed, memory=CardHistory({}, remembered)), [CameBack()])


def test_a_deleted_contact_is_known_by_its_bytes_or_its_uid() -> None:
    assert [title(found) for key in ("digest", "u") for found in returned(key)] == ["Deleted contact came back"] * 2
    assert returned("another") == returned("") == returned("digest", first_look=True) == []


def went_back(times: int, before: str = "NOTE:tea", after: str = "NOTE:rum") -> list[Finding]:
    """What is found if a card says again what it said so many times."""
    changed = case(person(JANE, before), person(JANE, after))
    [one] = changed.cards
    same = [EarlierVersion(one.entry.digest, 100, f"2031-01-0{day}") for day in range(1, times + 1)]
    older = [EarlierVersion("another", 100, "2031-02-01"), *same, EarlierVersion("yet another", 100, "2031-03-01")]
    return judge(replace(changed, memory=CardHistory({JANE: older}, {})), [CameBack()])


@pytest.mark.parametrize(
    ("times", "said"),
    [(1, "went back to an older state"), (2, "went back to an older state"), (3, "goes back and forth")],
)
def test_an_older_state_is_told_with_the_day_until_which_it_was_there(times: int, said: str) -> None:
    [found] = went_back(times)
    assert title(found) == f"Contact {said}"
    assert f"until {times} Jan 2031" in reason(found)
    assert ("happened 3 times" in reason(found)) is (times == 3)
    assert not found.whole_card


def test_what_a_card_never_said_or_says_still_is_no_older_state() -> None:
    assert went_back(0) == []
    assert went_back(1, "TEL;TYPE=home:03-1234-5601", "TEL;TYPE=work:03-1234-5601") == []
