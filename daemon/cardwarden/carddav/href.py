"""Addresses as servers write them: one spelling per member, and which host a request goes to."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import SplitResult, quote, unquote, unquote_to_bytes, urljoin, urlsplit

from cardwarden.text import clip, harmless

_PORTS = {"http": 80, "https": 443}
_UNSENDABLE = re.compile(r"[\x00-\x20\x7f]")
_PLAIN = "-._~!$&'()*+,;=:@"  # RFC 3986 section 3.3: what a path segment may hold as it is


def cleaned(href: str) -> str:
    """`href` as it can be sent back: without the white space around it, with spaces and controls inside escaped.

    Some servers wrap hrefs in raw CR and LF, and leave spaces in them.
    """
    return _UNSENDABLE.sub(lambda match: quote(match[0]), href.strip())


def key_of(href: str) -> str:
    """The path of an absolute or relative href in its one spelling, so that `x@y.vcf` and `x%40y.vcf` are one member.

    The host is left out: a book's members are asked for where the book is, whatever a proxy's inner name says.
    Raises ValueError if it is no address.
    """
    path = _path(cleaned(href))
    return "/".join(quote(unquote_to_bytes(segment), safe=_PLAIN) for segment in path.split("/"))


def path_of(href: str) -> str:
    """The path of a href, spelled as its server spells it. iCloud refuses a multiget with absolute addresses.

    Raises ValueError if it is no address.
    """
    return _path(cleaned(href))


def _path(href: str) -> str:
    if href.startswith("/") and not href.startswith("//"):
        return href.partition("?")[0].partition("#")[0]
    return urlsplit(href).path


def absolute(base: str, href: str) -> str:
    """The address that `href` means where `base` was asked. Raises ValueError if it is none."""
    url = urljoin(base, cleaned(href))
    split = urlsplit(url)
    if split.scheme not in _PORTS or not split.hostname:
        raise ValueError("this is no web address")
    return split._replace(fragment="", netloc=split.netloc.rpartition("@")[2]).geturl()


def authority(url: str) -> str:
    """`host:port`, in lower case, of an address."""
    split = urlsplit(url)
    return f"{split.hostname}:{split.port or _PORTS[split.scheme]}"


def same_site(one: str, other: str) -> bool:
    """Whether credentials for `one` may be sent to `other`: the same host and port, or its change to https."""
    if authority(one) == authority(other):
        return True
    upgrade = urlsplit(one).hostname == urlsplit(other).hostname and urlsplit(other).scheme == "https"
    return upgrade and authority(one).endswith(":80") and authority(other).endswith(":443")


def allows(hosts: tuple[str, ...], url: str) -> bool:
    """Whether one of `hosts` (`host`, `*.domain` or `host:port`) is the host of `url`; without a port, https's."""
    port = authority(url).rpartition(":")[2]
    return any(named_by((name,), url) and port == (wanted or "443") for name, _, wanted in _split(hosts))


def named_by(hosts: tuple[str, ...], url: str) -> bool:
    """Whether one of `hosts` (`host` or `*.domain`) is the host of `url`, at whichever port."""
    host = authority(url).rpartition(":")[0]
    return any(host.endswith(name[1:]) if name.startswith("*.") else host == name for name, _, _ in _split(hosts))


def _split(hosts: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    return (allowed.lower().partition(":") for allowed in hosts)


def is_loopback(url: str) -> bool:
    """Whether the host is this machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def shown_address(url: str) -> str:
    """An address as a message shows it: host and path, without scheme, user and query."""
    split: SplitResult = urlsplit(url)
    port = f":{split.port}" if split.port else ""
    return clip(f"{split.hostname or ''}{port}{unquote(split.path, errors='replace')}", 120)


def host_of(url: str) -> str:
    """The host as a message or a log shows it."""
    return harmless(urlsplit(url).hostname or "")


def last_segment(url: str) -> str:
    """The name that the path ends with: what a collection is called if it has no display name."""
    return unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2], errors="replace")
