"""Rule group-changed."""

from __future__ import annotations

import pytest

from cardwarden.detect.rules.group_changed import GroupChanged
from support.cards import card
from support.judging import book, edited, judged, person, said
from support.words import reason


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


def test_a_group_that_lost_most_of_its_members_is_a_warning() -> None:
    members = [f"MEMBER:urn:uuid:{name}" for name in "abc"]
    found = edited(["KIND:group", *members], ["KIND:group", members[2]])
    assert {severity for _, severity, _ in said(found)} == {"warning"}
    found = edited(["KIND:group", *members], ["KIND:group", *members[:2]])
    assert {severity for _, severity, _ in said(found)} == {"notice"}


def test_a_group_whose_contacts_went_lost_nobody_of_its_own() -> None:
    people = {name: card(f"FN:{name}", f"UID:{name}", f"TEL:03-1234-560{place}") for place, name in enumerate("abc", 1)}
    group = ["FN:Choir", "UID:choir", "KIND:group"]
    before = book(card(*group, *(f"MEMBER:{name}" for name in "abc")), *people.values())
    found = judged(before, book(card(*group, "MEMBER:c"), people["c"]))
    assert {finding.severity.word for finding in found if finding.rule == "group-changed"} == {"notice"}
    found = judged(before, book(card(*group, "MEMBER:c"), *people.values()))
    assert {finding.severity.word for finding in found if finding.rule == "group-changed"} == {"warning"}


def test_the_groups_that_google_puts_everybody_in_are_none() -> None:
    assert edited("CATEGORIES:Choir", "CATEGORIES:Choir,myContacts") == []
    assert edited("CATEGORIES:Choir,myContacts", "CATEGORIES:Choir") == []
    assert {severity for _, severity, _ in said(edited([], "CATEGORIES:myContacts,starred"))} == {"info"}
    assert {severity for _, severity, _ in said(edited("CATEGORIES:Choir,starred", "CATEGORIES:Choir"))} == {"notice"}
    assert {severity for _, severity, _ in said(edited("CATEGORIES:Choir,myContacts", "CATEGORIES:myContacts"))} == {
        "warning"
    }


def test_a_member_of_another_kind_is_told_by_its_own_rule_and_not_here() -> None:
    found = edited(["CATEGORIES:Choir", "NOTE:tea"], ["CATEGORIES:Choir,Work", "NOTE:coffee"])
    assert {rule for rule, _, _ in said(found)} == {"group-changed", "value-changed"}


@pytest.mark.parametrize(
    ("before", "after"), [("UID:1", "UID:2"), ("TEL;TYPE=home:03-1", "TEL;TYPE=work:03-1"), ("NOTE:a", "NOTE:b")]
)
def test_what_is_no_category_and_no_member_is_none_of_its(before: str, after: str) -> None:
    was, now = (card("FN:Choir", line) for line in (before, after))
    assert judged(was, now, rules=[GroupChanged()]) == []


def test_an_item_for_another_is_one_that_went_and_one_that_came() -> None:
    for before, after in (("CATEGORIES:Tea", "CATEGORIES:Coffee"), ("MEMBER:urn:uuid:a", "MEMBER:urn:uuid:b")):
        was, now = (card("FN:Choir", "UID:1", "KIND:group", line, version="4.0") for line in (before, after))
        titles = [title.rpartition(" ")[2] for _, _, title in said(judged(was, now, rules=[GroupChanged()]))]
        assert titles == ["lost", "added"]


GROUP = [f"MEMBER:urn:uuid:00000000-0000-0000-0000-00000000000{number}" for number in range(8)]


def regrouped(before: list[str], after: list[str]) -> set[str]:
    was, now = (card("UID:g", "KIND:group", "FN:Choir", *lines, version="4.0") for lines in (before, after))
    return {finding.severity.word for finding in judged(was, now) if finding.rule == "group-changed"}


def test_a_group_is_depleted_if_it_lost_more_than_half_of_its_members_and_got_no_others() -> None:
    assert regrouped(GROUP[:4], GROUP[:3]) == {"notice"}
    assert regrouped(GROUP[:4], GROUP[:2]) == {"notice"}
    assert regrouped(GROUP[:4], GROUP[:1]) == {"warning"}
    assert regrouped(GROUP[:4], [*GROUP[:1], "NOTE:a", "TITLE:b"]) == {"warning"}
    assert regrouped(GROUP[:4], [GROUP[0], *GROUP[5:7]]) == {"notice"}


def test_a_category_that_became_a_group_of_its_own_was_not_emptied() -> None:
    before, after = person("Jane", "CATEGORIES:Choir"), person("Jane", "TITLE:x")
    choir = card("UID:g", "KIND:group", "FN:Choir", version="4.0")

    def severity(was: bytes, now: bytes) -> set[str]:
        return {finding.severity.word for finding in judged(was, now) if finding.rule == "group-changed"}

    assert severity(before, book(after, choir)) == {"notice"}
    assert severity(book(before, choir), book(after, choir)) == {"warning"}


def test_what_came_to_a_contact_s_groups_is_said() -> None:
    [found] = judged(person("Jane", "CATEGORIES:a"), person("Jane", "CATEGORIES:a,b"))
    assert (reason(found), found.per_card) == ("b is new.", True)


def test_a_member_or_a_category_that_stands_twice_means_nothing() -> None:
    group = ["KIND:group", "MEMBER:urn:uuid:a", "MEMBER:urn:uuid:b"]
    assert edited(group, [*group, "MEMBER:b"]) == []
    assert edited([*group, "MEMBER:b"], group) == []
    assert edited("CATEGORIES:Choir,Work", "CATEGORIES:Choir,Work,Choir") == []
    assert [rule for rule, _, _ in said(edited(group, [*group, "MEMBER:c", "MEMBER:c"]))] == ["group-changed"] * 2


@pytest.mark.parametrize(("count", "severity"), [(3, "warning"), (2, "notice")])
def test_a_group_that_has_others_in_place_of_all_its_members_is_a_warning(count: int, severity: str) -> None:
    before = [f"MEMBER:urn:uuid:a{place}" for place in range(count)]
    after = [f"MEMBER:urn:uuid:b{place}" for place in range(count)]
    found = edited(["KIND:group", *before], ["KIND:group", *after])
    assert {level for _, level, told in said(found) if "lost" in told} == {severity}
    found = edited(["KIND:group", *before], ["KIND:group", before[0], *after])
    assert {level for _, level, _ in said(found)} == {"notice"}
