"""What a lead has under each field of a query: the one account of it, for leads in memory and for an index.

An index that keeps `keys`, `written`, `day_of`, `is_missing`, each company's id and each report's `owner` answers as
`query.match` does, with the tests that stand there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from leadbase.core import fulltext, links, text, vocabulary
from leadbase.core.query.tree import ANYWHERE

if TYPE_CHECKING:
    from leadbase.core.lead import Evidence, Lead
    from leadbase.core.registry import Company, Source


class Registry(Protocol):
    """What a query asks of the rules: the Rules themselves, or what knows their names without loading them."""

    def company(self, name: str) -> "Company | None":
        """The company of that name, alias or id, or None."""

    def source_named(self, name: str) -> "Source | None":
        """The source of that name or domain, or None."""

    def source_of(self, link: str) -> "Source | None":
        """The source whose domain or channel the link is on, or None."""


class Subject(Protocol):
    """A lead with its numbers. `code` may be "" where the query asks for no code (`Query.fields` tells)."""

    @property
    def lead(self) -> "Lead":
        """The lead."""

    @property
    def score(self) -> int:
        """News value, 0 to 100."""

    @property
    def confidence(self) -> int:
        """0 to 100."""

    @property
    def grade(self) -> str:
        """One of the three grades."""

    @property
    def code(self) -> str:
        """The Admiralty code such as B2, or ""."""


_WRITTEN: Mapping[str, Callable[["Lead"], tuple[str, ...]]] = MappingProxyType(
    {
        "company": lambda lead: lead.companies,
        "title": lambda lead: (lead.title,),
        "text": lambda lead: (lead.text,),
        ANYWHERE: lambda lead: (lead.title, *lead.companies, lead.text),
        "source": lambda lead: tuple(each.source for each in lead.evidence),
        "link": lambda lead: tuple(each.link for each in lead.evidence),
        "domain": lambda lead: tuple(links.host(each.link) for each in lead.evidence),
        "origin": lambda lead: tuple(each.origin for each in lead.evidence),
        "language": lambda lead: (lead.language,),
        "tags": lambda lead: lead.tags,
        "name": lambda lead: (lead.name,),
        "path": lambda lead: (lead.path,),
        "note": lambda lead: (lead.note,),
        "verified-by": lambda lead: (lead.verified_by,),
        "verified-at": lambda lead: (lead.verified_at,),
        "follow-up-of": lambda lead: lead.follow_up_of,
        "same-as": lambda lead: lead.same_as,
        "not-same-as": lambda lead: lead.not_same_as,
        "duplicate-of": lambda lead: (lead.duplicate_of,),
    }
)
_OWN: Mapping[str, Callable[["Lead"], object]] = MappingProxyType(
    {
        "source": lambda lead: lead.source,
        "link": lambda lead: lead.link,
        "time": lambda lead: lead.day,
        "embargo-until": lambda lead: lead.embargo_until,
    }
)


def written(lead: "Lead", field: str) -> tuple[str, ...]:
    """The texts under a field as the file has them, none of them empty; of sources and links: of every report."""
    return tuple(each for each in _WRITTEN[field](lead) if each)


def is_missing(lead: "Lead", field: str) -> bool:
    """Whether the lead says nothing under the field; a source or link under `also` is not its own."""
    own = _OWN.get(field)
    return not (own(lead) if own else written(lead, field))


def day_of(lead: "Lead", field: str) -> date | None:
    """The desk's day of `time` or `embargo-until`; an embargo that cannot be read ends on the calendar's last day."""
    if field == "time":
        return lead.day
    return lead.embargo_until.date() if isinstance(lead.embargo_until, datetime) else lead.embargo_until


def keys(subject: Subject, field: str) -> frozenset[str]:
    """The canonical words of a lead under a field of fixed words, as `OneOf` has them: the one word it has there.

    A code counts also by its letter and by its digit.
    """
    return frozenset(code_keys(subject.code) if field == "code" else (_FIXED[field](subject),)) - {""}


_FIXED: Mapping[str, Callable[[Subject], str]] = MappingProxyType(
    {
        "type": lambda subject: subject.lead.type,
        "verification": lambda subject: subject.lead.verification,
        "attribution": lambda subject: subject.lead.attribution,
        "grade": lambda subject: subject.grade,
    }
)
FIXED = frozenset({*_FIXED, "code"})
"""The fields under which a lead has one of a few known words."""


def code_keys(code: str) -> tuple[str, ...]:
    """What a code is found by: itself, its letter and its digit."""
    return code, *code


def labels(field: str, value: "Said") -> tuple[str, ...]:
    """What one written value of a field of labels counts as, as `OneOf` has it.

    A domain and a language count also as what is above them: `a.b.cn`, `b.cn` and `.cn`, or `zh-cn` and `zh`.
    """
    if field == "domain":
        return _with_parents(value.folded)
    if field == "language":
        own = language(value.raw)
        return own, own.partition("-")[0]
    return (value.folded,)


def _with_parents(host: str) -> tuple[str, ...]:
    parts = host.split(".")
    return (*(".".join(parts[start:]) for start in range(len(parts) - 1)), f".{parts[-1]}")


def language(word: str) -> str:
    """The form in which languages are compared: zh_CN is zh-cn."""
    return text.folded(word).replace("_", "-")


def publisher(evidence: "Evidence", registry: Registry) -> "Source | None":
    """The registered source of a report, by its link or else its name; None when the registry does not know it."""
    return registry.source_of(evidence.link) or registry.source_named(evidence.source)


def owner(evidence: "Evidence", registry: Registry) -> str:
    """Who owns the source of a report; "" when the registry does not know it."""
    found = publisher(evidence, registry)
    return found.owner if found else ""


def is_name(field: str) -> bool:
    """Whether the field holds names of companies or sources, whose parts are compared without spaces and signs."""
    return field in ("company", "source")


def loose(field: str, word: str) -> str:
    """The form in which a part of a value of the field is looked for."""
    return vocabulary.folded(word) if is_name(field) else text.folded(word)


@dataclass(frozen=True)
class Said:
    """One value as a lead has it, in each of the forms in which leaves compare values; each is made once."""

    raw: str

    @cached_property
    def folded(self) -> str:
        """Normalised, on one line."""
        return text.folded(self.raw)

    @cached_property
    def name(self) -> str:
        """As names are compared: without spaces and signs."""
        return vocabulary.folded(self.raw)

    @cached_property
    def column(self) -> str:
        """Its tokens, for full text."""
        return fulltext.column(self.folded)
