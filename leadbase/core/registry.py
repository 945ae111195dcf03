"""The registry: the companies and the sources a desk knows, read from its tables over the shipped ones."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any

from leadbase.core import vocabulary
from leadbase.core.mistakes import Mistakes, shown
from leadbase.core.text import folded

TIERS = ("S", "A", "B", "C")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DOMAIN = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?\.)+[a-z0-9-]{2,}(?:/[^\s/?#]+)*")


@dataclass(frozen=True, slots=True)
class Company:
    """A company, lab or authority: `tier` is its prominence (S, A, B, C), `names[0]` the name it is shown by."""

    id: str
    names: tuple[str, ...]
    tier: str
    products: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name it is shown by."""
        return self.names[0]


@dataclass(frozen=True, slots=True)
class Source:
    """A source: `letter` is its Admiralty reliability, A-F; `subject` the company it speaks for."""

    domain: str
    names: tuple[str, ...]
    kind: str
    owner: str
    letter: str = "F"
    subject: str = ""
    label: str = ""
    reason: str = ""
    reviewed: date | None = None

    @property
    def name(self) -> str:
        """The name it is shown by."""
        return self.names[0] if self.names else self.label or self.domain


def plain(entry: Company | Source) -> dict[str, Any]:
    """An entry as a table."""
    values = _COMPANY_VALUES if isinstance(entry, Company) else _SOURCE_VALUES
    return dict(zip(entry.__slots__, values(entry), strict=True))


_COMPANY_VALUES = attrgetter(*Company.__slots__)
_SOURCE_VALUES = attrgetter(*Source.__slots__)


def _entries(document: Mapping[str, Any], table: str, file: str, mistakes: Mistakes) -> list[Mapping[str, Any]]:
    for key in document:
        if key not in (table, "schema"):
            mistakes.unknown_key(file, key, (table,))
    if document.get("schema", 1) != 1:
        mistakes.error(file, "schema", f"must be 1, not {shown(document['schema'])}")
    listed = document.get(table, [])
    if not isinstance(listed, list) or not all(isinstance(entry, Mapping) for entry in listed):
        mistakes.error(file, table, f"must be written as [[{table}]] tables")
        return []
    return listed


def _checked(
    entry: Mapping[str, Any], where: str, file: str, wanted: Mapping[str, str], mistakes: Mistakes
) -> dict[str, Any] | None:
    """The entry with lists as tuples, or None when a key of it is wrong; `wanted` maps keys to text, texts or date."""
    fine = True
    checked: dict[str, Any] = {}
    for key, value in entry.items():
        kind = wanted.get(key)
        if kind is None:
            mistakes.unknown_key(file, f"{where}.{key}", wanted)
            fine = False
        elif kind == "texts" and isinstance(value, list) and all(map(_is_some_text, value)):
            checked[key] = tuple(value)
        elif (kind == "text" and isinstance(value, str)) or (kind == "date" and isinstance(value, date)):
            checked[key] = value
        else:
            form = {"texts": "a list of texts", "text": "a text", "date": "a date such as 2026-04-24"}[kind]
            mistakes.error(file, f"{where}.{key}", f"must be {form}, not {shown(value)}")
            fine = False
    return checked if fine else None


def _is_some_text(value: object) -> bool:
    return isinstance(value, str) and bool(vocabulary.folded(folded(value)))


def _wrong_domain(domain: str) -> str:
    if domain.startswith("www."):
        return "must be written without www."
    if not _DOMAIN.fullmatch(domain) or domain != domain.lower():
        return "must be a domain in lower case such as example.com, no https://"
    return ""


_COMPANY_KEYS = {
    "id": "text", "names": "texts", "products": "texts", "domains": "texts", "ambiguous": "texts", "tier": "text",
}  # fmt: skip
_SOURCE_KEYS = {
    "domain": "text", "names": "texts", "kind": "text", "owner": "text", "letter": "text", "subject": "text",
    "reason": "text", "reviewed": "date",
}  # fmt: skip


def read_companies(shipped: Mapping[str, Any], desk: Mapping[str, Any], mistakes: Mistakes) -> tuple[Company, ...]:
    """The companies: the desk's entries over the shipped ones by id. What is wrong goes to `mistakes`."""
    by_id = {entry["id"]: Company(**_tupled(entry)) for entry in shipped.get("company", [])}
    seen: set[str] = set()
    for number, entry in enumerate(_entries(desk, "company", "companies", mistakes), 1):
        where = f"company {entry.get('id', number)!s}"
        checked = _checked(entry, where, "companies", _COMPANY_KEYS, mistakes)
        if checked is None:
            continue
        identity = checked.get("id", "")
        if not _ID.fullmatch(identity):
            mistakes.error("companies", f"{where}.id", "must be lower-case letters, digits and hyphens")
        elif identity in seen:
            mistakes.error("companies", f"{where}.id", "stands twice in the file")
        elif checked.get("tier", "C") not in TIERS:
            mistakes.error("companies", f"{where}.tier", f"must be S, A, B or C, not {shown(checked['tier'])}")
        elif not checked.get("names", identity in by_id):
            mistakes.error("companies", f"{where}.names", "is missing")
        elif wrong := next(filter(None, map(_wrong_domain, checked.get("domains", ()))), ""):
            mistakes.error("companies", f"{where}.domains", wrong)
        else:
            base = plain(by_id[identity]) if identity in by_id else {"tier": "C"}
            by_id[identity] = Company(**{**base, **checked})
            _check_ambiguous(by_id[identity], where, mistakes)
        seen.add(identity)
    _report_shared("companies", "domains", {entry.id: entry.domains for entry in by_id.values()}, seen, mistakes)
    called = {entry.id: (entry.id, *entry.names) for entry in by_id.values()}
    _report_shared("companies", "names", called, seen, mistakes)
    return tuple(by_id.values())


def _tupled(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}


def _check_ambiguous(company: Company, where: str, mistakes: Mistakes) -> None:
    for word in set(company.ambiguous) - {*company.names, *company.products}:
        mistakes.error("companies", f"{where}.ambiguous", f"{shown(word)} is none of its names and products")


def _report_shared(
    file: str, key: str, claims: Mapping[str, tuple[str, ...]], of_desk: set[str], mistakes: Mistakes
) -> None:
    """A name or domain that two entries claim is an error when the desk wrote one of the two."""
    owner: dict[str, str] = {}
    for identity, aliases in claims.items():
        for alias in aliases:
            other = owner.setdefault(vocabulary.folded(alias), identity)
            if other != identity and (identity in of_desk or other in of_desk):
                mistakes.error(file, f"{identity}.{key}", f"{shown(alias)} already belongs to {other}")


def read_sources(
    shipped: Mapping[str, Any], desk: Mapping[str, Any], companies: tuple[Company, ...], mistakes: Mistakes
) -> tuple[Source, ...]:
    """The sources: the desk's over the shipped ones by domain, and every company's own channels beneath them."""
    by_domain = {entry["domain"]: Source(**_tupled(entry)) for entry in shipped.get("source", [])}
    for company in companies:
        for domain in company.domains:
            label = f"{company.name} ({domain})"
            derived = Source(domain, (), "official", company.id, subject=company.id, label=label)
            by_domain.setdefault(domain, derived)
    seen: set[str] = set()
    company_ids = {company.id for company in companies}
    for number, entry in enumerate(_entries(desk, "source", "sources", mistakes), 1):
        where = f"source {entry.get('domain', number)!s}"
        checked = _checked(entry, where, "sources", _SOURCE_KEYS, mistakes)
        if checked is None or not _source_stands(checked, where, seen, mistakes):
            continue
        if (subject := checked.get("subject")) and subject not in company_ids:
            near = vocabulary.nearest(subject, company_ids)
            hint = f"did you mean {near}?" if near else "it is an id of companies.toml"
            mistakes.error("sources", f"{where}.subject", f"no company has the id {shown(subject)}", hint)
        domain = checked["domain"]
        seen.add(domain)
        base = plain(by_domain[domain]) if domain in by_domain else {"names": (), "kind": "unknown", "owner": domain}
        by_domain[domain] = Source(**{**base, **checked})
        _check_owner(by_domain[domain], where, mistakes)
    _report_shared("sources", "names", {entry.domain: entry.names for entry in by_domain.values()}, seen, mistakes)
    return _with_company_names(by_domain, companies)


def _check_owner(source: Source, where: str, mistakes: Mistakes) -> None:
    if not source.owner.strip():
        mistakes.error("sources", f"{where}.owner", "must not be empty")
    if source.kind == "official" and not source.subject:
        mistakes.error("sources", f"{where}.subject", "is missing: whose official channel is it?")
    if source.subject and source.kind not in ("official", "authority"):
        mistakes.error("sources", f"{where}.subject", f"belongs to an official or authority, not to a {source.kind}")


def _source_stands(entry: Mapping[str, Any], where: str, seen: set[str], mistakes: Mistakes) -> bool:
    domain, letter = entry.get("domain", ""), entry.get("letter")
    before = len(mistakes.errors)
    if wrong := _wrong_domain(domain):
        mistakes.error("sources", f"{where}.domain", wrong)
    elif domain in seen:
        mistakes.error("sources", f"{where}.domain", "stands twice in the file")
    if entry.get("kind", "unknown") not in vocabulary.KINDS:
        kinds = ", ".join(vocabulary.KINDS)
        mistakes.error("sources", f"{where}.kind", f"{shown(entry['kind'])} is none of {kinds}")
    if letter is not None and letter not in vocabulary.LETTERS:
        mistakes.error("sources", f"{where}.letter", f"must be a letter from A to F, not {shown(letter)}")
    elif letter is not None and letter != "F" and not (entry.get("reason") and entry.get("reviewed")):
        mistakes.warning("sources", f"{where}.letter", "has no reason and reviewed date", "say why, and since when")
    return len(mistakes.errors) == before


def _with_company_names(by_domain: Mapping[str, Source], companies: tuple[Company, ...]) -> tuple[Source, ...]:
    """A company's first domain answers to the company's names too, so that "according to OpenAI" finds it."""
    taken = {vocabulary.folded(name) for entry in by_domain.values() for name in entry.names}
    named = dict(by_domain)
    for company in companies:
        free = tuple(name for name in company.names if vocabulary.folded(name) not in taken)
        own = [by_domain[domain] for domain in company.domains if by_domain[domain].subject == company.id]
        if own and free:
            first = own[0]
            named[first.domain] = Source(**{**plain(first), "names": first.names + free})
            taken.update(map(vocabulary.folded, free))
    return tuple(named.values())
