"""Accept: what is there now is right, and becomes the baseline; or it was not, and the baseline moves back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace

from cardwarden.actions.claim import claim
from cardwarden.actions.judging import judged_as_stored, new_baselines
from cardwarden.actions.terms import Judging, JudgingOf
from cardwarden.clock import Clock
from cardwarden.detect.compare import compare
from cardwarden.detect.finding import Finding, FindingKind, State
from cardwarden.detect.judge import judge
from cardwarden.detect.reading import Readings
from cardwarden.errors import RefusedError
from cardwarden.phrases.phrase import Code, Value, phrase
from cardwarden.store import acceptances as acceptance_store
from cardwarden.store import accepted as accepted_store
from cardwarden.store import bodies as body_store
from cardwarden.store import books as book_store
from cardwarden.store import cards as card_store
from cardwarden.store import findings as finding_store
from cardwarden.store.acceptances import Acceptance, BaselineMove
from cardwarden.store.books import StoredBook
from cardwarden.store.cards import StoredCard
from cardwarden.store.engine import Connection, Store
from cardwarden.store.findings import StoredFinding
from cardwarden.store.programs import remember_programs
from cardwarden.store.writings import latest_writing
from cardwarden.text import product_of
from cardwarden.vcard.card import Entry
from cardwarden.vcard.content import split_book
from cardwarden.vcard.digest import digest_of
from cardwarden.vcard.index import index_card
from cardwarden.vcard.patch import put_back


def accept(
    store: Store,
    ids: Iterable[int],
    judging_of: Callable[[str], Judging | None],
    clock: Clock,
    *,
    why: Value = "",
    who: Value = "",
) -> list[int]:
    """Accept open findings, by id; gives the ids of those that were open until now. `who` says that they are right.

    A deviation's new value becomes the baseline; a hazard's value is remembered as right. Other findings of the same
    card stay open, and the card is held to their old values still. If `judging_of` gives None, the source is checked
    no more: of its cards, those are right as they are of which no deviation stays open.

    Raises RefusedError if another process is at work on one of the books, or if a book was last judged with other
    settings, so that what is open now cannot be told from what is accepted.
    """
    wanted = set(ids)
    with store.read() as connection:
        books = _books_of(f for f in finding_store.open_findings(connection) if f.id in wanted)
    with ExitStack() as claims:
        for source, book in sorted(books):
            claims.enter_context(claim(store, source, book, clock))
        at = clock.now()
        moves: dict[int, BaselineMove] = {}
        with store.write() as connection:
            accepted = [stored for stored in finding_store.open_findings(connection) if stored.id in wanted]
            for (source, book), of_book in _books_of(accepted).items():
                judging = judging_of(source)
                stored = _book(connection, source, book, judging if _is_about_cards(of_book) else None)
                judging = judging and judging.of_book(stored)
                finding_store.transition(connection, [stored.id for stored in of_book], State.ACCEPTED, at, why)
                accepted_store.accept_values(connection, stored.id, [stored.finding for stored in of_book], at)
                of_cards = (
                    _move_baseline(connection, stored.id, of_book, judging)
                    if judging
                    else _move_whole(connection, stored.id, of_book)
                )
                moves |= of_cards
                if judging:
                    hidden = _hidden_hazards(connection, stored.id, of_book, judging)
                    accepted_store.accept_values(connection, stored.id, hidden, at)
                right = {
                    card.entry.program for card in card_store.cards_by_id(connection, of_cards) if card.is_accepted
                }
                remember_programs(connection, stored.id, right)
                writings = (latest_writing(connection, card_id) for card_id in of_cards)
                writers = {product_of(writing.program) for writing in writings if writing} - {""}
                remember_programs(connection, stored.id, writers, by_server=True)
            if accepted:
                acceptance_store.record(connection, [stored.id for stored in accepted], moves, at, why, who=who)
    return [stored.id for stored in accepted]


def take_back(
    store: Store,
    ids: Collection[int] | None,
    judging_of: JudgingOf,
    clock: Clock,
    *,
    why: Value = "",
    who: Value = "",
) -> list[int]:
    """Undo the acceptance of findings, by id; of the last acceptance if `ids` is None. Gives the ids it concerned.

    The baseline is again what it was, and the findings are open again; one whose deviation is no longer in the book is
    resolved instead. `who` says that they are not right. A finding that was not accepted, or was taken back already, is
    passed over. Raises RefusedError as `accept` does.
    """
    with store.read() as connection:
        books = _books_of(_accepted(connection, acceptance_store.standing(connection, ids), ids))
    with ExitStack() as claims:
        for source, book in sorted(books):
            claims.enter_context(claim(store, source, book, clock))
        at = clock.now()
        undone = phrase("why-undone-because", why=why) if why else phrase("why-undone")
        with store.write() as connection:
            standing = acceptance_store.standing(connection, ids)
            taken = _accepted(connection, standing, ids)
            for acceptance in standing:
                of_it = [stored for stored in taken if stored.id in acceptance.findings]
                for (source, book), of_book in _books_of(of_it).items():
                    judging = judging_of(source)
                    stored = _book(connection, source, book, judging if _is_about_cards(of_book) else None)
                    judging = judging.of_book(stored)
                    _move_back(connection, stored.id, acceptance, of_book, judging)
                    hidden = _hidden_hazards(connection, stored.id, of_book, judging)
                    taken_back = [stored.finding for stored in of_book]
                    keys = (finding.accepted_key for finding in (*taken_back, *hidden))
                    accepted_store.forget_accepted(connection, stored.id, keys, "taken back", at)
                    there = _still_there(connection, stored.id, of_book, judging)
                    for state in (State.OPEN, State.RESOLVED):
                        chosen = [stored.id for stored in of_book if (stored.id in there) is (state is State.OPEN)]
                        finding_store.transition(connection, chosen, state, at, undone)
                acceptance_store.undo(connection, acceptance.id, [stored.id for stored in of_it], at, why, who=who)
    return sorted(stored.id for stored in taken)


def _books_of(findings: Iterable[StoredFinding]) -> dict[tuple[str, str], list[StoredFinding]]:
    by_book: dict[tuple[str, str], list[StoredFinding]] = {}
    for stored in findings:
        by_book.setdefault((stored.source, stored.book), []).append(stored)
    return by_book


def _is_about_cards(findings: Iterable[StoredFinding]) -> bool:
    """What is open about a book as a whole can be accepted however its cards are judged."""
    return any(stored.finding.card for stored in findings)


def _book(connection: Connection, source: str, book: str, judging: Judging | None) -> StoredBook:
    stored = book_store.find_book(connection, source, book)
    if stored is None or (judging and stored.judged_with != judging.settings_digest):
        raise RefusedError(
            phrase("error-judged-otherwise", source=source, command=Code(f"cardwarden check --source {source}"))
        )
    return stored


def _accepted(
    connection: Connection, standing: Iterable[Acceptance], ids: Collection[int] | None
) -> list[StoredFinding]:
    """The findings of these acceptances that are meant and stand accepted."""
    wanted = {number for acceptance in standing for number in acceptance.findings if ids is None or number in ids}
    return [stored for stored in finding_store.find_findings(connection, wanted) if stored.state is State.ACCEPTED]


def _move_back(
    connection: Connection, book_id: int, acceptance: Acceptance, taken: Sequence[StoredFinding], judging: Judging
) -> None:
    """Give cards the baseline they had before these findings were accepted."""
    by_key: dict[str, list[StoredFinding]] = {}
    for stored in taken:
        if stored.finding.card and stored.finding.kind is FindingKind.DEVIATION:
            by_key.setdefault(stored.finding.card.key, []).append(stored)
    rest = {number for number in acceptance.findings if number not in {stored.id for stored in taken}}
    still = {
        other.finding.card.key
        for other in finding_store.find_findings(connection, rest)
        if other.finding.card and other.book_id == book_id
    }
    bases: dict[int, str | None] = {}
    for row in card_store.all_cards(connection, book_id):
        move = acceptance.moves.get(row.id)
        if move is None or row.entry.key not in by_key:
            continue
        if row.base == move.after and row.entry.key not in still:
            bases[row.id] = move.before
        else:
            bases[row.id] = _without(connection, row.entry, move.before, row.base, by_key[row.entry.key], judging)
    card_store.move_baseline(connection, book_id, bases)


def _without(
    connection: Connection,
    entry: Entry,
    before: str | None,
    base: str | None,
    taken: Sequence[StoredFinding],
    judging: Judging,
) -> str | None:
    """A card's baseline of now with only these findings' values as they were `before`; what is so already stays."""
    if not before or not base or any(stored.finding.whole_card for stored in taken):
        return before
    was, now = body_store.body(connection, before), body_store.body(connection, base)
    old, new = (
        replace(
            index_card(next(split_book(data)), entry.href, entry.ordinal, judging.region, judging.usual), key=entry.key
        )
        for data in (was, now)
    )
    bodies = {old.digest: was, new.digest: now}
    case = compare([(old, new)], Readings(bodies.__getitem__, judging.region, judging.ignore, judging.usual))
    meant = {stored.finding.fingerprint for stored in taken}
    changes = [c for finding in judge(case, judging.rules) if finding.fingerprint in meant for c in finding.changes]
    data = put_back(now, was, changes, judging.region, judging.usual) if changes else now
    body_store.save_bodies(connection, {digest_of(data): data})
    return digest_of(data)


def _still_there(connection: Connection, book_id: int, taken: Sequence[StoredFinding], judging: Judging) -> set[int]:
    """Which of these findings the book shows against its baseline, as far as the last check knows, and are not open.

    What a copy says otherwise than its origin is taken to be so until they are compared again.
    """
    keys = {stored.finding.card.key for stored in taken if stored.finding.card}
    seen = {finding.fingerprint for finding in judged_as_stored(connection, book_id, judging, keys).findings}
    seen |= {stored.finding.fingerprint for stored in taken if stored.finding.kind is FindingKind.DRIFT}
    seen -= {stored.finding.fingerprint for stored in finding_store.open_findings(connection, book_id)}
    return {stored.id for stored in taken if stored.finding.fingerprint in seen}


def _move_baseline(
    connection: Connection, book_id: int, accepted: list[StoredFinding], judging: Judging
) -> dict[int, BaselineMove]:
    """Gives what became of which card's baseline, by the card's row."""
    keys = _deviating(accepted)
    if not keys:
        return {}
    stored = judged_as_stored(connection, book_id, judging, keys)
    waiting = {stored.finding.fingerprint for stored in finding_store.open_findings(connection, book_id)}
    held = [f for f in stored.findings if f.fingerprint in waiting and f.kind is FindingKind.DEVIATION]
    bases = new_baselines(stored.case, held, lambda digest: body_store.body(connection, digest), judging)
    body_store.save_bodies(connection, bases.bodies)
    digests = {key: digest for key, digest in bases.digests.items() if key in keys}
    return _move(connection, book_id, stored.rows, digests)


def _hidden_hazards(
    connection: Connection, book_id: int, accepted: Iterable[StoredFinding], judging: Judging
) -> list[Finding]:
    """The hazards of cards that were accepted as a whole: a finding about all of a card told of them, too."""
    keys = {stored.finding.card.key for stored in accepted if stored.finding.card and stored.finding.whole_card}
    if not keys:
        return []
    open_fingerprints = finding_store.open_fingerprints(connection, book_id, FindingKind.HAZARD)
    judged = judged_as_stored(connection, book_id, judging, keys).findings
    return [
        finding
        for finding in judged
        if finding.kind is FindingKind.HAZARD
        and finding.card
        and finding.card.key in keys
        and finding.fingerprint not in open_fingerprints
    ]


def _move_whole(connection: Connection, book_id: int, accepted: list[StoredFinding]) -> dict[int, BaselineMove]:
    """Without what a book was judged by: cards of which no deviation is open any more are right as they are."""
    keys = _deviating(accepted) - _deviating(finding_store.open_findings(connection, book_id))
    rows = [row for row in card_store.load_cards(connection, book_id) if row.entry.key in keys]
    there = {row.entry.key: (row.entry.digest or None) if row.present else None for row in rows}
    return _move(connection, book_id, rows, there)


def _deviating(findings: Iterable[StoredFinding]) -> set[str]:
    """The keys of the cards that deviate by these findings."""
    return {
        stored.finding.card.key
        for stored in findings
        if stored.finding.card and stored.finding.kind is FindingKind.DEVIATION
    }


def _move(
    connection: Connection, book_id: int, rows: Iterable[StoredCard], digests: Mapping[str, str | None]
) -> dict[int, BaselineMove]:
    moves = {row.id: BaselineMove(row.base, digests[row.entry.key]) for row in rows if row.entry.key in digests}
    card_store.move_baseline(connection, book_id, {row: move.after for row, move in moves.items()})
    return moves
