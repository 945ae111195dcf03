"""Adding a lead: what the writer gave, what could be inferred, and a new file that nothing else had the name of."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from leadbase.adapters.index.store import Lookup
from leadbase.core import links, vocabulary
from leadbase.core.infer import Inference, inferences, source_name
from leadbase.core.lead import Moment, day_of, moment_of, read
from leadbase.core.leadfile import compose
from leadbase.core.rules import Rules
from leadbase.core.slug import file_slug
from leadbase.core.yamlvalue import Value
from leadbase.errors import AlreadyThere, UsageError
from leadbase.workspace import LEADS, Scored, Workspace

_ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class Draft:
    """A lead as a writer gives it; empty means: not given. `time` and the words are as typed.

    The first source and link are the lead's own; what follows becomes evidence under `also:`, source beside link.
    """

    title: str
    companies: tuple[str, ...] = ()
    type: str = ""
    sources: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    time: str = ""
    text: str = ""
    verification: str = ""
    tags: tuple[str, ...] = ()

    @property
    def link(self) -> str:
        """The lead's own link, or ""."""
        return self.links[0] if self.links else ""


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
    fields = _fields(draft, inferred, moment, workspace.rules)
    twins = tuple(_twins(workspace, draft.links))
    for _ in range(_ATTEMPTS):
        path = _free_path(workspace, day, draft.title)
        reading = read(compose(fields, draft.text), path, zone)
        scored = workspace.assess(reading)
        if scored is None:
            raise UsageError("; ".join(problem.message for problem in reading.problems))
        try:
            workspace.folder.create(path, compose({**fields, **_managed(scored)}, draft.text))
        except AlreadyThere:
            workspace.refresh()  # somebody has just added one of this name
            continue
        return Added(scored, inferred, twins)
    raise AlreadyThere(path, "other leads of this name are being added at the same moment", "try again")


def _managed(scored: Scored) -> Mapping[str, Value]:
    fresh = scored.assessment
    return {"score": fresh.score, "confidence": fresh.confidence, "grade": fresh.grade}


def _is_given(draft: Draft, inference: Inference) -> bool:
    given = {"company": bool(draft.companies), "type": bool(draft.type), "source": bool(draft.sources)}
    return given[inference.field]


def _moment(written: str, now: datetime) -> Moment:
    if not written:
        return now.replace(second=0, microsecond=0)
    moment = moment_of(written, now.tzinfo) if now.tzinfo else None
    if moment is None:
        raise UsageError(f"--time {written}: not a date", "write 2026-04-24 or 2026-04-24T11:30")
    return moment


def _fields(draft: Draft, inferred: Sequence[Inference], moment: Moment, rules: Rules) -> dict[str, Value]:
    if not draft.title.strip():
        raise UsageError("a lead needs a title")
    for link in draft.links:
        if not (links.is_web(link) or links.is_note(link)):
            meant = f"https://{link}"
            hint = f"did you mean {meant}?" if links.is_web(meant) and "." in link else "write it with https://"
            raise UsageError(f"--link {link}: not an address, nor the path of a desk note", hint)
    companies = list(draft.companies) or [each.value for each in inferred if each.field == "company"]
    stated: dict[str, Value] = {
        "company": companies[0] if len(companies) == 1 else companies,
        "title": draft.title.strip(),
        "type": vocabulary.asked_type(draft.type) if draft.type else _value(inferred, "type") or "other",
        "source": draft.sources[0] if draft.sources else _value(inferred, "source"),
        "link": draft.link,
        "time": moment.isoformat(timespec="minutes") if isinstance(moment, datetime) else moment.isoformat(),
        "verification": vocabulary.asked_verification(draft.verification),
        "also": list(_further(draft, rules)),
        "tags": list(draft.tags),
    }
    return {key: value for key, value in stated.items() if value}


def _value(inferred: Sequence[Inference], field: str) -> str:
    return next((each.value for each in inferred if each.field == field), "")


def _further(draft: Draft, rules: Rules) -> Iterator[dict[str, str]]:
    """The reports beyond the lead's own: a source where one is given or the link's domain gives it away, and a link."""
    for number in range(1, max(len(draft.links), len(draft.sources))):
        link = draft.links[number] if number < len(draft.links) else ""
        source = draft.sources[number] if number < len(draft.sources) else source_name(link, rules)
        yield {key: value for key, value in (("source", source), ("link", link)) if value}


def _free_path(workspace: Workspace, day: date, title: str) -> str:
    """A path whose name no lead of the base has: the title's slug, with a number when it is taken."""
    taken = {f"{name.casefold()}.md" for name in workspace.ask(lambda lookup: lookup.names())}
    stem = f"{day.isoformat()}-{file_slug(title) or 'lead'}"
    number, name = 1, f"{stem}.md"
    while name.casefold() in taken:
        number += 1
        name = f"{stem}-{number}.md"
    return f"{LEADS}/{day.year:04}/{day.month:02}/{name}"


def _twins(workspace: Workspace, addresses: Sequence[str]) -> Iterator[str]:
    for link in addresses:
        yield from workspace.ask(partial(Lookup.linked, canonical=links.comparable(link)))
