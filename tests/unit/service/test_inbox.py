"""What the main thread waits for reaches it at once, also a signal that the kernel gave to another thread."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from cardwarden.service.inbox import FileChanged, Inbox, SignalReceived

PATIENCE = 30.0  # seconds; nobody waits that long
SOON = 0.2  # seconds after which the main thread waits
NUMBER = signal.SIGUSR1


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    before = signal.getsignal(NUMBER)
    with closing(Inbox()) as made:
        signal.signal(NUMBER, lambda number, _: made.put(SignalReceived(number)))
        yield made
        signal.signal(NUMBER, before)


class Other(threading.Thread):
    """A thread that gets a signal, or puts something in, while the main one waits; it sees whether that took it out."""

    def __init__(self, inbox: Inbox, *, by_signal: bool) -> None:
        super().__init__()
        self.taken = threading.Event()
        self.was_taken = False
        self._inbox = inbox
        self._by_signal = by_signal

    def run(self) -> None:
        time.sleep(SOON)
        if self._by_signal:
            signal.pthread_kill(threading.get_ident(), NUMBER)
        else:
            self._inbox.put(FileChanged("family", "Yamada.vcf"))
        self.was_taken = self.taken.wait(PATIENCE)


@pytest.mark.parametrize("by_signal", [True, False])
def test_what_comes_to_another_thread_ends_the_waiting(inbox: Inbox, *, by_signal: bool) -> None:
    other = Other(inbox, by_signal=by_signal)
    with inbox.hearing_signals():
        other.start()
        while (item := inbox.take(2 * PATIENCE)) is None:
            pass
        other.taken.set()
    other.join()
    assert other.was_taken
    assert item == (SignalReceived(NUMBER) if by_signal else FileChanged("family", "Yamada.vcf"))


def test_more_than_anybody_takes_for_a_while_is_kept_in_order(inbox: Inbox) -> None:
    names = [str(number) for number in range(100_000)]
    for name in names:
        inbox.put(FileChanged("family", name))
    taken = [inbox.take(0) for _ in names]
    assert [item.name for item in taken if isinstance(item, FileChanged)] == names
    assert inbox.take(0) is None


def test_signals_are_heard_no_more_when_the_block_ends(inbox: Inbox) -> None:
    with inbox.hearing_signals():
        pass
    assert signal.set_wakeup_fd(-1) == -1
