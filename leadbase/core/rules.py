"""The rules a desk scores by: what the four files under rules/ say, checked, with the shipped defaults beneath.

`build` merges the desk's tables over the shipped ones and raises RulesError with every mistake in them. The tables are
plain values; reading TOML is leadbase.adapters.settings' work.
"""

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from leadbase.core import links, vocabulary
from leadbase.core.lexicon import Lexicon, lexicon_mistakes
from leadbase.core.mistakes import Mistakes, shown
from leadbase.core.registry import Company, Source, plain, read_companies, read_sources
from leadbase.core.scoringtable import merged_scoring
from leadbase.errors import Problem, RulesError
from leadbase.late import late

if TYPE_CHECKING:
    import hashlib
    import json
else:  # only building rules needs them, and scoring a lead by packed ones does not
    hashlib = late("hashlib")
    json = late("json")

Tables = Mapping[str, Mapping[str, Any]]
"""File name without suffix → the TOML document."""


@dataclass(frozen=True)
class Rules:
    """The effective rules. `scoring` is the merged table; its keys and types are those of the shipped file."""

    scoring: Mapping[str, Any]
    companies: tuple[Company, ...]
    sources: tuple[Source, ...]
    lexicon: Lexicon
    digest: str
    warnings: tuple[Problem, ...] = ()

    @cached_property
    def companies_by_name(self) -> Mapping[str, Company]:
        """Folded name, alias or id → company."""
        return {vocabulary.folded(name): entry for entry in self.companies for name in (entry.id, *entry.names)}

    @cached_property
    def sources_by_domain(self) -> Mapping[str, Source]:
        """Domain or channel → source."""
        return {links.channel(entry.domain): entry for entry in self.sources}

    @cached_property
    def sources_by_name(self) -> Mapping[str, Source]:
        """Folded name → source; of two with one name the first."""
        return {vocabulary.folded(name): entry for entry in reversed(self.sources) for name in entry.names}

    @cached_property
    def _lengths_by_beginning(self) -> Mapping[str, Collection[int]]:
        """The first two characters of the sources' names → how long such names are; "" for shorter names."""
        return _lengths((name[:2], name) for name in self.sources_by_name)

    @cached_property
    def _lengths_by_ending(self) -> Mapping[str, Collection[int]]:
        return _lengths((name[-2:], name) for name in self.sources_by_name)

    @cached_property
    def owners(self) -> frozenset[str]:
        """Every owner id of the registry."""
        return frozenset(entry.owner for entry in self.sources)

    def company(self, name: str) -> Company | None:
        """The company of that name, alias or id, or None."""
        return self.companies_by_name.get(vocabulary.folded(name))

    def source_named(self, name: str) -> Source | None:
        """The source of that name or domain, or None."""
        return self.sources_by_name.get(vocabulary.folded(name)) or self.sources_by_domain.get(name.strip().lower())

    def may_begin_with_source(self, words: str) -> bool:
        """Whether the name or domain of a source may stand at the beginning of the text; False is certain."""
        if "." in words.strip().partition(" ")[0][:-1] or not _folds_letter_by_letter(words):
            return True
        plain, lengths = vocabulary.folded(words), self._lengths_by_beginning
        likely = (*lengths.get(plain[:2], ()), *lengths.get("", ()))
        return not self.sources_by_name.keys().isdisjoint([plain[:length] for length in likely])

    def may_end_with_source(self, words: str) -> bool:
        """Whether the name or domain of a source may stand at the end of the text; False is certain."""
        if "." in words or not _folds_letter_by_letter(words):
            return True
        plain, lengths = vocabulary.folded(words), self._lengths_by_ending
        likely = (*lengths.get(plain[-2:], ()), *lengths.get("", ()))
        return not self.sources_by_name.keys().isdisjoint([plain[max(0, len(plain) - length) :] for length in likely])

    def source_of(self, link: str) -> Source | None:
        """The source whose domain or channel the link is on, the most exact one, or None."""
        return self.source_at(links.address(link))

    def source_at(self, place: str) -> Source | None:
        """The source at a host, with or without a path, as `links.address` and `links.channel` write them, or None."""
        rest = place
        while rest:
            if found := self.sources_by_domain.get(rest):
                return found
            rest = rest.rpartition("/")[0] if "/" in rest else rest.partition(".")[2]
        return None

    def official_source(self, company_id: str) -> Source | None:
        """The official channel of a company with the best letter, the first one listed among equals, or None."""
        channels = [entry for entry in self.sources if entry.kind == "official" and entry.subject == company_id]
        return min(channels, key=lambda entry: entry.letter, default=None)


def _lengths(names: Iterable[tuple[str, str]]) -> Mapping[str, Collection[int]]:
    lengths: dict[str, set[int]] = {}
    for part, name in names:
        lengths.setdefault(part if len(part) > 1 else "", set()).add(len(name))
    return lengths


def _folds_letter_by_letter(words: str) -> bool:
    """Whether each part of the text is folded to that part of the folded text (normal forms allow cutting)."""
    return words.isascii() or (unicodedata.is_normalized("NFKC", words) and words.casefold() == words)


def build(shipped: Tables, desk: Tables) -> Rules:
    """The rules of a desk: its tables over the shipped ones.

    Raises RulesError with every mistake of the desk's tables, each with file and key.
    """
    mistakes = Mistakes()
    scoring = merged_scoring(shipped["scoring"], desk.get("scoring", {}), mistakes)
    companies = read_companies(shipped["companies"], desk.get("companies", {}), mistakes)
    sources = read_sources(shipped["sources"], desk.get("sources", {}), companies, mistakes)
    lexicon = _lexicon(shipped["lexicon"], desk.get("lexicon", {}), mistakes)
    if mistakes.errors:
        raise RulesError(mistakes.errors)
    effective = [scoring, [plain(entry) for entry in companies], [plain(entry) for entry in sources], lexicon.terms]
    digest = hashlib.sha256(json.dumps(effective, sort_keys=True, default=_jsonable).encode()).hexdigest()[:12]
    return Rules(scoring, companies, sources, lexicon, digest, tuple(mistakes.warnings))


def _jsonable(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else str(value)


def _lexicon(shipped: Mapping[str, Any], desk: Mapping[str, Any], mistakes: Mistakes) -> Lexicon:
    for key, message in lexicon_mistakes(desk, shipped):
        mistakes.error("lexicon", key, message)
    if mistakes.errors:
        return Lexicon(shipped)
    lexicon = Lexicon({**_with_lists(shipped, desk), "type": _with_lists(shipped["type"], desk.get("type", {}))})
    for term, first, second in lexicon.shared_terms():
        mistakes.warning("lexicon", second, f"{shown(term)} stands in [{first}] too and counts twice")
    return lexicon


def _with_lists(shipped: Mapping[str, Any], desk: Mapping[str, Any]) -> dict[str, Any]:
    """The categories with the desk's lists in place of the shipped ones; a list that the desk has not written stays."""
    changed = {key: {**shipped[key], **lists} for key, lists in desk.items() if isinstance(lists, Mapping)}
    return {**shipped, **changed}
