"""A person of Google's People API as a vCard 3.0. What stands in the API and has no place in a vCard is left out.

developers.google.com/people/api/rest/v1/people#Person. The table of the guide (docs/how-to/google.md) is this module's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from cardwarden.sources.card_text import card_of, escaped

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

Value = Mapping[str, Any]


def vcard(person: Value) -> bytes:
    """The person as UTF-8, the lines in a fixed order, so that the same person is the same bytes."""
    return card_of(uid(person), _lines(person, _Labels()))


def uid(person: Value) -> str:
    """The contact's own id, which Google's CardDAV uses as UID, too; else the resource's name."""
    for source in _list(_map(person, "metadata"), "sources"):
        if source.get("type") == "CONTACT" and isinstance(source.get("id"), str):
            return str(source["id"])
    return str(person.get("resourceName", ""))


class _Labels:
    """Numbers the groups (`item1.TEL`, `item1.X-ABLabel`) by which a label of the user's own is tied to its line."""

    def __init__(self) -> None:
        self._count = 0

    def lines(self, prop: str, value: Value, text: str, kind: str = "type") -> Iterator[str]:
        named = str(value.get(kind) or "")
        known = _TYPES.get(named)
        if known or not named:
            yield f"{prop}{f';TYPE={known}' if known else ''}:{text}"
            return
        self._count += 1
        yield f"item{self._count}.{prop}:{text}"
        yield f"item{self._count}.X-ABLabel:{escaped(str(value.get('formattedType') or named))}"


def _lines(person: Value, labels: _Labels) -> Iterator[str]:
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
        for value in _list(person, key):
            yield f"{prop}:{escaped(_text(value, 'value'))}"
    for value in _list(person, "phoneNumbers"):
        yield from labels.lines("TEL", value, escaped(_text(value, "value")))
    for value in _list(person, "emailAddresses"):
        yield from labels.lines("EMAIL", value, escaped(_text(value, "value")))
    for value in _list(person, "addresses"):
        keys = ("poBox", "extendedAddress", "streetAddress", "city", "region", "postalCode", "country")
        yield from labels.lines("ADR", value, ";".join(escaped(_text(value, key)) for key in keys))
    for value in _list(person, "organizations"):
        name_of = ";".join(escaped(_text(value, key)) for key in ("name", "department") if _text(value, key))
        if name_of:
            yield f"ORG:{name_of}"
        if title := _text(value, "title"):
            yield f"TITLE:{escaped(title)}"
    for value in _list(person, "birthdays"):
        if day := _day(_map(value, "date")):
            yield f"BDAY:{day}"
    for value in _list(person, "events"):
        if day := _day(_map(value, "date")):
            yield from labels.lines("X-ABDATE", value, day)
    for value in _list(person, "urls"):
        yield from labels.lines("URL", value, escaped(_text(value, "value")))
    for value in _list(person, "imClients"):
        scheme = _text(value, "protocol").lower() or "xmpp"
        yield from labels.lines("IMPP", value, f"{scheme}:{escaped(_text(value, 'username'))}")
    for value in _list(person, "relations"):
        yield from labels.lines("X-ABRELATEDNAMES", value, escaped(_text(value, "person")))
    for value in _list(person, "userDefined"):
        yield from labels.lines("X-GOOGLE-FIELD", {"type": _text(value, "key")}, escaped(_text(value, "value")))
    groups = [
        _text(_map(membership, "contactGroupMembership"), "contactGroupId")
        for membership in _list(person, "memberships")
    ]
    if own := sorted(group for group in groups if group and group != "myContacts"):
        yield f"CATEGORIES:{','.join(map(escaped, own))}"
    for value in _list(person, "photos"):
        if not value.get("default") and _text(value, "url"):
            yield f"PHOTO;VALUE=URI:{_text(value, 'url')}"


def _day(date: Value) -> str:
    """A date, also without a year (`--05-17`, as RFC 6350 and Apple write it); "" if it is none."""
    year, month, day = (date.get(key) or 0 for key in ("year", "month", "day"))
    if not month or not day:
        return ""
    return f"{year:04}-{month:02}-{day:02}" if year else f"--{month:02}-{day:02}"


def _first_of(person: Value) -> str:
    """What to call somebody without a name: the organization, else the first address or number."""
    for key, field in (("organizations", "name"), ("emailAddresses", "value"), ("phoneNumbers", "value")):
        if text := _text(_first(person, key), field):
            return text
    return ""


def _list(value: Value, key: str) -> Sequence[Value]:
    entries = value.get(key)
    return [entry for entry in entries if isinstance(entry, Mapping)] if isinstance(entries, list) else []


def _map(value: Value, key: str) -> Value:
    text = value.get(key)
    return text if isinstance(text, Mapping) else {}


def _first(person: Value, key: str) -> Value:
    values = _list(person, key)
    return next(
        (candidate for candidate in values if _map(candidate, "metadata").get("primary")), values[0] if values else {}
    )


def _text(value: Value, key: str) -> str:
    return str(value.get(key) or "")
