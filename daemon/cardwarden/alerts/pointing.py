"""What an address says besides where to: how urgent a message is, where it leads, its buttons; in each service's way."""

from __future__ import annotations

import json
from urllib.parse import quote, urlencode, urlsplit

from cardwarden.alerts.message import Button, Message
from cardwarden.alerts.urgency import urgency_of

# The parameter of Apprise's address that is the click address, by the address's scheme.
_CLICK = {
    "ntfy": "click", "ntfys": "click", "pover": "url", "bark": "click", "barks": "click", "gotify": "click", "gotifys": "click",
}  # fmt: skip
_ALSO_AS_TEXT = {"gotify", "gotifys"}  # only its apps follow it, its web page does not (gotify/server#635)
_BUTTONS = {"ntfy", "ntfys"}
_MOST = 3  # docs.ntfy.sh/publish/#action-buttons


def leads(address: str) -> bool:
    """Whether a service opens a message's link wherever the message is tapped; others need a line of text."""
    return address.partition("://")[0].strip().lower() in _CLICK.keys() - _ALSO_AS_TEXT


def pointed(address: str, message: Message) -> str:
    """The address with how urgent the message is and what leads to its event, as far as its service can.

    What the address itself says of these counts more.
    """
    try:
        parts = urlsplit(address)
    except ValueError:  # no address at all, which Apprise says
        return address
    said = {pair.partition("=")[0].lower() for pair in parts.query.split("&") if pair}
    scheme = parts.scheme.lower()
    extra = urgency_of(scheme, message.severity, said)
    if message.link and (click := _CLICK.get(scheme)) and click not in said:
        extra[click] = message.link
    if message.buttons and scheme in _BUTTONS and "actions" not in said:
        extra["actions"] = _actions(message.buttons[:_MOST])
    if extra:
        joint = "" if address.endswith("?") else "&" if parts.query else "?"
        address = f"{address}{joint}{urlencode(extra, quote_via=quote)}"
    return address


def _actions(buttons: tuple[Button, ...]) -> str:
    """ntfy's actions as JSON in ASCII: a header carries no Japanese, and its simple form no comma."""
    return json.dumps([_action(button) for button in buttons], ensure_ascii=True, separators=(",", ":"))


def _action(button: Button) -> dict[str, object]:
    if button.opens:
        return {"action": "view", "label": button.label, "url": button.url}
    body = {"body": button.body} if button.body else {}
    return {"action": "http", "label": button.label, "url": button.url, "method": "POST", "clear": True, **body}
