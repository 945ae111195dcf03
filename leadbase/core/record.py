"""Records: a lead as plain values, for JSON. One form for the desk's own eyes, and the part of it that is published."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from leadbase.core.lead import Evidence, Lead, Reading, name_of
from leadbase.core.scoring import Assessment
from leadbase.errors import Problem
from leadbase.late import late

if TYPE_CHECKING:
    from leadbase.core import escape
else:
    escape = late("leadbase.core.escape")

_SHORTEST_ID = 7
_MOST_PUBLISHED = 100
"""No list of a published record is longer: a stranger's thousand tags are no reason for a report to be too large."""
_NO_LEAD = Lead(name="", path="", title="", verification="", attribution="", type="")

PUBLIC = (
    "id", "name", "path", "title", "company", "type", "source", "link", "time", "day", "verification", "also",
    "language", "tags", "follow_up_of", "duplicate_of", "score", "confidence", "grade", "code", "form", "gates",
)  # fmt: skip
"""The keys of a record that a report's sidecar may carry. Everything else stays at the desk: what is not on this list
(notes, confidential attribution, who verified, the desk's own keys, the text) can never be published by mistake."""


def short_ids(names: Iterable[str]) -> Mapping[str, str]:
    """Each lead's short id: the first 7 hex digits of SHA-1 of its name, more of them where two would be the same."""
    digests = {_digest(name): name for name in names}
    ordered = sorted(digests)
    ids: dict[str, str] = {}
    for index, digest in enumerate(ordered):
        beside = ordered[max(0, index - 1) : index] + ordered[index + 1 : index + 2]
        length = max([_SHORTEST_ID, *(_common(digest, other) + 1 for other in beside)])
        ids[digests[digest]] = digest[:length]
    return ids


def _digest(name: str) -> str:
    return hashlib.sha1(name.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def _common(one: str, other: str) -> int:
    """How many characters two digests have in common at their start."""
    return next(index for index, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1])


def record(reading: Reading, assessment: Assessment | None, ids: Mapping[str, str] | None = None) -> dict[str, Any]:
    """A lead with all its fields and its assessment, as JSON can hold them.

    `ids` are the short ids of the whole base, which tell apart two leads whose first 7 digits are the same.

    Every key is always there: null, "" or an empty list where the file says nothing or cannot be read. Keys may be
    added in a later version, never taken away. Times are ISO 8601; an embargo whose end cannot be read ends in 9999.
    """
    lead = reading.lead or _NO_LEAD
    name = name_of(reading.path)
    return {
        "id": _digest(name)[:_SHORTEST_ID] if ids is None else ids[name],
        "name": name,
        "path": reading.path,
        "title": lead.title,
        "company": list(lead.companies),
        "type": lead.type,
        "source": lead.source,
        "link": lead.link,
        "time": _iso(lead.time),
        "day": _iso(lead.day),
        "verification": lead.verification,
        "attribution": lead.attribution,
        "origin": lead.evidence[0].origin,
        "also": [_evidence(each) for each in lead.evidence[1:]],
        "verified_by": lead.verified_by,
        "verified_at": lead.verified_at,
        "embargo_until": _iso(lead.embargo_until),
        "language": lead.language,
        "tags": list(lead.tags),
        "follow_up_of": list(lead.follow_up_of),
        "same_as": list(lead.same_as),
        "not_same_as": list(lead.not_same_as),
        "duplicate_of": lead.duplicate_of,
        "note": lead.note,
        **_judgement(assessment),
        "text": lead.text,
        "extra": dict(lead.extra),
        "problems": [problem_record(each) for each in reading.problems],
    }


def _judgement(assessment: Assessment | None) -> dict[str, Any]:
    if assessment is None:
        return {"score": None, "confidence": None, "grade": None, "code": "", "form": "", "gates": []}
    return {
        "score": assessment.score,
        "confidence": assessment.confidence,
        "grade": assessment.grade,
        "code": assessment.code,
        "form": assessment.form,
        "gates": [{"bars": each.bars, "code": each.code, "message": each.message} for each in assessment.gates],
    }


def _evidence(each: Evidence) -> dict[str, Any]:
    return {"source": each.source, "link": each.link, "time": _iso(each.time), "origin": each.origin}


def problem_record(problem: Problem) -> dict[str, Any]:
    """A problem, as JSON can hold it; every key is always there."""
    return {
        "path": problem.path,
        "line": problem.line,
        "level": problem.level,
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
    }


def _iso(moment: date | None) -> str | None:
    return moment.isoformat() if moment else None


def published(whole: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a record that may be published: the listed keys, every text cleaned, links only to web pages."""
    public = {key: _cleaned(whole[key]) for key in PUBLIC}
    public["link"] = escape.link_destination(whole["link"]) or ""
    also = [
        {
            "source": escape.clean(each["source"]),
            "link": escape.link_destination(each["link"]) or "",
            "time": each["time"],
        }
        for each in whole["also"]
    ]
    public["also"] = [each for each in also if each["source"] or each["link"]]
    return public


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return escape.clean(value)
    if isinstance(value, list):
        return [_cleaned(each) for each in value[:_MOST_PUBLISHED]]
    return {key: _cleaned(each) for key, each in value.items()} if isinstance(value, dict) else value
