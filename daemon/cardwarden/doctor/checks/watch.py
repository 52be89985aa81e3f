"""Folders that are watched: does the system allow that, and would it see changes?"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cardwarden.doctor.patient import Patient
from cardwarden.doctor.result import Result, ok, trouble, unknown
from cardwarden.service.mounts import remote_type
from cardwarden.sources.options import OnDiskOptions

_EACH: Final = 1  # an inotify instance and one watch for each source (service/watch.py)
_ENOUGH: Final = 512


def can_be_watched(patient: Patient) -> Iterator[Result]:
    if patient.settings is None:
        return
    folders = {
        name: options.path for name, options in patient.settings.sources.items() if isinstance(options, OnDiskOptions)
    }
    if not folders:
        return
    try:
        mounts = patient.machine.mountinfo.read_bytes()
    except OSError:
        mounts = b""
    for name, folder in folders.items():
        if kind := remote_type(folder, mounts):
            yield ok("watch-remote", name, kind=kind)
    yield from _limits(patient, len(folders) * _EACH)


def _limits(patient: Patient, wanted: int) -> Iterator[Result]:
    for limit, used in (("max_user_instances", _instances(patient.machine.processes)), ("max_user_watches", 0)):
        try:
            allowed = int((patient.machine.inotify / limit).read_text())
        except (OSError, ValueError):
            yield unknown("watch-unknown", limit_name=limit)
            continue
        if allowed - used < wanted:
            more = max(_ENOUGH, allowed * 2)
            mend = f"echo fs.inotify.{limit}={more} | sudo tee /etc/sysctl.d/60-cardwarden.conf && sudo sysctl --system"
            yield trouble("watch-limit", mend=mend, limit_name=limit, limit=allowed, count=used, wanted=wanted)
            return
    yield ok("watch", count=wanted)


def _instances(processes: Path) -> int:
    """How many inotify instances this user's processes have, as far as they can be seen."""
    mine = os.geteuid()
    count = 0
    for process in processes.glob("[0-9]*"):
        try:
            if process.stat().st_uid != mine:
                continue
            links = [str(link.readlink()) for link in (process / "fd").iterdir() if link.is_symlink()]
        except OSError:
            continue  # it ended meanwhile, or is closed to us
        count += sum("inotify" in link for link in links)
    return count
