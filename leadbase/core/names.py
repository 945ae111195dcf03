"""Names: which company or source a name means, told by a few bytes instead of the whole rules.

A query asks for nothing else of the rules, and most queries are answered by an index that is there already.
"""

import marshal
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from leadbase.core import vocabulary
from leadbase.core.registry import Company, Source

if TYPE_CHECKING:
    from leadbase.core.rules import Rules

_FORMAT = 4


class Names:
    """The names of the rules. What is found has only the fields that a query needs: see `packed_names`."""

    def __init__(self, companies: Mapping[str, tuple[Any, ...]], sources: Mapping[str, tuple[Any, ...]]) -> None:
        self._companies = companies
        self._sources = sources

    def company(self, name: str) -> Company | None:
        """As Rules.company: with id, first name and tier."""
        found = self._companies.get(vocabulary.folded(name))
        return Company(found[0], (found[1],), found[2]) if found else None

    def source_named(self, name: str) -> Source | None:
        """As Rules.source_named: with domain, first name, kind and owner."""
        found = self._sources.get(vocabulary.folded(name)) or self._sources.get(f"/{name.strip().lower()}")
        return Source(found[0], (found[1],), found[2], found[3]) if found else None


def packed_names(rules: "Rules") -> bytes:
    """The names of the rules as bytes, for `unpacked_names`."""
    companies = {key: (each.id, each.name, each.tier) for key, each in rules.companies_by_name.items()}
    by_domain = {f"/{domain}": each for domain, each in rules.sources_by_domain.items()}  # a folded name has no slash
    sources = {**rules.sources_by_name, **by_domain}
    plain = {key: (each.domain, each.name, each.kind, each.owner) for key, each in sources.items()}
    raw = marshal.dumps((companies, plain), _FORMAT)
    return zlib.crc32(raw).to_bytes(4, "big") + raw


def unpacked_names(raw: bytes) -> Names:
    """The names that were packed. Raises ValueError when the bytes are not what was packed."""
    if raw[:4] != zlib.crc32(raw[4:]).to_bytes(4, "big"):
        raise ValueError("these are not packed names, or they are damaged")
    return Names(*marshal.loads(raw[4:]))  # noqa: S302 - checked above, and the user's own cache
