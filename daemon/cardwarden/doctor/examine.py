"""Make every check; what one of them stumbles over keeps no other from being made."""

from __future__ import annotations

import os
import pickle
import pwd
import signal
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Final

from cardwarden.doctor.checks import CHECKS, Check
from cardwarden.doctor.patient import Patient
from cardwarden.doctor.result import Result, unknown

_PATIENCE: Final = 3600
"""Seconds: each check ends by itself long before, and one that does not is no reason to wait for ever."""


def examine(patient: Patient, checks: Sequence[Check] = CHECKS) -> Iterator[Result]:
    """The results of all checks, each when it is there."""
    for check in checks:
        try:
            yield from check(patient)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other checks may say why
            name = f"{check.__module__.rpartition('.')[2]}.{check.__name__}"
            yield unknown("check-failed", check=name, why=type(error).__name__)


def examine_as(user: str, patient: Patient, checks: Sequence[Check] = CHECKS) -> Iterator[Result]:
    """The same with the rights of another user: what root may read says nothing of what the service may.

    For root only. Raises KeyError if this machine has no such user.
    """
    rights = pwd.getpwnam(user)
    reader, writer = os.pipe()
    if (child := os.fork()) == 0:
        code = 1
        try:
            os.close(reader)
            os.initgroups(user, rights.pw_gid)
            os.setgid(rights.pw_gid)
            os.setuid(rights.pw_uid)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(_PATIENCE)
            with os.fdopen(writer, "wb") as out:
                for result in examine(patient, checks):
                    pickle.dump(result, out)
                    out.flush()
            code = 0
        finally:
            os._exit(code)
    os.close(writer)
    try:
        with os.fdopen(reader, "rb") as answer:
            yield from _results(answer)
    finally:
        _, status = os.waitpid(child, 0)
    if status:
        yield unknown("check-failed", check="examine_as", why=f"status {status}")


def _results(answer: BinaryIO) -> Iterator[Result]:
    """What the other process found, as it comes; what it had not written whole when it ended is none."""
    while True:
        try:
            result: Result = pickle.load(answer)  # noqa: S301 - our own child wrote it
        except (EOFError, pickle.UnpicklingError):
            return
        yield result
