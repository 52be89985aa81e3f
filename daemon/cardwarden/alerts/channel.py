"""A way to a person: one Apprise address, and which alerts go there. How they go there is told by `sending.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import TYPE_CHECKING

from cardwarden.alerts.reader import Privacy, Reader
from cardwarden.detect.finding import Severity
from cardwarden.errors import DeliveryError
from cardwarden.phrases.language import Voice
from cardwarden.phrases.phrase import Saying

if TYPE_CHECKING:  # loaded by who has something to send: each question asks which channels there are
    from cardwarden.alerts.message import Message, Pointer
    from cardwarden.alerts.templates import Templates


@dataclass(frozen=True, slots=True)
class Channel:
    """Where alerts go.

    url           asked for at each sending, so that a secret is never kept
    min_severity  from which on an event is told at once
    sources       only these; None means all
    digest        whether what is less severe, from notice up, comes in the daily digest
    timeout       seconds that one sending may take
    language      what its reader reads
    privacy       how much of an address book its messages give away
    is_keeper     whether its reader keeps the program, and can type a command
    page          the address of the page; "" if there is none
    household     of which household of a server it is, as its commands need it; None at home
    templates     the owner's own, if there are any
    point         where a message about an event (its id and source) leads; None if nothing is to be reached
    """

    name: str
    url: Callable[[], str]
    min_severity: Severity = Severity.WARNING
    sources: frozenset[str] | None = None
    digest: bool = False
    timeout: float = 20.0
    language: str = "en"
    privacy: Privacy = Privacy.FULL
    is_keeper: bool = True
    page: str = ""
    household: str | None = None
    templates: Templates | None = None
    point: Callable[[int, str], Pointer | None] | None = field(default=None, compare=False)

    def wants(self, source: str, severity: Severity) -> bool:
        """Whether an event of that source and severity goes to this channel, at once or in its digest."""
        least = min(self.min_severity, Severity.NOTICE) if self.digest else self.min_severity
        return severity >= max(least, Severity.NOTICE) and self.hears_of(source)

    def reader(self, zone: tzinfo | None = None) -> Reader:
        """For whom its messages are written; times are told as in that zone."""
        return Reader(Voice(self.language, zone, self.household), self.privacy, self.is_keeper)

    def text_of(
        self, message: Message, room: int, title_room: int = 250, *, is_linked: bool = False
    ) -> tuple[str, str]:
        """Title and body of a message as this channel's reader gets them, in so many characters."""
        from cardwarden.alerts.layout import fitted, laid_out  # noqa: PLC0415

        if self.templates and (said := self.templates.text(message, Voice(self.language))):
            return fitted(*said, title_room, room)
        return laid_out(message, Voice(self.language), title_room, room, is_linked=is_linked)

    def page_of(self, message: Message) -> str:
        """A message as the HTML part of a mail."""
        from cardwarden.alerts.html import html_of  # noqa: PLC0415

        page = self.templates.page(message, Voice(self.language)) if self.templates else None
        return page or html_of(message, Voice(self.language))

    def hears_of(self, source: str) -> bool:
        """Whether this channel is for that source."""
        return self.sources is None or source in self.sources


class UndeliveredError(DeliveryError):
    """A message was not taken.

    permanent  trying again as things are cannot help: the address itself is wrong
    unsure     it may have been taken all the same: the service did not answer in time
    """

    def __init__(self, said: Saying, *, permanent: bool, unsure: bool = False) -> None:
        super().__init__(said)
        self.permanent = permanent
        self.unsure = unsure
