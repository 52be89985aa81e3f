"""Secrets stand elsewhere: the settings hold references, which are resolved when the secret is used."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, StringConstraints

from cardwarden.errors import SettingsError

KINDS = ("env", "file", "credential")

# Whoever writes the secret itself where its name belongs must not see it again in an error text.
EnvName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
CredentialName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$")]


def check_one_reference(options: BaseModel, secret: str) -> None:
    """Raises ValueError unless exactly one of `{secret}_env`, `{secret}_file` and `{secret}_credential` is set."""
    if len(_given(options, secret)) != 1:
        raise ValueError(f"write exactly one of {', '.join(f'{secret}_{kind}' for kind in KINDS)}")


def resolve(options: BaseModel, secret: str, where: str, environ: Mapping[str, str]) -> str:
    """The secret that `options` refers to, without the line end of a file.

    `where` is the table's path in the settings, such as `alerts.channels.phone`.
    Raises SettingsError, which names the place and never the secret.
    """
    [(kind, reference)] = _given(options, secret).items()
    key = f"{where}.{secret}_{kind}"
    match kind:
        case "env":
            place, value = f"the environment variable {reference}", environ.get(reference)
            if value is None:
                raise SettingsError(f"{key}: {place} is not set. Set it for the user that runs cardwarden.")
        case "file":
            place, value = reference, _read(Path(reference), key)
        case _:
            folder = environ.get("CREDENTIALS_DIRECTORY")
            if not folder:
                raise SettingsError(
                    f"{key}: the credential {reference} is there only when systemd starts cardwarden with "
                    f"LoadCredential=. Start it through its service, or use {secret}_file."
                )
            place, value = f"the credential {reference}", _read(Path(folder, reference), key)
    if not value.strip():
        raise SettingsError(f"{key}: {place} is empty. Write the secret into it.")
    return value


def _given(options: BaseModel, secret: str) -> dict[str, str]:
    references = {kind: getattr(options, f"{secret}_{kind}", None) for kind in KINDS}
    return {kind: str(reference) for kind, reference in references.items() if reference is not None}


def _read(path: Path, key: str) -> str:
    try:
        return path.read_text("utf-8").rstrip("\r\n")
    except OSError as error:
        raise SettingsError(
            f"{key}: {path} cannot be read ({error.strerror}). It must be a file that this user may read."
        ) from error
    except UnicodeDecodeError:
        # without its cause: that one carries the bytes
        raise SettingsError(f"{key}: {path} is not UTF-8 text. Write the secret into it as text.") from None
