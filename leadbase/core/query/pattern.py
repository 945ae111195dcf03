"""The patterns of `field:/…/`: the part of regular expressions that is answered in time linear in the text.

A saved query may come in a stranger's base, and Python's own engine can be made to run for ever by forty characters. So
a pattern is turned into the automaton of its positions (Glushkov, 1961), which reads each character of a text once,
whatever the pattern. Allowed are letters and signs, `.`, `\\d`, `\\w`, `\\s`, `\\` before a sign, `[a-z]` and `[^a-z]`,
`(a|b)`, the repeats `?`, `*`, `+`, `{2}`, `{2,}`, `{2,5}`, and `^` and `$` at the ends of the pattern or of an
alternative that is in no group. Not allowed are references, look-around and `\\b`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from leadbase.core import text
from leadbase.errors import UsageError

_MAX_CHARACTERS = 200
_MAX_POSITIONS = 200
_MAX_NODES = 5_000
_MAX_GROUPS = 10
_MAX_REMEMBERED = 20_000
_COUNT = re.compile(r"\{(\d{0,3})(,?)(\d{0,3})\}")
_KINDS = "dws"
_SPECIAL = frozenset("()[]{}|?*+^$.\\")


@dataclass(frozen=True, slots=True)
class _Characters:
    """One character: in one of the ranges or of one of the kinds (d, w, s), or the reverse."""

    ranges: tuple[tuple[str, str], ...] = ()
    kinds: str = ""
    is_negated: bool = False

    def has(self, character: str) -> bool:
        within = any(low <= character <= high for low, high in self.ranges)
        return (within or any(_is_of(kind, character) for kind in self.kinds)) != self.is_negated


@dataclass(frozen=True, slots=True)
class _Row:
    """One node after the other."""

    parts: tuple["_Node", ...]


@dataclass(frozen=True, slots=True)
class _Choice:
    """One of the nodes."""

    parts: tuple["_Node", ...]


@dataclass(frozen=True, slots=True)
class _Repeat:
    """The node `low` to `high` times; None is any number."""

    part: "_Node"
    low: int
    high: int | None


_Node = _Characters | _Row | _Choice | _Repeat
_ANY = _Characters(is_negated=True)


@dataclass(frozen=True, slots=True)
class _Branch:
    """An alternative of the whole pattern, and whether it must begin and end where the text does."""

    node: _Node
    begins: bool
    ends: bool


def _is_of(kind: str, character: str) -> bool:
    if kind == "d":
        return character.isdecimal()
    return character.isspace() if kind == "s" else character.isalnum() or character == "_"


class Pattern:
    """A pattern ready to be looked for. Sets of positions are whole numbers: bit p stands for position p."""

    def __init__(self, branches: Sequence[_Branch]) -> None:
        self._characters: list[_Characters] = []
        self._follow: list[int] = []
        self._begin = self._restart = self._found = self._end = 0
        self._added = 0
        self._places: dict[str, int] = {}
        self._steps: dict[tuple[int, str], tuple[int, bool, bool]] = {}
        for branch in branches:
            can_be_empty, first, last = self._add(branch.node)
            if can_be_empty:
                raise UsageError("the pattern matches the empty text, so it would find everything")
            self._begin |= first
            self._restart |= 0 if branch.begins else first
            self._found |= 0 if branch.ends else last
            self._end |= last

    def is_in(self, value: str) -> bool:
        """Whether the pattern matches somewhere in a text of one line that `text.folded` has folded."""
        ready, is_at_end = self._begin, False
        for character in value:
            step = self._steps.get((ready, character)) or self._step(ready, character)
            ready, is_at_end, is_found = step
            if is_found:
                return True
        return is_at_end

    def _step(self, ready: int, character: str) -> tuple[int, bool, bool]:
        """What follows when the positions in `ready` are offered a character; remembered, within a limit."""
        if len(self._steps) >= _MAX_REMEMBERED:
            self._steps.clear()
            self._places.clear()
        if character not in self._places:
            can_be = (1 << place for place, characters in enumerate(self._characters) if characters.has(character))
            self._places[character] = sum(can_be)
        hit = ready & self._places[character]
        following = self._restart
        for place in _bits(hit):
            following |= self._follow[place]
        step = following, bool(hit & self._end), bool(hit & self._found)
        self._steps[ready, character] = step
        return step

    def _add(self, node: _Node) -> tuple[bool, int, int]:
        """Gives the node positions. Returns whether it can be empty, and its first and last positions."""
        self._added += 1
        if self._added > _MAX_NODES:  # repeats of what is empty take no positions
            raise UsageError("the pattern is too large: it repeats too much")
        if isinstance(node, _Characters):
            return self._position(node)
        if isinstance(node, _Choice):
            added = [self._add(part) for part in node.parts]
            return any(each[0] for each in added), _union(each[1] for each in added), _union(each[2] for each in added)
        if isinstance(node, _Row):
            return self._row([(part, False) for part in node.parts])
        if node.high is None:
            return self._endless(node)
        count = node.high
        return self._row([(node.part, number >= node.low) for number in range(count)])

    def _position(self, characters: _Characters) -> tuple[bool, int, int]:
        if len(self._characters) >= _MAX_POSITIONS:
            raise UsageError(f"the pattern is too large: with its repeats it may stand for {_MAX_POSITIONS} characters")
        self._characters.append(characters)
        self._follow.append(0)
        own = 1 << len(self._characters) - 1
        return False, own, own

    def _row(self, parts: Sequence[tuple[_Node, bool]]) -> tuple[bool, int, int]:
        """Nodes one after the other, each with whether it may be left out."""
        can_be_empty, first, last = True, 0, 0
        for part, is_optional in parts:
            empty, begins, ends = self._add(part)
            self._link(last, begins)
            first |= begins if can_be_empty else 0
            last = ends | (last if empty or is_optional else 0)
            can_be_empty = can_be_empty and (empty or is_optional)
        return can_be_empty, first, last

    def _endless(self, node: _Repeat) -> tuple[bool, int, int]:
        """The node `low` times or more: the last of its copies can follow itself."""
        before = self._row([(node.part, False)] * (node.low - 1))
        empty, begins, ends = self._add(node.part)
        self._link(ends, begins)
        self._link(before[2], begins)
        can_be_left_out = empty or node.low == 0
        first = before[1] | (begins if before[0] else 0)
        return before[0] and can_be_left_out, first, ends | (before[2] if can_be_left_out else 0)

    def _link(self, before: int, after: int) -> None:
        for place in _bits(before):
            self._follow[place] |= after


def _bits(positions: int) -> Iterator[int]:
    while positions:
        lowest = positions & -positions
        yield lowest.bit_length() - 1
        positions ^= lowest


def _union(sets: Iterator[int]) -> int:
    whole = 0
    for each in sets:
        whole |= each
    return whole


@lru_cache(maxsize=256)
def compiled(source: str) -> Pattern:
    """The pattern of that source. Raises UsageError that says what is wrong with it."""
    if len(source) > _MAX_CHARACTERS:
        raise UsageError(f"the pattern has {len(source)} characters; {_MAX_CHARACTERS} are allowed")
    return Pattern(_Reader(source).branches())


class _Reader:
    """Reads a pattern from left to right."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0

    def takes(self, sign: str) -> bool:
        """Whether the sign is next; then it is passed."""
        is_next = self.source.startswith(sign, self.at)
        self.at += len(sign) * is_next
        return is_next

    def branches(self) -> list[_Branch]:
        found = [self.branch()]
        while self.takes("|"):
            found.append(self.branch())
        if self.at < len(self.source):
            if self.source[self.at] == ")":
                raise UsageError("the pattern has a ) without its (")
            raise UsageError("$ may stand only at the end of the pattern", "write \\$ for the sign itself")
        return found

    def branch(self) -> _Branch:
        begins = self.takes("^")
        row = self.row(0)
        return _Branch(row, begins, self.takes("$"))

    def row(self, depth: int) -> _Node:
        """Everything up to |, ), $ or the end."""
        parts: list[_Node] = []
        while self.at < len(self.source) and self.source[self.at] not in "|)$":
            parts.append(self.repeated(self.one(depth)))
        return _Row(tuple(parts))

    def one(self, depth: int) -> _Node:
        sign = self.source[self.at]
        self.at += 1
        if sign == "(":
            return self.group(depth + 1)
        if sign == "[":
            return self.set()
        if sign == "\\":
            return self.escaped()
        if sign == ".":
            return _ANY
        if sign in _SPECIAL:
            raise UsageError(f"{sign} cannot stand there in a pattern", f"write \\{sign} for the sign itself")
        return _literal(sign)

    def group(self, depth: int) -> _Node:
        if depth > _MAX_GROUPS:
            raise UsageError(f"the pattern has groups more than {_MAX_GROUPS} deep")
        self.takes("?:")
        parts = [self.row(depth)]
        while self.takes("|"):
            parts.append(self.row(depth))
        if not self.takes(")"):
            if self.takes("$"):
                raise UsageError("$ may stand only at the end of the pattern", "write \\$ for the sign itself")
            raise UsageError("the pattern has a ( that is not closed")
        return _Choice(tuple(parts))

    def escaped(self) -> _Node:
        sign = self.source[self.at : self.at + 1]
        self.at += 1
        if sign and sign in _KINDS:
            return _Characters(kinds=sign)
        if not sign or sign.isalnum():
            raise UsageError(f"\\{sign} is not a part of patterns", "there are \\d, \\w, \\s, and \\ before a sign")
        return _literal(sign)

    def set(self) -> _Node:
        """What stands between [ and ]."""
        is_negated = self.takes("^")
        ranges: list[tuple[str, str]] = []
        kinds = ""
        while not self.takes("]"):
            member = self.member()
            if isinstance(member, _Characters):
                kinds += member.kinds
                continue
            last = member
            if self.source.startswith("-", self.at) and self.source[self.at + 1 : self.at + 2] not in ("", "]"):
                self.at += 1
                last = self.member_at_the_end()
            if member > last:
                raise UsageError(f"the range {member}-{last} of the pattern runs backwards")
            ranges.append((member, last))
        if not ranges and not kinds:
            raise UsageError("the pattern has an empty []")
        return _Characters(tuple(ranges), kinds, is_negated)

    def member(self) -> str | _Characters:
        """One folded character of a set, or a kind."""
        if self.at >= len(self.source):
            raise UsageError("the pattern has a [ that is not closed")
        sign = self.source[self.at]
        self.at += 1
        if sign == "[":
            raise UsageError("[ cannot stand inside [] of a pattern", "write \\[ for the sign itself")
        if sign == "\\":
            node = self.escaped()
            if isinstance(node, _Characters) and node.kinds:
                return node
            sign = self.source[self.at - 1]
        folded = _folded(sign)
        if len(folded) != 1:
            raise UsageError(f"{sign} cannot stand inside [] of a pattern", f"write ({sign}|…)")
        return folded

    def member_at_the_end(self) -> str:
        member = self.member()
        if isinstance(member, _Characters):
            raise UsageError("a range of the pattern ends in more than one character")
        return member

    def repeated(self, node: _Node) -> _Node:
        """The node with the repeat that stands behind it, if there is one."""
        for sign, low, high in (("?", 0, 1), ("*", 0, None), ("+", 1, None)):
            if self.takes(sign):
                return self.once(_Repeat(node, low, high))
        count = _COUNT.match(self.source, self.at)
        if count is None or not (count[1] or count[3]):
            return node
        self.at = count.end()
        low = int(count[1] or 0)
        high = int(count[3]) if count[3] else (None if count[2] else low)
        if high is not None and not (low <= high and high > 0):
            raise UsageError(f"{count[0]} of the pattern repeats nothing", "the smaller number goes first")
        return self.once(_Repeat(node, low, high))

    def once(self, node: _Repeat) -> _Node:
        if self.source[self.at : self.at + 1] in tuple("?*+{"):
            raise UsageError("the pattern repeats a repeat", "put the first one into a group: (a+)?")
        return node


def _folded(sign: str) -> str:
    return " " if sign.isspace() else text.folded(sign)


def _literal(sign: str) -> _Node:
    """A character of the pattern as folded texts have it, which can be several, or none."""
    parts = tuple(_Characters(((each, each),)) for each in _folded(sign))
    return parts[0] if len(parts) == 1 else _Row(parts)
