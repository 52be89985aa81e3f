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
from cardwarden.sources.presets import PRESETS

_CARD: Final = {".vcf", ".vcard"}
_MAIL: Final = re.compile(r"[^\s@/]+@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
_HOST: Final = re.compile(
    r"(?:(?=[^/]*[a-z])[a-z0-9-]+(?:\.[a-z0-9-]+)+|localhost|[0-9]{1,3}(?:\.[0-9]{1,3}){3}|\[[0-9a-f:]+\]|[a-z0-9-]+(?=:[0-9]))"
    r"(?::[0-9]+)?(?:/\S*)?",
    re.IGNORECASE,
)
_LOOPBACK: Final = re.compile(r"(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])(?=[:/]|$)", re.IGNORECASE)
_BY_DOMAIN: Final[Mapping[str, str]] = {
    **dict.fromkeys(("icloud.com", "me.com", "mac.com"), "icloud"),
    **dict.fromkeys(("gmail.com", "googlemail.com"), "google"),
    **dict.fromkeys(("fastmail.com", "fastmail.fm"), "fastmail"),
    **dict.fromkeys(("posteo.de", "posteo.net", "posteo.org"), "posteo"),
    **dict.fromkeys(("outlook.com", "hotmail.com", "live.com", "msn.com"), "microsoft"),
    "mailbox.org": "mailbox.org",
}
"""Mail services that have a `type` of their own; each domain stands in the service's own help pages."""
_BY_HOST: Final[Mapping[str, str]] = {
    **{host: name for name, preset in PRESETS.items() if (host := urlsplit(preset.url).hostname)},
    **dict.fromkeys(("icloud.com", "www.icloud.com", "carddav.icloud.com"), "icloud"),
    **dict.fromkeys(("google.com", "contacts.google.com", "apidata.googleusercontent.com"), "google"),
    **dict.fromkeys(("app.fastmail.com", "fastmail.com", "www.fastmail.com"), "fastmail"),
    **dict.fromkeys(("outlook.com", "outlook.live.com", "outlook.office.com"), "microsoft"),
    "posteo.de": "posteo",
    "mailbox.org": "mailbox.org",
}
SERVER_TYPES: Final = ("carddav", *PRESETS, "google-people", "microsoft", "jmap")
"""What a book on a server may be (`--type`)."""
_WITHOUT_ADDRESS: Final = {*(name for name, preset in PRESETS.items() if preset.url), "google-people", "microsoft"}
_SIGNED_IN: Final = {*(name for name, preset in PRESETS.items() if preset.signs_in), "google-people", "microsoft"}


@dataclass(frozen=True, slots=True)
class BookLocation:
    """Where a book is.

    options   the keys of its table in the settings, without a secret
    username  as far as the place says it
    domain    of a mail address, if only DNS knows which CardDAV it has; until then its own host is taken
    """

    options: Mapping[str, object]
    username: str = ""
    domain: str = ""

    @property
    def kind(self) -> str:
        return str(self.options["type"])

    @property
    def is_server(self) -> bool:
        return self.kind in SERVER_TYPES

    @property
    def signs_in(self) -> bool:
        """Whether one signs in in a browser, and there is no password for programs."""
        return self.kind in _SIGNED_IN

    @property
    def has_username(self) -> bool:
        """Whether its table names the user: whoever signs in by a provider's own interface is known to it."""
        return self.kind in PRESETS or self.kind in {"carddav", "jmap"}

    @property
    def takes_token(self) -> bool:
        """Whether there may be no user's name, but a token in the place of the password."""
        return self.kind == "jmap"


def book_location(text: str, home: Path, kind: str | None = None) -> BookLocation:
    """The place that a person means by a folder, a file, a mail address, a host, a web address or a service's name.

    `kind` is the `type` of a server, if that is known. Raises WrongValueError, which says what to write instead.
    """
    said = text.strip()
    if not said:
        raise WrongValueError(phrase("write-place"))
    if mail := _MAIL.fullmatch(said):
        return _of_mail(said, mail[1].lower(), kind)
    if said.lower() in SERVER_TYPES and not Path(said).exists():
        kind, said = said.lower(), ""
    if kind in _WITHOUT_ADDRESS:
        return BookLocation({"type": kind}, username="" if "://" in said or "." in said else said)
    if not said:
        raise WrongValueError(
            phrase("write-server-of", service=Code(str(kind)), example=Code("https://cloud.example.org"))
        )
    if "://" in said:
        return at_server(said, kind)
    path = Path(home / said[2:] if said.startswith("~/") else said)
    if kind is None and (path.exists() or said.startswith(("/", "~", "."))):
        return _on_disk(path)
    if _HOST.fullmatch(said) and path.suffix.lower() not in _CARD:
        # What never leaves this machine needs no TLS, and servers for oneself have none.
        return at_server(f"http://{said}" if _LOOPBACK.match(said) else said, kind)
    raise WrongValueError(phrase("write-place-there", path=Code(said)))


def _of_mail(mail: str, domain: str, kind: str | None) -> BookLocation:
    if (known := kind or _BY_DOMAIN.get(domain)) and known in _WITHOUT_ADDRESS:
        return BookLocation({"type": known}, username=mail)
    options = {"type": kind or "carddav", "url": web_address(domain)}
    return BookLocation(options, username=mail, domain="" if kind == "jmap" else domain)


def at_server(address: str, kind: str | None = None, username: str = "") -> BookLocation:
    """The place of a server's address; the service whose host it is, if that is known. Raises WrongValueError."""
    url = web_address(address)
    split = urlsplit(url)
    known = kind or (_BY_HOST.get(split.hostname or "") if split.path == "/" else None)
    if known in _WITHOUT_ADDRESS:
        return BookLocation({"type": known}, username=username)
    return BookLocation({"type": known or "carddav", "url": url}, username=username)


def _on_disk(path: Path) -> BookLocation:
    whole = path.absolute()
    if not whole.exists():
        raise WrongValueError(phrase("write-path-exists", path=Code(str(whole))))
    return BookLocation({"type": "vdir" if whole.is_dir() else "vcf-file", "path": str(whole)})


def name_for(place: BookLocation, taken: Collection[str]) -> str:
    """A name for the source that is not taken yet: what the folder, the file or the user is called."""
    if place.is_server:
        host = urlsplit(str(place.options.get("url", ""))).hostname or place.kind
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
