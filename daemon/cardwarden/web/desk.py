"""What the pages work with: the program as it is now, the door, the password, the links."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cardwarden.actions.sessions import begin_session
from cardwarden.actions.tokens import Signer, signer_beside
from cardwarden.settings.model import Settings
from cardwarden.web import password
from cardwarden.web.door import Door
from cardwarden.web.password import Throttle
from cardwarden.wiring import Program

COOKIE = "cardwarden"


def door_of(settings: Settings) -> Door:
    """Who may come in, as the settings say."""
    web = settings.web
    return Door(web.url, (web.proxy_user or "").lower(), web.proxies, web.users)


@dataclass
class Desk:
    """`program` gives the program as it is now: its settings may change while the page is up."""

    program: Callable[[], Program]
    signer: Signer
    throttle: Throttle
    busy: set[int] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of(cls, program: Callable[[], Program]) -> Desk:
        """Raises StoreError if the key for links cannot be read or made."""
        first = program()
        return cls(program, signer_beside(first.store.path), Throttle(first.clock))

    @property
    def door(self) -> Door:
        return door_of(self.program().settings)

    @property
    def password_path(self) -> Path:
        return password.password_beside(self.program().store.path)

    @property
    def has_password(self) -> bool:
        return self.password_path.exists()

    def now(self) -> datetime:
        return self.program().clock.now()

    def sign_in(self, word: str, address: str) -> str | timedelta | None:
        """A new session's secret; None for a wrong password; how long to wait if too many wrong ones came."""
        right = password.looked_at(self.password_path, word, self.throttle, address)
        if right is not True:
            return right or None
        program = self.program()
        return begin_session(program.store, address, program.settings.web.session, program.clock)
