"""What comes next in a shell: commands and options from a file made of the help, names and ids from the database.

It imports next to nothing: importing one command takes longer than a person waits for a key's answer.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from cardwarden.errors import CardwardenError

ASKED: Final = "_CARDWARDEN_COMPLETE"
"""The environment variable by which a shell asks; it says which shell it is."""
FILES: Final = ":files"
"""Is said instead of words if the shell's own file names are meant."""


def answer(words: Sequence[str], shell: str) -> int:
    """Print what the last of the words may become, a line each; with a tab and what it means for zsh and fish."""
    lines = [f"{word}\t{about}" if about and shell != "bash" else word for word, about in _possible(list(words))]
    with suppress(BrokenPipeError):  # another key came meanwhile
        sys.stdout.writelines(f"{line}\n" for line in lines)
        sys.stdout.flush()
    return 0


def _possible(words: list[str]) -> Iterable[tuple[str, str]]:
    """What can stand next on a command line, as pairs of a word and what it means."""
    *before, current = words or [""]
    node: dict[str, Any] = _tree()
    chosen: dict[str, str] = {}  # what `--config` and `--household` name
    waiting: str | None = None  # the kind of value that an option waits for
    for word in before:
        if waiting is not None:
            chosen[waiting] = word
            waiting = None
        elif word in node["options"]:
            waiting = node["options"][word]["value"]
        elif word in node["commands"]:
            node = node["commands"][word]
    if waiting is not None:
        return _values(waiting, current, chosen)
    if current.startswith("-"):
        return [(name, option["about"]) for name, option in node["options"].items() if name.startswith(current)]
    commands = [(name, command["about"]) for name, command in node["commands"].items() if name.startswith(current)]
    return commands or _values(node["argument"], current, chosen)


def _values(kind: str | None, beginning: str, chosen: Mapping[str, str]) -> list[tuple[str, str]]:
    """Values of one kind that begin so; a kind with "|" in it names them itself."""
    match kind:
        case None | "":
            return []
        case "file" | "config":
            return [(FILES, "")]
        case "source" | "channel":
            return [(name, "") for name in _names(kind, chosen) if name.startswith(beginning)]
        case "household":
            return [(name, "") for name in _households(chosen) if name.startswith(beginning)]
        case "contact" | "id":
            return [(name, "") for name in _stored(kind, beginning, chosen)]
        case _:
            return [(word, "") for word in kind.split("|") if word and word.lower().startswith(beginning.lower())]


def _names(kind: str, chosen: Mapping[str, str]) -> list[str]:
    """What the settings call their sources or channels, without judging the settings."""
    from cardwarden.settings.places import household_file  # noqa: PLC0415 - most completions need no settings

    document = _document(_config(chosen))
    if household := _household(chosen):
        document = _document(household_file(document, household))
    for key in ("sources",) if kind == "source" else ("alerts", "channels"):
        document = document.get(key, {}) if isinstance(document, dict) else {}
    return list(document) if isinstance(document, dict) else []


def _document(path: Path | None) -> Any:
    """What a configuration says; nothing if it cannot be read."""
    import tomllib  # noqa: PLC0415 - most completions need no settings

    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig")) if path else {}
    except (OSError, ValueError):
        return {}


def _households(chosen: Mapping[str, str]) -> list[str]:
    """What the households of a server are called."""
    from cardwarden.settings.places import HOUSEHOLDS, is_household_name  # noqa: PLC0415

    folder = _document(_config(chosen)).get(HOUSEHOLDS)
    try:
        files = sorted(Path(folder).expanduser().iterdir()) if isinstance(folder, str) else []
    except OSError:
        return []
    return [file.stem for file in files if file.suffix == ".toml" and is_household_name(file.stem)]


def _stored(kind: str, beginning: str, chosen: Mapping[str, str]) -> list[str]:
    from cardwarden.cli import glance  # noqa: PLC0415
    from cardwarden.settings.places import database  # noqa: PLC0415

    config = _config(chosen)
    try:
        path = database(config, os.environ, Path.home(), _household(chosen)) if config else None
    except CardwardenError:
        return []
    if path is None:
        return []
    return glance.contacts(path, beginning) if kind == "contact" else glance.ids(path, beginning)


def _household(chosen: Mapping[str, str]) -> str | None:
    return chosen.get("household") or os.environ.get("CARDWARDEN_HOUSEHOLD") or None


def _config(chosen: Mapping[str, str]) -> Path | None:
    """The configuration; None if there is none."""
    from cardwarden.settings.places import find_configuration  # noqa: PLC0415

    named = chosen.get("config")
    try:
        return find_configuration(Path(named).expanduser() if named else None, os.environ, Path.home())
    except CardwardenError:
        return None


def _tree() -> dict[str, Any]:
    from importlib import resources  # noqa: PLC0415 - only a shell that completes needs it

    text = resources.files("cardwarden").joinpath("share/completions/commands.json").read_text("utf-8")
    tree: dict[str, Any] = json.loads(text)
    return tree
