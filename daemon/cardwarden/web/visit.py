"""One request, read whole: what the pages work with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from cardwarden.errors import UsageError
from cardwarden.phrases.phrase import phrase

_LONGEST_NUMBER = 15  # digits


class Admission(Enum):
    """How somebody came in."""

    THIS_MACHINE = "this machine"
    PASSWORD = "password"  # noqa: S105 - a word
    PROXY = "proxy"
    TOKEN = "token"  # noqa: S105 - a word
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Visit:
    """A request. `path` is without the prefix; `query` and `form` hold a value of each key, `id_texts` all of "id".

    What nobody sees is left out of `query`, for pages repeat it.
    """

    method: str
    path: str
    places: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str]
    id_texts: tuple[str, ...]
    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    host: str
    address: str
    language: str
    now: datetime
    entry: Admission = Admission.NOBODY
    who: str = ""
    session: str = field(default="", repr=False)

    @property
    def ids(self) -> tuple[int, ...]:
        """The findings that a form names, none for a form that names none. Raises UsageError for what is no number."""
        return tuple(map(_number, self.id_texts))

    def number(self, name: str) -> int:
        """A number of the path. Raises UsageError if it is none."""
        return _number(self.places[name])

    def asked(self, name: str) -> int | None:
        """A number that was asked for, None if there is none. Raises UsageError for what is no number."""
        text = self.query.get(name) or self.form.get(name) or ""
        return _number(text) if text else None

    @property
    def page(self) -> int:
        return max(1, self.asked("page") or 1)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER):
        raise UsageError(phrase("web-no-number"))
    return int(text)


def accepted_language(accepted: str, known: tuple[str, ...]) -> str:
    """The language a browser asks for (RFC 9110, 12.5.4) among those that are `known`; the first one if it asks for none."""
    wishes: list[tuple[float, int, str]] = []
    for place, part in enumerate(accepted.split(",")[:20]):
        tag, _, weight = part.strip().partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            continue
        wishes.append((-quality, place, tag.strip().lower().partition("-")[0]))
    return next((code for quality, _, code in sorted(wishes) if quality < 0 and code in known), known[0])
