"""The page's words in the reader's language, and values as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from functools import cache
from gettext import GNUTranslations
from importlib import resources
from io import BytesIO

from babel.dates import format_date, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from cardwarden.text import clip

LANGUAGES = ("en", "ja", "de")
_LOCALES = {"en": "en_GB"}
_WIDTH = 80


class Words:
    """Speaks one language; times are those of the owner's zone."""

    def __init__(self, language: str, zone: tzinfo, now: datetime) -> None:
        self.language = language
        self._zone = zone
        self._now = now
        self._locale = _LOCALES.get(language, language)

    def __call__(self, name: str, **values: object) -> str:
        """A phrase by its name; its values are made harmless."""
        count = values.get("count")
        texts = _catalogue(self.language)
        template = texts.ngettext(name, name, count) if isinstance(count, int) else texts.gettext(name)
        return template.format_map({key: self._shown(value) for key, value in values.items()})

    def has(self, name: str) -> bool:
        """Whether there is such a phrase."""
        return _catalogue(self.language).gettext(name) != name

    def number(self, number: float) -> str:
        return format_decimal(number, locale=self._locale)

    def when(self, at: datetime) -> str:
        """A time to the minute: only its hour if it is of today."""
        local, today = at.astimezone(self._zone), self._now.astimezone(self._zone).date()
        if local.date() == today:
            return self("page-today", time=f"{local:%H:%M}")
        if local.date() == today - timedelta(days=1):
            return self("page-yesterday", time=f"{local:%H:%M}")
        return f"{format_date(local.date(), 'medium', locale=self._locale)} {local:%H:%M}"

    def ago(self, at: datetime) -> str:
        """How long ago, or in how long."""
        return format_timedelta(at - self._now, add_direction=True, locale=self._locale, threshold=0.9)

    def iso(self, at: datetime) -> str:
        return at.astimezone(self._zone).isoformat(timespec="seconds")

    def size(self, count: int) -> str:
        """Bytes as people read them."""
        for unit in ("kB", "MB", "GB"):
            count_of_unit = count / 1000 ** {"kB": 1, "MB": 2, "GB": 3}[unit]
            if count_of_unit < 1000:
                break
        digits = "0" if count_of_unit >= 10 else "0.0"
        return f"{format_decimal(count_of_unit, format=digits, locale=self._locale)} {unit}"

    def _shown(self, value: object) -> str:
        match value:
            case datetime():
                return self.when(value)
            case int() | float():
                return self.number(value)
            case _:
                return clip(str(value), _WIDTH)


@cache
def _catalogue(language: str) -> GNUTranslations:
    compiled = BytesIO()
    with (resources.files("cardwarden.web") / "languages" / f"{language}.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=language, abort_invalid=True))
    compiled.seek(0)
    return GNUTranslations(compiled)


def names(language: str) -> Mapping[str, str]:
    """Every phrase of a language by its name, for the tests."""
    found = _catalogue(language)
    return {str(name): str(text) for name, text in found._catalog.items() if name}  # type: ignore[attr-defined]
