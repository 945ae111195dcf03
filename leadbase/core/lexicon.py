"""The lexicon: the words and phrases a text rule looks for, in English and Chinese.

English terms are a small, safe part of the regular expression language: a term from a stranger's base can be wrong,
but it cannot run for ever. Allowed are letters, digits, spaces, hyphens, apostrophes, `\\.`, character classes,
`(a|b)` groups, `?` after any of these, at most two `\\w*`-like repeats of a single character, each of which stands for
40 characters at most, and `(?!…)`.
Chinese terms are plain texts of two characters or more, literal terms plain texts of any script.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from leadbase.core import text

_TOKEN = re.compile(
    r"(?P<open>\((?:\?:|\?!)?)|(?P<close>\))|(?P<bar>\|)|(?P<quantifier>[?*+]|\{\d+(?:,\d+)?\})"
    r"|(?P<atom>\\[wsd.+-]|\[(?:[^\]\\\[()|]|\\[sd.-])+\]|[A-Za-z0-9 '’.&/,%-]|[^\x00-\x7f])"
)
# The plain text a term begins with; its last character may be optional, and an alternative at the top has none.
_SIGN = re.compile(r"(?!.*\|(?![^(]*\)))[a-z0-9 '’&/,%-]+(?![?*{])")
_MAX_REPEATS = 2
_MAX_REPEATED = 40
_BOUNDED = {"*": f"{{0,{_MAX_REPEATED}}}", "+": f"{{1,{_MAX_REPEATED}}}"}
_MAX_TERMS = 2000
_MAX_FORKS = 6
_MAX_FORKS_AHEAD = 12
_MAX_DEPTH = 2
_MAX_TERM = 200


@dataclass(frozen=True, slots=True)
class Found:
    """One place where a term stands: characters `start` to `end` of the passage; `pattern` tells terms apart."""

    term: str
    start: int
    end: int
    pattern: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class _Term:
    """A term: `sign` is a plain text that stands wherever the term can match, and is quick to look for."""

    sign: str
    pattern: str


@dataclass(frozen=True)
class Lexicon:
    """Category → its terms, as lists under `en`, `zh` and `literal`; `type` holds one such table per lead type."""

    terms: Mapping[str, Any]

    @cached_property
    def _cues(self) -> "_Index":
        return _index({name: lists for name, lists in self.terms.items() if name not in ("type", "schema")})

    @cached_property
    def _types(self) -> "_Index":
        return _index(self.terms.get("type", {}))

    def find(self, passage: str) -> Mapping[str, tuple[Found, ...]]:
        """Category → every place where a term of it stands in the normalised passage, in order; of two that overlap
        the first one, and of two that begin together the longer one. A category without any is left out."""
        return _found(self._cues, passage)

    def types(self, passage: str) -> Iterator[tuple[str, Found]]:
        """The lead types whose cue words stand in the passage, in the lexicon's order of priority."""
        found = _found(self._types, passage)
        for key in self.terms.get("type", {}):
            if key in found:
                yield key, found[key][0]

    def shared_terms(self) -> Iterator[tuple[str, str, str]]:
        """Terms that stand in two categories: the term, the first category, the second."""
        seen: dict[str, str] = {}
        for category, lists in self.terms.items():
            if category in ("type", "schema"):
                continue
            for term in (each for name in ("en", "zh", "literal") for each in lists.get(name, [])):
                first = seen.setdefault(term, category)
                if first != category:
                    yield term, first, category


_Index = Mapping[str, tuple[tuple[str, _Term], ...]]
"""The first two characters of a sign → the categories and terms that begin with them; "" for terms without a sign."""


def _index(categories: Mapping[str, Mapping[str, Any]]) -> _Index:
    index: dict[str, list[tuple[str, _Term]]] = {}
    for category, lists in categories.items():
        for term in _terms(lists):
            index.setdefault(term.sign[:2] if len(term.sign) > 1 else "", []).append((category, term))
    return {key: tuple(entries) for key, entries in index.items()}


def _found(index: _Index, passage: str) -> Mapping[str, tuple[Found, ...]]:
    """Only the terms whose first two characters are in the passage are looked for, and most are not."""
    pairs = {passage[place : place + 2] for place in range(len(passage) - 1)}
    matches: dict[str, list[Found]] = {}
    for pair in ("", *(index.keys() & pairs)):
        for category, term in index.get(pair, ()):
            if term.sign in passage:
                for match in _compiled(term.pattern).finditer(passage):
                    matches.setdefault(category, []).append(
                        Found(match.group(), match.start(), match.end(), term.pattern)
                    )
    return {category: _apart(found) for category, found in matches.items()}


def _apart(matches: list[Found]) -> tuple[Found, ...]:
    """The matches in order, without those that overlap an earlier or, where they begin together, a longer one."""
    matches.sort(key=lambda found: (found.start, -found.end))
    kept = [matches[0]]
    kept.extend(found for found in matches[1:] if found.start >= kept[-1].end)
    return tuple(kept)


@lru_cache(maxsize=2048)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _terms(lists: Mapping[str, Any]) -> tuple[_Term, ...]:
    plain = [text.folded(term) for name in ("zh", "literal") for term in lists.get(name, [])]
    return (*(_english(term) for term in lists.get("en", [])), *(_Term(term, re.escape(term)) for term in plain))


def _english(term: str) -> _Term:
    """A term between word boundaries, which are ASCII: 达到SOTA水平 has the word SOTA."""
    lowered = term.lower()
    pattern = _TOKEN.sub(_as_pattern, lowered)
    sign = _SIGN.match(lowered)
    return _Term(sign[0] if sign else "", rf"(?<![a-z0-9_])(?:{pattern})(?![a-z0-9_])")


def _as_pattern(token: re.Match[str]) -> str:
    if token.lastgroup == "quantifier":
        return _BOUNDED.get(token[0], token[0])
    return {"(": "(?:", r"\w": "[a-z0-9_]"}.get(token[0], token[0])


def lexicon_mistakes(desk: Mapping[str, Any], shipped: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every mistake of a desk's lexicon tables: the key, and what is wrong there."""
    for category, lists in desk.items():
        if category == "schema":
            if lists != 1:
                yield "schema", f"must be 1, not {lists!r}"
        elif category not in shipped:
            yield category, f"is not a category; there are {', '.join(sorted(shipped))}"
        elif not isinstance(lists, Mapping):
            yield category, "must be a table with the lists en and zh"
        elif category == "type":
            for key, inner in lists.items():
                if key not in shipped["type"]:
                    yield f"type.{key}", "is not a lead type with cue words"
                elif not isinstance(inner, Mapping):
                    yield f"type.{key}", "must be a table with the lists en and zh"
                else:
                    yield from _list_mistakes(f"type.{key}", inner)
        else:
            yield from _list_mistakes(category, lists)


def _list_mistakes(where: str, lists: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, terms in lists.items():
        if name not in ("en", "zh", "literal"):
            yield f"{where}.{name}", "is not a list of terms; there are en, zh and literal"
        elif not isinstance(terms, list) or not all(isinstance(term, str) for term in terms):
            yield f"{where}.{name}", "must be a list of texts"
        elif len(terms) > _MAX_TERMS:
            yield f"{where}.{name}", f"has {len(terms)} terms; {_MAX_TERMS} are allowed"
        else:
            for term in terms:
                wrong = wrong_term(term) if name == "en" else _wrong_literal(term)
                if wrong:
                    yield f"{where}.{name}", f"the term {term!r} {wrong}"


def _wrong_literal(term: str) -> str:
    return "" if len(text.folded(term)) >= 2 else "is too short: two characters or more"


def wrong_term(term: str) -> str:
    """What is wrong with an English term, or "" when it is in the safe language of this module's docstring."""
    position, depth, repeats, previous = 0, 0, 0, ""
    if wrong := _too_long(term) or _too_many_ways(term):
        return wrong
    while position < len(term):
        match = _TOKEN.match(term, position)
        if match is None:
            return f"has {term[position]!r}, which a term cannot have"
        kind = match.lastgroup or ""
        if kind == "quantifier":
            if wrong := _wrong_quantifier(match.group(), previous):
                return wrong
            repeats += match.group() != "?"
        depth += (kind == "open") - (kind == "close")
        if not 0 <= depth <= _MAX_DEPTH:
            return "has groups that do not close or are too deep"
        previous, position = kind, match.end()
    if depth or repeats > _MAX_REPEATS:
        return "has an open group" if depth else f"repeats more than {_MAX_REPEATS} times"
    return _does_not_compile(term)


def _too_long(term: str) -> str:
    return "" if term.strip() and len(term) <= _MAX_TERM else f"must have 1 to {_MAX_TERM} characters"


def _too_many_ways(term: str) -> str:
    """Each optional part and each group is a fork in the search, and forks multiply."""
    ahead = sum(part.count("?") for part in re.findall(r"\(\?!(?:[^()]|\([^()]*\))*\)", term))
    rest = re.sub(r"\(\?!(?:[^()]|\([^()]*\))*\)", "", term)
    forks = rest.count("?") + rest.count("(") - rest.count("(?:")
    if ahead > _MAX_FORKS_AHEAD or forks > _MAX_FORKS:
        return f"has too many optional parts and groups; {_MAX_FORKS} are allowed, beside those of a (?!…)"
    return ""


def _wrong_quantifier(quantifier: str, previous: str) -> str:
    if previous not in ("atom", "close") or (previous == "close" and quantifier != "?"):
        return f"may not repeat what stands before {quantifier!r}"
    if any(int(number) > _MAX_REPEATED for number in re.findall(r"\d+", quantifier)):
        return f"may repeat a character {_MAX_REPEATED} times at most"
    return ""


def _does_not_compile(term: str) -> str:
    try:
        pattern = re.compile(_english(term).pattern)
    except (re.error, OverflowError) as error:
        return f"is not a regular expression: {error}"
    return "matches the empty text" if pattern.search("") or pattern.fullmatch("") else ""
