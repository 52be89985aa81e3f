"""Where the page is, for those who send messages: a link to one event, and the addresses of its buttons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cardwarden.actions.tokens import Grant, Signer, Verb


@dataclass(frozen=True, slots=True)
class Links:
    """Makes links to the page at `url`; each is good for `length` and allows `verbs`."""

    url: str
    signer: Signer
    length: timedelta
    verbs: frozenset[Verb]

    def event(self, event_id: int, now: datetime) -> str:
        """The address of the page of one event, for whoever holds it."""
        return f"{self.url}/e/{self.signer.sign(Grant(event_id, self.verbs, now + self.length))}"

    def button(self, event_id: int, verb: Verb, now: datetime) -> str:
        """The address that does one thing with one event when it is POSTed to, once."""
        grant = Grant(event_id, frozenset({verb}), now + self.length, once=True)
        return f"{self.url}/a/{self.signer.sign(grant)}"
