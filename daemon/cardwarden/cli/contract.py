"""The guide's page of JSON documents, and their JSON Schema: both are made of the types that the program fills in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import ConfigDict, TypeAdapter

from cardwarden.actions.queries.documents import API, DOCUMENTS

_HEAD = """\
# JSON

% Made of daemon/cardwarden/actions/queries/documents by docs/reference.py: make sample

With `--json` a command prints one JSON object and nothing else to standard output; the page's API answers with the same. This is
a contract: fields may be added, so read over those that you do not know; none goes away, is renamed or means something else
before a new first number of the version. Every field below is always there. Times are ISO 8601 with their offset. What is text
in the reader's language may be worded anew at any time: ask for its name (`phrase`, `rule`, `outcome`) instead.

An error is a sentence on standard error and an [exit code](exit-codes.md). For validators: `docs/reference/documents.schema.json`
(JSON Schema 2020-12).
"""


def schema() -> dict[str, Any]:
    """The JSON Schema of every document, each under its name in `$defs`."""
    kinds = dict.fromkeys(kind for answers in (DOCUMENTS, API) for kinds in answers.values() for kind in kinds)
    config = ConfigDict(use_attribute_docstrings=True)
    # The config of a dataclass of the standard library comes from what is around it: hence the list.
    adapters: list[tuple[str, Literal["validation"], TypeAdapter[Any]]] = [
        (kind.__name__, "validation", TypeAdapter(list[kind], config=config))  # type: ignore[valid-type]
        for kind in kinds
    ]
    _, whole = TypeAdapter.json_schemas(adapters, title="What cardwarden prints with --json")
    definitions = {name: _untitled(entry) for name, entry in sorted(whole["$defs"].items())}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": whole["title"], "$defs": definitions}


def _untitled(entry: dict[str, Any]) -> dict[str, Any]:
    """Without the titles that pydantic makes of the fields' names: they say nothing new."""
    kept = {key: value for key, value in entry.items() if key != "title"}
    if "properties" in kept:
        fields = kept["properties"].items()
        kept["properties"] = {name: {k: v for k, v in field.items() if k != "title"} for name, field in fields}
    return kept


def schema_text() -> str:
    return json.dumps(schema(), indent=2) + "\n"


def page() -> str:
    definitions = schema()["$defs"]
    tops = {kind.__name__ for answers in (DOCUMENTS, API) for kinds in answers.values() for kind in kinds}
    lines = [_HEAD, "## Who answers with what", "", "| asked | answered |", "|---|---|"]
    asked = {f"cardwarden {name} --json": kinds for name, kinds in DOCUMENTS.items()}
    asked |= {f"GET {path}": kinds for path, kinds in API.items()}
    lines += [f"| `{name}` | {' or '.join(_link(kind.__name__) for kind in kinds)} |" for name, kinds in asked.items()]
    for title, chosen in (("Documents", tops), ("What stands in them", definitions.keys() - tops)):
        lines += ["", f"## {title}"]
        for name in sorted(chosen):
            if "properties" in definitions[name]:
                lines += ["", f"### {name}", "", *_table(definitions[name], definitions)]
    return "\n".join(lines) + "\n"


def _table(entry: Mapping[str, Any], definitions: Mapping[str, Any]) -> Iterator[str]:
    yield entry["description"]
    yield ""
    yield "| field | value | meaning |"
    yield "|---|---|---|"
    for name, field in entry["properties"].items():
        yield f"| `{name}` | {_kind(field, definitions)} | {field['description']} |"


def _kind(field: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    """What may stand in a field, in a few words."""
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        return _link(name) if "properties" in definitions[name] else _kind(definitions[name], definitions)
    if "enum" in field:
        return ", ".join(f"`{word}`" for word in field["enum"])
    if "anyOf" in field:
        return " or ".join(_kind(choice, definitions) for choice in field["anyOf"])
    match field["type"]:
        case "array":
            return f"list of {_kind(field['items'], definitions)}"
        case "object":
            return f"object, each value {_kind(field['additionalProperties'], definitions)}"
        case "string" if field.get("format") == "date-time":
            return "time"
        case plain:
            return str(plain)


def _link(name: str) -> str:
    return f"[{name}](#{name.lower()})"
