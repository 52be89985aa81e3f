"""The questions about a book; it is tried at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from cardwarden.actions.queries.listing import ListedEvent
from cardwarden.cli.init.asking import Asker, Question
from cardwarden.cli.init.plan import SetupPlan
from cardwarden.cli.listing import say_event
from cardwarden.cli.output import say, tell
from cardwarden.cli.texts import init_text
from cardwarden.errors import SettingsError, SourceError, UsageError, WrongValueError
from cardwarden.phrases.language import Voice, language_of
from cardwarden.phrases.phrase import Code, joined, phrase
from cardwarden.setup.book import BookLocation, free_name, name_for, place_of
from cardwarden.setup.candidates import likely_books
from cardwarden.setup.document import tables_of, with_source
from cardwarden.setup.trial import PASSWORD, FirstLook, first_look

_EVENTS = 3


@dataclass(frozen=True, slots=True)
class BookWishes:
    """What the options say of the book."""

    book: str | None
    name: str | None
    username: str | None
    password_env: str | None
    password_file: str | None
    collections: tuple[str, ...]

    @classmethod
    def of(cls, options: Mapping[str, object]) -> BookWishes:
        return cls(**{key: options[key] for key in cls.__slots__})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class _Tried:
    """A book that could be read: its keys in the settings, and the password that is to be kept, if any."""

    place: BookLocation
    options: Mapping[str, object]
    password: str | None


def ask_book(asker: Asker, plan: SetupPlan, wishes: BookWishes, country: str) -> SetupPlan:
    """The plan with a book more. Raises UsageError, and SourceError if the book cannot be read and nobody is asked."""
    say()
    say(init_text("book-about"))
    taken = tables_of(plan.document, "sources")
    likely = likely_books(Path.home())
    while True:
        default = str(likely[0]) if likely else None
        place = asker.value(Question("book", "--book"), lambda said: place_of(said, Path.home()), wishes.book, default)
        _refuse_twice(place, taken)
        tried = _tried(asker, place, wishes, country)
        if tried:
            break
        if wishes.book is not None:
            wishes = replace(wishes, book=None)
    name = asker.value(
        Question("name", "--name"), lambda said: _name(said, taken), wishes.name, name_for(tried.place, taken)
    )
    options = dict(tried.options)
    if tried.password is not None:
        file = plan.secret_file(f"{name}-password")
        options["password_file"] = str(file)
        plan = plan.with_secret(file, tried.password)
    return replace(plan, document=with_source(plan.document, name, options))


def _refuse_twice(place: BookLocation, sources: Mapping[str, object]) -> None:
    """One folder or file in two sources would be told of twice; one server may hold several people's books."""
    for name, table in sources.items():
        if not place.is_server and isinstance(table, dict) and table.get("path") == place.options["path"]:
            raise UsageError(phrase("setup-guarded-already", name=Code(name)))


def _name(said: str, taken: Mapping[str, object]) -> str:
    if said != free_name(said, (), otherwise=""):
        raise WrongValueError(phrase("init-name-letters"))
    if said in taken:
        raise WrongValueError(phrase("init-name-taken"))
    return said


def _tried(asker: Asker, place: BookLocation, wishes: BookWishes, country: str) -> _Tried | None:
    """The book, once it was read; None if it could not be, and another answer may help."""
    options = dict(place.options)
    password: str | None = None
    trial_options = options
    if place.is_server:
        username = asker.value(Question("username", "--username"), _not_empty, wishes.username, place.username or None)
        options["username"] = username
        if wishes.password_file:
            options["password_file"] = str(Path(wishes.password_file).expanduser().absolute())
            trial_options = options
        else:
            password = _password(asker, wishes)
            trial_options = {**options, "password_env": PASSWORD}
        if wishes.collections:
            options["collections"] = trial_options["collections"] = wishes.collections
    say(init_text("trying"), "dim")
    look = first_look(trial_options, country, password or "", os.environ, Path.home())
    if not look.is_usable:
        reason = joined(look.doubts)
        if asker.unattended:
            raise SourceError(phrase("init-not-read", reason=reason))
        say(init_text("not-read", reason=reason), "yellow")
        return None
    _show_look(look)
    if place.is_server and len(look.books) > 1 and not wishes.collections:
        chosen = _collections(asker, look)
        if chosen:
            options["collections"] = chosen
    return _Tried(replace(place, username=str(options.get("username", ""))), options, password)


def _password(asker: Asker, wishes: BookWishes) -> str:
    if not wishes.password_env:
        return asker.secret(Question("password", "--password-env or --password-file"))
    try:
        return os.environ[wishes.password_env]
    except KeyError:
        option, name = Code("--password-env"), Code(wishes.password_env)
        raise SettingsError(phrase("option-env-unset", option=option, name=name)) from None


def _not_empty(said: str) -> str:
    if not said.strip():
        raise WrongValueError(phrase("init-empty"))
    return said.strip()


def _collections(asker: Asker, look: FirstLook) -> tuple[str, ...]:
    """The names of the books to guard; none stands for all, those that come later too."""
    titles = [book.book for book in look.books]

    def understood(said: str) -> tuple[str, ...]:
        if said.strip() == "*":
            return ()
        numbers = [part.strip() for part in said.split(",")]
        if not all(number.isdecimal() and 0 < int(number) <= len(titles) for number in numbers):
            raise WrongValueError(phrase("init-collections-write", count=len(titles)))
        return tuple(titles[int(number) - 1] for number in numbers)

    return asker.value(Question("collections", "--collection"), understood, None, "*")


def _show_look(look: FirstLook) -> None:
    """Books and cards, and what already looks wrong: the worst events."""
    say(init_text("found", books=f"{len(look.books):,}", cards=f"{look.cards:,}"), "bold")
    if len(look.books) > 1:
        for number, book in enumerate(look.books, start=1):
            say(f"  {number}  {init_text('found-book', title=book.book, cards=f'{book.cards:,}')}")
    for doubt in look.doubts:
        tell(doubt, "yellow")
    if not look.events:
        say(init_text("looks-well"))
        return
    say(init_text("looks-wrong"))
    say()
    worst = sorted(map(ListedEvent.stored, look.events), key=lambda event: -event.event.severity)
    for event in worst[:_EVENTS]:
        say_event(event, Voice(language_of(os.environ)))
    if len(worst) > _EVENTS:
        say(init_text("more-wrong", count=len(worst) - _EVENTS))
