"""The questions about a book; it is tried at once."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cardwarden.carddav.failure import DavError
from cardwarden.cli.init.asking import Asker, Question
from cardwarden.cli.init.plan import SetupPlan
from cardwarden.cli.listing import say_event
from cardwarden.cli.output import say, tell
from cardwarden.cli.progress import showing
from cardwarden.cli.signing_in import app_password, by_code, by_redirect, client_in
from cardwarden.cli.speech import reader
from cardwarden.cli.texts import init_text
from cardwarden.cli.waiting import say_waiting
from cardwarden.errors import SettingsError, SourceError, UsageError, WrongValueError
from cardwarden.phrases.phrase import Code, joined, phrase
from cardwarden.setup.book import BookLocation, book_location, free_name, name_for
from cardwarden.setup.candidates import likely_books
from cardwarden.setup.document import tables_of, with_source
from cardwarden.setup.services import by_dns, nextcloud_login, nextcloud_root
from cardwarden.setup.trial import PASSWORD, FirstLook, first_look
from cardwarden.sources.graph_options import GraphOptions
from cardwarden.sources.sealed import opened, sealed_files
from cardwarden.vcard.card import Entry

if TYPE_CHECKING:
    from cardwarden.carddav.login_flow import AppPassword
    from cardwarden.carddav.sign_in import SignIn

_EVENTS = 3


@dataclass(frozen=True, slots=True)
class BookWishes:
    """What the options say of the book."""

    book: str | None
    kind: str | None
    name: str | None
    username: str | None
    password_env: str | None
    password_file: str | None
    sign_in: bool
    client: str | None
    client_id: str | None
    paste: bool
    tls_ca: str | None
    credential_hosts: tuple[str, ...]
    collections: tuple[str, ...]

    @classmethod
    def of(cls, options: Mapping[str, object]) -> BookWishes:
        return cls(**{key: options[key] for key in cls.__slots__})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class _Tried:
    """A book that could be read: its keys in the settings, a secret with the key that refers to it, and what was seen.

    `look` is None if nobody signed in yet, so that it could not be read.
    """

    place: BookLocation
    options: Mapping[str, object]
    secret: tuple[str, str] | None
    look: FirstLook | None


@dataclass(frozen=True, slots=True)
class AskedBook:
    """The plan with a book more, and what became known of it.

    entries  who is in it
    owner    the mail address that its owner logs in with, or ""
    sign_in  the command that signs in, if that is still to be done
    """

    plan: SetupPlan
    entries: tuple[Entry, ...] = ()
    owner: str = ""
    sign_in: str = ""


def ask_book(asker: Asker, plan: SetupPlan, wishes: BookWishes, country: str) -> AskedBook:
    """The plan with a book more. Raises UsageError, and SourceError if the book cannot be read and nobody is asked."""
    say()
    say(init_text("book-about"))
    taken = tables_of(plan.document, "sources")
    likely = likely_books(Path.home())
    default = str(likely[0]) if likely else None
    kind = wishes.kind

    def understood(text: str) -> _Said:
        return _Said(text, kind)

    while True:
        said = asker.value(Question("book", "--book"), understood, wishes.book, default)
        _refuse_twice(said.place, taken)
        try:
            tried = _tried(asker, _with_service(asker, said.place, wishes), wishes, country)
        except DavError as error:
            if asker.unattended:
                raise
            tell(phrase("init-not-read", reason=error.said), "yellow")
            tried = None
        if tried:
            break
        default, wishes = said.text, replace(wishes, book=None)
    name = asker.value(
        Question("name", "--name"), lambda text: _name(text, taken), wishes.name, name_for(tried.place, taken)
    )
    options = dict(tried.options)
    if tried.secret:
        key, secret = tried.secret
        file = plan.secret_file(f"{name}-{key}")
        options[f"{key}_file"] = str(file)
        for path, text in sealed_files(file, secret) if key == "login" else [(file, secret)]:
            plan = plan.with_secret(path, text)
    elif tried.look is None:
        options["login_file"] = str(plan.secret_file(f"{name}-login"))
    username = tried.place.username
    return AskedBook(
        replace(plan, document=with_source(plan.document, name, options, reader())),
        tried.look.entries if tried.look else (),
        username if "@" in username else "",
        "" if tried.look else _sign_in_command(tried.place, name),
    )


class _Said:
    """What a person wrote, and the place that it means. Raises WrongValueError."""

    def __init__(self, text: str, kind: str | None) -> None:
        self.text, self.place = text, book_location(text, Path.home(), kind)


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


def _with_service(asker: Asker, place: BookLocation, wishes: BookWishes) -> BookLocation:
    """The place at the server that a mail address's domain names. Raises DavError, and UsageError if nobody is asked."""

    def may_have_it(host: str) -> bool:
        if asker.unattended:
            option = Code(f"--credential-host {host}")
            raise UsageError(phrase("discover-other-host", host=Code(host), option=option))
        return asker.agrees(phrase("discover-ask", host=Code(host)))

    return by_dns(place, may_have_it, wishes.credential_hosts)


def _tried(asker: Asker, place: BookLocation, wishes: BookWishes, country: str) -> _Tried | None:
    """The book, once it was read; None if it could not be, and another answer may help."""
    options = dict(place.options)
    if wishes.tls_ca and place.is_server:
        options["tls_ca"] = str(Path(wishes.tls_ca).expanduser().absolute())
    if wishes.credential_hosts and place.has_username:
        options["credential_hosts"] = wishes.credential_hosts
    if wishes.collections and place.has_username:
        options["collections"] = wishes.collections
    if not place.is_server:
        return _looked_at(asker, _Tried(place, options, None, None), options, "", wishes, country)
    if place.signs_in:
        return _with_sign_in(asker, place, options, wishes, country)
    return _with_password(asker, place, options, wishes, country)


def _with_password(
    asker: Asker, place: BookLocation, options: dict[str, object], wishes: BookWishes, country: str
) -> _Tried | None:
    """A server that takes a password: one that was made in a browser, that stands somewhere, or that is typed."""
    given = _app_password(asker, place, wishes)
    if given:
        place = replace(place, options={"type": "nextcloud", "url": nextcloud_root(place)}, username=given.username)
        options |= place.options
    username = asker.value(
        Question("username-or-none" if place.takes_token else "username", "--username"),
        str.strip if place.takes_token else _not_empty,
        given.username if given else wishes.username,
        place.username or ("" if place.takes_token else None),
    )
    if username:
        options["username"] = username
    secret = "password" if username else "bearer"
    place = replace(place, username=username)
    if wishes.password_file and not given:
        options[f"{secret}_file"] = str(Path(wishes.password_file).expanduser().absolute())
        return _looked_at(asker, _Tried(place, options, None, None), options, "", wishes, country)
    password = given.password if given else _password(asker, wishes)
    trial = {**options, f"{secret}_env": PASSWORD}
    return _looked_at(asker, _Tried(place, options, (secret, password), None), trial, password, wishes, country)


def _app_password(asker: Asker, place: BookLocation, wishes: BookWishes) -> AppPassword | None:
    """An app password that a Nextcloud made in a browser; None if the server is none, or one is there or to be typed."""
    if place.kind not in {"carddav", "nextcloud"} or wishes.password_file or wishes.password_env:
        return None
    if asker.unattended and not wishes.sign_in:
        return None
    flow = nextcloud_login(place, Path(wishes.tls_ca).expanduser() if wishes.tls_ca else None)
    if flow is None:
        if wishes.sign_in:
            raise UsageError(phrase("setup-no-sign-in", option=Code("--sign-in"), other=Code("--password-file")))
        return None
    answers = [("browser", "sign-in-browser"), ("password", "sign-in-password")]
    if not wishes.sign_in and asker.choice(Question("sign-in", "--sign-in"), answers) == "password":
        return None
    return app_password(flow)


def _with_sign_in(
    asker: Asker, place: BookLocation, options: dict[str, object], wishes: BookWishes, country: str
) -> _Tried | None:
    """A service that takes no password: sign in now, or later by the command `login`."""
    if place.has_username:
        username = asker.value(Question("username", "--username"), _not_empty, wishes.username, place.username or None)
        options["username"] = username
        place = replace(place, username=username)
    signed_in = _signed_in(asker, place, wishes)
    if signed_in is None:
        return _Tried(place, options, None, None)
    with tempfile.TemporaryDirectory(prefix="cardwarden-init-") as folder:
        kept = Path(folder).resolve() / "login"
        kept.touch(mode=0o600)
        kept.write_text(signed_in.written(), "utf-8")
        # A provider may exchange the sign-in when it is first used, so what is kept is read when that is over.
        tried = _Tried(place, options, ("login", ""), None)
        looked = _looked_at(asker, tried, {**options, "login_file": str(kept)}, "", wishes, country)
        return looked and replace(looked, secret=("login", opened(kept, kept.read_text("utf-8").strip())))


def _signed_in(asker: Asker, place: BookLocation, wishes: BookWishes) -> SignIn | None:
    """A sign-in; None if what the provider needs for it is not there yet."""
    tls_ca = Path(wishes.tls_ca).expanduser() if wishes.tls_ca else None
    is_microsoft = place.kind == "microsoft"
    given = wishes.client_id if is_microsoft else wishes.client
    if given is None and not asker.unattended:
        tell(phrase("init-client-id-about") if is_microsoft else phrase("init-client-about"))
        question = Question("client-id", "--client-id") if is_microsoft else Question("client", "--client")
        given = asker.value(question, str.strip, None, "")
    if not given:
        return None
    if is_microsoft:
        login_url = str(GraphOptions.model_fields["login_url"].default)
        return by_code(given, login_url, tls_ca=tls_ca)
    client = client_in(Path(given).expanduser())
    return by_redirect(client, people=place.kind == "google-people", tls_ca=tls_ca, paste=wishes.paste)


def _sign_in_command(place: BookLocation, name: str) -> str:
    return f"cardwarden login {name} " + ("--client-id ID" if place.kind == "microsoft" else "--client client.json")


def _looked_at(
    asker: Asker, tried: _Tried, trial: Mapping[str, object], secret: str, wishes: BookWishes, country: str
) -> _Tried | None:
    """The same with what a first look saw; None if it saw nothing and another answer may help."""
    say(init_text("trying"), "dim")
    with showing() as progress:
        look = first_look(trial, country, secret, os.environ, Path.home(), progress, say_waiting)
    if not look.is_usable:
        reason = joined(look.doubts)
        if asker.unattended:
            raise SourceError(phrase("init-not-read", reason=reason))
        say(init_text("not-read", reason=reason), "yellow")
        return None
    _show_look(look)
    if not look.cards and not asker.yes(Question("take-empty", "--yes"), default=asker.unattended):
        return None
    options = dict(tried.options)
    if tried.place.has_username and len(look.books) > 1 and not wishes.collections:
        chosen = _collections(asker, look)
        if chosen:
            options["collections"] = chosen
    return replace(tried, options=options, look=look)


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
    say(init_text("found", books=len(look.books), cards=look.cards), "bold")
    if len(look.books) > 1:
        for number, book in enumerate(look.books, start=1):
            say(f"  {number}  {init_text('found-book', title=book.book, cards=book.cards)}")
    for doubt in look.doubts:
        tell(doubt, "yellow")
    if not look.cards:
        say(init_text("no-contacts"), "yellow")
        return
    if not look.events:
        say(init_text("looks-well"))
        return
    say(init_text("looks-wrong"))
    say()
    worst = sorted(look.events, key=lambda event: -event.event.severity)
    for event in worst[:_EVENTS]:
        say_event(event, reader())
    if len(worst) > _EVENTS:
        say(init_text("more-wrong", count=len(worst) - _EVENTS))
