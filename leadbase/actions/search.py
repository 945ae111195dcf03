"""Searching leads: the best matches of a query's words, with the places where they stand."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from leadbase.adapters.index.store import Found, Lookup, sought
from leadbase.core import fulltext
from leadbase.core.fulltext import Snippet
from leadbase.core.query import Query
from leadbase.core.text import has_chinese
from leadbase.errors import UsageError
from leadbase.workspace import Workspace

_WHOLE_TITLE = 1_000
_LEAST = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """A lead that was found: its title and the part of its text that shows why, with the places of the words.

    `record` is the lead's record.
    """

    row: Found
    title: Snippet
    snippet: Snippet
    record: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Search:
    """The best hits, how many leads match in all, and how many files could not be read."""

    hits: tuple[Hit, ...]
    matched: int
    unreadable: int


def search_leads(workspace: Workspace, query: Query, limit: int, columns: int) -> Search:
    """The best `limit` leads of a query, which must ask for a word; the parts of their texts fit the columns."""
    words = tuple(sought(query.tree))
    if not words:
        raise UsageError("there is no word to search for", "write one, or use `leadbase list` for fields alone")
    found, matched = workspace.ask(partial(_found, query=query, limit=query.limit or limit))
    phrases = [fulltext.phrase(each.text, is_prefix=each.is_prefix) for each in words]
    hits = []
    for row, written in found:
        record = json.loads(written)
        # a Chinese character takes two columns, and the marks of a cut some more
        fitting = (columns - 4) // 2 if has_chinese(record["text"]) else columns - 4
        title = fulltext.snippet(row.title, phrases, width_characters=_WHOLE_TITLE)
        part = fulltext.snippet(record["text"], phrases, width_characters=max(fitting, _LEAST))
        hits.append(Hit(row, title, part, record))
    return Search(tuple(hits), matched, workspace.ask(Lookup.unreadable_count))


def _found(lookup: Lookup, query: Query, limit: int) -> tuple[list[tuple[Found, str]], int]:
    """The best rows with their records, and how many there are."""
    rows = lookup.ranked(query, limit)
    records = lookup.records([row.id for row in rows])
    return list(zip(rows, records, strict=True)), lookup.counted_query(query)
