"""A restore from its request to its record: planned, looked at, written under the claim."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from cardwarden.actions.claim import claim
from cardwarden.actions.restore.cards import plan_of_book, plan_of_card
from cardwarden.actions.restore.drift import plan_of_mirror
from cardwarden.actions.restore.fields import plan_of_field
from cardwarden.actions.restore.findings import plans_of_findings
from cardwarden.actions.restore.plan import Plan, RestoreRequest, RestoreStep
from cardwarden.actions.restore.undo import plan_of_undo
from cardwarden.actions.terms import JudgingOf
from cardwarden.clock import Clock
from cardwarden.errors import RefusedError, SourceError
from cardwarden.phrases.phrase import Code, Value, phrase
from cardwarden.progress import SILENT, Progress, Work, counted
from cardwarden.store import bodies as body_store
from cardwarden.store import books as book_store
from cardwarden.store import cards as card_store
from cardwarden.store import restores as restore_store
from cardwarden.store.engine import Store
from cardwarden.store.restores import RestoreCard
from cardwarden.vcard.digest import digest_of
from cardwarden.writers.writer import Writer, changed

WriterOf = Callable[[str], Writer]
"""What writes into the books of a source. Raises RefusedError if the settings do not allow it."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back in one book: the restore's id, the ids of the cards that were written, and what `stopped` the rest."""

    id: int
    plan: Plan
    written: frozenset[int]
    stopped: RefusedError | SourceError | None = None

    @property
    def done(self) -> int:
        """How many cards were written."""
        return len(self.written)


def plans(
    store: Store,
    request: RestoreRequest,
    judging_of: JudgingOf,
    progress: Progress = SILENT,
    *,
    made: Sequence[Plan] = (),
) -> list[Plan]:
    """What would have to be written, book by book, as far as the last checks know. `made` as for `of_findings`.

    A request for nothing has no plans: no findings are not all of them. Raises RefusedError if it cannot be put back,
    UsageError if there is no such restore to undo.
    """
    progress.begin(Work.COMPARING)
    with store.read() as connection:
        if request.undo is not None:
            return [plan_of_undo(connection, request.undo)]
        if request.findings:
            return list(plans_of_findings(connection, request.findings, judging_of, made))
        if request.card is not None and request.field:
            judging = judging_of(card_store.card_by_id(connection, request.card)[0].source)
            return [plan_of_field(connection, request.card, request.check, request.field, judging)]
        if request.mirror is not None:
            return [plan_of_mirror(connection, request.mirror, judging_of)]
        if request.card is not None:
            return [plan_of_card(connection, request.card, request)]
        if request.source is None:
            return []
        books = book_store.books(connection, request.source)
        if not books:
            raise RefusedError(phrase("error-never-checked", source=request.source, command=Code("cardwarden check")))
        return [plan_of_book(connection, book, request) for book in books]


def looked_at(plan: Plan, writer: Writer, progress: Progress = SILENT) -> Plan:
    """The plan without what is so already in the book itself.

    Raises ChangedError if a card is not what was seen last, and SourceError or RefusedError if it cannot be read.
    """
    steps: list[RestoreStep] = []
    now_there = writer.look([step.replacement for step in plan.steps])
    looked = zip(plan.steps, now_there, strict=True)
    for step, there in counted(looked, progress, Work.LOOKING, len(plan.steps)):
        if there == step.seen:
            steps.append(step)
        elif there != step.wanted:
            raise changed(plan.book.source, there)
    if len(steps) == len(plan.steps):
        return plan
    return replace(plan, steps=tuple(steps), already=plan.already + len(plan.steps) - len(steps), made_of="")


def restore(
    store: Store,
    request: RestoreRequest,
    shown: Sequence[Plan],
    writer_of: WriterOf,
    judging_of: JudgingOf,
    clock: Clock,
    *,
    who: Value = "",
    progress: Progress = SILENT,
) -> list[Restored]:
    """Write what was `shown`, card by card, but for what is so by now; what hinders one book is told in its result.

    What is about to be written is recorded first, each card as soon as it is done. A kill in between leaves a book of
    whole cards and a record that says how far it came; the same restore again does the rest.
    `who` asked for it. Raises RefusedError if another process has one of the books, or if something else would have
    to be written by now, ChangedError if a card is not what was seen last, SourceError if it cannot be read: all
    before any writing.
    """
    done: list[Restored] = []
    with ExitStack() as claims:
        for plan in sorted(shown, key=lambda plan: (plan.book.source, plan.book.book)):
            claims.enter_context(claim(store, plan.book.source, plan.book.book, clock))
        agreed = {write for plan in shown for write in _writes(plan)}
        now = [plan for plan in plans(store, request, judging_of, progress, made=shown) if plan.steps]
        writers = {plan.book.source: writer_of(plan.book.source) for plan in now}
        now = [looked_at(plan, writers[plan.book.source], progress) for plan in now]
        if any(_writes(plan) - agreed for plan in now):
            raise RefusedError(phrase("error-came-in-between"))
        for plan in now:
            if plan.steps:
                writer = writers[plan.book.source]
                done.append(_write(store, plan, writer, clock, progress, who=who, undoes=request.undo))
                if done[-1].stopped:
                    break
    return done


def _writes(plan: Plan) -> set[tuple[int, bytes | None, bytes | None]]:
    return {(step.card.id, step.seen, step.wanted) for step in plan.steps}


def _write(
    store: Store, plan: Plan, writer: Writer, clock: Clock, progress: Progress, *, who: Value, undoes: int | None
) -> Restored:
    """Record a plan, write it card by card, and take back the baseline of what was not written."""
    steps = plan.steps
    with store.write() as connection:
        body_store.save_bodies(connection, _by_digest(step.wanted for step in steps))
        cards = [RestoreCard(s.card.id, _digest(s.seen), _digest(s.wanted), s.card.base, s.base) for s in steps]
        number = restore_store.begin(connection, plan.book.id, clock.now(), plan.what, cards, undoes, who=who)
        card_store.move_baseline(connection, plan.book.id, {step.card.id: step.base for step in steps})
    waiting = dict(enumerate(steps))
    stopped: RefusedError | SourceError | None = None
    progress.begin(Work.WRITING, len(steps))
    try:
        for made in writer.write([step.replacement for step in steps]):
            with store.write() as connection:
                body_store.save_bodies(connection, _by_digest(made.values()))
                written = {waiting.pop(place).card.id: _digest(body) for place, body in made.items()}
                restore_store.cards_done(connection, number, written)
            progress.advance(len(made))
    except (RefusedError, SourceError) as error:
        stopped = error
    with store.write() as connection:
        undone = {step.card.id: step.card.base for step in waiting.values()}
        card_store.move_baseline(connection, plan.book.id, undone)
        restore_store.finish(connection, number, is_stopped=stopped is not None)
    done = frozenset(step.card.id for step in steps) - undone.keys()
    return Restored(number, plan, done, stopped)


def _by_digest(bodies: Iterable[bytes | None]) -> dict[str, bytes]:
    return {digest_of(body): body for body in bodies if body is not None}


def _digest(body: bytes | None) -> str | None:
    return None if body is None else digest_of(body)
