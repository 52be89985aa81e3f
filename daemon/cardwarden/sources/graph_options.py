"""What the source `microsoft` can be told."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from cardwarden.errors import WrongValueError
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.sources.carddav_options import WebAddress
from cardwarden.sources.files import Location
from cardwarden.sources.options import SourceOptions
from cardwarden.sources.secret import CredentialName, check_one_reference


class GraphOptions(SourceOptions):
    """Outlook.com and Microsoft 365 contacts by Microsoft Graph, read only."""

    type: Literal["microsoft"]
    login_file: Location | None = Field(default=None, description="the file where `cardwarden login` keeps a sign-in")
    login_credential: CredentialName | None = Field(
        default=None, description="or the systemd credential that holds such a sign-in"
    )
    login_url: WebAddress = Field(
        default="https://login.microsoftonline.com/common/oauth2/v2.0/",
        description="where one signs in; an organisation of its own has its name instead of common",
    )
    url: WebAddress = Field(default="https://graph.microsoft.com/", description="where Microsoft Graph is")
    tls_ca: Location | None = Field(default=None, description="certificates to trust instead of the system's, as PEM")

    @model_validator(mode="after")
    def _can_be_read_only(self) -> GraphOptions:
        check_one_reference(self, "login")
        if self.restore:
            raise WrongValueError(phrase("write-read-only", service=Code("Microsoft Graph")))
        return self
