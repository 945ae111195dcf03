"""Workspace: one base - its root, settings, rules, folder and leads - opened for the actions to work on."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, TypeVar

from leadbase.adapters.folder import Folder
from leadbase.adapters.index.edition import edition_of
from leadbase.adapters.index.store import Index, IndexLost, Lookup
from leadbase.adapters.index.vouch import is_vouched
from leadbase.adapters.settings import RULES_FILES, SETTINGS_FILE, Settings, parse_rules, parse_settings, shipped_rules
from leadbase.errors import ChangedMeanwhile, FileRefused, LeadNotFound, NotABase, Problem, RulesError, Unreadable
from leadbase.late import late

if TYPE_CHECKING:
    from leadbase import indexing
    from leadbase.core import lead, leadfile, names, query, rules, rulespack, scoring
    from leadbase.core.lead import Lead, Reading
    from leadbase.core.names import Names
    from leadbase.core.query import unknown
    from leadbase.core.registry import Company, Source
    from leadbase.core.rules import Rules
    from leadbase.core.yamlvalue import Value
    from leadbase.indexing import files
else:
    files = late("leadbase.indexing.files")
    indexing = late("leadbase.indexing")
    lead = late("leadbase.core.lead")
    leadfile = late("leadbase.core.leadfile")
    names = late("leadbase.core.names")
    query = late("leadbase.core.query")
    rules = late("leadbase.core.rules")
    rulespack = late("leadbase.core.rulespack")
    scoring = late("leadbase.core.scoring")
    unknown = late("leadbase.core.query.unknown")

LEADS = "leads"

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Listener:
    """Who is told what happens meanwhile: `progress` how many files are indexed of how many, `notice` a sentence."""

    progress: Callable[[int, int], None] = lambda _done, _total: None
    notice: Callable[[str], None] = lambda _text: None


@dataclass(frozen=True, slots=True)
class Scored:
    """A lead with what the rules make of it; a query asks about it as it is."""

    reading: "Reading"
    lead: "Lead"
    assessment: "scoring.Assessment"

    @property
    def score(self) -> int:
        """News value, 0 to 100."""
        return self.assessment.score

    @property
    def confidence(self) -> int:
        """0 to 100."""
        return self.assessment.confidence

    @property
    def grade(self) -> str:
        """One of the three grades."""
        return self.assessment.grade

    @property
    def code(self) -> str:
        """The Admiralty code such as B2."""
        return self.assessment.code

    @property
    def is_stale(self) -> bool:
        """Whether the file's managed lines are not what the rules give."""
        fresh = self.assessment
        return self.lead.written != lead.Written(fresh.score, fresh.confidence, fresh.grade)


@dataclass(frozen=True)
class Workspace:
    """A base that is open. Nothing is read before it is asked for, and rules only once."""

    root: Path
    settings: Settings
    folder: Folder
    listener: Listener = field(default_factory=Listener)

    @classmethod
    def open(cls, start: Path, listener: Listener | None = None) -> "Workspace":
        """The base in the folder `start` or the nearest one above it.

        Raises NotABase when there is none, SettingsError when its leadbase.toml is wrong.
        """
        here = start.resolve()
        root = next((each for each in (here, *here.parents) if (each / SETTINGS_FILE).is_file()), None)
        if root is None:
            hint = "go to a base, name one with --base DIR, or make one with `leadbase init DIR`"
            raise NotABase(f"{start} is not in a leadbase base: there is no {SETTINGS_FILE} here or above", hint)
        folder = Folder(root)
        return cls(root, parse_settings(folder.read(SETTINGS_FILE)), folder, listener or Listener())

    @cached_property
    def _rules_files(self) -> Mapping[str, bytes]:
        """The base's own rules files, by name without suffix."""
        files = {name: f"rules/{name}.toml" for name in RULES_FILES}
        return {name: self.folder.read(path) for name, path in files.items() if self.folder.exists(path)}

    @cached_property
    def rules(self) -> "Rules":
        """The effective rules: the base's rules/ over the shipped ones. Raises RulesError with every mistake."""
        packed = self._store.kept("rules")
        if packed is not None:
            try:
                return rulespack.unpacked(packed)
            except ValueError:
                pass  # a damaged index; the files are the truth
        built = self._built_rules()
        self._store.keep("rules", rulespack.packed(built))
        self._store.keep("names", names.packed_names(built))
        return built

    @cached_property
    def names(self) -> "Names | Rules":
        """What knows companies and sources by name: the rules, or less of them where that is at hand."""
        packed = self._store.kept("names")
        if packed is not None:
            try:
                return names.unpacked_names(packed)
            except ValueError:
                pass
        return self.rules

    def _built_rules(self) -> "Rules":
        tables, problems = parse_rules(self._rules_files)
        try:
            built = rules.build(shipped_rules(), tables)
        except RulesError as error:
            raise RulesError([*problems, *error.problems]) from None
        if problems:
            raise RulesError(problems)
        return built

    @cached_property
    def _store(self) -> Index:
        """The index as it was left, whatever the files say by now."""
        return Index.open(self.root, edition_of(self._rules_files, self.settings.zone_name))

    @property
    def index_path(self) -> Path | None:
        """Where the index is, whether or not it is up to date; None when it cannot be kept on disk."""
        return self._store.path

    @cached_property
    def index(self) -> Index:
        """The index, equal to the files as of the first time it is asked for; `refresh` looks again.

        A base whose rules are wrong has none: RulesError.
        """
        self.refresh()
        return self._store

    def refresh(self) -> None:
        """Make the index say what the files say, unless a watcher vouches that it does."""
        index = self._store
        index.renew()
        if not (index.path and is_vouched(index.path.parent, index.identity)):
            indexing.refresh(index, self.folder, LEADS, self._desk, self.listener.progress)
        if index.notice:
            self.listener.notice(index.notice)

    def rebuild(self) -> None:
        """Make the index anew from the files."""
        self._store.remove()
        indexing.refresh(self._store, self.folder, LEADS, self._desk, self.listener.progress)

    def _desk(self) -> "files.Desk":
        return files.Desk(self.folder, self.rules, self.settings.zone)

    def ask(self, question: Callable[[Lookup], Answer]) -> Answer:
        """What the index answers. An index that turns out to be damaged is made anew, and asked again."""
        index = self.index
        while True:
            try:
                with index.lookup() as lookup:
                    return question(lookup)
            except IndexLost:  # at most as often as an index lets itself be lost
                self.refresh()

    def query(self, text: str, today: date) -> "query.Query":
        """The query in a text, with the desk's names and saved queries. `today` is the desk's day.

        Raises UsageError for what it cannot be, and for a company, source, domain or tag that nobody has.
        """
        known = _Names(self)
        saved = self.settings.queries
        found = query.parse(text, rules=known, today=today, zone=self.settings.zone, saved=saved)
        if found.fields & {"company", "source", "domain", "tags"}:
            error = unknown.unknown(found.tree, known.written, known.registered, known)
            if error:
                raise error
        return found

    def read(self, path: str) -> "Reading":
        """One lead's file, read. What keeps it from being read is a problem of the reading, never raised."""
        try:
            raw = self.folder.read(path)
        except Unreadable as error:
            return _unreadable(error)
        return lead.read(raw, path, self.settings.zone)

    def read_all(self, paths: Iterable[str]) -> Iterator["Reading"]:
        """These files, read, in their order; as `read` does, and faster."""
        for taken in self.folder.read_all(paths):
            if taken.refusal:
                yield _unreadable(taken.refusal)
            elif taken.raw is not None:
                yield lead.read(taken.raw, taken.path, self.settings.zone)

    @cached_property
    def readings(self) -> tuple["Reading", ...]:
        """Every lead's file, read without the index, in the order of paths; a shared name is a problem of all who have
        it."""
        listing = self.folder.listing(LEADS)
        found = [*self.read_all(listing.paths), *refused_readings(listing.refused)]
        shared: dict[str, list[str]] = {}
        for reading in found:
            shared.setdefault(lead.name_of(reading.path).casefold(), []).append(reading.path)
        named = (with_name_problem(each, shared[lead.name_of(each.path).casefold()]) for each in found)
        return tuple(sorted(named, key=lambda reading: reading.path))

    def assess(self, reading: "Reading", as_of: date | None = None) -> Scored | None:
        """The reading's lead assessed as of a day (None: its own); None when there is no lead in it."""
        if reading.lead is None:
            return None
        return Scored(reading, reading.lead, scoring.assess(reading.lead, self.rules, as_of))

    def write_score(self, scored: Scored) -> None:
        """Make the lead's managed lines say what was assessed (as of its own day); nothing else in the file changes.

        Raises ChangedMeanwhile when the file is no longer the one that was scored, FileRefused or LeadFileError when
        it is to be left alone. A lead whose lines are right is not touched.
        """
        path, fresh = scored.reading.path, scored.assessment
        raw = self.folder.read(path)
        if lead.read(raw, path, self.settings.zone).lead != scored.lead:
            raise ChangedMeanwhile(path, "it was saved anew while it was being scored", "score it again")
        fields: dict[str, Value | None] = {"score": fresh.score, "confidence": fresh.confidence, "grade": fresh.grade}
        self.folder.replace(path, leadfile.with_fields(raw, fields, path), was=raw)

    def path_of(self, wanted: str) -> str:
        """The path of the lead that a person calls `wanted`: its name, a unique part of it, or a path.

        Raises LeadNotFound, with the candidates when there are several.
        """
        as_path = _as_path(wanted, self.root)
        if self.ask(lambda lookup: lookup.has_path(as_path)):
            return as_path
        exact = self.ask(lambda lookup: lookup.called(wanted))
        found = exact or (self.ask(lambda lookup: lookup.called_like(wanted)) if wanted else [])
        if len(found) == 1:
            return found[0]
        if not found:
            raise LeadNotFound(f"no lead is called '{wanted}'", hint="`leadbase list` shows the names")
        names_found = [lead.name_of(path) if not exact else path for path in found]
        raise LeadNotFound(f"'{wanted}' could be any of {len(found)} leads", names_found, "write more of the name")


@dataclass(frozen=True, slots=True)
class _Names:
    """The names a query may use. The rules are loaded when the first one is looked up."""

    workspace: Workspace

    def company(self, name: str) -> "Company | None":
        """As Rules.company."""
        return self.workspace.names.company(name)

    def source_named(self, name: str) -> "Source | None":
        """As Rules.source_named."""
        return self.workspace.names.source_named(name)

    def source_of(self, link: str) -> "Source | None":
        """As Rules.source_of."""
        return self.workspace.rules.source_of(link)

    def written(self, field: str) -> tuple[str, ...]:
        """The values of company, source, domain or tag that leads have."""
        return tuple(text for _, text, _ in self.workspace.ask(partial(Lookup.values, field=field)))

    def registered(self, field: str) -> tuple[str, ...]:
        """The names that the registry has for a company, a source or a domain; no tags."""
        rules = self.workspace.rules
        if field == "company":
            return tuple(name for each in rules.companies for name in each.names)
        sources = rules.sources if field in ("source", "domain") else ()
        return tuple(name for each in sources for name in ((each.domain,) if field == "domain" else each.names))


def _unreadable(error: FileRefused) -> "Reading":
    problem = Problem(error.path, None, "error", "unreadable", error.reason, error.hint)
    return lead.Reading(error.path, None, (problem,))


def refused_readings(problems: Iterable[Problem]) -> Iterator["Reading"]:
    """What lies among the leads and is not opened, as readings without a lead."""
    for problem in problems:
        yield lead.Reading(problem.path, None, (problem,))


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


def with_name_problem(reading: "Reading", paths: Iterable[str]) -> "Reading":
    """The reading, with the problem that others of these files have its name too, where they do."""
    others = [path for path in paths if path != reading.path]
    if not others:
        return reading
    shown = ", ".join(others[:3]) + (f" and {len(others) - 3} more" if len(others) > 3 else "")
    message = f"the name '{lead.name_of(reading.path)}' is also that of {shown}"
    problem = Problem(reading.path, None, "error", "duplicate-name", message, "a lead's file name is unique in a base")
    return replace(reading, problems=(*reading.problems, problem))
