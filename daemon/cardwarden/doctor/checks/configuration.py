"""The configuration: is it there, right, ours alone, and does it say enough?"""

from __future__ import annotations

import ipaddress
import shlex
import stat
from collections.abc import Iterator

from cardwarden.alerts.templates import Templates
from cardwarden.doctor.patient import Patient
from cardwarden.doctor.result import Result, ok, trouble

_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


def is_valid(patient: Patient) -> Iterator[Result]:
    if patient.config is None:
        yield trouble("no-configuration", mend="cardwarden init")
    elif patient.problem is None:
        yield ok("configuration", path=patient.file)
    else:
        problems = patient.problem.problems or (patient.problem.said,)
        for problem in problems:
            yield trouble("configuration-wrong", mend=patient.command("config", "validate"), problem=problem)


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
        yield trouble("no-channel", mend="" if patient.household else shlex.join(["cardwarden", "init", "--no-book"]))


def is_exposed(patient: Patient) -> Iterator[Result]:
    """What is served to more than this machine has neither a password nor encryption."""
    listen = patient.settings.health.listen if patient.settings else None
    if not listen:
        return
    host = listen.rpartition(":")[0].strip("[]")
    try:
        is_near = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_near = host == "localhost"
    if is_near:
        yield ok("listens-near", address=listen)
    else:
        yield trouble("listens-far", mend='listen = "127.0.0.1:9218"', address=listen)


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
