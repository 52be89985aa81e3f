"""One address book on a server: its listing, what changed in it, and its cards."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from cardwarden.carddav import queries
from cardwarden.carddav.client import MEDIA_TYPES, Client
from cardwarden.carddav.failure import MAY_PASS, DavError, FailureKind
from cardwarden.carddav.hosts import AT_ONCE
from cardwarden.carddav.href import absolute, key_of, path_of, shown_address
from cardwarden.carddav.multistatus import Multistatus, Resource
from cardwarden.phrases.phrase import Code, Value, of_contact, phrase

BATCH = 200
"""Cards that are asked for in one request; `AT_ONCE` of these are under way, and in memory, at once."""

_CARDS_AT_MOST = 200_000
_ASKED_FOR_ALONE = 50  # members that a listing left out and no multiget explains, and that are asked for one by one
_PAGES_AT_MOST = 1_000
_GONE = {404, 410}
_TOO_MUCH = 507
_ABOUT_ACCESS = frozenset({FailureKind.ACCESS, FailureKind.SETUP, FailureKind.PAGE})
# Cards may fail alone. When this many points come together in a row, the server is at fault and the rest is left for later.
_POINTS = {FailureKind.UNREACHABLE: 30, FailureKind.SILENT: 30, FailureKind.PASSING: 10, FailureKind.FAULT: 1}
_TOO_MANY_POINTS = 30


@dataclass(frozen=True, slots=True)
class ListedMember:
    """A listed card: its path as the server spells it, and its etag as opaque text, "" if there is none."""

    path: str
    etag: str


@dataclass(frozen=True, slots=True)
class Listing:
    """All members by key, and the book's state, "" for what the server does not have."""

    members: Mapping[str, ListedMember]
    sync_token: str = ""
    ctag: str = ""
    offers4: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """What a server says has changed since a sync-token: members by key, and keys of those that are gone."""

    changed: Mapping[str, ListedMember]
    removed: frozenset[str]
    sync_token: str


@dataclass(frozen=True, slots=True)
class FetchedCard:
    """A card's bytes, and when its server says that it was written (Last-Modified), None if it does not."""

    key: str
    data: bytes
    modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unfetched:
    """A listed card that did not come, and why, in words for its owner."""

    key: str
    reason: Value


@dataclass(slots=True)
class _Members:
    """Members as they are listed; one that is listed twice with two etags has none that can be relied on."""

    by_key: dict[str, ListedMember] = field(default_factory=dict)

    def add(self, key: str, row: Resource) -> None:
        known = self.by_key.get(key)
        etag = row.etag if known is None or known.etag == row.etag else ""
        self.by_key[key] = ListedMember(path_of(row.href), etag)


class AddressBook:
    """The book at `url`. A card of more than `max_bytes` is not taken. `version4` asks for vCard 4.0."""

    def __init__(self, client: Client, url: str, *, max_bytes: int, version4: bool = False) -> None:
        self._client = client
        self._url = url
        self._key = key_of(url).rstrip("/")
        self._max_bytes = max_bytes
        self._version4 = version4

    def listing(self) -> Listing:
        """All members, in one request. Raises DavError if the answer is not a whole listing of an address book."""
        answer = self._client.propfind(self._url, queries.LISTING, depth=1)
        own: Resource | None = None
        members = _Members()
        cut = False
        for row in answer.rows:
            key = _key(row)
            cut = cut or row.status == _TOO_MUCH
            if key.rstrip("/") == self._key:
                own = own or row
            elif row.is_book:
                own = own or row  # the same book under another path, after a redirect
            elif key and _is_card(row) and row.status not in _GONE:
                members.add(key, row)
        if own is None and not members.by_key:
            raise DavError(
                FailureKind.ANSWER,
                phrase("dav-listing-empty", url=Code(shown_address(self._url))),
            )
        if own and own.is_collection and not own.is_book:
            raise DavError(
                FailureKind.ANSWER,
                phrase("dav-not-a-book", url=Code(shown_address(self._url))),
            )
        _check_number(len(members.by_key), self._url)
        if cut:
            return self._paged_listing()
        if own is None:
            return Listing(members.by_key)
        return Listing(members.by_key, own.sync_token, own.ctag, own.offers4)

    def _paged_listing(self) -> Listing:
        """The members of a book that its server does not list at once."""
        everything = self.changes("")
        if everything is None:
            raise DavError(
                FailureKind.ANSWER,
                phrase("dav-listing-partial", url=Code(shown_address(self._url))),
            )
        return Listing(everything.changed, everything.sync_token)

    def changes(self, token: str) -> Changes | None:
        """What changed since `token`, page by page. Raises DavError if the server cannot be asked at all.

        None if it does not say: RFC 6578 section 3.2 has 403 for a token that is no longer valid; servers also answer
        400, 409, 410, 412 and 507, and as they like if they cannot do this at all.
        """
        changed: dict[str, ListedMember] = {}
        removed: set[str] = set()
        for _ in range(_PAGES_AT_MOST):
            try:
                answer = self._client.report(self._url, queries.sync(token), depth=0)
            except DavError as error:
                if error.kind is not FailureKind.ANSWER:
                    raise
                return None
            if not isinstance(answer, Multistatus):
                return None
            more = False
            for row in answer.rows:
                key = _key(row)
                if row.status == _TOO_MUCH:
                    more = True
                elif key.rstrip("/") == self._key:
                    continue
                elif row.status in _GONE:
                    removed.add(key)
                    changed.pop(key, None)
                elif key and _is_card(row):
                    removed.discard(key)
                    changed[key] = ListedMember(path_of(row.href), row.etag)
            _check_number(len(changed), self._url)
            if not answer.sync_token or (more and answer.sync_token == token):
                return None
            token = answer.sync_token
            if not more:
                return Changes(changed, frozenset(removed), token)
        return None

    def ctag(self) -> str:
        """The book's getctag, "" if it has none."""
        answer = self._client.propfind(self._url, queries.CTAG, depth=0)
        return next((row.ctag for row in answer.rows if _key(row).rstrip("/") == self._key), "")

    def still_there(self, keys: Sequence[str]) -> dict[str, ListedMember]:
        """Which of these members the server has all the same, though its listing left them out.

        They are asked for together; what is neither brought nor denied is asked for alone, or, if that is much, looked for
        in a second listing. One of which the server says neither counts as there. Raises DavError if it cannot be asked.
        """
        there: dict[str, ListedMember] = {}
        unknown: list[str] = []
        for start in range(0, len(keys), BATCH):
            batch = keys[start : start + BATCH]
            rows = self._etags(batch)
            for key in batch:
                row = rows.get(key)
                if row is None or (not row.status and not row.etag):
                    unknown.append(key)
                elif row.status not in _GONE:
                    there[key] = ListedMember(path_of(row.href), row.etag)
        if len(unknown) > _ASKED_FOR_ALONE:
            listed = self.listing().members
            return there | {key: listed[key] for key in unknown if key in listed}
        return there | {key: ListedMember(key, "") for key in unknown if self._has(key)}

    def _etags(self, keys: Sequence[str]) -> dict[str, Resource]:
        """What one multiget says of members, by key; nothing if it is refused as a whole."""
        try:
            answer = self._client.report(self._url, queries.multiget(keys, version4=False, bodies=False), depth=1)
        except DavError as error:
            if error.kind in {FailureKind.ANSWER, FailureKind.AWAY, FailureKind.FAULT}:
                return {}
            raise
        if not isinstance(answer, Multistatus):
            return {}
        return {_key(row): row for row in answer.rows}

    def _has(self, key: str) -> bool:
        """Whether a member is not denied when it is asked for alone."""
        try:
            self._client.get(absolute(self._url, key))
        except DavError as error:
            if error.kind in MAY_PASS or error.kind in _ABOUT_ACCESS:
                raise
            return error.kind is not FailureKind.AWAY
        return True

    def cards(self, members: Sequence[tuple[str, str]]) -> Iterator[FetchedCard | Unfetched]:
        """The cards of these keys and paths, each once, in this order.

        A batch that fails, and a card that is missing from its answer, is asked for card by card.
        Raises DavError if the server, and not a card, is the cause.
        """
        points = 0
        batches = [members[start : start + BATCH] for start in range(0, len(members), BATCH)]
        for batch, (got, failed) in zip(batches, _ahead(self._multiget, batches), strict=True):
            for key, path in batch:
                if key in got:
                    yield got.pop(key)
                    continue
                fetched = self._one(key, path)
                yield fetched if isinstance(fetched, FetchedCard) else Unfetched(key, fetched.said)
                points = 0 if isinstance(fetched, FetchedCard) else points + _POINTS.get(fetched.kind, 0)
                if points >= _TOO_MANY_POINTS and isinstance(fetched, DavError):
                    raise failed or fetched

    def _multiget(self, batch: Sequence[tuple[str, str]]) -> tuple[dict[str, FetchedCard], DavError | None]:
        """What came of a batch by key, and why the whole batch failed. A single card is left to be asked for alone."""
        if len(batch) == 1:
            return {}, None
        query = queries.multiget((path for _, path in batch), version4=self._version4)
        try:
            answer = self._client.report(self._url, query, depth=1)
        except DavError as error:
            if error.kind in _ABOUT_ACCESS:
                raise
            return {}, error
        if not isinstance(answer, Multistatus):
            return {}, None
        asked = {key for key, _ in batch}
        got = {}
        for row in answer.rows:
            key = _key(row)
            if key in asked and row.data is not None and row.data.strip() and len(row.data) <= self._max_bytes:
                got[key] = FetchedCard(key, row.data, _moment(row.modified))
        return got, None

    def _one(self, key: str, path: str) -> FetchedCard | DavError:
        """One card by GET, or why it did not come. Raises DavError if access as such is lost."""
        url = absolute(self._url, path)
        accept = "text/vcard; version=4.0" if self._version4 else "text/vcard"
        try:
            answer = self._client.get(url, accept=accept)
        except DavError as error:
            if error.kind in _ABOUT_ACCESS:
                raise DavError(error.kind, of_contact(error.said)) from error
            return DavError(error.kind, phrase("dav-card-unfetched", card=Code(path), why=error.said))
        if not answer.body.strip():
            return DavError(FailureKind.ANSWER, phrase("dav-card-empty", card=Code(path)))
        if len(answer.body) > self._max_bytes:
            return DavError(
                FailureKind.ANSWER,
                phrase("dav-card-large", card=Code(path), size=len(answer.body), limit=self._max_bytes),
            )
        return FetchedCard(key, answer.body, _moment(answer.headers.get("Last-Modified", "")))


def _moment(text: str) -> datetime | None:
    """A time as HTTP writes it (RFC 9110, 5.6.7; RFC 4918, 15.7)."""
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


ToAsk = TypeVar("ToAsk")
Answered = TypeVar("Answered")


def _ahead(ask: Callable[[ToAsk], Answered], questions: Sequence[ToAsk]) -> Iterator[Answered]:
    """The answers in the order of the questions; some are under way while the first is looked at."""
    if len(questions) < 2:
        yield from map(ask, questions)
        return
    executor = ThreadPoolExecutor(AT_ONCE, "carddav")
    waits = False
    try:
        under_way = deque(executor.submit(ask, question) for question in questions[:AT_ONCE])
        for question in questions[AT_ONCE:]:
            yield under_way.popleft().result()
            under_way.append(executor.submit(ask, question))
        while under_way:
            yield under_way.popleft().result()
    except Exception:
        waits = True  # the client goes on to other questions
        raise
    finally:  # whoever pressed Ctrl-C waits for no server
        executor.shutdown(wait=waits, cancel_futures=True)


def _key(row: Resource) -> str:
    """The row's key; "" if its href is no address, which no member's is."""
    try:
        return key_of(row.href)
    except ValueError:
        return ""


def _is_card(row: Resource) -> bool:
    """Whether a member is a card. Google's have no ending, and some servers give garbage another media type."""
    if row.is_collection:
        return False
    kind = row.content_type.partition(";")[0].strip().lower()
    return not kind or kind in MEDIA_TYPES or _key(row).lower().endswith((".vcf", ".vcard"))


def _check_number(count: int, url: str) -> None:
    if count > _CARDS_AT_MOST:
        raise DavError(
            FailureKind.ANSWER, phrase("dav-too-many-cards", url=Code(shown_address(url)), limit=_CARDS_AT_MOST)
        )
