"""Hand over: what waits for a channel that was renamed or taken out of the settings goes to those that are there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence

from cardwarden.detect.finding import Severity
from cardwarden.store import outbox
from cardwarden.store.engine import Store
from cardwarden.store.outbox import MessageKind

_OF_EVENTS = (MessageKind.ALERT, MessageKind.REPAIRED, MessageKind.ACCEPTED)


def hand_over(
    store: Store, known: Collection[str], wanted: Callable[[str, Severity], Sequence[str]]
) -> Mapping[str, int]:
    """Give the alerts and all-clears of channels that are not `known` to those that want them.

    What nobody wants stays where it is, and is sent if a channel of that name comes back. What is no event's belongs to the
    channel and ends with it. Gives how many alerts were handed over, by the channel that they waited for. Raises StoreError.
    """
    with store.read() as connection:
        strays = [
            (stray, wanted(stray.source, stray.severity) if stray.kind in _OF_EVENTS else ())
            for stray in outbox.strays(connection, known)
        ]
    moving = [(stray, channels) for stray, channels in strays if channels or stray.kind not in _OF_EVENTS]
    if moving:
        with store.write() as connection:
            for stray, channels in moving:
                outbox.readdress(connection, stray, channels)
            outbox.forget_channels(connection, known)
    return Counter(stray.channel for stray, channels in moving if channels and not stray.is_sent)
