"""Statistics: how many leads there are of each grade, type, company and source, and on each day."""

from collections import Counter
from dataclasses import dataclass

from leadbase.core.rules import Rules
from leadbase.core.scoring import QUOTABLE
from leadbase.core.vocabulary import GRADES
from leadbase.workspace import Scored, Workspace


@dataclass(frozen=True, slots=True)
class Count:
    """How many leads have a value, and how many of them are quotable."""

    value: str
    leads: int
    quotable: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """The counts by dimension, most leads first (days: latest first), and how many files could not be read."""

    leads: int
    unreadable: int
    by: dict[str, tuple[Count, ...]]

    @property
    def failed(self) -> bool:
        """Whether a file could not be read, so that the counts are not of all."""
        return self.unreadable > 0


DIMENSIONS = ("grade", "type", "company", "source", "day")


def count_leads(workspace: Workspace) -> Statistics:
    """The statistics of all leads that can be read. A lead with two companies counts for both."""
    rows = tuple(workspace.scored())
    unreadable = sum(reading.lead is None for reading in workspace.readings)
    return Statistics(len(rows), unreadable, {name: _counted(rows, name, workspace.rules) for name in DIMENSIONS})


def _counted(rows: tuple[Scored, ...], dimension: str, rules: Rules) -> tuple[Count, ...]:
    leads: Counter[str] = Counter()
    quotable: Counter[str] = Counter()
    for row in rows:
        for value in _values(row, dimension, rules):
            leads[value] += 1
            quotable[value] += row.assessment.grade == QUOTABLE
    counts = [Count(value, number, quotable[value]) for value, number in leads.items()]
    if dimension == "grade":
        return tuple(sorted(counts, key=lambda count: list(GRADES).index(count.value)))
    if dimension == "day":
        return tuple(sorted(counts, key=lambda count: count.value, reverse=True))
    return tuple(sorted(counts, key=lambda count: (-count.leads, count.value)))


def _values(row: Scored, dimension: str, rules: Rules) -> tuple[str, ...]:
    lead = row.lead
    if dimension == "company":
        known = (rules.company(name) for name in lead.companies)
        names = [found.name if found else name for found, name in zip(known, lead.companies, strict=True)]
        return tuple(dict.fromkeys(names)) or ("(none)",)
    if dimension == "source":
        found = rules.source_of(lead.link) or rules.source_named(lead.source)
        return (found.name if found else lead.source or "(none)",)
    values = {"grade": row.assessment.grade, "type": lead.type, "day": str(lead.day or "(none)")}
    return (values[dimension],)
