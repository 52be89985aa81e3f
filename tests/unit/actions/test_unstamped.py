"""A card that says something else under the etag that it had is told as what nobody does who saves a contact."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cardwarden.detect.finding import Severity, Urgency
from support.fake_dav import FakeDav, serving
from support.world import World, card

SAVED = (
    ("PRODID:-//Apple Inc.//iOS 17//EN", "REV:20260101T100000Z"),
    ("PRODID:-//Apple Inc.//iOS 17//EN", "REV:20260301T101500Z"),
)


@pytest.fixture
def dav() -> Iterator[FakeDav]:
    with serving() as server:
        yield server


@pytest.mark.parametrize(
    ("stays", "severity", "urgency"),
    [(True, Severity.CRITICAL, Urgency.UNSTAMPED), (False, Severity.WARNING, Urgency.ASKED)],
)
def test_a_number_that_was_replaced_is_urgent_only_if_the_etag_stayed(
    tmp_path: Path, dav: FakeDav, stays: bool, severity: Severity, urgency: Urgency
) -> None:
    if stays:
        dav.etag = lambda name, _: f'"{name}"'
    world = World(tmp_path, more=f'[sources.cloud]\ntype = "carddav"\nurl = "{dav.url}"\n')
    for number, (said, stamps) in enumerate(zip(("03-1234-5678", "090-8765-4321"), SAVED, strict=True)):
        dav.put("aunt.vcf", card("Aunt", f"TEL:{said}", *stamps))
        dav.put("carol.vcf", card("Carol", "TEL:03-1234-0003", *SAVED[0]))
        with world.program() as program:
            program.check("cloud", deep=bool(number))
    [finding] = [stored.finding for stored in world.open() if stored.finding.rule == "number-changed"]
    assert (finding.severity, finding.urgency) == (severity, urgency)
