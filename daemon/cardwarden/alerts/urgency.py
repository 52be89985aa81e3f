"""How urgent a message is, in the words of each service that has words for it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from cardwarden.alerts.message import Message
from cardwarden.detect.finding import Severity

# By the scheme of Apprise's address: the parameter that says it, and its words for info, notice, warning and critical.
# What rings until somebody answers (Pushover's, Prowl's and Pushsafer's highest, a pager's) is the owner's to ask for.
# What has no such parameter in Apprise (Signal, Matrix, SMS, Discord, Slack) is told in words alone: the title.
_BY_SCHEME: dict[str, tuple[str, tuple[str, str, str, str]]] = {
    "ntfy": ("priority", ("low", "default", "high", "max")),  # docs.ntfy.sh/publish/#message-priority
    "gotify": ("priority", ("low", "moderate", "normal", "high")),  # gotify.net/docs/pushmsg
    "pover": ("priority", ("moderate", "moderate", "normal", "high")),  # pushover.net/api#priority: -1 makes no sound
    "prowl": ("priority", ("moderate", "moderate", "normal", "high")),  # prowlapp.com/api.php
    "psafer": ("priority", ("-1", "-1", "0", "1")),  # pushsafer.com/en/pushapi, pr
    "join": ("priority", ("moderate", "moderate", "normal", "high")),  # joaoapps.com/join/api
    "growl": ("priority", ("moderate", "moderate", "normal", "high")),
    "bark": (
        "level",
        ("passive", "active", "timeSensitive", "timeSensitive"),
    ),  # "critical" rings through a muted phone
    "tgram": ("silent", ("yes", "yes", "no", "no")),  # core.telegram.org/bots/api#sendmessage, disable_notification
    "nctalk": ("silent", ("yes", "yes", "no", "no")),
    "spush": ("priority", ("2", "3", "4", "4")),  # simplepush.io: 5 rings through a muted phone
    "lametric": ("priority", ("info", "info", "warning", "critical")),
    "fcm": ("priority", ("low", "normal", "high", "max")),
    "dbus": ("urgency", ("low", "normal", "normal", "high")),  # freedesktop.org: desktop notifications
    "gnome": ("urgency", ("low", "normal", "normal", "high")),
    "glib": ("urgency", ("low", "normal", "normal", "high")),
    "opsgenie": ("priority", ("low", "moderate", "normal", "high")),
    "jira": ("priority", ("low", "moderate", "normal", "high")),
    "pagerduty": ("severity", ("info", "info", "warning", "critical")),
    "pagertree": ("urgency", ("silent", "low", "medium", "high")),
    "squadcast": ("priority", ("P5", "P4", "P3", "P2")),
    "ilert": ("priority", ("low", "low", "high", "high")),
    "firehydrant": ("priority", ("low", "low", "medium", "high")),
    "opsimate": ("severity", ("info", "info", "warning", "critical")),
    "gorush": ("priority", ("normal", "normal", "high", "high")),
    "youlmk": ("priority", ("low", "normal", "high", "high")),
    "pushward": ("level", ("passive", "active", "time-sensitive", "time-sensitive")),
    "lauther": ("priority", ("moderate", "moderate", "normal", "high")),
    "pinglet": ("priority", ("silent", "normal", "normal", "urgent")),
    "trigv": ("urgency", ("standard", "standard", "time_sensitive", "time_sensitive")),
    "smseagle": ("priority", ("0", "0", "1", "1")),
    "exotel": ("priority", ("normal", "normal", "high", "high")),
}
UNMARKED = frozenset({"amqp", "dapnet"})
"""What has such a parameter and gets none: a queue's order is not an urgency, and a pager network's 1 is an emergency call."""
_ALSO = {"priority": {"p"}, "urgency": {"priority"}}  # other names of a parameter
_SAME = {
    "ntfys": "ntfy",
    "gotifys": "gotify",
    "barks": "bark",
    "psafers": "psafer",
    "nctalks": "nctalk",
    "lametrics": "lametric",
    "gorushs": "gorush",
    "opsimates": "opsimate",
    "pinglets": "pinglet",
    "smseagles": "smseagle",
    "trigvs": "trigv",
    "simplepush": "spush",
    "kde": "dbus",
    "qt": "dbus",
}
_IMPORTANCE = ("low", "normal", "normal", "high")  # RFC 2156, 2.2.10; RFC 4021, 2.1.53
_X_PRIORITY = ("5", "3", "3", "1")  # what most mail programs show
MAIL = frozenset(
    {
        "E-Mail", "Mailgun", "SparkPost", "Postmark", "SendGrid", "Office 365", "SMTP2Go",
        "AWS Simple Email Service (SES)", "Resend", "Brevo", "MailerSend", "SendPulse",
    }
)  # fmt: skip
"""What Apprise calls the services that send mail."""


def urgency_of(scheme: str, severity: Severity, said: Collection[str]) -> dict[str, str]:
    """The parameter that tells a service how urgent a message is; none if its address says so itself."""
    parameter, words = _BY_SCHEME.get(_SAME.get(scheme, scheme), ("", ()))
    if not parameter or {parameter, *_ALSO.get(parameter, ())} & set(said):
        return {}
    return {parameter: words[int(severity)]}


def set_headers(service: Any, message: Message) -> None:
    """Give Apprise's object of a service that has headers the message's id, and a mail its importance.

    Headers that the address itself names count more.
    """
    headers = getattr(service, "headers", None)
    if not isinstance(headers, dict):
        return
    extra = {"X-Cardwarden-Message": message.id} if message.id else {}
    if str(service.service_name) in MAIL:
        extra |= {"Importance": _IMPORTANCE[message.severity], "X-Priority": _X_PRIORITY[message.severity]}
    service.headers = {**extra, **headers}
