"""Rule link-changed."""

from __future__ import annotations

import pytest

from support.judging import edited, said


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
