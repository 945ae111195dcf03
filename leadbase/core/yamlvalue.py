"""What a plain YAML word means, and how a value is written so that every YAML reader reads the same text.

Meaning follows the core schema of YAML 1.2.2 (section 10.3.2), narrowed once: a number with a leading zero stays text,
because `01234` is a telephone number or a postal code and YAML 1.1 would read it as octal. So `no`, `on`, `1:30`,
`1_000` and dates are text, too. Writing goes further: what an older reader would take for a number or a truth value is
quoted.
"""

import math
import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Scalar: TypeAlias = str | int | float
"""What one YAML word can stand for (a bool is an int)."""

Entries: TypeAlias = Sequence[str] | Sequence[Mapping[str, str]]
"""A list of texts, or a list of flat tables (a text or a table each)."""

Value: TypeAlias = Scalar | Entries
"""What can be written under a key."""

FLOW_WIDTH = 100
"""A list of texts is written on one line, `[a, b]`, while that line has at most so many characters."""

_WORDS: Mapping[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER_STARTS = frozenset("+-.0123456789")
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
# Python refuses to print an int of more than 4,300 digits, and nothing a desk counts comes near this
_MOST_DIGITS = 400

_TYPED_ELSEWHERE = re.compile(
    r"[-+.]*[0-9][0-9_.:]*(?:e[-+]?[0-9]+)?|0[xob][0-9a-f_]+|[-+]?\.(?:inf|nan)|y|n|yes|no|on|off|true|false|null|~|=|<<",
    re.IGNORECASE,
)
_NOT_PLAIN = re.compile(r"[\s\-?:,\[\]{}#&*!|>'\"%@`]|.*(?::\s|:\Z|\s#|\s\Z)|\.\.\.")
_FLOW_MARK = re.compile(r"[,\[\]{}:#?]")
# Controls, line separators, marks that change the writing direction, byte order marks: readable only as an escape.
_UNSEEN = r"\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff"
_MUST_ESCAPE = re.compile(f"[{_UNSEEN}]")
_ESCAPED = re.compile(rf'["\\{_UNSEEN}]')
_SHORT_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}
_HALF_PAIR = re.compile("[\ud800-\udfff]")


def plain_value(text: str) -> str | int | float | bool | None:
    """What an unquoted YAML word means; anything that is not a number, a truth value or null is its own text.

    Raises ValueError, with the reason, for a number that cannot be kept: not finite, or beyond 400 digits.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_STARTS:
        return text
    if _INTEGER.fullmatch(text) or _BASED.fullmatch(text):
        if len(text) > _MOST_DIGITS:
            raise ValueError(f"a number of {len(text):,} characters")
        return int(text, 0)
    if _NOT_FINITE.fullmatch(text) or (_FLOAT.fullmatch(text) and math.isinf(float(text))):
        raise ValueError("a number without a finite value")
    return float(text) if _FLOAT.fullmatch(text) else text


def as_yaml(value: Scalar, *, like: str = "", in_list: bool = False) -> str:
    """A scalar in one line of YAML. `like` is the quote sign to keep where it can express the text, or "".

    `in_list` is for a text inside `[…]`. Raises ValueError for what YAML cannot hold: a number without a finite value,
    half of a surrogate pair.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError("a number without a finite value")
        return repr(value)
    if _HALF_PAIR.search(value):
        raise ValueError("half of a surrogate pair, which is not text")
    if not like and _is_plain(value, in_list=in_list):
        return value
    return _quoted(value, like)


def as_flow_list(texts: Sequence[str]) -> str:
    """A list of texts on one line: `[a, b]`."""
    return f"[{', '.join(as_yaml(text, in_list=True) for text in texts)}]"


def as_block_items(entries: Entries) -> list[str]:
    """The lines of a list with one entry under the other, each line without its indentation and line end."""
    lines = []
    for entry in entries:
        if isinstance(entry, str):
            lines.append(f"- {as_yaml(entry)}")
            continue
        fields = [f"{as_key(key)}: {as_yaml(value)}" for key, value in entry.items()]
        lines.extend(f"{'  ' if number else '- '}{line}" for number, line in enumerate(fields or ["{}"]))
    return lines


def as_key(key: str) -> str:
    """A key of a table, quoted where it needs to be."""
    return as_yaml(key, in_list=True)


def fits_one_line(value: Value, key: str = "") -> bool:
    """Whether a value can stand behind its key on one line: a scalar, or a short list of texts."""
    if isinstance(value, str | int | float) or not value:
        return True
    texts = [entry for entry in value if isinstance(entry, str)]
    return len(texts) == len(value) and len(key) + 2 + len(as_flow_list(texts)) <= FLOW_WIDTH


def on_one_line(value: Value, *, like: str = "") -> str:
    """A value that fits one line, as it stands behind its key."""
    if isinstance(value, str | int | float):
        return as_yaml(value, like=like)
    return as_flow_list([entry for entry in value if isinstance(entry, str)])


def says(text: object, value: object, asked: Value) -> bool:
    """Whether what a file says (`text` as written, `value` as meant) is what was asked for.

    A text is compared with what is written, whatever it means: `1984` and `"1984"` both say "1984".
    """
    if isinstance(asked, str):
        return text == asked
    if isinstance(asked, int | float):
        return type(value) is type(asked) and value == asked
    return text == [dict(entry) if isinstance(entry, Mapping) else entry for entry in asked]


def _is_plain(text: str, *, in_list: bool) -> bool:
    if not text or _NOT_PLAIN.match(text) or _MUST_ESCAPE.search(text) or _TYPED_ELSEWHERE.fullmatch(text):
        return False
    return not (in_list and _FLOW_MARK.search(text))


def _quoted(text: str, like: str) -> str:
    quote = like or ("'" if '"' in text or "\\" in text else '"')
    if quote == "'" and not _MUST_ESCAPE.search(text):
        return "'" + text.replace("'", "''") + "'"
    return '"' + _ESCAPED.sub(_escape, text) + '"'


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    code = ord(character)
    return _SHORT_ESCAPES.get(character) or (f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}")
