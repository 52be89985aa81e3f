"""What Apprise's Gotify lacks: where a tap leads. Loaded if a channel sends to Gotify.

The class stands in for Apprise's own (`services.py`).
"""

from __future__ import annotations

from typing import Any

import requests
from apprise.common import NotifyFormat, NotifyType
from apprise.plugins.gotify import NotifyGotify


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
            with requests.post(
                f"{this.schema}://{this.host}{port}{this.fullpath}message",
                json={"priority": this.priority, "title": title, "message": body, "extras": extras},
                headers={"User-Agent": this.app_id, "X-Gotify-Key": this.token},
                verify=this.verify_certificate,
                timeout=this.request_timeout,
                allow_redirects=this.redirects,
                stream=True,
            ) as answer:
                status = answer.status_code  # the rest says nothing more, and nobody knows how long it is
                taken = answer.ok
        except requests.RequestException as error:
            this.logger.warning("Connection error while sending to Gotify: %s", type(error).__name__)
            return False
        if not taken:
            this.logger.warning("Failed to send Gotify notification: error=%s.", status)
        return taken

    @staticmethod
    def parse_url(url: Any, *_: Any, **__: Any) -> Any:
        """What an address says, its click among it."""
        parsed: Any = NotifyGotify.parse_url(url)  # type: ignore[no-untyped-call]
        if parsed:
            parsed["click"] = parsed["qsd"].get("click", "")
        return parsed
