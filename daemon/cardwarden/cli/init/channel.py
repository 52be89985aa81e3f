"""The questions about a way to the owner's phone; a message is sent there before anything is written."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace

from cardwarden.alerts.channel import UndeliveredError
from cardwarden.cli.init.asking import Asker, Question
from cardwarden.cli.init.plan import SetupPlan
from cardwarden.cli.output import say
from cardwarden.cli.speech import reader
from cardwarden.cli.texts import init_text
from cardwarden.errors import SettingsError, UsageError
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.setup.book import free_name
from cardwarden.setup.document import tables_of, with_channel
from cardwarden.setup.topic import address_of, new_topic, page_of
from cardwarden.setup.trial import send_test


@dataclass(frozen=True, slots=True)
class ChannelWishes:
    """What the options say of the channel."""

    channel: str | None
    channel_name: str | None
    channel_env: str | None
    ntfy_server: str

    @classmethod
    def of(cls, options: Mapping[str, object]) -> ChannelWishes:
        return cls(**{key: options[key] for key in cls.__slots__})  # type: ignore[arg-type]


def ask_channel(asker: Asker, plan: SetupPlan, wishes: ChannelWishes, *, test: bool | None) -> SetupPlan:
    """The plan with a channel more, or as it is if none is wanted. Raises UndeliveredError if nobody may be asked again."""
    taken = tables_of(plan.document, "alerts", "channels")
    given = wishes.channel or ("apprise" if wishes.channel_env else None)
    while True:
        say()
        answers = [("ntfy", "channel-ntfy"), ("apprise", "channel-apprise"), ("none", "channel-none")]
        kind = asker.choice(Question("channel", "--channel"), answers, given)
        if kind == "none":
            say(init_text("no-channel"), "yellow")
            return plan
        address = _new_topic(asker, wishes.ntfy_server) if kind == "ntfy" else _address(asker, wishes)
        if _arrives(asker, address, test):
            break
        given = None
        wishes = replace(wishes, channel_env=None)
    name = wishes.channel_name or free_name("phone", taken, otherwise="phone")
    if name in taken or name != free_name(name, (), otherwise=""):
        why = phrase("init-name-taken") if name in taken else phrase("init-name-letters")
        raise UsageError(phrase("usage-of-option", option=Code("--channel-name"), why=why))
    file = plan.secret_file(f"{name}-url")
    document = with_channel(plan.document, name, {"url_file": str(file)}, reader())
    return replace(plan.with_secret(file, address), document=document)


def _new_topic(asker: Asker, server: str) -> str:
    topic = new_topic()
    say()
    say(init_text("ntfy-about"))
    say()
    say(init_text("ntfy-topic"))
    say(f"  {topic}", "bold")
    say(f"  {page_of(topic, server)}")
    asker.ready(Question("ntfy-ready", "--channel"))
    return address_of(topic, server)


def _address(asker: Asker, wishes: ChannelWishes) -> str:
    if wishes.channel_env:
        try:
            return os.environ[wishes.channel_env]
        except KeyError:
            option, name = Code("--channel-env"), Code(wishes.channel_env)
            raise SettingsError(phrase("option-env-unset", option=option, name=name)) from None
    say(init_text("apprise-about"))
    return asker.secret(Question("apprise", "--channel-env")).strip()


def _arrives(asker: Asker, address: str, wanted: bool | None) -> bool:
    """Whether a test message came, or none was wanted."""
    if not asker.yes(Question("test", "--test"), given=wanted):
        return True
    try:
        send_test("phone", address, reader())
    except UndeliveredError as error:
        if asker.unattended:
            raise
        say(init_text("not-sent", reason=str(error)), "yellow")
        return False
    say(init_text("sent"))
    return asker.yes(Question("arrived", "--no-test"))
