"""The configuration as text: a new one with its comments, and one that gains a table and keeps all it has."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from typing import Any, Final

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Table

from cardwarden.errors import SettingsError
from cardwarden.phrases.language import Voice
from cardwarden.phrases.phrase import Code, Phrase, phrase
from cardwarden.settings.load import toml_problem

_WIDTH: Final = 1000  # columns of a value: a command is shown whole

_WITHOUT_COMMENT: Final = "type"
"""Says what it is by itself."""


def new_document(region: str, voice: Voice) -> str:
    """A configuration without books and channels yet, which explains itself in the language of its reader."""
    head = (
        phrase("config-head"),
        phrase("config-head-validate", command=Code("cardwarden config validate")),
        phrase("config-head-sample", command=Code("cardwarden config sample")),
    )
    lines = "".join(
        f'{key} = "{value}"  # {_about(key, voice)}\n'
        for key, value in (("region", region), ("language", voice.language))
    )
    return "".join(f"# {voice.say(said, width=_WIDTH)}\n" for said in head) + lines


def with_region(text: str, region: str) -> str:
    """The same configuration with a country for numbers without a country code. Raises SettingsError."""
    return _changed(text, ("region",), region)


def with_source(text: str, name: str, options: Mapping[str, object], voice: Voice) -> str:
    """The same configuration with one more source. Raises SettingsError."""
    return _changed(text, ("sources", name), _table(options, voice))


def with_channel(text: str, name: str, options: Mapping[str, object], voice: Voice) -> str:
    """The same configuration with one more channel. Raises SettingsError."""
    return _changed(text, ("alerts", "channels", name), _table(options, voice))


def with_guarded(text: str, contacts: Collection[str], voice: Voice) -> str:
    """The same configuration with contacts that are guarded closely, if it names none yet. Raises SettingsError."""
    return _changed(text, ("guarded",), _table({"contacts": tuple(contacts)}, voice))


def tables_of(text: str, *path: str) -> dict[str, Any]:
    """What stands under a table of the configuration, such as `sources`; nothing if it is not there.

    Raises SettingsError if the text is no TOML.
    """
    table: object = _plain(text)
    for key in path:
        table = table.get(key) if isinstance(table, dict) else None
    return table if isinstance(table, dict) else {}


def setting_of(text: str, key: str) -> str | None:
    """What a configuration says of itself, such as its `region`, if that is a text."""
    value = _plain(text).get(key)
    return value if isinstance(value, str) else None


def _table(options: Mapping[str, object], voice: Voice) -> Table:
    """A table whose lines say what they mean."""
    made = tomlkit.table()
    for key, value in options.items():
        made.add(key, list(value) if isinstance(value, tuple) else value)
        if key != _WITHOUT_COMMENT:
            made[key].comment(_about(key, voice))
            made[key].trivia.comment_ws = "  "
    return made


def _about(key: str, voice: Voice) -> str:
    """What a line means; the sample says it of every key there is."""
    name = key.replace("_", "-")
    return voice.say(phrase(f"line-{name}"), width=_WIDTH)


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
        raise SettingsError(phrase("settings-no-toml-correct", problem=toml_problem(error))) from None


def _by_hand(path: tuple[str, ...]) -> Phrase:
    return phrase("settings-by-hand", key=Code(".".join(path)), command=Code("cardwarden config sample"))
