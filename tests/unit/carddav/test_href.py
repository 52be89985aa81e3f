"""One member has one key, however its href is written, and credentials stay where they belong."""

from __future__ import annotations

import pytest

from cardwarden.carddav.href import absolute, allows, is_loopback, key_of, path_of, same_site, shown_address


@pytest.mark.parametrize(
    "href",
    [
        "/ab/x@y z.vcf",
        "/ab/x%40y%20z.vcf",
        "/ab/x%40y z.vcf",
        "\r\n  /ab/x@y%20z.vcf\r\n",
        "https://inner.example:8443/ab/x@y%20z.vcf",
        "/ab/%78@y%20z.vcf",
    ],
)
def test_every_spelling_of_an_href_is_one_member(href: str) -> None:
    assert key_of(href) == "/ab/x@y%20z.vcf"


@pytest.mark.parametrize(
    ("one", "other"), [("/ab/a%2Fb.vcf", "/ab/a/b.vcf"), ("/ab/a.vcf", "/ab/A.vcf"), ("/ab/a+b.vcf", "/ab/a%20b.vcf")]
)
def test_different_members_stay_different(one: str, other: str) -> None:
    assert key_of(one) != key_of(other)


def test_letters_of_every_script_and_escapes_are_one() -> None:
    assert key_of("/ab/山.vcf") == key_of("/ab/%E5%B1%B1.vcf") == key_of("/ab/%e5%b1%b1.vcf")


def test_what_is_sent_back_is_spelled_as_the_server_spelled_it() -> None:
    assert path_of("http://other/ab/x%40y z.vcf\r\n") == "/ab/x%40y%20z.vcf"
    assert path_of("/ab/a\rb.vcf") == "/ab/a%0Db.vcf"


def test_an_address_is_found_from_where_it_was_named() -> None:
    assert absolute("https://a/x/", "/y/") == "https://a/y/"
    assert absolute("https://a/x/", "https://b:8443/y/#z") == "https://b:8443/y/"
    assert absolute("https://a/x/", "https://user:pa55@b/y/") == "https://b/y/"


@pytest.mark.parametrize("href", ["mailto:a@b", "javascript:x", "http://", "https://["])
def test_what_is_no_web_address_is_refused(href: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        absolute("https://a/", href)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a/", "https://A:443/x", True),
        ("http://a/", "https://a/", True),
        ("https://a/", "http://a/", False),
        ("https://a/", "https://a:8443/", False),
        ("https://a/", "https://b.a/", False),
        ("http://a:8080/", "https://a/", False),
    ],
)
def test_credentials_stay_with_their_host(one: str, other: str, same: bool) -> None:
    assert same_site(one, other) is same


@pytest.mark.parametrize(
    ("host", "url", "allowed"),
    [
        ("p42-contacts.icloud.com", "https://p42-contacts.icloud.com:443/", True),
        ("*.icloud.com", "https://p42-contacts.icloud.com/", True),
        ("*.icloud.com", "https://evilicloud.com/", False),
        ("*.icloud.com", "http://p42-contacts.icloud.com/", False),
        ("a", "https://a:8443/", False),
        ("a:8443", "https://a:8443/", True),
    ],
)
def test_other_hosts_are_those_that_the_settings_name(host: str, url: str, allowed: bool) -> None:
    assert allows((host,), url) is allowed


@pytest.mark.parametrize("url", ["http://127.0.0.1:5232/", "http://localhost/", "http://[::1]/"])
def test_this_machine_is_known(url: str) -> None:
    assert is_loopback(url)
    assert not is_loopback("http://127.0.0.1.example.org/")


def test_an_address_is_shown_without_its_secrets() -> None:
    assert shown_address("https://user:pa55@a.example:8443/x%40y/\x1b?token=pa55") == "a.example:8443/x@y/<U+001B>"
