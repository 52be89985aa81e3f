"""The page answers at once."""

from __future__ import annotations

import asyncio
import socket

import pytest

from cardwarden.web.server import listener


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_what_is_answered_is_sent_at_once(host: str) -> None:
    """Else the kernel keeps the second packet back until the first one is confirmed: 40 ms for each page."""
    if host == "[::1]" and not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")

    async def is_at_once() -> bool:
        taken: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        def take(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connection = writer.get_extra_info("socket")
            taken.set_result(bool(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)))
            writer.close()

        async with await asyncio.start_server(take, sock=listener(f"{host}:0")) as server:
            address = server.sockets[0].getsockname()
            _, writer = await asyncio.open_connection(address[0], address[1])
            try:
                return await taken
            finally:
                writer.close()
                await writer.wait_closed()

    assert asyncio.run(is_at_once())
