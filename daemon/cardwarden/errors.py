"""The one tree of errors; each says what happened, to which thing, and what to do next, as a phrase."""

from __future__ import annotations

import errno
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from cardwarden.phrases.phrase import Phrase, Saying, Sentence, phrase

if TYPE_CHECKING:
    from cardwarden.phrases.language import Voice

_WHOLE: Final = 4000  # columns of a value in an error: a path or an address is shown whole


class CardwardenError(Exception):
    """An error a person may read: what it says is a phrase, its exit code part of the command line's contract.

    As text it is a sentence in English, for logs.
    """

    exit_code: ClassVar[int] = 70

    def __init__(self, said: Saying) -> None:
        super().__init__(said)
        self.said: Saying = sayable(said)

    def sentence(self, voice: Voice) -> str:
        """The sentence in the reader's language."""
        return voice.value(self.said, width=_WHOLE)

    def __str__(self) -> str:
        from cardwarden.phrases.language import english  # noqa: PLC0415 - only who reads a sentence needs a language

        return english(self.said)


class WrongValueError(ValueError):
    """What somebody wrote cannot be used; it says what to write instead, as a part of a sentence, and never the value."""

    def __init__(self, said: Saying) -> None:
        super().__init__(said)
        self.said: Saying = sayable(said)

    def __str__(self) -> str:
        from cardwarden.phrases.language import english  # noqa: PLC0415 - only who reads a sentence needs a language

        return english(self.said)


def sayable(said: Saying) -> Saying:
    """What is said, in any language. Raises TypeError for a text: that would be a sentence in one language only."""
    if not isinstance(said, Phrase | Sentence):
        raise TypeError("an error says a phrase, or what somebody else said")
    return said


class UsageError(CardwardenError):
    """The command was called in a way that cannot be carried out."""

    exit_code: ClassVar[int] = 2


class SourceError(CardwardenError):
    """A book could not be read well enough to judge it; nothing was changed."""

    exit_code: ClassVar[int] = 3


class LimitError(SourceError):
    """A book is more than its server allows its household."""


class SettingsError(CardwardenError):
    """The configuration is missing, unreadable or wrong.

    problems  every fault with its path
    language  what the configuration asks for, if that could be read
    """

    exit_code: ClassVar[int] = 4

    def __init__(self, said: Saying, problems: tuple[Saying, ...] = (), *, language: str | None = None) -> None:
        super().__init__(said)
        self.problems = problems
        self.language = language


class StoreError(CardwardenError):
    """The database could not be opened, read or written."""

    exit_code: ClassVar[int] = 5


class BusyError(StoreError):
    """Another process held the database for longer than a writer waits."""


class FullError(StoreError):
    """The disk of the database has no room; what is on it is whole."""


class ReplacedError(StoreError):
    """The file of the open database was removed, or another one lies in its place."""


class GoneError(StoreError):
    """A record that was in use is not where it was."""


class DeliveryError(CardwardenError):
    """A message could not be handed to a channel."""

    exit_code: ClassVar[int] = 6


class RefusedError(CardwardenError):
    """Somebody else holds what is needed, or doing it would destroy something."""

    exit_code: ClassVar[int] = 7


BUGS = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""What a fault of the program itself raises over one card. It is caught there, so that the other cards are judged."""


_KNOWN: Final = frozenset(
    {
        "EACCES",
        "EPERM",
        "ENOENT",
        "ENOTDIR",
        "EISDIR",
        "EEXIST",
        "ENOSPC",
        "EDQUOT",
        "EROFS",
        "EIO",
        "EMFILE",
        "ENAMETOOLONG",
        "ELOOP",
        "EADDRINUSE",
        "EADDRNOTAVAIL",
        "ECONNREFUSED",
        "EBUSY",
        "ESTALE",
        "ENFILE",
        "ENOMEM",
        "EFBIG",
        "ETIMEDOUT",
        "ECONNRESET",
        "EHOSTUNREACH",
        "ENETUNREACH",
        "EPIPE",
        "ENOTEMPTY",
        "EINVAL",
        "ENODEV",
        "ENXIO",
        "ENOEXEC",
        "ENOTSUP",
    }
)


def because(error: OSError) -> Saying:
    """Why the operating system refused, in the reader's language; what has no phrase, in the system's own words."""
    name = errno.errorcode.get(error.errno or 0, "")
    if name in _KNOWN:
        return phrase(f"os-{name.lower()}")
    return Sentence(error.strerror or type(error).__name__)


_DISTRUST: Final = {
    2: phrase("tls-unknown-issuer"),
    9: phrase("tls-early"),
    10: phrase("tls-expired"),
    18: phrase("tls-self-signed"),
    19: phrase("tls-self-signed"),
    20: phrase("tls-unknown-issuer"),
    21: phrase("tls-unknown-issuer"),
    62: phrase("tls-other-name"),
    64: phrase("tls-other-name"),
}
"""What OpenSSL's codes of X509_verify_cert_error mean."""


def distrust(code: int, message: str) -> Saying:
    """Why a certificate is not trusted; what has no phrase, in OpenSSL's own words."""
    return _DISTRUST.get(code) or Sentence(message)


def place_of(error: BaseException) -> str:
    """Where an error came from, without its text: that may hold what stands in a contact."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"
