"""What systemd is told of the daemon: sd_notify(3) over a datagram socket, and nothing else of libsystemd."""

from __future__ import annotations

import socket
from collections.abc import Mapping


class Systemd:
    """Says nothing if the service manager did not ask for it."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._address = environ.get("NOTIFY_SOCKET", "")
        usec = environ.get("WATCHDOG_USEC", "")
        self.watchdog = int(usec) / 1e6 if usec.isascii() and usec.isdigit() else 0.0
        """Seconds after which systemd takes a silent daemon for dead; 0 if it does not."""
        self._status = ""

    def ready(self) -> None:
        self._send("READY=1")

    def reloading(self, monotonic: float) -> None:
        """`monotonic` is CLOCK_MONOTONIC in seconds, which Type=notify-reload asks for."""
        self._send(f"RELOADING=1\nMONOTONIC_USEC={int(monotonic * 1e6)}")

    def stopping(self) -> None:
        self._send("STOPPING=1")

    def status(self, text: str) -> None:
        """One line for `systemctl status`; the same one is not sent twice."""
        if text != self._status:
            self._status = text
            self._send(f"STATUS={text}")

    def alive(self) -> None:
        if self.watchdog:
            self._send("WATCHDOG=1")

    def _send(self, text: str) -> None:
        if not self._address.startswith(("/", "@")):
            return
        # "@" stands for the NUL byte that an abstract socket's name begins with.
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
            try:
                sock.sendto(text.encode("utf-8", "replace"), address)
            except OSError:
                return  # a service manager that does not listen is no reason to stop guarding
