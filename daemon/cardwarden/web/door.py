"""Who may come in, and with what: pure answers about one request's addresses and headers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")
Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Door:
    """What the settings say of who may come in.

    url         how people reach the page, None if only this machine does
    proxy_user  the header in which a proxy names who is signed in, lower case; "" if none does
    proxies     networks whose headers are believed
    """

    url: str | None = None
    proxy_user: str = ""
    proxies: tuple[str, ...] = ()

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
        """Whether a request's Host is ours: the one of `url`, this machine, or an address.

        A name that somebody else made point to this machine (DNS rebinding) is neither.
        """
        name = _host_of(host)
        return (
            name == "localhost"
            or _address(name) is not None
            or (bool(self.url) and _plain(host) == _plain(self._netloc))
        )

    def is_ours(self, host: str, headers: Mapping[str, str]) -> bool:
        """Whether a change was asked for by one of our own pages, as the browser tells; what tells nothing is not."""
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site == "same-origin"
        origin = headers.get("origin")
        if origin is None or "://" not in origin:
            return False
        parts = urlsplit(origin)
        asked = _plain(parts.netloc)
        return asked == _plain(host) or (bool(self.url) and asked == _plain(self._netloc))

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
        """Who is signed in, as a believed proxy tells; "" if it tells nobody, or the peer is not one."""
        return headers.get(self.proxy_user, "").strip() if self.proxy_user and self.is_proxy(peer) else ""

    def is_proxy(self, address: str) -> bool:
        ip = _address(address)
        return ip is not None and _in(ip, self.proxies)

    def is_this_machine(self, peer: str, host: str, headers: Mapping[str, str]) -> bool:
        """Whether a browser on this machine asks, and nobody in between."""
        if self.may_be_behind_a_proxy:
            return False
        ip, name = _address(peer), _host_of(host)
        own = name == "localhost" or bool((address := _address(name)) and address.is_loopback)
        return ip is not None and ip.is_loopback and own and not any(header in headers for header in _FORWARDED)

    @property
    def _netloc(self) -> str:
        return urlsplit(self.url or "").netloc.lower()


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


def _plain(host: str) -> str:
    """A host and its port in one writing: lower case, without the port that is understood, without a dot at its end."""
    return host.lower().removesuffix(":80").removesuffix(":443").removesuffix(".")


def _host_of(host: str) -> str:
    host = host.lower()
    name = host[: host.rindex(":")] if ":" in host and not host.endswith("]") else host
    return name.strip("[]").rstrip(".")


def _address(text: str) -> Address | None:
    try:
        ip = ip_address(text)
    except ValueError:
        return None
    return ip.ipv4_mapped or ip if isinstance(ip, IPv6Address) else ip


def _in(address: Address, networks: Iterable[str]) -> bool:
    return any(address in ip_network(network) for network in networks)
