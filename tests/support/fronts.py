"""Names of the internet on loopback: at port 443 of an address each, with a certificate of an authority of our own.

What speaks there is a server of the tests, or a real one; so a page of the guide can be followed with the names that it says.
Ports below 1024 need root.
"""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Behind:
    """What is reached under a name: a port of 127.0.0.1, which speaks TLS itself or not."""

    port: int
    tls: bool = True


@dataclass(frozen=True)
class Fronts:
    """`hosts` are lines for /etc/hosts, `authority` is the certificate to trust (PEM)."""

    hosts: str
    authority: Path


@contextmanager
def fronts(folder: Path, names: Mapping[str, Behind]) -> Iterator[Fronts]:
    """These names, for as long as the block lasts."""
    authority, key = folder / "front.pem", folder / "front.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "90",
         "-subj", "/CN=a house of its own", "-addext", "subjectAltName=" + ",".join(f"DNS:{name}" for name in names),
         "-keyout", key, "-out", authority],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority, key)
    lines = []
    own = os.getpid()
    with ExitStack() as stack:
        for number, (name, behind) in enumerate(names.items(), start=1):
            address = f"127.{1 + own // 250 % 250}.{1 + own % 250}.{number}"  # others may run the same on this machine
            listener = stack.enter_context(socket.create_server((address, 443)))
            stack.callback(listener.shutdown, socket.SHUT_RDWR)  # which wakes who waits in accept
            threading.Thread(target=_listen, args=(listener, context, behind), daemon=True).start()
            lines.append(f"{address} {name}\n")
        yield Fronts("".join(lines), authority)


def _listen(listener: socket.socket, context: ssl.SSLContext, behind: Behind) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            threading.Thread(target=_serve, args=(client, context, behind), daemon=True).start()


def _serve(client: socket.socket, context: ssl.SSLContext, behind: Behind) -> None:
    """One connection, from its handshake to its end. A client that does not trust us hangs up."""
    with (
        suppress(OSError),
        client,
        context.wrap_socket(client, server_side=True) as outside,
        socket.create_connection(("127.0.0.1", behind.port)) as plain,
    ):
        inside: socket.socket = ssl._create_unverified_context().wrap_socket(plain) if behind.tls else plain
        back = threading.Thread(target=_carry, args=(inside, outside), daemon=True)
        back.start()
        _carry(outside, inside)
        back.join()


def _carry(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(1 << 16):
            target.sendall(data)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
