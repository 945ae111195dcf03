"""Reads the query language: text in, checked tree out.

    query        = alternative { "|" alternative }
    alternative  = { term }                                     all of them must hold
    term         = { "-" } ( "(" query ")" | "@" name | words | field ":" [ value { "," value } ] )
    words        = word [ "*" ] | quoted [ "*" ]
    value        = words | "=" ( quoted | word ) | "/" pattern "/"
    quoted       = "…" or “…” or 「…」, a backslash before a quote in it

`sort:` and `limit:` are no conditions and stand outside all brackets. A query has at most 4,000 characters, 50 levels
and 1,000 terms, those of its saved queries included: a stranger's base can hold any saved query.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn, TypeVar

from leadbase.core import vocabulary
from leadbase.core.query import terms
from leadbase.core.query.scan import BAR, CLOSE, COLON, COMMA, MINUS, OPEN, SAVED, Scanner
from leadbase.core.query.terms import ORDERS, Desk, Sort, Value
from leadbase.core.query.tree import ANYWHERE, EVERYTHING, Tree, all_of, any_of, opposite
from leadbase.errors import UsageError

MAX_CHARACTERS = 4_000
MAX_DEPTH = 50
MAX_TERMS = 1_000

_FOREIGN = {"OR": "for either, write a | b", "AND": "terms side by side must all hold", "NOT": "write -term"}
_COMPARED = re.compile(r"([\w-]+)(?:[<>]=?|=|≥|≤)[\w.-]*")
_Said = TypeVar("_Said", tuple[Sort, ...], int)


@dataclass(slots=True)
class _Budget:
    """How many terms a query and its saved queries may still have."""

    left: int = MAX_TERMS


@dataclass(frozen=True, slots=True)
class Context:
    """What surrounds a text that is read: the desk, the saved queries, and how the text was reached."""

    desk: Desk
    saved: Mapping[str, str]
    chain: tuple[str, ...] = ()
    depth: int = 0
    budget: _Budget = field(default_factory=_Budget)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A query taken apart: its conditions, and the order it asks for: () and None when it does not say."""

    tree: Tree
    sort: tuple[Sort, ...] = ()
    limit: int | None = None


def parsed(text: str, context: Context) -> Parsed:
    """The query in a text. Raises UsageError with the place of the mistake and the nearest suggestion."""
    within = f"in {_chained(context.chain)}: " if context.chain else ""
    if len(text) > MAX_CHARACTERS:
        message = f"{within}a query has {MAX_CHARACTERS:,} characters at most, not {len(text):,}"
        raise UsageError(message, "save parts of it and write @name for them")
    return _Parser(text, context, within).whole()


def _chained(names: Sequence[str]) -> str:
    return " → ".join(f"@{name}" for name in names)


class _Parser(Scanner):
    """Descends through one text; a method per rule of the grammar."""

    def __init__(self, text: str, context: Context, within: str) -> None:
        super().__init__(text, within)
        self.context = context
        self.sort: tuple[Sort, ...] | None = None
        self.limit: int | None = None
        self.saved_sorts: list[tuple[int, tuple[Sort, ...]]] = []
        self.saved_limits: list[tuple[int, int]] = []

    def whole(self) -> Parsed:
        tree = self.alternatives(0)
        if self.peek():
            self.fail("this ) closes nothing", self.at)
        sort, limit = self.said("sort", self.sort, self.saved_sorts), self.said("limit", self.limit, self.saved_limits)
        return Parsed(tree, sort or (), limit)

    def alternatives(self, level: int) -> Tree:
        """What stands between brackets, or at level 0 the whole text."""
        found = [self.together(level)]
        while self.next_is(BAR):
            bar = self.at
            self.at += 1
            found.append(self.together(level))
            if EVERYTHING in found:
                self.fail("there is no condition on one side of this |", bar)
        return any_of(found)

    def together(self, level: int) -> Tree:
        parts: list[Tree] = []
        self.skip_spaces()
        while self.peek() and not self.next_is(CLOSE + BAR):
            parts.append(self.term(level))
            self.skip_spaces()
        return all_of(parts)

    def term(self, level: int) -> Tree:
        start = self.at
        while self.takes(MINUS):
            pass
        minuses = self.at - start
        if minuses and self.is_after_term():
            self.fail("no term stands behind this -", start, "write -term, without a space")
        tree = self.positive(level, is_on_top=level == 0 and not minuses)
        return opposite(tree) if minuses % 2 else tree

    def positive(self, level: int, *, is_on_top: bool) -> Tree:
        """A term without its minus signs. `is_on_top`: in no brackets and behind no minus sign."""
        self.spend()
        if self.next_is(OPEN):
            return self.bracket(level)
        if self.next_is(SAVED):
            return self.saved_query(level, is_on_top=is_on_top)
        if self.next_is_quote():
            return self.checked(self.at, ANYWHERE, self.quoted_value())
        start = self.at
        word = self.until(COLON)
        if not self.next_is(COLON):
            self.end_term()
            return self.bare_word(word, start)
        name = self.field_named(word, start)
        self.at += 1
        if name in ORDERS:
            self.order(name, start, is_on_top=is_on_top)
            return EVERYTHING
        return self.field_term(name)

    def spend(self) -> None:
        self.context.budget.left -= 1
        if self.context.budget.left < 0:
            self.fail(f"the query has more than {MAX_TERMS:,} terms, those of saved queries included", self.at)

    def bracket(self, level: int) -> Tree:
        start = self.at
        self.deeper(level, start)
        self.at += 1
        tree = self.alternatives(level + 1)
        if not self.takes(CLOSE):
            self.fail("this ( is not closed", start)
        if tree == EVERYTHING:
            self.fail("there is nothing between these brackets", start)
        return tree

    def deeper(self, level: int, at: int) -> int:
        """The depth one level further down, unless that is too deep."""
        depth = self.context.depth + level + 1
        if depth > MAX_DEPTH:
            self.fail(f"the query is more than {MAX_DEPTH} levels deep", at)
        return depth

    def bare_word(self, word: str, start: int) -> Tree:
        """A word to look for, unless it looks like what another language would say."""
        compared = _COMPARED.fullmatch(word)
        if word in _FOREIGN:
            self.fail(f"{word} is not a word of the query language", start, f"{_FOREIGN[word]}, or put it in quotes")
        if compared and terms.is_field(compared[1]):
            hint = f"write {compared[1]}: with a value or a range, such as score:60..80 or score:70.."
            self.fail("fields are not compared with signs", start, hint)
        if len(word) > 2 and word[0] == word[-1] == "/":
            self.fail("a pattern needs a field", start, f"write title:{word}, or put it in quotes")
        return self.checked(start, ANYWHERE, self.starred(word, start))

    # ---------------------------------------------------------------------------------------------------------- fields

    def field_named(self, word: str, start: int) -> str:
        if not word:
            self.fail("no field stands before this colon", start, "put a text with a colon in quotes")
        try:
            return terms.field_named(word)
        except UsageError as error:
            self.fail(error.message, start, error.hint)

    def field_term(self, name: str) -> Tree:
        start = self.at
        if self.is_after_term():
            self.refuse_loose_value(name)
            return self.checked(start, name, Value("missing", ""))
        found = [self.checked(start, name, self.value())]
        while self.takes(COMMA):
            self.spend()
            start = self.at
            found.append(self.checked(start, name, self.value()))
        self.end_term()
        return any_of(found)

    def refuse_loose_value(self, name: str) -> None:
        """`company: openai` would ask for leads without a company that have the word openai. Nobody means that."""
        colon = self.at
        self.skip_spaces()
        start = self.at
        word = self.until(COLON)
        is_word = word and not self.next_is(COLON) and word[0] not in MINUS + SAVED
        if is_word or (not word and self.next_is_quote()):
            hint = f'write {name}:value, or {name}:"" for leads without one'
            self.fail(f"there is a space between {name}: and its value", start, hint)
        self.at = colon

    def checked(self, start: int, name: str, value: Value) -> Tree:
        """The leaf for a value that began at `start`, or its error with that place."""
        try:
            return terms.leaf(name, value, self.context.desk)
        except UsageError as error:
            self.fail(error.message, start, error.hint)

    # ---------------------------------------------------------------------------------------------------------- orders

    def order(self, name: str, start: int, *, is_on_top: bool) -> None:
        if not is_on_top:
            self.fail(f"{name}: is about the whole query and stands outside brackets, without a -", start)
        place = self.at
        given = [self.plain()]
        while self.takes(COMMA):
            given.append(self.plain())
        if (self.sort if name == "sort" else self.limit) is not None:
            self.fail(f"{name}: stands twice", start, "several keys are a list: sort:score-,time")
        try:
            if name == "sort":
                self.sort = tuple(dict.fromkeys(terms.sort(each) for each in given))
            else:
                self.limit = terms.limit(",".join(given))
        except UsageError as error:
            self.fail(error.message, place, error.hint)

    def said(self, name: str, own: _Said | None, saved: list[tuple[int, _Said]]) -> _Said | None:
        """What the query says itself, else what its saved queries say, when they say one thing."""
        if own is not None or not saved:
            return own
        for at, other in saved:
            if other != saved[0][1]:
                self.fail(f"two saved queries have a different {name}:", at, f"write {name}: into this query")
        return saved[0][1]

    # --------------------------------------------------------------------------------------------------- saved queries

    def saved_query(self, level: int, *, is_on_top: bool) -> Tree:
        """The conditions of a saved query, as if they stood here in brackets."""
        start = self.at
        self.at += 1
        name = self.until(COLON)
        if not self.is_after_term():
            self.fail("there must be a space behind the name of a saved query", self.at)
        inner = self.expanded(name, start, self.deeper(level, start))
        if is_on_top:
            self.saved_sorts += [(start, inner.sort)] if inner.sort else []
            self.saved_limits += [(start, inner.limit)] if inner.limit is not None else []
        elif inner.tree == EVERYTHING:
            self.fail(f"@{name} has no conditions", start)
        elif inner.limit is not None:
            self.fail(f"@{name} has a limit, so it stands outside brackets, without a -", start)
        return inner.tree

    def expanded(self, name: str, start: int, depth: int) -> Parsed:
        context = self.context
        chain = (*context.chain, name)
        if name not in context.saved:
            self.refuse_name(name, start)
        if name in context.chain:
            self.fail(f"the saved queries go round in a circle: {_chained(chain)}", start)
        return parsed(context.saved[name], Context(context.desk, context.saved, chain, depth, context.budget))

    def refuse_name(self, name: str, start: int) -> NoReturn:
        near = vocabulary.nearest(name, self.context.saved)
        known = ", ".join(f"@{each}" for each in list(self.context.saved)[:10])
        hint = f"did you mean @{near}?" if near else (f"there are {known}" if known else "no query is saved here")
        self.fail(f"no saved query is called '{name}'", start, hint)
