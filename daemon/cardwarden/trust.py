"""Whose certificates are trusted: those of the machine, to which its owner can add an authority of the house.

The library that asks servers brings a list of its own, which knows of no such authority.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping
from pathlib import Path
from typing import Final

_NAMED: Final = "REQUESTS_CA_BUNDLE"
_PLACES: Final = (
    Path("/etc/ssl/certs/ca-certificates.crt"),  # Debian, Arch, Alpine
    Path("/etc/pki/tls/certs/ca-bundle.crt"),  # Fedora
    Path("/etc/ssl/ca-bundle.pem"),  # openSUSE
)


def authorities(environ: Mapping[str, str], places: Iterable[Path] = _PLACES) -> str | None:
    """The PEM file with the authorities to trust: what the environment names, else the machine's; None if it has none."""
    return environ.get(_NAMED) or next((str(place) for place in places if place.is_file()), None)


def trust_the_machine(environ: MutableMapping[str, str]) -> None:
    """Whatever asks a server in this process, and in those that it starts, trusts what the machine trusts."""
    if file := authorities(environ):
        environ[_NAMED] = file
