"""A network mount whose server is gone: whoever asks it anything waits for ever, as with NFS."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_DETACH = 2


@contextmanager
def hung_mount(place: Path) -> Iterator[None]:
    """A FUSE file system that answers no request, mounted at a folder. Only root can; without that the test is skipped."""
    place.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open("/dev/fuse", os.O_RDWR)
    except OSError:
        pytest.skip("there is no /dev/fuse for this user")
    system = ctypes.CDLL(None, use_errno=True)
    options = f"fd={handle},rootmode=40000,user_id=0,group_id=0".encode()
    if system.mount(b"hung", os.fsencode(place), b"fuse", 0, options):
        os.close(handle)
        pytest.skip("nothing can be mounted here")
    try:
        yield
    finally:
        system.umount2(os.fsencode(place), _DETACH)
        os.close(handle)  # which ends every request that waits
