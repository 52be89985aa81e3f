"""Make every check; what one of them stumbles over keeps no other from being made."""

from __future__ import annotations

import os
import pickle
import pwd
from collections.abc import Iterator, Sequence

from cardwarden.doctor.checks import CHECKS, Check
from cardwarden.doctor.patient import Patient
from cardwarden.doctor.result import Result, unknown


def examine(patient: Patient, checks: Sequence[Check] = CHECKS) -> Iterator[Result]:
    """The results of all checks, each when it is there."""
    for check in checks:
        try:
            yield from check(patient)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other checks may say why
            name = f"{check.__module__.rpartition('.')[2]}.{check.__name__}"
            yield unknown("check-failed", check=name, why=type(error).__name__)


def examine_as(user: str, patient: Patient, checks: Sequence[Check] = CHECKS) -> list[Result]:
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
            with os.fdopen(writer, "wb") as out:
                pickle.dump(list(examine(patient, checks)), out)
            code = 0
        finally:
            os._exit(code)
    os.close(writer)
    with os.fdopen(reader, "rb") as answer:
        said = answer.read()
    _, status = os.waitpid(child, 0)
    if status or not said:
        return [unknown("check-failed", check="examine_as", why=f"status {status}")]
    results: list[Result] = pickle.loads(said)  # noqa: S301 - our own child wrote it
    return results
