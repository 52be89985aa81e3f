"""Settings become objects: the only module that knows everybody."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from enum import Enum
from typing import TYPE_CHECKING

from cardwarden.actions.continuity import gone, was_in_use
from cardwarden.clock import Clock, SystemClock
from cardwarden.detect.outcome import Doubt, Outcome
from cardwarden.errors import BusyError, GoneError, RefusedError, StoreError, UsageError
from cardwarden.phrases.language import Voice, language_of_environment
from cardwarden.phrases.nearest import no_source
from cardwarden.phrases.phrase import Code, Moment, Phrase, Value, phrase, together
from cardwarden.progress import SILENT, Progress
from cardwarden.settings.kinds import AnySource
from cardwarden.settings.model import Settings, StoreOptions
from cardwarden.settings.times import span_of, time_of, zone_of
from cardwarden.store.engine import Store, open_store
from cardwarden.store.faults import damaged
from cardwarden.wiring.channels import channels_of
from cardwarden.wiring.sources import OpenedSources

if TYPE_CHECKING:
    from cardwarden.actions.access import UnreadPolicy
    from cardwarden.actions.checked import ChannelSelector, Checked
    from cardwarden.actions.decide import Hold, Policy
    from cardwarden.actions.deliver import Delivered
    from cardwarden.actions.limits import Allowance
    from cardwarden.actions.mirrors.pair import Mirror
    from cardwarden.actions.mirrors.record import Reviewed
    from cardwarden.actions.retain import Retained
    from cardwarden.actions.terms import Judging
    from cardwarden.alerts.channel import Channel
    from cardwarden.carddav.hosts import Hosts
    from cardwarden.sources.source import Source
    from cardwarden.writers.writer import Writer

# What only some runs do is imported where it is done: who asks what is open loads neither the detector nor a writer.


@dataclass(frozen=True, slots=True)
class Program:
    """Everything that a run works with. `helped`: a second process may take part in a long reading."""

    settings: Settings
    store: Store
    channels: tuple[Channel, ...]
    clock: Clock
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
    opened: OpenedSources = field(kw_only=True)
    helped: bool = field(default=False, kw_only=True)

    def source(self, name: str) -> Source:
        """The reader of one source of the settings. Raises UsageError for a name that is not there."""
        return self.opened.of(name, self._options(name)).source

    def writer(self, name: str) -> Writer:
        """What puts cards back into the books of one source.

        Raises UsageError for a name that is not there, RefusedError if the settings do not allow it.
        """
        self._refuse_paused()
        options = self._options(name)
        if not options.restore:
            raise RefusedError(phrase("error-restore-off", source=name, line=Code("restore = true")))
        return self._writer_from_now(name, options)

    def writer_to_ask(self, name: str) -> Writer:
        """The writer of a source for whoever only asks what it would do, and has it write nothing: allowed everywhere."""
        return self._writer_from_now(name, self._options(name))

    def _writer_from_now(self, name: str, options: AnySource) -> Writer:
        """The writer of a source; what it may take in all (`Source.begin`) is counted from now on, not from the last check."""
        opened = self.opened.of(name, options)
        opened.source.begin()
        return opened.writer

    def _options(self, name: str) -> AnySource:
        options = self.settings.sources.get(name)
        if options is None:
            raise UsageError(no_source(name, self.settings.sources))
        return options

    @property
    def is_paused(self) -> bool:
        """Whether it is a server's household that is let be for now. Raises SettingsError."""
        if self.settings.share is None:
            return False
        from cardwarden.settings.households import notes_in  # noqa: PLC0415 - a home has none

        return notes_in(self.settings.share.notes).paused

    def _refuse_paused(self) -> None:
        if self.settings.share and self.is_paused:
            command = Code(f"cardwarden household pause --end {self.settings.share.name}")
            raise RefusedError(phrase("household-paused", command=command))

    def with_settings(self, settings: Settings) -> Program:
        """The same program with other settings, on the same store; sources whose settings stay as they are stay open."""
        self.opened.keep_only(settings.sources)
        return replace(self, settings=settings, channels=channels_of(settings, self.environ, self.store, self.clock))

    def judging(self, name: str) -> Judging:
        """What the books of a source are judged by. A source that is no longer in the settings: by the common ones."""
        return judging_of(self.settings, name)

    def region_of(self, name: str) -> str:
        """The country of a source's numbers, as for `judging`; "" if nobody knows."""
        return region_of(self.settings, name)

    @property
    def without_region(self) -> tuple[str, ...]:
        """The sources whose numbers cannot be judged as its owner's phone would dial them."""
        return tuple(name for name in self.settings.sources if not self.region_of(name))

    @property
    def wanted(self) -> ChannelSelector:
        """Which channels want an event."""
        return lambda source, severity: [c.name for c in self.channels if c.wants(source, severity)]

    def note_checked(self, names: Collection[str]) -> None:
        """Note that these sources were checked: once all were since it was told that nothing is guarded, its end is told."""
        from cardwarden.actions.blind import Blind  # noqa: PLC0415

        Blind(self.store.path, self.environ, self.clock).works(names, self.settings.sources, self.channels)

    def check(self, name: str, *, deep: bool = False, progress: Progress = SILENT) -> list[Checked]:
        """Check the books of one source. Raises UsageError and StoreError, RefusedError for a household that is paused."""
        self._refuse_paused()
        from cardwarden.actions.check import check_source  # noqa: PLC0415
        from cardwarden.actions.checked import SourceChecked  # noqa: PLC0415
        from cardwarden.actions.reviews import review  # noqa: PLC0415
        from cardwarden.sources.counted import counted_source  # noqa: PLC0415

        began = self.clock.now()
        names = frozenset(self.settings.sources)
        source = counted_source(self._limited(name, names), progress)
        source.begin()
        done = check_source(
            self.store,
            source,
            self.judging(name),
            self.wanted,
            self.clock,
            deep=deep,
            helped=self.helped,
            sources=names,
        )
        checked = SourceChecked(name, done, began)
        drifted = review(self.store, checked, self._unread_policy, self.mirrors, self.wanted, self.clock)
        return [_with_drift(book, drifted, first=place == 0) for place, book in enumerate(done)]

    def _limited(self, name: str, names: Collection[str]) -> Source:
        """The reader of one source, that brings no more than a server's household may have. Raises StoreError."""
        source, share = self.source(name), self.settings.share
        if share is None:
            return source
        from cardwarden.sources.limited import confined_source, limited_source  # noqa: PLC0415 - a home has no limits

        if share.books:
            source = confined_source(source, share.books)
        if not share.limits.any:
            return source
        from cardwarden.actions.limits import room_for  # noqa: PLC0415

        with self.store.read() as connection:
            room = room_for(connection, name, names, share.limits)
        return limited_source(source, share.limits, room)

    @property
    def least_gap(self) -> timedelta:
        """How much time a server leaves at least between two checks of a source of its household."""
        if self.settings.share is None:
            return timedelta()
        from cardwarden.actions.limits import least_gap  # noqa: PLC0415 - a home has none

        return least_gap(self.settings.sources, self.settings.share.limits)

    def may_check_at(self, name: str) -> datetime | None:
        """When a server allows its household the next check of a source; None for now. Raises StoreError."""
        share = self.settings.share
        if share is None or share.limits.checks_a_day is None:
            return None
        from cardwarden.actions.limits import allowed_at  # noqa: PLC0415 - a home has none

        with self.store.read() as connection:
            return allowed_at(connection, name, self.settings.sources, share.limits, self.clock.now())

    def too_soon(self, put_off: Mapping[str, datetime]) -> Phrase:
        """What to say to whoever asks for a check of sources that are not allowed until then (`may_check_at`)."""
        share = self.settings.share
        count = (share.limits.checks_a_day if share else None) or 0
        again = (phrase("limit-checks-again", source=name, at=Moment(at)) for name, at in put_off.items())
        return together(phrase("limit-checks", count=count), *again)

    @property
    def mirrors(self) -> tuple[Mirror, ...]:
        """The pairs of books that are to say the same."""
        return mirrors_of(self.settings)

    @property
    def _unread_policy(self) -> UnreadPolicy:
        from cardwarden.actions.access import UnreadPolicy  # noqa: PLC0415

        return UnreadPolicy(self.settings.alerts.unread_after)

    def review_stuck(self, name: str, seconds: float) -> None:
        """Note the books of a source whose check has not ended for that long as not read. Raises StoreError."""
        from cardwarden.actions.access import review_access  # noqa: PLC0415
        from cardwarden.actions.checked import Checked, SourceChecked  # noqa: PLC0415

        reason = phrase("check-not-ended", count=round(seconds / 60))
        stuck = Checked(name, "", Outcome.INCONCLUSIVE, Doubt.UNREAD, reason)
        checked = SourceChecked(name, [stuck], self.clock.now())
        review_access(self.store, checked, self._unread_policy, self.wanted, self.clock)

    def retain(self) -> Retained:
        """The daily care of the history. Raises StoreError."""
        from cardwarden.actions.retain import retain  # noqa: PLC0415

        return retain(self.store, self.settings.store.retain, self.clock)

    def deliver(self) -> Delivered:
        """Send what waits on all channels, and what waits for channels that are gone on those there are. Raises StoreError."""
        from cardwarden.actions.deliver import deliver  # noqa: PLC0415

        self.hand_over()
        return deliver(self.store, self.channels, self.policy, self.clock)

    def deliver_on(self, name: str) -> Delivered:
        """Send what waits on one channel of the settings. Raises StoreError."""
        from cardwarden.actions.deliver import deliver_on  # noqa: PLC0415

        names = [channel.name for channel in self.channels]
        return deliver_on(self.store, self._channel(name), names, self.policy, self.clock)

    def next_round(self, name: str) -> Hold | None:
        """When there is something to do on a channel again; None if something can go out now. Raises StoreError."""
        from cardwarden.actions.deliver import next_round  # noqa: PLC0415

        return next_round(self.store, self._channel(name), self.policy, self.clock)

    def at_rest(self, name: str) -> Hold | None:
        """Why nothing is to be done on a channel, and until when, unless somebody writes; None if that cannot be told.

        Raises StoreError.
        """
        from cardwarden.actions.deliver import at_rest  # noqa: PLC0415

        return at_rest(self.store, self._channel(name), self.policy, self.clock)

    def _channel(self, name: str) -> Channel:
        [channel] = [channel for channel in self.channels if channel.name == name]
        return channel

    def hand_over(self) -> Mapping[str, int]:
        """Give what waits for channels that are gone to the others; gives how many alerts that were. Raises StoreError."""
        from cardwarden.actions.hand_over import hand_over  # noqa: PLC0415

        return hand_over(self.store, [channel.name for channel in self.channels], self.wanted)

    @property
    def voice(self) -> Voice:
        """What its commands speak."""
        return Voice(self.settings.language or language_of_environment(self.environ), self.zone, self.household)

    @property
    def household(self) -> str | None:
        """Its name, if it is one of a server's."""
        return self.settings.share.name if self.settings.share else None

    @property
    def zone(self) -> tzinfo:
        """Where the owner lives."""
        return zone_of(self.settings.timezone, self.environ)

    @property
    def policy(self) -> Policy:
        """When the owner wants to be told."""
        from cardwarden.actions.decide import Policy  # noqa: PLC0415

        alerts = self.settings.alerts
        return Policy(
            self.zone, time_of(alerts.digest), span_of(alerts.quiet), alerts.group, alerts.limit, alerts.remind
        )


class Opening(Enum):
    """What to do if there is no record yet.

    LOOK   make none: what is asked is answered as of an empty one
    USE    make none, and say so (StoreError): nothing can be done without one
    BEGIN  begin one
    GUARD  begin one, also if one was known and is gone: the check that follows tells its owner. All others raise StoreError
    """

    LOOK = "look"
    USE = "use"
    BEGIN = "begin"
    GUARD = "guard"


@contextmanager
def assembled(
    settings: Settings,
    opening: Opening = Opening.LOOK,
    *,
    clock: Clock | None = None,
    environ: Mapping[str, str] = os.environ,
    say: Callable[[Phrase], None] | None = None,
    attended: bool = False,
    helped: bool = False,
) -> Iterator[Program]:
    """The program that the settings describe, with its store open. Raises StoreError; secrets are not read yet.

    `say` tells what servers are waited for, the log unless it is given; `attended` says that a person waits: servers get
    less patience then. `helped`: a second process may take part in a long reading.
    """
    clock = clock or SystemClock()
    store = _opened(settings.store, opening)
    opened = OpenedSources(clock, environ, say, attended=attended)
    try:
        channels = channels_of(settings, environ, store, clock)
        yield Program(settings, store, channels, clock, environ, opened=opened, helped=helped)
    except _FROM_VALUES as error:
        if store.is_damaged():
            raise StoreError(damaged(store.name)) from error
        raise
    finally:
        opened.close()
        store.close()


def program_on(
    store: Store, settings: Settings, clock: Clock, environ: Mapping[str, str], hosts: Hosts | None = None
) -> Program:
    """The program that the settings describe on a store that is open already, and stays so: whoever has many closes it.

    `hosts` is what is known of the servers that are asked, shared by several programs.
    """
    opened = OpenedSources(clock, environ, None, hosts=hosts)
    return Program(settings, store, channels_of(settings, environ, store, clock), clock, environ, opened=opened)


def _opened(options: StoreOptions, opening: Opening) -> Store:
    """The record, opened or begun as `opening` says. Raises GoneError if one was there once, StoreError."""
    if opening is not Opening.GUARD:
        store = open_store(options.url, options.db_schema, options.path, make=False)
        if not store.is_begun and was_in_use(store.path):
            raise GoneError(gone(store.path))
        if opening is Opening.USE:
            store.require_record()
        if store.is_begun or opening is Opening.LOOK:
            return store
    return open_store(options.url, options.db_schema, options.path)


@contextmanager
def told_if_blind(
    settings: Settings,
    *,
    clock: Clock | None = None,
    environ: Mapping[str, str] = os.environ,
    first: Callable[[], None] = lambda: None,
) -> Iterator[None]:
    """Tell the channels of the settings, without a database, if what is done meanwhile cannot use it. Raises StoreError.

    `first` is called if it was not known before.
    """
    try:
        yield
    except BusyError:
        raise  # whoever has it guards
    except StoreError as error:
        tell_blind(settings, error.said, clock=clock, environ=environ, first=first)
        raise


def tell_blind(
    settings: Settings,
    why: Value,
    *,
    clock: Clock | None = None,
    environ: Mapping[str, str] = os.environ,
    first: Callable[[], None] = lambda: None,
) -> bool:
    """Tell the channels of the settings once, without a database, that nothing is guarded, and why; gives whether all know."""
    from cardwarden.actions.blind import Blind  # noqa: PLC0415

    blind = Blind(settings.store.path, environ, clock or SystemClock())
    if not blind.why:
        first()
    return blind.tell(why, channels_of(settings, environ))


_FROM_VALUES = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)
"""What wrong values lead to: bugs, unless the database that they came from is damaged."""


def judging_of(settings: Settings, name: str) -> Judging:
    """What the books of a source are judged by. A source that is no longer in the settings: by the common ones."""
    from cardwarden.actions.terms import Judging  # noqa: PLC0415
    from cardwarden.detect.usual import UsualRules  # noqa: PLC0415

    options = settings.sources.get(name)
    ignore = frozenset(word.upper() for word in options.ignore) if options else frozenset()
    return Judging(
        region_of(settings, name),
        settings.configured or UsualRules(),
        settings.hold_at,
        ignore,
        settings.believe_after,
        settings.guarded.contacts,
        allowance=_allowance_of(settings),
    )


def _allowance_of(settings: Settings) -> Allowance | None:
    share = settings.share
    if share is None or (share.limits.books is None and share.limits.cards is None):
        return None
    from cardwarden.actions.limits import Allowance  # noqa: PLC0415 - a home has none

    return Allowance(share.limits, frozenset(settings.sources))


def region_of(settings: Settings, name: str) -> str:
    """The country of a source's numbers; "" if nobody knows."""
    options = settings.sources.get(name)
    return (options.region if options else None) or settings.region or ""


def mirrors_of(settings: Settings) -> tuple[Mirror, ...]:
    """The pairs of books that are to say the same."""
    if not settings.mirrors:
        return ()
    from cardwarden.actions.mirrors.pair import Mirror  # noqa: PLC0415

    return tuple(
        Mirror(
            name,
            options.origin,
            options.copy_,
            options.lag,
            options.keeps,
            (
                judging_of(settings, options.origin.partition("/")[0]),
                judging_of(settings, options.copy_.partition("/")[0]),
            ),
        )
        for name, options in settings.mirrors.items()
    )


def _with_drift(book: Checked, drifted: Sequence[Reviewed], *, first: bool) -> Checked:
    """A book's check with what its mirrors came to.

    What came of comparing a copy stands with that copy's check. If the copy is another source's, only the origin was checked:
    it stands with the `first` book of this check then.
    """
    own = [reviewed for reviewed in drifted if (reviewed.source, reviewed.book) == (book.source, book.book)]
    others = [reviewed for reviewed in drifted if first and reviewed.source != book.source]
    events = tuple(event for reviewed in (*own, *others) for event in reviewed.events)
    over = tuple(number for reviewed in (*own, *others) for number in reviewed.resolved)
    outcome = book.outcome
    if own and outcome in {Outcome.CLEAN, Outcome.FINDINGS}:
        outcome = Outcome.FINDINGS if own[0].is_held else Outcome.CLEAN
    return replace(book, outcome=outcome, events=book.events + events, resolved=book.resolved + over)
