"""Mail, web and chat addresses: two writings of one address compare equal (RFC 3986 section 6, RFC 5890, RFC 5122)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

from cardwarden.vcard.signs import INVISIBLE, in_one_width
from cardwarden.vcard.values import normal, text, unescape

_COMMENT = re.compile(r"\([^()]*+\)")
_NAMED = re.compile(r"[^<>]*+<([^<>\s@]++@[^<>\s]++)>\Z")
_URI_HEAD = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*+):(?://([^/?#]*+))?(.*)", re.DOTALL)
_ENCODED = re.compile(r"(?:%[0-9A-Fa-f]{2})++")
_DEFAULT_PORTS = {"http": "80", "https": "443", "ftp": "21", "ws": "80", "wss": "443", "ldap": "389", "ldaps": "636"}
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")  # RFC 3986 section 2.3
_GMAIL = frozenset({"gmail.com", "googlemail.com"})


def _by_first(*groups: tuple[str, ...]) -> dict[str, str]:
    """What stands for each name of a group: its first."""
    return {name: names[0] for names in groups for name in names}


_ONE_PROVIDER = _by_first(
    ("icloud.com", "me.com", "mac.com"),  # support.apple.com/en-us/102539: who has one has the others
    ("proton.me", "protonmail.com", "pm.me"),  # proton.me/support/addresses-and-aliases
    ("yandex.ru", "yandex.com", "ya.ru", "yandex.by", "yandex.kz", "yandex.ua"),  # yandex.com/support/mail
)
_ONE_SITE = _by_first(
    ("twitter.com", "x.com", "www.twitter.com", "www.x.com", "mobile.twitter.com"),  # 17 May 2024, help.x.com
    ("facebook.com", "www.facebook.com", "fb.com", "www.fb.com", "m.facebook.com"),
    ("t.me", "telegram.me"),  # telegram.org/faq
)
"""Hosts under which one site answers alike, so that programs write the one for the other."""
_DOTLESS = frozenset({"proton.me"})  # nobody else can have a name there that differs in dots, hyphens and underscores
_QUOTED = re.compile(r"\"([a-z0-9!#$%&'*+/=?^_`{|}~-]++(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]++)*+)\"\Z", re.IGNORECASE)
_ODD = re.compile(r"xn--|[\s<>\"'(),;\[\]]")
_BESIDE_SIGNS = re.compile(r"(?<!\s)\s*+([@.])\s*+")
_RECIPIENTS = frozenset({"to", "cc", "bcc"})
_JOINERS = frozenset("\u200c\u200d")
_VIRAMA = 9  # the combining class of the sign that a joiner stands behind in the scripts of India
_FRAMES = " \t\n<>()[]\"'\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb\u2039\u203a\u300c\u300d"
_COMMANDS = re.compile(r"(?:goim\?screenname=|chat\?contact=|sendim\?)", re.IGNORECASE)  # aim:, msnim:, ymsgr:
_ACTIONS = re.compile(
    r"\?(?:call|chat|message|add|userinfo|voicemail|sendfile|roster|subscribe)(?:[;&].*)?\Z", re.IGNORECASE
)
_AT_HOST = frozenset({"xmpp", "sip", "sips", "mailto", "msnim", "gtalk"})
_CASELESS = frozenset({"xmpp", "skype", "msnim", "gtalk"})  # who is who there, letter case aside (RFC 7622, Skype)
_LONGEST_LABEL = 63  # RFC 1035 section 2.3.4; punycode takes quadratic time


def mail(value: str) -> str:
    """A mail address: no mailto:, lower case, the domain in ASCII, no quotes that it does not need (RFC 5321 section 4.1.2).

    A mailto: URI is decoded; of the headers that it brings only other recipients count (RFC 6068 section 2).
    """
    value = text(unescape(value))
    if value[:7].lower() == "mailto:":
        value = ",".join(dict.fromkeys(_recipients(value[7:])))
    local, at, domain = value.rpartition("@")
    if quoted := _QUOTED.match(local):
        local = quoted[1]
    return f"{local.lower()}@{host(domain)}" if at else value.lower()


def _recipients(uri: str) -> Iterator[str]:
    """Everybody whom a mailto: URI sends to."""
    to, _, headers = uri.partition("?")
    for name, value in (("to", to), *(header.partition("=")[::2] for header in re.split("[&;]", headers))):
        if value and unquote(name).strip().lower() in _RECIPIENTS:
            yield unquote(value, errors="replace")


def plain_mail(address: str) -> str:
    """The address (see `mail`) that is meant by a writing of it that no mail server knows.

    That has letters and signs of another width, characters that nobody sees, blanks beside its signs, or stands in
    quotes or brackets. Letters of other scripts stay what they are.
    """
    if address.isascii() and not _ODD.search(address):
        return address
    local, at, domain = address.rpartition("@")
    shown = f"{local}{at}{'.'.join(map(_shown_label, domain.split('.')))}"
    usual = in_one_width(_seen(shown)).replace("\u3002", ".")
    return mail(_BESIDE_SIGNS.sub(r"\1", usual.strip(_FRAMES)))


def _seen(address: str) -> str:
    """Without what nobody sees. A joiner that shapes a word, or an emoji, is a letter of it (RFC 5892 appendix A)."""

    def kept(mark: re.Match[str]) -> str:
        before, after = address[max(mark.start() - 1, 0) : mark.start()], address[mark.end() : mark.end() + 1]
        return (
            mark[0] if mark[0] in _JOINERS and (_is_virama(before) or _is_joined(before) or _is_joined(after)) else ""
        )

    return INVISIBLE.sub(kept, address)


def _is_virama(character: str) -> bool:
    return bool(character) and unicodedata.combining(character) == _VIRAMA


def _is_joined(character: str) -> bool:
    """Whether that is a letter of Arabic or Syriac, or a picture."""
    return bool(character) and (unicodedata.bidirectional(character) == "AL" or unicodedata.category(character) == "So")


def _shown_label(label: str) -> str:
    """A domain's label before `_ascii_label`; one that is no punycode as it stands."""
    if label[:4] != "xn--" or len(label) > _LONGEST_LABEL:
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def mailbox(address: str) -> str:
    """Where an address (see `mail`) is delivered, without the name and the comments around it (RFC 5322 section 3.4).

    Google delivers `jane.roe+shop@googlemail.com` to `janeroe@gmail.com`, Apple `jane@me.com` to `jane@icloud.com`, Proton
    `jane.roe@pm.me` to `janeroe@proton.me`, Yandex `jane.roe@ya.ru` to `jane-roe@yandex.ru`.
    """
    if named := _NAMED.match(address):
        address = named[1]
    bare = _COMMENT.sub("", address).strip()
    local, at, domain = (bare if "@" in bare else address).rpartition("@")
    if local and (known := _ONE_PROVIDER.get(domain)):
        local = re.sub("[._-]", "", local) if known in _DOTLESS else local
        return f"{local.replace('.', '-') if known == 'yandex.ru' else local}@{known}"
    box = local.partition("+")[0].replace(".", "") if domain in _GMAIL else ""
    return f"{box}@gmail.com" if box else f"{local}{at}{domain}"


def host(name: str) -> str:
    """A host's name as DNS has it: lower case, ASCII."""
    return ".".join(map(_ascii_label, normal("NFC", name.lower()).split(".")))


def _ascii_label(label: str) -> str:
    """A domain's label as DNS has it. Not by the codec `idna`, which takes "ß" for "ss" and drops what is invisible."""
    if label.isascii() or len(label) > _LONGEST_LABEL:
        return label
    return f"xn--{label.encode('punycode').decode('ascii')}"


def uri(value: str) -> str:
    """A web address: scheme and host in lower case and ASCII, no default port, no slash at the end of its path.

    What is percent-encoded without need is decoded, and a site that has several names goes by one. What has no "//" stays.
    """
    value = text(unescape(value))
    match = _URI_HEAD.match(value)
    if not match or match[2] is None:
        return value
    scheme, rest = match[1].lower(), _decoded(match[3])
    user, at, where = match[2].rpartition("@")
    name, colon, port = where.rpartition(":") if re.search(r":[0-9]*\Z", where) else (where, "", "")
    port = f":{port}" if colon and port and port != _DEFAULT_PORTS.get(scheme) else ""
    if "?" not in rest and "#" not in rest:
        rest = rest.removesuffix("/")
    name = host(name)
    return f"{scheme}://{user}{at}{_ONE_SITE.get(name, name)}{port}{rest}"


def chat(value: str, scheme: str = "") -> str:
    """A chat address with its scheme: `X-SIP:jane` and `IMPP:sip:jane`, `skype:jane?call` and `skype:jane` are one.

    `scheme` is what its property says (`sip` of X-SIP), for an address that says none.
    """
    value = text(unescape(value))
    head, colon, rest = value.partition(":")
    if scheme and head.lower() != scheme:
        head, rest = scheme, value
    elif not colon:
        return value
    head = head.lower()
    rest = _ACTIONS.sub("", _COMMANDS.sub("", _decoded(rest, also=":@"), count=1))
    if head in _CASELESS:
        rest = rest.lower()
    local, at, where = rest.rpartition("@")
    return f"{head}:{local}{at}{host(where)}" if at and head in _AT_HOST else f"{head}:{rest}"


def _decoded(rest: str, also: str = "") -> str:
    """What is percent-encoded without need, decoded; the rest in capitals (RFC 3986 section 6.2.2)."""
    if "%" not in rest:
        return rest
    plain = _UNRESERVED | set(also)

    def decode(match: re.Match[str]) -> str:
        raw = bytes.fromhex(match[0].replace("%", ""))
        try:
            characters = raw.decode("utf-8")
        except UnicodeDecodeError:
            return match[0].upper()
        return "".join(
            c if c in plain or (not c.isascii() and c.isprintable()) else _encoded(c) for c in normal("NFC", characters)
        )

    return _ENCODED.sub(decode, rest)


def _encoded(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8"))
