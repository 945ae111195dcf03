"""Listing leads: filtered, scored and sorted."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from leadbase.core import links, vocabulary
from leadbase.core.grades import QUOTABLE
from leadbase.core.lead import Lead, Reading
from leadbase.errors import UsageError
from leadbase.late import late
from leadbase.workspace import Workspace

if TYPE_CHECKING:
    from leadbase.core import scoring
    from leadbase.core.rules import Rules
else:
    scoring = late("leadbase.core.scoring")

SORT_KEYS = ("time", "score", "confidence", "title", "company", "name")
_FALLING = frozenset({"time", "score", "confidence"})


@dataclass(frozen=True, slots=True)
class Filter:
    """What a lead must be to be listed; empty means anything. Several names of one kind: any of them will do;
    of `words`, which stand in title or text, all must be there.
    """

    companies: Sequence[str] = ()
    types: Sequence[str] = ()
    grades: Sequence[str] = ()
    verifications: Sequence[str] = ()
    sources: Sequence[str] = ()
    since: date | None = None
    until: date | None = None
    least: int = 0
    most: int = 100
    words: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A listed lead. Its numbers are the written ones, or those of `assessment` where the rules were asked."""

    reading: Reading
    lead: Lead
    score: int
    confidence: int
    grade: str
    assessment: "scoring.Assessment | None"


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows asked for, how many there were before the limit, and the files that could not be read."""

    rows: tuple[Row, ...]
    matched: int
    unreadable: tuple[Reading, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether a file could not be read, so that the rows may not be all."""
        return bool(self.unreadable)


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is sorted and cut. `key` is one of SORT_KEYS, with + or - after it for rising or falling;
    otherwise time, score and confidence fall and words rise. `limit` None means all."""

    key: str = "time"
    limit: int | None = None


def list_leads(
    workspace: Workspace, wanted: Filter, order: Order, *, as_of: date | None = None, fresh: bool = False
) -> Listing:
    """The leads that pass the filter, sorted.

    Without a day, and unless `fresh` asks for the rules' own numbers, a lead counts with the score written in its
    file; one without is scored as of its own day.
    """
    key, falls = _order(order.key)
    passes = _lead_tests(wanted, workspace)
    grades = {vocabulary.asked_grade(each) for each in wanted.grades}
    readings = [each for each in workspace.readings if each.lead and all(test(each.lead) for test in passes)]
    rows = [row for each in readings if each.lead for row in [_row(workspace, each, each.lead, as_of, fresh)]]
    rows = [row for row in rows if wanted.least <= row.score <= wanted.most and (not grades or row.grade in grades)]
    rows.sort(key=lambda row: row.lead.name)
    rows.sort(key=key, reverse=falls)
    unreadable = tuple(reading for reading in workspace.readings if reading.lead is None)
    return Listing(tuple(rows[: order.limit]), len(rows), unreadable)


def _row(workspace: Workspace, reading: Reading, lead: Lead, as_of: date | None, fresh: bool) -> Row:
    written = lead.written
    if not fresh and as_of is None and _is_credible(lead):
        score, confidence, grade = written.score, written.confidence, written.grade
        if score is not None and confidence is not None and grade is not None:
            return Row(reading, lead, score, confidence, grade, None)
    assessment = scoring.assess(lead, workspace.rules, as_of)
    return Row(reading, lead, assessment.score, assessment.confidence, assessment.grade, assessment)


def _is_credible(lead: Lead) -> bool:
    """Whether the written grade can be the rules': none but a desk's check makes a lead quotable."""
    return lead.written.grade != QUOTABLE or lead.verification in ("verified", "confirmed-official")


def _order(sort: str) -> tuple[Callable[[Row], Any], bool]:
    name = sort.rstrip("+-")
    if name not in SORT_KEYS or len(sort) - len(name) > 1:
        near = vocabulary.nearest(name, SORT_KEYS)
        hint = f"did you mean {near}?" if near else f"the keys are {', '.join(SORT_KEYS)}"
        raise UsageError(f"leads cannot be sorted by '{sort}'", hint)
    falls = sort.endswith("-") or (name in _FALLING and not sort.endswith("+"))
    keys: dict[str, Callable[[Row], Any]] = {
        "time": _instant,
        "score": lambda row: row.score,
        "confidence": lambda row: row.confidence,
        "title": lambda row: row.lead.title.casefold(),
        "company": lambda row: tuple(each.casefold() for each in row.lead.companies),
        "name": lambda row: row.lead.name,
    }
    return keys[name], falls


def _instant(row: Row) -> tuple[date, float]:
    """A day without an hour sorts as the day's last moment; a lead without time sorts as the oldest."""
    moment = row.lead.time
    hour = moment.timestamp() if isinstance(moment, datetime) else float("inf")
    return row.lead.day or date.min, hour


def _lead_tests(wanted: Filter, workspace: Workspace) -> list[Callable[[Lead], bool]]:
    types = {vocabulary.asked_type(each) for each in wanted.types}
    verifications = {vocabulary.asked_verification(each) for each in wanted.verifications}
    words = [_plain(each) for each in wanted.words]
    tests: list[tuple[object, Callable[[Lead], bool]]] = [
        (types, lambda lead: lead.type in types),
        (verifications, lambda lead: lead.verification in verifications),
        (wanted.since, lambda lead: lead.day is not None and wanted.since is not None and lead.day >= wanted.since),
        (wanted.until, lambda lead: lead.day is not None and wanted.until is not None and lead.day <= wanted.until),
        (words, lambda lead: all(each in _plain(f"{lead.title}\n{lead.text}") for each in words)),
    ]
    if wanted.companies or wanted.sources:
        rules = workspace.rules
        tests += [
            (wanted.companies, lambda lead: any(_names_company(lead, each, rules) for each in wanted.companies)),
            (wanted.sources, lambda lead: any(_has_source(lead, each, rules) for each in wanted.sources)),
        ]
    return [test for is_asked, test in tests if is_asked]


def _names_company(lead: Lead, word: str, rules: "Rules") -> bool:
    asked = rules.company(word)
    if asked:
        return any(rules.company(name) == asked for name in lead.companies)
    return any(vocabulary.folded(word) in vocabulary.folded(name) for name in lead.companies)


def _has_source(lead: Lead, word: str, rules: "Rules") -> bool:
    asked = rules.source_named(word)
    part = vocabulary.folded(word)
    for evidence in lead.evidence:
        found = rules.source_of(evidence.link) or rules.source_named(evidence.source)
        if asked and found and found.owner == asked.owner:
            return True
        if part in vocabulary.folded(evidence.source) or word.casefold() in links.host(evidence.link):
            return True
    return False


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
