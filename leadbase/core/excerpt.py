"""Excerpts: the first words of a lead's text, for a report. Plain text, not yet escaped."""

import re
import unicodedata

from leadbase.core.escape import clean

_FENCED = re.compile(r"^ {0,3}(`{3,}|~{3,})[^\n]*\n.*?(?:^ {0,3}\1[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_NOT_PROSE = re.compile(
    r"^ {0,3}(?:#{1,6}(?:[ \t].*)?|[-=*_ \t]{3,}|\|.*|\[[^\]\n]+\]:[ \t].*|!\[[^\]\n]*\]\([^)\n]*\))[ \t]*$"
)
_LINE_MARK = re.compile(r"^[ \t]*(?:(?:>[ \t]?)+|[-*+•][ \t]+|\d{1,3}[.)][ \t]+)+")
_IMAGE = re.compile(r"!\[[^\]\n]*\]\([^)\s]*(?: [^)\n]*)?\)")
_LINK = re.compile(r"\[([^\[\]\n]+)\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?: [^)\n]*)?\)")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*(?![\w*])")
_CODE = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_SENTENCE_END = re.compile(r"[。！？…](?:[”’」』）)]*)|[.!?](?:[\"'”’)]*)(?=\s+[^\sa-z])")
_JOINED = "\u200d\u200c\ufe0e\ufe0f"


def excerpt(text: str, columns: int = 280) -> str:
    """The first sentences of a text that fit into `columns`, a Chinese character counting two; "" if it has no prose.

    Headings, tables, images, code blocks and the marks of Markdown are left out. Where not even one sentence fits, or
    only a short one, the cut is at a word and marked with `…`.
    """
    return shortened(_prose(text, columns * 4), columns, by_sentence=True)


def shortened(text: str, columns: int, *, by_sentence: bool = False) -> str:
    """One cleaned line of at most `columns`, cut at a word, or at a sentence's end in its last two thirds."""
    line = clean(text)
    end = _end_of_columns(line, columns)
    if end == len(line):
        return line
    if by_sentence:
        ends = [match.end() for match in _SENTENCE_END.finditer(line, 0, end + 2) if match.end() <= end]
        if ends and ends[-1] > end // 3:
            return line[: ends[-1]]
    end = _end_of_columns(line, columns - 1)
    space = line.rfind(" ", 0, end + 1)
    if space > end * 2 // 3:
        end = space
    while end > 0 and (line[end - 1] in _JOINED or _joins(line[end])):
        end -= 1
    return line[:end].rstrip(" ,;:.–—-，；：。、（(“‘「『") + "…"


def _end_of_columns(line: str, columns: int) -> int:
    """The number of characters that fit."""
    used = 0
    for index, character in enumerate(line):
        used += width(character)
        if used > columns:
            return index
    return len(line)


def width(character: str) -> int:
    """How many columns of a terminal, or half-widths of a page, a character takes."""
    if character.isascii():
        return 1
    return 0 if _joins(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _joins(character: str) -> bool:
    return character in _JOINED or unicodedata.category(character)[0] == "M"


def _prose(text: str, most: int) -> str:
    """The words of a Markdown text in one line; reads no further than `most` characters need."""
    words: list[str] = []
    length = 0
    shown = _COMMENT.sub("", _FENCED.sub("", text[: most * 8].replace("\r\n", "\n")))
    for whole in shown.split("\n"):
        line = whole[:most]  # some of the patterns take quadratic time on a line made for that
        if not line.strip() or _NOT_PROSE.match(line):
            continue
        plain = _without_marks(_LINE_MARK.sub("", line, count=1)).strip()
        if words and _meets_chinese(words[-1][-1:], plain[:1]):
            words[-1] += plain
        elif plain:
            words.append(plain)
        length += len(plain)
        if length > most:
            break
    return " ".join(words)


def _meets_chinese(before: str, after: str) -> bool:
    """Whether a line break between these two is none in print: Chinese and Japanese are written without spaces."""
    return bool(before) and bool(after) and width(before) == 2 and width(after) == 2


def _without_marks(line: str) -> str:
    line = _LINK.sub(r"\1", _IMAGE.sub("", line))
    line = _CODE.sub(r"\2", line)
    return _EMPHASIS.sub(r"\1", _STRONG.sub(r"\2", line))
