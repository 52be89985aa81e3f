"""What `init`, `doctor` and long work say, in the language of whoever reads it."""

from __future__ import annotations

from typing import Final

from cardwarden.cli.speech import reader
from cardwarden.phrases.language import Voice
from cardwarden.phrases.phrase import Code, Country, Day, Field, Moment, Person, Phrase, Sentence, Value, phrase

_SPOKEN: Final = (int, str, Phrase, Person, Country, Field, Day, Moment, Code, Sentence)
_WIDTH: Final = 4000  # columns of a value: a reason or a path is shown whole


def init_text(name: str, /, **values: object) -> str:
    """What `init` says."""
    return _said(phrase(f"init-{name}", **_values(values)))


def doctor_text(voice: Voice, name: str, /, **values: object) -> str:
    """What `doctor` says of one thing; "" if there is nothing of that name."""
    said = _said(phrase(f"doctor-{name}", **_values(values)), voice)
    return "" if said.startswith(f"doctor-{name}") else said


def work_text(name: str, /, **values: object) -> str:
    """What long work is called."""
    return _said(phrase(f"progress-{name}", **_values(values)))


def _said(said: Phrase, voice: Voice | None = None) -> str:
    return (voice or reader()).say(said, width=_WIDTH)


def _values(values: dict[str, object]) -> dict[str, Value]:
    return {name: value if isinstance(value, _SPOKEN) else Code(str(value)) for name, value in values.items()}


def shown_value(value: object, voice: Voice) -> str:
    """A value of a result as text."""
    return voice.value(_values({"": value})[""], width=_WIDTH)
