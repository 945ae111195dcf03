"""The cheapest change: which steps of the desk would lift a lead, found by running the scorer on every small set.

Value is never among the steps: nobody can make news more newsworthy. At most three of six steps, 41 sets in all.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

from leadbase.core.lead import Evidence
from leadbase.core.rules import Rules
from leadbase.core.scoring.evidence import Attested
from leadbase.core.scoring.facts import Facts

_UNLIFTABLE = frozenset({"refuted", "retracted"})


@dataclass(frozen=True, slots=True)
class Change:
    """Steps that together lift a lead: what they cost, and the confidence and grade they lead to."""

    steps: tuple[str, ...]
    cost: int
    confidence: int
    grade: str


Outcome = Callable[[Facts], tuple[int, str]]
"""Facts → confidence and grade."""


def cheapest_change(facts: Facts, grade: str, rules: Rules, as_of: date | None, outcome: Outcome) -> Change | None:
    """The cheapest steps to quotable or, for a lead that is not adopted and cannot get there, to needs-verification.

    None when the lead is quotable, or when no three steps lift it. Equal costs: fewer steps, then their names.
    """
    if grade == "quotable" or facts.verification in _UNLIFTABLE or facts.lead.duplicate_of:
        return None
    costs: Mapping[str, int] = rules.scoring["cost"]
    best: dict[str, tuple[int, int, tuple[str, ...], int]] = {}
    for steps, changed in _changed(facts, rules, as_of):
        confidence, reached = outcome(changed)
        key = (sum(costs[step] for step in steps), len(steps), steps, confidence)
        if reached not in best or key < best[reached]:
            best[reached] = key
    for wanted in ("quotable", "needs-verification") if grade == "not-adopted" else ("quotable",):
        if wanted in best:
            cost, _, steps, confidence = best[wanted]
            return Change(steps, cost, confidence, wanted)
    return None


def _changed(facts: Facts, rules: Rules, as_of: date | None) -> Iterator[tuple[tuple[str, ...], Facts]]:
    possible = {name: step for name, step in _STEPS.items() if step(facts, rules, as_of) is not None}
    for size in (1, 2, 3):
        for names in combinations(sorted(possible), size):
            changed: Facts | None = facts
            for name in names:
                changed = possible[name](changed, rules, as_of) if changed else None
            if changed:
                yield names, changed


def _fill_field(facts: Facts, _rules: Rules, as_of: date | None) -> Facts | None:
    """Every missing field is filled in; a link is one of the named source, if the registry knows where it publishes."""
    if not facts.missing:
        return None
    attested = facts.attested
    if "link" in facts.missing and facts.lead.source and attested[0].source:
        own, source = attested[0], attested[0].source
        is_primary = own.is_subject or source.kind in ("authority", "repository")
        attested = (replace(own, letter=source.letter, is_linked=True, is_primary=is_primary), *attested[1:])
    day = facts.day or as_of
    return replace(facts, missing=(), attested=attested, day=day) if day or "time" not in facts.missing else None


def _get_on_record(facts: Facts, _rules: Rules, _as_of: date | None) -> Facts | None:
    if facts.attribution == "on-record":
        return None
    lead = replace(facts.lead, attribution="on-record")
    return replace(facts, lead=lead, attribution="on-record")


def _independent_source(facts: Facts, _rules: Rules, _as_of: date | None) -> Facts | None:
    further = Attested(Evidence("an independent source"), None, "B", True, False, False, frozenset({"further"}))
    return replace(facts, attested=(*facts.attested, further))


def _official_confirmation(facts: Facts, rules: Rules, _as_of: date | None) -> Facts | None:
    """The subject confirms on a channel the registry knows; an unknown company has none."""
    channels = (rules.official_source(company.id) for company in facts.companies)
    channel = next((source for source in channels if source), None)
    if channel is None or facts.verification == "confirmed-official":
        return None
    evidence = Evidence(channel.name, f"https://{channel.domain}/")
    keys = frozenset({f"owner:{channel.owner}"})
    official = Attested(evidence, channel, channel.letter, True, True, True, keys)
    verification = facts.verification if facts.verification == "verified" else "confirmed-official"
    return replace(facts, verification=verification, attested=(*facts.attested, official))


def _desk_verification(facts: Facts, _rules: Rules, _as_of: date | None) -> Facts | None:
    return None if facts.verification == "verified" else replace(facts, verification="verified")


def _resolve_denial(facts: Facts, _rules: Rules, _as_of: date | None) -> Facts | None:
    if facts.verification != "disputed" and not facts.cues["denial"]:
        return None
    verification = "unverified" if facts.verification == "disputed" else facts.verification
    return replace(facts, verification=verification, cues={**facts.cues, "denial": ()})


_STEPS: Mapping[str, Callable[[Facts, Rules, date | None], Facts | None]] = {
    "desk-verification": _desk_verification,
    "fill-field": _fill_field,
    "get-on-record": _get_on_record,
    "independent-source-B": _independent_source,
    "official-confirmation": _official_confirmation,
    "resolve-denial": _resolve_denial,
}
