"""What databases have other words for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer, LargeBinary
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ColumnElement
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import NullType


class _Unaccepted(ColumnElement[bool]):
    inherit_cache = True
    _traverse_internals = []  # noqa: RUF012 - it says nothing but its name, so what it stands in is compiled once
    # A Boolean is asked whether it is 1, and then SQLite does not see that the index is meant.
    type = NullType()  # type: ignore[assignment]


UNACCEPTED = _Unaccepted()
"""Of a card: it is not what was accepted. The same words in the index and in queries, or SQLite does not use the index."""


class text_bytes(GenericFunction[bytes]):  # noqa: N801 - its name is the function's
    """The bytes of a text as they are kept, which may be no UTF-8 any more."""

    inherit_cache = True
    type = LargeBinary()


class flag_number(GenericFunction[int]):  # noqa: N801 - its name is the function's
    """A yes or no as the number that is kept, which may be neither 0 nor 1."""

    inherit_cache = True
    type = Integer()


@compiles(_Unaccepted)
def _unaccepted(_element: _Unaccepted, _compiler: Any, **_given: Any) -> str:
    return "base IS DISTINCT FROM CASE WHEN present THEN digest END"


@compiles(_Unaccepted, "sqlite")
def _unaccepted_in_sqlite(_element: _Unaccepted, _compiler: Any, **_given: Any) -> str:
    return "base IS NOT CASE WHEN present THEN digest END"  # it knows the standard's words since 3.39 only


@compiles(text_bytes)
def _bytes(element: text_bytes, compiler: Any, **given: Any) -> str:
    return f"convert_to({compiler.process(element.clauses, **given)}, 'UTF8')"


@compiles(text_bytes, "sqlite")
def _bytes_in_sqlite(element: text_bytes, compiler: Any, **given: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **given)} AS BLOB)"


@compiles(flag_number)
def _number(element: flag_number, compiler: Any, **given: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **given)} AS INTEGER)"


@compiles(flag_number, "sqlite")
def _number_in_sqlite(element: flag_number, compiler: Any, **given: Any) -> str:
    return f"({compiler.process(element.clauses, **given)})"
