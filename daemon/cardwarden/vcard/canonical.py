"""One meaning for 2.1, 3.0 and 4.0 spellings: a card becomes facts that can be compared."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import zip_longest
from typing import Any

from cardwarden.vcard import addresses, values
from cardwarden.vcard.card import Card, Params, Property
from cardwarden.vcard.number import LONGEST, Number, read_number
from cardwarden.vcard.properties import (
    ALIASES,
    DEFAULT_TYPES,
    TWO_TYPES,
    Alias,
    Row,
    ValueKind,
    android_field,
    plain_label,
    row,
)
from cardwarden.vcard.values import Picture, Undecodable

_UUID_URN = re.compile("urn:uuid:", re.IGNORECASE)
_TOKEN = re.compile(r"[A-Za-z0-9-]+\Z")
_DEFAULTS = {("KIND", "individual"), ("CLASS", "public")}  # what is meant if nothing is said
_EVERYBODY = {"myContacts", "* myContacts"}  # Google's group of all contacts
_UNTYPED = "type="
_MEANS_NOTHING = frozenset[str]().union(*DEFAULT_TYPES.values())
_STANDARD_TYPES = frozenset(
    {
        "home", "work", "cell", "mobile", "voice", "fax", "pager", "text", "textphone", "video", "msg", "main", "other", "school",
        "car", "isdn", "bbs", "modem", "pcs", "internet", "x400", "dom", "intl", "postal", "parcel",
    }
)  # fmt: skip
_READINGS = re.compile(r"X-PHONETIC|SORT-STRING")


@dataclass(frozen=True, slots=True)
class Fact:
    """One value of a card and all that is compared of it.

    name     the property's name in the table: TEL, ANNIVERSARY, IMPP
    meaning  the normalised value: two facts with one meaning say the same
    text     the value as people read it, not yet made harmless
    labels   what kind it is: TYPE values and X-ABLabel, lower case, without those that say nothing
    pref     0 without preference, else its rank: 1 is preferred; LABEL has none, its ADR has it (in 4.0 they are one line)
    lines    the content lines it stands in, X-ABLabel included
    parts    components of a structured value
    number   a telephone number taken apart
    picture  an inline picture
    undecodable  how many bytes, about, stand inline that cannot be decoded
    """

    name: str
    meaning: str
    text: str = field(compare=False)
    labels: frozenset[str] = frozenset()
    pref: int = 0
    lines: tuple[Property, ...] = field(default=(), compare=False)
    parts: tuple[str, ...] = field(default=(), compare=False)
    number: Number | None = field(default=None, compare=False)
    picture: Picture | None = field(default=None, compare=False)
    undecodable: int = field(default=0, compare=False)

    @property
    def row(self) -> Row:
        return row(self.name)

    @property
    def written(self) -> str:
        """The first line's raw value: what stands in the card, escapes and all."""
        return self.lines[0].value if self.lines else ""


def facts_of(card: Card, region: str, ignore: frozenset[str] = frozenset()) -> list[Fact]:
    """All that a card says, in its order; volatile properties and those in `ignore` left out."""
    labels = labels_of(card.properties)
    facts: list[Fact] = []
    for prop in card.properties:
        alias, said = other_name(prop)
        spec = row(alias.to if alias else prop.name)
        if spec.volatile or prop.name in ignore or spec.name in ignore:
            continue
        if prop.name == "SOUND" and "irmc-n" in _types(prop.params):
            facts.extend(_readings(prop))
            continue
        label = labels.get(prop.group) if prop.group and not spec.derived else None
        if prop.name == "X-ABDATE" and label and _labelled(label) == "anniversary":
            spec, label = row("ANNIVERSARY"), None
        facts.extend(_facts(prop, spec, alias, label, region, said))
        facts.extend(_from_parameters(prop))
    return _ranked(_once(facts))


def other_name(line: Property) -> tuple[Alias | None, str | None]:
    """What the table calls a line's property if the line calls it otherwise, and the line's value if that is only a part."""
    if line.name == "X-ANDROID-CUSTOM" and (own := android_field(values.decoded(line))):
        return own
    return ALIASES.get(line.name), None


def labels_of(lines: Iterable[Property]) -> dict[str, Property]:
    """The X-ABLabel line of each group (Apple's `item1`), by the group's name; empty ones say nothing."""
    return {line.group: line for line in lines if line.name == "X-ABLABEL" and line.group and line.value.strip()}


def _facts(
    prop: Property, spec: Row, alias: Alias | None, label: Property | None, region: str, said: str | None
) -> Iterator[Fact]:
    """What one property says, by the kind of its value; nothing if it is empty. `said` is its value if that is only a part."""
    value = _standard_value(prop, spec) if said is None else said
    if not value.strip(" ;,") and spec.kind is not ValueKind.MEDIA:
        return
    lines = (prop, label) if label else (prop,)
    labels, pref = _labels(prop, spec, alias, label), _pref(prop.params) if prop.params and spec.name != "LABEL" else 0

    def fact(meaning: str, text: str, **more: Any) -> Fact:
        return Fact(spec.name, meaning, text, labels, pref, lines, **more)

    match spec.kind:
        case ValueKind.NAME | ValueKind.PARTS:
            parts = values.name(value) if spec.kind is ValueKind.NAME else values.components(value)
            meant = tuple(map(values.words, parts)) if spec.kind is ValueKind.NAME else parts
            shown = " ".join(filter(None, parts)) if spec.kind is ValueKind.NAME else ", ".join(filter(None, parts))
            yield fact(values.joined(meant), shown, parts=parts)
        case ValueKind.ADDRESS:
            parts = values.address(value)
            yield fact(values.joined(parts), ", ".join(filter(None, parts)), parts=parts)
        case ValueKind.LIST:
            for item in values.items(value):
                if spec.name != "CATEGORIES" or item not in _EVERYBODY:
                    yield fact(item, item)
        case ValueKind.NUMBER:
            is_uri = "uri" in {v.lower() for v in prop.param("VALUE")}
            shown = values.text(values.unescape(value))
            if len(shown) > LONGEST:
                yield fact(f"text {shown}", _brief(shown))
                return
            number = read_number(shown, region, uri=is_uri)
            meaning = f"{number.key}|{number.word}" if number.word else number.key
            yield fact(meaning, _telephone(shown) if is_uri else shown, number=number)
        case ValueKind.MAIL:
            yield fact(addresses.mail(value), values.text(values.unescape(value)).removeprefix("mailto:"))
        case ValueKind.DATE:
            omitted = (prop.param("X-APPLE-OMIT-YEAR") or ("",))[0]
            meaning = values.date(value, omitted)
            yield fact(meaning, meaning)
        case ValueKind.URI:
            yield fact(addresses.uri(value), values.text(values.unescape(value)))
        case ValueKind.CHAT:
            meaning = addresses.chat(value, alias.scheme if alias else "")
            yield fact(meaning, meaning)
        case ValueKind.MEMBER:
            meaning = values.member(value)
            yield fact(meaning, meaning)
        case ValueKind.WORD:
            meaning = values.text(values.unescape(value)).lower()
            if (spec.name, meaning) not in _DEFAULTS:
                yield fact(meaning, meaning)
        case ValueKind.MEDIA:
            match values.picture(prop, value):
                case Picture() as picture:
                    meaning = picture.digest if spec.name == "KEY" else picture.key  # programs read keys as they stand
                    yield fact(meaning, _described(picture), picture=picture)
                case Undecodable() as broken:
                    yield fact(broken.written, f"{broken.size:,} bytes, unreadable", undecodable=broken.size)
                case link:
                    yield fact(addresses.uri(link), _brief(link))
        case ValueKind.ZONE:
            meaning = values.zone(value)
            yield fact(meaning, meaning)
        case ValueKind.PLACE:
            shown = values.place(value)
            yield fact(values.place_kept(shown), shown)
        case ValueKind.TEXT:
            normal = values.reading if _READINGS.match(spec.name) else values.text
            meaning = normal(values.unescape(value))
            is_card = spec.name == "RELATED" and _UUID_URN.match(meaning)
            yield fact(values.member(value) if is_card else meaning, meaning)


def _standard_value(prop: Property, spec: Row) -> str:
    """A property's value in the words and the place that a standard gives it, though some programs write it otherwise."""
    value = values.decoded(prop, inline=spec.kind is ValueKind.MEDIA)
    if prop.name == "X-GENDER":
        return {"MALE": "M", "FEMALE": "F"}.get(value.strip().upper(), value)
    if prop.name == "X-ABSHOWAS" and spec.name == "KIND":
        return {"COMPANY": "org", "PERSON": "individual"}.get(value.strip().upper(), value)
    if spec.name in {"SOCIALPROFILE", "IMPP"} and not value.strip(" ;,"):
        return ",".join(prop.param("X-USER"))  # iOS writes an account of an unknown service there alone
    return value


def _described(picture: Picture) -> str:
    pixels = f", {picture.look.width} × {picture.look.height}" if picture.look.width and picture.look.height else ""
    return f"{picture.media or 'data'}{pixels}, {picture.size:,} bytes"


def _telephone(shown: str) -> str:
    return shown[4:] if shown[:4].lower() == "tel:" else shown


def _brief(value: str) -> str:
    return value if len(value) <= 80 else f"{value[:60]}…"


def _readings(prop: Property) -> Iterator[Fact]:
    """SOUND;X-IRMC-N is how Japanese phones write the reading of N: what X-PHONETIC-… says in other programs."""
    for name, part in zip(("LAST", "FIRST", "MIDDLE"), values.components(values.decoded(prop)), strict=False):
        if (meaning := values.reading(part)) and meaning.strip(" ;"):  # "\\;\\;" if a converter took it for one text
            yield Fact(f"X-PHONETIC-{name}-NAME", meaning, meaning, lines=(prop,))


def _from_parameters(prop: Property) -> Iterator[Fact]:
    """LABEL= of ADR and SORT-AS= of N (4.0) say what LABEL and SORT-STRING say in 3.0."""
    if prop.name == "ADR":
        for label in prop.param("LABEL"):
            meaning = values.text(values.unescape(values.caret(label)))
            if meaning:
                yield Fact("LABEL", meaning, meaning, _labels(prop, row("ADR"), None, None), 0, (prop,))
    if prop.name == "N" and (sort_as := prop.param("SORT-AS")):
        meaning = values.reading(values.unescape(values.caret(",".join(sort_as))).replace(",", " "))
        yield Fact("SORT-STRING", meaning, meaning, lines=(prop,))


def _labels(prop: Property, spec: Row, alias: Alias | None, label: Property | None) -> frozenset[str]:
    if spec.kind is ValueKind.MEDIA or spec.name in {"UID", "N", "FN", "KIND"}:
        return frozenset()
    labels = set(_types(prop.params)) if prop.params else set()
    if alias and alias.label:
        labels.add(alias.label)
    if spec.name == "SOCIALPROFILE":  # X-SOCIALPROFILE;TYPE=mastodon
        labels.update(_type(word) for word in prop.param("SERVICE-TYPE"))
    if label:
        own = _labelled(label)
        labels.update(own.split() if own in TWO_TYPES else [own])
    if spec.name == "TEL" and len(labels) > 1:
        labels -= {"msg", "text"}
    return frozenset(labels - DEFAULT_TYPES.get(spec.name, frozenset()) - {"pref", ""})


def _labelled(label: Property) -> str:
    return plain_label(values.text(values.unescape(values.decoded(label))))


@lru_cache(maxsize=4096)
def _types(params: Params) -> frozenset[str]:
    words = (word for name, values_ in params if name == "TYPE" for value in values_ for word in value.split(","))
    own = (plain_label(values.text(label)) for name, labels in params if name == "X-CUSTOM" for label in labels)
    return frozenset(_type(word) for word in words if word.strip()) | frozenset(own)


def _type(word: str) -> str:
    """A TYPE value; one that is no token (RFC 6350 section 5.6) is not what the same words are as a label."""
    word = word.strip()
    return plain_label(word) if _TOKEN.match(word) else f"{_UNTYPED}{word.lower()}"


def is_label_mended(was: frozenset[str], now: frozenset[str]) -> bool:
    """Whether words that are no TYPE, and that many programs drop, are labels or types now (X-ABLabel, `VOICE\\,CELL`)."""
    mended = {plain_label(label.removeprefix(_UNTYPED).rstrip("\\")) for label in was}
    return was != now and now <= mended and mended - now <= _MEANS_NOTHING


def label_texts(fact: Fact) -> tuple[str, ...]:
    """The labels of a value as people read them: its X-ABLabel, else its TYPE values, in the order of the card."""
    own = [line for line in fact.lines if line.name == "X-ABLABEL"]
    if own:
        return tuple(values.text(values.unescape(values.decoded(line))) for line in own)
    return tuple(text for line in fact.lines for text in line.param("TYPE"))


def shown_labels(fact: Fact) -> tuple[str, ...]:
    """The labels of a value, sorted: the standard ones in lower case, an owner's own as it is written."""
    written = [*label_texts(fact), *(text for line in fact.lines for text in line.param("X-CUSTOM"))]
    spelled = {}
    for text in (text.strip() for label in written for text in (label, *label.split(","))):
        own = text[2:] if text[:2] in {"X-", "x-"} else text
        spelled[own.lower()] = own
    plain = (label.removeprefix(_UNTYPED) for label in sorted(fact.labels))
    return tuple(label if label in _STANDARD_TYPES else spelled.get(label, label) for label in plain)


@lru_cache(maxsize=4096)
def _pref(params: Params) -> int:
    said = next((values[0] for name, values in params if name == "PREF" and values), "")
    if said.isascii() and said.isdigit():
        return max(1, min(100, int(said[:9])))
    return int("pref" in _types(params))


def _once(facts: list[Fact]) -> list[Fact]:
    """A value that stands in several spellings of one property (X-ANNIVERSARY and X-ABDATE) is one fact.

    If it stands several times in a spelling, those with like labels are taken for one, whatever their order.
    """
    if len({(fact.name, fact.meaning) for fact in facts}) == len(facts):
        return facts
    same: dict[tuple[str, str], dict[str, list[Fact]]] = defaultdict(lambda: defaultdict(list))
    for fact in facts:
        same[fact.name, fact.meaning][fact.lines[0].name].append(fact)
    kept: list[Fact] = []
    for fact in facts:
        spellings = same.pop((fact.name, fact.meaning), {})
        if len(spellings) == 1:
            kept.extend(spellings[fact.lines[0].name])
        elif spellings:
            ordered = (sorted(facts, key=lambda f: sorted(f.labels)) for facts in spellings.values())
            kept.extend(_merged([f for f in twins if f]) for twins in zip_longest(*ordered))
    return kept


def _merged(facts: Sequence[Fact]) -> Fact:
    """One fact of several spellings of it."""
    return replace(
        facts[0],
        lines=tuple(line for fact in facts for line in fact.lines),
        labels=frozenset().union(*(fact.labels for fact in facts)),
        pref=min((fact.pref for fact in facts if fact.pref), default=0),
    )


def _ranked(facts: list[Fact]) -> list[Fact]:
    """PREF as a rank among the values of one property: a second place among two says no more than the first does."""
    by_name: dict[str, set[int]] = defaultdict(set)
    count: dict[str, int] = defaultdict(int)
    for fact in facts:
        count[fact.name] += 1
        if fact.pref:
            by_name[fact.name].add(fact.pref)
    if not by_name:
        return facts
    ranks: dict[str, dict[int, int]] = {}
    for name, prefs in by_name.items():
        ordered = sorted(prefs)
        rest = ordered[1:] if len(ordered) > 2 or count[name] > len(ordered) else []
        ranks[name] = {ordered[0]: 1} | {pref: place for place, pref in enumerate(rest, start=2)}
    return [replace(fact, pref=ranks[fact.name].get(fact.pref, 0)) if fact.pref else fact for fact in facts]
