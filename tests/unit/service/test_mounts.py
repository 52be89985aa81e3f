"""Folders on a network file system are known from /proc/self/mountinfo."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardwarden.service.mounts import is_remote, remote_type

MOUNTS = rb"""22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /mnt rw - tmpfs tmpfs rw
31 30 0:41 / /mnt/nas rw shared:5 - nfs4 nas:/export rw,vers=4.2
32 30 0:42 / /mnt/my\040share rw - cifs //nas/share rw
33 30 0:43 / /mnt/ssh rw - fuse.sshfs host:/ rw
34 30 0:44 / /mnt/nas/local rw - ext4 /dev/sdb1 rw
35 30 0:45 / /mnt/vm rw - 9p share rw
36 30 0:46 / /mnt/vm rw - virtiofs share rw
garbage
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/contacts", ""),
        ("/mnt/contacts", ""),
        ("/mnt/nas", "nfs4"),
        ("/mnt/nas/contacts", "nfs4"),
        ("/mnt/nasty", ""),
        ("/mnt/my share/contacts", "cifs"),
        ("/mnt/ssh/a/b", "fuse.sshfs"),
        ("/mnt/nas/local/contacts", ""),
        ("/mnt/vm/contacts", "virtiofs"),
    ],
)
def test_the_innermost_and_newest_mount_counts(path: str, kind: str) -> None:
    assert remote_type(Path(path), MOUNTS) == kind


def test_a_path_on_a_network_is_known_without_asking_the_network(tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_bytes(b"1 0 0:1 / / rw - ext4 x rw\n2 1 0:2 / /no/such/mount rw - nfs4 x rw\n")
    assert is_remote(Path("/no/such/mount/contacts"), mounts)
    assert not is_remote(Path("/no/such"), mounts)
    assert not is_remote(Path("/"), tmp_path / "nothing")
