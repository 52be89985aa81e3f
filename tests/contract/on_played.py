"""Hard times at a server that is played: what it answers meanwhile."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from contract.source_contract import HardShelf
from support.fake_dav import FakeDav, Reply, Request


class PlayedShelf(HardShelf):
    """An account at a service that gives its contacts in lists: one is as unreadable as all of them."""

    apart = False

    @abstractmethod
    def hosts(self) -> list[FakeDav]:
        """Who answers for the account's books."""

    def vanish(self) -> AbstractContextManager[None]:
        return self.answering(lambda *_: Reply(404))

    def forbid(self, name: str) -> AbstractContextManager[None]:
        return self.answering(lambda *_: Reply(403))

    def cut(self, name: str) -> AbstractContextManager[None]:
        return self.answering(lambda _, usual: replace(usual, cut=len(usual.body) // 2))

    @contextmanager
    def answering(self, reply: Callable[[Request, Reply], Reply]) -> Iterator[None]:
        """Whatever is no sign-in is answered so, from the request and what is answered else."""
        usual = [(host, host.always) for host in self.hosts()]

        def hard(host: FakeDav, always: Any) -> Callable[[Request], Reply | None]:
            def answer(request: Request) -> Reply | None:
                said: Reply = (always(request) if always else None) or host.usual(request)
                is_sign_in = urlsplit(request.path).path.endswith("/token")
                return said if is_sign_in else reply(request, said)

            return answer

        for host, always in usual:
            host.always = hard(host, always)
        try:
            yield
        finally:
            for host, always in usual:
                host.always = always


class PlayedDavShelf(PlayedShelf):
    """A book of a CardDAV server. A member that its answer about many leaves out is asked for by itself."""

    apart = True

    def forbid(self, name: str) -> AbstractContextManager[None]:
        return self._alone(name, lambda _: Reply(403))

    def cut(self, name: str) -> AbstractContextManager[None]:
        return self._alone(name, lambda usual: replace(usual, cut=30))

    @contextmanager
    def _alone(self, name: str, reply: Callable[[Reply], Reply]) -> Iterator[None]:
        for host in self.hosts():
            host.omits = {name}
        with self.answering(lambda request, usual: reply(usual) if request.method == "GET" else usual):
            try:
                yield
            finally:
                for host in self.hosts():
                    host.omits = set()
