"""All books of an account in one question: it hides no change, and is not asked again for long if it is of no use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from cardwarden.sources.carddav import CardDav
from cardwarden.sources.carddav_options import CarddavOptions
from cardwarden.sources.source import BookRef, Known, Missed
from support.dav_account import HOME, Account, account_at
from support.fake_dav import FakeDav, Reply, Request, StillClock, multistatus, serving


@pytest.fixture
def dav() -> Iterator[FakeDav]:
    with serving() as server:
        yield server


@pytest.fixture
def account(dav: FakeDav) -> Account:
    return account_at(dav, "one", "two", "three")


class Reader:
    """A source, and what a check would keep of each of its books."""

    def __init__(self, dav: FakeDav, **options: object) -> None:
        given = {"type": "carddav", "url": dav.root + "/", "username": "alice", "password_env": "X", **options}
        self.dav = dav
        self.clock = StillClock()
        self.source = CardDav("family", CarddavOptions.model_validate(given), lambda _: "secret", self.clock)
        self.known: dict[str, Known] = {}
        for _ in range(2):  # the first REPORT of a book comes with the second look
            for book in self.source.books():
                self.look(book)
        self.requests()

    def look(self, book: BookRef, *, deep: bool = False) -> list[str]:
        """Look at one book; gives the members that were fetched."""
        seen = self.source.observe(book, self.known.get(book.id, Known({})), deep=deep)
        bodies = list(seen.bodies)
        assert not any(isinstance(body, Missed) for body in bodies)
        self.known[book.id] = Known(seen.members, seen.token)
        return [body.href.rpartition("/")[2] for body in bodies]

    def unchanged(self) -> set[str]:
        """The books that the source tells of together, by the last part of their paths."""
        told = self.source.unchanged({book: known.token for book, known in self.known.items()})
        return {book.rstrip("/").rpartition("/")[2] for book in told}

    def check(self) -> dict[str, list[str]]:
        """What a check does: gives what was fetched of the books that were looked at."""
        self.source.begin()
        tokens = {book: known.token for book, known in self.known.items()}
        told = self.source.unchanged(tokens)
        return {book.title: self.look(book) for book in self.source.books() if book.id not in told}

    def requests(self) -> list[str]:
        sent = [f"{request.method} {request.path}" for request in self.dav.requests]
        self.dav.requests.clear()
        return sent


def test_an_account_in_which_nothing_changed_is_one_question(dav: FakeDav, account: Account) -> None:
    reader = Reader(dav)
    assert reader.unchanged() == {*account.history}
    assert reader.requests() == [f"PROPFIND {HOME}"]


def test_by_ctags_it_is_one_question_too(dav: FakeDav, account: Account) -> None:
    account.offers_sync = False
    reader = Reader(dav)
    assert reader.unchanged() == {*account.history}
    assert [request.body.count("getctag") for request in dav.requests] == [1]


def test_a_book_that_changed_is_not_told_of_whatever_the_others_did(dav: FakeDav, account: Account) -> None:
    reader = Reader(dav)
    account.put("two", "Anna")
    assert reader.check() == {"two": ["Anna.vcf"]}
    assert reader.unchanged() == {*account.history}


def test_no_more_is_asked_for_than_what_is_compared(dav: FakeDav, account: Account) -> None:
    reader = Reader(dav)
    reader.unchanged()
    [question] = dav.requests
    assert ("<sync-token/>" in question.body, "getctag" in question.body) == (True, False)


def test_the_one_book_of_an_account_is_asked_itself(dav: FakeDav) -> None:
    account_at(dav, "one")
    reader = Reader(dav)
    assert (reader.unchanged(), reader.requests()) == (set(), [])


def test_a_book_that_was_named_itself_is_asked_itself(dav: FakeDav, account: Account) -> None:
    reader = Reader(dav, url=f"{dav.root}{HOME}one/")
    assert (reader.unchanged(), reader.requests()) == (set(), [])


def test_books_of_several_homes_are_a_question_to_each_home_that_has_several(dav: FakeDav, account: Account) -> None:
    for book in ("four", "five"):
        account.add(book, home="/club/")
    account.add("six", home="/shared/")
    reader = Reader(dav)
    assert reader.unchanged() == {*account.history} - {"six"}
    assert sorted(reader.requests()) == [f"PROPFIND {HOME}", "PROPFIND /club/"]


def test_what_the_home_does_not_list_any_more_is_asked_itself(dav: FakeDav, account: Account) -> None:
    reader = Reader(dav)
    account.listed = lambda book, token: None if book == "two" else token
    account.put("two", "Anna")
    assert reader.check() == {"two": ["Anna.vcf"]}


def test_a_token_that_only_a_listing_brought_is_not_relied_on(dav: FakeDav, account: Account) -> None:
    """Some server may call a constant so, and bring others with its reports."""
    account.listed = lambda *_: "constant"
    source = Reader(dav)
    first = {book.id: Known({}) for book in source.source.books()}
    seen = {book.id: source.source.observe(book, first[book.id], deep=False) for book in source.source.books()}
    assert source.source.unchanged({book: observed.token for book, observed in seen.items()}) == frozenset()


def test_a_token_that_stayed_though_the_book_changed_is_relied_on_no_more(dav: FakeDav, account: Account) -> None:
    reader = Reader(dav)
    stays = account.token("two")
    account.put("two", "Jane")
    account.listed = account.reported = lambda book, token: stays if book == "two" else token
    assert "two" in reader.unchanged()  # so it is missed, until the deep check
    two = next(book for book in reader.source.books() if book.title == "two")
    token = reader.known[two.id].token
    account.token = lambda book: stays if book == "two" else f"token-{len(account.history[book])}"  # type: ignore[method-assign]
    assert "Jane.vcf" in reader.look(two, deep=True)
    assert token != reader.known[two.id].token
    for _ in range(2):
        reader.look(two)
        assert reader.unchanged() == {"one", "three"}


def test_a_deep_look_at_what_did_not_change_leaves_its_token_relied_on(dav: FakeDav, account: Account) -> None:
    reader = Reader(dav)
    for book in reader.source.books():
        reader.look(book, deep=True)
    assert reader.unchanged() == {*account.history}


# Answers that are of no use


def question(request: Request) -> bool:
    """Whether it is the one about all books, and no search for them."""
    return (request.path, "displayname" in request.body) == (HOME, False)


def refuse(status: int) -> Callable[[Account], None]:
    def have(account: Account) -> None:
        account.refuses = lambda request: Reply(status) if question(request) else None

    return have


def say_something_else(account: Account) -> None:
    account.listed = lambda _, token: f"property-{token}"


def say_nothing(account: Account) -> None:
    account.refuses = lambda request: multistatus() if question(request) else None


@pytest.mark.parametrize("have", [*map(refuse, (403, 404, 405, 500, 200)), say_something_else, say_nothing])
def test_a_home_that_cannot_tell_costs_one_question_an_hour(
    dav: FakeDav, account: Account, have: Callable[[Account], None]
) -> None:
    reader = Reader(dav)
    have(account)
    asked: list[int] = []
    for _ in range(12):
        assert reader.check().keys() == {*account.history}
        asked.append(sum(question(sent) for sent in dav.requests))
        dav.requests.clear()
        reader.clock.ahead += timedelta(minutes=15)
    assert (asked[0], sum(asked[:4]), sum(asked[4:])) == (1, 1, 1), asked


@pytest.mark.parametrize("have", [refuse(403), say_something_else])
def test_a_home_that_can_tell_again_is_asked_as_before(
    dav: FakeDav, account: Account, have: Callable[[Account], None]
) -> None:
    reader = Reader(dav)
    have(account)
    for _ in range(2):
        reader.check()
    account.refuses, account.listed = lambda _: None, lambda _, token: token
    reader.clock.ahead += timedelta(hours=1)
    reader.source.begin()
    reader.source.books()
    reader.requests()
    for _ in range(3):
        assert reader.check() == {}
        assert reader.requests() == [f"PROPFIND {HOME}"]


def test_books_that_all_changed_are_no_reason_to_ask_no_more(dav: FakeDav, account: Account) -> None:
    reader = Reader(dav)
    for _ in range(2):
        for book in account.history:
            account.put(book, "Anna")
        assert reader.check() == {book: ["Anna.vcf"] for book in account.history}
    assert reader.unchanged() == {*account.history}


def test_an_error_for_one_collection_is_about_that_one(dav: FakeDav, account: Account) -> None:
    reader = Reader(dav)
    usual = account.answer

    def fails_at_two(request: object) -> Reply | None:
        reply = usual(request)  # type: ignore[arg-type]
        if reply is None or not isinstance(reply.body, str) or request.path != HOME:  # type: ignore[attr-defined]
            return reply
        start = reply.body.index(f"<response><href>{HOME}two/")
        end = reply.body.index("</response>", start)
        failed = f"<response><href>{HOME}two/</href><status>HTTP/1.1 500 Internal Server Error</status>"
        return Reply(207, reply.body[:start] + failed + reply.body[end:], reply.headers)

    dav.always = fails_at_two
    assert reader.unchanged() == {"one", "three"}


def test_a_book_that_is_listed_twice_in_two_states_is_asked_itself(dav: FakeDav, account: Account) -> None:
    reader = Reader(dav)
    account.homes[HOME].append("two")
    said = iter(["one", "two", "three", "two again"])
    account.listed = lambda _, token: "token-0" if next(said) == "two again" else token
    assert reader.unchanged() == {"one", "three"}
