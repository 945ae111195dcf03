"""Changing fields in a YAML text by touching nothing but the lines of the fields that change."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from leadbase.core.vocabulary import MANAGED, field_of
from leadbase.core.yamltext import FIRST_LINE, Step, steps
from leadbase.core.yamlvalue import Entries, Value, as_block_items, as_flow_list, as_key, fits_one_line, on_one_line
from leadbase.errors import LeadFileError, Problem
from leadbase.late import late

if TYPE_CHECKING:
    from leadbase.core import escape
else:
    escape = late("leadbase.core.escape")


_COLON = re.compile(r"[ \t]*:")
_AFTER_VALUE = re.compile(r"[ \t]*(?:[ \t]#[^\r\n]*)?(?=\r?\n|\Z)")
_BLANKS = re.compile(r"[ \t]*")
_MANAGED_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")


@dataclass(frozen=True, slots=True)
class Extent:
    """Where one field stands, in characters of the text; `line` counts from 0.

    `shape` is the sign the value begins with, as in `Step`. `is_bare` is False when the value has an anchor or a tag.
    `leaves` are the spans of the scalars and aliases in the value; what is between them are signs and comments.
    """

    line: int
    key_start: int
    key_end: int
    value_start: int
    value_end: int
    shape: str
    is_bare: bool
    leaves: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """How fields are written: all in one pair of brackets or not, the column of the keys, and each key's extent."""

    is_flow: bool = False
    column: int = 0
    extents: Mapping[str, Extent] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Splice:
    """Characters `start` to `end` of a text become `new`."""

    start: int
    end: int
    new: str


def is_managed(key: str) -> bool:
    """Whether leadbase writes this key by itself."""
    return field_of(key) in MANAGED


def layout(text: str) -> Layout:
    """The layout of fields that have been read without a problem."""
    walk = steps(text)
    root = next(walk, None)
    if root is None:
        return Layout()
    extents = {}
    for key in walk:
        if key.kind == "close":
            break
        extents[key.word] = _extent(text, key, walk)
    return Layout(root.shape == "{", root.column, extents)


def _extent(text: str, key: Step, walk: Iterator[Step]) -> Extent:
    first = step = next(walk)
    end, depth = first.end, 0
    leaves: list[tuple[int, int]] = []
    while True:
        if step.kind == "leaf":
            leaves.append(_leaf(text, step))
            end = leaves[-1][1]
        else:
            depth += 1 if step.kind == "open" else -1
            if step.kind == "close" and step.start < step.end:  # a bracket: the end of a block has no width
                end = step.end
        if not depth:
            break
        step = next(walk)
    return Extent(key.line, key.start, key.end, first.start, end, first.shape, first.is_bare, tuple(leaves))


def _leaf(text: str, step: Step) -> tuple[int, int]:
    if step.shape not in ("|", ">"):
        return step.start, step.end
    # a block of text ends after the blank lines below it, and its header may hold a comment: neither is its text
    header_end = text.find("\n", step.start, step.end) + 1 or step.end
    return header_end, step.start + len(text[step.start : step.end].rstrip(" \t\r\n"))


def edited(text: str, changes: Mapping[str, Value | None], says: Mapping[str, object], newline: str, path: str) -> str:
    """The fields of a file, `text`, with each of these keys saying its new value; None takes the key out.

    `says` is what the keys say now, as text. A key that is not there is added at the end. `newline` ends new lines.
    Raises LeadFileError with every key that cannot be changed with certainty.
    """
    laid = layout(text)
    splices: list[Splice] = []
    added: list[str] = []
    problems: list[Problem] = []
    for key, value in changes.items():
        try:
            if laid.is_flow:
                raise _refusal(path, FIRST_LINE, "fields in brackets {…} are not edited", "write one field per line")
            if key in laid.extents:
                splices.append(_Field(text, key, laid.extents[key], newline, path).splice(value, says[key]))
            elif value is not None:
                added += [f"{' ' * laid.column}{line}{newline}" for line in field_lines(key, value)]
        except LeadFileError as error:
            problems += [problem for problem in error.problems if problem not in problems]
        except ValueError as error:
            reason = f"the new value of `{escape.terminal(key[:40])}` is {error}"
            problems += _refusal(path, None, reason, "correct the value").problems
    if problems:
        raise LeadFileError(problems)
    splices.append(Splice(len(text), len(text), "".join(added)))
    for splice in sorted(splices, key=lambda splice: splice.start, reverse=True):
        text = text[: splice.start] + splice.new + text[splice.end :]
    return text


def _refusal(path: str, line: int | None, reason: str, hint: str) -> LeadFileError:
    return LeadFileError([Problem(path, line, "error", "cannot-edit", reason, hint)])


def field_lines(key: str, value: Value) -> list[str]:
    """The lines of a new field, without line ends. Raises ValueError for a value that YAML cannot hold."""
    if is_managed(key) or isinstance(value, str | int | float) or fits_one_line(value, key):
        return [f"{as_key(key)}: {_behind_key(key, value)}"]
    return [f"{as_key(key)}:", *(f"  {line}" for line in as_block_items(value))]


def _behind_key(key: str, value: Value, like: str = "") -> str:
    if not is_managed(key):
        return on_one_line(value, like=like)
    if not _MANAGED_WORD.fullmatch(str(value)):
        raise ValueError("not one word")
    return f"{like}{value}{like}"


class _Field:
    """One field of a text, and how to change it."""

    def __init__(self, text: str, key: str, extent: Extent, newline: str, path: str) -> None:
        self.text = text
        self.key = key
        self.extent = extent
        self.newline = newline
        self.path = path
        self.line_start = text.rfind("\n", 0, extent.key_start) + 1
        colon = _COLON.match(text, extent.key_end)
        after = _AFTER_VALUE.match(text, extent.value_end)
        if colon is None or after is None or text[self.line_start : extent.key_start].strip(" "):
            raise self.refusal("is not written as `key: value` on lines of its own")
        self.colon_end = colon.end()
        self.line_end = after.end()
        self.is_one_line = extent.shape not in ("|", ">") and "\n" not in text[self.line_start : self.line_end]

    def refusal(self, reason: str) -> LeadFileError:
        hint = "change it by hand, or write the value on one line"
        return _refusal(self.path, FIRST_LINE + self.extent.line, f"`{escape.terminal(self.key[:40])}` {reason}", hint)

    def splice(self, value: Value | None, says: object) -> Splice:
        """The change that makes the field say `value`; `says` is what it says now."""
        if is_managed(self.key):
            self._refuse_unless_one_word()
        if value is None:
            end = self.text.find("\n", self.line_end) + 1 or len(self.text)
            return Splice(self.line_start, end, "")
        if isinstance(value, str | int | float):
            return self._one_line(value)
        return self._longer(value, says) or self._list(value)

    def _refuse_unless_one_word(self) -> None:
        extent = self.extent
        written = self.text[extent.value_start : extent.value_end]
        is_word = extent.shape in ("'", '"') or (extent.shape == "" and not re.search(r"\s", written))
        if not (is_word and extent.is_bare and self.is_one_line):
            raise self.refusal("holds something else than one word or number")

    def _one_line(self, value: Value) -> Splice:
        extent = self.extent
        new = _behind_key(self.key, value, extent.shape if extent.shape in ("'", '"') else "")
        if not self.is_one_line:
            self._refuse_lost_comment()
            return Splice(self.colon_end, self.line_end, f" {new}")
        if extent.value_start < extent.value_end:
            return Splice(extent.value_start, extent.value_end, new)
        blanks = _BLANKS.match(self.text, self.colon_end)
        gap = blanks[0] if blanks else ""
        if self.text.startswith("#", self.colon_end + len(gap)):
            # one blank stays before the comment, else it would be part of the value
            new = f"{gap[:-1] or ' '}{new}{gap[-1:]}"
        else:
            new = f"{gap or ' '}{new}"
        return Splice(self.colon_end, self.colon_end + len(gap), new)

    def _longer(self, entries: Entries, says: object) -> Splice | None:
        """Entries added behind those a list has, which are not touched; None when that is not all there is to do."""
        extent = self.extent
        if not isinstance(says, list) or not says or not extent.is_bare or list(entries[: len(says)]) != says:
            return None
        more = entries[len(says) :]
        if extent.shape == "-":
            return Splice(self.line_end, self.line_end, self._items(more, self._column()))
        words = [entry for entry in more if isinstance(entry, str)]
        if extent.shape == "[" and len(words) == len(more) and all(isinstance(entry, str) for entry in says):
            end = extent.leaves[-1][1]
            return Splice(end, end, f", {as_flow_list(words)[1:-1]}")
        return None

    def _list(self, entries: Entries) -> Splice:
        if fits_one_line(entries, self.key) and self.extent.shape != "-":
            return self._one_line(entries)
        comment = ""
        if self.is_one_line:
            tail = self.text[self.extent.value_end : self.line_end]
            comment = tail if tail.strip() else ""
        else:
            self._refuse_lost_comment()
        column = self._column() if self.extent.shape == "-" else self.extent.key_start - self.line_start + 2
        new = self._items(entries, column) if entries else " []"
        return Splice(self.colon_end, self.line_end, comment + new)

    def _items(self, entries: Entries, column: int) -> str:
        return "".join(f"{self.newline}{' ' * column}{line}" for line in as_block_items(entries))

    def _column(self) -> int:
        start = self.extent.value_start
        return start - self.text.rfind("\n", 0, start) - 1

    def _refuse_lost_comment(self) -> None:
        start = self.colon_end
        for leaf_start, leaf_end in (*self.extent.leaves, (self.line_end, self.line_end)):
            if "#" in self.text[start:leaf_start]:
                raise self.refusal("holds a comment that would be lost")
            start = max(start, leaf_end)
