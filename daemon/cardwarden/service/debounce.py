"""Many changes in a short time become one check: soon after the last one, and not too long after the first."""

from __future__ import annotations

QUIET = 0.4  # seconds without a change; a sync tool writes its files one after the other
PATIENCE = 8.0  # seconds after the first change at which a check begins in any case


class Debounce:
    """Times are seconds of one clock that never runs backwards."""

    def __init__(self, quiet: float = QUIET, patience: float = PATIENCE) -> None:
        self._quiet = quiet
        self._patience = patience
        self._seen: dict[str, tuple[float, float]] = {}  # the first and the last change

    def note(self, name: str, at: float) -> None:
        """Something of `name` changed."""
        first, _ = self._seen.get(name, (at, at))
        self._seen[name] = (first, at)

    def due(self, at: float) -> list[str]:
        """What is to be checked now; it is forgotten here."""
        ready = [name for name in self._seen if self._due_at(name) <= at]
        for name in ready:
            del self._seen[name]
        return ready

    def wait(self, at: float) -> float | None:
        """Seconds until something is due; None if nothing changed."""
        return min((max(0.0, self._due_at(name) - at) for name in self._seen), default=None)

    def _due_at(self, name: str) -> float:
        first, last = self._seen[name]
        return min(last + self._quiet, first + self._patience)
