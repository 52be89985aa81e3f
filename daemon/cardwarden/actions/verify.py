"""Verify: is the history as it was recorded, and is a file of evidence as it was made?"""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cardwarden.errors import StoreError, UsageError
from cardwarden.progress import SILENT, Progress
from cardwarden.store import chain, verification
from cardwarden.store import checks as check_store
from cardwarden.store.engine import Store
from cardwarden.store.verification import Verified

MANIFEST = "SHA256SUMS"
_AT_MOST = 1 << 30  # bytes that the files of an archive may have together, so that none fills the memory


@dataclass(frozen=True, slots=True)
class Recorded:
    """Where in the chain a head stands that was told in a message: the newest check it covers, and when that was."""

    check_id: int
    at: datetime


def verify_store(store: Store, progress: Progress = SILENT) -> Verified:
    """Go through the whole database. Raises StoreError, which names the first check that does not fit."""
    broken = store.broken()
    with store.read() as connection:
        done = verification.verify(connection, progress)
        check = check_store.find_check(connection, done.flaw.check_id) if done.flaw and done.flaw.check_id else None
    if done.flaw:
        which = f"check {done.flaw.check_id}" if done.flaw.check_id else "no check in particular"
        when = f" of {check.first_at.astimezone():%Y-%m-%d %H:%M}" if check else ""
        raise StoreError(
            f"The history in {store.path} is not as it was recorded. The first that does not fit is {which}{when}: "
            f"{done.flaw.what}. Put a backup in its place, and keep this file: it shows what was changed."
        )
    if broken:
        raise StoreError(
            f"The history fits, but the file {store.path} is damaged: {broken}. Put a backup in its place."
        )
    return done


def find_head(store: Store, digits: str) -> Recorded:
    """Find a head that stood in a message. Raises UsageError for what is none, StoreError if it is not in the chain."""
    if len(digits) < chain.HEAD or set(digits.lower()) - set("0123456789abcdef"):
        raise UsageError(f"Write the {chain.HEAD} digits and letters (a to f) that stand in the message after Proof.")
    with store.read() as connection:
        check_id = chain.find_head(connection, digits)
        check = check_store.find_check(connection, check_id) if check_id else None
    if check is None:
        raise StoreError(
            f"{digits} is not in the history of {store.path}. Either the message is from another cardwarden, or the "
            "history was replaced after it was sent."
        )
    return Recorded(check.id, check.first_at)


def verify_evidence(path: Path) -> int:
    """Check a file of evidence against the sums in it; gives how many files fit.

    Raises UsageError if it is no such file, StoreError, which names the first file in it that does not fit.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if MANIFEST not in names:
                raise UsageError(f"{path} is no evidence of cardwarden: it has no {MANIFEST}.")
            if sum(info.file_size for info in archive.infolist()) > _AT_MOST:
                raise UsageError(f"{path} is too large for evidence of cardwarden.")
            listed = dict(_line(line, path) for line in archive.read(MANIFEST).decode("utf-8", "replace").splitlines())
            if len(names) != len(set(names)):
                raise StoreError(f"{path} holds two files of one name, so it is not as it was made.")
            for name in sorted(listed.keys() | set(names) - {MANIFEST}):
                if name not in listed or name not in names:
                    what = "is missing" if name in listed else "was added"
                    raise StoreError(f"{path} is not as it was made: {name} {what}.")
                if hashlib.sha256(archive.read(name)).hexdigest() != listed[name]:
                    raise StoreError(f"{path} is not as it was made: {name} was changed.")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise StoreError(f"{path} is damaged or no archive, and cannot be verified.") from error
    return len(listed)


def _line(line: str, path: Path) -> tuple[str, str]:
    digest, between, name = line.partition("  ")
    if not between or len(digest) != 64:
        raise StoreError(f"{path} is not as it was made: {MANIFEST} was changed.")
    return name, digest
