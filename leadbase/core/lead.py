"""A lead: what one file says, as a value, and everything that is wrong with how it says it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import Any

from leadbase.core import leadfile, links, vocabulary
from leadbase.core.moments import Moment, day_of, moment_of
from leadbase.errors import LeadFileError, Problem

__all__ = ["Evidence", "Lead", "Moment", "Reading", "Written", "day_of", "moment_of", "name_of", "read"]

_CHINESE_LIST = re.compile("[，、；]")
_WHOLE_NUMBER = re.compile(r"0|[1-9]\d{0,8}")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One report of the lead's news. `source` is a name, `link` an address or a desk note's path; both may be empty.

    `origin` names whose report this one repeats, where the desk knows it.
    """

    source: str = ""
    link: str = ""
    time: Moment | None = None
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """What the file's managed lines say now; None where a line is missing or not of its kind."""

    score: int | None = None
    confidence: int | None = None
    grade: str | None = None


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead as its file states it. Empty text or tuple means: not stated.

    `name` is the file's stem; `path` is relative to the base, with `/`. `evidence[0]` is the lead's own source and
    link, what follows stands under `also:`. `day` is the day of `time` in the desk's time zone. `extra` holds the
    desk's own keys, never judged. `lines` tells where each key stands in the file, by its canonical name too.
    """

    name: str
    path: str
    title: str
    companies: tuple[str, ...] = ()
    type: str = "other"
    evidence: tuple[Evidence, ...] = (Evidence(),)
    time: Moment | None = None
    day: date | None = None
    verification: str = "unverified"
    attribution: str = "unspecified"
    verified_by: str = ""
    verified_at: str = ""
    embargo_until: Moment | None = None
    language: str = ""
    tags: tuple[str, ...] = ()
    follow_up_of: tuple[str, ...] = ()
    same_as: tuple[str, ...] = ()
    not_same_as: tuple[str, ...] = ()
    duplicate_of: str = ""
    note: str = ""
    text: str = ""
    written: Written = Written()
    extra: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """The name of the lead's own source, or ""."""
        return self.evidence[0].source

    @property
    def link(self) -> str:
        """The lead's own link, or ""."""
        return self.evidence[0].link


@dataclass(frozen=True, slots=True)
class Reading:
    """A lead's file after reading: the lead, unless the file cannot be read as one, and all problems found."""

    path: str
    lead: Lead | None
    problems: tuple[Problem, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether something is wrong that keeps the lead out of a report."""
        return self.lead is None or any(problem.level == "error" for problem in self.problems)


def name_of(path: str) -> str:
    """The name of the lead in that file: its stem."""
    file = path.rpartition("/")[2]
    return file.rpartition(".")[0] or file


def read(raw: bytes, path: str, zone: tzinfo) -> Reading:
    """The lead in a file's bytes. `zone` is the desk's time zone, for times that name none.

    What is wrong is in the reading's problems, never raised. A value that cannot be understood counts against the
    lead, never for it: an unknown verification reads as unverified, an unreadable embargo as one without end.
    """
    try:
        document = leadfile.read(raw, path)
    except LeadFileError as error:
        return Reading(path, None, error.problems)
    return _Reader(document, path, zone).reading()


@dataclass(frozen=True, slots=True)
class _Layout:
    """Which fields a file has: `keys` by their canonical names, those it has twice, and the desk's own keys."""

    keys: Mapping[str, str]
    doubled: frozenset[str]
    own: tuple[str, ...]
    is_canonical: bool


@lru_cache(maxsize=256)  # the leads of a base have the same few keys in the same order
def _layout(keys: tuple[str, ...]) -> _Layout:
    """The canonical spelling of a field is taken where the file has it, else the first synonym."""
    found: dict[str, str] = {}
    doubled: set[str] = set()
    for key in keys:
        canonical = vocabulary.field_of(key)
        if canonical is None:
            continue
        if canonical in found:
            doubled.add(canonical)
        if canonical not in found or key == canonical:
            found[canonical] = key
    taken = set(found.values())
    own = tuple(key for key in keys if key not in taken)
    return _Layout(found, frozenset(doubled), own, found.keys() == set(keys))


class _Reader:
    """Takes a document's fields apart and collects what is wrong with them."""

    def __init__(self, document: leadfile.Document, path: str, zone: tzinfo) -> None:
        self.document = document
        self.path = path
        self.zone = zone
        self.problems: list[Problem] = []
        self.layout = layout = _layout(tuple(document.texts))
        self.stated: Mapping[str, object] = document.texts
        if not layout.is_canonical:
            self.stated = {canonical: document.texts[key] for canonical, key in layout.keys.items()}

    def is_contradicted(self, field: str) -> bool:
        """Whether the file states a field that guards the lead twice, under two names and differently."""
        if field not in self.layout.doubled:
            return False
        texts = self.document.texts
        stated = {str(texts[key]): key for key in texts if vocabulary.field_of(key) == field and texts[key] is not None}
        if len(stated) < 2:
            return False
        first, second, *_ = stated.values()
        message = f"`{first}` and `{second}` are the same field and do not agree; the stricter reading counts"
        self.complain("error", "contradiction", field, message, "keep one of them")
        return True

    def complain(self, level: str, code: str, key: str, message: str, hint: str = "") -> None:
        line = self.document.lines.get(self.layout.keys.get(key, key))
        self.problems.append(Problem(self.path, line, "error" if level == "error" else "warning", code, message, hint))

    def reading(self) -> Reading:
        title = self.text("title")
        if not title and not self.problems:  # else it is of the wrong kind, which is said already
            self.complain("error", "missing-title", "title", "the lead has no title", "add a line `title: …`")
        time = self.moment("time")
        lead = Lead(
            name=name_of(self.path),
            path=self.path,
            title=title,
            companies=self.texts("company"),
            type=self.type(),
            evidence=self.evidence(time),
            time=time,
            day=day_of(time, self.zone),
            verification=self.verification(),
            attribution=self.attribution(),
            text=self.document.body,
            written=self.written(),
            extra={key: self.document.values[key] for key in self.layout.own},
            lines=self.lines(),
            **self.further_fields(),
        )
        self.note_what_is_missing(lead)
        self.problems.sort(key=lambda problem: problem.line or 0)
        return Reading(self.path, lead if title else None, tuple(self.problems))

    def further_fields(self) -> dict[str, Any]:
        """Of the fields that most leads do without, those that the file has."""
        return {each: read_as(self, key) for each, key, read_as in _FURTHER if key in self.stated}

    def lines(self) -> Mapping[str, int]:
        lines = self.document.lines
        if self.layout.is_canonical:
            return lines
        return {**lines, **{key: lines[own] for key, own in self.layout.keys.items()}}

    def raw(self, key: str) -> object:
        return self.stated.get(key)

    def text(self, key: str) -> str:
        value = self.stated.get(key)
        if value is None:
            return ""
        if isinstance(value, str):
            return value.strip()
        self.complain("error", f"bad-{key}", key, f"{key} must be one text, not {_shape(value)}")
        return ""

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.stated.get(key)
        if value is None:
            return ()
        if isinstance(value, str):
            if value.isascii():
                return (alone,) if (alone := value.strip()) else ()
            # 百度，阿里巴巴 are two; an English comma may belong to a name, as in Example, Inc.
            return tuple(part.strip() for part in _CHINESE_LIST.split(value) if part.strip())
        if isinstance(value, list) and all(each is None or isinstance(each, str) for each in value):
            return tuple(each.strip() for each in value if each and each.strip())
        self.complain("error", f"bad-{key}", key, f"{key} must be a text or a list of texts, not {_shape(value)}")
        return ()

    def moment(self, key: str) -> Moment | None:
        written = self.text(key)
        if not written:
            return None
        moment = moment_of(written, self.zone)
        if moment is None:
            hint = "write 2026-04-24 or 2026-04-24T11:30+08:00"
            self.complain("error", f"bad-{key}", key, f"{key} must be a date or a date and time, not '{written}'", hint)
        return moment

    def embargo(self, key: str) -> Moment | None:
        """When the embargo ends, in the desk's time zone: its day is compared with the desk's day."""
        if self.is_contradicted(key):
            return date.max
        moment = self.moment(key)
        if moment is None and self.raw(key):
            return date.max
        return moment.astimezone(self.zone) if isinstance(moment, datetime) else moment

    def type(self) -> str:
        written = self.text("type")
        if not written:
            if not self.raw("type"):
                self.complain("warning", "missing-type", "type", "the lead has no type and counts as other")
            return "other"
        known = vocabulary.type_of(written)
        if known is None:
            near = vocabulary.nearest_type(written)
            hint = f"did you mean {near}?" if near else f"the types are {', '.join(vocabulary.TYPES)}"
            self.complain("warning", "unknown-type", "type", f"unknown type '{written}' counts as other", hint)
        return known or "other"

    def verification(self) -> str:
        if self.is_contradicted("verification"):
            return "unverified"
        written = self.text("verification")
        known = vocabulary.verification_of(written)
        if known is None:
            near = vocabulary.nearest_verification(written)
            hint = f"did you mean {near}?" if near else f"one of {', '.join(vocabulary.VERIFICATIONS)}"
            message = f"unknown verification '{written}' counts as unverified"
            self.complain("error", "unknown-verification", "verification", message, hint)
        return known or "unverified"

    def attribution(self) -> str:
        if self.is_contradicted("attribution"):
            return "off-record"
        written = self.text("attribution")
        if not isinstance(self.raw("attribution"), str | None):
            return "off-record"  # text() has complained
        known = vocabulary.attribution_of(written)
        if known is None:
            hint = f"one of {', '.join(vocabulary.ATTRIBUTIONS)}"
            message = f"unknown attribution '{written}' counts as off-record"
            self.complain("error", "unknown-attribution", "attribution", message, hint)
        return known or "off-record"

    def evidence(self, time: Moment | None) -> tuple[Evidence, ...]:
        sources, addresses = self.texts("source"), [self.link(each, "link") for each in self.texts("link")]
        own = [Evidence(sources[0] if sources else "", addresses[0] if addresses else "", time, self.text("origin"))]
        for index in range(1, max(len(sources), len(addresses))):
            source = sources[index] if index < len(sources) else ""
            own.append(Evidence(source, addresses[index] if index < len(addresses) else ""))
        return (*own, *self.also())

    def also(self) -> list[Evidence]:
        listed = self.raw("also")
        if not listed:
            return []
        if not isinstance(listed, list):
            listed = [listed]
        found = []
        for number, written in enumerate(listed, 1):
            entry = written
            if isinstance(written, str):
                entry = {"link": written} if links.is_web(written) else {"source": written}
            if not isinstance(entry, dict) or not all(v is None or isinstance(v, str) for v in entry.values()):
                hint = "write `- source: …` with link, time and origin below it"
                self.complain("error", "bad-also", "also", f"entry {number} of also must be a source with a link", hint)
                continue
            found.append(self.further(number, {key: (value or "").strip() for key, value in entry.items()}))
        return found

    def further(self, number: int, entry: Mapping[str, str]) -> Evidence:
        fields: dict[str, str] = {}
        for key, value in entry.items():
            canonical = vocabulary.field_of(key)
            if canonical in ("source", "link", "time", "origin") and (canonical not in fields or key == canonical):
                fields[canonical] = value
        written = fields.get("time", "")
        moment = moment_of(written, self.zone) if written else None
        if written and moment is None:
            message = f"time of entry {number} of also must be a date, not '{written}'"
            self.complain("error", "bad-also", "also", message, "write 2026-04-24")
        if not fields.get("source") and not fields.get("link"):
            message = f"entry {number} of also names neither a source nor a link"
            self.complain("error", "bad-also", "also", message, "its keys are source, link, time and origin")
        link = self.link(fields.get("link", ""), "also")
        return Evidence(fields.get("source", ""), link, moment, fields.get("origin", ""))

    def link(self, written: str, key: str) -> str:
        if not written or links.is_web(written) or (links.is_note(written)):
            return written
        hint = "write an address with https:// or the path of a note in this base"
        if links.is_web(f"https://{written}") and "." in written:
            hint = f"did you mean https://{written}?"
        self.complain("error", "bad-link", key, f"'{written}' is not a link", hint)
        return ""

    def written(self) -> Written:
        """The managed lines as leadbase writes them: by their text, so that `score: "78"` says 78 too."""
        if self.stated.keys().isdisjoint(vocabulary.MANAGED):
            return _UNWRITTEN
        score, confidence, grade = (self.raw(key) for key in vocabulary.MANAGED)
        return Written(
            _number(score), _number(confidence), vocabulary.grade_of(grade) if isinstance(grade, str) else None
        )

    def note_what_is_missing(self, lead: Lead) -> None:
        if lead.companies and lead.source and lead.link and lead.time and lead.text:
            return
        absent = {
            "company": (lead.companies, "so its prominence is unknown"),
            "source": (lead.source, "which costs confidence"),
            "link": (lead.link, "which costs confidence"),
            "time": (lead.time, "so it appears in no report"),
            "text": (lead.text, "which costs confidence"),
        }
        reported = {problem.code for problem in self.problems}
        for key, (value, cost) in absent.items():
            if not value and f"bad-{key}" not in reported:
                meant = vocabulary.nearest(key, lead.extra)
                hint = f"is `{meant}` meant to be `{key}`?" if meant else ""
                self.complain("warning", f"missing-{key}", key, f"the lead has no {key}, {cost}", hint)


_FURTHER: tuple[tuple[str, str, Callable[[_Reader, str], Any]], ...] = (
    ("verified_by", "verified-by", _Reader.text),
    ("verified_at", "verified-at", _Reader.text),
    ("embargo_until", "embargo-until", _Reader.embargo),
    ("language", "language", _Reader.text),
    ("tags", "tags", _Reader.texts),
    ("follow_up_of", "follow-up-of", _Reader.texts),
    ("same_as", "same-as", _Reader.texts),
    ("not_same_as", "not-same-as", _Reader.texts),
    ("duplicate_of", "duplicate-of", _Reader.text),
    ("note", "note", _Reader.text),
)
_UNWRITTEN = Written()


def _number(written: object) -> int | None:
    return int(written) if isinstance(written, str) and _WHOLE_NUMBER.fullmatch(written) else None


def _shape(value: object) -> str:
    return "a list" if isinstance(value, list) else "a table"
