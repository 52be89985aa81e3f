"""What a server is, found out before anybody types a password."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardwarden.carddav.failure import DavError
from cardwarden.errors import UsageError
from cardwarden.phrases.phrase import phrase
from cardwarden.setup.book import BookLocation, book_location
from cardwarden.setup.services import by_dns, nextcloud_login, nextcloud_root
from support.dav_servers import radicale
from support.fake_dav import TLS
from support.fake_nextcloud import nextcloud
from support.names import naming

NAME = "_carddavs._tcp.example.org."


def found(host: str, *, may_have_it: bool = False, hosts: tuple[str, ...] = ()) -> BookLocation:
    place = book_location("anna@example.org", Path("/"))
    with naming({(NAME, "SRV"): [f"0 1 443 {host}."]}) as resolver:
        return by_dns(place, lambda _: may_have_it, hosts, resolver)


def test_the_domain_of_a_mail_address_names_its_server() -> None:
    assert found("dav.example.org") == BookLocation(
        {"type": "carddav", "url": "https://dav.example.org/"}, "anna@example.org"
    )


def test_a_domain_whose_books_a_service_keeps_is_of_that_service() -> None:
    assert found("carddav.fastmail.com", may_have_it=True) == BookLocation({"type": "fastmail"}, "anna@example.org")
    assert found("carddav.fastmail.com", hosts=("carddav.fastmail.com",)).kind == "fastmail"


def test_a_strange_server_that_nobody_agrees_to_is_not_asked() -> None:
    assert found("dav.provider.net").options["url"] == "https://example.org/"


def test_who_is_asked_may_refuse_altogether() -> None:
    def refuses(_: str) -> bool:
        raise UsageError(phrase("discover-one-option"))

    with naming({(NAME, "SRV"): ["0 1 443 dav.provider.net."]}) as resolver, pytest.raises(UsageError):
        by_dns(book_location("anna@example.org", Path("/")), refuses, (), resolver)


def test_a_domain_that_says_it_has_no_address_books_is_believed() -> None:
    with naming({(NAME, "SRV"): ["0 0 0 ."]}) as resolver, pytest.raises(DavError):
        by_dns(book_location("anna@example.org", Path("/")), lambda _: True, (), resolver)


def test_what_is_no_mail_address_is_not_looked_up() -> None:
    place = BookLocation({"type": "carddav", "url": "https://example.org/"})
    assert by_dns(place, lambda _: True) is place


def test_a_nextcloud_is_known_by_its_login_also_below_a_path() -> None:
    with nextcloud() as fake:
        place = BookLocation({"type": "carddav", "url": f"{fake.root}/remote.php/dav/"})
        assert nextcloud_root(place) == f"{fake.root}/"
        assert nextcloud_login(place, TLS / "certificate.pem")


def test_another_server_offers_no_such_login(tmp_path: Path) -> None:
    with radicale(tmp_path) as server:
        assert nextcloud_login(BookLocation({"type": "carddav", "url": server.root}), None) is None
