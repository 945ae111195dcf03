"""Whether a lead matches the tree of a query.

`tests` is the one account of what a leaf asks of a written value; an index asks it of the values it keeps.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from leadbase.core import fulltext
from leadbase.core.query import values
from leadbase.core.query.tree import (
    And,
    Days,
    Exact,
    FromSource,
    Leaf,
    Matches,
    Missing,
    Not,
    OneOf,
    Or,
    Part,
    Range,
    Tree,
    Words,
)
from leadbase.core.query.values import Registry, Said, Subject
from leadbase.late import late

if TYPE_CHECKING:
    from leadbase.core.query import pattern
else:
    pattern = late("leadbase.core.query.pattern")

COMPANY_ID, OWNER = "company-id", "owner"
"""Kinds of values that no field shows: the registry's id of a company, and who owns a report's source."""

Test = Callable[[Said], bool]


@lru_cache(maxsize=1024)  # asked for every lead anew
def tests(leaf: Leaf) -> Mapping[str, Test]:
    """Kind of value → what the leaf asks of one: the lead meets it when one value of one of the kinds passes its test.

    A kind is a field of `values.written`, COMPANY_ID or OWNER. Empty for a leaf that does not ask for written values:
    Range, Days, Missing and OneOf of `values.FIXED`.
    """
    found: Mapping[str, Test] = {}
    match leaf:
        case OneOf("company", wanted):
            found = {COMPANY_ID: lambda said: said.raw in wanted}
        case OneOf(field, wanted) if field not in values.FIXED:
            found = {field: lambda said: not set(wanted).isdisjoint(values.labels(field, said))}
        case Part(field, word):
            found = {field: _has_part(field, word)}
        case FromSource(word, owner):
            found = {"source": _has_part("source", word), "domain": lambda said: word in said.raw}
            found |= {OWNER: lambda said: said.raw == owner} if owner else {}
        case Exact(field, wanted_text):
            found = {field: lambda said: said.raw == wanted_text}
        case Matches(field, source):
            found = {field: lambda said: pattern.compiled(source).is_in(said.folded)}
        case Words(field, words, is_prefix):
            phrase = fulltext.phrase(words, is_prefix=is_prefix)
            found = {field: lambda said: fulltext.stands_in(phrase, said.column)}
    return MappingProxyType(found)


def _has_part(field: str, word: str) -> Test:
    part = values.loose(field, word)
    return (lambda said: part in said.name) if values.is_name(field) else (lambda said: part in said.folded)


def matches(tree: Tree, subject: Subject, registry: Registry) -> bool:
    """Whether everything the tree asks holds for the lead."""
    return _Look(subject, registry).holds(tree)


class _Look:
    """One lead looked at for one query. What several leaves need of it is folded once."""

    def __init__(self, subject: Subject, registry: Registry) -> None:
        self.subject = subject
        self.lead = subject.lead
        self.registry = registry
        self.kinds: dict[str, tuple[Said, ...]] = {}

    def said(self, kind: str) -> tuple[Said, ...]:
        if kind not in self.kinds:
            self.kinds[kind] = tuple(map(Said, self.of_kind(kind)))
        return self.kinds[kind]

    def of_kind(self, kind: str) -> tuple[str, ...]:
        if kind == COMPANY_ID:
            return tuple(known.id for name in self.lead.companies if (known := self.registry.company(name)))
        if kind == OWNER:
            return tuple(filter(None, (values.owner(each, self.registry) for each in self.lead.evidence)))
        return values.written(self.lead, kind)

    def holds(self, tree: Tree) -> bool:
        if isinstance(tree, And):
            return all(self.holds(part) for part in tree.parts)
        if isinstance(tree, Or):
            return any(self.holds(part) for part in tree.parts)
        return not self.holds(tree.part) if isinstance(tree, Not) else self.leaf_holds(tree)

    def leaf_holds(self, leaf: Leaf) -> bool:
        match leaf:
            case OneOf(field, wanted) if field in values.FIXED:
                return not values.keys(self.subject, field).isdisjoint(wanted)
            case Range(field, low, high):
                number = self.subject.score if field == "score" else self.subject.confidence
                return (low is None or low <= number) and (high is None or number <= high)
            case Days(field, first, last):
                day = values.day_of(self.lead, field)
                return day is not None and (first is None or first <= day) and (last is None or day <= last)
            case Missing(field):
                return values.is_missing(self.lead, field)
            case _:
                return any(test(each) for kind, test in tests(leaf).items() for each in self.said(kind))
