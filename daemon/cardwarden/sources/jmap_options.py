"""What the source `jmap` can be told."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from cardwarden.errors import WrongValueError
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.sources.carddav_options import HostName, web_address
from cardwarden.sources.files import Location
from cardwarden.sources.options import SourceOptions
from cardwarden.sources.secret import CredentialName, EnvName, SecretCommand, check_one_reference, given, keys


def _session(url: str) -> str:
    """The address of a session; a server's own leads to its well-known one (RFC 8620, 2.2)."""
    split = urlsplit(web_address(url))
    return split._replace(path=split.path if split.path.strip("/") else "/.well-known/jmap").geturl()


SessionAddress = Annotated[str, AfterValidator(_session)]


class JmapOptions(SourceOptions):
    """The contacts of an account by JMAP (RFC 9610), such as Fastmail's. Read only."""

    type: Literal["jmap"]
    url: SessionAddress = Field(description="the server, or the address of its JMAP session")
    username: str | None = Field(default=None, min_length=1, description="the user's name there, with a password")
    password_env: EnvName | None = Field(default=None, description="the environment variable that holds the password")
    password_file: Location | None = Field(default=None, description="the file that holds the password")
    password_command: SecretCommand | None = Field(
        default=None, description="the program, with its arguments, that prints the password"
    )
    password_credential: CredentialName | None = Field(
        default=None, description="the systemd credential that holds the password"
    )
    bearer_env: EnvName | None = Field(
        default=None, description="instead of a user name and a password: the environment variable that holds a token"
    )
    bearer_file: Location | None = Field(default=None, description="the file that holds the token")
    bearer_command: SecretCommand | None = Field(
        default=None, description="the program, with its arguments, that prints the token"
    )
    bearer_credential: CredentialName | None = Field(
        default=None, description="the systemd credential that holds the token"
    )
    collections: Annotated[tuple[str, ...], Field(min_length=1)] = Field(
        default=("*",), description="names of the address books to guard; * stands for anything"
    )
    credential_hosts: tuple[HostName, ...] = Field(default=(), description="other hosts that may be sent the secret")
    tls_ca: Location | None = Field(default=None, description="certificates to trust instead of the system's, as PEM")

    @model_validator(mode="after")
    def _fits_together(self) -> JmapOptions:
        """Whether there is one way to log in, and whole. Raises ValueError."""
        if self.restore:
            raise WrongValueError(phrase("write-read-only-jmap"))
        if given(self, "bearer"):
            check_one_reference(self, "bearer")
            if self.username or given(self, "password"):
                raise WrongValueError(phrase("write-one-way-in", keys=Code(", ".join(keys(self, "bearer")))))
        elif self.username:
            check_one_reference(self, "password")
        else:
            raise WrongValueError(phrase("write-one-way-in", keys=Code(", ".join(keys(self, "bearer")))))
        return self
