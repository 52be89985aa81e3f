"""Holds what was printed for programs against the contract."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, Union

from pydantic import ConfigDict, TypeAdapter

from cardwarden.actions.queries.documents import DOCUMENTS, Document


def kind_of(printed: str | bytes, kinds: Iterable[type[Document]]) -> type[Document]:
    """Which of these documents was printed, with every field of it and no other. Raises ValidationError if none was."""
    [document] = _adapter(tuple(kinds)).validate_json(b"[" + _bytes(printed) + b"]")
    return type(document)


def held_to_contract(arguments: Iterable[str], printed: str) -> None:
    """Raise ValidationError if a command that was called with `--json` printed another thing than it promised."""
    words = list(arguments)
    if "--json" in words and printed:
        [name] = [name for name in DOCUMENTS if words[: len(name.split())] == name.split()]
        kind_of(printed, DOCUMENTS[name])


@cache
def _adapter(kinds: tuple[type[Document], ...]) -> TypeAdapter[list[Any]]:
    return TypeAdapter(list[Union[kinds]], config=ConfigDict(extra="forbid", strict=True))  # type: ignore[valid-type]  # noqa: UP007


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()
