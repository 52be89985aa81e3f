"""Verify: is the history as it was recorded, and is a file of evidence as it was made?"""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cardwarden.clock import Clock
from cardwarden.errors import StoreError, UsageError, because
from cardwarden.phrases.phrase import Code, Moment, Phrase, Sentence, phrase
from cardwarden.progress import SILENT, Progress, Work, counted
from cardwarden.store import care, chain, verification
from cardwarden.store import checks as check_store
from cardwarden.store.care import Care
from cardwarden.store.checks import StoredCheck
from cardwarden.store.engine import Store
from cardwarden.store.verification import Flaw, Verified

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
        which = _which(done.flaw, check)
        raise StoreError(phrase("error-history-altered", path=Code(store.name), which=which, what=done.flaw.what))
    if broken:
        raise StoreError(phrase("error-file-broken", path=Code(store.name), what=Sentence(broken)))
    return done


def _which(flaw: Flaw, check: StoredCheck | None) -> Phrase:
    if flaw.check_id is None:
        return phrase("flaw-anywhere")
    if check is None:
        return phrase("flaw-at-check", id=str(flaw.check_id))
    return phrase("flaw-at-check-of", id=str(flaw.check_id), at=Moment(check.first_at))


def verify_now(store: Store, clock: Clock, progress: Progress = SILENT) -> Verified:
    """`verify_store`, and note when all of it fitted."""
    done = verify_store(store, progress)
    with store.write() as connection:
        care.note_done(connection, Care.VERIFIED, clock.now())
    return done


def find_head(store: Store, digits: str) -> Recorded:
    """Find a head that stood in a message. Raises UsageError for what is none, StoreError if it is not in the chain."""
    if len(digits) < chain.HEAD or set(digits.lower()) - set("0123456789abcdef"):
        raise UsageError(phrase("error-no-head", length=chain.HEAD))
    with store.read() as connection:
        check_id = chain.find_head(connection, digits)
        check = check_store.find_check(connection, check_id) if check_id else None
    if check is None:
        raise StoreError(phrase("error-head-not-there", digits=digits, path=Code(store.name)))
    return Recorded(check.id, check.first_at)


def verify_evidence(path: Path, progress: Progress = SILENT) -> int:
    """Check a file of evidence against the sums in it; gives how many files fit.

    Raises UsageError if it is no such file, StoreError, which names the first file in it that does not fit.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if MANIFEST not in names:
                raise UsageError(phrase("error-no-evidence", path=Code(str(path)), name=MANIFEST))
            if sum(info.file_size for info in archive.infolist()) > _AT_MOST:
                raise UsageError(phrase("error-evidence-large", path=Code(str(path))))
            listed = dict(_line(line, path) for line in archive.read(MANIFEST).decode("utf-8", "replace").splitlines())
            if len(names) != len(set(names)):
                raise StoreError(phrase("error-evidence-twice", path=Code(str(path))))
            every = sorted(listed.keys() | set(names) - {MANIFEST})
            for name in counted(every, progress, Work.FILES, len(every)):
                if name not in listed or name not in names:
                    which = "lacks" if name in listed else "has-more"
                    raise StoreError(phrase(f"error-evidence-{which}", path=Code(str(path)), name=name))
                if hashlib.sha256(archive.read(name)).hexdigest() != listed[name]:
                    raise StoreError(phrase("error-evidence-changed", path=Code(str(path)), name=name))
    except OSError as error:
        raise UsageError(phrase("error-path-unreadable", path=Code(str(path)), why=because(error))) from error
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise StoreError(phrase("error-evidence-broken", path=Code(str(path)))) from error
    return len(listed)


def _line(line: str, path: Path) -> tuple[str, str]:
    digest, between, name = line.partition("  ")
    if not between or len(digest) != 64:
        raise StoreError(phrase("error-evidence-changed", path=Code(str(path)), name=MANIFEST))
    return name, digest
