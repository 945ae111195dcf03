"""Checking a base: every problem of every file, in one run."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from pathlib import PurePosixPath

from leadbase.adapters import renderer
from leadbase.adapters.index.store import Condition, Lookup
from leadbase.adapters.settings import RULES_FILES
from leadbase.core import leadfile, links
from leadbase.core.lead import Lead, Reading
from leadbase.core.yamlvalue import Value
from leadbase.errors import FileRefused, LeadFileError, Problem, RulesError
from leadbase.workspace import Scored, Workspace, with_name_problem


@dataclass(frozen=True, slots=True)
class Checked:
    """All problems of the rules and the leads, by path and line, and how many lead files there are."""

    problems: tuple[Problem, ...]
    files: int


def check_base(workspace: Workspace, today: date) -> Checked:
    """Look at everything. `today` is the desk's, for leads of the future."""
    found = list(_rules_problems(workspace))
    if any(problem.level == "error" for problem in found):
        files, problems = _without_rules(workspace, today)
    else:
        files, problems = _with_rules(workspace, today)
    found += [*problems, *_template_problems(workspace), *_leftovers(workspace)]
    found.sort(key=lambda problem: (problem.path, problem.line or 0, problem.level, problem.code))
    return Checked(tuple(found), files)


def _without_rules(workspace: Workspace, today: date) -> tuple[int, list[Problem]]:
    """What can be said while the rules are wrong: every file is read, and none is scored."""
    found = [problem for reading in workspace.readings for problem in reading.problems]
    leads = [reading.lead for reading in workspace.readings if reading.lead]
    names = {lead.name for lead in leads}
    for lead in leads:
        found += _lead_problems(workspace, lead, names.__contains__, today)
    return len(workspace.readings), [*found, *_cycles(leads)]


def _with_rules(workspace: Workspace, today: date) -> tuple[int, list[Problem]]:
    """What the index knows, and a look at those files whose problems depend on others, on the day or on the score."""
    found = [*workspace.ask(Lookup.problems), *workspace.ask(Lookup.refused)]
    for paths in workspace.ask(Lookup.shared_names).values():
        for path in paths:
            found += with_name_problem(Reading(path, None), paths).problems
    doubtful = Condition("is_stale OR has_references OR day > ?", (today.toordinal() + 1,))
    leads: list[Lead] = []
    for reading in workspace.read_all(workspace.ask(partial(Lookup.paths, where=doubtful))):
        if scored := workspace.assess(reading):
            leads.append(scored.lead)
            found += _lead_problems(workspace, scored.lead, partial(_is_lead, workspace), today)
            found += _stale(workspace, scored)
    tally = workspace.ask(Lookup.tally)
    return tally.leads + tally.unreadable, [*found, *_cycles(leads)]


def _is_lead(workspace: Workspace, name: str) -> bool:
    return workspace.ask(partial(Lookup.has_readable, name=name))


def _rules_problems(workspace: Workspace) -> Iterator[Problem]:
    try:
        yield from workspace.rules.warnings
    except RulesError as error:
        yield from error.problems
    except FileRefused as error:
        yield Problem(error.path, None, "error", "unreadable", error.reason, error.hint)
    known = [f"rules/{name}.toml" for name in RULES_FILES]
    for path in workspace.folder.paths("rules", ".toml"):
        if path not in known:
            hint = f"the files of rules are {', '.join(known)}"
            yield Problem(path, None, "warning", "unknown-rules-file", "nothing reads this file", hint)


def _template_problems(workspace: Workspace) -> Iterator[Problem]:
    texts: dict[str, str] = {}
    for path in workspace.folder.paths(renderer.FOLDER, renderer.SUFFIX):
        try:
            texts[path.partition("/")[2]] = workspace.folder.read(path).decode("utf-8-sig")
        except FileRefused as error:
            yield Problem(path, None, "error", "unreadable", error.reason, error.hint)
        except UnicodeDecodeError:
            yield Problem(path, None, "error", "template-encoding", "it is not UTF-8", "save it as UTF-8")
    yield from renderer.faults(texts)


def _cycles(leads: Iterable[Lead]) -> Iterator[Problem]:
    """Leads that are duplicates of one another in a circle, or of themselves: none of them would be the one to keep."""
    kept = {lead.name: lead for lead in leads}
    for lead in kept.values():
        seen, name = {lead.name}, lead.duplicate_of
        while name in kept and name not in seen:
            seen.add(name)
            name = kept[name].duplicate_of
        if name == lead.name:
            line = lead.lines.get("duplicate-of")
            message = "the lead is a duplicate of itself" + (", by way of others" if len(seen) > 1 else "")
            yield Problem(lead.path, line, "error", "duplicate-cycle", message, "one of a story's leads is kept")


def _lead_problems(workspace: Workspace, lead: Lead, is_lead: Callable[[str], bool], today: date) -> Iterator[Problem]:
    def problem(level: str, code: str, key: str, message: str, hint: str = "") -> Problem:
        line = lead.lines.get(key)
        return Problem(lead.path, line, "error" if level == "error" else "warning", code, message, hint)

    for evidence in lead.evidence:
        if links.is_note(evidence.link) and not _has_note(workspace, evidence.link):
            key = "link" if evidence is lead.evidence[0] else "also"
            hint = "an address of the web begins with https://"
            yield problem("error", "no-such-note", key, f"there is no note at {evidence.link}", hint)
    for key, wanted in _references(lead).items():
        for name in wanted:
            if not is_lead(name):
                yield problem("error", "no-such-lead", key, f"{key} names '{name}', and no lead is called that")
    if lead.day and lead.day > today + timedelta(days=1):
        yield problem("warning", "future-time", "time", f"the lead is dated {lead.day}, in the future")


def _has_note(workspace: Workspace, link: str) -> bool:
    try:
        return workspace.folder.exists(PurePosixPath(link).as_posix())
    except FileRefused:
        return False  # a place no note can be, such as .git/x


def _references(lead: Lead) -> Mapping[str, tuple[str, ...]]:
    return {
        "follow-up-of": lead.follow_up_of,
        "same-as": lead.same_as,
        "not-same-as": lead.not_same_as,
        "duplicate-of": (lead.duplicate_of,) if lead.duplicate_of else (),
    }


def _stale(workspace: Workspace, scored: Scored) -> Iterator[Problem]:
    if not scored.is_stale:
        return
    lead, fresh = scored.lead, scored.assessment
    try:
        fields: dict[str, Value | None] = {"score": fresh.score, "confidence": fresh.confidence, "grade": fresh.grade}
        leadfile.with_fields(workspace.folder.read(lead.path), fields, lead.path)
    except LeadFileError as error:
        yield from error.problems
        return
    except FileRefused:
        return
    base = Problem(lead.path, lead.lines.get("score"), "warning", "stale-score", "", "run `leadbase score`")
    now = f"score {fresh.score}, confidence {fresh.confidence}, {fresh.grade}"
    written = lead.written
    if written.score is None and written.confidence is None and written.grade is None:
        yield replace(base, code="unscored", message=f"the lead has no score yet; the rules give {now}")
    else:
        before = f"score {written.score}, confidence {written.confidence}, {written.grade}".replace("None", "missing")
        yield replace(base, message=f"the file says {before}; the rules give {now}")


def _leftovers(workspace: Workspace) -> Iterator[Problem]:
    for left in workspace.folder.leftovers():
        same = "it may be deleted" if left.is_same else "compare it with the file before you delete it"
        of = f" of {left.of}" if left.of else ""
        yield Problem(left.path, None, "warning", "leftover", f"a write{of} was cut short and left this behind", same)
