"""Where a database lies: on a disk of this machine, or on a network file system, which SQLite cannot trust."""

from __future__ import annotations

import re
from pathlib import Path

from cardwarden.phrases.phrase import Code, Phrase, phrase

_MOUNTS = Path("/proc/self/mountinfo")
_NETWORK = frozenset(
    {
        "9p", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "fuse.ceph", "fuse.davfs2", "fuse.glusterfs", "fuse.rclone",
        "fuse.s3fs", "fuse.sshfs", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "orangefs", "smb3", "smbfs",
        "vboxsf", "virtiofs",
    }
)  # fmt: skip
_ESCAPED = re.compile(r"\\([0-7]{3})")


def network_filesystem(path: Path, mounts: Path = _MOUNTS) -> str:
    """The kind of network file system that `path` lies on ("nfs4"), "" if it is none or cannot be told.

    proc_pid_mountinfo(5): the mount point is the fifth field, the kind follows a field that is "-". The last line of a
    mount point counts: it lies over the others.
    """
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return ""  # no /proc: not Linux, or a jail
    here = path.resolve()
    best, kind = -1, ""
    for line in lines:
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        if len(fields) < 5 or not after:
            continue
        point = Path(_ESCAPED.sub(lambda match: chr(int(match[1], 8)), fields[4]))
        if here.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), after.split(" ")[0]
    return kind if kind in _NETWORK else ""


def warning(path: Path) -> Phrase | None:
    """What to tell the owner about where the database lies; None if nothing is to be said."""
    kind = network_filesystem(path.parent)
    if not kind:
        return None
    return phrase("database-on-network", path=Code(str(path)), kind=kind, command=Code("cardwarden backup FILE"))
