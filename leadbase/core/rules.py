"""The rules a desk scores by: what the four files under rules/ say, checked, with the shipped defaults beneath.

`build` merges the desk's tables over the shipped ones and raises RulesError with every mistake in them. The tables are
plain values; reading TOML is leadbase.adapters.settings' work.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any

from leadbase.core import links, vocabulary
from leadbase.core.lexicon import Lexicon, lexicon_mistakes
from leadbase.core.text import folded
from leadbase.errors import Problem, RulesError

Tables = Mapping[str, Mapping[str, Any]]
"""File name without suffix → the TOML document."""

TIERS = ("S", "A", "B", "C")
CURRENCIES = ("CNY", "EUR", "GBP", "HKD")
"""The currencies in which amounts are found beside the US dollar; one counts when it has a rate."""
_POINTS_LIMIT = 60
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
    def _company_by_name(self) -> Mapping[str, Company]:
        return {vocabulary.folded(name): entry for entry in self.companies for name in (entry.id, *entry.names)}

    @cached_property
    def _source_by_domain(self) -> Mapping[str, Source]:
        return {entry.domain: entry for entry in self.sources}

    @cached_property
    def _source_by_name(self) -> Mapping[str, Source]:
        return {vocabulary.folded(name): entry for entry in reversed(self.sources) for name in entry.names}

    @cached_property
    def owners(self) -> frozenset[str]:
        """Every owner id of the registry."""
        return frozenset(entry.owner for entry in self.sources)

    def company(self, name: str) -> Company | None:
        """The company of that name, alias or id, or None."""
        return self._company_by_name.get(vocabulary.folded(name))

    def source_named(self, name: str) -> Source | None:
        """The source of that name or domain, or None."""
        return self._source_by_name.get(vocabulary.folded(name)) or self._source_by_domain.get(name.strip().lower())

    def source_of(self, link: str) -> Source | None:
        """The source whose domain or channel the link is on, the most exact one, or None."""
        rest = links.address(link)
        while rest:
            if found := self._source_by_domain.get(rest):
                return found
            rest = rest.rpartition("/")[0] if "/" in rest else rest.partition(".")[2]
        return None

    def official_source(self, company_id: str) -> Source | None:
        """The official channel of a company with the best letter, the first one listed among equals, or None."""
        channels = [entry for entry in self.sources if entry.kind == "official" and entry.subject == company_id]
        return min(channels, key=lambda entry: entry.letter, default=None)


def build(shipped: Tables, desk: Tables) -> Rules:
    """The rules of a desk: its tables over the shipped ones.

    Raises RulesError with every mistake of the desk's tables, each with file and key.
    """
    mistakes = _Mistakes()
    scoring = _merged_scoring(shipped["scoring"], desk.get("scoring", {}), mistakes)
    companies = _companies(shipped["companies"], desk.get("companies", {}), mistakes)
    sources = _sources(shipped["sources"], desk.get("sources", {}), companies, mistakes)
    lexicon = _lexicon(shipped["lexicon"], desk.get("lexicon", {}), mistakes)
    if mistakes.errors:
        raise RulesError(mistakes.errors)
    effective = [scoring, [_plain(entry) for entry in companies], [_plain(entry) for entry in sources], lexicon.terms]
    digest = hashlib.sha256(json.dumps(effective, sort_keys=True, default=_jsonable).encode()).hexdigest()[:12]
    return Rules(scoring, companies, sources, lexicon, digest, tuple(mistakes.warnings))


def _plain(entry: Company | Source) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in entry.__slots__}


def _jsonable(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else str(value)


class _Mistakes:
    """Collects what is wrong in the files under rules/."""

    def __init__(self) -> None:
        self.errors: list[Problem] = []
        self.warnings: list[Problem] = []

    def error(self, file: str, key: str, message: str, hint: str = "") -> None:
        self.errors.append(Problem(f"rules/{file}.toml", None, "error", "rules", f"{key}: {message}", hint))

    def warning(self, file: str, key: str, message: str, hint: str = "") -> None:
        self.warnings.append(Problem(f"rules/{file}.toml", None, "warning", "rules", f"{key}: {message}", hint))

    def unknown_key(self, file: str, key: str, known: Iterable[str]) -> None:
        near = vocabulary.nearest(key.rpartition(".")[2], known)
        self.error(file, key, "is not a key leadbase knows", f"did you mean {near}?" if near else "")


# ------------------------------------------------------------------------------------------------------------ scoring


def _merged_scoring(shipped: Mapping[str, Any], desk: Mapping[str, Any], mistakes: _Mistakes) -> Mapping[str, Any]:
    if desk.get("schema", shipped["schema"]) != shipped["schema"]:
        mistakes.error("scoring", "schema", f"must be {shipped['schema']}, not {_shown(desk['schema'])}")
        desk = {key: value for key, value in desk.items() if key != "schema"}
    return _merged(shipped, desk, "", mistakes)


def _merged(shipped: Mapping[str, Any], desk: Mapping[str, Any], prefix: str, mistakes: _Mistakes) -> Mapping[str, Any]:
    keys = (*shipped, *CURRENCIES) if prefix == "value.magnitude.fx_to_usd." else tuple(shipped)
    known = {key.replace("_", "-"): key for key in keys}
    merged = dict(shipped)
    for written, value in desk.items():
        where = f"{prefix}{written}"
        key = known.get(written.replace("_", "-"))
        if key is None:
            mistakes.unknown_key("scoring", where, known)
            continue
        if key != written and key in desk:
            mistakes.error("scoring", where, f"stands twice, as {key} too")
            continue
        default = shipped.get(key, 1.0)
        if isinstance(default, Mapping) and isinstance(value, Mapping):
            merged[key] = _merged(default, value, f"{where}.", mistakes)
        elif wrong := _wrong_value(f"{prefix}{key}", default, value):
            mistakes.error("scoring", where, wrong)
        else:
            merged[key] = value
    return MappingProxyType(merged)


def _wrong_value(where: str, default: object, value: object) -> str:
    """What is wrong with a value that replaces the default, or ""."""
    checks: tuple[tuple[str, Callable[[str, object, object], str]], ...] = (
        ("value.type.", _wrong_type_points),
        ("value.magnitude.fx_to_usd.", _wrong_rate),
        ("grades.quotable.", _wrong_words),
        ("confidence.source.weights", _wrong_weights),
        ("confidence.source.name_only_best_letter", _wrong_letter),
    )
    if isinstance(default, Mapping):
        return f"must be a table, not {_shown(value)}"
    for prefix, check in checks:
        if where.startswith(prefix):
            return check(where, default, value)
    if isinstance(default, list):
        return _wrong_bands(value, points_may_be_negative=where.startswith("confidence."))
    return _wrong_scalar(where, default, value)


def _wrong_scalar(where: str, default: object, value: object) -> str:
    if isinstance(default, str) or isinstance(value, bool) or isinstance(default, bool):
        return "" if type(value) is type(default) else f"must be {_kind(default)}, not {_shown(value)}"
    if not isinstance(value, int):
        return f"must be a whole number, not {_shown(value)}"
    return _wrong_number(where, value)


def _wrong_number(where: str, value: int) -> str:
    if where == "scan.lede_characters" and not 40 <= value <= 10_000:
        return f"must lie between 40, the length below which a text counts as missing, and 10000, not {value}"
    is_points = where.startswith(("value.", "confidence.")) and not where.startswith(("value.magnitude", "value.timel"))
    if is_points and where != "confidence.base" and abs(value) > _POINTS_LIMIT:
        return f"points lie between -{_POINTS_LIMIT} and {_POINTS_LIMIT}, not {value}"
    if where.startswith(("value.penalty.", "confidence.missing.", "confidence.integrity.", "confidence.dispute.")):
        return "" if value <= 0 else f"is a penalty and must not be above 0, not {value}"
    if where.startswith(("scan.", "cost.", "report.", "grades.", "value.timeliness", "value.magnitude")) and value < 0:
        return f"must not be below 0, not {value}"
    if where.startswith("value.timeliness.half_life_days") and value == 0:
        return "a half-life is at least 1 day"
    return ""


def _wrong_type_points(_where: str, default: object, value: object) -> str:
    match value:
        case [bool(), _] | [_, bool()]:
            pass
        case [int(points), ("flash" | "fast" | "normal" | "slow")] if abs(points) <= _POINTS_LIMIT:
            return ""
    return f'must be [points, "flash" | "fast" | "normal" | "slow"] such as {_shown(default)}, not {_shown(value)}'


def _wrong_rate(_where: str, _default: object, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e6:
        return f"must be how many US dollars one unit is worth, such as 0.14, not {_shown(value)}"
    return ""


def _wrong_letter(_where: str, _default: object, value: object) -> str:
    return "" if value in vocabulary.LETTERS else f"must be a letter from A to F, not {_shown(value)}"


def _wrong_weights(_where: str, _default: object, value: object) -> str:
    numbers = value if isinstance(value, list) else []
    fine = all(isinstance(each, int | float) and not isinstance(each, bool) and 0 <= each <= 1 for each in numbers)
    return (
        "" if numbers and fine and numbers == sorted(numbers, reverse=True) else "must be falling numbers from 0 to 1"
    )


def _wrong_words(where: str, _default: object, value: object) -> str:
    allowed: dict[str, tuple[str, ...]] = {
        "grades.quotable.verification": tuple(vocabulary.VERIFICATIONS),
        "grades.quotable.sourcing": ("primary", "two-independent-B", "one-A-on-record-and-verified"),
        "grades.quotable.block_types": tuple(vocabulary.TYPES),
    }
    if where not in allowed:
        return "" if isinstance(value, bool) else f"must be true or false, not {_shown(value)}"
    if not isinstance(value, list):
        return f"must be a list, not {_shown(value)}"
    strange = [each for each in value if each not in allowed[where]]
    if strange:
        return f"{_shown(strange[0])} is none of {', '.join(allowed[where])}"
    needs_one = where != "grades.quotable.block_types"
    return "must not be empty: then every lead would pass" if needs_one and not value else ""


def _wrong_bands(value: object, *, points_may_be_negative: bool) -> str:
    shape = "must be a list of [at least, points], the highest first"
    if not isinstance(value, list):
        return f"{shape}, not {_shown(value)}"
    for band in value:
        match band:
            case [bool(), _] | [_, bool()]:
                return f"{shape}, not {_shown(band)}"
            case [int() | float() as threshold, int(points)] if threshold >= 0 and abs(points) <= _POINTS_LIMIT:
                if points < 0 and not points_may_be_negative:
                    return f"points must not be below 0 in {_shown(band)}"
            case _:
                return f"{shape}, not {_shown(band)}"
    thresholds = [band[0] for band in value]
    strengths = [abs(band[1]) for band in value]
    if thresholds != sorted(thresholds, reverse=True) or strengths != sorted(strengths, reverse=True):
        return f"{shape}: a higher band never counts less"
    return ""


def _kind(value: object) -> str:
    return {"bool": "true or false", "str": "a text", "int": "a whole number"}.get(type(value).__name__, "a table")


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "…"


# ---------------------------------------------------------------------------------------------- companies and sources


def _entries(document: Mapping[str, Any], table: str, file: str, mistakes: _Mistakes) -> list[Mapping[str, Any]]:
    for key in document:
        if key not in (table, "schema"):
            mistakes.unknown_key(file, key, (table,))
    listed = document.get(table, [])
    if not isinstance(listed, list) or not all(isinstance(entry, Mapping) for entry in listed):
        mistakes.error(file, table, f"must be written as [[{table}]] tables")
        return []
    return listed


def _checked(
    entry: Mapping[str, Any], where: str, file: str, wanted: Mapping[str, str], mistakes: _Mistakes
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
            mistakes.error(file, f"{where}.{key}", f"must be {form}, not {_shown(value)}")
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


def _companies(shipped: Mapping[str, Any], desk: Mapping[str, Any], mistakes: _Mistakes) -> tuple[Company, ...]:
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
            mistakes.error("companies", f"{where}.tier", f"must be S, A, B or C, not {_shown(checked['tier'])}")
        elif not checked.get("names", identity in by_id):
            mistakes.error("companies", f"{where}.names", "is missing")
        elif wrong := next(filter(None, map(_wrong_domain, checked.get("domains", ()))), ""):
            mistakes.error("companies", f"{where}.domains", wrong)
        else:
            base = _plain(by_id[identity]) if identity in by_id else {"tier": "C"}
            by_id[identity] = Company(**{**base, **checked})
        seen.add(identity)
    called = {entry.id: (entry.id, *entry.names) for entry in by_id.values()}
    _report_shared_names("companies", called, seen, mistakes)
    return tuple(by_id.values())


def _tupled(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}


def _report_shared_names(
    file: str, names: Mapping[str, tuple[str, ...]], of_desk: set[str], mistakes: _Mistakes
) -> None:
    """An alias that two entries claim is an error when the desk wrote one of the two."""
    owner: dict[str, str] = {}
    for identity, aliases in names.items():
        for alias in aliases:
            other = owner.setdefault(vocabulary.folded(alias), identity)
            if other != identity and (identity in of_desk or other in of_desk):
                mistakes.error(file, f"{identity}.names", f"{_shown(alias)} already belongs to {other}")


def _sources(
    shipped: Mapping[str, Any], desk: Mapping[str, Any], companies: tuple[Company, ...], mistakes: _Mistakes
) -> tuple[Source, ...]:
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
            mistakes.error("sources", f"{where}.subject", f"no company has the id {_shown(subject)}", hint)
        domain = checked["domain"]
        seen.add(domain)
        base = _plain(by_domain[domain]) if domain in by_domain else {"names": (), "kind": "unknown", "owner": domain}
        by_domain[domain] = Source(**{**base, **checked})
    _report_shared_names("sources", {entry.domain: entry.names for entry in by_domain.values()}, seen, mistakes)
    return _with_company_names(by_domain, companies)


def _source_stands(entry: Mapping[str, Any], where: str, seen: set[str], mistakes: _Mistakes) -> bool:
    domain, letter = entry.get("domain", ""), entry.get("letter")
    before = len(mistakes.errors)
    if wrong := _wrong_domain(domain):
        mistakes.error("sources", f"{where}.domain", wrong)
    elif domain in seen:
        mistakes.error("sources", f"{where}.domain", "stands twice in the file")
    if entry.get("kind", "unknown") not in vocabulary.KINDS:
        kinds = ", ".join(vocabulary.KINDS)
        mistakes.error("sources", f"{where}.kind", f"{_shown(entry['kind'])} is none of {kinds}")
    if letter is not None and letter not in vocabulary.LETTERS:
        mistakes.error("sources", f"{where}.letter", f"must be a letter from A to F, not {_shown(letter)}")
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
            named[first.domain] = Source(**{**_plain(first), "names": first.names + free})
            taken.update(map(vocabulary.folded, free))
    return tuple(named.values())


# ------------------------------------------------------------------------------------------------------------ lexicon


def _lexicon(shipped: Mapping[str, Any], desk: Mapping[str, Any], mistakes: _Mistakes) -> Lexicon:
    for key, message in lexicon_mistakes(desk, shipped):
        mistakes.error("lexicon", key, message)
    if mistakes.errors:
        return Lexicon(shipped)
    lexicon = Lexicon({**_with_lists(shipped, desk), "type": _with_lists(shipped["type"], desk.get("type", {}))})
    for term, first, second in lexicon.shared_terms():
        mistakes.warning("lexicon", second, f"{_shown(term)} stands in [{first}] too and counts twice")
    return lexicon


def _with_lists(shipped: Mapping[str, Any], desk: Mapping[str, Any]) -> dict[str, Any]:
    """The categories with the desk's lists in place of the shipped ones; a list that the desk has not written stays."""
    changed = {key: {**shipped[key], **lists} for key, lists in desk.items() if isinstance(lists, Mapping)}
    return {**shipped, **changed}
