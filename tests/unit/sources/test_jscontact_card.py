"""A card of JSContact as a vCard: each property has its line, as RFC 9555 has it, and nothing in it can make another."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwarden.sources.jscontact_card import vcard
from cardwarden.vcard.card import Card
from cardwarden.vcard.content import read_card, split_book
from support.cards import Person, card, diff, lines_30, lines_40, people
from support.jscontact import jscontact


def lines(**said: Any) -> list[str]:
    """The lines between UID and END, without the name that each card has."""
    text = vcard({"@type": "Card", "version": "1.0", "uid": "u", **said}, lambda _: "data:,x").decode()
    assert text.startswith("BEGIN:VCARD\r\nVERSION:4.0\r\nUID:u\r\n")
    found = text.split("\r\n")[3:-2]
    return found if "name" in said else [line for line in found if line != "FN;DERIVED=true:"]


def part(kind: str, value: str, **more: str) -> dict[str, str]:
    return {"kind": kind, "value": value, **more}


WHERE = (
    'ADR;TYPE=work;LABEL=54321 Oak St^nReston;CC=US;GEO="geo:46.772673,-71.282945";TZ=Etc/GMT+5'
    ":;;54321 Oak St;Reston;VA;20190;USA"
)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"kind": "individual"}, ["KIND:individual"]),
        ({"kind": "group", "members": {"urn:uuid:a": True, "urn:uuid:b": True}},
         ["KIND:group", "MEMBER:urn:uuid:a", "MEMBER:urn:uuid:b"]),
        ({"prodId": "-//Example//App//EN", "created": "2022-09-30T14:35:10Z", "updated": "2023-09-30T14:35:10Z",
          "language": "de"},
         ["PRODID:-//Example//App//EN", "CREATED:2022-09-30T14:35:10Z", "REV:2023-09-30T14:35:10Z", "LANGUAGE:de"]),
        ({"name": {"full": "Mr. John Q. Public, Esq."}}, ["FN:Mr. John Q. Public\\, Esq."]),
        ({"name": {"components": [part("given", "Jane"), part("surname", "Doe")]}},
         ["FN;DERIVED=true:Jane Doe", "N:Doe;Jane;;;"]),
        ({"name": {"isOrdered": True, "defaultSeparator": "", "components":
                   [part("surname", "山田"), part("separator", "・"), part("given", "太郎")]}},
         ["FN;DERIVED=true:山田・太郎", "N:山田;太郎;;;"]),
        ({"name": {"full": "x", "components": [part("title", "Dr."), part("given", "A"), part("given", "B"),
            part("given2", "C"), part("surname", "D"), part("surname2", "E"), part("credential", "MD"),
            part("generation", "Jr.")], "sortAs": {"surname": "D", "given": "A"}}},
         ["FN:x", 'N;SORT-AS="D,A":D,E;A,B;C;Dr.;MD,Jr.']),
        ({"name": {"full": "山田 太郎", "components": [part("surname", "山田", phonetic="やまだ"),
            part("given", "太郎", phonetic="たろう")]}},
         ["FN:山田 太郎", "N:山田;太郎;;;", "X-PHONETIC-LAST-NAME:やまだ", "X-PHONETIC-FIRST-NAME:たろう"]),
        ({"nicknames": {"k": {"name": "Johnny", "contexts": {"private": True}}}}, ["NICKNAME;TYPE=home:Johnny"]),
        ({"organizations": {"o": {"name": "ABC, Inc.", "sortAs": "ABC", "units": [{"name": "North"}, {"name": "Toys"}]}}},
         ["ORG;SORT-AS=ABC:ABC\\, Inc.;North;Toys"]),
        ({"titles": {"a": {"kind": "title", "name": "Scientist"}, "b": {"kind": "role", "name": "Lead"}}},
         ["TITLE:Scientist", "ROLE:Lead"]),
        ({"speakToAs": {"grammaticalGender": "neuter", "pronouns": {"p": {"pronouns": "they/them", "pref": 2}}}},
         ["GRAMGENDER:neuter", "PRONOUNS;PREF=2:they/them"]),
        ({"emails": {"e": {"address": "jqp@xyz.example", "contexts": {"work": True}, "pref": 1}}},
         ["EMAIL;TYPE=work;PREF=1:jqp@xyz.example"]),
        ({"phones": {"t": {"number": "tel:+1-555-555-5555;ext=5555", "contexts": {"private": True}, "pref": 1,
                           "features": {"voice": True}}}},
         ["TEL;TYPE=home;TYPE=voice;PREF=1;VALUE=uri:tel:+1-555-555-5555;ext=5555"]),
        ({"phones": {"t": {"number": "090-1, 2", "features": {"mobile": True}, "label": "Boat"}}},
         ["item1.TEL;TYPE=cell:090-1\\, 2", "item1.X-ABLabel:Boat"]),
        ({"onlineServices": {"x": {"service": "Mastodon", "uri": "https://ex.example/@foo", "user": "@foo"}}},
         ["SOCIALPROFILE;SERVICE-TYPE=Mastodon;USERNAME=@foo:https://ex.example/@foo"]),
        ({"onlineServices": {"x": {"service": "Bar", "user": "jane"}, "y": {"uri": "xmpp:a@b", "vCardName": "impp"}}},
         ["SOCIALPROFILE;SERVICE-TYPE=Bar;VALUE=text:jane", "IMPP:xmpp:a@b"]),
        ({"preferredLanguages": {"a": {"language": "en", "contexts": {"work": True}, "pref": 1}}},
         ["LANG;TYPE=work;PREF=1:en"]),
        ({"calendars": {"c": {"kind": "calendar", "uri": "https://c.example/a"},
                        "f": {"kind": "freeBusy", "uri": "https://c.example/b", "mediaType": "text/calendar"}}},
         ["CALURI:https://c.example/a", "FBURL;MEDIATYPE=text/calendar:https://c.example/b"]),
        ({"schedulingAddresses": {"s": {"uri": "mailto:jane@example.org"}}}, ["CALADRURI:mailto:jane@example.org"]),
        ({"cryptoKeys": {"k": {"uri": "data:application/pgp-keys;base64,LS0"}}},
         ["KEY:data:application/pgp-keys;base64,LS0"]),
        ({"directories": {"d": {"kind": "directory", "uri": "ldap://x"}, "e": {"kind": "entry", "uri": "https://x/a.vcf"}}},
         ["ORG-DIRECTORY:ldap://x", "SOURCE:https://x/a.vcf"]),
        ({"links": {"a": {"uri": "https://x"}, "b": {"kind": "contact", "uri": "mailto:c@x", "pref": 1}}},
         ["URL:https://x", "CONTACT-URI;PREF=1:mailto:c@x"]),
        ({"media": {"p": {"kind": "photo", "uri": "https://x/p.gif"}, "q": {"kind": "logo", "blobId": "b"},
                    "s": {"kind": "sound", "uri": "cid:x"}}},
         ["PHOTO:https://x/p.gif", "LOGO:data:,x", "SOUND:cid:x"]),
        ({"addresses": {"a": {"contexts": {"work": True}, "countryCode": "US", "timeZone": "Etc/GMT+5", "coordinates":
            "geo:46.772673,-71.282945", "full": "54321 Oak St\nReston", "components": [part("name", "54321 Oak St"),
            part("locality", "Reston"), part("region", "VA"), part("postcode", "20190"), part("country", "USA")]}}},
         [WHERE]),
        ({"addresses": {"a": {"components": [part("number", "12"), part("name", "Weg"), part("floor", "3"),
            part("locality", "Ulm")]}}},
         ["ADR:;3;12 Weg;Ulm;;;;;;3;12;Weg;;;;;;"]),
        ({"anniversaries": {"a": {"kind": "birth", "date": {"year": 1953, "month": 4, "day": 15},
                                  "place": {"full": "4445 Courtright St"}},
                            "b": {"kind": "death", "date": {"@type": "Timestamp", "utc": "2019-10-15T23:10:00Z"},
                                  "place": {"coordinates": "geo:1,2"}},
                            "c": {"kind": "wedding", "date": {"month": 4, "day": 15}}}},
         ["BDAY:19530415", "BIRTHPLACE:4445 Courtright St", "DEATHDATE:20191015T231000Z", "DEATHPLACE;VALUE=uri:geo:1,2",
          "ANNIVERSARY:--0415"]),
        ({"anniversaries": {"a": {"kind": "first-flight", "date": {"year": 2000}}}},
         ['JSPROP;JSPTR=anniversaries/a:{"date": {"year": 2000}\\, "kind": "first-flight"}']),
        ({"keywords": {"internet": True, "a,b": True, "no": False}}, ["CATEGORIES:a\\,b,internet"]),
        ({"notes": {"n": {"note": "a\nb", "created": "2022-11-23T15:01:32Z", "author": {"name": "John"}}}},
         ["NOTE;CREATED=\"2022-11-23T15:01:32Z\";AUTHOR-NAME=John:a\\nb"]),
        ({"personalInfo": {"a": {"kind": "expertise", "value": "chemistry", "level": "high"},
                           "b": {"kind": "hobby", "value": "reading", "level": "high"}}},
         ["EXPERTISE;LEVEL=expert:chemistry", "HOBBY;LEVEL=high:reading"]),
        ({"relatedTo": {"urn:uuid:f8": {"relation": {"friend": True}}, "8cacdfb7": {}}},
         ["RELATED;VALUE=text:8cacdfb7", "RELATED;TYPE=friend:urn:uuid:f8"]),
        ({"vCardProps": [["x-foo", {"x-bar": "Hello"}, "unknown", "World!"], ["x-list", {}, "text", "a,b", "c"], ["bad"]]},
         ["X-FOO;X-BAR=Hello:World!", "X-LIST:a\\,b,c"]),
        ({"emails": {"e": {"address": "a@x", "vCardParams": {"x-by": ["m", "n"]}}}}, ["EMAIL;X-BY=m;X-BY=n:a@x"]),
        ({"example.com:favourite": {"colour": "red"}}, ['JSPROP;JSPTR="example.com:favourite":{"colour": "red"}']),
        ({"titles": {"t": {"name": "Boss"}}, "localizations": {"de": {"titles/t/name": "Chefin"}, "x": {"a/b": 1}, "y": 7}},
         ["TITLE:Boss", "TITLE;LANGUAGE=de;ALTID=titles/t:Chefin"]),
    ],
)  # fmt: skip
def test_each_property_has_its_line(said: dict[str, Any], expected: list[str]) -> None:
    assert lines(**said) == expected


@given(st.lists(people, min_size=1, max_size=3), st.sampled_from(["3.0", "4.0"]))
def test_what_a_book_says_by_carddav_and_by_jmap_is_the_same(persons: list[Person], version: str) -> None:
    for person in persons:
        by_carddav = card("UID:u", *{"3.0": lines_30, "4.0": lines_40}[version](person), version=version)
        by_jmap = vcard(jscontact(by_carddav), lambda _: "")
        assert diff(by_carddav, by_jmap) == []


_json = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 13) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ("kind", "value", "uri", "components", "full", "contexts", "date", "month", "year", "utc", "pref", "label", "units",
         "vCardParams", "place", "author", "number", "titles/a/name", "k\r\nX-EVIL")), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
_cards = st.dictionaries(
    st.sampled_from(
        ("name", "phones", "emails", "addresses", "anniversaries", "notes", "media", "keywords", "members", "relatedTo",
         "vCardProps", "localizations", "speakToAs", "organizations", "onlineServices", "personalInfo", "uid", "x\r\ny", "kind")
    ), _json, max_size=6)  # fmt: skip


@given(_cards)
def test_whatever_a_server_sends_is_one_readable_card(said: dict[str, Any]) -> None:
    made = vcard(said, lambda _: "data:,x")
    [raw] = split_book(made)
    found = read_card(raw)
    assert isinstance(found, Card)
    assert [line for line in found.properties if line.name in {"X-EVIL", ""}] == []


@given(_cards)
def test_the_same_card_in_another_order_is_the_same_bytes(said: dict[str, Any]) -> None:
    turned = json.loads(json.dumps(said), object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    assert vcard(said, lambda _: "") == vcard(turned, lambda _: "")
