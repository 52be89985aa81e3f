"""Names of the internet on loopback: at port 443 of an address each, with a certificate of an authority of our own.

What speaks there is a server of the tests, or a real one; so a page of the guide can be followed with the names that it says.
Ports below 1024 need root.
"""

from __future__ import annotations

import asyncio
import os
import ssl
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

_TURNS = 3
"""Of the loop, until a connection that was aborted is closed: its TLS, then its transport, then its socket."""


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
    loop = asyncio.new_event_loop()  # one thread for all: no TLS connection of Python's may be read and written by two
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    lines: list[str] = []
    servers: list[asyncio.Server] = []
    own = os.getpid()
    try:
        for number, (name, behind) in enumerate(names.items(), start=1):
            address = f"127.{1 + own // 250 % 250}.{1 + own % 250}.{number}"  # others may run the same on this machine
            server = asyncio.start_server(partial(_serve, behind), address, 443, ssl=context)
            servers.append(asyncio.run_coroutine_threadsafe(server, loop).result(30))
            lines.append(f"{address} {name}\n")
        yield Fronts("".join(lines), authority)
    finally:
        asyncio.run_coroutine_threadsafe(_end(servers), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _serve(behind: Behind, client: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
    """One connection, to its end."""
    trusting = ssl._create_unverified_context() if behind.tls else None
    ends = [answer]
    try:
        with suppress(
            OSError, asyncio.CancelledError
        ):  # `_end` alone cancels, and waits for no more than that it is over
            inside, ask = await asyncio.open_connection("127.0.0.1", behind.port, ssl=trusting)
            ends.append(ask)
            await asyncio.gather(_carry(client, ask), _carry(inside, answer))
            for end in ends:
                await end.wait_closed()
    finally:
        for end in ends:
            end.transport.abort()


async def _carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await source.read(1 << 16):
            target.write(data)
            await target.drain()
    target.close()


async def _end(servers: list[asyncio.Server]) -> None:
    """Nothing is listened to any more, and every connection is over."""
    for server in servers:
        server.close()
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for _ in range(_TURNS):
        await asyncio.sleep(0)
