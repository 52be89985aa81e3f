"""Who may come in: hosts, origins, proxies."""

from __future__ import annotations

import pytest

from cardwarden.web.door import Door, network_of, safe_next

HOME = Door("https://home.example.org/cardwarden", "remote-user", ("10.0.0.0/8", "127.0.0.1", "::1"))
ALONE = Door()


@pytest.mark.parametrize(
    "host",
    [
        "home.example.org",
        "home.example.org:443",
        "Home.Example.ORG",
        "home.example.org.",
        "localhost:9219",
        "LOCALHOST:9219",
        "127.0.0.1:9219",
        "192.168.1.7",
        "[::1]:9219",
        "[fe80::1]",
    ],
)
def test_the_host_of_the_settings_this_machine_and_addresses_are_ours(host: str) -> None:
    assert HOME.knows(host)


@pytest.mark.parametrize(
    "host", ["evil.example", "home.example.org.evil.example", "home.example.org:1", "", "localhost.evil.example:9219"]
)
def test_a_name_that_somebody_else_made_point_here_is_not_ours(host: str) -> None:
    assert not HOME.knows(host)


def test_without_an_address_in_the_settings_only_this_machine_and_addresses_are_ours() -> None:
    assert ALONE.knows("localhost")
    assert not ALONE.knows("home.example.org")


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "same-origin"},
        {"origin": "https://home.example.org"},
        {"origin": "http://localhost:9219"},
        {"sec-fetch-site": "same-origin", "origin": "null"},
    ],
)
def test_a_form_of_ours_may_change_something(headers: dict[str, str]) -> None:
    assert HOME.is_ours("localhost:9219", headers)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "null"},
        {"origin": "https://evil.example"},
        {"origin": "https://home.example.org.evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"sec-fetch-site": "cross-site", "origin": "https://home.example.org"},
    ],
)
def test_what_another_page_asks_for_may_not(headers: dict[str, str]) -> None:
    assert not HOME.is_ours("localhost:9219", headers)


def test_a_proxy_names_who_is_signed_in_and_nobody_else_can() -> None:
    assert HOME.named("10.1.2.3", {"remote-user": "anna"}) == "anna"
    assert HOME.named("::ffff:10.1.2.3", {"remote-user": "anna"}) == "anna"
    assert HOME.named("192.168.1.7", {"remote-user": "anna"}) == ""
    assert HOME.named("10.1.2.3", {}) == ""
    assert ALONE.named("127.0.0.1", {"remote-user": "anna"}) == ""


def test_a_visitor_is_the_last_address_that_no_believed_proxy_has() -> None:
    headers = {"x-forwarded-for": "1.2.3.4, 192.168.1.7, 10.0.0.2"}
    assert HOME.visitor("10.0.0.1", headers) == "192.168.1.7"
    assert HOME.visitor("192.168.1.9", headers) == "192.168.1.9"
    assert HOME.visitor("10.0.0.1", {"x-forwarded-for": "not an address"}) == "10.0.0.1"


def test_this_machine_is_a_loopback_address_asked_by_its_own_name_with_nobody_in_between() -> None:
    assert ALONE.is_this_machine("127.0.0.1", "localhost:9219", {})
    assert ALONE.is_this_machine("::1", "[::1]:9219", {})
    assert not ALONE.is_this_machine("192.168.1.7", "localhost:9219", {})
    assert not ALONE.is_this_machine("127.0.0.1", "192.168.1.2:9219", {})
    assert not ALONE.is_this_machine("127.0.0.1", "localhost:9219", {"x-forwarded-for": "192.168.1.7"})


@pytest.mark.parametrize(
    "door",
    [
        Door("https://home.example.org"),
        Door("http://localhost:9219"),
        Door(None, "remote-user"),
        Door(None, "", ("::1",)),
    ],
)
def test_where_a_proxy_may_be_in_front_nobody_is_this_machine(door: Door) -> None:
    assert not door.is_this_machine("127.0.0.1", "localhost:9219", {})


@pytest.mark.parametrize(
    "path", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", "", "/a\nb"]
)
def test_signing_in_leads_nowhere_else(path: str) -> None:
    assert safe_next(path) == "/"


def test_signing_in_leads_back_to_where_one_was() -> None:
    assert safe_next("/events/12") == "/events/12"


def test_wrong_passwords_are_counted_by_what_a_visitor_cannot_choose() -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::2") != network_of("2001:db8:0:1::1")
    assert network_of("192.0.2.1") != network_of("192.0.2.2")
    assert network_of("::ffff:192.0.2.1") == "192.0.2.1"
