"""Which of a worker's jobs fail, and why: each has its own trouble, and ends no other one's."""

from __future__ import annotations

import threading
from collections.abc import Callable

from cardwarden.service.failures import log_failure, why_failed


class Troubles:
    """Any thread may use it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._why: dict[str, str] = {}  # of jobs that failed when they were done last, by their names

    def guarded(self, name: str, job: Callable[[], object]) -> None:
        """Do a job whose failure ends nothing else. It is logged, unless it or another job met the same before."""
        try:
            job()
        except Exception as error:  # noqa: BLE001 the worker goes on
            if self._is_new(name, why_failed(error)):
                log_failure(name, error)
        else:
            with self._lock:
                self._why.pop(name, None)

    def __str__(self) -> str:
        """A line for each job that fails; "" if none does."""
        with self._lock:
            return "\n".join(f"{name}: {why}" for name, why in sorted(self._why.items()))

    def _is_new(self, name: str, why: str) -> bool:
        with self._lock:
            is_known = why in self._why.values()
            self._why[name] = why
        return not is_known
