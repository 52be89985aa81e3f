"""The page of evidence: one HTML file that needs nothing else, for people who never saw a vCard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from difflib import SequenceMatcher
from html import escape
from typing import Any

from cardwarden.phrases.language import Voice, opening, when
from cardwarden.phrases.phrase import phrase
from cardwarden.text import harmless

_WIDEST = 4_000  # columns of a value in a sentence
_LONG = 400  # characters of a line of a vCard that are shown; the file has all
_STYLE = """
:root { color-scheme: light; --ink: #1c1e21; --soft: #5b6470; --line: #d5d9de; --old: #fff4e5; --new: #e9f3ff; --mark: #ffd08a;
  --mark2: #a9d1ff; }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: #fff; font: 16px/1.6 "Noto Sans", "Noto Sans CJK JP", "Hiragino Sans",
  "Yu Gothic", Meiryo, "DejaVu Sans", Arial, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.3; margin: 0 0 .5rem; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; padding-bottom: .25rem; border-bottom: 2px solid var(--ink); }
h3 { font-size: 1.05rem; margin: 0 0 .25rem; }
p { margin: .4rem 0; max-width: 46rem; }
.soft { color: var(--soft); }
.small { font-size: .85rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .45rem .6rem;
  border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { font-size: .85rem; color: var(--soft); }
td.time { white-space: nowrap; font-size: .9rem; }
.value { font-family: "DejaVu Sans Mono", "Noto Sans Mono CJK JP", Consolas, Menlo, monospace; font-size: .95rem;
  unicode-bidi: isolate; white-space: pre-wrap; overflow-wrap: anywhere; }
.old mark { background: var(--mark); }
.new mark { background: var(--mark2); }
mark { color: inherit; border-radius: 2px; padding: 0 1px; }
section.one { border: 1px solid var(--line); border-radius: 8px; padding: 1rem 1.1rem 1.1rem; margin: 1rem 0;
  break-inside: avoid; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: .8rem; margin-top: .7rem; }
.side { border-radius: 6px; padding: .7rem .8rem; min-width: 0; }
.side.old { background: var(--old); }
.side.new { background: var(--new); }
.side h4 { margin: 0 0 .3rem; font-size: .85rem; letter-spacing: .02em; }
.big { font-size: 1.25rem; font-weight: 600; }
dl { display: grid; grid-template-columns: 11rem 1fr; gap: .1rem .7rem; margin: .6rem 0 0; font-size: .82rem; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
pre { margin: .6rem 0 0; padding: .6rem .7rem; background: #fffc; border: 1px solid var(--line); border-radius: 4px;
  font-size: .78rem; line-height: 1.5; white-space: pre-wrap; overflow-wrap: anywhere; }
pre.value { font-size: .78rem; }
.statement { border-left: 5px solid var(--ink); padding: .3rem 0 .3rem 1rem; margin: 1rem 0; }
.statement li { margin: .35rem 0; }
.bad { border-left: 5px solid #b00020; padding-left: 1rem; font-weight: 600; }
table { table-layout: fixed; }
td div { max-height: 18rem; overflow: auto; }
td.time { white-space: normal; }
th:nth-child(3), th:nth-child(4) { width: 26%; }
@media (max-width: 48rem) {
main { padding: 1.5rem 1rem 3rem; }
.pair, dl { grid-template-columns: minmax(0, 1fr); }
dd { margin-bottom: .3rem; }
table, tbody, tr, td { display: block; width: 100%; }
thead { display: none; }
tr { border: 1px solid var(--line); border-radius: 8px; padding: .5rem .7rem; margin: .8rem 0; }
td { border: 0; padding: .25rem 0; }
td::before { content: attr(data-head); display: block; font-size: .8rem; color: var(--soft); }
}
@media print { td div { max-height: none; }
main { max-width: none; padding: 0; }
body { font-size: 11pt; }
}
"""


def page(evidence: Mapping[str, Any], voice: Voice) -> str:
    """The page of what `report` gathered, in the voice's language. Nothing that stands in a contact can act in it."""
    return _Page(evidence, voice).text()


class _Page:
    def __init__(self, evidence: Mapping[str, Any], voice: Voice) -> None:
        self.evidence = evidence
        self.voice = voice

    def text(self) -> str:
        title = self._say("title_contact" if self.evidence["contacts"] else "title")
        made = self._say("made", at=_time(self.evidence["made_at"]), **{"with": self.evidence["made_with"]})
        offset = f"{datetime.fromisoformat(self.evidence['made_at']).astimezone():%z}"
        parts = [
            f"<h1>{title}</h1><p class=soft>{made} {self._say('times', zone=f'UTC{offset[:3]}:{offset[3:5]}')}</p>",
            f"<p>{self._say('about')}</p>",
            f"<p>{self._say('redacted')}</p>" if self.evidence["redacted"] else "",
            *map(self._contact, self.evidence["contacts"]),
            *(self._findings() if self.evidence["findings"] else ()),
            self._proof(),
        ]
        return (
            f'<!doctype html>\n<html lang="{self.voice.language}"><head><meta charset="utf-8">'
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{title}</title><style>{_STYLE}</style></head><body><main>{''.join(parts)}</main></body></html>\n"
        )

    def _say(self, name: str, **places: str) -> str:
        said = phrase(f"evidence-{name.replace('_', '-')}", **places)
        return escape(self.voice.say(said, width=_WIDEST))

    def _findings(self) -> Iterable[str]:
        rows = "".join(map(self._row, self.evidence["findings"]))
        heads = "".join(
            f"<th>{self._say(name)}</th>" for name in ("contact", "field", "before", "after", "seen", "state")
        )
        yield f"<h2>{self._say('summary')}</h2><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        yield f"<h2>{self._say('details')}</h2>"
        yield from map(self._one, self.evidence["findings"])

    def _row(self, finding: Mapping[str, Any]) -> str:
        old, new = _marked(finding["before"], finding["after"])
        gone = f"<span class=soft>{self._say('gone')}</span>"
        state = self._state(finding)
        if finding["closed_at"]:
            state += f"<br><span class='soft small'>{_time(finding['closed_at'])}</span>"
        return (
            f"<tr>{self._cell('contact', self._name(finding))}{self._cell('field', self._field(finding))}"
            f"{self._cell('before', f'<span class=value>{old or gone}</span>', 'old')}"
            f"{self._cell('after', f'<span class=value>{new or gone}</span>', 'new')}"
            f"{self._cell('seen', _time(finding['opened_at']), 'time')}{self._cell('state', state)}</tr>"
        )

    def _cell(self, head: str, shown: str, kind: str = "") -> str:
        """A cell that says by itself what stands in it, for narrow screens where rows are stacked."""
        return f'<td class="{kind}" data-head="{self._say(head)}"><div>{shown}</div></td>'

    def _state(self, finding: Mapping[str, Any]) -> str:
        """How it stands now, who accepted it, and who put the contact back."""
        accepted = finding["accepted"]
        if accepted and accepted["who"]:
            said = [_text(self.voice.say(phrase("evidence-accepted-by", who=accepted["who"])))]
        else:
            said = [self._say(finding["state"])]
        for restore in finding["restores"]:
            by = phrase("put-back-by", who=restore["who"]) if restore["who"] else phrase("put-back")
            said.append(f"<span class=small>{_time(restore['at'])} {_text(self.voice.say(by))}</span>")
        return "<br>".join(said)

    def _one(self, finding: Mapping[str, Any]) -> str:
        old, new = _marked(finding["before"], finding["after"])
        sides = finding["versions"]
        left = self._side("old", "before", old, sides["before"], "no_before")
        right = self._side("new", "after", new, sides["after"], "no_after")
        return (
            f"<section class=one><h3>{self._name(finding)}: {self._title(finding)}</h3>{self._why(finding)}"
            f"<p class='soft small'>{self._say('source')}: {_text(finding['source'])}</p>"
            f"<div class=pair>{left}{right}</div></section>"
        )

    def _why(self, finding: Mapping[str, Any]) -> str:
        if not finding["explanation"]:
            return ""
        return f"<p class=small>{_text(finding['explanation'])}</p>"

    def _side(self, kind: str, head: str, value: str, version: Mapping[str, Any] | None, none: str) -> str:
        shown = f"<div class='value big'>{value}</div>" if value else f"<div class=soft>{self._say('gone')}</div>"
        about = self._version(version) if version else f"<p class=small>{self._say(none)}</p>"
        return f"<div class='side {kind}'><h4>{self._say(head)}</h4>{shown}{about}</div>"

    def _version(self, version: Mapping[str, Any]) -> str:
        first, last = _time(version["first_seen"]), _time(version["last_seen"])
        seen = (
            self._say("first_only", first=first)
            if version["checks"] == 1
            else self._say("first_last", first=first, last=last, checks=f"{version['checks']:,}")
        )
        none = self.voice.say(phrase("evidence-not-stated"))
        facts = {
            "software": version["software"] or none,
            "revised": version["revised"] or none,
            "file": version["file"],
            "sum": version["sha256"],
        }
        rows = "".join(f"<dt>{self._say(name)}</dt><dd>{_text(value)}</dd>" for name, value in facts.items())
        lines = "\n".join(_line(line) for line in version["vcard"].replace("\r\n", "\n").rstrip("\n").split("\n"))
        return f"<p class=small>{seen}</p><dl>{rows}</dl><pre class=value>{lines}</pre>"

    def _contact(self, contact: Mapping[str, Any]) -> str:
        said = {
            "first": _time(contact["first_check"]),
            "last": _time(contact["last_check"]),
            "checks": f"{contact['checks']:,}",
        }
        about = (
            f"<h2>{_text(contact['name'])}</h2><dl><dt>{self._say('source')}</dt><dd>{_text(contact['source'])}</dd>"
            f"<dt>{self._say('uid')}</dt><dd>{_text(contact['uid'])}</dd></dl>"
        )
        more = [
            self._say(name, **{name: f"{contact[key]:,}"})
            for name, key in (("absent", "absent_at"), ("inconclusive", "inconclusive"))
            if contact[key]
        ]
        notes = "".join(f"<p>{note}</p>" for note in more)
        sides = "".join(
            f"<section class=one><h3>{_time(version['first_seen'])}</h3>{self._version(version)}</section>"
            for version in contact["versions"]
        )
        if contact["constant"]:
            statement = f"<p>{self._say('constant', **said)}</p>{self._numbers(contact['versions'][-1])}"
        else:
            steps = "".join(
                f"<p class=small>{_time(version['first_seen'])} – {_time(version['last_seen'])}</p>{self._numbers(version)}"
                for version in contact["versions"]
            )
            statement = f"<p>{self._say('varied', **said)}</p>{steps}"
        return f"{about}<div class=statement>{statement}{notes}</div><h2>{self._say('details_contact')}</h2>{sides}"

    def _numbers(self, version: Mapping[str, Any]) -> str:
        if not version["numbers"]:
            return f"<p>{self._say('no_numbers')}</p>"
        items = "".join(
            f"<li><span class='value big'>{_text(number['value'])}</span> "
            f"<span class=soft>({self._say('plus' if number['plus'] else 'no_plus')})</span></li>"
            for number in version["numbers"]
        )
        return f"<ul>{items}</ul>"

    def _proof(self) -> str:
        chain = self.evidence["chain"]
        fits = "proof_fits" if chain["fits"] else "proof_broken"
        bad = "" if chain["fits"] else " class=bad"
        return (
            f"<h2>{self._say('proof')}</h2><p>{self._say('proof_text', head=chain['head'])}</p>"
            f"<p{bad}>{self._say(fits, links=format(chain['links'], ','))}</p><p>{self._say('proof_files')}</p>"
            f"<p class=soft>{self._say('limits')}</p>"
        )

    def _name(self, finding: Mapping[str, Any]) -> str:
        return _text(finding["contact"]["name"] if finding["contact"] else finding["book"]) or "–"

    def _field(self, finding: Mapping[str, Any]) -> str:
        label = finding["field_label"]
        return escape(opening(label))

    def _title(self, finding: Mapping[str, Any]) -> str:
        return _text(finding["title"])


def _text(value: str) -> str:
    return escape(harmless(value))


def _line(line: str) -> str:
    return _text(line[:_LONG]) + (f" … ({len(line):,})" if len(line) > _LONG else "")


def _time(iso: str) -> str:
    """The local time to the minute; the page says which zone that is."""
    return when(datetime.fromisoformat(iso))


def _marked(before: str | None, after: str | None) -> tuple[str, str]:
    """Both values with the characters marked in which they differ."""
    old, new = harmless(before or "")[:_LONG], harmless(after or "")[:_LONG]
    if not old or not new:
        return escape(old), escape(new)
    left = right = ""
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        one, other = escape(old[a:b]), escape(new[c:d])
        left += one if what == "equal" or not one else f"<mark>{one}</mark>"
        right += other if what == "equal" or not other else f"<mark>{other}</mark>"
    return left, right
