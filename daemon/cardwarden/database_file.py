"""Where a database lies: on a disk of this machine, or on a network file system, which SQLite cannot trust; is it there?"""

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


def file_of(path: Path) -> tuple[int, int]:
    """Device and inode; zeros if nothing is there."""
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_dev, status.st_ino


def replaced(path: Path) -> Phrase:
    """What to say of a database whose file is not the one that was opened."""
    return phrase(f"database-{'replaced' if path.exists() else 'removed'}", path=Code(str(path)))


def lost(path: Path, file: tuple[int, int]) -> Phrase | None:
    """What to say of a database that was opened as `file` if it is that no more, or empty; None if all is well.

    Zeros are a database that is in no file.
    """
    if file == (0, 0):
        return None
    if file_of(path) != file:
        return replaced(path)
    try:
        is_empty = path.stat().st_size == 0
    except OSError:
        return replaced(path)
    return phrase("database-emptied", path=Code(str(path))) if is_empty else None


def warning(path: Path) -> Phrase | None:
    """What to tell the owner about where the database lies; None if nothing is to be said."""
    kind = network_filesystem(path.parent)
    if not kind:
        return None
    return phrase("database-on-network", path=Code(str(path)), kind=kind, command=Code("cardwarden backup FILE"))
