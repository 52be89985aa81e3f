"""Who may come in, and with what: pure answers about one request's addresses and headers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")
_WRITTEN = re.compile(r"(\[[0-9A-Fa-f:.%]+\]|[^\s/?#@:\[\]\\]+)(?::([0-9]{1,5})?)?")
_UNDERSTOOD = {"http": 80, "https": 443}  # ports
Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a page is from (RFC 6454): "http" or "https", a name or address in one writing, a port."""

    scheme: str
    name: str
    port: int


@dataclass(frozen=True, slots=True)
class Door:
    """What the settings say of who may come in.

    url         how people reach the page, None if only this machine does
    proxy_user  the header in which a proxy names who is signed in, lower case; "" if none does
    proxies     networks whose headers are believed
    users       who of those that a proxy names may come in, None for all of them
    """

    url: str | None = None
    proxy_user: str = ""
    proxies: tuple[str, ...] = ()
    users: tuple[str, ...] | None = None

    @property
    def prefix(self) -> str:
        """What stands before every path: "/cardwarden", or ""."""
        return urlsplit(self.url).path.rstrip("/") if self.url else ""

    @property
    def may_be_behind_a_proxy(self) -> bool:
        """Whether the settings say that others reach the page. A proxy that tells nothing of itself looks like this machine."""
        return bool(self.url or self.proxy_user or self.proxies)

    @property
    def is_https(self) -> bool:
        return bool(self.url) and urlsplit(self.url or "").scheme == "https"

    def knows(self, host: str) -> bool:
        """Whether a request's Host is ours: the name of `url`, this machine, or an address.

        A name that somebody else made point to this machine (DNS rebinding) is none of these. Its port says nothing of
        that, and proxies write it, leave it out or put their own there.
        """
        name = _name_of(host)
        own = self._origin
        return name == "localhost" or _address(name) is not None or (own is not None and name == own.name)

    def is_ours(self, host: str, headers: Mapping[str, str]) -> bool:
        """Whether a change was asked for by one of our own pages, as the browser tells; what tells nothing is not."""
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site == "same-origin"
        asked, own = _origin_of(headers.get("origin", "")), self._origin
        if asked is None:
            return False
        if own is not None and own.scheme == "https" and asked == Origin("http", own.name, _UNDERSTOOD["http"]):
            return False  # whoever is on the way can write that page
        return asked == own or asked == _origin_of(f"{asked.scheme}://{host}")

    def is_secure(self, headers: Mapping[str, str]) -> bool:
        """Whether a form came by https, as the browser tells; of one that tells nothing, as the settings say."""
        asked = _origin_of(headers.get("origin", ""))
        return asked.scheme == "https" if asked else self.is_https

    def visitor(self, peer: str, headers: Mapping[str, str]) -> str:
        """The address somebody comes from: the peer's, or the last one a believed proxy tells that is no proxy itself."""
        if not self.is_proxy(peer):
            return peer
        addresses = [part.strip() for part in headers.get("x-forwarded-for", "").split(",") if part.strip()]
        for address in reversed(addresses):
            if not self.is_proxy(address):
                return address if _address(address) else peer
        return peer

    def named(self, peer: str, headers: Mapping[str, str]) -> str:
        """Who is signed in, as a believed proxy tells; "" if it tells nobody who may come in, or the peer is not one."""
        who = headers.get(self.proxy_user, "").strip() if self.proxy_user and self.is_proxy(peer) else ""
        return who if self.users is None or who in self.users else ""

    def is_proxy(self, address: str) -> bool:
        ip = _address(address)
        return ip is not None and _in(ip, self.proxies)

    def is_this_machine(self, peer: str, host: str, headers: Mapping[str, str]) -> bool:
        """Whether a browser on this machine asks, and nobody in between."""
        if self.may_be_behind_a_proxy:
            return False
        ip, name = _address(peer), _name_of(host)
        own = name == "localhost" or bool((address := _address(name)) and address.is_loopback)
        return ip is not None and ip.is_loopback and own and not any(header in headers for header in _FORWARDED)

    @property
    def _origin(self) -> Origin | None:
        if not self.url:
            return None
        parts = urlsplit(self.url)
        return _origin_of(f"{parts.scheme}://{parts.netloc}")


def safe_next(path: str) -> str:
    """Where to go after signing in: a path of ours, never another host."""
    ours = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if ours else "/"


def network_of(address: str) -> str:
    """What wrong passwords are counted by: an IPv4 address, or the /64 that an IPv6 visitor can choose from."""
    ip = _address(address)
    if isinstance(ip, IPv6Address) and not ip.ipv4_mapped:
        return str(ip_network((ip, 64), strict=False))
    return str(ip) if ip else address


def _origin_of(text: str) -> Origin | None:
    """An origin as a browser or the settings write it, None for "null" and whatever else is none."""
    scheme, _, netloc = text.partition("://")
    scheme = scheme.lower()
    written = _WRITTEN.fullmatch(netloc)
    if written is None or scheme not in _UNDERSTOOD:
        return None
    return Origin(scheme, _name_of(netloc), int(written[2] or _UNDERSTOOD[scheme]))


def _name_of(host: str) -> str:
    """The name in a Host in one writing, "" for what is none: no port, lower case, ASCII, without a dot at its end."""
    written = _WRITTEN.fullmatch(host)
    if written is None:
        return ""
    name = written[1].strip("[]").lower().removesuffix(".")
    if ip := _address(name):
        return str(ip)
    try:
        return name.encode("idna").decode()
    except UnicodeError:
        return name


def _address(text: str) -> Address | None:
    try:
        ip = ip_address(text)
    except ValueError:
        return None
    return ip.ipv4_mapped or ip if isinstance(ip, IPv6Address) else ip


def _in(address: Address, networks: Iterable[str]) -> bool:
    return any(address in ip_network(network) for network in networks)
