"""Effective rules as bytes, and back: what a command loads that has one lead to score and no time to read TOML.

Plain values only, in Python's own format for them (the one of .pyc files, the fastest there is to read), behind a
checksum. A pack is a cache: it belongs beside others in a folder of the user's own and is made anew when it is damaged.
"""

import marshal
import zlib
from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from leadbase import __version__
from leadbase.core.lexicon import Lexicon
from leadbase.core.registry import Company, Source
from leadbase.core.rules import Rules
from leadbase.errors import Problem

_MARK = f"leadbase {__version__} rules\n".encode()
_FORMAT = 4
"""The format that every Python since 3.4 reads."""


def packed(rules: Rules) -> bytes:
    """The rules as bytes, for `unpacked`. Equal rules need not give equal bytes: compare their digests."""
    content = (
        _tables(rules.scoring),
        [_row(entry) for entry in rules.companies],
        [_row(entry) for entry in rules.sources],
        _tables(rules.lexicon.terms),
        rules.lexicon.pack(),
        rules.digest,
        [_row(problem) for problem in rules.warnings],
    )
    raw = marshal.dumps(content, _FORMAT)
    return _MARK + zlib.crc32(raw).to_bytes(4, "big") + raw


def unpacked(raw: bytes) -> Rules:
    """The rules that were packed, equal in every field. Raises ValueError when the bytes are not what was packed."""
    start = len(_MARK) + 4
    content = raw[start:]
    if raw[:start] != _MARK + zlib.crc32(content).to_bytes(4, "big"):
        raise ValueError("these are not packed rules, or they are damaged")
    try:
        scoring, companies, sources, terms, index, digest, warnings = marshal.loads(content)  # noqa: S302 - checked above
        return Rules(
            MappingProxyType(scoring),
            tuple([Company(*row) for row in companies]),
            tuple([Source(*row) if row[-1] is None else _source(row) for row in sources]),
            Lexicon(terms, index),
            digest,
            tuple([Problem(*row) for row in warnings]),
        )
    except (EOFError, TypeError) as error:
        raise ValueError("these are the packed rules of another leadbase") from error


def _tables(value: Any) -> Any:
    return {key: _tables(inner) for key, inner in value.items()} if isinstance(value, Mapping) else value


def _row(entry: Company | Source | Problem) -> tuple[Any, ...]:
    return tuple([_written(getattr(entry, name)) for name in entry.__slots__])


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _source(row: tuple[Any, ...]) -> Source:
    """A source that was reviewed on a day or, as TOML has both, at a moment."""
    reviewed = date.fromisoformat(row[-1]) if len(row[-1]) == 10 else datetime.fromisoformat(row[-1])
    return Source(*(*row[:-1], reviewed))
