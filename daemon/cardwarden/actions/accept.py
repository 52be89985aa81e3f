"""Accept: what is there now is right, and becomes the baseline."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cardwarden.actions.judging import Judging, Standing, case_of, new_baselines
from cardwarden.clock import Clock
from cardwarden.detect.baseline import mark_of
from cardwarden.detect.finding import Kind, State
from cardwarden.detect.judge import judge
from cardwarden.store import findings as finding_store
from cardwarden.store import history
from cardwarden.store.engine import Connection, Store
from cardwarden.store.findings import StoredFinding
from cardwarden.vcard.index import digest_of

JudgingOf = Callable[[str], Judging]
"""What a source's books are judged by."""


def accept(store: Store, ids: Iterable[int], judging_of: JudgingOf, clock: Clock, *, why: str = "") -> list[int]:
    """Accept open findings, by id; gives the ids of those that were open until now.

    A deviation's new value becomes the baseline; a hazard's value is remembered as right. Other findings of the same
    card stay open, and the card is held to their old values still.
    """
    at = clock.now()
    wanted = set(ids)
    with store.write() as connection:
        accepted = [found for found in finding_store.open_findings(connection) if found.id in wanted]
        by_book: dict[int, list[StoredFinding]] = {}
        for found in accepted:
            by_book.setdefault(found.book_id, []).append(found)
        for book_id, of_book in by_book.items():
            finding_store.transition(connection, [found.id for found in of_book], State.ACCEPTED, at, why)
            finding_store.accept_marks(connection, book_id, [mark_of(found.finding) for found in of_book], at, why)
            _move_baseline(connection, book_id, of_book, judging_of(of_book[0].source))
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
    held = [finding for finding in judge(case, judging.rules) if finding.fingerprint in waiting]
    bases = {key: data for key, data in new_baselines(case, held, body, judging.region).items() if key in keys}
    history.save_bodies(connection, {digest_of(data): data for data in bases.values() if data is not None})
    by_key = {row.entry.key: row.id for row in rows}
    moved = {by_key[key]: None if data is None else digest_of(data) for key, data in bases.items()}
    history.move_baseline(connection, book_id, moved)
