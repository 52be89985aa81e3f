"""The configuration: is it there, right, ours alone, and does it say enough?"""

from __future__ import annotations

import ipaddress
import os
import shlex
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from cardwarden.alerts.templates import Templates
from cardwarden.doctor.patient import Patient, user_name
from cardwarden.doctor.result import Result, ok, trouble, unknown
from cardwarden.setup.home import SERVICE_USER
from cardwarden.web.password import password_beside

_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


def is_valid(patient: Patient) -> Iterator[Result]:
    if patient.config is None:
        yield trouble("no-configuration", mend="cardwarden init")
    elif is_closed(patient.config):
        if patient.is_system and user_name() != SERVICE_USER:
            yield trouble("configuration-others", mend="sudo cardwarden doctor", path=patient.config)
        else:
            mend = shlex.join(["sudo", "chown", f"{user_name()}:", str(patient.config)])
            yield trouble("configuration-forbidden", mend=mend, path=patient.config, user=user_name())
    elif patient.problem is None:
        yield ok("configuration", path=patient.file)
    else:
        problems = patient.problem.problems or (patient.problem.said,)
        for problem in problems:
            yield trouble("configuration-wrong", mend=patient.command("config", "validate"), problem=problem)


def is_closed(path: Path) -> bool:
    """Whether it is there, or hidden in a folder, for others to read and not for us."""
    try:
        return path.exists() and not os.access(path, os.R_OK)
    except PermissionError:
        return True


def is_private(patient: Patient) -> Iterator[Result]:
    """Whoever can write it can have any program run: `password_command` names one."""
    for path in dict.fromkeys((patient.config, patient.file)):
        try:
            is_open = path is not None and path.stat().st_mode & _BY_OTHERS
        except OSError:
            continue  # is_valid says that it cannot be read
        if is_open:
            yield trouble("configuration-open", mend=patient.root("chmod", "go-w", str(path)), path=path)


def says_enough(patient: Patient) -> Iterator[Result]:
    settings = patient.settings
    if settings is None:
        return
    for name, source in settings.sources.items():
        if not (source.region or settings.region):
            yield trouble("no-region", name, 'region = "JP"', path=patient.file)
    if not settings.alerts.channels:
        mend = "" if patient.household else patient.root("cardwarden", "init", "--no-book", *patient.named)
        yield trouble("no-channel", mend=mend)


def is_exposed(patient: Patient) -> Iterator[Result]:
    """What is served to more than this machine has neither a password nor encryption."""
    listen = patient.settings.health.listen if patient.settings else None
    if not listen:
        return
    if _is_near(listen):
        yield ok("listens-near", address=listen)
    else:
        yield trouble("listens-far", mend='listen = "127.0.0.1:9218"', address=listen)


def page_is_exposed(patient: Patient) -> Iterator[Result]:
    """The page lets in nobody unknown; who reads along in the network learns its password, and every contact."""
    settings = patient.settings
    if settings is None or not settings.web.listen:
        return
    web, address = settings.web, settings.web.listen
    is_near, is_reached = _is_near(address), bool(web.url or web.proxies)
    if not (web.proxy_user or password_beside(settings.store.path).exists() or (is_near and not is_reached)):
        yield trouble("page-closed", mend=patient.command("web", "password"), address=address)
    elif not is_near and urlsplit(web.url or "").scheme != "https":
        yield unknown("page-far", mend='listen = "127.0.0.1:9219"', address=address)
    else:
        yield ok("page", address=address)


def _is_near(listen: str) -> bool:
    """Whether only this machine can reach an address."""
    host = listen.rpartition(":")[0].strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def has_templates(patient: Patient) -> Iterator[Result]:
    """A template of the owner's that fails is not used, which nobody would notice."""
    folder = patient.settings.alerts.templates if patient.settings else None
    if folder is None:
        return
    faults = list(Templates(folder).faults())
    for name, problem in faults:
        yield trouble("template-broken", mend=patient.command("alert", "preview"), file=name, problem=problem)
    if not faults:
        yield ok("templates", path=folder)
