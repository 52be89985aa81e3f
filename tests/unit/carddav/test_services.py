"""Which server a mail domain names, and that no other one gets a password unasked."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cardwarden.carddav.failure import DavError
from cardwarden.carddav.services import Service, service_of
from cardwarden.cli.commands.discover import begin_at
from cardwarden.errors import UsageError
from support.names import naming

NAME = "_carddavs._tcp.example.org."
OWN = Service("dav.example.org", 443, "/", is_own=True)
OTHER = Service("dav.provider.net", 8443, "/books/", is_own=False)


def test_the_server_and_the_path_come_from_the_records_of_one_name() -> None:
    records = {(NAME, "SRV"): ["0 1 8443 dav.provider.net."], (NAME, "TXT"): ['"path=/books/"']}
    with naming(records) as resolver:
        service = service_of("example.org", resolver)
    assert service == OTHER
    assert service.url == "https://dav.provider.net:8443/books/"


def test_the_first_in_the_domain_s_own_order_is_taken() -> None:
    records = {
        (NAME, "SRV"): ["20 9 443 last.example.org.", "10 1 443 light.example.org.", "10 5 443 Dav.Example.org."]
    }
    with naming(records) as resolver:
        assert service_of("Example.org", resolver) == OWN


@pytest.mark.parametrize("host", ["example.org.evil.net.", "evilexample.org."])
def test_what_only_looks_like_the_domain_is_outside_of_it(host: str) -> None:
    with naming({(NAME, "SRV"): [f"0 1 443 {host}"]}) as resolver:
        service = service_of("example.org", resolver)
    assert service
    assert not service.is_own


@pytest.mark.parametrize("records", [{}, {(NAME, "TXT"): ['"path=/x/"']}])
def test_a_domain_that_names_no_server_is_asked_itself(records: dict[tuple[str, str], list[str]]) -> None:
    with naming(records) as resolver:
        assert service_of("example.org", resolver) is None


def test_a_domain_that_says_it_has_none_is_believed() -> None:
    with naming({(NAME, "SRV"): ["0 0 0 ."]}) as resolver, pytest.raises(DavError, match="offers no CardDAV"):
        service_of("example.org", resolver)


@pytest.mark.parametrize("domain", ["a" * 70 + ".org", "..", "a..b"])
def test_what_is_no_domain_is_told(domain: str) -> None:
    with naming({}) as resolver, pytest.raises(DavError, match="is no domain"):
        service_of(domain, resolver)


def test_a_host_outside_of_the_domain_is_asked_about_first() -> None:
    asked: list[str] = []

    def answer(yes: bool) -> Callable[[str], bool]:
        def asks(host: str) -> bool:
            asked.append(host)
            return yes

        return asks

    assert begin_at("https://example.org/", OTHER, (), answer(True)) == OTHER.url
    with pytest.raises(UsageError, match=r"sent nothing.*--credential-host dav\.provider\.net:8443"):
        begin_at("https://example.org/", OTHER, (), answer(False))
    assert asked == ["dav.provider.net"] * 2
    assert begin_at("https://example.org/", OTHER, ("dav.provider.net:8443",), answer(False)) == OTHER.url
    assert begin_at("https://example.org/", OWN, (), answer(False)) == OWN.url
    assert begin_at("https://example.org/", None, (), answer(False)) == "https://example.org/"
    assert len(asked) == 2
