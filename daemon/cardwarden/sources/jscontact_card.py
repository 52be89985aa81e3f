"""A card of JSContact (RFC 9553) as a vCard 4.0, by the rules of RFC 9555.

Nothing of a contact is lost, or it would be unguarded: what has no vCard property of its own stands in `JSPROP` (RFC 9555,
3.2.1). Left out are only what the server says of its own keeping (`id`, `addressBookIds`, `version`), and `@type`. One thing is
written otherwise than there, because it says the same in the other books of a family: the reading of a name as
`X-PHONETIC-...`, for a second `N` is no second name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from cardwarden.sources.card_text import card_of, escaped
from cardwarden.sources.json_values import JsonObject, mapping, string
from cardwarden.sources.taken import Taken, json_pointer

Blob = Callable[[JsonObject], str]
"""Brings what a media entry keeps as a blob (RFC 9610, 3), as a `data:` address."""

_CONTEXTS: Final = {"private": "home", "work": "work", "billing": "billing", "delivery": "delivery"}  # RFC 9555
_FEATURES: Final = {"mobile": "cell"} | {
    feature: feature for feature in ("voice", "text", "video", "main-number", "textphone", "fax", "pager")
}  # RFC 9555
_LEVELS: Final = {"low": "beginner", "medium": "average", "high": "expert"}  # RFC 9555: of expertise only
_NAME: Final[Sequence[tuple[str, ...]]] = (
    ("surname", "surname2"), ("given",), ("given2",), ("title",), ("credential", "generation"), ("surname2",), ("generation",)
)  # fmt: skip
"""RFC 9554, 2.2: who knows five components finds all in these; the two behind them say which is which."""
_READINGS: Final = (
    ("surname", "X-PHONETIC-LAST-NAME"),
    ("given", "X-PHONETIC-FIRST-NAME"),
    ("given2", "X-PHONETIC-MIDDLE-NAME"),
)
_STREET: Final = ("number", "name", "block", "direction", "building")
_INSIDE: Final = ("apartment", "floor", "room")
_ADDRESS: Final = ("locality", "region", "postcode", "country")
_ADDRESS_MORE: Final = (
    "room", "apartment", "floor", "number", "name", "building", "block", "subdistrict", "district", "landmark", "direction"
)  # fmt: skip
"""RFC 9554, 2.1: the components after the seven of RFC 6350."""
_OF_SEVEN: Final = frozenset({"postOfficeBox", "apartment", "name", *_ADDRESS})
_DAYS: Final = {"birth": ("BDAY", "BIRTHPLACE"), "death": ("DEATHDATE", "DEATHPLACE"), "wedding": ("ANNIVERSARY", "")}
_RESOURCES: Final = {
    "calendars": {"calendar": "CALURI", "freeBusy": "FBURL"},
    "cryptoKeys": {"": "KEY"},
    "directories": {"directory": "ORG-DIRECTORY", "entry": "SOURCE"},
    "links": {"": "URL", "contact": "CONTACT-URI"},
    "media": {"photo": "PHOTO", "logo": "LOGO", "sound": "SOUND"},
    "schedulingAddresses": {"": "CALADRURI"},
}
_PLAIN: Final = (
    ("kind", "KIND"),
    ("prodId", "PRODID"),
    ("created", "CREATED"),
    ("updated", "REV"),
    ("language", "LANGUAGE"),
)
_OF_THE_SERVER: Final = ("version", "id", "addressBookIds")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S")
_TOKEN: Final = re.compile(r"[A-Za-z0-9-]+")
_UTC: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")

LineParams = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """A content line: `value` is escaped, parameters are not.

    label   one of the user's own
    place   where it stood in the card
    group   what other lines it belongs to, by the place of one of them, or as a name that it had in a vCard ("=item2")
    """

    name: str
    value: str
    params: LineParams = ()
    label: str = ""
    place: str = ""
    group: str = ""


_Named = tuple[str, str, LineParams]
"""A property, its value (escaped), and the parameters that only that property has."""


def vcard(card: JsonObject, blob: Blob) -> bytes:
    """The card as UTF-8, its lines in a fixed order, so that the same contact is the same bytes."""
    blob = _once(blob)
    lines = _lines(card, blob)
    lines += _localized(card, lines, blob)
    return card_of(string(card, "uid") or string(card, "id"), _written(lines), version="4.0")


def _once(blob: Blob) -> Blob:
    """The same, that brings each but once: other languages show it again."""
    brought: dict[str, str] = {}

    def bring(media: JsonObject) -> str:
        key = f"{media.get('mediaType')}\n{media['blobId']}"
        if key not in brought:
            brought[key] = blob(media)
        return brought[key]

    return bring


def _written(lines: Sequence[_Line]) -> Iterator[str]:
    """The lines as text, unfolded. What belongs together, or has a label, gets a group: its own, else an "itemN" that is free."""
    given = {line.group[1:] for line in lines if line.group.startswith("=")}
    free = (name for number in range(1, len(lines) + len(given) + 1) if (name := f"item{number}") not in given)
    groups: dict[str, str] = {}
    for line in lines:
        params = "".join(f";{name}={_quoted(value)}" for name, value in line.params)
        if line.group.startswith("="):
            group = f"{line.group[1:]}."
        elif line.group:
            if line.group not in groups:
                groups[line.group] = next(free)
            group = f"{groups[line.group]}."
        else:
            group = f"{next(free)}." if line.label else ""
        yield f"{group}{line.name}{params}:{line.value}"
        if line.label:
            yield f"{group}X-ABLabel:{escaped(line.label)}"


def _quoted(value: str) -> str:
    """A parameter's value (RFC 6350, 3.3, and RFC 6868)."""
    value = value.replace("^", "^^").replace('"', "^'").replace("\r\n", "^n").replace("\n", "^n").replace("\r", "^n")
    value = "".join(character for character in value if character >= " " or character == "\t")
    return f'"{value}"' if any(character in value for character in ",;:") else value


def _lines(said: JsonObject, blob: Blob) -> list[_Line]:
    """What the card says in its own language, line by line; what no line says, as it is."""
    card = Taken(said)
    card.take(*_OF_THE_SERVER, "localizations")
    card.text("uid")  # the card has it already
    lines = [*_properties(card, blob)]
    return [*lines, *(_unknown(place, value) for place, value in card.rest())]


def _properties(card: Taken, blob: Blob) -> Iterator[_Line]:
    """What properties there are for, line by line, in a fixed order; what they say is taken."""
    for key, prop in _PLAIN:
        if text := card.text(key):
            yield _Line(prop, escaped(_time(text) if prop in {"CREATED", "REV"} else text), place=key)
    yield from _name(card.object("name"))
    yield from _entries(card, "nicknames", lambda taken: [("NICKNAME", escaped(taken.text("name")), ())])
    grouped = _of_organizations(card)
    yield from _entries(card, "organizations", _organization, grouped)
    yield from _entries(card, "titles", _title, grouped)
    yield from _spoken_to(card.object("speakToAs"))
    yield from _entries(card, "phones", _phone)
    yield from _entries(card, "emails", lambda taken: [("EMAIL", escaped(taken.text("address")), ())])
    yield from _entries(card, "addresses", _postal_address)
    yield from _entries(card, "onlineServices", _service)
    yield from _entries(card, "preferredLanguages", lambda taken: [("LANG", escaped(taken.text("language")), ())])
    for key, kinds in _RESOURCES.items():
        yield from _entries(card, key, partial(_resource, kinds=kinds, blob=blob))
    yield from _days(card)
    yield from _entries(card, "notes", _note)
    yield from _entries(card, "personalInfo", _personal)
    if words := card.flags("keywords"):
        yield _Line("CATEGORIES", ",".join(map(escaped, words)), place="keywords")
    for member in card.flags("members"):
        yield _Line("MEMBER", _uri(member), place=f"members/{member}")
    for other, related in card.entries("relatedTo"):
        params = (("VALUE", "text"),) if not _SCHEME.match(other) else ()
        relations = tuple(("TYPE", kind) for kind in related.flags("relation"))
        yield _Line("RELATED", _uri_or_text(other), (*params, *relations), place=related.place)
    yield from _vcard_properties(card)


def _entries(
    card: Taken, key: str, named: Callable[[Taken], Sequence[_Named]], grouped: Mapping[str, str] | None = None
) -> Iterator[_Line]:
    """The lines of a map of entries; what of one no line says is left in the card.

    `named` takes what it can of an entry and gives its lines' properties, none if there is none for it. `grouped` are the
    groups of entries, by their places.
    """
    for name, entry in card.entries(key):
        lines = [(prop, value, params) for prop, value, params in named(entry) if value.strip(";")]
        if not lines:
            entry.leave()
            continue
        group = (grouped or {}).get(entry.place, "")
        label = entry.text("label")
        for prop, value, own in lines:
            params = (*_common(prop, entry), *own, ("PROP-ID", name))
            yield _Line(prop, value, tuple(pair for pair in params if pair[1]), label, entry.place, group)


def _common(prop: str, taken: Taken) -> Iterator[tuple[str, str]]:
    """What entries of every kind say besides their value."""
    yield from (("TYPE", _CONTEXTS[kind]) for kind in taken.flags("contexts", _CONTEXTS))
    if prop == "TEL":
        yield from (("TYPE", _FEATURES[kind]) for kind in taken.flags("features", _FEATURES))
    if (preference := taken.number("pref")) is not None:
        yield "PREF", str(preference)
    if prop in {"EXPERTISE", "HOBBY", "INTEREST", "ORG-DIRECTORY"} and (place := taken.number("listAs")) is not None:
        yield "INDEX", str(place)
    kept = taken.object("vCardParams")
    for name, value in sorted(kept.value.items(), key=lambda item: str(item[0])):
        values = value if isinstance(value, list) else [value]
        if _TOKEN.fullmatch(str(name)) and all(isinstance(each, str | int) for each in values):
            kept.take(name)
            yield from ((str(name).upper(), _plain(each)) for each in values)


def _plain(value: object) -> str:
    """A value of jCard as text (RFC 7095)."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _name(name: Taken) -> Iterator[_Line]:
    """`FN` always (RFC 6350, 6.2.1); `N` if the name has components (RFC 9555)."""
    components = _Components.of(name)
    said = name.text("full")
    full = said or components.joined
    yield _Line("FN", escaped(full), () if said else (("DERIVED", "true"),), place="name")
    if components.has_parts:
        parts = [",".join(escaped(text) for text in components.values(*kinds)) for kinds in _NAME]
        if not any(parts[5:]):
            parts = parts[:5]
        if any(parts):
            params = (*_sorted_as(name), *components.order(_NAME))
            yield _Line("N", ";".join(parts), params, place="name/components")
    for kind, prop in _READINGS:
        readings = [part.text("phonetic") for part in components.parts if part.value.get("kind") == kind]
        if any(readings):
            yield _Line(prop, escaped(" ".join(filter(None, readings))), place=f"name/{kind}")


def _sorted_as(name: Taken) -> Iterator[tuple[str, str]]:
    """SORT-AS of a name: its surname, and the given name behind it."""
    there = name.object("sortAs")
    if "," in (surname := string(there.value, "surname")) or not surname:
        return
    there.take("surname")
    yield "SORT-AS", ",".join(filter(None, (surname, there.text("given"))))


@dataclass(frozen=True, slots=True)
class _Components:
    """The components of a name or an address (RFC 9553, 1.5.2), those that no list of RFC 9555 knows left where they stand."""

    of_what: Taken
    whole: tuple[Taken, ...]

    @staticmethod
    def of(taken: Taken) -> _Components:
        parts = taken.objects("components")
        return _Components(
            taken, tuple(part for part in parts if string(part.value, "value") and string(part.value, "kind"))
        )

    @property
    def is_ordered(self) -> bool:
        return bool(self.parts) and self.of_what.value.get("isOrdered") is True

    @property
    def separator(self) -> str | None:
        """What stands between them usually, if they are in order and it is told."""
        separator = self.of_what.value.get("defaultSeparator")
        return separator if self.is_ordered and isinstance(separator, str) else None

    @property
    def parts(self) -> list[Taken]:
        return [part for part in self.whole if part.value["kind"] != "separator"]

    @property
    def has_parts(self) -> bool:
        return bool(self.parts)

    def values(self, *kinds: str) -> list[str]:
        """The values of these kinds, kind by kind; they are taken."""
        parts = [part for kind in kinds for part in self.whole if part.value["kind"] == kind]
        for part in parts:
            part.take("kind")
        return [part.text("value") for part in parts]

    @property
    def joined(self) -> str:
        """A whole of the parts: with their separators, else with the default one, else with a space."""
        usual = " " if self.separator is None else self.separator
        text, was_part = "", False
        for part in self.whole:
            is_part = part.value["kind"] != "separator"
            text += (usual if is_part and was_part else "") + string(part.value, "value")
            was_part = is_part
        return text

    def order(self, fields: Sequence[Sequence[str]]) -> Iterator[tuple[str, str]]:
        """JSCOMPS (RFC 9555, 3.3.1): in which order the components of a line are meant, and what stands between them.

        `fields` are the kinds that each component of the line holds; that of the last one that does counts.
        """
        places = {kind: place for place, kinds in enumerate(fields) for kind in kinds}
        if not self.is_ordered or not places.keys() >= {part.value["kind"] for part in self.parts}:
            return
        entries = [f"s,{_escaped_separator(self.separator)}" if self.separator is not None else ""]
        counts: dict[str, int] = {}
        for part in self.whole:
            kind = part.value["kind"]
            if kind == "separator":
                part.take("kind")
                entries.append(f"s,{_escaped_separator(part.text('value'))}")
            else:
                index = counts[kind] = counts.get(kind, -1) + 1
                entries.append(f"{places[kind]},{index}" if index else str(places[kind]))
        self.of_what.truth("isOrdered")
        self.of_what.text("defaultSeparator")
        yield "JSCOMPS", ";".join(entries)


def _escaped_separator(text: str) -> str:
    """What stands between two components, as JSCOMPS holds it."""
    return text.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")


def _of_organizations(card: Taken) -> dict[str, str]:
    """Which entries stand in one group, because a title is of an organization (RFC 9555); labels would be of both."""
    groups: dict[str, str] = {}
    there = mapping(card.value, "organizations")
    for _, title in card.entries("titles"):
        name = string(title.value, "organizationId")
        organization = there.get(name)
        if not isinstance(organization, dict) or not string(organization, "name"):
            continue
        if string(organization, "label") or string(title.value, "label"):
            continue
        place = json_pointer("organizations", name)
        title.take("organizationId")
        groups |= {place: place, title.place: place}
    return groups


def _organization(taken: Taken) -> list[_Named]:
    """An organization and its units, and what they are sorted by; left where it stands if it holds a comma, which parts it."""
    units = taken.objects("units")
    names = [taken.text("name"), *(unit.text("name") for unit in units)]
    order = [string(taken.value, "sortAs"), *(string(unit.value, "sortAs") for unit in units)]
    own: LineParams = ()
    if any(order) and not any("," in part for part in order):
        for part in (taken, *units):
            if string(part.value, "sortAs"):
                part.take("sortAs")
        own = (("SORT-AS", ",".join(order).rstrip(",")),)
    return [("ORG", ";".join(map(escaped, names)), own)]


def _title(taken: Taken) -> list[_Named]:
    kind = string(taken.value, "kind")
    if kind in {"title", "role"}:
        taken.take("kind")
    return [("ROLE" if kind == "role" else "TITLE", escaped(taken.text("name")), ())]


def _phone(taken: Taken) -> list[_Named]:
    number = taken.text("number")
    return [("TEL", _uri_or_text(number), (("VALUE", "uri" if _SCHEME.match(number) else ""),))]


def _spoken_to(said: Taken) -> Iterator[_Line]:
    if gender := said.text("grammaticalGender"):
        yield _Line("GRAMGENDER", escaped(gender), place="speakToAs")
    yield from _entries(said, "pronouns", lambda taken: [("PRONOUNS", escaped(taken.text("pronouns")), ())])


def _postal_address(taken: Taken) -> list[_Named]:
    """An address: seven components, and the others of RFC 9554 if it has any that these have no place for."""
    components = _Components.of(taken)

    def of(*kinds: str) -> str:
        texts = [escaped(text) for text in components.values(*kinds)]
        return (" " if len(kinds) > 1 else ",").join(texts)

    fields: list[tuple[str, ...]] = [("postOfficeBox",), _INSIDE, _STREET, *((kind,) for kind in _ADDRESS)]
    more: list[tuple[str, ...]] = [(kind,) for kind in _ADDRESS_MORE]
    parts = [of(*kinds) for kinds in fields]
    behind = [of(*kinds) for kinds in more]
    if components.is_ordered or {part.value["kind"] for part in components.parts} - _OF_SEVEN:
        parts += behind
    full = taken.text("full")
    own = (
        ("LABEL", full), ("CC", taken.text("countryCode")), ("GEO", taken.text("coordinates")), ("TZ", taken.text("timeZone")),
        *components.order([*fields, *more]),
    )  # fmt: skip
    return [("ADR", ";".join(parts) if any(parts) or not full else f";;{escaped(full)};;;;", own)]


def _service(taken: Taken) -> list[_Named]:
    """Where to reach somebody at a service (RFC 9555): chats are told apart by the name that they had."""
    prop = "SOCIALPROFILE"
    if string(taken.value, "vCardName").lower() == "impp":
        taken.take("vCardName")
        prop = "IMPP"
    uri, user = taken.text("uri"), taken.text("user")
    own = (
        ("SERVICE-TYPE", taken.text("service")),
        ("USERNAME", user if uri else ""),
        ("VALUE", "text" if not uri and prop == "SOCIALPROFILE" else ""),
    )
    return [(prop, _uri_or_text(uri or user), own)]


def _resource(taken: Taken, kinds: Mapping[str, str], blob: Blob) -> list[_Named]:
    """Where something is, or the thing itself; nothing if its kind is none of `kinds`, or its address would be two lines."""
    prop = kinds.get(string(taken.value, "kind"))
    if prop is None or _CONTROL.search(string(taken.value, "uri")):
        return []
    taken.text("kind")
    if uri := taken.text("uri"):
        return [(prop, _uri(uri), () if prop == "CALADRURI" else (("MEDIATYPE", taken.text("mediaType")),))]
    if taken.text("blobId"):
        taken.text("mediaType")
        return [(prop, _uri(blob(taken.value)), ())]
    return []


def _note(taken: Taken) -> list[_Named]:
    author = taken.object("author")
    own = (
        ("CREATED", _time(taken.text("created"))),
        ("AUTHOR", author.text("uri")),
        ("AUTHOR-NAME", author.text("name")),
    )
    return [("NOTE", escaped(taken.text("note")), own)]


def _personal(taken: Taken) -> list[_Named]:
    """What somebody knows or likes, and how well or how much; a level of expertise that vCard has no word for is not taken."""
    kind, level = string(taken.value, "kind"), string(taken.value, "level")
    if kind not in {"expertise", "hobby", "interest"}:
        return []
    taken.take("kind")
    if kind == "expertise":
        level = _LEVELS.get(level, "")
    if level:
        taken.take("level")
    return [(kind.upper(), escaped(taken.text("value")), (("LEVEL", level),))]


def _days(card: Taken) -> Iterator[_Line]:
    """Birthdays, days of death and weddings, and where that was."""
    for name, anniversary in card.entries("anniversaries"):
        prop, where = _DAYS.get(string(anniversary.value, "kind"), ("", ""))
        date = anniversary.object("date")
        day = _day(date)
        if not prop or not day:
            anniversary.leave()
            continue
        anniversary.take("kind")
        calendar = date.text("calendarScale")
        own = (*((("CALSCALE", calendar),) if calendar else ()), *_common(prop, anniversary), ("PROP-ID", name))
        yield _Line(prop, day, own, anniversary.text("label"), anniversary.place)
        place = anniversary.object("place")
        if where and (full := place.text("full")):
            yield _Line(where, escaped(full), (("PROP-ID", name),), place=place.place)
        elif where and (spot := place.text("coordinates")):
            yield _Line(where, _uri(spot), (("VALUE", "uri"), ("PROP-ID", name)), place=place.place)


def _time(text: str) -> str:
    """A time as RFC 6350, 4.3.5 writes it; what is none, as it is."""
    match = _UTC.fullmatch(text)
    return "{}{}{}T{}{}{}Z".format(*match.groups()) if match else text


def _day(date: Taken) -> str:
    """A partial date or a timestamp (RFC 9553) as RFC 6350, 4.3 writes it; "" if it is none."""
    if _UTC.fullmatch(string(date.value, "utc")):
        return _time(date.text("utc"))
    year, month, day = (date.number(key) or 0 for key in ("year", "month", "day"))
    if not (0 <= year <= 9999 and 0 <= month <= 99 and 0 <= day <= 99):
        return ""
    match bool(year), bool(month), bool(day):
        case True, True, True:
            return f"{year:04}{month:02}{day:02}"
        case True, True, False:
            return f"{year:04}-{month:02}"
        case True, False, False:
            return f"{year:04}"
        case False, True, True:
            return f"--{month:02}{day:02}"
        case False, True, False:
            return f"--{month:02}"
        case False, False, True:
            return f"---{day:02}"
    return ""


def _vcard_properties(card: Taken) -> Iterator[_Line]:
    """The lines of `vCardProps`; if one of them is no property of vCard, the whole list stays in the card, too."""
    kept = card.value.get("vCardProps")
    if not isinstance(kept, list):
        return
    lines = [_kept(prop, f"vCardProps/{place}") for place, prop in enumerate(kept)]
    if all(lines):
        card.take("vCardProps")
    yield from (line for line in lines if line)


def _kept(prop: object, place: str) -> _Line | None:
    """A vCard property that was kept as it was (RFC 9555: name, parameters, type, values, as in jCard)."""
    match prop:
        case [str(name), dict(params), str(kind), *values] if _TOKEN.fullmatch(name) and values:
            pass
        case _:
            return None
    group = str(params.get("group", ""))
    given = [
        (str(key).upper(), each)
        for key, value in params.items()
        if key != "group"
        for each in (value if isinstance(value, list) else [value])
    ]
    if (
        (group and not _TOKEN.fullmatch(group))
        or not all(map(_is_plain, values))
        or not all(_TOKEN.fullmatch(key) and isinstance(each, str | int) for key, each in given)
    ):
        return None
    lines = [(key, _plain(each)) for key, each in sorted(given, key=str)]
    if kind not in {"unknown", "text"}:
        lines.append(("VALUE", kind))
    write = _uri if kind in {"unknown", "uri"} else escaped
    parts = (
        ";".join(
            ",".join(write(_plain(each)) for each in (part if isinstance(part, list) else [part])) for part in value
        )
        if isinstance(value, list)
        else write(_plain(value))
        for value in values
    )
    return _Line(name.upper(), ",".join(parts), tuple(lines), place=place, group=f"={group}" if group else "")


def _is_plain(value: object, depth: int = 2) -> bool:
    """Whether it is a value of jCard: one of JSON's own kinds, or components of them, which may be lists (RFC 7095, 3.3)."""
    if isinstance(value, list):
        return depth > 0 and all(_is_plain(part, depth - 1) for part in value)
    return isinstance(value, str | int | float)


def _unknown(place: str, value: object) -> _Line:
    """What has no property: its place and itself, as JSON (RFC 9555, 3.2.1)."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return _Line("JSPROP", escaped(text), (("JSPTR", place),), place=place)


def _localized(card: JsonObject, own: Sequence[_Line], blob: Blob) -> list[_Line]:
    """What the card says otherwise in other languages (RFC 9555): the lines that a patch changes.

    A patch that leaves something out, or changes what is no line's value, is kept as it is, too.
    """
    there = Taken(card).object("localizations")
    lines: list[_Line] = []
    before = {(line.name, line.place): line for line in own}
    for language in sorted(there.value, key=str):
        patch = there.value[language]
        shown = _patched(card, patch) if isinstance(patch, dict) else None
        if shown is not None:
            after = {(line.name, line.place): line for line in _lines(shown, blob)}
            changed = [line for key, line in after.items() if before.get(key) != line]
            spoken = [line for line in changed if line.name != "JSPROP" and _says_otherwise(line, before)]
            for line in spoken:
                params = (*line.params, ("LANGUAGE", str(language)), ("ALTID", line.place))
                lines.append(replace(line, params=params))
            if spoken and len(spoken) == len(changed) and before.keys() <= after.keys():
                continue
        lines.append(_unknown(json_pointer(there.place, language), patch))
    if not there.value and card.get("localizations"):
        lines.append(_unknown("localizations", card["localizations"]))
    return lines


def _says_otherwise(line: _Line, before: Mapping[tuple[str, str], _Line]) -> bool:
    """Whether its value is another one than the card's own line has there, or there is none."""
    was = before.get((line.name, line.place))
    return was is None or was.value != line.value


def _patched(card: JsonObject, patch: JsonObject) -> JsonObject | None:
    """The card with each path of a patch (RFC 9553, 1.4.3) set, or removed if it is null; None if a path leads nowhere."""
    shown: dict[str, Any] = json.loads(json.dumps(dict(card)))
    for path, value in sorted(patch.items(), key=lambda item: str(item[0])):
        *steps, last = [step.replace("~1", "/").replace("~0", "~") for step in str(path).split("/")]
        here: Any = shown
        for step in steps:
            here = here.get(step) if isinstance(here, dict) else None
        if not isinstance(here, dict) or (value is None and last not in here):
            return None
        if value is None:
            del here[last]
        else:
            here[last] = value
    return shown


def _uri_or_text(text: str) -> str:
    return _uri(text) if _SCHEME.match(text) else escaped(text)


def _uri(text: str) -> str:
    """A URI as a line holds it: as it is, but never more than one line."""
    return _CONTROL.sub("", text)
