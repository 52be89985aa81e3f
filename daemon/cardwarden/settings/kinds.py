"""The kinds of sources: what `type` may say, and which options each has. Only those that a file names are loaded."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias, get_args

from pydantic_core.core_schema import CoreSchema, no_info_plain_validator_function, tagged_union_schema

from cardwarden.sources.options import SourceOptions
from cardwarden.sources.preset_names import PresetName

if TYPE_CHECKING:
    from cardwarden.sources.carddav_options import CarddavOptions
    from cardwarden.sources.graph_options import GraphOptions
    from cardwarden.sources.jmap_options import JmapOptions
    from cardwarden.sources.people_options import PeopleOptions
    from cardwarden.sources.vcf_file_options import VcfFileOptions
    from cardwarden.sources.vdir_options import VdirOptions

# MODULE:CLASS of `cardwarden.sources`.
SOURCES: Final[Mapping[str, str]] = {
    "vdir": "vdir_options:VdirOptions",
    "vcf-file": "vcf_file_options:VcfFileOptions",
    "carddav": "carddav_options:CarddavOptions",
    "google-people": "people_options:PeopleOptions",
    "microsoft": "graph_options:GraphOptions",
    "jmap": "jmap_options:JmapOptions",
}
TYPES: Final[Mapping[str, str]] = {**{kind: kind for kind in SOURCES}, **dict.fromkeys(get_args(PresetName), "carddav")}
"""What `type` may say, and which kind that is: one itself, or a service whose address is known."""


@cache
def options_of(kind: str) -> type[SourceOptions]:
    """What a source of this kind can be told."""
    module, _, name = SOURCES[kind].partition(":")
    options: type[SourceOptions] = getattr(import_module(f"cardwarden.sources.{module}"), name)
    return options


def _read(kind: str, table: object) -> SourceOptions:
    return options_of(kind).model_validate(table)


class _ByType:
    """Of a table: it is read as the options of what its `type` says."""

    def __get_pydantic_core_schema__(self, *_: object) -> CoreSchema:
        return tagged_union_schema(
            {word: no_info_plain_validator_function(partial(_read, kind)) for word, kind in TYPES.items()}, "type"
        )


if TYPE_CHECKING:
    AnySource: TypeAlias = VdirOptions | VcfFileOptions | CarddavOptions | PeopleOptions | GraphOptions | JmapOptions
else:
    AnySource = Annotated[SourceOptions, _ByType()]
