"""How values that SQL has no faithful type for are kept: text from cards, digests and times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import BigInteger, Dialect, LargeBinary, String, TypeDecorator

from cardwarden.phrases.phrase import Value, dumped, loaded

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def _decoded(value: bytes | None) -> str | None:
    return None if value is None else value.decode("utf-8", "surrogatepass")


def _hex(value: bytes | None) -> str | None:
    return None if value is None else value.hex()


class Raw(TypeDecorator[str]):
    """Text as a card, a file name or a server gave it, kept as bytes: UTF-8 refuses the lone surrogates it may hold."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> bytes | None:
        return None if value is None else value.encode("utf-8", "surrogatepass")

    def result_processor(self, _dialect: Dialect, _coltype: object) -> Callable[[bytes | None], str | None]:
        return _decoded


class SaidValue(TypeDecorator[Value]):
    """A phrase or another value that is said to people, as JSON: its name and its values, never a sentence."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Value | None, _dialect: Dialect) -> str | None:
        return dumped(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Value | None:
        return loaded(value)  # type: ignore[no-any-return]


class Digest(TypeDecorator[str]):
    """A SHA-256: 64 hex digits in Python, half the size in the file."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> bytes | None:
        return None if value is None else bytes.fromhex(value)

    def result_processor(self, _dialect: Dialect, _coltype: object) -> Callable[[bytes | None], str | None]:
        return _hex


class Timestamp(TypeDecorator[datetime]):
    """An aware datetime, kept as whole milliseconds since 1970 in UTC. A naive one raises TypeError."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> int | None:
        return None if value is None else (value - _EPOCH) // _MILLISECOND

    def process_result_value(self, value: int | None, _dialect: Dialect) -> datetime | None:
        return None if value is None else _EPOCH + value * _MILLISECOND


class OneOf(TypeDecorator[StrEnum]):
    """One of a closed set of words. One that is not in it raises ValueError, when it is written and when it is read."""

    impl = String
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: StrEnum | None, _dialect: Dialect) -> str | None:
        return None if value is None else self.words(value).value

    def process_result_value(self, value: str | None, _dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.words(value)
