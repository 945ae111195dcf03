"""Checking a base: every problem of every file, in one run."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import PurePosixPath

from leadbase.adapters import renderer
from leadbase.adapters.settings import RULES_FILES
from leadbase.core import leadfile, links
from leadbase.core.infer import inferences
from leadbase.core.lead import Lead, Reading
from leadbase.core.yamlvalue import Value
from leadbase.errors import FileRefused, LeadFileError, Problem, RulesError
from leadbase.workspace import Scored, Workspace


def check_base(workspace: Workspace, today: date) -> tuple[Problem, ...]:
    """All problems of the rules and the leads, by path and line. `today` is the desk's, for leads of the future."""
    found = list(_rules_problems(workspace))
    rules_are_wrong = any(problem.level == "error" for problem in found)
    for reading in workspace.readings:
        found.extend(reading.problems if rules_are_wrong else _with_suggestions(workspace, reading))
    names = {reading.lead.name for reading in workspace.readings if reading.lead}
    for reading in workspace.readings:
        if reading.lead:
            found.extend(_lead_problems(workspace, reading.lead, names, today))
    if not rules_are_wrong:
        found.extend(problem for scored in workspace.scored() for problem in _stale(workspace, scored))
    found.extend(_cycles(workspace))
    found.extend(_template_problems(workspace))
    found.extend(_leftovers(workspace))
    return tuple(sorted(found, key=lambda problem: (problem.path, problem.line or 0, problem.level, problem.code)))


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


def _cycles(workspace: Workspace) -> Iterator[Problem]:
    """Leads that are duplicates of one another in a circle, or of themselves: none of them would be the one to keep."""
    kept = {reading.lead.name: reading.lead for reading in workspace.readings if reading.lead}
    for lead in kept.values():
        seen, name = {lead.name}, lead.duplicate_of
        while name in kept and name not in seen:
            seen.add(name)
            name = kept[name].duplicate_of
        if name == lead.name:
            line = lead.lines.get("duplicate-of")
            message = "the lead is a duplicate of itself" + (", by way of others" if len(seen) > 1 else "")
            yield Problem(lead.path, line, "error", "duplicate-cycle", message, "one of a story's leads is kept")


def _with_suggestions(workspace: Workspace, reading: Reading) -> Iterator[Problem]:
    """The reading's problems; where a company or a type is missing, with what the lead itself gives away."""
    lead = reading.lead
    missing = {"missing-company", "missing-type", "missing-source"} & {problem.code for problem in reading.problems}
    said: dict[str, str] = {}
    if lead and missing:
        for each in inferences(lead.title, lead.text, lead.link, workspace.rules):
            said.setdefault(f"missing-{each.field}", f"add `{each.field}: {each.value}`? {each.because}")
    for problem in reading.problems:
        yield replace(problem, hint=said[problem.code]) if problem.code in said and not problem.hint else problem


def _lead_problems(workspace: Workspace, lead: Lead, names: set[str], today: date) -> Iterator[Problem]:
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
            if name not in names:
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
