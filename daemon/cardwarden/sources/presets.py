"""Services whose CardDAV address is known: their `type` needs a name, a password, and the address of a server of your own.

Each address is what the service itself documents; none was tried against the real service.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, get_args
from urllib.parse import urlsplit

from cardwarden.errors import WrongValueError
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.sources.preset_names import PresetName


@dataclass(frozen=True, slots=True)
class Preset:
    """Where a service's address books are found.

    url               the address for everybody, "" if each household has a server of its own
    path              below such a server
    port              of such a server, unless its address names one; 0 for the usual one
    credential_hosts  other hosts of the same service that get the password
    book              the path of a user's one address book, for a service that does not lead to it; {username} is the user's
    signs_in          whether one signs in in a browser (`cardwarden login`) and has no password for programs
    """

    url: str = ""
    path: str = ""
    port: int = 0
    credential_hosts: tuple[str, ...] = ()
    book: str = ""
    signs_in: bool = False

    def address(self, server: str) -> str:
        """Where the books of a server are, whose address may leave out the path. It is a web address."""
        split = urlsplit(server)
        if split.path.strip("/"):
            return server
        netloc = f"{split.netloc}:{self.port}" if self.port and split.port is None else split.netloc
        return split._replace(netloc=netloc, path=self.path).geturl()


PRESETS: Final[Mapping[str, Preset]] = {
    # support.apple.com/102654: an app-specific password. Books live on pNN-contacts.icloud.com, in China on ….com.cn.
    "icloud": Preset("https://contacts.icloud.com/", credential_hosts=("*.icloud.com", "*.icloud.com.cn")),
    # developers.google.com/people/carddav: discovery begins at the well-known address; there is one book, "default".
    "google": Preset(
        "https://www.googleapis.com/.well-known/carddav",
        book="/carddav/v1/principals/{username}/lists/default/",
        signs_in=True,
    ),
    # www.fastmail.help/hc/en-us/articles/1500000278342
    "fastmail": Preset("https://carddav.fastmail.com/"),
    # kb.mailbox.org/en/private/addressbook
    "mailbox.org": Preset("https://dav.mailbox.org/carddav/"),
    # posteo.de/en/help; CardDAV at 8843, CalDAV at 8443: TbSync and Himalaya have it so, too
    "posteo": Preset("https://posteo.de:8843/"),
    # docs.nextcloud.com, user manual, "Synchronizing with ..."
    "nextcloud": Preset(path="/remote.php/dav/"),
    # sabre.io/baikal/install
    "baikal": Preset(path="/dav.php/"),
    # radicale.org: the root answers for the user who logs in
    "radicale": Preset(path="/"),
    # kb.synology.com: Synology Contacts, over DSM's own port
    "synology": Preset(path="/carddav/", port=5001),
}

PROVIDERS: Final[tuple[tuple[str, ...], ...]] = (
    PRESETS["icloud"].credential_hosts,
    ("*.googleapis.com",),  # CardDAV and the People API
    ("*.fastmail.com",),  # CardDAV and JMAP
    ("*.mailbox.org",),
    ("posteo.de",),
    ("graph.microsoft.com",),
)
"""Hosts that belong to one provider, which counts what it gets from a household in all."""

assert set(PRESETS) == set(get_args(PresetName))  # noqa: S101 - two spellings of one list


def filled_in(options: Mapping[str, object]) -> dict[str, object]:
    """The options with what their `type` says. Raises ValueError if the address is there twice, or nowhere."""
    preset = PRESETS.get(str(options.get("type")))
    if preset is None:
        return dict(options)
    kind, url = Code(str(options["type"])), options.get("url")
    if preset.url and url is not None:
        raise WrongValueError(phrase("write-no-url", type=kind))
    if not preset.url and url is None:
        raise WrongValueError(phrase("write-url-too", type=kind, example=Code("https://cloud.example.org")))
    if not options.get("username"):
        if preset.signs_in:
            raise WrongValueError(phrase("write-username-and-login", type=kind, command=Code("cardwarden login NAME")))
        raise WrongValueError(phrase("write-username-and-password", type=kind))
    hosts = options.get("credential_hosts", ())
    more = tuple(hosts) if isinstance(hosts, list | tuple) else ()
    return {
        **options,
        "url": url if url is not None else preset.url,
        "credential_hosts": [*preset.credential_hosts, *more],
    }
