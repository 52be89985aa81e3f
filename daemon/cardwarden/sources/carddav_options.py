"""What the source `carddav` can be told; apart from it, so that reading the settings does not load a network library."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from cardwarden.errors import WrongValueError
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.sources.files import Location
from cardwarden.sources.options import SourceOptions
from cardwarden.sources.preset_names import PresetName
from cardwarden.sources.presets import PRESETS, filled_in
from cardwarden.sources.secret import CredentialName, EnvName, SecretCommand, check_one_reference, given, keys


def web_address(url: str) -> str:
    """`url` with a scheme. Raises ValueError, without the address: it may hold a password."""
    url = url if "://" in url else f"https://{url}"
    try:
        split = urlsplit(url)
        usable = split.scheme in {"http", "https"} and bool(split.hostname) and split.port != 0
    except ValueError:
        usable = False
    if not usable or any(character <= " " for character in url):
        raise WrongValueError(phrase("write-web-address", example=Code("https://contacts.example.org/")))
    if "@" in split.netloc:
        raise WrongValueError(phrase("write-no-password-there"))
    return split._replace(fragment="", path=split.path or "/").geturl()


def _host(host: str) -> str:
    if "/" in host or "@" in host or not host.strip(".*:"):
        raise WrongValueError(phrase("write-host"))
    return host.lower()


WebAddress = Annotated[str, AfterValidator(web_address)]
HostName = Annotated[str, AfterValidator(_host)]


class CarddavOptions(SourceOptions):
    """A CardDAV server, or one address book on it."""

    type: Literal["carddav"] | PresetName
    url: WebAddress = Field(
        description="the server, or one address book on it; a service's own type, such as icloud, knows its address"
    )
    username: str | None = Field(default=None, min_length=1, description="the user's name there")
    password_env: EnvName | None = Field(default=None, description="the environment variable that holds the password")
    password_file: Location | None = Field(
        default=None, description="the file that holds the password; or use password_env, _command or _credential"
    )
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
    login_file: Location | None = Field(
        default=None, description="instead of a password: the file where `cardwarden login` keeps a sign-in"
    )
    login_credential: CredentialName | None = Field(
        default=None, description="or the systemd credential that holds such a sign-in"
    )
    collections: Annotated[tuple[str, ...], Field(min_length=1)] = Field(
        default=("*",), description="names of the address books to guard; * stands for anything"
    )
    tls_ca: Location | None = Field(default=None, description="certificates to trust instead of the system's, as PEM")
    tls_cert: Location | None = Field(default=None, description="a client certificate, as PEM")
    tls_key: Location | None = Field(default=None, description="its key, if tls_cert does not hold it")
    credential_hosts: tuple[HostName, ...] = Field(default=(), description="other hosts that may be sent the password")
    access_log: Location | None = Field(
        default=None,
        description="the server's access log (Radicale, nginx, Apache), if it is here: it says who wrote a card",
    )
    vcard: Literal["3.0", "4.0"] = Field(default="3.0", description="4.0 is asked for if the server offers it")
    max_bytes: int = Field(default=16_000_000, gt=0, description="a larger card is not read, and that is said")

    @model_validator(mode="before")
    @classmethod
    def _know_the_service(cls, options: Any) -> Any:
        return filled_in(options) if isinstance(options, Mapping) else options

    @field_validator("url", mode="after")
    @classmethod
    def _complete_the_address(cls, url: str, context: ValidationInfo) -> str:
        preset = PRESETS.get(str(context.data.get("type")))
        return preset.address(url) if preset and not preset.url else url

    @model_validator(mode="after")
    def _fits_together(self) -> CarddavOptions:
        """Whether there is one way to log in, and whole. Raises ValueError."""
        password, bearer = given(self, "password"), given(self, "bearer")
        if bearer and (password or self.username):
            raise WrongValueError(phrase("write-one-way-in", keys=Code(", ".join(keys(self, "bearer")))))
        preset = PRESETS.get(self.type)
        if given(self, "login"):
            check_one_reference(self, "login")
            if password or bearer:
                raise WrongValueError(phrase("write-login-alone"))
        elif preset and preset.signs_in:
            raise WrongValueError(phrase("write-login", type=Code(self.type), command=Code("cardwarden login")))
        elif self.username:
            check_one_reference(self, "password")
        elif password:
            raise WrongValueError(phrase("write-username-too"))
        if bearer:
            check_one_reference(self, "bearer")
        if self.tls_key and not self.tls_cert:
            raise WrongValueError(phrase("write-certificate-too"))
        return self
