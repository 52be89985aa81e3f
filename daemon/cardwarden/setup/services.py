"""What a server is, asked from itself and from DNS before anybody types a password."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from cardwarden.carddav.failure import DavError
from cardwarden.setup.book import BookLocation, at_server

if TYPE_CHECKING:
    from cardwarden.carddav.login_flow import LoginFlow
    from cardwarden.carddav.services import Resolver


def by_dns(
    place: BookLocation,
    may_have_it: Callable[[str], bool],
    hosts: Collection[str] = (),
    resolver: Resolver | None = None,
) -> BookLocation:
    """The place of a mail address at the server that its domain names (RFC 6764); at its own host if it names none.

    A host outside of the domain gets a password only if it is among `hosts`, or somebody says that it `may_have_it`;
    else the domain's own host is taken. Raises DavError if the domain says that it has no such service.
    """
    from cardwarden.carddav.href import allows  # noqa: PLC0415 - a network library takes long to load
    from cardwarden.carddav.services import service_of  # noqa: PLC0415

    if not place.domain:
        return place
    service = service_of(place.domain, resolver)
    if service is None:
        return place
    if not (service.is_own or allows(tuple(hosts), service.url) or may_have_it(service.host)):
        return place
    return at_server(service.url, None if place.kind == "carddav" else place.kind, place.username)


def nextcloud_login(place: BookLocation, tls_ca: Path | None) -> LoginFlow | None:
    """A login in a browser that a Nextcloud (or ownCloud) has begun; None if the server knows no such thing."""
    from cardwarden.carddav.login_flow import LoginFlow  # noqa: PLC0415

    try:
        return LoginFlow.begin(nextcloud_root(place), tls_ca=tls_ca)
    except DavError:
        return None


def nextcloud_root(place: BookLocation) -> str:
    """The address of a whole Nextcloud, above what is said of its address books."""
    return str(place.options["url"]).partition("/remote.php")[0].rstrip("/") + "/"
