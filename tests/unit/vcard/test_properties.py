"""The table of properties says of each what it is called and how it is compared."""

from __future__ import annotations

import pytest

from cardwarden.vcard.properties import ALIASES, ROWS, label, row

RFC = """
FN N NICKNAME PHOTO BDAY ANNIVERSARY GENDER ADR TEL EMAIL IMPP LANG TZ GEO TITLE ROLE LOGO ORG MEMBER RELATED
CATEGORIES NOTE PRODID REV SOUND UID CLIENTPIDMAP URL VERSION KEY FBURL CALADRURI CALURI XML SOURCE KIND NAME
PROFILE LABEL MAILER AGENT CLASS SORT-STRING BIRTHPLACE DEATHPLACE DEATHDATE EXPERTISE HOBBY INTEREST
ORG-DIRECTORY CONTACT-URI CREATED GRAMGENDER LANGUAGE PRONOUNS SOCIALPROFILE JSPROP
"""


@pytest.mark.parametrize("name", RFC.split())
def test_every_property_of_the_rfcs_has_a_row(name: str) -> None:
    assert ROWS[name].label


def test_every_alias_leads_to_a_row() -> None:
    assert {alias.to for alias in ALIASES.values()} <= ROWS.keys()


def test_no_property_is_volatile_and_derived_at_once() -> None:
    assert [row.name for row in ROWS.values() if row.volatile and row.derived] == []


def test_an_unknown_property_is_plural_text_under_its_own_name() -> None:
    assert (row("X-SOME-THING").label, row("X-SOME-THING").plural) == ("some thing", True)
    assert label("") == "line that cannot be read"
