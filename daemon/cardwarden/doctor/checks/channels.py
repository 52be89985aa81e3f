"""Each channel: is its address one that can be sent to, and does a message arrive?"""

from __future__ import annotations

from collections.abc import Iterator

from cardwarden.alerts.channel import UndeliveredError
from cardwarden.alerts.message import trial_message
from cardwarden.alerts.sending import look_at_channel, send
from cardwarden.doctor.patient import Patient
from cardwarden.doctor.result import Result, ok, trouble
from cardwarden.errors import SettingsError
from cardwarden.phrases.language import Voice
from cardwarden.wiring.channels import channel


def take_messages(patient: Patient) -> Iterator[Result]:
    """Whether each channel can be reached, and takes a message if one may be sent."""
    settings = patient.settings
    if settings is None:
        return
    for name in settings.alerts.channels:
        to = channel(name, settings, patient.environ)
        try:
            to.url()
        except SettingsError:
            continue  # the check of secrets tells it
        try:
            if patient.send:
                send(to, trial_message(Voice(to.language)), to.timeout)
            else:
                look_at_channel(to)
        except UndeliveredError as error:
            yield trouble("channel-lost", name, patient.command("alert", "test", name), problem=error.said)
        else:
            yield ok("channel-sent" if patient.send else "channel", name)
