"""Rule link-changed."""

from __future__ import annotations

from support.judging import edited, said


def test_a_look_alike_host_is_critical() -> None:
    found = edited("URL:https://bank.example/login", "URL:https://bamk.example/login")
    assert said(found) == [("link-changed", "critical", "Web address was replaced by a look-alike")]


def test_another_page_is_a_notice_and_another_chat_address_a_warning() -> None:
    assert said(edited("URL:https://a.example/1", "URL:https://a.example/2"))[0][1] == "notice"
    assert said(edited("IMPP:xmpp:jane@a.example", "IMPP:xmpp:tom@b.example"))[0][1] == "warning"


def test_www_before_the_same_host_is_no_look_alike() -> None:
    assert said(edited("URL:https://bank.example", "URL:https://www.bank.example"))[0][1] == "notice"
