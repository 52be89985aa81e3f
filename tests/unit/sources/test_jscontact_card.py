"""A card of JSContact as a vCard: each property has its line, as RFC 9555 has it, and nothing in it can make another."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwarden.sources.jscontact_card import vcard
from cardwarden.vcard.card import Card
from cardwarden.vcard.content import read_card, split_book
from support.cards import Person, card, diff, lines_30, lines_40, people
from support.jscontact import jscontact


def lines(said: dict[str, Any]) -> list[str]:
    """The lines between UID and END, without the name that each card has."""
    text = vcard({"@type": "Card", "version": "1.0", "uid": "u", **said}, lambda _: "data:,x").decode()
    assert text.startswith("BEGIN:VCARD\r\nVERSION:4.0\r\nUID:u\r\n")
    found = text.split("\r\n")[3:-2]
    return found if "name" in said else [line for line in found if line != "FN;DERIVED=true:"]


def without_ids(said: list[str]) -> list[str]:
    """The lines without what their entries are called."""
    return [re.sub(r';PROP-ID=("[^"]*"|[^;:]*)', "", line) for line in said]


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
         ["PRODID:-//Example//App//EN", "CREATED:20220930T143510Z", "REV:20230930T143510Z", "LANGUAGE:de"]),
        ({"name": {"full": "Mr. John Q. Public, Esq."}}, ["FN:Mr. John Q. Public\\, Esq."]),
        ({"name": {"components": [part("given", "Jane"), part("surname", "Doe")]}},
         ["FN;DERIVED=true:Jane Doe", "N:Doe;Jane;;;"]),
        ({"name": {"isOrdered": True, "defaultSeparator": "", "components":
                   [part("surname", "山田"), part("separator", "・"), part("given", "太郎")]}},
         ["FN;DERIVED=true:山田・太郎", 'N;JSCOMPS="s,;0;s,・;1":山田;太郎;;;']),
        ({"name": {"full": "x", "components": [part("title", "Dr."), part("given", "A"), part("given", "B"),
            part("given2", "C"), part("surname", "D"), part("surname2", "E"), part("credential", "MD"),
            part("generation", "Jr.")], "sortAs": {"surname": "D", "given": "A"}}},
         ["FN:x", 'N;SORT-AS="D,A":D,E;A,B;C;Dr.;MD,Jr.;E;Jr.']),
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
        ({"keywords": {"internet": True, "a,b": True, "no": False}},
         ["CATEGORIES:a\\,b,internet", "JSPROP;JSPTR=keywords/no:false"]),
        ({"notes": {"n": {"note": "a\nb", "created": "2022-11-23T15:01:32Z", "author": {"name": "John"}}}},
         ["NOTE;CREATED=20221123T150132Z;AUTHOR-NAME=John:a\\nb"]),
        ({"personalInfo": {"a": {"kind": "expertise", "value": "chemistry", "level": "high"},
                           "b": {"kind": "hobby", "value": "reading", "level": "high"}}},
         ["EXPERTISE;LEVEL=expert:chemistry", "HOBBY;LEVEL=high:reading"]),
        ({"relatedTo": {"urn:uuid:f8": {"relation": {"friend": True}}, "8cacdfb7": {}}},
         ["RELATED;VALUE=text:8cacdfb7", "RELATED;TYPE=friend:urn:uuid:f8"]),
        ({"vCardProps": [["x-foo", {"x-bar": "Hello"}, "unknown", "World!"], ["x-list", {}, "text", "a,b", "c"]]},
         ["X-FOO;X-BAR=Hello:World!", "X-LIST:a\\,b,c"]),
        ({"vCardProps": [["bad"]]}, ['JSPROP;JSPTR=vCardProps:[["bad"]]']),
        ({"emails": {"e": {"address": "a@x", "vCardParams": {"x-by": ["m", "n"]}}}}, ["EMAIL;X-BY=m;X-BY=n:a@x"]),
        ({"example.com:favourite": {"colour": "red"}}, ['JSPROP;JSPTR="example.com:favourite":{"colour": "red"}']),
        ({"titles": {"t": {"name": "Boss"}}, "localizations": {"de": {"titles/t/name": "Chefin"}, "x": {"a/b": 1}, "y": 7}},
         ["TITLE:Boss", "TITLE;LANGUAGE=de;ALTID=titles/t:Chefin", 'JSPROP;JSPTR=localizations/x:{"a/b": 1}',
          "JSPROP;JSPTR=localizations/y:7"]),
    ],
)  # fmt: skip
def test_each_property_has_its_line(said: dict[str, Any], expected: list[str]) -> None:
    assert without_ids(lines(said)) == expected


RFC_9555: dict[str, tuple[dict[str, Any], list[str]]] = {
    "CREATED": ({"created": "2022-09-30T14:35:10Z"}, ["CREATED:20220930T143510Z"]),
    "PRODID": ({"prodId": "-//ONLINE DIRECTORY//NONSGML Version 1//EN"},
        ["PRODID:-//ONLINE DIRECTORY//NONSGML Version 1//EN"]),
    "REV": ({"updated": "1995-10-31T22:27:10Z"}, ["REV:19951031T222710Z"]),
    "EMAIL": ({"emails": {"e1": {"contexts": {"work": True}, "address": "jqpublic@xyz.example.com"}}},
        ["EMAIL;TYPE=work;PROP-ID=e1:jqpublic@xyz.example.com"]),
    "TEL": ({"phones": {"tel0": {"contexts": {"private": True}, "features": {"voice": True}, "pref": 1,
            "number": "tel:+1-555-555-5555;ext=5555"}}},
        ["TEL;TYPE=home;TYPE=voice;PREF=1;VALUE=uri;PROP-ID=tel0:tel:+1-555-555-5555;ext=5555"]),
    "N with its order": (
        {"name": {"isOrdered": True, "components": [
            {"kind": "title", "value": "Ms."}, {"kind": "given", "value": "Mary Jean"},
            {"kind": "given2", "value": "Elizabeth"}, {"kind": "surname", "value": "van Halen"},
            {"kind": "surname2", "value": "Barrientos"}, {"kind": "generation", "value": "III"},
            {"kind": "separator", "value": ", "}, {"kind": "credential", "value": "PhD"}]}},
        ["FN;DERIVED=true:Ms. Mary Jean Elizabeth van Halen Barrientos III\\, PhD",
         'N;JSCOMPS=";3;1;2;0;5;6;s,\\, ;4":van Halen,Barrientos;Mary Jean;Elizabeth;Ms.;PhD,III;Barrientos;III']),
    "N with a separator of its own": (
        {"name": {"isOrdered": True, "defaultSeparator": "X",
            "components": [{"kind": "given", "value": "Jane"}, {"kind": "surname", "value": "Doe"}]}},
        ["FN;DERIVED=true:JaneXDoe", 'N;JSCOMPS="s,X;1;0":Doe;Jane;;;']),
    "SORT-AS": (
        {"name": {"sortAs": {"surname": "Pau Shou Chang", "given": "Robert"}, "components": [
            {"kind": "given", "value": "Robert"}, {"kind": "given2", "value": "Pau"},
            {"kind": "surname", "value": "Shou Chang"}]}},
        ["FN;DERIVED=true:Robert Pau Shou Chang", 'N;SORT-AS="Pau Shou Chang,Robert":Shou Chang;Robert;Pau;;']),
    "ADR": ({"addresses": {"a1": {"components": [{"kind": "locality", "value": "Ulm"},
            {"kind": "landmark", "value": "at the Minster"},
            {"kind": "district", "value": "Mitte"}, {"kind": "building", "value": "B"}]}}},
        ["ADR;PROP-ID=a1:;;B;Ulm;;;;;;;;;B;;;Mitte;at the Minster;"]),
    "ORG and its ROLE in one group": (
        {"titles": {"le9": {"kind": "title", "name": "Research Scientist"},
                    "k2": {"kind": "role", "name": "Project Leader", "organizationId": "o2"}},
         "organizations": {"o2": {"name": "ABC, Inc."}}},
        ["item1.ORG;PROP-ID=o2:ABC\\, Inc.", "item1.ROLE;PROP-ID=k2:Project Leader", "TITLE;PROP-ID=le9:Research Scientist"]),
    "ORG, sorted": (
        {"organizations": {"o1": {"name": "ABC, Inc.", "sortAs": "ABC", "units": [
            {"name": "North American Division"}, {"name": "Marketing"}]}}},
        ["ORG;SORT-AS=ABC;PROP-ID=o1:ABC\\, Inc.;North American Division;Marketing"]),
    "NOTE": ({"notes": {"n1": {"note": "Open office hours", "created": "2022-11-23T15:01:32Z", "author": {"name": "John"}}}},
        ["NOTE;CREATED=20221123T150132Z;AUTHOR-NAME=John;PROP-ID=n1:Open office hours"]),
    "EXPERTISE, HOBBY": ({"personalInfo": {"pi1": {"kind": "hobby", "value": "reading", "level": "high", "listAs": 1},
                                           "pi2": {"kind": "expertise", "value": "chemistry", "level": "high"}}},
        ["HOBBY;INDEX=1;LEVEL=high;PROP-ID=pi1:reading", "EXPERTISE;LEVEL=expert;PROP-ID=pi2:chemistry"]),
    "BIRTHPLACE with what has no property": (
        {"anniversaries": {"k8": {"kind": "birth", "date": {"year": 1953, "month": 4, "day": 15},
            "place": {"full": "Ulm", "components": [{"kind": "locality", "value": "Ulm"}]}}}},
        ["BDAY;PROP-ID=k8:19530415", "BIRTHPLACE;PROP-ID=k8:Ulm",
         'JSPROP;JSPTR=anniversaries/k8/place/components:[{"kind": "locality"\\, "value": "Ulm"}]']),
    "vCardProps in their group": ({"vCardProps": [["x-foo", {"group": "item2", "pref": 1}, "unknown", "bar"]]},
        ["item2.X-FOO;PREF=1:bar"]),
    "what a vendor added": (
        {"name": {"full": "Jane Doe", "example.com:foo2": {"bar": "baz"}}, "example.com:foo": "bar"},
        ["FN:Jane Doe", 'JSPROP;JSPTR="example.com:foo":"bar"', 'JSPROP;JSPTR="name/example.com:foo2":{"bar": "baz"}']),
    "a relation that is none": ({"relatedTo": {"urn:uuid:f8": {"relation": {"friend": False, "kin": True}}}},
        ["RELATED;TYPE=kin:urn:uuid:f8", 'JSPROP;JSPTR="relatedTo/urn:uuid:f8/relation/friend":false']),
    "another language": (
        {"name": {"components": [{"kind": "surname", "value": "Vasiliev"}, {"kind": "given", "value": "Ivan"}]},
         "localizations": {"uk": {"name": {"components": [
             {"kind": "surname", "value": "Васильев"}, {"kind": "given", "value": "Иван"}]}}}},
        ["FN;DERIVED=true:Vasiliev Ivan", "N:Vasiliev;Ivan;;;",
         "FN;DERIVED=true;LANGUAGE=uk;ALTID=name:Васильев Иван", "N;LANGUAGE=uk;ALTID=name/components:Васильев;Иван;;;"]),
}  # fmt: skip
"""What the document's examples and tables say; where it says nothing of the order of parameters, ours."""


@pytest.mark.parametrize("name", RFC_9555)
def test_the_standard_s_examples_come_out_as_it_says(name: str) -> None:
    said, expected = RFC_9555[name]
    assert lines(said) == expected


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


Path = tuple[str | int, ...]
_KEPT_BY_THE_SERVER = {"id", "version", "addressBookIds", "@type"}


def places(value: Any, path: Path = ()) -> list[tuple[Path, Any]]:
    """Every value in a card, and where it is; not what is the server's own."""
    found: list[tuple[Path, Any]] = [(path, value)]
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        if not (path == () and key in _KEPT_BY_THE_SERVER) and key != "@type":
            found += places(part, (*path, key))
    return found


def at(card_said: Any, path: Path) -> Any:
    for step in path:
        card_said = card_said[step]
    return card_said


def said_of(text: str) -> str:
    """A card's text without folding and escapes, as far as they could hide a word."""
    return text.replace("\\", "")


FULL = {
    "@type": "Card", "uid": "u", "kind": "individual", "created": "2022-09-30T14:35:10Z", "language": "de",
    "name": {"full": "Dr. Jane van Doe", "isOrdered": True, "phoneticSystem": "ipa", "components": [
        {"kind": "title", "value": "Dr."}, {"kind": "given", "value": "Jane", "phonetic": "dʒeɪn"},
        {"kind": "separator", "value": " van "}, {"kind": "surname", "value": "Doe"}], "sortAs": {"surname": "Doe"}},
    "nicknames": {"n": {"name": "Jo", "contexts": {"private": True}, "pref": 3}},
    "organizations": {"o": {"name": "ABC", "sortAs": "A", "units": [{"name": "Toys", "sortAs": "T"}], "contexts": {"work": True}},
                      "p": {"name": "DEF", "label": "formerly"}},
    "titles": {"t": {"kind": "role", "name": "Lead", "organizationId": "o"}, "s": {"name": "Boss", "organizationId": "p"}},
    "speakToAs": {"grammaticalGender": "neuter", "pronouns": {"p": {"pronouns": "they", "contexts": {"work": True}}}},
    "phones": {"p": {"number": "tel:+1", "features": {"mobile": True, "example.com:sat": True}, "label": "Boat"}},
    "emails": {"e": {"address": "a@x", "contexts": {"work": True, "home": True}, "vCardParams": {"x-a": ["b", "c"]}}},
    "addresses": {"a": {"full": "Weg 1, Ulm", "countryCode": "DE", "coordinates": "geo:1,2", "timeZone": "Europe/Berlin",
        "contexts": {"billing": True}, "isOrdered": True, "defaultSeparator": ", ", "components": [
            {"kind": "name", "value": "Weg", "phonetic": "veːk"}, {"kind": "number", "value": "1"},
            {"kind": "locality", "value": "Ulm"}]}},
    "onlineServices": {"x": {"service": "Mastodon", "uri": "https://x/@j", "user": "@j", "vCardName": "impp"},
                       "y": {"label": "z"}},
    "calendars": {"c": {"kind": "calendar", "uri": "https://c", "mediaType": "text/calendar"}},
    "schedulingAddresses": {"s": {"uri": "mailto:j@x", "mediaType": "text/x"}},
    "directories": {"d": {"kind": "directory", "uri": "ldap://x", "listAs": 2}},
    "media": {"m": {"kind": "photo", "uri": "https://x/p", "blobId": "b"}, "q": {"kind": "other", "uri": "https://x/q"}},
    "links": {"l": {"uri": "https://l", "kind": "contact"}},
    "anniversaries": {"b": {"kind": "birth", "date": {"year": 1953, "month": 4, "day": 15, "calendarScale": "julian"},
                            "place": {"coordinates": "geo:3,4", "full": "Ulm",
                                      "components": [{"kind": "locality", "value": "Ulm"}]}},
                      "w": {"kind": "wedding", "date": {"utc": "2019-10-15T23:10:00Z"}, "place": {"full": "Bonn"}},
                      "f": {"kind": "flight", "date": {"year": 2000}}},
    "notes": {"n": {"note": "hi", "created": "2022-11-23T15:01:32Z", "author": {"name": "Jo", "uri": "mailto:j@x"}}},
    "personalInfo": {"p": {"kind": "expertise", "value": "chemistry", "level": "high", "listAs": 1},
                     "q": {"kind": "x", "value": "y"}},
    "keywords": {"a": True}, "members": {"urn:uuid:m": True}, "relatedTo": {"urn:uuid:r": {"relation": {"kin": True}}},
    "vCardProps": [["x-foo", {"group": "g1", "x-p": "v"}, "unknown", "bar"]],
    "localizations": {"de": {"titles/t/name": "Chefin", "notes/n/note": "hallo"}, "fr": {"phones/p/label": "bateau"},
                      "it": {"emails": None}},
    "example.com:x": {"y": [1, {"z": "w"}]},
}  # fmt: skip
"""A card with something in every place, known and unknown."""


@pytest.mark.parametrize("path", [path for path, _ in places(FULL) if path], ids=str)
def test_nothing_of_a_card_can_be_taken_out_or_be_another_without_a_trace(path: Path) -> None:
    other, less = deepcopy(FULL), deepcopy(FULL)
    at(other, path[:-1])[path[-1]] = {"zzz": "qqq"}
    del at(less, path[:-1])[path[-1]]
    made = [vcard(said, lambda _: "data:,x") for said in (FULL, other, less)]
    assert made[0] not in made[1:]


@given(_cards, st.data())
def test_whatever_stands_in_a_card_stands_in_the_vcard(said: dict[str, Any], data: st.DataObject) -> None:
    objects = [path for path, value in places(said) if isinstance(value, dict)]
    path = data.draw(st.sampled_from(objects))
    at(said, path)["example.com:new"] = "FRESH"
    assert "FRESH" in said_of(vcard(said, lambda _: "data:,x").decode())


@given(_cards, st.data())
def test_whatever_text_stands_in_a_card_stands_in_the_vcard(said: dict[str, Any], data: st.DataObject) -> None:
    texts = [path for path, value in places(said) if isinstance(value, str) and path]
    if texts:
        path = data.draw(st.sampled_from(texts))
        at(said, path[:-1])[path[-1]] = "FRESH"
        assert "FRESH" in said_of(vcard(said, lambda _: "data:,x").decode())
