"""Restore: put back what a finding, a contact or a book said before; planned, shown, written, recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime

from cardwarden.actions.claim import claim
from cardwarden.actions.judging import Judging, Standing, case_of
from cardwarden.clock import Clock
from cardwarden.detect.finding import Finding, Kind, State
from cardwarden.detect.judge import judge
from cardwarden.errors import RefusedError, SourceError, UsageError
from cardwarden.phrases.phrase import Moment, Person, Phrase, Value, phrase
from cardwarden.store import bodies as body_store
from cardwarden.store import books as book_store
from cardwarden.store import cards as card_store
from cardwarden.store import findings as finding_store
from cardwarden.store import restores as restore_store
from cardwarden.store import versions as version_store
from cardwarden.store.books import StoredBook
from cardwarden.store.cards import StoredCard
from cardwarden.store.engine import Connection, Store
from cardwarden.store.findings import StoredFinding
from cardwarden.store.restores import RestoreCard
from cardwarden.text import clip, plural
from cardwarden.vcard.card import Card
from cardwarden.vcard.content import RawCard, read_card
from cardwarden.vcard.index import digest_of
from cardwarden.vcard.patch import put_back
from cardwarden.writers.writer import CardLocation, Writer, changed

JudgingOf = Callable[[str], Judging]
WriterOf = Callable[[str], Writer]


@dataclass(frozen=True, slots=True)
class RestoreRequest:
    """What is to be put back: findings by id, a card by its row, all books of a source, or what a restore did.

    `at` is the time whose state is wanted, for a card or a source; None means the baseline.
    """

    findings: tuple[int, ...] = ()
    card: int | None = None
    source: str | None = None
    at: datetime | None = None
    undo: int | None = None


@dataclass(frozen=True, slots=True)
class RestoreStep:
    """One card that changes. `seen` are its bytes as last seen, None where it is gone; `wanted` None where it is to go.

    `base` is the digest of what the card is held to from then on.
    """

    card: StoredCard
    place: CardLocation
    seen: bytes | None
    wanted: bytes | None
    base: str | None

    @property
    def name(self) -> str:
        """What a person calls the card."""
        return clip(self.card.entry.name, 60) or "a contact without a name"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a restore does to one book. `already` counts what is so already; `left` says what is left out and why.

    `repairs` are the ids of the findings that are over when it is done.
    """

    book: StoredBook
    what: Phrase
    steps: tuple[RestoreStep, ...] = ()
    already: int = 0
    left: tuple[str, ...] = ()
    repairs: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back in one book: the restore's id, and `stopped` where something hindered the rest of it."""

    id: int
    plan: Plan
    done: int
    stopped: RefusedError | SourceError | None = None


def plans(store: Store, request: RestoreRequest, judging_of: JudgingOf) -> list[Plan]:
    """What would have to be written, book by book, as far as the last checks know.

    Raises RefusedError where it cannot be put back, UsageError where there is no such restore to undo.
    """
    with store.read() as connection:
        if request.undo is not None:
            return [_undoing(connection, request.undo)]
        if request.findings:
            return list(_of_findings(connection, request.findings, judging_of))
        if request.card is not None:
            return [_of_card(connection, request.card, request.at)]
        books = book_store.books(connection, request.source)
        if not books:
            raise RefusedError(
                f"{request.source} was never checked, so there is nothing to go back to. Run: cardwarden check"
            )
        return [_of_book(connection, book, request.at) for book in books]


def looked_at(plan: Plan, writer: Writer) -> Plan:
    """The plan without what is so already in the book itself.

    Raises ChangedError where a card is not what was seen last, and SourceError or RefusedError where it cannot be read.
    """
    steps: list[RestoreStep] = []
    for step in plan.steps:
        there = writer.look(step.place, step.seen, step.wanted)
        if there == step.seen:
            steps.append(step)
        elif there != step.wanted:
            raise changed(plan.book.source, there)
    return replace(plan, steps=tuple(steps), already=plan.already + len(plan.steps) - len(steps))


def restore(
    store: Store,
    request: RestoreRequest,
    shown: Sequence[Plan],
    writer_of: WriterOf,
    judging_of: JudgingOf,
    clock: Clock,
) -> list[Restored]:
    """Write what was `shown`, card by card, but for what is so by now; what hinders one book is told in its result.

    What is about to be written is recorded first, each card as soon as it is done. A kill in between leaves a book of
    whole cards and a record that says how far it came; the same restore again does the rest.
    Raises RefusedError where another process has one of the books, or where something else would have to be written by
    now, ChangedError where a card is not what was seen last, SourceError where it cannot be read: all before any writing.
    """
    done: list[Restored] = []
    with ExitStack() as claims:
        for plan in sorted(shown, key=lambda plan: (plan.book.source, plan.book.book)):
            claims.enter_context(claim(store.path, plan.book.source, plan.book.book, clock))
        agreed = {write for plan in shown for write in _writes(plan)}
        now = [plan for plan in plans(store, request, judging_of) if plan.steps]
        writers = {plan.book.source: writer_of(plan.book.source) for plan in now}
        now = [looked_at(plan, writers[plan.book.source]) for plan in now]
        if any(_writes(plan) - agreed for plan in now):
            raise RefusedError(
                "A check or another restore came while you were asked, and something else would be written by now. "
                "Nothing was written. Give the same command again."
            )
        for plan in now:
            if plan.steps:
                done.append(_write(store, plan, writers[plan.book.source], clock, undoes=request.undo))
                if done[-1].stopped:
                    break
    return done


def _writes(plan: Plan) -> set[tuple[int, bytes | None, bytes | None]]:
    return {(step.card.id, step.seen, step.wanted) for step in plan.steps}


def _write(store: Store, plan: Plan, writer: Writer, clock: Clock, *, undoes: int | None) -> Restored:
    with store.write() as connection:
        for step in plan.steps:
            _save(connection, step.wanted)
        cards = [RestoreCard(s.card.id, _digest(s.seen), _digest(s.wanted), s.card.base, s.base) for s in plan.steps]
        number = restore_store.begin(connection, plan.book.id, clock.now(), plan.what, cards, undoes)
        card_store.move_baseline(connection, plan.book.id, {step.card.id: step.base for step in plan.steps})
    done = 0
    stopped: RefusedError | SourceError | None = None
    for step in plan.steps:
        try:
            made = writer.write(step.place, step.seen, step.wanted)
        except (RefusedError, SourceError) as error:
            stopped = error
            break
        with store.write() as connection:
            _save(connection, made)
            restore_store.card_done(connection, number, step.card.id, _digest(made))
        done += 1
    with store.write() as connection:
        undone = {step.card.id: step.card.base for step in plan.steps[done:]}
        card_store.move_baseline(connection, plan.book.id, undone)
        restore_store.finish(connection, number, restore_store.STOPPED if stopped else restore_store.DONE)
    return Restored(number, plan, done, stopped)


def _save(connection: Connection, body: bytes | None) -> None:
    if body is not None:
        body_store.save_bodies(connection, {digest_of(body): body})


def _digest(body: bytes | None) -> str | None:
    return None if body is None else digest_of(body)


# What to write


def _of_findings(connection: Connection, ids: Iterable[int], judging_of: JudgingOf) -> Iterator[Plan]:
    found = [one for number in ids if (one := finding_store.find_finding(connection, number))]
    by_book: dict[int, list[StoredFinding]] = {}
    for one in found:
        by_book.setdefault(one.book_id, []).append(one)
    for of_book in by_book.values():
        book = book_store.find_book(connection, of_book[0].source, of_book[0].book)
        if book:
            yield _of_findings_in(connection, book, of_book, judging_of(book.source))


def _of_findings_in(connection: Connection, book: StoredBook, found: Sequence[StoredFinding], judging: Judging) -> Plan:
    named = ", ".join(str(one.id) for one in found)
    what = phrase("restored-findings", ids=named, count=len(found))
    left = [reason for one in found if (reason := _why_not(one))]
    waiting = [one for one in found if one.state is State.OPEN and not _why_not(one)]
    already = sum(one.state is State.RESOLVED for one in found)
    keys = {one.finding.card.key for one in waiting if one.finding.card}
    if not keys:
        return Plan(book, what, (), already, tuple(left))
    if book.judged_with != judging.mark:
        raise RefusedError(
            f"The settings of {book.source}, or cardwarden itself, changed since its last check. "
            f"Run first: cardwarden check --source {book.source}"
        )

    def body(digest: str) -> bytes:
        return body_store.body(connection, digest)

    rows = card_store.load_cards(connection, book.id)
    case = case_of([Standing(r, r.entry if r.present else None) for r in rows], body, judging, examine=keys)
    live = {finding.fingerprint: finding for finding in judge(case, judging.rules)}
    chosen: dict[str, list[Finding]] = {}
    repairs: list[int] = []
    for one in waiting:
        finding = live.get(one.finding.fingerprint)
        if finding is None or finding.card is None:
            already += 1
        elif not finding.whole_card and not finding.changes:
            left.append(f"Finding {one.id} names no line that could be put back. {_whole_card(one)}")
        else:
            chosen.setdefault(finding.card.key, []).append(finding)
            repairs.append(one.id)
    steps = []
    for row in rows:
        if row.entry.key in chosen:
            seen, was = _seen(connection, row), body(row.base) if row.base else None
            wanted = _repaired(seen, was, chosen[row.entry.key])
            if wanted != seen:
                steps.append(_step(book, row, seen, wanted, row.base))
    return Plan(book, what, tuple(steps), already, tuple(left), tuple(repairs))


def _why_not(one: StoredFinding) -> str:
    """Why a finding cannot be put back; "" where it can, or where nothing is left of it."""
    if one.state is State.RESOLVED:
        return ""
    if one.finding.kind is not Kind.DEVIATION:
        return f"Finding {one.id} was so when it was seen first: cardwarden knows no earlier state to put back."
    if one.state is State.OPEN:
        return ""
    if one.state is State.ACCEPTED:
        return f"Finding {one.id} is accepted. Take that back first: cardwarden accept --undo {one.id}"
    return f"Finding {one.id} was let pass, and the new value is the baseline. {_whole_card(one)}"


def _whole_card(one: StoredFinding) -> str:
    name = one.finding.card.name if one.finding.card else "NAME"
    return f'To put back the whole contact: cardwarden restore --card "{clip(name, 40)}" --at TIME'


def _repaired(seen: bytes | None, was: bytes | None, findings: Sequence[Finding]) -> bytes | None:
    """A card with what these findings tell undone: the whole card where one is about the whole card."""
    if seen is None or was is None or any(finding.whole_card for finding in findings):
        return was
    patched = put_back(seen, was, [change for finding in findings for change in finding.changes])
    if not isinstance(read_card(RawCard(patched)), Card):
        raise RefusedError(
            "Putting back these lines alone would give a contact that cannot be read. Nothing was written. "
            "Put the whole contact back instead: cardwarden restore --card NAME"
        )
    return patched


def _of_card(connection: Connection, card_id: int, at: datetime | None) -> Plan:
    book, row = card_store.card_by_id(connection, card_id)
    name = clip(row.entry.name, 60) or "a contact without a name"
    step = _whole(connection, book, row, at)
    if step is None and at is not None and _at(connection, row, at) is None:
        first = (
            version_store.versions(connection, row.id)[0].since if version_store.versions(connection, row.id) else None
        )
        known = f" It was seen first at {first.astimezone():%Y-%m-%d %H:%M}." if first and at < first else ""
        raise RefusedError(f"{name} was not in {book.source} at that time, as far as cardwarden knows.{known}")
    what = _as_of(Person(row.entry.name, row.entry.key), at)
    return Plan(book, what, (step,)) if step else Plan(book, what, already=1)


def _of_book(connection: Connection, book: StoredBook, at: datetime | None) -> Plan:
    steps: list[RestoreStep] = []
    already = later = 0
    for row in card_store.all_cards(connection, book.id):
        if at is not None and row.present and row.base is not None and _at(connection, row, at) is None:
            later += 1
            continue
        step = _whole(connection, book, row, at)
        if step:
            steps.append(step)
        else:
            already += row.present
    left = f"{plural(later, 'contact')} came after that time and stay as they are." if later else ""
    return Plan(
        book, _as_of(phrase("restored-all", source=book.source), at), tuple(steps), already, (left,) if left else ()
    )


def _as_of(what: Value, at: datetime | None) -> Phrase:
    return phrase("restored-as-of", what=what, at=Moment(at)) if at else phrase("restored", what=what)


def _whole(connection: Connection, book: StoredBook, row: StoredCard, at: datetime | None) -> RestoreStep | None:
    """The step that makes a card what it was at a time, or what was accepted; None where it is so already.

    A card that is waiting to be accepted as new goes; any other one that was not there at that time is left alone.
    """
    wanted = row.base if at is None else _at(connection, row, at)
    is_now = row.entry.digest if row.present else None
    if wanted is None and not (row.present and row.base is None):
        return None
    if wanted == is_now or (is_now is not None and is_now in restore_store.made_of(connection, row.id, wanted)):
        return None
    return _step(book, row, _seen(connection, row), body_store.body(connection, wanted) if wanted else None, wanted)


def _at(connection: Connection, row: StoredCard, at: datetime) -> str | None:
    """The digest of what a card said at a time."""
    versions = version_store.versions(connection, row.id)
    return next((v.digest for v in versions if v.since <= at and (v.until is None or at < v.until)), None)


def _undoing(connection: Connection, number: int) -> Plan:
    found = restore_store.find(connection, number)
    if not found:
        raise UsageError(f"There is no restore {number}. See: cardwarden restore --list")
    book = book_store.find_book(connection, found[0].source, found[0].book)
    if book is None:
        raise UsageError(f"The book of restore {number} is not known any more.")
    rows = {row.id: row for row in card_store.all_cards(connection, book.id)}
    steps: list[RestoreStep] = []
    already = 0
    for card in restore_store.cards_of(connection, number):
        row = rows.get(card.card_id)
        is_now = row.entry.digest if row and row.present else None
        made = card.made if card.done else card.wanted  # a kill can come between the writing and its record
        if row is None or (not card.done and is_now != made):
            continue
        if is_now == card.before or (is_now and is_now in restore_store.made_of(connection, row.id, card.before)):
            already += 1
        elif is_now != made:
            raise RefusedError(
                f"{clip(row.entry.name, 60) or 'A contact'} changed since restore {number}, so that was not taken back. "
                f"Put back one contact: cardwarden restore --card NAME --at TIME"
            )
        else:
            base = card.base_before if card.base_before != card.base_after else row.base
            wanted = body_store.body(connection, card.before) if card.before else None
            steps.append(_step(book, row, _seen(connection, row), wanted, base))
    return Plan(book, phrase("restore-undone", number=number), tuple(steps), already)


def _seen(connection: Connection, row: StoredCard) -> bytes | None:
    return body_store.body(connection, row.entry.digest) if row.present else None


def _step(book: StoredBook, row: StoredCard, seen: bytes | None, wanted: bytes | None, base: str | None) -> RestoreStep:
    return RestoreStep(row, CardLocation(book.book, row.entry.href, row.entry.ordinal), seen, wanted, base)
