"""A book's members and their stamps as one digest, so that an unchanged listing is known without loading the stored one.

The digest is in pieces: a member stands in the piece that its name says, so that a changed piece tells where to look.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from zlib import crc32

PIECES: Final = 256
_SIZE: Final = 8  # bytes of a piece


@dataclass(frozen=True, slots=True)
class MemberListing:
    """Members in pieces; `digest` is of 256 times 8 bytes."""

    digest: bytes
    _pieces: Sequence[Sequence[bytes]] = field(repr=False)

    def members_of(self, places: Iterable[int]) -> dict[str, str]:
        """The members of pieces, with their stamps."""
        stamps: dict[str, str] = {}
        for place in places:
            for line in self._pieces[place]:
                name, _, stamp = line.partition(b"\0")
                stamps[name.decode("utf-8", "surrogatepass")] = stamp.decode("utf-8", "surrogatepass")
        return stamps


def listing_of(members: Mapping[str, str]) -> MemberListing | None:
    """The listing of members (stamps by href); None if a stamp is "" and so says nothing."""
    pieces: list[list[bytes]] = [[] for _ in range(PIECES)]
    for href, stamp in members.items():
        if not stamp:
            return None
        name = href.encode("utf-8", "surrogatepass")
        pieces[crc32(name) % PIECES].append(b"%b\0%b" % (name, stamp.encode("utf-8", "surrogatepass")))
    return MemberListing(b"".join(map(_piece, pieces)), pieces)


def digest_of_listing(hrefs: Iterable[str], stamp_of: Callable[[str], str]) -> bytes | None:
    """The digest of the listing of these members; None if a stamp is "". Their lines are made a piece at a time."""
    pieces: list[list[str]] = [[] for _ in range(PIECES)]
    for href in hrefs:
        if not stamp_of(href):
            return None
        pieces[piece_of(href)].append(href)
    return b"".join(
        _piece([f"{href}\0{stamp_of(href)}".encode("utf-8", "surrogatepass") for href in piece]) for piece in pieces
    )


def _piece(lines: list[bytes]) -> bytes:
    return hashlib.blake2b(b"\n".join(sorted(lines)), digest_size=_SIZE).digest() if lines else bytes(_SIZE)


def piece_of(href: str) -> int:
    """The place of the piece that a member stands in, by its name."""
    return crc32(href.encode("utf-8", "surrogatepass")) % PIECES


def changed_pieces(one: bytes, other: bytes) -> frozenset[int]:
    """The places of the pieces that differ between two listings."""
    return frozenset(
        place
        for place in range(PIECES)
        if one[place * _SIZE : (place + 1) * _SIZE] != other[place * _SIZE : (place + 1) * _SIZE]
    )
