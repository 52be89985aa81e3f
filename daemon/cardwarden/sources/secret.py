"""A secret as the settings name it: by a reference to where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from cardwarden.errors import WrongValueError
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.sources.options import Options

KINDS = ("env", "file", "command", "credential")

# Whoever writes the secret itself where its name belongs must not see it again in an error text.
EnvName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
CredentialName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$")]
SecretCommand = Annotated[tuple[str, ...], Field(min_length=1)]
"""A program and its arguments; no shell reads them. It prints the secret."""


def given(options: BaseModel, secret: str) -> dict[str, object]:
    """The references to `secret` that are set, by kind: `{"env": "NTFY_URL"}`."""
    references = {kind: getattr(options, f"{secret}_{kind}", None) for kind in KINDS}
    return {kind: reference for kind, reference in references.items() if reference is not None}


def references(table: Options, where: str = "") -> Iterator[tuple[Options, str, str]]:
    """The references to secrets in a table of the settings and in those below it: the table, the secret, the table's path.

    They are told by their names, so that a new kind of secret is found, too.
    """
    fields = type(table).model_fields
    named = (key.removesuffix(f"_{kind}") for key in fields for kind in KINDS if key.endswith(f"_{kind}"))
    yield from ((table, secret, where) for secret in dict.fromkeys(named) if given(table, secret))
    for key in fields:
        below = getattr(table, key)
        for name, value in below.items() if isinstance(below, Mapping) else [("", below)]:
            if isinstance(value, Options):
                yield from references(value, ".".join(filter(None, (where, key, name))))


def check_one_reference(options: BaseModel, secret: str) -> None:
    """Raises ValueError unless exactly one of the keys for `secret`, such as `{secret}_env`, is set."""
    if len(given(options, secret)) != 1:
        raise WrongValueError(phrase("write-one-reference", keys=Code(", ".join(keys(options, secret)))))


def keys(options: BaseModel, secret: str) -> list[str]:
    """The keys under which these options take a reference to `secret`."""
    return [key for kind in KINDS if (key := f"{secret}_{kind}") in type(options).model_fields]
