"""A person of the People API as a card: each field has its line, and nothing in it can make another."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwarden.sources.people_card import vcard
from cardwarden.vcard.card import Card
from cardwarden.vcard.content import read_card, split_book

DAY = {"year": 1984, "month": 5, "day": 17}


def lines(**person: Any) -> list[str]:
    text = vcard({"resourceName": "people/c1", **person}).decode()
    return text.split("\r\n")[3:-2]


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ({"names": [{"displayName": "Anna Müller", "familyName": "Müller", "givenName": "Anna"}]},
         ["FN:Anna Müller", "N:Müller;Anna;;;"]),
        ({"organizations": [{"name": "Keio", "department": "Toys", "title": "Clerk"}]},
         ["FN:Keio", "N:;;;;", "ORG:Keio;Toys", "TITLE:Clerk"]),
        ({"phoneNumbers": [{"value": "03-1", "type": "workFax"}]}, ["FN:03-1", "N:;;;;", "TEL;TYPE=WORK,FAX:03-1"]),
        (
            {"phoneNumbers": [{"value": "03-1", "type": "Boat", "formattedType": "Boat"}]},
            ["FN:03-1", "N:;;;;", "item1.TEL:03-1", "item1.X-ABLabel:Boat"],
        ),
        ({"birthdays": [{"date": DAY}]}, ["FN:", "N:;;;;", "BDAY:1984-05-17"]),
        ({"birthdays": [{"date": {"month": 5, "day": 17}}]}, ["FN:", "N:;;;;", "BDAY:--05-17"]),
        ({"birthdays": [{"text": "in May"}]}, ["FN:", "N:;;;;"]),
        ({"events": [{"date": DAY, "type": "anniversary", "formattedType": "Anniversary"}]},
         ["FN:", "N:;;;;", "item1.X-ABDATE:1984-05-17", "item1.X-ABLabel:Anniversary"]),
        ({"relations": [{"person": "Bert", "type": "spouse", "formattedType": "Spouse"}]},
         ["FN:", "N:;;;;", "item1.X-ABRELATEDNAMES:Bert", "item1.X-ABLabel:Spouse"]),
        ({"addresses": [{"type": "home", "streetAddress": "Weg 1\nHof", "city": "Berlin", "postalCode": "10969"}]},
         ["FN:", "N:;;;;", "ADR;TYPE=HOME:;;Weg 1\\nHof;Berlin;;10969;"]),
        ({"photos": [{"url": "https://x/1", "default": True}]}, ["FN:", "N:;;;;"]),
        ({"photos": [{"url": "https://x/1"}]}, ["FN:", "N:;;;;", "PHOTO;VALUE=URI:https://x/1"]),
        ({"memberships": [{"contactGroupMembership": {"contactGroupId": one}} for one in ("myContacts", "abc")]},
         ["FN:", "N:;;;;", "CATEGORIES:abc"]),
        ({"imClients": [{"protocol": "skype", "username": "anna"}]}, ["FN:", "N:;;;;", "IMPP:skype:anna"]),
    ],
)  # fmt: skip
def test_each_field_has_its_line(person: dict[str, Any], expected: list[str]) -> None:
    assert lines(**person) == expected


_json = st.recursive(
    st.none() | st.booleans() | st.integers(0, 13) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ("value", "type", "displayName", "date", "month", "day", "year", "url", "metadata", "primary", "person", "names",
         "contactGroupMembership", "contactGroupId", "formattedType", "username", "key")), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
_persons = st.dictionaries(
    st.sampled_from(("names", "phoneNumbers", "emailAddresses", "addresses", "birthdays", "organizations", "biographies",
                     "imClients", "userDefined", "memberships", "photos", "relations", "metadata", "events",
                     "nicknames", "urls")),
    _json,
)  # fmt: skip


@given(_persons)
def test_whatever_the_server_says_is_one_card_and_always_the_same(person: dict[str, Any]) -> None:
    data = vcard({"resourceName": "people/c1", **person})
    assert data == vcard({"resourceName": "people/c1", **person})
    [raw] = split_book(data)
    card = read_card(raw)
    assert isinstance(card, Card)
    assert all(line.name for line in card.properties)
