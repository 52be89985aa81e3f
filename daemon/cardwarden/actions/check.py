"""One check of one book: claim, observe, read, guard, compare, judge, record. (Delivery is the step after.)"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from cardwarden.actions.claim import claim
from cardwarden.actions.judging import Judging, Standing, case_of, new_baselines
from cardwarden.clock import Clock
from cardwarden.detect.baseline import Reconciled, reconcile
from cardwarden.detect.finding import Severity, State
from cardwarden.detect.guard import Inconclusive, Reading, guard
from cardwarden.detect.judge import events_of, judge
from cardwarden.errors import SourceError
from cardwarden.sources.source import BookRef, Known, Missed, Observation, Source
from cardwarden.store import findings as finding_store
from cardwarden.store import history, outbox
from cardwarden.store.engine import Connection, Store
from cardwarden.store.history import CardRow, StoredBook, StoredCard
from cardwarden.vcard.card import Entry
from cardwarden.vcard.content import split_book
from cardwarden.vcard.index import digest_of, index_card, with_keys
from cardwarden.vcard.pairing import pair

CLEAN = "clean"
FINDINGS = "findings"
INCONCLUSIVE = "inconclusive"

_STAGED_AT_MOST = 16 << 20  # bytes of new bodies held in memory before they are written

Wanted = Callable[[str, Severity], Sequence[str]]
"""The names of the channels that want an event of a source and a severity."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What one check of one book came to.

    outcome   "clean", "findings" (something of warning or above is open) or "inconclusive", with the `reason`
    cards     how many cards the book has, as far as is known
    events    ids of the events recorded by this check
    resolved  ids of findings that are no more
    """

    source: str
    book: str
    outcome: str
    reason: str = ""
    cards: int = 0
    events: tuple[int, ...] = ()
    resolved: tuple[int, ...] = ()


def check_book(
    store: Store, source: Source, ref: BookRef, judging: Judging, wanted: Wanted, clock: Clock, *, deep: bool = False
) -> Checked:
    """Check one book and record what came of it; alerts are put into the outbox in the same transaction.

    Raises RefusedError where another process is checking the book, and StoreError where nothing could be recorded. A
    book that cannot be read is a result, not an error.
    """
    with claim(store.path, f"{source.name}\n{ref.id}", clock):
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
    members: dict[str, str] = field(default_factory=dict)
    staged: dict[str, bytes] = field(default_factory=dict)
    missed: dict[str, str] = field(default_factory=dict)

    def run(self) -> Checked:
        with self.store.read() as connection:
            self.stored = history.find_book(connection, self.source.name, self.ref.id)
            if self.stored:
                self.rows = history.load_cards(connection, self.stored.id)
                self.members = history.load_members(connection, self.stored.id)
        anew = self.stored is None or self.stored.judged_with != self.judging.mark
        try:
            seen = self._observe()
            fetched = self._fetch(seen, known=not anew)
        except SourceError as error:
            return self._doubt(Inconclusive("unread", str(error)))
        if not anew and not fetched and not self.missed and seen.members == self.members:
            return self._unchanged(seen)
        entries = self._entries(seen, fetched)
        doubt = guard(self._reading(entries), doubted=self._doubted())
        if isinstance(doubt, Inconclusive):
            return self._doubt(doubt)
        return self._judged(seen, self._standings(entries), anew=anew)

    # Observe and read

    def _observe(self) -> Observation:
        token = self.stored.token if self.stored else ""
        return self.source.observe(self.ref, Known(self.members, token), deep=self.deep)

    def _fetch(self, seen: Observation, *, known: bool) -> dict[str, list[Entry]]:
        """The entries of every member that was fetched; bytes that were seen before are not parsed again."""
        before = {row.entry.digest: row.entry for row in self.rows if row.present} if known else {}
        fetched: dict[str, list[Entry]] = {}
        size = 0
        for item in seen.bodies:
            if isinstance(item, Missed):
                self.missed[item.href] = item.reason
                continue
            found: list[Entry] = []
            for ordinal, raw in enumerate(split_book(item.data)):
                digest = digest_of(raw.data)
                entry = before.get(digest)
                if entry is None:
                    entry = index_card(raw, item.href, ordinal, self.judging.region)
                    self.staged[digest] = raw.data
                    size += len(raw.data)
                found.append(replace(entry, key="", href=item.href, ordinal=ordinal))
                if size > _STAGED_AT_MOST:
                    self._save_staged()
                    size = 0
            fetched[item.href] = found
        return fetched

    def _save_staged(self) -> None:
        """Bodies may be written ahead of the check: they are addressed by what they are, and mean nothing by themselves."""
        with self.store.write() as connection:
            history.save_bodies(connection, self.staged)
        self.staged.clear()

    def _entries(self, seen: Observation, fetched: Mapping[str, list[Entry]]) -> list[Entry]:
        """All entries of the book now. Of a member that could not be fetched, what was there is taken to be there still."""
        there: dict[str, list[Entry]] = {}
        for row in self.rows:
            if row.present:
                there.setdefault(row.entry.href, []).append(row.entry)
        entries: list[Entry] = []
        for href in seen.members:
            entries.extend(fetched[href] if href in fetched else there.get(href, ()))
        return entries

    def _body(self, digest: str) -> bytes:
        staged = self.staged.get(digest)
        if staged is not None:
            return staged
        with self.store.read() as connection:
            return history.body(connection, digest)

    # Guard

    def _reading(self, entries: Sequence[Entry]) -> Reading:
        before = {row.entry.key: row.entry for row in self.rows if row.present}
        broken = sum(1 for entry in entries if entry.problem)
        was_broken = sum(1 for entry in before.values() if entry.problem)
        return Reading(before=len(before), now=len(entries), unreadable=max(0, broken - was_broken))

    def _doubted(self) -> str:
        """The doubt of the check before, which its reason begins with."""
        if self.stored is None or self.stored.outcome != INCONCLUSIVE:
            return ""
        return self.stored.reason.partition(":")[0]

    def _doubt(self, doubt: Inconclusive) -> Checked:
        at = self.clock.now()
        cards = sum(row.present for row in self.rows)
        with self.store.write() as connection:
            history.record_check(
                connection,
                source=self.source.name,
                book=self.ref.id,
                title=self.ref.title,
                at=at,
                outcome=INCONCLUSIVE,
                cards=cards,
                changed=False,
                reason=f"{doubt.doubt}: {doubt.reason}",
                deep=self.deep,
            )
        return Checked(self.source.name, self.ref.title, INCONCLUSIVE, doubt.reason, cards)

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
        first_look = self.stored is None or self.stored.last_conclusive_at is None
        with self.store.read() as connection:
            waiting = finding_store.open_findings(connection, self.stored.id) if self.stored else []
            accepted = finding_store.accepted_marks(connection, self.stored.id) if self.stored else set()
        examine = {f.finding.card.key for f in waiting if f.finding.card}
        if anew:
            examine |= {standing.now.key for standing in standings if standing.now}
        case = case_of(standings, self._body, self.judging, examine=examine, first_look=first_look)
        found = judge(case, self.judging.rules)
        result = reconcile(
            {f.id: f.finding for f in waiting},
            found,
            examined={card.ref.key for card in case.cards} | (examine - {s.now.key for s in standings if s.now}),
            accepted=accepted,
            hold_at=self.judging.hold_at,
        )
        bases = new_baselines(case, result.held, self._body, self.judging.region)
        return self._record(seen, standings, result, bases, first_look=first_look)

    def _record(
        self,
        seen: Observation,
        standings: Sequence[Standing],
        result: Reconciled,
        bases: Mapping[str, bytes | None],
        *,
        first_look: bool,
    ) -> Checked:
        at = self.clock.now()
        rows = list(self._rows(standings, bases))
        members = {href: stamp for href, stamp in seen.members.items() if href not in self.missed}
        changed = {href: stamp for href, stamp in members.items() if self.members.get(href) != stamp}
        gone = [href for href in self.members if href not in seen.members]
        still_open = [*result.opened, *result.changed.values(), *result.standing.values()]
        outcome = FINDINGS if any(f.severity >= Severity.WARNING for f in still_open) else CLEAN
        if outcome == CLEAN and self.missed:
            outcome = INCONCLUSIVE
        reason = next(iter(self.missed.values()), "")
        cards = sum(standing.now is not None for standing in standings)
        with self.store.write() as connection:
            history.save_bodies(connection, self.staged)
            book_id, check_id = history.record_check(
                connection,
                source=self.source.name,
                book=self.ref.id,
                title=self.ref.title,
                at=at,
                outcome=outcome,
                cards=cards,
                changed=bool(rows or changed or gone),
                reason=f"missed: {reason}" if reason else "",
                deep=self.deep,
                token=None if self.missed else seen.token,
                judged_with=self.judging.mark,
            )
            history.save_members(connection, book_id, changed, gone)
            history.save_cards(connection, book_id, check_id, rows)
            events = self._tell(connection, book_id, check_id, result, at, first_look=first_look)
            finding_store.transition(
                connection, result.resolved, State.RESOLVED, at, "no longer there at a check", check_id
            )
        return Checked(self.source.name, self.ref.title, outcome, reason, cards, tuple(events), result.resolved)

    def _rows(self, standings: Sequence[Standing], bases: Mapping[str, bytes | None]) -> Sequence[CardRow]:
        """The rows that are not as they were; new baseline bodies are staged."""
        rows: list[CardRow] = []
        for standing in standings:
            row, now = standing.row, standing.now
            entry = now or (row.entry if row else None)
            if entry is None:
                continue
            base = row.base if row else None
            if entry.key in bases:
                data = bases[entry.key]
                base = None if data is None else digest_of(data)
                if data is not None and base is not None and base not in {entry.digest, row.base if row else None}:
                    self.staged[base] = data
            saved = CardRow(row.id if row else None, entry, now is not None, base)
            if row is None or (row.entry, row.present, row.base) != (saved.entry, saved.present, saved.base):
                rows.append(saved)
        return rows

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
        """Nothing came, went or was rewritten: the last conclusive check still says how the book stands."""
        stored = self.stored
        if stored is None:
            raise ValueError("a book that was never seen cannot be unchanged")
        at = self.clock.now()
        with self.store.write() as connection:
            waiting = finding_store.open_findings(connection, stored.id)
            is_open = any(f.finding.severity >= Severity.WARNING for f in waiting)
            outcome = FINDINGS if is_open else CLEAN
            history.record_check(
                connection,
                source=self.source.name,
                book=self.ref.id,
                title=self.ref.title,
                at=at,
                outcome=outcome,
                cards=len(self.rows) if not self.rows else sum(row.present for row in self.rows),
                changed=False,
                deep=self.deep,
                token=seen.token,
            )
        return Checked(self.source.name, self.ref.title, outcome, "", sum(row.present for row in self.rows))
