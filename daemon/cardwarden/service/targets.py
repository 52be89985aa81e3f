"""What is watched for each kind of source."""

from __future__ import annotations

from typing import assert_never

from cardwarden.service.watch import WatchTarget, file_target, folder_target
from cardwarden.settings.model import AnySource, Settings
from cardwarden.sources.carddav_options import CarddavOptions
from cardwarden.sources.vcf_file import VcfFileOptions
from cardwarden.sources.vdir import VdirOptions


def targets_of(settings: Settings) -> dict[str, WatchTarget]:
    """What is watched, by source; a source that cannot be watched is left out. It may wait for a file system."""
    targets = {name: _target(options) for name, options in settings.sources.items()}
    return {name: target for name, target in targets.items() if target}


def _target(options: AnySource) -> WatchTarget | None:
    match options:
        case VdirOptions():
            return folder_target(options.path)
        case VcfFileOptions():
            return file_target(options.path)
        case CarddavOptions():
            return None
        case _:
            assert_never(options)
