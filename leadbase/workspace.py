"""Workspace: one base - its root, settings, rules, folder and leads - opened for the actions to work on."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from leadbase.adapters.folder import Folder
from leadbase.adapters.settings import RULES_FILES, SETTINGS_FILE, Settings, parse_rules, parse_settings, shipped_rules
from leadbase.core.lead import Lead, Reading, Written, name_of, read
from leadbase.errors import ChangedMeanwhile, FileRefused, LeadNotFound, NotABase, Problem, RulesError, Unreadable
from leadbase.late import late

if TYPE_CHECKING:
    from leadbase.core import leadfile, rules, scoring
    from leadbase.core.yamlvalue import Value
else:
    leadfile = late("leadbase.core.leadfile")
    rules = late("leadbase.core.rules")
    scoring = late("leadbase.core.scoring")

LEADS = "leads"


@dataclass(frozen=True, slots=True)
class Scored:
    """A lead with what the rules make of it."""

    reading: Reading
    lead: Lead
    assessment: "scoring.Assessment"

    @property
    def is_stale(self) -> bool:
        """Whether the file's managed lines are not what the rules give."""
        fresh = self.assessment
        return self.lead.written != Written(fresh.score, fresh.confidence, fresh.grade)


@dataclass(frozen=True)
class Workspace:
    """A base that is open. Nothing is read before it is asked for, and rules only once."""

    root: Path
    settings: Settings
    folder: Folder

    @classmethod
    def open(cls, start: Path) -> "Workspace":
        """The base in the folder `start` or the nearest one above it.

        Raises NotABase when there is none, SettingsError when its leadbase.toml is wrong.
        """
        here = start.resolve()
        root = next((each for each in (here, *here.parents) if (each / SETTINGS_FILE).is_file()), None)
        if root is None:
            hint = "go to a base, name one with --base DIR, or make one with `leadbase init DIR`"
            raise NotABase(f"{start} is not in a leadbase base: there is no {SETTINGS_FILE} here or above", hint)
        folder = Folder(root)
        return cls(root, parse_settings(folder.read(SETTINGS_FILE)), folder)

    @cached_property
    def rules(self) -> "rules.Rules":
        """The effective rules: the base's rules/ over the shipped ones. Raises RulesError with every mistake."""
        files = {name: f"rules/{name}.toml" for name in RULES_FILES}
        present = {name: self.folder.read(path) for name, path in files.items() if self.folder.exists(path)}
        tables, problems = parse_rules(present)
        try:
            built = rules.build(shipped_rules(), tables)
        except RulesError as error:
            raise RulesError([*problems, *error.problems]) from None
        if problems:
            raise RulesError(problems)
        return built

    def paths(self) -> tuple[str, ...]:
        """Where the leads are, relative to the root, sorted."""
        return self.folder.paths(LEADS)

    def read(self, path: str) -> Reading:
        """One lead's file, read. What keeps it from being read is a problem of the reading, never raised."""
        try:
            raw = self.folder.read(path)
        except Unreadable as error:
            return _unreadable(error)
        return read(raw, path, self.settings.zone)

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """Every lead's file, read, in the order of paths; two files of one name are a problem of both."""
        listing = self.folder.listing(LEADS)
        found = [self.read(path) for path in listing.paths]
        refused = [Reading(problem.path, None, (problem,)) for problem in listing.refused]
        return tuple(sorted(_with_shared_names(found + refused), key=lambda reading: reading.path))

    def scored(self, as_of: date | None = None) -> Iterator[Scored]:
        """Every lead that can be read, assessed as of a day; None: each as of its own."""
        for reading in self.readings:
            if reading.lead:
                yield Scored(reading, reading.lead, scoring.assess(reading.lead, self.rules, as_of))

    def write_score(self, scored: Scored) -> None:
        """Make the lead's managed lines say what was assessed (as of its own day); nothing else in the file changes.

        Raises ChangedMeanwhile when the file is no longer the one that was scored, FileRefused or LeadFileError when
        it is to be left alone. A lead whose lines are right is not touched.
        """
        path, fresh = scored.reading.path, scored.assessment
        raw = self.folder.read(path)
        if read(raw, path, self.settings.zone).lead != scored.lead:
            raise ChangedMeanwhile(path, "it was saved anew while it was being scored", "score it again")
        fields: dict[str, Value | None] = {"score": fresh.score, "confidence": fresh.confidence, "grade": fresh.grade}
        self.folder.replace(path, leadfile.with_fields(raw, fields, path), was=raw)

    def path_of(self, wanted: str) -> str:
        """The path of the lead that a person calls `wanted`: its name, a unique part of it, or a path.

        Raises LeadNotFound, with the candidates when there are several.
        """
        paths = self.paths()
        as_path = _as_path(wanted, self.root)
        if as_path in paths:
            return as_path
        word = wanted.casefold()
        names = {path: name_of(path).casefold() for path in paths}
        exact = [path for path, name in names.items() if name == word]
        found = exact or [path for path, name in names.items() if word and word in name]
        if len(found) == 1:
            return found[0]
        if not found:
            raise LeadNotFound(f"no lead is called '{wanted}'", hint="`leadbase list` shows the names")
        names_found = [name_of(path) if not exact else path for path in found]
        raise LeadNotFound(f"'{wanted}' could be any of {len(found)} leads", names_found, "write more of the name")


def _unreadable(error: FileRefused) -> Reading:
    return Reading(error.path, None, (Problem(error.path, None, "error", "unreadable", error.reason, error.hint),))


def _as_path(wanted: str, root: Path) -> str:
    """A path as the folder spells it: relative to the root, from wherever the person stands."""
    given = Path(wanted)
    for candidate in (given, root / given):
        try:
            if candidate.is_file():
                return candidate.resolve().relative_to(root).as_posix()
        except (ValueError, OSError):
            continue
    return PurePosixPath(wanted).as_posix()


def _with_shared_names(readings: Iterable[Reading]) -> list[Reading]:
    by_name: dict[str, list[str]] = {}
    listed = list(readings)
    for reading in listed:
        by_name.setdefault(name_of(reading.path).casefold(), []).append(reading.path)
    return [_with_name_problem(reading, by_name) for reading in listed]


def _with_name_problem(reading: Reading, by_name: Mapping[str, list[str]]) -> Reading:
    others = [path for path in by_name[name_of(reading.path).casefold()] if path != reading.path]
    if not others:
        return reading
    shown = ", ".join(others[:3]) + (f" and {len(others) - 3} more" if len(others) > 3 else "")
    message = f"the name '{name_of(reading.path)}' is also that of {shown}"
    problem = Problem(reading.path, None, "error", "duplicate-name", message, "a lead's file name is unique in a base")
    return replace(reading, problems=(*reading.problems, problem))
