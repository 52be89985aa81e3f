"""Listens for the answers of every channel that has a topic for them, and does what they say."""

from __future__ import annotations

import logging
import random
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import timedelta

import requests

from cardwarden import replies
from cardwarden.actions.queries.events import event_of, open_of
from cardwarden.actions.restore.plan import RestoreRequest
from cardwarden.actions.tokens import Bad, Signer, Verb, signer_beside, use_up, verbs_of
from cardwarden.alerts.sending import send
from cardwarden.alerts.summaries import Came, answer_message
from cardwarden.alerts.topic import topic_of
from cardwarden.answers.hearing import Listening
from cardwarden.errors import CardwardenError, place_of
from cardwarden.phrases.language import english
from cardwarden.phrases.phrase import Moment, Phrase, Value, of_contact, phrase
from cardwarden.settings.secrets import resolve
from cardwarden.sources.secret import given
from cardwarden.wiring import Program

_TOKEN = re.compile(r"[A-Za-z0-9_-]{40,100}")
_QUIET = timedelta(days=1)
_SHORTEST, _LONGEST = 1.0, 60.0  # seconds between two tries to connect
_log = logging.getLogger(__name__)


def listening(program: Callable[[], Program]) -> AbstractContextManager[None]:
    """Listen on threads for as long as the block lasts, one for each channel that has a topic for answers.

    Raises StoreError if the key that answers are signed with cannot be read or made.
    """
    first = program()
    signer = signer_beside(first.store.path)
    names = [name for name, options in first.settings.alerts.channels.items() if given(options, "answers")]
    return _on_threads([Listener(name, program, signer) for name in names])


@contextmanager
def _on_threads(listeners: Sequence[Listener]) -> Iterator[None]:
    for listener in listeners:
        listener.start()
    try:
        yield
    finally:
        for listener in listeners:
            listener.stop()


class Listener:
    """Hears the answers of one channel. What goes wrong is logged, and it connects again."""

    def __init__(self, channel: str, program: Callable[[], Program], signer: Signer) -> None:
        self._channel = channel
        self._program = program
        self._signer = signer
        self._over = threading.Event()
        self._listening: Listening | None = None
        self._thread = threading.Thread(target=self._run, name=f"answers:{channel}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        if self._listening:
            self._listening.stop()
        self._thread.join(timeout=3)

    def _run(self) -> None:
        pause = _SHORTEST
        while not self._over.is_set():
            try:
                listening = self._listening = self._listening or Listening(topic_of(self._address()))
                for text in listening.messages(self._over):
                    pause = _SHORTEST
                    self.answer(text)
            except CardwardenError as error:
                _log.warning("answers of channel %s: %s", self._channel, error)
            except requests.RequestException as error:
                # its text names the address, which is a secret
                _log.info("answers of channel %s: the connection is lost (%s)", self._channel, type(error).__name__)
            except Exception as error:  # noqa: BLE001 - a stream that is closed from outside ends in many ways
                if not self._over.is_set():
                    _log.warning("answers of channel %s: %s", self._channel, place_of(error))
            self._over.wait(pause * (1 + random.random() / 5))  # noqa: S311 - not all at once
            pause = min(2 * pause, _LONGEST)

    def _address(self) -> str:
        program = self._program()
        options = program.settings.alerts.channels[self._channel]
        return resolve(options, "answers", f"alerts.channels.{self._channel}", program.environ)

    def answer(self, text: str) -> str:
        """Do what one message asks for, if it is a token of ours that counts; gives what was done, "" for nothing."""
        program = self._program()
        options = program.settings.alerts.channels.get(self._channel)
        word = text.strip()
        if options is None or not _TOKEN.fullmatch(word):
            return ""
        now = program.clock.now()
        grant = self._signer.read(word, now)
        if isinstance(grant, Bad) or not grant.once or len(grant.verbs) != 1:
            _log.info("answers of channel %s: one that counts for nothing", self._channel)
            return ""
        [verb] = grant.verbs
        if verb not in verbs_of(options.answers_may):
            _log.warning("answers of channel %s: %s is not allowed from there", self._channel, verb)
            self._tell(program, grant.event_id, Came.REFUSED, phrase("answer-not-from-there"))
            return ""
        if not use_up(program.store, word, grant, now):
            return ""
        try:
            came, said = _do(program, verb, grant.event_id, phrase("by-button", channel=self._channel))
        except CardwardenError as error:
            _log.warning("answers of channel %s: %s", self._channel, english(of_contact(error.said)))
            came, said = Came.REFUSED, phrase("answer-refused-because", why=error.said)
        done = came.value if came else verb.value
        _log.info("answers of channel %s: e%d, %s", self._channel, grant.event_id, done)
        if came and said:
            self._tell(program, grant.event_id, came, said)
        return done

    def _tell(self, program: Program, event_id: int, came: Came, said: Phrase) -> None:
        """Tell back on this channel what no other message tells: what waits already goes out as usual."""
        channel = next((candidate for candidate in program.channels if candidate.name == self._channel), None)
        if channel is None:
            return
        try:
            event = event_of(program.store, event_id)
            message = answer_message(came, event.event, event.source, channel.reader(program.zone), said)
            pointer = channel.point(event_id, event.source) if channel.point else None
            if pointer and pointer.link:
                message = replace(message, link=pointer.link)
            send(channel, message, channel.timeout)
        except CardwardenError as error:
            _log.warning("answers of channel %s: what came of one was not told: %s", self._channel, error)


def _do(program: Program, verb: Verb, event_id: int, who: Value) -> tuple[Came | None, Phrase | None]:
    """What came of it, and how to tell it; None if an ordinary message tells it."""
    ids = open_of(event_of(program.store, event_id))
    if not ids:
        return Came.SETTLED, phrase("answer-settled")
    match verb:
        case Verb.ACCEPT:
            replies.accept_findings(program, ids, who)
        case Verb.RESTORE:
            prepared = replies.prepare(program, RestoreRequest(findings=tuple(ids)))
            if replies.put_back(program, prepared, who, agreed=None).still_open:
                return Came.STILL, phrase("answer-still")
        case Verb.QUIET:
            until = replies.let_be(program, ids, _QUIET, who)
            return Came.QUIET, phrase("answer-quiet", at=Moment(until))
    return None, None
