"""A message is looked at as it would arrive."""

from __future__ import annotations

from pathlib import Path

from cardwarden.actions.preview import PreviewKind, preview
from cardwarden.alerts.channel import Channel
from support.world import World


def test_a_digest_holds_what_was_not_told_at_once(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.put("Jane Roe", "TEL:186090-1234-5601", file="a.vcf", uid="a")
    world.check()
    world.put("Jane Roe", "TEL:+186090-1234-5601", file="a.vcf", uid="a")
    world.put("Bob Lee", "TEL:090-1234-5602", file="b.vcf", uid="b")
    world.check()
    with world.program() as program:
        shown = preview(program.store, Channel("phone", str), program.policy, PreviewKind.DIGEST, None, program.clock)
    [line] = shown.lines
    assert "Bob Lee: contact added" in line.text
