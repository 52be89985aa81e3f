"""An ordinary month of a household: edits, clients that rewrite whole books, and ten real damages hidden among them.

Everything follows from the seed. A household has one book, a folder of cards; each thing that happens is followed by a check
and a delivery, as the daemon does. The owner does what owners do: repairs damage when told, taps "that was me" on a question.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import phonenumbers

from cardwarden.actions.accept import accept
from cardwarden.detect.finding import Severity, State, Urgency
from cardwarden.store import findings as finding_store
from cardwarden.store.findings import StoredEvent
from support.receiver import Receiver
from support.world import World

SEED = 1  # of the page
BEGIN = datetime(2031, 1, 1, 6, 0, tzinfo=UTC)
DAYS = 30
DAMAGES = 10
NEEDLESS = 3  # times that somebody is told at once of what was no damage
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@dataclass(frozen=True)
class Contact:
    """A person, as its household means it. `numbers` and `mails` are (kind, value)."""

    uid: str
    given: str
    family: str
    numbers: tuple[tuple[str, str], ...]
    mails: tuple[tuple[str, str], ...] = ()
    company: str = ""
    street: str = ""
    town: str = ""
    note: str = ""
    birthday: str = ""
    picture: bytes = b""
    region: str = ""

    @property
    def file(self) -> str:
        return f"{self.uid}.vcf"


@dataclass(frozen=True)
class Land:
    """What names and numbers look like where a household lives; `reform` gives a number after its country's renumbering."""

    region: str
    family: tuple[str, ...]
    given: tuple[str, ...]
    towns: tuple[str, ...]
    mobile: Callable[[Random], str]
    fixed: Callable[[Random], str]
    code: str
    foreign: Callable[[Random], str]
    reform: Callable[[str], str]


def _digits(random: Random, count: int) -> str:
    return str(random.randrange(2, 9)) + "".join(str(random.randrange(10)) for _ in range(count - 1))


LANDS = (
    Land(
        "JP",
        ("佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤", "吉田", "山田"),
        ("花子", "太郎", "美咲", "健一", "陽子", "翔太", "由美", "大輔", "恵子", "直樹", "さくら", "拓也"),
        ("東京都港区", "横浜市西区", "大阪市北区"),
        lambda r: f"090-{_digits(r, 4)}-{_digits(r, 4)}",
        lambda r: f"03-{_digits(r, 4)}-{_digits(r, 4)}",
        "+81",
        lambda r: f"+521{_digits(r, 10)}",
        lambda number: number.replace("+521", "+52", 1),
    ),
    Land(
        "DE",
        (
            "Müller",
            "Schmidt",
            "Weber",
            "Fischer",
            "Becker",
            "Hoffmann",
            "Schäfer",
            "Koch",
            "Bauer",
            "Richter",
            "Krüger",
        ),
        ("Anna", "Jörg", "Lena", "Paul", "Sabine", "Thomas", "Jürgen", "Mia", "Felix", "Ursula", "Heinz", "Klara"),
        ("Berlin", "Köln", "München"),
        lambda r: f"0151 {_digits(r, 8)}",
        lambda r: f"030 {_digits(r, 8)}",
        "+49",
        lambda r: f"+2299{_digits(r, 7)}",
        lambda number: number.replace("+229", "+22901", 1),
    ),
    Land(
        "US",
        ("Smith", "Johnson", "Brown", "Garcia", "Miller", "Davis", "Wilson", "Moore", "Taylor", "Núñez", "Peña"),
        ("James", "Mary", "John", "Linda", "Robert", "Susan", "Carlos", "Emily", "Daniel", "Grace", "Henry", "Ruth"),
        ("Denver", "Boston", "Austin"),
        lambda r: f"({r.choice(('303', '617', '512'))}) {_digits(r, 3)}-{_digits(r, 4)}",
        lambda r: f"({r.choice(('720', '857', '737'))}) {_digits(r, 3)}-{_digits(r, 4)}",
        "+1",
        lambda r: f"+521{_digits(r, 10)}",
        lambda number: number.replace("+521", "+52", 1),
    ),
)


# How programs write one and the same contact: their properties, groups, encodings, and how they write numbers


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;").replace("\n", "\\n")


def _folded(line: str) -> str:
    """A long line as programs fold it (RFC 6350 section 3.2), at 75 characters."""
    return "\r\n ".join(line[at : at + 74] for at in range(0, len(line), 74))


def _formatted(number: str, region: str, style: int) -> str:
    """A number as a program writes it that formats what it knows; others stay as they were typed."""
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return number
    if not phonenumbers.is_valid_number(parsed):
        return number
    if phonenumbers.region_code_for_number(parsed) != region:
        style = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)


def _common(who: Contact, *, mail: str, tel: str, style: int | None = None) -> Iterator[str]:
    for kind, number in who.numbers:
        yield tel.format(kind) + (number if style is None else _formatted(number, who.region, style))
    yield from (mail.format(kind) + address for kind, address in who.mails)


def _picture(who: Contact, head: str) -> list[str]:
    return [_folded(head + base64.b64encode(who.picture).decode())] if who.picture else []


def _ios(who: Contact) -> list[str]:
    lines = ["PRODID:-//Apple Inc.//iPhone OS 18.1//EN", f"N:{who.family};{who.given};;;", f"FN:{_name(who)}"]
    lines += [f"ORG:{_escaped(who.company)};"] if who.company else []
    lines += _common(who, mail="EMAIL;type=INTERNET;type={}:", tel="TEL;type={};type=VOICE:")
    lines += [f"item1.ADR;type=HOME;type=pref:;;{_escaped(who.street)};{who.town};;;"] if who.street else []
    lines += [f"item1.X-ABADR:{who.region.lower()}"] if who.street else []
    lines += [f"NOTE:{_escaped(who.note)}"] if who.note else []
    lines += _picture(who, "PHOTO;ENCODING=b;TYPE=PNG:")
    return [*lines, *([f"BDAY;value=date:{who.birthday}"] if who.birthday else [])]


def _android(who: Contact) -> list[str]:
    lines = [f"N:{who.family};{who.given};;;", f"FN:{_name(who)}"]
    lines += _common(who, mail="EMAIL;TYPE={}:", tel="TEL;TYPE={}:", style=phonenumbers.PhoneNumberFormat.NATIONAL)
    lines += [f"ADR;TYPE=HOME:;;{_escaped(who.street)};{who.town};;;"] if who.street else []
    lines += [f"ORG:{_escaped(who.company)}"] if who.company else []
    lines += [f"NOTE:{_escaped(who.note)}"] if who.note else []
    lines += _picture(who, "PHOTO;ENCODING=B;TYPE=PNG:")
    return [*lines, *([f"BDAY:{who.birthday}"] if who.birthday else [])]


def _davx5(who: Contact) -> list[str]:
    lines = ["PRODID:DAVx5/4.4.3-ose ez-vcard/0.12.1", f"FN:{_name(who)}", f"N:{who.family};{who.given};;;"]
    lines += [f"TEL;TYPE={kind.lower()}:{number}" for kind, number in who.numbers]
    lines += [f"EMAIL;TYPE={kind.lower()}:{address}" for kind, address in who.mails]
    lines += [f"ORG:{_escaped(who.company)}"] if who.company else []
    lines += [f"ADR;TYPE=home:;;{_escaped(who.street)};{who.town};;;"] if who.street else []
    lines += [f"NOTE:{_escaped(who.note)}"] if who.note else []
    lines += _picture(who, "PHOTO:data:image/png;base64,")
    return [*lines, *([f"BDAY:{who.birthday.replace('-', '')}"] if who.birthday else [])]


def _nextcloud(who: Contact) -> list[str]:
    lines = ["PRODID:-//Sabre//Sabre VObject 4.5.4//EN", f"N:{who.family};{who.given};;;", f"FN:{_name(who)}"]
    lines += _common(who, mail='EMAIL;TYPE="{},PREF":', tel='TEL;TYPE="{},VOICE":')
    lines += [f"ADR;TYPE=HOME:;;{_escaped(who.street)};{who.town};;;"] if who.street else []
    lines += [f"ORG:{_escaped(who.company)}"] if who.company else []
    lines += [f"NOTE:{_escaped(who.note)}"] if who.note else []
    lines += _picture(who, "PHOTO;ENCODING=b;TYPE=image/png:")
    return [*lines, *([f"BDAY;VALUE=DATE:{who.birthday.replace('-', '')}"] if who.birthday else [])]


def _outlook(who: Contact) -> list[str]:
    """vCard 2.1, its letters in quoted-printable; an address stands there a second time, as a label."""

    def coded(head: str, value: str) -> str:
        if value.isascii():
            return f"{head}:{value}"
        code = "".join(f"={byte:02X}" if byte > 126 or byte in b"=\n" else chr(byte) for byte in value.encode())
        return f"{head};CHARSET=utf-8;ENCODING=QUOTED-PRINTABLE:{code}"

    lines = [coded("N;LANGUAGE=en-us", f"{who.family};{who.given}"), coded("FN", _name(who))]
    lines += [coded("ORG", who.company)] if who.company else []
    lines += [coded("NOTE", who.note)] if who.note else []
    style = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    lines += [f"TEL;{kind};VOICE:{_formatted(number, who.region, style)}" for kind, number in who.numbers]
    lines += [coded("ADR;HOME;PREF", f";;{who.street};{who.town};;;")] if who.street else []
    lines += [coded("LABEL;HOME;PREF", f"{who.street} {who.town}")] if who.street else []
    lines += ["X-MS-OL-DEFAULT-POSTAL-ADDRESS:1"] if who.street else []
    lines += [f"BDAY:{who.birthday.replace('-', '')}"] if who.birthday else []
    lines += [f"{_picture(who, 'PHOTO;TYPE=PNG;ENCODING=BASE64:')[0]}\r\n"] if who.picture else []
    return [*lines, *(f"EMAIL;{kind};INTERNET:{address}" for kind, address in who.mails)]


def _thunderbird(who: Contact) -> list[str]:
    lines = [f"N:{who.family};{who.given};;;", f"FN:{_name(who)}"]
    lines += [f"EMAIL;PREF=1;TYPE={kind}:{address}" for kind, address in who.mails]
    lines += [f"TEL;VALUE=TEXT;TYPE={kind.lower()}:{number}" for kind, number in who.numbers]
    lines += [f"NOTE:{_escaped(who.note)}"] if who.note else []
    lines += [f"ORG:{_escaped(who.company)}"] if who.company else []
    lines += [f"ADR;TYPE=home:;;{_escaped(who.street)};{who.town};;;"] if who.street else []
    lines += _picture(who, "PHOTO;VALUE=URI:data:image/png;base64,")
    return [*lines, *([f"BDAY;VALUE=DATE:{who.birthday.replace('-', '')}"] if who.birthday else [])]


CLIENTS: dict[str, tuple[str, Callable[[Contact], list[str]]]] = {
    "iOS": ("3.0", _ios),
    "Android": ("3.0", _android),
    "DAVx5": ("4.0", _davx5),
    "Nextcloud": ("3.0", _nextcloud),
    "Outlook": ("2.1", _outlook),
    "Thunderbird": ("4.0", _thunderbird),
}


def _name(who: Contact) -> str:
    return (
        f"{who.given} {who.family}" if who.given.isascii() or not _is_asian(who.family) else f"{who.family} {who.given}"
    )


def _is_asian(text: str) -> bool:
    return any(character > "\u3000" for character in text)


# The month


@dataclass
class Got:
    """What one household got.

    told        damages by name, and whether a message told them at the check that found them
    needless    titles of what was told at once though it was no damage, and whether it was a question
    digests     the lines of each digest
    pushes      everything that was told at once
    """

    region: str
    cards: int
    notified: dict[str, bool] = field(default_factory=dict)
    needless: list[tuple[str, bool]] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)
    pushes: int = 0

    @property
    def notices(self) -> list[list[str]]:
        """The lines of each digest that say something of the book."""
        return [[line for line in digest.splitlines() if line.startswith("•")] for digest in self.digests]

    @property
    def is_quiet(self) -> bool:
        """Whether every damage was told at once, and of the rest a few questions at most, and one digest a day."""
        questions = [is_question for _, is_question in self.needless]
        return (
            len(self.notified) == DAMAGES
            and all(self.notified.values())
            and len(questions) <= NEEDLESS
            and all(questions)
            and len(self.digests) <= DAYS + 1
        )


@dataclass
class Household:
    """One family's book, its programs and its month."""

    world: World
    land: Land
    random: Random
    receiver: Receiver
    got: Got
    phone: str = "iOS"
    people: dict[str, Contact] = field(default_factory=dict)
    written: dict[str, tuple[str, str]] = field(default_factory=dict)  # by UID: the client that wrote it last, its REV
    has_pictures: bool = True

    def save(self, who: Contact, client: str = "", *, rev: str = "") -> None:
        """A program writes a contact."""
        who = who if self.has_pictures else replace(who, picture=b"")
        client = client or self.phone
        rev = rev or f"{self.world.clock.at:%Y-%m-%dT%H:%M:%SZ}"
        self.people[who.uid] = who
        self.written[who.uid] = (client, rev)
        self.put(who, client, rev)

    def put(self, who: Contact, client: str, rev: str) -> None:
        version, lines_of = CLIENTS[client]
        stamp = rev if version != "4.0" else rev.replace("-", "").replace(":", "")
        lines = [f"VERSION:{version}", f"UID:{who.uid}", *lines_of(who), f"REV:{stamp}"]
        self.world.write(self.world.book / who.file, "\r\n".join(["BEGIN:VCARD", *lines, "END:VCARD", ""]).encode())

    def broken(self, who: Contact) -> None:
        """A program that goes wrong writes a contact back: it touches neither REV nor PRODID. What is meant stays known."""
        client, rev = self.written[who.uid]
        self.put(who, client, rev)

    def repair(self) -> None:
        """What is meant is written again."""
        wanted = {who.file for who in self.people.values()}
        for file in self.world.book.glob("*.vcf"):
            if file.name not in wanted:
                file.unlink()
        for uid, who in self.people.items():
            self.put(who, *self.written[uid])

    def check(self) -> list[StoredEvent]:
        """One check with its delivery; gives the events that were told at once."""
        before = len(self.receiver.requests)
        done = self.world.check()
        events = self.world.events(done)
        self.got.digests += [m["message"] for m in self.receiver.requests[before:] if _is_digest(m)]
        return [event for event in events if event.event.severity >= Severity.WARNING]

    def happens(self, what: Callable[[], None]) -> None:
        """Something ordinary: what is told at once of it is needless, and the owner says that it is right."""
        what()
        for event in self.check():
            self.got.pushes += 1
            is_question = event.event.severity is Severity.WARNING and any(
                one.finding.urgency in {Urgency.ASKED, Urgency.ASKED_UNSIGNED} for one in event.findings
            )
            self.got.needless.append((self.title(event), is_question))
            self.settle(event)

    def damaged(self, name: str, what: Callable[[], None]) -> None:
        """Real damage: it has to be told at once. The owner repairs the book."""
        what()
        events = self.check()
        self.got.pushes += len(events)
        self.got.notified[name] = bool(events)
        self.repair()
        self.check()

    def settle(self, event: StoredEvent) -> None:
        with self.world.program() as program:
            ids = [one.id for one in event.findings if one.state is State.OPEN]
            accept(program.store, ids, program.judging, program.clock, who="owner")

    def title(self, event: StoredEvent) -> str:
        with self.world.program() as program:
            return program.voice.title(event.event.title)

    def some(self, count: int = 1, **having: object) -> list[Contact]:
        people = [
            who for who in self.people.values() if all(bool(getattr(who, key)) == it for key, it in having.items())
        ]
        return self.random.sample(sorted(people, key=lambda who: who.uid), count)

    def open(self) -> int:
        with self.world.program() as program, program.store.read() as connection:
            return len(finding_store.open_findings(connection))


def _is_digest(message: dict[str, str]) -> bool:
    return message["title"].endswith("in your address books")


def _syllables(random: Random, *, asian: bool) -> str:
    return "".join(
        random.choice("樹香島岡崎沢野川原井村本" if asian else ("la", "ne", "ri", "so", "mu", "ka")) for _ in "12"
    )


def somebody(random: Random, land: Land, uid: str) -> Contact:
    """A made-up contact; what one has, another may not have."""
    given, family = random.choice(land.given), random.choice(land.family)
    if random.random() < 0.98:  # few people have a namesake in the same book
        given, family = (name + _syllables(random, asian=_is_asian(name)) for name in (given, family))
    numbers = [("CELL", land.mobile(random))]
    if random.random() < 0.4:
        numbers.append(("HOME", land.fixed(random)))
    if random.random() < 0.05:
        numbers.append(("WORK", land.foreign(random)))
    has = random.random
    return Contact(
        uid,
        given,
        family,
        tuple(numbers),
        ((("HOME", f"{uid.replace('-', '.')}@example.org"),) if has() < 0.6 else ()),
        f"Company {random.randrange(40)}" if has() < 0.3 else "",
        f"{random.randrange(1, 99)} Long Street" if has() < 0.4 else "",
        random.choice(land.towns) if has() < 0.9 else "",
        f"met at the summer party {random.randrange(2000, 2030)}, likes gardens" if has() < 0.3 else "",
        f"{random.randrange(1950, 2015)}-{random.randrange(1, 13):02}-{random.randrange(1, 29):02}"
        if has() < 0.3
        else "",
        PNG if has() < 0.1 else b"",
        land.region,
    )


def ordinary(home: Household) -> list[tuple[str, Callable[[], None]]]:
    """What happens in the month that is no damage."""
    random, land = home.random, home.land
    new = iter(range(10_000))

    def add() -> None:
        home.save(somebody(random, land, f"new-{next(new)}"))

    def new_note() -> None:
        [who] = home.some()
        home.save(replace(who, note="call before noon"))

    def new_number() -> None:
        [who] = home.some()
        home.save(replace(who, numbers=(("CELL", land.mobile(random)), *who.numbers[1:])))

    def second_number() -> None:
        [who] = home.some()
        home.save(replace(who, numbers=(*who.numbers, ("WORK", land.fixed(random)))))

    def marriage() -> None:
        [who] = home.some()
        family = next(name for name in land.family if name != who.family)
        home.save(replace(who, family=family))

    def move() -> None:
        for who in home.some(2, street=True):
            home.save(replace(who, street="7 New Road", town=land.towns[0]))

    def rewrite(client: str) -> Callable[[], None]:
        def write() -> None:
            for who in list(home.people.values()):
                home.save(who, client)

        return write

    def imported() -> None:
        for at in range(30):
            home.save(somebody(random, land, f"club-{at}"))

    def merged() -> None:
        [who] = home.some(mails=True)
        twin = replace(who, uid=f"{who.uid}-twin", mails=(), note="", numbers=who.numbers[:1])
        del home.people[who.uid]
        (home.world.book / who.file).unlink()
        home.save(replace(twin, numbers=who.numbers, mails=who.mails, note=who.note, street=who.street))

    def renumbered() -> None:
        for who in list(home.people.values()):
            after = tuple((kind, land.reform(number)) for kind, number in who.numbers)
            if after != who.numbers:
                home.save(replace(who, numbers=after))

    def birthday() -> None:
        [who] = home.some(birthday=False)
        home.save(replace(who, birthday="1980-05-06"))

    def removed() -> None:
        [who] = home.some()
        del home.people[who.uid]
        (home.world.book / who.file).unlink()

    month = [("a new contact", add)] * 6 + [("a note", new_note)] * 4 + [("a new number", new_number)] * 2
    month += [("a second number", second_number)] * 3 + [
        ("a marriage", marriage),
        ("a move", move),
        ("a removal", removed),
    ]
    month += [
        ("a birthday", birthday),
        ("an import of 30", imported),
        ("a merge", merged),
        ("a renumbering", renumbered),
    ]
    month += [(f"{client} rewrites the book", rewrite(client)) for client in CLIENTS for _ in range(2)]
    random.shuffle(month)
    return month


def damages(home: Household) -> list[tuple[str, Callable[[], None]]]:
    """Ten real damages."""
    random, land = home.random, home.land

    def mobile(change: Callable[[str], str], count: int = 1) -> Callable[[], None]:
        def damage() -> None:
            for who in home.some(count):
                (kind, number), *rest = who.numbers
                home.broken(replace(who, numbers=((kind, change(number)), *rest)))

        return damage

    def exchanged() -> None:
        one, other = home.some(2)
        home.broken(replace(one, numbers=other.numbers))
        home.broken(replace(other, numbers=one.numbers))

    def lookalike() -> None:
        [who] = home.some(mails=True)
        home.broken(replace(who, mails=(("HOME", who.mails[0][1].replace("example", "examp1e")),)))

    def mojibake() -> None:
        for who in [who for who in home.some(len(home.people)) if not who.family.isascii()][:3]:
            home.broken(replace(who, family=who.family.encode().decode("cp1252", "replace")))

    def cut() -> None:
        for who in home.some(3, note=True):
            home.broken(replace(who, note=who.note[:14]))

    def gone() -> None:
        for who in home.some(max(12, len(home.people) // 8)):
            (home.world.book / who.file).unlink()

    def mails_lost() -> None:
        for who in home.some(4, mails=True):
            home.broken(replace(who, mails=()))

    def doubled() -> None:
        for who in home.some(3):
            client, rev = home.written[who.uid]
            home.put(replace(who, uid=f"{who.uid}-copy"), client, rev)

    def stranger() -> None:
        [who] = home.some()
        home.broken(replace(who, numbers=(("CELL", land.mobile(random)),)))

    return [
        ("a + before national numbers", mobile(lambda number: "+" + number.replace("(", "").replace(")", ""), 5)),
        ("two digits of a number swapped", mobile(_swapped)),
        ("two people's numbers exchanged", exchanged),
        ("a look-alike mail address", lookalike),
        ("letters of the wrong character set", mojibake),
        ("notes cut", cut),
        ("a good part of the book gone", gone),
        ("mail addresses lost", mails_lost),
        ("contacts doubled", doubled),
        ("a stranger's number without a new REV", stranger),
    ]


def _swapped(number: str) -> str:
    at = next(at for at in range(len(number) - 2, 0, -1) if number[at].isdigit() and number[at + 1].isdigit()
              and number[at] != number[at + 1])  # fmt: skip
    return f"{number[:at]}{number[at + 1]}{number[at]}{number[at + 2 :]}"


def play(
    root: Path, land: Land, cards: int, seed: int, receiver: Receiver, *, some: Callable[[str], bool] = lambda _: True
) -> Got:
    """One household's month. `some` says which of the ordinary things and damages happen, by name."""
    random = Random(seed)
    world = World(
        root,
        settings=f'region = "{land.region}"\nlanguage = "en"\ntimezone = "UTC"\n',
        phone=receiver.url,
        more="[alerts]\nlimit = 1000\n",
    )
    world.clock.at = BEGIN
    home = Household(world, land, random, receiver, Got(land.region, cards))
    for at in range(cards):
        home.save(somebody(random, land, f"card-{at}"), random.choice(("iOS", "DAVx5")), rev="2030-06-01T10:00:00Z")
    home.check()
    happenings = [(name, what, False) for name, what in ordinary(home) if some(name)]
    for name, what in damages(home):
        if some(name):
            happenings.insert(random.randrange(len(happenings) + 1), (name, what, True))
    pause = timedelta(days=DAYS) / max(1, len(happenings))
    began = world.clock.at
    for at, (name, what, is_damage) in enumerate(happenings):
        world.clock.at = max(world.clock.at, began + at * pause)
        if is_damage:
            home.damaged(name, what)
        else:
            home.happens(what)
    return home.got


# The page of the guide


_PAGE = """# An ordinary month

What a household gets in a month in which nothing special happens, beside ten real damages that nobody sees coming.
`bench/ordinary_month.py` plays it: a folder of contacts, a check after each thing that happens, everything from one seed.

What happens that is no damage: six new contacts, notes, birthdays, new and second numbers, a marriage, a move, a removal, a
merge by hand, an import of 30, a country that renumbers, and twelve times a program writes the whole book anew, as iOS,
Android, DAVx5, Nextcloud, Outlook and Thunderbird do it: another version of vCard, other labels, letters in
quoted-printable, numbers formatted, pictures in another encoding, addresses a second time as labels.

The ten damages: {damages}.

The goal: every damage is told at once; at most {needless} times somebody is told at once of what was no damage, each time as a
question that one tap settles; one digest a day at most, of lines worth reading.

| household | contacts | damages told at once | messages | questions | false alarms | digests | their lines | most in one | goal |
|---|---|---|---|---|---|---|---|---|---|
{rows}

What stands in a month's digests (the Japanese household of {cards} contacts; names are made up):

{digest}
"""


def page(households: Sequence[Got]) -> str:
    """What came out, as a page of the guide."""
    first = households[0]
    return _PAGE.format(
        damages=", ".join(sorted(first.notified)),
        needless=NEEDLESS,
        rows="\n".join(map(row, households)),
        cards=first.cards,
        digest="\n".join("- " + line.lstrip("•\u00a0 ") for lines in first.notices for line in lines),
    )


def row(got: Got) -> str:
    """One household's line of the table."""
    questions = sum(is_question for _, is_question in got.needless)
    sizes = [len(lines) for lines in got.notices]
    cells = (
        got.region, f"{got.cards:,}", f"{sum(got.notified.values())} of {len(got.notified)}", got.pushes, questions,
        len(got.needless) - questions, len(sizes), sum(sizes), max(sizes, default=0), "met" if got.is_quiet else "**missed**",
    )  # fmt: skip
    return f"| {' | '.join(map(str, cells))} |"
