"""Cards for tests: builders that hide the frame, and strategies for people and the ways programs write them down."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from hypothesis import strategies as st

from cardwarden.detect.reading import Readings, card_reader
from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.card import Card, Entry
from cardwarden.vcard.content import RawCard, read_card, split_book
from cardwarden.vcard.diff import Change, diff_facts
from cardwarden.vcard.index import index_card

JPEG = b"\xff\xd8\xff\xe0 not much of a picture"


LINE_ENDS = ("\r\n", "\n", "\r", "\r\r\n", "\n\r", "\r\n\r\n", "\n\n", "\r\r", "\r\r\n\r\r\n")
"""What programs end a line with, and what those made of it that wanted to mend it."""


def card(*lines: str, version: str = "3.0", end: str = "\r\n", charset: str = "utf-8") -> bytes:
    """One well-formed card with these content lines."""
    text = end.join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])
    return text.encode(charset, "surrogateescape")


def read(data: bytes) -> Card:
    """A card that must be readable."""
    found = read_card(RawCard(data))
    assert isinstance(found, Card), found
    return found


def facts(data: bytes, region: str = "JP") -> list[Fact]:
    """All that a card says, also of one that cannot be read."""
    entry = Entry("card", "book.vcf", 0, "card", "", "")
    return list(card_reader(entry, Readings({"card": data}.__getitem__, region))()[0])


def diff(before: bytes, after: bytes, region: str = "JP") -> list[Change]:
    """What changed between two cards, each read beside the other as a check does."""
    bodies = {"before": before, "after": after}
    was, now = (Entry(side, "book.vcf", 0, side, "", "") for side in bodies)
    readings = Readings(bodies.__getitem__, region)
    old, _ = card_reader(was, readings, now=now)()
    new, _ = card_reader(now, readings, was=was)()
    return diff_facts(list(old), list(new))


def entries(book: bytes, href: str = "book.vcf", region: str = "JP") -> list[Entry]:
    """The index of a book that stands in one member."""
    return [index_card(raw, href, place, region) for place, raw in enumerate(split_book(book))]


@dataclass(frozen=True)
class Person:
    """What a card is to say, whatever its version."""

    name: str
    parts: tuple[str, str]
    numbers: tuple[tuple[str, str], ...] = ()  # (kind, number)
    mails: tuple[str, ...] = ()
    note: str = ""
    company: tuple[str, ...] = ()
    street: str = ""
    town: str = ""
    categories: tuple[str, ...] = ()
    birthday: date | None = None
    wedding: date | None = None
    picture: bytes = b""
    is_group: bool = False
    preferred: bool = False
    label: str = field(default="", compare=False)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace(",", "\\,").replace(";", "\\;")


def lines_30(person: Person) -> list[str]:
    """As a 3.0 program writes it."""
    lines = [f"FN:{_escaped(person.name)}", f"N:{';'.join(map(_escaped, person.parts))};;;"]
    for place, (kind, number) in enumerate(person.numbers):
        pref = ",pref" if person.preferred and place == 0 else ""
        lines.append(f"TEL;TYPE={kind},voice{pref}:{number}")
    lines += [f"EMAIL;TYPE=INTERNET:{mail}" for mail in person.mails]
    lines += [f"NOTE:{_escaped(person.note)}"] if person.note else []
    lines += [f"ORG:{';'.join(map(_escaped, person.company))}"] if person.company else []
    lines += [f"ADR;TYPE=HOME:;;{_escaped(person.street)};{_escaped(person.town)};;;"] if person.street else []
    lines += [f"CATEGORIES:{','.join(map(_escaped, person.categories))}"] if person.categories else []
    lines += [f"BDAY:{person.birthday.isoformat()}"] if person.birthday else []
    lines += [f"X-ANNIVERSARY:{person.wedding.isoformat()}"] if person.wedding else []
    if person.picture:
        lines.append(f"PHOTO;ENCODING=b;TYPE=JPEG:{base64.b64encode(person.picture).decode()}")
    lines += ["X-ADDRESSBOOKSERVER-KIND:group"] if person.is_group else []
    return lines


def lines_40(person: Person) -> list[str]:
    """As a 4.0 program writes it."""
    lines = [f"N:{';'.join(map(_escaped, person.parts))};;;", f"FN:{_escaped(person.name)}"]
    for place, (kind, number) in enumerate(person.numbers):
        pref = ";PREF=1" if person.preferred and place == 0 else ""
        lines.append(f'TEL;VALUE=uri;TYPE="{kind.lower()},voice"{pref}:tel:{number}')
    lines += [f"EMAIL:{mail}" for mail in person.mails]
    lines += [f"NOTE:{_escaped(person.note)}"] if person.note else []
    lines += [f"ORG:{';'.join(map(_escaped, person.company))}"] if person.company else []
    lines += [f"ADR;TYPE=home:;;{_escaped(person.street)};{_escaped(person.town)};;;"] if person.street else []
    lines += [f"CATEGORIES:{','.join(map(_escaped, person.categories))}"] if person.categories else []
    lines += [f"BDAY:{person.birthday:%Y%m%d}"] if person.birthday else []
    lines += [f"ANNIVERSARY:{person.wedding:%Y%m%d}"] if person.wedding else []
    if person.picture:
        lines.append(f"PHOTO:data:image/jpeg;base64,{base64.b64encode(person.picture).decode()}")
    lines += [f"KIND:{'group' if person.is_group else 'individual'}"]
    return lines


def lines_21(person: Person) -> list[str]:
    """As a 2.1 phone writes it: bare types, quoted-printable, base64 over several lines."""
    lines = [_printable("FN", [person.name]), _printable("N", [*person.parts, "", "", ""])]
    for place, (kind, number) in enumerate(person.numbers):
        pref = ";PREF" if person.preferred and place == 0 else ""
        lines.append(f"TEL;{kind};VOICE{pref}:{number}")
    lines += [f"EMAIL;INTERNET:{mail}" for mail in person.mails]
    lines += [_printable("NOTE", [person.note])] if person.note else []
    lines += [_printable("ORG", person.company)] if person.company else []
    lines += [_printable("ADR;HOME", ["", "", person.street, person.town, "", "", ""])] if person.street else []
    lines += [f"CATEGORIES:{','.join(map(_escaped, person.categories))}"] if person.categories else []
    lines += [f"BDAY:{person.birthday.isoformat()}"] if person.birthday else []
    lines += [f"X-ANNIVERSARY:{person.wedding.isoformat()}"] if person.wedding else []
    if person.picture:
        packed = base64.b64encode(person.picture).decode()
        lines += ["PHOTO;JPEG;BASE64:", *(f" {packed[i : i + 60]}" for i in range(0, len(packed), 60)), ""]
    lines += ["X-ADDRESSBOOKSERVER-KIND:group"] if person.is_group else []
    return lines


def _printable(name: str, parts: Sequence[str]) -> str:
    def quoted(text: str) -> str:
        data = text.replace("\n", "\r\n").encode()
        return "".join(f"={byte:02X}" if byte > 126 or byte < 33 or byte in b"=:" else chr(byte) for byte in data)

    units = quoted(";".join(part.replace(";", "\\;") for part in parts))
    head = f"{name};CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:"
    pieces, line = [], head
    while units:
        step = 3 if units[0] == "=" else 1
        if len(line) + step > 75:
            pieces.append(line + "=")
            line = ""
        line, units = line + units[:step], units[step:]
    return "\r\n".join([*pieces, line])


LETTERS = "abcdefghijklmnopqrstuvwxyzABCXYZäßéñŁ山田太郎カナгдעא"
"""Letters of several scripts, composed, without half- or full-width twins among them."""

_words = st.text(LETTERS + "0123456789 -'.", min_size=1, max_size=12).filter(lambda text: text.strip())
_texts = st.text(LETTERS + "0123456789 ,;:\n\"=&'!?()", min_size=1, max_size=90).filter(
    lambda text: text.strip(" ;,\n") and text == text.strip()
)
_digits = st.text("0123456789", min_size=8, max_size=8)
numbers = st.one_of(
    _digits.map("+8190{}".format),
    _digits.map("+4930{}".format),
    _digits.map("090{}".format),
    _digits.map("186090{}".format),
)
mails = st.from_regex(r"[a-z][a-z0-9._]{0,9}@[a-z][a-z0-9]{1,9}\.(?:com|org|jp)", fullmatch=True)
dates = st.dates(date(1900, 1, 1), date(2030, 12, 31))
people = st.builds(
    Person,
    name=_words,
    parts=st.tuples(_words, _words),
    numbers=st.lists(
        st.tuples(st.sampled_from(["CELL", "HOME", "WORK"]), numbers), max_size=3, unique_by=lambda item: item[1]
    ).map(tuple),
    mails=st.lists(mails, max_size=2, unique=True).map(tuple),
    note=st.one_of(st.just(""), _texts),
    company=st.lists(_words, max_size=2).map(tuple),
    street=st.one_of(st.just(""), _words),
    town=_words,
    categories=st.lists(_words.map(str.strip), max_size=3, unique=True).map(tuple),
    birthday=st.none() | dates,
    wedding=st.none() | dates,
    picture=st.one_of(st.just(b""), st.binary(max_size=90).map(JPEG.__add__)),
    is_group=st.booleans(),
    preferred=st.booleans(),
)
