"""Somebody who reads a page of the guide and types what it says, line by line, on a machine of their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests
import tomlkit

from support.receiver import Receiver
from support.terminal import Terminal, typed
from system.machine import Machine, eventually
from unit.guide.test_guide import Fenced, fences

BASE = """\
region = "JP"
[sources.family]
type = "vdir"
path = "/srv/contacts"
restore = true
[alerts.channels.phone]
url_file = "/etc/cardwarden/phone-url"
"""
HERE = "/root/here"


def of_page(page: str) -> list[Fenced]:
    """What stands in the fences of a how-to, in its order."""
    return [fence for fence in fences() if fence.page == f"how-to/{page}.md"]


@dataclass
class Reader:
    """Somebody who types what a page says, in its order.

    answers  what is written where an editor opens, by the file's path
    instead  what this machine has for what the page makes up
    asked    what they do where a line that has these words asks something
    """

    machine: Machine
    phone: Receiver
    answers: dict[str, str] = field(default_factory=dict)
    instead: dict[str, str] = field(default_factory=dict)
    asked: dict[str, Callable[[Terminal], None]] = field(default_factory=dict)

    def follow(
        self,
        page: str,
        passing: tuple[str, ...] = (),
        settings: slice | None = slice(None),
    ) -> dict[str, str]:
        """What each line said. A line with one of the words in `passing` is for another machine.

        `settings` are those of the page's configurations that are written, beside what the machine has; None: not one.
        """
        here = of_page(page)
        if settings is not None:
            self._settings([fence.text for fence in here if fence.language == "toml"][settings])
        units = iter([fence.text for fence in here if fence.language == "ini"])
        said: dict[str, str] = {}
        for line in self._lines(here):
            if any(word in line for word in passing):
                continue
            if edited := re.fullmatch("sudoedit (.*)", line):
                path = self.machine.path(edited[1])
                assert path.exists(), f"{page}: nothing made {path}, so anybody could read it"
                path.write_text(self.answers[edited[1]] + "\n")
            elif unit := re.fullmatch(r"sudo systemctl edit (\S+)", line):
                self.machine.write(f"/etc/systemd/system/{unit[1]}.service.d/override.conf", next(units))
                self.machine.run("systemctl", "daemon-reload")
            elif answers := self._asked(line):
                said[line] = self._typed(line, answers)
            elif line.startswith("curl "):
                said[line] = self._curl(line)
            else:
                said[line] = self.machine.run("sh", "-c", f"cd {HERE} && {line} || test $? = 1")
        return said

    def follow_as(self, page: str, type_: Callable[[str], str], config: str) -> dict[str, str]:
        """What each line said to somebody who types it by `type_`, and whose settings are the page's alone."""
        here = of_page(page)
        [settings] = [fence.text for fence in here if fence.language == "toml"]
        self.machine.write(config, settings)
        return {line: type_(line) for line in self._lines(here)}

    def _lines(self, here: list[Fenced]) -> Iterator[str]:
        for fence in here:
            if fence.language in {"console", "sh"}:
                whole = self._real(fence.text).replace("\\\n", " ")
                yield from (line.strip() for line in whole.splitlines())

    def _settings(self, texts: list[str]) -> None:
        """The settings that the machine has, and those of the page."""
        whole: dict[str, Any] = tomlkit.parse(BASE).unwrap()
        for text in texts:
            _put(whole, tomlkit.parse(self._real(text)).unwrap())
        self.machine.write("/etc/cardwarden/cardwarden.toml", tomlkit.dumps(whole))
        self.machine.run("sh", "-c", "chown -R cardwarden: /etc/cardwarden; systemctl restart cardwarden || true")

    def _real(self, text: str) -> str:
        for made_up, real in self.instead.items():
            text = text.replace(made_up, real)
        return text

    def _asked(self, line: str) -> Callable[[Terminal], None] | None:
        if "cardwarden web password" in line:
            return _choose_password
        return next((answers for words, answers in self.asked.items() if words in line), None)

    def _typed(self, line: str, answers: Callable[[Terminal], None]) -> str:
        command = self.machine.entering("TERM=xterm", "LANG=C.UTF-8", "sh", "-c", f"cd {HERE} && {line}")
        with typed(command, {"PATH": "/usr/sbin:/usr/bin"}) as terminal:
            answers(terminal)
            assert terminal.ends() == 0, terminal.screen
        return terminal.screen

    def _curl(self, line: str) -> str:
        """The machine has none; its network is ours."""
        read = re.search(r"\$\(sudo cat (\S+)\)", line)
        assert read
        token = self.machine.path(read[1]).read_text().strip()
        url = line.rpartition(" ")[2]
        status, text = eventually(lambda: answer(url, Authorization=f"Bearer {token}"))
        assert status == 200, text
        return text


def _choose_password(terminal: Terminal) -> None:
    terminal.answers_all({"": "correct horse battery"})  # in whatever language it is asked


def answer(url: str, **headers: str) -> tuple[int, str] | None:
    try:
        answer = requests.get(url, headers=headers, timeout=10)
    except requests.ConnectionError:
        return None  # it begins to listen after the first check
    return answer.status_code, answer.text


def _put(into: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Tables beside those that are there; one of another type takes its place."""
    for key, value in more.items():
        there = into.get(key)
        if isinstance(value, dict) and isinstance(there, dict) and value.get("type") in {None, there.get("type")}:
            if any(name.startswith("url_") for name in value):  # an address stands in one place
                there.pop("url_file", None)
            _put(there, value)
        else:
            into[key] = value
