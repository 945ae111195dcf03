"""What a YAML parser's complaint means for a writer: the line to look at, what is wrong there, what to try."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from leadbase.core.escape import terminal
from leadbase.errors import Problem


@dataclass(frozen=True, slots=True)
class _Advice:
    """`at_context`: the place to look at is where the parser began to scan, not where it gave up."""

    message: str
    hint: str
    at_context: bool = False


_QUOTE_IT = 'put the whole text in quotes: `key: "…"`'
_ENTRIES = "a list starts on the line below its key, one `- ` entry per line"

# The parser's words, of libyaml and of PyYAML's own parser, and what they mean in front matter; the first match counts.
_ADVICE: Mapping[str, _Advice] = {
    r"quoted scalar.*unexpected end": _Advice("the quote that opens here is never closed", "close it", True),
    r"quoted scalar": _Advice(
        "an unknown escape after \\ in double quotes", "write \\\\ for a backslash, or use single quotes", True
    ),
    r"alias|anchor": _Advice("a text beginning with * or & must be in quotes", _QUOTE_IT, True),
    r"scanning a (?:directive|tag)": _Advice("a text beginning with % or ! must be in quotes", _QUOTE_IT, True),
    r"block scalar": _Advice("a text beginning with > or | must be in quotes", _QUOTE_IT, True),
    r"expected ',' or": _Advice("the bracket that opens here is not closed", "close it, or quote the text", True),
    r"entries are not allowed": _Advice('a text beginning with "- " must be in quotes', f"{_QUOTE_IT}; {_ENTRIES}"),
    r"expected (?:the )?node content": _Advice("a text beginning with ], } or , must be in quotes", _QUOTE_IT),
    r"document start": _Advice("the front matter holds more than one document", "remove the directive or the marker"),
    r"tab character": _Advice("a tab cannot indent a line", "indent with spaces"),
}
_TEXT_AFTER_QUOTE = _Advice("text goes on after the closing quote", "put quotes around the whole text, '' for ' in it")
_TEXT_AFTER_BRACKET = _Advice("text goes on after the closing bracket", _QUOTE_IT)
_INDENTED = _Advice("the line is not indented like the lines above it", "line the fields up at the left margin")
_NOT_A_FIELD = _Advice("this line is not a field", "write `key: value`, or indent it below the text above")
_NO_BLANK = _Advice("a field needs a colon and a space after its key", "write `key: value`")
_FULL_WIDTH = _Advice("the colon after the key is a full-width one (：)", "write an ASCII colon and a space")
_COLON = _Advice('a text with ": " in it must be in quotes', _QUOTE_IT)

_TWO_COLONS = re.compile(r"[^\n]*?:[ \t][^\n]*:(?:[ \t]|$)")
_VALUE_START = re.compile(r"[ \t]*(?:- )?[^:\n]*:[ \t]+([\"'\[{])")
_FULL_WIDTH_FIELD = re.compile(r"\s*[^\s:：]{1,30}：")
_GLUED_FIELD = re.compile(r"\s*[^\s:]{1,30}:\S")


def problem(error: Exception, text: str, path: str, first_line: int) -> Problem:
    """The problem behind a parser's exception; `first_line` is the file's number of the text's first line."""
    lines = text.split("\n")
    index, advice = _diagnosis(error, lines)
    index = min(index, len(lines) - 1)
    return Problem(path, first_line + index, "error", "yaml-syntax", advice.message, advice.hint)


def not_fields(event: Any) -> tuple[str, str]:
    """Message and hint for a root that is not a mapping; `event` is its first event."""
    written = getattr(event, "value", None)
    if written is None:
        return "the front matter is a list, not fields", "write `key: value` lines"
    advice = _no_field(written)
    shown = terminal(written[:40])
    message = f"`{shown}` is not a field" if advice is _NOT_A_FIELD else advice.message
    return message, advice.hint


def _diagnosis(error: Exception, lines: list[str]) -> tuple[int, _Advice]:
    mark, context = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    words = f"{getattr(error, 'context', '') or ''} {getattr(error, 'problem', '') or ''}"
    here = mark.line if mark else 0
    line = lines[here] if here < len(lines) else ""
    if "mapping values" in words:
        return _misplaced_colon(here, lines)
    if "simple key" in words and context:
        return context.line, _no_field(lines[min(context.line, len(lines) - 1)])
    if "expected key" in words or "<block end>" in words:
        return here, _leftover(line)
    if "cannot start any token" in words and mark:
        return here, _bad_start(line[mark.column : mark.column + 1])
    for pattern, advice in _ADVICE.items():
        if re.search(pattern, words):
            return (context.line if advice.at_context and context else here), advice
    return here, _Advice(f"not valid YAML: {terminal(words.strip()[:80]) or type(error).__name__}", _QUOTE_IT)


def _misplaced_colon(here: int, lines: list[str]) -> tuple[int, _Advice]:
    line = lines[here] if here < len(lines) else ""
    if _TWO_COLONS.match(line):
        return here, _COLON
    for above in range(here - 1, -1, -1):
        if not lines[above].strip() or lines[above].lstrip().startswith("#"):
            continue
        if not re.search(r":(?:[ \t]|$)", lines[above].rstrip("\r")):
            return above, _no_field(lines[above])
        break
    return here, _INDENTED


def _no_field(line: str) -> _Advice:
    if _FULL_WIDTH_FIELD.match(line):
        return _FULL_WIDTH
    return _NO_BLANK if _GLUED_FIELD.match(line) else _NOT_A_FIELD


def _leftover(line: str) -> _Advice:
    start = _VALUE_START.match(line)
    if start:
        return _TEXT_AFTER_QUOTE if start[1] in "\"'" else _TEXT_AFTER_BRACKET
    return _INDENTED


def _bad_start(character: str) -> _Advice:
    if character == "\t":
        return _ADVICE["tab character"]
    return _Advice(f"a text beginning with {terminal(character)} must be in quotes", _QUOTE_IT)
