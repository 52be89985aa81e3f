"""Address books as households have them, made from a seed: the same seed and size give the same bytes."""

from __future__ import annotations

import base64
import quopri
import random
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

_EAST = (
    ("佐藤", "さとう"), ("鈴木", "すずき"), ("高橋", "たかはし"), ("田中", "たなか"), ("伊藤", "いとう"), ("渡辺", "わたなべ"),
    ("山本", "やまもと"), ("中村", "なかむら"), ("小林", "こばやし"), ("加藤", "かとう"), ("吉田", "よしだ"), ("山田", "やまだ"),
)  # fmt: skip
_EAST_GIVEN = (
    ("花子", "はなこ"), ("太郎", "たろう"), ("由美", "ゆみ"), ("健", "けん"), ("美咲", "みさき"), ("翔太", "しょうた"),
    ("愛", "あい"), ("大輔", "だいすけ"), ("直樹", "なおき"), ("恵子", "けいこ"),
)  # fmt: skip
_WEST = (
    "Schmidt", "Weber", "Müller", "Meyer", "Miller", "Brown", "Davis", "García", "Martin", "Rossi", "Novák", "O'Brien",
    "Jensen", "Åkesson", "Kowalski", "Smith",
)  # fmt: skip
_WEST_GIVEN = (
    "Anna",
    "Peter",
    "Mia",
    "Lukas",
    "Emma",
    "Noah",
    "José",
    "Zoë",
    "Jürgen",
    "Claire",
    "Tom",
    "Ingrid",
    "Paul",
    "Eva",
)
_WORDS = (
    "met", "at", "school", "work", "club", "friend", "of", "the", "family", "likes", "tea", "hiking", "since", "2009",
    "電話は夜だけ", "隣の家", "Nachbarn", "Schlüssel",
)  # fmt: skip
_PROGRAMS = ("-//Apple Inc.//iPhone OS 18.1//EN", "-//Sabre//Sabre VObject 4.5.4//EN", "ez-vcard 0.12.1", "")


def cards(count: int, *, pictures: bool = True, seed: int = 1) -> Iterator[bytes]:
    """So many cards: half of them Japanese; vCard 3.0, 4.0 and 2.1; three in ten with a picture of 10 to 30 KB."""
    chance = random.Random(seed)
    for number in range(count):
        yield _card(chance, number, pictures=pictures)


def folder(path: Path, count: int, *, pictures: bool = True, seed: int = 1) -> int:
    """A folder with a file for each card; gives how many bytes they are."""
    path.mkdir(parents=True)
    size = 0
    for number, data in enumerate(cards(count, pictures=pictures, seed=seed)):
        (path / f"{number:06}.vcf").write_bytes(data)
        size += len(data)
    settle()
    return size


def one_file(path: Path, count: int, *, pictures: bool = True, seed: int = 1) -> int:
    """One file with all cards; gives its size."""
    with path.open("wb") as file:
        for data in cards(count, pictures=pictures, seed=seed):
            file.write(data)
    return path.stat().st_size


def settle() -> None:
    """Wait until no file counts as written this moment: such files are read once more at the next check."""
    time.sleep(0.3)


def edited(data: bytes, step: int) -> bytes:
    """The same card after an ordinary edit by its owner: another note."""
    lines = [line for line in data.split(b"\r\n") if not line.startswith(b"NOTE")]
    return b"\r\n".join([*lines[:-2], b"NOTE:edit %d" % step, *lines[-2:]])


def _card(chance: random.Random, number: int, *, pictures: bool) -> bytes:
    version = chance.choices(("3.0", "4.0", "2.1"), (70, 20, 10))[0]
    family, lines = _named(chance, version, number)
    east = number % 2 == 0
    uid = uuid.UUID(int=chance.getrandbits(128))
    lines.insert(0, f"UID:{'urn:uuid:' if version == '4.0' else ''}{uid}")
    if program := chance.choice(_PROGRAMS):
        lines.insert(0, f"PRODID:{program}")
    lines += [_phone(chance, version, east=east) for _ in range(chance.choice((1, 1, 2, 2, 3)))]
    if chance.random() < 0.7:
        home = "TYPE=HOME" if version != "2.1" else "HOME"
        host = chance.choice(("example.org", "mail.example", "example.co.jp"))
        lines.append(f"EMAIL;{home}:person{number}.{chance.randrange(10**4)}@{host}")
    if chance.random() < 0.5:
        lines.append(_address(chance, version, east=east))
    if chance.random() < 0.3:
        lines.append(f"ORG:{family} & Co.;Sales" if not east else f"ORG:株式会社{family};営業部")
    if chance.random() < 0.4:
        lines.append(f"BDAY:{chance.randrange(1930, 2015)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}")
    if chance.random() < 0.4 and version != "2.1":
        lines.append("NOTE:" + " ".join(chance.choices(_WORDS, k=chance.randrange(3, 40))))
    lines.append(f"REV:2026-{chance.randrange(1, 11):02}-{chance.randrange(1, 29):02}T08:00:00Z")
    if pictures and chance.random() < 0.3:
        lines.append(_picture(chance, version))
    whole = ["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""]
    return "\r\n".join(line if line.startswith("PHOTO") else _folded(line) for line in whole).encode()


def _named(chance: random.Random, version: str, number: int) -> tuple[str, list[str]]:
    if number % 2:
        family, given = chance.choice(_WEST), chance.choice(_WEST_GIVEN)
        full, reading = f"{given} {family}", []
    else:
        (family, family_reading), (given, given_reading) = chance.choice(_EAST), chance.choice(_EAST_GIVEN)
        full = f"{family} {given}"
        reading = [f"X-PHONETIC-LAST-NAME:{family_reading}", f"X-PHONETIC-FIRST-NAME:{given_reading}"]
    if version != "2.1" or full.isascii():
        return family, [f"FN:{full}", f"N:{family};{given};;;", *reading]
    printed = [quopri.encodestring(text.encode(), quotetabs=False).decode() for text in (full, f"{family};{given};;;")]
    coded = "CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE"
    joined = [text.replace("=\n", "") for text in printed]
    return family, [f"FN;{coded}:{joined[0]}", f"N;{coded}:{joined[1]}"]


def _phone(chance: random.Random, version: str, *, east: bool) -> str:
    digits = f"{chance.randrange(10**8):08}"
    if east:
        number = chance.choice(
            (f"090-{digits[:4]}-{digits[4:]}", f"080{digits}", f"03-{digits[:4]}-{digits[4:]}", f"+8190{digits}",
             f"186090-{digits[:4]}-{digits[4:]}")
        )  # fmt: skip
    else:
        number = chance.choice(
            (
                f"+49 30 {digits[:7]}",
                f"+1 415-555-{digits[:4]}",
                f"+44 20 7{digits[:3]} {digits[3:7]}",
                f"+4917{digits}0",
            )
        )
    label = chance.choice(("CELL", "HOME", "WORK"))
    if version == "4.0":
        return f'TEL;VALUE=uri;TYPE="{label.lower()},voice":tel:{number.replace(" ", "-")}'
    return f"TEL;{label}:{number}" if version == "2.1" else f"TEL;TYPE={label}:{number}"


def _address(chance: random.Random, version: str, *, east: bool) -> str:
    home = "TYPE=HOME" if version != "2.1" else "HOME"
    house = chance.randrange(1, 90)
    if east and version != "2.1":
        return f"ADR;{home}:;;神南{house}-{house % 9}-1;渋谷区;東京都;150-00{house:02};日本"
    return f"ADR;{home}:;;{house} Long Street;Springfield;;{house:05};USA"


def _picture(chance: random.Random, version: str) -> str:
    """A picture of 10 to 30 KB that does not pack, as JPEGs do not."""
    data = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + chance.randbytes(chance.randrange(10_000, 30_000)) + b"\xff\xd9"
    text = base64.b64encode(data).decode()
    match version:
        case "4.0":
            line = f"PHOTO:data:image/jpeg;base64,{text}"
        case "3.0":
            line = f"PHOTO;ENCODING=b;TYPE=JPEG:{text}"
        case _:
            line = f"PHOTO;ENCODING=BASE64;JPEG:{text}"
    return "\r\n ".join(line[start : start + 74] for start in range(0, len(line), 74)) + (
        "\r\n" if version == "2.1" else ""
    )


def _folded(line: str) -> str:
    """A line of at most 75 octets, folded between characters."""
    if len(line.encode()) <= 75 or "QUOTED-PRINTABLE" in line:
        return line
    parts, part = [], ""
    for letter in line:
        if len((part + letter).encode()) > 73:
            parts.append(part)
            part = ""
        part += letter
    return "\r\n ".join([*parts, part])
