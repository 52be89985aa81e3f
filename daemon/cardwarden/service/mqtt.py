"""Tells an MQTT broker how every book stands, in the words by which Home Assistant finds a device by itself."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from cardwarden import __version__
from cardwarden.phrases.phrase import Phrase, phrase
from cardwarden.service.failures import guarded
from cardwarden.service.health import late_books
from cardwarden.settings.model import MqttOptions
from cardwarden.settings.secrets import resolve
from cardwarden.sources.secret import given
from cardwarden.store.books import book_ids, statuses
from cardwarden.text import clip
from cardwarden.wiring import Program

_EVERY = 30.0  # seconds between two looks; only what changed is told again
_ONLINE, _OFFLINE = "online", "offline"
_log = logging.getLogger(__name__)


def telling(program: Callable[[], Program]) -> AbstractContextManager[None]:
    """Tell the broker on a thread for as long as the block lasts; one that cannot be reached is tried again and again.

    Raises SettingsError if the password is not to be had.
    """
    first = program()
    options = first.settings.mqtt
    places = Places.of(options, first.household)
    return _on_a_thread(program, options, places, _client(options, places, first))


@contextmanager
def _on_a_thread(
    program: Callable[[], Program], options: MqttOptions, places: Places, client: Client
) -> Iterator[None]:
    """Keep a broker told on a thread of its own, until the block is left."""
    over, wake = threading.Event(), threading.Event()
    teller = Teller(client, places)

    def connected(*_: object) -> None:
        teller.begin()
        wake.set()

    client.on_connect = connected
    client.connect_async(options.host or "", options.port)
    client.loop_start()

    def loop() -> None:
        tell = guarded("mqtt", lambda: teller.tell(program()))
        while not over.is_set():
            wake.clear()
            tell()
            wake.wait(_EVERY)

    thread = threading.Thread(target=loop, name="mqtt", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        wake.set()
        thread.join(timeout=3)
        client.publish(places.state, _OFFLINE, retain=True)
        client.disconnect()
        client.loop_stop()


@dataclass(frozen=True, slots=True)
class Places:
    """Where a broker is told what. The households of a server may share one: each has its name in all that it is told.

    topic      below it, how the books stand
    discovery  below it, Home Assistant looks for devices
    device     what Home Assistant knows the device by
    title      what it shows of the device
    """

    topic: str
    discovery: str
    device: str
    title: str

    @classmethod
    def of(cls, options: MqttOptions, household: str | None) -> Places:
        """As the settings say; `household` is None at home."""
        if household is None:
            return cls(options.topic, options.discovery, "cardwarden", "cardwarden")
        return cls(
            f"{options.topic}/{household}", options.discovery, f"cardwarden_{household}", f"cardwarden {household}"
        )

    @property
    def state(self) -> str:
        """Whether anybody tells anything."""
        return f"{self.topic}/state"

    def book(self, book_id: int) -> str:
        """How a book stands."""
        return f"{self.topic}/book/{book_id}"

    def config(self, kind: str, book_id: int, part: str) -> str:
        """What a part of a book is."""
        return f"{self.discovery}/{kind}/{self.device}/book{book_id}_{part}/config"


def _client(options: MqttOptions, places: Places, program: Program) -> Client:
    # A broker knows a household by name: whoever takes it over ends the session of whoever had it, and its last will is old.
    name = f"cardwarden-{program.household}" if program.household else ""
    client = Client(CallbackAPIVersion.VERSION2, client_id=name)
    if options.username:
        word = resolve(options, "password", "mqtt", program.environ) if given(options, "password") else None
        client.username_pw_set(options.username, word)
    if options.tls:
        client.tls_set()
    client.will_set(places.state, _OFFLINE, retain=True)
    client.reconnect_delay_set(1, 60)
    return client


class Teller:
    """Says what is new since it was said last; all of it after a new connection."""

    def __init__(self, client: Client, places: Places) -> None:
        self._client = client
        self._places = places
        self._said: dict[str, str] = {}
        self._wake = threading.Lock()

    def begin(self) -> None:
        """A connection is there: the broker may have lost what it knew."""
        with self._wake:
            self._said.clear()
        self._client.publish(self._places.state, _ONLINE, retain=True)

    def tell(self, program: Program) -> None:
        """How every book stands now. Raises StoreError."""
        if not self._client.is_connected():
            return
        for topic, text in self.messages(program).items():
            with self._wake:
                is_new = self._said.get(topic) != text
                self._said[topic] = text
            if is_new:
                self._client.publish(topic, text, qos=1, retain=True)

    def messages(self, program: Program) -> Mapping[str, str]:
        """What is to be known, by topic."""
        with program.store.read() as connection:
            books = [status for status in statuses(connection) if status.source in program.settings.sources]
            gone = book_ids(connection) - {book.id for book in books}
            late = {status.id for status in late_books(program, connection, books)}
        # What is kept by the broker under an empty message is forgotten by it, and by Home Assistant.
        payloads = {topic: "" for book_id in gone for topic in self._topics(book_id)}
        for book in books:
            topic, *configs = self._topics(book.id)
            state = {
                "guarded": "OFF" if book.id in late else "ON",
                "open": book.open,
                "last_read": book.last_conclusive_at.isoformat() if book.last_conclusive_at else None,
            }
            payloads[topic] = json.dumps(state)
            name = clip(book.title or book.source, 40)
            for config, (_, part, more) in zip(configs, _PARTS, strict=True):
                payloads[config] = json.dumps(
                    {
                        "name": program.voice.say(_named(part, name)),
                        "unique_id": f"{self._places.device}_book{book.id}_{part}",
                        "state_topic": topic,
                        "value_template": f"{{{{ value_json.{part} }}}}",
                        "availability_topic": self._places.state,
                        "device": {
                            "identifiers": [self._places.device],
                            "name": self._places.title,
                            "sw_version": __version__,
                        },
                        **more,
                    }
                )
        return payloads

    def _topics(self, book_id: int) -> list[str]:
        """Where a book's state is told, and then what each of its parts is."""
        return [self._places.book(book_id), *(self._places.config(kind, book_id, part) for kind, part, _ in _PARTS)]


def _named(part: str, book: str) -> Phrase:
    """What Home Assistant shows of a part of a book."""
    match part:
        case "guarded":
            return phrase("mqtt-guarded", book=book)
        case "open":
            return phrase("mqtt-open", book=book)
        case _:
            return phrase("mqtt-last-read", book=book)


_PARTS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("binary_sensor", "guarded", {"icon": "mdi:shield-check"}),
    ("sensor", "open", {"state_class": "measurement", "icon": "mdi:alert"}),
    ("sensor", "last_read", {"device_class": "timestamp"}),
)
