"""`cardwarden doctor`: what is wrong with this installation, and the command that mends it."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path

import click

from cardwarden import __version__
from cardwarden.actions.queries.documents.setup import DiagnosisDocument, DoctorDocument
from cardwarden.cli.options import config_option, given_config, household, json_option
from cardwarden.cli.output import print_json, say
from cardwarden.cli.results import print_result, says
from cardwarden.cli.texts import doctor_text, shown_value
from cardwarden.cli.waiting import say_waiting
from cardwarden.clock import SystemClock
from cardwarden.doctor.examine import examine, examine_as
from cardwarden.doctor.machine import Machine
from cardwarden.doctor.patient import Patient, patient
from cardwarden.doctor.result import Diagnosis, Result
from cardwarden.phrases.language import Voice, language_of_environment
from cardwarden.setup.home import SERVICE_USER, service_owner

_LIBRARIES = (
    "apprise",
    "apscheduler",
    "click",
    "phonenumberslite",
    "pydantic",
    "requests",
    "rich",
    "sqlalchemy",
    "watchdog",
)


@click.command("doctor")
@click.option("--send", is_flag=True, help="Send a test message through every channel, too.")
@click.option("--report", is_flag=True, help="Print what an issue needs: no names, paths, addresses or contacts.")
@json_option
@config_option
def command(*, send: bool, report: bool, as_json: bool) -> int:
    """Look at everything that can be wrong with this installation, and name the command that mends it.

    It changes nothing. With sudo it looks at the service of the whole machine as the service's user does. Exit code 1
    says that something is wrong.
    """
    someone = patient(
        given_config(), os.environ, Path.home(), SystemClock(), Machine(), send=send, household=household(),
        say=say_waiting,
    )  # fmt: skip
    voice = Voice(someone.language or language_of_environment(os.environ), someone.zone)
    results = []
    for result in _results(someone):
        results.append(result)
        if not (as_json or report):
            print_result(result, voice)
    wrong = [result for result in results if result.verdict is Diagnosis.TROUBLE]
    if as_json:
        print_json(DoctorDocument(__version__, [_document(result, voice) for result in results]))
    elif report:
        for line in _report(results):
            say(line)
    else:
        say()
        say(doctor_text(voice, "summary-trouble" if wrong else "summary-well", count=len(wrong)), "bold")
    return int(bool(wrong))


def _results(someone: Patient) -> Iterable[Result]:
    if someone.is_system and service_owner():
        return examine_as(SERVICE_USER, someone)
    return examine(someone)


def _document(result: Result, voice: Voice) -> DiagnosisDocument:
    return DiagnosisDocument(
        verdict=result.verdict.value,
        name=result.name,
        subject=result.subject or None,
        says=says(result, voice),
        mend=result.mend or None,
        values={
            key: value if isinstance(value, int | float) else shown_value(value, voice)
            for key, value in result.values.items()
        },
    )


def _report(results: Iterable[Result]) -> Iterator[str]:
    """Versions, and each result by its name with its numbers alone."""
    yield f"cardwarden {__version__}"
    yield f"Python {platform.python_version()}, {platform.system()} {platform.release()} {platform.machine()}"
    yield ", ".join(f"{name} {metadata.version(name)}" for name in _LIBRARIES)
    subjects: dict[str, int] = {}
    for result in results:
        about = f" #{subjects.setdefault(result.subject, len(subjects) + 1)}" if result.subject else ""
        values = "".join(f" {key}={value}" for key, value in sorted(result.public_values.items()))
        yield f"{result.verdict.value:8}{result.name}{about}{values}"
