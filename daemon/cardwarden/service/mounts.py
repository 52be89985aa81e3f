"""On which kind of file system does a path lie? On a network nobody tells this machine of another one's changes."""

from __future__ import annotations

import os
import re
from pathlib import Path

MOUNTINFO = Path("/proc/self/mountinfo")
_REMOTE = re.compile(
    r"nfs[0-9]?|cifs|smb[0-9]?|smbfs|fuse(\..*)?|fuseblk|9p|virtiofs|afs|ceph|lustre|gfs2|ocfs2|vboxsf|prl_fs"
)
_ESCAPE = re.compile(rb"\\([0-7]{3})")


def is_remote(path: Path, mountinfo: Path = MOUNTINFO) -> bool:
    """Whether `path`, as it is written, lies on a network file system. Asks nothing of that, for it may hang."""
    try:
        return bool(_type_at(os.fsencode(path), mountinfo.read_bytes()))
    except OSError:
        return False


def remote_type(path: Path, mountinfo: bytes) -> str:
    """The type of the network file system that `path` lies on, such as "nfs4"; "" if it is a local one.

    `mountinfo` is as in proc(5): a mount's point is the fifth field, its type the first one after " - ".
    """
    return _type_at(os.fsencode(os.path.realpath(path)), mountinfo)


def _type_at(real: bytes, mountinfo: bytes) -> str:
    best, kind = b"", ""
    for line in mountinfo.splitlines():
        head, _, tail = line.partition(b" - ")
        fields, after = head.split(b" "), tail.split(b" ")
        if len(fields) < 5:
            continue
        point = _ESCAPE.sub(lambda match: bytes([int(match[1], 8)]), fields[4])
        inside = real == point or real.startswith(point.rstrip(b"/") + b"/")
        if inside and len(point) >= len(best):  # a later mount covers an earlier one at the same point
            best, kind = point, after[0].decode("ascii", "replace")
    return kind if _REMOTE.fullmatch(kind) else ""
