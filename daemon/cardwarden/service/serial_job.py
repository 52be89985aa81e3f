"""Work that never runs twice at once, and is not forgotten when it is asked for while it runs."""

from __future__ import annotations

import threading
from collections.abc import Callable

from cardwarden.clock import Clock
from cardwarden.service.failures import log_failure


class SerialJob:
    """One source's checks, or one channel's deliveries.

    APScheduler drops a job's trigger that comes while that job runs; here it is remembered, and the work is done once
    more when it ends. Work that fails is logged, and its turn is free again.
    """

    def __init__(self, name: str, work: Callable[[bool], None], clock: Clock) -> None:
        """`work` takes whether it is to be thorough (deep); `name` is what the log calls it."""
        self._name = name
        self._work = work
        self._clock = clock
        self._free = threading.Condition()
        self._is_running = False
        self._again: bool | None = None  # asked for while it ran, and how thoroughly
        self._closed = False
        self._began: float | None = None

    def run(self, *, deep: bool = False) -> None:
        """Do the work in this thread, or have the thread that does it now do it again."""
        with self._free:
            if self._closed:
                return
            if self._is_running:
                self._again = deep or bool(self._again)
                return
            self._is_running = True
            self._began = self._clock.monotonic()
        wanted: bool | None = deep
        while wanted is not None:
            try:
                self._work(wanted)
            except Exception as error:  # noqa: BLE001 one source or channel must not end the others
                log_failure(self._name, error)
            except BaseException:
                self._leave()
                raise
            wanted = self._next()

    def _next(self) -> bool | None:
        """What is to be done next, how thoroughly; None ends this turn."""
        with self._free:
            wanted, self._again = None if self._closed else self._again, None
            if wanted is None:
                self._is_running = False
                self._free.notify_all()
            else:
                self._began = self._clock.monotonic()
            return wanted

    def _leave(self) -> None:
        with self._free:
            self._is_running = False
            self._free.notify_all()

    @property
    def has_begun(self) -> bool:
        """Whether the work is done now, or was once."""
        return self._began is not None

    @property
    def is_running(self) -> bool:
        """Whether a thread does the work now."""
        return self._is_running

    @property
    def busy_for(self) -> float:
        """Seconds since the running work began; 0 if none runs."""
        with self._free:
            return self._clock.monotonic() - self._began if self._is_running and self._began is not None else 0.0

    def close(self) -> None:
        """Take on no more work."""
        with self._free:
            self._closed = True

    def wait(self, seconds: float) -> bool:
        """Wait until the running work ended, at most that long; gives whether it did."""
        with self._free:
            return self._free.wait_for(lambda: not self._is_running, seconds)
