"""What is asked of a server, as XML."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from xml.sax.saxutils import escape

_SPACES: Final = 'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav" xmlns:S="http://calendarserver.org/ns/"'
_HEAD: Final = '<?xml version="1.0" encoding="utf-8"?>\n'


def _propfind(properties: str) -> bytes:
    return f"{_HEAD}<propfind {_SPACES}><prop>{properties}</prop></propfind>".encode()


WHO: Final = _propfind("<resourcetype/><displayname/><current-user-principal/><C:addressbook-home-set/>")
"""What is this, and whose? (RFC 5397, RFC 6352 section 7.1.1)"""

BOOKS: Final = _propfind("<resourcetype/><displayname/>")
"""Which address books are in this home?"""

LISTING: Final = _propfind(
    "<resourcetype/><getetag/><getcontenttype/><sync-token/><S:getctag/><C:supported-address-data/>"
)
"""Everything that stands in a book, and the book's own state."""

CTAG: Final = _propfind("<S:getctag/>")
"""Did anything in the book change?"""

SYNC_TOKEN: Final = _propfind("<sync-token/>")
"""The same, of a server that can tell what changed since (RFC 6578 section 4)."""

STATES: Final = _propfind("<sync-token/><S:getctag/>")
"""Both. Radicale makes each of them out of every card of a book, so whoever needs one of them asks for that alone."""

ETAG: Final = _propfind("<getetag/>")
"""Which writing of a card is there?"""


def sync(token: str) -> bytes:
    """What changed since `token`; everything where it is "" (RFC 6578 section 3.2)."""
    return (
        f"{_HEAD}<sync-collection {_SPACES}><sync-token>{escape(token)}</sync-token><sync-level>1</sync-level>"
        "<prop><resourcetype/><getetag/><getcontenttype/></prop></sync-collection>"
    ).encode()


def multiget(paths: Iterable[str], *, version4: bool, bodies: bool = True) -> bytes:
    """Several cards by their paths (RFC 6352 section 8.7), or only what can be said of them without their `bodies`."""
    kind = ' content-type="text/vcard" version="4.0"' if version4 else ""
    more = f"<getlastmodified/><C:address-data{kind}/>" if bodies else ""
    hrefs = "".join(f"<href>{escape(path)}</href>" for path in paths)
    return (
        f"{_HEAD}<C:addressbook-multiget {_SPACES}><prop><getetag/>{more}</prop>{hrefs}</C:addressbook-multiget>"
    ).encode()
