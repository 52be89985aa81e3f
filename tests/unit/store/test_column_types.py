"""Values come back from their columns as they went in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from cardwarden.store.column_types import OneOf, Raw, Timestamp

DIALECT = sqlite.dialect()


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    raw = Raw()
    assert raw.result_processor(DIALECT, None)(raw.process_bind_param(text, DIALECT)) == text


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.timezones()))  # noqa: DTZ001
def test_a_time_keeps_its_milliseconds(moment: datetime) -> None:
    kept = Timestamp().process_result_value(Timestamp().process_bind_param(moment, DIALECT), DIALECT)
    assert kept is not None
    assert timedelta() <= moment - kept < timedelta(milliseconds=1)


def test_a_time_comes_back_in_utc() -> None:
    tokyo = datetime(2026, 1, 1, 9, tzinfo=timezone(timedelta(hours=9)))
    kept = Timestamp().process_result_value(Timestamp().process_bind_param(tokyo, DIALECT), DIALECT)
    assert kept == datetime(2026, 1, 1, tzinfo=UTC)
    assert kept.tzinfo is UTC


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        Timestamp().process_bind_param(datetime(2026, 1, 1), DIALECT)  # noqa: DTZ001


class Colour(StrEnum):
    RED = "red"


def test_a_word_comes_back_as_the_value_of_its_set_and_another_one_is_refused() -> None:
    column = OneOf(Colour)
    assert column.process_result_value(column.process_bind_param(Colour.RED, DIALECT), DIALECT) is Colour.RED
    with pytest.raises(ValueError, match="blue"):
        column.process_result_value("blue", DIALECT)
