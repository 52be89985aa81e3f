"""What the page of evidence says, in the languages it can be made in."""

# ruff: noqa: E501 - Japanese has no spaces to break a line at

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LANGUAGES: Final = ("en", "ja")

EN: Final[Mapping[str, str]] = {
    "title": "Record of changes in an address book",
    "title_contact": "Record of a contact in an address book",
    "made": "Made on {at} with {with}.",
    "about": "This page was made from a record that the program keeps of an address book. The program only reads the "
    "book and notes what is in it. It did not make the changes shown here.",
    "redacted": "Contacts and fields that are not concerned were left out.",
    "summary": "Summary",
    "contact": "Contact",
    "field": "Field",
    "before": "Before",
    "after": "After",
    "seen": "First seen",
    "state": "Now",
    "gone": "(not there)",
    "details": "The stored contacts, before and after",
    "details_contact": "The contact as it was stored",
    "first_last": "Seen from {first} to {last}, at {checks} checks.",
    "first_only": "Seen at one check, {first}.",
    "software": "Written last by (PRODID)",
    "revised": "Last change it states (REV)",
    "file": "File in this archive",
    "sum": "SHA-256 of the stored contact",
    "not_stated": "not stated",
    "no_before": "The contact was not in the record before.",
    "no_after": "The contact was no longer in the book.",
    "why": "What this means",
    "open": "still so",
    "resolved": "put right",
    "accepted": "accepted by the owner",
    "passed": "passed",
    "proof": "How this can be checked",
    "proof_text": "Every check is recorded with a digest over what was seen and over the check before it (SHA-256), so "
    "that nothing in between can be changed afterwards without being noticed. The newest digest is {head}. The "
    "first 12 digits of such digests stand in the messages that the program sent to the owner, where the mail or push "
    "provider holds them with their date.",
    "proof_fits": "When this page was made, the record was checked from its beginning, and everything fitted ({links} links).",
    "proof_broken": "When this page was made, the record did not fit everywhere. It proves nothing.",
    "proof_files": "The archive that this page came in holds the contacts as they were stored, the chain, and the "
    "SHA-256 sums of all its files. To check it: cardwarden verify FILE.zip",
    "limits": "What it does not prove: who made a change. And until a digest has been sent to somebody else, the owner of "
    "the record could make another record.",
    "constant": "At every one of the {checks} checks between {first} and {last}, the stored contact was there and its "
    "telephone numbers were:",
    "varied": "Between {first} and {last} the address book was checked {checks} times. What the contact's telephone "
    "numbers were, in order:",
    "plus": "with + in front",
    "no_plus": "without + in front",
    "no_numbers": "no telephone number",
    "absent": "At {absent} of these checks the contact was not in the address book.",
    "inconclusive": "{inconclusive} more checks could not read the book, and say nothing about it.",
    "source": "Address book",
    "uid": "Number of the contact (UID)",
    "times": "All times are given in the time zone {zone}.",
}

JA: Final[Mapping[str, str]] = {
    "title": "連絡先データの変更記録",
    "title_contact": "連絡先データの保存記録",
    "made": "作成日時：{at}（作成プログラム：{with}）",
    "about": "この文書は、連絡先（アドレス帳）の内容を定期的に読み取って記録するプログラムの記録から作成されました。"
    "このプログラムは内容を読み取るだけで、ここに示す変更を行ったものではありません。",
    "redacted": "関係のない連絡先と項目は省いてあります。",
    "summary": "概要",
    "contact": "連絡先",
    "field": "項目",
    "before": "変更前",
    "after": "変更後",
    "seen": "最初の確認日時",
    "state": "現在の状態",
    "gone": "（なし）",
    "details": "保存されていた連絡先（変更前と変更後）",
    "details_contact": "保存されていた連絡先",
    "first_last": "{first} から {last} まで、{checks} 回の確認で記録。",
    "first_only": "{first} に 1 回の確認で記録。",
    "software": "書き込んだソフトウェア（PRODID）",
    "revised": "データに記された更新日時（REV）",
    "file": "同封のファイル",
    "sum": "保存データの SHA-256",
    "not_stated": "記載なし",
    "no_before": "以前の記録にこの連絡先はありません。",
    "no_after": "連絡先はアドレス帳から消えていました。",
    "why": "意味",
    "open": "変更されたまま",
    "resolved": "元に戻された",
    "accepted": "所有者が承認",
    "passed": "問題なしとして記録",
    "proof": "この記録の確かめ方",
    "proof_text": "すべての確認は、読み取った内容と直前の確認とを合わせたハッシュ値（SHA-256）とともに記録されます。"
    "そのため、途中の記録を後から気づかれずに変えることはできません。最新のハッシュ値は {head} です。"
    "所有者に送られた通知には、その時点のハッシュ値の先頭 12 桁が記されており、メールや通知の事業者のもとに日付とともに残ります。",
    "proof_fits": "この文書の作成時に記録を最初から検証し、すべて一致しました（{links} 件）。",
    "proof_broken": "この文書の作成時の検証で、記録に一致しない箇所がありました。この記録は何も証明しません。",
    "proof_files": "この文書が入っている圧縮ファイルには、保存されていた連絡先そのもの、ハッシュ値の連鎖、"
    "全ファイルの SHA-256 値が含まれています。検証するには：cardwarden verify ファイル名.zip",
    "limits": "証明しないこと：誰が変更したか。また、ハッシュ値が第三者に送られる前であれば、記録の所有者は別の記録を作ることができます。",
    "constant": "{first} から {last} までの {checks} 回の確認すべてにおいて、この連絡先は存在し、保存されていた電話番号は次のとおりでした。",
    "varied": "{first} から {last} までに {checks} 回の確認が行われました。この連絡先に保存されていた電話番号は、順に次のとおりです。",
    "plus": "先頭に「＋」あり",
    "no_plus": "先頭に「＋」なし",
    "no_numbers": "電話番号なし",
    "absent": "このうち {absent} 回の確認では、この連絡先はアドレス帳にありませんでした。",
    "inconclusive": "ほかに {inconclusive} 回の確認ではアドレス帳を読み取れなかったため、内容については何も示しません。",
    "source": "アドレス帳",
    "uid": "連絡先の識別番号（UID）",
    "times": "日時はすべて {zone} で示しています。",
}


def words(language: str) -> Mapping[str, str]:
    """The sentences of a language, by name, some with {places}."""
    return JA if language == "ja" else EN
