"""What a lead has under each field of a query: the one account of it, for leads in memory and for an index.

An index that keeps `keys`, `written`, `day_of`, `is_missing` and each report's `owner` answers as `query.match` does.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from leadbase.core import links, text, vocabulary
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


def keys(subject: Subject, field: str, registry: Registry) -> frozenset[str]:
    """The canonical words of a lead under a field of fixed words or labels, as `OneOf` has them.

    A company counts by its id; a code also by its letter and by its digit; a domain and a language also by what is
    above them: `a.b.cn`, `b.cn` and `.cn`, or `zh-cn` and `zh`.
    """
    if field == "company":
        return frozenset(known.id for name in subject.lead.companies if (known := registry.company(name)))
    fixed = _KEYS.get(field)
    found = fixed(subject) if fixed else map(text.folded, written(subject.lead, field))
    return frozenset(found) - {""}


def _domains(subject: Subject) -> list[str]:
    return [each for host in written(subject.lead, "domain") for each in _with_parents(text.folded(host))]


def _with_parents(host: str) -> tuple[str, ...]:
    labels = host.split(".")
    return (*(".".join(labels[start:]) for start in range(len(labels) - 1)), f".{labels[-1]}")


def _languages(subject: Subject) -> tuple[str, ...]:
    own = language(subject.lead.language)
    return own, own.partition("-")[0]


_KEYS: Mapping[str, Callable[[Subject], Iterable[str]]] = MappingProxyType(
    {
        "type": lambda subject: (subject.lead.type,),
        "verification": lambda subject: (subject.lead.verification,),
        "attribution": lambda subject: (subject.lead.attribution,),
        "grade": lambda subject: (subject.grade,),
        "code": lambda subject: (subject.code, *subject.code),
        "domain": _domains,
        "language": _languages,
    }
)


def language(word: str) -> str:
    """The form in which languages are compared: zh_CN is zh-cn."""
    return text.folded(word).replace("_", "-")


def owner(evidence: "Evidence", registry: Registry) -> str:
    """Who owns the source of a report, by its link or else its name; "" when the registry does not know."""
    found = registry.source_of(evidence.link) or registry.source_named(evidence.source)
    return found.owner if found else ""


def loose(field: str, word: str) -> str:
    """The form in which a part of a value is looked for: of names of companies and sources without spaces and signs."""
    return vocabulary.folded(word) if field in ("company", "source") else text.folded(word)


def stands_in(word: str, value: str, *, is_prefix: bool = False) -> bool:
    """Whether a folded word or phrase stands in a folded value.

    Where it begins or ends in a letter that knows capitals, a digit or an underscore, no such character may stand
    beside it; a prefix may go on. Chinese, which has no spaces between words, is found anywhere.
    """
    needs_start, needs_end = _is_of_words(word[0]), not is_prefix and _is_of_words(word[-1])
    place = value.find(word)
    while place >= 0:
        end = place + len(word)
        starts = not needs_start or place == 0 or not _is_of_words(value[place - 1])
        if starts and (not needs_end or end == len(value) or not _is_of_words(value[end])):
            return True
        place = value.find(word, place + 1)
    return False


def ends_in_a_word(word: str) -> bool:
    """Whether the text's last character belongs to a word that could go on."""
    return _is_of_words(word[-1])


def _is_of_words(character: str) -> bool:
    return character == "_" or character.isdecimal() or character.lower() != character.upper()
