"""Which characters the bytes of a card mean: UTF-8 unless the card or its bytes say otherwise."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable

_ISO_2022_JP = re.compile(rb"\x1b\$[@B]")  # \x1b(B alone is what a terminal's "reset" leaves in a name
_LITTLE_ENDIAN = re.compile(rb"(?:[\r\n -~]\x00){4}")
_BIG_ENDIAN = re.compile(rb"(?:\x00[\r\n -~]){4}")
_FOLD = re.compile(rb"(?:\r{1,2}\n|\n\r|\r|\n)[ \t]")
_CHARSET = re.compile(rb";[ \t]*CHARSET=\"?([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_CHARSET_PARAM = re.compile(rb";[ \t]*CHARSET=(?:\"[^\"]*\"|[^;:\"]*)", re.IGNORECASE)
_LABELLED_LINE = re.compile(rb"^[^\r\n:]*;[ \t]*CHARSET=[^\r\n]*+", re.IGNORECASE | re.MULTILINE)
SURROGATE = re.compile("[\ud800-\udfff]")
_BEYOND_ASCII = re.compile("[^\x00-\x7f]")
_BEYOND_ASCII_RUN = re.compile("[^\x00-\x7f]+")
_BEYOND_ASCII_WORD = re.compile("[^\\W\\d_]*[^\x00-\x7f]+\\w*")
_ACCENTS_ALONE = re.compile("[\xa1-\u024f]{5,}")
_WIDE_JAPANESE = re.compile("[\u3005-\u30ff\u4e00-\u9fff\uff01-\uff5e]")
_WESTERN_LETTERS = re.compile(rb"[A-Za-z\xc0-\xff]+")
_NOT_JAPANESE = re.compile("[\x80-\xff\ue000-\uf8ff\u0370-\u04ff]")  # private, Greek and Cyrillic: no names there
_KNOWN = {
    "ASCII", "BIG5", "CP932", "EUC-JP", "EUC-KR", "GB18030", "GB2312", "GBK", "ISO-2022-JP", "KOI8-R", "KOI8-U", "LATIN1",
    "MACINTOSH", "US-ASCII", "UTF-8", "UTF8",
}  # fmt: skip
_KNOWN_FAMILY = re.compile(r"(?:ISO-?8859-?[0-9]{1,2}|WINDOWS-?12[0-9]{2}|CP12[0-9]{2})\Z")
# The old character sets of the countries that had one of their own, and those that a card's state is read in by trial.
_LOCAL = {
    **dict.fromkeys(("RU", "UA", "BY", "BG", "KZ", "KG", "RS", "MK", "MN"), "cp1251"),
    **dict.fromkeys(("PL", "CZ", "SK", "HU", "SI", "HR", "RO", "BA", "AL"), "cp1250"),
    **dict.fromkeys(("LT", "LV", "EE"), "cp1257"),
    **dict.fromkeys(("GR", "CY"), "cp1253"),
    **dict.fromkeys(("TW", "HK", "MO"), "big5"),
    **dict.fromkeys(("EG", "SA", "AE", "MA", "DZ", "TN", "JO", "LB", "SY", "IQ", "IR", "KW", "QA"), "cp1256"),
    "TR": "cp1254", "IL": "cp1255", "TH": "cp874", "CN": "gb18030", "SG": "gb18030", "KR": "euc-kr",
}  # fmt: skip
_LATIN = frozenset({"cp1250", "cp1254", "cp1257"})
_WESTERN = frozenset({"cp1252", "iso8859-1", "iso8859-15"})
_OLD = ("cp1252", "cp932", *dict.fromkeys(_LOCAL.values()), "koi8-r", "euc-jp", "mac-roman", "cp850", "iso8859-2")
_KOI8 = {"UA": "koi8-u"}
_EUC_KANA = frozenset({0xA4, 0xA5})
_EUC_USUAL = frozenset(
    {0xA1, 0xA3, *_EUC_KANA, *range(0xB0, 0xD0)}
)  # signs, letters, kana, the kanji of level 1 (JIS X 0208)
# A voice mark after what has no voice, a mark or a small kana that begins, signs within words, or half-width kana beside kanji.
_NO_HALF_WIDTH_WORD = re.compile(
    "(?:^|[^\uff73\uff76-\uff84\uff8a-\uff8e])\uff9e|(?:^|[^\uff8a-\uff8e])\uff9f|^[\uff67-\uff70]"
    "|[\uff61-\uff65](?=[\uff61-\uff65]|.[\uff61-\uff65])|[\uff66-\uff9f][\u4e00-\u9fff]|[\u4e00-\u9fff][\uff66-\uff9f]"
)
_MAC_WORD = re.compile("[A-Za-z]?[a-zßáàâäãåæçéèêëíìîïñóòôöõøœúùûüÿ]+")
_NO_WESTERN_WORD = re.compile(
    "[a-z][ŠŽŸŒ\ufffd§€†‡ˆ‰¿¾][a-z]|[A-Z][ŠŽŸŒ\ufffd§†‡ˆ‰¿¾][a-z]|[a-z][ŽŸŠŒ\ufffd§](?![A-Za-z])"
)
_WESTERN_WORD = re.compile("[a-z][à-öø-ÿß]+[a-z]")
_SURELY = 3  # so many times more whole characters than broken bytes are UTF-8 whatever else the bytes could be
_GUESSED = frozenset({"cp932", "cp1252", "iso8859-1"})  # named on a line, and still not believed of the others unread

BOM = b"\xef\xbb\xbf"  # UTF-8's byte order mark

Decode = Callable[[bytes], str]


def utf16_of(head: bytes) -> str:
    """The UTF-16 flavour that the first bytes of a book or a card show, "" if none."""
    if head.startswith(b"\xff\xfe") and head[2:4] != b"\x00\x00":
        return "utf-16-le"
    if head.startswith(b"\xfe\xff"):
        return "utf-16-be"
    if _LITTLE_ENDIAN.match(head):
        return "utf-16-le"
    return "utf-16-be" if _BIG_ENDIAN.match(head) else ""


def narrow(data: bytes, wide: str) -> bytes:
    """UTF-16 bytes as UTF-8; the half character at the end of a file that was cut off is left out."""
    return data[: len(data) // 2 * 2].decode(wide, "surrogatepass").encode("utf-8", "surrogatepass")


def narrowed(data: bytes) -> bytes:
    """A book or a card of UTF-16 as UTF-8; any other as it is."""
    wide = utf16_of(data[:64])
    return narrow(data, wide) if wide else data


def widen(data: bytes, wide: str) -> bytes:
    """UTF-8 as UTF-16 bytes: undoes `narrow`. Bytes that are no UTF-8 become lone surrogates (PEP 383)."""
    try:
        return data.decode("utf-8", "surrogatepass").encode(wide, "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("utf-8", "surrogateescape").encode(wide, "surrogatepass")


def decoder(card: bytes, charset: str = "") -> Decode:
    """How to read the lines of a card.

    A line's CHARSET decides (2.1, and 3.0 from phones); else `charset` if it is known from elsewhere; else UTF-8; a card
    that is no UTF-8 is read as what its bytes look like. Bytes that fit nothing become lone surrogates (PEP 383), so that
    they compare as themselves.
    """
    fallback = charset or charset_of(card)
    if fallback == "utf-8" and not _CHARSET.search(card):
        return lambda line: line.decode("utf-8", "surrogateescape")

    def decode(line: bytes) -> str:
        said = _CHARSET.search(line.partition(b":")[0])
        return decode_as(line, known_charset(said[1].decode("ascii")) or fallback if said else fallback)

    return decode


def decode_as(data: bytes, codec: str) -> str:
    """Decode; what does not fit becomes lone surrogates (PEP 383), and ISO-2022-JP with a broken escape is UTF-8."""
    try:
        return data.decode(codec, "surrogateescape")
    except UnicodeDecodeError:
        return data.decode("utf-8", "surrogateescape")


def known_charset(name: str) -> str:
    """A Python codec for a charset's name in a card, "" for one that no address book uses."""
    name = name.upper()
    if name in {"SHIFT_JIS", "SHIFT-JIS", "SJIS", "WINDOWS-31J"}:
        return "cp932"
    if name in _KNOWN or _KNOWN_FAMILY.match(name):
        try:
            return codecs.lookup(name).name
        except LookupError:  # ISO-8859-12 was never made
            return ""
    return ""


def says_charset(line: bytes) -> bool:
    """Whether a line names its own charset."""
    return bool(_CHARSET.search(line.partition(b":")[0]))


def without_charset(line: bytes) -> bytes:
    """A line that does not name its own charset any more."""
    header, colon, value = line.partition(b":")
    return _CHARSET_PARAM.sub(b"", header) + colon + value


def is_utf8(card: bytes) -> bool:
    """Whether the bytes are whole UTF-8, or ASCII."""
    return card.isascii() or _decodes(card, "utf-8")


def says_what_it_is_in(card: bytes) -> bool:
    """Whether nothing about a card's character set is to be guessed: it is UTF-8, and no line says otherwise."""
    return is_utf8(card) and b"CHARSET" not in card.upper()


def charset_of(card: bytes, region: str = "", usual: str = "") -> str:
    """The codec of the lines that do not name their own.

    All of the card decides, not one line: UTF-8 if it is that, also with a broken character in it; else what other lines
    say they are in; else what the book's other cards are in (`usual`, a codec; "" if that is not known); else that of the
    owner's country (ISO 3166), Shift_JIS or Windows-1252, whichever reads as words. KOI8-R, EUC-JP and Mac OS Roman are
    believed only if what is commoner could not have been written.
    """
    if _ISO_2022_JP.search(card) and _decodes(card, "iso-2022-jp"):
        return "iso-2022-jp"
    if _decodes(card, "utf-8"):
        return "utf-8"
    said = _said(card)
    card = _FOLD.sub(b"", card)  # folds may cut a character in two
    card = _LABELLED_LINE.sub(b"", card) if said else card
    if _decodes(card, "utf-8"):
        return "utf-8"
    local = _LOCAL.get(region, "")
    in_local = bool(local) and _reads_as_words(card, local)
    whole, broken = _as_utf8(card)
    if whole and whole >= broken * (_SURELY if in_local else 1):
        return "utf-8"
    if said and said not in _GUESSED and _decodes(card, said):
        return said
    if usual and not (in_local and local not in _LATIN and usual in _WESTERN) and _may_be(card, usual):
        return usual
    if local == "cp1251" and _reads_as_words(card, koi8 := _KOI8.get(region, "koi8-r")) and _is_koi8(card):
        return koi8
    if in_local:
        return local
    if region in {"", "JP"} and _is_euc_jp(card, at_home=region == "JP"):
        return "euc-jp"
    if _japanese(card, western=region not in {"", "JP"}) > 0:
        return "cp932"
    if said and _decodes(card, said):
        return said
    if _is_mac_roman(card):
        return "mac-roman"
    return "cp1252" if _decodes(card, "cp1252") else "utf-8"


def vote_of(card: bytes, region: str) -> str:
    """What a card says of its book's old character set: a codec; "" if it says nothing, or could as well be another."""
    if said := _said(card):
        return "" if said == "utf-8" else said
    if is_utf8(card) or utf16_of(card[:64]):
        return ""
    codec = charset_of(card, region)
    if codec == "cp932" and _japanese(_FOLD.sub(b"", card), western=True) <= 0:
        return ""
    return "" if codec == "utf-8" else codec


def usual_in(cards: Iterable[bytes], region: str) -> str:
    """What most of the cards of a book are in that say it (`vote_of`); "" if they do not agree, or none does."""
    votes = Counter(vote_of(card, region) for card in cards)
    del votes[""]
    return usual_of(votes)


def usual_of(votes: Counter[str]) -> str:
    """The codec of most of a book's cards that say one, if two do; "" if they do not agree."""
    (codec, count), *_ = votes.most_common(1) or [("", 0)]
    return codec if count > 1 and count * 2 > votes.total() else ""


def charsets_of(before: bytes, after: bytes, region: str, usual: str = "") -> tuple[str, str]:
    """The codecs of two states of one card, as `charset_of` has them, if one helps to know the other.

    What was guessed once is remembered: a card that stays in an old character set is read in the same one, whatever its
    other lines became. If one state is UTF-8, the other is read in the character set in which it says the most of what
    that one says: a repair to UTF-8 shows what was meant.
    """
    was, now = charset_of(before, region, usual), charset_of(after, region, usual)
    if before.isascii() or after.isascii() or before == after:
        return was, now
    before, after = _FOLD.sub(b"", before), _FOLD.sub(b"", after)  # folds may cut a character in two
    old_is_utf8, new_is_utf8 = _decodes(before, "utf-8"), _decodes(after, "utf-8")
    if old_is_utf8 != new_is_utf8:
        return (was, _agreeing(after, now, before)) if old_is_utf8 else (_agreeing(before, was, after), now)
    return was, was if _decodes(after, was) else now


def _agreeing(card: bytes, guessed: str, other: bytes) -> str:
    """The codec in which a card has the most words beyond ASCII in common with UTF-8; the guessed one if none is better."""
    words = set(_BEYOND_ASCII_WORD.findall(other.decode("utf-8", "replace")))

    def shared(codec: str) -> int:
        try:
            return len(words.intersection(_BEYOND_ASCII_WORD.findall(card.decode(codec))))
        except UnicodeDecodeError:
            return 0

    return max((guessed, *_OLD), key=shared) if words else guessed


def _may_be(card: bytes, usual: str) -> bool:
    """Whether a card may be in what its book's other cards are in: it reads so, and not clearly as something else."""
    match usual:
        case "cp932":
            return _japanese(card, western=False) > 0
        case "euc-jp":
            return bool(_euc_leads(card))
        case "mac-roman":
            words = _BEYOND_ASCII_WORD.findall(card.decode(usual))
            return all(_MAC_WORD.fullmatch(word) for word in words)
    if usual in _WESTERN:
        return _decodes(card, usual) and _japanese(card, western=True) <= 0
    return _reads_as_words(card, usual)


def _reads_as_words(card: bytes, codec: str) -> bool:
    """Whether all bytes beyond ASCII are letters of words in a codec: none of them touches a letter of another script.

    The accented letters of Latin ones stand inside words and seldom side by side.
    """
    try:
        text = card.decode(codec)
    except UnicodeDecodeError:
        return False
    for word in _BEYOND_ASCII_WORD.findall(text):
        foreign = [character for character in word if character > "\x7f"]
        latin = all(character < "\u0250" for character in foreign)
        if not all(character.isalpha() or unicodedata.category(character)[0] == "M" for character in foreign):
            return False
        if latin and (codec not in _LATIN or _ACCENTS_ALONE.search(word)):
            return False
        if not latin and any("A" <= character <= "z" or "\x7f" < character < "\u0250" for character in word):
            return False
    return True


def _said(card: bytes) -> str:
    """The charset that most of the lines name which name one, "" if none does."""
    said = (name.partition(b":")[0].decode("ascii") for name in _CHARSET.findall(card))
    named = Counter(name for name in map(known_charset, said) if name)
    return max(named, key=lambda name: (named[name], name)) if named else ""


def _as_utf8(card: bytes) -> tuple[int, int]:
    """How many characters beyond ASCII are whole in UTF-8, and how many bytes belong to none."""
    text = card.decode("utf-8", "surrogateescape")
    broken = len(SURROGATE.findall(text))
    return len(_BEYOND_ASCII.findall(text)) - broken, broken


def _japanese(card: bytes, *, western: bool) -> int:
    """How much more the bytes read as Japanese in Shift_JIS than as nonsense; 0 if they are no Shift_JIS.

    `western` says that the owner is not in Japan: then half-width kana that would be letters of a European word are these.

    The letters of European languages stand inside words: "Weiß" would be "Weiﾟ", "Björn" "Bj" and a private character.
    Kana and kanji stand in runs, or by themselves, and half-width kana do not touch a Latin letter.
    """
    try:
        text = card.decode("cp932")
    except UnicodeDecodeError:
        return 0
    if text.count("@") < card.count(b"@"):
        return 0  # an "@" that would be half of a character
    score = 0
    for run in _BEYOND_ASCII_RUN.finditer(text):
        before, after = text[run.start() - 1 : run.start()], text[run.end() : run.end() + 1]
        touches = before.isalpha() or after.isalpha()
        wide = len(_WIDE_JAPANESE.findall(run[0]))
        letters = _WESTERN_LETTERS.fullmatch(run[0].encode("cp932"))
        if _NOT_JAPANESE.search(run[0]) or (touches and (wide < 2 or letters)) or (western and letters):
            score -= len(run[0])
        elif wide or len(run[0]) > 1:
            score += len(run[0])
    return score


def _is_koi8(card: bytes) -> bool:
    """Whether Cyrillic is KOI8: in Windows-1251 its capitals are small letters, so "Иванов" would be "йЧБОПЧ"."""
    beyond = _BEYOND_ASCII_WORD.findall(card.decode("cp1251", "replace"))
    words = [letters for word in beyond if len(letters := "".join(filter(str.isalpha, word))) > 2]
    inverse = {word for word in words if word[0].islower() and word[1:].isupper()}
    return bool(inverse) and all(word in inverse or word.isupper() for word in words)


def _is_euc_jp(card: bytes, *, at_home: bool) -> bool:
    """Whether bytes are EUC-JP: pairs of kana and usual kanji that Shift_JIS would not have, or only as broken half-width kana.

    `at_home` says that the owner is in Japan; elsewhere kana are asked for, whose first byte is no letter in Europe.
    """
    leads = _euc_leads(card)
    if not leads:
        return False
    if not at_home:
        return any(lead in _EUC_KANA for lead in leads) and len(leads) > 1
    try:
        as_shift_jis = card.decode("cp932")
    except UnicodeDecodeError:
        return True
    runs = _BEYOND_ASCII_RUN.findall(as_shift_jis)
    return any(_NO_HALF_WIDTH_WORD.search(run) or _NOT_JAPANESE.search(run) for run in runs)


def _euc_leads(card: bytes) -> list[int]:
    """The first bytes of the pairs of EUC-JP, if all beyond ASCII are pairs of kana and usual kanji; none otherwise."""
    try:
        text = card.decode("euc-jp")
    except UnicodeDecodeError:
        return []
    pairs = [text[run.start() : run.end()].encode("euc-jp") for run in _BEYOND_ASCII_RUN.finditer(text)]
    leads = [run[place] for run in pairs for place in range(0, len(run), 2)]
    return leads if all(len(run) % 2 == 0 for run in pairs) and _EUC_USUAL.issuperset(leads) else []


def _is_mac_roman(card: bytes) -> bool:
    """Whether bytes are Mac OS Roman: small letters in words that Windows-1252 reads as capitals and signs ("JŸrgen", "Wei§")."""
    words = _BEYOND_ASCII_WORD.findall(card.decode("mac-roman"))
    if not words or not all(_MAC_WORD.fullmatch(word) for word in words):
        return False
    western = card.decode("cp1252", "replace")
    return bool(_NO_WESTERN_WORD.search(western)) and not _WESTERN_WORD.search(western)


def _decodes(card: bytes, codec: str) -> bool:
    try:
        card.decode(codec)
    except UnicodeDecodeError:
        return False
    return True
