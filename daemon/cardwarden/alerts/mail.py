"""What Apprise's mail lacks: one with text, a table and an id. Loaded if a channel sends mail.

The class stands in for Apprise's own (`services.py`).
"""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid
from typing import Any

from apprise.common import NotifyFormat, NotifyType
from apprise.exception import AppriseException
from apprise.plugins.email.base import NotifyEmail, PGPMode
from apprise.plugins.email.smtp import AppriseSMTPController


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
