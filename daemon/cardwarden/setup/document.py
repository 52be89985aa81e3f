"""The configuration as text: a new one with its comments, and one that gains a table and keeps all it has."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from typing import Any, Final

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Table

from cardwarden.errors import SettingsError
from cardwarden.phrases.phrase import Code, Phrase, Sentence, phrase
from cardwarden.settings.model import TYPES, ChannelOptions, GuardedOptions, Settings
from cardwarden.sources.options import Options

_HEAD: Final = """\
# What cardwarden guards, and whom it tells.
# "cardwarden config validate" checks this file; "cardwarden config sample"
# prints one with every key there is, and what it means.
"""


def new_document(region: str, language: str) -> str:
    """A configuration without books and channels yet."""
    return _HEAD + "".join(
        f'{key} = "{value}"  # {Settings.model_fields[key].description}\n'
        for key, value in (("region", region), ("language", language))
    )


def with_region(text: str, region: str) -> str:
    """The same configuration with a country for numbers without a country code. Raises SettingsError."""
    return _changed(text, ("region",), region)


def with_source(text: str, name: str, options: Mapping[str, object]) -> str:
    """The same configuration with one more source. Raises SettingsError."""
    return _changed(text, ("sources", name), _table(options, TYPES[str(options["type"])]))


def with_channel(text: str, name: str, options: Mapping[str, object]) -> str:
    """The same configuration with one more channel. Raises SettingsError."""
    return _changed(text, ("alerts", "channels", name), _table(options, ChannelOptions))


def with_guarded(text: str, contacts: Collection[str]) -> str:
    """The same configuration with contacts that are guarded closely, if it names none yet. Raises SettingsError."""
    return _changed(text, ("guarded",), _table({"contacts": tuple(contacts)}, GuardedOptions))


def tables_of(text: str, *path: str) -> dict[str, Any]:
    """What stands under a table of the configuration, such as `sources`; nothing if it is not there.

    Raises SettingsError if the text is no TOML.
    """
    table: object = _plain(text)
    for key in path:
        table = table.get(key) if isinstance(table, dict) else None
    return table if isinstance(table, dict) else {}


def value_of(text: str, key: str) -> str | None:
    """What a configuration says of itself, such as its `region`, if that is a text."""
    value = _plain(text).get(key)
    return value if isinstance(value, str) else None


def _table(options: Mapping[str, object], model: type[Options]) -> Table:
    """A table whose lines say what they mean, as in the sample."""
    made = tomlkit.table()
    for key, value in options.items():
        made.add(key, list(value) if isinstance(value, tuple) else value)
        if about := model.model_fields[key].description:
            made[key].comment(about)
            made[key].trivia.comment_ws = "  "
    return made


def _changed(text: str, path: tuple[str, ...], value: object) -> str:
    """`text` with one more value. All it said before must still be said, else it is not changed (SettingsError)."""
    *above, key = path
    wanted = _plain(text)
    inner = wanted
    for part in above:
        inner = inner.setdefault(part, {})
    if key in inner:
        raise SettingsError(phrase("settings-has-already", key=Code(".".join(path))))
    inner[key] = value.unwrap() if isinstance(value, Table) else value
    try:
        document = tomlkit.parse(text)
        place: Any = document
        for part in above:
            if part not in place:
                place.add(part, tomlkit.table(is_super_table=True))
            place = place[part]
        if isinstance(value, Table) and document.as_string() and not document.as_string().endswith("\n\n"):
            _blank_line(document, above)
        place[key] = value
        changed = document.as_string()
    except (TOMLKitError, TypeError, AttributeError) as error:
        raise SettingsError(_by_hand(path)) from error
    if _plain(changed) != wanted or any(line not in changed for line in text.splitlines()):
        raise SettingsError(_by_hand(path))
    return changed


def _blank_line(document: tomlkit.TOMLDocument, above: list[str]) -> None:
    """Space before the table that is about to come at the end of the others."""
    last: Any = document
    for part in above:
        last = last[part]
    while isinstance(last, dict) and last:
        last = last[list(last)[-1]]
        if isinstance(last, Table) and not last.is_super_table():
            break
    if isinstance(last, Table) and not last.is_super_table() and not last.as_string().endswith("\n\n"):
        last.add(tomlkit.nl())
    elif not isinstance(last, Table):
        document.add(tomlkit.nl())


def _plain(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(phrase("settings-no-toml-correct", problem=Sentence(str(error)))) from None


def _by_hand(path: tuple[str, ...]) -> Phrase:
    return phrase("settings-by-hand", key=Code(".".join(path)), command=Code("cardwarden config sample"))
