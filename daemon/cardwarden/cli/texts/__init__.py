"""What `init` and `doctor` say, by name, in the language of whoever reads it: one TOML file a language."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final

from cardwarden.text import harmless

LANGUAGES: Final = ("en", "ja", "de")


def text(name: str, /, **values: object) -> str:
    """The sentence of that name with its values, made harmless. KeyError if there is no such sentence."""
    template = _texts(spoken(os.environ))[name]
    return template.format_map({key: harmless(str(value)) for key, value in values.items()})


def has(name: str) -> bool:
    """Whether there is a sentence of that name."""
    return name in _texts("en")


def spoken(environ: Mapping[str, str]) -> str:
    """The language that the environment asks for (POSIX: LC_ALL, LC_MESSAGES, LANG), else English."""
    asked = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environ.get(name))), "")
    code = asked.partition("_")[0].partition(".")[0].lower()
    return code if code in LANGUAGES else "en"


@cache
def _texts(language: str) -> Mapping[str, str]:
    with resources.files(__name__).joinpath(f"{language}.toml").open("rb") as file:
        tables = tomllib.load(file)
    return {f"{area}.{name}": said for area, names in tables.items() for name, said in names.items()}


def names(area: str) -> list[str]:
    """The sentences of one area, such as `doctor`."""
    return [name for name in _texts("en") if name.startswith(f"{area}.")]
