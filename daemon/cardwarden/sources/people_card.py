"""A person of Google's People API as a vCard 3.0. What stands in the API and has no place in a vCard is left out.

developers.google.com/people/api/rest/v1/people#Person. The table of the guide (docs/how-to/google.md) is this module's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardwarden.sources.card_text import card_of, escaped
from cardwarden.sources.json_values import JsonObject, mapping, mappings, string

FIELDS: Final = (
    "addresses,biographies,birthdays,emailAddresses,events,imClients,memberships,metadata,names,nicknames,organizations,"
    "phoneNumbers,photos,relations,urls,userDefined"
)
"""What is asked for of each person."""

_TYPES: Final = {
    "home": "HOME", "work": "WORK", "mobile": "CELL", "main": "MAIN", "homeFax": "HOME,FAX", "workFax": "WORK,FAX",
    "otherFax": "FAX", "pager": "PAGER", "workMobile": "WORK,CELL", "workPager": "WORK,PAGER", "other": "OTHER",
}  # fmt: skip
"""What the API calls a type, as TYPE of RFC 2426; every other one is a label of the user's own."""


def vcard(person: JsonObject) -> bytes:
    """The person as UTF-8, the lines in a fixed order, so that the same person is the same bytes."""
    return card_of(uid(person), _lines(person, _Labels()))


def uid(person: JsonObject) -> str:
    """The contact's own id, which Google's CardDAV uses as UID, too; else the resource's name."""
    for source in mappings(mapping(person, "metadata"), "sources"):
        if source.get("type") == "CONTACT" and isinstance(source.get("id"), str):
            return str(source["id"])
    return str(person.get("resourceName", ""))


def modified(person: JsonObject) -> str:
    """When Google says that the contact was written (Source.updateTime), "" if it does not."""
    sources = mappings(mapping(person, "metadata"), "sources")
    return next((string(source, "updateTime") for source in sources if source.get("type") == "CONTACT"), "")


class _Labels:
    """Numbers the groups (`item1.TEL`, `item1.X-ABLabel`) by which a label of the user's own is tied to its line."""

    def __init__(self) -> None:
        self._count = 0

    def lines(self, prop: str, value: JsonObject, text: str, kind: str = "type") -> Iterator[str]:
        named = str(value.get(kind) or "")
        known = _TYPES.get(named)
        if known or not named:
            yield f"{prop}{f';TYPE={known}' if known else ''}:{text}"
            return
        self._count += 1
        yield f"item{self._count}.{prop}:{text}"
        yield f"item{self._count}.X-ABLabel:{escaped(str(value.get('formattedType') or named))}"


def _lines(person: JsonObject, labels: _Labels) -> Iterator[str]:
    """What the person says, line by line; `FN` and `N` always (RFC 2426, section 5)."""
    name = _first(person, "names")
    yield f"FN:{escaped(_text(name, 'displayName') or _first_of(person))}"
    parts = [
        _text(name, key) for key in ("familyName", "givenName", "middleName", "honorificPrefix", "honorificSuffix")
    ]
    yield "N:" + ";".join(map(escaped, parts))
    for key, prop in (("phoneticFamilyName", "X-PHONETIC-LAST-NAME"), ("phoneticGivenName", "X-PHONETIC-FIRST-NAME")):
        if text := _text(name, key):
            yield f"{prop}:{escaped(text)}"
    for prop, key in (("NICKNAME", "nicknames"), ("NOTE", "biographies")):
        for value in mappings(person, key):
            yield f"{prop}:{escaped(_text(value, 'value'))}"
    for value in mappings(person, "phoneNumbers"):
        yield from labels.lines("TEL", value, escaped(_text(value, "value")))
    for value in mappings(person, "emailAddresses"):
        yield from labels.lines("EMAIL", value, escaped(_text(value, "value")))
    for value in mappings(person, "addresses"):
        keys = ("poBox", "extendedAddress", "streetAddress", "city", "region", "postalCode", "country")
        yield from labels.lines("ADR", value, ";".join(escaped(_text(value, key)) for key in keys))
    for value in mappings(person, "organizations"):
        name_of = ";".join(escaped(_text(value, key)) for key in ("name", "department") if _text(value, key))
        if name_of:
            yield f"ORG:{name_of}"
        if title := _text(value, "title"):
            yield f"TITLE:{escaped(title)}"
    for value in mappings(person, "birthdays"):
        if day := _day(mapping(value, "date")):
            yield f"BDAY:{day}"
    for value in mappings(person, "events"):
        if day := _day(mapping(value, "date")):
            yield from labels.lines("X-ABDATE", value, day)
    for value in mappings(person, "urls"):
        yield from labels.lines("URL", value, escaped(_text(value, "value")))
    for value in mappings(person, "imClients"):
        scheme = _text(value, "protocol").lower() or "xmpp"
        yield from labels.lines("IMPP", value, f"{scheme}:{escaped(_text(value, 'username'))}")
    for value in mappings(person, "relations"):
        yield from labels.lines("X-ABRELATEDNAMES", value, escaped(_text(value, "person")))
    for value in mappings(person, "userDefined"):
        yield from labels.lines("X-GOOGLE-FIELD", {"type": _text(value, "key")}, escaped(_text(value, "value")))
    groups = [
        _text(mapping(membership, "contactGroupMembership"), "contactGroupId")
        for membership in mappings(person, "memberships")
    ]
    if own := sorted(group for group in groups if group and group != "myContacts"):
        yield f"CATEGORIES:{','.join(map(escaped, own))}"
    for value in mappings(person, "photos"):
        if not value.get("default") and _text(value, "url"):
            yield f"PHOTO;VALUE=URI:{_text(value, 'url')}"


def _day(date: JsonObject) -> str:
    """A date, also without a year (`--05-17`, as RFC 6350 and Apple write it); "" if it is none."""
    year, month, day = (date.get(key) or 0 for key in ("year", "month", "day"))
    if not month or not day:
        return ""
    return f"{year:04}-{month:02}-{day:02}" if year else f"--{month:02}-{day:02}"


def _first_of(person: JsonObject) -> str:
    """What to call somebody without a name: the organization, else the first address or number."""
    for key, field in (("organizations", "name"), ("emailAddresses", "value"), ("phoneNumbers", "value")):
        if text := _text(_first(person, key), field):
            return text
    return ""


def _first(person: JsonObject, key: str) -> JsonObject:
    values = mappings(person, key)
    return next(
        (candidate for candidate in values if mapping(candidate, "metadata").get("primary")),
        values[0] if values else {},
    )


def _text(value: JsonObject, key: str) -> str:
    return str(value.get(key) or "")
