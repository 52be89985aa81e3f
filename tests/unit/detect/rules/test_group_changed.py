"""Rule group-changed."""

from __future__ import annotations

from support.judging import edited, said


def test_one_lost_category_is_a_notice_and_the_last_one_a_warning() -> None:
    assert said(edited("CATEGORIES:Choir,Work", "CATEGORIES:Work")) == [
        ("group-changed", "notice", "Category was lost")
    ]
    assert said(edited("CATEGORIES:Choir", [])) == [("group-changed", "warning", "Category was lost")]


def test_order_and_lines_mean_nothing() -> None:
    assert edited("CATEGORIES:Choir,Work", ["CATEGORIES:Work", "CATEGORIES:Choir"]) == []


def test_a_lost_group_member_is_told() -> None:
    found = edited(["KIND:group", "MEMBER:urn:uuid:a", "MEMBER:urn:uuid:b"], ["KIND:group", "MEMBER:urn:uuid:a"])
    assert said(found) == [("group-changed", "notice", "Group member was lost")]
