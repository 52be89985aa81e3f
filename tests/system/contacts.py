"""Made-up contacts in a folder, and the damage that this project is about."""

from __future__ import annotations

from pathlib import Path

from support.receiver import Receiver
from system.machine import eventually

NAMES = ("Aoi", "Bunta", "Chika", "Daichi", "Emi", "Fumio", "Goro", "Hana", "Ichiro", "Jun")


def fill(folder: Path) -> None:
    """A folder with one healthy card for each name."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        _save(folder, name, healthy(name))


def damage(folder: Path, name: str) -> None:
    """The number gets the "+" that makes a call to a neighbour one to America; saved as programs do, by renaming."""
    _save(folder, name, damaged(name))


def healthy(name: str) -> bytes:
    """A card whose number is right."""
    return _card(name, f"+81 90-1234-56{NAMES.index(name):02}")


def damaged(name: str) -> bytes:
    """It, with a number that calls America."""
    return _card(name, f"+186 90-1234-56{NAMES.index(name):02}")


def wait_for_alert(receiver: Receiver, name: str, seconds: float = 30) -> None:
    """Until somebody was told of `name`."""
    eventually(lambda: was_told(receiver, name), seconds)


def was_told(receiver: Receiver, name: str) -> bool:
    return any(name in request["title"] + request["message"] for request in receiver.requests)


def _card(name: str, number: str) -> bytes:
    return (
        f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{name}-1\r\nN:Mori;{name};;;\r\nFN:{name} Mori\r\n"
        f"TEL;TYPE=CELL:{number}\r\nEND:VCARD\r\n"
    ).encode()


def _save(folder: Path, name: str, card: bytes) -> None:
    unfinished = folder / f".{name}.tmp"
    unfinished.write_bytes(card)
    unfinished.rename(folder / f"{name}.vcf")
