"""A vCard as a server that speaks JMAP keeps it: JSContact, by the rules of RFC 9555, section 2, the other way round.

It reads the lines by itself, so that a fault of ours in reading or writing one cannot hide itself.
"""

from __future__ import annotations

import re
from typing import Any

_FEATURES = {"cell": "mobile", "voice": "voice", "fax": "fax", "pager": "pager", "text": "text", "video": "video"}
_PARTS = ("postOfficeBox", "apartment", "name", "locality", "region", "postcode", "country")
_NAMES = ("surname", "given", "given2", "title", "credential")


def jscontact(card: bytes) -> dict[str, Any]:
    """The one card."""
    text = card.decode("utf-8-sig").replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "")
    said: dict[str, Any] = {"@type": "Card", "version": "1.0"}
    labels: dict[str, str] = {}
    groups: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(text.split("\n")):
        head, _, value = _split(line)
        group, _, name = head[0].rpartition(".")
        params: dict[str, list[str]] = {}
        for param in head[1:]:
            key, _, values = param.partition("=")
            params.setdefault(key.upper(), []).extend(re.split(',(?=(?:[^"]*"[^"]*")*[^"]*$)', values.strip('"')))
        if name.upper() == "X-ABLABEL":
            labels[group] = _plain(value)
        elif entry := _line(said, f"e{number}", name.upper(), params, value):
            groups[group] = entry
    for group, label in labels.items():
        if group in groups:
            groups[group]["label"] = label
    return said


def _line(said: dict[str, Any], key: str, name: str, params: dict[str, list[str]], value: str) -> dict[str, Any] | None:
    """One line's place; gives the entry that a label may belong to."""
    types = [kind.lower() for kind in params.get("TYPE", []) for kind in kind.split(",")]
    entry: dict[str, Any] = {}
    if contexts := {{"home": "private"}.get(kind, kind): True for kind in types if kind in {"home", "work"}}:
        entry["contexts"] = contexts
    if params.get("PREF") or "pref" in types:
        entry["pref"] = int(params.get("PREF", ["1"])[0])
    match name:
        case "BEGIN" | "END" | "VERSION" | "REV":
            return None
        case "UID":
            said["uid"] = _plain(value)
        case "FN":
            said.setdefault("name", {})["full"] = _plain(value)
        case "N":
            fields = _fields(value, ";")
            said.setdefault("name", {})["components"] = [
                {"kind": kind, "value": _plain(part)}
                for kind, parts in zip(_NAMES, fields, strict=False)
                for part in _fields(parts, ",") if part
            ]  # fmt: skip
        case "TEL":
            entry |= {"number": value if params.get("VALUE") == ["uri"] else _plain(value)}
            if features := {_FEATURES[kind]: True for kind in types if kind in _FEATURES}:
                entry["features"] = features
            said.setdefault("phones", {})[key] = entry
        case "EMAIL":
            said.setdefault("emails", {})[key] = entry | {"address": _plain(value)}
        case "ADR":
            parts = [
                {"kind": kind, "value": _plain(part)}
                for kind, part in zip(_PARTS, _fields(value, ";"), strict=False)
                if part
            ]
            said.setdefault("addresses", {})[key] = entry | {"components": parts}
        case "NOTE":
            said.setdefault("notes", {})[key] = entry | {"note": _plain(value)}
        case "NICKNAME":
            said.setdefault("nicknames", {})[key] = entry | {"name": _plain(value)}
        case "TITLE" | "ROLE":
            said.setdefault("titles", {})[key] = entry | {"kind": name.lower(), "name": _plain(value)}
        case "ORG":
            first, *units = map(_plain, _fields(value, ";"))
            said.setdefault("organizations", {})[key] = entry | {
                "name": first,
                "units": [{"name": unit} for unit in units],
            }
        case "CATEGORIES":
            said.setdefault("keywords", {}).update({_plain(word): True for word in _fields(value, ",")})
        case "BDAY" | "ANNIVERSARY" | "X-ANNIVERSARY":
            kind = "birth" if name == "BDAY" else "wedding"
            said.setdefault("anniversaries", {})[key] = {"kind": kind, "date": _date(value)}
        case "URL":
            said.setdefault("links", {})[key] = entry | {"uri": value}
        case "PHOTO":
            packed = f"data:image/jpeg;base64,{value}"
            said.setdefault("media", {})[key] = {"kind": "photo", "uri": packed if "ENCODING" in params else value}
        case "KIND" | "X-ADDRESSBOOKSERVER-KIND":
            said["kind"] = value
        case _ if name:
            lowered = {param.lower(): values if len(values) > 1 else values[0] for param, values in params.items()}
            said.setdefault("vCardProps", []).append([name.lower(), lowered, "unknown", value])
    return entry


def _split(line: str) -> tuple[list[str], str, str]:
    """The head, in its parts, and the value of a line: the first colon outside of quotes divides them."""
    quoted, parts, start = False, [], 0
    for place, character in enumerate(line):
        if character == '"':
            quoted = not quoted
        elif character in ";:" and not quoted:
            parts.append(line[start:place])
            start = place + 1
            if character == ":":
                return parts, ":", line[start:]
    return [""], "", ""


def _fields(value: str, separator: str) -> list[str]:
    return re.findall(rf"(?:^|{separator})((?:\\.|[^\\{separator}])*)", value)


def _plain(value: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value, flags=re.DOTALL)


def _date(value: str) -> dict[str, Any]:
    year, month, day = re.match(r"(\d{4}|--)-?(\d\d)-?(\d\d)", value).groups()  # type: ignore[union-attr]
    return {"month": int(month), "day": int(day)} | ({"year": int(year)} if year != "--" else {})
