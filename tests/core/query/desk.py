"""A small desk for the query tests: an invented registry, one day, and leads with their numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from leadbase.core.lead import Evidence, Lead
from leadbase.core.query import Query, parse
from tests.core.scoring.worked_examples import example_rules

RULES = example_rules()
TODAY = date(2026, 3, 11)  # a Wednesday
ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Held:
    """A lead as a list holds it."""

    lead: Lead
    score: int = 50
    confidence: int = 50
    grade: str = "needs-verification"
    code: str = "C3"


def ask(text: str, saved: Mapping[str, str] | None = None) -> Query:
    return parse(text, rules=RULES, today=TODAY, zone=ZONE, saved=saved)


def lead(**fields: Any) -> Lead:
    """A lead with these fields; `source` and `link` make its first evidence."""
    own = Evidence(fields.pop("source", ""), fields.pop("link", ""), origin=fields.pop("origin", ""))
    also = fields.pop("also", ())
    return Lead(**{"name": "x", "path": "leads/x.md", "title": "A title", "evidence": (own, *also), **fields})


def finds(query: str, numbers: Mapping[str, Any] | None = None, /, **fields: Any) -> bool:
    """Whether the query finds a lead with these fields and numbers."""
    return ask(query).matches(Held(lead(**fields), **(numbers or {})))
