"""An alarm for what must not take long: something quadratic would take minutes or hours."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def alarm(seconds: int) -> Iterator[None]:
    """Fails what computes for longer; what others compute on the machine meanwhile does not count."""

    def ring(*_: object) -> None:
        raise TimeoutError(f"computed for more than {seconds} s")

    old = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, old)
