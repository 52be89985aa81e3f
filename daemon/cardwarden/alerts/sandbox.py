"""Renders one template of the owner's in a process of its own: nothing to reach, bounded time, memory and length.

`templates.py` starts it; JSON comes in and goes out. It imports only Jinja, and opens nothing.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any

SECONDS = 3
"""Of a processor, and about as long by the clock."""
_MEMORY = 512 * 1024 * 1024
LENGTH = 50_000
"""Characters of what comes out."""


def main() -> None:
    """Render `source` with `values`; answers {"text": ...}, {"error": ...} in Jinja's words, or {"is_too": "long"}.

    None of them holds a value, if it went wrong.
    """
    asked = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    json.dump(_rendered(str(asked["source"]), asked["values"], is_page=bool(asked["is_page"])), sys.stdout)


def _rendered(source: str, values: dict[str, Any], *, is_page: bool) -> dict[str, str]:
    """The answer. An error of the template's own is told by its kind, for its text may hold a contact's values."""
    from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError  # noqa: PLC0415
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415

    environment = ImmutableSandboxedEnvironment(autoescape=is_page, undefined=StrictUndefined, trim_blocks=True)
    try:
        length, parts = 0, []
        for part in environment.from_string(source).generate(values):
            length += len(part)
            if length > LENGTH:
                return {"is_too": "long"}
            parts.append(part)
    except TemplateSyntaxError as error:
        return {"error": f"line {error.lineno}: {error.message}"}
    except UndefinedError as error:
        return {"error": str(error.message)}  # names of the template's own
    except TemplateError as error:
        return {"error": type(error).__name__}
    except MemoryError:
        return {"is_too": "large"}
    except Exception as error:  # noqa: BLE001 - whatever a template does
        return {"error": type(error).__name__}
    return {"text": "".join(parts)}


if __name__ == "__main__":
    main()
