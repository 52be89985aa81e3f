"""A first look at a book before anything is written: with the real program, on a store that is thrown away."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cardwarden.actions.checked import Checked
from cardwarden.actions.queries.contacts import everybody
from cardwarden.actions.queries.listing import ListedEvent, listed_events
from cardwarden.alerts.channel import Channel
from cardwarden.alerts.message import trial_message
from cardwarden.alerts.sending import send
from cardwarden.phrases.language import Voice
from cardwarden.phrases.phrase import Phrase, Value
from cardwarden.progress import SILENT, Progress
from cardwarden.settings.load import parse
from cardwarden.setup.document import new_document, with_source
from cardwarden.vcard.card import Entry
from cardwarden.wiring import Opening, assembled

PASSWORD: Final = "CARDWARDEN_INIT_PASSWORD"  # noqa: S105 - the name of a variable that exists only in the trial
_TIMEOUT: Final = 20.0


@dataclass(frozen=True, slots=True)
class FirstLook:
    """What a first look found: each book, the events that are about what already looks wrong, and who is in the books."""

    books: tuple[Checked, ...]
    events: tuple[ListedEvent, ...]
    entries: tuple[Entry, ...]

    @property
    def cards(self) -> int:
        return sum(book.cards for book in self.books)

    @property
    def doubts(self) -> tuple[Value, ...]:
        """Why a book could not be read, or not wholly."""
        return tuple(book.reason for book in self.books if book.reason)

    @property
    def is_usable(self) -> bool:
        """Whether at least one book could be read."""
        return any(book.outcome.is_conclusive or book.cards for book in self.books)


def first_look(
    options: Mapping[str, object],
    region: str,
    secret: str,
    environ: Mapping[str, str],
    home: Path,
    progress: Progress = SILENT,
    say: Callable[[Phrase], None] | None = None,
) -> FirstLook:
    """Check the books of a source that is not in the settings yet; `secret` is the password that `PASSWORD` refers to.

    A person waits for it; `say` tells them for which server. Nothing of it stays. Raises SettingsError and StoreError.
    """
    with tempfile.TemporaryDirectory(prefix="cardwarden-init-") as name:
        folder = Path(name).resolve()
        text = with_source(new_document(region, Voice("en")), "book", options, Voice("en"))
        text += f'\n[store]\nurl = "sqlite:///{folder}/cardwarden.db"\n'
        settings = parse(text, folder / "cardwarden.toml", environ, home)
        environ = {**environ, PASSWORD: secret}
        with assembled(settings, Opening.GUARD, environ=environ, say=say, attended=True, helped=True) as program:
            books = program.check("book", progress=progress)
            with program.store.read() as connection:
                events = listed_events(connection, [event for book in books for event in book.events])
                entries = everybody(connection)
    return FirstLook(tuple(books), tuple(events), tuple(entries))


def send_test(name: str, address: str, voice: Voice) -> None:
    """Send the test message to an Apprise address. Raises UndeliveredError, which never holds the address."""
    send(Channel(name, lambda: address), trial_message(voice), _TIMEOUT)
