"""Front matter of the plainest kind, read without a YAML parser: what nearly every lead consists of.

One line for each field - a word, a text in quotes without escapes, `[a, b]` - or below it a list of such words or of
flat tables. It is read here only where the answer is certain to be the parser's, value for value and line for line;
everything else, and everything that is wrong, is left to `yamltext`.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from leadbase.core.yamlvalue import plain_value

FIRST_LINE = 2
"""The line of a file on which its fields begin: the fence is line 1."""

# Not the 1,024 characters that YAML allows for a key, and nothing that could be a sign or a number
_KEY = re.compile(r"[^\W\d_][\w-]{0,63}(?: [\w-]{1,63}){0,7}")
# What begins something else than a plain word; a dash, too, which would begin `-5`
_SIGNS = frozenset("-?:,[]{}#&*!|>'\"%@`")
_FAMILIAR = 80
"""Only lines of at most so many characters are remembered."""
_FLOW_SIGN = re.compile(r"[?:\[\]{}#&*!|>'\"%@`]")


@dataclass(frozen=True, slots=True)
class Fields:
    """A YAML mapping: what its keys mean, the same as the writer wrote it, and the line of each key."""

    values: dict[str, Any]
    texts: dict[str, Any]
    lines: dict[str, int]


class _NotPlain(ValueError):
    """Something that takes a YAML parser to read, or to say what is wrong with it."""


def plain_fields(text: str) -> Fields | None:
    """The mapping in a YAML text with LF line ends, or None when it takes a parser to be certain of it."""
    if not text.replace("\n", "").isprintable():  # a tab, a control character, a space that is not U+0020
        return None
    try:
        return _fields(text.split("\n"))
    except ValueError:  # also a number that cannot be kept
        return None


def _fields(rows: list[str]) -> Fields:
    values: dict[str, Any] = {}
    texts: dict[str, Any] = {}
    lines: dict[str, int] = {}
    below = 0  # the first row that does not belong to the list read last
    for at, row in enumerate(rows):
        if at < below or not row or row[0] == "#":
            continue
        key, value, text = _familiar(row) if len(row) <= _FAMILIAR else _row(row)
        if key in lines:
            raise _NotPlain
        lines[key] = FIRST_LINE + at
        if text == "" and value is None:  # nothing stands behind the key
            text = None
            below = _end_of_list(rows, at + 1)
            if below > at + 1:
                value, text = _list(rows[at + 1 : below])
        elif type(value) is list:
            value, text = value.copy(), text.copy()  # the familiar one is kept
        values[key], texts[key] = value, text
    return Fields(values, texts, lines)


def _row(row: str) -> tuple[str, Any, Any]:
    """The key of a row, what its value means, and the value's text: "" where nothing stands behind the key."""
    key, written = _entry(row)
    return key, *(_value(written) if written else (None, ""))


_familiar = lru_cache(maxsize=4096)(_row)  # companies, types, sources: most lines of a base come again and again


def _entry(row: str) -> tuple[str, str]:
    """The key of a row, and what stands behind it without the spaces around."""
    key, sign, written = row.partition(": ")
    if not sign and row[-1] == ":":
        key = row[:-1]
    elif not sign:
        raise _NotPlain
    if not _is_key(key):
        raise _NotPlain
    return key, written.strip(" ")


@lru_cache(maxsize=1024)  # every lead has the same few keys
def _is_key(word: str) -> bool:
    return _KEY.fullmatch(word) is not None and plain_value(word) is word


def _value(written: str) -> tuple[Any, Any]:
    """What a word, a text in quotes or a list on one line means, and its text."""
    first = written[0]
    if first not in _SIGNS:
        return _word(written)
    if len(written) > 1 and first == written[-1]:
        return _quoted(written)
    if first != "[" or written[-1] != "]":
        raise _NotPlain
    inner = written[1:-1].strip(" ")
    if not inner:
        return [], []
    each = [part.strip(" ") for part in inner.split(",")]
    if _FLOW_SIGN.search(inner):
        return _both([_quoted(part) if part[:1] in ("'", '"') else _flow_word(part) for part in each])
    return _both([_flow_word(part) for part in each])


def _word(written: str) -> tuple[Any, str | None]:
    if " #" in written:  # a comment
        written = written[: written.index(" #")].rstrip(" ")
    if ": " in written or written[-1] == ":":
        raise _NotPlain
    value = plain_value(written)
    return value, None if value is None else written


def _flow_word(written: str) -> tuple[Any, str | None]:
    if not written or written[0] == "-" or _FLOW_SIGN.search(written):
        raise _NotPlain
    value = plain_value(written)
    return value, None if value is None else written


def _quoted(written: str) -> tuple[str, str]:
    quote, inner = written[0], written[1:-1]
    if len(written) < 2 or written[-1] != quote:
        raise _NotPlain
    if quote == '"' and '"' not in inner and "\\" not in inner:
        return inner, inner
    if quote == "'" and "'" not in inner.replace("''", ""):
        text = inner.replace("''", "'")
        return text, text
    raise _NotPlain


def _both(entries: list[tuple[Any, Any]]) -> tuple[list[Any], list[Any]]:
    return [value for value, _ in entries], [text for _, text in entries]


def _end_of_list(rows: list[str], start: int) -> int:
    """The first row from `start` on that is neither indented nor begins with a dash."""
    end = start
    while end < len(rows) and rows[end][:1] in (" ", "-"):
        end += 1
    return end


def _list(rows: list[str]) -> tuple[list[Any], list[Any]]:
    """What a list over several rows means, one entry under the other: words, or flat tables."""
    margin = len(rows[0]) - len(rows[0].lstrip(" ")) + 2
    dash, indent = f"{' ' * (margin - 2)}- ", " " * margin
    entries: list[tuple[Any, Any]] = []
    is_table = False
    for row in rows:
        written = row[margin:].rstrip(" ")
        if not written or written[0] == " ":
            raise _NotPlain
        if row.startswith(dash):
            is_table = _begins_table(written)
            entries.append(({}, {}) if is_table else _value(written))
        elif not is_table or not row.startswith(indent):
            raise _NotPlain
        if is_table:
            _add_field(entries[-1], written)
    return _both(entries)


def _begins_table(written: str) -> bool:
    key, sign, _ = written.partition(": ")
    return _is_key(key) if sign else written[-1] == ":" and _is_key(written[:-1])


def _add_field(table: tuple[dict[str, Any], dict[str, Any]], written: str) -> None:
    values, texts = table
    key, rest = _entry(written)
    if key in values:
        raise _NotPlain
    values[key], texts[key] = _value(rest) if rest else (None, None)
