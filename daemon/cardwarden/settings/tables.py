"""Tables within another that most files leave out: what reads one is made for those that write it."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic_core.core_schema import CoreSchema, no_info_plain_validator_function

from cardwarden.sources.options import Options

AnyOptions = TypeVar("AnyOptions", bound=Options)


class _ByItself:
    """The table around it is made without it."""

    def __get_pydantic_core_schema__(self, table: type[Options], _: object) -> CoreSchema:
        return no_info_plain_validator_function(table.model_validate)


Table = Annotated[AnyOptions, _ByItself()]
"""Its `default_factory` is `model_construct`, which needs no more than the defaults."""
