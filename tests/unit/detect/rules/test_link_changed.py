"""Rule link-changed."""

from __future__ import annotations

import pytest

from cardwarden.detect.rules.link_changed import LinkChanged
from support.judging import edited, judged, person, said
from support.words import reason


def test_a_look_alike_host_is_critical() -> None:
    found = edited("URL:https://bank.example/login", "URL:https://bamk.example/login")
    assert said(found) == [("link-changed", "critical", "Web address was replaced by a look-alike")]


def test_another_page_is_a_notice_and_another_chat_address_a_warning() -> None:
    assert said(edited("URL:https://a.example/1", "URL:https://a.example/2"))[0][1] == "notice"
    assert said(edited("IMPP:xmpp:jane@a.example", "IMPP:xmpp:tom@b.example"))[0][1] == "warning"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("https://bank.example", "https://www.bank.example"),
        ("http://bank.example/a", "https://bank.example/a"),
        ("bank.example", "http://bank.example/"),
    ],
)
def test_the_same_page_is_no_look_alike_and_silent(before: str, after: str) -> None:
    assert {severity for _, severity, _ in said(edited(f"URL:{before}", f"URL:{after}"))} <= {"info"}


def test_the_same_name_at_a_service_that_is_called_otherwise_is_a_notice() -> None:
    assert said(edited("IMPP:aim:jane.roe", "IMPP:x-apple:jane.roe"))[0][1] == "notice"


@pytest.mark.parametrize(
    "link",
    [
        "https://bank.example@evil.example/login",
        "https://bank.example:443@evil.example",
        "https://a@bank.example@evil.example",
    ],
)
def test_a_host_that_hides_behind_the_one_that_was_there_is_a_lookalike(link: str) -> None:
    [(rule, severity, title)] = said(edited("URL:https://www.bank.example/login", f"URL:{link}"))
    assert (rule, severity, title) == ("link-changed", "critical", "Web address was replaced by a look-alike")


def test_a_user_of_the_same_host_is_an_ordinary_change() -> None:
    found = said(edited("URL:https://files.example/", "URL:https://jane@files.example/"))
    assert [(rule, severity) for rule, severity, _ in found] == [("link-changed", "notice")]


@pytest.mark.parametrize(
    "link",
    [
        "https://bank.example.evil.example/login", "https://login.bank.example.session.evil.example", "https://www-bank.example",
        "https://bank.evil.example", "https://secure-bank.test/login", "https://bank.example%40evil.test/",
        "bank.example@evil.test", "https://bаnk.example", "https://xn--bnk-6cd.example",
    ],
)  # fmt: skip
def test_a_host_that_borrows_the_name_of_the_one_that_was_there_is_a_lookalike(link: str) -> None:
    for before in ("https://www.bank.example", "bank.example"):
        [(rule, severity, _)] = said(edited(f"URL:{before}", f"URL:{link}"))
        assert (rule, severity) == ("link-changed", "critical"), before


@pytest.mark.parametrize(
    "link", ["https://evil.test/login", "https://evil.test/bank.example/login", "https://evil.test/?to=https://bank.example/"]
)  # fmt: skip
def test_another_host_with_the_same_words_is_a_warning_unless_it_was_the_owner(link: str) -> None:
    before, after = "URL:https://bank.example/login", f"URL:{link}"
    assert [(rule, severity) for rule, severity, _ in said(edited(before, after))] == [("link-changed", "warning")]
    stamps = ["PRODID:-//Phone//EN", "REV:20260101T000000Z"], ["PRODID:-//Phone//EN", "REV:20260102T000000Z"]
    by_owner = edited([*stamps[0], before], [*stamps[1], after])
    assert [(rule, severity) for rule, severity, _ in said(by_owner)] == [("link-changed", "notice")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("https://bank.example", "https://m.bank.example"), ("https://my.bank.example/a", "https://bank.example/b"),
        ("https://jane.blog.example", "https://joe.blog.example"), ("https://a.example/", "https://b.example/"),
        ("https://shop.co.uk/a", "https://cafe.co.uk/b"), ("https://jane.example/", "https://moved.test/"),
    ],
)  # fmt: skip
def test_another_page_or_another_host_is_a_notice(before: str, after: str) -> None:
    assert [(rule, severity) for rule, severity, _ in said(edited(f"URL:{before}", f"URL:{after}"))] == [
        ("link-changed", "notice")
    ]


def test_an_address_that_was_cut_is_called_so_also_if_the_rule_for_texts_is_off() -> None:
    before, after = (person("Jane", f"URL:https://bank.example/lo{rest}") for rest in ("gin/now", ""))
    [(rule, _, title)] = said(judged(before, after, rules=[LinkChanged()]))
    assert (rule, title) == ("link-changed", "Web address was cut")


def test_an_account_that_stands_in_a_parameter_alone_is_the_value() -> None:
    account = "X-SOCIALPROFILE;TYPE=github;X-USER={}:"
    assert [rule for rule, _, _ in said(edited(account.format("jane"), account.format("joe")))] == ["link-changed"]
    assert said(edited(account.format('"jane,doe"'), account.format("doe"))) == [
        ("text-damaged", "warning", "Social profile was cut")
    ]
    assert [rule for rule, _, _ in said(edited(account.format("jane"), []))] == ["value-lost"]
    assert edited(account.format("jane"), account.format('"jane"')) == []


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "file:///home/jane/a.html",
        "content://media/7",
        "data:text/html,hi",
        "chrome-extension://a/b",
    ],
)
def test_a_link_that_leads_to_no_web_page_any_more_is_a_warning(link: str) -> None:
    found = said(edited("URL:https://example.org/", f"URL:{link}"))
    assert found == [("link-changed", "warning", "Web address leads to no web page any more")]


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("IMPP:xmpp:jane@a.example", "IMPP:xmpp:tom@b.example", "Messages to it now reach somebody else"),
        ("IMPP:xmpp:jane@a.example", "IMPP:https://a.example/jane", "Messages to it now reach somebody else"),
        ("X-SOCIALPROFILE:https://bank.example/a", "X-SOCIALPROFILE:https://bamk.example/a", "that is how passwords are stolen."),
        ("IMPP:https://bank.example/a", "IMPP:https://bamk.example/a", "that is how passwords are stolen."),
        ("URL:https://bank.example/a", "URL:https://bamk.example/a", "that is how passwords are stolen."),
        ("URL:https://bank.example/a", "URL:file:///a", "look before you open it."),
        ("URL:https://a.example/1", "URL:https://a.example/?to=a.example", "a.example/?to=a.example."),
    ],
)  # fmt: skip
def test_what_another_address_means_is_said(before: str, after: str, why: str) -> None:
    [found] = edited(before, after)
    assert why in reason(found)
    assert found.per_card


def test_another_page_of_the_same_host_leads_to_no_other_place() -> None:
    found = edited("URL:https://a.example/1", "URL:https://a.example/?to=a.example")
    assert said(found) == [("link-changed", "notice", "Web address was changed")]


def test_a_chat_name_that_looks_like_a_host_is_none() -> None:
    found = edited("IMPP:bank.example", "IMPP:https://bamk.example")
    assert [(rule, severity) for rule, severity, _ in said(found)] == [("link-changed", "warning")]
