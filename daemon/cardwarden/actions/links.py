"""Where the page is, for those who send messages: a link to one event, and the addresses of its buttons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cardwarden.actions.tokens import Grant, Signer, Verb
from cardwarden.alerts.message import Pointer
from cardwarden.alerts.topic import Topic


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


_ANSWER = timedelta(hours=12)  # as long as a server keeps messages


def pointer(
    event_id: int,
    links: Links | None,
    topic: Topic | None,
    signer: Signer,
    by_topic: frozenset[Verb],
    can: frozenset[Verb],
    now: datetime,
) -> Pointer:
    """Where a message leads: buttons answer over the topic if there is one, for that is reached from outside, too.

    `by_topic` are the verbs that may come from there, `can` what can be done with the event at all.
    """
    answers = []
    for verb in (Verb.ACCEPT, Verb.RESTORE):  # a notification has room for three, and one opens the page
        if topic and verb in by_topic:
            token = signer.sign(Grant(event_id, frozenset({verb}), now + _ANSWER, once=True))
            answers.append((verb.value, topic.url, token))
        elif not topic and links and verb in links.verbs & can:
            answers.append((verb.value, links.button(event_id, verb, now), ""))
    return Pointer(links.event(event_id, now) if links else "", tuple(answers))
