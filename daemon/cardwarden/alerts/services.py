"""What Apprise's services lack: a mail with text, a table and an id; an ntfy message that replaces its repeat; Gotify's click.

Only `channel.py` uses this module. The classes stand in for Apprise's own, in the way that Apprise has for that.
"""

from __future__ import annotations

import re
import smtplib
from collections.abc import Iterator
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any, Final, cast
from urllib.parse import quote

import requests
from apprise import plugins
from apprise.common import NotifyFormat, NotifyType
from apprise.exception import AppriseException
from apprise.plugins import N_MGR
from apprise.plugins.base import NotifyBase
from apprise.plugins.email.base import NotifyEmail, PGPMode
from apprise.plugins.email.smtp import AppriseSMTPController
from apprise.plugins.gotify import NotifyGotify
from apprise.utils.parse import parse_list, parse_urls

_LOCK: Final = Lock()


@dataclass(frozen=True, slots=True)
class MailParts:
    """What a mail has besides its text: an HTML part, the id of the message, and that of the first in its thread."""

    html: str
    id: str
    thread: str


class Mail(NotifyEmail):  # type: ignore[no-untyped-call]
    """Mail with a plain part as it was laid out and an HTML part, and a Message-ID that a repeat has, too (RFC 5322, 3.6.4).

    Apprise makes the plain part of the HTML and an id of chance.
    """

    parts: MailParts | None = None

    def send(
        self,
        body: str,
        title: str = "",
        notify_type: Any = NotifyType.INFO,
        attach: Any = None,
        body_format: Any = None,  # noqa: ARG002 - it is known what the body is
        **more: Any,
    ) -> bool:
        """Hand the mail to the server, one for each receiver. Signed and encrypted ones are Apprise's, in plain text."""
        this: Any = self  # Apprise's types say less than its code knows
        parent: Any = super()
        if this.parts is None or attach or this.pgp_mode != PGPMode.NONE:
            if this.parts and this.parts.thread:
                this.headers = {"References": f"<{this.parts.thread}@{this._host}>", **this.headers}
            return bool(parent.send(body, title, notify_type, attach, NotifyFormat.TEXT, **more))
        this.throttle()
        all_taken = True
        try:
            with AppriseSMTPController(
                host=this.smtp_host,
                port=this.port,
                secure_mode=this.secure_mode,
                user=this.user,
                password=this.password,
                verify_certificate=this.verify_certificate,
                socket_connect_timeout=this.socket_connect_timeout,
            ) as smtp:
                for name, address in this.targets:
                    if this.is_delivered(address):
                        continue
                    mail = this._mail(title, body, name, address, this.parts)
                    receivers = [address, *(this.cc - this.bcc - {address}), *(this.bcc - {address})]
                    if smtp.sendmail(this.from_addr[1], receivers, mail):
                        this.mark_delivered(address)
                    else:
                        all_taken = False
        except (OSError, RuntimeError, smtplib.SMTPException, AppriseException) as error:
            this.logger.warning("Connection error while submitting mail: %s", type(error).__name__)
            return False
        return all_taken

    @property
    def _host(self) -> str:
        return str(self.from_addr[1]).rpartition("@")[2]

    def _mail(self, title: str, body: str, name: object, address: str, parts: MailParts) -> str:
        """The mail to one receiver, as the protocol wants it; a header that the address names does not stand twice."""
        mail = EmailMessage(policy=SMTP)
        mail["Subject"] = " ".join(title.split())
        mail["From"] = _address(self.from_addr[0], self.from_addr[1])
        mail["To"] = _address(name, address)
        if copies := self.cc - self.bcc - {address}:
            mail["Cc"] = [_address(self.names.get(copy, ""), copy) for copy in sorted(copies)]
        if replies := self.reply_to - {address}:
            mail["Reply-To"] = [_address(self.names.get(reply, ""), reply) for reply in sorted(replies)]
        mail["Date"] = formatdate(localtime=True)  # when it goes out, as the mail's reader has the clock
        mail["Message-ID"] = f"<{parts.id}@{self._host}>" if parts.id else make_msgid(domain=self._host)
        if parts.thread and parts.thread != parts.id:
            mail["In-Reply-To"] = mail["References"] = f"<{parts.thread}@{self._host}>"
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notes in answer
        for header, value in self.headers.items():
            if header not in mail:
                mail[header] = " ".join(str(value).split())
        mail.set_content(body)
        if parts.html:
            mail.add_alternative(parts.html, subtype="html")
        return mail.as_string()


def _address(name: object, address: object) -> Address:
    user, _, host = str(address).rpartition("@")
    return Address(str(name) if name else "", user, host)


class Gotify(NotifyGotify):
    """Gotify with an address that its apps open when a message is tapped, `?click=` (gotify.net/docs/msgextras).

    Apprise sends none of Gotify's extras but a Markdown mark.
    """

    template_args: Any = {**NotifyGotify.template_args, "click": {"name": "Click", "type": "string"}}  # noqa: RUF012 - as Apprise has it

    def __init__(self, token: Any, priority: Any = None, click: str = "", **more: Any) -> None:
        parent: Any = super()
        parent.__init__(token, priority, **more)
        self.click = click

    def send(self, body: str, title: str = "", notify_type: Any = NotifyType.INFO, **more: Any) -> bool:
        """Hand the message to the server."""
        this: Any = self
        if not this.click:
            parent: Any = super()
            return bool(parent.send(body, title, notify_type, **more))
        extras: dict[str, object] = {"client::notification": {"click": {"url": this.click}}}
        if this.notify_format == NotifyFormat.MARKDOWN:
            extras["client::display"] = {"contentType": "text/markdown"}
        port = f":{this.port}" if this.port else ""
        this.throttle()
        try:
            answer = requests.post(
                f"{this.schema}://{this.host}{port}{this.fullpath}message",
                json={"priority": this.priority, "title": title, "message": body, "extras": extras},
                headers={"User-Agent": this.app_id, "X-Gotify-Key": this.token},
                verify=this.verify_certificate,
                timeout=this.request_timeout,
                allow_redirects=this.redirects,
            )
        except requests.RequestException as error:
            this.logger.warning("Connection error while sending to Gotify: %s", type(error).__name__)
            return False
        if not answer.ok:
            this.logger.warning("Failed to send Gotify notification: error=%s.", answer.status_code)
        return answer.ok

    @staticmethod
    def parse_url(url: Any, *_: Any, **__: Any) -> Any:
        """What an address says, its click among it."""
        parsed: Any = NotifyGotify.parse_url(url)  # type: ignore[no-untyped-call]
        if parsed:
            parsed["click"] = parsed["qsd"].get("click", "")
        return parsed


def identify_ntfy(service: Any, message_id: str) -> None:
    """Give an ntfy message its id, so that a repeat replaces it (docs.ntfy.sh/publish, "Updating notifications").

    Apprise has no parameter for that; ntfy takes every header as a part of the address, too. Servers before 2.16 ignore it.
    """
    query = f"/?sequence-id={quote(message_id, safe='')}"
    service.cloud_notify_url = f"{service.cloud_notify_url}{query}"
    if service.host:
        port = f":{service.port}" if isinstance(service.port, int) else ""
        service.host, service.port = f"{service.host}{port}{query}", None


def in_use(address: str) -> None:
    """From now on Apprise knows the service of that address, and makes these instead of its own.

    Left alone it loads every service that it has, when it is first asked for one: 140 modules and 22 MB for a daemon that
    needs one of them. What no module says that it takes (the address of a service's web page, a mistake) it looks for
    itself, among all.
    """
    services, urls = cast("Any", N_MGR), cast("Any", parse_urls)
    with _LOCK:
        if not services:
            with TemporaryDirectory() as nothing:
                services.load_modules(path=nothing)
        for own in (Mail, Gotify):
            if own not in services.plugins():
                services.add(own, force=True)
        for url in urls(address):
            scheme = url.partition("://")[0].strip().lower()
            if scheme not in services and not any(services.add(plugin) for plugin in _plugins(scheme)):
                services.load_modules()


def _plugins(scheme: str) -> Iterator[Any]:
    """Apprise's classes for the services that take such addresses."""
    said = re.compile(rf'^    \w*protocol\b[^=\n]* = [^=]*"{re.escape(scheme)}"', re.MULTILINE)
    folder, schemes = Path(plugins.__file__).parent, cast("Any", parse_list)
    for file in sorted(folder.rglob("*.py")):
        if said.search(file.read_text("utf-8")):
            module = import_module(f"{plugins.__name__}.{file.relative_to(folder).parts[0].removesuffix('.py')}")
            for plugin in vars(module).values():
                is_service = isinstance(plugin, type) and issubclass(plugin, NotifyBase) and plugin is not NotifyBase
                if is_service and scheme in schemes(plugin.protocol, plugin.secure_protocol):
                    yield plugin
