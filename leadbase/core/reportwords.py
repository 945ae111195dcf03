"""The daily report in words: the variables of its template, and the sentence that says why a lead has its grade.

Templates get texts, numbers, lists and tables, nothing else, and every text is finished Markdown: whatever comes from a
lead has been escaped here, once, so that no template can forget it.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, tzinfo
from typing import Any
from urllib.parse import urlsplit

from leadbase.core import escape, links, vocabulary
from leadbase.core.excerpt import excerpt, shortened
from leadbase.core.lead import Evidence
from leadbase.core.report import CONFIDENTIAL, GRADES, Edition, Entry, Provenance, public_problems, stamps
from leadbase.core.rules import Rules
from leadbase.core.scoring import NEEDS_VERIFICATION, NOT_ADOPTED, QUOTABLE, Gate, step_words
from leadbase.core.slug import ascii_slug

OPEN = "Still open from earlier days"
BROKEN = "Broken leads"
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_MOST_COMPANIES, _MOST_ALSO, _MOST_BROKEN = 4, 8, 50
# A slug that some YAML reader would take for a number, a date or a truth value
_TYPED_SLUG = re.compile(r"[0-9][0-9-]*(?:e-?[0-9]+)?|0[xob][0-9a-f]+|y|n|yes|no|on|off|true|false|null")
# On these hosts the first part of the path says whose page it is, and the host alone says nothing
_ACCOUNT_HOSTS = frozenset(
    {"gitee.com", "github.com", "gitlab.com", "huggingface.co", "t.me", "twitter.com", "weibo.com", "x.com"}
)
_ACCOUNT = re.compile(
    r"/(?!(?:blog|collections|datasets|i|orgs|papers|search|share|spaces|status)(?:/|$))([\w.-]{2,39})(?=/|$)"
)
_GROUNDS = {"verified": "verified by the desk", "confirmed-official": "officially confirmed"}


def context(edited: Edition, provenance: Provenance, rules: Rules) -> dict[str, Any]:
    """The variables of a report's template, each text of them finished Markdown in one line."""
    published_at, lastmod = stamps(edited, provenance)
    sections = [_section(edited, grade, rules) for grade in GRADES if edited.of_grade(grade)]
    opened = [_lead(entry, edited.zone, rules) for entry in edited.open]
    _make_headings_unique(sections, opened)
    return {
        "title": f"AI lead report {edited.day}",
        "description": _description(edited),
        "summary": _description(edited),
        "date": published_at,
        "lastmod": lastmod,
        "tags": ["daily-report", *_companies(edited, rules)],
        "companies": _companies(edited, rules),
        "lead_types": sorted({entry.lead.type for entry in edited.leads}),
        "day": edited.day.isoformat(),
        "day_words": day_words(edited.day),
        "timezone": escape.inline(edited.zone_name),
        "counts": edited.counts,
        "head": _head(edited),
        "sections": sections,
        "open": {"heading": OPEN, "leads": opened, "more": edited.open_count - len(opened)},
        "broken": _broken(edited),
        "commit": provenance.commit[:12],
        "rules": edited.rules,
        "foot": _foot(edited, provenance),
    }


def reasons(edited: Edition) -> dict[str, dict[str, Any]]:
    """Short id → what the report says of each lead beside its record: reason, next step and summary, not escaped."""
    return {
        entry.id: {
            "reason": escape.clean(reason(entry)),
            "next": escape.clean(_next(entry)),
            "summary": excerpt(entry.lead.text),
        }
        for entry in (*edited.leads, *edited.open)
    }


def day_words(day: date) -> str:
    """A day as `24 April 2026`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def counted(number: int, word: str) -> str:
    """A number with its noun: `1 lead`, `2 leads`."""
    return f"{number} {word}{'s' * (number != 1)}"


def _description(edited: Edition) -> str:
    counts = edited.counts
    if not edited.leads:
        return "No leads on this day" + (f", {counts['open']} still open" if edited.open_count else "")
    return (
        f"{counted(counts['leads'], 'lead')}, {counts['quotable']} directly quotable, "
        f"{counts['needs_verification']} to verify, {counts['not_adopted']} not adopted"
    )


def grade_counts(counts: Mapping[str, int]) -> str:
    """The day's leads by grade, in words, without those there are none of."""
    verb = "needs" if counts["needs_verification"] == 1 else "need"
    parts = (
        (counts["quotable"], "directly quotable"),
        (counts["needs_verification"], f"{verb} further verification"),
        (counts["not_adopted"], "not adopted"),
    )
    return ", ".join(f"{number} {words}" for number, words in parts if number)


def _head(edited: Edition) -> str:
    opened = f"{edited.open_count} still open from earlier days" if edited.open_count else ""
    if not edited.leads:
        return f"No leads on {day_words(edited.day)}{'; ' + opened if opened else ''}."
    day = f"{counted(len(edited.leads), 'lead')} on {day_words(edited.day)}: {grade_counts(edited.counts)}"
    return f"{day}{'; ' + opened if opened else ''}."


def _foot(edited: Edition, provenance: Provenance) -> str:
    origin = f"commit `{provenance.commit[:12]}`" if provenance.commit else "uncommitted files"
    held = [f"{edited.embargoed} under embargo"] * bool(edited.embargoed)
    held += [f"{edited.off_record} off the record"] * bool(edited.off_record)
    counts = (
        f"{counted(len(edited.leads), 'lead')} of the day, {edited.open_count} open, {edited.counts['broken']} broken"
    )
    return (
        f"Leads of {edited.day}, {escape.inline(edited.zone_name, strict=True)}, compiled from {origin} with rules "
        f"`{edited.rules}`: {counts}{'; held back: ' + ', '.join(held) if held else ''}."
    )


def _section(edited: Edition, grade: str, rules: Rules) -> dict[str, Any]:
    leads = [_lead(entry, edited.zone, rules) for entry in edited.of_grade(grade)]
    return {"grade": grade, "heading": _capital(vocabulary.GRADES[grade][0]), "leads": leads}


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _lead(entry: Entry, zone: tzinfo, rules: Rules) -> dict[str, Any]:
    lead, assessment = entry.lead, entry.assessment
    main = lead.evidence[0]
    return {
        "id": entry.id,
        "heading": escape.heading(lead.title) or "(untitled)",
        "title": escape.inline(lead.title, strict=True) or "(untitled)",
        "source": _source(main, is_confidential=assessment.facts.attribution in CONFIDENTIAL, rules=rules),
        "link": escape.link_destination(main.link) or "",
        "company": _company(entry),
        "type": escape.inline(vocabulary.type_label(lead.type)),
        "grade": assessment.grade,
        "form": assessment.form,
        "score": assessment.score,
        "confidence": assessment.confidence,
        "code": assessment.code,
        "age": _age(entry, zone),
        "reason": escape.inline(reason(entry), strict=True),
        "next": escape.inline(_next(entry), strict=True),
        "summary": escape.inline(excerpt(lead.text)),
        "also": _also(lead.evidence[1:]),
    }


def _make_headings_unique(sections: Iterable[Mapping[str, Any]], opened: Iterable[dict[str, Any]]) -> None:
    leads = [lead for section in sections for lead in section["leads"]]
    taken = [_capital(vocabulary.GRADES[grade][0]) for grade in GRADES]
    unique = escape.unique_headings(
        [(lead["heading"], lead["id"]) for lead in (*leads, *opened)], taken=(*taken, OPEN, BROKEN)
    )
    for lead, heading in zip((*leads, *opened), unique, strict=True):
        lead["heading"] = heading


def _source(evidence: Evidence, *, is_confidential: bool, rules: Rules) -> str:
    """Where the lead comes from: the link by its host, and the source's name where the host does not say it."""
    name = escape.inline(shortened(evidence.source, 60), strict=True)
    destination = escape.link_destination(evidence.link)
    if destination:
        link = f"[{_host(destination)}]({destination})"
        return f"{link}, {name}" if name and not _is_name_of_host(evidence, rules) else link
    if links.is_note(evidence.link):
        is_said = vocabulary.folded(evidence.source) in ("", "desk", "desknote")
        return "desk note" if is_said or not name else f"desk note, {name}"
    if name:
        return f"source {name}, {'its link cannot be shown' if evidence.link else 'no link'}"
    return "source not named" if is_confidential else "no source"


def _host(destination: str) -> str:
    """The link's host as link text, on a platform with the account."""
    parts = urlsplit(destination)
    host = (parts.hostname or "").removeprefix("www.")
    account = _ACCOUNT.match(parts.path) if host in _ACCOUNT_HOSTS else None
    return escape.inline(f"{host}/{account[1]}" if account else host, strict=True)


def _is_name_of_host(evidence: Evidence, rules: Rules) -> bool:
    """Whether the source's name says no more than the link's host: they are alike, or one to the registry."""
    host = links.host(evidence.link).removeprefix("www.")
    name = vocabulary.folded(evidence.source)
    if name in {vocabulary.folded(host), vocabulary.folded(links.registrable(host).partition(".")[0])}:
        return True
    linked, named = rules.source_of(evidence.link), rules.source_named(evidence.source)
    return linked is not None and named is not None and linked.owner == named.owner


def _company(entry: Entry) -> str:
    names = [escape.inline(shortened(name, 60), strict=True) for name in entry.lead.companies]
    shown = [name for name in names if name]
    if not shown:
        return "no company"
    more = len(shown) - _MOST_COMPANIES
    return ", ".join(shown[:_MOST_COMPANIES]) + (f" and {more} more" if more > 0 else "")


def _companies(edited: Edition, rules: Rules) -> list[str]:
    """The slugs of the day's companies: the registry's id where it knows the company."""
    slugs = set()
    for entry in edited.leads:
        for name in entry.lead.companies:
            company = rules.company(name)
            slug = company.id if company else ascii_slug(name)
            if slug:
                slugs.add(f"company-{slug}" if _TYPED_SLUG.fullmatch(slug) else slug)
    return sorted(slugs)


def _age(entry: Entry, zone: tzinfo) -> str:
    days = entry.assessment.age_days or 0
    moment = entry.lead.time
    if days == 0:
        return f"today, {moment.astimezone(zone):%H:%M}" if isinstance(moment, datetime) else "today"
    return "yesterday" if days == 1 else f"{days} days ago"


def _also(further: Iterable[Evidence]) -> str:
    """The further reports, by name, linked where they can be."""
    shown = []
    for evidence in further:
        destination = escape.link_destination(evidence.link)
        name = escape.inline(shortened(evidence.source, 60), strict=True)
        host = _host(destination) if destination else ""
        words = ", ".join(dict.fromkeys(filter(None, (name, host))))  # who is named, and whose page it is
        if words:
            shown.append(f"[{words}]({destination})" if destination else words)
    more = len(shown) - _MOST_ALSO
    return ", ".join(shown[:_MOST_ALSO]) + (f" and {more} more" if more > 0 else "")


def reason(entry: Entry) -> str:
    """One line on why the lead has its grade, not yet escaped."""
    gates = entry.assessment.gates
    if entry.assessment.grade == QUOTABLE:
        return _use(entry)
    if entry.assessment.grade == NOT_ADOPTED:
        bars = [_gate_words(gate, entry) for gate in gates if gate.bars == "adopted"]
        return f"Not adopted: {'; '.join(bars)}."
    return f"Not quotable yet: {'; '.join(_gate_words(gate, entry) for gate in gates)}."


def _use(entry: Entry) -> str:
    """How a quotable lead may be used, and on what grounds."""
    assessment = entry.assessment
    verification = assessment.facts.verification
    grounds = [_GROUNDS.get(verification, f"verification is {verification}")]
    if any(group.is_primary for group in assessment.groups):
        grounds.append("first-hand source")
    if assessment.corroboration > 1:
        grounds.append(f"{assessment.corroboration} independent sources")
    elif len(grounds) == 1:
        grounds.append("on the record from a source graded A")
    words = ", ".join(grounds)
    return (
        f"Quote as fact: {words}."
        if assessment.form == "fact"
        else (f'Attribute: "{assessment.quote_line}". {_capital(words)}.')
    )


def _gate_words(gate: Gate, entry: Entry) -> str:
    if gate.code == "duplicate" and entry.duplicates:
        return f"duplicate of lead {entry.duplicates}"
    if gate.code == "verification":
        return entry.assessment.facts.verification.replace("-", " ")
    return gate.message.removeprefix("sourcing: ").replace("0 independent sources", "no independent source")


def _next(entry: Entry) -> str:
    """The cheapest way to a quotable lead, as words that go after "Next:", or ""."""
    if entry.change is None or entry.assessment.grade != NEEDS_VERIFICATION:
        return ""
    return f"{step_words(entry.change, entry.assessment)}."


def _broken(edited: Edition) -> dict[str, Any]:
    found = public_problems(edited)
    items = [
        {
            "path": escape.inline(problem.path, strict=True),
            "line": problem.line or 0,
            "code": problem.code,
            "message": escape.inline(shortened(problem.message, 300), strict=True),
        }
        for problem in found[:_MOST_BROKEN]
    ]
    return {"heading": BROKEN, "problems": items, "more": len(found) - len(items), "withheld": edited.withheld_broken}
