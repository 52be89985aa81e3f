"""The second process: bytes of cards come in, entries and packed bodies go out, until who started it has no more, or is gone.

`helper.py` starts it. It opens nothing: what goes over lies in the files in memory that it was given, by their numbers.
"""

from __future__ import annotations

import marshal
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any

from cardwarden.indexing.work import Terms, answer
from cardwarden.own_process import begin_beside

_ASKING, _ANSWERING = (
    0,
    1,
)  # standard input and output; what comes and goes is a byte, the place of the file whose turn it is


def main(files: Sequence[int]) -> None:
    """Answer until standard input ends."""
    begin_beside(signal.SIGINT)
    while place := os.read(_ASKING, 1):
        file = files[place[0]]
        region, usual, cards = taken(file)
        terms = Terms(region, usual)
        put(file, [answer(card, terms) for card in cards])
        os.write(_ANSWERING, place)


def put(file: int, value: Any) -> None:
    """Write a value of texts, bytes, numbers and tuples into a file in memory, in place of what it held."""
    data = memoryview(marshal.dumps(value))
    os.ftruncate(file, 0)
    written = 0
    while written < len(data):
        written += os.pwrite(file, data[written:], written)


def taken(file: int) -> Any:
    """What a file in memory holds. Raises EOFError, ValueError or TypeError if that was not written whole."""
    return marshal.loads(os.pread(file, os.fstat(file).st_size, 0))  # noqa: S302 - written by the same program


if __name__ == "__main__":
    main([int(file) for file in sys.argv[1:]])
    os._exit(0)  # it has nothing to tidy up, and somebody waits for its end
