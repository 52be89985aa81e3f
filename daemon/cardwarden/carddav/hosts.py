"""How servers are asked politely: what is known of a host is shared by all sources that ask it.

A provider has many hosts (iCloud puts each account on one of a hundred), and counts what it gets in all: they share one budget.
"""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from cardwarden.carddav.auth import Identity
from cardwarden.carddav.failure import DavError, FailureKind
from cardwarden.carddav.href import authority, host_of, named_by
from cardwarden.clock import Clock
from cardwarden.phrases.language import english
from cardwarden.phrases.phrase import Code, Phrase, phrase

AT_ONCE: Final = 3
"""Requests that may be under way to one host of a household's own."""

_WORTH_SAYING = 2.0  # seconds

_log = logging.getLogger(__name__)

Say = Callable[[Phrase], None]
"""Tells whoever waits what is waited for."""


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """How long servers are waited for, in seconds, and how much is asked of one.

    pauses   before the second, third, ... try of a request that only reads
    longest  the longest wait that a server may ask for; one that asks for more is left alone until a later check
    whole    what one check of one source may take
    rest     for how long a host that could not be reached in spite of all tries, or does not serve an account, is not tried again
    answer   what one answer may take in all
    noticed  after how long whoever waits is told which answer is waited for
    repeated how long a try that failed may have taken so that it is worth another one
    burst, per_second  requests that a host gets at once, and on the average; none are held back if that is 0
    """

    pauses: tuple[float, ...] = (1.0, 3.0, 9.0)
    longest: float = 120.0
    whole: float = 1500.0
    rest: float = 60.0
    answer: float = 600.0
    noticed: float = 120.0
    repeated: float = math.inf
    burst: int = 100
    per_second: float = 10.0


UNATTENDED: Final = RequestLimits()
ATTENDED: Final = RequestLimits(
    pauses=(1.0, 3.0), longest=10.0, answer=120.0, noticed=4.0, repeated=15.0, per_second=0.0
)
"""While a person waits."""


@dataclass(frozen=True, slots=True)
class ServerWait:
    """What is waited for, and until when."""

    until: datetime
    why: Phrase


class Everybody(Enum):
    """All accounts of a host."""

    ALL = "all"


class LeftAloneError(DavError):
    """No request was sent: the host, or the time for it, did not allow one. Another try now brings the same."""


class Budget:
    """How many requests a host gets, or all hosts of a provider: at once, and in time."""

    def __init__(self, clock: Clock, patience: RequestLimits, at_once: int, sharers: Callable[[], int]) -> None:
        """`sharers` tells how many processes share it: each has its part."""
        self.slots = threading.BoundedSemaphore(at_once)
        self._clock = clock
        self._patience = patience
        self._sharers = sharers
        self._lock = threading.Lock()
        self._left = float(patience.burst)
        self._counted_at = clock.monotonic()

    def take(self) -> tuple[float, float]:
        """Take one request; gives the seconds to wait for it, and how many there are in a second."""
        sharers = max(1, self._sharers())
        rate = self._patience.per_second / sharers
        if not rate:
            return 0.0, rate
        with self._lock:
            now = self._clock.monotonic()
            self._left = min(self._patience.burst / sharers, self._left + (now - self._counted_at) * rate) - 1
            self._counted_at = now
            return -self._left / rate, rate


class Host:
    """One host and port: how many requests it gets, whether it is there, and until when it wants to be left alone."""

    def __init__(self, url: str, clock: Clock, patience: RequestLimits, say: Say, budget: Budget) -> None:
        self._name = host_of(url)
        self._clock = clock
        self._patience = patience
        self._say = say
        self._budget = budget
        self._lock = threading.Lock()
        self._quiet_until = clock.monotonic()
        self._away: dict[Identity | Everybody, tuple[DavError, float]] = {}  # the second is until when
        self._waits: list[ServerWait] = []

    @property
    def waits(self) -> list[ServerWait]:
        """What requests to it wait for now; what is over in a moment is left out."""
        with self._lock:
            return list(self._waits)

    @contextmanager
    def turn(self, account: Identity = None) -> Iterator[None]:
        """The right to send one request. Raises DavError if the host is not there for it, or wants to be left alone too long."""
        with self._budget.slots:
            self._wait_until_welcome(account)
            self._wait_for_budget()
            yield

    def leave_alone(self, seconds: float) -> None:
        """It asked for no requests for so long."""
        with self._lock:
            self._quiet_until = max(self._quiet_until, self._clock.monotonic() + seconds)

    def give_up(self, error: DavError, account: Identity | Everybody) -> None:
        """All tries were in vain: who asks soon is told the same at once, so that one dead host costs one waiting.

        A host that was not reached is away for everybody. One that has no good answer may have one for others: an account of
        its own may be broken, or be put off.
        """
        with self._lock:
            now = self._clock.monotonic()
            self._away = {who: (what, until) for who, (what, until) in self._away.items() if now < until}
            self._away[account] = error, now + self._patience.rest

    def wait(self, seconds: float, why: Phrase) -> None:
        """Wait, and say so if it takes a while."""
        if seconds < _WORTH_SAYING:
            self._clock.sleep(seconds)
            return
        self._say(phrase("waiting-for", count=round(seconds), why=why))
        noted = ServerWait(self._clock.now() + timedelta(seconds=seconds), why)
        with self._lock:
            self._waits.append(noted)
        try:
            self._clock.sleep(seconds)
        finally:
            with self._lock:
                self._waits.remove(noted)

    def say_slow(self, seconds: float) -> None:
        """An answer is waited for, which may take so long in all."""
        self._say(phrase("waiting-for-answer", host=Code(self._name), span=_long(seconds)))

    def _wait_until_welcome(self, account: Identity) -> None:
        with self._lock:
            now = self._clock.monotonic()
            for who in (Everybody.ALL, account):
                error, until = self._away.get(who, (None, now))
                if error and now < until:
                    raise LeftAloneError(error.kind, error.said)
            wanted = self._quiet_until - now
        if wanted > self._patience.longest:
            raise LeftAloneError(
                FailureKind.PASSING,
                phrase("dav-left-alone", host=Code(self._name), span=_long(wanted)),
            )
        if wanted > 0:
            self.wait(wanted, phrase("waits-as-asked", host=Code(self._name)))

    def _wait_for_budget(self) -> None:
        missing, rate = self._budget.take()
        if missing > 0:
            self.wait(missing, phrase("waits-for-its-turn", host=Code(self._name), rate=f"{rate:g}"))


def logged(said: Phrase) -> None:
    """If nobody waits, it stands in the log."""
    _log.info("%s", english(said))


class Hosts:
    """All hosts that a run asks.

    `providers` are hosts that belong together (`host`, `*.domain`): each gets one request at once on all its hosts, and no
    more in all than one host of a household's own.
    """

    def __init__(
        self,
        clock: Clock,
        patience: RequestLimits = UNATTENDED,
        say: Say = logged,
        sharers: Callable[[], int] = lambda: 1,
        *,
        providers: Sequence[tuple[str, ...]] = (),
    ) -> None:
        """`sharers` tells how many processes ask the same hosts: each has its part of what a host gets on the average."""
        self.clock = clock
        self.patience = patience
        self._say = say
        self._sharers = sharers
        self._providers = providers
        self._hosts: dict[str, Host] = {}
        self._budgets: dict[tuple[str, ...], Budget] = {}
        self._lock = threading.Lock()

    def of(self, url: str) -> Host:
        """The host of an address."""
        key = authority(url)
        with self._lock:
            if key not in self._hosts:
                self._hosts[key] = Host(url, self.clock, self.patience, self._say, self._budget_of(url))
            return self._hosts[key]

    def _budget_of(self, url: str) -> Budget:
        provider = next((hosts for hosts in self._providers if named_by(hosts, url)), None)
        if provider is None:
            return Budget(self.clock, self.patience, AT_ONCE, self._sharers)
        if provider not in self._budgets:
            self._budgets[provider] = Budget(self.clock, self.patience, 1, self._sharers)
        return self._budgets[provider]

    def waits(self) -> list[ServerWait]:
        """What this run waits for now, the longest first."""
        with self._lock:
            hosts = list(self._hosts.values())
        return sorted((wait for host in hosts for wait in host.waits), key=lambda wait: wait.until, reverse=True)


def _long(seconds: float) -> Phrase:
    if seconds >= 90:
        return phrase("minutes", count=round(seconds / 60))
    return phrase("seconds", count=round(seconds))
