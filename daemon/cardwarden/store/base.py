"""What every kind of record offers, whichever database it is kept in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection

from cardwarden.database_file import lost
from cardwarden.errors import StoreError
from cardwarden.phrases.phrase import Code, Phrase, phrase


class Lock(Protocol):
    """The right to be the only one who does something, free as soon as its holder dies."""

    def take(self) -> bool:
        """Take it; False if somebody else has it. Raises StoreError."""
        ...

    def holder(self) -> str:
        """Who has it, as far as is known: a process id, or where a connection came from."""
        ...

    def stands(self, connection: Connection) -> bool:
        """Whether it was not lost since it was taken, asked within a `write`. Raises StoreError."""
        ...


class Store(ABC):
    """An open record. Any thread may use it; what happens inside one `read` or `write` sees one state."""

    __slots__ = ()

    path: Path
    """The database file; if there is none, the name beside which keys and signs of life are kept."""
    is_begun: bool
    """Whether there is a record. If not, it reads as an empty one, and nothing can be written."""
    file: tuple[int, int]
    """Device and inode of the file that was opened; zeros if there is none."""

    @property
    @abstractmethod
    def name(self) -> str:
        """What messages call it: a file, or a schema and where it is."""

    def require_record(self) -> None:
        """Raises StoreError if none was begun yet."""
        if not self.is_begun:
            raise StoreError(phrase("database-not-begun", path=Code(self.name), command=Code("cardwarden check")))

    def lost(self) -> Phrase | None:
        """What to say if the record is not the one any more that was opened; None if all is well."""
        return lost(self.path, self.file)

    @abstractmethod
    def read(self) -> AbstractContextManager[Connection]:
        """A connection that sees the record as it is now and cannot change it. Raises StoreError."""

    @abstractmethod
    def write(self) -> AbstractContextManager[Connection]:
        """A connection that alone may write: all of it is recorded at the end, or nothing if the block raises.

        Waits for another writer. Raises StoreError, also if no record was begun yet; BusyError if that takes too long.
        """

    @abstractmethod
    def erase(self) -> AbstractContextManager[Connection]:
        """Like `write`; what the block deletes is gone from what the database keeps on its disk, too, when it ends."""

    @abstractmethod
    def stamp(self) -> str:
        """What differs as soon as anybody has written, in this process or another; it costs less than any question.

        It may differ though nothing was written. Raises StoreError.
        """

    @abstractmethod
    def lock(self, name: bytes) -> AbstractContextManager[Lock]:
        """A lock that all who use this record share. It is let go of at the end of the block. Raises StoreError."""

    @abstractmethod
    def locks(self, names: Sequence[bytes]) -> AbstractContextManager[Sequence[bool]]:
        """Take those of these locks that nobody has, without waiting; gives which of them. Raises StoreError."""

    @abstractmethod
    def is_damaged(self) -> bool:
        """Whether something in it is not as cardwarden wrote it: then what a caller met is no bug of its own."""

    @abstractmethod
    def probe(self) -> None:
        """Whether it can be read and written now. Raises StoreError if not, ReplacedError if it is another one now."""

    @abstractmethod
    def check(self) -> None:
        """A quick look for damage, before much is done to it. Raises StoreError if there is any."""

    @abstractmethod
    def broken(self) -> str:
        """What is wrong with it below the level of rows, after a thorough look; "" if nothing is. Raises StoreError."""

    @abstractmethod
    def size(self) -> int:
        """Bytes on the disk. Raises StoreError."""

    @abstractmethod
    def backup(self, to: Path) -> None:
        """Copy the record as it is now into a new file, readable by its owner alone; others may write meanwhile.

        The file has its name only when it is whole and on the disk. Raises FileExistsError, OSError, StoreError, and
        RefusedError if the database has tools of its own for that.
        """

    @abstractmethod
    def take_away(self, connection: Connection) -> None:
        """Within a `write`: nothing of the record is left when that ends, and whoever has it open meets a StoreError."""

    @abstractmethod
    def clear_away(self) -> None:
        """Close it, and remove what is left of a record that was taken away. Raises OSError."""

    @abstractmethod
    def close(self) -> None:
        """Let go of it."""
