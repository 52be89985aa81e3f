"""What the source `google-people` can be told."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from cardwarden.errors import WrongValueError
from cardwarden.phrases.phrase import phrase
from cardwarden.sources.carddav_options import WebAddress
from cardwarden.sources.files import Location
from cardwarden.sources.options import SourceOptions
from cardwarden.sources.secret import CredentialName, check_one_reference


class PeopleOptions(SourceOptions):
    """Google Contacts by the People API, which also knows labels of one's own and birthdays without a year. Read only."""

    type: Literal["google-people"]
    login_file: Location | None = Field(default=None, description="the file where `cardwarden login` keeps a sign-in")
    login_credential: CredentialName | None = Field(
        default=None, description="or the systemd credential that holds such a sign-in"
    )
    url: WebAddress = Field(default="https://people.googleapis.com/", description="where the People API is")
    tls_ca: Location | None = Field(default=None, description="certificates to trust instead of the system's, as PEM")

    @model_validator(mode="after")
    def _can_be_read_only(self) -> PeopleOptions:
        check_one_reference(self, "login")
        if self.restore:
            raise WrongValueError(phrase("write-read-only-people"))
        return self
