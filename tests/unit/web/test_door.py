"""Who may come in: hosts, origins, proxies."""

from __future__ import annotations

from dataclasses import replace

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
        "HOME.example.org.:443",
        "home.example.org:",
        "home.example.org:8443",
        "[2001:DB8:0::1]:443",
    ],
)
def test_the_host_of_the_settings_this_machine_and_addresses_are_ours(host: str) -> None:
    assert HOME.knows(host)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "home.example.org.evil.example",
        "",
        ":443",
        "localhost.evil.example:9219",
        "home.example.org@evil.example",
        "evil.example:home.example.org",
        "home.example.org:443:443",
        "[::1].evil.example",
        "[::1]evil.example",
        "home.example.org/evil.example",
        "home.example.org evil.example",
        "127.0.0.1.evil.example",
    ],
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
        {"origin": "HTTPS://Home.Example.Org:443"},
        {"origin": "https://home.example.org."},
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
        {"origin": "https://home.example.org:1"},
        {"origin": "http://home.example.org"},
        {"origin": "https://localhost:1"},
        {"origin": "http://localhost"},
        {"origin": "http://["},
        {"origin": "https://home.example.org:99999999"},
        {"origin": "https://evil@home.example.org"},
        {"origin": "ftp://home.example.org"},
        {"origin": "home.example.org"},
    ],
)
def test_what_another_page_asks_for_may_not(headers: dict[str, str]) -> None:
    assert not HOME.is_ours("localhost:9219", headers)


@pytest.mark.parametrize(
    ("url", "host", "origin"),
    [
        ("https://home.example.org/x", "home.example.org:443", "https://home.example.org"),
        ("https://home.example.org:443/x", "Home.Example.Org.", "https://home.example.org"),
        ("http://home.example.org", "home.example.org:80", "http://home.example.org"),
        ("https://home.example.org:8443", "home.example.org", "https://home.example.org:8443"),
        ("https://home.example.org:8443", "home.example.org:443", "https://home.example.org:8443"),
        ("https://home.example.org", "127.0.0.1:9219", "https://home.example.org"),
        ("https://[2001:db8:0::1]:8443", "[2001:DB8::1]:8443", "https://[2001:db8::1]:8443"),
        ("https://bücher.example/x", "xn--bcher-kva.example:443", "https://xn--bcher-kva.example"),
        ("https://home.example.org", "home.example.org:9219", "http://home.example.org:9219"),  # past the proxy
    ],
)
def test_every_writing_of_our_address_by_a_proxy_is_ours(url: str, host: str, origin: str) -> None:
    door = Door(url)
    assert door.knows(host)
    assert door.is_ours(host, {"origin": origin})
    assert door.is_secure({"origin": origin}) is origin.startswith("https")


def test_a_page_of_plain_http_at_an_address_of_https_is_not_ours() -> None:
    for host in ("home.example.org", "home.example.org:80", "home.example.org:443"):
        assert not HOME.is_ours(host, {"origin": "http://home.example.org"})
    assert Door("http://home.example.org").is_ours("home.example.org", {"origin": "http://home.example.org"})


@pytest.mark.parametrize("origin", ["null", ""])
def test_a_browser_that_tells_no_origin_came_as_the_settings_say(origin: str) -> None:
    assert HOME.is_secure({"origin": origin})
    assert not Door("http://home.example.org").is_secure({"origin": origin})
    assert not ALONE.is_secure({})


def test_a_proxy_names_who_is_signed_in_and_nobody_else_can() -> None:
    assert HOME.named("10.1.2.3", {"remote-user": "anna"}) == "anna"
    assert HOME.named("::ffff:10.1.2.3", {"remote-user": "anna"}) == "anna"
    assert HOME.named("192.168.1.7", {"remote-user": "anna"}) == ""
    assert HOME.named("10.1.2.3", {}) == ""
    assert ALONE.named("127.0.0.1", {"remote-user": "anna"}) == ""


def test_of_those_that_a_proxy_names_only_its_own_users_come_in() -> None:
    door = replace(HOME, users=("anna",))
    assert [door.named("10.1.2.3", {"remote-user": who}) for who in ("anna", "bert", "", "Anna")] == [
        "anna",
        "",
        "",
        "",
    ]
    assert replace(HOME, users=()).named("10.1.2.3", {"remote-user": "anna"}) == ""


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
