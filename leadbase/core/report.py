"""The daily report: which leads it holds, in what order, what of them may be published, and its sidecar.

leadbase.core.reportwords puts it into words; a template lays the words out.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, tzinfo
from typing import Any

from leadbase.core import links
from leadbase.core.entry import free_from
from leadbase.core.lead import Evidence, Lead, Moment, Reading, name_of
from leadbase.core.record import published, record, short_ids
from leadbase.core.rules import Rules
from leadbase.core.scoring import (
    NEEDS_VERIFICATION,
    NOT_ADOPTED,
    QUOTABLE,
    Assessment,
    Change,
    Gate,
    assess,
    cheapest,
)
from leadbase.errors import Problem

GRADES = (QUOTABLE, NEEDS_VERIFICATION, NOT_ADOPTED)
"""The groups of a report, in their order."""

CONFIDENTIAL = frozenset({"background", "deep-background", "anonymous"})
"""Attributions under which a person who is the source is not named."""

SCHEMA = 1
_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A lead in a report: its reading with all that may not be published taken out, and what the rules make of it.

    `duplicates` is the short id of the lead that this one is a duplicate of, or "" when it is none or may not be named.
    `change` is the cheapest change of a lead that still needs verification.
    """

    reading: Reading
    lead: Lead
    assessment: Assessment
    id: str
    duplicates: str = ""
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class Edition:
    """What the report of a day holds. `leads` are the day's, graded; `open` those of earlier days that are listed.

    `open_count` counts the open ones that are not listed too. `withheld_broken` counts broken leads that may not even
    be named.
    """

    day: date
    zone: tzinfo
    zone_name: str
    rules: str
    leads: tuple[Entry, ...]
    open: tuple[Entry, ...]
    open_count: int
    broken: tuple[Reading, ...]
    embargoed: int
    off_record: int
    withheld_broken: int
    ids: Mapping[str, str]

    def of_grade(self, grade: str) -> tuple[Entry, ...]:
        """The day's leads of one grade."""
        return tuple(entry for entry in self.leads if entry.assessment.grade == grade)

    @property
    def counts(self) -> dict[str, int]:
        """How many of each."""
        return {
            "leads": len(self.leads),
            "quotable": len(self.of_grade(QUOTABLE)),
            "needs_verification": len(self.of_grade(NEEDS_VERIFICATION)),
            "not_adopted": len(self.of_grade(NOT_ADOPTED)),
            "open": self.open_count,
            "broken": len(self.broken) + self.withheld_broken,
            "embargoed": self.embargoed,
            "off_record": self.off_record,
        }

    @property
    def failed(self) -> bool:
        """Whether a lead could not be read."""
        return bool(self.broken or self.withheld_broken)


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a report was compiled from: a commit and its time, or "" and the moment of compiling."""

    commit: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the report of a day says of leads that are not in it: the short ids of the whole base, the names that may be
    named, and how many leads of the day or before it an embargo holds back, and of the day itself are off the record.
    """

    day: date
    ids: Mapping[str, str]
    public: frozenset[str]
    embargoed: int
    off_record: int


def surroundings(readings: Sequence[Reading], day: date) -> Surroundings:
    """The surroundings of a report of these leads, which are all of the base."""
    leads = [reading.lead for reading in readings if reading.lead and not reading.failed]
    due = [lead for lead in leads if lead.day and lead.day <= day]
    return Surroundings(
        day=day,
        ids=short_ids(name_of(reading.path) for reading in readings),
        public=frozenset(lead.name for lead in leads if _is_public(lead, day)),
        embargoed=sum(lead.attribution != "off-record" and free_from(lead) > day for lead in due),
        off_record=sum(lead.attribution == "off-record" and lead.day == day for lead in due),
    )


def open_days(rules: Rules) -> int:
    """The age in days, at most, at which a lead of any type may still be open."""
    half_lives: Mapping[str, int] = rules.scoring["value"]["timeliness"]["half_life_days"]
    most: int = rules.scoring["grades"]["expire_half_lives"] * max(half_lives.values())
    return most


def edition(readings: Iterable[Reading], rules: Rules, around: Surroundings, zone: tzinfo, zone_name: str) -> Edition:
    """The report of a day: every lead as of that day.

    A lead is news on its own day or, under an embargo, on the first day after it. It stays open as long as it needs
    verification, up to the age at which an unverified lead expires. The readings may be those of the whole base; they
    must be those of every broken lead and of every one that is news on the day or may be open.
    """
    day = around.day
    listed = sorted(readings, key=lambda reading: reading.path)
    broken = [reading for reading in listed if reading.failed]
    named = tuple(reading for reading in broken if reading.lead is None or _is_public(reading.lead, date.min))
    leads = {reading.path: reading.lead for reading in listed if reading.lead and not reading.failed}
    due = {path: lead for path, lead in leads.items() if lead.day and lead.day <= day}
    editor = _Editor(rules, day, around.ids, around.public)
    news: list[Entry] = []
    still_open: list[Entry] = []
    for reading in listed:
        lead = due.get(reading.path)
        if lead is None or not _is_public(lead, day):
            continue
        if _appears(lead) == day:
            news.append(editor.entry(reading, lead))
        elif editor.may_be_open(lead):
            entry = editor.entry(reading, lead)
            still_open += [entry] * (entry.assessment.grade == NEEDS_VERIFICATION)
    news.sort(key=lambda entry: _rank(entry, zone))
    still_open.sort(key=lambda entry: _rank(entry, zone))
    return Edition(
        day=day,
        zone=zone,
        zone_name=zone_name,
        rules=rules.digest,
        leads=tuple(editor.with_change(entry) for entry in news),
        open=tuple(editor.with_change(entry) for entry in still_open[: rules.scoring["report"]["open_limit"]]),
        open_count=len(still_open),
        broken=named,
        embargoed=around.embargoed,
        off_record=around.off_record,
        withheld_broken=len(broken) - len(named),
        ids=editor.ids,
    )


def _appears(lead: Lead) -> date:
    """The day on which a lead that has a day is news."""
    return max(lead.day or date.max, free_from(lead))


def _is_public(lead: Lead, day: date) -> bool:
    return lead.attribution != "off-record" and free_from(lead) <= day


@dataclass(frozen=True, slots=True)
class _Editor:
    """Makes entries as of a day. `public` are the names of leads that may be named on it."""

    rules: Rules
    day: date
    ids: Mapping[str, str]
    public: frozenset[str]

    def may_be_open(self, lead: Lead) -> bool:
        """Whether the lead is younger than the age at which it expires if nobody verifies it."""
        table = self.rules.scoring
        half_life: int = table["value"]["timeliness"]["half_life_days"][table["value"]["type"][lead.type][1]]
        limit: int = table["grades"]["expire_half_lives"] * half_life
        return lead.day is not None and (self.day - lead.day).days <= limit

    def entry(self, reading: Reading, lead: Lead) -> Entry:
        """The lead's entry, without any name that may not be published."""
        assessment = assess(lead, self.rules, self.day)
        evidence = lead.evidence
        if assessment.facts.attribution in CONFIDENTIAL:
            evidence = tuple(_without_person(each, self.rules) for each in evidence)
        cleared = replace(
            lead,
            evidence=evidence,
            follow_up_of=tuple(name for name in lead.follow_up_of if name in self.public),
            duplicate_of=lead.duplicate_of if lead.duplicate_of in self.public else "",
        )
        return Entry(
            reading=replace(reading, lead=cleared, problems=()),
            lead=cleared,
            assessment=replace(assessment, gates=tuple(map(_without_names, assessment.gates))),
            id=self.ids[lead.name],
            duplicates=self.ids[cleared.duplicate_of] if cleared.duplicate_of else "",
        )

    def with_change(self, entry: Entry) -> Entry:
        """The entry with the cheapest change, where it still needs verification; that search is the slow part."""
        is_open = entry.assessment.grade == NEEDS_VERIFICATION
        return replace(entry, change=cheapest(entry.assessment, self.rules)) if is_open else entry


def _without_person(evidence: Evidence, rules: Rules) -> Evidence:
    """Without the name of a confidential source, unless it is that of a medium: registered, or linked on the web."""
    if links.is_web(evidence.link) or rules.source_named(evidence.source):
        return replace(evidence, origin="")
    return Evidence(link=evidence.link, time=evidence.time)


def _without_names(gate: Gate) -> Gate:
    return replace(gate, message="duplicate of another lead") if gate.code == "duplicate" else gate


def _rank(entry: Entry, zone: tzinfo) -> tuple[int, int, float, str]:
    """Value, confidence and time, the highest first, then the name."""
    moment = entry.lead.time
    seconds = _instant(moment, zone).timestamp() if moment else 0.0
    return -entry.assessment.score, -entry.assessment.confidence, -seconds, entry.lead.name


def _instant(moment: Moment, zone: tzinfo) -> datetime:
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time(), zone)


def window(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """The first and the last second of a day in the desk's time zone."""
    return datetime.combine(day, time(), zone), datetime.combine(day, time(23, 59, 59), zone)


def stamps(edited: Edition, provenance: Provenance) -> tuple[str, str]:
    """`date` and `lastmod` of a report: the moment of its sources, and for the first not after the end of its day."""
    at = provenance.at.astimezone(edited.zone).replace(microsecond=0)
    return min(at, window(edited.day, edited.zone)[1]).isoformat(), at.isoformat()


def tidy(text: str) -> str:
    """A rendered report with LF line ends, no spaces at line ends, no double blank lines and one final newline."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    trimmed = "\n".join(line.rstrip(" \t") for line in lines.split("\n"))
    return _BLANK_LINES.sub("\n\n", trimmed).strip("\n") + "\n"


def fingerprint(report: bytes) -> str:
    """SHA-256 of a report with its line ends as LF, so that a checkout with CRLF is the same report."""
    return hashlib.sha256(report.replace(b"\r\n", b"\n")).hexdigest()


def sidecar(edited: Edition, provenance: Provenance, report: str, reasons: Mapping[str, Mapping[str, Any]]) -> str:
    """The report as JSON, for machines: cleaned but not escaped. `reasons` adds what was worded, by short id."""
    first, last = window(edited.day, edited.zone)
    published_at, lastmod = stamps(edited, provenance)
    value = {
        "schema": SCHEMA,
        "day": edited.day.isoformat(),
        "timezone": edited.zone_name,
        "window": {"since": first.isoformat(), "until": last.isoformat()},
        "date": published_at,
        "lastmod": lastmod,
        "commit": provenance.commit or None,
        "rules": edited.rules,
        "counts": edited.counts,
        "report_sha256": fingerprint(report.encode()),
        "leads": [_public_record(entry, edited.ids, reasons) for entry in edited.leads],
        "open": [_public_record(entry, edited.ids, reasons) for entry in edited.open],
        "broken": [
            {"path": problem.path, "line": problem.line, "code": problem.code, "message": problem.message}
            for problem in public_problems(edited)
        ],
    }
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _public_record(entry: Entry, ids: Mapping[str, str], reasons: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    whole = record(entry.reading, entry.assessment, ids)
    return {**published(whole), "age_days": entry.assessment.age_days, **reasons[entry.id]}


def problems(broken: Sequence[Reading]) -> list[Problem]:
    """What keeps the broken leads out of the report, by path and line."""
    found = [problem for reading in broken for problem in _errors(reading)]
    return sorted(found, key=lambda problem: (problem.path, problem.line or 0, problem.code, problem.message))


def public_problems(edited: Edition) -> list[Problem]:
    """The problems as they may be published: in our own words, since a message quotes what the file says.

    A file that cannot be read may be off the record, and its name alone may tell what it is about: it is called by
    its short id. The desk sees paths and messages on the screen.
    """
    unread = {
        reading.path: f"lead {edited.ids[name_of(reading.path)]}" for reading in edited.broken if not reading.lead
    }
    return [
        replace(problem, path=unread.get(problem.path, problem.path), message=problem.code.replace("-", " "), hint="")
        for problem in problems(edited.broken)
    ]


def _errors(reading: Reading) -> Sequence[Problem]:
    """The errors of a reading; all its problems when it is a mere warning that kept the file from being read."""
    return [problem for problem in reading.problems if problem.level == "error"] or reading.problems
