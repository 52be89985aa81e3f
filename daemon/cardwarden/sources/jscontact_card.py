"""A card of JSContact (RFC 9553) as a vCard 4.0, by the rules of RFC 9555.

What has no vCard property of its own stands in `JSPROP` (RFC 9555, 3.2.1), so that nothing of a contact is unguarded. Three
things are written otherwise than there, because they say the same in the other books of a family: the reading of a name as
`X-PHONETIC-...`, for a second `N` is no second name; no ids of entries (`PROP-ID`), and no `JSCOMPS`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from cardwarden.sources.card_text import card_of, escaped
from cardwarden.sources.json_values import Value, mapping, mappings, string

Blob = Callable[[Value], str]
"""Brings what a media entry keeps as a blob (RFC 9610, 3), as a `data:` address."""

_CONTEXTS: Final = {"private": "home"}  # RFC 9555
_FEATURES: Final = {"mobile": "cell"}  # RFC 9555; the others are called the same
_LEVELS: Final = {"low": "beginner", "medium": "average", "high": "expert"}  # RFC 9555: of expertise only
_NAME: Final = (("surname", "surname2"), ("given",), ("given2",), ("title",), ("credential", "generation"))
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
_ELSEWHERE: Final = frozenset(  # what stands in no line of the card, or in its own place
    ("@type", "version", "id", "addressBookIds", "uid", "vCardProps", "localizations", "name", "nicknames", "organizations",
     "titles", "speakToAs", "emails", "phones", "onlineServices", "preferredLanguages", "addresses", "anniversaries",
     "personalInfo", "notes", "keywords", "members", "relatedTo", *_RESOURCES, *(key for key, _ in _PLAIN))
)  # fmt: skip
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S")
_TOKEN: Final = re.compile(r"[A-Za-z0-9-]+")


@dataclass(frozen=True, slots=True)
class _Line:
    """A content line: `value` is escaped, parameters are not; `label` is one of the user's own; `place` is where it stood."""

    name: str
    value: str
    params: tuple[tuple[str, str], ...] = ()
    label: str = ""
    place: str = ""


def vcard(card: Value, blob: Blob) -> bytes:
    """The card as UTF-8, its lines in a fixed order, so that the same contact is the same bytes."""
    lines = [*_lines(card, blob), *_localized(card, blob)]
    return card_of(string(card, "uid") or string(card, "id"), _written(lines), version="4.0")


def _written(lines: Sequence[_Line]) -> Iterator[str]:
    groups = 0
    for line in lines:
        params = "".join(f";{name}={_quoted(value)}" for name, value in line.params if _TOKEN.fullmatch(name))
        group = ""
        if line.label:
            groups += 1
            group = f"item{groups}."
        yield f"{group}{line.name}{params}:{line.value}"
        if line.label:
            yield f"{group}X-ABLabel:{escaped(line.label)}"


def _quoted(value: str) -> str:
    """A parameter's value (RFC 6350, 3.3, and RFC 6868)."""
    value = value.replace("^", "^^").replace('"', "^'").replace("\r\n", "^n").replace("\n", "^n").replace("\r", "^n")
    value = "".join(character for character in value if character >= " " or character == "\t")
    return f'"{value}"' if any(character in value for character in ",;:") else value


def _lines(card: Value, blob: Blob) -> Iterator[_Line]:
    """What the card says in its own language, line by line."""
    yield from (_Line(prop, escaped(text)) for key, prop in _PLAIN if (text := string(card, key)))
    yield from _name(card)
    yield from _entries(card, "nicknames", lambda one: [("NICKNAME", escaped(string(one, "name")))])
    yield from _entries(card, "organizations", _organization)
    yield from _entries(
        card, "titles", lambda one: [("ROLE" if one.get("kind") == "role" else "TITLE", escaped(string(one, "name")))]
    )
    yield from _spoken_to(mapping(card, "speakToAs"))
    yield from _entries(card, "phones", lambda one: [("TEL", _address(string(one, "number")))])
    yield from _entries(card, "emails", lambda one: [("EMAIL", escaped(string(one, "address")))])
    yield from _entries(card, "addresses", lambda one: [("ADR", _components(one))])
    yield from _entries(card, "onlineServices", _service)
    yield from _entries(card, "preferredLanguages", lambda one: [("LANG", escaped(string(one, "language")))])
    for key, kinds in _RESOURCES.items():
        yield from _entries(card, key, partial(_resource, kinds=kinds, blob=blob))
    yield from _days(card)
    yield from _entries(card, "notes", lambda one: [("NOTE", escaped(string(one, "note")))])
    yield from _entries(card, "personalInfo", _personal)
    if words := sorted(word for word, is_one in mapping(card, "keywords").items() if is_one):
        yield _Line("CATEGORIES", ",".join(map(escaped, words)), place="keywords")
    for member, is_one in sorted(mapping(card, "members").items()):
        if is_one:
            yield _Line("MEMBER", _uri(member), place=f"members/{member}")
    for other, relation in sorted(mapping(card, "relatedTo").items()):
        relations = sorted(mapping(relation, "relation")) if isinstance(relation, Mapping) else []
        params = (("VALUE", "text"),) if not _SCHEME.match(other) else ()
        yield _Line(
            "RELATED", _address(other), (*params, *(("TYPE", kind) for kind in relations)), place=f"relatedTo/{other}"
        )
    kept = card.get("vCardProps")
    for prop in kept if isinstance(kept, list) else ():
        if (line := _kept(prop)) is not None:
            yield line
    for key in sorted(set(card) - _ELSEWHERE):
        yield _unknown(key, card[key])


def _entries(card: Value, key: str, named: Callable[[Value], Sequence[tuple[str, str]]]) -> Iterator[_Line]:
    """The lines of a map of entries; those without a property of their own are kept as they are."""
    for name, entry in sorted(mapping(card, key).items(), key=lambda item: str(item[0])):
        if not isinstance(entry, Mapping):
            continue
        lines = named(entry)
        for prop, value in lines:
            if value.strip(";"):
                yield _Line(prop, value, tuple(_params(prop, entry)), string(entry, "label"), f"{key}/{name}")
        if not lines:
            yield _unknown(f"{key}/{name}", entry)


def _params(prop: str, one: Value) -> Iterator[tuple[str, str]]:
    """What the entry says besides its value."""
    kinds = [_CONTEXTS.get(kind, kind) for kind, is_one in sorted(mapping(one, "contexts").items()) if is_one]
    if prop == "TEL":
        kinds += [_FEATURES.get(kind, kind) for kind, is_one in sorted(mapping(one, "features").items()) if is_one]
    yield from (("TYPE", kind) for kind in kinds)
    if isinstance(one.get("pref"), int):
        yield "PREF", str(one["pref"])
    more = {
        "TEL": (("VALUE", "uri" if _SCHEME.match(string(one, "number")) else ""),),
        "ADR": (("LABEL", string(one, "full")), ("CC", string(one, "countryCode")), ("GEO", string(one, "coordinates")),
                ("TZ", string(one, "timeZone"))),
        "NOTE": (("CREATED", string(one, "created")), ("AUTHOR", string(mapping(one, "author"), "uri")),
                 ("AUTHOR-NAME", string(mapping(one, "author"), "name"))),
        "ORG": (("SORT-AS", string(one, "sortAs")),),
        "IMPP": (("SERVICE-TYPE", string(one, "service")), ("USERNAME", string(one, "user") if one.get("uri") else "")),
    }  # fmt: skip
    more["SOCIALPROFILE"] = (*more["IMPP"], ("VALUE", "" if one.get("uri") else "text"))
    for level in ("EXPERTISE", "HOBBY", "INTEREST"):
        said = string(one, "level")
        more[level] = (("LEVEL", _LEVELS.get(said, said) if level == "EXPERTISE" else said),)
    yield from ((name, value) for name, value in more.get(prop, ()) if value)
    if prop in {"CALURI", "FBURL", "KEY", "URL"} and string(one, "mediaType"):
        yield "MEDIATYPE", string(one, "mediaType")
    for name, value in sorted(mapping(one, "vCardParams").items()):
        yield from ((str(name).upper(), str(each)) for each in (value if isinstance(value, list) else [value]))


def _name(card: Value) -> Iterator[_Line]:
    """`FN` always (RFC 6350, 6.2.1); `N` if the name has components (RFC 9555)."""
    name = mapping(card, "name")
    components = [component for component in mappings(name, "components") if string(component, "value")]
    full = string(name, "full") or _joined(name, components)
    yield _Line("FN", escaped(full), () if string(name, "full") else (("DERIVED", "true"),), place="name")
    sort_as = mapping(name, "sortAs")
    if any(component.get("kind") != "separator" for component in components):
        said = ((str(sort_as.get("surname", "")), str(sort_as.get("given", ""))),) if sort_as else ()
        params = tuple(("SORT-AS", ",".join(part for part in parts if part)) for parts in said if any(parts))
        parts = (",".join(escaped(text) for kind in kinds for text in _of_kind(components, kind)) for kinds in _NAME)
        yield _Line("N", ";".join(parts), params, place="name/components")
    for kind, prop in _READINGS:
        readings = [
            string(component, "phonetic")
            for component in components
            if component.get("kind") == kind and string(component, "phonetic")
        ]
        if readings:
            yield _Line(prop, escaped(" ".join(readings)), place=f"name/{kind}")


def _joined(name: Value, components: Sequence[Value]) -> str:
    """A full name of components: with their separators, else with the default one, else with a space (RFC 9553)."""
    usual = str(name.get("defaultSeparator", " "))
    text, was_part = "", False
    for component in components:
        is_part = component.get("kind") != "separator"
        text += (usual if is_part and was_part else "") + string(component, "value")
        was_part = is_part
    return text


def _organization(one: Value) -> list[tuple[str, str]]:
    parts = [string(one, "name"), *(string(unit, "name") for unit in mappings(one, "units"))]
    return [("ORG", ";".join(map(escaped, parts)))]


def _spoken_to(said: Value) -> Iterator[_Line]:
    if gender := string(said, "grammaticalGender"):
        yield _Line("GRAMGENDER", escaped(gender), place="speakToAs")
    yield from _entries(said, "pronouns", lambda one: [("PRONOUNS", escaped(string(one, "pronouns")))])


def _components(address: Value) -> str:
    """An address: seven components, and the others of RFC 9554 if it has any that these have no place for."""
    components = mappings(address, "components")

    def of(*kinds: str) -> str:
        separator = " " if len(kinds) > 1 else ""
        texts = [escaped(string(component, "value")) for component in components if component.get("kind") in kinds]
        return separator.join(texts) if separator else ",".join(texts)

    parts = [of("postOfficeBox"), of(*_INSIDE), of(*_STREET), *map(of, _ADDRESS)]
    more = [of(kind) for kind in _ADDRESS_MORE]
    if {str(component.get("kind")) for component in components} - {
        "postOfficeBox",
        "apartment",
        "name",
        "separator",
        *_ADDRESS,
    }:
        parts += more
    return ";".join(parts) if any(parts) or not address.get("full") else f";;{escaped(string(address, 'full'))};;;;"


def _service(one: Value) -> list[tuple[str, str]]:
    """Where to reach somebody at a service (RFC 9555): chats are told apart by the name that they had."""
    prop = "IMPP" if str(one.get("vCardName", "")).upper() == "IMPP" else "SOCIALPROFILE"
    return [(prop, _address(string(one, "uri") or string(one, "user")))]


def _resource(one: Value, kinds: Mapping[str, str], blob: Blob) -> list[tuple[str, str]]:
    prop = kinds.get(string(one, "kind"))
    uri = string(one, "uri") or (blob(one) if string(one, "blobId") else "")
    return [(prop, _uri(uri))] if prop else []


def _days(card: Value) -> Iterator[_Line]:
    for name, anniversary in sorted(mapping(card, "anniversaries").items(), key=lambda item: str(item[0])):
        if not isinstance(anniversary, Mapping):
            continue
        place = f"anniversaries/{name}"
        prop, where = _DAYS.get(string(anniversary, "kind"), ("", ""))
        date = mapping(anniversary, "date")
        day = _day(date)
        if not prop or not day:
            yield _unknown(place, anniversary)
            continue
        calendar = string(date, "calendarScale")
        yield _Line(prop, day, (("CALSCALE", calendar),) if calendar else (), place=place)
        if where and (full := string(mapping(anniversary, "place"), "full")):
            yield _Line(where, escaped(full), place=f"{place}/place")
        elif where and (spot := string(mapping(anniversary, "place"), "coordinates")):
            yield _Line(where, _uri(spot), (("VALUE", "uri"),), place=f"{place}/place")


def _day(date: Value) -> str:
    """A partial date or a timestamp (RFC 9553) as RFC 6350, 4.3 writes it; "" if it is none."""
    if at := string(date, "utc"):
        return re.sub(r"[-:]|\.\d+", "", at)
    year, month, day = (date.get(key) if isinstance(date.get(key), int) else 0 for key in ("year", "month", "day"))
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


def _personal(one: Value) -> list[tuple[str, str]]:
    kind = string(one, "kind")
    return [(kind.upper(), escaped(string(one, "value")))] if kind in {"expertise", "hobby", "interest"} else []


def _kept(prop: object) -> _Line | None:
    """A vCard property that was kept as it was (RFC 9555: name, parameters, type, values, as in jCard)."""
    match prop:
        case [str(name), params, str(kind), *values] if _TOKEN.fullmatch(name) and values:
            given = params if isinstance(params, Mapping) else {}
        case _:
            return None
    lines = [
        (str(key).upper(), str(each))
        for key, value in given.items()
        for each in (value if isinstance(value, list) else [value])
    ]
    if kind not in {"unknown", "text"}:
        lines.append(("VALUE", kind))
    write = _uri if kind in {"unknown", "uri"} else escaped
    parts = (
        ";".join(",".join(write(str(each)) for each in (part if isinstance(part, list) else [part])) for part in value)
        if isinstance(value, list)
        else write(str(value))
        for value in values
    )
    return _Line(name.upper(), ",".join(parts), tuple(pair for pair in lines if pair[0] != "GROUP"))


def _unknown(place: str, value: object) -> _Line:
    """What has no property: its place and itself, as JSON (RFC 9555, 3.2.1)."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return _Line("JSPROP", escaped(text), (("JSPTR", place),))


def _localized(card: Value, blob: Blob) -> Iterator[_Line]:
    """What the card says otherwise in other languages (RFC 9555): the lines that a patch changes."""
    own = {(line.name, line.place): line for line in _lines(card, blob)}
    for language, patch in sorted(mapping(card, "localizations").items()):
        if not isinstance(patch, Mapping):
            continue
        for line in _lines(_patched(card, patch), blob):
            before = own.get((line.name, line.place))
            if line.name != "JSPROP" and (before is None or before.value != line.value):
                yield replace(
                    line, params=(*line.params, ("LANGUAGE", str(language)), ("ALTID", line.place or line.name))
                )


def _patched(card: Value, patch: Value) -> Value:
    """The card with each path of a patch (RFC 9553) set, or removed if it is null; a path that leads nowhere is left."""
    shown = json.loads(json.dumps(dict(card)))
    for path, value in patch.items():
        *steps, last = [step.replace("~1", "/").replace("~0", "~") for step in str(path).split("/")]
        here: Any = shown
        for step in steps:
            if isinstance(here, list) and step.isdecimal() and int(step) < len(here):
                here = here[int(step)]
            elif isinstance(here, dict):
                here = here.get(step)
            else:
                here = None
        if isinstance(here, dict):
            here.update({last: value}) if value is not None else here.pop(last, None)
        elif isinstance(here, list) and last.isdecimal() and int(last) < len(here):
            here[int(last)] = value
    return shown if isinstance(shown, dict) else card


def _address(text: str) -> str:
    return _uri(text) if _SCHEME.match(text) else escaped(text)


def _uri(text: str) -> str:
    """An address as a line holds it: as it is, but never more than one line."""
    return re.sub(r"[\x00-\x1f\x7f]", "", text)


def _of_kind(components: Sequence[Value], kind: str) -> list[str]:
    return [string(component, "value") for component in components if component.get("kind") == kind]
