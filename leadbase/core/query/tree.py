"""A query as a tree: a small, closed set of values, normalised, the same for every way of answering it.

Every synonym, relative day and name is resolved before a leaf is made, so that whatever walks the tree (leads in
memory, an index) needs to know the leaves below and nothing of the language. `query.values` says what a lead has under
each field.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, ClassVar, NoReturn, dataclass_transform

ANYWHERE = "anywhere"
"""The field of words that may stand in the title, in a company's name or in the text."""


@dataclass_transform(frozen_default=True, eq_default=True)
class _Node:
    """A value that is made once, as a frozen dataclass is. Making these twelve classes with `dataclass` would take a
    tenth of the time in which a list is printed.
    """

    _fields: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        cls._fields = tuple(cls.__annotations__)
        type.__setattr__(cls, "__match_args__", cls._fields)

    def __init__(self, *values: Any, **named: Any) -> None:
        fields = self._fields
        given = dict(zip(fields, values, strict=False)) | named
        for name in fields:
            object.__setattr__(self, name, given[name] if name in given else getattr(type(self), name))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{name} cannot be changed")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((type(self), *self.__dict__.values()))

    def __repr__(self) -> str:
        said = ", ".join(f"{name}={value!r}" for name, value in self.__dict__.items())
        return f"{type(self).__name__}({said})"


class OneOf(_Node):
    """One of the lead's keys under `field` is one of `values`, which are canonical, sorted and not empty."""

    field: str
    values: tuple[str, ...]


class Part(_Node):
    """A written value of `field` contains `word`; both are compared in the form `values.loose` gives the field."""

    field: str
    word: str


class FromSource(_Node):
    """A report of the lead is one of `owner`'s, or has `word` in its source's name or in its link's host.

    `owner` "" means that no registered source has that name; then only the word counts.
    """

    word: str
    owner: str

    @property
    def field(self) -> str:
        """`source`, always."""
        return "source"


class Range(_Node):
    """The number lies between `low` and `high`, both included; None leaves that side open, never both."""

    field: str
    low: int | None
    high: int | None


class Days(_Node):
    """The day lies between `first` and `last`, both included; None leaves that side open, never both.

    A lead without a day is not among them.
    """

    field: str
    first: date | None
    last: date | None


class Missing(_Node):
    """The lead says nothing under `field`; of a source or link: its own, whatever stands under `also`."""

    field: str


class Exact(_Node):
    """A written value of `field` is `text`, to the character."""

    field: str
    text: str


class Matches(_Node):
    """A written value of `field` matches `pattern` of `query.pattern`, without regard to case and width."""

    field: str
    pattern: str


class Words(_Node):
    """The phrase of the folded `text` stands in a value of the field, as `core.fulltext` finds it: word by word.

    It has at least one token. `is_prefix`: the last word may go on; never set where the text ends in something else,
    such as Chinese.
    """

    field: str
    text: str
    is_prefix: bool = False


class And(_Node):
    """All of the parts hold; there are none or at least two, and none is an And itself."""

    parts: tuple["Tree", ...]


class Or(_Node):
    """One of the parts holds; there are at least two, none is an Or itself, and no field has two OneOf among them."""

    parts: tuple["Tree", ...]


class Not(_Node):
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
