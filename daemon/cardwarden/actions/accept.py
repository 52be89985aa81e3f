"""Accept: what is there now is right, and becomes the baseline."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack

from cardwarden.actions.claim import claim
from cardwarden.actions.judging import Judging, Standing, case_of, new_baselines
from cardwarden.clock import Clock
from cardwarden.detect.baseline import mark_of
from cardwarden.detect.finding import Kind, State
from cardwarden.detect.judge import judge
from cardwarden.errors import RefusedError
from cardwarden.store import findings as finding_store
from cardwarden.store import history
from cardwarden.store.engine import Connection, Store
from cardwarden.store.findings import StoredFinding

JudgingOf = Callable[[str], Judging | None]
"""What a source's books are judged by; None for one that is checked no more."""


def accept(store: Store, ids: Iterable[int], judging_of: JudgingOf, clock: Clock, *, why: str = "") -> list[int]:
    """Accept open findings, by id; gives the ids of those that were open until now.

    A deviation's new value becomes the baseline; a hazard's value is remembered as right. Other findings of the same
    card stay open, and the card is held to their old values still. In a source that is checked no more, only the
    findings are closed.

    Raises RefusedError where another process is at work on one of the books, or where a book was last judged with other
    settings, so that what is open now cannot be told from what is accepted.
    """
    wanted = set(ids)
    with store.read() as connection:
        books = {(f.source, f.book) for f in finding_store.open_findings(connection) if f.id in wanted}
    with ExitStack() as claims:
        for source, book in sorted(books):
            claims.enter_context(claim(store.path, source, book, clock))
        at = clock.now()
        with store.write() as connection:
            accepted = [found for found in finding_store.open_findings(connection) if found.id in wanted]
            by_book: dict[tuple[str, str], list[StoredFinding]] = {}
            for found in accepted:
                by_book.setdefault((found.source, found.book), []).append(found)
            for (source, book), of_book in by_book.items():
                judging = judging_of(source)
                stored = history.find_book(connection, source, book)
                if stored is None or (judging and stored.judged_with != judging.mark):
                    raise RefusedError(
                        f"The settings of {source}, or cardwarden itself, changed since its last check. "
                        f"Run first: cardwarden check --source {source}"
                    )
                finding_store.transition(connection, [found.id for found in of_book], State.ACCEPTED, at, why)
                marks = [mark_of(found.finding) for found in of_book]
                finding_store.accept_marks(connection, stored.id, marks, at, why)
                if judging:
                    _move_baseline(connection, stored.id, of_book, judging)
    return [found.id for found in accepted]


def _move_baseline(connection: Connection, book_id: int, accepted: list[StoredFinding], judging: Judging) -> None:
    keys = {found.finding.card.key for found in accepted if found.finding.card and found.finding.kind is Kind.DEVIATION}
    if not keys:
        return

    def body(digest: str) -> bytes:
        return history.body(connection, digest)

    rows = history.load_cards(connection, book_id)
    standings = [Standing(row, row.entry if row.present else None) for row in rows]
    case = case_of(standings, body, judging, examine=keys)
    waiting = {found.finding.fingerprint for found in finding_store.open_findings(connection, book_id)}
    held = [f for f in judge(case, judging.rules) if f.fingerprint in waiting and f.kind is Kind.DEVIATION]
    bases = new_baselines(case, held, body, judging.region)
    history.save_bodies(connection, bases.bodies)
    moved = {row.id: bases.digests[row.entry.key] for row in rows if row.entry.key in keys & bases.digests.keys()}
    history.move_baseline(connection, book_id, moved)
