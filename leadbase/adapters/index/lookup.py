"""Answering from an index: rows and records of leads, counts, names and problems."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from leadbase.adapters.index.days import WHOLE, is_public
from leadbase.adapters.index.sql import FULL_TEXT, Condition, Functions, compiled, match_expression, ordered
from leadbase.core.columns import split
from leadbase.core.query import Query
from leadbase.core.query.tree import And, Or, Tree, Words
from leadbase.errors import Problem

_ROW = """id, folder || '/' || file, name, title, companies, type, sources, links, day, score, confidence, grade, code,
    is_failed"""


_MANY = 1_000
_RANKED = "rowid AS hit, bm25(words, 8.0, 4.0, 1.0) AS rank FROM words WHERE words MATCH ?"
"""A word of the title counts as much as eight in the text, one of a company's name as four."""
_OF_A_COLUMN = "SELECT {0}, count(*), sum(grade = 'quotable') FROM lead WHERE is_readable GROUP BY {0}"
_OF_A_VALUE = """
    SELECT shown, count(*), sum(grade = 'quotable') FROM (
        SELECT DISTINCT lead.id, lead.grade,
            CASE WHEN value.canon != '' THEN value.canon ELSE value.text END AS shown
        FROM lead LEFT JOIN (has JOIN value ON value.id = has.value AND value.field = '{0}') ON has.lead = lead.id
        WHERE lead.is_readable
    ) GROUP BY shown
"""
_COUNTS = {
    **{column: _OF_A_COLUMN.format(column) for column in ("grade", "type", "day")},
    "company": _OF_A_VALUE.format("company"),
    "source": _OF_A_VALUE.format("medium"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """A lead as a list shows it. `day` None: it has none. `is_failed`: something keeps it out of a report."""

    id: int
    path: str
    name: str
    title: str
    companies: tuple[str, ...]
    type: str
    source: str
    link: str
    day: date | None
    score: int
    confidence: int
    grade: str
    code: str
    is_failed: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """How many leads there are, and how many files could not be read as one."""

    leads: int
    unreadable: int


class Lookup:
    """The rows of one index, for asking."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._functions = Functions(connection)

    def _asked(self, tree: Tree) -> Condition:
        return compiled(tree, self._functions, self.values)

    def listed(self, query: Query) -> tuple[list[Found], int]:
        """The leads of a query in its order, and how many there are without its limit."""
        where, limit = self._asked(query.tree), query.limit
        sql = f"SELECT {_ROW} FROM lead WHERE {where.sql} ORDER BY {ordered(query.sort)} LIMIT ?"
        rows = self.connection.execute(sql, (*where.parameters, -1 if limit is None else limit))
        found = [_found(row) for row in rows]
        return found, len(found) if limit is None or len(found) < limit else self.count(where)

    def listed_ids(self, query: Query) -> list[int]:
        """The rows of the leads of a query, in its order."""
        where, limit = self._asked(query.tree), query.limit
        sql = f"SELECT id FROM lead WHERE {where.sql} ORDER BY {ordered(query.sort)} LIMIT ?"
        rows = self.connection.execute(sql, (*where.parameters, -1 if limit is None else limit))
        return [id_ for (id_,) in rows]

    def counted_query(self, query: Query) -> int:
        """How many leads a query has, whatever its limit."""
        if _is_plain(query.tree):  # then no lead need be looked at
            matched = " AND ".join(map(match_expression, sought(query.tree)))
            found = self.connection.execute("SELECT count(*) FROM words WHERE words MATCH ?", (matched,))
            return int(found.fetchone()[0])
        return self.count(self._asked(query.tree))

    def asked_paths(self, tree: Tree) -> list[str]:
        """The paths of the leads that meet the conditions of a query."""
        return self.paths(self._asked(tree))

    def tally(self) -> Tally:
        """How many leads and unreadable files there are."""
        leads, files = self.connection.execute("SELECT total(is_readable), count(*) FROM lead").fetchone()
        refused = self.connection.execute("SELECT count(*) FROM refused").fetchone()[0]
        return Tally(int(leads), files - int(leads) + refused)

    def size_bytes(self) -> int:
        """How large the index is."""
        pages, each = (self.connection.execute(f"PRAGMA {key}").fetchone()[0] for key in ("page_count", "page_size"))
        return int(pages * each)

    def count(self, where: Condition) -> int:
        """How many leads meet the condition."""
        found = self.connection.execute(f"SELECT count(*) FROM lead WHERE {where.sql}", where.parameters)
        return int(found.fetchone()[0])

    def ranked(self, query: Query, limit: int) -> list[Found]:
        """The leads of a query that asks for words, the best match first (bm25, a title's words above a text's).

        Among equals the latest comes first; leads that meet the query without any of its words come last. The query
        must ask for a word, not only against one.
        """
        matched = [match_expression(each) for each in sought(query.tree)]
        if _is_plain(query.tree):  # then nothing but the words decides, and few rows need be looked at
            best = f"SELECT {_RANKED} ORDER BY rank, rowid LIMIT ?"
            sql = f"SELECT {_ROW} FROM ({best}) JOIN lead ON lead.id = hit ORDER BY rank, day DESC, name"
            rows = self.connection.execute(sql, (" AND ".join(matched), limit))
        else:
            where = self._asked(query.tree)
            sql = f"""SELECT {_ROW} FROM (SELECT {_RANKED}) JOIN lead ON lead.id = hit WHERE {where.sql}
                ORDER BY rank, day DESC, name LIMIT ?"""
            rows = self.connection.execute(sql, (" OR ".join(matched), *where.parameters, limit))
        found = [_found(row) for row in rows]
        if len(found) < limit and not _needs_a_word(query.tree):
            found += self._unranked(query, matched, limit - len(found))
        return found

    def _unranked(self, query: Query, matched: Sequence[str], limit: int) -> list[Found]:
        """The latest leads that meet a query by something else than its words, as in `gpu | company:openai`."""
        where = self._asked(query.tree)
        sql = f"""SELECT {_ROW} FROM lead WHERE {where.sql} AND id NOT IN (SELECT rowid FROM words WHERE words MATCH ?)
            ORDER BY day DESC, name LIMIT ?"""
        rows = self.connection.execute(sql, (*where.parameters, " OR ".join(matched), limit))
        return [_found(row) for row in rows]

    def records(self, ids: Sequence[int]) -> list[str]:
        """The records of these rows, in their order, each as JSON on one line; rows that are gone are left out."""
        sql = "SELECT record FROM whole WHERE id = ?"
        found = (self.connection.execute(sql, (id_,)).fetchone() for id_ in ids)
        return [row[0] for row in found if row]

    def refused(self) -> list[Problem]:
        """What lies among the leads and is not opened, with the reason."""
        rows = self.connection.execute("SELECT problem FROM refused ORDER BY path")
        return [Problem(*json.loads(problem)) for (problem,) in rows]

    def problems(self) -> Iterator[Problem]:
        """Every problem of every file that its own text causes, files in the order of their paths."""
        sql = "SELECT problems FROM lead JOIN whole USING(id) WHERE problem_count ORDER BY folder, file"
        for (problems,) in self.connection.execute(sql):
            for each in json.loads(problems):
                yield Problem(each["path"], each["line"], each["level"], each["code"], each["message"], each["hint"])

    def paths(self, where: Condition) -> list[str]:
        """The paths of the files that meet a condition, sorted; the condition may ask for files of any kind."""
        sql = f"SELECT folder || '/' || file AS path FROM lead WHERE {where.sql} ORDER BY path"
        return [path for (path,) in self.connection.execute(sql, where.parameters)]

    def names(self) -> list[str]:
        """The name of every file, readable or not."""
        return [name for (name,) in self.connection.execute("SELECT name FROM lead")]

    def has_path(self, path: str) -> bool:
        """Whether there is a lead's file of that path, readable or not."""
        folder, _, file = _utf8(path).rpartition("/")
        sql = "SELECT 1 FROM lead WHERE folder = ? AND file = ?"
        return self.connection.execute(sql, (folder, file)).fetchone() is not None

    def called(self, word: str) -> list[str]:
        """The paths of the files with exactly that name, whatever its capitals."""
        return self.paths(Condition("name_key = ?", (_utf8(word).casefold(),)))

    def called_like(self, word: str) -> list[str]:
        """The paths of the files whose names hold the word, whatever its capitals."""
        return self.paths(Condition("instr(name_key, ?)", (_utf8(word).casefold(),)))

    def linked(self, canonical: str) -> list[str]:
        """The names of the leads that have this canonical link among their evidence."""
        sql = (
            "SELECT name FROM lead WHERE instr(char(31) || canonical || char(31), char(31) || ? || char(31)) ORDER BY 1"
        )
        return [name for (name,) in self.connection.execute(sql, (canonical,))]

    def has_readable(self, name: str) -> bool:
        """Whether a lead that can be read has exactly this name."""
        sql = "SELECT 1 FROM lead WHERE name_key = ? AND name = ? AND is_readable"
        return self.connection.execute(sql, (name.casefold(), name)).fetchone() is not None

    def is_public(self, name: str, day: date) -> bool:
        """Whether there is a lead of exactly this name, and it may be named in a report of the day."""
        condition = is_public(day)
        where = Condition(
            f"name_key = ? AND name = ? AND {condition.sql}", (name.casefold(), name, *condition.parameters)
        )
        return self.count(where) == 1

    def latest_day(self, until: date) -> date | None:
        """The latest day, up to `until`, on which a lead is news; None when there is none."""
        sql = f"SELECT max(max(day, free_from)) FROM lead WHERE day AND {WHOLE} AND max(day, free_from) <= ?"
        found = self.connection.execute(f"{sql} AND attribution != 'off-record'", (until.toordinal(),)).fetchone()
        return date.fromordinal(found[0]) if found[0] else None

    def unreadable_count(self) -> int:
        """How many files below leads/ could not be read as a lead."""
        sql = "SELECT count(*) FROM lead WHERE is_failed AND NOT is_readable"
        refused = self.connection.execute("SELECT count(*) FROM refused").fetchone()[0]
        return int(self.connection.execute(sql).fetchone()[0] + refused)

    def shared_among(self, found: Sequence[Found]) -> frozenset[str]:
        """The names of these leads, casefolded, that other files have too."""
        if len(found) > _MANY:
            return frozenset(self.shared_names())
        sql = "SELECT count(*) FROM lead WHERE name_key = ?"
        keys = {each.name.casefold() for each in found}
        return frozenset(key for key in keys if self.connection.execute(sql, (key,)).fetchone()[0] > 1)

    def shared_names(self) -> dict[str, list[str]]:
        """Names that several files have, whatever their capitals, with their paths."""
        sql = "SELECT name_key FROM lead GROUP BY name_key HAVING count(*) > 1"
        return {key: self.called(key) for (key,) in self.connection.execute(sql).fetchall()}

    def values(self, field: str) -> list[tuple[int, str, str]]:
        """The distinct values of company, source, domain, owner or tag: id, text and canonical word."""
        sql = "SELECT id, text, canon FROM value WHERE field = ? AND EXISTS (SELECT 1 FROM has WHERE value = value.id)"
        return list(self.connection.execute(sql, (field,)))

    def counted(self, dimension: str) -> list[tuple[Any, int, int]]:
        """How many leads have each value of grade, type, day, company or source, and how many of them are quotable.

        A company is given by its id where the rules know it, a day as an ordinal; None or "": the lead has none.
        """
        return list(self.connection.execute(_COUNTS[dimension]))


def sought(tree: Tree) -> Iterator[Words]:
    """The words and phrases that a query asks for, and not against, in title, company and text."""
    if isinstance(tree, And | Or):
        for part in tree.parts:
            yield from sought(part)
    elif isinstance(tree, Words) and tree.field in FULL_TEXT:
        yield tree


def _needs_a_word(tree: Tree) -> bool:
    """Whether no lead meets the tree without one of its words."""
    if isinstance(tree, And):
        return any(map(_needs_a_word, tree.parts))
    if isinstance(tree, Or):
        return all(map(_needs_a_word, tree.parts))
    return isinstance(tree, Words) and tree.field in FULL_TEXT


def _is_plain(tree: Tree) -> bool:
    """Whether the tree asks for nothing but words, all of them."""
    parts = tree.parts if isinstance(tree, And) else (tree,)
    return all(isinstance(part, Words) and part.field in FULL_TEXT for part in parts)


def _found(row: Sequence[Any]) -> Found:
    id_, path, name, title, companies, type_, sources, links, day, score, confidence, grade, code, is_failed = row
    return Found(
        id_, path, name, title, split(companies), type_, _first(sources), _first(links),
        date.fromordinal(day) if day else None, score, confidence, grade, code, bool(is_failed),
    )  # fmt: skip


def _utf8(word: str) -> str:
    """A word as SQLite can take it; what is no text, such as a byte that is not UTF-8, is in no name."""
    return word.encode("utf-8", "replace").decode()


def _first(column: str) -> str:
    return column.partition("\x1f")[0]
