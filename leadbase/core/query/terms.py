"""The terms of a query: which fields there are, and what one value of one field means.

`leaf` makes a value into a leaf of the tree, with every synonym, name and day resolved. What is wrong with it is raised
as UsageError without a place; the parser adds the place.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, tzinfo
from types import MappingProxyType
from typing import TYPE_CHECKING

from leadbase.core import fulltext, links, text, vocabulary
from leadbase.core.query import days
from leadbase.core.query.tree import (
    ANYWHERE,
    Days,
    Exact,
    FromSource,
    Leaf,
    Matches,
    Missing,
    OneOf,
    Part,
    Range,
    Words,
)
from leadbase.core.query.values import Registry, language
from leadbase.errors import UsageError
from leadbase.late import late

if TYPE_CHECKING:
    from leadbase.core.query import pattern
else:
    pattern = late("leadbase.core.query.pattern")

FIELDS: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        "company": ("company", ()),
        "title": ("words", ()),
        "text": ("words", ("body", "正文", "内容")),
        "type": ("word", ()),
        "source": ("source", ()),
        "link": ("part", ()),
        "domain": ("domain", ("host", "site", "域名", "网站")),
        "time": ("day", ("day",)),
        "verification": ("word", ()),
        "attribution": ("word", ()),
        "score": ("number", ("分数", "评分", "得分")),
        "confidence": ("number", ("置信度", "可信度")),
        "grade": ("word", ("等级", "评级")),
        "code": ("code", ("代码",)),
        "language": ("language", ("lang",)),
        "tags": ("label", ("tag",)),
        "name": ("part", ("名称", "文件名")),
        "path": ("part", ("file", "路径", "文件")),
        "note": ("words", ("notes",)),
        "origin": ("part", ()),
        "verified-by": ("part", ()),
        "verified-at": ("part", ()),
        "embargo-until": ("day", ("embargo",)),
        "follow-up-of": ("label", ()),
        "same-as": ("label", ()),
        "not-same-as": ("label", ()),
        "duplicate-of": ("label", ("duplicate",)),
    }
)
"""Field → how its values are read, and its names beside those it has in a lead's file."""
ORDERS: Mapping[str, tuple[str, ...]] = MappingProxyType({"sort": ("排序",), "limit": ("数量", "条数")})
"""What a query can say beside its conditions."""

SORT_KEYS = ("time", "score", "confidence", "title", "company", "name")
_FALLING = frozenset({"time", "score", "confidence"})
_HIGHEST_LIMIT = 1_000_000
_CODE = re.compile(r"[A-F][1-6]?|[1-6]")
_DOMAIN = re.compile(r"\.?[^\s/:@.]+(?:\.[^\s/:@.]+)*")
_LIMIT = re.compile(r"\d{1,7}")
_KNOWN: Mapping[str, tuple[Callable[[str], str | None], Mapping[str, tuple[str, ...]]]] = MappingProxyType(
    {
        "type": (vocabulary.type_of, vocabulary.TYPES),
        "verification": (vocabulary.verification_of, vocabulary.VERIFICATIONS),
        "attribution": (vocabulary.attribution_of, vocabulary.ATTRIBUTIONS),
        "grade": (vocabulary.grade_of, vocabulary.GRADES),
    }
)
_NEVER_MISSING = MappingProxyType(
    {
        "type": "a lead without a type counts as other: write type:other",
        "verification": "a lead without one counts as unverified: write verification:unverified",
        "attribution": "a lead without one counts as unspecified: write attribution:unspecified",
    }
)
_ALWAYS_THERE = frozenset({"title", "name", "path", "score", "confidence", "grade", "code"})
_UNWRITTEN = frozenset({"word", "number", "day", "code"})


@dataclass(frozen=True, slots=True)
class Value:
    """One value as written behind a field: `form` is plain, exact (`=…`), pattern (`/…/`) or missing."""

    form: str
    text: str
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class Sort:
    """A key of SORT_KEYS to sort by, and whether the largest or latest comes first."""

    key: str
    falls: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """What a query is read against: the names the rules know, the desk's day and its time zone."""

    registry: Registry
    day: date
    zone: tzinfo


def _names() -> Mapping[str, str]:
    """Folded name → field, or sort or limit."""
    named = {vocabulary.folded(word): field for field, words in ORDERS.items() for word in (field, *words)}
    for field, (_, words) in FIELDS.items():
        named |= {vocabulary.folded(word): field for word in (field, *words, *vocabulary.FIELDS.get(field, ()))}
    return MappingProxyType(named)


_NAMES = _names()


def field_named(word: str) -> str:
    """The field of that English or Chinese name, or `sort` or `limit`. Raises UsageError with the nearest name."""
    field = _NAMES.get(vocabulary.folded(word))
    if field:
        return field
    near = vocabulary.nearest(word, _NAMES)
    if near:
        hint = f"did you mean {_NAMES[near]}?"
    else:
        hint = f"the fields are {', '.join(FIELDS)}; to look for a text with a colon, put it in quotes"
    raise UsageError(f"a query has no field '{word}'", hint)


def is_field(word: str) -> bool:
    """Whether a field has that name."""
    return vocabulary.folded(word) in _NAMES


def leaf(field: str, value: Value, desk: Desk) -> Leaf:
    """What the value asks of the field, which is one of FIELDS or ANYWHERE.

    Raises UsageError, without its place in the query, when it means nothing.
    """
    if field == ANYWHERE:
        return _words(field, value)
    kind = FIELDS[field][0]
    if value.form == "missing":
        return _missing(field)
    if value.form == "exact":
        return Exact(field, _written(field, kind, value.text, "="))
    if value.form == "pattern":
        pattern.compiled(_written(field, kind, value.text, "/…/"))
        return Matches(field, value.text)
    if kind == "words":
        return _words(field, value)
    if value.is_prefix:
        hint = "a part of it is enough" if kind in ("company", "source", "part") else ""
        raise UsageError(f"a value of {field} cannot end in *", hint or f'to look for the sign, write {field}:"…*"')
    return _READ[kind](field, value.text, desk)


def _words(field: str, value: Value) -> Words:
    folded = _some(value.text)
    if not fulltext.tokens(folded):
        raise UsageError(
            "there is nothing to look for", "a letter, a digit or one of + # $ % & @; other signs do not count"
        )
    return Words(field, folded, value.is_prefix and fulltext.ends_in_a_word(folded))


def _missing(field: str) -> Missing:
    if field in _NEVER_MISSING:
        raise UsageError(f"{field} is never missing", _NEVER_MISSING[field])
    if field in _ALWAYS_THERE:
        raise UsageError(f"{field} is never missing", f"write a value behind {field}:")
    return Missing(field)


def _written(field: str, kind: str, given: str, sign: str) -> str:
    if kind in _UNWRITTEN:
        raise UsageError(f"{field} is not a text, so {sign} says nothing about it", f"write {field}: and a value")
    if not given:
        raise UsageError(f"nothing stands behind {field}:{sign[0]}", f"{field}: alone finds leads without one")
    return given


def _word(field: str, given: str, _desk: Desk) -> Leaf:
    lookup, known = _KNOWN[field]
    found = lookup(given) if vocabulary.folded(given) else None
    if found:
        return OneOf(field, (found,))
    near = vocabulary.nearest(given, [word for key, synonyms in known.items() for word in (key, *synonyms)])
    hint = f"did you mean {lookup(near)}?" if near else f"one of {', '.join(known)}"
    raise UsageError(f"'{given}' is not {'an' if field == 'attribution' else 'a'} {field}", hint)


def _company(field: str, given: str, desk: Desk) -> Leaf:
    name = _named(given)
    known = desk.registry.company(name)
    return OneOf(field, (known.id,)) if known else Part(field, name)


def _source(_field: str, given: str, desk: Desk) -> Leaf:
    name = _named(given)
    known = desk.registry.source_named(name)
    return FromSource(name, known.owner if known else "")


def _named(given: str) -> str:
    """A name that has something to compare: names are compared without spaces and punctuation."""
    name = text.folded(given)
    if not vocabulary.folded(name):
        raise UsageError(f"'{given}' has no letter to look for")
    return name


def _part(field: str, given: str, _desk: Desk) -> Leaf:
    return Part(field, _some(given))


def _label(field: str, given: str, _desk: Desk) -> Leaf:
    return OneOf(field, (_some(given),))


def _language(field: str, given: str, _desk: Desk) -> Leaf:
    return OneOf(field, (language(_some(given)),))


def _some(given: str) -> str:
    folded = text.folded(given)
    if not folded:
        raise UsageError("there is nothing to look for")
    return folded


def _domain(field: str, given: str, _desk: Desk) -> Leaf:
    domain = text.folded(links.host(given) or given).removeprefix("www.")
    if not _DOMAIN.fullmatch(domain):
        raise UsageError(f"'{given}' is not a domain", "write example.com, or .cn for every domain that ends so")
    if "." not in domain:
        raise UsageError(
            f"'{given}' is not a domain", f"write {domain}.com, or .{domain} for every domain that ends so"
        )
    return OneOf(field, (domain.lstrip(".") if domain.count(".") > 1 else domain,))


def _code(field: str, given: str, _desk: Desk) -> Leaf:
    code = text.folded(given).upper()
    if not _CODE.fullmatch(code):
        raise UsageError(f"'{given}' is not a code", "a letter from A to F, a digit from 1 to 6, or both, such as B2")
    return OneOf(field, (code,))


def _number(field: str, given: str, _desk: Desk) -> Leaf:
    return Range(field, *days.numbers(given, field))


def _day(field: str, given: str, desk: Desk) -> Leaf:
    return Days(field, *days.days(given, desk.day, desk.zone))


_READ: Mapping[str, Callable[[str, str, Desk], Leaf]] = MappingProxyType(
    {
        "company": _company, "source": _source, "word": _word, "part": _part, "label": _label, "language": _language,
        "domain": _domain, "code": _code, "number": _number, "day": _day,
    }
)  # fmt: skip


def sort(given: str) -> Sort:
    """The key and the direction of `score-`, `title+` or `time`. Numbers and times fall unless + stands behind them."""
    folded = text.folded(given)
    name = folded.rstrip("+-")
    key = _NAMES.get(vocabulary.folded(name), "")
    if key not in SORT_KEYS or len(folded) - len(name) > 1:
        near = vocabulary.nearest(name, SORT_KEYS)
        hint = f"did you mean {near}?" if near else f"the keys are {', '.join(SORT_KEYS)}, with + or - behind them"
        raise UsageError(f"leads cannot be sorted by '{given}'", hint)
    return Sort(key, folded.endswith("-") or (key in _FALLING and not folded.endswith("+")))


def limit(given: str) -> int:
    """The number of leads asked for, at least 1."""
    folded = text.folded(given)
    if not _LIMIT.fullmatch(folded) or not 1 <= int(folded) <= _HIGHEST_LIMIT:
        raise UsageError(f"'{given}' is not a number of leads", f"a whole number from 1 to {_HIGHEST_LIMIT:,}")
    return int(folded)
