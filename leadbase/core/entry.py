"""An entry: what an index keeps of one lead's file, so that a question need not open the file again.

A pure function of the file's reading and the rules. What depends on a day, on other leads or on the desk's notes is
left to whoever asks.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from leadbase.core import fulltext, links, text
from leadbase.core.columns import COLUMNS, WITHOUT_HOUR, joined
from leadbase.core.explanation import reasons
from leadbase.core.lead import Lead, Reading, Written, name_of
from leadbase.core.query import values
from leadbase.core.record import problem_record, record
from leadbase.core.rules import Rules
from leadbase.core.scoring import Assessment, assess
from leadbase.errors import Problem
from leadbase.late import late

if TYPE_CHECKING:
    from leadbase.core import infer
else:
    infer = late("leadbase.core.infer")

Columns = tuple[str | int | float | None, ...]
_NO_WORDS = ("", "", "")


@dataclass(frozen=True, slots=True)
class Entry:
    """What is kept of a lead's file. `columns` are in the order of COLUMNS.

    `values` are field, text and canonical word of what many leads share: companies, sources, owners,
    domains, tags, and the medium of their own source as it is shown.
    `words` are the tokens of title, companies and text. `record` is the lead's record as JSON; `problems` the list of
    its problems as JSON, with what the lead itself suggests, "" when there are none.
    """

    columns: Columns
    values: tuple[tuple[str, str, str], ...]
    words: tuple[str, str, str]
    record: str
    problems: str


def entries(readings: Sequence[Reading], rules: Rules) -> list[Entry]:
    """The entries of leads' files, in their order, scored as of each lead's own day.

    One kind of work is done after the other, for all of them: code that has just run is at hand in the processor, and
    this takes a sixth less time than lead by lead.
    """
    judged = [assess(each.lead, rules) if each.lead else None for each in readings]
    both = list(zip(readings, judged, strict=True))
    records = [as_record(reading, assessment) for reading, assessment in both]
    tokens = [words(lead.title, lead.companies, lead.text) if (lead := each.lead) else _NO_WORDS for each in readings]
    values_of = [tuple(dict.fromkeys(_values(each.lead, rules))) if each.lead else () for each in readings]
    columns = [_columns(reading, assessment) for reading, assessment in both]
    problems = [_problems(each, rules) if each.problems else "" for each in readings]
    return list(map(Entry, columns, values_of, tokens, records, problems))


def as_record(reading: Reading, assessment: Assessment | None) -> str:
    """The record of a lead as JSON on one line, with every line of both axes under `explanation`."""
    return _json(record(reading, assessment) | {"explanation": reasons(assessment) if assessment else []})


def words(title: str, companies: tuple[str, ...], body: str) -> tuple[str, str, str]:
    """The tokens of title, companies and text, each as one text with spaces between them."""
    names = [fulltext.column(text.folded(each)) for each in companies]
    # a token that nobody can ask for keeps a phrase from standing in two names at once
    return (
        fulltext.column(text.folded(title)),
        " $$ ".join(names),
        fulltext.column(text.folded(body)),
    )


_JSON = json.JSONEncoder(ensure_ascii=False, default=str, separators=(",", ":"), check_circular=False)


def _json(value: object) -> str:
    return _JSON.encode(value)


def _problems(reading: Reading, rules: Rules) -> str:
    return _json([problem_record(each) for each in _suggesting(reading, rules)])


def _columns(reading: Reading, assessment: Assessment | None) -> Columns:
    lead = reading.lead
    if lead is None or assessment is None:
        name = name_of(reading.path)
        unread: dict[str, str | int | float | None] = dict.fromkeys(COLUMNS)
        unread |= {"name": name, "name_key": name.casefold(), "is_readable": 0, "is_failed": 1, "is_stale": 0}
        unread |= {"problem_count": len(reading.problems), "has_references": 0}
        return tuple(unread.values())
    fresh = Written(assessment.score, assessment.confidence, assessment.grade)
    return (
        lead.name,
        lead.name.casefold(),
        1,
        int(reading.failed),
        int(lead.written != fresh),
        int(has_references(lead)),
        len(reading.problems),
        lead.title,
        joined(lead.companies),
        lead.type,
        joined([each.source for each in lead.evidence]),
        joined([each.link for each in lead.evidence]),
        joined(lead.tags),
        lead.verification,
        lead.attribution,
        lead.language,
        lead.day.toordinal() if lead.day else None,
        instant(lead),
        day.toordinal() if (day := values.day_of(lead, "embargo-until")) else None,
        free_from(lead).toordinal(),
        assessment.score,
        assessment.confidence,
        assessment.grade,
        assessment.code,
        joined([links.comparable(each.link) for each in lead.evidence if each.link]),
    )


def instant(lead: Lead) -> float | None:
    """Where the lead stands among those of its day, in seconds; WITHOUT_HOUR after all hours, None without a time."""
    if isinstance(lead.time, datetime):
        return lead.time.timestamp()
    return WITHOUT_HOUR if lead.time else None


def free_from(lead: Lead) -> date:
    """The first day on which an embargo no longer keeps the lead back; an embargo to an hour holds for all its day."""
    until = lead.embargo_until
    if until is None:
        return date.min
    if isinstance(until, datetime):
        return until.date() + timedelta(days=until.date() < date.max)
    return until


def has_references(lead: Lead) -> bool:
    """Whether the lead names other leads or desk notes, which may or may not be there."""
    named = lead.follow_up_of or lead.same_as or lead.not_same_as or lead.duplicate_of
    return bool(named) or any(links.is_note(each.link) for each in lead.evidence if each.link)


def _values(lead: Lead, rules: Rules) -> Iterator[tuple[str, str, str]]:
    for name in lead.companies:
        known = rules.company(name)
        yield "company", name, known.id if known else ""
    for number, each in enumerate(lead.evidence):
        source = values.publisher(each, rules)
        if each.source:
            yield "source", each.source, ""
        if host := links.host(each.link):
            yield "domain", host, ""
        if source and source.owner:
            yield "owner", source.owner, ""
        if number == 0 and (shown := source.name if source else each.source):
            yield "medium", shown, ""
    for tag in lead.tags:
        yield "tag", tag, ""


def _suggesting(reading: Reading, rules: Rules) -> Iterator[Problem]:
    """The reading's problems; where a company, a type or a source is missing, with what the lead itself gives away."""
    lead = reading.lead
    missing = {"missing-company", "missing-type", "missing-source"} & {problem.code for problem in reading.problems}
    said: dict[str, str] = {}
    if lead and missing:
        for each in infer.inferences(lead.title, lead.text, lead.link, rules):
            said.setdefault(f"missing-{each.field}", f"add `{each.field}: {each.value}`? {each.because}")
    for problem in reading.problems:
        yield replace(problem, hint=said[problem.code]) if problem.code in said and not problem.hint else problem
