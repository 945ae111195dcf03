"""The value axis: how newsworthy a lead is, 0 to 100. docs/scoring.md gives the grounds of every rule."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from leadbase.core.lexicon import Found
from leadbase.core.registry import TIERS
from leadbase.core.rules import Rules
from leadbase.core.scoring.facts import CUES, Facts
from leadbase.core.scoring.points import Contribution, half_up


def value_lines(facts: Facts, rules: Rules, as_of: date | None) -> Iterator[Contribution]:
    """The lines of the value as of a day; None: the lead's own day."""
    table = rules.scoring["value"]
    yield _line(f"type.{facts.lead.type}", table["type"][facts.lead.type][0], facts.lead.type, "type")
    yield _prominence(facts, table["prominence"])
    if facts.magnitude:
        amount, points = facts.magnitude
        place = (amount.start, amount.end)
        yield _line("magnitude", points, amount.written, facts.passage.field(amount.start), place)
    yield from _cue_lines(facts, table["cues"])
    for category in ("topic", "region"):
        if found := facts.cues[category]:
            yield _cue(facts, f"desk.{category}", table["desk"][category], found[0])
    yield from _timeliness(facts, rules, as_of)
    yield from _penalties(facts, table["penalty"])


def _line(
    rule: str, points: int, evidence: str = "", field: str = "", place: tuple[int, int] | None = None
) -> Contribution:
    return Contribution("value", rule, points, evidence, field, place)


def _cue(facts: Facts, rule: str, points: int, cue: Found) -> Contribution:
    return _line(rule, points, cue.term, facts.passage.field(cue.start), (cue.start, cue.end))


def _prominence(facts: Facts, table: Mapping[str, int]) -> Contribution:
    best = min(facts.companies, key=lambda company: TIERS.index(company.tier), default=None)
    if best is None:
        named = facts.lead.companies[0] if facts.lead.companies else "no company"
        return _line("prominence.unknown", table["unknown"], named, "company")
    return _line(f"prominence.{best.tier}", table[best.tier], best.name, "company")


def _cue_lines(facts: Facts, table: Mapping[str, int]) -> Iterator[Contribution]:
    total = 0
    for category in CUES:
        if found := facts.cues[category]:
            total += table[category]
            yield _cue(facts, f"cue.{category}", table[category], found[0])
    if total > table["cap"]:
        yield _line("cue.cap", table["cap"] - total, f"cues count at most {table['cap']} together")


def clock(facts: Facts, rules: Rules) -> tuple[str, int]:
    """How fast the lead grows old: the name of its clock, and its half-life in days."""
    name: str = rules.scoring["value"]["type"][facts.lead.type][1]
    days: int = rules.scoring["value"]["timeliness"]["half_life_days"][name]
    return name, days


def age_days(facts: Facts, as_of: date | None) -> int | None:
    """Whole days between the lead's day and `as_of` (None: its own day); negative in the future; None without a day."""
    if facts.day is None:
        return None
    return (as_of - facts.day).days if as_of else 0


def is_future(facts: Facts, as_of: date | None) -> bool:
    """Whether the lead is dated more than one day ahead of `as_of`: one day is what time zones may do."""
    age = age_days(facts, as_of)
    return age is not None and age < -1


def _timeliness(facts: Facts, rules: Rules, as_of: date | None) -> Iterator[Contribution]:
    age = age_days(facts, as_of)
    if age is None or is_future(facts, as_of):
        return
    name, half_life = clock(facts, rules)
    points = half_up(rules.scoring["value"]["timeliness"]["max"] * 2 ** (-max(age, 0) / half_life))
    old = "new on the day" if age <= 0 else f"{age} day{'s' * (age != 1)} old"
    yield _line("timeliness", points, f"{old}, halves in {half_life} day{'s' * (half_life != 1)} ({name})", "time")


def _penalties(facts: Facts, table: Mapping[str, Any]) -> Iterator[Contribution]:
    hype: dict[str, Found] = {}
    for cue in facts.cues["hype"]:
        hype.setdefault(cue.pattern, cue)
    if hype:
        first = next(iter(hype.values()))
        points = max(table["hype_floor"], table["hype_per_term"] * len(hype))
        yield replace(_cue(facts, "penalty.hype", points, first), evidence=", ".join(cue.term for cue in hype.values()))
    for category in ("advertorial", "no-event", "clickbait"):
        if found := facts.cues[category]:
            yield _cue(facts, f"penalty.{category}", table[category], found[0])
