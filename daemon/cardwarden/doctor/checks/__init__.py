"""The checks, in the order in which they are made: one file a subject. `CHECKS` lists them, one line each."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cardwarden.doctor.checks import (
    books,
    channels,
    clock,
    configuration,
    database,
    disk,
    guarded,
    mirrors,
    network,
    secrets,
    service,
    watch,
)
from cardwarden.doctor.patient import Patient
from cardwarden.doctor.result import Result

Check = Callable[[Patient], Iterator[Result]]

CHECKS: tuple[Check, ...] = (
    configuration.is_valid,
    configuration.is_private,
    configuration.says_enough,
    configuration.is_exposed,
    configuration.page_is_exposed,
    configuration.has_templates,
    secrets.can_be_read,
    clock.is_right,
    clock.knows_its_zone,
    network.servers_answer,
    books.can_be_read,
    books.can_be_written,
    books.writers_are_known,
    channels.take_messages,
    watch.can_be_watched,
    disk.has_room,
    database.belongs_to_us,
    database.is_whole,
    database.is_fresh,
    database.is_the_same,
    mirrors.are_compared,
    guarded.are_chosen,
    service.units_fit,
    service.lives,
    service.outlives_the_login,
)
