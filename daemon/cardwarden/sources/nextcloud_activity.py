"""Who wrote a contact last, by a Nextcloud's activity: it names the user, not the program.

github.com/nextcloud/activity, docs/endpoint-v2.md; what the address books put into it: nextcloud/server,
apps/dav/lib/CardDAV/Activity: a contact is called by its UID. One question is asked, and only if a contact was written.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from cardwarden.carddav.client import Client
from cardwarden.carddav.failure import DavError
from cardwarden.carddav.href import host_of
from cardwarden.logged import warn
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.sources.json_values import mapping, string
from cardwarden.sources.source import WrittenBy
from cardwarden.text import clip

_log = logging.getLogger(__name__)

_PATH: Final = "/ocs/v2.php/apps/activity/api/v2/activity?format=json&sort=desc&limit=200"
_NONE: Final = frozenset({204, 304})  # nothing is listed for this user; nothing is there
_USER: Final = 200


class OddAnswerError(ValueError):
    """It is no list of activities."""


class NextcloudActivity:
    """The last writings that a server tells of. `url` is where its address books are."""

    def __init__(self, client: Client, url: str) -> None:
        self._client = client
        self._url = url.partition("/remote.php")[0].rstrip("/") + _PATH
        self._written: dict[str, WrittenBy] = {}
        self._is_told = False

    def last_write(self, uid: str) -> WrittenBy | None:
        """Who wrote the contact with this UID last; None if the activity does not say."""
        return self._written.get(uid)

    def read(self) -> None:
        """Ask what was written lately. A server that does not say is no fault of the book; that it does not is said once."""
        headers = {"OCS-APIRequest": "true", "Accept": "application/json"}
        try:
            answer = self._client.request("GET", self._url, headers=headers)
            if answer.status in _NONE:
                return
            writings = dict(_writings(json.loads(answer.body))) if answer.status == 200 else None
        except (DavError, ValueError):
            writings = None
        if writings is not None:
            self._written = writings
        elif not self._is_told:
            warn(_log, phrase("log-activity", host=Code(host_of(self._url))))
        self._is_told = writings is None


def _writings(answer: Any) -> Iterator[tuple[str, WrittenBy]]:
    """Who wrote which contact, the latest last. Raises ValueError if it is no answer of this kind."""
    listed = mapping(answer, "ocs").get("data") if isinstance(answer, dict) else None
    if not isinstance(listed, list):
        raise OddAnswerError
    for entry in reversed(listed):
        if not isinstance(entry, dict) or (entry.get("app"), entry.get("type")) != ("dav", "contacts"):
            continue
        rich = entry.get("subject_rich")
        named = rich[1] if isinstance(rich, list) and len(rich) > 1 else mapping(entry, "subject_rich").get("1")
        uid = string(mapping(named, "card"), "id") if isinstance(named, dict) else ""
        user = string(mapping(named, "actor"), "name") if isinstance(named, dict) else ""
        try:
            at = datetime.fromisoformat(string(entry, "datetime"))
        except ValueError:
            continue
        if uid and at.tzinfo:
            yield uid, WrittenBy("", at, clip(user or string(entry, "user"), _USER))
