"""Adding a lead: what the writer gave, what could be inferred, and a new file that nothing else had the name of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from leadbase.core import links, vocabulary
from leadbase.core.infer import Inference, inferences
from leadbase.core.lead import Moment, day_of, moment_of, read
from leadbase.core.leadfile import compose
from leadbase.core.scoring import assess
from leadbase.core.slug import file_slug
from leadbase.core.yamlvalue import Value
from leadbase.errors import UsageError
from leadbase.workspace import LEADS, Scored, Workspace


@dataclass(frozen=True, slots=True)
class Draft:
    """A lead as a writer gives it; empty means: not given. `time` and the words are as typed."""

    title: str
    companies: tuple[str, ...] = ()
    type: str = ""
    source: str = ""
    link: str = ""
    time: str = ""
    text: str = ""
    verification: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Added:
    """The new lead with its score, what was inferred for it, and the leads that already have its link."""

    scored: Scored
    inferred: tuple[Inference, ...]
    twins: tuple[str, ...]


def add_lead(workspace: Workspace, draft: Draft, now: datetime) -> Added:
    """Make the lead's file under leads/YYYY/MM/. `now`, with an offset, is its time when the draft gives none.

    Raises UsageError when a word of the draft is not of the vocabulary. No file is ever overwritten.
    """
    zone = workspace.settings.zone
    moment = _moment(draft.time, now.astimezone(zone))
    day = day_of(moment, zone) or now.date()
    inferred = tuple(
        each for each in inferences(draft.title, draft.text, draft.link, workspace.rules) if not _is_given(draft, each)
    )
    fields = _fields(draft, {each.field: each.value for each in inferred}, moment)
    path = _free_path(workspace, day, draft.title)
    reading = read(compose(fields, draft.text), path, zone)
    if reading.lead is None:
        raise UsageError("; ".join(problem.message for problem in reading.problems))
    fresh = assess(reading.lead, workspace.rules)
    managed: dict[str, Value] = {"score": fresh.score, "confidence": fresh.confidence, "grade": fresh.grade}
    twins = tuple(_twins(workspace, draft.link))
    workspace.folder.create(path, compose({**fields, **managed}, draft.text))
    return Added(Scored(reading, reading.lead, fresh), inferred, twins)


def _is_given(draft: Draft, inference: Inference) -> bool:
    given = {"company": bool(draft.companies), "type": bool(draft.type), "source": bool(draft.source)}
    return given[inference.field]


def _moment(written: str, now: datetime) -> Moment:
    if not written:
        return now.replace(second=0, microsecond=0)
    moment = moment_of(written, now.tzinfo) if now.tzinfo else None
    if moment is None:
        raise UsageError(f"--time {written}: not a date", "write 2026-04-24 or 2026-04-24T11:30")
    return moment


def _fields(draft: Draft, inferred: Mapping[str, str], moment: Moment) -> dict[str, Value]:
    if not draft.title.strip():
        raise UsageError("a lead needs a title")
    if draft.link and not (links.is_web(draft.link) or links.is_note(draft.link)):
        raise UsageError(f"--link {draft.link}: not a link", "write an address with https://, or the path of a note")
    companies = list(draft.companies) or [inferred[key] for key in ("company",) if key in inferred]
    stated: dict[str, Value] = {
        "company": companies[0] if len(companies) == 1 else companies,
        "title": draft.title.strip(),
        "type": _type(draft.type) if draft.type else inferred.get("type", "other"),
        "source": draft.source or inferred.get("source", ""),
        "link": draft.link,
        "time": moment.isoformat(timespec="minutes") if isinstance(moment, datetime) else moment.isoformat(),
        "verification": _verification(draft.verification),
        "tags": list(draft.tags),
    }
    return {key: value for key, value in stated.items() if value}


def _type(word: str) -> str:
    known = vocabulary.type_of(word)
    if known:
        return known
    near = vocabulary.nearest_type(word)
    raise UsageError(
        f"--type {word}: not a type", f"did you mean {near}?" if near else f"one of {', '.join(vocabulary.TYPES)}"
    )


def _verification(word: str) -> str:
    known = vocabulary.verification_of(word)
    if known:
        return known
    near = vocabulary.nearest_verification(word)
    hint = f"did you mean {near}?" if near else f"one of {', '.join(vocabulary.VERIFICATIONS)}"
    raise UsageError(f"--verification {word}: not a verification status", hint)


def _free_path(workspace: Workspace, day: date, title: str) -> str:
    """A path whose name no lead of the base has: the title's slug, with a number when it is taken."""
    taken = {path.rpartition("/")[2].casefold() for path in workspace.paths()}
    stem = f"{day.isoformat()}-{file_slug(title) or 'lead'}"
    number, name = 1, f"{stem}.md"
    while name.casefold() in taken:
        number += 1
        name = f"{stem}-{number}.md"
    return f"{LEADS}/{day:%Y}/{day:%m}/{name}"


def _twins(workspace: Workspace, link: str) -> Iterator[str]:
    wanted = links.comparable(link)
    if wanted:
        for reading in workspace.readings:
            if reading.lead and any(links.comparable(each.link) == wanted for each in reading.lead.evidence):
                yield reading.lead.name
