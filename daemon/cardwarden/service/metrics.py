"""What Prometheus is shown: how old each book's last check is, what is open, what waits to be sent."""

from __future__ import annotations

from cardwarden.service.exposition import Exposition
from cardwarden.store import findings as finding_store
from cardwarden.store import outbox
from cardwarden.store.books import statuses
from cardwarden.wiring import Program


def metrics(program: Program) -> bytes:
    """All of it in Prometheus' text format. Raises StoreError, and SettingsError without prometheus-client."""
    exposed = Exposition()
    gauge = exposed.gauge
    with program.store.read() as connection:
        books = [book for book in statuses(connection) if book.source in program.settings.sources]
        waiting = outbox.pending(connection)
        failing = outbox.failing(connection)
        open_now = finding_store.count_open(connection)
    checked = gauge("last_check_timestamp_seconds", "When a book was last checked.", "source", "book")
    believed = gauge("last_conclusive_check_timestamp_seconds", "When a check last concluded.", "source", "book")
    cards = gauge("cards", "Contacts in a book.", "source", "book")
    for book in books:
        checked.labels(book.source, book.title).set(book.last_at.timestamp())
        cards.labels(book.source, book.title).set(book.cards)
        if book.last_conclusive_at:
            believed.labels(book.source, book.title).set(book.last_conclusive_at.timestamp())
    open_gauge = gauge("open_findings", "Findings that wait for their owner.", "source", "severity")
    for (source, severity), count in open_now.items():
        if source in program.settings.sources:
            open_gauge.labels(source, severity.word).set(count)
    queued = gauge("alerts_waiting", "Alerts that are not sent yet.", "channel")
    dead = gauge("channel_failing", "1 while a channel takes no messages.", "channel")
    for channel in program.channels:
        queued.labels(channel.name).set(waiting.get(channel.name, 0))
        dead.labels(channel.name).set(channel.name in failing)
    return exposed.text()
