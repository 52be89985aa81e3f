"""Secrets stand elsewhere: the settings hold references, which are resolved when the secret is used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel

from cardwarden.errors import SettingsError, because
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.sources.secret import given

_PATIENCE = 60  # seconds: a password manager may ask its owner


def resolve(options: BaseModel, secret: str, where: str, environ: Mapping[str, str]) -> str:
    """The secret that `options` refers to, without the line end of a file.

    `where` is the table's path in the settings, such as `alerts.channels.phone`.
    Raises SettingsError, which names the place and never the secret.
    """
    [(kind, reference)] = given(options, secret).items()
    return read_secret(kind, reference, f"{where}.{secret}", environ)


def read_secret(kind: str, reference: object, secret: str, environ: Mapping[str, str]) -> str:
    """The secret behind one reference; `secret` is what its keys begin with, such as `sources.family.password`.

    Raises SettingsError, which names the place and never the secret.
    """
    key = Code(f"{secret}_{kind}")
    match kind, reference:
        case "env", str(name):
            if name not in environ:
                raise SettingsError(phrase("secret-env-unset", key=key, name=Code(name)))
            value, empty = environ[name], phrase("secret-env-empty", key=key, name=Code(name))
        case "file", _:
            value = _read(Path(str(reference)), key)
            empty = phrase("secret-file-empty", key=key, path=Code(str(reference)))
        case "command", (str(program), *arguments):
            value = _printed([program, *map(str, arguments)], key)
            empty = phrase("secret-command-empty", key=key, program=Code(program))
        case _:
            folder = environ.get("CREDENTIALS_DIRECTORY")
            if not folder:
                instead = Code(f"{secret.rpartition('.')[2]}_file")
                raise SettingsError(
                    phrase("secret-credential-elsewhere", key=key, name=Code(str(reference)), instead=instead)
                )
            value = _read(Path(folder, str(reference)), key)
            empty = phrase("secret-credential-empty", key=key, name=Code(str(reference)))
    if not value.strip():
        raise SettingsError(empty)
    return value


def _printed(command: Sequence[str], key: Code) -> str:
    """The first line that a program prints. Nothing that it prints reaches an error."""
    import subprocess  # noqa: PLC0415 - most secrets stand in files

    program = Code(command[0])
    try:
        done = subprocess.run(  # noqa: S603 - the owner of the settings names it
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise SettingsError(phrase("secret-command-slow", key=key, program=program, count=_PATIENCE)) from None
    except (OSError, ValueError):
        raise SettingsError(phrase("secret-command-not-started", key=key, program=program)) from None
    if done.returncode:
        raise SettingsError(phrase("secret-command-failed", key=key, program=program, code=str(done.returncode)))
    try:
        return done.stdout.decode("utf-8").partition("\n")[0].rstrip("\r")
    except UnicodeDecodeError:
        raise SettingsError(phrase("secret-command-no-text", key=key, program=program)) from None


def _read(path: Path, key: Code) -> str:
    try:
        return path.read_text("utf-8").rstrip("\r\n")
    except OSError as error:
        raise SettingsError(
            phrase("secret-file-unreadable", key=key, path=Code(str(path)), why=because(error))
        ) from error
    except UnicodeDecodeError:
        # without its cause: that one carries the bytes
        raise SettingsError(phrase("secret-file-no-text", key=key, path=Code(str(path)))) from None
