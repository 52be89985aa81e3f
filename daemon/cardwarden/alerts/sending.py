"""Hands messages to the services of channels.

With `services.py` and the classes that it puts in place (`mail.py`, `gotify.py`) the only module that knows Apprise.
"""

from __future__ import annotations

import logging
import re
from typing import Any

from cardwarden.alerts.channel import Channel, UndeliveredError
from cardwarden.alerts.layout import MAIL_ROOM, ROOM
from cardwarden.alerts.markdown import ALWAYS, unmarked
from cardwarden.alerts.message import Message
from cardwarden.alerts.pointing import leads, pointed
from cardwarden.alerts.urgency import MAIL, set_headers
from cardwarden.detect.finding import Severity
from cardwarden.errors import CardwardenError
from cardwarden.phrases.phrase import Code, Phrase, Value, phrase

_TALKATIVE = ("apprise", "oauthlib", "requests_oauthlib", "urllib3")
_HTTP_STATUS = re.compile(r"\berror=([1-5][0-9]{2})\b")


def send(channel: Channel, message: Message, timeout: float) -> None:
    """Hands a message to the channel's service, once, within `timeout` seconds.

    Raises UndeliveredError, whose text names neither the address nor the message.
    """
    import apprise  # noqa: PLC0415 - as in _box

    from cardwarden.alerts.services import identify_ntfy, keep_empty_lines  # noqa: PLC0415 - loads Apprise

    box = _box()
    service, address = _service(box, channel, message)
    service.optional = False  # "?optional=yes" would call a failure a success
    set_headers(service, message)
    if message.id and str(service.service_name) == "ntfy":
        identify_ntfy(service, message.id)
    if str(service.service_name) == "Telegram":
        keep_empty_lines(service)
    service.socket_connect_timeout = service.socket_read_timeout = timeout  # 4 s by default: too short for some mail
    is_mail = str(service.service_name) in MAIL
    shares_room = service.overflow_amalgamate_title and service.title_maxlen > 0
    room = service.body_maxlen - (min(len(message.title), service.title_maxlen) + 2 if shares_room else 0)
    room = min(room, MAIL_ROOM if is_mail else ROOM)
    title, body = channel.text_of(message, room, service.title_maxlen, is_linked=leads(address))
    form = apprise.NotifyFormat.TEXT
    if str(service.service_name) in ALWAYS and "format=" not in address:
        title, body = unmarked(title), unmarked(body)
    if is_mail:
        from cardwarden.alerts.mail import Mail, MailParts  # noqa: PLC0415 - what sends no mail needs none of it

        if isinstance(service, Mail):
            service.parts = MailParts(channel.page_of(message), message.id, message.thread)
        elif service.notify_format == apprise.NotifyFormat.HTML:
            body, form = channel.page_of(message), apprise.NotifyFormat.HTML
    result = box.notify(
        title=title,
        body=body,
        notify_type=_type_of(message.severity, apprise.NotifyType),
        body_format=form,
        timeout=timeout,
    )
    if not result:
        unsure = bool(result.timeout_count)
        raise UndeliveredError(_trouble(channel, _why(result, timeout)), permanent=False, unsure=unsure)


def look_at_channel(channel: Channel) -> None:
    """Whether a message could be handed over, as far as that can be told without sending one.

    Raises UndeliveredError, whose text does not name the address.
    """
    _service(_box(), channel, None)


def _box() -> Any:
    """What holds one service."""
    # Imported here: it takes 0.4 s, and most checks have nothing to send.
    import apprise  # noqa: PLC0415

    _silence()
    return apprise.Apprise(
        asset=apprise.AppriseAsset(
            app_id="cardwarden",
            app_desc="cardwarden",
            async_mode=False,
            allow_templates=False,
            interpret_escapes=False,
            interpret_emojis=False,
            storage_mode=apprise.PersistentStoreMode.MEMORY,
        )
    )


def _service(box: Any, channel: Channel, message: Message | None) -> tuple[Any, str]:
    """The channel's one service and its address, which leads where the message does.

    Raises UndeliveredError if the address names no service, or several.
    """
    from cardwarden.alerts.services import in_use  # noqa: PLC0415 - loads Apprise

    try:
        address = channel.url().strip()
    except CardwardenError as error:  # the secret that holds the address may come back: try again
        raise UndeliveredError(_trouble(channel, error.said), permanent=False) from error
    if message:
        address = pointed(address, message)
    in_use(address)
    try:
        taken = box.add(address)
    except (AttributeError, LookupError, TypeError, ValueError):  # some of Apprise's many parsers, on odd addresses
        taken = False
    if taken and len(box) == 1:
        return box[0], address
    if len(box) > 1:
        problem = phrase("channel-several-services")
    else:
        example, command = Code("ntfy://TOPIC"), Code("cardwarden alert test")
        problem = phrase("channel-unknown-service", example=example, command=command)
    raise UndeliveredError(_trouble(channel, problem), permanent=True)


def _type_of(severity: Severity, types: Any) -> Any:
    match severity:
        case Severity.CRITICAL:
            return types.FAILURE
        case Severity.WARNING:
            return types.WARNING
        case Severity.NOTICE | Severity.INFO:
            return types.INFO


def _trouble(channel: Channel, why: Value) -> Phrase:
    return phrase("channel-trouble", channel=channel.name, why=why)


def _why(result: Any, timeout: float) -> Phrase:
    """Of what Apprise noted only an HTTP status is passed on: the rest may hold the address."""
    if result.timeout_count:
        return phrase("channel-no-answer", seconds=f"{timeout:g}")
    status = next((match[1] for entry in result.logs() if (match := _HTTP_STATUS.search(entry.message))), None)
    match status:
        case None:
            return phrase("channel-unreached")
        case "401" | "403":
            return phrase("channel-refused", status=status)
        case "404" | "410":
            return phrase("channel-unknown-address", status=status)
        case _:
            return phrase("channel-not-taken", status=status)


def _silence() -> None:
    """Keeps addresses and messages out of every log.

    Apprise logs them at DEBUG and some addresses at WARNING, urllib3 logs paths, which hold tokens. Apprise's records
    still reach its own result, so that the status of an answer can be told.
    """
    for name in _TALKATIVE:
        logger = logging.getLogger(name)
        logger.setLevel(logging.WARNING)
        logger.propagate = False
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
