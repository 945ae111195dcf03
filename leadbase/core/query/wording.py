"""A query said again: in its own language, in one canonical form, and in words for the person who asked."""

import re
from collections.abc import Iterator, Sequence

from leadbase.core.query.terms import Sort
from leadbase.core.query.tree import (
    ANYWHERE,
    EVERYTHING,
    And,
    Days,
    Exact,
    FromSource,
    Leaf,
    Matches,
    Missing,
    Not,
    OneOf,
    Or,
    Part,
    Range,
    Tree,
    Words,
)
from leadbase.core.query.values import Registry

_BARE_WORD = re.compile(r"\w[\w.+#&%-]*")
_BARE_VALUE = re.compile(r"[\w.][\w.+#&%/:-]*")


def query_text(tree: Tree, sort: Sequence[Sort], limit: int | None) -> str:
    """The query in its language; read again on the same day with the same rules it gives the same tree."""
    keys = ",".join(f"{each.key}{'-' if each.falls else '+'}" for each in sort)
    said = [tree_text(tree), f"sort:{keys}" if keys else "", f"limit:{limit}" if limit is not None else ""]
    return " ".join(each for each in said if each)


def tree_text(tree: Tree) -> str:
    """The conditions of a query in its language; "" for everything."""
    match tree:
        case And(parts):
            return " ".join(f"({tree_text(each)})" if _has_bars(each) else tree_text(each) for each in parts)
        case Or(parts):
            return " | ".join(_runs(parts))
        case Not(part):
            return f"-({tree_text(part)})" if isinstance(part, And) or _has_bars(part) else f"-{tree_text(part)}"
        case Words(field, text, is_prefix) if field == ANYWHERE:
            return _quoted_unless(_BARE_WORD, text) + "*" * is_prefix
        case _:
            return f"{tree.field}:{_value(tree)}"


def _has_bars(tree: Tree) -> bool:
    """Whether the text of the tree has a bar outside all brackets; alternatives of one field are a list instead."""
    fields = {_listed_field(each) for each in tree.parts} if isinstance(tree, Or) else set()
    return len(fields) > 1 or "" in fields


def _listed_field(part: Tree) -> str:
    """The field whose list the part can stand in, or ""."""
    return "" if isinstance(part, And | Or | Not) or part.field == ANYWHERE else part.field


def _runs(parts: Sequence[Tree]) -> list[str]:
    """The texts of alternatives, neighbours of one field joined to a list: `company:a,b`."""
    texts: list[str] = []
    before = ""
    for part in parts:
        field = _listed_field(part)
        if field and field == before:
            texts[-1] += f",{tree_text(part).partition(':')[2]}"
        else:
            texts.append(tree_text(part))
        before = field
    return texts


def _value(leaf: Leaf) -> str:  # noqa: PLR0911 - one answer per kind of leaf
    match leaf:
        case OneOf(_, values):
            return ",".join(_quoted_unless(_BARE_VALUE, each) for each in values)
        case Part(_, word) | FromSource(word, _):
            return _quoted_unless(_BARE_VALUE, word)
        case Range(_, low, high) | Days(_, low, high):
            return str(low) if low == high else f"{'' if low is None else low}..{'' if high is None else high}"
        case Missing():
            return '""'
        case Exact(_, text):
            return f"={_quoted(text)}"
        case Matches(_, pattern):
            return "/" + pattern.replace("/", "\\/") + "/"
        case Words(_, text, is_prefix):
            return _quoted_unless(_BARE_VALUE, text) + "*" * is_prefix


def _quoted_unless(bare: re.Pattern[str], text: str) -> str:
    return text if bare.fullmatch(text) else _quoted(text)


def _quoted(text: str) -> str:
    return '"' + re.sub(r'([\\"＂])', r"\\\1", text) + '"'


def explanation(tree: Tree, sort: Sequence[Sort], limit: int | None, registry: Registry) -> str:
    """How the query was understood, in lines for a person."""
    lines = ["every lead"] if tree == EVERYTHING else list(_lines(tree, registry))
    if sort:
        lines.append("sorted by " + ", then by ".join(f"{each.key}, {_direction(each)}" for each in sort))
    if limit is not None:
        lines.append("only the first" + (f" {limit}" if limit > 1 else ""))
    return "\n".join(lines)


def _direction(sort: Sort) -> str:
    if sort.key == "time":
        return "latest first" if sort.falls else "oldest first"
    if sort.key in ("score", "confidence"):
        return "highest first" if sort.falls else "lowest first"
    return "from Z to A" if sort.falls else "from A to Z"


def _lines(tree: Tree, registry: Registry) -> Iterator[str]:
    match tree:
        case And(parts):
            yield from _group("all of these:", parts, registry)
        case Or(parts):
            yield from _group("at least one of these:", parts, registry)
        case Not(And(parts)):
            yield from _group("not all of these:", parts, registry)
        case Not(Or(parts)):
            yield from _group("none of these:", parts, registry)
        case Not(Missing(field)):
            yield f"there is a {field}" if not field.endswith("s") else f"there are {field}"
        case Not(part):
            yield from (f"not: {line}" for line in _lines(part, registry))
        case _:
            yield _sentence(tree, registry)


def _group(title: str, parts: Sequence[Tree], registry: Registry) -> Iterator[str]:
    yield title
    for part in parts:
        yield from (f"  {line}" for line in _lines(part, registry))


def _sentence(leaf: Leaf, registry: Registry) -> str:  # noqa: PLR0911 - one answer per kind of leaf
    match leaf:
        case OneOf(field, values):
            return f"{field} is {' or '.join(_shown(field, each, registry) for each in values)}"
        case Part("company", word):
            return f"company has “{word}” in its name (no company of that name is registered)"
        case Part(field, word):
            return f"{field} has “{word}” in it"
        case FromSource(word, owner):
            return _source_sentence(word, owner, registry)
        case Range(field, low, high):
            return _range_sentence(field, low, high, "or more", "or less")
        case Days(field, first, last):
            return _range_sentence(field, first, last, "or later", "or earlier")
        case Missing(field):
            return f"there is no {field}"
        case Exact(field, text):
            return f"{field} is exactly “{text}”"
        case Matches(field, pattern):
            return f"{field} matches the pattern /{pattern}/"
        case Words(field, text, is_prefix):
            where = "title, company or text" if field == ANYWHERE else field
            return f"{where} has {'a word that begins with ' if is_prefix else ''}“{text}”"


def _shown(field: str, value: str, registry: Registry) -> str:
    known = registry.company(value) if field == "company" else None
    return known.name if known else value


def _source_sentence(word: str, owner: str, registry: Registry) -> str:
    known = registry.source_named(word) if owner else None
    if known is None:
        return f"source has “{word}” in its name or domain (no source of that name is registered)"
    return f"source is {known.name} or another of the same owner, or has “{word}” in its name or domain"


def _range_sentence(field: str, low: object, high: object, up: str, down: str) -> str:
    if low == high:
        return f"{field} is {low}"
    if low is None or high is None:
        return f"{field} is {low} {up}" if high is None else f"{field} is {high} {down}"
    return f"{field} is from {low} to {high}"
