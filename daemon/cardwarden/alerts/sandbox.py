"""Renders one template of the owner's in a process of its own: nothing to reach, bounded time, memory and length.

`templates.py` starts it; JSON comes in and goes out. It imports only Jinja, and opens nothing.
"""

from __future__ import annotations

import json
import re
import resource
import sys
from traceback import walk_tb
from typing import Any

SECONDS = 3
"""Of a processor, and about as long by the clock."""
_MEMORY = 512 * 1024 * 1024
LENGTH = 50_000
"""Characters of what comes out."""
_QUOTED = re.compile(r"'([^']*)'")


def main() -> None:
    """Render `source` with `values`; answers {"text": ...}, or what went wrong, none of which holds a value.

    {"is_too": "long"}, or {"error": its kind, "line": of the template, 0 if unknown, "said": Jinja's words about `source`,
    "name": what is not there and stands so in `source`}.
    """
    asked = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    json.dump(_rendered(str(asked["source"]), asked["values"], is_page=bool(asked["is_page"])), sys.stdout)


def _rendered(source: str, values: dict[str, Any], *, is_page: bool) -> dict[str, str | int]:
    """The answer. An error's own text may hold a contact's values: only what stands in the template is taken from it."""
    from jinja2 import StrictUndefined, TemplateSyntaxError, UndefinedError  # noqa: PLC0415
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415

    environment = ImmutableSandboxedEnvironment(autoescape=is_page, undefined=StrictUndefined, trim_blocks=True)
    try:
        length, parts = 0, []
        for part in environment.from_string(source).generate(values):
            length += len(part)
            if length > LENGTH:
                return {"is_too": "long"}
            parts.append(part)
    except TemplateSyntaxError as error:  # made of the source alone
        return {"error": "syntax", "line": error.lineno, "said": error.message or ""}
    except UndefinedError as error:
        asked = _QUOTED.findall(error.message or "")
        name = asked[-1] if asked and asked[-1] in source else ""
        return {"error": "undefined", "line": _line_of(error), "name": name}
    except MemoryError:
        return {"is_too": "large"}
    except Exception as error:  # noqa: BLE001 - whatever a template does
        return {"error": type(error).__name__, "line": _line_of(error)}
    return {"text": "".join(parts)}


def _line_of(error: Exception) -> int:
    """The template's line at which it failed; 0 if that is not known."""
    passed = walk_tb(error.__traceback__)
    return next((line for frame, line in reversed([*passed]) if frame.f_code.co_filename == "<template>"), 0)


if __name__ == "__main__":
    main()
