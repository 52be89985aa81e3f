"""How urgent a message is reaches the service, in its own words; what its address says counts more."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message as Mail

import pytest

from cardwarden.alerts.channel import Channel, send
from cardwarden.alerts.message import Message
from cardwarden.alerts.urgency import mark
from cardwarden.detect.finding import Severity
from support.messages import message as plain
from support.receiver import Receiver

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


def message(severity: Severity) -> Message:
    return plain(severity=severity, id="e57ab1e0-7")


@pytest.fixture
def mails() -> Iterator[tuple[int, list[Mail]]]:
    """A mail server on a port, and the mails that it took."""
    taken: list[Mail] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            while line := self.rfile.readline():
                match line[:4].upper():
                    case b"DATA":
                        self.wfile.write(b"354 go\r\n")
                        lines: list[bytes] = []
                        while (text := self.rfile.readline()) != b".\r\n":
                            lines.append(text)
                        taken.append(message_from_bytes(b"".join(lines)))
                        self.wfile.write(b"250 taken\r\n")
                    case b"QUIT":
                        self.wfile.write(b"221 bye\r\n")
                        return
                    case _:
                        self.wfile.write(b"250 ok\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server.server_address[1], taken
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("severity", "importance"), [(Severity.CRITICAL, "high"), (Severity.WARNING, "normal"), (Severity.INFO, "low")]
)
def test_a_mail_has_its_importance_and_an_id(
    severity: Severity, importance: str, mails: tuple[int, list[Mail]]
) -> None:
    port, taken = mails
    url = f"mailto://127.0.0.1:{port}/?from=a@example.org&to=b@example.org&smtp=127.0.0.1&mode=insecure"
    send(Channel("mail", lambda: url), message(severity), 10)
    [mail] = taken
    assert mail["Importance"] == importance
    assert mail["References"] == "<e57ab1e0-7@cardwarden.invalid>"
    assert len(mail.get_all("Message-ID", [])) == 1


@pytest.mark.parametrize(
    ("severity", "priority"),
    [(Severity.CRITICAL, "max"), (Severity.WARNING, "high"), (Severity.NOTICE, None), (Severity.INFO, "low")],
)
def test_ntfy_is_told_the_priority(severity: Severity, priority: str | None, receiver: Receiver) -> None:
    url = f"ntfy://127.0.0.1:{receiver.port}/topic"
    send(Channel("phone", lambda: url), message(severity), 10)
    assert receiver.headers[0].get("X-Priority") == priority


def test_a_priority_in_the_address_stays(receiver: Receiver) -> None:
    url = f"ntfy://127.0.0.1:{receiver.port}/topic?priority=min"
    send(Channel("phone", lambda: url), message(Severity.CRITICAL), 10)
    assert receiver.headers[0]["X-Priority"] == "min"


def test_gotify_is_told_the_priority(receiver: Receiver) -> None:
    url = f"gotify://127.0.0.1:{receiver.port}/token"
    send(Channel("phone", lambda: url), message(Severity.CRITICAL), 10)
    assert receiver.requests[0]["priority"] == 8


@pytest.mark.parametrize(
    "address", ["pover://uuuuuuuuuuuuuuuuuuuuuuuuuuuuuu@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "prowl://" + "a" * 40]
)
def test_pushover_and_prowl_are_told_the_priority(address: str) -> None:
    import apprise

    service = apprise.Apprise.instantiate(address)
    mark(service, address, message(Severity.CRITICAL))
    assert service.priority == 1
