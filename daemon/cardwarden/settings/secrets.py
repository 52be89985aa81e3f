"""Secrets stand elsewhere: the settings hold references, which are resolved when the secret is used."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel

from cardwarden.errors import SettingsError
from cardwarden.sources.secret import given

_PATIENCE = 60  # seconds: a password manager may ask its owner


def resolve(options: BaseModel, secret: str, where: str, environ: Mapping[str, str]) -> str:
    """The secret that `options` refers to, without the line end of a file.

    `where` is the table's path in the settings, such as `alerts.channels.phone`.
    Raises SettingsError, which names the place and never the secret.
    """
    [(kind, reference)] = given(options, secret).items()
    return read(kind, reference, f"{where}.{secret}", environ)


def read(kind: str, reference: object, secret: str, environ: Mapping[str, str]) -> str:
    """The secret behind one reference; `secret` is what its keys begin with, such as `sources.family.password`.

    Raises SettingsError, which names the place and never the secret.
    """
    key = f"{secret}_{kind}"
    match kind, reference:
        case "env", str(name):
            place, value = f"the environment variable {name}", environ.get(name)
            if value is None:
                raise SettingsError(f"{key}: {place} is not set. Set it for the user that runs cardwarden.")
        case "file", _:
            place, value = str(reference), _read(Path(str(reference)), key)
        case "command", (str(program), *arguments):
            place, value = f"what {program} printed", _printed([program, *map(str, arguments)], key)
        case _:
            folder = environ.get("CREDENTIALS_DIRECTORY")
            if not folder:
                raise SettingsError(
                    f"{key}: the credential {reference} is there only when systemd starts cardwarden with "
                    f"LoadCredential=. Start it through its service, or use {secret.rpartition('.')[2]}_file."
                )
            place, value = f"the credential {reference}", _read(Path(folder, str(reference)), key)
    if not value.strip():
        raise SettingsError(f"{key}: {place} is empty. Write the secret into it.")
    return value


def _printed(command: Sequence[str], key: str) -> str:
    """The first line that a program prints. Nothing that it prints reaches an error."""
    try:
        done = subprocess.run(  # noqa: S603 - the owner of the settings names it
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise SettingsError(f"{key}: {command[0]} did not end within {_PATIENCE} seconds.") from None
    except (OSError, ValueError):
        raise SettingsError(
            f"{key}: {command[0]} cannot be started. Write its whole path, and check its rights."
        ) from None
    if done.returncode:
        raise SettingsError(f"{key}: {command[0]} failed (exit code {done.returncode}). Run it by hand to see why.")
    try:
        return done.stdout.decode("utf-8").partition("\n")[0].rstrip("\r")
    except UnicodeDecodeError:
        raise SettingsError(f"{key}: {command[0]} did not print UTF-8 text.") from None


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
