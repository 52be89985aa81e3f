"""The source `carddav`: the address books of a server, read as their owners' own clients read them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from urllib.parse import quote, urlsplit

from cardwarden.carddav.auth import Bearer, Credentials, Login
from cardwarden.carddav.book import AddressBook, Changes, FetchedCard, Listing
from cardwarden.carddav.client import Client
from cardwarden.carddav.discovery import Collection, find_books
from cardwarden.carddav.failure import DavError, FailureKind
from cardwarden.carddav.home import BookState
from cardwarden.carddav.hosts import Hosts
from cardwarden.carddav.href import host_of, last_segment
from cardwarden.carddav.queries import CTAG
from cardwarden.carddav.sign_in import AccessTokens
from cardwarden.clock import Clock, SystemClock
from cardwarden.errors import SettingsError, SourceError
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.sources.access_log import AccessLog
from cardwarden.sources.carddav_homes import HomeQuestions
from cardwarden.sources.carddav_options import CarddavOptions
from cardwarden.sources.login import keeper
from cardwarden.sources.nextcloud_activity import NextcloudActivity
from cardwarden.sources.presets import PRESETS
from cardwarden.sources.sealed import opened
from cardwarden.sources.secret import given
from cardwarden.sources.source import BookRef, Fetched, Known, Missed, Observation, WrittenBy
from cardwarden.sources.watched import WatchTarget
from cardwarden.text import clip, harmless

_LED_NOWHERE = frozenset({FailureKind.AWAY, FailureKind.ANSWER})
_FOUND_FOR = 3600.0  # seconds that a list of address books is used before the server is asked for it again
_ASKED_ABOUT = 100  # cards that came at once: an activity tells of the last ones only
_AT_ONE_TIME = timedelta(minutes=1)  # what a server tells in several places of one writing
_UID = re.compile(rb"(?im)^UID(?:;[^:\r\n]*)?:([^\r\n]*)")
_SHARED_AT_MOST = 100  # shared etags that are remembered one by one

Secret = Callable[[str], str]
"""Brings "password" or "bearer" from where the settings say it stands. Raises SettingsError."""


@dataclass(frozen=True, slots=True)
class _State:
    """What the token carries from one look to the next.

    sync_token, ctag  of the book, "" if it has none
    shared            etags that several members had: they do not tell one writing from another
    useless           there were too many of these; no etag of this book is relied on
    offers4           the server offers vCard 4.0
    reported          a REPORT brought this sync-token, so it is the one that stands for this state
    stuck             the book changed and its sync-token, or ctag, did not
    """

    sync_token: str = ""
    ctag: str = ""
    shared: frozenset[str] = frozenset()
    useless: bool = False
    offers4: bool = False
    reported: bool = False
    stuck: bool = False

    @staticmethod
    def unpack(token: str) -> _State:
        """The state in a token; of one that cannot be read, nothing is taken, and the book is listed anew."""
        try:
            packed = json.loads(token or "{}")
            shared = packed.get("shared", [])
            return _State(
                str(packed.get("sync", "")),
                str(packed.get("ctag", "")),
                frozenset(map(str, shared)),
                packed.get("useless") is True,
                packed.get("v4") is True,
                packed.get("reported") is True,
                packed.get("stuck") is True,
            )
        except (ValueError, AttributeError, TypeError):
            return _State()

    def pack(self) -> str:
        """Without what is not set, and always in the same order."""
        fields = {
            "sync": self.sync_token,
            "ctag": self.ctag,
            "shared": sorted(self.shared),
            "useless": self.useless,
            "v4": self.offers4,
            "reported": self.reported,
            "stuck": self.stuck,
        }
        return json.dumps({key: value for key, value in fields.items() if value}, ensure_ascii=False)

    def learn(self, etags: Iterable[str]) -> _State:
        """This state, knowing of these etags of a book which ones several members have."""
        several = {etag for etag, count in Counter(etags).items() if etag and count > 1}
        shared = self.shared | several
        useless = self.useless or len(shared) > _SHARED_AT_MOST
        return replace(self, shared=frozenset() if useless else shared, useless=useless)

    def stamp(self, etag: str) -> str:
        """`etag`, or "" if it says nothing."""
        return "" if self.useless or etag in self.shared else etag

    @property
    def of_book(self) -> BookState | None:
        """What its home would say of the book if nothing changed; None if that cannot be relied on.

        Of a sync-token it can once a REPORT brought it: what a listing calls so may be none.
        """
        if self.stuck or not (self.reported if self.sync_token else self.ctag):
            return None
        return BookState(self.sync_token, self.ctag)


@dataclass(frozen=True, slots=True)
class _Look:
    """All members' stamps, the members to fetch (key, path), and the state to keep."""

    members: Mapping[str, str]
    wanted: list[tuple[str, str]]
    state: _State


class CardDav:
    """Reads the address books of one account. A book's id is its path, a member's href its path in one spelling.

    A stamp is the etag, as opaque text; it is "" (always fetched) if there is none, or if several members have the same.
    If a server keeps a sync-token or a ctag, quick looks rely on it and ask one question, of all books of a home if it lists
    several; deep ones do not. `client` is the account's; whoever writes there uses it, too.
    """

    def __init__(
        self, name: str, options: CarddavOptions, secret: Secret, clock: Clock | None = None, hosts: Hosts | None = None
    ) -> None:
        """`secret` gives what a key of the options refers to, when it is needed; `hosts` is what this run knows of servers."""
        self.name = name
        self._options = options
        self._clock = clock or SystemClock()
        self.client = Client(
            options.url,
            _credentials(name, options, secret),
            self._clock,
            hosts=hosts,
            credential_hosts=options.credential_hosts,
            tls_ca=options.tls_ca,
            tls_cert=tuple(path for path in (options.tls_cert, options.tls_key) if path),
        )
        self._writings = _Writings(
            AccessLog(options.access_log) if options.access_log else None,
            NextcloudActivity(self.client, options.url) if options.type == "nextcloud" else None,
        )
        self._homes = HomeQuestions(self.client, self._clock)
        self._found: dict[str, Collection] = {}
        self._found_at = 0.0

    @property
    def host(self) -> str:
        return host_of(self._options.url)

    @property
    def path(self) -> Path | None:
        return None

    @property
    def watch(self) -> WatchTarget | None:
        return None

    def begin(self) -> None:
        self.client.begin()

    def close(self) -> None:
        self.client.close()

    def books(self) -> list[BookRef]:
        if not self._found or self._clock.monotonic() - self._found_at > _FOUND_FOR:
            self._found = {book.id: book for book in self._chosen(self._find())}
            self._found_at = self._clock.monotonic()
        return [BookRef(id=key, title=harmless(book.title)) for key, book in self._found.items()]

    def _find(self) -> list[Collection]:
        """The books of the account; of a service that does not lead to its one book, that book."""
        preset = PRESETS.get(self._options.type)
        try:
            return find_books(self.client, self._options.url)
        except DavError as error:
            if preset is None or not preset.book or error.kind not in _LED_NOWHERE:
                raise
            path = preset.book.format(username=quote(self._options.username or ""))
            url = urlsplit(self._options.url)._replace(path=path).geturl()
            self.client.propfind(url, CTAG, depth=0)  # raises DavError if it is not there
            return [Collection(url, last_segment(url))]

    def _chosen(self, books: list[Collection]) -> list[Collection]:
        """The books that `collections` names. Raises SourceError if a name fits none: a book may have gone."""
        chosen: dict[str, Collection] = {}
        for pattern in self._options.collections:
            fitting = [book for book in books if _fits(book.title, book.url, pattern)]
            if not fitting:
                there = ", ".join(f'"{clip(book.title, 40)}"' for book in books)
                raise SourceError(
                    phrase("dav-no-such-book", name=clip(pattern, 40), source=self.name, names=Code(there))
                )
            chosen |= {book.id: book for book in fitting}
        return [book for book in books if book.id in chosen]

    def keeps(self, book: BookRef) -> bool:
        return any(_fits(book.title, book.id, pattern) for pattern in self._options.collections)

    def unchanged(self, tokens: Mapping[str, str]) -> frozenset[str]:
        homes: dict[str, dict[str, BookState]] = {}
        for book, token in tokens.items():
            place, state = self._found.get(book), _State.unpack(token).of_book
            if place is not None and place.home and state is not None:
                homes.setdefault(place.home, {})[book] = state
        return frozenset(book for home, known in homes.items() for book in self._homes.unchanged(home, known))

    def observe(self, book: BookRef, known: Known, *, deep: bool) -> Observation:
        """Asks what changed since the token, and for the whole list if that cannot be told; what is deep asks for all at once.

        Where the books are is found out once, and anew after one was not where it was.
        """
        if book.id not in self._found:
            self._found = {}
            self.books()
        place = self._found.get(book.id)
        if place is None:
            raise SourceError(phrase("dav-book-gone", title=book.title, source=self.name))
        state = _State.unpack(known.token)
        reader = self._reader(place, state)
        try:
            look = None if deep else _quick(reader, known, state)
            self._homes.note_own_answer(place.home, is_unchanged=look is not None and look.members is known.members)
            if look is None:
                look = _whole(self._completed(reader, book, known), known, state, deep=deep)
        except DavError as error:
            self._homes.note_own_answer(place.home, is_unchanged=False)
            if error.kind is FailureKind.AWAY:
                self._found = {}  # it may have moved: ask where the books are
            raise
        fetching = self._reader(place, look.state)
        return Observation(look.members, _bodies(fetching, look, self._writings), look.state.pack())

    def ask_again(self, book: BookRef, hrefs: Sequence[str]) -> tuple[()]:  # noqa: ARG002 - `observe` has asked for them
        return ()

    def _completed(self, reader: AddressBook, book: BookRef, known: Known) -> Listing:
        """The listing, with the members that it left out though they are there: it alone makes no card removed.

        Raises SourceError if it lists none of the known cards and they are there: it is another book's.
        """
        listing = reader.listing()
        left_out = [key for key in known.members if key not in listing.members]
        there = reader.still_there(left_out) if left_out else {}
        if there and listing.members and len(left_out) == len(known.members):
            raise SourceError(phrase("dav-foreign-listing", title=book.title))
        return replace(listing, members={**listing.members, **there})

    def _reader(self, place: Collection, state: _State) -> AddressBook:
        version4 = self._options.vcard == "4.0" and state.offers4
        return AddressBook(self.client, place.url, max_bytes=self._options.max_bytes, version4=version4)


def _fits(title: str, url: str, pattern: str) -> bool:
    return fnmatchcase(title, pattern) or fnmatchcase(last_segment(url), pattern)


def _credentials(name: str, options: CarddavOptions, secret: Secret) -> Credentials:
    """Raises nothing now; if the secret is not to be had, the book cannot be read, and its owner is told so."""

    def bring(kind: str) -> str:
        try:
            return secret(kind)
        except SettingsError as error:
            raise SourceError(error.said) from None

    if given(options, "login"):
        return Bearer(
            AccessTokens(
                lambda: opened(options.login_file, bring("login")), keeper(options.login_file), name, options.tls_ca
            )
        )
    if options.username:
        return Login(options.username, lambda: bring("password"))
    if given(options, "bearer"):
        return Bearer(lambda: bring("bearer"))
    return None


def _quick(reader: AddressBook, known: Known, state: _State) -> _Look | None:
    """What one question tells; None if the book has to be listed."""
    if state.sync_token:
        changes = reader.changes(state.sync_token)
        if changes and not changes.changed and not changes.removed:
            return _Look(known.members, [], replace(state, sync_token=changes.sync_token, ctag="", reported=True))
        return _merged(changes, known, state) if changes else None
    if state.ctag and reader.ctag() == state.ctag:
        return _Look(known.members, [], state)
    return None


def _merged(changes: Changes, known: Known, state: _State) -> _Look | None:
    """The known members with the changes; None if the answer cannot be only what changed.

    Servers answer a token that they no longer know with everything there is, and say nothing of what is gone: a card that
    is listed as changed and is as it was gives them away, and so does a list as long as the book.
    """
    unmoved = any(known.members.get(key) == member.etag != "" for key, member in changes.changed.items())
    if unmoved or (changes.changed and len(changes.changed) >= len(known.members) > 0):
        return None
    members = {key: stamp for key, stamp in known.members.items() if key not in changes.removed}
    etags = {**members, **{key: member.etag for key, member in changes.changed.items()}}
    is_stuck = state.stuck and changes.sync_token == state.sync_token
    state = replace(state, sync_token=changes.sync_token, ctag="", reported=True, stuck=is_stuck).learn(etags.values())
    members = {key: state.stamp(etag) for key, etag in etags.items()}
    return _Look(members, [(key, member.path) for key, member in changes.changed.items()], state)


def _whole(listing: Listing, known: Known, state: _State, *, deep: bool) -> _Look:
    """What a listing of the whole book tells."""
    is_same = listing.sync_token == state.sync_token if state.sync_token else listing.ctag == state.ctag != ""
    state = _State(
        listing.sync_token,
        listing.ctag,
        state.shared,
        state.useless,
        listing.offers4,
        reported=is_same and state.reported,
        stuck=is_same and (state.stuck or _differs(listing, known)),
    )
    state = state.learn(member.etag for member in listing.members.values())
    members = {key: state.stamp(member.etag) for key, member in sorted(listing.members.items())}
    wanted = [
        (key, listing.members[key].path)
        for key, stamp in members.items()
        if deep or not stamp or known.members.get(key) != stamp
    ]
    return _Look(members, wanted, state)


def _differs(listing: Listing, known: Known) -> bool:
    """Whether a book is surely another one than is known: a member went, or was written. One that came may be passed over."""
    return any(
        stamp and ((member := listing.members.get(key)) is None or member.etag not in {"", stamp})
        for key, stamp in known.members.items()
    )


@dataclass(frozen=True, slots=True)
class _Writings:
    """What a server tells of who wrote: its access log, its activity, and the time with each card."""

    log: AccessLog | None
    activity: NextcloudActivity | None

    def read(self, changed: int) -> None:
        """Take in what is new. A whole book that came is no writing that anybody asks about."""
        if self.log:
            self.log.read()
        if self.activity and changed <= _ASKED_ABOUT:
            self.activity.read()

    def of(self, card: FetchedCard) -> WrittenBy | None:
        """Who wrote a card last: the latest that is told, and what else is told of the same time."""
        writings = [WrittenBy("", card.modified)] if card.modified else []
        if self.log and (writing := self.log.last_write(card.key)):
            writings.append(writing)
        if (
            self.activity
            and (uid := _UID.search(card.data))
            and (writing := self.activity.last_write(uid[1].decode("utf-8", "replace").strip()))
        ):
            writings.append(writing)
        if not writings:
            return None
        last = max(said.at for said in writings)
        same = [said for said in writings if last - said.at <= _AT_ONE_TIME]
        program = next((said.program for said in same if said.program), "")
        return WrittenBy(program, last, next((said.user for said in same if said.user), ""))


def _bodies(reader: AddressBook, look: _Look, writings: _Writings) -> Iterator[Fetched | Missed]:
    """A card written after the listing comes with the listing's stamp, differs from it next time, and is fetched again."""
    if look.wanted:
        writings.read(len(look.wanted))
    for item in reader.cards(look.wanted):
        if isinstance(item, FetchedCard):
            yield Fetched(item.key, look.members[item.key], item.data, written=writings.of(item))
        else:
            yield Missed(item.key, look.members[item.key], item.reason)
