"""`cardwarden init`: a few questions, and address books are guarded."""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import replace
from pathlib import Path

import click

from cardwarden.cli.init.asking import Asker, Question
from cardwarden.cli.init.book import AskedBook, BookWishes, ask_book
from cardwarden.cli.init.channel import ChannelWishes, ask_channel
from cardwarden.cli.init.guarded import GuardedWishes, ask_guarded
from cardwarden.cli.init.plan import SetupPlan, carried_out, show_plan
from cardwarden.cli.options import config_option, given_config, household
from cardwarden.cli.output import say, say_whole, tell
from cardwarden.cli.results import print_result
from cardwarden.cli.speech import reader, speak
from cardwarden.cli.texts import init_text
from cardwarden.cli.waiting import say_waiting
from cardwarden.clock import SystemClock
from cardwarden.doctor.machine import Machine
from cardwarden.doctor.patient import patient
from cardwarden.doctor.result import Diagnosis
from cardwarden.errors import RefusedError, UsageError, WrongValueError
from cardwarden.phrases.language import LANGUAGES, Voice, language_of_environment
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.settings.load import parse
from cardwarden.settings.places import HOUSEHOLDS
from cardwarden.setup import files, service
from cardwarden.setup.book import SERVER_TYPES
from cardwarden.setup.country import likely_country
from cardwarden.setup.document import new_document, setting_of, tables_of, with_region
from cardwarden.setup.home import SERVICE_USER, Home, InstallKind, guessed, home_of, service_owner
from cardwarden.vcard.regions import REGIONS


@click.command("init")
@click.option(
    "--for", "whom", type=click.Choice([kind.value for kind in InstallKind]), help="Whose it is; found out without it."
)
@click.option("--language", type=click.Choice(LANGUAGES), help="Yours: of these questions, and of what is sent.")
@click.option("--region", metavar="CC", help="Your country, such as JP: numbers without a country code are from there.")
@click.option("--book", metavar="PLACE", help="A folder, a .vcf file, a mail address, a host or a web address.")
@click.option(
    "--type",
    "kind",
    type=click.Choice(SERVER_TYPES),
    metavar="SERVICE",
    help="What the server is, such as nextcloud; found out without it.",
)
@click.option("--name", metavar="NAME", help="What the book is called in the settings.")
@click.option("--username", metavar="NAME", help="The user's name on the server; none with a token.")
@click.option(
    "--password-env", metavar="VARIABLE", help="The environment variable that holds the password, or JMAP's token."
)
@click.option("--password-file", metavar="FILE", help="The file that holds it, and keeps it.")
@click.option("--sign-in", is_flag=True, help="Sign in to a Nextcloud in a browser, which makes an app password.")
@click.option("--client", metavar="FILE", help="Google: the OAuth client of yours, as its console gives it.")
@click.option("--client-id", metavar="ID", help="Microsoft: the application id of yours.")
@click.option("--paste", is_flag=True, help="Paste the address that the browser ends at: it is not on this machine.")
@click.option("--tls-ca", metavar="FILE", help="Certificates to trust for that server, as PEM.")
@click.option(
    "--credential-host",
    "credential_hosts",
    multiple=True,
    metavar="HOST",
    help="Another host that may get the password.",
)
@click.option(
    "--collection", "collections", multiple=True, metavar="NAME", help="Only this address book of the server."
)
@click.option("--guard", multiple=True, metavar="NAME", help="Guard this contact closely: each change is told at once.")
@click.option("--no-book", is_flag=True, help="Add no book, only a channel.")
@click.option(
    "--channel",
    type=click.Choice(["ntfy", "apprise", "none"]),
    help="Where alerts go: a new topic of ntfy's, an Apprise address, or nowhere yet.",
)
@click.option("--channel-name", metavar="NAME", help="What the channel is called in the settings.")
@click.option("--channel-env", metavar="VARIABLE", help="The environment variable that holds the Apprise address.")
@click.option("--ntfy-server", default="ntfy.sh", show_default=True, metavar="HOST", help="Whose ntfy to use.")
@click.option("--test/--no-test", "test", default=None, help="Send a test message, or do not.")
@click.option("--start/--no-start", "start", default=None, help="Start the service, or do not.")
@click.option("--yes", is_flag=True, help="Ask nothing: take what is ready for what no option says.")
@config_option
def command(
    whom: str | None,
    region: str | None,
    language: str | None,
    *,
    no_book: bool,
    test: bool | None,
    start: bool | None,
    yes: bool,
    guard: tuple[str, ...],
    **wishes: str,
) -> int:
    """Make a configuration by a few questions, try it, and start to guard.

    Nothing is written before it was shown. Run it again to add a book or a channel; the comments of the configuration
    stay. Every answer has an option, so that it can be scripted with --yes.
    """
    asker = Asker(unattended=yes)
    kind = InstallKind(whom) if whom else guessed(os.geteuid(), os.environ)
    home = home_of(kind, os.environ, Path.home(), given_config())
    before = files.read_if_there(home.config)
    files.refuse_unwritable(home.config)
    document = _text(home, before)
    if household() is not None or setting_of(document, HOUSEHOLDS) is not None:
        raise UsageError(phrase("init-of-server", command=Code("cardwarden household add NAME FILE")))
    spoken = _language(asker, document, language)
    speak(Voice(spoken))
    wishes_guarded = GuardedWishes.of(guard, document)
    say(init_text(f"for-{kind.value}", config=home.config))
    if before is not None:
        say(init_text("there-already", sources=", ".join(tables_of(document, "sources")) or "-"))
    wants_book, wants_channel = _wanted(asker, wishes, is_new=before is None, no_book=no_book)
    document, country = _with_region(asker, document, region)
    plan = SetupPlan(home, document, before)
    asked = AskedBook(plan)
    if wants_book:
        asked = ask_book(asker, plan, BookWishes.of(wishes), country)
    if wants_channel:
        asked = replace(asked, plan=ask_channel(asker, asked.plan, ChannelWishes.of(wishes), test=test))
    plan = ask_guarded(asker, asked, wishes_guarded)
    parse(plan.document, home.config, os.environ, Path.home())
    steps = _service(asker, home, start)
    show_plan(plan, steps)
    if not asker.yes(Question("write", "--yes")):
        raise RefusedError(phrase("init-nothing-written"))
    carried_out(plan, steps)
    if not asked.sign_in:
        _as_the_service_sees(home)
    _next(plan, asked.sign_in, started=bool(steps.after))
    return 0


def _as_the_service_sees(home: Home) -> None:
    """What keeps the service's user from reading a book: it was tried with the rights of whoever answered."""
    if home.kind is not InstallKind.SERVICE or not service_owner():
        return
    from cardwarden.doctor.checks.books import can_be_read  # noqa: PLC0415 - only root needs it
    from cardwarden.doctor.examine import examine_as  # noqa: PLC0415

    someone = patient(home.config, os.environ, Path.home(), SystemClock(), Machine(), say=say_waiting)
    results = examine_as(SERVICE_USER, someone, [can_be_read])
    if troubles := [result for result in results if result.verdict is Diagnosis.TROUBLE]:
        say()
        tell(phrase("init-own-rights"), "yellow")
        for result in troubles:
            print_result(result, reader())


def _language(asker: Asker, document: str, given: str | None) -> str:
    """The language of whoever reads: what the configuration says, else what was said, else the machine's if nobody is asked."""
    there = setting_of(document, "language")
    if there in LANGUAGES:
        if given and given != there:
            raise UsageError(phrase("settings-language-already", language=Code(there)))
        return there
    likely = given or language_of_environment(os.environ)
    if document:
        return likely
    answers = [(code, f"language-{code}") for code in sorted(LANGUAGES, key=lambda code: code != likely)]
    return asker.choice(Question("language", "--language"), answers, given)


def _text(home: Home, before: bytes | None) -> str:
    if before is None:
        return ""
    try:
        return before.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RefusedError(phrase("settings-left-no-text", path=Code(str(home.config)))) from None


def _wanted(asker: Asker, wishes: dict[str, str], *, is_new: bool, no_book: bool) -> tuple[bool, bool]:
    """Whether a book and a channel are to be added. A configuration without a book is none."""
    if is_new:
        if no_book:
            raise UsageError(phrase("setup-needs-a-book", option=Code("--no-book")))
        return True, True
    says_book, says_channel = bool(wishes["book"]), bool(wishes["channel"] or wishes["channel_env"])
    if no_book or says_book or says_channel:
        return says_book, says_channel or no_book
    answers = [("book", "add-book"), ("channel", "add-channel"), ("both", "add-both")]
    added = asker.choice(Question("what-to-add", "--book or --channel"), answers)
    return added != "channel", added != "book"


def _with_region(asker: Asker, document: str, given: str | None) -> tuple[str, str]:
    """The document with a country in it, and the country."""
    there = setting_of(document, "region")
    if there is not None:
        if given and given.upper() != there:
            raise UsageError(phrase("settings-region-already", region=there))
        return document, there
    question = Question("country", "--region")
    country = asker.value(question, _country, given, likely_country(os.environ, REGIONS))
    return (with_region(document, country) if document else new_document(country, reader())), country


def _country(said: str) -> str:
    if (country := said.strip().upper()) not in REGIONS:
        raise WrongValueError(phrase("init-no-country"))
    return country


def _service(asker: Asker, home: Home, given: bool | None) -> service.Steps:
    """What to run so that it is a service, if that is possible and wanted."""
    program = Path(sys.executable).parent / "cardwarden"
    if home.kind is InstallKind.CONTAINER or not service.has_systemd() or not program.exists():
        if given:
            raise UsageError(phrase("setup-no-systemd", option=Code("--start")))
        return service.Steps()
    wanted = asker.yes(Question("start", "--start"), given=given, default=not asker.unattended)
    return service.steps(home, str(program)) if wanted else service.Steps()


def _next(plan: SetupPlan, sign_in: str, *, started: bool) -> None:
    """Say what is to be done after the configuration is written: commands that can be copied."""
    home = plan.home
    say()
    say(init_text("done-started" if started else "done"), "bold")
    who = "docker compose exec cardwarden " if home.kind is InstallKind.CONTAINER else service.as_user(home)
    config = "" if home.is_usual else f" --config {home.config}"
    if sign_in:
        tell(phrase("init-next-sign-in"))
        say_whole(f"{'sudo ' if home.kind is InstallKind.SERVICE else ''}{sign_in}{config}", 2)
    match home.kind:
        case InstallKind.CONTAINER:
            lines = ["docker compose up -d"]
        case _ if started:
            lines = [f"{who}cardwarden status{config}"]
        case InstallKind.SERVICE:
            files = shlex.join(map(str, (home.config, *(path for path, _ in plan.secrets))))
            lines = [
                "sudo cardwarden systemd install",
                "sudo systemd-sysusers && sudo systemctl daemon-reload",
                *([] if service_owner() else [f"sudo chown {SERVICE_USER}: {files}"]),
                "sudo systemctl enable --now cardwarden",
            ]
        case _:
            lines = [f"{who}cardwarden check{config}", f"{who}cardwarden run{config}"]
    for line in lines:
        say_whole(line, 2)
    tell(phrase("init-next-doctor", command=Code(f"{who}cardwarden doctor{config}")))
