"""Queries: one language that asks for leads, in every command and in saved queries.

    company:openai (grade:quotable | score:70..) time:-3d.. -source:reddit "新一轮融资" sort:score- limit:20

`parse` reads a text into a tree (`query.tree`) in which every synonym, name and day is resolved. The tree is answered
here for a lead in memory; an index answers the same tree from what `query.values` says a lead has.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, tzinfo
from typing import TYPE_CHECKING

from leadbase.core.query import match
from leadbase.core.query.parser import Context, parsed
from leadbase.core.query.terms import FIELDS, ORDERS, SORT_KEYS, Desk, Sort
from leadbase.core.query.tree import Tree, all_of, leaves
from leadbase.core.query.values import Registry, Subject
from leadbase.late import late

if TYPE_CHECKING:
    from leadbase.core.query import wording
else:
    wording = late("leadbase.core.query.wording")

__all__ = ["FIELDS", "ORDERS", "SORT_KEYS", "Query", "Registry", "Sort", "Subject", "explain", "parse", "to_text"]


@dataclass(frozen=True, slots=True)
class Query:
    """A query that was understood. Two are equal when they ask for the same, however they were written.

    No `sort` and `limit` None: the query does not say. `text` is what was written; `registry` knows companies and
    sources by name.
    """

    tree: Tree
    sort: tuple[Sort, ...]
    limit: int | None
    text: str = field(compare=False)
    registry: Registry = field(compare=False, repr=False)

    @property
    def fields(self) -> frozenset[str]:
        """The fields the conditions ask for, so that nobody needs to find out a code or a score for nothing."""
        return frozenset(leaf.field for leaf in leaves(self.tree))

    def narrowed(self, by: "Query") -> "Query":
        """What both queries ask for, sorted and limited as `by` says, where it does."""
        limit = self.limit if by.limit is None else by.limit
        return replace(self, tree=all_of((self.tree, by.tree)), sort=by.sort or self.sort, limit=limit)

    def matches(self, subject: Subject) -> bool:
        """Whether a lead meets the conditions; sort and limit are for whoever has all of them."""
        return match.matches(self.tree, subject, self.registry)


def parse(text: str, *, rules: Registry, today: date, zone: tzinfo, saved: Mapping[str, str] | None = None) -> Query:
    """The query in a text; an empty one asks for every lead.

    `today` is the desk's day, from which relative days count; `zone` its time zone, for a time written as an instant;
    `saved` are the texts that `@name` stands for. Raises UsageError, with a caret below the place of the mistake.
    """
    found = parsed(text, Context(Desk(rules, today, zone), saved or {}))
    return Query(found.tree, found.sort, found.limit, text, rules)


def to_text(query: Query) -> str:
    """The query in its canonical form, with nothing relative or saved in it: `parse` gives an equal query for it.

    It can be longer than a query may be, when saved queries stood in this one.
    """
    return wording.query_text(query.tree, query.sort, query.limit)


def explain(query: Query) -> str:
    """How the query was understood, in lines for a person, without a line break at the end."""
    return wording.explanation(query.tree, query.sort, query.limit, query.registry)
