"""What the source `vdir` can be told; apart from it, so that reading the settings does not load what reads books."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cardwarden.sources.files import Location
from cardwarden.sources.options import OnDiskOptions


class VdirOptions(OnDiskOptions):
    """A folder of .vcf files."""

    type: Literal["vdir"]
    path: Location = Field(description="the folder that holds the .vcf files")
    max_bytes: int = Field(default=16_000_000, gt=0, description="a larger file is not read, and that is said")
    follow_links: bool = Field(
        default=False, description="whether symbolic links that lead out of the folder are followed"
    )
