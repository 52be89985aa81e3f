"""The catalogues: what each language says for a phrase's name, read from `languages/CODE.po` entry by entry.

Files of gettext's format, without what no file of ours has (contexts, fuzzy and obsolete entries, names of several lines). An
entry is taken apart when its phrase is first said, so a process that says one sentence reads one, and nothing has to be
compiled. Babel reads the same out of them (a test). `healthcheck` needs this module alone: it imports next to nothing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property

_FOLDER = os.path.join(os.path.dirname(__file__), "languages")  # noqa: PTH118, PTH120 - pathlib loads longer than all this
LANGUAGES = tuple(sorted(name.removesuffix(".po") for name in os.listdir(_FOLDER) if name.endswith(".po")))  # noqa: PTH208
"""The languages there are, each a file in `languages/`."""
_NAME = re.compile(r'^msgid "(.+)"$', re.MULTILINE)
_ESCAPED = re.compile(r"\\(.)")
_MEANT = {"n": "\n", "t": "\t", "r": "\r"}
_PLURAL = re.compile(r"Plural-Forms:.*?plural=(.+?);")


class Catalogue:
    """One language's templates by the phrase's name, with their plural forms."""

    def __init__(self, text: str) -> None:
        self._text = text
        names = list(_NAME.finditer(text))
        ends = [following.start() for following in names[1:]] + [len(text)]
        self._entries = {name[1]: (name.end(), end) for name, end in zip(names, ends, strict=False)}
        self._read: dict[str, tuple[str, ...]] = {}

    def template(self, name: str, count: int | None = None) -> str | None:
        """What is said for a name, of one thing or of `count`; None if the language does not know it."""
        forms = self._forms(name)
        if len(forms) > 1:
            return forms[self._plural(1 if count is None else count)] or None
        return (forms[0] or None) if forms else None

    def _forms(self, name: str) -> tuple[str, ...]:
        """A template in each of its forms: one if it does not depend on a count, none if there is no such name."""
        if name not in self._read:
            begin, end = self._entries.get(name, (0, 0))
            self._read[name] = tuple(_strings(self._text[begin:end]))
        return self._read[name]

    @cached_property
    def _plural(self) -> Callable[[int], int]:
        """Which form a count takes, as the header says."""
        from gettext import c2py  # noqa: PLC0415 - only a count needs it

        plural = _PLURAL.search(self._text)
        rule: Callable[[int], int] = c2py(plural[1] if plural else "n != 1")
        return rule


@cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of one of the languages."""
    with open(f"{_FOLDER}/{language}.po", encoding="utf-8") as file:  # noqa: PTH123 - as above
        return Catalogue(file.read())


def language_of_environment(environment: Mapping[str, str]) -> str:
    """The language that a user's environment asks for (POSIX: LC_ALL, LC_MESSAGES, LANG), English if we have no such."""
    asked = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    code = asked.replace("-", "_").partition("_")[0].partition(".")[0].lower()
    return code if code in LANGUAGES else "en"


def _strings(entry: str) -> Iterator[str]:
    """The values of an entry's `msgstr`, below its name; a value may go on over several lines."""
    value: list[str] | None = None
    for line in entry.splitlines():
        keyword, _, quoted = line.partition('"')
        if keyword.startswith("#"):
            continue
        if keyword.startswith("msgstr"):
            if value is not None:
                yield "".join(value)
            value = []
        if value is not None:
            value.append(_ESCAPED.sub(lambda escape: _MEANT.get(escape[1], escape[1]), quoted.removesuffix('"')))
    if value is not None:
        yield "".join(value)
