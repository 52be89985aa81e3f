"""A multistatus answer (RFC 4918 section 13) as rows: what a server says of each resource."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from cardwarden.phrases.phrase import Phrase, phrase

_DAV = "{DAV:}"
_CARD = "{urn:ietf:params:xml:ns:carddav}"
_MULTISTATUS = f"{_DAV}multistatus"
_RESPONSE = f"{_DAV}response"
_PROPSTAT = f"{_DAV}propstat"
_STATUS = f"{_DAV}status"
_HREF = f"{_DAV}href"
_SYNC_TOKEN = f"{_DAV}sync-token"
_RESOURCETYPE = f"{_DAV}resourcetype"
_TEXTS = {
    f"{_DAV}getetag": "etag",
    f"{_DAV}getcontenttype": "content_type",
    f"{_DAV}displayname": "title",
    f"{_DAV}getlastmodified": "modified",
    _SYNC_TOKEN: "sync_token",
    "{http://calendarserver.org/ns/}getctag": "ctag",
    f"{_CARD}address-data": "data",
}
_HREFS = {f"{_DAV}current-user-principal": "principal", f"{_CARD}addressbook-home-set": "homes"}
_TYPES = {f"{_DAV}collection": "is_collection", f"{_CARD}addressbook": "is_book"}
# RFC 6352 section 6.2.2 calls it address-data-type; Xandikos writes content-type.
_ADDRESS_DATA_TYPES = {f"{_CARD}address-data-type", f"{_CARD}content-type"}
_HAS_TEXT = {_HREF, _STATUS, *_TEXTS}
_CODE = re.compile(r"HTTP/\S+\s+([0-9]{3})")


class MultistatusError(Exception):
    """The text is no multistatus, or one that may not be read; `said` is half a sentence."""

    def __init__(self, said: Phrase) -> None:
        super().__init__(said)
        self.said = said


@dataclass(frozen=True, slots=True)
class Resource:
    """What an answer says of one resource. Properties that are missing or refused have their defaults.

    href     as the server wrote it
    status   of the resource as a whole, 0 if it is given by property
    data     the card, to the byte as it stood in the answer
    homes    addressbook-home-set; `principal` is current-user-principal
    offers4  whether vCard 4.0 is among the supported-address-data
    """

    href: str
    status: int = 0
    etag: str = ""
    content_type: str = ""
    title: str = ""
    modified: str = ""
    sync_token: str = ""
    ctag: str = ""
    data: bytes | None = None
    principal: str = ""
    homes: tuple[str, ...] = ()
    is_collection: bool = False
    is_book: bool = False
    offers4: bool = False


@dataclass(frozen=True, slots=True)
class Multistatus:
    """The rows in the server's order, and the sync-token of the whole (RFC 6578), "" if there is none.

    `url` is where the answer came from, after redirects.
    """

    rows: tuple[Resource, ...]
    sync_token: str = ""
    url: str = ""


def parse_multistatus(body: bytes, *, depth: int = 64) -> Multistatus:
    """Reads an answer; `depth` is how deep its elements may be nested.

    Entities are decoded once. XML 1.0 section 2.11 would turn CR LF into LF; a card keeps the line ends that stand in
    the answer, so that it is the same bytes that a GET brings. Text in another encoding becomes UTF-8.
    Raises MultistatusError.
    """
    rows = _Rows(body, depth)
    parser = DefusedXMLParser(target=rows, forbid_dtd=True)
    rows.listen(parser.parser)
    try:
        parser.feed(body)
        parser.close()
    except DefusedXmlException:
        raise MultistatusError(phrase("multistatus-entities")) from None
    except ParseError as error:
        line, column = error.position
        raise MultistatusError(phrase("multistatus-no-xml", line=line, column=column)) from None
    except (LookupError, ValueError):
        raise MultistatusError(phrase("multistatus-encoding")) from None
    finally:
        rows.expat = None  # else a circle keeps the answer in memory until the garbage collector comes
    return Multistatus(tuple(rows.rows), rows.sync_token)


@dataclass
class _Rows:
    """The parser's target: a small machine that keeps what is known of the row it is in."""

    body: bytes
    limit: int
    rows: list[Resource] = field(default_factory=list)
    sync_token: str = ""
    path: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    hrefs: list[str] = field(default_factory=list)
    merged: dict[str, Any] = field(default_factory=dict)
    props: dict[str, Any] = field(default_factory=dict)
    status: int = 0
    prop_status: int = 0

    def listen(self, expat: Any) -> None:
        self.expat = expat
        expat.buffer_text = False  # each piece of text comes with its place in the answer
        expat.CharacterDataHandler = None
        self.keeps_cr = not self.body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        path = self.path
        if not path and tag != _MULTISTATUS:
            raise MultistatusError(phrase("multistatus-other-xml"))
        path.append(tag)
        if len(path) > self.limit:
            raise MultistatusError(phrase("multistatus-deep", limit=self.limit))
        if tag in _HAS_TEXT:
            self.text = []
            self.expat.CharacterDataHandler = self._characters
        elif tag == _RESPONSE:
            self.hrefs, self.merged, self.status = [], {}, 0
        elif tag == _PROPSTAT:
            self.props, self.prop_status = {}, 0
        elif tag in _TYPES and path[-2] == _RESOURCETYPE:
            self.props[_TYPES[tag]] = True
        elif tag in _ADDRESS_DATA_TYPES and attributes.get("version") == "4.0":
            self.props["offers4"] = True

    def end(self, tag: str) -> None:
        path = self.path
        path.pop()
        if tag in _HAS_TEXT:
            self.expat.CharacterDataHandler = None
            self._take(tag, "".join(self.text), path[-1])
        elif tag == _PROPSTAT:
            if self.prop_status in {0, 200}:
                self.merged.update(self.props)
        elif tag == _RESPONSE:
            homes = tuple(self.merged.pop("homes", ()))
            self.rows += [Resource(href, self.status, homes=homes, **self.merged) for href in self.hrefs]

    def _take(self, tag: str, text: str, parent: str) -> None:
        if tag == _HREF:
            if parent == _RESPONSE:
                self.hrefs.append(text)
            elif parent in _HREFS:
                self._take_reference(_HREFS[parent], text.strip())
        elif tag == _STATUS:
            code = _CODE.match(text.strip())
            if parent == _PROPSTAT:
                self.prop_status = int(code[1]) if code else 0
            elif parent == _RESPONSE:
                self.status = int(code[1]) if code else 0
        elif tag == _SYNC_TOKEN and parent == _MULTISTATUS:
            self.sync_token = text.strip()
        else:
            name = _TEXTS[tag]
            self.props[name] = text.encode() if name == "data" else text.strip()

    def _take_reference(self, name: str, href: str) -> None:
        if name == "homes":
            self.props.setdefault(name, []).append(href)
        else:
            self.props[name] = href

    def _characters(self, text: str) -> None:
        if text == "\n" and self.keeps_cr:
            at = self.expat.CurrentByteIndex
            if self.body[at : at + 1] == b"\r":
                text = "\r\n" if self.body[at + 1 : at + 2] == b"\n" else "\r"
        self.text.append(text)
