"""A real mosquitto on loopback, and somebody who hears what it is told."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from support.ports import free_port, is_open


@contextmanager
def mosquitto(folder: Path, port: int = 0) -> Iterator[int]:
    port = port or free_port()
    (folder / "mosquitto.conf").write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\nuser root\n"
    )
    running = subprocess.Popen(["/usr/sbin/mosquitto", "-c", str(folder / "mosquitto.conf")], stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            if is_open(port):
                break
            time.sleep(0.05)
        yield port
    finally:
        running.terminate()
        running.wait(10)


@contextmanager
def listener(port: int) -> Iterator[dict[str, str]]:
    """What a subscriber knows, by topic."""
    known: dict[str, str] = {}

    def subscribe(*_: object) -> None:
        client.subscribe("#")

    client = Client(CallbackAPIVersion.VERSION2)
    client.on_message = lambda _client, _data, message: known.__setitem__(message.topic, message.payload.decode())
    client.on_connect = subscribe
    client.connect("127.0.0.1", port)
    client.loop_start()
    yield known
    client.disconnect()
    client.loop_stop()
