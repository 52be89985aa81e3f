"""A contact of Microsoft Graph as a vCard 3.0. What has no place in a vCard is left out.

learn.microsoft.com/graph/api/resources/contact. The table of the guide (docs/how-to/microsoft.md) is this module's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from cardwarden.sources.card_text import card_of, escaped
from cardwarden.sources.json_values import mapping, mappings, string

FIELDS: Final = (
    "assistantName,birthday,businessAddress,businessHomePage,businessPhones,categories,changeKey,children,companyName,"
    "department,displayName,emailAddresses,generation,givenName,homeAddress,homePhones,imAddresses,jobTitle,"
    "lastModifiedDateTime,manager,middleName,mobilePhone,nickName,otherAddress,personalNotes,profession,spouseName,surname,title,yomiGivenName,yomiSurname"
)
"""What is asked for of each contact."""

_NO_YEAR: Final = "1604"
"""The year that Outlook writes for a birthday without one."""

_PLAIN: Final = (
    ("NICKNAME", "nickName"), ("X-PHONETIC-LAST-NAME", "yomiSurname"), ("X-PHONETIC-FIRST-NAME", "yomiGivenName"),
    ("TITLE", "jobTitle"), ("ROLE", "profession"), ("NOTE", "personalNotes"), ("URL", "businessHomePage"),
)  # fmt: skip
_RELATED: Final = (("Spouse", "spouseName"), ("Manager", "manager"), ("Assistant", "assistantName"))


def vcard(contact: Mapping[str, Any]) -> bytes:
    """The contact as a card, its lines in a fixed order."""
    return card_of(string(contact, "id"), _lines(contact))


def _lines(contact: Mapping[str, Any]) -> Iterator[str]:
    """What the contact says, line by line; `FN` and `N` always (RFC 2426, section 5)."""
    mails = mappings(contact, "emailAddresses")
    first_mail = next((string(mail, "address") for mail in mails), "")
    yield f"FN:{escaped(string(contact, 'displayName') or string(contact, 'companyName') or first_mail)}"
    yield "N:" + ";".join(
        escaped(string(contact, key)) for key in ("surname", "givenName", "middleName", "title", "generation")
    )
    yield from (f"{prop}:{escaped(text)}" for prop, key in _PLAIN if (text := string(contact, key)))
    if company := string(contact, "companyName") or string(contact, "department"):
        department = string(contact, "department") if string(contact, "companyName") else ""
        yield f"ORG:{escaped(company)}" + (f";{escaped(department)}" if department else "")
    if mobile := string(contact, "mobilePhone"):
        yield f"TEL;TYPE=CELL:{escaped(mobile)}"
    for kind, key in (("HOME", "homePhones"), ("WORK", "businessPhones")):
        yield from (f"TEL;TYPE={kind}:{escaped(str(number))}" for number in _list(contact, key) if number)
    yield from (f"EMAIL:{escaped(string(mail, 'address'))}" for mail in mails if string(mail, "address"))
    for kind, key in ((";TYPE=HOME", "homeAddress"), (";TYPE=WORK", "businessAddress"), ("", "otherAddress")):
        where = mapping(contact, key)
        parts = ("street", "city", "state", "postalCode", "countryOrRegion")
        if any(string(where, part) for part in parts):
            yield f"ADR{kind}:;;" + ";".join(escaped(string(where, part)) for part in parts)
    if day := re.match(r"(\d{4})(-\d\d-\d\d)", string(contact, "birthday")):
        yield f"BDAY:{'-' if day[1] == _NO_YEAR else day[1]}{day[2]}"
    yield from (f"IMPP:{escaped(str(address))}" for address in _list(contact, "imAddresses") if address)
    related = [(label, string(contact, key)) for label, key in _RELATED]
    related += [("Child", str(child)) for child in _list(contact, "children")]
    for number, (label, name) in enumerate(((label, name) for label, name in related if name), 1):
        yield f"item{number}.X-ABRELATEDNAMES:{escaped(name)}"
        yield f"item{number}.X-ABLabel:{label}"
    if categories := [escaped(str(category)) for category in _list(contact, "categories") if category]:
        yield f"CATEGORIES:{','.join(categories)}"


def _list(contact: Mapping[str, Any], key: str) -> list[Any]:
    value = contact.get(key)
    return value if isinstance(value, list) else []
