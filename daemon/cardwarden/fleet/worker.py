"""A worker: does what is due for every household of a server, beside as many others as there are, until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import threading
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final

from cardwarden import __version__
from cardwarden.clock import Clock
from cardwarden.errors import CardwardenError, SettingsError, StoreError
from cardwarden.fleet.ears import NOTHING, BesideHousehold, Ears
from cardwarden.fleet.homes import Homes, SettingsStamp
from cardwarden.fleet.ledger import Ledger
from cardwarden.fleet.metrics import fleet_metrics
from cardwarden.fleet.pace import USUAL, Pace
from cardwarden.fleet.perform import Performer
from cardwarden.fleet.queue import Runner
from cardwarden.fleet.tables import WorkerRow
from cardwarden.fleet.troubles import Troubles
from cardwarden.fleet.watching import watching
from cardwarden.fleet.wishes import wanted
from cardwarden.fleet.work import Key, WorkKind, threads
from cardwarden.phrases.language import english
from cardwarden.phrases.phrase import Value, joined
from cardwarden.service import logs
from cardwarden.service.endpoint import Endpoint, HttpReply
from cardwarden.service.exposition import TYPE
from cardwarden.service.failures import guarded, log_failure, why_failed
from cardwarden.service.systemd import Systemd
from cardwarden.settings import last_known
from cardwarden.settings.households import Server, server_in
from cardwarden.settings.model import Settings
from cardwarden.sources.watched import WatchTarget
from cardwarden.store.calls import SCHEMA
from cardwarden.text import plural
from cardwarden.wiring import tell_blind

DRAIN: Final = 20.0
"""Seconds that running jobs get to end after the first signal."""
STILL: Final = 120.0
"""Seconds without planning after which a worker is ill; a database may take some to answer."""

_log = logging.getLogger(__name__)


class Worker:
    """One worker process: `run`.

    The queue's runner has the main thread, the work is done in a pool of threads, and a thread of its own plans.
    """

    def __init__(
        self,
        server: Server,
        clock: Clock,
        environ: Mapping[str, str],
        *,
        place: str | None = None,
        pace: Pace = USUAL,
        beside: BesideHousehold = NOTHING,
    ) -> None:
        """`place` names this machine, by default as it calls itself; `beside` is what stands beside households' guard.

        Raises SettingsError.
        """
        self.place = place or socket.gethostname()
        self.ledger = Ledger(server.address, pace)
        self._pace = pace
        self._workers = 1
        self.homes = Homes(server, clock, environ, lambda: self._workers)
        self._clock = clock
        self._environ = environ
        self._options = server.settings.workers
        self._performer = Performer(self.homes, self.ledger, clock)
        self._name = f"{self.place}/{os.getpid()}"
        self._started = clock.now()
        self._beside = beside
        self._ears = Ears(beside, self.homes, self.ledger, self._name)
        self._pool = ThreadPoolExecutor(threads(self._options.at_once), "work")
        self._runner = Runner(
            self.ledger.conninfo, SCHEMA, self.place, threads(self._options.at_once), self._perform, pace
        )
        self._stamps: dict[str, SettingsStamp] = {}
        self._running: dict[int, Key] = {}
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._is_left = False
        self._next_whole = 0.0
        self._ending = threading.Event()
        self._read_again = threading.Event()
        self._is_told_to_read = False
        self._suspects: set[int] = set()
        self._here: dict[Key, WatchTarget | None] = {}
        # Households that were not taken on at the last look, and what was logged of each.
        self._untaken: dict[str, str] = {}
        self._systemd = Systemd(environ)
        self._did: dict[tuple[WorkKind, bool], tuple[int, float]] = {}
        self._planned_at = clock.monotonic()
        self._troubles = Troubles()
        self._endpoint: Endpoint | None = None

    def run(self) -> None:
        """Work until SIGTERM or SIGINT; SIGHUP reads the settings of all households again.

        Raises StoreError if the tables cannot be made.
        """
        self.ledger.prepare()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_stop)
        signal.signal(signal.SIGHUP, self._on_reload)
        planner = threading.Thread(target=self._plan, name="plan", daemon=True)
        planner.start()
        threading.Thread(target=self._keep_in_step, name="settings", daemon=True).start()
        threading.Thread(target=self._watch, name="watch", daemon=True).start()
        ears = threading.Thread(target=self._hear, name="ears", daemon=True)
        ears.start()
        self._answer_monitors()
        self._systemd.ready()
        _log.info("working at %s for what is due", self.place)
        asyncio.run(self._runner.run(DRAIN))
        self._end(planner, ears)

    def stop(self) -> None:
        """Take no more work. Any thread may call this."""
        self._ending.set()
        self._read_again.set()
        self._wake.set()
        self._runner.stop()

    def row(self) -> WorkerRow:
        """What others see of it."""
        with self._lock:
            done = sum(count for count, _ in self._did.values())
            failed = sum(count for (_, good), (count, _) in self._did.items() if not good)
            running = len(self._running)
        now = self._clock.now()
        return WorkerRow(
            self._name, self.place, __version__, self._options.at_once, self._started, now, done, failed, running
        )

    def _answer_monitors(self) -> None:
        """Serve /healthz, /readyz and /metrics, if that is asked for."""
        listen = self._options.listen
        if listen is None:
            return
        plain = "text/plain; charset=utf-8"

        def healthz() -> HttpReply:
            still = self._clock.monotonic() - self._planned_at
            return (200, plain, b"ok\n") if still < STILL else (503, plain, b"the planning stands still\n")

        def readyz() -> HttpReply:
            if troubles := str(self._troubles):
                return 503, plain, f"{troubles}\n".encode()
            if self._runner.number is None:
                return 503, plain, b"the queue of jobs does not answer\n"
            return 200, plain, b"ok\n"

        def shown() -> HttpReply:
            with self._lock:
                did, running = dict(self._did), len(self._running)
            try:
                return 200, TYPE, fleet_metrics(self.ledger.overview(), did, running)
            except CardwardenError as error:
                return 503, plain, f"{error}\n".encode()

        try:
            self._endpoint = Endpoint(listen, {"/healthz": healthz, "/readyz": readyz, "/metrics": shown})
        except OSError as error:
            _log.error("workers.listen: %s cannot be used (%s). Choose another port.", listen, error.strerror)

    # The work

    async def _perform(self, key: Key, job: int) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._pool, partial(self._work, key, job))

    def _work(self, key: Key, job: int) -> None:
        began = self._clock.monotonic()
        with self._lock:
            self._running[job] = key
        try:
            good = self._noted(key, job)
        finally:
            with self._lock:
                self._running.pop(job, None)
            if self._is_left:  # something waits for the room that is free now
                self._wake.set()
        took = self._clock.monotonic() - began
        with self._lock:
            count, seconds = self._did.get((key.kind, good), (0, 0.0))
            self._did[key.kind, good] = (count + 1, seconds + took)

    def _noted(self, key: Key, job: int) -> bool:
        try:
            return self._performer.perform(key, job)
        except StoreError as error:  # the ledger makes it due again
            log_failure("the ledger", error)
            return False

    def _on_reload(self, _number: int, _frame: object) -> None:
        self._is_told_to_read = True
        self._read_again.set()

    def _on_stop(self, number: int, _frame: object) -> None:
        if self._ending.is_set():
            os._exit(128 + number)  # the second time: at once; what was begun is taken over by others
        self._systemd.stopping()
        threading.Thread(target=self.stop, name="stop").start()

    def _end(self, *waited_for: threading.Thread) -> None:
        """Wait for these, give what did not end in time to others at once, and strike this worker out."""
        for thread in waited_for:
            thread.join(5)
        if self._endpoint is not None:
            self._endpoint.stop()
        with self._lock:
            left = list(self._running.values())
        try:
            self._ears.close()
            self.ledger.put_back(left)
            self.ledger.gone(self._name)
        except StoreError as error:
            log_failure("the ledger", error)
        if left:
            _log.warning("%s did not end in time and goes to another worker", plural(len(left), "job"))
            logging.shutdown()
            os._exit(0)  # threads that hang would hold up a clean exit for ever
        self._pool.shutdown()
        self.homes.close()
        self.ledger.close()
        _log.info("stopped")

    # The planning: whichever worker does it, it is done once

    def _plan(self) -> None:
        next_beat = 0.0
        while not self._ending.is_set():
            now = self._planned_at = self._clock.monotonic()
            if now >= next_beat:
                self._troubles.guarded("the sign of life", self._beat)
                next_beat = self._clock.monotonic() + self._pace.beat
            self._troubles.guarded("planning", self._tick)
            self._wake.wait(self._pace.tick)
            if self._wake.is_set() and not self._ending.is_set():
                self._ending.wait(self._pace.busy)
            self._wake.clear()

    def _hear(self) -> None:
        while not self._ending.wait(self._pace.beat):
            self._troubles.guarded("answers and brokers", self._ears.settle)

    def _watch(self) -> None:
        watching(self._folders, self.ledger, self._clock, self._ending, self._pace.look)

    def _folders(self) -> dict[Key, WatchTarget]:
        """What of this machine is to be watched."""
        here = self._here
        return {key: target for key, target in here.items() if key.kind is WorkKind.CHECK and target is not None}

    def _tick(self) -> None:
        now = self._clock.monotonic()
        whole = now >= self._next_whole
        self._is_left = self.ledger.tick(self._options.at_once, self._options.checks_per_host, whole=whole)
        if whole:
            self._next_whole = now + self._pace.whole

    def _beat(self) -> None:
        """Say that this worker lives, to the others and systemd; give back what it does not do, claim the disk that is here."""
        alive = self.ledger.seen(self.row())
        self._workers = max(1, len(alive))
        self._systemd.alive()
        number = self._runner.number
        if number is not None:
            self._suspects = self.ledger.release(number, self._runner.running, self._suspects)
        self.ledger.claim_place(self.place, set(alive), set(self._here))

    # The households

    def _keep_in_step(self) -> None:
        """Look at the settings of all households again and again; many that are new take minutes, and nobody waits for them."""
        while not self._ending.is_set():
            self._read_again.clear()
            if self._is_told_to_read:
                self._is_told_to_read = False
                self._stamps = {}
                self._compare_server()
            self._troubles.guarded("reading the households' settings", self._sync)
            self._read_again.wait(self._pace.sync)

    def _compare_server(self) -> None:
        """Log whether the server's own settings are others than those that count here until the next start."""
        server = self.homes.server
        try:
            now = server_in(server.path, self._environ, Path.home()).document
        except CardwardenError as error:
            _log.error("%s cannot be used, so no worker will start; this one goes on: %s", server.path.name, error)
            return
        was = server.document
        changed = sorted(key for key in {*now, *was} if now.get(key) != was.get(key))
        if changed:
            said = (
                "%s says something else since this worker was started (%s): it counts when the worker is started again"
            )
            _log.warning(said, server.path.name, ", ".join(changed))

    def _sync(self) -> None:
        """Take on what the settings of all households say now."""
        names = self.homes.server.names()
        copies = self.ledger.has_settings(self._name, names)
        for name in copies.forgotten:
            _log.info("no household of that name any more", extra={"household": name})
        names = [name for name in names if name not in copies.removed]
        self._let_go(names)
        changed = [name for name in names if name in copies.lacking or self._stamps.get(name) != self.homes.stamp(name)]
        known = self.ledger.digests() if changed else {}
        for name in changed:
            if self._ending.is_set():
                return
            stamp, (before, is_local) = self.homes.stamp(name), known.get(name, ("", False))
            digest = self.homes.digest(name)
            if (before == digest and not is_local) or self._take_on(name, digest, anew=before not in {"", digest}):
                self._stamps[name] = stamp

    def _let_go(self, names: Collection[str]) -> None:
        """Keep nothing of households other than these: they are gone from this machine."""
        kept = set(names)
        self.homes.keep_only(kept)
        self._stamps = {name: stamp for name, stamp in self._stamps.items() if name in kept}
        self._untaken = {name: logged for name, logged in self._untaken.items() if name in kept}
        gone = {key.household for key in self._here} - kept
        if gone:
            self._here = {key: target for key, target in self._here.items() if key.household in kept}
            self.ledger.leave_place(self.place, gone)

    def _take_on(self, name: str, digest: str, *, anew: bool) -> bool:
        """Note what one household's settings ask for; gives whether they are settled for now.

        Whatever is wrong with it is no other one's trouble: it raises StoreError only if the ledger cannot be used.
        """
        try:
            if not self.homes.server.has_workers(name):
                _log.warning("its record is elsewhere, so no worker guards it", extra={"household": name})
                self._let_be(name, "elsewhere")
            elif self.homes.server.notes(name).paused:
                self._let_be(name, "paused")
            else:
                self._want(name, digest, anew=anew)
        except Exception as error:  # noqa: BLE001 the others are taken on
            if not os.path.lexists(self.homes.server.file(name)):
                return False  # they went at this moment: the next look lets go of it
            if isinstance(error, CardwardenError) and not isinstance(error, StoreError):
                self._is_wrong(name, error)
            else:
                self._is_failing(name, error)
            return False
        self._untaken.pop(name, None)
        return True

    def _want(self, name: str, digest: str, *, anew: bool) -> None:
        with self.homes.using(name) as program:
            wishes = list(wanted(program, self._clock.now()))
            self._keep_settings(name, program.settings)
            ears = self._beside.wanted(program.settings)
            sources = {wish.key: program.source(wish.key.name) for wish in wishes if wish.is_local}
            here = {key: source.watch for key, source in sources.items() if source.path and source.path.exists()}
        self.ledger.want(name, digest, wishes, anew=anew, ears=ears)
        self._has_here(name, here)

    def _let_be(self, name: str, state: str) -> None:
        """Have nothing done for a household, and watch none of its folders."""
        self.ledger.stop(name, state)
        self._has_here(name, {})

    def _has_here(self, name: str, here: Mapping[Key, WatchTarget | None]) -> None:
        """Note which folders of a household this machine has."""
        self._here = {**{key: target for key, target in self._here.items() if key.household != name}, **here}

    def _is_wrong(self, name: str, error: CardwardenError) -> None:
        """Have nothing done for a household whose settings cannot be used, and its people told."""
        self._let_be(name, "wrong")
        why = joined([error.said, *(error.problems if isinstance(error, SettingsError) else ())])
        said = english(why)
        if self._untaken.get(name) != said:
            _log.error("its settings are wrong, so it is not guarded: %s", said, extra={"household": name})
            self._untaken[name] = said
        if self.ledger.claim_telling(name):
            self._pool.submit(guarded(f"telling {name}", partial(self._tell_owner, name, why)))

    def _is_failing(self, name: str, error: Exception) -> None:
        """Have it known that a household cannot be taken on, and what it has done go on; it is tried again at the next look."""
        self.ledger.fail(name)
        why = why_failed(error)
        if self._untaken.get(name) != why:
            with logs.about(household=name):
                log_failure("its settings are not taken on", error)
            self._untaken[name] = why

    def _keep_settings(self, name: str, settings: Settings) -> None:
        """Note whom to tell if they are wrong the next time."""
        record = self.homes.server.record(name)
        try:
            record.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            last_known.keep(record, settings)
        except OSError as error:
            _log.warning("its settings cannot be noted: %s", error.strerror, extra={"household": name})

    def _tell_owner(self, name: str, why: Value) -> None:
        """Tell the channels of a household's last good settings that it is not guarded, and why."""
        known = last_known.last_known(self.homes.server.path, self._environ, Path.home(), name)
        if known is None:
            return
        if tell_blind(known, why, clock=self._clock, environ=self._environ):
            self.ledger.note_told(name)
