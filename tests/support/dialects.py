"""The same kind of person as many programs write it: made-up cards in the dialect of each, for what conversions must bear."""

from __future__ import annotations

import base64

from support.cards import JPEG, card

_PIXELS = base64.b64encode(JPEG * 6).decode()
_FOLDED = "\r\n ".join(_PIXELS[i : i + 60] for i in range(0, len(_PIXELS), 60))

DIALECTS: dict[str, bytes] = {
    "iOS and iCloud": card(
        "PRODID:-//Apple Inc.//iPhone OS 18.1//EN", "N:Muster;Max;;Dr.;", "FN:Dr. Max Muster", "NICKNAME:Maxi",
        "ORG:Muster AG;Einkauf;", "X-PHONETIC-LAST-NAME:Mustah", "EMAIL;type=INTERNET;type=HOME;type=pref:max@example.org",
        "item1.TEL;type=pref:+49 30 23125011", "item1.X-ABLabel:Boot", "TEL;type=CELL;type=VOICE:+49 151 23456789",
        "item2.ADR;type=HOME;type=pref:;;Lange Str. 5\\nHinterhaus;Berlin;;10115;Deutschland", "item2.X-ABADR:de",
        "item3.URL;type=pref:https\\://example.org/max", "item3.X-ABLabel:_$!<HomePage>!$_",
        "BDAY;X-APPLE-OMIT-YEAR=1604:1604-05-20", "item4.X-ABDATE;type=pref:2001-02-03",
        "item4.X-ABLabel:_$!<Anniversary>!$_", "item5.X-ABRELATEDNAMES;type=pref:Mia", "item5.X-ABLabel:_$!<Spouse>!$_",
        "X-SOCIALPROFILE;type=twitter;x-user=max:https://social.example/max", f"PHOTO;ENCODING=b;TYPE=JPEG:{_FOLDED}",
        "IMPP;X-SERVICE-TYPE=Skype;type=pref:skype:max.muster", "REV:2026-01-02T03:04:05Z", "UID:ios-1",
    ),
    "macOS group": card(
        "N:;;;;", "FN:Chor", "X-ADDRESSBOOKSERVER-KIND:group", "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:ios-1", "UID:mac-1",
    ),
    "Android 2.1": card(
        "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=4D=C3=BC=6C=6C=65=72;=41=6E=6E=61;;;",
        "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=41=6E=6E=61=20=4D=C3=BC=6C=6C=65=72", "TEL;CELL:0151-23456789",
        "TEL;X-Boot:030 23125011", "TEL;;:030 23125012", "EMAIL;HOME:anna@example.org",
        "ADR;HOME;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;;=4C=61=6E=67=65=20=53=74=72=2E=20=35;=\r\n=42=65=72=6C=69=6E;;;",
        "X-ANDROID-CUSTOM:vnd.android.cursor.item/nickname;Anni;1;;;;;;;;;;;;;", "X-SKYPE-USERNAME:anna.m",
        f"PHOTO;ENCODING=BASE64;JPEG:{_FOLDED}", "", "BDAY:1985-04-12", version="2.1",
    ),
    "Samsung": card(
        "N:Sato;Hana;;;", "FN:Hana Sato",
        "TEL;X-CUSTOM(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,=42=6F=61=74):186090-1234-5678", "TEL;CELL;PREF:090-1234-5670",
        "EMAIL;X-CUSTOM(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,=43=6C=75=62):hana@example.org",
        "X-SAMSUNGADR;ENCODING=QUOTED-PRINTABLE:;;=54=6F=6B=79=6F;;;;", version="2.1",
    ),
    "Google Contacts": card(
        "FN:Jane Roe", "N:Roe;Jane;;;", "EMAIL;TYPE=INTERNET;TYPE=HOME:jane@gmail.com", "TEL;TYPE=CELL:(650) 253-0000",
        "item1.TEL:+1 650-253-0001", "item1.X-ABLabel:Boat", "ADR;TYPE=HOME:;;5 Main St;Springfield;CA;90210;US;5 Main St"
        "\\nSpringfield\\, CA 90210\\nUS", "BDAY:19850412", "item2.URL:http\\://www.google.com/profiles/1",
        "item2.X-ABLabel:PROFILE", "NOTE:first line\\nsecond\\, with a comma\\; and more", "CATEGORIES:myContacts,friends",
    ),
    "Nextcloud": card(
        "PRODID:-//Nextcloud Contacts v6", "FN:Zoë Ångström", "N:Ångström;Zoë;;;", "UID:nc-1",
        "TEL;TYPE=\"HOME,VOICE\":+46 8 123 456 78", "EMAIL;TYPE=HOME:zoe@example.org",
        "X-SOCIALPROFILE;TYPE=mastodon:@zoe@a.example",
        "RELATED;TYPE=spouse:Max", "GENDER:F", "CLOUD:zoe@cloud.example", f"PHOTO;ENCODING=b;TYPE=jpeg:{_FOLDED}",
        "ADR;TYPE=HOME:;;Storgatan 1;Stockholm;;111 22;Sverige", "GEO:59.33;18.06",
        "REV;VALUE=DATE-AND-OR-TIME:20260102T030405Z",
    ),
    "4.0 of DAVx5": card(
        "UID:urn:uuid:3b1d4b1e-7a3c-4b9e-9a57-0d1f5a3c2b11", "FN:Jürgen Groß", "N:Groß;Jürgen;;;", "KIND:individual",
        "TEL;VALUE=uri;TYPE=\"cell,voice\";PREF=1:tel:+4915123456789",
        "ADR;LABEL=\"Lange Str. 5^nBerlin\";TYPE=home:;;Lange Str. 5;"
        "Berlin;;10115;", "IMPP:xmpp:j%C3%BCrgen@example.org", "ANNIVERSARY:20010203", "BDAY:--0412", "GEO:geo:52.52,13.4",
        f"PHOTO:data:image/jpeg;base64\\,{_FOLDED}", "CREATED;VALUE=timestamp:20260102T030405Z", version="4.0",
    ),
    "Outlook": card(
        "N;LANGUAGE=de:Muster;Erika", "FN:Erika Muster", "ORG:Muster AG;Vertrieb", "TITLE:Leiterin",
        "TEL;WORK;VOICE:+49 (30) 23125-011",
        "TEL;CELL;VOICE:0151 23456789", "ADR;WORK;PREF:;;Lange Str. 5;Berlin;;10115;Deutschland",
        "LABEL;WORK;PREF;ENCODING=QUOTED-PRINTABLE:Lange Str. 5=0D=0A=\r\n10115 Berlin", "X-MS-OL-DEFAULT-POSTAL-ADDRESS:2",
        "X-MS-OL-DESIGN;CHARSET=utf-8:<card xmlns=\"http://schemas.microsoft.com/office/outlook/12/electronicbusinesscards\"/>",
        "EMAIL;PREF;INTERNET:erika@example.org", "X-MS-IMADDRESS:erika@chat.example", "REV:20260102T030405Z", version="2.1",
    ),
    "Thunderbird and CardBook": card(
        "FN:Łukasz Wójcik", "N:Wójcik;Łukasz;;;", "EMAIL;PREF=1:lukasz@example.org",
        "TEL;TYPE=work;VALUE=TEXT:+48 22 123 45 67",
        "X-MOZILLA-HTML:FALSE", "X-CATEGORIES:a", "NOTE:a\\\\b", "UID:tb-1",
        "SOURCE:https://dav.example/tb-1.vcf", version="4.0",
    ),
    "Evolution": card(
        "FN:Ana García", "N:García;Ana;;;", "X-EVOLUTION-FILE-AS:García\\, Ana",
        "TEL;X-EVOLUTION-UI-SLOT=1;TYPE=\"WORK,VOICE\":+34 912 34 56 78",
        "X-EVOLUTION-SPOUSE:Luis", "X-EVOLUTION-ANNIVERSARY:2001-02-03", "X-JABBER;TYPE=HOME:ana@chat.example",
        "CALURI:", "FBURL:", "UID:evo-1",
    ),
    "KAddressBook": card(
        "FN:Ole Dæhli", "N:Dæhli;Ole;;;", "TEL;TYPE=CELL:+47 412 34 567", "X-KADDRESSBOOK-X-SpousesName:Kari",
        "X-KADDRESSBOOK-BlogFeed:https://blog.example/",
        "X-messaging/xmpp-All:ole@chat.example", "TZ:+01:00", "GEO:59.913900;10.752200", "UID:kde-1",
    ),
    "Nokia": card(
        "N:Virtanen;Aino", "TEL;PREF;CELL:+358401234567", "TEL;HOME;VOICE:09 1234567", "X-CLASS:private",
        "EMAIL:aino@example.org",
        "NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=84iti=0D=0A=\r\nkoti", version="2.1",
    ),
    "Japanese phone": card(
        "N:佐藤;花子", "FN:佐藤 花子", "SOUND;X-IRMC-N:ｻﾄｳ;ﾊﾅｺ;;;", "TEL;CELL:186090-1234-5678", "TEL;HOME:03-1234-5678",
        "EMAIL;CELL:hanako@example.jp",
        "ADR;HOME:;;千代田１－２;東京都;;100-0001;日本", version="2.1", charset="cp932",
    ),
    "old western phone": card(
        "N:Weiß;Björn", "TEL;CELL:0151 23456789", "TEL;Büro:030 23125011", version="2.1",
        charset="cp1252",
    ),
    "UTF-16": card("N:Roe;Jane", "FN:Jane Roe", "TEL;WORK PHONE:650-253-0000", "NOTE:山田", charset="utf-16"),
    "with an assistant": card(
        "FN:Jane", "N:Roe;Jane;;;", "AGENT:BEGIN:VCARD", "VERSION:2.1", "FN:Joe", "TEL:1", "END:VCARD",
        "TEL:650-253-0000",
    ),
    "line ends mended twice": card(
        "FN:Jane Roe", "N:Roe;Jane;;;", f"PHOTO;ENCODING=b;TYPE=JPEG:{_PIXELS[:60]}", f" {_PIXELS[60:]}",
        end="\r\r\n",
    ),
    "SOGo group": b"BEGIN:VLIST\r\nUID:l1\r\nVERSION:1.0\r\nFN:Choir\r\nCARD;EMAIL=j@b.c;FN=Jane:a.vcf\r\nEND:VLIST\r\n",
}  # fmt: skip
"""By the program's name."""
