"""What the source `vcf-file` can be told; apart from it, so that reading the settings does not load what reads books."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cardwarden.sources.files import Location
from cardwarden.sources.options import OnDiskOptions


class VcfFileOptions(OnDiskOptions):
    """One .vcf file with many cards."""

    type: Literal["vcf-file"]
    path: Location = Field(description="the file, or a pattern with * of which the newest match is read")
    max_bytes: int = Field(default=256_000_000, gt=0, description="a larger file is not read, and that is said")
