"""A query's tree as a condition of SQL over the table of leads, and its order.

What leaves ask of written values is asked by the tests of `query.match`: of the few distinct values in the table
`value` before the condition is made, of columns and records by a function inside SQLite. So an index answers as a lead
in memory does. Nothing that a person wrote stands in the SQL itself.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from leadbase.core import fulltext
from leadbase.core.columns import split
from leadbase.core.query import Sort, values
from leadbase.core.query.match import COMPANY_ID, OWNER, Test, tests
from leadbase.core.query.tree import (
    ANYWHERE,
    EVERYTHING,
    And,
    Days,
    Leaf,
    Missing,
    Not,
    OneOf,
    Or,
    Range,
    Tree,
    Words,
)
from leadbase.core.query.values import Said

Values = Callable[[str], Iterable[tuple[int, str, str]]]
"""Field of the table `value` → the id, text and canonical word of each of its values."""

_ASKED, _CASEFOLDED = "asked", "casefolded"
_MOST_TESTS = 4_000  # a query has at most 1,000 terms
_DEEPEST = 10  # brackets in brackets; SQLite's parser holds 100 open things, a query goes 50 levels down
_DAY_COLUMNS = MappingProxyType({"time": "day", "embargo-until": "embargo_day"})
_CODES = tuple(f"{letter}{digit}" for letter in "ABCDEF" for digit in "123456")
FULL_TEXT = MappingProxyType(
    {"title": ("title",), "company": ("company",), "text": ("body",), ANYWHERE: ("title", "company", "body")}
)
"""Field of a query → the columns of the table `words` that it is looked for in."""
_SHARED = MappingProxyType(
    {"company": "company", COMPANY_ID: "company", "source": "source", "domain": "domain", OWNER: "owner", "tags": "tag"}
)
"""Kind of value → the field under which the table `value` has it."""
_COLUMNS = MappingProxyType(
    {"title": "title", "name": "name", "path": "folder || '/' || file", "link": "links", "language": "language"}
)
"""Kind of value → where the table `lead` has it."""
_ABSENT = MappingProxyType(
    {
        "company": "companies = ''",
        "tags": "tags = ''",
        "language": "language = ''",
        "source": "substr(sources, 1, 1) IN ('', char(31))",
        "link": "substr(links, 1, 1) IN ('', char(31))",
        "time": "day IS NULL",
        "embargo-until": "embargo_day IS NULL",
    }
)
_SORT_COLUMNS = MappingProxyType(
    {
        "time": ("day", "instant"),
        "score": ("score",),
        "confidence": ("confidence",),
        "title": (f"{_CASEFOLDED}(title)",),
        "company": (f"{_CASEFOLDED}(companies)",),
        "name": ("name",),
    }
)
_CHEAP, _SHARED_COST, _WORDS_COST, _COLUMN_COST, _RECORD_COST = range(5)


@dataclass(frozen=True, slots=True)
class Condition:
    """What stands behind WHERE in a statement about the table `lead`, with its parameters."""

    sql: str
    parameters: tuple[str | int, ...] = ()


class Functions:
    """The functions that conditions and orders call, known to one connection from the start.

    It remembers the tests of the last queries, so a statement must be run before several more have been compiled.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._tests: dict[int, Callable[[str], bool]] = {}
        self._numbers: dict[Leaf, int] = {}
        self._next = 0
        # SQLite keeps what is given here as long as the connection: were it this object, neither would ever go
        connection.create_function(_ASKED, 2, _answering(self._tests), deterministic=True)
        connection.create_function(_CASEFOLDED, 1, _casefolded, deterministic=True)

    def number(self, leaf: Leaf, test: Callable[[str], bool]) -> int:
        """The number by which `asked(number, …)` gives this test's answer."""
        number = self._numbers.pop(leaf, None)
        if number is None:
            number, self._next = self._next, self._next + 1
            self._tests[number] = test
        self._numbers[leaf] = number  # the one asked for last stands last
        if len(self._numbers) > _MOST_TESTS:
            oldest = next(iter(self._numbers))
            del self._tests[self._numbers.pop(oldest)]
        return number

    def ids(self, condition: str, parameters: Sequence[str | int]) -> str:
        """The rows that meet a condition, as a list in JSON."""
        # the condition is of this file's own making, with a place for everything that a person wrote
        found = self._connection.execute(f"SELECT id FROM lead WHERE is_readable AND {condition}", parameters)
        return json.dumps([id_ for (id_,) in found])


def _answering(tests: Mapping[int, Callable[[str], bool]]) -> Callable[[int, str | None], bool]:
    def answer(number: int, stored: str | None) -> bool:
        return stored is not None and tests[number](stored)

    return answer


def _casefolded(stored: str | None) -> str:
    return (stored or "").casefold()


def match_expression(leaf: Words) -> str:
    """What FTS5 is asked for the words of a leaf."""
    phrase = fulltext.phrase(leaf.text, is_prefix=leaf.is_prefix)
    return fulltext.match_expression(phrase, FULL_TEXT[leaf.field])


def compiled(tree: Tree, functions: Functions, values_of: Values) -> Condition:
    """The condition that the leads meet which `query.match` finds. A file that cannot be read meets none."""
    if tree == EVERYTHING:
        return Condition("is_readable")
    whole = _Compiler(functions, values_of).condition(tree)
    return Condition(f"is_readable AND {whole.sql}", whole.parameters)


def ordered(sorts: Sequence[Sort]) -> str:
    """What stands behind ORDER BY: the keys, and among equals by name. Without a key the latest come first.

    A day without an hour is the last of its day; a lead without a day is older than all.
    """
    keys = [
        f"{column}{' DESC' if each.falls else ''}"
        for each in sorts or (Sort("time", falls=True),)
        for column in _SORT_COLUMNS[each.key]
    ]
    return ", ".join([*keys, "name", "folder", "file"])


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a condition, and how dear it is to answer: the cheap ones go first."""

    sql: str
    parameters: tuple[str | int, ...] = ()
    cost: int = _CHEAP
    depth: int = 0


_NEVER = _Part("0")


class _Compiler:
    """Makes the condition of one tree."""

    def __init__(self, functions: Functions, values_of: Values) -> None:
        self.functions = functions
        self.values_of = values_of

    def condition(self, tree: Tree) -> _Part:
        if isinstance(tree, And):
            return _joined("AND", [self.shallow(each) for each in tree.parts])
        if isinstance(tree, Or):
            return _joined("OR", [self.shallow(each) for each in tree.parts])
        return _negated(self.shallow(tree.part)) if isinstance(tree, Not) else self.leaf(tree)

    def shallow(self, tree: Tree) -> _Part:
        """The condition of a part, in few enough brackets; what has more is answered beforehand."""
        part = self.condition(tree)
        if part.depth < _DEEPEST:
            return part
        ids = self.functions.ids(part.sql, part.parameters)
        return _Part("id IN (SELECT value FROM json_each(?))", (ids,), _SHARED_COST)

    def leaf(self, leaf: Leaf) -> _Part:
        match leaf:
            case OneOf(field, wanted) if field in values.FIXED:
                return _one_of(field, wanted)
            case Range(field, low, high):
                return _between(field, low, high)
            case Days(field, first, last):
                ends = (first.toordinal() if first else None, last.toordinal() if last else None)
                return _between(_DAY_COLUMNS[field], *ends)
            case Missing(field):
                return _Part(_ABSENT[field]) if field in _ABSENT else _negated(self.having(leaf, field, _is_there))
            case Words(field) if field in FULL_TEXT:
                sql = "id IN (SELECT rowid FROM words WHERE words MATCH ?)"
                return _Part(sql, (match_expression(leaf),), _WORDS_COST)
            case _:
                return self.having_any(leaf)

    def having_any(self, leaf: Leaf) -> _Part:
        """That a value of one of the kinds passes its test."""
        asked = tests(leaf)
        shared = [id_ for kind, test in asked.items() if kind in _SHARED for id_ in self.passing(kind, test)]
        others = [self.having(leaf, kind, test) for kind, test in asked.items() if kind not in _SHARED]
        return _joined("OR", [*([_has(shared)] if shared else []), *others]) if shared or others else _NEVER

    def having(self, leaf: Leaf, kind: str, test: Test) -> _Part:
        """That a value of the kind passes the test."""
        if kind in _SHARED:
            return _has(self.passing(kind, test))
        if kind in _COLUMNS:
            number = self.functions.number(leaf, _of_links(test) if kind == "link" else _of_text(test))
            return _Part(f"{_ASKED}({number}, {_COLUMNS[kind]})", (), _COLUMN_COST)
        keys, read = _RECORDED[kind]
        number = self.functions.number(leaf, _of_text(test) if read is None else _of_several(read, test))
        places = ", ".join(f"'$.{key}'" for key in keys)
        stored = f"(SELECT json_extract(record, {places}) FROM whole WHERE whole.id = lead.id)"
        return _Part(f"{_ASKED}({number}, {stored})", (), _RECORD_COST)

    def passing(self, kind: str, test: Test) -> list[int]:
        """The ids of the distinct values of the kind that pass the test."""
        is_canonical = kind == COMPANY_ID
        stored = self.values_of(_SHARED[kind])
        return [id_ for id_, text, canon in stored if (said := canon if is_canonical else text) and test(Said(said))]


def _is_there(_said: Said) -> bool:
    return True


def _one_of(field: str, wanted: Sequence[str]) -> _Part:
    if field == "code":
        wanted = tuple(code for code in _CODES if not set(wanted).isdisjoint(values.code_keys(code)))
    return _Part(f"{field} IN ({', '.join('?' * len(wanted))})", tuple(wanted))


def _between(column: str, low: int | None, high: int | None) -> _Part:
    """The number lies between two, either of which may be open; where there is none it does not."""
    ends = [(f"{column} >= ?", low), (f"{column} <= ?", high)]
    said = [(sql, number) for sql, number in ends if number is not None]
    sql = " AND ".join([f"{column} IS NOT NULL", *(sql for sql, _ in said)])
    return _Part(f"({sql})", tuple(number for _, number in said))


def _has(ids: Sequence[int]) -> _Part:
    if not ids:
        return _NEVER
    sql = "id IN (SELECT lead FROM has WHERE has.value IN (SELECT value FROM json_each(?)))"
    return _Part(sql, (json.dumps(ids),), _SHARED_COST)


def _negated(part: _Part) -> _Part:
    return _Part(f"NOT ({part.sql})", part.parameters, part.cost, part.depth + 1)


def _joined(word: str, parts: Sequence[_Part]) -> _Part:
    """The parts, the cheap ones first, as a balanced tree: a query may have 1,000 terms side by side."""
    if len(parts) == 1:
        return parts[0]
    in_order = sorted(parts, key=lambda part: part.cost)
    middle = len(parts) // 2
    first, second = _joined(word, in_order[:middle]), _joined(word, in_order[middle:])
    parameters = first.parameters + second.parameters
    depth = max(first.depth, second.depth) + 1
    return _Part(f"({first.sql} {word} {second.sql})", parameters, max(first.cost, second.cost), depth)


# ------------------------------------------------------------------------------------------- tests of what is stored


def _of_text(test: Test) -> Callable[[str], bool]:
    return lambda stored: stored != "" and test(Said(stored))


def _of_links(test: Test) -> Callable[[str], bool]:
    return lambda stored: any(test(Said(each)) for each in split(stored) if each)


def _of_several(read: Callable[[Any], Iterable[str]], test: Test) -> Callable[[str], bool]:
    return lambda stored: any(test(Said(each)) for each in read(json.loads(stored)) if each)


def _listed(several: Iterable[str]) -> Iterable[str]:
    return several


def _origins(own_and_also: tuple[str, Sequence[Mapping[str, str]]]) -> Iterable[str]:
    own, also = own_and_also
    return own, *(each["origin"] for each in also)


_RECORDED: Mapping[str, tuple[tuple[str, ...], Callable[[Any], Iterable[str]] | None]] = MappingProxyType(
    {
        "text": (("text",), None),
        "note": (("note",), None),
        "origin": (("origin", "also"), _origins),
        "verified-by": (("verified_by",), None),
        "verified-at": (("verified_at",), None),
        "follow-up-of": (("follow_up_of",), _listed),
        "same-as": (("same_as",), _listed),
        "not-same-as": (("not_same_as",), _listed),
        "duplicate-of": (("duplicate_of",), None),
    }
)
"""Kind of value → the keys of a record under which it stands, and, unless that is one text, how it is read there."""
