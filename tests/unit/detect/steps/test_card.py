"""What left one property of a card and came in another is known again, and what only looks like it is not."""

from __future__ import annotations

import pytest

from cardwarden.detect.steps.card import Move, MoveKind, moves_of
from cardwarden.vcard.diff import diff_facts
from support.cards import card, facts

NUMBER, MAIL = "TEL:03-1234-5601", "EMAIL:taro@example.org"
MOVED, JOINED, SPLIT, KEPT, COPIED = MoveKind


def moved(before: list[str], after: list[str]) -> list[Move]:
    was, now = facts(card(*before)), facts(card(*after))
    return moves_of(diff_facts(was, now), was, now)


def said(before: list[str], after: list[str]) -> list[tuple[MoveKind, str, str, int]]:
    """(place, from which property, to which, how many changes it explains) of each move."""
    return [(move.place, move.value.name, move.to.name, len(move.changes)) for move in moved(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "move"),
    [
        ([MAIL, "NOTE:tea"], ["NOTE:taro@example.org"], (JOINED, "EMAIL", "NOTE", 1)),
        ([MAIL, "NOTE:tea"], ["NOTE:tea taro@example.org"], (JOINED, "EMAIL", "NOTE", 2)),
        ([MAIL, "NOTE:tea"], ["NOTE:coffee taro@example.org"], (JOINED, "EMAIL", "NOTE", 1)),
        ([MAIL], ["NOTE:mail taro@example.org tea"], (JOINED, "EMAIL", "NOTE", 1)),
        (["X-TWITTER:jane"], ["URL:https://twitter.com/jane"], (JOINED, "X-TWITTER", "URL", 2)),
        (["X-TWITTER:jane"], ["URL:https://twitter.com/jane/x"], (JOINED, "X-TWITTER", "URL", 1)),
        (["X-TWITTER:jane"], ["NOTE:see https://twitter.com/jane"], (JOINED, "X-TWITTER", "NOTE", 1)),
        (["TEL:110220"], ["NOTE:room 110220"], (JOINED, "TEL", "NOTE", 1)),
        (["TITLE:Ops"], ["NOTE:DevOps team"], (JOINED, "TITLE", "NOTE", 1)),
        (["NOTE:Chef Anna"], ["NOTE:Anna", "TITLE:Chef"], (MOVED, "NOTE", "TITLE", 2)),
        (["ORG:Acme;Ops"], ["ORG:Acme", "TITLE:Ops"], (MOVED, "ORG", "TITLE", 2)),
        (["ORG:Acme;Sales"], ["ORG:Acme", "TITLE:Sales"], (MOVED, "ORG", "TITLE", 2)),
        (["N:Roe;Jane;Maria;;"], ["N:Roe;Jane;;;", "NICKNAME:Maria"], (MOVED, "N", "NICKNAME", 2)),
        (["NOTE:AnnaBerlin"], ["TITLE:Anna", "ROLE:Berlin", "X-FOO:other"], (SPLIT, "NOTE", "TITLE", 3)),
        (["ORG:Acme;IT1"], ["ORG:Acme", "TITLE:IT", "ROLE:1"], (SPLIT, "ORG", "TITLE", 3)),
        (["CATEGORIES:TeaCake"], ["CATEGORIES:Tea,Cake"], (SPLIT, "CATEGORIES", "CATEGORIES", 2)),
        (["NOTE:tea", "URL;TYPE=home:https://example.org/tea"], ["URL;TYPE=work:https://example.org/tea"],
         (KEPT, "NOTE", "URL", 1)),
        (["PHOTO;VALUE=uri:https://example.org/1.jpg", "LOGO;VALUE=uri:https://example.org/1.jpg"],
         ["LOGO;VALUE=uri:https://example.org/1.jpg"], (KEPT, "PHOTO", "LOGO", 1)),
        (["NICKNAME;TYPE=home:Tom", "NICKNAME;TYPE=work:Tom"], ["NICKNAME;TYPE=home:Tom"],
         (KEPT, "NICKNAME", "NICKNAME", 1)),
        (["N:Roe;Jane;Maria;Dr.;"], ["N:Roe;Jane;;Dr.;", "NICKNAME:Maria"], (MOVED, "N", "NICKNAME", 2)),
        (["FN:Jane Roe", "TITLE:Chef", "ORG:Chef"], ["FN:Jane Roe Chef", "ORG:Chef"], (JOINED, "TITLE", "FN", 2)),
        (["ADR:;;港;港区;;;"], ["ADR:;;港;港区;;;", "LABEL:港区港"], (COPIED, "LABEL", "ADR", 1)),
    ],
)  # fmt: skip
def test_a_value_is_known_again_where_it_stands_now(
    before: list[str], after: list[str], move: tuple[MoveKind, str, str, int]
) -> None:
    assert said(before, after) == [move]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["UID:tea", "NOTE:tea"], ["UID:tea"]),
        (["TEL:11022"], ["NOTE:room 11022"]),
        (["TITLE:IT"], ["NOTE:ITs team"]),
        (["EMAIL:jane@roe.example"], ["NOTE:example roe jane"]),
        (["EMAIL:jane@example.org"], ["EMAIL:jane@example.org", "TITLE:Jane"]),
        (["NOTE:Tea"], ["NOTE:Tea", "CATEGORIES:Tea"]),
        (["ADR:;;Road;Town;;;"], ["ADR:;;Road;Town;;;", "NOTE:TownRoad"]),
        (["ADR:;;港;;;;"], ["ADR:;;港;;;;", "LABEL:港港"]),
        ([MAIL, "NOTE:taro@example.org tea"], ["NOTE:taro@example.org coffee"]),
        ([MAIL, "NOTE:taro@example.org tea"], ["NOTE:taro@example.org tea"]),
        ([NUMBER, "X-FOO:03-1234-5601"], ["X-FOO:03-1234-5601"]),
        (["ADR:;;Road 1;Town;;;", "ADR:;;Road 1;Town;;10115;Germany"], ["ADR:;;Road 1;Town;;10115;Germany"]),
        (["NOTE:AnnaAnnaBerlin"], ["TITLE:Anna", "ROLE:Berlin"]),
        ([NUMBER], ["TEL:ask", "NOTE:03-1234-5601"]),
    ],
)
def test_what_only_looks_like_a_value_is_not_taken_for_it(before: list[str], after: list[str]) -> None:
    assert said(before, after) == []


def test_two_values_that_changed_places_are_two_moves_and_each_change_stands_in_one() -> None:
    jane, tea = "N:Roe;Jane;;;", "NOTE:tea"
    assert said(["FN:Jane", jane, "TITLE:Chef", tea], ["FN:Jane Roe", jane, "NOTE:tea Chef"]) == [
        (JOINED, "TITLE", "NOTE", 2),
        (COPIED, "FN", "N", 1),
    ]
    assert said(["ORG:Acme;Sales", tea], ["ORG:Acme", "TITLE:Sales", tea, "ROLE:tea"]) == [
        (MOVED, "ORG", "TITLE", 2),
        (COPIED, "ROLE", "NOTE", 1),
    ]


@pytest.mark.parametrize(
    ("before", "after", "derived"),
    [
        (["ORG:Acme"], ["ORG:Acme", "FN:Acme"], True),
        (["FN:Cher", "N:Cher;;;;"], ["FN:Cher"], True),
        (["FN:Cher", "N:;Cher;;;"], ["FN:Cher"], True),
        (["FN:Jane Roe", "N:Roe;Jane;;;"], ["FN:Jane Roe"], False),
        (["X-FOO:tea"], ["NOTE:tea"], True),
        (["NOTE:tea"], ["X-FOO:tea"], False),
    ],
)
def test_what_programs_make_of_other_values_is_no_loss_and_no_gain(
    before: list[str], after: list[str], derived: bool
) -> None:
    assert [move.derived for move in moved(before, after)] == [derived]


@pytest.mark.parametrize(
    ("before", "after", "unread"),
    [
        (["FN:Cher"], ["X-FOO:Cher"], True),
        (["FN:Cher"], ["NICKNAME:Cher"], False),
        (["FN:Cher", "X-FOO:Cher"], ["X-FOO:Cher"], False),
        ([MAIL], ["NOTE:taro@example.org"], True),
        (["X-FOO:tea"], ["NOTE:tea"], False),
    ],
)
def test_a_name_in_an_unknown_field_and_an_address_in_a_note_are_read_by_no_program(
    before: list[str], after: list[str], unread: bool
) -> None:
    assert [move.unread for move in moved(before, after)] == [unread]
