"""The lexicon: the words and phrases a text rule looks for, in English and Chinese.

English terms are a small, safe part of the regular expression language: a term from a stranger's base can be wrong,
but it cannot run for ever. Allowed are letters, digits, spaces, hyphens, apostrophes, `\\.`, character classes,
`(a|b)` groups, `?` after any of these, at most two `\\w*`-like repeats of a single character, each of which stands for
40 characters at most, and `(?!…)`.
Chinese terms are plain texts of two characters or more, literal terms plain texts of any script.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from leadbase.core import text

# These three are compiled when they are first needed, by re's own cache: a packed lexicon needs none of them.
_PIECE = (
    r"(?P<open>\((?:\?:|\?!)?)|(?P<close>\))|(?P<bar>\|)|(?P<quantifier>[?*+]|\{\d+(?:,\d+)?\})"
    r"|(?P<atom>\\[wsd.+-]|\[(?:[^\]\\\[()|]|\\[sd.-])+\]|[A-Za-z0-9 '’.&/,%-]|[^\x00-\x7f])"
)
_PLAIN = r"(?:[a-z0-9 '’&/,%-](?![?*{]))"
# What a term without an alternative at the top begins with: plain text and a group of plain alternatives.
_BEGINNING = (
    rf"(?!.*\|(?![^(]*\)))(?P<repeat>\\[wd]\+)?(?P<before>{_PLAIN}*)"
    rf"(?:\((?:\?:)?(?P<group>{_PLAIN}+(?:\|{_PLAIN}+)*)\)(?![?*+{{])(?P<after>{_PLAIN}*))?"
)
_PLAIN_TEXT = r"[a-z0-9 '’&/,%-]+"
_WORD = re.compile(r"[a-z0-9_]+")
_WORD_BEGINNINGS = re.compile(r"([a-z0-9_]{1,3})[a-z0-9_]*")
_WORD_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
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


class _Term(NamedTuple):
    """A term as it is looked for: `signs` are plain texts of which one stands wherever the term matches.

    Unless the term `is_open`, the match begins there. `is_whole` says that the sign is all there is to the term.
    `rank` orders the terms of a category: of two that match the same characters the first is kept, and terms that do
    not begin with two plain characters come before all others.
    """

    category: str
    rank: tuple[bool, int]
    signs: tuple[str, ...]
    written: str
    is_english: bool
    is_whole: bool
    is_open: bool


_Signs = tuple[tuple[str, _Term], ...]
"""A sign and its term, for each of some terms."""


class _Index(NamedTuple):
    """The signs of all terms by what must stand in a passage before any of them can; most have little of it."""

    by_word: Mapping[str, _Signs]
    """The first three characters of a word, or the whole of a shorter one → the signs that begin with it."""
    by_character: Mapping[str, _Signs]
    """A character outside ASCII → the signs of plain terms of which it is the first such."""
    anywhere: _Signs
    words: frozenset[str]
    characters: frozenset[str]


@dataclass(frozen=True)
class Lexicon:
    """Category → its terms, as lists under `en`, `zh` and `literal`; `type` holds one such table per lead type."""

    terms: Mapping[str, Any]
    packed: "PackedIndex | None" = field(default=None, compare=False, repr=False)
    """What `pack` gave for these very terms, if it is at hand: it spares finding out how each term can be found."""

    @cached_property
    def _cues(self) -> "_Index":
        if self.packed:
            return _unpacked(self.packed)
        return _index({name: lists for name, lists in self.terms.items() if name not in ("type", "schema")})

    @cached_property
    def _types(self) -> "_Index":
        return _index(self.terms.get("type", {}))

    def pack(self) -> "PackedIndex":
        """How each term that scoring looks for can be found, in plain values."""
        numbers: dict[_Term, int] = {}

        def numbered(signs: _Signs) -> _Numbered:
            return tuple([(sign, numbers.setdefault(term, len(numbers))) for sign, term in signs])

        by_word = {word: numbered(signs) for word, signs in self._cues.by_word.items()}
        by_character = {character: numbered(signs) for character, signs in self._cues.by_character.items()}
        anywhere = numbered(self._cues.anywhere)
        return tuple([tuple(term) for term in numbers]), by_word, by_character, anywhere

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


_Numbered = tuple[tuple[str, int], ...]
PackedIndex = tuple[tuple[tuple[Any, ...], ...], dict[str, _Numbered], dict[str, _Numbered], _Numbered]
"""The terms, and their signs with the terms' numbers: by word, by character, anywhere."""


def _unpacked(packed: PackedIndex) -> _Index:
    rows, words, characters, loose = packed
    terms = [_Term._make(row) for row in rows]

    def named(signs: _Numbered) -> _Signs:
        return tuple([(sign, terms[number]) for sign, number in signs])

    by_word = {word: named(signs) for word, signs in words.items()}
    by_character = {character: named(signs) for character, signs in characters.items()}
    return _Index(by_word, by_character, named(loose), frozenset(words), frozenset(characters))


def _index(categories: Mapping[str, Mapping[str, Any]]) -> _Index:
    by_word: dict[str, list[tuple[str, _Term]]] = {}
    by_character: dict[str, list[tuple[str, _Term]]] = {}
    anywhere: list[tuple[str, _Term]] = []
    for category, lists in categories.items():
        english = lists.get("en", [])
        for number, written in enumerate(english):
            term = _english(category, number, written.lower())
            for sign in term.signs:
                word = _first_word(sign, term)
                (by_word.setdefault(word, []) if word else anywhere).append((sign, term))
        for number, written in enumerate([*lists.get("zh", []), *lists.get("literal", [])], len(english)):
            plain = text.folded(written)
            term = _Term(category, (len(plain) > 1, number), (plain,), plain, False, plain != "", plain == "")
            foreign = _BEYOND_ASCII.search(plain)
            (by_character.setdefault(foreign[0], []) if foreign else anywhere).append((plain, term))
    return _Index(_tuples(by_word), _tuples(by_character), tuple(anywhere), frozenset(by_word), frozenset(by_character))


def _tuples(lists: Mapping[str, list[tuple[str, _Term]]]) -> Mapping[str, _Signs]:
    return {key: tuple(signs) for key, signs in lists.items()}


def _english(category: str, number: int, written: str) -> _Term:
    plain = re.match(_PLAIN_TEXT, written)
    if plain and plain[0] == written:
        return _Term(category, (len(written) > 1, number), (written,), written, True, True, False)
    begin = re.match(_BEGINNING, written)
    if begin is None:
        return _Term(category, (False, number), ("",), written, True, False, True)
    before, group, after = begin["before"], begin["group"], begin["after"] or ""
    signs = tuple([f"{before}{each}{after}" for each in group.split("|")]) if group else (before,)
    is_closed = not begin["repeat"] and signs != ("",)
    return _Term(category, (is_closed and len(before) > 1, number), signs, written, True, False, not is_closed)


def _first_word(sign: str, term: _Term) -> str:
    """The first three characters of the word that a match begins with, or "" when there is no telling, as of `an?`."""
    word = _WORD.match(sign)
    if word is None or term.is_open:
        return ""
    is_complete = term.is_whole or len(word[0]) < len(sign)
    return word[0][:3] if is_complete or len(word[0]) >= 3 else ""


def _found(index: _Index, passage: str) -> Mapping[str, tuple[Found, ...]]:
    matches: dict[str, list[_Match]] = {}
    for term in _signed(index, passage):
        for start, end in _places(term, passage):
            matches.setdefault(term.category, []).append((start, -end, term.rank, term))
    return {category: _apart(found, passage) for category, found in matches.items()}


_Match = tuple[int, int, tuple[bool, int], _Term]
"""Start, minus the end, the term's rank and the term: their order is the order of precedence."""


def _signed(index: _Index, passage: str) -> Iterable[_Term]:
    """The terms of which a sign stands in the passage."""
    words = index.words.intersection(_WORD_BEGINNINGS.findall(passage))
    characters = () if passage.isascii() else index.characters.intersection(passage)
    likely = [index.anywhere, *[index.by_word[word] for word in words]]
    likely += [index.by_character[character] for character in characters]
    return dict.fromkeys([term for signs in likely for sign, term in signs if sign in passage])


def _places(term: _Term, passage: str) -> Iterator[tuple[int, int]]:
    """Where the term stands, from the first place on, and none within another.

    A regular expression is only tried where a sign stands, and a plain text needs none: most never get compiled.
    """
    if term.is_open:
        yield from (match.span() for match in _expression(term).finditer(passage))
        return
    last = 0
    for start in sorted([place for sign in term.signs for place in _beginnings(sign, term, passage)]):
        if start >= last and (end := _end(term, passage, start)):
            yield start, end
            last = end


def _beginnings(sign: str, term: _Term, passage: str) -> Iterator[int]:
    start = passage.find(sign)
    while start >= 0:
        if start == 0 or not term.is_english or passage[start - 1] not in _WORD_CHARACTERS:
            yield start
        start = passage.find(sign, start + 1)


def _end(term: _Term, passage: str, start: int) -> int:
    """Where the term that begins there ends, or 0 when it does not stand there."""
    if not term.is_whole:
        match = _expression(term).match(passage, start)
        return match.end() if match else 0
    end = start + len(term.signs[0])
    return 0 if term.is_english and passage[end : end + 1] in _WORD_CHARACTERS else end


def _expression(term: _Term) -> re.Pattern[str]:
    return _compiled(_pattern(term.written, is_english=term.is_english))


def _apart(matches: list[_Match], passage: str) -> tuple[Found, ...]:
    """The matches in order, without those that overlap an earlier or, where they begin together, a longer one."""
    matches.sort()
    kept: list[Found] = []
    last = 0
    for start, minus_end, _, term in matches:
        if start >= last or not kept:
            last = -minus_end
            kept.append(Found(passage[start:last], start, last, _pattern(term.written, is_english=term.is_english)))
    return tuple(kept)


@lru_cache(maxsize=2048)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@lru_cache(maxsize=2048)
def _pattern(written: str, *, is_english: bool) -> str:
    """A term as a regular expression, an English one between word boundaries, which are ASCII: 达到SOTA水平 has it."""
    if not is_english:
        return re.escape(written)
    return rf"(?<![a-z0-9_])(?:{re.sub(_PIECE, _as_pattern, written)})(?![a-z0-9_])"


def _as_pattern(piece: re.Match[str]) -> str:
    if piece.lastgroup == "quantifier":
        return _BOUNDED.get(piece[0], piece[0])
    return {"(": "(?:", r"\w": "[a-z0-9_]"}.get(piece[0], piece[0])


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
    piece, position, depth, repeats, previous = re.compile(_PIECE), 0, 0, 0, ""
    if wrong := _too_long(term) or _too_many_ways(term):
        return wrong
    while position < len(term):
        match = piece.match(term, position)
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
        pattern = re.compile(_pattern(term.lower(), is_english=True))
    except (re.error, OverflowError) as error:
        return f"is not a regular expression: {error}"
    return "matches the empty text" if pattern.search("") or pattern.fullmatch("") else ""
