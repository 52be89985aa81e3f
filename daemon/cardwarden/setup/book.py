"""What a person calls the place of an address book, and what the settings call it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from cardwarden.errors import WrongValueError
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.sources.carddav_options import web_address

_CARD: Final = {".vcf", ".vcard"}
_MAIL: Final = re.compile(r"[^\s@/]+@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
_HOST: Final = re.compile(r"(?=.*[a-z])[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::[0-9]+)?(?:/\S*)?", re.IGNORECASE)
_SERVERS: Final = {
    **dict.fromkeys(("icloud.com", "me.com", "mac.com"), "https://contacts.icloud.com/"),
    **dict.fromkeys(("fastmail.com", "fastmail.fm"), "https://carddav.fastmail.com/"),
    "posteo.de": "https://posteo.de:8843/",
    "mailbox.org": "https://dav.mailbox.org/",
}
"""Mail services whose address books are on another host than their name; each stands in the service's own help pages."""
_CREDENTIAL_HOSTS: Final = {"contacts.icloud.com": ("*.icloud.com",)}
"""Hosts to which a service hands its users on, so that the password has to go there, too."""


@dataclass(frozen=True, slots=True)
class BookLocation:
    """Where a book is: the keys of its table in the settings, without a secret; `username` as far as the place says it."""

    options: Mapping[str, object]
    username: str = ""

    @property
    def is_server(self) -> bool:
        return self.options["type"] == "carddav"


def place_of(text: str, home: Path) -> BookLocation:
    """The place that a person means by a folder, a file, a mail address, a host or a web address.

    Raises ValueError, whose text says what to write instead.
    """
    said = text.strip()
    if not said:
        raise WrongValueError(phrase("write-place"))
    if mail := _MAIL.fullmatch(said):
        domain = mail[1].lower()
        return _server(_SERVERS.get(domain, f"https://{domain}/"), username=said)
    if "://" in said:
        return _server(said)
    path = Path(home / said[2:] if said.startswith("~/") else said)
    if path.exists() or said.startswith(("/", "~", ".")):
        return _on_disk(path)
    if _HOST.fullmatch(said) and path.suffix.lower() not in _CARD:
        return _server(said)
    raise WrongValueError(phrase("write-place-there", path=Code(said)))


def _server(address: str, username: str = "") -> BookLocation:
    url = web_address(address)
    hosts = _CREDENTIAL_HOSTS.get(urlsplit(url).hostname or "")
    return BookLocation({"type": "carddav", "url": url, **({"credential_hosts": hosts} if hosts else {})}, username)


def _on_disk(path: Path) -> BookLocation:
    whole = path.absolute()
    if not whole.exists():
        raise WrongValueError(phrase("write-path-exists", path=Code(str(whole))))
    return BookLocation({"type": "vdir" if whole.is_dir() else "vcf-file", "path": str(whole)})


def name_for(place: BookLocation, taken: Collection[str]) -> str:
    """A name for the source that is not taken yet: what the folder, the file or the user is called."""
    if place.is_server:
        host = urlsplit(str(place.options["url"])).hostname or ""
        said = place.username.partition("@")[0] or host.removeprefix("www.").partition(".")[0]
    else:
        said = Path(str(place.options["path"])).stem
    return free_name(said, taken, otherwise="contacts")


def free_name(said: str, taken: Collection[str], *, otherwise: str) -> str:
    """`said` as a name in the settings (a-z, 0-9, "_" and "-"), with a number if it is taken."""
    name = re.sub(r"[^a-z0-9_]+", "-", said.lower()).strip("-")[:24] or otherwise
    number = 1
    while (numbered := name if number == 1 else f"{name}-{number}") in taken:
        number += 1
    return numbered
