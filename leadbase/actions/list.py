"""Listing leads: those that a query asks for, as rows or as records."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from leadbase.adapters.index.store import Found, Lookup
from leadbase.core.columns import joined
from leadbase.core.query import Query, Sort
from leadbase.core.query.tree import And, Tree, all_of, leaves
from leadbase.late import late
from leadbase.workspace import Scored, Workspace

if TYPE_CHECKING:
    from leadbase.core import entry
else:
    entry = late("leadbase.core.entry")

_RECORDS_AT_ONCE = 500
_JUDGED = frozenset({"score", "confidence", "grade", "code"})
"""The fields of a query whose values depend on the day as of which a lead is scored."""
_TO_ESCAPE = re.compile(r'([\\"＂])')


@dataclass(frozen=True, slots=True)
class Filter:
    """What a lead must be to be listed, beside the query; empty means anything. Several names of one kind: any of them
    will do; of `words`, which stand in title, company or text, all must be there. `days` and `scores` are ranges.
    """

    companies: Sequence[str] = ()
    types: Sequence[str] = ()
    grades: Sequence[str] = ()
    verifications: Sequence[str] = ()
    sources: Sequence[str] = ()
    days: str = ""
    scores: str = ""
    words: Sequence[str] = ()

    def query(self) -> str:
        """The filter in the query language."""
        several = {
            "company": self.companies, "type": self.types, "grade": self.grades, "verification": self.verifications,
            "source": self.sources,
        }  # fmt: skip
        said = [f"{field}:{','.join(map(_quoted, values))}" for field, values in several.items() if values]
        said += [f"{field}:{value}" for field, value in (("time", self.days), ("score", self.scores)) if value]
        return " ".join([*said, *map(_quoted, self.words)])


def _quoted(text: str) -> str:
    return '"' + _TO_ESCAPE.sub(r"\\\1", text) + '"'


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows asked for, how many leads there were before the limit, and how many files could not be read.

    `shared` are the names, casefolded, that several files have: their leads are in no report until one is renamed.
    """

    rows: tuple[Found, ...]
    matched: int
    unreadable: int
    shared: frozenset[str]


def list_leads(workspace: Workspace, query: Query, as_of: date | None = None) -> Listing:
    """The leads of a query, sorted as it says, with their numbers as of a day; None: as of each lead's own."""
    if as_of:
        aged = _aged(workspace, query, as_of)
        rows, matched = list(map(_row, aged[: query.limit])), len(aged)
    else:
        rows, matched = workspace.ask(partial(Lookup.listed, query=query))
    shared = workspace.ask(partial(Lookup.shared_among, found=rows))
    return Listing(tuple(rows), matched, count_unreadable(workspace), shared)


def count_unreadable(workspace: Workspace) -> int:
    """How many files below leads/ could not be read as a lead."""
    return workspace.ask(Lookup.unreadable_count)


def list_records(workspace: Workspace, query: Query, as_of: date | None = None) -> Iterator[str]:
    """The records of the leads that `list_leads` gives, each as JSON on one line."""
    if as_of:
        for each in _aged(workspace, query, as_of)[: query.limit]:
            yield entry.as_record(each.reading, each.assessment)
        return
    ids = workspace.ask(partial(Lookup.listed_ids, query=query))
    for start in range(0, len(ids), _RECORDS_AT_ONCE):
        yield from workspace.ask(partial(Lookup.records, ids=ids[start : start + _RECORDS_AT_ONCE]))


def _aged(workspace: Workspace, query: Query, as_of: date) -> list[Scored]:
    """The leads of a query as of a day: those that the index cannot rule out are read and scored."""
    paths = workspace.ask(partial(Lookup.asked_paths, tree=_without_judgement(query.tree)))
    scored = (workspace.assess(reading, as_of) for reading in workspace.read_all(paths))
    found = [each for each in scored if each and query.matches(each)]
    found.sort(key=lambda each: each.lead.name)
    for sort in reversed(query.sort or (Sort("time", falls=True),)):
        found.sort(key=_KEYS[sort.key], reverse=sort.falls)
    return found


def _without_judgement(tree: Tree) -> Tree:
    """What of the conditions holds whatever the day: a tree that every lead meets which meets the whole one."""
    parts = tree.parts if isinstance(tree, And) else (tree,)
    return all_of(part for part in parts if not any(leaf.field in _JUDGED for leaf in leaves(part)))


_KEYS: Mapping[str, Callable[[Scored], Any]] = {
    "time": lambda each: (each.lead.day or date.min, entry.instant(each.lead) or 0.0),
    "score": lambda each: each.score,
    "confidence": lambda each: each.confidence,
    "title": lambda each: each.lead.title.casefold(),
    "company": lambda each: joined(each.lead.companies).casefold(),
    "name": lambda each: each.lead.name,
}


def _row(scored: Scored) -> Found:
    lead = scored.lead
    return Found(
        0, lead.path, lead.name, lead.title, lead.companies, lead.type, lead.source, lead.link, lead.day,
        scored.score, scored.confidence, scored.grade, scored.code, scored.reading.failed,
    )  # fmt: skip
