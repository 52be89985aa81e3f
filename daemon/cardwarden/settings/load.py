"""Find the configuration, read it, and report everything that is wrong with it at once."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from cardwarden.errors import SettingsError
from cardwarden.settings.model import (
    TYPES,
    AlertsOptions,
    ChannelOptions,
    GuardedOptions,
    HealthOptions,
    LogOptions,
    Settings,
    StoreOptions,
    rule_options,
    usual_rules,
)
from cardwarden.settings.places import SYSTEM, find, state_directory
from cardwarden.sources.options import Options
from cardwarden.text import clip, plural
from cardwarden.vcard.regions import REGIONS

__all__ = ["SYSTEM", "find", "load", "parse", "state_directory"]


def load(path: Path, environ: Mapping[str, str], home: Path) -> Settings:
    """The settings in the file `path`. Raises SettingsError."""
    return parse(_read(path), path, environ, home)


def parse(
    text: str,
    path: Path,
    environ: Mapping[str, str],
    home: Path,
    *,
    known_regions: frozenset[str] = REGIONS,
    rules: Sequence[type[Any]] | None = None,
) -> Settings:
    """The settings that `text` says; `path` is where it stands.

    Raises SettingsError with one problem per fault, such as `sources.family.every: write a duration such as "15m"`.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is not valid TOML: {error}.") from None
    _expand_home(document, home)
    problems = [*_unknown_regions(document, known_regions), *_unknown_sources(document), *_wrong_mirrors(document)]
    configured: tuple[Any, ...] = ()
    if "rules" in document or rules is not None:
        configured, rule_problems = _rules(document.pop("rules", {}), rules)
        problems += rule_problems
        if rules is None and configured == usual_rules():
            configured = ()
    document.setdefault("sources", {})
    document.setdefault("store", {"url": f"sqlite:///{state_directory(path, environ, home)}/cardwarden.db"})
    try:
        settings = Settings.model_validate({**document, "rules": configured})
    except ValidationError as error:
        problems += [_problem(fault["loc"], fault) for fault in error.errors(include_url=False)]
    if problems:
        raise SettingsError(f"{path} has {plural(len(problems), 'problem')}:", tuple(problems))
    return settings


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise SettingsError(
            f'There is no configuration {path}. "cardwarden config sample" prints one to begin with.'
        ) from None
    except IsADirectoryError:
        raise SettingsError(f"The configuration {path} is a directory. Name the file in it.") from None
    except PermissionError:
        raise SettingsError(f"The configuration {path} may not be read by this user. {_other_user(path)}") from None
    except OSError as error:
        raise SettingsError(f"The configuration {path} cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"The configuration {path} is not UTF-8 text (line {line}). Save it as UTF-8.") from None


def _other_user(path: Path) -> str:
    if path.absolute().is_relative_to("/etc"):
        return 'Run the command as the user of the service: "sudo -u cardwarden cardwarden ...".'
    try:
        owner = path.owner()
    except (OSError, KeyError):
        owner = "OWNER"
    return f'Run the command as the user it belongs to: "sudo -u {owner} cardwarden ...".'


# What depends on several places of the document, or on the outside, is judged on the document as it was written, so
# that a fault elsewhere does not hide it.


def _tables(document: object, *path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The tables below `path` with their dotted names; what is no table is left for the model to refuse."""
    for key in path:
        document = document.get(key) if isinstance(document, dict) else None
    if isinstance(document, dict):
        for name, table in document.items():
            if isinstance(table, dict):
                yield ".".join((*path, name)), table


def _expand_home(document: dict[str, Any], home: Path) -> None:
    health = document.get("health")
    tables = (*_tables(document, "sources"), *_tables(document, "alerts", "channels"), *_tables({"": health}))
    for _, table in tables:
        for key, value in table.items():
            if isinstance(value, str) and value.startswith("~/") and (key == "path" or key.endswith("_file")):
                table[key] = str(home / value[2:])


def _unknown_regions(document: dict[str, Any], known: frozenset[str]) -> Iterator[str]:
    for where, table in (("", document), *_tables(document, "sources")):
        region = table.get("region")
        if isinstance(region, str) and region not in known:
            hint = f', such as "{region.upper()}"' if region.upper() in known else ', such as "JP"'
            yield f"{_dotted((where, 'region'))}: write a country's two letters (ISO 3166){hint}"


def _unknown_sources(document: dict[str, Any]) -> Iterator[str]:
    names = document["sources"] if isinstance(document.get("sources"), dict) else {}
    for where, channel in _tables(document, "alerts", "channels"):
        wanted = channel.get("sources")
        for name in wanted if isinstance(wanted, list) else ():
            if isinstance(name, str) and name not in names:
                yield f'{where}.sources: there is no source "{clip(name, 40)}"{_did_you_mean(name, names)}'


def _wrong_mirrors(document: dict[str, Any]) -> Iterator[str]:
    """Pairs of a source that is not there, of one source, of a copy that follows two, and circles."""
    names = document["sources"] if isinstance(document.get("sources"), dict) else {}
    origins: dict[str, str] = {}
    for where, mirror in _tables(document, "mirrors"):
        sides: dict[str, str] = {key: book for key in ("origin", "copy") if isinstance(book := mirror.get(key), str)}
        for key, book in sides.items():
            if (source := book.partition("/")[0]) not in names:
                yield f'{where}.{key}: there is no source "{clip(source, 40)}"{_did_you_mean(source, names)}'
        if len(sides) < 2:
            continue
        origin, copy = sides["origin"], sides["copy"]
        if origin == copy:
            yield f"{where}.copy: this is the origin itself; name the book that is to follow it"
        elif copy in origins:
            yield f"{where}.copy: it follows {clip(origins[copy], 40)} already, and cannot follow two"
        elif _leads_to(origin, copy, origins):
            yield f"{where}.origin: {clip(origin, 40)} follows {clip(copy, 40)} in turn, so that neither is right"
        else:
            origins[copy] = origin


def _leads_to(book: str, wanted: str, origins: Mapping[str, str]) -> bool:
    """Whether one book follows another, maybe over others."""
    while book in origins:
        book = origins[book]
        if book == wanted:
            return True
    return False


def _rules(document: object, rules: Sequence[type[Any]] | None) -> tuple[tuple[Any, ...], list[str]]:
    """Every rule as the document configures it, and what is wrong with the document."""
    if not isinstance(document, dict):
        return (), ["rules: write a table for each rule, [rules.NAME]"]
    from cardwarden.detect.rules import RULES  # noqa: PLC0415 - what asks what is open judges nothing

    known = {rule.name: rule for rule in (RULES if rules is None else rules)}
    configured = []
    problems = [
        f'{_dotted(("rules", name))}: there is no such rule{_did_you_mean(name, known)}; "cardwarden rules" lists them'
        for name in document
        if name not in known
    ]
    for name, rule in known.items():
        model = rule_options(rule)
        try:
            options = model.model_validate(document.get(name, {}))
            configured.append(rule(**{field: getattr(options, field) for field in model.model_fields}))
        except ValidationError as error:
            problems += [
                _problem(("rules", name, *fault["loc"]), fault, model) for fault in error.errors(include_url=False)
            ]
        except ValueError as error:
            problems.append(f"rules.{name}: {error}")
    return tuple(configured), problems


def _problem(location: tuple[int | str, ...], fault: Mapping[str, Any], rule: type[Options] | None = None) -> str:
    """One fault of pydantic's as a path and what to write there; never with the value, which may be a secret."""
    context = fault.get("ctx", {})
    match fault["type"]:
        case "extra_forbidden":
            keys = rule.model_fields if rule else _keys(location[:-1])
            text = f"there is no such key{_did_you_mean(str(location[-1]), keys)}"
        case "missing":
            text = "this key is needed"
        case "value_error":
            text = str(context["error"])
        case "string_type" | "path_type":
            text = 'write a text in quotes, such as "text"'
        case "tuple_type" | "list_type" | "set_type" | "frozen_set_type":
            text = 'write a list, such as ["one", "two"]'
        case "bool_type" | "bool_parsing":
            text = "write true or false"
        case "int_type" | "int_parsing" | "int_from_float" | "float_type" | "float_parsing":
            text = "write a number without quotes"
        case "dict_type" | "mapping_type" | "model_type" | "model_attributes_type":
            text = "write a table, with its name in square brackets on a line of its own"
        case "union_tag_invalid" | "union_tag_not_found":
            location, text = (*location, "type"), "write one of " + ", ".join(f'"{name}"' for name in TYPES)
        case "literal_error":
            text = f"write one of {context['expected'].replace(chr(39), chr(34)).replace(' or ', ', ')}"
        case "string_pattern_mismatch" if location[-1] == "[key]":
            location, text = location[:-1], 'a name may hold only a-z, 0-9, "_" and "-"'
        case "string_pattern_mismatch" if location[0] == "mirrors" and location[-1] in {"origin", "copy"}:
            text = 'write the name of a source, or "SOURCE/BOOK"'
        case "string_pattern_mismatch" if location[0] == "mirrors":
            text = 'write names of vCard properties, such as ["FN", "TEL"]'
        case "string_pattern_mismatch":
            text = "write the name under which the secret is found, not the secret"
        case "too_short" if location == ("sources",):
            text = "no address book is named; add a table [sources.NAME]"
        case "too_short":
            text = "name at least one, or leave the key out"
        case _:
            text = fault["msg"]
    if location[0] == "sources" and len(location) > 2 and location[2] in TYPES:
        location = (*location[:2], *location[3:])  # pydantic puts the type's name after the source's
    return f"{_dotted(location)}: {text}"


def _keys(table: tuple[int | str, ...]) -> Iterable[str]:
    """The keys that the table at a place, as pydantic names it, may have."""
    match table:
        case ():
            return Settings.model_fields
        case ("store",):
            return StoreOptions.model_fields
        case ("sources", _, str(kind)):
            return TYPES[kind].model_fields
        case ("alerts",):
            return AlertsOptions.model_fields
        case ("guarded",):
            return GuardedOptions.model_fields
        case ("health",):
            return HealthOptions.model_fields
        case ("log",):
            return LogOptions.model_fields
        case ("mirrors", _):
            return ("origin", "copy", "lag", "keeps")
        case ("alerts", "channels", _):
            return ChannelOptions.model_fields
    return ()


def _did_you_mean(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f'; did you mean "{close[0]}"?' if close else ""


def _dotted(location: Iterable[int | str]) -> str:
    return ".".join(clip(str(part), 40) for part in location if part != "")
