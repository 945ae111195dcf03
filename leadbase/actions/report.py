"""Compiling the daily report and its sidecar."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from leadbase.adapters import renderer
from leadbase.adapters.folder import MAX_BYTES, Folder
from leadbase.adapters.history import source_stamp
from leadbase.adapters.index.days import held_back, off_record, taking_part
from leadbase.adapters.index.store import Lookup
from leadbase.core.lead import Reading, name_of
from leadbase.core.query import Query
from leadbase.core.record import short_ids
from leadbase.core.report import (
    Edition,
    Provenance,
    Surroundings,
    edition,
    fingerprint,
    open_days,
    problems,
    sidecar,
    tidy,
)
from leadbase.core.reportwords import context, reasons
from leadbase.core.rules import Rules
from leadbase.errors import FileRefused, Problem, TemplateError, UsageError
from leadbase.workspace import LEADS, Workspace, refused_readings, with_name_problem

_MOST_TEMPLATE_CHARACTERS = 2_000_000
SOURCES = ("leads", "rules", "templates", "notes", "leadbase.toml")
"""What a report is compiled from. Committing a report is no reason for it to change, so reports/ is not among them."""

_TEMPLATE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Order:
    """Which report is wanted. `day` None is today or, when today has nothing to report, the latest day that has.

    `out` names another file, "-" none at all. `force` overwrites a report that was edited by hand. `query` None is
    every lead; else only its leads, as they are on the day, whatever order and limit it names.
    """

    day: date | None = None
    out: str | None = None
    template: str = "daily"
    force: bool = False
    query: Query | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A compiled report: where it was written ("-" for nowhere), its text, and how many leads it has of each kind.

    `problems` are those of the broken leads; `notices` are for the person who asked.
    """

    day: date
    path: str
    markdown: str
    counts: Mapping[str, int]
    is_unchanged: bool
    problems: tuple[Problem, ...]
    notices: tuple[str, ...]

    @property
    def failed(self) -> bool:
        """Whether a lead could not be read; the report was compiled without it."""
        return bool(self.problems)


@dataclass(frozen=True, slots=True)
class _Page:
    """A report's two texts."""

    markdown: str
    sidecar: str


@dataclass(frozen=True, slots=True)
class _Draft:
    """A report before its stamp: what it holds, and the templates that lay it out."""

    edited: Edition
    rules: Rules
    template: str
    templates: Mapping[str, str]

    def page(self, provenance: Provenance) -> _Page:
        """The report's two texts."""
        variables = context(self.edited, provenance, self.rules)
        markdown = tidy(renderer.render(_file(self.template), self.templates, variables))
        return _Page(markdown, sidecar(self.edited, provenance, markdown, reasons(self.edited)))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a report goes: a folder, the names of its two files there, and the name to show."""

    folder: Folder
    report: str
    sidecar: str
    shown: str


def compile_report(workspace: Workspace, order: Order, *, now: datetime | None = None) -> Report:
    """Compile the report of a day and write it with its sidecar.

    `now` stands in for the clock. Raises TemplateError, UsageError for a template that is not there, and FileRefused
    for a report that was edited by hand. A report of a query is not the day's: UsageError unless `out` names its place.
    """
    if order.query and not order.out:
        raise UsageError("a report of some leads is not the report of the day", "say where with --out FILE or --out -")
    zone = workspace.settings.zone
    moment = now or datetime.now(zone)
    edited, broken, fallback = _edition(workspace, order, moment.astimezone(zone).date())
    provenance, no_commit = _provenance(workspace, moment)
    draft = _Draft(edited, workspace.rules, order.template, _templates(workspace, order.template))
    page = draft.page(provenance)
    place = None if order.out == "-" else _place(workspace, edited.day, order.out)
    is_unchanged = False
    if place:
        page = page if provenance.commit else _as_before(place, draft, page)
        is_unchanged = _write(place, page, force=order.force)
    return Report(
        day=edited.day,
        path=place.shown if place else "-",
        markdown=page.markdown,
        counts=edited.counts,
        is_unchanged=is_unchanged,
        problems=tuple(problems(broken)),
        notices=tuple(notice for notice in (fallback, no_commit) if notice),
    )


def _edition(workspace: Workspace, order: Order, today: date) -> tuple[Edition, tuple[Reading, ...], str]:
    """What the report holds, the broken leads, and a notice if it is not of the day one would expect."""
    edited, broken = _edited(workspace, order.day or today, order.query)
    latest = workspace.ask(partial(Lookup.latest_day, until=today))
    if order.day or edited.leads or edited.open or latest is None:
        return edited, broken, ""
    edited, broken = _edited(workspace, latest, order.query)
    return edited, broken, f"nothing to report on {today}; this is the report of {latest}, the latest day with leads"


def _edited(workspace: Workspace, day: date, query: Query | None) -> tuple[Edition, tuple[Reading, ...]]:
    """The report of a day, from the files that may have a part in it, and the broken ones among all."""
    settings = workspace.settings
    readings = list(_part_taking(workspace, day))
    if query:
        readings = [each for each in readings if each.failed or _matches(workspace, query, each, day)]
    named = {name for each in readings if each.lead for name in (*each.lead.follow_up_of, each.lead.duplicate_of)}
    around = Surroundings(
        day=day,
        ids=short_ids(workspace.ask(Lookup.names)),
        public=frozenset(name for name in named if workspace.ask(partial(Lookup.is_public, name=name, day=day))),
        embargoed=workspace.ask(partial(Lookup.count, where=held_back(day))),
        off_record=workspace.ask(partial(Lookup.count, where=off_record(day))),
    )
    edited = edition(readings, workspace.rules, around, settings.zone, settings.zone_name)
    return edited, tuple(reading for reading in readings if reading.failed)


def _matches(workspace: Workspace, query: Query, reading: Reading, day: date) -> bool:
    scored = workspace.assess(reading, day)
    return scored is not None and query.matches(scored)


def _part_taking(workspace: Workspace, day: date) -> Iterator[Reading]:
    """Every broken lead, every lead that is news on the day, and every older one that may still be open."""
    where = taking_part(day, open_days(workspace.rules))
    shared = workspace.ask(Lookup.shared_names)
    paths = {*workspace.ask(partial(Lookup.paths, where=where)), *(path for paths in shared.values() for path in paths)}
    for reading in workspace.read_all(sorted(paths)):
        yield with_name_problem(reading, shared.get(name_of(reading.path).casefold(), ()))
    yield from refused_readings(workspace.ask(Lookup.refused))


def _provenance(workspace: Workspace, now: datetime) -> tuple[Provenance, str]:
    stamp, reason = source_stamp(workspace.root, SOURCES)
    notice = f"the report names no commit: {reason}" if reason else ""
    return (Provenance(stamp.commit, stamp.time) if stamp and not stamp.is_dirty else Provenance("", now)), notice


def _templates(workspace: Workspace, name: str) -> dict[str, str]:
    """The base's templates by file name, `name` among them unless leadbase ships one of that name."""
    file = _file(name)
    path = f"{renderer.FOLDER}/{file}"
    if workspace.folder.exists(path):
        paths = {path, *workspace.folder.paths(renderer.FOLDER, renderer.SUFFIX)}
        return _texts(workspace, sorted(paths), path)
    if file in renderer.shipped():
        return {}
    there = sorted(
        {Path(each).name for each in workspace.folder.paths(renderer.FOLDER, _file(""))} | {*renderer.shipped()}
    )
    names = ", ".join(each.removesuffix(_file("")) for each in there)
    raise UsageError(f"there is no template {path}", f"there are {names}")


def _texts(workspace: Workspace, paths: Sequence[str], wanted: str) -> dict[str, str]:
    """The templates' texts by file name. Reading ends, with an error, as soon as they are too large together."""
    found: dict[str, str] = {}
    characters = 0
    for path in paths:
        text = _text(workspace, path, is_wanted=path == wanted)
        if text is None:
            continue
        characters += len(text)
        if characters > _MOST_TEMPLATE_CHARACTERS:
            message = "the templates are too large together"
            raise TemplateError([Problem(renderer.FOLDER, None, "error", "template-limits", message)])
        found[path.partition("/")[2]] = text
    return found


def _file(name: str) -> str:
    if name and not _TEMPLATE_NAME.fullmatch(name):
        raise UsageError(f"'{name}' is not the name of a template", "write its file name without .md.j2")
    return f"{name}.md{renderer.SUFFIX}"


def _text(workspace: Workspace, path: str, *, is_wanted: bool) -> str | None:
    """The template's text. One that cannot be read is an error if it is wanted, else None: it may be nobody's part."""
    try:
        return workspace.folder.read(path).decode("utf-8-sig")
    except FileRefused:
        if is_wanted:
            raise
        return None
    except UnicodeDecodeError as error:
        if not is_wanted:
            return None
        problem = Problem(path, None, "error", "template-encoding", "it is not UTF-8", "save it as UTF-8")
        raise TemplateError([problem]) from error


def _place(workspace: Workspace, day: date, out: str | None) -> _Place:
    if out is None:
        path = f"reports/{day:%Y}/{day.isoformat()}.md"
        return _Place(workspace.folder, path, _sidecar_of(path), path)
    target = Path(out)
    if target.is_dir() or not target.parent.is_dir():
        reason = "is a folder" if target.is_dir() else f"cannot be written: there is no folder {target.parent}"
        raise UsageError(f"--out {out} {reason}", "name a file in a folder that exists, or - for the screen")
    if (workspace.root / LEADS).resolve() in target.resolve().parents:
        raise UsageError(f"--out {out} lies among the leads, where it would be read as one", "name another folder")
    return _Place(Folder(target.parent), target.name, _sidecar_of(target.name), out)


def _sidecar_of(path: str) -> str:
    return f"{path.removesuffix('.md')}.leads.json"


def _as_before(place: _Place, draft: _Draft, page: _Page) -> _Page:
    """The page as it was compiled before, if only the moment of compiling uncommitted files is another."""
    known = _sidecar(place)
    try:
        at = datetime.fromisoformat(str(known.get("lastmod")))
    except ValueError:
        return page
    if known.get("commit") is not None or at.tzinfo is None or not 1970 < at.year < 9000:
        return page
    again = draft.page(Provenance("", at))
    return again if known.get("report_sha256") == fingerprint(again.markdown.encode()) else page


def _sidecar(place: _Place) -> Mapping[str, Any]:
    """What the former sidecar says; nothing when there is none or it cannot be read."""
    try:
        value = json.loads(place.folder.read(place.sidecar))
    except (FileRefused, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _write(place: _Place, page: _Page, *, force: bool) -> bool:
    """Write both files where they differ from what is there; whether neither did. FileRefused for a report of hand."""
    if max(len(page.markdown.encode()), len(page.sidecar.encode())) > MAX_BYTES:
        raise FileRefused(place.shown, f"the report or its sidecar would be larger than {MAX_BYTES} bytes", "narrow it")
    if place.folder.exists(place.sidecar):
        place.folder.read(place.sidecar)  # one that cannot be read cannot be replaced either: better told before
    if not force:
        _refuse_hand_work(place, page)
    written = [
        _written(place.folder, place.report, page.markdown.encode()),
        _written(place.folder, place.sidecar, page.sidecar.encode()),
    ]
    return not any(written)


def _refuse_hand_work(place: _Place, page: _Page) -> None:
    if not place.folder.exists(place.report):
        return
    there = fingerprint(place.folder.read(place.report))
    known = _sidecar(place).get("report_sha256")
    if there in (known, fingerprint(page.markdown.encode())):
        return
    reason = "it was edited by hand after it was compiled" if known else "it is not a report that leadbase compiled"
    raise FileRefused(place.shown, reason, "--force overwrites it; --out FILE writes the new one elsewhere")


def _written(folder: Folder, path: str, content: bytes) -> bool:
    """Make the file hold this; False when it does already, whatever its line ends."""
    if not folder.exists(path):
        folder.create(path, content)
        return True
    was = folder.read(path)
    if fingerprint(was) == fingerprint(content):
        return False
    folder.replace(path, content, was=was)
    return True
