"""The door to PyYAML: what a YAML mapping says, where each key stands, and everything wrong with it.

The text is taken as a stream of events and built here, in one pass without recursion. Composing it with PyYAML would
be unsafe: libyaml's composer ends the whole process on 30,000 nested brackets, and its constructor follows merge keys
and aliases without a limit.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
    StreamEndEvent,
)

from leadbase.core.plainfields import FIRST_LINE, Fields
from leadbase.core.yamlvalue import plain_value
from leadbase.errors import Problem
from leadbase.late import late

if TYPE_CHECKING:
    from leadbase.core import escape, yamlfault
else:
    escape = late("leadbase.core.escape")
    yamlfault = late("leadbase.core.yamlfault")

__all__ = ["FIRST_LINE", "MAX_PROBLEMS", "Fields", "Step", "read_fields", "steps"]

MAX_DEPTH = 64
MAX_ALIASES = 20
MAX_ALIASED = 10_000
"""All aliases together may stand for at most so many values, else twenty of them can stand for a million."""
MAX_PROBLEMS = 50

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# PyYAML's own parser lets some of these out where libyaml reports an error, e.g. OverflowError for "\UFFFFFFFF"
_PARSER_ERRORS = (yaml.YAMLError, ValueError, OverflowError, RecursionError)
_TAG = "tag:yaml.org,2002:"
_TEXT_TAGS = frozenset(("!", f"{_TAG}str"))
_SCALAR_TAGS: Mapping[str, type] = {
    f"{_TAG}int": int,
    f"{_TAG}float": float,
    f"{_TAG}bool": bool,
    f"{_TAG}null": type(None),
}
_COLLECTION_TAGS = frozenset((f"{_TAG}map", f"{_TAG}seq"))
# A line that starts a field at the left margin; not a comment, a list entry, the end of a bracket, or a value
_PART = re.compile(r"^(?![ \t#\]}:\r\n]|-(?:[ \t\r\n]|\Z))", re.MULTILINE)


def read_fields(text: str, path: str, first_line: int) -> tuple[Fields, list[Problem]]:
    """The mapping in a YAML text, and all problems found in it; with a problem the fields are not to be used.

    `first_line` is the number of the text's first line in the file. An empty text is an empty mapping. The text may
    hold no control character but tab, LF, and CR before LF.
    """
    reading = _Reading(path)
    if not reading.run(text, first_line):
        # what follows the first fault is read part by part, so that one run reports every fault
        parts = _Reading(path, is_part=True)
        for above, part in _parts(text):
            if len(parts.problems) < MAX_PROBLEMS:
                parts.run(part, first_line + above)
        if reading.is_text and parts.lines:  # a line that is no field has turned the fields below it into one text
            faulty = {problem.line for problem in parts.problems}
            reading.problems = [problem for problem in reading.problems if problem.line not in faulty]
        if not reading.is_text or parts.lines:
            reading.problems += parts.problems
    return Fields(reading.values, reading.texts, reading.lines), _once(reading.problems)


def _once(problems: list[Problem]) -> list[Problem]:
    """In the order of lines; of two complaints about one thing, or about the syntax of one line, the first."""
    found: dict[tuple[int | None, str], Problem] = {}
    for problem in problems:
        found.setdefault((problem.line, problem.code if problem.code == "yaml-syntax" else str(problem)), problem)
    return sorted(found.values(), key=lambda problem: problem.line or 0)[:MAX_PROBLEMS]


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """The fields of a text as they seem to begin, each with the number of lines above it."""
    starts = [match.start() for match in _PART.finditer(text)]
    line = text.count("\n", 0, starts[0]) if starts else 0
    for start, end in zip(starts, [*starts[1:], len(text)], strict=False):
        yield line, text[start:end]
        line += text.count("\n", start, end)


class _Open:
    """A mapping or a list whose end has not been read yet."""

    __slots__ = ("anchor", "is_key", "key", "lines", "texts", "values")

    def __init__(self, values: Any, anchor: str | None, lines: dict[str, int] | None, *, is_key: bool = False) -> None:
        self.values = values
        self.is_key = is_key  # of the mapping around it, which is already complained about
        self.texts: Any = type(values)()
        self.anchor = anchor
        self.lines = lines  # of the keys; None for a list
        self.key: str | None = None  # read, and still without its value

    def take(self, value: object, text: object) -> None:
        if self.lines is None:
            self.values.append(value)
            self.texts.append(text)
        else:
            self.values[self.key] = value
            self.texts[self.key] = text
            self.key = None


class _Reading:
    """Builds what the events say and collects what is wrong; `run` may be called for one part after the other."""

    def __init__(self, path: str, *, is_part: bool = False) -> None:
        self.path = path
        self.is_part = is_part
        self.is_text = False  # the whole is one scalar
        self.problems: list[Problem] = []
        self.values: dict[str, Any] = {}
        self.texts: dict[str, Any] = {}
        self.lines: dict[str, int] = {}
        self.first_line = 1
        self._open: list[_Open] = []
        self._anchored: dict[str, tuple[Any, Any]] = {}
        self._aliases = 0
        self._aliased = 0

    def run(self, text: str, first_line: int) -> bool:
        """Read one text; False when its syntax is broken or it is no more than one scalar, which is then a problem."""
        self.first_line = first_line
        self._open = []
        try:
            loader = _LOADER(text)
            try:
                self._read(loader.get_event)
            finally:
                loader.dispose()
        except _PARSER_ERRORS as error:
            self.problems.append(yamlfault.problem(error, text, self.path, first_line))
            return False
        return not self.is_text

    def _read(self, next_event: Any) -> None:
        going = True
        while going:
            event = next_event()
            if type(event) is ScalarEvent:
                parent = self._open[-1] if self._open else None
                if parent is None:
                    going = self._refuse_root(event)
                elif parent.lines is not None and parent.key is None:
                    self._key(event, parent.lines)
                else:
                    self._scalar(event, parent)
            elif isinstance(event, CollectionStartEvent):
                going = self._start(event)
            elif isinstance(event, CollectionEndEvent):
                self._end()
            elif isinstance(event, AliasEvent):
                going = self._alias(event)
            else:
                going = self._boundary(event)

    def complain(self, event: Event, code: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(self.path, self._line(event), "error", code, message, hint))

    def _line(self, event: Event) -> int:
        mark: Any = event.start_mark
        return self.first_line + int(mark.line)

    def _key(self, event: ScalarEvent, lines: dict[str, int]) -> None:
        key = event.value
        line = self._line(event)
        if not event.style and event.tag not in _TEXT_TAGS:
            if key == "<<":
                self.complain(event, "merge-key", "a merge key `<<` is not read", "write the fields out")
            elif self._plain(event, key) is not key:
                shown = escape.terminal(key[:40])
                hint = f'write "{shown}":' if shown else "write a key before the colon"
                self.complain(event, "key-not-text", f"a key must be text, not {shown or 'nothing'}", hint)
        if key in lines:
            shown = escape.terminal(key[:40])
            message = f"the key `{shown}` stands here and on line {lines[key]}"
            self.complain(event, "duplicate-key", message, "keep one of them")
        else:
            lines[key] = line
        if event.tag is not None:
            self._tagged(event, key)
        if event.anchor is not None:
            self._anchored[event.anchor] = (key, key)
        self._open[-1].key = key

    def _scalar(self, event: ScalarEvent, parent: _Open) -> None:
        text: str | None = event.value
        value: object = text
        if event.tag is not None:
            value, text = self._tagged(event, event.value)
        elif not event.style:
            value = self._plain(event, event.value)
            if value is None:
                text = None
        if event.anchor is not None:
            self._anchored[event.anchor] = (value, text)
        parent.take(value, text)

    def _plain(self, event: ScalarEvent, text: str) -> str | int | float | bool | None:
        try:
            return plain_value(text)
        except ValueError as error:
            self.complain(event, "bad-scalar", f"{error} cannot be kept", "put it in quotes if it is meant as text")
            return text

    def _tagged(self, event: ScalarEvent, text: str) -> tuple[Any, str | None]:
        if event.tag in _TEXT_TAGS:
            return text, text
        wanted = _SCALAR_TAGS.get(event.tag or "")
        if wanted is None:
            self._refuse_tag(event, event.tag or "")
            return text, text
        value = self._plain(event, text)
        if type(value) is not wanted:
            shown = escape.terminal(text[:40])
            self.complain(event, "bad-scalar", f"`{shown}` is not what its tag says", "remove the tag")
        return value, None if value is None else text

    def _refuse_tag(self, event: Event, tag: str) -> None:
        shown = escape.terminal(tag[:60]).replace(_TAG, "!!")
        hint = "a text beginning with ! must be in quotes"
        self.complain(event, "unsupported-tag", f"the tag `{shown}` is not read", hint)

    def _start(self, event: CollectionStartEvent) -> bool:
        if len(self._open) >= MAX_DEPTH:
            return self._refuse_depth(event)
        if event.tag is not None and event.tag not in _COLLECTION_TAGS:
            self._refuse_tag(event, event.tag)
        is_mapping = isinstance(event, MappingStartEvent)
        if not self._open:
            return self._start_root(event, is_mapping=is_mapping)
        parent = self._open[-1]
        is_key = parent.lines is not None and parent.key is None
        if is_key:
            self.complain(event, "key-not-text", "a key must be text, not a list or a table", "write it in quotes")
        lines: dict[str, int] | None = {} if is_mapping else None
        self._open.append(_Open({} if is_mapping else [], event.anchor, lines, is_key=is_key))
        return True

    def _refuse_depth(self, event: Event) -> bool:
        message = f"lists and tables are nested more than {MAX_DEPTH} deep"
        self.complain(event, "too-deep", message, "a text beginning with [ or { must be in quotes")
        return False

    def _start_root(self, event: CollectionStartEvent, *, is_mapping: bool) -> bool:
        if not is_mapping:
            return self._refuse_root(event)
        root = _Open(self.values, event.anchor, self.lines)
        root.texts = self.texts
        self._open.append(root)
        return True

    def _refuse_root(self, event: Event) -> bool:
        self.is_text = isinstance(event, ScalarEvent)
        message, hint = yamlfault.not_fields(event)
        code = "yaml-syntax" if self.is_part else "not-a-mapping"
        self.complain(event, code, message, hint)
        return False

    def _end(self) -> None:
        done = self._open.pop()
        if done.anchor is not None:
            self._anchored[done.anchor] = (done.values, done.texts)
        if done.is_key:
            self._open[-1].key = ""
        elif self._open:
            self._open[-1].take(done.values, done.texts)

    def _alias(self, event: AliasEvent) -> bool:
        self._aliases += 1
        shown = escape.terminal((event.anchor or "")[:40])
        parent = self._open[-1] if self._open else None
        if event.anchor not in self._anchored or parent is None:
            # a collection gets its name at its end, so one that holds itself ends here as well
            message = f"the alias *{shown} names nothing above it"
            self.complain(event, "yaml-syntax", message, "a text beginning with * must be in quotes")
            return False
        value, text = self._anchored[event.anchor]
        count, depth = _size(value)
        if len(self._open) + depth > MAX_DEPTH:
            return self._refuse_depth(event)
        self._aliased += count
        if self._aliases > MAX_ALIASES or self._aliased > MAX_ALIASED:
            message = f"more than {MAX_ALIASES} aliases, or aliases of more than {MAX_ALIASED:,} values"
            self.complain(event, "too-many-aliases", message, "write the values out")
            return False
        if parent.lines is not None and parent.key is None:
            self.complain(event, "key-not-text", f"a key must be text, not the alias *{shown}", "write it out")
            parent.key = ""
        else:
            parent.take(value, text)
        return True

    def _boundary(self, event: Event) -> bool:
        if isinstance(event, DocumentStartEvent | DocumentEndEvent) and event.explicit:
            message = "a line beginning with --- or ... divides the front matter"
            self.complain(event, "yaml-syntax", message, "a text beginning with --- must be in quotes")
            return False
        return not isinstance(event, StreamEndEvent)


def _size(value: object) -> tuple[int, int]:
    """How many values a value holds with itself, and how many collections deep it is."""
    if not isinstance(value, list | dict):
        return 1, 0
    sizes = [_size(inner) for inner in (value.values() if isinstance(value, dict) else value)]
    return 1 + sum(count for count, _ in sizes), 1 + max((depth for _, depth in sizes), default=0)


@dataclass(frozen=True, slots=True)
class Step:
    """One step through a YAML text: a collection opens or closes, or there is a leaf, a scalar or an alias.

    `start` and `end` count characters of the text, `line` and `column` count from 0. `shape` is the sign that begins
    it: `'` `"` `|` `>` `[` `{` `*` as written, `-` for a list and `:` for a table over several lines, "" for a plain
    word or nothing. `is_bare` is False when it has an anchor or a tag.
    """

    kind: Literal["open", "close", "leaf"]
    shape: str
    word: str
    start: int
    end: int
    line: int
    column: int
    is_bare: bool


def steps(text: str) -> Iterator[Step]:
    """The steps through a YAML text that `read_fields` has read without a problem."""
    events: Iterator[Any] = yaml.parse(text, Loader=_LOADER)
    for event in events:
        if isinstance(event, CollectionStartEvent):
            yield _step("open", event)
        elif isinstance(event, CollectionEndEvent):
            yield _step("close", event)
        elif isinstance(event, ScalarEvent | AliasEvent):
            yield _step("leaf", event)


def _step(kind: Literal["open", "close", "leaf"], event: Any) -> Step:
    return Step(
        kind,
        _shape(event),
        getattr(event, "value", ""),
        event.start_mark.index,
        event.end_mark.index,
        event.start_mark.line,
        event.start_mark.column,
        getattr(event, "anchor", None) is None and getattr(event, "tag", None) is None,
    )


def _shape(event: Any) -> str:
    if isinstance(event, AliasEvent):
        return "*"
    if isinstance(event, ScalarEvent):
        return event.style or ""
    is_mapping = isinstance(event, MappingStartEvent)
    if getattr(event, "flow_style", False):
        return "{" if is_mapping else "["
    return ":" if is_mapping else "-"
