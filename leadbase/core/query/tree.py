"""A query as a tree: a small, closed set of values, normalised, the same for every way of answering it.

Every synonym, relative day and name is resolved before a leaf is made, so that whatever walks the tree (leads in
memory, an index) needs to know the leaves below and nothing of the language. `query.values` says what a lead has under
each field.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

ANYWHERE = "anywhere"
"""The field of words that may stand in the title, in a company's name or in the text."""


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of the lead's keys under `field` is one of `values`, which are canonical, sorted and not empty."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A written value of `field` contains `word`; both are compared in the form `values.loose` gives the field."""

    field: str
    word: str


@dataclass(frozen=True, slots=True)
class FromSource:
    """A report of the lead is one of `owner`'s, or has `word` in its source's name or in its link's host.

    `owner` "" means that no registered source has that name; then only the word counts.
    """

    word: str
    owner: str

    @property
    def field(self) -> str:
        """`source`, always."""
        return "source"


@dataclass(frozen=True, slots=True)
class Range:
    """The number lies between `low` and `high`, both included; None leaves that side open, never both."""

    field: str
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Days:
    """The day lies between `first` and `last`, both included; None leaves that side open, never both.

    A lead without a day is not among them.
    """

    field: str
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Missing:
    """The lead says nothing under `field`; of a source or link: its own, whatever stands under `also`."""

    field: str


@dataclass(frozen=True, slots=True)
class Exact:
    """A written value of `field` is `text`, to the character."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Matches:
    """A written value of `field` matches `pattern` of `query.pattern`, without regard to case and width."""

    field: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Words:
    """The phrase of the folded `text` stands in a value of the field, as `core.fulltext` finds it: word by word.

    It has at least one token. `is_prefix`: the last word may go on; never set where the text ends in something else,
    such as Chinese.
    """

    field: str
    text: str
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class And:
    """All of the parts hold; there are none or at least two, and none is an And itself."""

    parts: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One of the parts holds; there are at least two, none is an Or itself, and no field has two OneOf among them."""

    parts: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold; it is no Not itself."""

    part: "Tree"


Leaf = OneOf | Part | FromSource | Range | Days | Missing | Exact | Matches | Words
Tree = And | Or | Not | Leaf
EVERYTHING = And(())
"""The tree that every lead matches; it stands alone and is never a part of another."""


def all_of(parts: Iterable[Tree]) -> Tree:
    """The tree that holds when all parts do."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, And) else (part,))]
    kept = tuple(dict.fromkeys(flat))
    return kept[0] if len(kept) == 1 else And(kept)


def any_of(parts: Iterable[Tree]) -> Tree:
    """The tree that holds when one of the parts does, of which there is at least one."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, Or) else (part,))]
    values: dict[str, set[str]] = {}
    for part in flat:
        if isinstance(part, OneOf):
            values.setdefault(part.field, set()).update(part.values)
    merged = (
        OneOf(each.field, tuple(sorted(values[each.field]))) if isinstance(each, OneOf) else each for each in flat
    )
    kept = tuple(dict.fromkeys(merged))
    return kept[0] if len(kept) == 1 else Or(kept)


def opposite(tree: Tree) -> Tree:
    """The tree that holds when this one does not."""
    return tree.part if isinstance(tree, Not) else Not(tree)


def leaves(tree: Tree) -> Iterator[Leaf]:
    """Every leaf, in order."""
    if isinstance(tree, Not):
        yield from leaves(tree.part)
    elif isinstance(tree, And | Or):
        for part in tree.parts:
            yield from leaves(part)
    else:
        yield tree
