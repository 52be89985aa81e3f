"""Find the configuration, read it, and report everything that is wrong with it at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from pydantic import ValidationError

from cardwarden.errors import SettingsError, WrongValueError, because
from cardwarden.phrases.catalogue import LANGUAGES
from cardwarden.phrases.phrase import Code, Phrase, Saying, Sentence, phrase
from cardwarden.settings.kinds import TYPES, options_of
from cardwarden.settings.model import (
    ChannelOptions,
    MirrorOptions,
    Settings,
    one_of,
    rule_options,
    usual_rules,
)
from cardwarden.settings.places import HOUSEHOLDS, SYSTEM, find_configuration, household_file, state_directory
from cardwarden.sources.options import Options
from cardwarden.text import clip
from cardwarden.vcard.regions import REGIONS

_AT = re.compile(r"(.*) \(at (?:line ([0-9]+), column ([0-9]+)|end of document)\)", re.DOTALL)
__all__ = ["SYSTEM", "find_configuration", "language_in", "load", "parse", "state_directory"]


def load(path: Path, environ: Mapping[str, str], home: Path, household: str | None = None) -> Settings:
    """The settings in the file `path`; of a server those of the household of that name.

    Raises SettingsError, and UsageError if there is no such household, or none was named and a server has several.
    """
    if household is None:
        return parse(read_configuration(path), path, environ, home)
    from cardwarden.settings.households import server_in  # noqa: PLC0415 - a home has none

    return server_in(path, environ, home).settings_of(household)


def language_in(path: Path, household: str | None = None) -> str | None:
    """The language that the file `path` asks for, whatever else is in it; None if it asks for none, or cannot be read.

    With a household its own file is looked at.
    """
    try:
        document = tomllib.loads(read_configuration(path))
        if household is not None:
            own = household_file(document, household)
            document = tomllib.loads(read_configuration(own)) if own else {}
        return _language(document)
    except (SettingsError, tomllib.TOMLDecodeError):
        return None


class Frame(Protocol):
    """What is around a configuration: nothing at home; a server decides some of what its households' say."""

    def fit(self, document: dict[str, Any], path: Path) -> Iterable[Phrase]:
        """Fill in what is decided; gives what the document says that is not its to say. Raises SettingsError, UsageError."""


class _AtHome:
    def fit(self, document: dict[str, Any], path: Path) -> Iterable[Phrase]:
        if HOUSEHOLDS in document:
            from cardwarden.settings.households import one_of_server  # noqa: PLC0415 - a home has none

            one_of_server(document, path, None)
        return ()


def parse(
    text: str,
    path: Path,
    environ: Mapping[str, str],
    home: Path,
    *,
    known_regions: frozenset[str] = REGIONS,
    rules: Sequence[type[Any]] | None = None,
    frame: Frame | None = None,
) -> Settings:
    """The settings that `text` says; `path` is where it stands, `frame` what is around it.

    Raises SettingsError with one problem per fault, such as `sources.family.every: write a duration such as "15m"`.
    """
    document = toml_in(text, path)
    _expand_home(document, home)
    around = list((frame or _AtHome()).fit(document, path))
    problems = [
        *around,
        *_unknown_regions(document, known_regions),
        *_unknown_sources(document),
        *_wrong_mirrors(document),
    ]
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
        problems += [problem_of(fault["loc"], fault) for fault in error.errors(include_url=False)]
    if problems:
        raise wrong(path, problems, _language(document))
    return settings


def toml_in(text: str, path: Path) -> dict[str, Any]:
    """What a TOML file says. Raises SettingsError."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(phrase("settings-no-toml", path=Code(str(path)), problem=toml_problem(error))) from None


def toml_problem(error: tomllib.TOMLDecodeError) -> Phrase:
    """Where a file is no TOML, and why, in the parser's own words."""
    if not (at := _AT.fullmatch(str(error))):
        return phrase("toml-at-end", said=Sentence(str(error)))
    if at[2] is None:
        return phrase("toml-at-end", said=Sentence(at[1]))
    return phrase("toml-at", line=int(at[2]), column=int(at[3]), said=Sentence(at[1]))


def wrong(path: Path, problems: Sequence[Phrase], language: str | None = None) -> SettingsError:
    """That a file has these problems."""
    return SettingsError(
        phrase("settings-wrong", path=Code(str(path)), count=len(problems)), tuple(problems), language=language
    )


def _language(document: Mapping[str, Any]) -> str | None:
    """The language that a document asks for, however wrong the rest of it is; None if it asks for none that there is."""
    wanted = document.get("language")
    return wanted if isinstance(wanted, str) and wanted in LANGUAGES else None


def read_configuration(path: Path) -> str:
    """The text of a configuration. Raises SettingsError."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        init, command = Code("cardwarden init"), Code("cardwarden config sample")
        raise SettingsError(phrase("settings-missing", path=Code(str(path)), init=init, command=command)) from None
    except IsADirectoryError:
        raise SettingsError(phrase("settings-directory", path=Code(str(path)))) from None
    except PermissionError:
        raise SettingsError(_forbidden(path)) from None
    except OSError as error:
        raise SettingsError(phrase("settings-unreadable", path=Code(str(path)), why=because(error))) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise SettingsError(phrase("settings-no-text", path=Code(str(path)), line=line)) from None


def _forbidden(path: Path) -> Phrase:
    if path.absolute().is_relative_to("/etc"):
        command = Code("sudo -u cardwarden cardwarden ...")
        return phrase("settings-forbidden-service", path=Code(str(path)), command=command)
    try:
        owner = path.owner()
    except (OSError, KeyError):
        owner = "OWNER"
    return phrase("settings-forbidden", path=Code(str(path)), command=Code(f"sudo -u {owner} cardwarden ..."))


# What depends on several places of the document, or on the outside, is judged on the document as it was written, so
# that a fault elsewhere does not hide it.


def tables(document: object, *path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The tables below `path` with their dotted names; what is no table is left for the model to refuse."""
    for key in path:
        document = document.get(key) if isinstance(document, dict) else None
    if isinstance(document, dict):
        for name, table in document.items():
            if isinstance(table, dict):
                yield ".".join((*path, name)), table


def _expand_home(document: dict[str, Any], home: Path) -> None:
    health = document.get("health")
    for _, table in (
        *tables(document, "sources"), *tables(document, "alerts", "channels"), *tables({"": health}),
    ):  # fmt: skip
        for key, value in table.items():
            if isinstance(value, str) and value.startswith("~/") and (key == "path" or key.endswith("_file")):
                table[key] = str(home / value[2:])


def _unknown_regions(document: dict[str, Any], known: frozenset[str]) -> Iterator[Phrase]:
    for where, table in (("", document), *tables(document, "sources")):
        region = table.get("region")
        if isinstance(region, str) and region not in known:
            example = Code(region.upper() if region.upper() in known else "JP")
            yield at((where, "region"), phrase("write-region", example=example))


def _unknown_sources(document: dict[str, Any]) -> Iterator[Phrase]:
    names = document["sources"] if isinstance(document.get("sources"), dict) else {}
    for where, channel in tables(document, "alerts", "channels"):
        wanted = channel.get("sources")
        for name in wanted if isinstance(wanted, list) else ():
            if isinstance(name, str) and name not in names:
                yield at((where, "sources"), _no_source(name, names))


def _wrong_mirrors(document: dict[str, Any]) -> Iterator[Phrase]:
    """Pairs of a source that is not there, of one source, of a copy that follows two, and circles."""
    names = document["sources"] if isinstance(document.get("sources"), dict) else {}
    origins: dict[str, str] = {}
    for where, mirror in tables(document, "mirrors"):
        sides: dict[str, str] = {key: book for key in ("origin", "copy") if isinstance(book := mirror.get(key), str)}
        for key, book in sides.items():
            if (source := book.partition("/")[0]) not in names:
                yield at((where, key), _no_source(source, names))
        if len(sides) < 2:
            continue
        origin, copy = sides["origin"], sides["copy"]
        if origin == copy:
            yield at((where, "copy"), phrase("write-origin-itself"))
        elif copy in origins:
            yield at((where, "copy"), phrase("write-follows-already", origin=clip(origins[copy], 40)))
        elif _leads_to(origin, copy, origins):
            follows = phrase("write-follows-in-turn", origin=clip(origin, 40), copy=clip(copy, 40))
            yield at((where, "origin"), follows)
        else:
            origins[copy] = origin


def _leads_to(book: str, wanted: str, origins: Mapping[str, str]) -> bool:
    """Whether one book follows another, maybe over others."""
    while book in origins:
        book = origins[book]
        if book == wanted:
            return True
    return False


def _rules(document: object, rules: Sequence[type[Any]] | None) -> tuple[tuple[Any, ...], list[Phrase]]:
    """Every rule as the document configures it, and what is wrong with the document."""
    if not isinstance(document, dict):
        return (), [at(("rules",), phrase("write-rules-table"))]
    from cardwarden.detect.rules import RULES  # noqa: PLC0415 - what asks what is open judges nothing

    known = {rule.name: rule for rule in (RULES if rules is None else rules)}
    configured = []
    problems = [at(("rules", name), _no_rule(name, known)) for name in document if name not in known]
    for name, rule in known.items():
        model = rule_options(rule)
        try:
            options = model.model_validate(document.get(name, {}))
            configured.append(rule(**{field: getattr(options, field) for field in model.model_fields}))
        except ValidationError as error:
            problems += [
                problem_of(("rules", name, *fault["loc"]), fault, model) for fault in error.errors(include_url=False)
            ]
        except WrongValueError as error:
            problems.append(at(("rules", name), error.said))
    return tuple(configured), problems


def problem_of(location: tuple[int | str, ...], fault: Mapping[str, Any], model: type[Options] | None = None) -> Phrase:
    """One fault of pydantic's as a path and what to write there; never with the value, which may be a secret.

    `model` is the table's, if the place does not say that.
    """
    context = fault.get("ctx", {})
    said: Saying
    match fault["type"]:
        case "extra_forbidden":
            keys = model.as_written() if model else _keys(location[:-1])
            said = _nearest(phrase("write-no-key"), str(location[-1]), keys)
        case "missing":
            said = phrase("write-needed")
        case "value_error":
            error = context["error"]
            said = error.said if isinstance(error, WrongValueError) else phrase("write-other", why=Sentence(str(error)))
        case "string_type" | "path_type":
            said = phrase("write-text")
        case "tuple_type" | "list_type" | "set_type" | "frozen_set_type":
            said = phrase("write-list")
        case "bool_type" | "bool_parsing":
            said = phrase("write-true-or-false")
        case "int_type" | "int_parsing" | "int_from_float" | "float_type" | "float_parsing":
            said = phrase("write-number")
        case "dict_type" | "mapping_type" | "model_type" | "model_attributes_type":
            said = phrase("write-table")
        case "union_tag_invalid" | "union_tag_not_found":
            location, said = (*location, "type"), one_of(TYPES)
        case "literal_error":
            said = phrase("write-one-of", words=Code(context["expected"].replace("'", '"').replace(" or ", ", ")))
        case "string_pattern_mismatch" if location[-1] == "[key]":
            location, said = location[:-1], phrase("write-name-letters")
        case "string_pattern_mismatch" if location[0] == "mirrors" and location[-1] in {"origin", "copy"}:
            said = phrase("write-source-or-book")
        case "string_pattern_mismatch" if location[0] == "mirrors":
            said = phrase("write-properties")
        case "string_pattern_mismatch":
            said = phrase("write-secret-name")
        case "greater_than_equal":
            said = phrase("write-at-least", bound=Code(str(context["ge"])))
        case "greater_than":
            said = phrase("write-more-than", bound=Code(str(context["gt"])))
        case "less_than_equal":
            said = phrase("write-at-most", bound=Code(str(context["le"])))
        case "too_short" if location == ("sources",):
            said = phrase("write-a-book")
        case "string_too_short":
            said = phrase("write-something")
        case "too_short":
            said = phrase("write-at-least-one")
        case _:
            said = phrase("write-other", why=Sentence(fault["msg"]))
    if location[0] == "sources" and len(location) > 2 and location[2] in TYPES:
        location = (*location[:2], *location[3:])  # pydantic puts the type's name after the source's
    return at(location, said)


def _keys(table: tuple[int | str, ...]) -> Iterable[str]:
    """The keys that the table at a place, as pydantic names it, may have."""
    match table:
        case ():
            return Settings.as_written()
        case ("sources", _, str(kind)):
            return options_of(TYPES[kind]).as_written()
        case ("mirrors", _):
            return MirrorOptions.as_written()
        case ("alerts", "channels", _):
            return ChannelOptions.as_written()
        case (str(name),) if (field := Settings.as_written().get(name)) and isinstance(field.annotation, type):
            return field.annotation.as_written() if issubclass(field.annotation, Options) else ()
    return ()


def _no_source(name: str, known: Iterable[str]) -> Phrase:
    return _nearest(phrase("write-no-source", name=clip(name, 40)), name, known)


def _no_rule(name: str, known: Iterable[str]) -> Phrase:
    command = Code("cardwarden rules")
    if close := _close_to(name, known):
        return phrase("write-no-rule-but", name=close, command=command)
    return phrase("write-no-rule", command=command)


def _nearest(said: Phrase, name: str, known: Iterable[str]) -> Phrase:
    """What is wrong with a name, and which one is near."""
    close = _close_to(name, known)
    return phrase("write-did-you-mean", what=said, name=close) if close else said


def _close_to(name: str, known: Iterable[str]) -> str:
    import difflib  # noqa: PLC0415 - mostly nothing is wrong

    return next(iter(difflib.get_close_matches(name, known, n=1)), "")


def at(location: Iterable[int | str], said: Saying) -> Phrase:
    """What is wrong, and where."""
    return phrase("problem-at", where=Code(_dotted(location)), what=said)


def _dotted(location: Iterable[int | str]) -> str:
    return ".".join(clip(str(part), 40) for part in location if part != "")
