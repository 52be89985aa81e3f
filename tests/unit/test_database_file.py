"""A network file system is recognised by its mount."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardwarden.database_file import network_filesystem, warning

MOUNTS = """\
22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
40 22 0:35 / /mnt/share\\040one rw - nfs4 nas:/share rw
41 40 8:1 / /mnt/share\\040one/disk rw - ext4 /dev/sdb rw
42 22 0:36 / /mnt/win rw master:1 - cifs //nas/win rw
43 22 0:37 / /mnt/win rw - tmpfs none rw
broken line
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/cardwarden", ""),
        ("/mnt/share one/state", "nfs4"),
        ("/mnt/share one/disk/state", ""),
        ("/mnt/share", ""),
        ("/mnt/win/state", ""),  # another file system lies over it
    ],
)
def test_the_mount_that_a_path_lies_on_tells_its_kind(tmp_path: Path, path: str, kind: str) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS, "utf-8")
    assert network_filesystem(Path(path), mounts) == kind


def test_where_nothing_is_known_nothing_is_said(tmp_path: Path) -> None:
    assert network_filesystem(tmp_path, tmp_path / "missing") == ""
    assert warning(tmp_path / "cardwarden.db") is None
