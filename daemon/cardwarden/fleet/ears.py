"""What stands beside a household's guard (ears for answers, a teller of its broker): one worker has it, whoever that is."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass
from typing import Final

from cardwarden.fleet.homes import Homes, SettingsStamp
from cardwarden.fleet.ledger import Ledger
from cardwarden.service import logs
from cardwarden.service.failures import log_failure
from cardwarden.settings.model import Settings
from cardwarden.wiring import Program

MOST: Final = 200
"""Households that one worker has these for: each takes a thread or two, and keeps its program open."""
_AT_ONCE: Final = 16
_GOODBYE: Final = 5.0  # seconds

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BesideHousehold:
    """What can stand beside a household's guard: whether its settings ask for it, and what begins it."""

    wanted: Callable[[Settings], bool]
    begin: Callable[[Program], AbstractContextManager[None]]


NOTHING: Final = BesideHousehold(lambda _settings: False, lambda _program: nullcontext())


@dataclass
class _Ear:
    stamp: SettingsStamp
    stack: ExitStack


class Ears:
    """Those of one worker. One thread may `settle`."""

    def __init__(self, beside: BesideHousehold, homes: Homes, ledger: Ledger, worker: str) -> None:
        self._beside = beside
        self._homes = homes
        self._ledger = ledger
        self._worker = worker
        self._open: dict[str, _Ear] = {}

    def settle(self) -> None:
        """Begin and end what is this worker's; anew what has other settings. Raises StoreError."""
        mine = self._ledger.hear(self._worker, MOST)
        self._close(
            [name for name, ear in self._open.items() if name not in mine or ear.stamp != self._homes.stamp(name)]
        )
        for name in sorted(mine - self._open.keys()):
            with logs.about(household=name):
                self._begin(name)

    def close(self) -> None:
        """End all of them; another worker may have them then. Raises StoreError."""
        self._close(list(self._open))
        self._ledger.hear(self._worker, 0)

    def _begin(self, name: str) -> None:
        stack, stamp = ExitStack(), self._homes.stamp(name)
        try:
            program = stack.enter_context(self._homes.using(name))
            stack.enter_context(self._beside.begin(program))
        except Exception as error:  # noqa: BLE001 - the others have theirs; this one is tried again
            stack.close()
            log_failure("answers and broker", error)
        else:
            self._open[name] = _Ear(stamp, stack)

    def _close(self, names: list[str]) -> None:
        """At the same time, as each may wait for a server; what does not end in time ends with the process."""
        if not names:
            return
        pool = ThreadPoolExecutor(_AT_ONCE, "ears")
        ending = [pool.submit(self._open.pop(name).stack.close) for name in names]
        wait(ending, _GOODBYE)
        pool.shutdown(wait=False, cancel_futures=True)
