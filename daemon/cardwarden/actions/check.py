"""One check of one book: claim, observe, read, guard, compare, judge, record. (Delivery is the step after.)"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from cardwarden.actions import expect
from cardwarden.actions.claim import claim
from cardwarden.actions.expect import Expected
from cardwarden.actions.judging import Baselines, Judging, Standing, case_of, new_baselines
from cardwarden.clock import Clock
from cardwarden.detect.baseline import Reconciled, reconcile
from cardwarden.detect.finding import Kind, Severity, State
from cardwarden.detect.guard import Inconclusive, Reading, guard
from cardwarden.detect.judge import events_of, judge
from cardwarden.detect.outcome import Doubt, Outcome
from cardwarden.detect.rule import NOTHING, Memory
from cardwarden.errors import RefusedError, SourceError
from cardwarden.sources.source import BookRef, Fetched, Known, Missed, Observation, Source
from cardwarden.store import bodies as body_store
from cardwarden.store import books as book_store
from cardwarden.store import cards as card_store
from cardwarden.store import checks as check_store
from cardwarden.store import findings as finding_store
from cardwarden.store import members as member_store
from cardwarden.store import outbox, removal
from cardwarden.store.acceptances import Move
from cardwarden.store.books import StoredBook
from cardwarden.store.cards import CardRow, StoredCard
from cardwarden.store.engine import Connection, Store
from cardwarden.store.members import Stamp
from cardwarden.store.memory import remembered
from cardwarden.text import plural
from cardwarden.vcard.card import Entry
from cardwarden.vcard.content import NO_LINES, RawCard, split_book
from cardwarden.vcard.index import digest_of, index_card, with_keys
from cardwarden.vcard.pairing import pair

_STAGED_AT_MOST = 16 << 20  # bytes of new bodies held in memory before they are written

Wanted = Callable[[str, Severity], Sequence[str]]
"""The names of the channels that want an event of a source and a severity."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What one check of one book came to.

    book      its title; "" where the source could not tell its books
    reason    why it was not believed (`doubt`), or what of the book could not be read
    cards     how many cards the book has, as far as is known
    events    ids of the events recorded by this check
    resolved  ids of findings that are no more
    refused   another process had the book, so that nothing was looked at
    """

    source: str
    book: str
    outcome: Outcome
    doubt: Doubt = Doubt.NONE
    reason: str = ""
    cards: int = 0
    events: tuple[int, ...] = ()
    resolved: tuple[int, ...] = ()
    refused: bool = False


def check_source(
    store: Store, source: Source, judging: Judging, wanted: Wanted, clock: Clock, *, deep: bool = False
) -> list[Checked]:
    """Check every book of a source. What hinders one of them is its result and does not keep the others from it.

    A known book that the source does not list any more, or cannot list, is looked at all the same, so that its owner
    learns that it cannot be read. Raises StoreError where nothing can be recorded.
    """
    with store.read() as connection:
        known = [BookRef(stored.book, stored.title) for stored in book_store.books(connection, source.name)]
    try:
        listed = source.books()
    except SourceError as error:
        if not known:
            return [Checked(source.name, "", Outcome.INCONCLUSIVE, Doubt.UNREAD, str(error))]
        listed = []
    here = {ref.id for ref in listed}
    done: list[Checked] = []
    for ref in [*listed, *(ref for ref in known if ref.id not in here and source.keeps(ref))]:
        try:
            done.append(check_book(store, source, ref, judging, wanted, clock, deep=deep))
        except RefusedError as error:
            done.append(Checked(source.name, ref.title, Outcome.INCONCLUSIVE, Doubt.UNREAD, str(error), refused=True))
    return done


def check_book(
    store: Store, source: Source, ref: BookRef, judging: Judging, wanted: Wanted, clock: Clock, *, deep: bool = False
) -> Checked:
    """Check one book and record what came of it; alerts are put into the outbox in the same transaction.

    A book that cannot be read is a result, not an error. Raises RefusedError where another process is checking the
    book, and StoreError where nothing could be recorded.
    """
    with claim(store.path, source.name, ref.id, clock):
        return _Check(store, source, ref, judging, wanted, clock, deep).run()


@dataclass
class _Check:
    """The steps of one check and what they hand on."""

    store: Store
    source: Source
    ref: BookRef
    judging: Judging
    wanted: Wanted
    clock: Clock
    deep: bool
    stored: StoredBook | None = None
    rows: list[StoredCard] = field(default_factory=list)
    members: dict[str, Stamp] = field(default_factory=dict)  # by href, as they were
    stamps: dict[str, Stamp] = field(default_factory=dict)  # of what was fetched, those that belong to the bytes
    staged: dict[str, bytes] = field(default_factory=dict)
    missed: dict[str, str] = field(default_factory=dict)
    believed: bool = False  # it looks as bad as at the check before, which doubted it
    told: frozenset[int] = frozenset()  # open findings about the book as a whole
    ignored: set[str] = field(default_factory=set)  # marks of cards that are to be passed over
    passed_over: set[str] = field(default_factory=set)  # members that hold such cards: their names are not kept

    def run(self) -> Checked:
        with self.store.read() as connection:
            self.stored = book_store.find_book(connection, self.source.name, self.ref.id)
            if self.stored:
                self.rows = card_store.load_cards(connection, self.stored.id)
                self.members = member_store.load_members(connection, self.stored.id)
                self.ignored = removal.ignored_marks(connection, self.stored.id)
        # Another region or other rules: what the index says of a card may be another thing, too.
        anew = self.stored is None or self.stored.judged_with != self.judging.mark
        self.deep = self.deep or anew
        try:
            seen = self._observe()
            fetched = self._fetch(seen, {} if anew else {row.entry.digest: row.entry for row in self._present()})
        except SourceError as error:
            return self._doubt(Inconclusive(Doubt.UNREAD, str(error)))
        if (
            not fetched
            and not self.missed
            and seen.members == {href: stamp.text for href, stamp in self.members.items()}
            and not anew
        ):
            return self._unchanged(seen)
        if self.missed and not fetched and len(self.missed) == len(seen.members):
            return self._doubt(Inconclusive(Doubt.UNREAD, _missed(self.missed)))
        entries = self._entries(seen, fetched)
        reading = self._reading(entries)
        doubt = guard(reading, doubted=self._doubted())
        if isinstance(doubt, Inconclusive):
            return self._doubt(doubt)
        self.believed = isinstance(guard(reading), Inconclusive)
        return self._judged(seen, self._standings(entries), anew=anew)

    def _present(self) -> Iterable[StoredCard]:
        return (row for row in self.rows if row.present)

    # Observe and read

    def _observe(self) -> Observation:
        token = self.stored.token if self.stored else ""
        return self.source.observe(
            self.ref,
            Known({href: stamp.text if stamp.settled else "" for href, stamp in self.members.items()}, token),
            deep=self.deep,
        )

    def _fetch(self, seen: Observation, known: Mapping[str, Entry]) -> dict[str, list[Entry]]:
        """The entries of every member that was fetched, by href; bytes that are `known` are not parsed again."""
        fetched: dict[str, list[Entry]] = {}
        size = 0
        for item in seen.bodies:
            if isinstance(item, Missed):
                self.missed[item.href] = item.reason
                continue
            self.stamps[item.href] = Stamp(item.stamp, item.settled)
            found = fetched[item.href] = []
            for ordinal, raw in enumerate(self._cards(item, seen)):
                entry = known.get(digest_of(raw.data))
                if entry is None:
                    entry = index_card(raw, item.href, ordinal, self.judging.region)
                    if self.ignored and removal.mark_of_card(entry.uid, item.href) in self.ignored:
                        self.passed_over.add(item.href)
                        continue
                    self.staged[entry.digest] = raw.data
                    size += len(raw.data)
                found.append(replace(entry, key="", href=item.href, ordinal=ordinal))
                if size > _STAGED_AT_MOST:
                    self._save_staged()
                    size = 0
        self.passed_over = {href for href in self.passed_over if not fetched[href]}
        return fetched

    def _cards(self, item: Fetched, seen: Observation) -> Iterable[RawCard]:
        """The cards of a member. A file among others that was cut to nothing is a card that cannot be read."""
        if item.data.strip() or len(seen.members) == 1 or all(row.entry.href != item.href for row in self._present()):
            return split_book(item.data)
        return [RawCard(item.data, NO_LINES)]

    def _save_staged(self) -> None:
        """Bodies may be written ahead of the check: they are addressed by what they are, and mean nothing by themselves."""
        with self.store.write() as connection:
            body_store.save_bodies(connection, self.staged)
        self.staged.clear()

    def _entries(self, seen: Observation, fetched: Mapping[str, list[Entry]]) -> list[Entry]:
        """All entries of the book now. Of a member that could not be fetched, what was there is taken to be there still."""
        there: dict[str, list[Entry]] = {}
        for row in self._present():
            there.setdefault(row.entry.href, []).append(row.entry)
        return [entry for href in seen.members for entry in fetched.get(href, there.get(href, ()))]

    # Guard

    def _reading(self, entries: Sequence[Entry]) -> Reading:
        before = [row.entry for row in self._present()]
        broken, was_broken = (sum(bool(entry.problem) for entry in some) for some in (entries, before))
        return Reading(before=len(before), now=len(entries), unreadable=max(0, broken - was_broken))

    def _doubted(self) -> Doubt:
        """The doubt of the check before."""
        return self.stored.doubt if self.stored else Doubt.NONE

    def _doubt(self, doubt: Inconclusive) -> Checked:
        cards = sum(1 for _ in self._present())
        with self.store.write() as connection:
            self._record_check(
                connection, self.clock.now(), Outcome.INCONCLUSIVE, cards, doubt=doubt.doubt, reason=doubt.reason
            )
        return Checked(self.source.name, self.ref.title, Outcome.INCONCLUSIVE, doubt.doubt, doubt.reason, cards)

    # Compare, judge, record

    def _standings(self, entries: Sequence[Entry]) -> list[Standing]:
        """Which stored card is which of the entries; new ones get a key of their own."""
        by_entry = {id(row.entry): row for row in self.rows}
        pairs = pair([row.entry for row in self.rows], entries)
        standings = [
            Standing(by_entry[id(was)], replace(now, key=was.key) if now else None) for was, now in pairs if was
        ]
        added = with_keys((now for was, now in pairs if was is None and now), (row.entry.key for row in self.rows))
        return standings + [Standing(None, entry) for entry in added]

    def _judged(self, seen: Observation, standings: Sequence[Standing], *, anew: bool) -> Checked:
        stored = self.stored
        # A first look of which something was missed took its baseline, too.
        first_look = stored is None or (stored.last_conclusive_at is None and not self.rows)
        here = {standing.now.key for standing in standings if standing.now}
        with self.store.read() as connection:
            waiting = finding_store.open_findings(connection, stored.id) if stored else []
            accepted = finding_store.accepted_marks(connection, stored.id) if stored else set()
            self.told = frozenset(found.id for found in waiting if found.finding.kind is Kind.CONDITION)
            in_question = {found.finding.card.key for found in waiting if found.finding.card}

            def body(digest: str) -> bytes:
                staged = self.staged.get(digest)
                return body_store.body(connection, digest) if staged is None else staged

            case = case_of(
                standings,
                body,
                self.judging,
                examine=in_question | here if anew else in_question,
                first_look=first_look,
                memory=self._memory(connection, standings),
            )
            result = reconcile(
                {found.id: found.finding for found in waiting},
                judge(case, self.judging.rules),
                examined={card.ref.key for card in case.cards} | (in_question - here),
                accepted=accepted,
                hold_at=self.judging.hold_at,
            )
            expected = Expected()
            if not first_look:
                result, expected = expect.let_pass(connection, self.source.name, self.clock.now(), result)
            bases = new_baselines(case, result.held, body, self.judging.region)
        return self._record(seen, standings, result, expected, bases, first_look=first_look)

    def _memory(self, connection: Connection, standings: Iterable[Standing]) -> Memory:
        """What is known from before the baseline of the cards that changed."""
        if self.stored is None:
            return NOTHING
        changed = {s.row.id: s.row.entry.key for s in standings if s.row and s.now and not s.is_settled}
        added = any(s.now and (s.row is None or s.row.base is None) for s in standings)
        return remembered(connection, self.stored.id, changed, added=added)

    def _record(
        self,
        seen: Observation,
        standings: Sequence[Standing],
        result: Reconciled,
        expected: Expected,
        bases: Baselines,
        *,
        first_look: bool,
    ) -> Checked:
        at = self.clock.now()
        rows = _changed_rows(standings, bases.digests)
        hidden = self.missed.keys() | self.passed_over
        stamps = {
            href: self.stamps.get(href, Stamp(stamp)) for href, stamp in seen.members.items() if href not in hidden
        }
        changed = {href: stamp for href, stamp in stamps.items() if self.members.get(href) != stamp}
        gone = [href for href in self.members if href not in seen.members or href in self.passed_over]
        still_open = [*result.opened, *result.changed.values(), *result.standing.values()]
        is_bad = any(finding.severity >= Severity.WARNING for finding in still_open)
        outcome = Outcome.FINDINGS if is_bad else Outcome.PARTIAL if self.missed else Outcome.CLEAN
        reason = _missed(self.missed)
        cards = sum(standing.now is not None for standing in standings)
        with self.store.write() as connection:
            body_store.save_bodies(connection, {**self.staged, **bases.bodies})
            book_id, check_id = self._record_check(
                connection,
                at,
                outcome,
                cards,
                reason=reason,
                changed=bool(rows or changed or gone),
                token=None if self.missed else seen.token,
                judged_with=self.judging.mark,
            )
            member_store.save_members(connection, book_id, changed, gone)
            ids = card_store.save_cards(connection, book_id, check_id, rows)
            events = self._tell(connection, book_id, check_id, result, at, first_look=first_look)
            expect.record(connection, book_id, check_id, expected, self._moves(rows, ids, expected.keys), at)
            came_true = self.told if self.believed else frozenset()  # "looks empty" was right: that is no all-clear
            finding_store.transition(connection, came_true, State.PASSED, at, "the book was found so again", check_id)
            over = [one for one in result.resolved if one not in came_true]
            finding_store.transition(connection, over, State.RESOLVED, at, "no longer there at a check", check_id)
            self._drop_put_together(connection, {key: row.base for key, row in zip(ids, rows, strict=True)})
        return self._checked(outcome, reason, cards, tuple(events), result.resolved)

    def _drop_put_together(self, connection: Connection, bases: Mapping[int, str | None]) -> None:
        """Baselines that were put together of two states of a card, and moved on: no version of it is their bytes."""
        left = {row.base for row in self.rows if row.base and row.id in bases and bases[row.id] != row.base}
        body_store.delete_unused(connection, body_store.body_ids(connection, left).values())

    def _moves(self, rows: Sequence[CardRow], ids: Sequence[int], keys: Collection[str]) -> dict[int, Move]:
        """What became of the baselines of these cards, by their rows."""
        before = {row.id: row.base for row in self.rows}
        return {
            number: Move(before.get(number), row.base)
            for row, number in zip(rows, ids, strict=True)
            if row.entry.key in keys
        }

    def _tell(
        self,
        connection: Connection,
        book_id: int,
        check_id: int,
        result: Reconciled,
        at: datetime,
        *,
        first_look: bool,
    ) -> list[int]:
        """Record the events of this check, and queue them for the channels that want them."""
        waiting = {id(finding) for finding in (*result.opened, *result.changed.values())}
        told = [*result.opened, *result.changed.values(), *result.passed]
        ids: list[int] = []
        for event in events_of(told, first_look=first_look):
            states = [State.OPEN if id(finding) in waiting else State.PASSED for finding in event.findings]
            event_id, _ = finding_store.add_event(connection, book_id, check_id, event, states, at)
            for channel in self.wanted(self.source.name, event.severity):
                outbox.enqueue(connection, channel, event_id, at)
            ids.append(event_id)
        return ids

    def _unchanged(self, seen: Observation) -> Checked:
        """Nothing came, went or was rewritten: what is open says how the book stands."""
        cards = sum(1 for _ in self._present())
        with self.store.write() as connection:
            worst = finding_store.worst_open(connection, self.stored.id) if self.stored else None
            is_bad = worst is not None and worst >= Severity.WARNING
            outcome = Outcome.FINDINGS if is_bad else Outcome.CLEAN
            self._record_check(connection, self.clock.now(), outcome, cards, token=seen.token)
        return self._checked(outcome, "", cards)

    def _record_check(
        self, connection: Connection, at: datetime, outcome: Outcome, cards: int, *, changed: bool = False, **told: Any
    ) -> tuple[int, int]:
        return check_store.record_check(
            connection,
            source=self.source.name,
            book=self.ref.id,
            title=self.ref.title,
            at=at,
            outcome=outcome,
            cards=cards,
            changed=changed,
            deep=self.deep,
            **told,
        )

    def _checked(
        self, outcome: Outcome, reason: str, cards: int, events: tuple[int, ...] = (), resolved: tuple[int, ...] = ()
    ) -> Checked:
        return Checked(self.source.name, self.ref.title, outcome, Doubt.NONE, reason, cards, events, resolved)


def _changed_rows(standings: Sequence[Standing], bases: Mapping[str, str | None]) -> list[CardRow]:
    """The rows that are not as they were."""
    rows: list[CardRow] = []
    for standing in standings:
        row, now = standing.row, standing.now
        entry = now or (row.entry if row else None)
        if entry is None:
            continue
        base = bases.get(entry.key, row.base if row else None)
        if row is None or (row.entry, row.present, row.base) != (entry, now is not None, base):
            rows.append(CardRow(row.id if row else None, entry, now is not None, base))
    return rows


def _missed(reasons: Mapping[str, str]) -> str:
    """Why members could not be fetched, in one sentence; "" where all could."""
    if not reasons:
        return ""
    first = next(iter(reasons.values()))
    return first if len(reasons) == 1 else f"{plural(len(reasons), 'card file')} could not be read. The first: {first}"
