"""The explanation of an assessment as plain data: what `leadbase why --json` prints. Its lines sum to the scores."""

from typing import Any

from leadbase.core.lead import Lead
from leadbase.core.rules import Rules
from leadbase.core.scoring import Assessment, Contribution, Group, cheapest, likelihood, step_words


def explanation(lead: Lead, assessment: Assessment, rules: Rules) -> dict[str, Any]:
    """Every line of both axes, the gates that failed, the independent groups and the cheapest change."""
    return {
        "name": lead.name,
        "path": lead.path,
        "as_of": str(assessment.as_of) if assessment.as_of else None,
        "rules": rules.digest,
        "score": assessment.score,
        "confidence": assessment.confidence,
        "likelihood": likelihood(assessment.confidence),
        "grade": assessment.grade,
        "code": assessment.code,
        "form": assessment.form,
        "quote_line": assessment.quote_line,
        "contributions": [_line(line, assessment) for line in assessment.contributions],
        "gates": [{"bars": gate.bars, "code": gate.code, "message": gate.message} for gate in assessment.gates],
        "independent": assessment.corroboration,
        "groups": [_group(group) for group in assessment.groups],
        "cheapest": _cheapest(assessment, rules),
    }


def reasons(assessment: Assessment) -> list[dict[str, Any]]:
    """Every line of both axes without its place in the text."""
    return [_reason(line) for line in assessment.contributions]


def _reason(line: Contribution) -> dict[str, Any]:
    return {
        "axis": line.axis,
        "rule": line.rule,
        "points": line.points,
        "evidence": line.evidence,
        "field": line.field,
    }


def _line(line: Contribution, assessment: Assessment) -> dict[str, Any]:
    span = assessment.span(line)
    return {**_reason(line), "span": [span.start, span.end] if span else None}


def _group(group: Group) -> dict[str, Any]:
    members = [
        {"source": member.name, "link": member.evidence.link, "letter": member.letter, "primary": member.is_primary}
        for member in group.members
    ]
    return {"letter": group.letter, "counts": group.counts, "primary": group.is_primary, "members": members}


def _cheapest(assessment: Assessment, rules: Rules) -> dict[str, Any] | None:
    change = cheapest(assessment, rules)
    if change is None:
        return None
    return {
        "steps": list(change.steps),
        "words": step_words(change, assessment),
        "cost": change.cost,
        "confidence": change.confidence,
        "grade": change.grade,
    }
