"""What a change of a mail address means, and which host names people take for one."""

from __future__ import annotations

import pytest

from cardwarden.detect.mailbox import MailChange, classify_mail, lookalike, shown_host, skeleton


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("jane.roe@bank.example", "jane.rae@bank.example", MailChange.LOOKALIKE),
        ("jane@bank.example", "mark@bank.example", MailChange.REPLACED),
        ("jane@bank.example", "jane@bamk.example", MailChange.LOOKALIKE),
        ("jane@bank.example", "jane@other-house.org", MailChange.MOVED),
        ("jane@bank.example", "'jane@bank.example'", MailChange.GLUED),
        ("jane@bank.example", "*jane@bank.example*", MailChange.GLUED),
        ("jane@bank.example", "<jane@bank.example> <jane@bank.example>", MailChange.BROKEN),
        ("jane@bank.example", "???", MailChange.BROKEN),
        ("jane.roe@bank.example", ".example", MailChange.CUT),
        ("jane.roe.12@bank.example", "bank.example", MailChange.BROKEN),
        ("jane.roe.of.the.house@bank.example", "a@b.example", MailChange.REPLACED),
        ("jane@gxyil.com", "jane@gmail.com", MailChange.REPAIRED),
        ("jane@gxyzl.com", "jane@gmail.com", MailChange.MOVED),
        ("jane\uff20bank.example", "jane\u200b@bank.example", MailChange.SAME_BOX),
        ("jane\uff20bank.example", "jane@bank.example", MailChange.REPAIRED),
        ("jane@bank.example", "jane\uff20bank.example", MailChange.BROKEN),
        ("jane@bank.example", "<mailto:jane@bank.example>", MailChange.GLUED),
        ("jane@bank.example", "jane @ bank.example\u200b", MailChange.BROKEN),
        ("jane&#64;münchen.example", "jane@xn--mnchen-3ya.example", MailChange.REPAIRED),
    ],
)
def test_what_became_of_an_address_has_a_name(before: str, after: str, change: MailChange) -> None:
    assert classify_mail(before, after) is change


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("bank.example", "bank.example", False),
        ("bank.example", "m.bank.example", False),
        ("my-bank.example", "mybank.example", True),
        ("bank.example", "bank.org", True),
        ("a.example", "b.example", False),
        ("a-b-c-d-e.example", "abcde.example", True),
        ("a-b-c-d-e.org", "abcde.example", False),
        ("bank.co.uk", "bank-login.example", True),
        ("mountains.example", "mxuntxins.example", True),
        ("mountains.example", "mxuntxixs.example", False),
        ("mountain.example", "mxuntxin.example", False),
    ],
)
def test_a_host_that_people_take_for_another_is_known(one: str, other: str, *, alike: bool) -> None:
    assert lookalike(one, other) is alike


def test_a_letter_with_marks_that_belong_to_no_language_looks_like_the_letter() -> None:
    assert skeleton("q\u0308u\u0323\u0302e") == skeleton("que")


@pytest.mark.parametrize(
    ("host", "seen"), [("xn--mnchen-3ya.example", "münchen.example"), ("münchen.example", "münchen.example")]
)
def test_a_host_is_shown_as_people_see_it(host: str, seen: str) -> None:
    assert shown_host(host) == seen
