"""Whether a lead matches the tree of a query."""

from typing import TYPE_CHECKING

from leadbase.core import links, text
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
from leadbase.core.query.values import Registry, Subject
from leadbase.late import late

if TYPE_CHECKING:
    from leadbase.core.query import pattern
else:
    pattern = late("leadbase.core.query.pattern")


def matches(tree: Tree, subject: Subject, registry: Registry) -> bool:
    """Whether everything the tree asks holds for the lead."""
    return _Look(subject, registry).holds(tree)


class _Look:
    """One lead looked at for one query. What several leaves need of it is folded once."""

    def __init__(self, subject: Subject, registry: Registry) -> None:
        self.subject = subject
        self.lead = subject.lead
        self.registry = registry
        self.texts: dict[str, tuple[str, ...]] = {}

    def folded(self, field: str) -> tuple[str, ...]:
        if field not in self.texts:
            self.texts[field] = tuple(text.folded(each) for each in values.written(self.lead, field))
        return self.texts[field]

    def holds(self, tree: Tree) -> bool:
        if isinstance(tree, And):
            return all(self.holds(part) for part in tree.parts)
        if isinstance(tree, Or):
            return any(self.holds(part) for part in tree.parts)
        return not self.holds(tree.part) if isinstance(tree, Not) else self.leaf_holds(tree)

    def leaf_holds(self, leaf: Leaf) -> bool:  # noqa: PLR0911 - one answer per kind of leaf
        match leaf:
            case OneOf(field, wanted):
                return not values.keys(self.subject, field, self.registry).isdisjoint(wanted)
            case Part(field, word):
                part = values.loose(field, word)
                return any(part in values.loose(field, each) for each in values.written(self.lead, field))
            case FromSource():
                return self.is_from(leaf)
            case Range(field, low, high):
                number = self.subject.score if field == "score" else self.subject.confidence
                return (low is None or low <= number) and (high is None or number <= high)
            case Days(field, first, last):
                day = values.day_of(self.lead, field)
                return day is not None and (first is None or first <= day) and (last is None or day <= last)
            case Missing(field):
                return values.is_missing(self.lead, field)
            case Exact(field, wanted_text):
                return wanted_text in values.written(self.lead, field)
            case Matches(field, source):
                return any(map(pattern.compiled(source).is_in, self.folded(field)))
            case Words(field, phrase, is_prefix):
                return any(values.stands_in(phrase, each, is_prefix=is_prefix) for each in self.folded(field))

    def is_from(self, leaf: FromSource) -> bool:
        name = values.loose("source", leaf.word)
        for evidence in self.lead.evidence:
            if leaf.owner and values.owner(evidence, self.registry) == leaf.owner:
                return True
            if name in values.loose("source", evidence.source) or leaf.word in links.host(evidence.link):
                return True
        return False
