"""Where the address books of a mail domain are, by DNS (RFC 6764): the only module that asks it for more than addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import dns.exception
import dns.rdata
import dns.resolver

from cardwarden.carddav.failure import DavError, FailureKind
from cardwarden.phrases.phrase import Code, phrase

Resolver = dns.resolver.Resolver
_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Service:
    """A server that a domain names. `is_own` says whether its host lies inside the domain."""

    host: str
    port: int
    path: str
    is_own: bool

    @property
    def url(self) -> str:
        """Where to begin, over TLS."""
        port = "" if self.port == 443 else f":{self.port}"
        return f"https://{self.host}{port}{self.path}"


def service_of(domain: str, resolver: Resolver | None = None) -> Service | None:
    """The first CardDAV server in a domain's own order; None if it names none, and the domain itself is to be asked.

    Raises DavError if the domain says that it has no such service (RFC 2782: a target of "."), or is no name.
    """
    resolver = resolver or Resolver()
    name = f"_carddavs._tcp.{domain}"
    records = _records(resolver, name, "SRV")
    if not records:
        return None
    best = min(records, key=lambda record: (record.priority, -record.weight, str(record.target)))
    host = str(best.target).rstrip(".").lower()
    if not host:
        raise DavError(FailureKind.AWAY, phrase("dav-offers-none", domain=Code(domain)))
    own = domain.lower().rstrip(".")
    return Service(host, best.port, _path(resolver, name), host == own or host.endswith(f".{own}"))


def _path(resolver: Resolver, name: str) -> str:
    """What the TXT record of the same name says (RFC 6764 section 4); the well-known place if it says nothing."""
    for record in _records(resolver, name, "TXT"):
        text = b"".join(record.strings).decode("utf-8", "replace")
        key, _, value = text.partition("=")
        if key.strip().lower() == "path" and value.startswith("/"):
            return value
    return "/"


def _records(resolver: Resolver, name: str, kind: str) -> list[Any]:
    """The records of a name; nothing if there are none, or no DNS answers in time: then the domain itself is asked."""
    try:
        return list(resolver.resolve(name, kind, lifetime=_SECONDS, search=False))
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.resolver.NoNameservers, dns.exception.Timeout):
        return []
    except dns.exception.DNSException:
        raise DavError(FailureKind.SETUP, phrase("dav-no-domain")) from None
