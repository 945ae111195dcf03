"""Grades: gates over both axes, never a sum. Value may raise the priority of checking a lead, never of quoting it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from leadbase.core.grades import NEEDS_VERIFICATION, NOT_ADOPTED, QUOTABLE
from leadbase.core.rules import Rules
from leadbase.core.scoring.confidence import corroboration, has_self_claim, missing_words
from leadbase.core.scoring.evidence import Group
from leadbase.core.scoring.facts import Facts
from leadbase.core.scoring.value import age_days, clock, is_future


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate that failed: `bars` is adopted (the lead is not adopted) or quotable (it cannot be quoted directly)."""

    bars: str
    code: str
    message: str


def gates(
    facts: Facts, groups: Sequence[Group], scores: tuple[int, int], rules: Rules, as_of: date | None
) -> tuple[Gate, ...]:
    """Every gate that fails for (score, confidence), those that bar adoption first."""
    score, confidence = scores
    barred = [Gate("adopted", code, text) for code, text in _not_adopted(facts, score, confidence, rules, as_of)]
    short = [Gate("quotable", code, text) for code, text in _not_quotable(facts, groups, confidence, rules, as_of)]
    return (*barred, *short)


def grade_of(failed: Sequence[Gate]) -> str:
    """The grade that the failed gates leave."""
    if any(gate.bars == "adopted" for gate in failed):
        return NOT_ADOPTED
    return NEEDS_VERIFICATION if failed else QUOTABLE


def _not_adopted(
    facts: Facts, score: int, confidence: int, rules: Rules, as_of: date | None
) -> Iterator[tuple[str, str]]:
    table = rules.scoring["grades"]
    if facts.lead.duplicate_of:
        yield "duplicate", f"duplicate of {facts.lead.duplicate_of}"
    if facts.verification in ("refuted", "retracted"):
        yield facts.verification, f"verification is {facts.verification}"
    if facts.cues["advertorial"]:
        yield "advertorial", f"advertorial: '{facts.cues['advertorial'][0].term}'"
    is_big = score >= table["value_high"]
    floor = table["confidence_reject_high_value" if is_big else "confidence_reject"]
    if confidence < floor:
        big = f" (the floor for a value of {table['value_high']} or more)" if is_big else ""
        yield "confidence-floor", f"confidence {confidence} is below {floor}{big}"
    if score < table["value_adopt"]:
        missing = table["value_adopt"] - score
        yield "value-floor", f"{missing} value point{'s' * (missing != 1)} short of {table['value_adopt']}"
    if is_expired(facts, rules, as_of):
        yield "expired", f"not verified in {age_days(facts, as_of)} days, expired"


def is_expired(facts: Facts, rules: Rules, as_of: date | None) -> bool:
    """Whether the lead is unverified and older than the rules' number of half-lives."""
    age = age_days(facts, as_of)
    limit = rules.scoring["grades"]["expire_half_lives"] * clock(facts, rules)[1]
    return age is not None and age > limit and facts.verification not in _quotable(rules)["verification"]


def _quotable(rules: Rules) -> Mapping[str, Any]:
    table: Mapping[str, Any] = rules.scoring["grades"]["quotable"]
    return table


def _not_quotable(
    facts: Facts, groups: Sequence[Group], confidence: int, rules: Rules, as_of: date | None
) -> Iterator[tuple[str, str]]:
    table = _quotable(rules)
    if facts.verification not in table["verification"]:
        yield "verification", f"verification is {facts.verification}"
    if table["require_verifier"] and not (facts.lead.verified_by and facts.lead.verified_at):
        yield "verifier", "nobody has signed the verification (verified-by, verified-at)"
    needed = rules.scoring["grades"]["confidence_quotable"]
    if confidence < needed:
        yield "confidence", f"confidence {confidence} is below {needed}"
    if not any(_has_sourcing(way, facts, groups) for way in table["sourcing"]):
        yield "sourcing", f"sourcing: {_sourcing_words(groups)}"
    if facts.verification == "disputed" or facts.cues["denial"]:
        words = f"denied: '{facts.cues['denial'][0].term}'" if facts.cues["denial"] else "the facts are disputed"
        yield "dispute", f"open dispute, {words}"
    if facts.lead.type in table["block_types"]:
        yield "type", f"a {facts.lead.type} is never quotable; retype it once confirmed"
    for key in facts.missing:
        yield f"no-{key}", missing_words(facts, key)
    yield from _integrity(facts, as_of)


def _integrity(facts: Facts, as_of: date | None) -> Iterator[tuple[str, str]]:
    if facts.is_mismatched:
        yield "source-link-mismatch", f"{facts.lead.source} does not publish at the link's domain"
    if is_future(facts, as_of):
        yield "future-time", "dated in the future"
    if facts.attribution == "off-record":
        yield "off-record", "said off the record"
    if until := embargo_day(facts, as_of):
        yield "embargoed", "embargoed without a readable end" if until == date.max else f"embargoed until {until}"


def embargo_day(facts: Facts, as_of: date | None) -> date | None:
    """The day an embargo ends, if it has not passed on `as_of` (None: the lead's own day), else None.

    An embargo that ends at an hour holds for the whole of that day, since scores know only days.
    """
    until = facts.lead.embargo_until
    day = as_of or facts.day
    if until is None:
        return None
    if isinstance(until, datetime):
        return until.date() if day is None or day <= until.date() else None
    return until if day is None or day < until else None


def _best_are(groups: Sequence[Group], letters: str) -> int:
    return sum(group.letter in letters for group in groups)


def _has_sourcing(way: str, facts: Facts, groups: Sequence[Group]) -> bool:
    """Whether one of the rules' ways of sourcing a quotable lead holds."""
    if way == "primary":
        return any(group.is_primary for group in groups)
    if way == "two-independent-B":
        return _best_are(groups, "AB") >= 2
    return _best_are(groups, "A") >= 1 and facts.attribution == "on-record" and facts.verification == "verified"


def _sourcing_words(groups: Sequence[Group]) -> str:
    good = _best_are(groups, "AB")
    return f"{good} independent source{'s' * (good != 1)} graded B or better, no primary document"


def grade_code(facts: Facts, groups: Sequence[Group], confidence: int) -> str:
    """The Admiralty code: the best group's letter, and a digit for the news, 1 (confirmed) to 6 (cannot judge)."""
    letter = groups[0].letter if groups else "F"
    is_disputed = facts.verification == "disputed" or bool(facts.cues["denial"])
    if facts.verification == "unverifiable" or not groups:
        digit = 6
    elif facts.verification == "refuted" or confidence < 20:
        digit = 5
    elif confidence >= 60:
        digit = 1 if corroboration(groups) >= 2 and not is_disputed else 2
    else:
        digit = 3 if confidence >= 40 else 4
    return f"{letter}{digit}"


def quote_form(facts: Facts, groups: Sequence[Group]) -> str:
    """How a quotable lead may be used: `fact`, or `attributed` to its source."""
    is_documented = any(group.is_primary for group in groups) and facts.verification == "verified"
    is_fact = _best_are(groups, "AB") >= 2 or (is_documented and not has_self_claim(facts, groups))
    return "fact" if is_fact else "attributed"
