"""The writer of what can only be read. The settings never allow a restore there; looking finds nothing to compare with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cardwarden.errors import RefusedError
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.writers.writer import Replacement


class NoWriter:
    """Writes nowhere."""

    def __init__(self, source: str) -> None:
        self._source = source

    def look(self, replacements: Sequence[Replacement]) -> Iterator[bytes | None]:
        """What was seen last: nothing newer can be asked for."""
        return (replacement.seen for replacement in replacements)

    def write(self, replacements: Sequence[Replacement]) -> Iterator[Mapping[int, bytes | None]]:  # noqa: ARG002
        """Raises RefusedError."""
        command = Code(f"cardwarden export --source {self._source} --at TIME")
        raise RefusedError(phrase("writer-none", source=self._source, command=command))
