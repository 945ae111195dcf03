"""Scoring: a lead's news value, the desk's confidence in it, its grade, and every reason for each.

`assess` is a pure function of the lead, the rules and a day. The numbers written into a file are those as of the
lead's own day, so that they never change because time passed; a report assesses as of its day.
"""

from dataclasses import dataclass
from datetime import date
from functools import partial

from leadbase.core.grades import NEEDS_VERIFICATION, NOT_ADOPTED, QUOTABLE
from leadbase.core.lead import Lead
from leadbase.core.rules import Rules
from leadbase.core.scoring.cheapest import Change, cheapest_change
from leadbase.core.scoring.confidence import CHECKED, confidence_lines, corroboration
from leadbase.core.scoring.evidence import Attested, Group, grouped
from leadbase.core.scoring.facts import Facts, gather
from leadbase.core.scoring.grading import (
    Gate,
    gates,
    grade_code,
    grade_of,
    quote_form,
)
from leadbase.core.scoring.points import Contribution, clamped
from leadbase.core.scoring.value import age_days, value_lines
from leadbase.core.text import Span, has_chinese

__all__ = [
    "CHECKED", "NEEDS_VERIFICATION", "NOT_ADOPTED", "QUOTABLE", "Assessment", "Attested", "Change", "Contribution",
    "Gate", "Group", "assess", "cheapest", "likelihood", "step_words",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the rules make of a lead as of a day.

    `score` (news value) and `confidence` lie between 0 and 100 and are exactly the sums of their contributions.
    `code` is the Admiralty grade code such as B2. `form` is fact or attributed for a quotable lead, else "".
    `gates` are all the gates that failed; `as_of` None means the lead's own day; `age_days` None means no day.
    """

    score: int
    confidence: int
    grade: str
    code: str
    form: str
    quote_line: str
    contributions: tuple[Contribution, ...]
    gates: tuple[Gate, ...]
    groups: tuple[Group, ...]
    as_of: date | None
    age_days: int | None
    facts: Facts

    @property
    def corroboration(self) -> int:
        """The number of independent groups of sources graded A to C."""
        return corroboration(self.groups)

    def lines(self, axis: str) -> tuple[Contribution, ...]:
        """The contributions of one axis: value or confidence."""
        return tuple(line for line in self.contributions if line.axis == axis)

    def span(self, line: Contribution) -> Span | None:
        """The writer's own characters that a contribution was found in, or None when it is no text's."""
        return self.facts.passage.span(*line.place) if line.place else None

    @property
    def is_expired(self) -> bool:
        """Whether the lead was not verified in time."""
        return any(gate.code == "expired" for gate in self.gates)


def assess(lead: Lead, rules: Rules, as_of: date | None = None) -> Assessment:
    """The assessment of a lead as of a day; None means the lead's own day."""
    return _assessed(gather(lead, rules), rules, as_of)


def _assessed(facts: Facts, rules: Rules, as_of: date | None) -> Assessment:
    groups = grouped(facts.attested)
    score, value = clamped("value", value_lines(facts, rules, as_of))
    confidence, sure = clamped("confidence", confidence_lines(facts, groups, rules, as_of))
    failed = gates(facts, groups, (score, confidence), rules, as_of)
    grade = grade_of(failed)
    form = quote_form(facts, groups) if grade == QUOTABLE else ""
    return Assessment(
        score=score,
        confidence=confidence,
        grade=grade,
        code=grade_code(facts, groups, confidence),
        form=form,
        quote_line=_quote_line(facts, groups) if form == "attributed" else "",
        contributions=value + sure,
        gates=failed,
        groups=groups,
        as_of=as_of,
        age_days=age_days(facts, as_of),
        facts=facts,
    )


def _quote_line(facts: Facts, groups: tuple[Group, ...]) -> str:
    primary = next((group for group in groups if group.is_primary), groups[0])
    return f"据 {primary.name} 表示" if has_chinese(facts.lead.title) else f"according to {primary.name}"


def cheapest(assessment: Assessment, rules: Rules) -> Change | None:
    """The cheapest steps that would lift the lead, by the same scorer; None when none would, or none is needed."""
    outcome = partial(_outcome, rules=rules, as_of=assessment.as_of)
    return cheapest_change(assessment.facts, assessment.grade, rules, assessment.as_of, outcome)


def _outcome(facts: Facts, rules: Rules, as_of: date | None) -> tuple[int, str]:
    assessment = _assessed(facts, rules, as_of)
    return assessment.confidence, assessment.grade


_STEP_WORDS = {
    "desk-verification": "have the desk verify it against a primary source or two independent owners",
    "fill-field": "fill in what is missing ({missing})",
    "get-on-record": "get the source on the record",
    "independent-source-B": "find an independent source graded B or better",
    "official-confirmation": "obtain official confirmation from {company}",
    "resolve-denial": "resolve the denial",
}


def step_words(change: Change, assessment: Assessment) -> str:
    """The steps of a change as a sentence without its full stop."""
    companies = assessment.facts.companies
    words = [
        _STEP_WORDS[step].format(
            company=companies[0].name if companies else "the company", missing=", ".join(assessment.facts.missing)
        )
        for step in change.steps
    ]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


_LIKELIHOODS = (
    (83, "almost certain"), (60, "very likely"), (43, "likely"), (37, "roughly even"), (20, "unlikely"),
    (0, "very unlikely"),
)  # fmt: skip


def likelihood(confidence: int) -> str:
    """The words of estimative language for a confidence (ICD 203, on the scale where 40 is even odds)."""
    return next(words for least, words in _LIKELIHOODS if confidence >= least)
