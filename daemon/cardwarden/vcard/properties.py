"""THE property table: what each vCard property is called, what kind of value it has, and how it is compared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


class ValueKind(Enum):
    """How a value is read and compared (values.py has one normaliser per kind)."""

    TEXT = "text"
    NAME = "name"  # N: components that hold words
    PARTS = "parts"  # ORG, GENDER: components; trailing empty ones mean nothing
    ADDRESS = "address"
    LIST = "list"  # a comma list whose items are compared one by one, order aside
    NUMBER = "number"
    MAIL = "mail"
    DATE = "date"
    URI = "uri"
    CHAT = "chat"  # IMPP and the X- properties that say the same with a service in their name
    MEDIA = "media"  # inline bytes or a link
    MEMBER = "member"  # a UID of another card
    ZONE = "zone"  # TZ: an offset from UTC, or a zone's name
    PLACE = "place"  # GEO: latitude and longitude
    WORD = "word"  # a token whose letter case means nothing


@dataclass(frozen=True, slots=True)
class Row:
    """One vCard property.

    label     what people call it
    kind      how its value is read
    plural    a card may have several
    volatile  bookkeeping of programs: never compared
    derived   made by a program out of other properties: its coming and going means nothing, a changed value does
    source    where it is defined or who writes it
    """

    name: str
    label: str
    kind: ValueKind = ValueKind.TEXT
    plural: bool = True
    volatile: bool = False
    derived: bool = False
    source: str = "RFC 6350"


@dataclass(frozen=True, slots=True)
class Alias:
    """Another spelling of a property. `scheme` is put before a chat address, `label` is the TYPE it stands for."""

    name: str
    to: str
    scheme: str = ""
    label: str = ""


_ROWS = (
    # RFC 2426 (3.0) and RFC 6350 (4.0)
    Row("FN", "name"),
    Row("N", "structured name", ValueKind.NAME, plural=False),
    Row("NICKNAME", "nickname", ValueKind.LIST),
    Row("PHOTO", "picture", ValueKind.MEDIA),
    Row("BDAY", "birthday", ValueKind.DATE, plural=False),
    Row("ANNIVERSARY", "anniversary", ValueKind.DATE, plural=False),
    Row("GENDER", "gender", ValueKind.PARTS, plural=False),
    Row("ADR", "address", ValueKind.ADDRESS),
    Row("LABEL", "address label", source="RFC 2426"),
    Row("TEL", "phone number", ValueKind.NUMBER),
    Row("EMAIL", "mail address", ValueKind.MAIL),
    Row("IMPP", "chat address", ValueKind.CHAT),
    Row("LANG", "language", ValueKind.WORD),
    Row("TZ", "time zone", ValueKind.ZONE),
    Row("GEO", "position", ValueKind.PLACE),
    Row("TITLE", "job title"),
    Row("ROLE", "role"),
    Row("LOGO", "logo", ValueKind.MEDIA),
    Row("ORG", "organisation", ValueKind.PARTS),
    Row("MEMBER", "group member", ValueKind.MEMBER),
    Row("RELATED", "related person"),
    Row("CATEGORIES", "category", ValueKind.LIST),
    Row("NOTE", "note"),
    Row("PRODID", "program", volatile=True),
    Row("REV", "time of change", volatile=True),
    Row("SOUND", "sound", ValueKind.MEDIA),
    Row("UID", "ID of the contact", ValueKind.MEMBER, plural=False),
    Row("CLIENTPIDMAP", "id of a program", volatile=True),
    Row("URL", "web address", ValueKind.URI),
    Row("KEY", "encryption key", ValueKind.MEDIA),
    Row("FBURL", "calendar address", ValueKind.URI),
    Row("CALADRURI", "calendar request address", ValueKind.URI),
    Row("CALURI", "calendar address", ValueKind.URI),
    Row("XML", "embedded XML"),
    Row("SOURCE", "address of this card", volatile=True),
    Row("KIND", "kind of card", ValueKind.WORD, plural=False),
    Row("VERSION", "vCard version", volatile=True),
    Row("NAME", "name of the source", volatile=True, source="RFC 2426"),
    Row("PROFILE", "profile", volatile=True, source="RFC 2426"),
    Row("MAILER", "mail program", volatile=True, source="RFC 2426"),
    Row("AGENT", "assistant", source="RFC 2426"),
    Row("BEGIN", "card inside this card", source="vCard 2.1"),
    Row("CARD", "group member", ValueKind.MEMBER, source="SOGo"),
    Row("CLASS", "confidentiality", ValueKind.WORD, source="RFC 2426"),
    Row("SORT-STRING", "reading to sort by", source="RFC 2426"),
    # RFC 6474, 6715, 8605
    Row("BIRTHPLACE", "place of birth", source="RFC 6474"),
    Row("DEATHPLACE", "place of death", source="RFC 6474"),
    Row("DEATHDATE", "day of death", ValueKind.DATE, plural=False, source="RFC 6474"),
    Row("EXPERTISE", "expertise", source="RFC 6715"),
    Row("HOBBY", "hobby", source="RFC 6715"),
    Row("INTEREST", "interest", source="RFC 6715"),
    Row("ORG-DIRECTORY", "staff directory", ValueKind.URI, source="RFC 6715"),
    Row("CONTACT-URI", "contact address", ValueKind.URI, source="RFC 8605"),
    # RFC 9554: vCard 4 for JSContact, and RFC 9555
    Row("CREATED", "time of creation", volatile=True, source="RFC 9554"),
    Row("GRAMGENDER", "grammatical gender", ValueKind.WORD, source="RFC 9554"),
    Row("LANGUAGE", "language of the card", ValueKind.WORD, plural=False, source="RFC 9554"),
    Row("PRONOUNS", "pronoun", source="RFC 9554"),
    Row("SOCIALPROFILE", "social profile", ValueKind.URI, source="RFC 9554"),
    Row("JSPROP", "JSContact value", source="RFC 9555"),
    # Readings of a name: Apple and Android
    Row("X-PHONETIC-FIRST-NAME", "reading of the given name", source="Apple, Android"),
    Row("X-PHONETIC-MIDDLE-NAME", "reading of the middle name", source="Apple, Android"),
    Row("X-PHONETIC-LAST-NAME", "reading of the family name", source="Apple, Android"),
    Row("X-PHONETIC-ORG", "reading of the organisation", source="Apple"),
    Row("X-MAIDENNAME", "birth name", source="Apple"),
    Row("X-ABDATE", "date", ValueKind.DATE, source="Apple"),
    Row("X-ABADR", "country of the address", ValueKind.WORD, derived=True, source="Apple"),
    Row("X-ALTBDAY", "birthday in another calendar", source="Apple"),
    Row("X-IMAGETYPE", "kind of picture", volatile=True, source="Apple"),
    Row("X-IMAGEHASH", "digest of the picture", volatile=True, source="Apple"),
    Row("X-SHARED-PHOTO-DISPLAY-PREF", "picture setting", volatile=True, source="Apple"),
    Row("X-ABUID", "id in one program", volatile=True, source="Apple"),
    Row("X-ABLABEL", "label", volatile=True, source="Apple"),  # read together with its group
    Row("X-APPLE-SUBLOCALITY", "part of town", source="Apple"),
    Row("X-SOCIALPROFILE", "social profile", ValueKind.URI, source="Apple"),
    # Google and Android
    Row("X-ANDROID-CUSTOM", "phone's own field", source="Android"),
    Row("X-GOOGLE-ETAG", "bookkeeping", volatile=True, source="Google"),
    Row("X-SIP", "chat address", ValueKind.CHAT, source="Android"),
    # Evolution, Thunderbird and CardBook
    Row("X-EVOLUTION-FILE-AS", "name shown", derived=True, source="Evolution"),
    Row("X-EVOLUTION-REV", "time of change", volatile=True, source="Evolution"),
    Row("X-EVOLUTION-WEBDAV-ETAG", "bookkeeping", volatile=True, source="Evolution"),
    Row("X-EVOLUTION-VCARD-ORIGINAL-FN", "name shown", derived=True, source="Evolution"),
    Row("X-MOZILLA-HTML", "mail format", volatile=True, source="Thunderbird"),
    Row("X-THUNDERBIRD-ETAG", "bookkeeping", volatile=True, source="Thunderbird"),
    Row("X-THUNDERBIRD-HREF", "bookkeeping", volatile=True, source="Thunderbird"),
    Row("X-MOZILLA-PROPERTY", "program's own field", derived=True, source="Thunderbird"),
    # Nextcloud, DAVx5, Radicale, Outlook, KDE
    Row("X-NC-GROUP", "program's own field", volatile=True, source="Nextcloud"),
    Row("X-DAVDROID-UNKNOWN-PROPERTIES", "program's own field", volatile=True, source="DAVx5"),
    Row("X-RADICALE-NAME", "file name", volatile=True, source="Radicale"),
    Row("LAST-MODIFIED", "time of change", volatile=True, source="seen in the wild"),
    Row("X-REV", "time of change", volatile=True, source="seen in the wild"),
    Row("X-MS-OL-DESIGN", "layout of the card", volatile=True, source="Outlook"),
    Row("X-MS-OL-DEFAULT-POSTAL-ADDRESS", "preferred address", derived=True, source="Outlook"),
    Row("X-MS-IMADDRESS", "chat address", ValueKind.CHAT, source="Outlook"),
    Row("X-MS-CARDPICTURE", "picture of the card", ValueKind.MEDIA, source="Outlook"),
    Row("X-KADDRESSBOOK-CRYPTOENCRYPTPREF", "encryption setting", source="KDE"),
    Row("X-KADDRESSBOOK-OPENPGPFP", "encryption key", source="KDE"),
    Row("X-CRYPTO", "encryption setting", source="KDE"),
)

_ALIASES = (
    Alias("X-ANNIVERSARY", "ANNIVERSARY"),
    Alias("X-EVOLUTION-ANNIVERSARY", "ANNIVERSARY"),
    Alias("X-KADDRESSBOOK-X-ANNIVERSARY", "ANNIVERSARY"),
    Alias("X-MS-ANNIVERSARY", "ANNIVERSARY"),
    Alias("X-BIRTHDAY", "BDAY"),
    Alias("X-NICKNAME", "NICKNAME"),
    Alias("X-CATEGORIES", "CATEGORIES"),
    Alias("X-ADDRESSBOOKSERVER-KIND", "KIND"),
    Alias("X-ABSHOWAS", "KIND"),
    Alias("X-ADDRESSBOOKSERVER-MEMBER", "MEMBER"),
    Alias("X-GENDER", "GENDER"),
    Alias("X-BIRTHPLACE", "BIRTHPLACE"),
    Alias("X-DEATHDATE", "DEATHDATE"),
    Alias("X-ABRELATEDNAMES", "RELATED"),
    Alias("RELATIONSHIP", "RELATED"),
    Alias("SPOUSE", "RELATED", label="spouse"),
    Alias("X-SPOUSE", "RELATED", label="spouse"),
    Alias("X-EVOLUTION-SPOUSE", "RELATED", label="spouse"),
    Alias("X-MS-SPOUSE", "RELATED", label="spouse"),
    Alias("X-MS-CHILD", "RELATED", label="child"),
    Alias("X-CHILD", "RELATED", label="child"),
    Alias("X-MS-MANAGER", "RELATED", label="manager"),
    Alias("X-MS-ASSISTANT", "RELATED", label="assistant"),
    Alias("X-KADDRESSBOOK-X-SPOUSESNAME", "RELATED", label="spouse"),
    Alias("X-MANAGER", "RELATED", label="manager"),
    Alias("X-EVOLUTION-MANAGER", "RELATED", label="manager"),
    Alias("X-KADDRESSBOOK-X-MANAGERSNAME", "RELATED", label="manager"),
    Alias("X-ASSISTANT", "RELATED", label="assistant"),
    Alias("X-EVOLUTION-ASSISTANT", "RELATED", label="assistant"),
    Alias("X-KADDRESSBOOK-X-ASSISTANTSNAME", "RELATED", label="assistant"),
    Alias("X-KADDRESSBOOK-X-PROFESSION", "ROLE"),
    Alias("X-PHONETIC-FIRST", "X-PHONETIC-FIRST-NAME"),
    Alias("X-PHONETIC-LAST", "X-PHONETIC-LAST-NAME"),
    Alias("X-SIP", "IMPP", "sip"),
    Alias("X-AIM", "IMPP", "aim"),
    Alias("X-ICQ", "IMPP", "icq"),
    Alias("X-MSN", "IMPP", "msnim"),
    Alias("X-YAHOO", "IMPP", "ymsgr"),
    Alias("X-JABBER", "IMPP", "xmpp"),
    Alias("X-GOOGLE-TALK", "IMPP", "xmpp"),
    Alias("X-GTALK", "IMPP", "xmpp"),
    Alias("X-SKYPE", "IMPP", "skype"),
    Alias("X-SKYPE-USERNAME", "IMPP", "skype"),
    Alias("X-QQ", "IMPP", "qq"),
    Alias("X-GADUGADU", "IMPP", "gg"),
    Alias("X-GROUPWISE", "IMPP", "groupwise"),
    Alias("X-MS-IMADDRESS", "IMPP"),
    Alias("X-EVOLUTION-BLOG-URL", "URL", label="blog"),
    Alias("X-KADDRESSBOOK-BLOGFEED", "URL", label="blog"),
    Alias("X-EVOLUTION-VIDEO-URL", "URL", label="video"),
    Alias("X-SOCIALPROFILE", "SOCIALPROFILE"),
)

ROWS = {row.name: row for row in _ROWS}
ALIASES = {alias.name: alias for alias in _ALIASES}

DEFAULT_TYPES = {
    "TEL": frozenset({"voice"}),
    "EMAIL": frozenset({"internet"}),
    "ADR": frozenset({"intl", "postal", "parcel"}),
    "LABEL": frozenset({"intl", "postal", "parcel"}),
    "URL": frozenset({"homepage"}),
}
"""TYPE values that say nothing (RFC 2426 sections 3.2.1, 3.3.1, 3.3.2; Apple's label of every first URL)."""

_ANDROID_RELATIONS = {
    "1": "assistant", "2": "brother", "3": "child", "4": "domestic partner", "5": "father", "6": "friend", "7": "manager",
    "8": "mother", "9": "parent", "10": "partner", "11": "referred by", "12": "relative", "13": "sister", "14": "spouse",
}  # fmt: skip
_ANDROID_EVENTS = {"1": "ANNIVERSARY", "3": "BDAY"}


def android_field(value: str) -> tuple[Alias, str] | None:
    """What Android's X-ANDROID-CUSTOM stands for, and its value; None if no other program has such a field.

    `vnd.android.cursor.item/relation;Anna;14;…` is a spouse: the kind, the value, the number of its type, a label of one's
    own (Android's VCardBuilder and ContactsContract.CommonDataKinds).
    """
    kind, said, type_, own = (*value.split(";"), "", "", "", "")[:4]
    match kind.rpartition("/")[2]:
        case "nickname":
            return Alias("X-ANDROID-CUSTOM", "NICKNAME"), said
        case "contact_event" if type_ in _ANDROID_EVENTS:
            return Alias("X-ANDROID-CUSTOM", _ANDROID_EVENTS[type_]), said
        case "relation":
            known = _ANDROID_RELATIONS.get(type_, "")
            return Alias("X-ANDROID-CUSTOM", "RELATED", label=(known or own).lower()), said
        case _:
            return None


_APPLE_LABEL = re.compile(r"_\$!<([^<>]+)>!\$_")
_APPLE_WORDS = {"mobile": "cell", "homefax": "home fax", "workfax": "work fax", "otherfax": "other fax"}
TWO_TYPES = frozenset(label for label in _APPLE_WORDS.values() if " " in label)
"""Apple's labels that say what other programs write as two types: `_$!<HomeFAX>!$_` and `TYPE=HOME,FAX`."""


def plain_label(label: str) -> str:
    """A label in lower case: Apple's built-in ones (`_$!<Mother>!$_`) as other programs call them, the rest without "x-"."""
    lowered = label.strip().lower()
    if built_in := _APPLE_LABEL.fullmatch(lowered):
        return _APPLE_WORDS.get(built_in[1], built_in[1])
    return lowered.removeprefix("x-")


def row(name: str) -> Row:
    """The row of a property; one that nobody knows is plural text under its own name."""
    return ROWS.get(name) or Row(name, _spoken(name), source="unknown")


def label(name: str) -> str:
    """What people call a property: "phone number" for TEL."""
    return row(name).label if name else "line that cannot be read"


def _spoken(name: str) -> str:
    return name.removeprefix("X-").replace("-", " ").lower() or name
