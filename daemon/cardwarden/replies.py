"""What people answer from outside the command line: that is right, put it back, let it be; each by whom."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cardwarden.actions.accept import accept, take_back
from cardwarden.actions.let_be import let_findings_be
from cardwarden.actions.queries.restores import still_open
from cardwarden.actions.rest import is_dear
from cardwarden.actions.restore.perform import looked_at, plans, restore
from cardwarden.actions.restore.plan import Plan, RestoreRequest, RestoreStep
from cardwarden.detect.outcome import Outcome
from cardwarden.errors import RefusedError
from cardwarden.phrases.phrase import Code, Phrase, Value, phrase, together
from cardwarden.wiring import Program
from cardwarden.writers.writer import ChangedError

_FORESEEN = 200  # findings


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a restore would write, book by book, and a digest of exactly that."""

    request: RestoreRequest
    plans: tuple[Plan, ...]

    @property
    def steps(self) -> tuple[RestoreStep, ...]:
        return tuple(step for plan in self.plans for step in plan.steps)

    @property
    def digest(self) -> str:
        """Differs when anything else would be written."""
        content = hashlib.sha256()
        for step in self.steps:
            for part in (str(step.card.id).encode(), step.seen, step.wanted):
                content.update(b"-" if part is None else b"%d:%b" % (len(part), part))
        return content.hexdigest()

    @property
    def left(self) -> tuple[Phrase, ...]:
        """Why something cannot be put back."""
        return tuple(reason for plan in self.plans for reason in plan.left)


@dataclass(frozen=True, slots=True)
class PutBack:
    """What was put back: how many contacts, and how many findings are open still although they should not be."""

    contacts: int
    still_open: int


def accept_findings(program: Program, ids: Iterable[int], who: Value) -> int:
    """That is right. Gives how many waited. Raises RefusedError."""
    known = program.settings.sources
    done = accept(
        program.store, ids, lambda name: program.judging(name) if name in known else None, program.clock, who=who
    )
    return len(done)


def take_back_findings(program: Program, ids: Iterable[int], who: Value) -> int:
    """It was not right after all. Gives how many were accepted. Raises RefusedError."""
    return len(take_back(program.store, set(ids), program.judging, program.clock, who=who))


def foreseen(program: Program, request: RestoreRequest) -> Prepared | None:
    """What would be written to put findings back, as far as the last checks know: asks no server.

    None if saying it takes longer than somebody waits for a page: `prepare` says it then. Raises RefusedError.
    """
    if len(request.findings) > _FORESEEN or is_dear(program.store, request.findings):
        return None
    return Prepared(request, tuple(plans(program.store, request, program.judging)))


def prepare(program: Program, request: RestoreRequest) -> Prepared:
    """What would be written, looked at in the book itself.

    If a card says something else by now the book is checked, so that whoever looks again sees what is true.
    Raises RefusedError, UsageError and SourceError.
    """
    seen: list[Plan] = []
    for plan in plans(program.store, request, program.judging):
        try:
            seen.append(looked_at(plan, program.writer_to_ask(plan.book.source)) if plan.steps else plan)
        except ChangedError as error:
            if program.may_check_at(plan.book.source):
                raise
            raise RefusedError(_looked_again(program, plan.book.source)) from error
    return Prepared(request, tuple(seen))


def _looked_again(program: Program, source: str) -> Phrase:
    unread = [done.reason for done in program.check(source) if done.outcome is Outcome.INCONCLUSIVE]
    if unread:
        return phrase("error-unread-by-now", source=Code(source), why=unread[0])
    return phrase("error-looked-again", source=Code(source))


def put_back(program: Program, prepared: Prepared, who: Value, *, agreed: str | None) -> PutBack:
    """Write what was agreed to, then look what came of it. `agreed` None agrees to whatever it is.

    Raises RefusedError if something else would be written by now, or if the settings do not allow it.
    """
    if agreed is not None and agreed != prepared.digest:
        raise RefusedError(phrase("error-other-by-now"))
    if not prepared.steps:
        raise RefusedError(together(*prepared.left) if prepared.left else phrase("error-so-already"))
    done = restore(
        program.store, prepared.request, prepared.plans, program.writer, program.judging, program.clock, who=who
    )
    for source in dict.fromkeys(restored.plan.book.source for restored in done):
        program.check(source)
    for restored in done:
        if restored.stopped:
            raise restored.stopped
    repaired = [number for restored in done for number in restored.plan.repairs]
    with program.store.read() as connection:
        waiting = still_open(connection, repaired)
    return PutBack(sum(restored.done for restored in done), len(waiting))


def let_be(program: Program, ids: Iterable[int], length: timedelta, who: Value) -> datetime:
    """Nobody is reminded of findings for so long. Gives when that ends."""
    return let_findings_be(program.store, ids, length, program.clock, who=who)
