"""What `type` says for a service whose address is known (`presets.py`, which a start need not load)."""

from __future__ import annotations

from typing import Literal

PresetName = Literal[
    "icloud", "google", "fastmail", "mailbox.org", "posteo", "nextcloud", "baikal", "radicale", "synology"
]
